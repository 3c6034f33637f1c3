/*
 * Going into the background.  Whoever started us waits until mail is served,
 * and is told by the exit code if it is not: a start script needs no sleep.
 *
 *	detach_start	forks; the caller goes on in the background, with
 *			standard error still shown by the process that waits
 *	detach_done	it serves: that process exits 0
 *
 * If the background process ends before, its exit code is passed on.
 */
#ifndef FRONT_DETACH_H
#define FRONT_DETACH_H

#include "base/buf.h"
#include "base/status.h"

/* In the process that was started it does not return.  UNAVAILABLE. */
enum status detach_start(struct buf *why);

/* From the same process or a child of it; standard error is shut. */
void detach_done(void);

#endif
