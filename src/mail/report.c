/*
 * Reading a report: the parts for programs first, whose fields say all; the
 * text for people only where there are none, or none that can be read.
 */
#include "mail/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "mail/html.h"
#include "mail/judge.h"
#include "mail/machine.h"
#include "mail/message.h"
#include "mail/mime.h"
#include "mail/phrase.h"
#include "mail/report_private.h"
#include "mail/subject.h"

#define ENTRIES_FIRST	4

void
report_init(struct report *report)
{
	memset(report, 0, sizeof(*report));
}

void
report_release(struct report *report)
{
	free(report->entries);
	report_init(report);
}

static bool
reserve(struct report *report)
{
	size_t capacity = report->capacity == 0 ? ENTRIES_FIRST :
	    2 * report->capacity;
	struct report_entry *entries;

	if (report->count < report->capacity)
		return true;
	entries = realloc(report->entries, capacity * sizeof(*entries));
	if (entries == NULL)
		return false;
	report->entries = entries;
	report->capacity = capacity;
	return true;
}

struct report_entry *
report_find(const struct report *report, const struct addr *addr)
{
	struct report_entry *entry;
	size_t i;

	for (i = 0; i < report->count; i++) {
		entry = &report->entries[i];
		if (strcmp(entry->recipient.text, addr->text) == 0 ||
		    strcmp(entry->final.text, addr->text) == 0)
			return entry;
	}
	return NULL;
}

struct report_entry *
report_add(struct report_reader *reader, const struct addr *recipient)
{
	struct report *report = reader->report;
	struct report_entry *entry = report_find(report, recipient);

	if (entry != NULL)
		return entry;
	if (report->count == REPORT_ENTRIES_MAX)
		return NULL;
	if (!reserve(report)) {
		reader->no_memory = true;
		return NULL;
	}
	entry = &report->entries[report->count++];
	memset(entry, 0, sizeof(*entry));
	entry->recipient = *recipient;
	return entry;
}

void
report_note(struct report_noted *noted, const struct addr *addr)
{
	size_t i;

	for (i = 0; i < noted->count; i++)
		if (strcmp(noted->addrs[i].text, addr->text) == 0)
			return;
	if (noted->count < REPORT_NOTED_MAX)
		noted->addrs[noted->count++] = *addr;
}

static void
set_kind(struct report *report, enum report_kind kind, const char *form)
{
	if (report->kind != REPORT_NONE)
		return;
	report->kind = kind;
	report->form = form;
}

/* The parts for programs. */
static bool
visit_fields(void *context, const struct mime_part *part)
{
	struct report_reader *reader = context;

	switch (part->kind) {
	case MIME_DELIVERY_STATUS:
		set_kind(reader->report, REPORT_DELIVERY, "delivery-status");
		report_read_fields(reader, part->bytes, part->length);
		break;
	case MIME_DISPOSITION:
		set_kind(reader->report, REPORT_DISPOSITION,
		    "disposition-notification");
		report_read_fields(reader, part->bytes, part->length);
		break;
	case MIME_FEEDBACK:
		set_kind(reader->report, REPORT_FEEDBACK, "feedback-report");
		report_read_fields(reader, part->bytes, part->length);
		break;
	case MIME_MESSAGE:
	case MIME_HEADERS:
		report_read_returned(reader, part->bytes, part->length);
		break;
	default:
		break;
	}
	return !reader->no_memory;
}

static void
read_text(struct report_reader *reader, const char *text, size_t length)
{
	report_read_fields(reader, text, length);
	if (reader->report->count == 0)
		report_read_text(reader, text, length);
}

/* The text for people, and fields that some write into it. */
static bool
visit_text(void *context, const struct mime_part *part)
{
	struct report_reader *reader = context;

	if (part->kind != MIME_TEXT)
		return true;
	if (report_read_notification(reader, part->bytes, part->length))
		return false;
	read_text(reader, part->bytes, part->length);
	return !reader->no_memory && reader->report->count == 0;
}

/* The same where there is no plain text, or it says nothing. */
static bool
visit_html(void *context, const struct mime_part *part)
{
	struct report_reader *reader = context;
	struct buf text;

	if (part->kind != MIME_HTML)
		return true;
	buf_init(&text);
	(void)html_to_text(part->bytes, REPORT_HTML_MAX, false, &text);
	if (text.failed)
		reader->no_memory = true;
	else
		read_text(reader, text.data, text.length);
	buf_release(&text);
	return !reader->no_memory && reader->report->count == 0;
}

static void
read_body(const struct message *message, struct report_reader *reader,
    bool (*visit)(void *, const struct mime_part *))
{
	struct mime_body body = {
		.content_type = message->content_type,
		.content_encoding = message->content_encoding,
		.bytes = reader->body,
		.length = reader->body_length
	};

	(void)mime_walk(&body, visit, reader);
}

/* MDaemon's and others'; the names of the standards are machine.c's. */
static bool
is_daemon(const struct addr *addr)
{
	static const char *const names[] = {
		"mdaemon", "maildaemon", "mail.delivery.system"
	};
	size_t i, length = addr->domain > 0 ? addr->domain - 1 : 0;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == length &&
		    strncmp(addr->text, names[i], length) == 0)
			return true;
	return false;
}

/* Does a program's subject say so?  Exchange's "System Administrator" has any
 * address. */
static bool
has_subject_of_bounce(const struct message *message)
{
	const struct phrase_table *phrases = message->judge == NULL ? NULL :
	    judge_phrases(message->judge);
	struct buf subject;
	bool says_so;

	if (phrases == NULL || message->subject == NULL)
		return false;
	buf_init(&subject);
	says_so = subject_fold(message->subject, &subject) == STATUS_OK &&
	    phrase_begins(phrases, PHRASE_BOUNCE,
	    subject_skip_tags(subject.data));
	buf_release(&subject);
	return says_so;
}

/* People quote bounces; their own mail is not read as one. */
static bool
may_be_bounce(const struct message *message)
{
	const unsigned signs = MESSAGE_SIGN_REPORT | MESSAGE_SIGN_BOUNCE |
	    MESSAGE_SIGN_MACHINE;

	return message->sender.length == 0 ||
	    message->failed_recipients != NULL ||
	    (message->signs & signs) != 0 ||
	    machine_is_address(&message->sender) ||
	    machine_is_address(&message->from) ||
	    is_daemon(&message->from) || has_subject_of_bounce(message);
}

/* Exim's own field; Gmail has it too. */
static void
take_failed_recipients(const struct message *message,
    struct report_reader *reader)
{
	struct report_entry *entry;
	struct report_line line;
	struct addr addr;
	size_t at = 0;

	if (message->failed_recipients == NULL)
		return;
	line.text = message->failed_recipients;
	line.length = strlen(line.text);
	while (report_find_address(&line, &at, &addr)) {
		entry = report_add(reader, &addr);
		if (entry != NULL && entry->action == REPORT_ACTION_NONE)
			entry->action = REPORT_FAILED;
	}
	if (reader->report->form == NULL)
		reader->report->form = "x-failed-recipients";
}

static void
read_texts(const struct message *message, struct report_reader *reader)
{
	struct report *report = reader->report;

	read_body(message, reader, visit_text);
	if (report->kind == REPORT_FEEDBACK)
		return;
	if (report->count == 0)
		read_body(message, reader, visit_html);
	if (report->count == 0 && !reader->no_memory)
		read_text(reader, reader->body, reader->body_length);
	take_failed_recipients(message, reader);
	if (report->count == 0)
		report_guess(reader);
	if (report->count > 0)
		set_kind(report, REPORT_DELIVERY, report->form != NULL ?
		    report->form : "fields");
}

/* Where a bounce says no status, failed is 5.0.0; and the other way round. */
static void
complete_entry(const struct report_reader *reader, struct report_entry *entry)
{
	if (entry->action == REPORT_ACTION_NONE)
		entry->action = entry->status[0] == '5' ? REPORT_FAILED :
		    entry->status[0] == '4' ? REPORT_DELAYED :
		    entry->status[0] == '2' ? REPORT_DELIVERED :
		    REPORT_ACTION_NONE;
	if (entry->status[0] == '\0' && entry->action == REPORT_FAILED)
		strcpy(entry->status, reader->status[0] != '\0' ?
		    reader->status : "5.0.0");
	if (entry->status[0] == '\0' && entry->action == REPORT_DELAYED &&
	    reader->status[0] == '4')
		strcpy(entry->status, reader->status);
}

static void
take_thread(struct report *report, const char *text, size_t length)
{
	struct msgid id;
	size_t at = 0;

	if (text == NULL || report->message_id.length > 0)
		return;
	while (msgid_next(text, length, &at, &id) == STATUS_OK)
		report->message_id = id;
}

/* Some put the returned header into a text, which may be encoded. */
static bool
visit_for_id(void *context, const struct mime_part *part)
{
	struct report_reader *reader = context;
	struct buf text;

	buf_init(&text);
	if (part->kind == MIME_HTML)
		(void)html_to_text(part->bytes, REPORT_HTML_MAX, false, &text);
	else
		buf_add(&text, part->bytes, part->length);
	if (text.failed)
		reader->no_memory = true;
	else
		report_find_message_id(reader, text.data, text.length);
	buf_release(&text);
	return !reader->no_memory && reader->report->message_id.length == 0;
}

/* The returned header wherever it stands, then what the report answers. */
static void
find_message_id(const struct message *message, struct report_reader *reader)
{
	struct report *report = reader->report;

	if (report->message_id.length == 0)
		read_body(message, reader, visit_for_id);
	if (report->message_id.length == 0)
		report_find_message_id(reader, reader->body,
		    reader->body_length);
	take_thread(report, message->in_reply_to, message->in_reply_to_length);
	take_thread(report, message->references, message->references_length);
}

static void
read_all(const struct message *message, struct report_reader *reader)
{
	struct report *report = reader->report;
	size_t i;

	read_body(message, reader, visit_fields);
	if (report->count == 0 && report->kind != REPORT_DISPOSITION &&
	    report->kind != REPORT_FEEDBACK && may_be_bounce(message))
		read_texts(message, reader);
	if (report->kind == REPORT_DELIVERY)
		for (i = 0; i < report->count; i++)
			complete_entry(reader, &report->entries[i]);
	if (report->kind != REPORT_NONE)
		find_message_id(message, reader);
}

/*
 * A body whose lines end in CR alone, as old systems save mail and some relays
 * hand it on, is read with LF in place of it, from a copy.
 */
static char *
copy_with_newlines(const char *body, size_t length)
{
	char *copy = malloc(length);
	size_t i;

	for (i = 0; copy != NULL && i < length; i++)
		copy[i] = body[i] == '\r' ? '\n' : body[i];
	return copy;
}

static void
read_message(const struct message *message, struct report_reader *reader)
{
	size_t length = message->body_length;
	char *copy = NULL;

	reader->body = message->body;
	reader->body_length = length;
	if (length > 0 && memchr(message->body, '\n', length) == NULL &&
	    memchr(message->body, '\r', length) != NULL) {
		copy = copy_with_newlines(message->body, length);
		reader->body = copy;
		reader->no_memory = copy == NULL;
	}
	if (!reader->no_memory)
		read_all(message, reader);
	free(copy);
}

enum status
report_read(const struct message *message, struct report *report)
{
	struct report_reader *reader = calloc(1, sizeof(*reader));
	bool no_memory = reader == NULL;

	report_release(report);
	if (reader != NULL) {
		reader->message = message;
		reader->report = report;
		read_message(message, reader);
		no_memory = reader->no_memory;
	}
	if (no_memory || report->kind == REPORT_NONE)
		report_release(report);
	free(reader);
	return no_memory ? STATUS_NO_MEMORY : STATUS_OK;
}

bool
report_is_permanent(const struct report_entry *entry)
{
	return entry->action == REPORT_FAILED && entry->status[0] == '5';
}

enum report_cause
report_cause(const struct report_entry *entry)
{
	if (entry->status[0] == '\0' || entry->status[2] < '1' ||
	    entry->status[2] > '7' || entry->status[3] != '.')
		return REPORT_CAUSE_OTHER;
	return (enum report_cause)(entry->status[2] - '0');
}

const char *
report_kind_text(enum report_kind kind)
{
	static const char *const texts[] = {
		"none", "delivery", "disposition", "feedback"
	};

	return texts[kind];
}

const char *
report_action_text(enum report_action action)
{
	static const char *const texts[] = {
		"none", "failed", "delayed", "delivered", "relayed", "expanded"
	};

	return texts[action];
}
