/*
 * One line of an imported history.
 *
 * Strict, because a misspelt key that is passed over would quietly turn an
 * out-of-office note into a reply: every key is known, of its type, and
 * belongs to its direction.  A key whose value is null is not given.  What
 * addresses and ids must look like is the gate's to say.
 *
 * One table says what each key is; "direction" stands first, since the others
 * depend on it.
 */
#include "front/api_event.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/message.h"

#define IN_OUT		(1U << HISTORY_OUT)
#define IN_IN		(1U << HISTORY_IN)
#define IN_BOTH		(IN_OUT | IN_IN)

struct key {
	const char	*name;
	enum status	(*read)(struct api_event *, const json_t *);
	unsigned	 allowed;	/* directions it may be given with */
	unsigned	 required;
	const char	*expected;
};

static enum status __attribute__((format(printf, 2, 3)))
complain(char why[API_EVENT_WHY_SIZE], const char *format, ...)
{
	va_list ap;
	char *c;

	va_start(ap, format);
	vsnprintf(why, API_EVENT_WHY_SIZE, format, ap);
	va_end(ap);
	for (c = why; *c != '\0'; c++)
		if (*c < 0x20 || *c > 0x7e)
			*c = '?';
	return STATUS_MALFORMED;
}

static enum status
read_direction(struct api_event *event, const json_t *json)
{
	const char *text = json_string_value(json);

	if (text == NULL)
		return STATUS_MALFORMED;
	if (strcmp(text, "out") == 0)
		event->event.direction = HISTORY_OUT;
	else if (strcmp(text, "in") == 0)
		event->event.direction = HISTORY_IN;
	else
		return STATUS_MALFORMED;
	return STATUS_OK;
}

static enum status
read_seconds(double seconds, int64_t *when)
{
	const double latest = (double)(CLOCK_LATEST / CLOCK_SECOND);

	/* The second comparison is false for what is no number, too. */
	if (!(seconds > 0 && seconds <= latest))
		return STATUS_MALFORMED;
	*when = (int64_t)(seconds * (double)CLOCK_SECOND);
	return *when > 0 ? STATUS_OK : STATUS_MALFORMED;
}

static enum status
read_time(struct api_event *event, const json_t *json)
{
	int64_t *when = &event->event.time;
	json_int_t seconds;

	if (json_is_string(json)) {
		if (clock_parse(json_string_value(json), when) != STATUS_OK)
			return STATUS_MALFORMED;
		return *when > 0 ? STATUS_OK : STATUS_MALFORMED;
	}
	if (json_is_real(json))
		return read_seconds(json_real_value(json), when);
	seconds = json_integer_value(json);	/* 0 for what is none */
	if (seconds <= 0 || seconds > CLOCK_LATEST / CLOCK_SECOND)
		return STATUS_MALFORMED;
	*when = seconds * CLOCK_SECOND;
	return STATUS_OK;
}

static enum status
read_text(const char **text, const json_t *json)
{
	*text = json_string_value(json);
	return *text != NULL && **text != '\0' ? STATUS_OK : STATUS_MALFORMED;
}

static enum status
read_user(struct api_event *event, const json_t *json)
{
	return read_text(&event->event.user, json);
}

static enum status
read_address(struct api_event *event, const json_t *json)
{
	return read_text(&event->event.address, json);
}

/* The null sender may be written "<>" or "". */
static enum status
read_from(struct api_event *event, const json_t *json)
{
	const char *text = json_string_value(json);

	if (text != NULL && *text == '\0')
		text = "<>";
	event->event.from = text;
	return text != NULL ? STATUS_OK : STATUS_MALFORMED;
}

static enum status
read_message_id(struct api_event *event, const json_t *json)
{
	return read_text(&event->event.message_id, json);
}

static enum status
read_automatic(struct api_event *event, const json_t *json)
{
	event->event.automatic = json_is_true(json);
	return json_is_boolean(json) ? STATUS_OK : STATUS_MALFORMED;
}

/* An array of texts, `most` at most; the strings stay the JSON's. */
static enum status
read_list(const json_t *json, size_t most, const char ***list, size_t *count)
{
	size_t i, size = json_array_size(json);

	if (!json_is_array(json) || size > most)
		return STATUS_MALFORMED;
	*list = calloc(size + 1, sizeof(**list));
	if (*list == NULL)
		return STATUS_NO_MEMORY;
	for (i = 0; i < size; i++)
		if (read_text(&(*list)[i], json_array_get(json, i)) !=
		    STATUS_OK)
			return STATUS_MALFORMED;
	*count = size;
	return STATUS_OK;
}

static enum status
read_recipients(struct api_event *event, const json_t *json)
{
	enum status status;

	status = read_list(json, MESSAGE_RECIPIENTS_MAX, &event->recipients,
	    &event->event.recipient_count);
	event->event.recipients = event->recipients;
	if (status == STATUS_OK && event->event.recipient_count == 0)
		status = STATUS_MALFORMED;
	return status;
}

static enum status
read_references(struct api_event *event, const json_t *json)
{
	enum status status;

	status = read_list(json, API_EVENT_REFERENCES_MAX, &event->references,
	    &event->event.reference_count);
	event->event.references = event->references;
	return status;
}

static const struct key keys[] = {
	{ "direction", read_direction, IN_BOTH, IN_BOTH,
	    "\"out\" or \"in\"" },
	{ "time", read_time, IN_BOTH, IN_BOTH,
	    "an RFC 3339 time or seconds since 1970" },
	{ "user", read_user, IN_BOTH, 0, "a user's name" },
	{ "address", read_address, IN_BOTH, IN_IN, "our address" },
	{ "recipients", read_recipients, IN_OUT, IN_OUT,
	    "an array of 1 to 20000 addresses" },
	{ "from", read_from, IN_IN, IN_IN, "the address of who wrote" },
	{ "message_id", read_message_id, IN_BOTH, IN_OUT, "a Message-ID" },
	{ "references", read_references, IN_BOTH, 0,
	    "an array of at most 1000 Message-IDs" },
	{ "automatic", read_automatic, IN_BOTH, 0, "true or false" },
};

#define KEY_COUNT	(sizeof(keys) / sizeof(keys[0]))

static enum status
check_names(json_t *json, char why[API_EVENT_WHY_SIZE])
{
	const char *name;
	json_t *value;
	size_t i;

	json_object_foreach(json, name, value) {
		for (i = 0; i < KEY_COUNT; i++)
			if (strcmp(keys[i].name, name) == 0)
				break;
		if (i == KEY_COUNT)
			return complain(why, "unknown key \"%.40s\"; expected "
			    "direction, time, user, address, recipients, from, "
			    "message_id, references or automatic", name);
	}
	return STATUS_OK;
}

static const char *
direction_text(enum history_direction direction)
{
	return direction == HISTORY_OUT ? "out" : "in";
}

static enum status
read_key(struct api_event *event, const struct key *key,
    char why[API_EVENT_WHY_SIZE])
{
	const json_t *value = json_object_get(event->json, key->name);
	enum history_direction direction = event->event.direction;
	enum status status;

	if (value == NULL || json_is_null(value)) {
		if ((key->required & (1U << direction)) == 0)
			return STATUS_OK;
		return complain(why, "\"%s\" is missing; expected %s",
		    key->name, key->expected);
	}
	if ((key->allowed & (1U << direction)) == 0)
		return complain(why, "\"%s\" does not belong to direction "
		    "\"%s\"", key->name, direction_text(direction));
	status = key->read(event, value);
	if (status == STATUS_MALFORMED)
		complain(why, "wrong \"%s\"; expected %s", key->name,
		    key->expected);
	return status;
}

enum status
api_event_parse(struct api_event *event, const char *line, size_t length,
    char why[API_EVENT_WHY_SIZE])
{
	json_error_t error;
	enum status status;
	size_t i;

	memset(event, 0, sizeof(*event));
	if (length > API_EVENT_LINE_MAX)
		return complain(why, "the line is longer than %zu bytes",
		    API_EVENT_LINE_MAX);
	event->json = json_loadb(line, length, JSON_REJECT_DUPLICATES, &error);
	if (event->json == NULL)
		return complain(why, "no JSON: %.80s (column %d)", error.text,
		    error.column);
	if (!json_is_object(event->json))
		status = complain(why, "no event; expected {...}");
	else
		status = check_names(event->json, why);
	for (i = 0; i < KEY_COUNT && status == STATUS_OK; i++)
		status = read_key(event, &keys[i], why);
	if (status != STATUS_OK)
		api_event_release(event);
	return status;
}

void
api_event_release(struct api_event *event)
{
	free(event->references);
	free(event->recipients);
	json_decref(event->json);
	memset(event, 0, sizeof(*event));
}
