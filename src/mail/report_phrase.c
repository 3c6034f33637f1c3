/*
 * The phrases of bounces written for people, and what each means.  They are
 * looked for in two lines at a time, in lower case and with single blanks,
 * because they may be broken anywhere.
 *
 * Programs differ in the phrase before the recipients; a new one is a line in
 * a table here.
 */
#include "mail/report_private.h"

#include <string.h>

/* In lower case, single blanks; the list follows, on this line or below. */
static const struct report_form forms[] = {
	/* D. J. Bernstein, "The qmail-send Bounce Message Format"; Yahoo */
	{ "qmail", "deliver your message to the following address",
	    REPORT_FAILED },
	/* Exim specification, chapter "Customizing bounce messages" */
	{ "exim", "of its recipients. this is a permanent error",
	    REPORT_FAILED },	/* Zoho has no more than this */
	{ "exim", "following address(es) failed", REPORT_FAILED },
	{ "exim", "following address failed", REPORT_FAILED },
	{ "exim", "following addresses failed", REPORT_FAILED },
	{ "exim", "recipient addresses that were incorrectly constructed",
	    REPORT_FAILED },
	{ "exim", "message has not yet been delivered are:",
	    REPORT_DELAYED },
	{ "exim", "message has not yet been delivered is:", REPORT_DELAYED },
	/* sendmail savemail.c */
	{ "sendmail", "addresses had permanent fatal errors",
	    REPORT_FAILED },
	{ "sendmail", "addresses had permanent delivery errors",
	    REPORT_FAILED },
	{ "sendmail", "addresses had fatal errors", REPORT_FAILED },
	{ "sendmail", "addresses had delivery problems", REPORT_FAILED },
	{ "sendmail", "addresses had transient non-fatal errors",
	    REPORT_DELAYED },
	{ "sendmail", "addresses had successful delivery notifications",
	    REPORT_DELIVERED },
	{ "sendmail", "addresses have delivery notifications",
	    REPORT_DELIVERED },
	/* Postfix bounce(5), before 2.3 */
	{ "postfix", "could not be delivered to one or more recipients",
	    REPORT_FAILED },
	{ "postfix", "could not be delivered to one or more destinations",
	    REPORT_FAILED },
	/* Exchange 5.5 to 2003; 2007 on; Office 365 */
	{ "exchange", "did not reach the following recipient",
	    REPORT_FAILED },
	{ "exchange", "following recipient(s) could not be reached",
	    REPORT_FAILED },
	{ "exchange", "delivery has failed to these recipients",
	    REPORT_FAILED },
	{ "exchange", "delivery to the following recipients failed",
	    REPORT_FAILED },
	{ "exchange", "delivery to the following recipients has been delayed",
	    REPORT_DELAYED },
	{ "exchange", "your message wasn't delivered to", REPORT_FAILED },
	{ "exchange", "your message couldn't be delivered to",
	    REPORT_FAILED },
	/* Gmail, Google Groups */
	{ "gmail", "delivery to the following recipient failed",
	    REPORT_FAILED },
	{ "gmail", "delivery to the following recipient has been delayed",
	    REPORT_DELAYED },
	/* Lotus Domino; Lotus SMTP MTA */
	{ "notes", "was not delivered to:", REPORT_FAILED },
	{ "notes", "failure reasons", REPORT_FAILED },
	/* Courier submit; Sun and PMDF, Oracle; OpenSMTPD; DragonFly dma */
	{ "courier", "to the following recipients cannot be delivered",
	    REPORT_FAILED },
	{ "courier", "following recipients cannot be reached",
	    REPORT_FAILED },
	{ "pmdf", "cannot be delivered to the following", REPORT_FAILED },
	{ "pmdf", "could not be delivered to the following", REPORT_FAILED },
	{ "opensmtpd", "for the following list of recipients",
	    REPORT_FAILED },
	{ "dma", "error delivering your mail to", REPORT_FAILED },
	/* AOL, Amazon WorkMail, MailMarshal, Mimecast, amavisd-new, ... */
	{ "recipients", "the mail to the following recipients",
	    REPORT_FAILED },
	{ "recipients", "following recipients were affected",
	    REPORT_FAILED },
	{ "recipients", "to the following address could not be delivered",
	    REPORT_FAILED },
	{ "recipients", "you addressed to email address", REPORT_FAILED },
	{ "recipients", "was not relayed to", REPORT_FAILED },
	{ "recipients", "unable to deliver message to", REPORT_FAILED },
	{ "recipients", "could not be delivered to:", REPORT_FAILED },
	{ "recipients", "undeliverable to the following", REPORT_FAILED },
	{ "recipients", "to the following recipients failed",
	    REPORT_FAILED },
	{ "recipients", "following recipients returned permanent errors",
	    REPORT_FAILED },
	{ "recipients", "following recipients did not receive this message",
	    REPORT_FAILED },
	/* InterMail; smail 3; CommuniGate; SmarterMail */
	{ "intermail", "the user(s) account is disabled", REPORT_FAILED },
	{ "intermail", "undeliverable due to the following reason",
	    REPORT_FAILED },
	{ "smail", "failed addresses follow", REPORT_FAILED },
	{ "communigate", "failed to deliver to '", REPORT_FAILED },
	{ "smartermail", "could not deliver message to the following",
	    REPORT_FAILED },
	/* IMail, and other lines that name cause and recipient at once */
	{ "cause", "unknown user:", REPORT_FAILED },
	{ "cause", "user unknown:", REPORT_FAILED },
	{ "cause", "invalid final delivery userid:", REPORT_FAILED },
	{ "cause", "user mailbox exceeds allowed size:", REPORT_FAILED },
};

/*
 * "Your message to bob@example.com couldn't be delivered" (Office 365, ASSP,
 * Barracuda) names the recipient first; "your message to" alone begins many
 * an automatic answer.
 */
static const struct report_form your_message = {
	"your-message", "your message to", REPORT_FAILED
};
static const char *const refusals[] = {
	"couldn't be delivered", "could not be delivered", "was rejected",
	"was blocked", "wasn't delivered", "was not delivered",
	"undeliverable", "cannot be delivered"
};

/* Said of the message as a whole: it has not been given up. */
static const char *const delays[] = {
	"warning message only", "is delayed for more", "has been delayed",
	"not yet been delivered", "do not need to resend",
	"temporary failure report", "could not be delivered for more than",
	"has not been delivered yet"
};

/* Words for a cause where no code is given; RFC 3463 section 3. */
static const struct word {
	const char	*text, *status;
} words[] = {
	{ "unknown user", "5.1.1" }, { "user unknown", "5.1.1" },
	{ "unknown recipient", "5.1.1" }, { "no such user", "5.1.1" },
	{ "recipient not found", "5.1.1" }, { "user not found", "5.1.1" },
	{ "name is not recognized", "5.1.1" }, { "recipnotfound", "5.1.1" },
	{ "not listed in", "5.1.1" }, { "no mailbox here", "5.1.1" },
	{ "user does not exist", "5.1.1" }, { "delivery userid", "5.1.1" },
	{ "malformed address", "5.1.3" },
	{ "no longer accepts mail", "5.2.1" },
	{ "account is disabled", "5.2.1" },
	{ "account is locked", "5.2.1" }, { "mailbox full", "5.2.2" },
	{ "mailbox is full", "5.2.2" }, { "over quota", "5.2.2" },
	{ "quota exceeded", "5.2.2" }, { "mailbox exceeds", "5.2.2" },
	{ "mailbox quota", "5.2.2" }, { "size limit", "5.3.4" },
	{ "domain name not found", "5.1.2" }, { "host not found", "5.1.2" },
	{ "domain does not exist", "5.1.2" }, { "any host named", "5.1.2" },
	{ "unrouteable", "5.1.2" }, { "unroutable", "5.1.2" },
	{ "retry timeout exceeded", "4.4.7" }, { "giving up.", "4.4.7" },
	{ "envelope expired", "4.4.7" }, { "queue too long", "4.4.7" },
};

/* Behind a line with one of these the returned message begins. */
static const char *const separators[] = {
	"below this line is a copy of the message", "is a copy of the message",
	"is a copy of your message",
	"original message", "original mail", "message header follows",
	"message text follows",
	"message headers follow", "unsent message follows",
	"returned message", "copy of the message header",
	"header of the original", "non-delivered information"
};

#define COUNT(table)	(sizeof(table) / sizeof((table)[0]))

/* Lower case, white space runs to one blank; the line before stays. */
void
report_window_add(struct report_window *window, const struct report_line *line)
{
	char *text = window->text, c;
	size_t i, n = strlen(text) - window->line;

	memmove(text, text + window->line, n + 1);
	if (n > 0)
		text[n++] = ' ';
	window->line = n;
	for (i = 0; i < line->length &&
	    n - window->line < REPORT_FOLDED_MAX; i++) {
		c = line->text[i];
		if (c == '\t' || c == '\r' || c == '\0')
			c = ' ';
		if (c == ' ' && n > 0 && text[n - 1] == ' ')
			continue;
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		text[n++] = c;
	}
	text[n] = '\0';
}

/* Is the phrase there, and its end in the line just read? */
static const char *
find_phrase(const struct report_window *window, const char *phrase)
{
	const char *at = window->text, *end;

	while ((at = strstr(at, phrase)) != NULL) {
		end = at + strlen(phrase);
		if (end > window->text + window->line)
			return end;
		at++;
	}
	return NULL;
}

static bool
has_any(const struct report_window *window, const char *const *phrases,
    size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (find_phrase(window, phrases[i]) != NULL)
			return true;
	return false;
}

const struct report_form *
report_window_form(const struct report_window *window, const char **behind)
{
	size_t i;

	for (i = 0; i < COUNT(forms); i++) {
		*behind = find_phrase(window, forms[i].phrase);
		if (*behind != NULL)
			return &forms[i];
	}
	*behind = strstr(window->text, your_message.phrase);
	return *behind != NULL && has_any(window, refusals, COUNT(refusals)) ?
	    &your_message : NULL;
}

bool
report_window_delays(const struct report_window *window)
{
	return has_any(window, delays, COUNT(delays));
}

const char *
report_window_status(const struct report_window *window)
{
	size_t i;

	for (i = 0; i < COUNT(words); i++)
		if (find_phrase(window, words[i].text) != NULL)
			return words[i].status;
	return NULL;
}

/* Texts speak of the original message in other places too. */
bool
report_window_separates(const struct report_window *window)
{
	const char *line = window->text + window->line;
	size_t i;

	if (line[0] != '-' && line[0] != '|' &&
	    strncmp(line, "original message", 16) != 0 &&
	    strstr(line, " follow") == NULL &&
	    strstr(line, "copy of") == NULL)
		return false;
	for (i = 0; i < COUNT(separators); i++)
		if (strstr(line, separators[i]) != NULL)
			return true;
	return false;
}
