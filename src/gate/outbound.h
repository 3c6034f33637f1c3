/*
 * The gate's own: one outbound message, prepared outside the transaction
 * and decided inside.
 *
 *	outbound_prepare	idents, distinct candidates; no store
 *	outbound_scout		a view, for what the body need not look at then;
 *				may be left out, and may fail
 *	outbound_body		the transaction's body; may run twice; in a view
 *				where it only looks
 *	outbound_release
 */
#ifndef GATE_OUTBOUND_H
#define GATE_OUTBOUND_H

#include "gate/assess.h"

struct outbound_merge;

struct outbound_candidate {
	struct ident	 ident;
	int64_t		 size;		/* persons; a list's is 2 or more */
	bool		 contact;	/* set by the body */
	bool		 known;		/* under this Message-ID already */
};

struct outbound {
	/* set by the caller before outbound_prepare */
	struct gate		*gate;
	const struct conf	*conf;
	const struct message	*message;
	int64_t			 now;
	bool			 record;	/* false: only look */
	bool			 named;		/* by its Message-ID, which is
						   not there yet at DATA; what
						   is recorded is named */
	bool			 mark;		/* a refusal marks the rows that
						   are there; no view can */
	bool			 step;		/* standings may move */
	bool			 history;	/* part of a replay */

	/* set by outbound_prepare */
	char			 user[CONF_USER_SIZE];
	bool			 user_is_address;	/* unmapped */
	struct ident		 message_ident;
	struct ident		 topic;		/* zeroes: none */
	char			*message_id;	/* ours; NULL: none */
	struct outbound_candidate *candidates;	/* distinct, sorted */
	size_t			 candidate_count;
	uint32_t		 length;	/* of the letter; 0: not read */
	struct outbound_merge	*merge;		/* NULL: nothing to compare */

	/* set by the body, valid once it was committed */
	struct assess		 assess;
	struct account		 account;
	bool			 new_account;
	enum verdict_action	 action;
	enum verdict_kind	 kind;
	bool			 withheld;	/* would have been refused */
	bool			 wants_letter;	/* the header is not enough */
	int64_t			 under_message_id; /* persons, no contacts */
	size_t			 unmarked;	/* rows to be marked bulk */
	size_t			 recorded;
	size_t			 repeated;
	size_t			 contacts;
	struct rate_window	 window;	/* of a refusal */
	struct tally		 tally;
};

/* NO_MEMORY is all that can go wrong. */
enum status outbound_prepare(struct outbound *);
enum status outbound_scout(struct store_txn *, void *outbound);
enum status outbound_body(struct store_txn *, void *outbound);
void outbound_release(struct outbound *);

/*
 * The whole of it for one message at one stage, as gate_check answers: decided,
 * recorded, logged, counted.  The verdict's fields hold their defaults.
 */
void outbound_check(struct gate *, const struct conf *,
    const struct message *, enum gate_stage, int64_t now,
    struct gate_verdict *);

/* The order of the candidates, for qsort(3) and bsearch(3). */
int outbound_compare(const void *, const void *);

#endif
