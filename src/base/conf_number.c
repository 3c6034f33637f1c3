/*
 * Values that are numbers with a unit: counts, durations, shares, sizes, file
 * modes.  Whole numbers all the way: 12.5% is 125,000 millionths exactly.
 */
#include "base/conf_kind.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

/* 1% is 10,000 millionths, so four decimals of a percent are exact. */
#define SHARE_PERCENT	(CONF_SHARE_ONE / 100)

/* At most `digits` digits, at least one; *end is what follows them. */
static bool
parse_whole(const char *text, size_t digits, int64_t *number,
    const char **end)
{
	size_t length = strspn(text, "0123456789"), i;

	if (length == 0 || length > digits)
		return false;
	*number = 0;
	for (i = 0; i < length; i++)
		*number = *number * 10 + (text[i] - '0');
	*end = text + length;
	return true;
}

static enum status
keep_number(const struct conf_target *target, int64_t number)
{
	if (number < target->key->low || number > target->key->high)
		return STATUS_MALFORMED;
	*(int64_t *)target->field = number;
	return STATUS_OK;
}

enum status
conf_read_count(const struct conf_target *target, const char *text)
{
	const struct conf_choice *choice;
	const char *end;
	int64_t number;

	choice = conf_choice_by_word(target->key->choices, text);
	if (choice != NULL) {
		*(int64_t *)target->field = choice->value;
		return STATUS_OK;
	}
	if (!parse_whole(text, CONF_DIGITS_MAX, &number, &end) || *end != '\0')
		return STATUS_MALFORMED;
	return keep_number(target, number);
}

void
conf_write_count(const struct conf_key *key, const void *field, struct buf *buf)
{
	(void)key;
	buf_printf(buf, "%lld", (long long)*(const int64_t *)field);
}

enum status
conf_read_duration(const struct conf_target *target, const char *text)
{
	const struct conf_choice *choice;
	int64_t duration;

	choice = conf_choice_by_word(target->key->choices, text);
	if (choice != NULL) {
		*(int64_t *)target->field = choice->value;
		return STATUS_OK;
	}
	if (clock_parse_duration(text, &duration) != STATUS_OK)
		return STATUS_MALFORMED;
	return keep_number(target, duration);
}

void
conf_write_duration(const struct conf_key *key, const void *field,
    struct buf *buf)
{
	const struct conf_choice *choice;
	char text[CLOCK_TEXT_SIZE];
	int64_t duration = *(const int64_t *)field;

	choice = conf_choice_by_value(key->choices, duration);
	conf_write_quoted(buf, choice != NULL ? choice->word :
	    clock_format_duration(duration, text));
}

enum status
conf_read_share(const struct conf_target *target, const char *text)
{
	const struct conf_choice *choice;
	int64_t whole, part = 0;
	const char *end;
	size_t decimals;

	choice = conf_choice_by_word(target->key->choices, text);
	if (choice != NULL) {
		*(int64_t *)target->field = choice->value;
		return STATUS_OK;
	}
	if (!parse_whole(text, 3, &whole, &end))
		return STATUS_MALFORMED;
	if (*end == '.') {
		text = end + 1;
		if (!parse_whole(text, 4, &part, &end))
			return STATUS_MALFORMED;
		for (decimals = (size_t)(end - text); decimals < 4; decimals++)
			part *= 10;
	}
	if (strcmp(end, "%") != 0)
		return STATUS_MALFORMED;
	return keep_number(target, whole * SHARE_PERCENT + part);
}

void
conf_format_share(int64_t share, struct buf *buf)
{
	int64_t part = share % SHARE_PERCENT;
	int decimals = 4;

	for (; part != 0 && part % 10 == 0; part /= 10)
		decimals--;
	buf_printf(buf, "%lld", (long long)(share / SHARE_PERCENT));
	if (part != 0)
		buf_printf(buf, ".%0*lld", decimals, (long long)part);
	buf_add_text(buf, "%");
}

void
conf_write_share(const struct conf_key *key, const void *field, struct buf *buf)
{
	const struct conf_choice *choice;
	int64_t share = *(const int64_t *)field;

	choice = conf_choice_by_value(key->choices, share);
	buf_add_text(buf, "\"");
	if (choice != NULL)
		buf_add_text(buf, choice->word);
	else
		conf_format_share(share, buf);
	buf_add_text(buf, "\"");
}

enum status
conf_read_size(const struct conf_target *target, const char *text)
{
	static const char units[] = "KMG";
	const char *end, *unit;
	unsigned shift = 0;
	int64_t number;

	if (!parse_whole(text, 15, &number, &end))
		return STATUS_MALFORMED;
	if (*end != '\0') {
		unit = strchr(units, *end);
		if (unit == NULL || end[1] != '\0')
			return STATUS_MALFORMED;
		shift = 10 * (unsigned)(unit - units + 1);
	}
	if (number > INT64_MAX >> shift)
		return STATUS_MALFORMED;
	return keep_number(target, number << shift);
}

void
conf_format_size(int64_t size, struct buf *buf)
{
	static const char units[] = "KMG";
	size_t i = 0;

	for (; i < 3 && size != 0 && size % 1024 == 0; i++)
		size /= 1024;
	buf_printf(buf, "%lld", (long long)size);
	if (i > 0)
		buf_add(buf, &units[i - 1], 1);
}

void
conf_write_size(const struct conf_key *key, const void *field, struct buf *buf)
{
	(void)key;
	buf_add_text(buf, "\"");
	conf_format_size(*(const int64_t *)field, buf);
	buf_add_text(buf, "\"");
}

enum status
conf_read_mode(const struct conf_target *target, const char *text)
{
	size_t length = strlen(text);
	unsigned long mode;

	if (length < 3 || length > 4 || strspn(text, "01234567") != length)
		return STATUS_MALFORMED;
	mode = strtoul(text, NULL, 8);
	if (mode > (unsigned long)target->key->high)
		return STATUS_MALFORMED;
	*(mode_t *)target->field = (mode_t)mode;
	return STATUS_OK;
}

void
conf_write_mode(const struct conf_key *key, const void *field, struct buf *buf)
{
	(void)key;
	buf_printf(buf, "\"%04o\"", (unsigned)*(const mode_t *)field);
}
