/*
 * Texts by Unicode's tables.  The C library's own are the locale's.
 */
#include "mail/unicode.h"

#include <glib.h>

#include <string.h>

#include "mail/ascii.h"

size_t
unicode_write(char bytes[UNICODE_CHARACTER_MAX], uint32_t c)
{
	if (c < 0x80) {
		bytes[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		bytes[0] = (char)(0xc0 | c >> 6);
		bytes[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		bytes[0] = (char)(0xe0 | c >> 12);
		bytes[1] = (char)(0x80 | (c >> 6 & 0x3f));
		bytes[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	bytes[0] = (char)(0xf0 | c >> 18);
	bytes[1] = (char)(0x80 | (c >> 12 & 0x3f));
	bytes[2] = (char)(0x80 | (c >> 6 & 0x3f));
	bytes[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* "\xef\xbc\xa0", a wide at sign, would become a plain one. */
static bool
is_plain_domain(const char *text)
{
	return text[0] != '\0' && text[strspn(text,
	    "abcdefghijklmnopqrstuvwxyz0123456789-_.")] == '\0';
}

enum status
unicode_domain_to_ascii(const char *domain, char *ascii, size_t size)
{
	enum status status = STATUS_OK;
	char *made = g_hostname_to_ascii(domain);

	if (made == NULL || !is_plain_domain(made))
		status = STATUS_MALFORMED;
	else if (strlen(made) >= size)
		status = STATUS_LIMIT;
	else
		memcpy(ascii, made, strlen(made) + 1);
	g_free(made);
	return status;
}

/* Folding can undo the normal form, so it is made again. */
static char *
fold_characters(const char *text, size_t length)
{
	char *valid = g_utf8_make_valid(text, (gssize)length);
	char *normal = g_utf8_normalize(valid, -1, G_NORMALIZE_NFKC);
	char *folded = g_utf8_casefold(normal, -1);
	char *again = g_utf8_normalize(folded, -1, G_NORMALIZE_NFKC);

	g_free(folded);
	g_free(normal);
	g_free(valid);
	return again;
}

/* Marks of direction, zero-width joiners, soft hyphens, controls. */
static bool
is_unseen(gunichar c)
{
	GUnicodeType type = g_unichar_type(c);

	return type == G_UNICODE_FORMAT || type == G_UNICODE_CONTROL;
}

static void
fold_unicode(const char *text, size_t length, struct buf *folded)
{
	char *all = fold_characters(text, length);
	bool blank = false, begun = false;
	char *at, *next;
	gunichar c;

	for (at = all; *at != '\0'; at = next) {
		next = g_utf8_next_char(at);
		c = g_utf8_get_char(at);
		if (g_unichar_isspace(c)) {
			blank = begun;
		} else if (!is_unseen(c)) {
			if (blank)
				buf_add(folded, " ", 1);
			buf_add(folded, at, (size_t)(next - at));
			blank = false;
			begun = true;
		}
	}
	g_free(all);
}

enum status
unicode_fold(const char *text, struct buf *folded)
{
	size_t length = strnlen(text, UNICODE_TEXT_MAX);

	if (ascii_only(text, length))
		ascii_fold(text, length, folded);
	else
		fold_unicode(text, length, folded);
	return folded->failed ? STATUS_NO_MEMORY : STATUS_OK;
}

static enum unicode_class
class_of(gunichar c)
{
	if (!g_unichar_isalnum(c))
		return UNICODE_BLANK;
	switch (g_unichar_get_script(c)) {
	case G_UNICODE_SCRIPT_HAN:
	case G_UNICODE_SCRIPT_HIRAGANA:
	case G_UNICODE_SCRIPT_KATAKANA:
	case G_UNICODE_SCRIPT_THAI:
	case G_UNICODE_SCRIPT_LAO:
	case G_UNICODE_SCRIPT_KHMER:
	case G_UNICODE_SCRIPT_MYANMAR:
		return UNICODE_IDEOGRAPH;
	default:
		return UNICODE_LETTER;
	}
}

void
unicode_characters(const char *text, size_t length,
    void (*take)(void *, uint32_t, enum unicode_class), void *context)
{
	char *valid = g_utf8_make_valid(text, (gssize)length);
	char *folded = g_utf8_casefold(valid, -1);
	char *all = g_utf8_normalize(folded, -1, G_NORMALIZE_NFKD);
	char *at;
	gunichar c;

	for (at = all; *at != '\0'; at = g_utf8_next_char(at)) {
		c = g_utf8_get_char(at);
		if (g_unichar_isspace(c))
			take(context, c, UNICODE_BLANK);
		else if (!is_unseen(c) && !g_unichar_ismark(c))
			take(context, (uint32_t)g_unichar_tolower(c),
			    class_of(c));
	}
	g_free(all);
	g_free(folded);
	g_free(valid);
}
