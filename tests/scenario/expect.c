/*
 * Looking at what came of it, through the administrator's eyes.
 */
#include "expect.h"

#include <stdio.h>
#include <string.h>

/* The last word of the sentence. */
static const char *
last_word(const struct sentence_match *match)
{
	return match->sentence->words[match->sentence->count - 1];
}

/* "day 9 10:30"; seconds and their parts are shown when there are any. */
static const char *
time_text(int64_t time, char text[64])
{
	int64_t rest = time % CLOCK_MINUTE;
	int length;

	length = snprintf(text, 64, "day %lld %02lld:%02lld",
	    (long long)(time / CLOCK_DAY),
	    (long long)(time % CLOCK_DAY / CLOCK_HOUR),
	    (long long)(time % CLOCK_HOUR / CLOCK_MINUTE));
	if (rest != 0)
		snprintf(text + length, 64 - (size_t)length,
		    " and %lld us", (long long)rest);
	return text;
}

static bool
find_user(struct stage *stage, const char *name, struct admin_user *user)
{
	enum status status = admin_user(&stage->gate, name, user);

	if (status == STATUS_OK)
		return true;
	buf_printf(&stage->problem, "a user %s was expected; %s", name,
	    status_text(status));
	return false;
}

static bool
expect_writing(struct stage *stage, const char *what, size_t accepted,
    size_t refused)
{
	if (stage->accepted == accepted && stage->refused == refused &&
	    stage->tempfailed == 0)
		return true;
	buf_printf(&stage->problem, "%s was expected; %zu were accepted, "
	    "%zu refused, %zu put off", what, stage->accepted, stage->refused,
	    stage->tempfailed);
	return false;
}

static size_t
all(const struct stage *stage)
{
	size_t count = stage->accepted + stage->refused + stage->tempfailed;

	return count > 0 ? count : 1;
}

bool
expect_accepted(struct stage *stage, const struct sentence_match *match)
{
	(void)match;
	return expect_writing(stage, "accepted", all(stage), 0);
}

bool
expect_refused(struct stage *stage, const struct sentence_match *match)
{
	(void)match;
	return expect_writing(stage, "refused", 0, all(stage));
}

bool
expect_count_accepted(struct stage *stage, const struct sentence_match *match)
{
	return expect_writing(stage, match->sentence->text,
	    (size_t)match->count, all(stage) - (size_t)match->count);
}

bool
expect_unknown(struct stage *stage, const struct sentence_match *match)
{
	struct admin_user user;
	enum status status = admin_user(&stage->gate, match->user, &user);

	if (status == STATUS_NOT_FOUND)
		return true;
	buf_printf(&stage->problem, "nobody called %s was expected; %s",
	    match->user, status_text(status));
	return false;
}

bool
expect_standing(struct stage *stage, const struct sentence_match *match)
{
	struct admin_user user;
	const char *standing;

	if (!find_user(stage, match->user, &user))
		return false;
	standing = standing_text(user.account.standing);
	if (strcmp(standing, last_word(match)) == 0)
		return true;
	buf_printf(&stage->problem, "%s %s was expected; was %s, with %lld "
	    "of %lld answered", match->user, last_word(match), standing,
	    (long long)user.tally.answered,
	    (long long)rate_settled(&user.tally));
	return false;
}

bool
expect_would(struct stage *stage, const struct sentence_match *match)
{
	struct admin_user user;
	const char *would = "nothing";

	if (!find_user(stage, match->user, &user))
		return false;
	if (user.shadowed)
		would = standing_text(user.account.shadow.standing);
	if (strcmp(would, last_word(match)) == 0)
		return true;
	buf_printf(&stage->problem, "%s would be %s was expected; would be "
	    "%s, with %lld of %lld answered", match->user, last_word(match),
	    would, (long long)user.tally.answered,
	    (long long)rate_settled(&user.tally));
	return false;
}

bool
expect_rate(struct stage *stage, const struct sentence_match *match)
{
	struct admin_user user;

	if (!find_user(stage, match->user, &user))
		return false;
	if (user.tally.answered == match->first &&
	    rate_settled(&user.tally) == match->last)
		return true;
	buf_printf(&stage->problem, "a rate of %s was expected; it was "
	    "%lld/%lld", last_word(match), (long long)user.tally.answered,
	    (long long)rate_settled(&user.tally));
	return false;
}

bool
expect_pending(struct stage *stage, const struct sentence_match *match)
{
	struct admin_user user;

	if (!find_user(stage, match->user, &user))
		return false;
	if (user.open == match->count)
		return true;
	buf_printf(&stage->problem, "%s pending was expected; it was %lld",
	    last_word(match), (long long)user.open);
	return false;
}

static bool
expect_time(struct stage *stage, const char *what, int64_t want, int64_t when)
{
	char expected[64], was[64];
	int64_t time = stage_time(stage, when);

	if (when != 0 && time == want)
		return true;
	buf_printf(&stage->problem, "%s %s was expected; it was %s", what,
	    time_text(want, expected),
	    when == 0 ? "never" : time_text(time, was));
	return false;
}

bool
expect_due(struct stage *stage, const struct sentence_match *match)
{
	struct admin_user user;

	return find_user(stage, match->user, &user) &&
	    expect_time(stage, "due", match->time, user.account.due);
}

bool
expect_since(struct stage *stage, const struct sentence_match *match)
{
	struct admin_user user;

	return find_user(stage, match->user, &user) &&
	    expect_time(stage, "since", match->time, user.account.since);
}

/*
 * What a user was told in a whole life stands in the audit log, among what
 * administrators did; the outbox forgets.
 */

struct told {
	const char	*user;
	struct buf	 text;
};

static bool
told_row(void *context, const struct store_audit *audit)
{
	struct told *told = context;

	if (strcmp(audit->user, told->user) == 0 &&
	    strcmp(audit->actor, "replygate") == 0)
		buf_printf(&told->text, "%s%s",
		    told->text.length > 0 ? " " : "", audit->action);
	return true;
}

static enum status
told_body(struct store_txn *txn, void *argument)
{
	struct told *told = argument;

	buf_clear(&told->text);
	return store_audit_each(txn, 0, CLOCK_LATEST, told_row, told);
}

bool
expect_told(struct stage *stage, const struct sentence_match *match)
{
	struct admin_user user;
	struct told told;
	const char *was;
	bool ok;

	if (!find_user(stage, match->user, &user))
		return false;
	told.user = user.account.user;
	buf_init(&told.text);
	ok = store_view(stage->store, told_body, &told) == STATUS_OK;
	was = told.text.length > 0 ? told.text.data : "nothing";
	ok = ok && strcmp(match->text, was) == 0;
	if (!ok)
		buf_printf(&stage->problem, "%s told %s was expected; "
		    "it was: %s", match->user, match->text, was);
	buf_release(&told.text);
	return ok;
}

/*
 * Texts
 */

bool
expect_refusal(struct stage *stage, const struct sentence_match *match)
{
	if (strstr(stage->refusal.data, match->text) != NULL)
		return true;
	buf_printf(&stage->problem, "a refusal with \"%s\" was expected; it "
	    "was:\n%s", match->text, stage->refusal.data);
	return false;
}

bool
expect_log(struct stage *stage, const struct sentence_match *match)
{
	if (strstr(stage->said.data, match->text) != NULL)
		return true;
	buf_printf(&stage->problem, "a log line with \"%s\" was expected; "
	    "there is none", match->text);
	return false;
}

bool
expect_no_log(struct stage *stage, const struct sentence_match *match)
{
	if (strstr(stage->said.data, match->text) == NULL)
		return true;
	buf_printf(&stage->problem, "no log line with \"%s\" was expected; "
	    "there is one", match->text);
	return false;
}

bool
expect_breaker(struct stage *stage, const struct sentence_match *match)
{
	struct admin_health health;
	const char *was;

	admin_health(&stage->gate, &health);
	was = health.breaker_open ? "open" : "closed";
	if (strcmp(was, last_word(match)) == 0)
		return true;
	buf_printf(&stage->problem, "breaker %s was expected; it was %s",
	    last_word(match), was);
	return false;
}
