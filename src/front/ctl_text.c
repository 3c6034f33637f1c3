/*
 * Text for people, and what must not reach their terminals.
 *
 * A user's name is whatever somebody logged in with; a terminal obeys
 * escape sequences, also those that begin with one C1 character.  So names go
 * through ctl_text_add_clean, all of them, on every way out.
 */
#include "front/ctl_text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

const char *
ctl_text_number(int64_t value, char text[CTL_TEXT_NUMBER_SIZE])
{
	char digits[CTL_TEXT_NUMBER_SIZE];
	size_t from = 0, to = 0, length;

	length = (size_t)snprintf(digits, sizeof(digits), "%" PRId64, value);
	if (digits[0] == '-')
		text[to++] = digits[from++];
	while (from < length) {
		text[to++] = digits[from++];
		if (from < length && (length - from) % 3 == 0)
			text[to++] = ',';
	}
	text[to] = '\0';
	return text;
}

const char *
ctl_text_share(double share, char text[CTL_TEXT_NUMBER_SIZE])
{
	int millionths;

	if (!(share >= 0 && share <= 1)) {
		text[0] = '-';
		text[1] = '\0';
		return text;
	}
	/* A share is a whole number of millionths on its way to us. */
	millionths = (int)(share * 1e6 + 0.5);
	snprintf(text, CTL_TEXT_NUMBER_SIZE, "%d.%d%%", millionths / 10000,
	    millionths / 1000 % 10);
	return text;
}

/*
 * The length of the UTF-8 character at text (RFC 3629), 0 if it is none;
 * *code is its number.
 */
static size_t
decode(const char *text, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char first = (unsigned char)*text;
	size_t length, i;

	if (first < 0x80)
		length = 1;
	else if (first >= 0xc2 && first < 0xe0)
		length = 2;
	else if (first >= 0xe0 && first < 0xf0)
		length = 3;
	else if (first >= 0xf0 && first < 0xf5)
		length = 4;
	else
		return 0;
	*code = length == 1 ? first : first & (0x7fU >> length);
	for (i = 1; i < length; i++) {
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | ((unsigned char)text[i] & 0x3f);
	}
	if (*code < least[length] || *code > 0x10ffff ||
	    (*code >= 0xd800 && *code < 0xe000))
		return 0;
	return length;
}

static bool
is_harmful(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) ||
	    code == 0x061c || (code >= 0x200b && code <= 0x200f) ||
	    (code >= 0x2028 && code <= 0x202e) ||
	    (code >= 0x2060 && code <= 0x206f) || code == 0xfeff;
}

void
ctl_text_add_clean(struct buf *buf, const char *text)
{
	uint32_t code = 0;
	size_t length;

	for (; *text != '\0'; text += length) {
		length = decode(text, &code);
		if (length == 0 || is_harmful(code)) {
			buf_add_text(buf, "?");
			length += length == 0;
		} else
			buf_add(buf, text, length);
	}
}

size_t
ctl_text_width(const char *text)
{
	uint32_t code = 0;
	size_t length, width = 0;

	for (; *text != '\0'; text += length) {
		length = decode(text, &code);
		length += length == 0;
		width++;
	}
	return width;
}

void
ctl_text_add_encoded(struct buf *buf, const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (; *text != '\0'; text++) {
		if (strchr(plain, *text) != NULL)
			buf_add(buf, text, 1);
		else
			buf_printf(buf, "%%%02X", (unsigned char)*text);
	}
}

void
ctl_text_add_time(struct buf *buf, const char *time, const char *missing)
{
	char text[CLOCK_TEXT_SIZE];
	int64_t when;

	if (time == NULL)
		buf_add_text(buf, missing);
	else if (clock_parse(time, &when) == STATUS_OK)
		buf_add_text(buf, clock_format_people(when, text));
	else
		ctl_text_add_clean(buf, time);
}

void
ctl_text_add_date(struct buf *buf, const char *time, const char *missing)
{
	char text[CLOCK_TEXT_SIZE];
	int64_t when;

	if (time == NULL || clock_parse(time, &when) != STATUS_OK) {
		buf_add_text(buf, missing);
		return;
	}
	clock_format(when, text);
	buf_add(buf, text, strcspn(text, "T"));
}
