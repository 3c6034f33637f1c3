/*
 * A recruiter's life, and every notice of it as it reads: each is compared
 * with a file under tests/notices, and its figures with a count of
 * the ledger that is made here, row by row.
 *
 * REPLYGATE_WRITE_NOTICES=1 writes the files anew, to be read before they are
 * believed.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "notify/notice.h"
#include "default_policy.h"
#include "test.h"

#define DAY		CLOCK_DAY
#define HOUR		CLOCK_HOUR
#define START		(20458 * CLOCK_DAY)	/* Mon 5 Jan 2026 */
#define DAYS		75
#define ROWS_MAX	8000
#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

#define FIXTURES	"tests/notices"

/* What is sent on each working day from..to: half at 9, half at 15 o'clock. */
struct habit {
	int	from, to;
	int	bulk, bulk_answered;	/* people a message, of 100 answer */
	int	single, single_answered;	/* messages, of 100 answered */
};

struct story {
	const char	*name;
	const char	*contact;
	enum conf_count	 count;
	int64_t		 warn_again;
	struct habit	 habits[4];
	const char	*notices;		/* what it comes to */
};

static const struct story stories[] = {
	{ "bulk", "Ask the mail team, ext. 4711.", CONF_COUNT_MESSAGE, 0, {
	    { 0, 22, 30, 3, 4, 40 }, { 23, 40, 0, 0, 3, 0 },
	    { 41, 74, 0, 0, 3, 50 } },
	    "warning restricted extended released" },
	{ "once", "", CONF_COUNT_MESSAGE, 365 * DAY, {
	    { 0, 8, 20, 2, 0, 0 }, { 9, 20, 0, 0, 4, 60 } },
	    "warning recovered" },
	{ "near", "", CONF_COUNT_MESSAGE, 0, { { 0, 11, 10, 14, 0, 0 },
	    { 14, 17, 20, 9, 0, 0 } }, "heads-up warning recovered" },
	{ "people", "m\303\274ller@example.com", CONF_COUNT_CONVERSATION, 0, {
	    { 0, 40, 25, 4, 3, 20 } },
	    "warning restricted extended extended extended" }
};

struct life {
	const struct story	*story;
	struct policy		 policy;
	struct account		 account;
	struct outreach		*rows;
	size_t			 count;
	uint32_t		 messages, candidates;
	uint32_t		 bulk_turn, single_turn;
	struct buf		 told;
};

/* Berlin in that winter. */
static int64_t
berlin(int64_t when)
{
	return when < START + 83 * DAY ? HOUR : 2 * HOUR;
}

static void
send_one(struct life *life, int64_t sent_at, uint32_t flags, bool answered)
{
	struct outreach *row = &life->rows[life->count++];

	ck_assert_uint_le(life->count, ROWS_MAX);
	memset(row, 0, sizeof(*row));
	row->sent_at = sent_at;
	row->flags = flags;
	row->length = flags == 0 ? 350 + 10 * (life->messages % 7) :
	    1100 + 10 * (life->messages % 7);
	memcpy(row->message.bytes, &life->messages, 4);
	life->candidates++;
	memcpy(row->candidate.bytes, &life->candidates, 4);
	row->answered_at = answered ? sent_at + 20 * HOUR : 0;
	row->bounced_at = life->candidates % 97 == 0 ? sent_at + HOUR : 0;
}

static bool
answers(uint32_t *turn, int share)
{
	++*turn;
	return (int64_t)*turn * share / 100 >
	    (int64_t)(*turn - 1) * share / 100;
}

static void
send_at(struct life *life, const struct habit *habit, int64_t when)
{
	int i;

	life->messages++;
	for (i = 0; i < habit->bulk; i++)
		send_one(life, when, OUTREACH_BULK,
		    answers(&life->bulk_turn, habit->bulk_answered));
	for (i = 0; i < habit->single; i++) {
		life->messages++;
		send_one(life, when, 0,
		    answers(&life->single_turn, habit->single_answered));
	}
}

static void
write_ledger(struct life *life)
{
	const struct habit *habit;
	int day, i;

	for (day = 0; day < DAYS; day++)
		for (i = 0; i < 4; i++) {
			habit = &life->story->habits[i];
			if (day % 7 >= 5 || day < habit->from ||
			    day > habit->to || habit->bulk + habit->single ==
			    0)
				continue;
			send_at(life, habit, START + day * DAY + 9 * HOUR);
			send_at(life, habit, START + day * DAY + 15 * HOUR);
		}
}

/* A row as it was known at t. */
static struct outreach
row_at(const struct life *life, size_t i, int64_t t)
{
	struct outreach row = life->rows[i];

	if (row.answered_at > t)
		row.answered_at = 0;
	if (row.bounced_at > t)
		row.bounced_at = 0;
	return row;
}

static bool
is_in(const struct outreach *row, const struct rate_window *window)
{
	return row->sent_at > window->from && row->sent_at <= window->until;
}

static struct tally
tally_of(const struct life *life, const struct rate_window *window, int64_t t)
{
	struct rate_counter *counter = rate_counter_new(&life->policy, t);
	struct tally tally;
	size_t i;

	for (i = 0; i < life->count; i++)
		if (is_in(&life->rows[i], window))
			rate_counter_add(counter, &life->rows[i]);
	tally = rate_counter_tally(counter);
	rate_counter_free(counter);
	return tally;
}

static void
forecast_of(const struct life *life, int64_t t, struct forecast *forecast)
{
	struct forecast_counter *counter = forecast_counter_new(&life->policy,
	    &life->account, t);
	struct rate_window window = forecast_window(&life->policy,
	    &life->account, t);
	struct outreach row;
	size_t i;

	for (i = 0; i < life->count; i++) {
		row = row_at(life, i, t);
		if (is_in(&row, &window))
			ck_assert_int_eq(forecast_counter_add(counter, &row),
			    STATUS_OK);
	}
	ck_assert_int_eq(forecast_counter_look(counter, forecast), STATUS_OK);
	forecast_counter_free(counter);
}

static void
tips_of(const struct life *life, int64_t t, struct tips *tips)
{
	struct tips_counter *counter = tips_counter_new(&life->policy, t,
	    berlin);
	struct rate_window window = tips_window(&life->policy, t);
	struct outreach row;
	size_t i;

	for (i = 0; i < life->count; i++) {
		row = row_at(life, i, t);
		if (is_in(&row, &window))
			ck_assert_int_eq(tips_counter_add(counter, &row),
			    STATUS_OK);
	}
	tips_counter_take(counter, tips);
	tips_counter_free(counter);
}

/*
 * The figures in the notice are the ledger's: counted here by the words of the
 * rule.  Everybody of these ledgers is written to once, so that messages and
 * people are as many.
 */
static void
check_figures(const struct life *life, const struct step *step,
    const char *text)
{
	int64_t settle = life->policy.settle, answered = 0, settled = 0;
	struct buf want;
	struct outreach row;
	char *line = strdup(text), *at;
	size_t i;

	/* however its lines are filled */
	for (at = line; *at != '\0'; at++)
		if (*at == '\n')
			*at = ' ';
	for (i = 0; i < life->count; i++) {
		row = row_at(life, i, step->at);
		if (!is_in(&row, &step->window))
			continue;
		ck_assert_int_le(row.sent_at, step->at - settle);
		if (row.answered_at != 0)
			answered++;
		if (row.answered_at != 0 || row.bounced_at == 0)
			settled++;
	}
	buf_init(&want);
	if (settled == 0)
		buf_add_text(&want, " nothing counted");
	else
		buf_printf(&want, " %" PRId64 " of %" PRId64 " ", answered,
		    settled);
	ck_assert_msg(strstr(line, want.data) != NULL, "%s at day %g:%snot "
	    "in %s", life->story->name, (double)(step->at - START) / DAY,
	    want.data, text);
	buf_release(&want);
	free(line);
}

static void
write_file(const char *path, const struct buf *text)
{
	FILE *file = fopen(path, "wb");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(text->data, 1, text->length, file),
	    text->length);
	ck_assert_int_eq(fclose(file), 0);
}

static void
compare_file(const char *path, const struct buf *text)
{
	char *bytes = calloc(1, 65536);
	FILE *file = fopen(path, "rb");
	size_t length;

	ck_assert_msg(file != NULL, "%s: cannot be read", path);
	length = fread(bytes, 1, 65535, file);
	fclose(file);
	ck_assert_msg(length == text->length &&
	    memcmp(bytes, text->data, length) == 0, "%s: now it is\n%s", path,
	    text->data);
	free(bytes);
}

/* n tells two of a kind apart. */
static void
check_text(const struct life *life, const struct step *step, int n,
    const struct buf *text)
{
	char path[256];

	snprintf(path, sizeof(path), FIXTURES "/%s-%d-%s.txt",
	    life->story->name, n, notice_text(step->notice));
	if (getenv("REPLYGATE_WRITE_NOTICES") != NULL)
		write_file(path, text);
	compare_file(path, text);
}

static void
tell(struct life *life, const struct notice_templates *templates,
    const struct step *step, int n)
{
	struct forecast forecast;
	struct tips tips;
	struct notice_facts facts = { .kind = step->notice,
		.policy = &life->policy, .account = &life->account,
		.step = step, .forecast = &forecast, .tips = &tips,
		.contact = life->story->contact, .now = step->at,
		.offset = berlin };
	struct buf text;

	forecast_of(life, step->at, &forecast);
	tips_of(life, step->at, &tips);
	buf_init(&text);
	ck_assert_int_eq(notice_preview(templates, &facts, &text), STATUS_OK);
	check_figures(life, step, text.data);
	check_text(life, step, n, &text);
	buf_printf(&life->told, "%s%s", n == 1 ? "" : " ",
	    notice_text(step->notice));
	buf_release(&text);
}

static void
live(struct life *life, const struct notice_templates *templates)
{
	struct step step;
	struct rate_window window;
	struct tally tally;
	int64_t t;
	int n = 0;

	for (t = START; t < START + DAYS * DAY; t += HOUR) {
		window = rate_window_at(&life->policy, life->account.since, t);
		tally = tally_of(life, &window, t);
		standing_step(&life->account, &life->policy, &tally, t, &step);
		if (step.notice == NOTICE_NONE && account_wants_heads_up(
		    &life->account, &life->policy, &tally, t)) {
			step.notice = NOTICE_HEADS_UP;
			life->account.heads_up_at = t;
		}
		if (step.notice != NOTICE_NONE)
			tell(life, templates, &step, ++n);
	}
}

START_TEST(test_life)
{
	struct life life = { .story = &stories[_i] };
	struct notice_templates *templates;
	struct buf why;

	buf_init(&why);
	ck_assert_msg(notice_templates_load(NULL, "conf/notices", &templates,
	    &why) == STATUS_OK, "%s", why.data);
	life.policy = default_policy();
	life.policy.count = life.story->count;
	life.policy.warn_again = life.story->warn_again;
	life.policy.merge_minimum = 5;
	life.policy.heads_up = CONF_SHARE_ONE / 50;
	life.rows = calloc(ROWS_MAX, sizeof(*life.rows));
	buf_init(&life.told);
	account_init(&life.account, "alice@example.com", START);
	write_ledger(&life);
	live(&life, templates);
	ck_assert_str_eq(life.told.data, life.story->notices);
	buf_release(&life.told);
	free(life.rows);
	notice_templates_free(templates);
	buf_release(&why);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("notice_life");
	TCase *tcase = tcase_create("notice_life");

	tcase_add_loop_test(tcase, test_life, 0, ROWS(stories));
	tcase_set_timeout(tcase, 60);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
