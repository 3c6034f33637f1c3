/*
 * The gate's own: what its files share.
 */
#ifndef GATE_GATE_PRIVATE_H
#define GATE_GATE_PRIVATE_H

#include "gate/gate.h"

/* store_update, tried again when nobody knows whether it happened. */
enum status gate_update(struct gate *,
    enum status (*body)(struct store_txn *, void *), void *argument);

/*
 * May a message at `now` move a standing?  Only near a tick whose time was
 * agreed on: a clock that jumped must not restrict or release anybody.
 */
bool gate_may_step(struct gate *, int64_t now);

/*
 * The clockwork is at work: what may be long in it says so as it gets on, or
 * the watchdog takes it for hanging.
 */
void gate_beat(struct gate *);

/*
 * The line of a decision begins with the queue ID, where there is one.  The
 * caller calls buf_release.
 */
void gate_begin_line(struct buf *line, const struct message *,
    enum gate_stage, const char *direction);

/* The message's, or what stands for one in the log. */
const char *gate_queue_id(const struct message *);

#endif
