/*
 * A store as text: lines of JSON in ASCII, the same wherever they are made, and
 * loaded whatever engine they come from.
 *
 *	{"replygate-dump": 1}
 *	{"table": "account", "id": 1, "user": "alice@example.com", ...}
 *	...
 *	{"end": 4711, "checksum": "..."}
 *
 * The first line tells the version.  The last has the number of rows and a
 * checksum of all lines before it, so that a dump that was cut off, or put
 * together from two, is refused.  It is against accidents: everybody can make
 * it.
 *
 * Times are microseconds since 1970, idents and bytes hexadecimal digits.  A
 * text that is no UTF-8 is an object, {"hex": "..."}; a number past
 * 9223372036854775807 a text of digits.  A row has all fields of its table, and
 * no others.
 */
#ifndef STORE_DUMP_H
#define STORE_DUMP_H

#include "store/store.h"

#define DUMP_VERSION	1

/*
 * Gives each line, without a newline, to `line`, which returns false when it
 * cannot be written (then UNAVAILABLE, without a `why`).  The store is to be
 * used by nobody else: rows that change meanwhile may be there twice or not at
 * all.  *unreadable: rows that do not decode and are not in the dump.
 */
enum status dump_write(struct store *,
    bool (*line)(void *context, const char *text, size_t length),
    void *context, uint64_t *unreadable);

/*
 * Loads a dump into a store that is empty, line by line.  On any other status
 * than OK the store is worth nothing.  MALFORMED: `why` says what is wrong with
 * the line of number *at, which may be one before, and what was expected.
 */
struct load;

struct load *load_new(struct store *);		/* NULL without memory */
void load_free(struct load *);			/* NULL allowed */
enum status load_line(struct load *, const char *text, size_t length,
    uint64_t *at, struct buf *why);
/* At the end of the file.  MALFORMED: the last line has not come. */
enum status load_finish(struct load *, uint64_t *rows, struct buf *why);

#endif
