/*
 * Mail merge at the gate: who is refused from which letter on, and what is
 * marked in the ledger.
 */
#include <stdio.h>
#include <string.h>

#include "merge_fixture.h"
#include "test.h"

#define HOUR	CLOCK_HOUR

/*
 * A restricted user.
 */

START_TEST(fifth_letter_is_refused)
{
	struct fixture f;
	int64_t from;

	fixture_open(&f, SMALL);
	fixture_restrict(&f, ALICE);
	from = f.now;
	send_merges(&f, 1, 4);
	check_rows(&f, "four", from, 4, 0);
	ck_assert_int_eq(send_merge(&f, 5), VERDICT_REFUSE);
	ck_assert_int_eq(f.verdict.kind, VERDICT_MERGE);
	ck_assert_msg(strstr(f.verdict.text.data, "the 5th nearly identical "
	    "letter, bulk is paused to 8 Feb: ") == f.verdict.text.data, "%s",
	    f.verdict.text.data);
	ck_assert_ptr_nonnull(strstr(f.lines.data, "kind=merge"));
	ck_assert_ptr_nonnull(strstr(f.lines.data, "campaign=5 similarity="));
	check_rows(&f, "the fifth", from, 4, 4);
	/* A letter of its own passes in between; the rest does not. */
	ck_assert_int_eq(send_personal(&f, 6), VERDICT_ACCEPT);
	ck_assert_int_eq(send_merge(&f, 7), VERDICT_REFUSE);
	ck_assert_ptr_nonnull(strstr(f.verdict.text.data, "the 5th nearly"));
	/* The retry of one that passed, and of one that did not. */
	ck_assert_int_eq(send_merge(&f, 2), VERDICT_ACCEPT);
	ck_assert_int_eq(send_merge(&f, 5), VERDICT_REFUSE);
	check_rows(&f, "all", from, 5, 4);
	ck_assert_uint_eq(rows_since(&f, from).lengths, 5);
	fixture_close(&f);
}
END_TEST

START_TEST(letter_passes_when_the_refusal_says)
{
	struct fixture f;
	int64_t from;
	char when[CLOCK_TEXT_SIZE];

	/* Whole minutes, as the text has them. */
	fixture_open(&f, SMALL);
	fixture_restrict(&f, ALICE);
	from = f.now + CLOCK_MINUTE;
	send_merges(&f, 1, 4);
	ck_assert_int_eq(send_merge(&f, 5), VERDICT_REFUSE);
	clock_format_people(from + 24 * HOUR, when);
	ck_assert_msg(strstr(f.verdict.text.data, when) != NULL, "%s in %s",
	    when, f.verdict.text.data);
	f.now = from + 24 * HOUR - CLOCK_MINUTE - 1;
	ck_assert_int_eq(send_merge(&f, 5), VERDICT_REFUSE);
	f.now = from + 24 * HOUR - CLOCK_MINUTE;
	ck_assert_int_eq(send_merge(&f, 5), VERDICT_ACCEPT);
	ck_assert_int_eq(send_merge(&f, 6), VERDICT_ACCEPT);
	fixture_close(&f);
}
END_TEST

/* To write to the same people soon again is no merge, whatever is written. */
START_TEST(follow_ups_are_no_merge)
{
	struct fixture f;
	char id[64], to[64], text[MERGE_LETTER_SIZE];
	const struct sending sending = { ALICE, id, { to }, text };
	enum gate_wish wish;
	unsigned n;
	int64_t from;

	fixture_open(&f, SMALL);
	fixture_restrict(&f, ALICE);
	from = f.now;
	send_merges(&f, 1, 4);
	merge_letter(99, text);
	for (n = 1; n <= 4; n++) {
		snprintf(id, sizeof(id), "<again%u@local.test>", n);
		snprintf(to, sizeof(to), "<c%u@outside.test>", n);
		f.now += CLOCK_MINUTE;
		ck_assert_int_eq(hand_over(&f, &sending, &wish),
		    VERDICT_ACCEPT);
		ck_assert_int_eq(wish, GATE_WISH_END);
	}
	check_rows(&f, "follow-ups", from, 8, 0);
	ck_assert_int_eq(send_merge(&f, 5), VERDICT_REFUSE);
	fixture_close(&f);
}
END_TEST

/* One letter of a merge, to candidate n. */
static enum verdict_action
write_again(struct fixture *f, unsigned n, int64_t when)
{
	char id[64], to[64], text[MERGE_LETTER_SIZE];
	const struct sending sending = { ALICE, id, { to }, text };
	enum gate_wish wish;

	snprintf(id, sizeof(id), "<again%u@local.test>", n);
	snprintf(to, sizeof(to), "<c%u@outside.test>", n);
	merge_letter(n + 100, text);
	f->now = when;
	return hand_over(f, &sending, &wish);
}

static const struct {
	const char	*name;
	int64_t		 age;		/* of the last message to each */
	unsigned	 accepted;
	unsigned	 merge;
} ages[] = {
	{ "at once", 0, 8, 0 },
	{ "at the bound", 30 * CLOCK_DAY, 8, 0 },
	{ "a microsecond past it", 30 * CLOCK_DAY + 1, 4, 4 },
	{ "sixty days", 60 * CLOCK_DAY, 4, 4 },
	{ "the clock was set back", -CLOCK_DAY, 8, 0 },
};

/* After a month of silence a follow-up is a letter as any other. */
START_TEST(follow_ups_have_a_bound)
{
	struct fixture f;
	char id[64], to[64];
	const struct sending sending = { ALICE, id, { to }, NULL };
	enum gate_wish wish;
	unsigned n, before, accepted = 0;
	int64_t first;

	fixture_open(&f, SMALL);
	fixture_restrict(&f, ALICE);
	first = f.now;
	for (n = 1; n <= 8; n++) {
		snprintf(id, sizeof(id), "<first%u@local.test>", n);
		snprintf(to, sizeof(to), "<c%u@outside.test>", n);
		f.now = first + n;
		ck_assert_int_eq(hand_over(&f, &sending, &wish),
		    VERDICT_ACCEPT);
	}
	before = rows_since(&f, 0).rows;
	for (n = 1; n <= 8; n++)
		accepted += write_again(&f, n, first + n + ages[_i].age) ==
		    VERDICT_ACCEPT;
	ck_assert_msg(accepted == ages[_i].accepted, "%s: %u accepted",
	    ages[_i].name, accepted);
	check_rows(&f, ages[_i].name, 0, before + accepted, ages[_i].merge);
	fixture_close(&f);
}
END_TEST

/* Each message to somebody starts the month anew. */
START_TEST(follow_ups_go_by_the_last_message)
{
	struct fixture f;
	char id[64], to[64];
	const struct sending sending = { ALICE, id, { to }, NULL };
	enum gate_wish wish;
	unsigned n;
	int64_t first;

	fixture_open(&f, SMALL);
	fixture_restrict(&f, ALICE);
	first = f.now;
	for (n = 1; n <= 16; n++) {
		snprintf(id, sizeof(id), "<some%u@local.test>", n);
		snprintf(to, sizeof(to), "<c%u@outside.test>", (n - 1) % 8 + 1);
		f.now = first + (n > 8 ? 20 * CLOCK_DAY : 0) + n;
		ck_assert_int_eq(hand_over(&f, &sending, &wish),
		    VERDICT_ACCEPT);
	}
	for (n = 1; n <= 8; n++)
		ck_assert_msg(write_again(&f, n, first + 50 * CLOCK_DAY + n) ==
		    VERDICT_ACCEPT, "letter %u", n);
	fixture_close(&f);
}
END_TEST

/* Who has answered is in a thread, however long ago that was. */
START_TEST(contacts_are_no_merge_after_a_month)
{
	struct fixture f;
	char to[64];
	unsigned n;
	int64_t first;

	fixture_open(&f, SMALL);
	fixture_restrict(&f, ALICE);
	first = f.now;
	for (n = 1; n <= 8; n++) {
		snprintf(to, sizeof(to), "<c%u@outside.test>", n);
		fixture_reply(&f, to, NULL);
	}
	for (n = 1; n <= 8; n++)
		ck_assert_msg(write_again(&f, n, first + 60 * CLOCK_DAY + n) ==
		    VERDICT_ACCEPT, "letter %u", n);
	fixture_close(&f);
}
END_TEST

/* Who has written to us in every Cc hides nothing. */
START_TEST(contact_among_the_recipients_hides_nothing)
{
	struct fixture f;
	char id[64], to[64], text[MERGE_LETTER_SIZE];
	const struct sending sending = { ALICE, id,
		{ to, "<friend@outside.test>", "<bob@local.test>" }, text };
	enum gate_wish wish;
	unsigned n;

	fixture_open(&f, SMALL);
	fixture_restrict(&f, ALICE);
	fixture_reply(&f, "<friend@outside.test>", NULL);
	for (n = 1; n <= 5; n++) {
		snprintf(id, sizeof(id), "<cc%u@local.test>", n);
		snprintf(to, sizeof(to), "<c%u@outside.test>", n);
		merge_letter(n, text);
		f.now += CLOCK_MINUTE;
		ck_assert_msg(hand_over(&f, &sending, &wish) == (n < 5 ?
		    VERDICT_ACCEPT : VERDICT_REFUSE), "letter %u", n);
	}
	fixture_close(&f);
}
END_TEST

START_TEST(short_texts_are_no_merge)
{
	struct fixture f;
	unsigned n;
	int64_t from;

	fixture_open(&f, SMALL);
	fixture_restrict(&f, ALICE);
	from = f.now;
	for (n = 1; n <= 8; n++)
		ck_assert_int_eq(send_text(&f, n, "Are you free Tuesday?\r\n"),
		    VERDICT_ACCEPT);
	check_rows(&f, "short", from, 8, 0);
	fixture_close(&f);
}
END_TEST

/* The letters sent before the restriction count as well. */
START_TEST(letters_of_a_good_user_are_marked)
{
	struct fixture f;

	fixture_open(&f, SMALL);
	send_merges(&f, 1, 4);
	check_rows(&f, "four", 0, 4, 0);
	send_merges(&f, 5, 5);
	ck_assert_int_eq(f.verdict.kind, VERDICT_MERGE);
	check_rows(&f, "five", 0, 5, 5);
	ck_assert_int_eq(send_personal(&f, 6), VERDICT_ACCEPT);
	send_merges(&f, 7, 60);
	check_rows(&f, "sixty", 0, 60, 59);
	ck_assert_uint_eq(rows_since(&f, 0).bulk, 0);
	fixture_close(&f);
}
END_TEST

/* Messages to several are bulk, and none of a merge. */
START_TEST(bulk_is_no_merge)
{
	char id[64], to[64], other[64], text[MERGE_LETTER_SIZE];
	const struct sending sending = { ALICE, id, { to, other }, text };
	enum gate_wish wish;
	struct fixture f;
	unsigned n;

	fixture_open(&f, SMALL);
	for (n = 1; n <= 12; n += 2) {
		snprintf(id, sizeof(id), "<two%u@local.test>", n);
		snprintf(to, sizeof(to), "<c%u@outside.test>", n);
		snprintf(other, sizeof(other), "<c%u@outside.test>", n + 1);
		merge_letter(n, text);
		ck_assert_int_eq(hand_over(&f, &sending, &wish),
		    VERDICT_ACCEPT);
		ck_assert_int_eq(wish, GATE_WISH_END);
	}
	check_rows(&f, "bulk", 0, 12, 0);
	ck_assert_uint_eq(rows_since(&f, 0).bulk, 12);
	fixture_close(&f);
}
END_TEST

/* The nth letter, to two people or three (0: it is two). */
static enum verdict_action
send_to(struct fixture *f, unsigned n, unsigned a, unsigned b, unsigned c)
{
	char id[64], to[3][64], text[MERGE_LETTER_SIZE];
	const struct sending sending = { ALICE, id,
		{ to[0], b > 0 ? to[1] : NULL, c > 0 ? to[2] : NULL }, text };
	const unsigned people[] = { a, b, c };
	enum gate_wish wish;
	unsigned i;

	snprintf(id, sizeof(id), "<several%u@local.test>", n);
	for (i = 0; i < 3; i++)
		snprintf(to[i], sizeof(to[i]), "<c%u@outside.test>",
		    people[i]);
	merge_letter(n, text);
	f->now += CLOCK_MINUTE;
	return hand_over(f, &sending, &wish);
}

/* Where two at once are allowed, one letter to two hundred is not. */
START_TEST(letters_to_fewer_than_are_bulk)
{
	struct fixture f;
	unsigned n;
	int64_t from;

	fixture_open(&f, SMALL "bulk_minimum = 3; ");
	fixture_restrict(&f, ALICE);
	from = f.now;
	for (n = 1; n <= 4; n++)
		ck_assert_int_eq(send_to(&f, n, n, 10 + n, 0),
		    VERDICT_ACCEPT);
	check_rows(&f, "four", from, 8, 0);
	ck_assert_int_eq(send_to(&f, 5, 5, 15, 0), VERDICT_REFUSE);
	ck_assert_int_eq(f.verdict.kind, VERDICT_MERGE);
	check_rows(&f, "the fifth", from, 8, 8);
	/* To people who have it, and the retry of one that passed. */
	ck_assert_int_eq(send_to(&f, 6, 1, 2, 0), VERDICT_ACCEPT);
	ck_assert_int_eq(send_to(&f, 4, 4, 14, 0), VERDICT_ACCEPT);
	/* One of them has it not, whichever. */
	ck_assert_int_eq(send_to(&f, 7, 1, 21, 0), VERDICT_REFUSE);
	ck_assert_int_eq(send_to(&f, 8, 1, 22, 0), VERDICT_REFUSE);
	ck_assert_int_eq(send_to(&f, 9, 1, 23, 0), VERDICT_REFUSE);
	ck_assert_int_eq(send_merge(&f, 30), VERDICT_REFUSE);
	ck_assert_int_eq(send_to(&f, 31, 31, 32, 33), VERDICT_REFUSE);
	ck_assert_int_eq(f.verdict.kind, VERDICT_BULK);
	fixture_close(&f);
}
END_TEST

/* What went out under the Message-ID that reaches merge_minimum is marked. */
START_TEST(split_letter_is_marked_whole)
{
	const bool restricted = _i == 1;
	struct fixture f;
	unsigned n;
	int64_t from;

	fixture_open(&f, SMALL "bulk_minimum = 3; ");
	if (restricted)
		fixture_restrict(&f, ALICE);
	from = f.now;
	for (n = 1; n <= 4; n++)
		ck_assert_int_eq(send_to(&f, n, n, 0, 0), VERDICT_ACCEPT);
	check_rows(&f, "four", from, 4, 0);
	ck_assert_int_eq(send_to(&f, 4, 5, 0, 0), restricted ?
	    VERDICT_REFUSE : VERDICT_ACCEPT);
	ck_assert_int_eq(f.verdict.kind, VERDICT_MERGE);
	check_rows(&f, "the fifth", from, restricted ? 4 : 5, restricted ? 4 :
	    5);
	fixture_close(&f);
}
END_TEST

START_TEST(monitor_mode_only_says_so)
{
	struct fixture f;

	fixture_open_with(&f, SMALL, "", NULL);
	fixture_restrict(&f, ALICE);
	f.conf->mode = CONF_MODE_MONITOR;
	send_merges(&f, 1, 6);
	ck_assert_ptr_nonnull(strstr(f.lines.data, "kind=merge"));
	ck_assert_ptr_nonnull(strstr(f.lines.data,
	    "would=refuse verdict=accept"));
	check_rows(&f, "monitor", f.now - HOUR, 6, 6);
	fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("gate_merge");
	TCase *tcase = tcase_create("merge");

	tcase_add_test(tcase, fifth_letter_is_refused);
	tcase_add_test(tcase, letter_passes_when_the_refusal_says);
	tcase_add_test(tcase, follow_ups_are_no_merge);
	tcase_add_loop_test(tcase, follow_ups_have_a_bound, 0,
	    sizeof(ages) / sizeof(ages[0]));
	tcase_add_test(tcase, follow_ups_go_by_the_last_message);
	tcase_add_test(tcase, contacts_are_no_merge_after_a_month);
	tcase_add_test(tcase, contact_among_the_recipients_hides_nothing);
	tcase_add_test(tcase, short_texts_are_no_merge);
	tcase_add_test(tcase, letters_of_a_good_user_are_marked);
	tcase_add_test(tcase, bulk_is_no_merge);
	tcase_add_test(tcase, letters_to_fewer_than_are_bulk);
	tcase_add_loop_test(tcase, split_letter_is_marked_whole, 0, 2);
	tcase_add_test(tcase, monitor_mode_only_says_so);
	tcase_set_timeout(tcase, 120);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
