/*
 * What the administrator does in a scenario.
 */
#include "administrator.h"

#include <stdio.h>
#include <string.h>

#define ACTOR	"administrator"
#define REASON	"as the scenario says"

static enum status
act_on(struct stage *stage, enum admin_act_kind kind, const char *name,
    int64_t until)
{
	const struct admin_act act = { .kind = kind, .user = name,
	    .until = until, .actor = ACTOR, .reason = REASON };
	struct admin_user user;

	return admin_act(&stage->gate, &act, &user);
}

static bool
act(struct stage *stage, enum admin_act_kind kind, const char *name,
    int64_t until)
{
	enum status status = act_on(stage, kind, name, until);

	if (status == STATUS_OK)
		return true;
	buf_printf(&stage->problem, "an administrator was expected to be "
	    "able to; %s", status_text(status));
	return false;
}

/* The moment of a sentence's TIME, which counts from day 0. */
static int64_t
moment_of(const struct stage *stage, const struct sentence_match *match)
{
	return match->time - stage_time(stage, 0);
}

bool
administrator_pardons(struct stage *stage, const struct sentence_match *match)
{
	return act(stage, ADMIN_PARDON, match->user, 0);
}

bool
administrator_restricts(struct stage *stage,
    const struct sentence_match *match)
{
	return act(stage, ADMIN_RESTRICT, match->user, 0);
}

bool
administrator_exempts(struct stage *stage, const struct sentence_match *match)
{
	return act(stage, ADMIN_EXEMPT, match->user, 0);
}

bool
administrator_restricts_until(struct stage *stage,
    const struct sentence_match *match)
{
	return act(stage, ADMIN_RESTRICT, match->user,
	    moment_of(stage, match));
}

bool
administrator_exempts_until(struct stage *stage,
    const struct sentence_match *match)
{
	return act(stage, ADMIN_EXEMPT, match->user, moment_of(stage, match));
}

bool
administrator_exempts_no_longer(struct stage *stage,
    const struct sentence_match *match)
{
	return act(stage, ADMIN_EXEMPT_END, match->user, 0);
}

bool
administrator_may_not_restrict(struct stage *stage,
    const struct sentence_match *match)
{
	enum status status = act_on(stage, ADMIN_RESTRICT, match->user, 0);

	if (status == STATUS_CONFLICT)
		return true;
	buf_printf(&stage->problem, "nobody was expected to be able to; %s",
	    status_text(status));
	return false;
}

static const char *
last_word(const struct sentence_match *match)
{
	const struct sentence *sentence = match->sentence;

	return sentence->words[sentence->count - 1];
}

bool
administrator_sets_mode(struct stage *stage,
    const struct sentence_match *match)
{
	return stage_mode(stage, last_word(match));
}

bool
administrator_enforces(struct stage *stage,
    const struct sentence_match *match)
{
	const struct admin_enforcement wanted = {
		.on = strcmp(last_word(match), "on") == 0,
		.actor = ACTOR,
		.reason = REASON
	};
	enum status status = admin_enforce(&stage->gate, &wanted);

	if (status == STATUS_OK)
		return true;
	buf_printf(&stage->problem, "a switch was expected to be switched; "
	    "%s", status_text(status));
	return false;
}

bool
administrator_forgets(struct stage *stage, const struct sentence_match *match)
{
	struct admin_erasure erasure = { .actor = ACTOR, .reason = REASON };
	struct admin_erased erased;
	enum status status;
	char address[64];
	int64_t number;

	erasure.address = address;
	for (number = match->first; number <= match->last; number++) {
		snprintf(address, sizeof(address),
		    "candidate%lld@outside.example", (long long)number);
		status = admin_forget(&stage->gate, &erasure, &erased);
		if (status == STATUS_OK)
			continue;
		buf_printf(&stage->problem, "%s was expected to be known; %s",
		    address, status_text(status));
		return false;
	}
	return true;
}
