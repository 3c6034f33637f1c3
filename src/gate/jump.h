/*
 * The gate's own: is this a time to believe?  A clock that was set wrong must
 * not restrict anybody, nor expire the ledger.
 */
#ifndef GATE_JUMP_H
#define GATE_JUMP_H

#include "gate/gate.h"

/*
 * Looks at the time of a tick.  OK: it is believed, and remembered.
 * CONFLICT: it lies before the last tick or more than a day after it, and no
 * second tick has agreed yet; that is logged once.
 */
enum status jump_check(struct gate *, int64_t now);

/* The last jump that was believed lies at least a day back. */
bool jump_is_over(struct gate *, int64_t now);

#endif
