/*
 * The gate's own: the breaker.  When much was sent and nothing is answered on
 * the whole site, replies are not reaching replygate, and nobody is judged.
 */
#ifndef GATE_BREAKER_H
#define GATE_BREAKER_H

#include "gate/gate.h"

/*
 * The breaker at t: of what was sent on the whole site since the last reply
 * was matched, breaker_minimum outreach have settled.
 */
enum status breaker_is_open(struct store_txn *, const struct conf *,
    int64_t t, bool *open);

/*
 * Once an hour: looks, keeps the state for the gate (META_BREAKER), and
 * logs when it has changed.
 */
enum status breaker_look(struct gate *, const struct conf *, int64_t now);

/*
 * The time in which replies did not reach us: from the last reply before the
 * breaker opened until it was seen closed (0: it is open still).  All zero:
 * there was none.  The latest one is remembered.
 */
struct breaker_gap {
	int64_t from;
	int64_t until;
};
enum status breaker_gap(struct store_txn *, struct breaker_gap *);

/*
 * Says silence towards what was sent then nothing?  So it is with all that was
 * sent in the gap, or could still have been answered when it began.
 */
bool breaker_is_in_gap(const struct breaker_gap *, int64_t settle,
    int64_t sent_at);

#endif
