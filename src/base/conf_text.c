/*
 * Values that are words: file names, sockets, addresses, choices from a list.
 */
#include "base/conf_kind.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define PORT_MAX	65535
#define HOST_MAX	255

static_assert(sizeof(enum conf_mode) == sizeof(int) &&
    sizeof(enum conf_on_error) == sizeof(int) &&
    sizeof(enum conf_count) == sizeof(int) &&
    sizeof(enum conf_tls) == sizeof(int), "choices are stored as int");

const struct conf_choice *
conf_choice_by_word(const struct conf_choice *choices, const char *word)
{
	for (; choices != NULL && choices->word != NULL; choices++)
		if (strcmp(choices->word, word) == 0)
			return choices;
	return NULL;
}

const struct conf_choice *
conf_choice_by_value(const struct conf_choice *choices, int64_t value)
{
	for (; choices != NULL && choices->word != NULL; choices++)
		if (choices->value == value)
			return choices;
	return NULL;
}

static bool
is_printable(const char *text, bool ascii)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f ||
		    (ascii && (unsigned char)*text > 0x7e))
			return false;
	return true;
}

/* Replaces the field's text, so that a default may stand there already. */
static enum status
keep(char **field, const char *text)
{
	char *copy = strdup(text);

	if (copy == NULL)
		return STATUS_NO_MEMORY;
	free(*field);
	*field = copy;
	return STATUS_OK;
}

/* `prefix` and the file name, which is made absolute. */
static enum status
keep_path(const struct conf_target *target, const char *prefix,
    const char *text, size_t max)
{
	enum status status = STATUS_LIMIT;
	struct buf path;

	if (text[0] == '\0' || !is_printable(text, false))
		return STATUS_MALFORMED;
	buf_init(&path);
	buf_add_text(&path, prefix);
	if (text[0] != '/')
		buf_printf(&path, "%s/", target->folder);
	buf_add_text(&path, text);
	if (path.failed)
		status = STATUS_NO_MEMORY;
	else if (path.length - strlen(prefix) <= max)
		status = keep(target->field, path.data);
	buf_release(&path);
	return status;
}

enum status
conf_read_path(const struct conf_target *target, const char *text)
{
	return keep_path(target, "", text, CONF_PATH_MAX);
}

enum status
conf_read_socket_path(const struct conf_target *target, const char *text)
{
	return keep_path(target, "", text, CONF_SOCKET_PATH_MAX);
}

enum status
conf_read_place(const struct conf_target *target, const char *text)
{
	struct net_place place;

	if (text[0] != '\0' && net_place_parse(text, &place) != STATUS_OK)
		return STATUS_MALFORMED;
	return keep(target->field, text);
}

/* "port@host"; the host is a name or an address, brackets allowed. */
static bool
is_port_at_host(const char *text)
{
	char *end;
	unsigned long port;
	size_t length;

	if (text[0] < '1' || text[0] > '9')
		return false;
	port = strtoul(text, &end, 10);
	if (end - text > 5 || port > PORT_MAX || *end != '@')
		return false;
	length = strlen(end + 1);
	return length > 0 && length <= HOST_MAX &&
	    strspn(end + 1, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:-_[]%") == length;
}

enum status
conf_read_milter(const struct conf_target *target, const char *text)
{
	const char *rest = strchr(text, ':');

	if (rest == NULL)
		return STATUS_MALFORMED;
	rest++;
	if (strncmp(text, "unix:", 5) == 0)
		return keep_path(target, "unix:", rest, CONF_SOCKET_PATH_MAX);
	if (strncmp(text, "local:", 6) == 0)
		return keep_path(target, "local:", rest, CONF_SOCKET_PATH_MAX);
	if (strncmp(text, "inet:", 5) != 0 && strncmp(text, "inet6:", 6) != 0)
		return STATUS_MALFORMED;
	if (!is_port_at_host(rest))
		return STATUS_MALFORMED;
	return keep(target->field, text);
}

enum status
conf_read_account(const struct conf_target *target, const char *text)
{
	size_t length = strlen(text);

	if (text[0] == '-' || strspn(text, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") != length)
		return STATUS_MALFORMED;
	if (length > CONF_ACCOUNT_MAX)
		return STATUS_LIMIT;
	return keep(target->field, text);
}

enum status
conf_read_contact(const struct conf_target *target, const char *text)
{
	if (!is_printable(text, true))
		return STATUS_MALFORMED;
	if (strlen(text) > CONF_CONTACT_MAX)
		return STATUS_LIMIT;
	return keep(target->field, text);
}

enum status
conf_read_address(const struct conf_target *target, const char *text)
{
	enum status status = STATUS_MALFORMED;
	char *lower = strdup(text);

	if (lower == NULL)
		return STATUS_NO_MEMORY;
	conf_lower(lower);
	if (lower[0] == '\0' || conf_is_address(lower))
		status = keep(target->field, lower);
	free(lower);
	return status;
}

/* A name of atoms and blanks needs no quotes (RFC 5322 section 3.2.3). */
static bool
is_name(const char *text, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		if (strchr("()<>[]:;@\\,.\"", text[i]) != NULL)
			return false;
	return length == 0 || text[length - 1] == ' ';
}

static enum status
read_bare(const struct conf_target *target, const char *text,
    const char *address, size_t length)
{
	enum status status = STATUS_MALFORMED;
	char *bare = strndup(address, length);

	if (bare == NULL)
		return STATUS_NO_MEMORY;
	conf_lower(bare);
	if (conf_is_address(bare))
		status = keep(target->field, text);
	free(bare);
	return status;
}

enum status
conf_read_mailbox(const struct conf_target *target, const char *text)
{
	const char *open = strchr(text, '<');
	size_t length = strlen(text);

	if (!is_printable(text, true))
		return STATUS_MALFORMED;
	if (length > CONF_MAILBOX_MAX)
		return STATUS_LIMIT;
	if (length == 0)
		return keep(target->field, text);
	if (open == NULL)
		return read_bare(target, text, text, length);
	if (text[length - 1] != '>' || !is_name(text, (size_t)(open - text)))
		return STATUS_MALFORMED;
	return read_bare(target, text, open + 1,
	    length - (size_t)(open - text) - 2);
}

/* ":port", or nothing. */
static bool
is_port(const char *text)
{
	size_t digits;

	if (text[0] == '\0')
		return true;
	digits = strspn(text + 1, "0123456789");
	return text[0] == ':' && text[1] != '0' && digits >= 1 &&
	    digits <= 5 && text[1 + digits] == '\0' &&
	    strtol(text + 1, NULL, 10) <= PORT_MAX;
}

enum status
conf_read_smtp(const struct conf_target *target, const char *text)
{
	const char *host;
	size_t length;

	if (strncmp(text, "smtp://", 7) == 0)
		host = text + 7;
	else if (strncmp(text, "smtps://", 8) == 0)
		host = text + 8;
	else
		return STATUS_MALFORMED;
	length = strspn(host, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");
	if (length == 0 && host[0] == '[') {
		length = 1 + strspn(host + 1, "0123456789abcdefABCDEF:.");
		if (length == 1 || host[length++] != ']')
			return STATUS_MALFORMED;
	}
	if (length == 0 || !is_port(host + length))
		return STATUS_MALFORMED;
	return length > HOST_MAX ? STATUS_LIMIT : keep(target->field, text);
}

enum status
conf_read_word(const struct conf_target *target, const char *text)
{
	if (conf_choice_by_word(target->key->choices, text) == NULL)
		return STATUS_MALFORMED;
	return keep(target->field, text);
}

void
conf_write_quoted(struct buf *buf, const char *text)
{
	buf_add_text(buf, "\"");
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			buf_add_text(buf, "\\");
		buf_add(buf, text, 1);
	}
	buf_add_text(buf, "\"");
}

void
conf_write_text(const struct conf_key *key, const void *field, struct buf *buf)
{
	(void)key;
	conf_write_quoted(buf, *(char *const *)field);
}

/* Choices */

enum status
conf_read_choice(const struct conf_target *target, const char *text)
{
	const struct conf_choice *choice;

	choice = conf_choice_by_word(target->key->choices, text);
	if (choice == NULL)
		return STATUS_MALFORMED;
	memcpy(target->field, &choice->value, sizeof(choice->value));
	return STATUS_OK;
}

static const char *
choice_word(const struct conf_key *key, const void *field)
{
	const struct conf_choice *choice;
	int value;

	memcpy(&value, field, sizeof(value));
	choice = conf_choice_by_value(key->choices, value);
	return choice != NULL ? choice->word : "";
}

void
conf_write_choice(const struct conf_key *key, const void *field,
    struct buf *buf)
{
	conf_write_quoted(buf, choice_word(key, field));
}

void
conf_write_level(const struct conf_key *key, const void *field, struct buf *buf)
{
	buf_add_text(buf, choice_word(key, field));
}

enum status
conf_read_bool(const struct conf_target *target, const char *text)
{
	*(bool *)target->field = strcmp(text, "true") == 0;
	return STATUS_OK;
}

void
conf_write_bool(const struct conf_key *key, const void *field, struct buf *buf)
{
	(void)key;
	buf_add_text(buf, *(const bool *)field ? "true" : "false");
}
