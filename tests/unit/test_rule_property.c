/*
 * Random lives of one user, and what must hold in every one of them.
 *
 * A script is made from a seed: somebody sends to one or to many, is
 * answered, early or late or never, is bounced, and falls silent.  It is played
 * against a small ledger kept here and the real rule, four times over: with a
 * look each hour, with looks now and then, with looks only when something
 * is sent, and in one look at the end over the finished ledger.  All four
 * must tell the same story, and every step of it is checked against a count
 * of its own that knows nothing of rate.c.
 *
 * A failure names its seed; REPLYGATE_TEST_SEED=n plays that one alone.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "policy/verdict.h"
#include "script.h"
#include "test.h"

#define BATCHES		12
#define BATCH		250	/* lives in each */

#define ROWS_MAX	(SCRIPT_EVENTS_MAX * SCRIPT_BULK_MAX)
#define STEPS_MAX	512

struct told {
	int64_t		at;
	enum notice	notice;
};

/* One playing of a script. */
struct life {
	const struct script	*script;
	struct account		 account;
	struct outreach		*rows;
	size_t			 row_count;
	uint64_t		 candidates;
	struct told		 told[STEPS_MAX];
	size_t			 told_count;
	int64_t			 changed_at;	/* the last change; 0: none */
	size_t			 refused;
};

/* Check writes down every assertion that holds; millions of them do. */
#define HOLDS(life, condition, what) do { \
	if (!(condition)) \
		ck_abort_msg("seed %" PRIu64 ": %s", \
		    (life)->script->seed, what); \
} while (0)

/* The first row sent after t. */
static size_t
life_after(const struct life *life, int64_t t)
{
	size_t low = 0, high = life->row_count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (life->rows[middle].sent_at > t)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static struct tally
life_tally(const struct life *life, int64_t t)
{
	const struct policy *policy = &life->script->policy;
	struct rate_window window = rate_window_at(policy,
	    life->account.since, t);
	struct rate_counter *counter = rate_counter_new(policy, t);
	struct tally tally;
	size_t i;

	HOLDS(life, counter != NULL, "no memory");
	for (i = life_after(life, window.from); i < life->row_count &&
	    life->rows[i].sent_at <= window.until; i++) {
		HOLDS(life, life->rows[i].sent_at > life->changed_at,
		    "what was sent in an earlier standing is counted");
		HOLDS(life, rate_counter_add(counter, &life->rows[i]) ==
		    STATUS_OK, "a row was not taken");
	}
	tally = rate_counter_tally(counter);
	rate_counter_free(counter);
	return tally;
}

/* Count = message, in the words of the rule and nothing else. */
static void
check_recount(const struct life *life, const struct tally *tally, int64_t t)
{
	const struct policy *policy = &life->script->policy;
	const struct outreach *row;
	int64_t answered = 0, lapsed = 0;
	size_t i;

	if (policy->count != CONF_COUNT_MESSAGE)
		return;
	for (i = life->row_count; i-- > 0;) {
		row = &life->rows[i];
		if (row->sent_at > t - policy->settle)
			continue;
		if (row->sent_at <= t - policy->settle - policy->window ||
		    row->sent_at <= life->changed_at)
			break;
		if (row->answered_at != 0 && row->answered_at <= t)
			answered++;
		else if (row->bounced_at == 0 || row->bounced_at > t)
			lapsed++;
	}
	HOLDS(life, tally->answered == answered && tally->lapsed == lapsed,
	    "the tally differs from a count by hand");
	HOLDS(life, tally->pending == 0, "silence counts before its time");
}

static int64_t
last_told(const struct life *life, enum notice notice)
{
	size_t i = life->told_count;

	while (i-- > 0)
		if (life->told[i].notice == notice)
			return life->told[i].at;
	return 0;
}

/* Against what was told before this step. */
static void
check_notice(const struct life *life, const struct step *step)
{
	const struct policy *policy = &life->script->policy;
	int64_t warned = last_told(life, NOTICE_WARNING);

	switch (step->notice) {
	case NOTICE_WARNING:
		HOLDS(life, warned == 0 || (policy->warn_again > 0 &&
		    step->at - warned >= policy->warn_again), "warned twice");
		break;
	case NOTICE_RESTRICTED:
		HOLDS(life, warned != 0, "restricted without a warning");
		HOLDS(life, step->at - warned >=
		    policy->warning + policy->settle,
		    "restricted before the warning was over");
		break;
	case NOTICE_EXTENDED:
	case NOTICE_RELEASED:
		HOLDS(life, step->at - life->changed_at ==
		    policy->restriction, "a term of another length");
		break;
	case NOTICE_RECOVERED:
		HOLDS(life, step->at == warned + policy->warning +
		    policy->settle, "recovered at another time");
		break;
	case NOTICE_HEADS_UP:
		HOLDS(life, false, "a step that is none");
		break;
	case NOTICE_NONE:
		break;
	}
}

static void
check_unmoved(const struct life *life, const struct tally *tally, int64_t t,
    const char *what)
{
	struct account copy;
	struct step step;

	memcpy(&copy, &life->account, sizeof(copy));
	standing_step(&copy, &life->script->policy, tally, t, &step);
	HOLDS(life, memcmp(&copy, &life->account, sizeof(copy)) == 0, what);
	HOLDS(life, step.notice == NOTICE_NONE && step.from == step.to, what);
}

static void
life_step(struct life *life, int64_t t)
{
	const struct policy *policy = &life->script->policy;
	struct tally tally = life_tally(life, t);
	struct step step;

	check_recount(life, &tally, t);
	if (life->account.standing != STANDING_GOOD)
		check_unmoved(life, &tally, t - 1, "moved before its time");
	standing_step(&life->account, policy, &tally, t, &step);
	check_notice(life, &step);
	check_unmoved(life, &tally, t, "moved twice");
	if (step.notice == NOTICE_NONE)
		return;
	HOLDS(life, life->told_count < STEPS_MAX, "steps without end");
	life->told[life->told_count].at = t;
	life->told[life->told_count++].notice = step.notice;
	life->changed_at = t;
}

/* Everything that is due at `now`, in order. */
static void
life_look(struct life *life, int64_t now)
{
	const struct policy *policy = &life->script->policy;
	int64_t next, open, last = 0;
	size_t i;

	for (;;) {
		i = life_after(life, life->account.assessed - policy->settle);
		open = i < life->row_count ? life->rows[i].sent_at : 0;
		next = standing_next_assessment(&life->account, policy, open);
		if (next == 0 || next > now)
			return;
		HOLDS(life, next > last, "no progress");
		last = next;
		life_step(life, next);
	}
}

/* A follow-up to somebody silent now and then, else somebody new. */
static struct ident
pick_candidate(struct life *life, uint64_t pick)
{
	struct ident ident;
	const struct outreach *row;

	if (life->row_count > 0 && pick % 4 == 0) {
		row = &life->rows[pick / 4 % life->row_count];
		if (row->answered_at == 0)
			return row->candidate;
	}
	memset(&ident, 0, sizeof(ident));
	life->candidates++;
	memcpy(ident.bytes, &life->candidates, sizeof(life->candidates));
	return ident;
}

static void
life_send(struct life *life, const struct event *event)
{
	struct verdict_input input = { &life->script->policy, &life->account,
		event->t, event->size, NULL };
	struct outreach *row;
	size_t i;

	if (verdict_decide(&input) == VERDICT_REFUSE) {
		HOLDS(life, event->size > 1, "one-to-one is refused");
		HOLDS(life, life->account.standing == STANDING_RESTRICTED,
		    "refused while good or warned");
		life->refused++;
		return;
	}
	HOLDS(life, life->account.standing != STANDING_RESTRICTED ||
	    event->size < (size_t)input.policy->bulk_minimum,
	    "bulk passes while restricted");
	for (i = 0; i < event->size; i++) {
		row = &life->rows[life->row_count];
		memset(row, 0, sizeof(*row));
		row->sent_at = event->t;
		row->n = (uint32_t)i;
		row->candidate = pick_candidate(life, event->pick + i);
		life->row_count++;
	}
}

static void
life_event(struct life *life, const struct event *event)
{
	struct outreach *row = NULL;

	if (life->row_count > 0)
		row = &life->rows[event->pick % life->row_count];
	if (event->kind == EVENT_SEND)
		life_send(life, event);
	else if (event->kind == EVENT_REPLY && row != NULL &&
	    row->answered_at == 0)
		row->answered_at = event->t;
	else if (event->kind == EVENT_BOUNCE && row != NULL &&
	    row->bounced_at == 0)
		row->bounced_at = event->t;
}

enum looking {
	LOOK_HOURLY,
	LOOK_NOW_AND_THEN,
	LOOK_WHEN_SENDING
};

static void
life_play(struct life *life, enum looking looking)
{
	const struct script *script = life->script;
	const struct event *event;
	int64_t hour = script->events[0].t;
	size_t i;

	for (i = 0; i < script->count; i++) {
		event = &script->events[i];
		for (; looking == LOOK_HOURLY && hour < event->t;
		    hour += CLOCK_HOUR)
			life_look(life, hour);
		if (event->kind == EVENT_SEND ||
		    (event->kind == EVENT_LOOK && looking != LOOK_WHEN_SENDING))
			life_look(life, event->t);
		life_event(life, event);
	}
	life_look(life, script->end);
}

/* The finished ledger of another life, looked at once. */
static void
life_play_back(struct life *life, const struct life *other)
{
	memcpy(life->rows, other->rows,
	    other->row_count * sizeof(*other->rows));
	life->row_count = other->row_count;
	life_look(life, life->script->end);
}

/* Lives are born again, for they are large and many are played. */
static struct life *
life_new(void)
{
	struct life *life = calloc(1, sizeof(*life));

	ck_assert_ptr_nonnull(life);
	life->rows = calloc(ROWS_MAX, sizeof(*life->rows));
	ck_assert_ptr_nonnull(life->rows);
	return life;
}

static void
life_begin(struct life *life, const struct script *script)
{
	struct outreach *rows = life->rows;

	memset(life, 0, sizeof(*life));
	life->rows = rows;
	life->script = script;
	account_init(&life->account, "alice", script->events[0].t);
}

static void
life_free(struct life *life)
{
	free(life->rows);
	free(life);
}

static void
check_same(const struct life *life, const struct life *other, const char *what)
{
	size_t i;

	for (i = 0; i < life->told_count && i < other->told_count; i++)
		HOLDS(life, life->told[i].at == other->told[i].at &&
		    life->told[i].notice == other->told[i].notice, what);
	HOLDS(life, life->told_count == other->told_count, what);
	HOLDS(life, life->row_count == other->row_count, what);
	HOLDS(life, life->account.standing == other->account.standing &&
	    life->account.since == other->account.since &&
	    life->account.due == other->account.due, what);
}

/* How often each thing happened: a generator that tells nothing is broken. */
struct seen {
	size_t notices[NOTICE_RECOVERED + 1];
	size_t refused;
};

static void
play_seed(struct life *lives[4], uint64_t seed, struct seen *seen)
{
	static const char *const whats[] = {
		"looks now and then tell another story",
		"looks when sending tell another story",
		"one look at the end tells another story"
	};
	struct script *script = malloc(sizeof(*script));
	size_t i;

	ck_assert_ptr_nonnull(script);
	script_make(script, seed);
	for (i = 0; i < 4; i++)
		life_begin(lives[i], script);
	for (i = 0; i < 3; i++)
		life_play(lives[i], (enum looking)i);
	life_play_back(lives[3], lives[0]);
	for (i = 1; i < 4; i++)
		check_same(lives[0], lives[i], whats[i - 1]);
	for (i = 0; i < lives[0]->told_count; i++)
		seen->notices[lives[0]->told[i].notice]++;
	seen->refused += lives[0]->refused;
	free(script);
}

static void
check_seen(const struct seen *seen)
{
	int notice;

	for (notice = NOTICE_WARNING; notice <= NOTICE_RECOVERED; notice++)
		ck_assert_msg(seen->notices[notice] > BATCH / 50,
		    "%d lives, %zu times %s", BATCH, seen->notices[notice],
		    notice_text((enum notice)notice));
	ck_assert_msg(seen->refused > BATCH / 5, "%d lives, %zu refusals",
	    BATCH, seen->refused);
}

START_TEST(test_lives)
{
	const char *chosen = getenv("REPLYGATE_TEST_SEED");
	struct life *lives[4];
	struct seen seen;
	uint64_t i;

	memset(&seen, 0, sizeof(seen));
	for (i = 0; i < 4; i++)
		lives[i] = life_new();
	for (i = 0; chosen == NULL && i < BATCH; i++)
		play_seed(lives, (uint64_t)_i * BATCH + i + 1, &seen);
	if (chosen != NULL)
		play_seed(lives, strtoull(chosen, NULL, 10), &seen);
	else
		check_seen(&seen);
	for (i = 0; i < 4; i++)
		life_free(lives[i]);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("rule_property");
	TCase *tcase = tcase_create("rule_property");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, test_lives, 0, BATCHES);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
