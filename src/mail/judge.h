/*
 * What messages are judged by, as one site has it: the phrases of
 * phrases_file and of the configuration, and the header fields that the
 * administrator says are a person's or a program's.
 *
 * Made from a configuration, never changed, counted: whoever was handed one
 * keeps it until done, while a reload puts another in its place.  Any thread.
 */
#ifndef MAIL_JUDGE_H
#define MAIL_JUDGE_H

#include "base/buf.h"
#include "base/conf.h"
#include "base/status.h"
#include "mail/message.h"

struct judge;
struct phrase_table;

/* Bytes of a field's value that patterns are compared to; then it is cut. */
#define JUDGE_VALUE_MAX	2000

/*
 * Reads conf->phrases_file and takes the keys phrases, automatic_headers and
 * human_headers out of the configuration, which it does not keep.
 *
 * NOT_FOUND, MALFORMED, LIMIT: `why` says in one line which file or key is
 * wrong, where, and what was expected.  NO_MEMORY.  On any other status than
 * OK *judge is NULL.  mime_library_init comes before.
 */
enum status judge_load(struct judge **, const struct conf *, struct buf *why);

/* By phrases alone; takes the table over, also when it fails.  NULL: no
 * memory. */
struct judge *judge_new(struct phrase_table *);

struct judge *judge_ref(struct judge *);	/* NULL allowed */
void judge_unref(struct judge *);		/* NULL allowed */

const struct phrase_table *judge_phrases(const struct judge *);

/*
 * What the administrator's rules say of one field; NULL: nothing.  Patterns are
 * those of fnmatch(3), compared without regard to case to the value, in which
 * folds and runs of white space are one blank.  *rule is the one that holds,
 * "FIELD: PATTERN" as the configuration has it, which is the judge's; NULL
 * where none does.
 */
enum judge_word judge_field(const struct judge *, const char *name,
    const char *value, const char **rule);

#endif
