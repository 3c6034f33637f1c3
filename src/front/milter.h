/*
 * The MTA's door: libmilter's callbacks, which translate and decide
 * nothing.  One filter a process, as libmilter has it.
 */
#ifndef FRONT_MILTER_H
#define FRONT_MILTER_H

#include "gate/gate.h"

/*
 * Opens the socket of the configuration.  CONFLICT: somebody listens
 * there; UNAVAILABLE: it cannot be made.  `why` says which.
 */
enum status milter_open(struct gate *, struct buf *why);

/*
 * Serves until SIGTERM or SIGINT, then finishes the messages in hand.  Blocks
 * the calling thread.
 */
enum status milter_serve(void);

/* From another thread: as if SIGTERM had come. */
void milter_stop(struct gate *);

/*
 * Removes a unix socket that is left, which libmilter does not.  Before
 * the store is closed: until then no other daemon can have taken the path.
 */
void milter_close(struct gate *);

#endif
