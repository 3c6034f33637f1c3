/*
 * Signs of life for a service manager, from the process that serves: a thread
 * that looks whether it truly does, and tells the parent (parent.h) so.
 *
 * It serves when the clockwork has been at work lately, be it only to find the
 * store unavailable, and messages have passed since the last look, or else the
 * milter answers as it would to an MTA.  What hangs in either is not fed, and
 * the manager starts us anew.
 */
#ifndef FRONT_HEARTBEAT_H
#define FRONT_HEARTBEAT_H

#include "front/parent.h"
#include "gate/gate.h"

struct heartbeat;

/*
 * STATUS_OK and NULL where no manager listens.  The milter serves soon: the
 * first look comes a while later.
 */
enum status heartbeat_start(struct heartbeat **, struct gate *,
    struct parent_child *);
void heartbeat_stop(struct heartbeat *);	/* NULL allowed */

/*
 * The same look by itself: `passed` is how many messages had passed at the
 * last one, and is brought up to date; `why` says what does not serve.
 */
bool heartbeat_look(struct gate *, uint64_t *passed, struct buf *why);

/* How long the clockwork may be silent. */
#define HEARTBEAT_CLOCKWORK	(45 * CLOCK_SECOND)

#endif
