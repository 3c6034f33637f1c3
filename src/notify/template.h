/*
 * What a notice is written from: a text file with fields.
 *
 *	Subject: Answers are missing: ${rate} %
 *
 *	Hello ${user},
 *	...
 *	${?tips}
 *	What your own figures say:
 *
 *	${tips}
 *	${/tips}
 *
 * UTF-8; the first line is the subject, the second empty.  "${name}" is
 * replaced by what the field holds.  What stands between "${?name}" and
 * "${/name}" is left out where the field holds nothing, what stands between
 * "${!name}" and "${/name}" where it holds something; there is no section
 * inside a section.  A tag of a section alone on its line takes the line with
 * it.  "$${" stands for "${" itself.
 *
 * How the text is laid out is not decided here but when it is mailed:
 * see notice_wrap in notice_private.h.
 *
 * Pure.
 */
#ifndef NOTIFY_TEMPLATE_H
#define NOTIFY_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/status.h"
#include "policy/standing.h"

/* Longest file, and longest line of it (RFC 5322 section 2.1.1), in bytes. */
#define TEMPLATE_SIZE_MAX	((size_t)65536)
#define TEMPLATE_LINE_MAX	((size_t)998)

enum template_field {
	FIELD_USER,
	FIELD_ANSWERED,
	FIELD_SETTLED,
	FIELD_RATE,
	FIELD_THRESHOLD,
	FIELD_FIGURES,
	FIELD_FROM,
	FIELD_UNTIL,
	FIELD_AT,
	FIELD_DUE,
	FIELD_FIRST,
	FIELD_LAST,
	FIELD_SETTLE,
	FIELD_WARNING,
	FIELD_RESTRICTION,
	FIELD_MINIMUM,
	FIELD_CONFIDENCE,
	FIELD_RELEASE_MINIMUM,
	FIELD_BULK_MINIMUM,
	FIELD_MERGE_MINIMUM,
	FIELD_PER_ANSWER,
	FIELD_FORECAST,
	FIELD_ANSWERS,
	FIELD_OPEN,
	FIELD_FRESH,
	FIELD_TIPS,
	FIELD_WARNED,
	FIELD_AGAIN,
	FIELD_CONTACT,
	TEMPLATE_FIELDS
};

/* What one field holds, where: one row serves parser, manual and tests. */
struct template_row {
	const char	*name;
	unsigned	 kinds;		/* bits 1 << enum notice */
	bool		 optional;	/* may hold nothing */
	const char	*meaning;
};

const struct template_row *template_field(enum template_field);
bool template_kind_has(enum notice, enum template_field);

struct template;

/*
 * `name` is the file's, for messages.  On failure *template is NULL and `why`
 * says in one line "NAME:LINE: what is wrong; what was expected": MALFORMED,
 * LIMIT for a bound, NO_MEMORY.
 */
enum status template_parse(const char *name, const char *text, size_t length,
    enum notice kind, struct template **, struct buf *why);
void template_free(struct template *);		/* NULL allowed */

/*
 * The values are UTF-8; NULL: the field holds nothing.  They are put in as they
 * are, fields in them not looked for; in the subject a line break becomes
 * a blank.
 */
void template_render(const struct template *,
    const char *const values[TEMPLATE_FIELDS], struct buf *subject,
    struct buf *body);

/*
 * Adds a text as UTF-8: each byte that is part of no character becomes a
 * question mark.
 */
void template_add_utf8(struct buf *, const char *text);

#endif
