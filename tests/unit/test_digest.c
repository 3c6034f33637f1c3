/*
 * The daily digest: its text, when it is due, and that each is sent once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gate/daily.h"
#include "gate_fixture.h"
#include "notify/digest.h"
#include "test.h"

#define ALICE	"alice@local.test"
#define BOB	"bob@local.test"
#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))
#define MONDAY	(FIXTURE_START - 9 * CLOCK_HOUR)	/* 2026-01-05 */

static int64_t
an_hour_ahead(int64_t when)
{
	(void)when;
	return CLOCK_HOUR;
}

static int64_t
half_a_day_behind(int64_t when)
{
	(void)when;
	return -12 * CLOCK_HOUR;
}

/* At one o'clock UTC that Monday, as Central Europe does it. */
static int64_t
set_back(int64_t when)
{
	return when < MONDAY + CLOCK_HOUR ? 2 * CLOCK_HOUR : CLOCK_HOUR;
}

static int64_t
set_forward(int64_t when)
{
	return when < MONDAY + CLOCK_HOUR ? CLOCK_HOUR : 2 * CLOCK_HOUR;
}

static const struct {
	const char	*name;
	int64_t		 now, hour;
	int64_t		(*offset)(int64_t);
	int64_t		 want;
} dues[] = {
	{ "at the hour", 7 * CLOCK_HOUR, 7, NULL, 7 * CLOCK_HOUR },
	{ "just before", 7 * CLOCK_HOUR - 1, 7, NULL, -17 * CLOCK_HOUR },
	{ "later that day", 23 * CLOCK_HOUR, 7, NULL, 7 * CLOCK_HOUR },
	{ "at midnight", 23 * CLOCK_HOUR, 0, NULL, 0 },
	{ "the last hour", 22 * CLOCK_HOUR, 23, NULL, -CLOCK_HOUR },
	{ "an hour ahead", 6 * CLOCK_HOUR, 7, an_hour_ahead, 6 * CLOCK_HOUR },
	{ "an hour ahead, before", 6 * CLOCK_HOUR - 1, 7, an_hour_ahead,
	    -18 * CLOCK_HOUR },
	{ "behind", 19 * CLOCK_HOUR, 7, half_a_day_behind, 19 * CLOCK_HOUR },
	{ "behind, before", 18 * CLOCK_HOUR, 7, half_a_day_behind,
	    -5 * CLOCK_HOUR },
	{ "set back, before", 0, 7, set_back, -19 * CLOCK_HOUR },
	{ "set back that night", 4 * CLOCK_HOUR, 7, set_back,
	    -19 * CLOCK_HOUR },
	{ "set back, an hour less", 6 * CLOCK_HOUR - 1, 7, set_back,
	    -19 * CLOCK_HOUR },
	{ "set back, next morning", 6 * CLOCK_HOUR, 7, set_back,
	    6 * CLOCK_HOUR },
	{ "set back, the first time", CLOCK_HOUR - 1, 2, set_back, 0 },
	{ "set back, the second time", CLOCK_HOUR, 2, set_back, 0 },
	{ "set back, next day", 24 * CLOCK_HOUR, 2, set_back, 0 },
	{ "set forward that night", 4 * CLOCK_HOUR, 7, set_forward,
	    -18 * CLOCK_HOUR },
	{ "set forward, next morning", 5 * CLOCK_HOUR, 7, set_forward,
	    5 * CLOCK_HOUR },
	{ "set forward, before no such hour", CLOCK_HOUR - 1, 2, set_forward,
	    -23 * CLOCK_HOUR },
	{ "set forward, no such hour", CLOCK_HOUR, 2, set_forward,
	    CLOCK_HOUR },
	{ "set forward, next day", 23 * CLOCK_HOUR, 2, set_forward,
	    CLOCK_HOUR },
	{ "set forward to the hour", 2 * CLOCK_HOUR, 3, set_forward,
	    CLOCK_HOUR },
};

START_TEST(is_due_once_a_day)
{
	int64_t due = digest_due(MONDAY + dues[_i].now, dues[_i].hour,
	    dues[_i].offset);

	ck_assert_msg(due == MONDAY + dues[_i].want, "%s: %lld h",
	    dues[_i].name, (long long)((due - MONDAY) / CLOCK_HOUR));
}
END_TEST

START_TEST(reads_well)
{
	struct digest *digest = calloc(1, sizeof(*digest));
	struct digest_line line = { .when = MONDAY + CLOCK_HOUR,
	    .user = ALICE, .action = "warning", .text = "9 of 130 answered" };
	struct buf subject, text;

	buf_init(&subject);
	buf_init(&text);
	digest->from = MONDAY - CLOCK_DAY;
	digest->until = MONDAY;
	digest->offset = an_hour_ahead;
	digest->standings[STANDING_GOOD] = 3;
	digest->standings[STANDING_WARNED] = 1;
	digest_write(digest, &subject, &text);
	ck_assert_str_eq(subject.data, "replygate: no change");
	ck_assert_str_eq(text.data, "Sun 4 Jan 2026 01:00 UTC+01:00 to\n"
	    "Mon 5 Jan 2026 01:00 UTC+01:00\n\nHealth: good.\n\n"
	    "Users: 3 good, 1 warned, 0 restricted, 0 exempt.\n\n"
	    "No standing has changed.\n\nOf each: replygatectl user NAME\n");
	digest_add(&digest->changes, &line);
	snprintf(line.user, sizeof(line.user), "b\xff\nb");
	snprintf(line.text, sizeof(line.text), "14.1 %% of 120 answered");
	digest_add(&digest->near, &line);
	snprintf(line.text, sizeof(line.text), "40 of 120 bounced");
	digest_add(&digest->bounced, &line);
	digest->monitor = true;
	buf_clear(&subject);
	buf_clear(&text);
	digest_write(digest, &subject, &text);
	ck_assert_str_eq(subject.data, "replygate: 1 change");
	ck_assert_str_eq(strstr(text.data, "Users as"), "Users as they would "
	    "be: 3 good, 1 warned, 0 restricted, 0 exempt.\n"
	    "\nNobody is refused or told anything (monitor mode).\n\n"
	    "What has changed:\n\n  alice@local.test: warning\n"
	    "    Mon 5 Jan 2026 02:00 UTC+01:00\n    9 of 130 answered\n\n"
	    "Near the threshold, with less than 2 points to go:\n\n"
	    "  b??b\n    14.1 % of 120 answered\n\n"
	    "Many bounces: bad addresses, or forged bounces:\n\n"
	    "  b??b\n    40 of 120 bounced\n\n"
	    "Of each: replygatectl user NAME\n");
	buf_release(&subject);
	buf_release(&text);
	free(digest);
}
END_TEST

START_TEST(has_a_bound)
{
	struct digest *digest = calloc(1, sizeof(*digest));
	struct digest_line line = { .when = MONDAY };
	struct buf subject, text;
	const char *at;
	int i;

	buf_init(&subject);
	buf_init(&text);
	memset(line.user, 'u', 60);
	memset(line.text, 't', 70);
	memset(digest->problem, 'p', 60);
	for (i = 0; i <= DIGEST_LINES_MAX; i++) {
		digest_add(&digest->changes, &line);
		digest_add(&digest->near, &line);
		digest_add(&digest->bounced, &line);
	}
	digest_write(digest, &subject, &text);
	ck_assert_str_eq(subject.data, "replygate: needs looking after");
	ck_assert_uint_lt(text.length, STORE_TEXT_SIZE + 2000);
	ck_assert_ptr_nonnull(strstr(text.data, "  and 1 more\n"));
	for (at = text.data; *at != '\0'; at += strcspn(at, "\n") + 1)
		ck_assert_msg(strcspn(at, "\n") <= 78, "%s", at);
	buf_release(&subject);
	buf_release(&text);
	free(digest);
}
END_TEST

/*
 * By the clockwork
 */

struct waiting {
	unsigned	count;
	struct buf	last;
};

static bool
waiting_row(void *context, const struct store_notice *notice)
{
	struct waiting *waiting = context;

	if (notice->kind != STORE_NOTICE_POSTMASTER)
		return true;
	waiting->count++;
	buf_clear(&waiting->last);
	buf_printf(&waiting->last, "%s\n%s", notice->subject, notice->text);
	return true;
}

static enum status
waiting_body(struct store_txn *txn, void *argument)
{
	struct waiting *waiting = argument;

	waiting->count = 0;
	return store_outbox_each(txn, waiting_row, waiting);
}

static void
expect(struct fixture *f, unsigned count, const char *text)
{
	struct waiting waiting;

	buf_init(&waiting.last);
	ck_assert_int_eq(store_view(f->store, waiting_body, &waiting),
	    STATUS_OK);
	ck_assert_msg(waiting.count == count, "%u, want %u: %s",
	    waiting.count, count, waiting.last.data);
	ck_assert_msg(strstr(waiting.last.data, text) != NULL, "%s",
	    waiting.last.data);
	buf_release(&waiting.last);
}

static void
open_house(struct fixture *f, const char *policy, const char *top)
{
	char text[200];

	setenv("TZ", "UTC", 1);
	tzset();
	snprintf(text, sizeof(text), "postmaster = \"pm@local.test\"; "
	    "notices = false; breaker_minimum = 0; %s", top);
	fixture_open_with(f, policy, text, NULL);
}

START_TEST(comes_once_a_day)
{
	struct fixture f;

	open_house(&f, "minimum = 10;", "");
	fixture_send(&f, ALICE, "<low@local.test>", 1, 12);
	fixture_send(&f, BOB, "<few@local.test>", 20, 2);
	fixture_pass(&f, MONDAY + CLOCK_DAY + 7 * CLOCK_HOUR - 1);
	expect(&f, 0, "");
	fixture_pass(&f, MONDAY + CLOCK_DAY + 8 * CLOCK_HOUR);
	expect(&f, 1, "replygate: no change\n"
	    "Mon 5 Jan 2026 07:00 UTC to\nTue 6 Jan 2026 07:00 UTC\n");
	expect(&f, 1, "Users: 2 good, 0 warned,");
	fixture_pass(&f, MONDAY + 2 * CLOCK_DAY + 6 * CLOCK_HOUR);
	expect(&f, 1, "");
	/* She is warned on Thursday at nine. */
	fixture_pass(&f, MONDAY + 4 * CLOCK_DAY + 7 * CLOCK_HOUR);
	expect(&f, 4, "replygate: 1 change\n");
	expect(&f, 4, "  " ALICE ": warning\n    Thu 8 Jan 2026 09:00 UTC\n"
	    "    0 of 12 answered\n");
	expect(&f, 4, "Users: 1 good, 1 warned,");
	fixture_close(&f);
}
END_TEST

/* Days without a daemon: one digest, which has what is caught up on. */
START_TEST(days_missed_have_one_for_all)
{
	struct fixture f;

	open_house(&f, "minimum = 10;", "digest_hour = 10;");
	fixture_send(&f, ALICE, "<low@local.test>", 1, 12);
	fixture_pass(&f, MONDAY + CLOCK_DAY + 11 * CLOCK_HOUR);
	expect(&f, 2, "Tue 6 Jan 2026 10:00 UTC\n");
	f.now = MONDAY + 9 * CLOCK_DAY + 12 * CLOCK_HOUR;
	atomic_store(&f.gate.tick_agreed, 0);
	ck_assert_int_eq(clockwork_tick(&f.gate, f.now), STATUS_CONFLICT);
	f.now += CLOCK_SECOND;
	ck_assert_int_eq(clockwork_tick(&f.gate, f.now), STATUS_OK);
	/* That, and the jump. */
	expect(&f, 4, "Tue 6 Jan 2026 10:00 UTC to\n"
	    "Wed 14 Jan 2026 10:00 UTC\n");
	expect(&f, 4, "  " ALICE ": warning\n    Thu 8 Jan");
	atomic_store(&f.gate.tick_hour, 0);
	f.now += CLOCK_MINUTE;
	ck_assert_int_eq(clockwork_tick(&f.gate, f.now), STATUS_OK);
	expect(&f, 4, "");
	fixture_close(&f);
}
END_TEST

static void
jump(struct fixture *f, int64_t now)
{
	atomic_store(&f->gate.tick_agreed, 0);
	f->now = now;
	ck_assert_int_eq(clockwork_tick(&f->gate, f->now), STATUS_CONFLICT);
	f->now += CLOCK_SECOND;
	ck_assert_int_eq(clockwork_tick(&f->gate, f->now), STATUS_OK);
}

/* A year ahead for an hour; then daily again, and not in a year. */
START_TEST(a_wrong_clock_does_not_end_them)
{
	struct fixture f;

	open_house(&f, "minimum = 10;", "");
	fixture_pass(&f, MONDAY + CLOCK_DAY + 8 * CLOCK_HOUR);
	expect(&f, 1, "Tue 6 Jan 2026 07:00 UTC\n");
	jump(&f, MONDAY + 366 * CLOCK_DAY + 8 * CLOCK_HOUR);
	jump(&f, MONDAY + CLOCK_DAY + 10 * CLOCK_HOUR);
	expect(&f, 4, "");		/* two jumps, and one that year */
	fixture_pass(&f, MONDAY + 2 * CLOCK_DAY + 8 * CLOCK_HOUR);
	expect(&f, 5, "Wed 7 Jan 2026 07:00 UTC\n");
	/* Back by less than a day nothing is said twice. */
	jump(&f, MONDAY + 2 * CLOCK_DAY + 6 * CLOCK_HOUR);
	expect(&f, 6, "the clock jumped");
	fixture_pass(&f, MONDAY + 2 * CLOCK_DAY + 8 * CLOCK_HOUR);
	expect(&f, 6, "");
	fixture_close(&f);
}
END_TEST

/* Of many users it takes long, and is no hanging clockwork. */
START_TEST(is_a_sign_of_life)
{
	struct fixture f;

	open_house(&f, "minimum = 10;", "");
	fixture_send(&f, ALICE, "<low@local.test>", 1, 2);
	fixture_pass(&f, MONDAY + CLOCK_DAY + 7 * CLOCK_HOUR - 1);
	f.now++;
	atomic_store(&f.gate.pulse, 0);
	ck_assert_int_eq(daily_look(&f.gate, f.conf, f.now), STATUS_OK);
	expect(&f, 1, "replygate: no change");
	ck_assert(atomic_load(&f.gate.pulse) != 0);
	fixture_close(&f);
}
END_TEST

START_TEST(can_be_off)
{
	struct fixture f;

	open_house(&f, "minimum = 10;", "digest = false;");
	fixture_send(&f, ALICE, "<low@local.test>", 1, 12);
	fixture_pass(&f, MONDAY + 3 * CLOCK_DAY);
	expect(&f, 0, "");
	fixture_close(&f);
}
END_TEST

/* Two of ten are 20 %: with a threshold of 19 she is near, of 18 not. */
static const struct {
	const char	*name, *policy, *top, *text;
} lists[] = {
	{ "near", "minimum = 10; threshold = \"19%\";", "",
	    "Near the threshold, with less than 2 points to go:\n\n  "
	    ALICE "\n    20.0 % of 10 answered (needed 19 %)\n" },
	{ "near in monitor mode", "minimum = 10; threshold = \"19%\";",
	    "mode = \"monitor\";", "  " ALICE "\n    20.0 % of 10" },
	{ "near enough to see the end", "minimum = 10; threshold = \"18%\";",
	    "", "No standing has changed.\n\nOf each" },
	{ "too few", "minimum = 11; threshold = \"19%\";", "",
	    "No standing has changed.\n\nOf each" },
	{ "would be warned", "minimum = 10; threshold = \"50%\";",
	    "mode = \"monitor\";", "0 good, 1 warned" },
	{ "exempt", "minimum = 10; threshold = \"19%\"; exempt = true;", "",
	    "0 good, 0 warned, 0 restricted, 1 exempt.\n\n"
	    "No standing has changed.\n\nOf each" },
};

START_TEST(lists_whom_to_look_at)
{
	struct fixture f;

	open_house(&f, lists[_i].policy, lists[_i].top);
	fixture_send(&f, ALICE, "<m@local.test>", 1, 10);
	fixture_reply(&f, "<c1@outside.test>", "<m@local.test>");
	fixture_reply(&f, "<c2@outside.test>", "<m@local.test>");
	fixture_pass(&f, MONDAY + 4 * CLOCK_DAY + 8 * CLOCK_HOUR);
	expect(&f, 4, lists[_i].text);
	fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("digest");
	TCase *tcase = tcase_create("digest");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, is_due_once_a_day, 0, ROWS(dues));
	tcase_add_test(tcase, reads_well);
	tcase_add_test(tcase, has_a_bound);
	tcase_add_test(tcase, comes_once_a_day);
	tcase_add_test(tcase, days_missed_have_one_for_all);
	tcase_add_test(tcase, a_wrong_clock_does_not_end_them);
	tcase_add_test(tcase, is_a_sign_of_life);
	tcase_add_test(tcase, can_be_off);
	tcase_add_loop_test(tcase, lists_whom_to_look_at, 0, ROWS(lists));
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
