/*
 * Writing ASCII.
 */
#include "mail/encode.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "mail/addr.h"

/*
 * RFC 2047 section 2: an encoded word has at most 75 characters, a line with
 * one at most 76.  Shorter ones stand behind any name of a field of ours.
 */
#define WORD_START	"=?utf-8?q?"
#define WORD_END	"?="
#define WORD_MAX	50		/* between these */

#define LINE_MAX_LENGTH	76		/* RFC 2045 section 6.7 rule 5 */

/* A name and its address that stand on one line behind a field's name. */
#define MAILBOX_MAX	64

static bool
is_plain(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text > '~' || strncmp(text, "=?", 2) == 0)
			return false;
	return true;
}

/* Bytes of the character, or 1 where it is none. */
static size_t
character_length(const char *text)
{
	size_t length = 1;

	while (length < 4 && ((unsigned char)text[0] & 0xc0) == 0xc0 &&
	    ((unsigned char)text[length] & 0xc0) == 0x80)
		length++;
	return length;
}

static void
add_encoded_byte(struct buf *buf, char c)
{
	if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z'))
		buf_add(buf, &c, 1);
	else if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
		buf_add(buf, "_", 1);
	else
		buf_printf(buf, "=%02X", (unsigned)(unsigned char)c);
}

/* No character is parted between two words (RFC 2047 section 5). */
static void
add_encoded_words(struct buf *buf, const char *text, const char *between)
{
	struct buf character;
	size_t used = 0, length;

	buf_init(&character);
	buf_add_text(buf, WORD_START);
	while (*text != '\0') {
		buf_clear(&character);
		for (length = character_length(text); length > 0; length--)
			add_encoded_byte(&character, *text++);
		if (used + character.length > WORD_MAX) {
			buf_printf(buf, WORD_END "%s" WORD_START, between);
			used = 0;
		}
		used += character.length;
		buf_add(buf, character.data, character.length);
		if (character.failed)
			buf->failed = true;
	}
	buf_add_text(buf, WORD_END);
	buf_release(&character);
}

/* Words of ASCII, folded in front of those that would stand too far out. */
static void
add_folded(struct buf *buf, const char *text, size_t column)
{
	size_t length;
	bool first = true;

	for (text += strspn(text, " "); *text != '\0';
	    text += strspn(text, " ")) {
		length = strcspn(text, " ");
		if (!first && column + 1 + length > LINE_MAX_LENGTH) {
			buf_add_text(buf, "\r\n ");
			column = 1;
		} else if (!first) {
			buf_add(buf, " ", 1);
			column++;
		}
		buf_add(buf, text, length);
		column += length;
		text += length;
		first = false;
	}
}

void
encode_field(struct buf *buf, const char *name, const char *text)
{
	buf_printf(buf, "%s: ", name);
	if (is_plain(text))
		add_folded(buf, text, strlen(name) + 2);
	else
		add_encoded_words(buf, text, "\r\n ");
	buf_add_text(buf, "\r\n");
}

/*
 * Mailboxes
 */

/* Printable ASCII with a domain, and nothing that would end it. */
static bool
is_address(const char *text, size_t length)
{
	struct addr addr;
	size_t i;

	for (i = 0; i < length; i++)
		if (text[i] <= ' ' || text[i] > '~' ||
		    strchr("<>,;()[]\\\"", text[i]) != NULL)
			return false;
	return addr_parse(text, length, &addr) == STATUS_OK &&
	    addr.domain > 1 && addr.domain < addr.length &&
	    memchr(text, '@', length) != NULL;
}

/* The name without its quotes; false: it is too long or not closed. */
static bool
take_name(const char *text, size_t length, char name[ENCODE_NAME_MAX + 1])
{
	size_t i, used = 0;
	bool quoted = false;

	while (length > 0 && text[length - 1] == ' ')
		length--;
	if (length > ENCODE_NAME_MAX)
		return false;
	for (i = 0; i < length; i++) {
		if (text[i] == '"') {
			quoted = !quoted;
			continue;
		}
		if (text[i] == '\\' && quoted && i + 1 < length)
			i++;
		else if (!quoted && strchr(",;:<>@()", text[i]) != NULL)
			return false;
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			return false;
		name[used++] = text[i];
	}
	name[used] = '\0';
	return !quoted;
}

static void
add_name(struct buf *buf, const char *name)
{
	if (!is_plain(name)) {
		add_encoded_words(buf, name, "\r\n ");
		return;
	}
	buf_add(buf, "\"", 1);
	for (; *name != '\0'; name++) {
		if (*name == '"' || *name == '\\')
			buf_add(buf, "\\", 1);
		buf_add(buf, name, 1);
	}
	buf_add(buf, "\"", 1);
}

enum status
encode_mailbox(struct buf *buf, const char *text)
{
	char name[ENCODE_NAME_MAX + 1];
	const char *open;
	size_t length, start = buf->length;

	text += strspn(text, " ");
	length = strlen(text);
	while (length > 0 && text[length - 1] == ' ')
		length--;
	if (length == 0 || text[length - 1] != '>') {
		if (!is_address(text, length))
			return STATUS_MALFORMED;
		buf_add(buf, text, length);
		return buf->failed ? STATUS_NO_MEMORY : STATUS_OK;
	}
	for (open = text + length - 1; open > text && *open != '<'; open--)
		;
	if (*open != '<' ||
	    !is_address(open + 1, length - (size_t)(open - text) - 2) ||
	    !take_name(text, (size_t)(open - text), name))
		return STATUS_MALFORMED;
	length -= (size_t)(open - text);
	if (name[0] != '\0') {
		add_name(buf, name);
		buf_add_text(buf, buf->length - start + length > MAILBOX_MAX ?
		    "\r\n " : " ");
	}
	buf_add(buf, open, length);
	return buf->failed ? STATUS_NO_MEMORY : STATUS_OK;
}

/*
 * Text
 */

/* Blanks at the end of a line are encoded (rule 3), "=" always. */
static size_t
quote_byte(const char *at, char quoted[4])
{
	bool last = at[1] == '\n' || at[1] == '\0';

	if ((*at > ' ' && *at <= '~' && *at != '=') ||
	    ((*at == ' ' || *at == '\t') && !last)) {
		quoted[0] = *at;
		quoted[1] = '\0';
		return 1;
	}
	snprintf(quoted, 4, "=%02X", (unsigned)(unsigned char)*at);
	return 3;
}

void
encode_quoted_printable(struct buf *buf, const char *text)
{
	char quoted[4];
	size_t column = 0, length;

	for (; *text != '\0'; text++) {
		if (*text == '\n') {
			buf_add_text(buf, "\r\n");
			column = 0;
			continue;
		}
		length = quote_byte(text, quoted);
		/* one column is kept for the "=" of a soft line break */
		if (column + length > LINE_MAX_LENGTH - 1) {
			buf_add_text(buf, "=\r\n");
			column = 0;
		}
		buf_add(buf, quoted, length);
		column += length;
	}
}
