/*
 * Bounces written for people.  Each program has a phrase that comes before
 * the addresses it could not reach; behind each address stands what the
 * other side said; then follows the returned message or its header.
 *
 * The text is read line by line:
 *
 *	1. where the returned message begins, the text ends;
 *	2. a phrase of the table opens a list of recipients;
 *	3. in a list, a line that begins with an address is a new entry;
 *	4. "550 5.1.1 <bob@example.com>... User unknown", and an answer to
 *	   RCPT, is an entry, as in sendmail's transcripts;
 *	5. a status belongs to the recipient named last, before any to all.
 */
#include "mail/report_private.h"

#include <string.h>
#include <strings.h>

/* Of each line, for phrases; two lines, since a phrase may be broken. */
#define FOLDED_MAX	400
#define WINDOW_SIZE	(2 * FOLDED_MAX + 2)

#define NOBODY		((size_t)-1)

/* In lower case, single blanks; the list follows, on this line or below. */
static const struct form {
	const char		*name;
	const char		*phrase;
	enum report_action	 action;
} forms[] = {
	/* D. J. Bernstein, "The qmail-send Bounce Message Format"; Yahoo */
	{ "qmail", "deliver your message to the following address",
	    REPORT_FAILED },
	/* Exim specification, chapter "Customizing bounce messages" */
	{ "exim", "following address(es) failed", REPORT_FAILED },
	{ "exim", "following address failed", REPORT_FAILED },
	{ "exim", "following addresses failed", REPORT_FAILED },
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
	/* Courier submit; MessagingServer; OpenSMTPD; DragonFly dma */
	{ "courier", "to the following recipients cannot be delivered",
	    REPORT_FAILED },
	{ "courier", "following recipients cannot be reached",
	    REPORT_FAILED },
	{ "messaging-server", "cannot be delivered to the following "
	    "recipients", REPORT_FAILED },
	{ "messaging-server", "could not be delivered to the following "
	    "recipients", REPORT_FAILED },
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
	{ "recipients", "the user(s) account is disabled", REPORT_FAILED },
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
static const char your_message[] = "your message to";
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
	"original message", "original mail", "message header follows",
	"message headers follow", "unsent message follows",
	"returned message", "copy of the message header",
	"header of the original", "non-delivered information"
};

/* Not Date, From, Subject: texts tell these of the message in like form. */
static const char *const first_fields[] = {
	"Return-Path:", "Received:", "Message-ID:", "X-Received:",
	"DKIM-Signature:", "Delivered-To:", "MIME-Version:"
};

#define COUNT(table)	(sizeof(table) / sizeof((table)[0]))

struct text_reader {
	struct report_reader	*reader;
	enum report_action	 action;	/* of the list */
	bool			 listing;
	bool			 delayed;
	size_t			 current;	/* entry; NOBODY */
	struct addr		 asked;		/* last RCPT; length 0 */
	char			 window[WINDOW_SIZE];	/* two lines */
	size_t			 previous;	/* bytes of the first */
};

/* Lower case, white space runs to one blank; the line before stays. */
static void
fold_line(struct text_reader *text, const struct report_line *line)
{
	size_t i, from = text->previous, n;
	char c;

	n = strlen(text->window) - from;
	memmove(text->window, text->window + from, n + 1);
	if (n > 0)
		text->window[n++] = ' ';
	text->previous = n;
	for (i = 0; i < line->length && n - text->previous < FOLDED_MAX; i++) {
		c = line->text[i];
		if (c == '\t' || c == '\r' || c == '\0')
			c = ' ';
		if (c == ' ' && n > 0 && text->window[n - 1] == ' ')
			continue;
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		text->window[n++] = c;
	}
	text->window[n] = '\0';
}

/* Is the phrase in the window, and its end in the line just read? */
static const char *
find_phrase(const struct text_reader *text, const char *phrase)
{
	const char *at = text->window, *end;

	while ((at = strstr(at, phrase)) != NULL) {
		end = at + strlen(phrase);
		if (end > text->window + text->previous)
			return end;
		at++;
	}
	return NULL;
}

static struct report_entry *
current_entry(const struct text_reader *text)
{
	return text->current == NOBODY ? NULL :
	    &text->reader->report->entries[text->current];
}

static void
add_entry(struct text_reader *text, const struct addr *addr,
    enum report_action action)
{
	struct report *report = text->reader->report;
	struct report_entry *entry = report_add(text->reader, addr);

	if (entry == NULL)
		return;
	if (entry->action == REPORT_ACTION_NONE)
		entry->action = action;
	text->current = (size_t)(entry - report->entries);
}

/* An enhanced code is worth more than a reply code, the first most. */
static void
take_status(struct text_reader *text, const struct report_line *line)
{
	struct report_entry *entry = current_entry(text);
	char *status = entry != NULL ? entry->status : text->reader->status;
	char found[REPORT_STATUS_SIZE];
	bool enhanced;

	if (report_find_status(line, found, &enhanced) && found[0] != '2' &&
	    (status[0] == '\0' || (enhanced && status[0] == found[0] &&
	    strcmp(status + 1, ".0.0") == 0)))
		memcpy(status, found, sizeof(found));
}

static void
take_words(struct text_reader *text)
{
	struct report_entry *entry = current_entry(text);
	char *status = entry != NULL ? entry->status : text->reader->status;
	size_t i;

	for (i = 0; i < COUNT(words); i++)
		if ((status[0] == '\0' ||
		    (strcmp(status, "5.0.0") == 0 &&
		    words[i].status[0] == '5')) &&
		    find_phrase(text, words[i].text) != NULL) {
			strcpy(status, words[i].status);
			return;
		}
}

static bool
has_any(const struct text_reader *text, const char *const *phrases,
    size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (find_phrase(text, phrases[i]) != NULL)
			return true;
	return false;
}

static void
open_list(struct text_reader *text, const char *name,
    enum report_action action, const char *behind)
{
	struct report_line rest = { behind, strlen(behind) };
	struct addr addr;
	size_t at = 0;

	text->listing = true;
	text->action = action;
	text->current = NOBODY;
	if (text->reader->report->form == NULL)
		text->reader->report->form = name;
	while (report_find_address(&rest, &at, &addr))
		add_entry(text, &addr, action);
}

/* Step 2, and the recipients on the line itself. */
static bool
find_list(struct text_reader *text)
{
	const char *behind;
	size_t i;

	for (i = 0; i < COUNT(forms); i++) {
		behind = find_phrase(text, forms[i].phrase);
		if (behind != NULL) {
			open_list(text, forms[i].name, forms[i].action,
			    behind);
			return true;
		}
	}
	behind = strstr(text->window, your_message);
	if (behind == NULL || !has_any(text, refusals, COUNT(refusals)))
		return false;
	open_list(text, "your-message", REPORT_FAILED, behind);
	return true;
}

/* "-- bob@example.com", ">>> bob@example.com", "Bob<mailto:bob@...>". */
static bool
is_listed(const struct report_line *line, struct addr *addr)
{
	size_t at = 0, end;

	while (at < line->length && strchr("-> *", line->text[at]) != NULL &&
	    line->text[at] != '\0')
		at++;
	if (report_address_at(line, at, addr, &end))
		return true;
	for (at = 0; at + 8 < line->length; at++)
		if (strncasecmp(line->text + at, "<mailto:", 8) == 0)
			return report_address_at(line, at, addr, &end);
	return false;
}

static bool
is_alone(const struct report_line *line)
{
	return memchr(line->text, ' ', line->length) == NULL;
}

static bool
follows_dots(const struct report_line *line, size_t at)
{
	while (at < line->length && line->text[at] == '>')
		at++;
	return line->length - at >= 3 &&
	    strncmp(line->text + at, "...", 3) == 0;
}

/* Step 4. */
static void
take_transcript(struct text_reader *text, const struct report_line *line)
{
	struct report_line answer = *line;
	char status[REPORT_STATUS_SIZE];
	struct addr addr;
	bool enhanced;
	size_t at = 0;

	if (report_begins(line, ">>> RCPT TO:")) {
		if (!report_find_address(line, &at, &text->asked))
			text->asked.length = 0;
		return;
	}
	if (report_begins(line, "<<< ")) {
		answer.text += 4;
		answer.length -= 4;
	}
	if (!report_begins(&answer, "5") ||
	    !report_find_status(&answer, status, &enhanced))
		return;
	if (report_find_address(&answer, &at, &addr) &&
	    follows_dots(&answer, at))
		add_entry(text, &addr, REPORT_FAILED);
	else if (answer.text != line->text && text->asked.length > 0)
		add_entry(text, &text->asked, REPORT_FAILED);
	if (text->reader->report->form == NULL && current_entry(text) != NULL)
		text->reader->report->form = "transcript";
}

/* The recipient a line speaks of is the current one from here on. */
static void
take_mentions(struct text_reader *text, const struct report_line *line)
{
	struct report *report = text->reader->report;
	struct report_entry *entry;
	struct addr addr;
	size_t at = 0;

	while (report_find_address(line, &at, &addr)) {
		report_note(&text->reader->mentioned, &addr);
		entry = report_find(report, &addr);
		if (entry != NULL)
			text->current = (size_t)(entry - report->entries);
	}
}

/* Step 1. */
static bool
is_returned(const struct text_reader *text, const struct report_line *line)
{
	const char *folded = text->window + text->previous;
	size_t i;

	for (i = 0; i < COUNT(first_fields); i++)
		if (report_begins(line, first_fields[i]))
			return true;
	if (folded[0] != '-' && strncmp(folded, "original message", 16) != 0 &&
	    strstr(folded, " follow") == NULL && strstr(folded, "copy of") ==
	    NULL)
		return false;
	for (i = 0; i < COUNT(separators); i++)
		if (strstr(folded, separators[i]) != NULL)
			return true;
	return false;
}

static void
take_line(struct text_reader *text, const struct report_line *line)
{
	struct addr addr;

	if (has_any(text, delays, COUNT(delays)))
		text->delayed = true;
	if (!find_list(text)) {
		if (is_listed(line, &addr) && is_alone(line))
			report_note(&text->reader->alone, &addr);
		if (text->listing && is_listed(line, &addr))
			add_entry(text, &addr, text->action);
		else
			take_transcript(text, line);
	}
	take_mentions(text, line);
	take_status(text, line);
	take_words(text);
}

void
report_read_text(struct report_reader *reader, const char *bytes,
    size_t length)
{
	struct text_reader text;
	struct report_line line;
	size_t i, at = 0, start;

	memset(&text, 0, sizeof(text));
	text.reader = reader;
	text.current = NOBODY;
	for (start = 0; report_next_line(bytes, length, &at, &line);
	    start = at) {
		fold_line(&text, &line);
		if (is_returned(&text, &line)) {
			report_read_returned(reader, bytes + start,
			    length - start);
			break;
		}
		report_trim(&line);
		take_line(&text, &line);
	}
	for (i = 0; text.delayed && i < reader->report->count; i++)
		if (reader->report->entries[i].action == REPORT_FAILED)
			reader->report->entries[i].action = REPORT_DELAYED;
}
