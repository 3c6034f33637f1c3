/*
 * The rate: what an outreach was at a moment, the edges of the windows,
 * counting by message and by conversation, low and met at their bounds.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "policy/rate.h"
#include "default_policy.h"
#include "test.h"

#define DAY	CLOCK_DAY
#define START	(20000 * CLOCK_DAY)
#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

/* Times are after START; 0 is never. */
static const struct {
	const char		*name;
	int64_t			 answered_at, bounced_at, t;
	enum outreach_state	 want;
} states[] = {
	{ "just sent", 0, 0, 0, OUTREACH_PENDING },
	{ "a moment before it has settled", 0, 0, 3 * DAY - 1,
	    OUTREACH_PENDING },
	{ "settled to the microsecond", 0, 0, 3 * DAY, OUTREACH_LAPSED },
	{ "long ago", 0, 0, 90 * DAY, OUTREACH_LAPSED },
	{ "asked before its answer came", DAY, 0, DAY - 1, OUTREACH_PENDING },
	{ "asked when its answer came", DAY, 0, DAY, OUTREACH_ANSWERED },
	{ "answered, later", DAY, 0, 90 * DAY, OUTREACH_ANSWERED },
	{ "lapsed, before the late reply", 9 * DAY, 0, 9 * DAY - 1,
	    OUTREACH_LAPSED },
	{ "the late reply comes", 9 * DAY, 0, 9 * DAY, OUTREACH_ANSWERED },
	{ "before it bounced", 0, DAY, DAY - 1, OUTREACH_PENDING },
	{ "bounced", 0, DAY, DAY, OUTREACH_BOUNCED },
	{ "a bounce never lapses", 0, DAY, 90 * DAY, OUTREACH_BOUNCED },
	{ "lapsed, before the late bounce", 0, 9 * DAY, 9 * DAY - 1,
	    OUTREACH_LAPSED },
	{ "answered before a bounce", DAY, 2 * DAY, 3 * DAY,
	    OUTREACH_ANSWERED },
	{ "answered after a bounce", 2 * DAY, DAY, 3 * DAY,
	    OUTREACH_ANSWERED },
	{ "bounced, its answer still to come", 2 * DAY, DAY, 2 * DAY - 1,
	    OUTREACH_BOUNCED }
};

START_TEST(test_state)
{
	struct outreach row = { .sent_at = START };
	enum outreach_state got;

	if (states[_i].answered_at != 0)
		row.answered_at = START + states[_i].answered_at;
	if (states[_i].bounced_at != 0)
		row.bounced_at = START + states[_i].bounced_at;
	got = outreach_state(&row, 3 * DAY, START + states[_i].t);
	ck_assert_msg(got == states[_i].want, "%s: got %d, want %d",
	    states[_i].name, (int)got, (int)states[_i].want);
}
END_TEST

START_TEST(test_state_without_settle)
{
	struct outreach row = { .sent_at = START };

	ck_assert_int_eq(outreach_state(&row, 0, START), OUTREACH_LAPSED);
	row.answered_at = START;
	ck_assert_int_eq(outreach_state(&row, 0, START), OUTREACH_ANSWERED);
}
END_TEST

static const struct {
	const char	*name;
	int64_t		 settle, since, t;	/* since, t after START */
	int64_t		 from, until, open_from, open_until;
} windows[] = {
	{ "since is long past", 3 * DAY, -90 * DAY, 0,
	    -17 * DAY, -3 * DAY, -3 * DAY, 0 },
	{ "since a moment before the window", 3 * DAY, -17 * DAY - 1, 0,
	    -17 * DAY, -3 * DAY, -3 * DAY, 0 },
	{ "since just at its edge", 3 * DAY, -17 * DAY, 0,
	    -17 * DAY, -3 * DAY, -3 * DAY, 0 },
	{ "since a moment inside", 3 * DAY, -17 * DAY + 1, 0,
	    -17 * DAY + 1, -3 * DAY, -3 * DAY, 0 },
	{ "nothing has settled since", 3 * DAY, -3 * DAY, 0,
	    -3 * DAY, -3 * DAY, -3 * DAY, 0 },
	{ "since lies in the open part", 3 * DAY, -DAY, 0,
	    -DAY, -DAY, -DAY, 0 },
	{ "since is now", 3 * DAY, 0, 0, 0, 0, 0, 0 },
	{ "since is ahead of a clock set back", 3 * DAY, DAY, 0,
	    DAY, DAY, DAY, DAY },
	{ "settle is 0", 0, -90 * DAY, 0, -14 * DAY, 0, 0, 0 }
};

START_TEST(test_window)
{
	struct policy policy = default_policy();
	struct rate_window at, open;
	const char *name = windows[_i].name;

	policy.settle = windows[_i].settle;
	at = rate_window_at(&policy, START + windows[_i].since,
	    START + windows[_i].t);
	open = rate_window_open(&policy, START + windows[_i].since,
	    START + windows[_i].t);
	ck_assert_msg(at.from == START + windows[_i].from, "%s: from", name);
	ck_assert_msg(at.until == START + windows[_i].until, "%s: until",
	    name);
	ck_assert_msg(open.from == START + windows[_i].open_from,
	    "%s: open from", name);
	ck_assert_msg(open.until == START + windows[_i].open_until,
	    "%s: open until", name);
}
END_TEST

/* A row per letter: Answered, Lapsed, Pending, Bounced; to candidate 1-9. */
static const struct {
	const char	*name;
	enum conf_count	 count;
	const char	*rows;
	struct tally	 want;
} tallies[] = {
	{ "nothing", CONF_COUNT_MESSAGE, "", { 0, 0, 0, 0 } },
	{ "nothing, by conversation", CONF_COUNT_CONVERSATION, "",
	    { 0, 0, 0, 0 } },
	{ "one of each", CONF_COUNT_MESSAGE, "A1L2P3B4", { 1, 1, 1, 1 } },
	{ "one of each, by conversation", CONF_COUNT_CONVERSATION,
	    "A1L2P3B4", { 1, 1, 1, 1 } },
	{ "every message counts", CONF_COUNT_MESSAGE, "L1L1A1P1B1",
	    { 1, 2, 1, 1 } },
	{ "one conversation", CONF_COUNT_CONVERSATION, "L1L1A1P1B1",
	    { 1, 0, 0, 0 } },
	{ "the answer first", CONF_COUNT_CONVERSATION, "A1L1L1",
	    { 1, 0, 0, 0 } },
	{ "lapsed outweighs pending", CONF_COUNT_CONVERSATION, "P1L1",
	    { 0, 1, 0, 0 } },
	{ "pending outweighs bounced", CONF_COUNT_CONVERSATION, "B1P1B1",
	    { 0, 0, 1, 0 } },
	{ "lapsed outweighs bounced", CONF_COUNT_CONVERSATION, "B1L1",
	    { 0, 1, 0, 0 } },
	{ "two candidates, rows mixed", CONF_COUNT_CONVERSATION,
	    "L2A1L1L2A2", { 2, 0, 0, 0 } },
	{ "three candidates", CONF_COUNT_CONVERSATION, "L3L2L1L3A2",
	    { 1, 2, 0, 0 } }
};

/* Makes of the row what must have that state at START. */
static void
row_set(struct outreach *row, char state, size_t candidate)
{
	row->sent_at = START - (state == 'P' ? DAY : 10 * DAY);
	row->answered_at = state == 'A' ? START - DAY : 0;
	row->bounced_at = state == 'B' ? START - DAY : 0;
	memcpy(row->candidate.bytes, &candidate, sizeof(candidate));
}

static struct outreach *
row_new(void)
{
	struct outreach *row = calloc(1, sizeof(*row));

	ck_assert_ptr_nonnull(row);
	return row;
}

static void
add_row(struct rate_counter *counter, struct outreach *row, char state,
    size_t candidate)
{
	row_set(row, state, candidate);
	if (rate_counter_add(counter, row) != STATUS_OK)
		ck_abort_msg("a row was not taken");
}

static struct rate_counter *
counter_new(enum conf_count count)
{
	struct policy policy = default_policy();
	struct rate_counter *counter;

	policy.count = count;
	counter = rate_counter_new(&policy, START);
	ck_assert_ptr_nonnull(counter);
	return counter;
}

static void
tally_check(const char *name, const struct tally *got,
    const struct tally *want)
{
	ck_assert_msg(got->answered == want->answered &&
	    got->lapsed == want->lapsed && got->pending == want->pending &&
	    got->bounced == want->bounced,
	    "%s: got %lld answered, %lld lapsed, %lld pending, %lld bounced",
	    name, (long long)got->answered, (long long)got->lapsed,
	    (long long)got->pending, (long long)got->bounced);
}

START_TEST(test_tally)
{
	struct rate_counter *counter = counter_new(tallies[_i].count);
	struct outreach *row = row_new();
	const char *rows = tallies[_i].rows;
	struct tally got;
	size_t i;

	for (i = 0; rows[i] != '\0'; i += 2)
		add_row(counter, row, rows[i], (size_t)(rows[i + 1] - '0'));
	got = rate_counter_tally(counter);
	tally_check(tallies[_i].name, &got, &tallies[_i].want);
	got = rate_counter_tally(counter);
	tally_check("asked twice", &got, &tallies[_i].want);
	rate_counter_free(counter);
	free(row);
}
END_TEST

/* The same people over and over take no more room and count once. */
START_TEST(test_conversations_at_the_bound)
{
	struct rate_counter *counter = counter_new(CONF_COUNT_CONVERSATION);
	struct outreach *row = row_new();
	struct tally got, want = { .answered = 1,
		.lapsed = (int64_t)RATE_CANDIDATES_MAX - 1 };
	size_t i;

	for (i = 0; i < 3 * RATE_CANDIDATES_MAX; i++)
		add_row(counter, row, i == 0 ? 'A' : 'L',
		    i % RATE_CANDIDATES_MAX);
	got = rate_counter_tally(counter);
	tally_check("at the bound", &got, &want);
	rate_counter_free(counter);
	free(row);
}
END_TEST

/* Past the bound nobody is lost. */
START_TEST(test_conversations_past_the_bound)
{
	struct rate_counter *counter = counter_new(CONF_COUNT_CONVERSATION);
	struct outreach *row = row_new();
	struct tally got, want = {
		.lapsed = 5 * (int64_t)RATE_CANDIDATES_MAX + 1 };
	size_t i;

	for (i = 0; i < (size_t)want.lapsed; i++)
		add_row(counter, row, 'L', i);
	got = rate_counter_tally(counter);
	tally_check("past the bound", &got, &want);
	rate_counter_free(counter);
	free(row);
}
END_TEST

static const struct {
	const char	*name;
	int		 confidence;
	int64_t		 threshold, minimum, release_minimum;
	int64_t		 answered, lapsed;
	bool		 low, met;
} judgements[] = {
	{ "nothing at all", 0, 130000, 100, 1, 0, 0, false, false },
	{ "one short of the minimum", 0, 130000, 100, 1, 0, 99,
	    false, false },
	{ "just the minimum", 0, 130000, 100, 1, 0, 100, true, false },
	{ "past the minimum", 0, 130000, 100, 1, 0, 101, true, false },
	{ "answers count towards the minimum", 0, 130000, 100, 1, 12, 88,
	    true, false },
	{ "just below the threshold", 0, 130000, 100, 1, 12, 81,
	    false, false },
	{ "just at the threshold", 0, 130000, 100, 1, 13, 87, false, true },
	{ "just above the threshold", 0, 130000, 100, 1, 14, 86,
	    false, true },
	{ "a millionth below", 0, 130000, 100, 1, 129999, 870001,
	    true, false },
	{ "to the millionth", 0, 130000, 100, 1, 130000, 870000,
	    false, true },
	{ "a share no double holds", 0, 333333, 3, 1, 1, 2, false, true },
	{ "just above that share", 0, 333334, 3, 1, 1, 2, true, false },
	{ "one short of the release minimum", 0, 130000, 100, 10, 9, 0,
	    false, false },
	{ "just the release minimum", 0, 130000, 100, 10, 10, 0,
	    false, true },
	{ "one answer releases", 0, 130000, 100, 1, 1, 0, false, true },
	{ "one silence does not", 0, 130000, 100, 1, 0, 1, false, false },
	{ "the threshold is 0", 0, 0, 1, 1, 0, 5, false, true },
	{ "the threshold is everybody", 0, 1000000, 1, 1, 4, 1,
	    true, false },
	{ "everybody did", 0, 1000000, 1, 1, 5, 0, false, true },
	{ "many rows", 0, 130000, 100, 1, 129999999, 870000001,
	    true, false },
	/* n(p - T)^2 against 3.8415 x 0.13 x 0.87 = 0.4345 */
	{ "7 of 100 may be chance", 95, 130000, 100, 1, 7, 93,
	    false, false },
	{ "6 of 100 is not", 95, 130000, 100, 1, 6, 94, true, false },
	{ "0 of 100, surely", 95, 130000, 100, 1, 0, 100, true, false },
	{ "12 of 100, surely not", 95, 130000, 100, 1, 12, 88,
	    false, false },
	{ "110 of 1000 may be chance", 95, 130000, 100, 1, 110, 890,
	    false, false },
	{ "109 of 1000 is not", 95, 130000, 100, 1, 109, 891, true, false },
	{ "far above is not low", 95, 130000, 100, 1, 60, 40, false, true },
	{ "at the threshold, with confidence", 95, 130000, 100, 1, 13, 87,
	    false, true },
	{ "confidence does not waive the minimum", 95, 130000, 100, 1, 0, 99,
	    false, false }
};

START_TEST(test_judgement)
{
	struct policy policy = default_policy();
	struct tally tally = { .answered = judgements[_i].answered,
		.lapsed = judgements[_i].lapsed, .pending = 1000,
		.bounced = 1000 };

	policy.confidence = judgements[_i].confidence;
	policy.threshold = judgements[_i].threshold;
	policy.minimum = judgements[_i].minimum;
	policy.release_minimum = judgements[_i].release_minimum;
	ck_assert_msg(rate_is_low(&policy, &tally) == judgements[_i].low,
	    "%s: low", judgements[_i].name);
	ck_assert_msg(rate_is_met(&policy, &tally) == judgements[_i].met,
	    "%s: met", judgements[_i].name);
}
END_TEST

static const struct {
	const char	*name;
	int64_t		 answered, lapsed, want;
} shares[] = {
	{ "nothing settled", 0, 0, -1 },
	{ "nobody", 0, 7, 0 },
	{ "everybody", 7, 0, 1000000 },
	{ "rounded down", 2, 1, 666666 },
	{ "below, and not at, the threshold", 129999, 870002, 129998 },
	{ "many rows", 1000000000, 1000000000, 500000 }
};

START_TEST(test_share)
{
	struct tally tally = { .answered = shares[_i].answered,
		.lapsed = shares[_i].lapsed, .pending = 9, .bounced = 9 };

	ck_assert_msg(rate_share(&tally) == shares[_i].want,
	    "%s: got %lld", shares[_i].name, (long long)rate_share(&tally));
	ck_assert_msg(rate_settled(&tally) ==
	    shares[_i].answered + shares[_i].lapsed, "%s: settled",
	    shares[_i].name);
}
END_TEST

static const struct {
	const char	*name;
	int64_t		 sent, bounced;
	bool		 want;
} bounces[] = {
	{ "nothing sent", 0, 0, false },
	{ "one short of the least", 9, 9, false },
	{ "the least, and all", 10, 10, true },
	{ "just a fifth", 50, 10, false },
	{ "just more than a fifth", 49, 10, true },
	{ "many, and few of all", 100000, 20000, false },
	{ "many", 100000, 20001, true }
};

START_TEST(test_bounces)
{
	ck_assert_msg(rate_has_many_bounces(bounces[_i].sent,
	    bounces[_i].bounced) == bounces[_i].want, "%s", bounces[_i].name);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("rate");
	TCase *tcase = tcase_create("rate");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, test_state, 0, ROWS(states));
	tcase_add_test(tcase, test_state_without_settle);
	tcase_add_loop_test(tcase, test_window, 0, ROWS(windows));
	tcase_add_loop_test(tcase, test_tally, 0, ROWS(tallies));
	tcase_add_test(tcase, test_conversations_at_the_bound);
	tcase_add_test(tcase, test_conversations_past_the_bound);
	tcase_add_loop_test(tcase, test_judgement, 0, ROWS(judgements));
	tcase_add_loop_test(tcase, test_share, 0, ROWS(shares));
	tcase_add_loop_test(tcase, test_bounces, 0, ROWS(bounces));
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
