/*
 * Notices on their way while the store fails, the daemon ends, and by a thread
 * of the courier's own: each arrives once, or twice as the same.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "courier_fixture.h"

static const struct fault_case {
	const char *name;
	enum status status;
	bool lost;
} faults[] = {
	{ "unavailable", STATUS_UNAVAILABLE, false },
	{ "no memory", STATUS_NO_MEMORY, false },
	{ "uncertain, happened", STATUS_UNCERTAIN, false },
	{ "uncertain, lost", STATUS_UNCERTAIN, true },
	{ "conflict", STATUS_CONFLICT, false },
};

static void
rounds_until_done(struct house *house)
{
	int64_t end = house->f.now + CLOCK_HOUR;

	for (; house->f.now < end; house->f.now += CLOCK_MINUTE)
		(void)courier_round(house->courier);
}

/* Whichever call of the store's fails: it arrives, and once. */
START_TEST(a_store_that_fails_loses_and_repeats_nothing)
{
	const struct fault_case *row = &faults[_i];
	struct fault fault = { .status = row->status, .lost = row->lost };
	struct house house;
	unsigned long n;
	bool fired = true;

	for (n = 1; fired; n++) {
		house_open_faulty(&house, &fault);
		house_warn(&house);
		fault_arm(&fault, n);
		(void)courier_round(house.courier);
		fired = fault.fired;
		fault_arm(&fault, 0);
		rounds_until_done(&house);
		ck_assert_msg(smtp_server_accepted(&house.server) == 1,
		    "%s, call %lu: %u mails", row->name, n,
		    smtp_server_accepted(&house.server));
		ck_assert_msg(house_outbox(&house) == 0,
		    "%s, call %lu: it waits", row->name, n);
		house_close(&house);
	}
	ck_assert_uint_gt(n, 8);
}
END_TEST

/*
 * The daemon ends at any call of the store's: what was accepted and not
 * recorded comes again, under the same Message-ID.
 */
START_TEST(an_end_at_any_moment_loses_nothing)
{
	const struct fault_case *row = &faults[_i];
	struct fault fault = { .status = row->status, .lost = row->lost };
	struct house house;
	unsigned long n;
	unsigned mails;
	bool fired = true, twice = false;
	char *id;

	for (n = 1; fired; n++) {
		house_open_faulty(&house, &fault);
		house_warn(&house);
		fault_arm(&fault, n);
		(void)courier_round(house.courier);
		fired = fault.fired;
		fault_arm(&fault, 0);
		courier_free(house.courier);
		house.courier = gate_courier_new(&house.f.gate);
		rounds_until_done(&house);
		mails = smtp_server_accepted(&house.server);
		ck_assert_msg(mails == 1 || mails == 2,
		    "%s, call %lu: %u mails", row->name, n, mails);
		id = strstr(house.server.mails.data, "Message-ID: ");
		ck_assert_ptr_nonnull(id);
		id = strndup(id, strcspn(id, "\n"));
		ck_assert_msg(house_count(&house.server.mails, id) == mails,
		    "%s, call %lu: another Message-ID", row->name, n);
		free(id);
		twice = twice || mails == 2;
		house_close(&house);
	}
	ck_assert_msg(twice == (row->status == STATUS_UNAVAILABLE ||
	    row->status == STATUS_NO_MEMORY), "%s: %d", row->name, twice);
}
END_TEST

/* The call of the store's at which no mail can be made of a notice. */
static unsigned long
find_draft(struct house *house, struct fault *fault)
{
	unsigned long n;

	for (n = 1; strstr(house->f.lines.data, "result=later") == NULL; n++) {
		ck_assert_uint_lt(n, 50);
		house->f.now += 2 * CLOCK_MINUTE;
		fault_arm(fault, n);
		(void)courier_round(house->courier);
	}
	return n - 1;
}

/* What cannot be read is no reason to try for ever. */
START_TEST(a_mail_that_cannot_be_made)
{
	struct fault fault = { .status = STATUS_UNAVAILABLE };
	struct house house;
	unsigned long n;
	int64_t end;

	house_open_faulty(&house, &fault);
	house_warn(&house);
	n = find_draft(&house, &fault);
	ck_assert_ptr_nonnull(strstr(house.f.lines.data,
	    "result=later reason=unavailable"));
	end = house.f.now + 5 * CLOCK_DAY + 2 * CLOCK_HOUR;
	for (; house.f.now < end; house.f.now += 10 * CLOCK_MINUTE) {
		fault_arm(&fault, n);
		(void)courier_round(house.courier);
	}
	fault_arm(&fault, 0);
	ck_assert_int_eq(house_outbox(&house), 0);
	ck_assert_uint_eq(smtp_server_connections(&house.server), 0);
	ck_assert_ptr_nonnull(strstr(house.f.lines.data, "outbox: gave up 1 "
	    "notices that were not sent for five days: unavailable"));
	house_close(&house);
}
END_TEST

/* The pause is the old server's; a reload that names another tries that. */
START_TEST(another_server_is_tried_at_once)
{
	struct house house;
	int i;

	house_open(&house, "");
	house_warn(&house);
	smtp_server_close(&house.server);
	/* six tries: the next is an hour away */
	for (i = 0; i < 45; i++, house.f.now += CLOCK_MINUTE)
		house_round(&house);
	smtp_server_open(&house.server);
	house_round(&house);
	ck_assert_uint_eq(smtp_server_connections(&house.server), 0);
	house_reload(&house, "minimum = 10;", "");
	house_round(&house);
	ck_assert_uint_eq(smtp_server_accepted(&house.server), 1);
	ck_assert_int_eq(house_outbox(&house), 0);
	house_close(&house);
}
END_TEST

static void
wait_until_accepted(struct house *house, unsigned want)
{
	const struct timespec moment = { 0, 10 * 1000 * 1000 };
	int i;

	for (i = 0; i < 3000 && smtp_server_accepted(&house->server) < want;
	    i++)
		nanosleep(&moment, NULL);
	ck_assert_uint_eq(smtp_server_accepted(&house->server), want);
}

START_TEST(a_thread_does_it)
{
	struct house house;

	house_open(&house, "");
	house_warn(&house);
	ck_assert_int_eq(courier_start(house.courier, CLOCK_SECOND / 100),
	    STATUS_OK);
	wait_until_accepted(&house, 1);
	courier_stop(house.courier);
	ck_assert_int_eq(house_outbox(&house), 0);
	house_close(&house);
}
END_TEST

/* A server that says nothing; the notice stays, and may be tried at once. */
START_TEST(a_stop_does_not_wait)
{
	struct house house;
	const struct timespec moment = { 0, 10 * 1000 * 1000 };
	time_t begun = time(NULL);
	int i;

	house_open(&house, "");
	house_warn(&house);
	smtp_server_script(&house.server, SMTP_RCPT, SMTP_SLOW);
	ck_assert_int_eq(courier_start(house.courier, CLOCK_SECOND),
	    STATUS_OK);
	for (i = 0; i < 3000 &&
	    smtp_server_connections(&house.server) == 0; i++)
		nanosleep(&moment, NULL);
	courier_stop(house.courier);
	ck_assert_int_le(time(NULL) - begun, 20);
	ck_assert_int_eq(house_outbox(&house), 1);
	smtp_server_script(&house.server, SMTP_RCPT, NULL);
	courier_free(house.courier);
	house.courier = gate_courier_new(&house.f.gate);
	house_round(&house);
	ck_assert_uint_eq(smtp_server_accepted(&house.server), 1);
	house_close(&house);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("courier faults");
	TCase *tests = tcase_create("courier faults");

	if (mailer_library_init() != STATUS_OK)
		return EXIT_FAILURE;
	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests,
	    a_store_that_fails_loses_and_repeats_nothing, 0,
	    (int)(sizeof(faults) / sizeof(faults[0])));
	tcase_add_loop_test(tests, an_end_at_any_moment_loses_nothing, 0,
	    (int)(sizeof(faults) / sizeof(faults[0])));
	tcase_add_test(tests, a_mail_that_cannot_be_made);
	tcase_add_test(tests, another_server_is_tried_at_once);
	tcase_add_test(tests, a_thread_does_it);
	tcase_add_test(tests, a_stop_does_not_wait);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
