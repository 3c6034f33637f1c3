/*
 * The gate's own: one inbound message, evidence and never a suspect.
 *
 *	inbound_check		all of it: what gate_check does with such mail
 *
 *	inbound_prepare		who wrote, what it is, which ids it names; no
 *				store
 *	inbound_body		the transaction's body; may run twice; in a view
 *				it finds out whether there is anything to write
 *	inbound_release
 *
 *	inbound_check.c		the stages, the transactions, log and figures
 *	inbound.c		what is made of a message, and in which order
 *	inbound_match.c		which outreach it is about
 *	inbound_thread.c	the same by the ids it names
 *	inbound_report.c	bounces, receipts, complaints
 *	inbound_contact.c	own addresses among its recipients, contacts
 */
#ifndef GATE_INBOUND_H
#define GATE_INBOUND_H

#include "gate/gate.h"
#include "mail/automatic.h"
#include "mail/report.h"

/* Ids looked up for one message, newest first; the rest is not evidence. */
#define INBOUND_IDS_MAX		100
/* Own addresses among its recipients that are looked up. */
#define INBOUND_OWN_MAX		50
/* Users who are answered at these; the rest is answered by Message-ID alone. */
#define INBOUND_ACCOUNTS_MAX	100
/* Outreach of one pair of correspondents that is looked at. */
#define INBOUND_PAIR_MAX	1000

/* What is made of a message. */
enum inbound_kind {
	INBOUND_NOTHING,	/* no evidence; the store is not asked */
	INBOUND_PERSON,		/* may answer; the writer becomes a contact */
	INBOUND_LIST,		/* may answer, if a recipient of ours wrote */
	INBOUND_AUTOMATIC,	/* is noted at the outreach it is about */
	INBOUND_REPORT		/* bounce, receipt, complaint */
};

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
	bool			 whole;		/* no body is to come */
	bool			 automatic;	/* somebody knows better */

	/* set by inbound_prepare */
	struct judgement	 judgement;
	enum inbound_kind	 kind;
	bool			 local;		/* our own people wrote it */
	bool			 believed;	/* the author is who From says,
						   where that is required */
	struct ident		 writer;	/* the From address */
	struct ident		 envelope;	/* the envelope sender, where it
						   is believed; else the writer
						   too */
	struct ident		*ids;		/* newest first */
	size_t			 id_count;
	struct report		 report;	/* read when whole */
	enum report_kind	 report_kind;	/* it may say nothing itself */
	struct ident		*named;		/* the outsiders it is about,
						   sorted */
	size_t			 named_count;
	bool			 names_ours;	/* some of our own people */
	bool			 permanent;	/* somebody is not reached */

	/* read from the subject when asked for */
	bool			 has_subject;
	bool			 forward;	/* somebody else's, sent on */
	struct ident		 topics[2];	/* zeroes: none */

	/* set by the body */
	bool			 writing;	/* caller: in an update */
	size_t			 changes;	/* rows to be written, or
						   written */
	/* of the own addresses among its recipients */
	bool			 has_owns;
	uint64_t		 owners[INBOUND_OWN_MAX];	/* of contacts:
						   see contact.h */
	size_t			 owner_count;
	uint64_t		 accounts[INBOUND_ACCOUNTS_MAX]; /* whose
						   outreach is answered there */
	size_t			 account_count;
	enum inbound_match	 match;
	enum outreach_match	 by;
	struct outreach		 outreach;	/* the one it is about */
	bool			 about;		/* there is one */
	char			 user[CONF_USER_SIZE];	/* whose it is */
	size_t			 contacts;	/* of the changes */
	size_t			 strangers;	/* of these, never heard of */
	size_t			 reported;	/* outreach a report names */
	size_t			 marked;	/* of it, marked by it now */
};

enum status inbound_prepare(struct inbound *);
/* False: it is no evidence of anything; the store need not be asked. */
bool inbound_is_evidence(const struct inbound *);
enum status inbound_body(struct store_txn *, void *inbound);
void inbound_release(struct inbound *);

/* At GATE_STAGE_HEADER or GATE_STAGE_END; the wish is for the former. */
enum gate_wish inbound_check(struct gate *, const struct conf *,
    const struct message *, enum gate_stage, int64_t now);

#endif
