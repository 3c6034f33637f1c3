/*
 * What happens with time alone: assessments, expiry, checkpoints.  One
 * thread ticks; a scenario calls clockwork_tick itself.
 */
#ifndef GATE_CLOCKWORK_H
#define GATE_CLOCKWORK_H

#include "gate/gate.h"

struct clockwork;

/*
 * Brings every account up to `now`, in order of time and as of each step's
 * own due time, expires what is past its retention, maintains the store.
 * Idempotent.
 *
 * A time before the last tick's, or more than a day after it, may be a
 * clock that was set wrong: such a tick is logged, moves nothing and
 * answers CONFLICT, until another within the hour agrees with it: any one
 * after a start, and ten minutes later in a gate that has ticked before.
 */
enum status clockwork_tick(struct gate *, int64_t now);

/*
 * A thread that ticks at once and then every `period`; clockwork_stop ends it
 * after the tick in hand.
 */
struct clockwork *clockwork_start(struct gate *, int64_t period);
void clockwork_stop(struct clockwork *);	/* NULL allowed */

#endif
