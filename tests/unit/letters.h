/*
 * The letters of tests/letters: families of mail merge, and letters written
 * one by one that share a pasted text, a footer, an introduction.  For the unit
 * test and the benchmark.
 *
 * MANIFEST has a line for each: file, family, "merge" or "individual",
 * language, parted by tabs.
 */
#ifndef TESTS_UNIT_LETTERS_H
#define TESTS_UNIT_LETTERS_H

#include <stdbool.h>
#include <stddef.h>

#include "policy/merge.h"

struct letters_one {
	char			*file;
	char			*family;
	bool			 merge;
	struct merge_sketch	 sketch;
};

struct letters {
	struct letters_one	*all;
	size_t			 count;
};

/* Letters of a folder; ends the program when there are none. */
void letters_load(struct letters *, const char *folder);
void letters_free(struct letters *);

/* The sketch of one message, as bytes. */
void letters_sketch(const char *bytes, size_t length, struct merge_sketch *);

/* A whole file, NUL behind it; the caller frees it. */
char *letters_file(const char *path, size_t *length);

/* Were both sent by one merge? */
bool letters_belong(const struct letters_one *, const struct letters_one *);

#endif
