/*
 * Notices on their way: each arrives once, whatever the server does meanwhile,
 * or is given up where somebody reads of it.  A store that fails is in
 * test_courier_faults.c.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "courier_fixture.h"

#define POLICY	"minimum = 10;"

/* When the one notice was. */
static int64_t
written(struct house *house)
{
	return fixture_user(&house->f, ALICE).account.since;
}

START_TEST(arrives_once)
{
	struct house house;

	house_open(&house, "");
	house_warn(&house);
	ck_assert_int_eq(house_outbox(&house), 1);
	house_round(&house);
	ck_assert_uint_eq(smtp_server_accepted(&house.server), 1);
	ck_assert_int_eq(house_outbox(&house), 0);
	house_round(&house);
	house.f.now += CLOCK_DAY;
	house_round(&house);
	ck_assert_uint_eq(smtp_server_connections(&house.server), 1);
	ck_assert_ptr_nonnull(strstr(house.server.heard.data,
	    "MAIL FROM:<>"));
	ck_assert_ptr_nonnull(strstr(house.server.heard.data,
	    "RCPT TO:<" ALICE ">\n"));
	ck_assert_ptr_nonnull(strstr(house.server.mails.data,
	    "From: postmaster@local.test\n"));
	ck_assert_ptr_nonnull(strstr(house.f.lines.data, "notice: user=" ALICE
	    " kind=warning sequence=1 to=" ALICE " try=1 result=sent"));
	house_close(&house);
}
END_TEST

START_TEST(greylisting_is_waited_out)
{
	struct house house;

	house_open(&house, "");
	house_warn(&house);
	smtp_server_script(&house.server, SMTP_RCPT, "450 4.2.0 later");
	house_round(&house);
	ck_assert_int_eq(house_outbox(&house), 1);
	/* Not before a minute has passed, and a quarter of it at most. */
	house.f.now += CLOCK_MINUTE - 1;
	house_round(&house);
	ck_assert_uint_eq(smtp_server_connections(&house.server), 1);
	house.f.now += CLOCK_MINUTE / 4 + 1;
	house_round(&house);
	ck_assert_uint_eq(smtp_server_connections(&house.server), 2);
	smtp_server_script(&house.server, SMTP_RCPT, NULL);
	house.f.now += CLOCK_MINUTE;
	house_round(&house);
	ck_assert_uint_eq(smtp_server_connections(&house.server), 2);
	house.f.now += CLOCK_MINUTE + CLOCK_MINUTE / 2;
	house_round(&house);
	ck_assert_uint_eq(smtp_server_accepted(&house.server), 1);
	ck_assert_int_eq(house_outbox(&house), 0);
	house_close(&house);
}
END_TEST

/* Every minute somebody looks; a try an hour at most is made of it. */
START_TEST(is_given_up_after_five_days)
{
	struct house house;
	int64_t end;

	house_open(&house, "");
	house_warn(&house);
	smtp_server_script(&house.server, SMTP_END, "451 4.3.0 milter");
	end = written(&house) + 5 * CLOCK_DAY - CLOCK_HOUR;
	for (; house.f.now < end; house.f.now += CLOCK_MINUTE)
		house_round(&house);
	ck_assert_int_eq(house_outbox(&house), 1);
	ck_assert_uint_ge(smtp_server_connections(&house.server), 80);
	ck_assert_uint_le(smtp_server_connections(&house.server), 130);
	for (end += 4 * CLOCK_HOUR; house.f.now < end;
	    house.f.now += CLOCK_MINUTE)
		house_round(&house);
	ck_assert_int_eq(house_outbox(&house), 0);
	ck_assert_uint_eq(atomic_load(&house.f.gate.notices.given_up), 1);
	ck_assert_uint_eq(house_count(&house.f.lines, "outbox: gave up 1 "
	    "notices that were not sent for five days: 451 4.3.0 milter"), 1);
	house_close(&house);
}
END_TEST

START_TEST(refused_for_good_is_given_up_at_once)
{
	struct house house;

	house_open(&house, "");
	house_warn(&house);
	smtp_server_script(&house.server, SMTP_RCPT, "550 5.1.1 unknown");
	house_round(&house);
	ck_assert_int_eq(house_outbox(&house), 0);
	ck_assert_uint_eq(atomic_load(&house.f.gate.notices.given_up), 1);
	ck_assert_ptr_nonnull(strstr(house.f.lines.data,
	    "result=given-up reason=\"550 5.1.1 unknown\""));
	house_close(&house);
}
END_TEST

#define CROWD	40

START_TEST(a_server_that_is_away_costs_nothing)
{
	struct house house;
	struct store_figures before, after;
	struct admin_health health;
	char user[64];
	int64_t end;
	int i;

	house_open(&house, "");
	for (i = 0; i < CROWD; i++) {
		snprintf(user, sizeof(user), "user%d@local.test", i);
		house_send(&house, user);
	}
	fixture_pass(&house.f, house.f.now + 4 * CLOCK_DAY);
	ck_assert_int_eq(house_outbox(&house), CROWD);
	smtp_server_close(&house.server);
	store_figures(house.f.store, &before);
	for (end = house.f.now + CLOCK_DAY; house.f.now < end;
	    house.f.now += CLOCK_MINUTE)
		house_round(&house);
	store_figures(house.f.store, &after);
	/* A claim and its release each, some thirty times. */
	ck_assert_uint_le(after.updates - before.updates, 64);
	ck_assert_uint_ge(after.updates - before.updates, 40);
	ck_assert_int_eq(house_outbox(&house), CROWD);
	ck_assert_int_ne(atomic_load(&house.f.gate.notices.failing_since), 0);
	admin_health(&house.f.gate, &health);
	ck_assert_msg(!health.healthy && strstr(health.problem,
	    "no notice could be sent since Fri 9 Jan 2026 09:00 UTC: the log "
	    "says why") != NULL, "%s", health.problem);
	smtp_server_open(&house.server);
	for (end = house.f.now + 2 * CLOCK_HOUR; house.f.now < end;
	    house.f.now += CLOCK_MINUTE)
		house_round(&house);
	ck_assert_uint_eq(smtp_server_accepted(&house.server), CROWD);
	ck_assert_uint_eq(house_count(&house.server.mails, "Message-ID: "),
	    CROWD);
	ck_assert_int_eq(house_outbox(&house), 0);
	ck_assert_int_eq(atomic_load(&house.f.gate.notices.failing_since), 0);
	house_close(&house);
}
END_TEST

/* It closes the connection at one user's address: others get theirs. */
START_TEST(one_mail_does_not_hold_up_the_others)
{
	struct house house;
	int64_t end;

	house_open(&house, "");
	house_send(&house, ALICE);
	house_send(&house, "bob@local.test");
	fixture_pass(&house.f, house.f.now + 4 * CLOCK_DAY);
	house.server.only = ALICE;
	smtp_server_script(&house.server, SMTP_RCPT, "421 4.7.0 too much");
	for (end = house.f.now + CLOCK_HOUR; house.f.now < end;
	    house.f.now += CLOCK_MINUTE)
		house_round(&house);
	ck_assert_uint_eq(smtp_server_accepted(&house.server), 1);
	ck_assert_ptr_nonnull(strstr(house.server.mails.data,
	    "To: bob@local.test\n"));
	ck_assert_int_eq(house_outbox(&house), 1);
	house_close(&house);
}
END_TEST

START_TEST(a_server_away_for_five_days)
{
	struct house house;
	int64_t end;

	house_open(&house, "");
	house_warn(&house);
	smtp_server_close(&house.server);
	for (end = written(&house) + 5 * CLOCK_DAY - CLOCK_HOUR;
	    house.f.now < end; house.f.now += CLOCK_MINUTE)
		house_round(&house);
	ck_assert_int_eq(house_outbox(&house), 1);
	for (end += 4 * CLOCK_HOUR; house.f.now < end;
	    house.f.now += CLOCK_MINUTE)
		house_round(&house);
	ck_assert_int_eq(house_outbox(&house), 0);
	ck_assert_ptr_nonnull(strstr(house.f.lines.data, "outbox: gave up 1"));
	smtp_server_open(&house.server);
	house_close(&house);
}
END_TEST

START_TEST(nobody_knows_the_address)
{
	struct house house;

	house_open(&house, "");
	house_send(&house, "alice");
	fixture_pass(&house.f, house.f.now + 4 * CLOCK_DAY);
	house_round(&house);
	ck_assert_int_eq(house_outbox(&house), 0);
	ck_assert_uint_eq(smtp_server_connections(&house.server), 0);
	ck_assert_msg(strstr(house.f.lines.data, "user=alice kind=warning "
	    "sequence=1 try=1 result=given-up reason=\"nobody knows the "
	    "user's address: name one of local_domains in users_file\"") !=
	    NULL, "%s", house.f.lines.data);
	house_close(&house);
}
END_TEST

static const struct {
	const char *name;
	const char *more;
} holds[] = {
	{ "notices are off", "notices = false;" },
	{ "monitor mode", "mode = \"monitor\";" },
};

START_TEST(waits_while_nobody_is_mailed)
{
	struct house house;

	house_open(&house, "");
	house_warn(&house);
	house_reload(&house, POLICY, holds[_i].more);
	house_round(&house);
	house.f.now += 4 * CLOCK_DAY;
	house_round(&house);
	ck_assert_msg(house_outbox(&house) == 1 &&
	    smtp_server_connections(&house.server) == 0, "%s",
	    holds[_i].name);
	house_reload(&house, POLICY, "");
	house_round(&house);
	ck_assert_msg(smtp_server_accepted(&house.server) == 1, "%s",
	    holds[_i].name);
	house_close(&house);
}
END_TEST

/* A round every half an hour. */
static void
pass_until(struct house *house, int64_t end)
{
	while (house->f.now + CLOCK_HOUR / 2 <= end) {
		house->f.now += CLOCK_HOUR / 2;
		house_round(house);
	}
}

START_TEST(does_not_wait_for_ever)
{
	struct house house;

	house_open(&house, "");
	house_warn(&house);
	house_reload(&house, POLICY, holds[_i].more);
	pass_until(&house, written(&house) + 5 * CLOCK_DAY);
	ck_assert_msg(house_outbox(&house) == 1, "%s", holds[_i].name);
	pass_until(&house, house.f.now + CLOCK_HOUR);
	ck_assert_msg(house_outbox(&house) == 0, "%s", holds[_i].name);
	ck_assert_ptr_nonnull(strstr(house.f.lines.data, "outbox: gave up 1 "
	    "notices that were not sent for five days: no user is to be "
	    "mailed"));
	ck_assert_uint_eq(smtp_server_connections(&house.server), 0);
	house_close(&house);
}
END_TEST

START_TEST(exempt_users_are_not_mailed)
{
	struct house house;

	house_open(&house, "");
	house_warn(&house);
	house_reload(&house, POLICY " exempt = true;", "");
	house_round(&house);
	ck_assert_int_eq(house_outbox(&house), 0);
	ck_assert_uint_eq(smtp_server_connections(&house.server), 0);
	ck_assert_ptr_nonnull(strstr(house.f.lines.data,
	    "result=dropped reason=\"the user is exempt\""));
	house_close(&house);
}
END_TEST

static enum status
add_text(struct store_txn *txn, void *argument)
{
	struct store_notice notice = { .kind = STORE_NOTICE_POSTMASTER,
	    .written = *(const int64_t *)argument,
	    .subject = "the breaker is open", .text = "No replies.\n" };

	return store_outbox_add(txn, &notice);
}

START_TEST(the_postmaster_is_told_in_any_mode)
{
	struct house house;

	house_open(&house, "postmaster = \"pm@local.test\"; "
	    "notices = false; mode = \"monitor\";");
	ck_assert_int_eq(store_update(house.f.store, add_text, &house.f.now),
	    STATUS_OK);
	house_round(&house);
	ck_assert_uint_eq(smtp_server_accepted(&house.server), 1);
	ck_assert_ptr_nonnull(strstr(house.server.heard.data,
	    "RCPT TO:<pm@local.test>\n"));
	ck_assert_ptr_nonnull(strstr(house.server.mails.data,
	    "Subject: the breaker is open\n"));
	ck_assert_ptr_nonnull(strstr(house.server.mails.data, "No replies."));
	house_close(&house);
}
END_TEST

START_TEST(no_postmaster_to_tell)
{
	struct house house;

	house_open(&house, "");
	ck_assert_int_eq(store_update(house.f.store, add_text, &house.f.now),
	    STATUS_OK);
	house_round(&house);
	ck_assert_int_eq(house_outbox(&house), 0);
	ck_assert_ptr_nonnull(strstr(house.f.lines.data,
	    "kind=postmaster sequence=1 try=1 result=given-up reason="
	    "\"postmaster is not set in the configuration\""));
	house_close(&house);
}
END_TEST

static enum status
add_restricted(struct store_txn *txn, void *argument)
{
	const struct account *account = argument;
	struct store_notice notice = { .account = account->id,
	    .written = account->since, .step = { .at = account->since,
	    .notice = NOTICE_RESTRICTED, .to = STANDING_RESTRICTED } };

	return store_outbox_add(txn, &notice);
}

/* The second notice of a user waits for the first; others do not. */
START_TEST(one_users_notices_keep_their_order)
{
	struct admin_user alice;
	struct house house;

	house_open(&house, "postmaster = \"pm@local.test\"; "
	    "digest = false;");
	smtp_server_script(&house.server, SMTP_RCPT, "450 4.2.0 later");
	house_warn(&house);
	alice = fixture_user(&house.f, ALICE);
	ck_assert_int_eq(store_update(house.f.store, add_restricted,
	    &alice.account), STATUS_OK);
	ck_assert_int_eq(house_outbox(&house), 2);
	house_round(&house);
	ck_assert_uint_eq(smtp_server_connections(&house.server), 1);
	smtp_server_script(&house.server, SMTP_RCPT, NULL);
	ck_assert_int_eq(store_update(house.f.store, add_text, &house.f.now),
	    STATUS_OK);
	house_round(&house);
	ck_assert_uint_eq(smtp_server_connections(&house.server), 2);
	ck_assert_uint_eq(smtp_server_accepted(&house.server), 1);
	house.f.now += 2 * CLOCK_MINUTE;
	house_round(&house);
	ck_assert_uint_eq(smtp_server_accepted(&house.server), 3);
	ck_assert(strstr(house.f.lines.data, "kind=warning sequence=1") <
	    strstr(house.f.lines.data, "kind=restricted sequence=2"));
	house_close(&house);
}
END_TEST

static const struct {
	const char *name;
	const char *more;
	bool away;
} starts[] = {
	{ "nobody is there", "", true },
	{ "not now", "", false },
	{ "notices are off", "notices = false;", false },
};

/* It starts before the mail server does, or was switched off with it. */
START_TEST(a_daemon_down_for_a_week_loses_none)
{
	struct house house;

	house_open(&house, "");
	house_warn(&house);
	house_reload(&house, POLICY, starts[_i].more);
	if (starts[_i].away)
		smtp_server_close(&house.server);
	else
		smtp_server_script(&house.server, SMTP_RCPT, "450 4.2.0 no");
	house_round(&house);
	courier_free(house.courier);
	house.courier = gate_courier_new(&house.f.gate);
	house.f.now += 7 * CLOCK_DAY;
	house_round(&house);
	house.f.now += CLOCK_HOUR / 2;
	house_round(&house);
	/* Nor one whose clock jumps. */
	house.f.now += 400 * CLOCK_DAY;
	house_round(&house);
	ck_assert_msg(house_outbox(&house) == 1, "%s", starts[_i].name);
	if (starts[_i].away)
		smtp_server_open(&house.server);
	smtp_server_script(&house.server, SMTP_RCPT, NULL);
	house_reload(&house, POLICY, "");
	pass_until(&house, house.f.now + 2 * CLOCK_HOUR);
	ck_assert_msg(smtp_server_accepted(&house.server) == 1, "%s",
	    starts[_i].name);
	house_close(&house);
}
END_TEST

/* What was written by a clock of next year is not waited for. */
START_TEST(a_clock_set_back_holds_nothing_up)
{
	struct house house;
	int64_t now;

	house_open(&house, "");
	house_warn(&house);
	now = house.f.now;
	smtp_server_script(&house.server, SMTP_RCPT, "450 4.2.0 later");
	house.f.now += 300 * CLOCK_DAY;
	house_round(&house);
	house.f.now = now;
	smtp_server_script(&house.server, SMTP_RCPT, NULL);
	if (house_outbox(&house) == 1)
		house_round(&house);
	ck_assert_int_eq(house_outbox(&house), 0);
	house_close(&house);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("courier");
	TCase *tests = tcase_create("courier");

	if (mailer_library_init() != STATUS_OK)
		return EXIT_FAILURE;
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, arrives_once);
	tcase_add_test(tests, greylisting_is_waited_out);
	tcase_add_test(tests, is_given_up_after_five_days);
	tcase_add_test(tests, refused_for_good_is_given_up_at_once);
	tcase_add_test(tests, a_server_that_is_away_costs_nothing);
	tcase_add_test(tests, one_mail_does_not_hold_up_the_others);
	tcase_add_test(tests, a_server_away_for_five_days);
	tcase_add_test(tests, nobody_knows_the_address);
	tcase_add_loop_test(tests, waits_while_nobody_is_mailed, 0, 2);
	tcase_add_loop_test(tests, does_not_wait_for_ever, 0, 2);
	tcase_add_test(tests, exempt_users_are_not_mailed);
	tcase_add_test(tests, the_postmaster_is_told_in_any_mode);
	tcase_add_test(tests, no_postmaster_to_tell);
	tcase_add_test(tests, one_users_notices_keep_their_order);
	tcase_add_loop_test(tests, a_daemon_down_for_a_week_loses_none, 0, 3);
	tcase_add_test(tests, a_clock_set_back_holds_nothing_up);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
