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

#include "base/buf.h"
#include "mail/mime.h"
#include "mail/phrase.h"

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
	{ "recipients", "following recipients could not be delivered",
	    REPORT_FAILED },	/* AOL */
	{ "recipients", "did not receive a copy of your message",
	    REPORT_FAILED },	/* MDaemon */
	{ "recipients", "not delivered to the following", REPORT_FAILED },
	{ "recipients", "following recipients was rejected",
	    REPORT_FAILED },	/* KDDI */
	{ "recipients", "unable to deliver your message to",
	    REPORT_FAILED },	/* EarthLink */
	{ "recipients", "- failed recipients -", REPORT_FAILED },
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
	{ "cause", "unknown recipient:", REPORT_FAILED },
	{ "cause", "receiver not found:", REPORT_FAILED },	/* CompuServe */
	{ "cause", "user's mailbox is full:", REPORT_FAILED },	/* Prodigy */
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

/* Words for a cause where no code is given; RFC 3463 section 3. */
static const struct word {
	const char	*text, *status;
} words[] = {
	{ "unknown user", "5.1.1" }, { "user unknown", "5.1.1" },
	{ "unknown recipient", "5.1.1" }, { "no such user", "5.1.1" },
	{ "receiver not found", "5.1.1" }, { "recipient unknown", "5.1.1" },
	{ "no such mailbox", "5.1.1" }, { "no such recipient", "5.1.1" },
	{ "mailbox not found", "5.1.1" }, { "invalid recipient", "5.1.1" },
	{ "unknown user name", "5.1.1" }, { "mailbox unavailable", "5.1.1" },
	{ "no user by that name", "5.1.1" },
	{ "account does not exist", "5.1.1" },
	{ "empfänger unbekannt", "5.1.1" },
	{ "benutzer unbekannt", "5.1.1" }, { "unbekannter benutzer", "5.1.1" },
	{ "utilisateur inconnu", "5.1.1" }, { "usuario desconocido", "5.1.1" },
	{ "usuário desconhecido", "5.1.1" }, { "utente sconosciuto", "5.1.1" },
	{ "пользователь не найден", "5.1.1" },
	{ "地址不存在", "5.1.1" }, { "用户不存在", "5.1.1" },
	{ "收件人不存在", "5.1.1" },
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
	{ "mailbox quota", "5.2.2" }, { "postfach voll", "5.2.2" },
	{ "postfach ist voll", "5.2.2" }, { "boîte pleine", "5.2.2" },
	{ "buzón lleno", "5.2.2" }, { "casella piena", "5.2.2" },
	{ "caixa postal cheia", "5.2.2" },
	{ "ящик переполнен", "5.2.2" },
	{ "邮箱已满", "5.2.2" }, { "size limit", "5.3.4" },
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

/* One character of a line; blanks run together. */
static bool
add_character(struct report_window *window, size_t *n, char c)
{
	char *text = window->text;

	if (*n - window->line >= REPORT_FOLDED_MAX)
		return false;
	if (c == '\t' || c == '\r' || c == '\0')
		c = ' ';
	if (c == ' ' && *n > 0 && text[*n - 1] == ' ')
		return true;
	if (c >= 'A' && c <= 'Z')
		c = (char)(c - 'A' + 'a');
	text[(*n)++] = c;
	return true;
}

/* The beginning of a line in another script; guesses its charset. */
static void
fold_line(const struct report_line *line, struct buf *folded)
{
	char bytes[REPORT_FOLDED_MAX + 1];
	size_t i, length = line->length;
	struct buf text;

	if (length > REPORT_FOLDED_MAX)
		length = REPORT_FOLDED_MAX;
	for (i = 0; i < length; i++)
		bytes[i] = line->text[i] == '\0' ? ' ' : line->text[i];
	bytes[length] = '\0';
	buf_init(&text);
	if (mime_decode_text(bytes, &text) == STATUS_OK)
		(void)phrase_fold(text.data, folded);
	buf_release(&text);
}

static bool
is_ascii(const struct report_line *line)
{
	size_t i;

	for (i = 0; i < line->length; i++)
		if ((unsigned char)line->text[i] >= 0x80)
			return false;
	return true;
}

/* Lower case, white space runs to one blank; the line before stays. */
void
report_window_add(struct report_window *window, const struct report_line *line)
{
	size_t i, n = strlen(window->text) - window->line;
	struct report_line bytes = *line;
	struct buf folded;

	buf_init(&folded);
	if (!is_ascii(line)) {
		fold_line(line, &folded);
		bytes.text = folded.data;
		bytes.length = folded.length;
	}
	memmove(window->text, window->text + window->line, n + 1);
	if (n > 0)
		window->text[n++] = ' ';
	window->line = n;
	for (i = 0; i < bytes.length; i++)
		if (!add_character(window, &n, bytes.text[i]))
			break;
	window->text[n] = '\0';
	buf_release(&folded);
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

size_t
report_window_find(const struct report_window *window,
    const char *const *phrases, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (find_phrase(window, phrases[i]) != NULL)
			break;
	return i;
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
	return *behind != NULL && report_window_find(window, refusals,
	    COUNT(refusals)) < COUNT(refusals) ? &your_message : NULL;
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
