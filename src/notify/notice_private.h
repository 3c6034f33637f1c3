/*
 * The parts notice.c is put together from.  Pure.
 */
#ifndef NOTIFY_NOTICE_PRIVATE_H
#define NOTIFY_NOTICE_PRIVATE_H

#include "notify/notice.h"
#include "notify/template.h"

/* Columns of a line of text. */
#define NOTICE_COLUMNS	72

/*
 * Lays a text out.  Lines that follow one another are a paragraph and are
 * filled anew, to NOTICE_COLUMNS; an empty line ends it, and several are one.
 * A line that begins with a blank stands as it is; one that begins with "- "
 * begins an item, whose further lines are set in by two.  A word is broken
 * only where it could not be mailed, and "%" stays with the number before it.
 */
void notice_wrap(const char *text, struct buf *);

/*
 * What the fields hold: texts[i] is the field's, made and released here;
 * values[i] points to it, or is NULL.
 */
struct notice_fields {
	struct buf	 texts[TEMPLATE_FIELDS];
	const char	*values[TEMPLATE_FIELDS];
};

/* OK or NO_MEMORY; release it in either case. */
enum status notice_fields_init(struct notice_fields *,
    const struct notice_facts *);
void notice_fields_release(struct notice_fields *);

/* "Mon 23 Nov 2026 06:31 UTC+01:00" */
void notice_add_time(struct buf *, const struct notice_facts *, int64_t when);

#endif
