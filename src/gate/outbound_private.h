/*
 * What the files of the outbound message share; nobody else includes this.
 *
 *	outbound_check.c	the stages, the log, on_error
 *	outbound_prepare.c	idents, before the store is asked
 *	outbound_candidates.c	recipients, lists, aliases
 *	outbound.c		the transaction's body: account, decision
 *	outbound_ledger.c	earlier transactions, recording
 *	outbound_merge.c	letters, campaigns
 */
#ifndef GATE_OUTBOUND_PRIVATE_H
#define GATE_OUTBOUND_PRIVATE_H

#include "gate/outbound.h"
#include "policy/merge.h"

/* What the ledger has under the message's Message-ID already. */
struct outbound_earlier {
	struct outbound	*out;
	struct outreach	*unmarked;	/* rows not yet marked bulk */
	size_t		 unmarked_count;
	int64_t		 others;	/* persons that are not in ours */
	bool		 no_memory;
};

/* Candidates of one message that are looked at, those of aliases too. */
#define OUTBOUND_CANDIDATES_MAX	50000

/* The distinct ones, in their order; NO_MEMORY. */
enum status outbound_collect_candidates(struct outbound *);

/* A list stands for nobody in particular, and is no contact. */
bool outbound_is_list(const struct outbound_candidate *);

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
 * Mail merge.  The letter is read before the transaction, where there is a
 * body and the message may count; `merge` stays NULL where it does not.
 */
struct outbound_merge {
	struct merge_sketch	sketch;
	struct merge_arrival	arrival;	/* the searches borrow both */
	struct merge_search	search;
	struct verdict_merge	verdict;	/* where that has reached */

	/* What outbound_scout has looked at, if that is so. */
	bool			scouted;
	uint64_t		account, generation;
	struct merge_search	scout;
};

/* NO_MEMORY. */
enum status outbound_read_letter(struct outbound *);

/*
 * Is the message one that may be of a merge, as far as its header tells?  Then
 * its body is wanted.
 */
enum status outbound_look_for_letter(struct store_txn *, struct outbound *,
    bool *wanted);

/*
 * Looks through the account's campaigns before the transaction, in a view:
 * there may be 64 of them, of some hundred shingles each, and whoever else has
 * something to write would wait for that.  The transaction looks again only if
 * one has changed meanwhile.
 */
enum status outbound_scout_campaigns(struct store_txn *, struct outbound *);

/* The letter's campaign; behind outbound_find_earlier. */
enum status outbound_find_campaign(struct store_txn *, struct outbound *);

/* NULL: it is not one of a merge of merge_minimum or more. */
const struct verdict_merge *outbound_merge_verdict(const struct outbound *);

/* The campaign of a letter that is accepted, and marks its earlier rows. */
enum status outbound_write_campaign(struct store_txn *,
    const struct outbound *);

/* The rows of its campaign are of a merge as well, as it turns out. */
enum status outbound_mark_campaign(struct store_txn *,
    const struct outbound *);

/*
 * Is it one that was let through before, as far as its envelope tells: has the
 * account sent a message to all of these candidates?  Of the messages to one of
 * them the latest OUTBOUND_RETRIES_MAX are looked at.
 */
#define OUTBOUND_RETRIES_MAX	8
enum status outbound_may_be_retry(struct store_txn *, struct outbound *,
    bool *may);

#endif
