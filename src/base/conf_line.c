/*
 * Lists of words and lines, kept in their order: phrases, header fields with
 * patterns, names of servers.
 */
#include "base/conf_kind.h"

#include <stdlib.h>
#include <string.h>

static bool
is_printable(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	return true;
}

/* The line becomes the list's, or is freed. */
static enum status
add(const struct conf_target *target, char *line)
{
	char ***list = target->field, **grown;
	enum status status = STATUS_NO_MEMORY;
	size_t i, count = *target->count;

	if (line == NULL)
		return STATUS_NO_MEMORY;
	for (i = 0; i < count; i++)
		if (strcmp((*list)[i], line) == 0)
			status = STATUS_CONFLICT;
	if (count >= CONF_LIST_MAX)
		status = STATUS_LIMIT;
	if (status == STATUS_NO_MEMORY &&
	    (grown = realloc(*list, (count + 1) * sizeof(*grown))) != NULL) {
		grown[count] = line;
		*list = grown;
		(*target->count)++;
		return STATUS_OK;
	}
	free(line);
	return status;
}

enum status
conf_read_phrase(const struct conf_target *target, const char *text)
{
	const char *phrase = text;
	size_t length;

	if (text[0] == '@') {
		phrase += strcspn(phrase, " ");
		phrase += strspn(phrase, " ");
	}
	length = strlen(text);
	if (!is_printable(text) || text[0] == '#' ||
	    text[0] == ' ' || strlen(phrase) < CONF_PHRASE_MIN)
		return STATUS_MALFORMED;
	if (length > CONF_PHRASE_MAX)
		return STATUS_LIMIT;
	return add(target, strdup(text));
}

/* RFC 5322 2.2: printable ASCII but for the colon. */
static size_t
field_length(const char *text)
{
	size_t n = 0;

	while (text[n] > ' ' && text[n] < 0x7f && text[n] != ':')
		n++;
	return n;
}

enum status
conf_read_header(const struct conf_target *target, const char *text)
{
	size_t field = field_length(text), length;
	const char *pattern;
	struct buf line;

	if (field == 0 || text[field] != ':' || !is_printable(text))
		return STATUS_MALFORMED;
	pattern = text + field + 1;
	pattern += strspn(pattern, " ");
	length = strlen(pattern);
	while (length > 0 && pattern[length - 1] == ' ')
		length--;
	if (length == 0)
		return STATUS_MALFORMED;
	if (length > CONF_PATTERN_MAX || field > CONF_FIELD_MAX)
		return STATUS_LIMIT;
	buf_init(&line);
	buf_add(&line, text, field);
	buf_add_text(&line, ": ");
	buf_add(&line, pattern, length);
	return add(target, buf_detach(&line));
}

/* RFC 8601 2.5 makes it a value of RFC 2045: a token, mostly a domain. */
enum status
conf_read_server(const struct conf_target *target, const char *text)
{
	const char *c;
	char *name;

	for (c = text; *c != '\0'; c++)
		if ((unsigned char)*c <= 0x20 || *c == 0x7f ||
		    strchr("()<>@,;:\\\"/[]?=", *c) != NULL)
			return STATUS_MALFORMED;
	if (c == text)
		return STATUS_MALFORMED;
	if (c - text > CONF_SERVER_MAX)
		return STATUS_LIMIT;
	name = strdup(text);
	if (name != NULL)
		conf_lower(name);
	return add(target, name);
}
