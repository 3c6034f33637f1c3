/*
 * For the files courier*.c alone: what the courier does to the outbox.  Each
 * function is a transaction of its own, tried again when nobody knows whether
 * it happened.
 */
#ifndef NOTIFY_COURIER_PRIVATE_H
#define NOTIFY_COURIER_PRIVATE_H

#include "notify/courier.h"

/* Users a waiting notice of whom holds back the ones behind it, at most. */
#define COURIER_HELD_MAX	256

/* Old notices removed in one transaction. */
#define COURIER_OLD_MAX		100

struct courier_claim {
	/* asked */
	int64_t			 now;
	bool			 users;		/* may be mailed */

	/* found */
	bool			 found;
	struct store_notice	 notice;	/* the first that is due */
	size_t			 old;		/* waits too long to be told */
	uint64_t		 held[COURIER_HELD_MAX];
						/* accounts */
	size_t			 held_count;
};

/* Only looks. */
enum status courier_look(struct store *, struct courier_claim *);

/* Looks, and writes down that it is tried. */
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
