/*
 * Sentences of a scenario: a line's words, matched against patterns.  A
 * word of a pattern in capitals stands for something, any other for itself,
 * "a|b" for either.
 *
 *	USER	a name: lower-case letters, digits, '-'
 *	COUNT	a whole number from 1 on
 *	RANGE	"7" or "1-5"
 *	RATE	"5/120": answered, settled
 *	ADDRESS	something with an @
 *	WORD	any one word
 *	TIME	"day 9" (09:00 UTC) or "day 9 10:30"; last
 *	TEXT	the rest of the line, at least a word; last
 */
#ifndef TESTS_SCENARIO_SENTENCE_H
#define TESTS_SCENARIO_SENTENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SENTENCE_LINE_MAX	256
#define SENTENCE_WORDS_MAX	32

struct sentence {
	char		 text[SENTENCE_LINE_MAX];	/* as it was written */
	char		 room[SENTENCE_LINE_MAX];	/* cut into words */
	const char	*words[SENTENCE_WORDS_MAX];
	size_t		 starts[SENTENCE_WORDS_MAX];	/* of them in `text` */
	size_t		 count;
};

/* What stood where the capitals are. */
struct sentence_match {
	const struct sentence *sentence;	/* all of it */
	const char	*user;
	const char	*word;
	char		 text[SENTENCE_LINE_MAX];	/* no blanks behind */
	int64_t		 count;
	int64_t		 first, last;	/* RANGE; RATE: answered, settled */
	int64_t		 time;		/* since the scenario's day 0 */
};

/* Cuts a line; a comment is no word.  false: too long, too many. */
bool sentence_read(struct sentence *, const char *line);

/* Takes words off the front. */
void sentence_drop(struct sentence *, size_t words);

/* Answers true with all of the match set. */
bool sentence_match(const struct sentence *, const char *pattern,
    struct sentence_match *);

/*
 * "day 9" or "day 9 10:30" from word `at` on: how many words it took; 0: it is
 * no time.
 */
size_t sentence_time(const struct sentence *, size_t at, int64_t *time);

#endif
