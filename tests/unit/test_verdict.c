/*
 * Who is refused, and the words of it: what the first line says, and those
 * below it.
 */
#include <stdlib.h>
#include <string.h>

#include "verdict_fixture.h"

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

static const struct {
	const char		*name;
	int64_t			 bulk_minimum;
	int64_t			 candidates;
	bool			 merge;
	enum verdict_kind	 want;
} kinds[] = {
	{ "nobody outside", 2, 0, false, VERDICT_INTERNAL },
	{ "one", 2, 1, false, VERDICT_ONE_TO_ONE },
	{ "one, of a merge", 2, 1, true, VERDICT_MERGE },
	{ "two", 2, 2, false, VERDICT_BULK },
	{ "two, of a merge", 2, 2, true, VERDICT_BULK },
	{ "many", 2, 100000, false, VERDICT_BULK },
	{ "as many as there are", 2, INT64_MAX, false, VERDICT_BULK },
	{ "below a greater minimum", 10, 9, false, VERDICT_ONE_TO_ONE },
	{ "just a greater minimum", 10, 10, false, VERDICT_BULK },
	{ "many and the greatest minimum", INT64_MAX, INT64_MAX, false,
	    VERDICT_BULK }
};

START_TEST(test_kind)
{
	const struct verdict_merge merge = { 5, START, START + DAY };
	struct policy policy = default_policy();
	const struct verdict_input input = { &policy, NULL, START,
		kinds[_i].candidates, kinds[_i].merge ? &merge : NULL };
	enum verdict_kind got;

	policy.bulk_minimum = kinds[_i].bulk_minimum;
	got = verdict_kind_of(&input);
	ck_assert_msg(got == kinds[_i].want, "%s: got %s", kinds[_i].name,
	    verdict_kind_text(got));
}
END_TEST

static const struct {
	const char		*name;
	enum standing		 standing;
	int64_t			 candidates;
	bool			 merge;
	bool			 exempt_policy;
	int64_t			 exempt_until;	/* after START; 0: not */
	enum verdict_action	 want;
} decisions[] = {
	{ "good, bulk", STANDING_GOOD, 500, false, false, 0, VERDICT_ACCEPT },
	{ "good, merge", STANDING_GOOD, 1, true, false, 0, VERDICT_ACCEPT },
	{ "warned, bulk", STANDING_WARNED, 500, false, false, 0,
	    VERDICT_ACCEPT },
	{ "warned, merge", STANDING_WARNED, 1, true, false, 0,
	    VERDICT_ACCEPT },
	{ "restricted, internal", STANDING_RESTRICTED, 0, false, false, 0,
	    VERDICT_ACCEPT },
	{ "restricted, one-to-one", STANDING_RESTRICTED, 1, false, false, 0,
	    VERDICT_ACCEPT },
	{ "restricted, merge", STANDING_RESTRICTED, 1, true, false, 0,
	    VERDICT_REFUSE },
	{ "restricted, merge, exempt policy", STANDING_RESTRICTED, 1, true,
	    true, 0, VERDICT_ACCEPT },
	{ "restricted, bulk", STANDING_RESTRICTED, 2, false, false, 0,
	    VERDICT_REFUSE },
	{ "restricted, bulk, exempt policy", STANDING_RESTRICTED, 2, false,
	    true, 0, VERDICT_ACCEPT },
	{ "restricted, bulk, still exempt", STANDING_RESTRICTED, 2, false,
	    false, 1, VERDICT_ACCEPT },
	{ "restricted, bulk, not exempt any more", STANDING_RESTRICTED, 2,
	    false, false, -1, VERDICT_REFUSE }
};

START_TEST(test_decision)
{
	struct policy policy = default_policy();
	struct account account = restricted_account("alice@example.com");
	const struct verdict_merge merge = { 5, START, START + DAY };
	struct verdict_input input = { &policy, &account, START,
		decisions[_i].candidates,
		decisions[_i].merge ? &merge : NULL };
	enum verdict_action got;

	account.standing = decisions[_i].standing;
	policy.exempt = decisions[_i].exempt_policy;
	if (decisions[_i].exempt_until != 0)
		account.exempt_until = START + decisions[_i].exempt_until;
	got = verdict_decide(&input);
	ck_assert_msg(got == decisions[_i].want, "%s: got %s",
	    decisions[_i].name, verdict_action_text(got));
}
END_TEST

static const struct {
	const char	*name;
	int64_t		 threshold;
	enum conf_count	 count;
	int64_t		 answered, lapsed;
	const char	*want;		/* in the first line */
	const char	*rate;		/* in the line about what was counted;
					   NULL: there is no such line */
} headlines[] = {
	{ "the usual", 130000, CONF_COUNT_MESSAGE, 5, 108,
	    "5 of 113 answered, 13 % needed",
	    "5 of 113 messages were answered (4.4 %)" },
	{ "by conversation", 130000, CONF_COUNT_CONVERSATION, 5, 108,
	    "5 of 113 answered, 13 % needed",
	    "5 of 113 people answered (4.4 %)" },
	{ "nobody", 130000, CONF_COUNT_MESSAGE, 0, 113,
	    "0 of 113 answered, 13 % needed", "(0.0 %)" },
	{ "just below does not print as equal", 130000, CONF_COUNT_MESSAGE,
	    129999, 870001, "13 % needed", "(12.9 %)" },
	{ "at the threshold prints as equal", 130000, CONF_COUNT_MESSAGE,
	    13, 87, "13 % needed", "(13.0 %)" },
	{ "all", 130000, CONF_COUNT_MESSAGE, 7, 0,
	    "7 of 7 answered, 13 % needed", "(100.0 %)" },
	{ "a finer threshold, just below", 129500, CONF_COUNT_MESSAGE,
	    129499, 870501, "12.95 % needed", "(12.94 %)" },
	{ "a finer threshold, met", 129500, CONF_COUNT_MESSAGE, 1296, 8704,
	    "12.95 % needed", "(12.96 %)" },
	{ "the finest threshold", 123457, CONF_COUNT_MESSAGE, 123456, 876544,
	    "12.3457 % needed", "(12.3456 %)" },
	{ "a small threshold", 5000, CONF_COUNT_MESSAGE, 1, 999,
	    "0.5 % needed", "(0.1 %)" },
	{ "nothing has settled", 130000, CONF_COUNT_MESSAGE, 0, 0,
	    "nothing has counted yet, 13 % needed", NULL }
};

START_TEST(test_headline)
{
	static const char beginning[] = "bulk sending is paused to 7 Dec, mail "
	    "one person at a time: ";
	static const char ending[] = ". Next look: Mon 7 Dec 2026 09:00 UTC. "
	    "(replygate)\n";
	struct policy policy = default_policy();
	struct account account = restricted_account("alice@example.com");
	struct tally tally = { headlines[_i].answered, headlines[_i].lapsed,
		40, 3 };
	struct buf text, want;

	policy.threshold = headlines[_i].threshold;
	policy.count = headlines[_i].count;
	refusal(&text, &policy, &account, &tally, 9, "");
	ck_assert_msg(strncmp(text.data, beginning, strlen(beginning)) == 0,
	    "%s: begins otherwise: %s", headlines[_i].name, text.data);
	buf_init(&want);
	buf_printf(&want, "%s%s", headlines[_i].want, ending);
	ck_assert_msg(strstr(text.data, want.data) != NULL,
	    "%s: want %s in %s", headlines[_i].name, want.data, text.data);
	ck_assert_msg(headlines[_i].rate != NULL ?
	    strstr(text.data, headlines[_i].rate) != NULL :
	    strstr(text.data, "\nOf that") == NULL, "%s: %s",
	    headlines[_i].name, text.data);
	buf_release(&want);
	buf_release(&text);
}
END_TEST

START_TEST(test_nobody_to_ask)
{
	struct policy policy = default_policy();
	struct account account = restricted_account("alice@example.com");
	struct tally tally = { 5, 108, 0, 0 };
	struct buf text;

	refusal(&text, &policy, &account, &tally, 9, NULL);
	ck_assert_str_eq(strrchr(text.data, '\n'), "\nIn short: bulk sending "
	    "is paused to 7 Dec, mail one person at a time.");
	buf_release(&text);
}
END_TEST

/* All that matters stands where every mail client shows it. */
START_TEST(test_glance)
{
	struct policy policy = default_policy();
	struct account account = restricted_account("alice@example.com");
	struct tally tally = { 5, 108, 0, 0 };
	const struct verdict_merge merge = { 5, START, START + DAY };
	const struct verdict_input input = { &policy, &account, START, 1,
		&merge };
	const struct rate_window window = rate_window_at(&policy,
	    account.since, input.now);
	struct buf text;

	refusal(&text, &policy, &account, &tally, 9, "");
	ck_assert_ptr_nonnull(strstr(text.data, "13 % needed"));
	ck_assert_int_le(strstr(text.data, "13 % needed") + 11 - text.data,
	    VERDICT_GLANCE);
	buf_clear(&text);
	verdict_refusal(&text, &input, &window, &tally, "");
	ck_assert_ptr_nonnull(strstr(text.data, "write each person their own"));
	ck_assert_int_le(strstr(text.data, "their own") + 9 - text.data,
	    VERDICT_GLANCE);
	buf_release(&text);
}
END_TEST

static const struct {
	const char	*name;
	int64_t		 answered, lapsed, settle;
	const char	*want;
	bool		 absent;
} bodies[] = {
	{ "the days that count", 5, 108, 3 * DAY,
	    "\nCounted for alice@example.com: what was sent after Mon 23 Nov "
	    "2026 09:00 UTC and up to Sun 29 Nov 2026 09:00 UTC.\n", false },
	{ "nothing has settled", 0, 0, 3 * DAY,
	    "\nCounted for alice@example.com: nothing yet of what was sent "
	    "after Mon 23 Nov 2026 09:00 UTC.\n", false },
	{ "no figure when nothing settled", 0, 0, 3 * DAY, "0 of 0", true },
	{ "when silence counts", 5, 108, 3 * DAY, "once it is 3 days old",
	    false },
	{ "one day", 5, 108, DAY, "once it is 1 day old", false },
	{ "not whole days", 5, 108, 36 * CLOCK_HOUR, "once it is 36 hours old",
	    false },
	{ "minutes", 5, 108, 90 * CLOCK_MINUTE, "once it is 90 minutes old",
	    false },
	{ "seconds", 5, 108, 90 * CLOCK_SECOND, "once it is 90 seconds old",
	    false },
	{ "silence counts at once", 5, 108, 0, "once it is", true },
	{ "what still works", 5, 108, 3 * DAY, "\nWhat still works: mail to "
	    "one person at a time, replies, mail to people who have written "
	    "to you", false },
	{ "how it ends", 5, 108, 3 * DAY, "13 % or more", false },
	{ "and if it does not", 5, 108, 3 * DAY, "another 14 days", false },
	{ "the last line, and whom to ask", 5, 108, 3 * DAY, "\nIn short: bulk "
	    "sending is paused to 7 Dec, mail one person at a time. Questions: "
	    "ask the mail team", false }
};

START_TEST(test_body)
{
	struct policy policy = default_policy();
	struct account account = restricted_account("alice@example.com");
	struct tally tally = { bodies[_i].answered, bodies[_i].lapsed, 0, 0 };
	struct buf text;
	bool found;

	policy.settle = bodies[_i].settle;
	refusal(&text, &policy, &account, &tally, 9, "ask the mail team");
	found = strstr(text.data, bodies[_i].want) != NULL;
	ck_assert_msg(found != bodies[_i].absent, "%s: %s", bodies[_i].name,
	    text.data);
	buf_release(&text);
}
END_TEST

/* One of many letters: what it is one of comes first. */
static const struct {
	const char	*name;
	size_t		 size;
	const char	*want;
} letters[] = {
	{ "the fifth", 5, "the 5th nearly identical letter, bulk is paused to "
	    "7 Dec: write each person their own. The first was sent Wed 2 "
	    "Dec 2026 05:00 UTC; with this one, wait until Thu 3 Dec 2026 "
	    "05:00 UTC.\nWhy it is paused: 5 of 113 answered, 13 % needed. "
	    "Next look: Mon 7 Dec 2026 09:00 UTC. (replygate)\n" },
	{ "the second", 2, "the 2nd nearly" },
	{ "the third", 3, "the 3rd nearly" },
	{ "the eleventh", 11, "the 11th nearly" },
	{ "the twelfth", 12, "the 12th nearly" },
	{ "the thirteenth", 13, "the 13th nearly" },
	{ "the twenty-first", 21, "the 21st nearly" },
	{ "the hundred and eleventh", 111, "the 111th nearly" },
	{ "what still works", 5, "\nWhat still works: letters written for one "
	    "person (another name, date or sentence in the same text is not "
	    "enough), replies, mail to people who have written to you, " },
	{ "how it ends", 5, "\nHow it ends: " },
	{ "the last line", 5, "\nIn short: bulk sending is paused to 7 Dec, "
	    "write each person their own letter. Questions: ask" }
};

START_TEST(test_merge)
{
	struct policy policy = default_policy();
	struct account account = restricted_account("alice@example.com");
	struct tally tally = { 5, 108, 0, 0 };
	const struct verdict_merge merge = { letters[_i].size,
		START + 9 * DAY - 4 * CLOCK_HOUR,
		START + 10 * DAY - 4 * CLOCK_HOUR };
	const struct verdict_input input = { &policy, &account,
		START + 9 * DAY, 1, &merge };
	const struct rate_window window = rate_window_at(&policy,
	    account.since, input.now);
	struct buf text;

	buf_init(&text);
	verdict_refusal(&text, &input, &window, &tally, "ask");
	ck_assert_msg(strstr(text.data, letters[_i].want) != NULL,
	    "%s: want %s in %s", letters[_i].name, letters[_i].want,
	    text.data);
	ck_assert_ptr_null(strstr(text.data, "one person at a time"));
	buf_release(&text);
}
END_TEST

/* A term that began with a judgement: that explains it, not the new count. */
static const struct {
	const char	*name;
	int64_t		 answered, lapsed;	/* since then */
	const char	*want;
} since_then[] = {
	{ "what it was decided on", 0, 0,
	    "at a time: 5 of 113 answered, 13 % needed. Next look" },
	{ "the days of it", 0, 0, "\nCounted for alice@example.com: what was "
	    "sent after Mon 9 Nov 2026 09:00 UTC and up to Fri 20 Nov 2026 "
	    "09:00 UTC.\n" },
	{ "nothing since", 0, 0, "\nOf what was sent since Mon 23 Nov 2026 "
	    "09:00 UTC, nothing has counted yet.\n" },
	{ "something since", 1, 3, "\nOf what was sent since Mon 23 Nov 2026 "
	    "09:00 UTC, 1 of 4 messages were answered (25.0 %).\n" }
};

START_TEST(test_since_then)
{
	struct policy policy = default_policy();
	struct account account = restricted_account("alice@example.com");
	struct tally tally = { since_then[_i].answered, since_then[_i].lapsed,
		0, 0 };
	struct buf text;

	account.judged.answered = 5;
	account.judged.lapsed = 108;
	account.judged_window.from = START - 14 * DAY;
	account.judged_window.until = START - 3 * DAY;
	refusal(&text, &policy, &account, &tally, 9, "");
	ck_assert_msg(strstr(text.data, since_then[_i].want) != NULL,
	    "%s: want %s in %s", since_then[_i].name, since_then[_i].want,
	    text.data);
	buf_release(&text);
}
END_TEST

START_TEST(test_texts)
{
	ck_assert_str_eq(verdict_action_text(VERDICT_ACCEPT), "accept");
	ck_assert_str_eq(verdict_action_text(VERDICT_REFUSE), "refuse");
	ck_assert_str_eq(verdict_action_text(VERDICT_TEMPFAIL), "tempfail");
	ck_assert_str_eq(verdict_kind_text(VERDICT_INBOUND), "inbound");
	ck_assert_str_eq(verdict_kind_text(VERDICT_INTERNAL), "internal");
	ck_assert_str_eq(verdict_kind_text(VERDICT_ONE_TO_ONE), "one-to-one");
	ck_assert_str_eq(verdict_kind_text(VERDICT_MERGE), "merge");
	ck_assert_str_eq(verdict_kind_text(VERDICT_BULK), "bulk");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("verdict");
	TCase *tcase = tcase_create("verdict");

	tcase_add_loop_test(tcase, test_kind, 0, ROWS(kinds));
	tcase_add_loop_test(tcase, test_decision, 0, ROWS(decisions));
	tcase_add_loop_test(tcase, test_headline, 0, ROWS(headlines));
	tcase_add_test(tcase, test_nobody_to_ask);
	tcase_add_test(tcase, test_glance);
	tcase_add_loop_test(tcase, test_body, 0, ROWS(bodies));
	tcase_add_loop_test(tcase, test_merge, 0, ROWS(letters));
	tcase_add_loop_test(tcase, test_since_then, 0, ROWS(since_then));
	tcase_add_test(tcase, test_texts);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
