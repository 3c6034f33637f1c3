/*
 * What the whole site sent: against a count of its own, and what belongs to
 * which week, policy and state.
 */
#include <stdio.h>
#include <string.h>

#include "gate_fixture.h"
#include "test.h"

#define WEEKS	6
#define ALICE	"alice@local.test"
#define BOB	"bob@local.test"

struct stats {
	struct admin_stats_line	weeks[ADMIN_WEEKS_MAX];
	struct admin_stats_line	policies[8];
	unsigned		week_count, policy_count;
};

static void
keep(void *context, const struct admin_stats_line *line)
{
	struct stats *stats = context;

	if (line->policy == NULL)
		stats->weeks[stats->week_count++] = *line;
	else
		stats->policies[stats->policy_count++] = *line;
}

static void
ask(struct fixture *f, size_t weeks, struct stats *stats)
{
	memset(stats, 0, sizeof(*stats));
	ck_assert_int_eq(admin_stats(&f->gate, weeks, keep, stats),
	    STATUS_OK);
	ck_assert_uint_eq(stats->week_count, weeks);
}

static void
figures(const char *name, const struct admin_stats_line *line, int sent,
    int bulk, int answered, int lapsed, int pending)
{
	ck_assert_msg(line->sent == sent && line->bulk == bulk &&
	    line->one_to_one + line->bulk + line->merge == sent &&
	    line->answered == answered && line->lapsed == lapsed &&
	    line->pending == pending && line->answered + line->lapsed +
	    line->pending + line->bounced == sent,
	    "%s: sent %d, bulk %d, answered %d, lapsed %d, pending %d", name,
	    (int)line->sent, (int)line->bulk, (int)line->answered,
	    (int)line->lapsed, (int)line->pending);
}

START_TEST(weeks_begin_on_monday)
{
	static struct stats stats;
	struct fixture f;

	fixture_open(&f, "minimum = 10;");
	/* Monday 2026-01-05, at its first moment, and one before. */
	f.now = FIXTURE_START - 9 * CLOCK_HOUR - 1;
	fixture_send(&f, ALICE, "<m1@local.test>", 1, 1);
	f.now++;
	fixture_send(&f, ALICE, "<m2@local.test>", 2, 2);
	/* The last moment of its Sunday. */
	f.now += 7 * CLOCK_DAY - 1;
	fixture_send(&f, BOB, "<m3@local.test>", 4, 1);
	ask(&f, 2, &stats);
	ck_assert_int_eq(stats.weeks[1].from,
	    FIXTURE_START - 9 * CLOCK_HOUR);
	figures("the week before", &stats.weeks[0], 1, 0, 0, 1, 0);
	figures("the week", &stats.weeks[1], 3, 2, 0, 2, 1);
	ck_assert_int_eq(stats.weeks[1].users, 2);
	ck_assert_int_eq(stats.weeks[0].users, 1);
	ask(&f, 1, &stats);
	figures("alone", &stats.weeks[0], 3, 2, 0, 2, 1);
	f.now++;
	ask(&f, 1, &stats);
	figures("a new week", &stats.weeks[0], 0, 0, 0, 0, 0);
	ck_assert_int_eq(stats.weeks[0].median, -1);
	fixture_close(&f);
}
END_TEST

static void
reply_after(struct fixture *f, unsigned candidate, int64_t after)
{
	char from[64];

	f->now = FIXTURE_START + after;
	snprintf(from, sizeof(from), "<c%u@outside.test>", candidate);
	fixture_reply(f, from, "<m1@local.test>");
}

START_TEST(medians)
{
	static struct stats stats;
	struct admin_correction credit = { .message_id = "<m1@local.test>",
	    .candidate = "c9@outside.test", .answered = true,
	    .actor = "a test", .reason = "they rang" };
	struct admin_trace trace;
	struct fixture f;

	fixture_open(&f, "minimum = 10;");
	f.now = FIXTURE_START;
	fixture_send(&f, ALICE, "<m1@local.test>", 1, 9);
	reply_after(&f, 1, CLOCK_HOUR);
	ask(&f, 1, &stats);
	ck_assert_int_eq(stats.weeks[0].median, CLOCK_HOUR);
	reply_after(&f, 2, 3 * CLOCK_HOUR);
	ask(&f, 1, &stats);
	ck_assert_int_eq(stats.weeks[0].median, 2 * CLOCK_HOUR);
	reply_after(&f, 3, CLOCK_DAY);
	ask(&f, 1, &stats);
	ck_assert_int_eq(stats.weeks[0].median, 3 * CLOCK_HOUR);
	/* An administrator's word says nothing of when. */
	f.now = FIXTURE_START + 2 * CLOCK_DAY;
	ck_assert_int_eq(admin_correct(&f.gate, &credit, &trace), STATUS_OK);
	ask(&f, 1, &stats);
	ck_assert_int_eq(stats.weeks[0].answered, 4);
	ck_assert_int_eq(stats.weeks[0].median, 3 * CLOCK_HOUR);
	ck_assert_int_eq(stats.policies[0].median, 3 * CLOCK_HOUR);
	fixture_close(&f);
}
END_TEST

/* More users than one view reads, each with some of each week. */
START_TEST(sums)
{
	static struct stats stats;
	unsigned user, week, id = 0, sent = 0, i;
	char login[64], message[64];
	struct admin_stats_line sum = { .sent = 0 };
	const struct admin_act restriction = { .kind = ADMIN_RESTRICT,
	    .user = ALICE, .actor = "a test", .reason = "a test" };
	struct admin_user now;
	struct fixture f;

	fixture_open(&f, "minimum = 10;");
	for (week = 0; week < 3; week++)
		for (user = 0; user < 300; user++) {
			f.now = FIXTURE_START + week * 7 * CLOCK_DAY + user;
			snprintf(login, sizeof(login), "u%03u@local.test",
			    user);
			snprintf(message, sizeof(message), "<m%u@local.test>",
			    ++id);
			fixture_send(&f, login, message, id, 1 + user % 2);
			sent += 1 + user % 2;
		}
	fixture_send(&f, ALICE, "<alice@local.test>", 1, 3);
	ck_assert_int_eq(admin_act(&f.gate, &restriction, &now), STATUS_OK);
	ask(&f, WEEKS + 4, &stats);
	for (i = 0; i < stats.week_count; i++) {
		sum.sent += stats.weeks[i].sent;
		sum.answered += stats.weeks[i].answered;
		sum.lapsed += stats.weeks[i].lapsed;
	}
	ck_assert_int_eq(sum.sent, sent + 3);
	ck_assert_str_eq(stats.policies[0].policy, "default");
	ck_assert_int_eq(stats.policies[0].sent, sum.sent);
	ck_assert_int_eq(stats.policies[0].answered, sum.answered);
	ck_assert_int_eq(stats.policies[0].lapsed, sum.lapsed);
	ck_assert_int_eq(stats.policies[0].users, 301);
	ck_assert_int_eq(stats.policies[0].standings[STANDING_RESTRICTED], 1);
	ck_assert_int_eq(stats.policies[0].standings[STANDING_GOOD], 300);
	fixture_close(&f);
}
END_TEST

/* While nobody is judged, what they would be: as users shows them. */
START_TEST(counts_shadows)
{
	static struct stats stats;
	struct fixture f;

	fixture_open(&f, "minimum = 10;");
	fixture_send(&f, ALICE, "<low@local.test>", 1, 12);
	ck_assert_int_eq(gate_relax(&f.gate, f.now), STATUS_OK);
	fixture_pass(&f, f.now + 4 * CLOCK_DAY);
	ask(&f, 1, &stats);
	ck_assert_int_eq(stats.policies[0].standings[STANDING_WARNED], 1);
	ck_assert_int_eq(stats.policies[0].standings[STANDING_GOOD], 0);
	fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("admin stats");
	TCase *tests = tcase_create("admin stats");

	if (ident_library_init() != STATUS_OK)
		return EXIT_FAILURE;
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, weeks_begin_on_monday);
	tcase_add_test(tests, medians);
	tcase_add_test(tests, sums);
	tcase_add_test(tests, counts_shadows);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
