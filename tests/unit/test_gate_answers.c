/*
 * Mail from outside in sequence: who answers late, twice, after a bounce, under
 * conditions; what is written once a day; what it costs; and that a failing
 * store neither loses a reply for good nor counts one twice.
 *
 * Sent before, an hour apart, the last one an hour ago:
 *	m1	by alice to c1, c2 and c3, "A position"
 *	m2	by alice to c1, "Re: A position"
 */
#include <stdio.h>
#include <string.h>

#include "gate_faults.h"
#include "inbound_fixture.h"
#include "test.h"

#define ALICE	"alice@local.test"

#define FROM(n)		"From: c" #n "@outside.test\n"
#define ANSWERS(n)	"In-Reply-To: <m" #n "@local.test>\n"
#define OUT_OF_OFFICE	"Auto-Submitted: auto-replied\n"
#define DSN		"MIME-Version: 1.0\nContent-Type: multipart/report;" \
			" report-type=delivery-status; boundary=b\n"

#define FAILED(recipient, id)						\
	"--b\n\nNot delivered.\n--b\n"					\
	"Content-Type: message/delivery-status\n\n"			\
	"Reporting-MTA: dns; mx.test\n\n"				\
	"Final-Recipient: rfc822; " recipient "\nAction: failed\n"	\
	"Status: 5.1.1\n\n"						\
	"--b\nContent-Type: text/rfc822-headers\n\n"			\
	"Message-ID: <" id ">\n\n--b--\n"

static const struct inbound_mail sent[] = {
	{ ALICE, "c1@outside.test c2@outside.test c3@outside.test",
	    "Message-ID: <m1@local.test>\nSubject: A position\n", NULL },
	{ ALICE, "c1@outside.test",
	    "Message-ID: <m2@local.test>\nSubject: Re: A position\n", NULL },
};

/* What may come in, by name. */
static const struct inbound_mail
c1_answers_m1 = { "c1@outside.test", ALICE, FROM(1) ANSWERS(1), "Yes.\n" },
c1_answers_m2 = { "c1@outside.test", ALICE, FROM(1) ANSWERS(2), "Yes.\n" },
c1_writes = { "c1@outside.test", ALICE, FROM(1), "Yes.\n" },
c2_answers_all = { "c2@outside.test", ALICE " c1@outside.test "
    "c3@outside.test", FROM(2) ANSWERS(1), "Not me.\n" },
c3_answers_all = { "c3@outside.test", ALICE " c1@outside.test "
    "c2@outside.test", FROM(3) ANSWERS(1), "Nor me.\n" },
c1_is_away = { "c1@outside.test", ALICE, FROM(1) OUT_OF_OFFICE ANSWERS(1),
    "Away.\n" },
c1_presses = { "c1@outside.test", ALICE, FROM(1) ANSWERS(1)
    "MIME-Version: 1.0\nContent-Type: text/calendar; method=REPLY\n",
    "BEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR\n" },
c1_bounces = { "<>", ALICE, "From: mailer-daemon@outside.test\n" DSN,
    FAILED("c1@outside.test", "m1@local.test") },
c1_passed = { "c1@outside.test", ALICE, "Authentication-Results: "
    "mx.local.test; dmarc=pass header.from=outside.test\n"
    "Received: from mx.outside.test\n" FROM(1) ANSWERS(1), "Yes.\n" },
c1_forged = { "c1@outside.test", ALICE, "Received: from mx.outside.test\n"
    "Received: from x\nReceived: from y\nReceived: from z\n"
    "Authentication-Results: mx.local.test; dmarc=pass "
    "header.from=outside.test\n" FROM(1) ANSWERS(1), "Yes.\n" },
friend_writes = { "friend@outside.test", ALICE,
    "From: friend@outside.test\n", "Hello.\n" },
newsletter = { "news@shop.test", ALICE, "From: news@shop.test\n"
    "Subject: Offers\nReferences: <1@shop.test> <2@shop.test>\n", "Buy.\n" },
notification = { "jira@shop.test", ALICE, "From: jira@shop.test\n"
    OUT_OF_OFFICE "Subject: An issue\n", "Changed.\n" };

static void
send_all(struct fixture *f)
{
	size_t i;

	for (i = 0; i < sizeof(sent) / sizeof(sent[0]); i++) {
		ck_assert_int_eq(inbound_send(f, &sent[i], ALICE),
		    VERDICT_ACCEPT);
		f->now += CLOCK_HOUR;
	}
	buf_clear(&f->lines);
}

static const struct story {
	const char			*name;
	const char			*top;
	const struct inbound_mail	*mails[4];
	int				 day;	/* of the first; a day apart */
	const char			*changes;
	bool				 contact;	/* c1, of alice */
} stories[] = {
	{ "two by one person", "", { &c1_answers_m1, &c1_answers_m1 }, 0,
	    "m1/c1=message-id", true },
	{ "to each of two", "", { &c1_answers_m1, &c1_answers_m2 }, 0,
	    "m1/c1=message-id m2/c1=message-id", true },
	{ "no id, then again", "", { &c1_writes, &c1_writes }, 0,
	    "m2/c1=pair", true },
	{ "answered by id, then conversation", "", { &c1_answers_m2,
	    &c1_writes }, 0, "m2/c1=message-id", true },
	{ "reply to all, by two", "", { &c2_answers_all, &c3_answers_all }, 0,
	    "m1/c2=message-id m1/c3=message-id", false },
	{ "after it lapsed", "", { &c1_answers_m1 }, 30, "m1/c1=message-id",
	    true },
	{ "without an id after it lapsed", "", { &c1_writes }, 30,
	    "m2/c1=pair", true },
	{ "without an id, past the horizon", "", { &c1_writes }, 91, "",
	    true },
	{ "by id, past the horizon", "", { &c1_answers_m1 }, 91,
	    "m1/c1=message-id", true },
	{ "without an id, past a short one", "reply_horizon = \"7d\";",
	    { &c1_writes }, 8, "", true },
	{ "after a bounce", "", { &c1_bounces, &c1_answers_m1 }, 0,
	    "m1/c1=message-id+bounced", true },
	{ "without an id after a bounce", "", { &c1_bounces, &c1_answers_m2,
	    &c1_writes }, 0, "m1/c1=bounced m2/c1=message-id", true },
	{ "a bounce after the answer", "", { &c1_answers_m1, &c1_bounces }, 0,
	    "m1/c1=message-id", true },
	{ "away, then back", "", { &c1_is_away, &c1_answers_m1 }, 0,
	    "m1/c1=message-id+auto-submitted", true },
	{ "away after the answer", "", { &c1_answers_m1, &c1_is_away }, 0,
	    "m1/c1=message-id", true },
	{ "a button", "", { &c1_presses }, 0, "m1/c1=message-id", true },
	{ "a button that is no reply", "button_replies = false;",
	    { &c1_presses }, 0, "m1/c1=calendar-reply", false },
	{ "authenticated", "require_auth = true; "
	    "auth_servers = (\"mx.local.test\");", { &c1_passed }, 0,
	    "m1/c1=message-id", true },
	{ "not authenticated", "require_auth = true; "
	    "auth_servers = (\"mx.local.test\");", { &c1_answers_m1 }, 0, "",
	    false },
	{ "forged", "require_auth = true; "
	    "auth_servers = (\"mx.local.test\"); auth_hops = 1;",
	    { &c1_forged }, 0, "", false },
	{ "not required", "auth_servers = (\"mx.local.test\");",
	    { &c1_forged }, 0, "m1/c1=message-id", true },
	{ "away, not authenticated", "require_auth = true; "
	    "auth_servers = (\"mx.local.test\");", { &c1_is_away }, 0,
	    "m1/c1=auto-submitted", false },
};

static void
tell(const struct story *story, bool staged)
{
	struct fixture f;
	struct buf text;
	size_t i;

	fixture_open_with(&f, "", story->top, NULL);
	send_all(&f);
	f.now += story->day * CLOCK_DAY;
	for (i = 0; i < 4 && story->mails[i] != NULL; i++) {
		(void)inbound_deliver(&f, story->mails[i], staged);
		f.now += CLOCK_DAY;
	}
	buf_init(&text);
	inbound_changes(&f, &text);
	ck_assert_msg(strcmp(text.data, story->changes) == 0,
	    "%s: changed \"%s\", want \"%s\"", story->name, text.data,
	    story->changes);
	ck_assert_msg(inbound_is_contact(&f, ALICE, "c1@outside.test") ==
	    story->contact, "%s: c1 is %sa contact", story->name,
	    story->contact ? "not " : "");
	buf_release(&text);
	fixture_close(&f);
}

START_TEST(story_row)
{
	tell(&stories[_i], true);
	tell(&stories[_i], false);
}
END_TEST

START_TEST(a_reply_to_a_restricted_user_counts)
{
	struct fixture f;

	fixture_open(&f, "minimum = 10;");
	fixture_restrict(&f, ALICE);
	fixture_reply(&f, "c1000@outside.test", "<low0@local.test>");
	fixture_reply(&f, "c2001@outside.test", NULL);
	ck_assert_uint_eq(atomic_load(&f.gate.figures.replies), 2);
	ck_assert_uint_eq(atomic_load(&f.gate.figures.replies_by_pair), 1);
	fixture_close(&f);
}
END_TEST

START_TEST(what_is_not_counted_is_said)
{
	struct fixture f;

	fixture_open_with(&f, "", "require_auth = true; "
	    "auth_servers = (\"mx.local.test\");", NULL);
	send_all(&f);
	ck_assert_int_eq(inbound_deliver(&f, &c1_answers_m1, true),
	    GATE_WISH_NOTHING);
	ck_assert_ptr_nonnull(strstr(f.lines.data, "match=unauthenticated "));
	ck_assert_uint_eq(atomic_load(&f.gate.figures.unauthenticated), 1);
	ck_assert_uint_eq(atomic_load(&f.gate.figures.replies), 0);
	fixture_close(&f);
}
END_TEST

START_TEST(reports_are_counted)
{
	static const struct inbound_mail strange = { "<>", ALICE,
	    "From: mailer-daemon@outside.test\n" DSN,
	    FAILED("c1@outside.test", "m7@local.test") };
	struct fixture f;

	fixture_open(&f, "");
	send_all(&f);
	(void)inbound_deliver(&f, &c1_bounces, true);
	(void)inbound_deliver(&f, &c1_bounces, true);
	(void)inbound_deliver(&f, &strange, true);
	ck_assert_uint_eq(atomic_load(&f.gate.figures.bounces), 1);
	ck_assert_uint_eq(atomic_load(&f.gate.figures.strange_bounces), 1);
	ck_assert_uint_eq(atomic_load(&f.gate.figures.automatic), 3);
	ck_assert_ptr_nonnull(strstr(f.lines.data,
	    "kind=delivery entries=1 matched=1 "));
	ck_assert_ptr_nonnull(strstr(f.lines.data,
	    "kind=delivery entries=1 matched=0 "));
	fixture_close(&f);
}
END_TEST

/* Mail to a contact is in no ledger: its bounce is nobody else's. */
START_TEST(a_contact_who_bounces_is_no_candidate)
{
	static const struct inbound_mail to_both = { ALICE,
	    "friend@outside.test c5@outside.test",
	    "Message-ID: <m3@local.test>\nSubject: A party\n", NULL };
	static const struct inbound_mail bounce = { "<>", ALICE,
	    "From: mailer-daemon@outside.test\n" DSN,
	    FAILED("friend@outside.test", "m3@local.test") };
	struct fixture f;
	struct buf text;

	fixture_open(&f, "");
	(void)inbound_deliver(&f, &friend_writes, true);
	ck_assert_int_eq(inbound_send(&f, &to_both, ALICE), VERDICT_ACCEPT);
	(void)inbound_deliver(&f, &bounce, true);
	buf_init(&text);
	inbound_changes(&f, &text);
	ck_assert_str_eq(text.data, "");
	buf_release(&text);
	fixture_close(&f);
}
END_TEST

static uint64_t
updates(struct fixture *f)
{
	struct store_figures figures;

	store_figures(f->store, &figures);
	return figures.updates;
}

/* The second of a day writes nothing, the first of the next day does. */
START_TEST(what_repeats_is_written_once_a_day)
{
	static const struct inbound_mail *const mails[] = { &c1_is_away,
	    &friend_writes };
	struct fixture f;
	uint64_t before;

	fixture_open(&f, "");
	send_all(&f);
	before = updates(&f);
	(void)inbound_deliver(&f, mails[_i], true);
	ck_assert_uint_eq(updates(&f), before + 1);
	f.now += CLOCK_DAY - 1;
	(void)inbound_deliver(&f, mails[_i], true);
	ck_assert_uint_eq(updates(&f), before + 1);
	f.now += 1;
	(void)inbound_deliver(&f, mails[_i], true);
	ck_assert_uint_eq(updates(&f), before + 2);
	fixture_close(&f);
}
END_TEST

/*
 * What mail costs that is no reply: calls of the store, the beginning of the
 * transaction among them, and no body.  Each was sent before: of strangers the
 * beginning of the body is wanted once.
 */
static const struct cost_row {
	const char			*name;
	const struct inbound_mail	*mail;
	unsigned long			 calls;
	bool				 stranger;
	int64_t				 later;
} costs[] = {
	/* begin; the address, who else is answered there, two ids, the pair,
	 * the contact */
	{ "a person's, in a strange thread", &newsletter, 7, true, 0 },
	{ "a contact's", &friend_writes, 5, true, 0 },
	/* begin and read, begin, read and write */
	{ "a contact's on the next day", &friend_writes, 12, true, CLOCK_DAY },
	{ "a machine's", &notification, 4, false, 0 },
};

START_TEST(no_reply_costs_little)
{
	const struct cost_row *row = &costs[_i];
	struct fault fault = { .status = STATUS_UNAVAILABLE };
	struct fixture f;

	fixture_open_faulty(&f, "", "", &fault);
	send_all(&f);
	ck_assert_int_eq(inbound_deliver(&f, row->mail, true),
	    row->stranger ? GATE_WISH_OPENING : GATE_WISH_NOTHING);
	f.now += row->later;
	fault_arm(&fault, 0);
	ck_assert_msg(inbound_deliver(&f, row->mail, true) ==
	    GATE_WISH_NOTHING, "%s: more is wished for", row->name);
	ck_assert_msg(fault.calls == row->calls, "%s: %lu calls, want %lu",
	    row->name, fault.calls, row->calls);
	fixture_close(&f);
}
END_TEST

/*
 * The n-th call of the store fails, for all n: the mail passes, and after
 * the same mail again the ledger is as if nothing had been.
 */
static const struct story fault_stories[] = {
	{ "by id", "", { &c1_answers_m1 }, 0, "m1/c1=message-id", true },
	{ "by pair", "", { &c1_writes }, 0, "m2/c1=pair", true },
	{ "bounce", "", { &c1_bounces }, 0, "m1/c1=bounced", false },
	{ "away", "", { &c1_is_away }, 0, "m1/c1=auto-submitted", false },
};

#define FAULT_STORIES	(int)(sizeof(fault_stories) / sizeof(fault_stories[0]))

static const struct fault_row {
	const char	*name;
	enum status	 status;
	bool		 lost;
} faults[] = {
	{ "unavailable", STATUS_UNAVAILABLE, false },
	{ "lost race", STATUS_CONFLICT, false },
	{ "uncertain, it happened", STATUS_UNCERTAIN, false },
	{ "uncertain, it did not", STATUS_UNCERTAIN, true },
	{ "no memory", STATUS_NO_MEMORY, false },
};

#define FAULTS	(int)(sizeof(faults) / sizeof(faults[0]))

static bool
fails_at(const struct story *story, const struct fault_row *row,
    unsigned long n, bool staged)
{
	struct fault fault = { .status = row->status, .lost = row->lost };
	struct fixture f;
	struct buf text;
	bool fired;

	fixture_open_faulty(&f, "", "", &fault);
	send_all(&f);
	fault_arm(&fault, n);
	(void)inbound_deliver(&f, story->mails[0], staged);
	fired = fault.fired;
	fault_arm(&fault, 0);
	(void)inbound_deliver(&f, story->mails[0], staged);
	buf_init(&text);
	inbound_changes(&f, &text);
	ck_assert_msg(strcmp(text.data, story->changes) == 0,
	    "%s, %s, call %lu: \"%s\"", story->name, row->name, n, text.data);
	ck_assert_msg(inbound_is_contact(&f, ALICE, "c1@outside.test") ==
	    story->contact, "%s, %s, call %lu: contact", story->name,
	    row->name, n);
	buf_release(&text);
	fixture_close(&f);
	return fired;
}

START_TEST(failing_store)
{
	const struct story *story = &fault_stories[_i / FAULTS];
	const struct fault_row *row = &faults[_i % FAULTS];
	unsigned long n;

	for (n = 1; fails_at(story, row, n, true); n++)
		;
	ck_assert_uint_gt(n, row->status == STATUS_UNCERTAIN ? 1 : 6);
	for (n = 1; fails_at(story, row, n, false); n++)
		;
}
END_TEST

/* The header's view fails once: the end makes up for it. */
START_TEST(a_store_that_fails_at_the_header_is_asked_again)
{
	struct fault fault = { .status = STATUS_UNAVAILABLE };
	struct fixture f;
	struct buf text;

	fixture_open_faulty(&f, "", "", &fault);
	send_all(&f);
	fault_arm(&fault, 1);
	ck_assert_int_eq(inbound_deliver(&f, &c1_answers_m1, true),
	    GATE_WISH_BODY);
	ck_assert(fault.fired);
	buf_init(&text);
	inbound_changes(&f, &text);
	ck_assert_str_eq(text.data, "m1/c1=message-id");
	ck_assert_uint_eq(atomic_load(&f.gate.figures.errors), 0);
	buf_release(&text);
	fixture_close(&f);
}
END_TEST

/* Past a bound a message is no evidence, and passes. */
START_TEST(an_overflow_is_no_evidence)
{
	struct inbound_mail mail = c1_answers_m1;
	struct fixture f;
	struct buf fields;
	struct buf text;
	size_t i;

	buf_init(&fields);
	buf_init(&text);
	buf_add_text(&fields, FROM(1) ANSWERS(1) "Content-Type: text/plain");
	for (i = 0; i <= MESSAGE_CONTENT_MAX; i++)
		buf_add_text(&fields, " ");
	buf_add_text(&fields, "x\n");
	mail.fields = fields.data;
	fixture_open(&f, "");
	send_all(&f);
	ck_assert_int_eq(inbound_deliver(&f, &mail, true),
	    GATE_WISH_NOTHING);
	ck_assert_ptr_nonnull(strstr(f.lines.data, "overflow=yes"));
	inbound_changes(&f, &text);
	ck_assert_str_eq(text.data, "");
	fixture_close(&f);
	buf_release(&text);
	buf_release(&fields);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("gate_answers");
	TCase *telling = tcase_create("stories");
	TCase *failing = tcase_create("faults");

	tcase_add_loop_test(telling, story_row, 0,
	    (int)(sizeof(stories) / sizeof(stories[0])));
	tcase_add_test(telling, a_reply_to_a_restricted_user_counts);
	tcase_add_test(telling, what_is_not_counted_is_said);
	tcase_add_test(telling, reports_are_counted);
	tcase_add_test(telling, a_contact_who_bounces_is_no_candidate);
	tcase_add_loop_test(telling, what_repeats_is_written_once_a_day, 0, 2);
	tcase_add_loop_test(telling, no_reply_costs_little, 0,
	    (int)(sizeof(costs) / sizeof(costs[0])));
	tcase_add_test(telling, an_overflow_is_no_evidence);
	tcase_add_loop_test(failing, failing_store, 0, FAULT_STORIES * FAULTS);
	tcase_add_test(failing,
	    a_store_that_fails_at_the_header_is_asked_again);
	tcase_set_timeout(telling, 60);
	tcase_set_timeout(failing, 60);
	suite_add_tcase(suite, telling);
	suite_add_tcase(suite, failing);
	return test_run(suite);
}
