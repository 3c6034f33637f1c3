/*
 * The gate's own: one inbound message, evidence and never a suspect.
 *
 *	inbound_prepare		who wrote, which ids it names; no store
 *	inbound_body		the transaction's body; may run twice; in a view
 *				it finds out whether there is anything to write
 *	inbound_release
 */
#ifndef GATE_INBOUND_H
#define GATE_INBOUND_H

#include "gate/gate.h"

/* Ids looked up for one message, newest first; the rest is not evidence. */
#define INBOUND_IDS_MAX		100
/* Own addresses among its recipients whose users gain a contact. */
#define INBOUND_OWN_MAX		50

enum inbound_match {
	INBOUND_NO_MATCH,
	INBOUND_REPLY,		/* answers an outreach now */
	INBOUND_REPEATED	/* it, or this person, answered before */
};

struct inbound {
	/* set by the caller before inbound_prepare */
	struct gate		*gate;
	const struct conf	*conf;
	const struct message	*message;
	int64_t			 now;
	bool			 automatic;	/* somebody knows better */

	/* set by inbound_prepare */
	const char		*rule;		/* NULL: human */
	bool			 list;		/* it is about lists */
	bool			 local;		/* our own people wrote it */
	struct ident		 writer;	/* the From address */
	struct ident		 envelope;	/* the envelope sender */
	struct ident		*ids;		/* newest first */
	size_t			 id_count;

	/* set by the body */
	bool			 writing;	/* caller: in an update */
	enum inbound_match	 match;
	struct outreach		 outreach;	/* the one it answers */
	char			 user[CONF_USER_SIZE];	/* whose it is */
	size_t			 new_contacts;	/* to be written, or written */
};

enum status inbound_prepare(struct inbound *);
/* False: it is no evidence of anything; the store need not be asked. */
bool inbound_is_evidence(const struct inbound *);
enum status inbound_body(struct store_txn *, void *inbound);
void inbound_release(struct inbound *);

#endif
