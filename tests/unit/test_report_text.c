/*
 * Bounces written for people: one fixture for each program's way to say it,
 * and the nearest look-alikes.
 */
#include "report_fixture.h"

#include "mail/mime.h"

static const struct report_row rows[] = {
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
	    "delivery", "exim", "", "bob@example.org delayed " },
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
	{ "Zoho, Exim's words without its list", "<>", DAEMON
	    "A message that you sent could not be delivered to one or more "
	    "of its recipients. This is a permanent error.\n\n"
	    "bob@example.org Invalid Address, ERROR_CODE :550, ERROR_CODE "
	    ":5.2.1\ncarol@example.org Invalid Address, ERROR_CODE :550, "
	    "ERROR_CODE :5.2.2\n\n" RETURNED,
	    "delivery", "exim", "one@example.com",
	    "bob@example.org failed 5.2.1, carol@example.org failed 5.2.2" },
	{ "Exim, an address that is none", "<>", DAEMON
	    "A message that you sent contained one or more recipient "
	    "addresses that were\nincorrectly constructed:\n\n"
	    "  bob@example.org carol: malformed address: carol may not follow"
	    "\n\n------ This is a copy of your message, including all the "
	    "headers. ------\n\nMessage-Id: <one@example.com>\n",
	    "delivery", "exim", "one@example.com",
	    "bob@example.org failed 5.1.3" },
	{ "given up after a time", "<>", DAEMON
	    "I wasn't able to deliver your message to the following "
	    "addresses.\n\n<bob@example.org>:\nI'm not going to try again; "
	    "this message has been in the queue too long.\n",
	    "delivery", "qmail", "", "bob@example.org failed 4.4.7" },
	{ "Yahoo", "<>", "From: MAILER-DAEMON@yahoo.com\n\n"
	    "Sorry, we were unable to deliver your message to the following "
	    "address.\n\n<bob@example.org>:\nRemote host said:\n"
	    "554 delivery error: dd This user has no account [0]\n\n"
	    "--- Below this line is a copy of the message.\n\n" RETURNED,
	    "delivery", "qmail", "one@example.com",
	    "bob@example.org failed 5.0.0" },
	{ "Sun, Oracle", "<>", DAEMON
	    "Your message cannot be delivered to the following recipients:"
	    "\n\n  Recipient address: bob@example.org\n"
	    "  Reason: Remote SMTP server has rejected address\n"
	    "  Diagnostic code: smtp;550 5.1.1 unknown\n",
	    "delivery", "pmdf", "", "bob@example.org failed 5.1.1" },
	{ "MailEnable", "<>", DAEMON
	    "The following recipient(s) could not be reached:\n\n"
	    "Recipient: [SMTP:bob@example.org]\nReason: 550 User unknown\n",
	    "delivery", "exchange", "", "bob@example.org failed 5.1.1" },
	{ "smail", "<>", DAEMON
	    "|------------------------- Failed addresses follow: -------|\n"
	    " <bob@example.org> ... unknown user\n"
	    "|------------------------- Message text follows: ----------|\n"
	    RETURNED, "delivery", "smail", "one@example.com",
	    "bob@example.org failed 5.1.1" },
	{ "InterMail", "<>", DAEMON
	    "This Message was undeliverable due to the following reason:\n\n"
	    "The user's mailbox is full.\n\n     <bob@example.org>\n",
	    "delivery", "intermail", "", "bob@example.org failed 5.2.2" },
	{ "Apache James", "<>", DAEMON
	    "Error message below:\n550 - no such user here\n\n"
	    "Message details:\n  Subject: A position\n"
	    "  MAIL FROM: alice@example.com\n  RCPT TO: bob@example.org\n"
	    "  From: alice@example.com\n",
	    "delivery", "returned-message", "",
	    "bob@example.org failed 5.1.1" },
	{ "one recipient, and the text names none", "<>", DAEMON
	    "554 5.7.1 Message refused\n\n" RETURNED,
	    "delivery", "returned-message", "one@example.com",
	    "bob@example.org failed 5.7.1" },
	{ "in HTML", "<>", "From: MAILER-DAEMON@example.org\n"
	    "Content-Type: text/html\n\n<p>The following addresses failed:"
	    "</p>\n<bob@example.org>\n<p>550 5.1.1</p>\n",
	    "delivery", "exim", "", "bob@example.org failed 5.1.1" },

	{ "a daemon without an address", "<x@example.org>",
	    "From: MAILER-DAEMON <>\n\nThere was an error delivering your "
	    "mail to <bob@example.org>.\n\nmx.example.org [192.0.2.1] did "
	    "not like our RCPT TO:\n550 5.1.1 unknown\n\n" RETURNED,
	    "delivery", "dma", "one@example.com",
	    "bob@example.org failed 5.1.1" },

	{ "no bounce: no answer of a server", "<>", DAEMON
	    "Your account bob@example.org has a new password.\n\n" RETURNED,
	    "none", "", "", "" },
	{ "no bounce: received", "<>", DAEMON
	    "Your message to bob@example.org has been received.\n",
	    "none", "", "", "" },
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
	Suite *suite = suite_create("report text");
	TCase *tests = tcase_create("report text");

	tcase_add_checked_fixture(tests, set_up, NULL);
	tcase_add_loop_test(tests, bounces_are_read, 0,
	    sizeof(rows) / sizeof(rows[0]));
	tcase_add_loop_test(tests, cut_short, 0,
	    sizeof(rows) / sizeof(rows[0]));
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
