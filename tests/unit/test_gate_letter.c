/*
 * Mail merge at the gate: whose letters are read at all, and what the store is
 * asked for one, also when it fails.
 */
#include <string.h>

#include "gate_faults.h"
#include "merge_fixture.h"
#include "test.h"

#define HOUR	CLOCK_HOUR

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
	struct merge_rows flags;

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
	Suite *suite = suite_create("gate_letter");
	TCase *tcase = tcase_create("letter");

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
