/*
 * The table of phrases, sorted by place and bytes.
 *
 * The phrases that a text begins with are found by one binary search: if any
 * begins it, the greatest phrase that is not behind the text begins with that
 * one too.  So each phrase knows the longest other one it begins with, and
 * those are gone through upwards.  Of a phrase with a gap that is done with
 * what stands before the gap; several may have that in common.
 */
#include "mail/phrase.h"

#include <stdlib.h>
#include <string.h>

#include "mail/unicode.h"

#define NONE	((size_t)-1)
#define GAP	" ... "

struct phrase {
	char			*text;		/* up to the gap, if any */
	size_t			 length;
	const char		*tail;		/* behind the gap; NULL */
	size_t			 shorter;	/* one it begins with; NONE */
	enum phrase_place	 place;
};

struct phrase_table {
	struct phrase	*phrases;
	size_t		 count;
	size_t		 capacity;
	size_t		 first[PHRASE_PLACES + 1];	/* of each place */
};

/* One file being read. */
struct reading {
	struct phrase_table	*table;
	struct buf		*why;
	struct buf		 text;		/* the line, folded */
	size_t			 line;
	enum phrase_place	 place;
};

static const char *const places[PHRASE_PLACES] = {
	"@subject", "@within", "@absence", "@instead", "@automatic",
	"@receipt", "@bounce"
};

enum status
phrase_fold(const char *text, struct buf *folded)
{
	static const struct {
		const char	*typographic;	/* three bytes */
		const char	*plain;
	} signs[] = {
		{ "\xe2\x80\x90", "-" }, { "\xe2\x80\x91", "-" },
		{ "\xe2\x80\x93", "-" }, { "\xe2\x80\x94", "-" },
		{ "\xe2\x80\x98", "'" }, { "\xe2\x80\x99", "'" },
	};
	enum status status;
	struct buf form;
	const char *at;
	size_t i, length;

	buf_init(&form);
	status = unicode_fold(text, &form);
	for (at = form.data; status == STATUS_OK && *at != '\0'; at++) {
		/* all of the signs begin with the same byte */
		length = strcspn(at, "\xe2");
		buf_add(folded, at, length);
		at += length;
		if (*at == '\0')
			break;
		for (i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
			if (strncmp(at, signs[i].typographic, 3) == 0)
				break;
		if (i < sizeof(signs) / sizeof(signs[0])) {
			buf_add_text(folded, signs[i].plain);
			at += 2;
		} else
			buf_add(folded, at, 1);
	}
	buf_release(&form);
	return folded->failed ? STATUS_NO_MEMORY : status;
}

static bool
add(struct phrase_table *table, enum phrase_place place, const char *text)
{
	size_t capacity = table->capacity == 0 ? 256 : 2 * table->capacity;
	struct phrase *phrases, *phrase;
	char *gap;

	if (table->count == table->capacity) {
		phrases = realloc(table->phrases, capacity * sizeof(*phrases));
		if (phrases == NULL)
			return false;
		table->phrases = phrases;
		table->capacity = capacity;
	}
	phrase = &table->phrases[table->count];
	phrase->text = strdup(text);
	if (phrase->text == NULL)
		return false;
	phrase->tail = NULL;
	gap = strstr(phrase->text, GAP);
	if (gap != NULL) {
		*gap = '\0';
		phrase->tail = gap + strlen(GAP);
	}
	phrase->length = strlen(phrase->text);
	phrase->place = place;
	phrase->shorter = NONE;
	table->count++;
	return true;
}

static enum status
take_place(struct reading *reading)
{
	size_t i;

	for (i = 0; i < PHRASE_PLACES; i++) {
		if (strcmp(reading->text.data, places[i]) == 0) {
			reading->place = (enum phrase_place)i;
			return STATUS_OK;
		}
	}
	buf_printf(reading->why, "line %zu: unknown place; expected @subject, "
	    "@within, @absence, @instead, @automatic, @receipt or "
	    "@bounce", reading->line);
	return STATUS_MALFORMED;
}

static enum status
take_phrase(struct reading *reading)
{
	size_t length = reading->text.length;
	const char *gap;

	if (strstr(reading->text.data, "\xef\xbf\xbd") != NULL) {
		buf_printf(reading->why, "line %zu: bytes that are no UTF-8",
		    reading->line);
		return STATUS_MALFORMED;
	}
	if (length < PHRASE_LENGTH_MIN || length > PHRASE_LENGTH_MAX) {
		buf_printf(reading->why, "line %zu: a phrase of %zu bytes; "
		    "expected %d to %d", reading->line, length,
		    PHRASE_LENGTH_MIN, PHRASE_LENGTH_MAX);
		return STATUS_LIMIT;
	}
	gap = strstr(reading->text.data, GAP);
	if (gap != NULL && (gap - reading->text.data < PHRASE_LENGTH_MIN ||
	    strlen(gap + strlen(GAP)) < PHRASE_LENGTH_MIN ||
	    strstr(gap + strlen(GAP), GAP) != NULL)) {
		buf_printf(reading->why, "line %zu: expected one \"...\" at "
		    "most, between two parts of %d bytes or more",
		    reading->line, PHRASE_LENGTH_MIN);
		return STATUS_MALFORMED;
	}
	if (reading->table->count == PHRASES_MAX) {
		buf_printf(reading->why, "line %zu: more than %d phrases",
		    reading->line, PHRASES_MAX);
		return STATUS_LIMIT;
	}
	return add(reading->table, reading->place, reading->text.data) ?
	    STATUS_OK : STATUS_NO_MEMORY;
}

static enum status
take_line(struct reading *reading, const char *bytes, size_t length)
{
	enum status status;
	struct buf raw;

	if (memchr(bytes, '\0', length) != NULL) {
		buf_printf(reading->why, "line %zu: a NUL byte; expected text",
		    reading->line);
		return STATUS_MALFORMED;
	}
	if (length == 0 || bytes[0] == '#')
		return STATUS_OK;
	buf_init(&raw);
	buf_add(&raw, bytes, length);
	buf_clear(&reading->text);
	status = raw.failed ? STATUS_NO_MEMORY :
	    phrase_fold(raw.data, &reading->text);
	buf_release(&raw);
	if (status != STATUS_OK || reading->text.length == 0)
		return status;
	return reading->text.data[0] == '@' ? take_place(reading) :
	    take_phrase(reading);
}

static enum status
take_lines(struct reading *reading, const char *bytes, size_t length)
{
	const char *end = bytes + length, *newline;
	enum status status = STATUS_OK;

	while (status == STATUS_OK && bytes < end) {
		newline = memchr(bytes, '\n', (size_t)(end - bytes));
		if (newline == NULL)
			newline = end;
		reading->line++;
		status = take_line(reading, bytes, (size_t)(newline - bytes));
		bytes = newline < end ? newline + 1 : end;
	}
	return status;
}

static int
compare(const void *one, const void *other)
{
	const struct phrase *a = one, *b = other;

	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	return strcmp(a->text, b->text);
}

/* Of phrases in order: does `longer` begin with `phrase`, or as it does? */
static bool
continues(const struct phrase *longer, const struct phrase *phrase)
{
	return longer->place == phrase->place &&
	    longer->length >= phrase->length &&
	    memcmp(longer->text, phrase->text, phrase->length) == 0;
}

static void
put_in_order(struct phrase_table *table)
{
	struct phrase *phrases = table->phrases;
	size_t i, shorter, place = 0;

	if (table->count > 1)
		qsort(phrases, table->count, sizeof(*phrases), compare);
	for (i = 0; i < table->count; i++) {
		while (place <= phrases[i].place)
			table->first[place++] = i;
		shorter = i == 0 ? NONE : i - 1;
		while (shorter != NONE &&
		    !continues(&phrases[i], &phrases[shorter]))
			shorter = phrases[shorter].shorter;
		phrases[i].shorter = shorter;
	}
	while (place <= PHRASE_PLACES)
		table->first[place++] = table->count;
}

enum status
phrase_table_parse(struct phrase_table **table, const char *bytes,
    size_t length, struct buf *why)
{
	struct reading reading = { .why = why, .place = PHRASE_SUBJECT };
	enum status status = STATUS_NO_MEMORY;

	*table = NULL;
	buf_init(&reading.text);
	reading.table = calloc(1, sizeof(*reading.table));
	if (reading.table == NULL)
		goto out;
	if (length > PHRASE_FILE_MAX) {
		buf_printf(why, "%zu bytes; expected at most %zu", length,
		    PHRASE_FILE_MAX);
		status = STATUS_LIMIT;
		goto out;
	}
	status = take_lines(&reading, bytes, length);
	if (status != STATUS_OK)
		goto out;
	put_in_order(reading.table);
	*table = reading.table;
	reading.table = NULL;
out:
	phrase_table_free(reading.table);
	buf_release(&reading.text);
	return status;
}

void
phrase_table_free(struct phrase_table *table)
{
	size_t i;

	if (table == NULL)
		return;
	for (i = 0; i < table->count; i++)
		free(table->phrases[i].text);
	free(table->phrases);
	free(table);
}

size_t
phrase_table_count(const struct phrase_table *table, enum phrase_place place)
{
	return table->first[place + 1] - table->first[place];
}

/*
 * Is this byte part of a letter or digit, in a script that puts blanks
 * between words?  By the first byte of UTF-8: up to U+07FF all are such
 * letters but for a few signs below U+00C0, and so is what begins with 0xe0
 * or 0xe1; from 0xe2 on come punctuation and the scripts of the far east.
 * Thai, in 0xe0, writes its words together.
 */
static bool
is_of_word(const char *text)
{
	unsigned char c = (unsigned char)text[0];

	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
	if (c == 0xe0)
		return (unsigned char)text[1] < 0xb8;
	return c >= 0xc3 && c <= 0xe1;
}

/* The beginning of the character that ends at `end`. */
static const char *
last_character(const char *text, const char *end)
{
	do
		end--;
	while (end > text && ((unsigned char)*end & 0xc0) == 0x80);
	return end;
}

/* A phrase that ends in the middle of a word is not what was said. */
static bool
ends_there(const struct phrase *phrase, const char *behind)
{
	const char *end = phrase->text + phrase->length;

	return !is_of_word(behind) ||
	    !is_of_word(last_character(phrase->text, end));
}

/* A gap is short, and in a text of lines it may go over their ends. */
static bool
has_tail(const struct phrase *phrase, const char *behind)
{
	size_t length = strlen(phrase->tail), reach = strlen(behind);
	const char *at;

	if (reach > PHRASE_GAP_MAX + length)
		reach = PHRASE_GAP_MAX + length;
	for (at = behind; (size_t)(at - behind) + length <= reach; at++)
		if (memcmp(at, phrase->tail, length) == 0 &&
		    (at == behind || !is_of_word(at) ||
		    !is_of_word(last_character(behind, at))) &&
		    !is_of_word(at + length))
			return true;
	return false;
}

/* The greatest phrase of a place that is not behind the text, or NONE. */
static size_t
search(const struct phrase_table *table, enum phrase_place place,
    const char *text)
{
	size_t low = table->first[place], high = table->first[place + 1];
	size_t first = low, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (strcmp(table->phrases[middle].text, text) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low > first ? low - 1 : NONE;
}

bool
phrase_begins(const struct phrase_table *table, enum phrase_place place,
    const char *text)
{
	size_t i = search(table, place, text);
	const struct phrase *phrase;
	const char *behind;

	for (; i != NONE; i = phrase->shorter) {
		phrase = &table->phrases[i];
		behind = text + phrase->length;
		if (strncmp(text, phrase->text, phrase->length) == 0 &&
		    ends_there(phrase, behind) &&
		    (phrase->tail == NULL || has_tail(phrase, behind)))
			return true;
	}
	return false;
}

bool
phrase_is_in(const struct phrase_table *table, enum phrase_place place,
    const char *text)
{
	const char *at;

	for (at = text; *at != '\0'; at++) {
		if (((unsigned char)*at & 0xc0) == 0x80)
			continue;
		if (at > text && is_of_word(at) &&
		    is_of_word(last_character(text, at)))
			continue;
		if (phrase_begins(table, place, at))
			return true;
	}
	return false;
}
