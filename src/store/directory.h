/*
 * A directory that is being filled: with a copy of a store, or with a store
 * made from a dump.
 *
 *	begun	 it is ours, empty but for a file "unfinished", and no store is
 *		 opened in it
 *	finished all files in it are on the disk, and the mark is gone
 *
 * What a kill -9 leaves behind bears the mark.  A directory beside it that is
 * renamed at the end was rejected: who may write into a store's place may often
 * not write beside it.
 */
#ifndef STORE_DIRECTORY_H
#define STORE_DIRECTORY_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/status.h"

struct directory {
	const char	*path;		/* borrowed */
	bool		 made;		/* by us */
};

/*
 * CONFLICT: it is there and not empty, or a store's place is being filled
 * already; UNAVAILABLE: it cannot be made.  `why` says more.
 */
enum status directory_begin(struct directory *, const char *path,
    struct buf *why);

/* UNAVAILABLE: not all of it is on the disk, and it is still only begun. */
enum status directory_finish(const struct directory *, struct buf *why);

/* As it was before directory_begin: all files in it go. */
void directory_undo(const struct directory *);

bool directory_is_unfinished(const char *path);

#endif
