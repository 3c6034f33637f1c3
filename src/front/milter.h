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
 * Serves until milter_stop, on a thread of its own: see deaf.h.  Blocks the
 * calling thread, the process's first.  When it returns no callback uses the
 * gate any more.
 */
enum status milter_serve(void);

/*
 * From another thread: no new connections, then waits for the messages in
 * hand, ten seconds at most, and ends milter_serve.
 */
void milter_stop(void);

/*
 * Removes a unix socket that is left, which libmilter does not.  Before
 * the store is closed: until then no other daemon can have taken the path.
 */
void milter_close(void);

#endif
