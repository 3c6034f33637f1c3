/*
 * Bounces and complaints that Amazon SES hands on through SNS: the text of the
 * mail is a JSON object, with a line or two for people behind it.
 *
 * "Amazon SNS notification contents for Amazon SES" names the members; event
 * publishing says eventType for notificationType.
 */
#include "mail/report_private.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *
string_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL ? text : "";
}

static struct report_line
line_of(const char *text)
{
	struct report_line line = { text, strlen(text) };

	return line;
}

static void
take_status(struct report_entry *entry, const json_t *recipient)
{
	struct report_line line = line_of(string_of(recipient, "status"));
	bool enhanced;

	if (!report_find_status(&line, entry->status, &enhanced)) {
		line = line_of(string_of(recipient, "diagnosticCode"));
		(void)report_find_status(&line, entry->status, &enhanced);
	}
}

/* "Transient" is given up as well, and says nothing about the address. */
static void
take_recipients(struct report_reader *reader, const json_t *recipients,
    const char *type)
{
	struct report_entry *entry;
	struct report_line line;
	struct addr addr;
	json_t *recipient;
	size_t i, at;

	json_array_foreach(recipients, i, recipient) {
		line = line_of(string_of(recipient, "emailAddress"));
		at = 0;
		if (!report_find_address(&line, &at, &addr))
			continue;
		entry = report_add(reader, &addr);
		if (entry == NULL)
			break;
		take_status(entry, recipient);
		if (type != NULL) {
			entry->action = REPORT_FAILED;
			if (strcasecmp(type, "Transient") == 0 &&
			    entry->status[0] != '4')
				strcpy(entry->status, "4.0.0");
		}
	}
}

static void
take_message_id(struct report_reader *reader, const json_t *mail)
{
	const char *id = string_of(json_object_get(mail, "commonHeaders"),
	    "messageId");

	if (reader->report->message_id.length == 0)
		(void)msgid_parse(id, strlen(id),
		    &reader->report->message_id);
}

static bool
take_notification(struct report_reader *reader, const json_t *root)
{
	const json_t *bounce = json_object_get(root, "bounce");
	const json_t *complaint = json_object_get(root, "complaint");
	struct report *report = reader->report;

	if (json_object_get(root, "mail") == NULL ||
	    (bounce == NULL && complaint == NULL))
		return false;
	report->form = "amazon-sns";
	if (bounce != NULL) {
		report->kind = REPORT_DELIVERY;
		take_recipients(reader, json_object_get(bounce,
		    "bouncedRecipients"), string_of(bounce, "bounceType"));
	} else {
		report->kind = REPORT_FEEDBACK;
		take_recipients(reader, json_object_get(complaint,
		    "complainedRecipients"), NULL);
	}
	take_message_id(reader, json_object_get(root, "mail"));
	return true;
}

/* Mail systems break its one long line, where JSON allows no line break. */
static json_t *
load_broken(const char *text, size_t length)
{
	char *joined = malloc(length);
	json_error_t error;
	json_t *root;
	size_t i;

	if (joined == NULL)
		return NULL;
	for (i = 0; i < length; i++)
		joined[i] = text[i] == '\n' || text[i] == '\r' ? ' ' :
		    text[i];
	root = json_loadb(joined, length, JSON_DISABLE_EOF_CHECK, &error);
	free(joined);
	return root;
}

static json_t *
load(const char *text, size_t length)
{
	json_error_t error;
	json_t *root = json_loadb(text, length, JSON_DISABLE_EOF_CHECK,
	    &error);

	if (root == NULL && length > 0)
		root = load_broken(text, length);
	if (root != NULL && !json_is_object(root)) {
		json_decref(root);
		root = NULL;
	}
	return root;
}

/* The object itself, or one that holds it as a text. */
bool
report_read_notification(struct report_reader *reader, const char *text,
    size_t length)
{
	json_t *root, *inner;
	const char *message;
	bool found = false;

	while (length > 0 && strchr(" \t\r\n", text[0]) != NULL) {
		text++;
		length--;
	}
	root = length > 0 && text[0] == '{' ? load(text, length) : NULL;
	if (root == NULL)
		return false;
	message = string_of(root, "Message");
	inner = load(message, strlen(message));
	found = take_notification(reader, inner != NULL ? inner : root);
	json_decref(inner);
	json_decref(root);
	return found;
}
