/*
 * The gate over a store that fails at the first, the second, the third ...
 * call, until none is left to fail.  Whatever happened, the MTA's retry must
 * end in the same ledger, a message that was accepted must be in it, and a
 * message must never be refused because the store failed.
 */
#include <string.h>

#include "gate_faults.h"
#include "test.h"

#define ALICE	"alice@local.test"
#define POLICY	"minimum = 10; settle = \"1h\"; "

static const struct fault_row {
	const char	*name;
	enum status	 status;
	bool		 lost;
	bool		 hidden;	/* the retry inside must hide it */
} fault_rows[] = {
	{ "unavailable", STATUS_UNAVAILABLE, false, false },
	{ "lost race", STATUS_CONFLICT, false, true },
	{ "uncertain, it happened", STATUS_UNCERTAIN, false, true },
	{ "uncertain, it did not", STATUS_UNCERTAIN, true, true },
	{ "no memory", STATUS_NO_MEMORY, false, false },
};

#define ROWS	(sizeof(fault_rows) / sizeof(fault_rows[0]))

static bool
commits(const struct fault_row *row)
{
	return row->status == STATUS_UNCERTAIN;
}

START_TEST(accepted_mail_is_in_the_ledger_after_a_retry)
{
	const struct fault_row *row = &fault_rows[_i];
	struct fault fault = { .status = row->status, .lost = row->lost };
	struct fixture f;
	unsigned long n;
	bool fired = true;

	for (n = 1; fired; n++) {
		fault.fail_at = 0;
		fixture_open_faulty(&f, POLICY, "on_error = \"tempfail\";",
		    &fault);
		fault_arm(&fault, n);
		if (fixture_send(&f, ALICE, "<m@local.test>", 1, 3) ==
		    VERDICT_TEMPFAIL) {
			ck_assert_msg(fault.fired && !row->hidden,
			    "%s, call %lu: tempfailed", row->name, n);
			fault_arm(&fault, 0);
			ck_assert_int_eq(fixture_send(&f, ALICE,
			    "<m@local.test>", 1, 3), VERDICT_ACCEPT);
			fault.fired = true;
		}
		fired = fault.fired;
		fault_arm(&fault, 0);
		fixture_tally(&f, ALICE, 0, 0, 3);
		fixture_close(&f);
	}
	ck_assert_uint_gt(n, commits(row) ? 1 : 5);
}
END_TEST

START_TEST(facts_that_are_missing_are_an_error)
{
	const struct message_origin origin = { ALICE, ALICE, false };
	struct message message;
	struct fixture f;

	fixture_open_with(&f, POLICY, "on_error = \"tempfail\";", NULL);
	message_init(&message);
	ck_assert_int_eq(message_begin(&message, &origin), STATUS_OK);
	ck_assert_int_eq(message_recipient(&message, "c1@outside.test"),
	    STATUS_OK);
	message.no_memory = true;
	gate_verdict_release(&f.verdict);
	gate_check(&f.gate, f.conf, &message, GATE_STAGE_END, &f.verdict);
	ck_assert_int_eq(f.verdict.action, VERDICT_TEMPFAIL);
	message_release(&message);
	fixture_close(&f);
}
END_TEST

START_TEST(failing_store_refuses_nobody)
{
	const struct fault_row *row = &fault_rows[_i];
	static const char *const two[] = { "<c1@outside.test>",
		"<c2@outside.test>", NULL };
	struct fault fault = { .status = row->status, .lost = row->lost };
	struct fixture f;
	unsigned long n;
	bool fired = true;

	fault.fail_at = 0;
	fixture_open_faulty(&f, POLICY, "", &fault);
	fixture_send(&f, ALICE, "<first@local.test>", 1, 1);
	for (n = 1; fired; n++) {
		fault_arm(&fault, n);
		ck_assert_msg(fixture_send_to(&f, ALICE, "<m@local.test>",
		    GATE_STAGE_DATA, two) == VERDICT_ACCEPT,
		    "%s, call %lu at data", row->name, n);
		ck_assert_msg(fixture_send_to(&f, ALICE, "<m@local.test>",
		    GATE_STAGE_END, two) == VERDICT_ACCEPT,
		    "%s, call %lu at the end", row->name, n);
		fired = fault.fired;
	}
	fault_arm(&fault, 0);
	fixture_close(&f);
}
END_TEST

START_TEST(reply_counts_once_after_a_repeat)
{
	const struct fault_row *row = &fault_rows[_i];
	struct fault fault = { .status = row->status, .lost = row->lost };
	struct fixture f;
	unsigned long n;
	bool fired = true;

	for (n = 1; fired; n++) {
		fault.fail_at = 0;
		fixture_open_faulty(&f, POLICY, "", &fault);
		fixture_send(&f, ALICE, "<m@local.test>", 1, 3);
		f.now += CLOCK_MINUTE;
		fault_arm(&fault, n);
		fixture_reply(&f, "c1@outside.test", "<m@local.test>");
		fired = fault.fired;
		fault_arm(&fault, 0);
		/* The same mail again, as after a lost answer to the MTA. */
		fixture_reply(&f, "c1@outside.test", "<m@local.test>");
		f.now += CLOCK_DAY;
		fixture_tally(&f, ALICE, 1, 3, 0);
		fixture_close(&f);
	}
}
END_TEST

START_TEST(standing_moves_once_after_a_repeated_tick)
{
	const struct fault_row *row = &fault_rows[_i];
	struct fault fault = { .status = row->status, .lost = row->lost };
	struct admin_health health;
	struct fixture f;
	unsigned long n;
	bool fired = true;

	for (n = 1; fired; n++) {
		fault.fail_at = 0;
		fixture_open_faulty(&f, POLICY, "", &fault);
		fixture_send(&f, ALICE, "<m@local.test>", 1, 12);
		f.now += 2 * CLOCK_HOUR;
		fault_arm(&fault, n);
		(void)clockwork_tick(&f.gate, f.now);
		fired = fault.fired;
		fault_arm(&fault, 0);
		f.now += CLOCK_SECOND;
		ck_assert_int_eq(clockwork_tick(&f.gate, f.now), STATUS_OK);
		ck_assert_msg(fixture_user(&f, ALICE).account.standing ==
		    STANDING_WARNED, "%s, call %lu: not warned", row->name, n);
		admin_health(&f.gate, &health);
		ck_assert_msg(health.outbox == 1, "%s, call %lu: %lld notices",
		    row->name, n, (long long)health.outbox);
		fixture_close(&f);
	}
}
END_TEST

START_TEST(history_is_applied_whole_or_not_at_all)
{
	const struct fault_row *row = &fault_rows[_i];
	static const char *const to[] = { "c1@outside.test" };
	struct history_event events[2] = {
		{ .time = FIXTURE_START - CLOCK_DAY, .direction = HISTORY_OUT,
		    .user = ALICE, .address = ALICE, .recipients = to,
		    .recipient_count = 1, .message_id = "a@local.test" },
		{ .time = FIXTURE_START - CLOCK_DAY, .direction = HISTORY_OUT,
		    .user = ALICE, .address = ALICE, .recipients = to,
		    .recipient_count = 1, .message_id = "b@local.test" }
	};
	struct fault fault = { .status = row->status, .lost = row->lost };
	struct history_outcome outcomes[2];
	struct admin_user user;
	struct fixture f;
	unsigned long n;
	enum status status;
	bool fired = true;

	for (n = 1; fired; n++) {
		fault.fail_at = 0;
		fixture_open_faulty(&f, POLICY, "", &fault);
		fault_arm(&fault, n);
		status = history_replay(&f.gate, events, 2, outcomes);
		fired = fault.fired;
		fault_arm(&fault, 0);
		if (status != STATUS_OK)
			ck_assert_msg(admin_user(&f.gate, ALICE, &user) ==
			    STATUS_NOT_FOUND, "%s, call %lu: half applied",
			    row->name, n);
		ck_assert_int_eq(history_replay(&f.gate, events, 2, outcomes),
		    STATUS_OK);
		fixture_tally(&f, ALICE, 0, 2, 0);
		fixture_close(&f);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("gate_faults");
	TCase *tcase = tcase_create("faults");

	tcase_add_loop_test(tcase,
	    accepted_mail_is_in_the_ledger_after_a_retry, 0, ROWS);
	tcase_add_test(tcase, facts_that_are_missing_are_an_error);
	tcase_add_loop_test(tcase, failing_store_refuses_nobody, 0, ROWS);
	tcase_add_loop_test(tcase, reply_counts_once_after_a_repeat, 0, ROWS);
	tcase_add_loop_test(tcase, standing_moves_once_after_a_repeated_tick,
	    0, ROWS);
	tcase_add_loop_test(tcase, history_is_applied_whole_or_not_at_all, 0,
	    ROWS);
	tcase_set_timeout(tcase, 60);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
