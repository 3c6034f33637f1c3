/*
 * Characters that are written as names or numbers.  The names are those that
 * mail programs write; the rest of the two thousand is taken as it stands.
 */
#include "mail/html_private.h"

#include <stdlib.h>
#include <string.h>

#include "mail/unicode.h"

#define COUNT(table)	(sizeof(table) / sizeof((table)[0]))
#define DIGITS_MAX	8
#define UNICODE_LAST	0x10ffffUL

static const struct entity {
	const char	*name;
	const char	*text;
} entities[] = {
	{ "nbsp;", " " }, { "amp;", "&" }, { "lt;", "<" }, { "gt;", ">" },
	{ "quot;", "\"" }, { "apos;", "'" }, { "lsquo;", "'" },
	{ "rsquo;", "'" }, { "ldquo;", "\"" }, { "rdquo;", "\"" },
	{ "laquo;", "\"" }, { "raquo;", "\"" }, { "bdquo;", "\"" },
	{ "ndash;", "-" }, { "mdash;", "-" }, { "hellip;", "..." },
	{ "bull;", "*" }, { "middot;", "*" }, { "euro;", "\xe2\x82\xac" },
	{ "pound;", "\xc2\xa3" }, { "iexcl;", "\xc2\xa1" },
	{ "iquest;", "\xc2\xbf" }, { "shy;", "" }, { "zwnj;", "" },
	{ "zwj;", "" }, { "ensp;", " " }, { "emsp;", " " },
	{ "thinsp;", " " },
	{ "auml;", "ä" }, { "ouml;", "ö" }, { "uuml;", "ü" },
	{ "szlig;", "ß" }, { "aacute;", "á" }, { "eacute;", "é" },
	{ "iacute;", "í" }, { "oacute;", "ó" }, { "uacute;", "ú" },
	{ "agrave;", "à" }, { "egrave;", "è" }, { "igrave;", "ì" },
	{ "ograve;", "ò" }, { "ugrave;", "ù" }, { "acirc;", "â" },
	{ "ecirc;", "ê" }, { "icirc;", "î" }, { "ocirc;", "ô" },
	{ "ucirc;", "û" }, { "ccedil;", "ç" }, { "ntilde;", "ñ" },
	{ "atilde;", "ã" }, { "otilde;", "õ" }, { "aring;", "å" },
	{ "aelig;", "æ" }, { "oslash;", "ø" }, { "euml;", "ë" },
	{ "iuml;", "ï" }, { "oelig;", "œ" },
};

static void
add_character(struct buf *text, unsigned long c)
{
	char bytes[UNICODE_CHARACTER_MAX];

	buf_add(text, bytes, unicode_write(bytes, (uint32_t)c));
}

/* Behind "#"; 0: no number stands there. */
static size_t
add_number(struct buf *text, const char *number)
{
	bool hex = number[0] == 'x' || number[0] == 'X';
	const char *digits = number + (hex ? 1 : 0);
	size_t count = strspn(digits, hex ? "0123456789abcdefABCDEF" :
	    "0123456789");
	unsigned long c;

	if (count == 0 || count > DIGITS_MAX)
		return 0;
	c = strtoul(digits, NULL, hex ? 16 : 10);
	if (c == 0 || c > UNICODE_LAST || (c >= 0xd800 && c < 0xe000))
		return 0;
	add_character(text, c);
	return (size_t)(digits - number) + count + (digits[count] == ';');
}

size_t
html_entity_add(struct buf *text, const char *entity)
{
	size_t i, length;

	if (entity[0] == '#') {
		length = add_number(text, entity + 1);
		if (length > 0)
			return length + 1;
	}
	/* a capital's name differs in the case of its first letter alone */
	for (i = 0; i < COUNT(entities); i++) {
		length = strlen(entities[i].name);
		if ((entity[0] | 0x20) == entities[i].name[0] &&
		    strncmp(entity + 1, entities[i].name + 1, length - 1) ==
		    0) {
			buf_add_text(text, entities[i].text);
			return length;
		}
	}
	buf_add_text(text, "&");
	return 0;
}
