/*
 * What is in hand: messages that have begun and not ended, and callbacks that
 * use the gate this moment.  A stop waits for the first, and the gate is
 * taken down only when none of the second is left, since libmilter's threads
 * outlive smfi_main(3).
 *
 * It starts as zeroes.  Any thread may call anything here.
 */
#ifndef FRONT_INHAND_H
#define FRONT_INHAND_H

#include <stdatomic.h>
#include <stdbool.h>

struct inhand {
	_Atomic long	messages;
	_Atomic long	callbacks;
	_Atomic bool	closed;
};

/* Around each use of the gate.  False: it is gone; do not leave then. */
bool inhand_enter(struct inhand *);
void inhand_leave(struct inhand *);

/* A message of a session; `mine` is the session's, and begins as false. */
void inhand_begin(struct inhand *, bool *mine);
void inhand_end(struct inhand *, bool *mine);

/* Waits until no message is in hand, at most so long.  False: some are. */
bool inhand_wait(struct inhand *, int milliseconds);

/* Nobody enters from now on; returns when nobody is left inside. */
void inhand_close(struct inhand *);

#endif
