/*
 * What the files of the outbound message share; nobody else includes this.
 *
 *	outbound_check.c	the stages, the log, on_error
 *	outbound_prepare.c	idents and candidates, before the store
 *	outbound.c		the transaction's body: account, decision
 *	outbound_ledger.c	earlier transactions, recording
 */
#ifndef GATE_OUTBOUND_PRIVATE_H
#define GATE_OUTBOUND_PRIVATE_H

#include "gate/outbound.h"

/* What the ledger has under the message's Message-ID already. */
struct outbound_earlier {
	struct outbound	*out;
	struct outreach	*unmarked;	/* rows not yet marked bulk */
	size_t		 unmarked_count;
	size_t		 others;	/* candidates that are not in ours */
	bool		 no_memory;
};

/* NULL: it is none of the message's. */
struct outbound_candidate *outbound_find_candidate(const struct outbound *,
    const struct ident *);

/* Candidates who are no contacts, and have no row under this Message-ID. */
size_t outbound_fresh_count(const struct outbound *);

/* Starts from zeroes but for `out`; the caller frees `unmarked`. */
enum status outbound_find_earlier(struct store_txn *,
    struct outbound_earlier *);

/* Account, rows and marks of a message that is accepted. */
enum status outbound_write_ledger(struct store_txn *,
    struct outbound_earlier *);

/* What went out before is bulk as well, as it turns out. */
enum status outbound_mark_earlier(struct store_txn *,
    const struct outbound_earlier *);

/*
 * Is it one that was let through before, as far as its envelope tells: has the
 * account sent a message to all of these candidates?  Of the messages to one of
 * them the latest OUTBOUND_RETRIES_MAX are looked at.
 */
#define OUTBOUND_RETRIES_MAX	8
enum status outbound_may_be_retry(struct store_txn *, struct outbound *,
    bool *may);

#endif
