/*
 * A store that fails on demand.  It wraps a real engine and makes the
 * n-th call answer a status of the test's choice, so that a test can ask
 * for n = 1, 2, 3 ... until nothing fails any more:
 *
 *	struct fault fault = { .status = STATUS_UNAVAILABLE };
 *	fault_store_open(&store, &bdb_engine, &options, &fault, &why);
 *	for (n = 1; ; n++) {
 *		fault_arm(&fault, n);
 *		... what is tested ...
 *		if (!fault.fired)
 *			break;
 *	}
 *
 * What counts as a call: each beginning of a transaction, each operation on a
 * row in it, and each commit of an update.  A transaction in which a row's
 * operation failed is rolled back whatever its body answers, as by a real
 * engine.  A commit that fails is rolled back, but UNCERTAIN is answered as
 * reality has it: it happened, unless `lost` says it did not.
 *
 * CONFLICT is taken for a lost race, and the body is run again.
 */
#ifndef TESTS_UNIT_FAULT_ENGINE_H
#define TESTS_UNIT_FAULT_ENGINE_H

#include <pthread.h>

#include "store/engine.h"

struct fault {
	enum status	 status;	/* what the failing call answers */
	bool		 lost;		/* UNCERTAIN: rolled back */
	unsigned long	 fail_at;	/* 0: never */
	unsigned long	 calls;		/* since fault_arm */
	bool		 fired;		/* since fault_arm */
	pthread_mutex_t	 lock;		/* covers calls and fired */
};

/* `fault` is borrowed until the store is closed. */
enum status fault_store_open(struct store **, const struct engine_ops *,
    const struct store_options *, struct fault *, struct buf *why);

/* The n-th call from now fails; 0: none. */
void fault_arm(struct fault *, unsigned long n);

#endif
