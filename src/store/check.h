/*
 * Is what a store holds sound?  Page by page, so that a store in use may be
 * looked at: tables and indices agree, each row leads to an account that is
 * there, no number was given twice, and no row says what none can say.
 *
 * What a page beside writers seems to show is looked at again where nobody
 * writes before it is told.
 */
#ifndef STORE_CHECK_H
#define STORE_CHECK_H

#include "store/store.h"

#define CHECK_PAGE_MAX	1000

/* Zeroes: before the first row. */
struct check_place {
	bool			rows;	/* tables and indices are done */
	struct store_place	place;
	bool			end;
};

/*
 * The next rows, `most` at most, which is up to CHECK_PAGE_MAX; moves the
 * place.  `found` is told each fault.  MALFORMED: it is no place.
 */
enum status check_page(struct store *, struct check_place *, size_t most,
    void (*found)(void *context, const char *what), void *context);

#endif
