/*
 * The file that says which process to send signals to: the parent's number and
 * a newline.  It is locked as long as that process lives, so that a file which
 * was left behind is told from one in use.
 */
#ifndef FRONT_PIDFILE_H
#define FRONT_PIDFILE_H

#include "base/buf.h"
#include "base/status.h"

struct pidfile {
	int		 fd;		/* -1: there is none */
	const char	*path;		/* borrowed */
};

/*
 * NULL: none.  CONFLICT: the process it names lives, or it is no file of ours
 * to write; else UNAVAILABLE.  A process that forks does so before.
 */
enum status pidfile_take(struct pidfile *, const char *path,
    struct buf *why);

/*
 * Removes it; where the directory is somebody else's, as when it was made
 * before root's rights were given away, it is left empty.
 */
void pidfile_release(struct pidfile *);

#endif
