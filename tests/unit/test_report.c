/*
 * Reading reports as the standards have them, what is none, and the bounds.
 */
#include "report_fixture.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "mail/mime.h"
#include "mail/report_private.h"

#define REPORT								\
	"From: MAILER-DAEMON@example.org\n"				\
	"Content-Type: multipart/report; report-type=delivery-status;\n" \
	"\tboundary=\"b\"\n\n"						\
	"--b\n\nYour message could not be delivered.\n\n"

#define STATUS_PART	"--b\nContent-Type: message/delivery-status\n\n"
#define MESSAGE_PART	"--b\nContent-Type: message/rfc822\n\n" RETURNED

static const struct report_row rows[] = {
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

START_TEST(reports_are_read)
{
	report_check_row(&rows[_i]);
}
END_TEST

START_TEST(cut_short)
{
	report_check_cuts(&rows[_i]);
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
		report_take_mail(&message, "<>", mail.data);
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

/*
 * HTML is read as far as its text has room for, and the library may go over
 * by a word: well within the bound, and well past it.
 */
START_TEST(html_has_a_bound)
{
	static const char html[] = "From: MAILER-DAEMON@example.org\n"
	    "Content-Type: text/html\n\n";
	static const char end[] =
	    "<p>Not delivered to &lt;bob&#64;example.org&gt;</p>";
	const size_t lengths[] = {
		REPORT_HTML_MAX - 200, REPORT_HTML_MAX + 200
	};
	struct message message;
	struct report report;
	char *mail;
	size_t i;

	for (i = 0; i < 2; i++) {
		mail = malloc(strlen(html) + lengths[i] + sizeof(end));
		strcpy(mail, html);
		memset(mail + strlen(html), 'x', lengths[i]);
		strcpy(mail + strlen(html) + lengths[i], end);
		report_init(&report);
		report_take_mail(&message, "<>", mail);
		ck_assert_int_eq(report_read(&message, &report), STATUS_OK);
		ck_assert_msg(report.count == (i == 0), "%zu", lengths[i]);
		report_release(&report);
		message_release(&message);
		free(mail);
	}
}
END_TEST

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
	tcase_add_test(tests, html_has_a_bound);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
