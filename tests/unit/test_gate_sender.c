/*
 * To whom a message is counted, when people write in each other's names.
 */
#include "gate_fixture.h"
#include "test.h"

#define ALICE	"alice@local.test"
#define BOB	"bob@local.test"
#define TEAM	"team@local.test"

/*
 * A message from one of our own hosts, with a login or without (NULL), to one
 * candidate or two (NULL), asked about at both stages as the front does.
 */
static enum verdict_action
send_to_two(struct fixture *f, const char *login, const char *sender,
    const char *message_id, const char *recipient, const char *other)
{
	const struct message_origin origin = { login, sender, true };
	struct message message;

	message_init(&message);
	ck_assert_int_eq(message_begin(&message, &origin), STATUS_OK);
	ck_assert_int_eq(message_recipient(&message, recipient), STATUS_OK);
	if (other != NULL)
		ck_assert_int_eq(message_recipient(&message, other),
		    STATUS_OK);
	gate_verdict_release(&f->verdict);
	gate_check(&f->gate, f->conf, &message, GATE_STAGE_DATA, &f->verdict);
	if (f->verdict.action == VERDICT_ACCEPT) {
		message_header(&message, "Message-ID", message_id);
		gate_verdict_release(&f->verdict);
		gate_check(&f->gate, f->conf, &message, GATE_STAGE_END,
		    &f->verdict);
	}
	message_release(&message);
	return f->verdict.action;
}

static void
send_as(struct fixture *f, const char *login, const char *sender,
    const char *message_id, const char *recipient)
{
	ck_assert_int_eq(send_to_two(f, login, sender, message_id, recipient,
	    NULL), VERDICT_ACCEPT);
}

/* Sent with a login, and handed back by a content filter without one. */
static void
send_twice(struct fixture *f, const char *login, const char *sender,
    const char *message_id, const char *recipient)
{
	send_as(f, login, sender, message_id, recipient);
	send_as(f, NULL, sender, message_id, recipient);
}

START_TEST(second_pass_without_login_counts_once)
{
	struct fixture f;

	fixture_open(&f, "");
	/* A login that is not the address it sends under. */
	send_as(&f, "al", ALICE, "<p@local.test>", "c1@outside.test");
	fixture_tally(&f, "al", 0, 0, 1);
	send_as(&f, NULL, ALICE, "<p@local.test>", "c1@outside.test");
	fixture_tally(&f, "al", 0, 0, 1);
	ck_assert_str_eq(fixture_user(&f, ALICE).account.user, "al");
	fixture_close(&f);
}
END_TEST

START_TEST(address_of_another_user_stays_theirs)
{
	struct fixture f;

	fixture_open(&f, "");
	send_as(&f, ALICE, ALICE, "<a1@local.test>", "c1@outside.test");
	send_as(&f, "mallory", ALICE, "<m1@local.test>", "c2@outside.test");
	send_as(&f, NULL, ALICE, "<a2@local.test>", "c3@outside.test");
	fixture_tally(&f, ALICE, 0, 0, 2);
	fixture_tally(&f, "mallory", 0, 0, 1);
	fixture_close(&f);
}
END_TEST

START_TEST(second_pass_in_the_name_of_another_user)
{
	struct fixture f;

	fixture_open(&f, "");
	send_twice(&f, BOB, BOB, "<b1@local.test>", "c1@outside.test");
	send_twice(&f, ALICE, BOB, "<a1@local.test>", "c2@outside.test");
	fixture_tally(&f, ALICE, 0, 0, 1);
	fixture_tally(&f, BOB, 0, 0, 1);
	/* The same Message-ID to somebody else is no second pass. */
	send_as(&f, NULL, BOB, "<a1@local.test>", "c3@outside.test");
	fixture_tally(&f, ALICE, 0, 0, 1);
	fixture_tally(&f, BOB, 0, 0, 2);
	fixture_close(&f);
}
END_TEST

START_TEST(shared_address_is_of_who_last_sent_under_it)
{
	struct fixture f;

	fixture_open(&f, "");
	send_as(&f, "al", TEAM, "<a1@local.test>", "c1@outside.test");
	send_as(&f, "bo", TEAM, "<b1@local.test>", "c2@outside.test");
	send_as(&f, NULL, TEAM, "<h1@local.test>", "c3@outside.test");
	fixture_tally(&f, "bo", 0, 0, 2);
	send_as(&f, "al", TEAM, "<a2@local.test>", "c4@outside.test");
	send_as(&f, NULL, TEAM, "<h2@local.test>", "c5@outside.test");
	fixture_tally(&f, "al", 0, 0, 3);
	fixture_tally(&f, "bo", 0, 0, 2);
	fixture_close(&f);
}
END_TEST

static enum status
restrict_bob(struct store_txn *txn, void *argument)
{
	const int64_t *now = argument;
	struct account account;
	enum status status = store_account_get(txn, BOB, &account);

	if (status != STATUS_OK)
		return status;
	account.standing = STANDING_RESTRICTED;
	account.since = *now;
	account.due = *now + CLOCK_DAY;
	return store_account_put(txn, &account);
}

START_TEST(what_was_let_through_is_not_refused_later)
{
	static const char c3[] = "c3@outside.test", c4[] = "c4@outside.test";
	struct fixture f;

	fixture_open(&f, "");
	ck_assert_int_eq(send_to_two(&f, BOB, BOB, "<b1@local.test>", c3, c4),
	    VERDICT_ACCEPT);
	ck_assert_int_eq(store_update(f.store, restrict_bob, &f.now),
	    STATUS_OK);
	/* Bob's from before, and alice's in his name. */
	ck_assert_int_eq(send_to_two(&f, NULL, BOB, "<b1@local.test>", c3,
	    c4), VERDICT_ACCEPT);
	ck_assert_int_eq(send_to_two(&f, ALICE, BOB, "<a1@local.test>", c3,
	    c4), VERDICT_ACCEPT);
	ck_assert_int_eq(send_to_two(&f, NULL, BOB, "<a1@local.test>", c3,
	    c4), VERDICT_ACCEPT);
	/* His own, with a login and without. */
	ck_assert_int_eq(send_to_two(&f, BOB, BOB, "<b2@local.test>", c3, c4),
	    VERDICT_REFUSE);
	ck_assert_int_eq(send_to_two(&f, NULL, BOB, "<b2@local.test>", c3,
	    c4), VERDICT_REFUSE);
	fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("gate_sender");
	TCase *tcase = tcase_create("sender");

	tcase_add_test(tcase, second_pass_without_login_counts_once);
	tcase_add_test(tcase, address_of_another_user_stays_theirs);
	tcase_add_test(tcase, second_pass_in_the_name_of_another_user);
	tcase_add_test(tcase, shared_address_is_of_who_last_sent_under_it);
	tcase_add_test(tcase, what_was_let_through_is_not_refused_later);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
