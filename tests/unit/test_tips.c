/*
 * Tips: the test behind them against its definition, which advice which
 * ledger brings, the bounds of what is compared, and that advice is rare
 * where there is nothing to find.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "policy/tips.h"
#include "default_policy.h"
#include "test.h"

#define DAY	CLOCK_DAY
#define HOUR	CLOCK_HOUR
#define MONDAY	(20003 * CLOCK_DAY)	/* 2024-10-07 */
#define NOW	(MONDAY + 28 * DAY)
#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

/*
 * Fisher's test
 */

static double
choose(int64_t n, int64_t k)
{
	double result = 1;
	int64_t i;

	for (i = 1; i <= k; i++)
		result = result * (double)(n - k + i) / (double)i;
	return result;
}

/* By the definition, every term by itself. */
static double
fisher(int64_t a, int64_t n, int64_t b, int64_t m)
{
	double upper = 0, lower = 0, term;
	int64_t x, all = a + b;

	for (x = 0; x <= all; x++) {
		if (x > n || all - x > m)
			continue;
		term = choose(n, x) * choose(m, all - x) / choose(n + m, all);
		if (x >= a)
			upper += term;
		if (x <= a)
			lower += term;
	}
	return fmin(1, 2 * fmin(upper, lower));
}

START_TEST(test_fisher_by_definition)
{
	int64_t a, b, n, m;
	struct tip_group first, second;
	double got, want;

	for (n = 1; n < 60; n += 6)
		for (m = 1; m < 60; m += 7)
			for (a = 0; a <= n; a++)
				for (b = 0; b <= m; b++) {
					first = (struct tip_group){ a, n };
					second = (struct tip_group){ b, m };
					got = tips_fisher(&first, &second);
					want = fisher(a, n, b, m);
					if (fabs(got - want) >
					    1e-9 * want + 1e-13)
						ck_abort_msg("%d of %d, %d of "
						    "%d: %g, not %g", (int)a,
						    (int)n, (int)b, (int)m,
						    got, want);
				}
}
END_TEST

/* The lady who tasted tea, and what other programs print. */
static const struct {
	const char	*name;
	struct tip_group first, second;
	double		 want;
} published[] = {
	{ "Fisher's tea: 3 of 4, twice 17/70", { 3, 4 }, { 1, 4 }, 34.0 / 70 },
	{ "all of them, twice 1/70", { 4, 4 }, { 0, 4 }, 2.0 / 70 },
	{ "nothing at all", { 0, 20 }, { 0, 30 }, 1 },
	{ "large and alike", { 13000, 100000 }, { 13000, 100000 }, 1 },
	{ "large and far apart", { 30000, 60000 }, { 3000, 60000 }, 0 }
};

START_TEST(test_fisher_published)
{
	double got = tips_fisher(&published[_i].first, &published[_i].second);

	ck_assert_msg(fabs(got - published[_i].want) < 1e-9, "%s: got %.12g",
	    published[_i].name, got);
	ck_assert_msg(fabs(tips_fisher(&published[_i].second,
	    &published[_i].first) - got) < 1e-12, "%s: not the other way "
	    "round", published[_i].name);
}
END_TEST

/*
 * Ledgers.  A batch is so many messages, each to `people`, of which so many
 * people in all answer; one message every `step` from `start` on.
 */

struct batch {
	int		messages, people, answered;
	uint32_t	flags, length;
	int64_t		start, step;
	int		first_candidate;	/* 0: new ones */
	bool		bounced;
};

struct maker {
	struct tips_counter	*counter;
	uint32_t		 message, candidate;
};

/* Evenly among them. */
static bool
is_answered(const struct batch *batch, int k, int all)
{
	return (k + 1) * batch->answered / all > k * batch->answered / all;
}

static void
make(struct maker *maker, const struct batch *batch)
{
	struct outreach row = { .flags = batch->flags,
		.length = batch->length };
	uint32_t candidate = (uint32_t)batch->first_candidate;
	int i, j, k = 0, all = batch->messages * batch->people;

	for (i = 0; i < batch->messages; i++) {
		maker->message++;
		memcpy(row.message.bytes, &maker->message, 4);
		for (j = 0; j < batch->people; j++) {
			if (batch->first_candidate == 0)
				candidate = 1000000 + maker->candidate;
			memcpy(row.candidate.bytes, &candidate, 4);
			maker->candidate++;
			candidate++;
			row.sent_at = batch->start + i * batch->step;
			row.answered_at = is_answered(batch, k++, all) ?
			    row.sent_at + 1 : 0;
			row.bounced_at = batch->bounced ? row.sent_at + 1 : 0;
			ck_assert_int_eq(tips_counter_add(maker->counter,
			    &row), STATUS_OK);
		}
	}
}

static void
tips_of(const struct batch *batches, size_t count, enum conf_count counted,
    struct tips *tips)
{
	struct policy policy = default_policy();
	struct maker maker = { .counter = NULL };
	size_t i;

	policy.count = counted;
	maker.counter = tips_counter_new(&policy, NOW, NULL);
	ck_assert_ptr_nonnull(maker.counter);
	for (i = 0; i < count; i++)
		make(&maker, &batches[i]);
	tips_counter_take(maker.counter, tips);
	tips_counter_free(maker.counter);
}

/* Spread evenly over the days of the week and the hours of the day. */
#define EVENLY	MONDAY, 19 * HOUR
/* Mondays at nine, week by week. */
#define WEEKLY	MONDAY + 9 * HOUR, 7 * DAY
#define BULK	OUTREACH_BULK

static const struct story {
	const char	*name;
	struct batch	 batches[3];
	enum conf_count	 count;
	const char	*themes;	/* "own ...; general" in order */
	const char	*words;		/* in the first tip; NULL: any */
} stories[] = {
	{ "nothing sent", { { 0 } }, CONF_COUNT_MESSAGE, "(length)",
	    "Keep it short: messages below 400 characters" },
	{ "one at a time is answered",
	    { { 25, 1, 10, 0, 300, EVENLY, 0, false },
	    { 5, 40, 10, BULK, 300, EVENLY, 0, false } }, CONF_COUNT_MESSAGE,
	    "bulk (weekday)",
	    "Answered of your messages to one person: 10 of 25 (40.0 %); to "
	    "several people at once: 10 of 200 (5.0 %). Write to one person "
	    "at a time." },
	{ "one short of enough to compare",
	    { { 19, 1, 19, 0, 300, EVENLY, 0, false },
	    { 5, 40, 10, BULK, 300, EVENLY, 0, false } }, CONF_COUNT_MESSAGE,
	    "(bulk) (weekday)", "94 %" },
	{ "just enough to compare",
	    { { 20, 1, 20, 0, 300, EVENLY, 0, false },
	    { 5, 40, 10, BULK, 300, EVENLY, 0, false } }, CONF_COUNT_MESSAGE,
	    "bulk (weekday)", "20 of 20 (100.0 %)" },
	{ "bulk does better: not what we would advise",
	    { { 25, 1, 0, 0, 300, EVENLY, 0, false },
	    { 5, 40, 100, BULK, 300, EVENLY, 0, false } },
	    CONF_COUNT_MESSAGE, "(bulk) (weekday)", NULL },
	{ "few rather than many",
	    { { 10, 5, 20, BULK, 300, EVENLY, 0, false },
	    { 5, 40, 10, BULK, 300, EVENLY, 0, false } }, CONF_COUNT_MESSAGE,
	    "many (bulk) (weekday)",
	    "Answered of your messages to at most 10 people at once: 20 of 50 "
	    "(40.0 %); to more: 10 of 200 (5.0 %). Write to fewer at a time; "
	    "best of all, to one." },
	{ "ten are few, eleven are not",
	    { { 4, 10, 16, BULK, 300, EVENLY, 0, false },
	    { 10, 11, 5, BULK, 300, EVENLY, 0, false } },
	    CONF_COUNT_MESSAGE, "many (bulk) (weekday)",
	    "16 of 40 (40.0 %); to more: 5 of 110 (4.5 %)" },
	{ "letters of one's own",
	    { { 25, 1, 10, 0, 300, EVENLY, 0, false },
	    { 25, 8, 10, OUTREACH_MERGE, 300, EVENLY, 0, false } },
	    CONF_COUNT_MESSAGE, "merge (bulk) (weekday)",
	    "Answered of your letters written for one person: 10 of 25 "
	    "(40.0 %); nearly identical letters: 10 of 200 (5.0 %). Write "
	    "each person their own." },
	{ "short", { { 30, 2, 30, BULK, 260, EVENLY, 0, false },
	    { 30, 2, 3, BULK, 1240, EVENLY, 0, false } },
	    CONF_COUNT_MESSAGE, "length (bulk) (weekday)", "Answered of your "
	    "shorter messages (up to about 1200 characters): 30 of 60 (50.0 "
	    "%); of the longer ones: 3 of 60 (5.0 %). Keep it short." },
	{ "long", { { 31, 2, 3, BULK, 260, EVENLY, 0, false },
	    { 30, 2, 30, BULK, 1240, EVENLY, 0, false } },
	    CONF_COUNT_MESSAGE, "length (bulk) (weekday)", "Answered of your "
	    "longer messages (above about 300 characters): 30 of 60 (50.0 "
	    "%); of the shorter ones: 3 of 62 (4.8 %). Take the room it "
	    "needs." },
	{ "lengths that are not known",
	    { { 30, 2, 30, BULK, 0, EVENLY, 0, false },
	    { 30, 2, 3, BULK, 0, EVENLY, 0, false } },
	    CONF_COUNT_MESSAGE, "(bulk) (length) (weekday)", NULL },
	{ "follow-ups are not answered",
	    { { 30, 2, 30, BULK, 300, EVENLY, 1, false },
	    { 30, 2, 1, BULK, 300, MONDAY + 9 * HOUR, 19 * HOUR, 1, false } },
	    CONF_COUNT_CONVERSATION, "follow-up (bulk) (weekday)", NULL },
	{ "by conversation they are advised",
	    { { 3, 1, 1, 0, 300, MONDAY, HOUR, 0, false } },
	    CONF_COUNT_CONVERSATION, "(follow-up)", "with measure" },
	{ "many come back", { { 11, 1, 0, 0, 300, EVENLY, 0, true },
	    { 20, 1, 4, 0, 300, MONDAY, HOUR / 2, 0, false } },
	    CONF_COUNT_MESSAGE, "bounces (weekday)",
	    "Came back as undeliverable: 11 of 31 (35.4 %). The list of "
	    "addresses is old or was guessed" },
	{ "few come back", { { 4, 1, 0, 0, 300, WEEKLY, 0, true },
	    { 20, 1, 4, 0, 300, MONDAY, HOUR / 2, 0, false } },
	    CONF_COUNT_MESSAGE, "", NULL },
	{ "Mondays", { { 4, 15, 30, BULK, 300, WEEKLY, 0, false },
	    { 15, 15, 8, BULK, 300, MONDAY + DAY + 9 * HOUR, DAY, 0, false } },
	    CONF_COUNT_MESSAGE, "weekday (bulk)", NULL },
	{ "mornings", { { 10, 15, 70, BULK, 300, MONDAY + 6 * HOUR, DAY, 0,
	    false }, { 10, 15, 8, BULK, 300, MONDAY + 12 * HOUR, DAY, 0,
	    false } }, CONF_COUNT_MESSAGE, "hours (bulk) (weekday)",
	    "Answered of what you sent between 6:00 and 12:00: 70 of 150 "
	    "(46.6 %); at other times: 8 of 150 (5.3 %). Choose that time "
	    "where you can." },
	{ "nights", { { 10, 15, 70, BULK, 300, MONDAY + 5 * HOUR, DAY, 0,
	    false }, { 10, 15, 8, BULK, 300, MONDAY + 12 * HOUR, DAY, 0,
	    false } }, CONF_COUNT_MESSAGE, "hours (bulk) (weekday)",
	    "between 18:00 and 6:00" }
};

START_TEST(test_story)
{
	const struct story *story = &stories[_i];
	struct tips tips;
	struct buf got, words;
	size_t i;

	tips_of(story->batches, 3, story->count, &tips);
	buf_init(&got);
	buf_init(&words);
	for (i = 0; i < tips.count; i++)
		buf_printf(&got, tips.tips[i].own ? "%s%s" : "%s(%s)",
		    i == 0 ? "" : " ", tip_theme_text(tips.tips[i].theme));
	ck_assert_msg(strcmp(got.data, story->themes) == 0, "%s: got %s",
	    story->name, got.data);
	if (tips.count > 0)
		tip_text(&tips.tips[0], &words);
	ck_assert_msg(story->words == NULL ||
	    strstr(words.data, story->words) != NULL, "%s: says %s",
	    story->name, words.data);
	buf_release(&words);
	buf_release(&got);
}
END_TEST

/* At most three, and the strongest of them first. */
START_TEST(test_strongest)
{
	const struct batch batches[] = {
		{ 60, 1, 40, 0, 250, MONDAY + 6 * HOUR, 8 * HOUR, 0, false },
		{ 3, 9, 9, BULK, 500, EVENLY, 0, false },
		{ 9, 30, 5, BULK, 1500, MONDAY + 12 * HOUR, DAY, 0, false },
		{ 60, 1, 0, 0, 250, EVENLY, 0, true },
		{ 30, 5, 2, OUTREACH_MERGE, 1500, EVENLY, 0, false }
	};
	struct tips tips;
	size_t i;

	tips_of(batches, 5, CONF_COUNT_MESSAGE, &tips);
	ck_assert_uint_eq(tips.count, TIPS_MAX);
	/* bulk, merge, many, length, follow-up, weekdays and hours */
	ck_assert_int_ge(tips.compared, 4);
	for (i = 1; i < tips.count; i++) {
		ck_assert(tips.tips[i].own);
		ck_assert(tips.tips[i].p >= tips.tips[i - 1].p);
		ck_assert_int_ne(tips.tips[i].theme, tips.tips[i - 1].theme);
	}
	ck_assert_int_eq(tips.window.until, NOW - 3 * DAY);
	ck_assert_int_eq(tips.window.from, NOW - 63 * DAY);
}
END_TEST

static int64_t
east(int64_t when)
{
	(void)when;
	return 10 * HOUR;
}

/* Sunday evenings in Greenwich are Monday mornings in Brisbane. */
START_TEST(test_local_time)
{
	static const struct batch sundays = { 4, 30, 60, BULK, 300,
		MONDAY - 4 * HOUR, 7 * DAY, 0, false };
	static const struct batch others = { 5, 30, 5, BULK, 300,
		MONDAY + 20 * HOUR, DAY, 0, false };
	struct policy policy = default_policy();
	struct maker maker = { .counter = NULL };
	struct tips tips;

	maker.counter = tips_counter_new(&policy, NOW, east);
	make(&maker, &sundays);
	make(&maker, &others);
	tips_counter_take(maker.counter, &tips);
	ck_assert_int_eq(tips.tips[0].theme, TIP_WEEKDAY);
	ck_assert_int_eq(tips.tips[0].which, 1);
	ck_assert_int_eq(tips.tips[0].better.settled, 120);
	ck_assert_int_eq(tips.tips[0].worse.settled, 150);
	tips_counter_free(maker.counter);
}
END_TEST

START_TEST(test_limit)
{
	struct policy policy = default_policy();
	struct tips_counter *counter = tips_counter_new(&policy, NOW, NULL);
	struct outreach row = { .sent_at = NOW };
	struct tips tips;
	size_t i;

	/* pending: not taken, whatever the number */
	for (i = 0; i < TIPS_ROWS_MAX + 10; i++)
		if (tips_counter_add(counter, &row) != STATUS_OK)
			ck_abort_msg("pending row %zu", i);
	row.sent_at = NOW - 3 * DAY;
	for (i = 0; i < TIPS_ROWS_MAX; i++)
		if (tips_counter_add(counter, &row) != STATUS_OK)
			ck_abort_msg("row %zu is not taken", i);
	ck_assert_int_eq(tips_counter_add(counter, &row), STATUS_LIMIT);
	tips_counter_take(counter, &tips);
	ck_assert_int_eq(tips.compared, 0);
	tips_counter_free(counter);
	tips_counter_free(NULL);
}
END_TEST

/*
 * Chance: of ledgers in which nothing makes a difference no more than one in
 * twenty may bring advice.
 */

static uint64_t
draw(uint64_t *state)
{
	/* xorshift64*: S. Vigna, ACM TOMS 42 (2016), 30 */
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(2685821657736338717) >> 16;
}

static void
draw_rows(struct tips_counter *counter, uint64_t *state)
{
	struct outreach row;
	uint64_t message, share = 3 + draw(state) % 25, messages = 20 +
	    draw(state) % 200;
	uint64_t i, people;

	for (message = 1; message <= messages; message++) {
		memset(&row, 0, sizeof(row));
		memcpy(row.message.bytes, &message, sizeof(message));
		people = draw(state) % 3 == 0 ? 1 + draw(state) % 20 : 1;
		row.sent_at = MONDAY + draw(state) % (24 * DAY);
		row.length = (uint32_t)(draw(state) % 2000);
		row.flags = people > 1 ? OUTREACH_BULK :
		    draw(state) % 3 == 0 ? OUTREACH_MERGE : 0;
		for (i = 0; i < people; i++) {
			row.candidate.bytes[0] = (uint8_t)draw(state);
			row.candidate.bytes[1] = (uint8_t)(draw(state) % 8);
			row.answered_at = draw(state) % 100 < share ?
			    row.sent_at + 1 : 0;
			tips_counter_add(counter, &row);
		}
	}
}

START_TEST(test_chance)
{
	struct policy policy = default_policy();
	struct tips_counter *counter;
	struct tips tips;
	uint64_t state = 88172645463325252u;
	int round, told = 0, compared = 0;

	for (round = 0; round < 1000; round++) {
		counter = tips_counter_new(&policy, NOW, NULL);
		draw_rows(counter, &state);
		tips_counter_take(counter, &tips);
		tips_counter_free(counter);
		told += tips.count > 0 && tips.tips[0].own;
		compared += tips.compared;
	}
	ck_assert_int_gt(compared, 5000);
	ck_assert_int_le(told, 50);
}
END_TEST

START_TEST(test_words)
{
	struct tip tip;
	struct buf words;
	int theme, which, own;

	for (theme = 0; theme < TIP_THEMES; theme++)
		for (which = 0; which < 7; which++)
			for (own = 0; own < 2; own++) {
				memset(&tip, 0, sizeof(tip));
				tip.theme = (enum tip_theme)theme;
				tip.own = own == 1;
				tip.which = theme == TIP_WEEKDAY ? which :
				    theme == TIP_HOURS ? which % 3 : which % 2;
				if (!tip.own && theme != TIP_BULK &&
				    theme != TIP_LENGTH &&
				    theme != TIP_WEEKDAY &&
				    theme != TIP_FOLLOW_UP)
					continue;
				buf_init(&words);
				tip_text(&tip, &words);
				ck_assert_uint_gt(words.length, 40);
				ck_assert_ptr_null(strchr(words.data, '\n'));
				ck_assert(tip.own ||
				    strstr(words.data, "https://") != NULL);
				buf_release(&words);
			}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("tips");
	TCase *tcase = tcase_create("tips");

	tcase_add_test(tcase, test_fisher_by_definition);
	tcase_add_loop_test(tcase, test_fisher_published, 0, ROWS(published));
	tcase_add_loop_test(tcase, test_story, 0, ROWS(stories));
	tcase_add_test(tcase, test_strongest);
	tcase_add_test(tcase, test_local_time);
	tcase_add_test(tcase, test_limit);
	tcase_add_test(tcase, test_chance);
	tcase_add_test(tcase, test_words);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
