/*
 * Bounces of rarer programs: without addresses in brackets, with names for
 * addresses, with a heading before each recipient, in HTML.
 */
#include "report_fixture.h"

#include "mail/mime.h"

#define MIXED(text)							\
	"From: Mailer-Daemon@example.org\n"				\
	"Content-Type: multipart/mixed; boundary=b\n\n"			\
	"--b\nContent-Type: text/plain\n\n" text "\n"			\
	"--b\nContent-Type: message/rfc822\n\n" RETURNED "\n--b--\n"

static const struct report_row rows[] = {
	{ "GroupWise, a name for an address", "<>", MIXED(
	    "The message that you sent was undeliverable to the following:\n"
	    "\tbob (user not found)\n\nPossibly truncated original follows:"),
	    "delivery", "returned-message", "one@example.com",
	    "bob@example.org failed 5.1.1" },
	{ "GroupWise, nothing returned", "<>", DAEMON
	    "The message that you sent was undeliverable to the following:\n"
	    "\tbob (user not found)\n\n",
	    "delivery", "returned-message", "",
	    "bob@example.org failed 5.1.1" },
	{ "CompuServe", "<>", "From: postmaster@example.org\n\n"
	    "Receiver not found: bob\n\nYour message could not be delivered "
	    "as addressed.\n\n--- Returned Message ---\n\n" RETURNED,
	    "delivery", "returned-message", "one@example.com",
	    "bob@example.org failed 5.1.1" },
	{ "MDaemon", "<>", "From: MDaemon@example.org\n\n"
	    "The following addresses did NOT receive a copy of your message:"
	    "\n\n> bob@example.org\n\n--- Session Transcript ---\n"
	    " 01: <-- 550 5.1.1 <bob@example.org>, Recipient unknown\n",
	    "delivery", "recipients", "", "bob@example.org failed 5.1.1" },
	{ "a label: intended", "<>", DAEMON
	    "Delivery attempt history for your mail:\n\n"
	    "Mon, 2 Nov 2026 10:00:00 550 5.1.1 unknown user\n\n"
	    "Intended recipient: bob@example.org\n\n"
	    "--------RETURNED MAIL FOLLOWS--------\n\n" RETURNED,
	    "delivery", "returned-message", "one@example.com",
	    "bob@example.org failed 5.1.1" },
	{ "a label: undeliverable", "<>", DAEMON
	    "The mail you sent has come back.\n\n"
	    "Undeliverable Address: bob@example.org\nReason: 550 unknown\n",
	    "delivery", "returned-message", "",
	    "bob@example.org failed 5.0.0" },
	{ "a label: error for", "<>", DAEMON
	    "--> Error description:\n"
	    "Error-For:  bob@example.org\nError-Code: 5.1.1\n"
	    "Error-Text: no such user\n\nError-End: one error reported\n",
	    "delivery", "returned-message", "",
	    "bob@example.org failed 5.1.1" },
	{ "a mailbox is full", "<>", DAEMON
	    "User's mailbox is full: <bob@example.org>\n"
	    "Unable to deliver mail.\n",
	    "delivery", "cause", "", "bob@example.org failed 5.2.2" },
	{ "Microsoft SMTPSVC", "<>", DAEMON
	    "The email below could not be delivered to the following user:\n"
	    "\n<bob@example.org>\n\nOld message:\n" RETURNED,
	    "delivery", "pmdf", "one@example.com",
	    "bob@example.org failed 5.0.0" },
	{ "in quotes", "<>", DAEMON
	    "This message was created automatically by mail delivery.\n"
	    "A mail addressed to 'bob@example.org' could not be delivered.\n"
	    "\n---- START OF RETURNED MESSAGE ----\n" RETURNED,
	    "delivery", "returned-message", "one@example.com",
	    "bob@example.org failed 5.0.0" },
	{ "not delivered to", "<>", DAEMON
	    "Message not delivered to the following addresses:\n\n"
	    "   bob@example.org\n\nError detail: no such name\n",
	    "delivery", "recipients", "", "bob@example.org failed 5.0.0" },
	{ "no such user here", "<>", DAEMON
	    "bob@example.org - no such user here.\n\n"
	    "There is no user by that name at this server.\n",
	    "delivery", "returned-message", "",
	    "bob@example.org failed 5.1.1" },
	{ "failed recipients", "<>", DAEMON
	    "------ Failed Recipients ------\n"
	    "<bob@example.org>: Unable to connect 553\n"
	    "-------- Returned Mail --------\n" RETURNED,
	    "delivery", "recipients", "one@example.com",
	    "bob@example.org failed 5.0.0" },
	{ "Exchange 5.5, X.400", "<>", "From: postmaster@example.org\n\n"
	    "Your message\n\n  To:      alice\n  Subject: A position\n\n"
	    "did not reach the following recipient(s):\n\n"
	    "c=US;a= ;p=ORG;o=EXAMPLE;dda:SMTP=bob@example.org; on Mon, 2 "
	    "Nov 2026\n    Unable to deliver the message due to a "
	    "communications failure\n    MSEXCH:IMS:EXAMPLE 0 (000C05A6) "
	    "Unknown Recipient\n",
	    "delivery", "exchange", "", "bob@example.org failed 5.1.1" },
	{ "Exchange 5.5, a name", "<>", MIXED(
	    "Your message\n\n  To:      Roe, Bob\n  Subject: A position\n\n"
	    "did not reach the following recipient(s):\n\n"
	    "Roe, Bob on Mon, 2 Nov 2026 10:00:00 +0100\n"
	    "    The recipient name is not recognized\n"),
	    "delivery", "returned-message", "one@example.com",
	    "bob@example.org failed 5.1.1" },
	{ "Earthlink", "<>", DAEMON
	    "Sorry, unable to deliver your message to bob@example.org for "
	    "the\nfollowing reason:\n\n552 quota exceeded\n\n"
	    "A copy of the original message below this line:\n\n" RETURNED,
	    "delivery", "recipients", "one@example.com",
	    "bob@example.org failed 5.2.2" },
	{ "Mimecast", "<>", "From: postmaster@example.org\n\n"
	    "The email you sent was not delivered to the following "
	    "recipient(s):\n\n  bob@example.org\n\nReason: 550 Rejected by "
	    "header based blocking\n",
	    "delivery", "recipients", "", "bob@example.org failed 5.0.0" },
	{ "Barracuda", "<>", DAEMON
	    "**Your message to:  bob@example.org\nwas blocked by our Spam "
	    "Firewall. The email you sent with the following\nsubject has "
	    "NOT BEEN DELIVERED:\n\nSubject: A position\n",
	    "delivery", "your-message", "", "bob@example.org failed 5.0.0" },
	{ "Amazon SES", "<>", "From: MAILER-DAEMON@amazonses.com\n\n"
	    "An error occurred while trying to deliver the mail to the "
	    "following recipients:\nbob@example.org\n",
	    "delivery", "recipients", "", "bob@example.org failed 5.0.0" },
	{ "1&1", "<>", DAEMON
	    "This message was created automatically by mail delivery "
	    "software.\n\nA message that you sent could not be delivered to\n"
	    "one or more of its recipients. The following addresses failed:"
	    "\n\n<bob@example.org>:\nSMTP error from remote server for RCPT "
	    "TO command, host:\nmx.example.org (192.0.2.1) reason: 550 5.2.1 "
	    "disabled\n\n\n--- The header of the original message is "
	    "following. ---\n\n" RETURNED,
	    "delivery", "exim", "one@example.com",
	    "bob@example.org failed 5.2.1" },
	{ "MMDF", "<>", DAEMON
	    "Your message could not be delivered to\n'bob@example.org' for "
	    "the following\nreason: ' (USER) Unknown user name in "
	    "\"bob@example.org\"'\n\n\n    Your message begins as follows:\n"
	    "\n" RETURNED,
	    "delivery", "returned-message", "one@example.com",
	    "bob@example.org failed 5.1.1" },
	{ "KDDI", "<>", DAEMON
	    "Your mail sent on: Mon, 2 Nov 2026 10:00:00 +0900\n"
	    "Could not be delivered to: <bob@example.org>\n"
	    "As their mailbox is full.\n\n" RETURNED,
	    "delivery", "recipients", "one@example.com",
	    "bob@example.org failed 5.2.2" },
	{ "KDDI, each of them", "<>", DAEMON
	    "Each of the following recipients was rejected by a remote mail "
	    "server.\nThe reasons given by the server are included.\n\n"
	    "    Recipient: <bob@example.org>\n"
	    "    >>> RCPT TO:<bob@example.org>\n"
	    "    <<< 550 <bob@example.org>: User unknown\n",
	    "delivery", "recipients", "", "bob@example.org failed 5.1.1" },
	{ "Kerio", "<>", DAEMON
	    "Your message did not reach some or all of the intended "
	    "recipients.\n\nThe following recipient(s) cannot be reached:\n\n"
	    "  bob@example.org\n    554 relaying denied\n",
	    "delivery", "returned-message", "",
	    "bob@example.org failed 5.0.0" },
	{ "several were sent to, one failed", "<>", DAEMON
	    "Delivery was refused.\nWe could not deliver to carol@example.org"
	    ".\nThe others have it.\n\nReceived: by mx.example.com\n"
	    "From: alice@example.com\nTo: bob@example.org,\n"
	    "\tCarol <carol@example.org>\nMessage-Id: <one@example.com>\n\n",
	    "delivery", "returned-message", "one@example.com",
	    "carol@example.org failed 5.0.0" },
	{ "several were sent to, one is named", "<>", DAEMON
	    "Undeliverable mail:\n\ncarol: no such mailbox\n\n"
	    "Received: by mx.example.com\nTo: bob@example.org, "
	    "carol@example.net\nMessage-Id: <one@example.com>\n\n",
	    "delivery", "returned-message", "one@example.com",
	    "carol@example.net failed 5.1.1" },
	{ "to nobody that the header names", "<>", DAEMON
	    "Your mail has been rejected.\n\nReceived: from relay\n"
	    "\tby mx.example.org with ESMTP id 4711\n"
	    "\tfor <bob@example.org>; Mon, 2 Nov 2026 10:00:00 +0100\n"
	    "To: undisclosed-recipients:;\nMessage-Id: <one@example.com>\n\n",
	    "delivery", "returned-message", "one@example.com",
	    "bob@example.org failed 5.0.0" },
	{ "neither the author nor a postmaster", "<>", DAEMON
	    "alice@example.com wrote to us. This was rejected.\nWrite to "
	    "postmaster@example.org to learn why.\n\n"
	    "Received: by mx.example.com\nFrom: alice@example.com\n"
	    "Message-Id: <one@example.com>\n\n",
	    "none", "", "", "" },
	{ "sendmail, an alias", "<>", DAEMON
	    "   ----- The following addresses had permanent fatal errors "
	    "-----\n<roe@mail.example.org>\n"
	    "    (expanded from: <bob@example.org>)\n\n"
	    "   ----- Transcript of session follows -----\n"
	    "550 5.1.1 <roe@mail.example.org>... User unknown\n",
	    "delivery", "sendmail", "", "bob@example.org failed 5.1.1" },
	{ "Exim, an alias", "<>", "From: Mailer-Daemon@example.org\n"
	    "X-Failed-Recipients: roe@mail.example.org\n\n"
	    "could not be delivered to one or more of its recipients. The\n"
	    "following address(es) failed:\n\n  roe@mail.example.org\n"
	    "    (ultimately generated from bob@example.org)\n"
	    "    550 5.1.1 unknown\n",
	    "delivery", "exim", "", "bob@example.org failed 5.1.1" },
	{ "AOL, names", "<>", DAEMON
	    "Sorry alice@example.com. Your mail to the following recipients "
	    "could not be delivered because they are not accepting mail:\n"
	    "\tbob\n", "delivery", "returned-message", "",
	    "bob@example.org failed 5.0.0" },
	{ "Amazon SNS", "<x@amazonses.com>",
	    "From: no-reply@sns.amazonaws.com\n\n"
	    "{\"notificationType\":\"Bounce\",\"bounce\":{\"bounceType\":"
	    "\"Permanent\",\"bouncedRecipients\":[{\"emailAddress\":"
	    "\"bob@example.org\",\"status\":\"5.1.1\"},{\"email\n  Address\":"
	    "\"x\",\"emailAddress\":\"Carol <carol@example.org>\","
	    "\"diagnosticCode\":\"smtp; 550 no\"}]},\"mail\":{\"commonHeaders"
	    "\":{\"messageId\":"
	    "\"<one@example.com>\"}}}\n\n--\nTo stop receiving these\n",
	    "delivery", "amazon-sns", "one@example.com",
	    "bob@example.org failed 5.1.1, carol@example.org failed 5.0.0" },
	{ "Amazon SNS, a full mailbox, in a text", "<x@amazonses.com>",
	    "From: no-reply@sns.amazonaws.com\n\n"
	    "{\"Type\":\"Notification\",\"Message\":\"{\\\"eventType\\\":"
	    "\\\"Bounce\\\",\\\"bounce\\\":{\\\"bounceType\\\":"
	    "\\\"Transient\\\",\\\"bouncedRecipients\\\":[{\\\"emailAddress"
	    "\\\":\\\"bob@example.org\\\"}]},\\\"mail\\\":{}}\"}\n",
	    "delivery", "amazon-sns", "", "bob@example.org failed 4.0.0" },
	{ "Amazon SNS, a complaint", "<x@amazonses.com>",
	    "From: no-reply@sns.amazonaws.com\n\n"
	    "{\"notificationType\":\"Complaint\",\"complaint\":"
	    "{\"complainedRecipients\":[{\"emailAddress\":"
	    "\"bob@example.org\"}]},\"mail\":{}}\n",
	    "feedback", "amazon-sns", "", "bob@example.org none " },
	{ "JSON of another kind", "<x@amazonses.com>",
	    "From: no-reply@sns.amazonaws.com\n\n"
	    "{\"mail\":{},\"delivery\":{\"recipients\":"
	    "[\"bob@example.org\"]}}\n", "none", "", "", "" },
	{ "the id in an encoded text", "<>", "From: postmaster@example.org\n"
	    "Content-Type: multipart/report; boundary=b\n\n--b\n"
	    "Content-Transfer-Encoding: base64\n\n"
	    /* Original message headers:
	     *
	     *   Message-Id :
	     *	<one@example.com> */
	    "T3JpZ2luYWwgbWVzc2FnZSBoZWFkZXJzOgoKICBNZXNzYWdlLUlkIDoKCTxvbmVA"
	    "ZXhhbXBsZS5j\nb20+Cg==\n--b\n"
	    "Content-Type: message/delivery-status\n\n"
	    "Reporting-MTA: dns; mx.example.org\n\n"
	    "Original-Recipient: utf-8;J\\x{FC}rgen@example.org\n"
	    "Final-Recipient: rfc822;bob@example.org\nAction: failed\n"
	    "Status: 2.0.0\nDiagnostic-Code: smtp;550 #5.1.1 none\n--b--\n",
	    "delivery", "delivery-status", "one@example.com",
	    "jürgen@example.org failed 5.1.1" },
	{ "in HTML", "<>", "From: postmaster@example.org\n"
	    "Content-Type: text/html; charset=utf-8\n"
	    "Content-Transfer-Encoding: base64\n\n"
	    /* <html><head><style>p { margin: 0 }</style></head><body>
	     * <p>Delivery has failed to these recipients:</p><table><tr>
	     * <td>Bob</td><td><a href="mailto:bob@example.org">
	     * bob@example.org</a></td></tr></table><p>Remote server said:
	     * <b>550 5.1.1</b> unknown</p><pre>Message-ID:
	     * &lt;one@example.com&gt;</pre></body></html> */
	    "PGh0bWw+PGhlYWQ+PHN0eWxlPnAgeyBtYXJnaW46IDAgfTwvc3R5bGU+PC9oZWFk"
	    "Pjxib2R5PjxwPkRl\nbGl2ZXJ5IGhhcyBmYWlsZWQgdG8gdGhlc2UgcmVjaXBpZW"
	    "50czo8L3A+PHRhYmxlPjx0cj48dGQ+\nQm9iPC90ZD48dGQ+PGEgaHJlZj0ibWFp"
	    "bHRvOmJvYkBleGFtcGxlLm9yZyI+Ym9iQGV4YW1wbGUu\nb3JnPC9hPjwvdGQ+PC"
	    "90cj48L3RhYmxlPjxwPlJlbW90ZSBzZXJ2ZXIgc2FpZDogPGI+NTUwIDUu\nMS4x"
	    "PC9iPiB1bmtub3duPC9wPjxwcmU+TWVzc2FnZS1JRDogJmx0O29uZUBleGFtcGxl"
	    "LmNvbSZn\ndDs8L3ByZT48L2JvZHk+PC9odG1sPgo=\n",
	    "delivery", "returned-message", "one@example.com",
	    "bob@example.org failed 5.1.1" },
};

START_TEST(bounces_are_read)
{
	report_check_row(&rows[_i]);
}
END_TEST

START_TEST(cut_short)
{
	report_check_cuts(&rows[_i]);
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
	Suite *suite = suite_create("report programs");
	TCase *tests = tcase_create("report programs");

	tcase_add_checked_fixture(tests, set_up, NULL);
	tcase_add_loop_test(tests, bounces_are_read, 0,
	    sizeof(rows) / sizeof(rows[0]));
	tcase_add_loop_test(tests, cut_short, 0,
	    sizeof(rows) / sizeof(rows[0]));
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
