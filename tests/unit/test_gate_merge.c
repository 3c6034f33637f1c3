/*
 * Mail merge at the gate: who is refused from which letter on, what is marked
 * in the ledger, and whose mail is never looked at.
 */
#include <stdio.h>
#include <string.h>

#include "gate_faults.h"
#include "merge_letters.h"
#include "test.h"

#define ALICE	"alice@local.test"
#define SMALL	"minimum = 10; "
#define HOUR	CLOCK_HOUR

/* One message as the MTA's door hands it over. */
struct sending {
	const char	*login;
	const char	*message_id;
	const char	*recipients[4];
	const char	*text;		/* NULL: no body */
};

static void
fill(struct message *message, const struct sending *sending)
{
	const struct message_origin origin = { sending->login, sending->login,
		false };
	size_t i;

	message_init(message);
	ck_assert_int_eq(message_begin(message, &origin), STATUS_OK);
	for (i = 0; i < 4 && sending->recipients[i] != NULL; i++)
		ck_assert_int_eq(message_recipient(message,
		    sending->recipients[i]), STATUS_OK);
	message_header(message, "Message-ID", sending->message_id);
	message_header(message, "Content-Type", "text/plain; charset=utf-8");
}

/* The body goes only where it is wanted. */
static enum verdict_action
hand_over(struct fixture *f, const struct sending *sending,
    enum gate_wish *wish)
{
	struct message message;

	fill(&message, sending);
	gate_verdict_release(&f->verdict);
	gate_check(&f->gate, f->conf, &message, GATE_STAGE_HEADER,
	    &f->verdict);
	*wish = f->verdict.wish;
	if (f->verdict.action == VERDICT_ACCEPT) {
		if (*wish == GATE_WISH_BODY && sending->text != NULL)
			ck_assert_int_eq(message_body(&message, sending->text,
			    strlen(sending->text)), STATUS_OK);
		gate_verdict_release(&f->verdict);
		gate_check(&f->gate, f->conf, &message, GATE_STAGE_END,
		    &f->verdict);
	}
	message_release(&message);
	return f->verdict.action;
}

/* A text from alice to candidate n, whose number is in the Message-ID. */
static enum verdict_action
send_text(struct fixture *f, unsigned n, const char *text)
{
	char id[64], to[64];
	const struct sending sending = { ALICE, id, { to }, text };
	enum gate_wish wish;

	snprintf(id, sizeof(id), "<letter%u@local.test>", n);
	snprintf(to, sizeof(to), "<c%u@outside.test>", n);
	f->now += CLOCK_MINUTE;
	return hand_over(f, &sending, &wish);
}

static enum verdict_action
send_merge(struct fixture *f, unsigned n)
{
	char text[MERGE_LETTER_SIZE];

	merge_letter(n, text);
	return send_text(f, n, text);
}

static enum verdict_action
send_personal(struct fixture *f, unsigned n)
{
	char text[MERGE_LETTER_SIZE];

	personal_letter(n, text);
	return send_text(f, n, text);
}

struct flags {
	int64_t		from;
	unsigned	rows, merge, bulk, lengths;
};

static bool
count_row(void *context, const struct outreach *row)
{
	struct flags *flags = context;

	if (row->sent_at < flags->from)
		return true;
	flags->rows++;
	flags->merge += (row->flags & OUTREACH_MERGE) != 0;
	flags->bulk += (row->flags & OUTREACH_BULK) != 0;
	flags->lengths += row->length > 500;
	return true;
}

static enum status
count_rows(struct store_txn *txn, void *argument)
{
	struct flags *flags = argument;

	flags->rows = flags->merge = flags->bulk = flags->lengths = 0;
	return store_outreach_window(txn, 1, 0, CLOCK_LATEST, count_row,
	    flags);
}

static struct flags
rows_since(struct fixture *f, int64_t from)
{
	struct flags flags = { .from = from };

	ck_assert_int_eq(store_view(f->store, count_rows, &flags), STATUS_OK);
	return flags;
}

static void
check_rows(struct fixture *f, const char *what, int64_t from, unsigned rows,
    unsigned merge)
{
	struct flags flags = rows_since(f, from);

	ck_assert_msg(flags.rows == rows && flags.merge == merge,
	    "%s: %u rows, %u of a merge; want %u, %u", what, flags.rows,
	    flags.merge, rows, merge);
}

static void
send_merges(struct fixture *f, unsigned first, unsigned last)
{
	unsigned n;

	for (n = first; n <= last; n++)
		ck_assert_msg(send_merge(f, n) == VERDICT_ACCEPT,
		    "letter %u", n);
}

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
	ck_assert_msg(strncmp(f.verdict.text.data,
	    "this is the 5th nearly identical letter, and bulk is paused: ",
	    61) == 0, "%s", f.verdict.text.data);
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

/* To write to the same people again is no merge, whatever is written. */
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

/*
 * Whose body is asked for.
 */

static const struct {
	const char	*name;
	const char	*policy;
	const char	*top;
	struct sending	 sending;
	enum gate_wish	 want;
} wishes[] = {
	{ "one candidate", SMALL, "",
	    { ALICE, "<w@local.test>", { "<c1@outside.test>" }, NULL },
	    GATE_WISH_BODY },
	{ "of somebody new", SMALL, "",
	    { "new@local.test", "<w@local.test>", { "<c1@outside.test>" },
	    NULL }, GATE_WISH_BODY },
	{ "one candidate and a contact", SMALL, "",
	    { ALICE, "<w@local.test>", { "<friend@outside.test>",
	    "<c1@outside.test>" }, NULL }, GATE_WISH_BODY },
	{ "one candidate twice", SMALL, "",
	    { ALICE, "<w@local.test>", { "<c1@outside.test>",
	    "<C1@outside.test>" }, NULL }, GATE_WISH_BODY },
	{ "two candidates", SMALL, "",
	    { ALICE, "<w@local.test>", { "<c1@outside.test>",
	    "<c2@outside.test>" }, NULL }, GATE_WISH_END },
	{ "a contact", SMALL, "",
	    { ALICE, "<w@local.test>", { "<friend@outside.test>" }, NULL },
	    GATE_WISH_END },
	{ "a candidate written to before", SMALL, "",
	    { ALICE, "<w@local.test>", { "<c1000@outside.test>" }, NULL },
	    GATE_WISH_END },
	{ "a list", SMALL, "lists = [\"jobs@lists.test 50\"];",
	    { ALICE, "<w@local.test>", { "<jobs@lists.test>" }, NULL },
	    GATE_WISH_END },
	{ "our own people", SMALL, "",
	    { ALICE, "<w@local.test>", { "<bob@local.test>" }, NULL },
	    GATE_WISH_END },
	{ "turned off", SMALL "merge_minimum = 0; ", "",
	    { ALICE, "<w@local.test>", { "<c1@outside.test>" }, NULL },
	    GATE_WISH_END },
	{ "an exempt policy", SMALL "exempt = true; ", "",
	    { "new@local.test", "<w@local.test>", { "<c1@outside.test>" },
	    NULL }, GATE_WISH_END }
};

START_TEST(body_is_asked_for)
{
	struct fixture f;
	enum gate_wish wish;

	fixture_open_with(&f, wishes[_i].policy, wishes[_i].top, NULL);
	fixture_send(&f, ALICE, "<before@local.test>", 1000, 1);
	fixture_reply(&f, "<friend@outside.test>", NULL);
	ck_assert_int_eq(hand_over(&f, &wishes[_i].sending, &wish),
	    VERDICT_ACCEPT);
	ck_assert_msg(wish == wishes[_i].want, "%s: wish %d",
	    wishes[_i].name, (int)wish);
	fixture_close(&f);
}
END_TEST

static enum status
exempt_alice(struct store_txn *txn, void *argument)
{
	struct account account;
	enum status status = store_account_get(txn, ALICE, &account);

	if (status != STATUS_OK)
		return status;
	account.exempt_until = *(int64_t *)argument;
	return store_account_put(txn, &account);
}

START_TEST(exempt_user_is_not_looked_at)
{
	const struct sending sending = { ALICE, "<x@local.test>",
		{ "<c9@outside.test>" }, NULL };
	enum gate_wish wish;
	struct fixture f;
	int64_t until;

	fixture_open(&f, SMALL);
	send_merges(&f, 1, 4);
	until = f.now + CLOCK_DAY;
	ck_assert_int_eq(store_update(f.store, exempt_alice, &until),
	    STATUS_OK);
	ck_assert_int_eq(hand_over(&f, &sending, &wish), VERDICT_ACCEPT);
	ck_assert_int_eq(wish, GATE_WISH_END);
	send_merges(&f, 5, 6);
	check_rows(&f, "exempt", 0, 7, 0);
	fixture_close(&f);
}
END_TEST

/*
 * The store.
 */

static unsigned long
calls_of_letter(struct fixture *f, struct fault *fault, unsigned n)
{
	fault_arm(fault, 0);
	send_merges(f, n, n);
	return fault->calls;
}

/* However many were sent before. */
START_TEST(cost_does_not_grow)
{
	struct fault fault = { .fail_at = 0 };
	struct fixture f;
	unsigned long calls;
	unsigned n;

	fixture_open_faulty(&f, SMALL, "", &fault);
	send_merges(&f, 1, 5);
	calls = calls_of_letter(&f, &fault, 6);
	for (n = 7; n <= 120; n++)
		ck_assert_msg(calls_of_letter(&f, &fault, n) == calls,
		    "letter %u: %lu calls, the sixth had %lu", n, fault.calls,
		    calls);
	fixture_close(&f);
}
END_TEST

static bool
count_campaign(void *context, const struct merge_campaign *campaign)
{
	unsigned *count = context;

	(void)campaign;
	++*count;
	return true;
}

static enum status
count_campaigns(struct store_txn *txn, void *argument)
{
	*(unsigned *)argument = 0;
	return store_merge_each(txn, 1, count_campaign, argument);
}

START_TEST(campaigns_are_forgotten)
{
	struct fixture f;
	unsigned count;

	fixture_open(&f, SMALL "merge_window = \"2h\"; ");
	send_merges(&f, 1, 3);
	ck_assert_int_eq(send_personal(&f, 4), VERDICT_ACCEPT);
	fixture_pass(&f, f.now + HOUR);
	ck_assert_int_eq(store_view(f.store, count_campaigns, &count),
	    STATUS_OK);
	ck_assert_uint_eq(count, 2);
	/* The store may keep them for an hour more. */
	fixture_pass(&f, f.now + 4 * HOUR);
	ck_assert_int_eq(store_view(f.store, count_campaigns, &count),
	    STATUS_OK);
	ck_assert_uint_eq(count, 0);
	fixture_close(&f);
}
END_TEST

static const struct {
	const char	*name;
	enum status	 status;
	bool		 lost;
} faults[] = {
	{ "unavailable", STATUS_UNAVAILABLE, false },
	{ "lost race", STATUS_CONFLICT, false },
	{ "uncertain, it happened", STATUS_UNCERTAIN, false },
	{ "uncertain, it did not", STATUS_UNCERTAIN, true },
	{ "no memory", STATUS_NO_MEMORY, false }
};

/*
 * Whatever fails, the retry ends in the same ledger.  A look at the header that
 * failed asks for no body: such a letter passes unread, and is no member.
 */
START_TEST(failing_store_ends_in_the_same_ledger)
{
	struct fault fault = { .status = faults[_i].status,
		.lost = faults[_i].lost };
	struct fixture f;
	unsigned long n;
	bool fired = true;
	unsigned letter;
	struct flags flags;

	for (n = 1; fired; n++) {
		fault.fail_at = 0;
		fixture_open_faulty(&f, SMALL, "on_error = \"tempfail\";",
		    &fault);
		send_merges(&f, 1, 4);
		fault_arm(&fault, n);
		if (send_merge(&f, 5) == VERDICT_TEMPFAIL)
			ck_assert_int_eq(send_merge(&f, 5), VERDICT_ACCEPT);
		fired = fault.fired;
		fault_arm(&fault, 0);
		for (letter = 6; letter <= 7; letter++)
			send_merges(&f, letter, letter);
		flags = rows_since(&f, 0);
		ck_assert_msg(flags.rows == 7 && flags.merge >= 6,
		    "%s, call %lu: %u rows, %u of a merge", faults[_i].name,
		    n, flags.rows, flags.merge);
		fixture_close(&f);
	}
	ck_assert_uint_gt(n, faults[_i].status == STATUS_UNCERTAIN ? 1 : 15);
}
END_TEST

START_TEST(failing_store_never_refuses_the_fourth)
{
	struct fault fault = { .status = faults[_i].status,
		.lost = faults[_i].lost };
	struct fixture f;
	unsigned long n;
	bool fired = true;

	for (n = 1; fired; n++) {
		fault.fail_at = 0;
		fixture_open_faulty(&f, SMALL, "", &fault);
		fixture_restrict(&f, ALICE);
		send_merges(&f, 1, 3);
		fault_arm(&fault, n);
		send_merges(&f, 4, 4);
		fired = fault.fired;
		fault_arm(&fault, 0);
		send_merges(&f, 4, 4);
		fixture_close(&f);
	}
}
END_TEST

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

int
main(void)
{
	Suite *suite = suite_create("gate_merge");
	TCase *tcase = tcase_create("merge");

	tcase_add_test(tcase, fifth_letter_is_refused);
	tcase_add_test(tcase, letter_passes_when_the_refusal_says);
	tcase_add_test(tcase, follow_ups_are_no_merge);
	tcase_add_test(tcase, contact_among_the_recipients_hides_nothing);
	tcase_add_test(tcase, short_texts_are_no_merge);
	tcase_add_test(tcase, letters_of_a_good_user_are_marked);
	tcase_add_test(tcase, bulk_is_no_merge);
	tcase_add_test(tcase, monitor_mode_only_says_so);
	tcase_add_loop_test(tcase, body_is_asked_for, 0, ROWS(wishes));
	tcase_add_test(tcase, exempt_user_is_not_looked_at);
	tcase_add_test(tcase, cost_does_not_grow);
	tcase_add_test(tcase, campaigns_are_forgotten);
	tcase_add_loop_test(tcase, failing_store_ends_in_the_same_ledger, 0,
	    ROWS(faults));
	tcase_add_loop_test(tcase, failing_store_never_refuses_the_fourth, 0,
	    ROWS(faults));
	tcase_set_timeout(tcase, 120);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
