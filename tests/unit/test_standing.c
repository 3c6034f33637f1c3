/*
 * The state machine: each arrow, each moment just before, at and after the
 * one that matters, what a step leaves in the account, and that a second
 * step at the same moment changes nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "policy/standing.h"
#include "default_policy.h"
#include "test.h"

#define DAY	CLOCK_DAY
#define HOUR	CLOCK_HOUR
#define START	(20000 * CLOCK_DAY)	/* a full hour */
#define NEVER	INT64_MIN		/* a time that is 0, not START + 0 */
#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

/* Times are after START; NEVER stands for 0. */
struct state {
	enum standing	standing;
	int64_t		since, due, warned_at, assessed;
};

static const struct {
	const char	*name;
	struct state	 before;
	int64_t		 warn_again;
	int64_t		 answered, lapsed;
	int64_t		 t;
	enum notice	 notice;
	struct state	 after;
} arrows[] = {
	{ "good, not low",
	    { STANDING_GOOD, -90 * DAY, NEVER, NEVER, -DAY }, 0, 13, 87, 0,
	    NOTICE_NONE,
	    { STANDING_GOOD, -90 * DAY, NEVER, NEVER, 0 } },
	{ "good, one short of the minimum",
	    { STANDING_GOOD, -90 * DAY, NEVER, NEVER, -DAY }, 0, 0, 99, 0,
	    NOTICE_NONE,
	    { STANDING_GOOD, -90 * DAY, NEVER, NEVER, 0 } },
	{ "good, low: warned",
	    { STANDING_GOOD, -90 * DAY, NEVER, NEVER, -DAY }, 0, 12, 88, 0,
	    NOTICE_WARNING,
	    { STANDING_WARNED, 0, 17 * DAY, 0, 0 } },
	{ "good, low, assessed this very moment",
	    { STANDING_GOOD, -90 * DAY, NEVER, NEVER, 0 }, 0, 0, 100, 0,
	    NOTICE_NONE,
	    { STANDING_GOOD, -90 * DAY, NEVER, NEVER, 0 } },
	{ "good, low, assessed later already",
	    { STANDING_GOOD, -90 * DAY, NEVER, NEVER, HOUR }, 0, 0, 100, 0,
	    NOTICE_NONE,
	    { STANDING_GOOD, -90 * DAY, NEVER, NEVER, HOUR } },
	{ "good, low, assessed a moment ago",
	    { STANDING_GOOD, -90 * DAY, NEVER, NEVER, -1 }, 0, 0, 100, 0,
	    NOTICE_WARNING,
	    { STANDING_WARNED, 0, 17 * DAY, 0, 0 } },
	{ "good, low, warned years ago: restricted at once",
	    { STANDING_GOOD, -90 * DAY, NEVER, -900 * DAY, -DAY }, 0, 12, 88,
	    0, NOTICE_RESTRICTED,
	    { STANDING_RESTRICTED, 0, 14 * DAY, -900 * DAY, 0 } },
	{ "good, low, a moment before it may be warned again",
	    { STANDING_GOOD, -90 * DAY, NEVER, -365 * DAY + 1, -DAY },
	    365 * DAY, 12, 88, 0, NOTICE_RESTRICTED,
	    { STANDING_RESTRICTED, 0, 14 * DAY, -365 * DAY + 1, 0 } },
	{ "good, low, just when it may be warned again",
	    { STANDING_GOOD, -90 * DAY, NEVER, -365 * DAY, -DAY },
	    365 * DAY, 12, 88, 0, NOTICE_WARNING,
	    { STANDING_WARNED, 0, 17 * DAY, 0, 0 } },
	{ "good, low, long after it may be warned again",
	    { STANDING_GOOD, -90 * DAY, NEVER, -366 * DAY, -DAY },
	    365 * DAY, 12, 88, 0, NOTICE_WARNING,
	    { STANDING_WARNED, 0, 17 * DAY, 0, 0 } },
	{ "warned, low, a moment before its due",
	    { STANDING_WARNED, -17 * DAY, 0, -17 * DAY, -17 * DAY }, 0, 0,
	    500, -1, NOTICE_NONE,
	    { STANDING_WARNED, -17 * DAY, 0, -17 * DAY, -17 * DAY } },
	{ "warned, low, at its due: restricted",
	    { STANDING_WARNED, -17 * DAY, 0, -17 * DAY, -17 * DAY }, 0, 12,
	    88, 0, NOTICE_RESTRICTED,
	    { STANDING_RESTRICTED, 0, 14 * DAY, -17 * DAY, 0 } },
	{ "warned, low, a moment after its due: restricted",
	    { STANDING_WARNED, -17 * DAY, 0, -17 * DAY, -17 * DAY }, 0, 12,
	    88, 1, NOTICE_RESTRICTED,
	    { STANDING_RESTRICTED, 1, 14 * DAY + 1, -17 * DAY, 1 } },
	{ "warned, better, a moment before its due",
	    { STANDING_WARNED, -17 * DAY, 0, -17 * DAY, -17 * DAY }, 0, 13,
	    87, -1, NOTICE_NONE,
	    { STANDING_WARNED, -17 * DAY, 0, -17 * DAY, -17 * DAY } },
	{ "warned, better, at its due: recovered",
	    { STANDING_WARNED, -17 * DAY, 0, -17 * DAY, -17 * DAY }, 0, 13,
	    87, 0, NOTICE_RECOVERED,
	    { STANDING_GOOD, 0, NEVER, -17 * DAY, 0 } },
	{ "warned, too little sent to be low: recovered",
	    { STANDING_WARNED, -17 * DAY, 0, -17 * DAY, -17 * DAY }, 0, 0, 99,
	    0, NOTICE_RECOVERED,
	    { STANDING_GOOD, 0, NEVER, -17 * DAY, 0 } },
	{ "warned, nothing sent: recovered",
	    { STANDING_WARNED, -17 * DAY, 0, -17 * DAY, -17 * DAY }, 0, 0, 0,
	    0, NOTICE_RECOVERED,
	    { STANDING_GOOD, 0, NEVER, -17 * DAY, 0 } },
	{ "warned again is not warned twice",
	    { STANDING_WARNED, -17 * DAY, 0, -17 * DAY, -17 * DAY }, DAY, 0,
	    500, 0, NOTICE_RESTRICTED,
	    { STANDING_RESTRICTED, 0, 14 * DAY, -17 * DAY, 0 } },
	{ "restricted, met, a moment before its due",
	    { STANDING_RESTRICTED, -14 * DAY, 0, -31 * DAY, -14 * DAY }, 0, 1,
	    0, -1, NOTICE_NONE,
	    { STANDING_RESTRICTED, -14 * DAY, 0, -31 * DAY, -14 * DAY } },
	{ "restricted, met, at its due: released",
	    { STANDING_RESTRICTED, -14 * DAY, 0, -31 * DAY, -14 * DAY }, 0, 1,
	    0, 0, NOTICE_RELEASED,
	    { STANDING_GOOD, 0, NEVER, -31 * DAY, 0 } },
	{ "restricted, just at the threshold: released",
	    { STANDING_RESTRICTED, -14 * DAY, 0, -31 * DAY, -14 * DAY }, 0,
	    13, 87, 1, NOTICE_RELEASED,
	    { STANDING_GOOD, 1, NEVER, -31 * DAY, 1 } },
	{ "restricted, just below the threshold: extended",
	    { STANDING_RESTRICTED, -14 * DAY, 0, -31 * DAY, -14 * DAY }, 0,
	    12, 88, 0, NOTICE_EXTENDED,
	    { STANDING_RESTRICTED, 0, 14 * DAY, -31 * DAY, 0 } },
	{ "restricted, nothing settled: extended",
	    { STANDING_RESTRICTED, -14 * DAY, 0, -31 * DAY, -14 * DAY }, 0, 0,
	    0, 0, NOTICE_EXTENDED,
	    { STANDING_RESTRICTED, 0, 14 * DAY, -31 * DAY, 0 } },
	{ "restricted, not met, a moment before its due",
	    { STANDING_RESTRICTED, -14 * DAY, 0, -31 * DAY, -14 * DAY }, 0, 0,
	    5, -1, NOTICE_NONE,
	    { STANDING_RESTRICTED, -14 * DAY, 0, -31 * DAY, -14 * DAY } },
	{ "restricted, a look in between leaves the due alone",
	    { STANDING_RESTRICTED, -14 * DAY, 0, -31 * DAY, -2 * DAY }, 0, 0,
	    5, -DAY, NOTICE_NONE,
	    { STANDING_RESTRICTED, -14 * DAY, 0, -31 * DAY, -2 * DAY } },
	{ "restricted, a look that was put off at its due: extended",
	    { STANDING_RESTRICTED, -14 * DAY, 0, -31 * DAY, 0 }, 0, 0,
	    5, 0, NOTICE_EXTENDED,
	    { STANDING_RESTRICTED, 0, 14 * DAY, -31 * DAY, 0 } }
};

static int64_t
when(int64_t offset)
{
	return offset == NEVER ? 0 : START + offset;
}

static void
account_set(struct account *account, const struct state *state)
{
	memset(account, 0, sizeof(*account));
	account->standing = state->standing;
	account->since = when(state->since);
	account->due = when(state->due);
	account->warned_at = when(state->warned_at);
	account->assessed = when(state->assessed);
}

static void
account_check(const char *name, const struct account *got,
    const struct state *want)
{
	ck_assert_msg(got->standing == want->standing, "%s: is %s", name,
	    standing_text(got->standing));
	ck_assert_msg(got->since == when(want->since), "%s: since", name);
	ck_assert_msg(got->due == when(want->due), "%s: due", name);
	ck_assert_msg(got->warned_at == when(want->warned_at),
	    "%s: warned at", name);
	ck_assert_msg(got->assessed == when(want->assessed), "%s: assessed",
	    name);
}

/* A change is remembered with what it was decided on; nothing else is. */
static void
judged_check(const char *name, const struct account *before,
    const struct account *after, const struct step *step)
{
	bool changed = step->notice != NOTICE_NONE;
	const struct tally *want = changed ? &step->tally : &before->judged;
	const struct rate_window *window = changed ? &step->window :
	    &before->judged_window;

	ck_assert_msg(after->judged.answered == want->answered &&
	    after->judged.lapsed == want->lapsed, "%s: judged", name);
	ck_assert_msg(after->judged_window.from == window->from &&
	    after->judged_window.until == window->until,
	    "%s: judged window", name);
}

static void
step_check(const char *name, const struct step *step,
    const struct policy *policy, const struct account *before,
    const struct account *after)
{
	struct rate_window window;

	ck_assert_msg(step->from == before->standing, "%s: from", name);
	ck_assert_msg(step->to == after->standing, "%s: to", name);
	ck_assert_msg(step->due == after->due, "%s: step's due", name);
	window = rate_window_at(policy, before->since, step->at);
	ck_assert_msg(step->window.from == window.from &&
	    step->window.until == window.until, "%s: window", name);
}

START_TEST(test_arrow)
{
	struct policy policy = default_policy();
	struct account account, before;
	struct tally tally = { .answered = arrows[_i].answered,
		.lapsed = arrows[_i].lapsed };
	const char *name = arrows[_i].name;
	int64_t t = START + arrows[_i].t;
	struct step step;

	policy.warn_again = arrows[_i].warn_again;
	account_set(&before, &arrows[_i].before);
	before.judged.answered = 4711;
	before.judged_window.until = 4711;
	account = before;
	standing_step(&account, &policy, &tally, t, &step);
	ck_assert_msg(step.notice == arrows[_i].notice, "%s: got notice %s",
	    name, notice_text(step.notice));
	ck_assert_msg(step.at == t, "%s: at", name);
	ck_assert_msg(step.tally.lapsed == tally.lapsed &&
	    step.tally.answered == tally.answered, "%s: tally", name);
	account_check(name, &account, &arrows[_i].after);
	step_check(name, &step, &policy, &before, &account);
	judged_check(name, &before, &account, &step);

	standing_step(&account, &policy, &tally, t, &step);
	ck_assert_msg(step.notice == NOTICE_NONE, "%s: twice", name);
	ck_assert_msg(step.from == step.to, "%s: twice, from and to", name);
	account_check(name, &account, &arrows[_i].after);
}
END_TEST

/* Times after START, which is a full hour. */
static const struct {
	const char	*name;
	enum standing	 standing;
	int64_t		 settle, assessed, due, oldest_open, want;
} looks[] = {
	{ "good, nothing open", STANDING_GOOD, 3 * DAY, 0, NEVER, NEVER,
	    NEVER },
	{ "good, it lapses on the hour", STANDING_GOOD, 3 * DAY, 0, NEVER,
	    HOUR, 3 * DAY + HOUR },
	{ "good, it lapses a moment before the hour", STANDING_GOOD, 3 * DAY,
	    0, NEVER, HOUR - 1, 3 * DAY + HOUR },
	{ "good, it lapses a moment after the hour", STANDING_GOOD, 3 * DAY,
	    0, NEVER, HOUR + 1, 3 * DAY + 2 * HOUR },
	{ "good, a settle of ninety minutes", STANDING_GOOD, 90 * CLOCK_MINUTE,
	    0, NEVER, HOUR, 3 * HOUR },
	{ "good, no settle, sent on the hour", STANDING_GOOD, 0, 0, NEVER,
	    HOUR, HOUR },
	{ "good, no settle, sent after the hour", STANDING_GOOD, 0, 0, NEVER,
	    HOUR + 1, 2 * HOUR },
	{ "good, the first one that was not assessed", STANDING_GOOD, 3 * DAY,
	    5 * DAY, NEVER, 2 * DAY + 1, 5 * DAY + HOUR },
	{ "warned: at its due, open or not", STANDING_WARNED, 3 * DAY, 0,
	    17 * DAY + 5, DAY, 17 * DAY + 5 },
	{ "restricted: at its due", STANDING_RESTRICTED, 3 * DAY, 0,
	    14 * DAY + 5, NEVER, 14 * DAY + 5 }
};

START_TEST(test_look)
{
	struct policy policy = default_policy();
	struct state state = { looks[_i].standing, -90 * DAY, looks[_i].due,
		NEVER, looks[_i].assessed };
	struct account account;
	int64_t got;

	policy.settle = looks[_i].settle;
	account_set(&account, &state);
	got = standing_next_assessment(&account, &policy,
	    when(looks[_i].oldest_open));
	ck_assert_msg(got == when(looks[_i].want), "%s: got START + %lld",
	    looks[_i].name, (long long)(got - START));
}
END_TEST

/*
 * What lapses on the hour is in the window of that hour, and is not open any
 * more afterwards; what was sent a moment later is the other way round.
 */
START_TEST(test_each_outreach_is_assessed_once)
{
	struct policy policy = default_policy();
	struct tally tally = { .lapsed = 1 };
	struct account account;
	struct rate_window window;
	struct step step;
	int64_t sent = START + HOUR, look;

	account_init(&account, "alice", START);
	look = standing_next_assessment(&account, &policy, sent);
	ck_assert_int_eq(look, sent + policy.settle);
	window = rate_window_at(&policy, account.since, look);
	ck_assert(sent > window.from && sent <= window.until);
	ck_assert(sent + 1 > window.until);

	standing_step(&account, &policy, &tally, look, &step);
	ck_assert(!(sent > account.assessed - policy.settle));
	ck_assert(sent + 1 > account.assessed - policy.settle);
}
END_TEST

/* The message that makes a user known is open, and counts. */
START_TEST(test_first_message_counts)
{
	static const int64_t settles[] = { 0, 3 * DAY };
	struct policy policy = default_policy();
	struct rate_window window;
	struct account account;
	size_t i;

	account_init(&account, "alice", START);
	ck_assert_str_eq(account.user, "alice");
	ck_assert_int_eq(account.standing, STANDING_GOOD);
	for (i = 0; i < 2; i++) {
		policy.settle = settles[i];
		ck_assert(START > account.assessed - policy.settle);
		window = rate_window_at(&policy, account.since,
		    START + policy.settle);
		ck_assert(START > window.from && START <= window.until);
	}
}
END_TEST

START_TEST(test_user_name_at_its_bound)
{
	char *name = malloc(CONF_USER_SIZE + 1);
	struct account account;

	ck_assert_ptr_nonnull(name);
	memset(name, 'a', CONF_USER_SIZE);
	name[CONF_USER_SIZE] = '\0';
	account_init(&account, name, START);
	ck_assert_uint_eq(strlen(account.user), CONF_USER_SIZE - 1);
	account_init(&account, name + 1, START);
	ck_assert_str_eq(account.user, name + 1);
	free(name);
}
END_TEST

/* A daemon that comes back after two months takes each step at its due. */
START_TEST(test_catching_up)
{
	struct policy policy = default_policy();
	struct tally nothing = { 0, 0, 0, 0 };
	struct state state = { STANDING_RESTRICTED, 0, 14 * DAY, -17 * DAY,
		0 };
	struct account account;
	struct step step;
	int64_t next, steps = 0;

	account_set(&account, &state);
	for (;;) {
		next = standing_next_assessment(&account, &policy, 0);
		if (next > START + 60 * DAY)
			break;
		standing_step(&account, &policy, &nothing, next, &step);
		ck_assert_int_eq(step.notice, NOTICE_EXTENDED);
		ck_assert_int_eq(step.at, START + ++steps * 14 * DAY);
	}
	ck_assert_int_eq(steps, 4);
	ck_assert_int_eq(account.since, START + 56 * DAY);
	ck_assert_int_eq(account.due, START + 70 * DAY);
}
END_TEST

/* Spans of no length still lead forward in time. */
START_TEST(test_no_length)
{
	struct policy policy = default_policy();
	struct tally low = { .lapsed = 100 };
	struct account account;
	struct step step;
	int64_t t = START, next;
	int i;

	policy.warning = policy.restriction = policy.settle = 0;
	account_init(&account, "alice", START);
	for (i = 0; i < 10; i++) {
		standing_step(&account, &policy, &low, t, &step);
		ck_assert_int_ne(step.notice, NOTICE_NONE);
		next = standing_next_assessment(&account, &policy, 0);
		ck_assert_int_gt(next, t);
		t = next;
	}
	ck_assert_int_eq(account.standing, STANDING_RESTRICTED);
}
END_TEST

static const struct {
	const char	*name;
	bool		 policy;
	int64_t		 until, t;
	bool		 want;
} exemptions[] = {
	{ "nobody said so", false, NEVER, 0, false },
	{ "by policy", true, NEVER, 0, true },
	{ "a moment before its end", false, DAY, DAY - 1, true },
	{ "at its end", false, DAY, DAY, false },
	{ "after its end", false, DAY, DAY + 1, false },
	{ "after its end, and by policy", true, DAY, DAY + 1, true },
	{ "for good", false, CLOCK_LATEST - START, CLOCK_LATEST - START,
	    true }
};

START_TEST(test_exemption)
{
	struct policy policy = default_policy();
	struct account account;

	account_init(&account, "alice", START);
	policy.exempt = exemptions[_i].policy;
	account.exempt_until = when(exemptions[_i].until);
	ck_assert_msg(account_is_exempt(&account, &policy,
	    START + exemptions[_i].t) == exemptions[_i].want, "%s",
	    exemptions[_i].name);
}
END_TEST

START_TEST(test_texts)
{
	ck_assert_str_eq(standing_text(STANDING_GOOD), "good");
	ck_assert_str_eq(standing_text(STANDING_WARNED), "warned");
	ck_assert_str_eq(standing_text(STANDING_RESTRICTED), "restricted");
	ck_assert_str_eq(notice_text(NOTICE_NONE), "none");
	ck_assert_str_eq(notice_text(NOTICE_WARNING), "warning");
	ck_assert_str_eq(notice_text(NOTICE_RESTRICTED), "restricted");
	ck_assert_str_eq(notice_text(NOTICE_EXTENDED), "extended");
	ck_assert_str_eq(notice_text(NOTICE_RELEASED), "released");
	ck_assert_str_eq(notice_text(NOTICE_RECOVERED), "recovered");
	ck_assert_str_eq(notice_text(NOTICE_HEADS_UP), "heads-up");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("standing");
	TCase *tcase = tcase_create("standing");

	tcase_add_loop_test(tcase, test_arrow, 0, ROWS(arrows));
	tcase_add_loop_test(tcase, test_look, 0, ROWS(looks));
	tcase_add_test(tcase, test_each_outreach_is_assessed_once);
	tcase_add_test(tcase, test_first_message_counts);
	tcase_add_test(tcase, test_user_name_at_its_bound);
	tcase_add_test(tcase, test_catching_up);
	tcase_add_test(tcase, test_no_length);
	tcase_add_loop_test(tcase, test_exemption, 0, ROWS(exemptions));
	tcase_add_test(tcase, test_texts);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
