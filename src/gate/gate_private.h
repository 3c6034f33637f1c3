/*
 * The gate's own: what gate.c, clockwork.c, history.c and admin.c share.
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

#endif
