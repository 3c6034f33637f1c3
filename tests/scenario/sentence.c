/*
 * Cutting lines into words and matching them; no meaning here.
 */
#include "sentence.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define BLANKS		" \t\r\n"
#define DAYS_MAX	3650
#define COUNT_MAX	1000000

/* What "day 9" without an hour means. */
#define MORNING		(9 * CLOCK_HOUR)

bool
sentence_read(struct sentence *sentence, const char *line)
{
	size_t length = strcspn(line, "#\r\n");
	char *word, *rest;

	memset(sentence, 0, sizeof(*sentence));
	if (length >= SENTENCE_LINE_MAX)
		return false;
	memcpy(sentence->text, line, length);
	memcpy(sentence->room, line, length);
	for (word = strtok_r(sentence->room, BLANKS, &rest); word != NULL;
	    word = strtok_r(NULL, BLANKS, &rest)) {
		if (sentence->count == SENTENCE_WORDS_MAX)
			return false;
		sentence->starts[sentence->count] =
		    (size_t)(word - sentence->room);
		sentence->words[sentence->count++] = word;
	}
	return true;
}

void
sentence_drop(struct sentence *sentence, size_t words)
{
	sentence->count -= words;
	memmove(sentence->words, sentence->words + words,
	    sentence->count * sizeof(sentence->words[0]));
	memmove(sentence->starts, sentence->starts + words,
	    sentence->count * sizeof(sentence->starts[0]));
}

/* A whole number up to `most` at `*text`, which is moved behind it. */
static bool
read_number(const char **text, int64_t most, int64_t *number)
{
	const char *at = *text;

	*number = 0;
	while (*at >= '0' && *at <= '9' && *number <= most)
		*number = *number * 10 + (*at++ - '0');
	if (at == *text || *number > most)
		return false;
	*text = at;
	return true;
}

static bool
is_number(const char *word, int64_t most, int64_t *number)
{
	return read_number(&word, most, number) && *word == '\0';
}

static bool
is_pair(const char *word, char between, int64_t *first, int64_t *last)
{
	return read_number(&word, COUNT_MAX, first) && *word++ == between &&
	    read_number(&word, COUNT_MAX, last) && *word == '\0';
}

static bool
is_hour(const char *word, int64_t *time)
{
	int64_t hour, minute;

	if (!is_pair(word, ':', &hour, &minute) || hour > 23 || minute > 59)
		return false;
	*time = hour * CLOCK_HOUR + minute * CLOCK_MINUTE;
	return true;
}

size_t
sentence_time(const struct sentence *sentence, size_t at, int64_t *time)
{
	int64_t day, hour;

	if (at + 2 > sentence->count ||
	    strcmp(sentence->words[at], "day") != 0 ||
	    !is_number(sentence->words[at + 1], DAYS_MAX, &day))
		return 0;
	if (at + 2 < sentence->count &&
	    is_hour(sentence->words[at + 2], &hour)) {
		*time = day * CLOCK_DAY + hour;
		return 3;
	}
	*time = day * CLOCK_DAY + MORNING;
	return 2;
}

static bool
match_user(const char *word, struct sentence_match *match)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

	match->user = word;
	return word[strspn(word, letters)] == '\0';
}

static bool
match_count(const char *word, struct sentence_match *match)
{
	return is_number(word, COUNT_MAX, &match->count) && match->count > 0;
}

static bool
match_range(const char *word, struct sentence_match *match)
{
	if (is_number(word, COUNT_MAX, &match->first))
		match->last = match->first;
	else if (!is_pair(word, '-', &match->first, &match->last))
		return false;
	return match->first > 0 && match->first <= match->last;
}

static bool
match_rate(const char *word, struct sentence_match *match)
{
	return is_pair(word, '/', &match->first, &match->last);
}

static bool
match_address(const char *word, struct sentence_match *match)
{
	match->word = word;
	return strchr(word, '@') != NULL;
}

static bool
match_word(const char *word, struct sentence_match *match)
{
	match->word = word;
	return true;
}

static const struct {
	const char	*name;
	bool		(*match)(const char *, struct sentence_match *);
} placeholders[] = {
	{ "USER", match_user },
	{ "COUNT", match_count },
	{ "RANGE", match_range },
	{ "RATE", match_rate },
	{ "ADDRESS", match_address },
	{ "WORD", match_word }
};

static bool
is_alternative(const char *pattern, size_t length, const char *word)
{
	size_t part;

	for (;;) {
		part = strcspn(pattern, "| ");
		if (strlen(word) == part && strncmp(pattern, word, part) == 0)
			return true;
		if (part >= length)
			return false;
		pattern += part + 1;
		length -= part + 1;
	}
}

/* From word `at` to the end of the line. */
static void
match_text(const struct sentence *sentence, size_t at,
    struct sentence_match *match)
{
	const char *text = sentence->text + sentence->starts[at];
	size_t length = strlen(text);

	while (length > 0 && strchr(BLANKS, text[length - 1]) != NULL)
		length--;
	memcpy(match->text, text, length);
	match->text[length] = '\0';
}

static bool
match_one(const char *pattern, size_t length, const char *word,
    struct sentence_match *match)
{
	size_t i;

	for (i = 0; i < sizeof(placeholders) / sizeof(placeholders[0]); i++)
		if (strlen(placeholders[i].name) == length &&
		    strncmp(pattern, placeholders[i].name, length) == 0)
			return placeholders[i].match(word, match);
	return is_alternative(pattern, length, word);
}

bool
sentence_match(const struct sentence *sentence, const char *pattern,
    struct sentence_match *match)
{
	size_t i = 0, length, taken;

	memset(match, 0, sizeof(*match));
	match->sentence = sentence;
	for (; *pattern != '\0'; pattern += strspn(pattern, " "), i++) {
		if (i == sentence->count)
			return false;
		if (strcmp(pattern, "TEXT") == 0) {
			match_text(sentence, i, match);
			return true;
		}
		if (strcmp(pattern, "TIME") == 0) {
			taken = sentence_time(sentence, i, &match->time);
			return taken > 0 && i + taken == sentence->count;
		}
		length = strcspn(pattern, " ");
		if (!match_one(pattern, length, sentence->words[i], match))
			return false;
		pattern += length;
	}
	return i == sentence->count;
}
