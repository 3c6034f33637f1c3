/*
 * The gate's own: the postmaster's daily digest, composed by the clockwork.
 */
#ifndef GATE_DAILY_H
#define GATE_DAILY_H

#include "gate/gate.h"

/*
 * Once an hour: is a digest due?  Each is written once, also over restarts;
 * days on which nobody looked have one for all.
 */
enum status daily_look(struct gate *, const struct conf *, int64_t now);

#endif
