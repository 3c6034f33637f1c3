/*
 * What mail the MTA has shown us since the start, as far as that tells how it
 * is wired: does mail that leaves come by, with its login, and mail that comes
 * in?  Counted once a message, when it has been decided on.
 */
#ifndef GATE_WIRING_H
#define GATE_WIRING_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/conf.h"
#include "mail/message.h"

struct wiring {
	_Atomic uint64_t logins;	/* left, with a login */
	_Atomic uint64_t hosts;		/* left, from one of internal_hosts */
	_Atomic uint64_t begun;		/* the header came of what leaves */
	_Atomic uint64_t nameless;	/* left, and nothing tells whose it
					   is */
	_Atomic uint64_t arrived;	/* from outside, to us */
	_Atomic uint64_t unnumbered;	/* ended without a queue ID */
	pthread_mutex_t	 lock;		/* covers `last` */
	char		 last[MESSAGE_QUEUE_ID_SIZE];	/* nameless; "" */
};

void wiring_init(struct wiring *);
void wiring_release(struct wiring *);

/* An outbound message whose header is there. */
void wiring_begin(struct wiring *);

/*
 * A message has been decided on.  `whole`: at its end, where there should be a
 * queue ID.
 */
void wiring_note(struct wiring *, const struct conf *,
    const struct message *, bool outbound, bool whole);

/* The queue ID of the last nameless one; "" for none. */
void wiring_last(struct wiring *, char id[MESSAGE_QUEUE_ID_SIZE]);

#endif
