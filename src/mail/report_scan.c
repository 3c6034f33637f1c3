/*
 * Lines of reports, and what is looked for in them: addresses and status
 * codes.  The texts were written for people, by hundreds of programs: an
 * address may stand in brackets, quotes or alone, and a number that looks like
 * a status may be a host's.
 */
#include "mail/report_private.h"

#include <string.h>
#include <strings.h>

bool
report_next_line(const char *text, size_t length, size_t *at,
    struct report_line *line)
{
	const char *end;

	if (*at >= length)
		return false;
	line->text = text + *at;
	end = memchr(line->text, '\n', length - *at);
	line->length = end == NULL ? length - *at :
	    (size_t)(end - line->text);
	*at += line->length + 1;
	if (line->length > 0 && line->text[line->length - 1] == '\r')
		line->length--;
	if (line->length > REPORT_LINE_MAX)
		line->length = REPORT_LINE_MAX;
	return true;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0';
}

void
report_trim(struct report_line *line)
{
	while (line->length > 0 && is_blank(line->text[0])) {
		line->text++;
		line->length--;
	}
	while (line->length > 0 && is_blank(line->text[line->length - 1]))
		line->length--;
}

bool
report_begins(const struct report_line *line, const char *word)
{
	size_t length = strlen(word);

	return line->length >= length &&
	    strncasecmp(line->text, word, length) == 0;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* RFC 5322 atext, and the dot. */
static bool
is_local(char c)
{
	return is_letter(c) || is_digit(c) ||
	    (c != '\0' && strchr(".!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static bool
is_domain(char c)
{
	return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
}

/* The bytes of the character in UTF-8 that begins here; 0: it is none. */
static size_t
character_at(const struct report_line *line, size_t at)
{
	const unsigned char *text = (const unsigned char *)line->text + at;
	size_t i, length = text[0] < 0x80 ? 1 : text[0] < 0xc2 ? 0 :
	    text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : text[0] < 0xf5 ? 4 : 0;

	if (length > line->length - at)
		return 0;
	for (i = 1; i < length; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	return length;
}

/* The same for the one that ends here. */
static size_t
character_before(const struct report_line *line, size_t at)
{
	size_t length;

	for (length = 1; length <= at && length <= 4; length++)
		if (character_at(line, at - length) == length)
			return length;
	return 0;
}

/*
 * Addresses may be in UTF-8 (RFC 6531).  Chinese and Japanese texts, though,
 * put no blank between a word and an address: the characters of three bytes
 * and more belong to a local part or a domain only where the "@" stands
 * right beside one.
 */
static size_t
local_start(const struct report_line *line, size_t sign, size_t from)
{
	size_t length, start = sign;
	bool wide = character_before(line, sign) >= 3;

	while (start > from) {
		length = character_before(line, start);
		if (length == 0 || length > start - from ||
		    (length == 1 && !is_local(line->text[start - 1])) ||
		    (length >= 3 && !wide))
			break;
		start -= length;
	}
	return start;
}

/* The end of the domain that begins here; a full stop may follow it. */
static size_t
domain_end(const struct report_line *line, size_t at)
{
	size_t length, end = at;
	bool wide = at < line->length && character_at(line, at) >= 3;

	while (end < line->length) {
		length = character_at(line, end);
		if (length == 0 || (length == 1 &&
		    !is_domain(line->text[end])) || (length >= 3 && !wide))
			break;
		end += length;
	}
	while (end > at && (line->text[end - 1] == '.' ||
	    line->text[end - 1] == '-'))
		end--;
	return end;
}

static bool
take_address(const struct report_line *line, size_t start, size_t sign,
    struct addr *addr, size_t *end)
{
	*end = domain_end(line, sign + 1);
	return start < sign && *end > sign + 1 && addr_parse(line->text +
	    start, *end - start, addr) == STATUS_OK &&
	    addr->domain < addr->length;
}

bool
report_address_at(const struct report_line *line, size_t at,
    struct addr *addr, size_t *end)
{
	const char *text = line->text, *sign;

	while (at < line->length && (text[at] == '<' || text[at] == '"' ||
	    text[at] == '\'' || text[at] == '(' || text[at] == '['))
		at++;
	if (at + 7 < line->length && strncasecmp(text + at, "mailto:", 7) == 0)
		at += 7;
	sign = memchr(text + at, '@', line->length - at);
	return sign != NULL && local_start(line, (size_t)(sign - text), at) ==
	    at && take_address(line, at, (size_t)(sign - text), addr, end);
}

bool
report_find_address(const struct report_line *line, size_t *at,
    struct addr *addr)
{
	size_t start, sign, end, from = *at;
	const char *found;

	while (from < line->length && (found = memchr(line->text + from, '@',
	    line->length - from)) != NULL) {
		sign = (size_t)(found - line->text);
		start = local_start(line, sign, *at);
		while (start < sign && line->text[start] == '\'')
			start++;
		if (take_address(line, start, sign, addr, &end)) {
			*at = end;
			return true;
		}
		from = sign + 1;
	}
	*at = line->length;
	return false;
}

/* One to three digits at `*at`. */
static bool
take_number(const struct report_line *line, size_t *at)
{
	size_t start = *at;

	while (*at < line->length && *at - start < 4 &&
	    is_digit(line->text[*at]))
		(*at)++;
	return *at > start && *at - start <= 3;
}

/* Is the character part of something longer, such as a host's name? */
static bool
is_joined(char c)
{
	return is_letter(c) || is_digit(c) ||
	    (c != '\0' && strchr(".-_/@", c) != NULL);
}

/* "550 ", "550-", "'452 ": a reply code of class 4 or 5, x0x to x5x. */
static bool
reply_at(const struct report_line *line, size_t at)
{
	const char *text = line->text;
	size_t end = at + 3;

	return end <= line->length && (text[at] == '4' || text[at] == '5') &&
	    text[at + 1] >= '0' && text[at + 1] <= '5' &&
	    is_digit(text[at + 2]) && (at == 0 || !is_joined(text[at - 1])) &&
	    (end == line->length || strchr(" -:,'\")>", text[end]) != NULL);
}

/* "5.1.1" here, and no piece of a host's address; "550-5.1.1" is one too. */
static bool
enhanced_at(const struct report_line *line, size_t at,
    char status[REPORT_STATUS_SIZE])
{
	const char *text = line->text;
	size_t start = at, length = line->length;

	if ((text[at] != '2' && text[at] != '4' && text[at] != '5') ||
	    (at > 0 && is_joined(text[at - 1]) &&
	    (at < 4 || !reply_at(line, at - 4))))
		return false;
	if (++at == length || text[at++] != '.' || !take_number(line, &at) ||
	    at == length || text[at++] != '.' || !take_number(line, &at))
		return false;
	if (at < length && is_joined(text[at]) && (at + 1 == length ||
	    is_joined(text[at + 1])) && !(text[at] == '.' && at + 1 == length))
		return false;
	memcpy(status, text + start, at - start);
	status[at - start] = '\0';
	return true;
}

bool
report_find_status(const struct report_line *line,
    char status[REPORT_STATUS_SIZE], bool *enhanced)
{
	bool found = false;
	size_t at;

	for (at = 0; at < line->length; at++) {
		if (!is_digit(line->text[at]))
			continue;
		if (enhanced_at(line, at, status)) {
			*enhanced = true;
			return true;
		}
		if (!found && reply_at(line, at)) {
			status[0] = line->text[at];
			memcpy(status + 1, ".0.0", 5);
			*enhanced = false;
			found = true;
		}
	}
	return found;
}
