/*
 * What an administrator does to a standing: each act in each standing, and
 * each twice.
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

enum act {
	ACT_PARDON,
	ACT_RESTRICT,		/* `until` NEVER: none is given */
	ACT_EXEMPT
};

static const struct {
	const char	*name;
	struct state	 before;
	int64_t		 exempt_until;
	enum act	 act;
	int64_t		 until;
	struct state	 after;
	int64_t		 exempt_after;
} acts[] = {
	{ "pardoned while restricted",
	    { STANDING_RESTRICTED, -DAY, 13 * DAY, -18 * DAY, -DAY }, NEVER,
	    ACT_PARDON, NEVER,
	    { STANDING_GOOD, 0, NEVER, -18 * DAY, 0 }, NEVER },
	{ "pardoned while warned",
	    { STANDING_WARNED, -DAY, 16 * DAY, -DAY, -DAY }, NEVER,
	    ACT_PARDON, NEVER,
	    { STANDING_GOOD, 0, NEVER, -DAY, 0 }, NEVER },
	{ "pardoned while good: a new count",
	    { STANDING_GOOD, -90 * DAY, NEVER, NEVER, -HOUR }, NEVER,
	    ACT_PARDON, NEVER,
	    { STANDING_GOOD, 0, NEVER, NEVER, 0 }, NEVER },
	{ "pardoned while exempt",
	    { STANDING_RESTRICTED, -DAY, 13 * DAY, NEVER, -DAY }, 5 * DAY,
	    ACT_PARDON, NEVER,
	    { STANDING_GOOD, 0, NEVER, NEVER, 0 }, 5 * DAY },
	{ "restricted for a term, never warned",
	    { STANDING_GOOD, -90 * DAY, NEVER, NEVER, -HOUR }, NEVER,
	    ACT_RESTRICT, NEVER,
	    { STANDING_RESTRICTED, 0, 14 * DAY, NEVER, 0 }, NEVER },
	{ "restricted while warned",
	    { STANDING_WARNED, -DAY, 16 * DAY, -DAY, -DAY }, NEVER,
	    ACT_RESTRICT, NEVER,
	    { STANDING_RESTRICTED, 0, 14 * DAY, -DAY, 0 }, NEVER },
	{ "restricted until a date",
	    { STANDING_GOOD, -90 * DAY, NEVER, NEVER, -HOUR }, NEVER,
	    ACT_RESTRICT, 3 * DAY,
	    { STANDING_RESTRICTED, 0, 3 * DAY, NEVER, 0 }, NEVER },
	{ "restricted already: a new term",
	    { STANDING_RESTRICTED, -9 * DAY, 5 * DAY, NEVER, -9 * DAY },
	    NEVER, ACT_RESTRICT, 30 * DAY,
	    { STANDING_RESTRICTED, 0, 30 * DAY, NEVER, 0 }, NEVER },
	{ "restricted until this very moment",
	    { STANDING_GOOD, -90 * DAY, NEVER, NEVER, -HOUR }, NEVER,
	    ACT_RESTRICT, 0,
	    { STANDING_RESTRICTED, 0, 1, NEVER, 0 }, NEVER },
	{ "exempt until a date",
	    { STANDING_WARNED, -DAY, 16 * DAY, -DAY, -DAY }, NEVER,
	    ACT_EXEMPT, DAY,
	    { STANDING_WARNED, -DAY, 16 * DAY, -DAY, -DAY }, DAY },
	{ "exempt for good",
	    { STANDING_GOOD, -DAY, NEVER, NEVER, -DAY }, DAY, ACT_EXEMPT,
	    CLOCK_LATEST - START,
	    { STANDING_GOOD, -DAY, NEVER, NEVER, -DAY },
	    CLOCK_LATEST - START },
	{ "exempt for less long",
	    { STANDING_GOOD, -DAY, NEVER, NEVER, -DAY }, 9 * DAY, ACT_EXEMPT,
	    DAY,
	    { STANDING_GOOD, -DAY, NEVER, NEVER, -DAY }, DAY },
	{ "an exemption for good ends now",
	    { STANDING_RESTRICTED, -DAY, 9 * DAY, NEVER, -DAY },
	    CLOCK_LATEST - START, ACT_EXEMPT, 0,
	    { STANDING_RESTRICTED, -DAY, 9 * DAY, NEVER, -DAY }, 0 },
	{ "one that is over does not end again",
	    { STANDING_GOOD, -DAY, NEVER, NEVER, -DAY }, -DAY, ACT_EXEMPT, 0,
	    { STANDING_GOOD, -DAY, NEVER, NEVER, -DAY }, -DAY },
	{ "none does not end",
	    { STANDING_GOOD, -DAY, NEVER, NEVER, -DAY }, NEVER, ACT_EXEMPT, 0,
	    { STANDING_GOOD, -DAY, NEVER, NEVER, -DAY }, NEVER }
};

static int64_t
when(int64_t offset)
{
	return offset == NEVER ? 0 : START + offset;
}

static struct account
account_of(const struct state *state)
{
	struct account account;

	memset(&account, 0, sizeof(account));
	account.standing = state->standing;
	account.since = when(state->since);
	account.due = when(state->due);
	account.warned_at = when(state->warned_at);
	account.assessed = when(state->assessed);
	return account;
}

static void
check_account(const struct account *got, const struct state *want,
    const char *name)
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

static void
do_act(struct account *account, enum act act, int64_t until)
{
	const struct policy policy = default_policy();

	if (act == ACT_PARDON)
		standing_pardon(account, START);
	else if (act == ACT_RESTRICT)
		standing_restrict(account, &policy, START, when(until));
	else
		standing_exempt(account, START, when(until));
}

START_TEST(test_act)
{
	static const struct tally none;
	struct account account, again;

	account = account_of(&acts[_i].before);
	account.exempt_until = when(acts[_i].exempt_until);
	account.judged.lapsed = 100;
	do_act(&account, acts[_i].act, acts[_i].until);
	check_account(&account, &acts[_i].after, acts[_i].name);
	ck_assert_msg(account.exempt_until == when(acts[_i].exempt_after),
	    "%s: exempt until", acts[_i].name);
	ck_assert_msg(acts[_i].act == ACT_EXEMPT ? account.judged.lapsed ==
	    100 : memcmp(&account.judged, &none, sizeof(none)) == 0,
	    "%s: figures", acts[_i].name);
	again = account;
	do_act(&again, acts[_i].act, acts[_i].until);
	ck_assert_msg(memcmp(&again, &account, sizeof(account)) == 0,
	    "%s: twice", acts[_i].name);
}
END_TEST

/* What fell due during an exemption is looked at when it is ended. */
START_TEST(test_end_of_exemption)
{
	static const struct state restricted = { STANDING_RESTRICTED,
	    -20 * DAY, -6 * DAY, NEVER, -20 * DAY };
	const struct policy policy = default_policy();
	struct account account = account_of(&restricted);

	account.exempt_until = CLOCK_LATEST;
	ck_assert(standing_next_assessment(&account, &policy, 0) == 0);
	standing_exempt(&account, START, START);
	ck_assert(!account_is_exempt(&account, &policy, START));
	ck_assert(standing_next_assessment(&account, &policy, 0) == START);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("standing-acts");
	TCase *tcase = tcase_create("standing-acts");

	tcase_add_loop_test(tcase, test_act, 0, ROWS(acts));
	tcase_add_test(tcase, test_end_of_exemption);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
