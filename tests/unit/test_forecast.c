/*
 * Forecasts: named stories.  That what is forecast happens is for
 * test_forecast_property.c.
 */
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "default_policy.h"
#include "forecast_fixture.h"
#include "test.h"

#define DAY	CLOCK_DAY
#define START	(20000 * CLOCK_DAY)	/* a full hour */
#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

static void
ledger_send(struct ledger *ledger, int64_t sent_at, int answered, int silent)
{
	while (answered-- > 0)
		ledger_add(ledger, sent_at)->answered_at = sent_at + 1;
	while (silent-- > 0)
		ledger_add(ledger, sent_at);
}

/* Times are days after START; the account's standing began at START. */
static const struct story {
	const char	*name;
	enum standing	 standing;
	int		 due;
	int		 now;
	struct {
		int	day, answered, silent;
	} sent[3];
	struct forecast	 want;		/* but for the window; at: in days */
} stories[] = {
	{ "just warned: a new count", STANDING_WARNED, 17, 0,
	    { { -5, 4, 90 } }, { 17, false, { 0, 0 }, { 0, 0, 0, 0 }, 0,
	    NOTICE_RECOVERED, 0, 0, 99 } },
	{ "warned, low, some still open", STANDING_WARNED, 17, 10,
	    { { 2, 9, 51 }, { 9, 0, 61 } }, { 17, false, { 0, 0 },
	    { 9, 51, 61, 0 }, 0, NOTICE_RESTRICTED, 7, 8, FORECAST_NEVER } },
	{ "warned, at the threshold", STANDING_WARNED, 17, 10,
	    { { 2, 13, 87 } }, { 17, false, { 0, 0 }, { 13, 87, 0, 0 }, 0,
	    NOTICE_RECOVERED, 0, 0, 0 } },
	{ "warned, what is sent last does not count", STANDING_WARNED, 17, 16,
	    { { 2, 12, 88 }, { 15, 50, 0 } }, { 17, false, { 0, 0 },
	    { 12, 88, 0, 0 }, 50, NOTICE_RESTRICTED, 1, FORECAST_NEVER,
	    FORECAST_NEVER } },
	{ "warned, well, too late to spoil it", STANDING_WARNED, 17, 15,
	    { { 2, 13, 87 } }, { 17, false, { 0, 0 }, { 13, 87, 0, 0 }, 0,
	    NOTICE_RECOVERED, 0, 0, FORECAST_ANY } },
	{ "restricted, nothing sent", STANDING_RESTRICTED, 14, 3,
	    { { -1, 0, 200 } }, { 14, false, { 0, 0 }, { 0, 0, 0, 0 }, 0,
	    NOTICE_EXTENDED, FORECAST_NEVER, 1, FORECAST_NEVER } },
	{ "restricted, one answer lifts it", STANDING_RESTRICTED, 14, 8,
	    { { 2, 0, 5 } }, { 14, false, { 0, 0 }, { 0, 5, 0, 0 }, 0,
	    NOTICE_EXTENDED, 1, 1, FORECAST_NEVER } },
	{ "restricted, met: seven in all for each answer",
	    STANDING_RESTRICTED, 14, 8, { { 2, 1, 3 } }, { 14, false, { 0, 0 },
	    { 1, 3, 0, 0 }, 0, NOTICE_RELEASED, 0, 0, 3 } },
	{ "restricted, overdue: nothing helps any more",
	    STANDING_RESTRICTED, 14, 15, { { 2, 0, 5 } }, { 14, false, { 0, 0 },
	    { 0, 5, 0, 0 }, 0, NOTICE_EXTENDED, FORECAST_NEVER,
	    FORECAST_NEVER, FORECAST_NEVER } },
	{ "good, quiet: what the next message will meet", STANDING_GOOD, 0,
	    20, { { 5, 0, 70 }, { 7, 3, 7 } }, { 23, true, { 0, 0 },
	    { 3, 7, 0, 0 }, 0, NOTICE_NONE, 0, 0, 89 } },
	{ "good, what is open will bring a warning", STANDING_GOOD, 0, 9,
	    { { 2, 2, 78 }, { 7, 1, 18 }, { 8, 2, 9 } },
	    { 11, false, { 0, 0 }, { 5, 78, 27, 0 }, 0, NOTICE_WARNING, 10,
	    FORECAST_NEVER, FORECAST_NEVER } },
	{ "good, the first low look, though a later one is none",
	    STANDING_GOOD, 0, 9, { { 7, 2, 98 }, { 9, 100, 0 } },
	    { 10, false, { 0, 0 }, { 2, 0, 98, 0 }, 100, NOTICE_WARNING, 11,
	    FORECAST_NEVER, FORECAST_NEVER } }
};

static void
forecast_check(const char *name, const struct forecast *got,
    const struct forecast *want)
{
	ck_assert_msg(got->at == want->at, "%s: at day %g", name,
	    (double)(got->at - START) / DAY);
	ck_assert_msg(got->if_sent == want->if_sent, "%s: if sent", name);
	ck_assert_msg(got->window.from == want->window.from &&
	    got->window.until == want->window.until, "%s: window", name);
	ck_assert_msg(memcmp(&got->tally, &want->tally, sizeof(got->tally)) ==
	    0, "%s: %" PRId64 " answered, %" PRId64 " lapsed, %" PRId64
	    " pending", name, got->tally.answered, got->tally.lapsed,
	    got->tally.pending);
	ck_assert_msg(got->young == want->young, "%s: %" PRId64 " young",
	    name, got->young);
	ck_assert_msg(got->silent == want->silent, "%s: silence brings %s",
	    name, notice_text(got->silent));
	ck_assert_msg(got->answers == want->answers, "%s: %" PRId64
	    " answers", name, got->answers);
	ck_assert_msg(got->fresh == want->fresh, "%s: %" PRId64 " fresh",
	    name, got->fresh);
	ck_assert_msg(got->room == want->room, "%s: room for %" PRId64, name,
	    got->room);
}

START_TEST(test_story)
{
	static struct ledger ledger;
	const struct story *story = &stories[_i];
	struct policy policy = default_policy();
	struct account account = { .standing = story->standing,
		.since = START, .assessed = START, .warned_at = START };
	struct forecast got, want = story->want;
	size_t i;

	if (story->standing == STANDING_GOOD)
		account.warned_at = 0;
	if (story->due != 0)
		account.due = START + story->due * DAY;
	ledger.length = 0;
	for (i = 0; i < 3; i++)
		ledger_send(&ledger, START + story->sent[i].day * DAY,
		    story->sent[i].answered, story->sent[i].silent);
	forecast_of(&ledger, &policy, &account, START + story->now * DAY,
	    &got);
	want.at = START + want.at * DAY;
	want.window = rate_window_at(&policy, START, want.at);
	forecast_check(story->name, &got, &want);
}
END_TEST

/* Exempt: nothing is looked at, or only behind the exemption. */
START_TEST(test_exempt)
{
	static struct ledger ledger;
	struct policy policy = default_policy();
	struct account account = { .standing = STANDING_WARNED,
		.since = START, .assessed = START, .due = START + 17 * DAY,
		.exempt_until = CLOCK_LATEST };
	struct forecast got;
	const struct forecast nothing = { 0 };

	ledger.length = 0;
	ledger_send(&ledger, START + DAY, 0, 100);
	forecast_of(&ledger, &policy, &account, START + 2 * DAY, &got);
	forecast_check("for good", &got, &nothing);
	account.exempt_until = START + 30 * DAY;
	forecast_of(&ledger, &policy, &account, START + 2 * DAY, &got);
	ck_assert_int_eq(got.at, START + 30 * DAY);
	account.standing = STANDING_GOOD;
	account.due = 0;
	forecast_of(&ledger, &policy, &account, START + 2 * DAY, &got);
	forecast_check("good, until after all has settled", &got, &nothing);
	account.exempt_until = START + 3 * DAY;
	forecast_of(&ledger, &policy, &account, START + 2 * DAY, &got);
	ck_assert_int_eq(got.at, START + 4 * DAY);
	ck_assert_int_eq(got.silent, NOTICE_WARNING);
	policy.exempt = true;
	forecast_of(&ledger, &policy, &account, START + 2 * DAY, &got);
	forecast_check("by policy", &got, &nothing);
}
END_TEST

START_TEST(test_limit)
{
	struct policy policy = default_policy();
	struct account account = { .standing = STANDING_GOOD, .since = START,
		.assessed = START };
	struct outreach row = { .sent_at = START + 1 };
	struct forecast_counter *counter = forecast_counter_new(&policy,
	    &account, START + DAY);
	struct forecast forecast;
	size_t i;

	for (i = 0; i < FORECAST_ROWS_MAX; i++)
		if (forecast_counter_add(counter, &row) != STATUS_OK)
			ck_abort_msg("row %zu is not taken", i);
	ck_assert_int_eq(forecast_counter_add(counter, &row), STATUS_LIMIT);
	ck_assert_int_eq(forecast_counter_look(counter, &forecast), STATUS_OK);
	ck_assert_int_eq(forecast.tally.pending, FORECAST_ROWS_MAX);
	forecast_counter_free(counter);
	forecast_counter_free(NULL);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("forecast");
	TCase *tcase = tcase_create("forecast");

	tcase_add_loop_test(tcase, test_story, 0, ROWS(stories));
	tcase_add_test(tcase, test_exempt);
	tcase_add_test(tcase, test_limit);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
