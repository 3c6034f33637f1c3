/*
 * UTF-16 and UTF-32.
 *
 * Not by iconv(3): it stops at half of a surrogate pair, and who goes on one
 * byte behind it reads all the rest off by one; and it takes text without a
 * mark for the machine's own order, or for the other, as the system likes.
 *
 * A mark overrules the name (WHATWG's Encoding Standard, "BOM sniff"), as it
 * does for those who read the mail.  Where neither has the order, the zeroes
 * have it: most of what is written has characters below U+0100 in it, be it
 * but blanks.
 */
#include "mail/wide.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "mail/unicode.h"

#define COUNT(table)	(sizeof(table) / sizeof((table)[0]))

#define REPLACEMENT	0xfffd
#define MARK		0xfeff
#define CHARACTER_MAX	0x10ffff

enum order {
	ORDER_UNKNOWN,
	ORDER_LITTLE,
	ORDER_BIG
};

struct form {
	const char	*name;
	size_t		 unit;		/* bytes */
	enum order	 order;
};

static const struct form forms[] = {
	{ "utf-16", 2, ORDER_UNKNOWN },
	{ "utf-16le", 2, ORDER_LITTLE },
	{ "utf-16be", 2, ORDER_BIG },
	{ "utf16", 2, ORDER_UNKNOWN },
	{ "ucs-2", 2, ORDER_UNKNOWN },
	{ "iso-10646-ucs-2", 2, ORDER_UNKNOWN },
	{ "csunicode", 2, ORDER_UNKNOWN },
	{ "unicode", 2, ORDER_UNKNOWN },	/* Microsoft's names */
	{ "unicodefffe", 2, ORDER_BIG },
	{ "utf-32", 4, ORDER_UNKNOWN },
	{ "utf-32le", 4, ORDER_LITTLE },
	{ "utf-32be", 4, ORDER_BIG },
	{ "ucs-4", 4, ORDER_UNKNOWN },
	{ "iso-10646-ucs-4", 4, ORDER_UNKNOWN },
};

/* Longer ones first: UTF-32's begins with UTF-16's. */
static const struct mark {
	const char	*bytes;
	struct form	 form;
} marks[] = {
	{ "\xff\xfe\0\0", { NULL, 4, ORDER_LITTLE } },
	{ "\0\0\xfe\xff", { NULL, 4, ORDER_BIG } },
	{ "\xff\xfe", { NULL, 2, ORDER_LITTLE } },
	{ "\xfe\xff", { NULL, 2, ORDER_BIG } },
};

struct reader {
	const unsigned char	*at, *end;
	size_t			 unit;
	bool			 little;
};

static const struct form *
form_of(const char *charset, const char *bytes, size_t length)
{
	size_t i;

	for (i = 0; i < COUNT(marks); i++)
		if (length >= marks[i].form.unit && memcmp(bytes,
		    marks[i].bytes, marks[i].form.unit) == 0)
			return &marks[i].form;
	for (i = 0; charset != NULL && i < COUNT(forms); i++)
		if (strcasecmp(charset, forms[i].name) == 0)
			return &forms[i];
	return NULL;
}

/* As many zeroes at either end: little, as the standard above has it. */
static bool
looks_little(const struct reader *reader)
{
	const unsigned char *at;
	size_t first = 0, last = 0;

	for (at = reader->at; (size_t)(reader->end - at) >= reader->unit;
	    at += reader->unit) {
		first += at[0] == 0;
		last += at[reader->unit - 1] == 0;
	}
	return last >= first;
}

static uint32_t
read_unit(struct reader *reader)
{
	uint32_t value = 0;
	size_t i;

	for (i = 0; i < reader->unit; i++)
		value = value << 8 | reader->at[reader->little ?
		    reader->unit - 1 - i : i];
	reader->at += reader->unit;
	return value;
}

static bool
is_surrogate(uint32_t c, uint32_t first)
{
	return (c & ~(uint32_t)0x3ff) == first;
}

static uint32_t
read_character(struct reader *reader)
{
	struct reader ahead;
	uint32_t c = read_unit(reader), low;

	if (reader->unit == 2 && is_surrogate(c, 0xd800) &&
	    (size_t)(reader->end - reader->at) >= reader->unit) {
		ahead = *reader;
		low = read_unit(&ahead);
		if (is_surrogate(low, 0xdc00)) {
			*reader = ahead;
			return 0x10000 + ((c & 0x3ff) << 10) + (low & 0x3ff);
		}
	}
	return c > CHARACTER_MAX || is_surrogate(c, 0xd800) ||
	    is_surrogate(c, 0xdc00) ? REPLACEMENT : c;
}

bool
wide_decode(const char *charset, const char *bytes, size_t length,
    struct buf *text)
{
	const struct form *form = form_of(charset, bytes, length);
	struct reader reader = { .at = (const unsigned char *)bytes };
	char character[UNICODE_CHARACTER_MAX];
	uint32_t c;

	if (form == NULL)
		return false;
	reader.end = reader.at + length;
	reader.unit = form->unit;
	reader.little = form->order == ORDER_LITTLE ||
	    (form->order == ORDER_UNKNOWN && looks_little(&reader));
	while ((size_t)(reader.end - reader.at) >= reader.unit) {
		c = read_character(&reader);
		if (c != 0 && c != MARK)
			buf_add(text, character, unicode_write(character, c));
	}
	return true;
}
