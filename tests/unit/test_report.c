/*
 * Reading reports: one fixture for each program's way to say it, and its
 * nearest look-alikes.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "mail/message.h"
#include "mail/mime.h"
#include "mail/report.h"

/* "Name: value" lines, an empty line, the body. */
struct row {
	const char	*name;
	const char	*sender;
	const char	*mail;
	const char	*kind, *form, *message_id;
	const char	*entries;	/* "recipient action status, ..." */
};

#define RETURNED							\
	"Received: from relay.example.com; Mon, 2 Nov 2026 10:00:00 +0100\n" \
	"From: Alice <alice@example.com>\n"				\
	"To: Bob <bob@example.org>\n"					\
	"Message-ID: <one@Example.com>\n"				\
	"Subject: A position\n\nDear Bob,\n"

#define REPORT								\
	"From: MAILER-DAEMON@example.org\n"				\
	"Content-Type: multipart/report; report-type=delivery-status;\n" \
	"\tboundary=\"b\"\n\n"						\
	"--b\n\nYour message could not be delivered.\n\n"

#define STATUS_PART	"--b\nContent-Type: message/delivery-status\n\n"
#define MESSAGE_PART	"--b\nContent-Type: message/rfc822\n\n" RETURNED
#define DAEMON		"From: MAILER-DAEMON@example.org\n\n"

static const struct row rows[] = {
	{ "delivery status", "<>", REPORT STATUS_PART
	    "Reporting-MTA: dns; mx.example.org\n\n"
	    "Final-Recipient: rfc822; Bob@example.org\n"
	    "Action: failed\nStatus: 5.1.1\n"
	    "Diagnostic-Code: smtp; 550 5.1.1 no such user\n\n"
	    MESSAGE_PART "--b--\n",
	    "delivery", "delivery-status", "one@example.com",
	    "bob@example.org failed 5.1.1" },
	{ "three recipients, three fates", "<>", REPORT STATUS_PART
	    "Reporting-MTA: dns; mx.example.org\n\n"
	    "Final-Recipient: rfc822; bob@example.org\n"
	    "Action: failed\nStatus: 5.2.2 (mailbox full)\n\n"
	    "Final-Recipient: rfc822; carol@example.org\n"
	    "Action: delayed\nStatus: 4.4.1\n\n"
	    "Final-Recipient: rfc822; dave@example.org\n"
	    "Action: delivered\nStatus: 2.0.0\n\n"
	    "--b\nContent-Type: text/rfc822-headers\n\n" RETURNED "--b--\n",
	    "delivery", "delivery-status", "one@example.com",
	    "bob@example.org failed 5.2.2, carol@example.org delayed 4.4.1, "
	    "dave@example.org delivered 2.0.0" },
	{ "relayed and expanded", "<>", REPORT STATUS_PART
	    "Reporting-MTA: dns; mx.example.org\n\n"
	    "Final-Recipient: rfc822; bob@example.org\n"
	    "Action: relayed\nStatus: 2.1.9\n\n"
	    "Final-Recipient: rfc822; all@example.org\n"
	    "Action: expanded\nStatus: 2.1.5\n\n" MESSAGE_PART "--b--\n",
	    "delivery", "delivery-status", "one@example.com",
	    "bob@example.org relayed 2.1.9, all@example.org expanded 2.1.5" },
	{ "no empty lines between the groups", "<>", REPORT STATUS_PART
	    "Reporting-MTA: dns; mx.example.org\n"
	    "Final-Recipient: rfc822; bob@example.org\n"
	    "Action: failed\nStatus: 5.1.1\n"
	    "Final-Recipient: rfc822; carol@example.org\n"
	    "Action: failed\nStatus: 5.1.2\n" MESSAGE_PART "--b--\n",
	    "delivery", "delivery-status", "one@example.com",
	    "bob@example.org failed 5.1.1, carol@example.org failed 5.1.2" },
	{ "original recipient, with xtext", "<>", REPORT STATUS_PART
	    "Reporting-MTA: dns; mx.example.org\n\n\n\n"
	    "Original-Recipient: rfc822;bob+2Bjobs@example.org\n"
	    "Final-Recipient: LOCAL; <b.roe@internal.example.org>\n"
	    "Action: FAILED\nStatus: 5.1.1\n\n" MESSAGE_PART "--b--\n",
	    "delivery", "delivery-status", "one@example.com",
	    "bob+jobs@example.org failed 5.1.1" },
	{ "status in the diagnostic code alone", "<>", REPORT STATUS_PART
	    "Reporting-MTA: dns; mx.example.org\n\n"
	    "Final-Recipient: rfc822; bob@example.org\nAction: failed\n"
	    "Diagnostic-Code: smtp;\n  550-No such user\n  550 here\n\n"
	    MESSAGE_PART "--b--\n",
	    "delivery", "delivery-status", "one@example.com",
	    "bob@example.org failed 5.0.0" },
	{ "diagnostic code that says more", "<>", REPORT STATUS_PART
	    "Reporting-MTA: dns; mx.example.org\n\n"
	    "Final-Recipient: rfc822; bob@example.org\nAction: failed\n"
	    "Status: 5.0.0\nDiagnostic-Code: smtp; 550 5.7.1 Refused\n\n"
	    MESSAGE_PART "--b--\n",
	    "delivery", "delivery-status", "one@example.com",
	    "bob@example.org failed 5.7.1" },
	{ "failed, for now", "<>", REPORT STATUS_PART
	    "Reporting-MTA: dns; mx.example.org\n\n"
	    "Final-Recipient: rfc822; bob@example.org\nAction: failed\n"
	    "Status: 4.4.7\n\n" MESSAGE_PART "--b--\n",
	    "delivery", "delivery-status", "one@example.com",
	    "bob@example.org failed 4.4.7" },
	{ "through a list: a multipart around the report",
	    "<list-bounces@example.net>",
	    "From: MAILER-DAEMON@example.org\n"
	    "Content-Type: multipart/mixed; boundary=o\n\n--o\n"
	    "Content-Type: multipart/report; boundary=b\n\n--b\n\nHello\n"
	    STATUS_PART "Reporting-MTA: dns; x\n\n"
	    "Final-Recipient: rfc822; bob@example.org\n"
	    "Action: failed\nStatus: 5.1.1\n\n" MESSAGE_PART "--b--\n"
	    "--o\n\nThe list's footer\n--o--\n",
	    "delivery", "delivery-status", "one@example.com",
	    "bob@example.org failed 5.1.1" },
	{ "in base64", "<>", REPORT
	    "--b\nContent-Type: message/delivery-status\n"
	    "Content-Transfer-Encoding: base64\n\n"
	    "RmluYWwtUmVjaXBpZW50OiByZmM4MjI7IGJvYkBleGFtcGxlLm9yZwpB\n"
	    "Y3Rpb246IGZhaWxlZApTdGF0dXM6IDUuMS4xCg==\n"
	    MESSAGE_PART "--b--\n",
	    "delivery", "delivery-status", "one@example.com",
	    "bob@example.org failed 5.1.1" },
	{ "id in a field of the report", "<>", REPORT STATUS_PART
	    "Reporting-MTA: dns; x\nX-Original-Message-ID: <two@x.example>\n\n"
	    "Final-Recipient: rfc822; bob@example.org\n"
	    "Action: failed\nStatus: 5.1.1\n\n--b--\n",
	    "delivery", "delivery-status", "two@x.example",
	    "bob@example.org failed 5.1.1" },
	{ "id in In-Reply-To", "<>", "In-Reply-To: <three@x.example>\n"
	    REPORT STATUS_PART
	    "Final-Recipient: rfc822; bob@example.org\n"
	    "Action: failed\nStatus: 5.1.1\n\n--b--\n",
	    "delivery", "delivery-status", "three@x.example",
	    "bob@example.org failed 5.1.1" },
	{ "no id at all", "<>", REPORT STATUS_PART
	    "Final-Recipient: rfc822; bob@example.org\n"
	    "Action: failed\nStatus: 5.1.1\n\n--b--\n",
	    "delivery", "delivery-status", "",
	    "bob@example.org failed 5.1.1" },
	{ "fields in the text", "<>", DAEMON
	    "Technical report:\n\nAction: failed\n"
	    "Final-Recipient: rfc822; bob@example.org\n"
	    "Status: 5.2.1\n\n" RETURNED,
	    "delivery", "fields", "one@example.com",
	    "bob@example.org failed 5.2.1" },

	{ "read receipt", "<>",
	    "Content-Type: multipart/report; boundary=b;\n"
	    " report-type=disposition-notification\n\n--b\n\nRead.\n"
	    "--b\nContent-Type: message/disposition-notification\n\n"
	    "Final-Recipient: rfc822;bob@example.org\n"
	    "Original-Message-ID: <one@example.com>\n"
	    "Disposition: manual-action/MDN-sent-manually; displayed\n\n"
	    "--b--\n",
	    "disposition", "disposition-notification", "one@example.com",
	    "bob@example.org none " },
	{ "complaint", "<fbl@example.net>",
	    "Content-Type: multipart/report; boundary=b;\n"
	    " report-type=feedback-report\n\n--b\n\nAbuse.\n"
	    "--b\nContent-Type: message/feedback-report\n\n"
	    "Feedback-Type: abuse\nOriginal-Rcpt-To: <bob@example.org>\n\n"
	    MESSAGE_PART "--b--\n",
	    "feedback", "feedback-report", "one@example.com",
	    "bob@example.org none " },

	{ "qmail", "<>", DAEMON
	    "Hi. This is the qmail-send program at mx.example.org.\n"
	    "I'm afraid I wasn't able to deliver your message to the "
	    "following addresses.\nThis is a permanent error; I've given up."
	    "\n\n<bob@example.org>:\n192.0.2.1 does not like recipient.\n"
	    "Remote host said: 550 5.1.1 nobody\nGiving up on 192.0.2.1.\n\n"
	    "<carol@example.org>:\nSorry, no mailbox here by that name.\n\n"
	    "--- Below this line is a copy of the message.\n\n" RETURNED,
	    "delivery", "qmail", "one@example.com",
	    "bob@example.org failed 5.1.1, carol@example.org failed 5.1.1" },
	{ "Exim", "<>", "From: Mailer-Daemon@example.org\n"
	    "X-Failed-Recipients: bob@example.org\n\n"
	    "A message that you sent could not be delivered to one or more "
	    "of its\nrecipients. This is a permanent error. The following "
	    "address(es) failed:\n\n  bob@example.org\n"
	    "    host mx.example.org [192.0.2.1]: 550 Unknown user\n\n"
	    "------ This is a copy of the message, including all the headers. "
	    "------\n\n" RETURNED,
	    "delivery", "exim", "one@example.com",
	    "bob@example.org failed 5.1.1" },
	{ "Exim, not yet", "<>", DAEMON
	    "A message that you sent has not yet been delivered to one or "
	    "more of its\nrecipients after more than 24 hours.\n\n"
	    "The message identifier is:     1abc-0001-AB\n\n"
	    "The address to which the message has not yet been delivered is:"
	    "\n\n  bob@example.org\n    Delay reason: mailbox is full\n",
	    "delivery", "exim", "", "bob@example.org delayed 5.2.2" },
	{ "header field alone", "<>",
	    "From: mailer-daemon@googlemail.com\n"
	    "X-Failed-Recipients: bob@example.org, carol@example.org\n"
	    "References: <zero@example.com> <one@example.com>\n\n"
	    "Hallo alice@example.com,\nleider nicht.\n",
	    "delivery", "x-failed-recipients", "one@example.com",
	    "bob@example.org failed 5.0.0, carol@example.org failed 5.0.0" },
	{ "sendmail", "<>", DAEMON
	    "The original message was received at Mon, 2 Nov 2026\n\n"
	    "   ----- The following addresses had permanent fatal errors "
	    "-----\n<bob@example.org>\n<carol@example.org>\n\n"
	    "   ----- Transcript of session follows -----\n"
	    "... while talking to mx.example.org.:\n"
	    ">>> RCPT To:<bob@example.org>\n<<< 550 5.1.1 unknown\n"
	    "550 5.1.1 <bob@example.org>... User unknown\n"
	    ">>> RCPT To:<carol@example.org>\n<<< 552 5.2.2 full\n\n"
	    "   ----- Original message follows -----\n\n" RETURNED,
	    "delivery", "sendmail", "one@example.com",
	    "bob@example.org failed 5.1.1, carol@example.org failed 5.2.2" },
	{ "sendmail 5, transcript alone", "<>", DAEMON
	    "   ----- Transcript of session follows -----\n"
	    "550 <bob@example.org>... User unknown\n"
	    "421 example.net (smtp)... Deferred: Connection timed out\n\n"
	    "   ----- Unsent message follows -----\n" RETURNED,
	    "delivery", "transcript", "one@example.com",
	    "bob@example.org failed 5.1.1" },
	{ "sendmail's warning", "<>", DAEMON
	    "    **      THIS IS A WARNING MESSAGE ONLY      **\n\n"
	    "   ----- The following addresses had transient non-fatal errors "
	    "-----\n<bob@example.org>\n",
	    "delivery", "sendmail", "", "bob@example.org delayed " },
	{ "Postfix before DSN", "<>", DAEMON
	    "I'm sorry to have to inform you that the message returned\n"
	    "below could not be delivered to one or more destinations.\n\n"
	    "<bob@example.org>: host mx.example.org[192.0.2.1] said: 550 "
	    "5.1.1\n    User unknown\n\n" RETURNED,
	    "delivery", "postfix", "one@example.com",
	    "bob@example.org failed 5.1.1" },
	{ "Exchange 2003", "<>", "From: postmaster@example.org\n\n"
	    "Your message\n\n  To:      Bob Roe\n  Subject: A position\n\n"
	    "did not reach the following recipient(s):\n\n"
	    "bob@example.org on Mon, 2 Nov 2026 10:00:00 +0100\n"
	    "    The recipient name is not recognized\n",
	    "delivery", "exchange", "", "bob@example.org failed 5.1.1" },
	{ "Exchange 2007", "<>", "From: postmaster@example.org\n\n"
	    "Delivery has failed to these recipients or distribution lists:"
	    "\n\nBob Roe<mailto:bob@example.org>\nNo such address.\n\n"
	    "Diagnostic information for administrators:\n"
	    "#550 5.1.10 RESOLVER.ADR.RecipientNotFound ##\n\n"
	    "Original message headers:\n\n" RETURNED,
	    "delivery", "exchange", "one@example.com",
	    "bob@example.org failed 5.1.10" },
	{ "Office 365", "<>", "From: postmaster@example.org\n\n"
	    "Your message to bob@example.org couldn't be delivered.\n\n"
	    "550 5.4.1 Recipient address rejected\n",
	    "delivery", "your-message", "", "bob@example.org failed 5.4.1" },
	{ "Gmail", "<>", "From: mailer-daemon@googlemail.com\n\n"
	    "Delivery to the following recipient failed permanently:\n\n"
	    "     bob@example.org\n\nTechnical details of permanent failure:\n"
	    "DNS Error: Domain name not found\n\n----- Original message -----"
	    "\n\n" RETURNED,
	    "delivery", "gmail", "one@example.com",
	    "bob@example.org failed 5.1.2" },
	{ "Domino", "<>", "From: Postmaster@example.org\n\nYour message\n\n"
	    "  Subject: A position\n\nwas not delivered to:\n\n"
	    "  bob@example.org\n\nbecause:\n\n  User Bob Roe "
	    "(bob@example.org) not listed in Domino Directory\n",
	    "delivery", "notes", "", "bob@example.org failed 5.1.1" },
	{ "OpenSMTPD", "<>", DAEMON
	    "    An error has occurred while attempting to deliver a message "
	    "for\n    the following list of recipients:\n\n"
	    "bob@example.org: 550 5.2.2 Mailbox full\n\n"
	    "    Below is a copy of the original message:\n\n" RETURNED,
	    "delivery", "opensmtpd", "one@example.com",
	    "bob@example.org failed 5.2.2" },
	{ "OpenSMTPD, not yet", "<>", DAEMON
	    "    A message is delayed for more than 4 hours for the following"
	    "\n    list of recipients:\n\nbob@example.org: Network error\n",
	    "delivery", "opensmtpd", "", "bob@example.org delayed " },
	{ "IMail", "<>", "From: postmaster@example.org\n\n"
	    "Unknown user: bob@example.org\n\nOriginal message follows.\n\n"
	    RETURNED, "delivery", "cause", "one@example.com",
	    "bob@example.org failed 5.1.1" },
	{ "a phrase nobody has told us", "<>", DAEMON
	    "Wir bedauern: bob@example.org nimmt keine Post an.\n"
	    "Antwort: 550 5.7.1 abgelehnt\n\n" RETURNED,
	    "delivery", "returned-message", "one@example.com",
	    "bob@example.org failed 5.7.1" },

	{ "a person quotes a bounce", "<carol@example.org>",
	    "From: carol@example.org\nIn-Reply-To: <one@example.com>\n\n"
	    "I got this:\n\nDelivery to the following recipient failed "
	    "permanently:\n\n     bob@example.org\n\n550 5.1.1 unknown\n",
	    "none", "", "", "" },
	{ "a person sends a bounce along", "<carol@example.org>",
	    "From: carol@example.org\n"
	    "Content-Type: multipart/mixed; boundary=m\n\n--m\n\nSee below\n"
	    "--m\nContent-Type: message/rfc822\n\n" REPORT STATUS_PART
	    "Final-Recipient: rfc822; bob@example.org\n"
	    "Action: failed\nStatus: 5.1.1\n\n--b--\n--m--\n",
	    "none", "", "", "" },
	{ "out of office without a sender", "<>",
	    "From: bob@example.org\n\nThank you for your message to "
	    "bob@example.org.\nI am away until 5.12. and read it then.\n",
	    "none", "", "", "" },
	{ "a host's address is no status", "<>", DAEMON
	    "bob@example.org was seen at 5.1.1.7, smtpd-5.1.1 and "
	    "mx5.1.1.example.org.\n\n" RETURNED,
	    "none", "", "", "" },
	{ "nothing", "<>", "From: MAILER-DAEMON@example.org\n\n",
	    "none", "", "", "" },
};

/* The fixture as an MTA hands it over. */
static void
take_mail(struct message *message, const char *sender, const char *mail)
{
	struct message_origin origin = { NULL, sender, false };
	const char *body = strstr(mail, "\n\n") + 2;
	char *header = strndup(mail, (size_t)(body - mail) - 1), *bytes;
	char *line = header, *end, *colon;

	message_init(message);
	(void)message_begin(message, &origin);
	for (; *line != '\0'; line = end + 1) {
		end = strchr(line, '\n');
		while (end[1] == ' ' || end[1] == '\t')
			end = strchr(end + 1, '\n');
		*end = '\0';
		colon = strchr(line, ':');
		*colon = '\0';
		message_header(message, line, colon + 2);
	}
	bytes = malloc(strlen(body) + 1);
	memcpy(bytes, body, strlen(body));
	(void)message_body(message, bytes, strlen(body));
	free(bytes);
	free(header);
}

static void
write_entries(const struct report *report, struct buf *text)
{
	size_t i;

	for (i = 0; i < report->count; i++)
		buf_printf(text, "%s%s %s %s", i == 0 ? "" : ", ",
		    report->entries[i].recipient.text,
		    report_action_text(report->entries[i].action),
		    report->entries[i].status);
}

START_TEST(reports_are_read)
{
	const struct row *row = &rows[_i];
	struct message message;
	struct report report;
	struct buf text;

	buf_init(&text);
	report_init(&report);
	take_mail(&message, row->sender, row->mail);
	ck_assert_int_eq(report_read(&message, &report), STATUS_OK);
	write_entries(&report, &text);
	ck_assert_msg(strcmp(report_kind_text(report.kind), row->kind) == 0,
	    "%s: %s", row->name, report_kind_text(report.kind));
	ck_assert_msg(strcmp(report.form == NULL ? "" : report.form,
	    row->form) == 0, "%s: by %s", row->name, report.form);
	ck_assert_msg(strcmp(report.message_id.text, row->message_id) == 0,
	    "%s: id %s", row->name, report.message_id.text);
	ck_assert_msg(strcmp(text.data, row->entries) == 0, "%s: got %s",
	    row->name, text.data);
	report_release(&report);
	message_release(&message);
	buf_release(&text);
}
END_TEST

/* Every beginning of every fixture, the body in a block of its size. */
START_TEST(cut_short)
{
	const struct row *row = &rows[_i];
	const char *body = strstr(row->mail, "\n\n") + 2;
	size_t length = strlen(body), cut;
	struct message message;
	struct report report;

	report_init(&report);
	take_mail(&message, row->sender, row->mail);
	free(message.body);
	for (cut = 0; cut <= length; cut += 1 + length / 100) {
		message.body = malloc(cut + (cut == 0));
		memcpy(message.body, body, cut);
		message.body_length = cut;
		ck_assert_int_eq(report_read(&message, &report), STATUS_OK);
		ck_assert_uint_le(report.count, 4);
		free(message.body);
	}
	message.body = NULL;
	report_release(&report);
	message_release(&message);
}
END_TEST

/* As many recipients as are kept, and one more. */
START_TEST(entries_have_a_bound)
{
	struct message message;
	struct report report;
	struct buf mail;
	int i, count;

	for (count = REPORT_ENTRIES_MAX; count <= REPORT_ENTRIES_MAX + 1;
	    count++) {
		buf_init(&mail);
		buf_add_text(&mail, REPORT STATUS_PART);
		for (i = 0; i < count; i++)
			buf_printf(&mail, "Final-Recipient: rfc822; "
			    "c%d@example.org\nAction: failed\n"
			    "Status: 5.1.1\n\n", i);
		buf_add_text(&mail, "--b--\n");
		report_init(&report);
		take_mail(&message, "<>", mail.data);
		ck_assert_int_eq(report_read(&message, &report), STATUS_OK);
		ck_assert_uint_eq(report.count, REPORT_ENTRIES_MAX);
		ck_assert_str_eq(report.entries[REPORT_ENTRIES_MAX - 1]
		    .recipient.text, "c999@example.org");
		report_release(&report);
		message_release(&message);
		buf_release(&mail);
	}
}
END_TEST

struct fate_row {
	const char		*name;
	enum report_action	 action;
	const char		*status;
	bool			 permanent;
	enum report_cause	 cause;
};

static const struct fate_row fates[] = {
	{ "nobody there", REPORT_FAILED, "5.1.1", true,
	    REPORT_CAUSE_ADDRESS },
	{ "mailbox full", REPORT_FAILED, "5.2.2", true,
	    REPORT_CAUSE_MAILBOX },
	{ "refused", REPORT_FAILED, "5.7.26", true, REPORT_CAUSE_POLICY },
	{ "not said", REPORT_FAILED, "5.0.0", true, REPORT_CAUSE_OTHER },
	{ "given up", REPORT_FAILED, "4.4.7", false, REPORT_CAUSE_NETWORK },
	{ "delayed", REPORT_DELAYED, "5.2.2", false, REPORT_CAUSE_MAILBOX },
	{ "delivered", REPORT_DELIVERED, "2.1.5", false,
	    REPORT_CAUSE_ADDRESS },
	{ "no status", REPORT_ACTION_NONE, "", false, REPORT_CAUSE_OTHER },
	{ "odd subject", REPORT_FAILED, "5.11.1", true, REPORT_CAUSE_OTHER },
	{ "subject past the table", REPORT_FAILED, "5.9.1", true,
	    REPORT_CAUSE_OTHER },
};

START_TEST(fates_are_told)
{
	const struct fate_row *row = &fates[_i];
	struct report_entry entry;

	memset(&entry, 0, sizeof(entry));
	entry.action = row->action;
	snprintf(entry.status, sizeof(entry.status), "%s", row->status);
	ck_assert_msg(report_is_permanent(&entry) == row->permanent, "%s",
	    row->name);
	ck_assert_msg(report_cause(&entry) == row->cause, "%s: cause %d",
	    row->name, report_cause(&entry));
}
END_TEST

static void
set_up(void)
{
	mime_library_init();
}

int
main(void)
{
	Suite *suite = suite_create("report");
	TCase *tests = tcase_create("report");

	tcase_add_checked_fixture(tests, set_up, NULL);
	tcase_add_loop_test(tests, reports_are_read, 0,
	    sizeof(rows) / sizeof(rows[0]));
	tcase_add_loop_test(tests, cut_short, 0,
	    sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tests, entries_have_a_bound);
	tcase_add_loop_test(tests, fates_are_told, 0,
	    sizeof(fates) / sizeof(fates[0]));
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
