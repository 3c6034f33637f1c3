/*
 * What mail programs say when nobody is there, in many languages: a table
 * read from a file that an administrator may add to.
 *
 * The file is UTF-8, a phrase a line.  Empty lines and lines that begin with
 * "#" say nothing.  A line that begins with "@" names the place where the
 * phrases below it are looked for; phrases before the first are @subject.
 *
 *	@subject	the subject begins so, behind tags like "[External]"
 *	@within		the subject says so somewhere
 *	@absence	the first lines say so, and the subject is no answer
 *	@instead	as @absence; under an answer's subject only beside one
 *	@automatic	a sentence of the first lines begins so
 *	@receipt	the subject begins so: somebody opened the message
 *	@bounce		the subject begins so: it was not delivered
 *
 * Phrases and texts are compared as phrase_fold makes them.  A phrase holds
 * where it is followed by no letter, unless its last character belongs to a
 * script that writes words without a space between them.
 *
 * "Away until ... on leave" has a gap: between its two parts stand up to
 * PHRASE_GAP_MAX bytes of whatever.
 *
 * A table never changes and may be asked by several threads.  Pure.
 */
#ifndef MAIL_PHRASE_H
#define MAIL_PHRASE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/status.h"

#define PHRASE_FILE_MAX		((size_t)1024 * 1024)
#define PHRASE_LENGTH_MAX	200	/* bytes, folded */
#define PHRASE_LENGTH_MIN	4	/* bytes, folded; shorter is chance */
#define PHRASE_GAP_MAX		48	/* bytes, folded: a date, a firm */
#define PHRASES_MAX		10000

struct phrase_table;

enum phrase_place {
	PHRASE_SUBJECT,
	PHRASE_WITHIN,
	PHRASE_ABSENCE,
	PHRASE_INSTEAD,
	PHRASE_AUTOMATIC,
	PHRASE_RECEIPT,
	PHRASE_BOUNCE,
	PHRASE_PLACES			/* how many there are */
};

/*
 * Appends the form of a UTF-8 text that phrases are compared in: as
 * unicode_fold makes it, and typographic apostrophes and dashes as typewriters
 * have them.
 */
enum status phrase_fold(const char *text, struct buf *);

/*
 * MALFORMED, LIMIT: `why` says in which line, what was wrong and what was
 * expected.  NO_MEMORY.  On any other status than OK *table is NULL.
 */
enum status phrase_table_parse(struct phrase_table **table, const char *bytes,
    size_t length, struct buf *why);
void phrase_table_free(struct phrase_table *);	/* NULL allowed */

size_t phrase_table_count(const struct phrase_table *, enum phrase_place);

/* Does the folded text begin with a phrase? */
bool phrase_begins(const struct phrase_table *, enum phrase_place,
    const char *text);

/* Does a phrase stand in the folded text, at the beginning of a word? */
bool phrase_is_in(const struct phrase_table *, enum phrase_place,
    const char *text);

#endif
