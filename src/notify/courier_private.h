/*
 * For the files courier*.c alone: what the courier does to the outbox.  Each
 * function is a transaction of its own, tried again when nobody knows whether
 * it happened.
 */
#ifndef NOTIFY_COURIER_PRIVATE_H
#define NOTIFY_COURIER_PRIVATE_H

#include "notify/courier.h"

/* Notices found by one look. */
#define COURIER_FOUND_MAX	64

/* Old notices removed in one transaction. */
#define COURIER_OLD_MAX		100

/*
 * Accounts of which one waits.  Ids are given one after the other, so that
 * two share a bit where there are more than a million; the notice of the
 * second then goes when the first one's has gone.
 */
#define COURIER_HELD_BITS	((size_t)1 << 20)

struct courier_look {
	/* asked */
	int64_t		now;
	bool		users;		/* may be mailed */
	bool		all;		/* those too that are not due yet */

	/* found: the first ones that are due, of each account one */
	uint64_t	sequences[COURIER_FOUND_MAX];
	size_t		count;
	size_t		old;		/* waits too long to be told */

	uint8_t		held[COURIER_HELD_BITS / 8];
};

/* Only looks. */
enum status courier_look(struct store *, struct courier_look *);

struct courier_claim {
	uint64_t		 sequence;
	int64_t			 now;
	bool			 all;		/* even if it is not due yet */
	bool			 found;		/* it is there, and due */
	struct store_notice	 notice;
};

/* Writes down that it is tried. */
enum status courier_claim(struct store *, struct courier_claim *);

/* OK as well when it is gone. */
enum status courier_remove(struct store *, struct store_notice *);
/* It may be tried from `next` on; 0: at once. */
enum status courier_release(struct store *, struct store_notice *,
    int64_t next);

struct courier_old {
	int64_t		before;		/* written */
	bool		tried;		/* those alone that were */
	bool		users;		/* those to users alone */
	uint64_t	sequences[COURIER_OLD_MAX];
	size_t		count;
};

/* Removes those; *total says how many, whatever the status. */
enum status courier_remove_old(struct store *, struct courier_old *,
    uint64_t *total);

/* Does the time `next` allow a try at `now`? */
bool courier_is_due(int64_t next, int64_t now);

#endif
