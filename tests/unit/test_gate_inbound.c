/*
 * Which outreach mail from outside is about, and what it leaves in the ledger:
 * each row twice, as the MTA's door asks, at the end of the header first, and
 * at the end alone.  Both must come to the same.
 *
 * What was sent before, an hour apart, the last one an hour ago:
 *	m1	by alice to c1, c2 and c3, "A position"
 *	m2	by alice to c1, "Another position"
 *	m3	by alice, from her second address, to c4, "A position"
 *	m4	by bob to c1 and c5, "A position"
 *	m5	by alice to c6, Reply-To: jobs@local.test
 *	m6	by bob to c7, without a subject
 */
#include <stdio.h>
#include <string.h>

#include "inbound_fixture.h"
#include "test.h"

#define ALICE	"alice@local.test"
#define BOB	"bob@local.test"

static const struct {
	struct inbound_mail	 mail;
	const char		*login;
} sent[] = {
	{ { ALICE, "c1@outside.test c2@outside.test c3@outside.test",
	    "Message-ID: <m1@local.test>\nSubject: A position\n", NULL },
	    ALICE },
	{ { ALICE, "c1@outside.test",
	    "Message-ID: <m2@local.test>\nSubject: Another position\n", NULL },
	    ALICE },
	{ { "alice2@local.test", "c4@outside.test",
	    "Message-ID: <m3@local.test>\nSubject: A position\n", NULL },
	    ALICE },
	{ { BOB, "c1@outside.test c5@outside.test",
	    "Message-ID: <m4@local.test>\nSubject: A position\n", NULL },
	    BOB },
	{ { ALICE, "c6@outside.test", "Message-ID: <m5@local.test>\n"
	    "Subject: A position\nReply-To: Jobs <jobs@local.test>\n", NULL },
	    ALICE },
	{ { BOB, "c7@outside.test", "Message-ID: <m6@local.test>\n", NULL },
	    BOB },
};

static void
open_house(struct fixture *f, const char *top)
{
	size_t i;

	fixture_open_with(f, "", top, NULL);
	for (i = 0; i < sizeof(sent) / sizeof(sent[0]); i++) {
		ck_assert_int_eq(inbound_send(f, &sent[i].mail,
		    sent[i].login), VERDICT_ACCEPT);
		f->now += CLOCK_HOUR;
	}
	buf_clear(&f->lines);
}

#define FROM(n)		"From: c" #n "@outside.test\n"
#define ANSWERS(n)	"In-Reply-To: <m" #n "@local.test>\n"
#define OUT_OF_OFFICE	"Auto-Submitted: auto-replied\n"
#define LIST		"List-Id: <l.lists.test>\nPrecedence: list\n"
#define RECEIPT		"MIME-Version: 1.0\nContent-Type: multipart/report;" \
			" report-type=disposition-notification; boundary=b\n"
#define DSN		"MIME-Version: 1.0\nContent-Type: multipart/report;" \
			" report-type=delivery-status; boundary=b\n"
#define COMPLAINT	"MIME-Version: 1.0\nContent-Type: multipart/report;" \
			" report-type=feedback-report; boundary=b\n"

/* 'b' the body is wished for, 'o' its beginning, '-' nothing is. */
struct mail_row {
	const char		*name;
	struct inbound_mail	 mail;
	const char		*changes;
	const char		*match;		/* in the log */
	char			 wish;
	bool			 contact;	/* c1 is alice's afterwards */
};

static const struct mail_row by_id[] = {
	{ "a recipient", { "c1@outside.test", ALICE, FROM(1) ANSWERS(1),
	    "Yes.\n" }, "m1/c1=message-id", "reply by=message-id", 'b', true },
	{ "by References", { "c1@outside.test", ALICE, FROM(1)
	    "References: <m1@local.test> <m2@local.test>\n", "Yes.\n" },
	    "m2/c1=message-id", "reply by=message-id", 'b', true },
	{ "In-Reply-To goes before References", { "c1@outside.test", ALICE,
	    FROM(1) ANSWERS(1) "References: <m1@local.test> <m2@local.test>\n",
	    "Yes.\n" }, "m1/c1=message-id", "reply by=message-id", 'b', true },
	{ "an assistant", { "a@outside.test", ALICE,
	    "From: a@outside.test\n" ANSWERS(3), "Yes.\n" },
	    "m3/c4=other-address", "reply by=other-address", 'b', false },
	{ "an assistant sends it on", { "a@outside.test", ALICE,
	    "From: a@outside.test\nSubject: Fwd: A position\n" ANSWERS(3),
	    "See below.\n" }, "", "none", 'o', false },
	{ "a recipient sends it on", { "c1@outside.test", ALICE, FROM(1)
	    "Subject: Fwd: A position\n" ANSWERS(1), "See below.\n" },
	    "m1/c1=message-id", "reply by=message-id", 'b', true },
	{ "through a list, by a recipient", { "l-bounces@lists.test", ALICE,
	    FROM(1) LIST ANSWERS(1), "Yes.\n" }, "m1/c1=message-id",
	    "reply rule=list by=message-id", 'b', true },
	{ "through a list, by somebody", { "l-bounces@lists.test", ALICE,
	    "From: a@outside.test\n" LIST ANSWERS(1), "Yes.\n" }, "",
	    "automatic rule=list", '-', false },
	{ "through a list, by no id", { "l-bounces@lists.test", ALICE,
	    FROM(1) LIST "Subject: Re: A position\n", "Yes.\n" }, "",
	    "automatic rule=list", '-', false },
	{ "to nobody of ours", { "c1@outside.test", "x@relayed.test",
	    FROM(1) ANSWERS(1), "Yes.\n" }, "m1/c1=message-id",
	    "reply by=message-id", 'b', true },
	{ "the envelope is the recipient's", { "c1@outside.test", ALICE,
	    "From: one@home.test\n" ANSWERS(1), "Yes.\n" },
	    "m1/c1=message-id", "reply by=message-id", 'b', true },
	{ "in another user's name", { BOB, ALICE, "From: " BOB "\n"
	    ANSWERS(1), "Yes.\n" }, "", "local", '-', false },
};

static const struct mail_row by_pair[] = {
	{ "an id nobody knows", { "c2@outside.test", ALICE, FROM(2)
	    "In-Reply-To: <rewritten@ses.test>\n", "Yes.\n" }, "m1/c2=pair",
	    "reply by=pair", 'b', false },
	{ "no id", { "c2@outside.test", ALICE, FROM(2), "Yes.\n" },
	    "m1/c2=pair", "reply by=pair", 'b', false },
	{ "the newest of several", { "c1@outside.test", ALICE, FROM(1),
	    "Yes.\n" }, "m2/c1=pair", "reply by=pair", 'b', true },
	{ "the subject chooses", { "c1@outside.test", ALICE, FROM(1)
	    "Subject: [EXT] AW: Re: a  POSITION\n", "Yes.\n" }, "m1/c1=pair",
	    "reply by=pair", 'b', true },
	{ "Thread-Topic chooses", { "c1@outside.test", ALICE, FROM(1)
	    "Subject: let us talk\nThread-Topic: A position\n", "Yes.\n" },
	    "m1/c1=pair", "reply by=pair", 'b', true },
	{ "a subject that fits none", { "c1@outside.test", ALICE, FROM(1)
	    "Subject: lunch\n", "Yes.\n" }, "m2/c1=pair", "reply by=pair",
	    'b', true },
	{ "never by subject alone", { "c9@outside.test", ALICE, FROM(9)
	    "Subject: Re: A position\n", "Yes.\n" }, "", "none", 'o', false },
	{ "nor to a colleague", { "c2@outside.test", BOB, FROM(2)
	    "Subject: Re: A position\n", "Yes.\n" }, "", "none", 'o', false },
	{ "of two users the one written to", { "c1@outside.test", BOB,
	    FROM(1), "Yes.\n" }, "m4/c1=pair", "reply by=pair", 'b', false },
	{ "to both, the subject chooses", { "c1@outside.test", ALICE " " BOB,
	    FROM(1) "Subject: Re: Another position\n", "Yes.\n" },
	    "m2/c1=pair", "reply by=pair", 'b', true },
	{ "to another address of the user", { "c4@outside.test", ALICE,
	    FROM(4), "Yes.\n" }, "m3/c4=pair", "reply by=pair", 'b', false },
	{ "to the address with a detail", { "c2@outside.test",
	    "alice+jobs@local.test", FROM(2), "Yes.\n" }, "m1/c2=pair",
	    "reply by=pair", 'b', false },
	{ "to where Reply-To sent it", { "c6@outside.test",
	    "jobs@local.test", FROM(6), "Yes.\n" }, "m5/c6=pair",
	    "reply by=pair", 'b', false },
	{ "a stranger there", { "c2@outside.test", "nobody@local.test",
	    FROM(2), "Yes.\n" }, "", "none", 'o', false },
	{ "where no subject was sent", { "c7@outside.test", BOB, FROM(7),
	    "Yes.\n" }, "m6/c7=pair", "reply by=pair", 'b', false },
	{ "by the envelope's address", { "c2@outside.test", ALICE,
	    "From: one@home.test\n", "Yes.\n" }, "m1/c2=pair",
	    "reply by=pair", 'b', false },
	{ "forwarding something", { "c2@outside.test", ALICE, FROM(2)
	    "Subject: Fwd: a friend\n" ANSWERS(6), "See below.\n" },
	    "m1/c2=pair", "reply by=pair", 'b', false },
};

static const struct mail_row automatic[] = {
	{ "by id", { "<>", ALICE, FROM(1) OUT_OF_OFFICE ANSWERS(1), "Away.\n" },
	    "m1/c1=null-sender", "automatic rule=null-sender by=message-id",
	    'b', false },
	{ "by id, with a sender", { "c1@outside.test", ALICE, FROM(1)
	    OUT_OF_OFFICE ANSWERS(1), "Away.\n" }, "m1/c1=auto-submitted",
	    "automatic rule=auto-submitted by=message-id", '-', false },
	{ "by the id that set Exchange off", { "c1@outside.test", ALICE,
	    FROM(1) OUT_OF_OFFICE
	    "X-MS-Exchange-Parent-Message-Id: <m1@local.test>\n", "Away.\n" },
	    "m1/c1=auto-submitted",
	    "automatic rule=auto-submitted by=message-id", '-', false },
	{ "by pair", { "c2@outside.test", ALICE, FROM(2) OUT_OF_OFFICE,
	    "Away.\n" }, "m1/c2=auto-submitted",
	    "automatic rule=auto-submitted by=pair", '-', false },
	{ "by the only one there is", { "a@outside.test", ALICE,
	    "From: a@outside.test\n" OUT_OF_OFFICE ANSWERS(3), "Away.\n" },
	    "m3/c4=auto-submitted",
	    "automatic rule=auto-submitted by=other-address", '-', false },
	{ "by nobody knows whom", { "a@outside.test", ALICE,
	    "From: a@outside.test\n" OUT_OF_OFFICE ANSWERS(1), "Away.\n" },
	    "", "automatic rule=auto-submitted", '-', false },
	{ "about nothing of ours", { "noreply@shop.test", ALICE,
	    "From: noreply@shop.test\n", "Buy.\n" }, "",
	    "automatic rule=sender", '-', false },
	{ "known by its subject", { "c1@outside.test", ALICE, FROM(1)
	    "Subject: Out of office: A position\n" ANSWERS(1), "Away.\n" },
	    "m1/c1=subject", "automatic rule=subject by=message-id", '-',
	    false },
	{ "known by its text", { "c1@outside.test", ALICE, FROM(1)
	    "Subject: Re: A position\n" ANSWERS(1),
	    "This is an automatic reply.\n" }, "m1/c1=automatic-text",
	    "automatic rule=automatic-text by=message-id", 'b', false },
	{ "an answer to an invitation", { "c1@outside.test", ALICE, FROM(1)
	    ANSWERS(1) "MIME-Version: 1.0\n"
	    "Content-Type: text/calendar; method=REPLY\n",
	    "BEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR\n" },
	    "m1/c1=message-id", "reply rule=calendar-reply by=message-id",
	    'b', true },
};

static const char permanent[] =
    "--b\n\nNot delivered.\n--b\nContent-Type: message/delivery-status\n\n"
    "Reporting-MTA: dns; mx.test\n\n"
    "Final-Recipient: rfc822; c1@outside.test\nAction: failed\n"
    "Status: 5.1.1\n\n"
    "Final-Recipient: rfc822; c2@outside.test\nAction: delayed\n"
    "Status: 4.4.1\n\n"
    "Final-Recipient: rfc822; c3@outside.test\nAction: failed\n"
    "Status: 4.4.7\n\n"
    "--b\nContent-Type: text/rfc822-headers\n\n"
    "Message-ID: <m1@local.test>\nSubject: A position\n\n--b--\n";

static const char both[] =
    "--b\n\nNot delivered.\n--b\nContent-Type: message/delivery-status\n\n"
    "Reporting-MTA: dns; mx.test\n\n"
    "Final-Recipient: rfc822; c1@outside.test\nAction: failed\n"
    "Status: 5.1.1\n\n"
    "Final-Recipient: rfc822; c3@outside.test\nAction: failed\n"
    "Status: 5.2.2\n\n"
    "--b\nContent-Type: text/rfc822-headers\n\n"
    "Message-ID: <m1@local.test>\n\n--b--\n";

#define FAILED(recipient, id)						\
	"--b\n\nNot delivered.\n--b\n"					\
	"Content-Type: message/delivery-status\n\n"			\
	"Reporting-MTA: dns; mx.test\n\n"				\
	"Final-Recipient: rfc822; " recipient "\nAction: failed\n"	\
	"Status: 5.1.1\n\n"						\
	"--b\nContent-Type: text/rfc822-headers\n\n"			\
	"Message-ID: <" id ">\n\n--b--\n"

#define OPENED(id)							\
	"--b\n\nIt was opened.\n--b\n"					\
	"Content-Type: message/disposition-notification\n\n"		\
	"Final-Recipient: rfc822; c1@outside.test\n"			\
	"Original-Message-ID: <" id ">\n"				\
	"Disposition: manual-action/MDN-sent-manually; displayed\n\n--b--\n"

#define UNWANTED(id)							\
	"--b\n\nSomebody complains.\n--b\n"				\
	"Content-Type: message/feedback-report\n\n"			\
	"Feedback-Type: abuse\nUser-Agent: Test/1\nVersion: 1\n"	\
	"Original-Rcpt-To: <c3@outside.test>\n\n"			\
	"--b\nContent-Type: message/rfc822\n\n"				\
	"Message-ID: <" id ">\nSubject: A position\n\nHello.\n--b--\n"

#define DAEMON	"From: mailer-daemon@outside.test\n"

static const struct mail_row reports[] = {
	{ "failed, delayed, given up", { "<>", ALICE, DAEMON DSN, permanent },
	    "m1/c1=bounced", "bounce rule=report", 'b', false },
	{ "two failed", { "<>", ALICE, DAEMON DSN, both },
	    "m1/c1=bounced m1/c3=bounced", "bounce rule=report", 'b', false },
	{ "by our own server", { "<>", ALICE,
	    "From: mailer-daemon@local.test\n" DSN, both },
	    "m1/c1=bounced m1/c3=bounced", "bounce rule=report", 'b', false },
	{ "a decorated recipient", { "<>", "prvs=0123456789=alice@local.test",
	    DAEMON DSN, both }, "m1/c1=bounced m1/c3=bounced",
	    "bounce rule=report", 'b', false },
	{ "with a sender", { "postmaster@outside.test", ALICE,
	    "From: postmaster@outside.test\n" DSN, both },
	    "m1/c1=bounced m1/c3=bounced", "bounce rule=report", 'b', false },
	{ "to nobody of ours", { "<>", "x@relayed.test", DAEMON DSN, both },
	    "", "none rule=report", '-', false },
	{ "forwarded, the only one", { "<>", ALICE, DAEMON DSN,
	    FAILED("new@elsewhere.test", "m3@local.test") }, "m3/c4=bounced",
	    "bounce rule=report", 'b', false },
	{ "forwarded, one of several", { "<>", ALICE, DAEMON DSN,
	    FAILED("new@elsewhere.test", "m1@local.test") }, "",
	    "bounce rule=report", 'b', false },
	{ "one of ours beside", { "<>", ALICE, DAEMON DSN,
	    FAILED("bob@local.test", "m3@local.test") }, "",
	    "bounce rule=report", 'b', false },
	{ "an id nobody knows", { "<>", ALICE, DAEMON DSN,
	    FAILED("c1@outside.test", "z@local.test") }, "",
	    "bounce rule=report", 'b', false },
	{ "no id", { "<>", ALICE, DAEMON DSN,
	    FAILED("c1@outside.test", "") }, "", "bounce rule=report", 'b',
	    false },
	{ "opened", { "<>", ALICE, FROM(1) RECEIPT, OPENED("m1@local.test") },
	    "m1/c1=read", "receipt rule=read-receipt", 'b', false },
	{ "opened, with a sender", { "c1@outside.test", ALICE, FROM(1) RECEIPT,
	    OPENED("m2@local.test") }, "m2/c1=read",
	    "receipt rule=read-receipt", 'b', false },
	{ "opened by whom it was sent on to", { "a@outside.test", ALICE,
	    "From: a@outside.test\n" RECEIPT, OPENED("m3@local.test") },
	    "m3/c4=read", "receipt rule=read-receipt", 'b', false },
	{ "opened, said in TNEF", { "c1@outside.test", ALICE, FROM(1)
	    ANSWERS(1) "Subject: Read: A position\nThread-Topic: A position\n"
	    "Content-Type: application/ms-tnef\n", "x" }, "m1/c1=read",
	    "receipt rule=receipt-subject", 'b', false },
	{ "a daemon without a domain", { "mailer-daemon", ALICE,
	    "From: Mail Delivery Subsystem <mailer-daemon>\n" DSN, both },
	    "m1/c1=bounced m1/c3=bounced", "bounce rule=report", 'b', false },
	{ "unwanted", { "fbl@isp.test", ALICE, "From: fbl@isp.test\n"
	    COMPLAINT, UNWANTED("m1@local.test") }, "m1/c3=complaint",
	    "complaint rule=feedback-report", 'b', false },
};

static void
deliver(const struct mail_row *row, const char *top, bool staged)
{
	const char *how = staged ? "in stages" : "at the end";
	struct fixture f;
	struct buf text;
	char match[128];
	enum gate_wish wish;

	open_house(&f, top);
	buf_init(&text);
	wish = inbound_deliver(&f, &row->mail, staged);
	inbound_changes(&f, &text);
	ck_assert_msg(strcmp(text.data, row->changes) == 0,
	    "%s, %s: changed \"%s\", want \"%s\"", row->name, how, text.data,
	    row->changes);
	snprintf(match, sizeof(match), "match=%s ", row->match);
	ck_assert_msg(strstr(f.lines.data, match) != NULL,
	    "%s, %s: want \"%s\" in %s", row->name, how, match, f.lines.data);
	if (staged)
		ck_assert_msg((wish == GATE_WISH_BODY) == (row->wish == 'b') &&
		    (wish == GATE_WISH_OPENING) == (row->wish == 'o') &&
		    (wish == GATE_WISH_NOTHING) == (row->wish == '-'),
		    "%s: wishes for %d", row->name, (int)wish);
	ck_assert_msg(inbound_is_contact(&f, ALICE, "c1@outside.test") ==
	    row->contact, "%s, %s: c1 is %sa contact", row->name, how,
	    row->contact ? "not " : "");
	ck_assert_uint_eq(atomic_load(&f.gate.figures.inbound), 1);
	ck_assert_uint_eq(atomic_load(&f.gate.figures.errors), 0);
	buf_release(&text);
	fixture_close(&f);
}

#define EACH(table)							\
	START_TEST(table##_row)						\
	{								\
		deliver(&table[_i], "", true);				\
		deliver(&table[_i], "", false);				\
	}								\
	END_TEST

EACH(by_id)
EACH(by_pair)
EACH(automatic)
EACH(reports)

int
main(void)
{
	Suite *suite = suite_create("gate_inbound");
	TCase *tcase = tcase_create("rows");

#define ADD(table) tcase_add_loop_test(tcase, table##_row, 0,		\
	(int)(sizeof(table) / sizeof(table[0])))
	ADD(by_id);
	ADD(by_pair);
	ADD(automatic);
	ADD(reports);
	tcase_set_timeout(tcase, 60);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
