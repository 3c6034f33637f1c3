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
 *	5. a status belongs to the recipient named last; while none is
 *	   named, to all;
 *	6. what else may be a recipient is noted, for report_guess.c.
 */
#include "mail/report_private.h"

#include <string.h>
#include <strings.h>

#define NOBODY		((size_t)-1)

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
	struct addr		 previous;	/* named in the line before */
	bool			 blaming;	/* it told of a failure */
	struct report_window	 window;
};

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
	const char *words = report_window_status(&text->window);

	if (words != NULL && (status[0] == '\0' ||
	    (strcmp(status, "5.0.0") == 0 && words[0] == '5')))
		strcpy(status, words);
}

/* The word that the line begins with, in its first `length` bytes. */
static void
note_name(struct report_noted *noted, const struct report_line *line,
    size_t length)
{
	struct addr addr;
	size_t end = 0;

	while (end < length && strchr(" \t,:;(\r", line->text[end]) == NULL)
		end++;
	if (end > 0 && memchr(line->text, '@', end) == NULL &&
	    addr_parse(line->text, end, &addr) == STATUS_OK)
		report_note(noted, &addr);
}

/* Step 2, and the recipients on the line itself. */
static bool
open_list(struct text_reader *text)
{
	const struct report_form *form;
	struct report_line rest;
	struct addr addr;
	size_t at = 0;

	form = report_window_form(&text->window, &rest.text);
	if (form == NULL)
		return false;
	text->listing = true;
	text->action = form->action;
	text->current = NOBODY;
	if (text->reader->report->form == NULL)
		text->reader->report->form = form->name;
	rest.length = strlen(rest.text);
	while (report_find_address(&rest, &at, &addr))
		add_entry(text, &addr, form->action);
	report_trim(&rest);
	if (current_entry(text) == NULL && strcmp(form->name, "cause") == 0)
		note_name(&text->reader->listed, &rest, rest.length);
	return true;
}

/* Sun, SmarterMail, MailEnable ("Recipient: [SMTP:bob@example.com]"). */
static size_t
label_length(const struct report_line *line)
{
	static const char *const labels[] = {
		"Recipient address: ", "Failed recipient: ", "Failed address: ",
		"Recipient: [SMTP:", "Recipient: ", "[SMTP:"
	};
	size_t i;

	for (i = 0; i < COUNT(labels); i++)
		if (report_begins(line, labels[i]))
			return strlen(labels[i]);
	return 0;
}

/* "-- bob@example.com", ">>> bob@example.com", "Bob<mailto:bob@...>". */
static bool
is_listed(const struct report_line *line, struct addr *addr)
{
	size_t at = label_length(line), end;

	while (at < line->length && strchr("-> *", line->text[at]) != NULL &&
	    line->text[at] != '\0')
		at++;
	if (report_address_at(line, at, addr, &end))
		return true;
	for (at = 0; at + 8 < line->length; at++) {
		if (strncasecmp(line->text + at, "<mailto:", 8) == 0)
			return report_address_at(line, at, addr, &end);
		if (strncasecmp(line->text + at, ":SMTP=", 6) == 0)
			return report_address_at(line, at + 6, addr, &end);
	}
	return false;
}

/* An address and nothing else; "RCPT TO: bob@example.com" (Apache James). */
static void
take_alone(struct text_reader *text, const struct report_line *line)
{
	struct report_line rest = *line;
	struct addr addr;

	if (report_begins(&rest, "RCPT TO: ")) {
		rest.text += 9;
		rest.length -= 9;
	}
	if (memchr(rest.text, ' ', rest.length) == NULL &&
	    is_listed(&rest, &addr))
		report_note(&text->reader->alone, &addr);
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

/* Does the line, as the window holds it, begin with a label's words? */
static bool
is_labelled(const struct text_reader *text)
{
	static const char *const recipients[] = {
		"recipient", "recipients", "recipient address",
		"failed recipient", "failed recipients", "failed address",
		"intended recipient", "original recipient", "error-for",
		"undeliverable address", "undeliverable to",
		"invalid address", "bad address", "rcpt to",
		"empfänger", "destinataire", "destinataires",
		"destinatario", "destinatário", "ontvanger", "mottagare",
		"modtager", "mottaker", "vastaanottaja", "odbiorca",
		"příjemce", "címzett", "получатель",
		"адресат", "alıcı",
		"收件人", "收件者", "宛先", "받는사람",
		"받는 사람", "수신자"
	};
	const char *line = text->window.text + text->window.line;
	size_t i, length;

	line += strspn(line, " *-");
	for (i = 0; i < COUNT(recipients); i++) {
		length = strlen(recipients[i]);
		if (strncmp(line, recipients[i], length) == 0 &&
		    line[length + strspn(line + length, " ")] == ':')
			return true;
	}
	return false;
}

static void
note_all(struct report_noted *noted, const struct report_line *line)
{
	struct addr addr;
	size_t at = 0;

	while (report_find_address(line, &at, &addr))
		report_note(noted, &addr);
}

/* GroupWise's "bob (user not found)", AOL's "bob". */
static bool
is_name(const struct report_line *line)
{
	return memchr(line->text, '(', line->length) != NULL ||
	    (memchr(line->text, ' ', line->length) == NULL &&
	    memchr(line->text, ':', line->length) == NULL);
}

/*
 * Step 6.  An address stands in the line that tells of the failure, or in the
 * one before or behind it.
 */
static void
take_notes(struct text_reader *text, const struct report_line *line)
{
	struct report_reader *reader = text->reader;
	bool fails = report_window_fails(&text->window), enhanced;
	char status[REPORT_STATUS_SIZE];
	size_t at = 0;

	reader->failed = reader->failed || fails;
	if (is_labelled(text))
		note_all(&reader->labelled, line);
	if (fails && text->previous.length > 0)
		report_note(&reader->blamed, &text->previous);
	if (fails || text->blaming ||
	    report_window_status(&text->window) != NULL ||
	    report_find_status(line, status, &enhanced))
		note_all(&reader->blamed, line);
	text->blaming = fails;
	if (report_find_address(line, &at, &text->previous))
		return;
	text->previous.length = 0;
	note_name(text->listing && is_name(line) ? &reader->listed :
	    &reader->names, line, line->length);
}

/* Sendmail, Exim, of whoever we addressed, below the one it led to. */
static bool
take_origin(struct text_reader *text, const struct report_line *line)
{
	static const char *const words[] = {
		"(expanded from:", "(generated from ",
		"(ultimately generated from "
	};
	struct report_entry *entry = current_entry(text);
	struct addr addr;
	size_t i, at = 0;

	for (i = 0; i < COUNT(words); i++)
		if (report_begins(line, words[i]))
			break;
	if (i == COUNT(words) || entry == NULL ||
	    !report_find_address(line, &at, &addr))
		return false;
	if (report_find(text->reader->report, &addr) == NULL) {
		entry->final = entry->recipient;
		entry->recipient = addr;
	}
	return true;
}

/* Step 1. */
static bool
is_returned(const struct text_reader *text, const struct report_line *line)
{
	size_t i;

	for (i = 0; i < COUNT(first_fields); i++)
		if (report_begins(line, first_fields[i]))
			return true;
	return report_window_separates(&text->window);
}

static void
take_line(struct text_reader *text, const struct report_line *line)
{
	struct addr addr;

	if (report_window_delays(&text->window))
		text->delayed = true;
	if (take_origin(text, line))
		return;
	if (!open_list(text)) {
		take_alone(text, line);
		if (text->listing && is_listed(line, &addr))
			add_entry(text, &addr, text->action);
		else
			take_transcript(text, line);
	}
	take_mentions(text, line);
	take_notes(text, line);
	take_status(text, line);
	take_words(text);
}

/* What is delayed has not failed, whatever the text gives for a reason. */
static void
delay_entry(struct report_entry *entry)
{
	entry->action = REPORT_DELAYED;
	if (entry->status[0] == '5')
		entry->status[0] = '\0';
}

void
report_read_text(struct report_reader *reader, const char *bytes,
    size_t length)
{
	struct report *report = reader->report;
	struct text_reader text;
	struct report_line line;
	size_t i, at = 0, start, lines = 0;

	memset(&text, 0, sizeof(text));
	text.reader = reader;
	text.current = NOBODY;
	for (start = 0; lines++ < REPORT_LINES_MAX &&
	    report_next_line(bytes, length, &at, &line); start = at) {
		report_window_add(&text.window, &line);
		if (is_returned(&text, &line)) {
			report_read_returned(reader, bytes + start,
			    length - start);
			break;
		}
		report_trim(&line);
		if (line.length > 0)
			take_line(&text, &line);
	}
	reader->delayed = reader->delayed || text.delayed;
	for (i = 0; i < report->count; i++)
		if (report->entries[i].action == REPORT_DELAYED ||
		    (text.delayed && report->entries[i].action ==
		    REPORT_FAILED))
			delay_entry(&report->entries[i]);
}
