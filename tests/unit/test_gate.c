/*
 * The gate on a store in memory: what is counted, and what is refused.
 */
#include <stdio.h>
#include <string.h>

#include "gate_fixture.h"
#include "test.h"

#define ALICE	"alice@local.test"

/* Small figures: low with 10 settled and fewer than 13 % answered. */
#define SMALL	"minimum = 10; "

START_TEST(counts_each_candidate_once)
{
	static const char *const again[] = { "<c1@outside.test>",
		"<C1@Outside.Test>", "<c2@outside.test>", NULL };
	struct fixture f;

	fixture_open(&f, SMALL);
	fixture_send(&f, ALICE, "<m1@local.test>", 1, 3);
	fixture_tally(&f, ALICE, 0, 0, 3);
	/* The same message again, on another connection. */
	f.now += CLOCK_MINUTE;
	fixture_send(&f, ALICE, "<m1@local.test>", 1, 3);
	fixture_tally(&f, ALICE, 0, 0, 3);
	/* Another message, with one recipient named twice. */
	fixture_send_to(&f, ALICE, "<m2@local.test>", GATE_STAGE_END, again);
	fixture_tally(&f, ALICE, 0, 0, 5);
	fixture_close(&f);
}
END_TEST

START_TEST(split_message_is_one)
{
	char id[] = "<split@local.test>";
	struct fixture f;
	unsigned i;

	fixture_open(&f, SMALL);
	for (i = 0; i < 50; i++)
		fixture_send(&f, ALICE, id, i, 1);
	fixture_tally(&f, ALICE, 0, 0, 50);
	ck_assert_int_eq(f.verdict.kind, VERDICT_BULK);
	fixture_close(&f);
}
END_TEST

START_TEST(split_message_is_refused_from_its_second_candidate)
{
	struct fixture f;

	fixture_open(&f, SMALL);
	fixture_restrict(&f, ALICE);
	ck_assert_int_eq(fixture_send(&f, ALICE, "<s@local.test>", 1, 1),
	    VERDICT_ACCEPT);
	ck_assert_int_eq(fixture_send(&f, ALICE, "<s@local.test>", 1, 1),
	    VERDICT_ACCEPT);
	ck_assert_int_eq(fixture_send(&f, ALICE, "<s@local.test>", 2, 1),
	    VERDICT_REFUSE);
	ck_assert_int_eq(fixture_send(&f, ALICE, "<t@local.test>", 2, 1),
	    VERDICT_ACCEPT);
	fixture_tally(&f, ALICE, 0, 0, 2);
	fixture_close(&f);
}
END_TEST

START_TEST(restricted_bulk_is_refused_and_counts_nothing)
{
	static const char *const two[] = { "<c1@outside.test>",
		"<c2@outside.test>", NULL };
	static const char *const internal[] = { "<bob@local.test>",
		"<carol@local.test>", "<c1@outside.test>", NULL };
	struct fixture f;

	fixture_open(&f, SMALL);
	fixture_restrict(&f, ALICE);
	ck_assert_int_eq(fixture_send_to(&f, ALICE, "<b@local.test>",
	    GATE_STAGE_DATA, two), VERDICT_REFUSE);
	ck_assert_ptr_nonnull(strstr(f.verdict.text.data,
	    "Ask mail@local.test."));
	ck_assert_int_eq(fixture_send_to(&f, ALICE, "<b@local.test>",
	    GATE_STAGE_END, two), VERDICT_REFUSE);
	fixture_tally(&f, ALICE, 0, 0, 0);
	/* One candidate among one's own people is one-to-one. */
	ck_assert_int_eq(fixture_send_to(&f, ALICE, "<i@local.test>",
	    GATE_STAGE_DATA, internal), VERDICT_ACCEPT);
	ck_assert_int_eq(fixture_send_to(&f, ALICE, "<i@local.test>",
	    GATE_STAGE_END, internal), VERDICT_ACCEPT);
	fixture_tally(&f, ALICE, 0, 0, 1);
	/* Another user of the same site. */
	ck_assert_int_eq(fixture_send_to(&f, "bob@local.test",
	    "<bb@local.test>", GATE_STAGE_DATA, two), VERDICT_ACCEPT);
	fixture_close(&f);
}
END_TEST

START_TEST(term_that_ran_out_is_looked_at_by_the_message_itself)
{
	static const char *const two[] = { "<c5@outside.test>",
		"<c6@outside.test>", NULL };
	struct fixture f;
	int64_t due;

	fixture_open(&f, SMALL);
	fixture_restrict(&f, ALICE);
	fixture_send(&f, ALICE, "<good@local.test>", 1, 1);
	f.now += CLOCK_MINUTE;
	fixture_reply(&f, "c1@outside.test", "<good@local.test>");
	due = fixture_user(&f, ALICE).account.due;
	fixture_pass(&f, due - CLOCK_MINUTE);
	ck_assert_int_eq(fixture_send_to(&f, ALICE, "<n@local.test>",
	    GATE_STAGE_DATA, two), VERDICT_REFUSE);
	f.now = due;	/* the clockwork has not ticked yet */
	ck_assert_int_eq(fixture_send_to(&f, ALICE, "<n@local.test>",
	    GATE_STAGE_DATA, two), VERDICT_ACCEPT);
	ck_assert_int_eq(fixture_user(&f, ALICE).account.standing,
	    STANDING_GOOD);
	fixture_close(&f);
}
END_TEST

START_TEST(message_without_id_gets_the_same_one_again)
{
	struct fixture f;
	char *first;

	fixture_open(&f, SMALL);
	fixture_send(&f, ALICE, NULL, 1, 2);
	ck_assert_ptr_nonnull(f.verdict.message_id);
	ck_assert_msg(strstr(f.verdict.message_id, "@local.test>") != NULL,
	    "%s", f.verdict.message_id);
	first = strdup(f.verdict.message_id);
	fixture_tally(&f, ALICE, 0, 0, 2);
	f.now += CLOCK_HOUR;
	fixture_send(&f, ALICE, NULL, 1, 2);
	ck_assert_str_eq(f.verdict.message_id, first);
	fixture_tally(&f, ALICE, 0, 0, 2);
	fixture_reply(&f, "c1@outside.test", first);
	f.now += 4 * CLOCK_DAY;
	fixture_tally(&f, ALICE, 1, 2, 0);
	free(first);
	fixture_close(&f);
}
END_TEST

START_TEST(unreadable_message_id_is_left_alone)
{
	struct fixture f;

	fixture_open(&f, SMALL);
	fixture_send(&f, ALICE, "<12345>", 1, 1);
	ck_assert_ptr_null(f.verdict.message_id);
	fixture_send(&f, ALICE, "<12345>", 1, 1);
	fixture_send(&f, ALICE, "<12346>", 1, 1);
	fixture_tally(&f, ALICE, 0, 0, 2);
	fixture_close(&f);
}
END_TEST

START_TEST(monitor_mode_moves_nothing)
{
	struct fixture f;
	unsigned i;
	char id[64];

	fixture_open_with(&f, SMALL, "mode = \"monitor\";", NULL);
	for (i = 0; i < 12; i++) {
		snprintf(id, sizeof(id), "<low%u@local.test>", i);
		fixture_send(&f, ALICE, id, i, 1);
	}
	fixture_pass(&f, f.now + 30 * CLOCK_DAY);
	ck_assert_int_eq(fixture_user(&f, ALICE).account.standing,
	    STANDING_GOOD);
	ck_assert_msg(strstr(f.lines.data, "would=warning") != NULL, "%s",
	    f.lines.data);
	fixture_close(&f);
}
END_TEST

static enum status
exempt_alice(struct store_txn *txn, void *argument)
{
	const int64_t *until = argument;
	struct account account;
	enum status status = store_account_get(txn, ALICE, &account);

	if (status != STATUS_OK)
		return status;
	account.exempt_until = *until;
	return store_account_put(txn, &account);
}

START_TEST(step_due_in_an_exemption_is_taken_at_its_end)
{
	struct fixture f;
	int64_t until;

	fixture_open(&f, SMALL);
	fixture_restrict(&f, ALICE);
	until = fixture_user(&f, ALICE).account.due + CLOCK_DAY;
	ck_assert_int_eq(store_update(f.store, exempt_alice, &until),
	    STATUS_OK);
	fixture_pass(&f, until - CLOCK_HOUR);
	ck_assert(fixture_user(&f, ALICE).account.due < until);
	ck_assert(fixture_user(&f, ALICE).next == until);
	ck_assert_int_eq(fixture_send(&f, ALICE, "<e@local.test>", 1, 2),
	    VERDICT_ACCEPT);
	fixture_pass(&f, until);
	ck_assert(fixture_user(&f, ALICE).account.since == until);
	ck_assert_int_eq(fixture_send(&f, ALICE, "<r@local.test>", 3, 2),
	    VERDICT_REFUSE);
	fixture_close(&f);
}
END_TEST

START_TEST(clock_that_jumps_is_not_believed_at_once)
{
	struct fixture f;
	int64_t due, right;

	fixture_open(&f, SMALL);
	fixture_restrict(&f, ALICE);
	due = fixture_user(&f, ALICE).account.due;
	right = f.now;
	/* A month ahead: no message and no single tick moves anything. */
	f.now = due + 30 * CLOCK_DAY;
	ck_assert_int_eq(clockwork_tick(&f.gate, f.now), STATUS_CONFLICT);
	ck_assert_int_eq(fixture_send(&f, ALICE, "<j@local.test>", 1, 2),
	    VERDICT_REFUSE);
	ck_assert(fixture_user(&f, ALICE).account.due == due);
	ck_assert_ptr_nonnull(strstr(f.lines.data, "clock: "));
	/* Wrong for nine minutes, then set right: as if nothing had been. */
	f.now += 9 * CLOCK_MINUTE;
	ck_assert_int_eq(clockwork_tick(&f.gate, f.now), STATUS_CONFLICT);
	f.now = right + CLOCK_HOUR;
	ck_assert_int_eq(clockwork_tick(&f.gate, f.now), STATUS_OK);
	ck_assert(fixture_user(&f, ALICE).account.due == due);
	/* It really is that late: a tick ten minutes later agrees. */
	f.now = due + 3 * CLOCK_DAY;
	ck_assert_int_eq(clockwork_tick(&f.gate, f.now), STATUS_CONFLICT);
	f.now += 10 * CLOCK_MINUTE;
	ck_assert_int_eq(clockwork_tick(&f.gate, f.now), STATUS_OK);
	ck_assert(fixture_user(&f, ALICE).account.since == due);
	fixture_close(&f);
}
END_TEST

/* A second after a start, a clock of next year: nothing is forgotten. */
START_TEST(jump_expires_nothing_for_a_day)
{
	struct fixture f;
	struct admin_user user;

	fixture_open_with(&f, SMALL "settle = \"1h\"; window = \"90d\";",
	    "reply_horizon = \"20d\";", NULL);
	fixture_send(&f, ALICE, "<m@local.test>", 1, 3);
	f.now += 300 * CLOCK_DAY;
	atomic_store(&f.gate.tick_agreed, 0);
	ck_assert_int_eq(clockwork_tick(&f.gate, f.now), STATUS_CONFLICT);
	f.now += CLOCK_SECOND;
	ck_assert_int_eq(clockwork_tick(&f.gate, f.now), STATUS_OK);
	/* Still known: the same message again counts nothing. */
	ck_assert_ptr_null(strstr(f.lines.data, "expiry"));
	fixture_send(&f, ALICE, "<m@local.test>", 1, 3);
	ck_assert_ptr_nonnull(strstr(f.lines.data, "repeated=3"));
	fixture_pass(&f, f.now + 2 * CLOCK_DAY);
	ck_assert_ptr_nonnull(strstr(f.lines.data, "expiry: removed 3"));
	user = fixture_user(&f, ALICE);
	ck_assert_int_eq(user.open, 0);
	fixture_close(&f);
}
END_TEST

START_TEST(breaker_opens_when_no_reply_is_ever_seen)
{
	struct fixture f;

	fixture_open_with(&f, SMALL, "breaker_minimum = 50;", NULL);
	fixture_send(&f, ALICE, "<m@local.test>", 1, 60);
	fixture_pass(&f, f.now + 10 * CLOCK_DAY);
	ck_assert_int_eq(fixture_user(&f, ALICE).account.standing,
	    STANDING_GOOD);
	ck_assert_msg(strstr(f.lines.data, "breaker: open") != NULL, "%s",
	    f.lines.data);
	fixture_reply(&f, "c1@outside.test", "<m@local.test>");
	fixture_pass(&f, f.now + CLOCK_DAY);
	ck_assert_ptr_nonnull(strstr(f.lines.data, "breaker: closed"));
	fixture_close(&f);
}
END_TEST

START_TEST(another_key_does_not_fit)
{
	const struct ident_key other = { .bytes = { 8 } };
	struct fixture f;
	struct gate second;
	struct buf why;

	fixture_open(&f, SMALL);
	buf_init(&why);
	ck_assert_int_eq(gate_open(&second, f.store, &other, f.conf, f.log,
	    f.gate.clock, &why), STATUS_MALFORMED);
	ck_assert_ptr_nonnull(strstr(why.data, "does not fit"));
	buf_release(&why);
	fixture_close(&f);
}
END_TEST

START_TEST(logs_no_outside_address)
{
	struct fixture f;

	fixture_open(&f, SMALL);
	fixture_send(&f, ALICE, "<m@local.test>", 1, 3);
	fixture_reply(&f, "c1@outside.test", "<m@local.test>");
	ck_assert_ptr_nonnull(strstr(f.lines.data, "recorded=3"));
	ck_assert_ptr_nonnull(strstr(f.lines.data, "match=reply"));
	ck_assert_ptr_null(strstr(f.lines.data, "outside.test"));
	fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("gate");
	TCase *counting = tcase_create("counting");
	TCase *judging = tcase_create("judging");

	tcase_add_test(counting, counts_each_candidate_once);
	tcase_add_test(counting, split_message_is_one);
	tcase_add_test(counting, message_without_id_gets_the_same_one_again);
	tcase_add_test(counting, unreadable_message_id_is_left_alone);
	tcase_add_test(counting, logs_no_outside_address);
	tcase_add_test(judging,
	    split_message_is_refused_from_its_second_candidate);
	tcase_add_test(judging,
	    restricted_bulk_is_refused_and_counts_nothing);
	tcase_add_test(judging,
	    term_that_ran_out_is_looked_at_by_the_message_itself);
	tcase_add_test(judging, monitor_mode_moves_nothing);
	tcase_add_test(judging, step_due_in_an_exemption_is_taken_at_its_end);
	tcase_add_test(judging, clock_that_jumps_is_not_believed_at_once);
	tcase_add_test(judging, jump_expires_nothing_for_a_day);
	tcase_add_test(judging, breaker_opens_when_no_reply_is_ever_seen);
	tcase_add_test(judging, another_key_does_not_fit);
	tcase_set_timeout(judging, 60);
	suite_add_tcase(suite, counting);
	suite_add_tcase(suite, judging);
	return test_run(suite);
}
