/*
 * One row of the ledger of outreach, as the rule sees it: one message to one
 * candidate.  A value; the store keeps it (record.c), the rate counts it.
 */
#ifndef POLICY_OUTREACH_H
#define POLICY_OUTREACH_H

#include <stdint.h>

#include "base/ident.h"

enum outreach_flag {
	OUTREACH_BULK = 1 << 0,		/* one of several candidates */
	OUTREACH_MERGE = 1 << 1,	/* one of a mail merge */
	OUTREACH_LIST = 1 << 2,		/* the candidate is a list */
	OUTREACH_READ = 1 << 3,		/* a read receipt came for it */
	OUTREACH_COMPLAINT = 1 << 4,	/* a feedback report came for it */
	OUTREACH_CONTACTS = 1 << 5	/* contacts got the message as well */
};

/* How an answer was found to be one. */
enum outreach_match {
	OUTREACH_MATCH_NONE,		/* not answered; or it is not known */
	OUTREACH_MATCH_MESSAGE_ID,	/* it named the Message-ID */
	OUTREACH_MATCH_OTHER_ADDRESS,	/* so it did, from no recipient */
	OUTREACH_MATCH_PAIR,		/* by the two correspondents */
	OUTREACH_MATCH_CREDITED		/* an administrator said so */
};

/* Longest name of a rule, NUL included; longer ones are cut. */
#define OUTREACH_RULE_SIZE	24

struct outreach {
	uint64_t	account;	/* account.id */
	int64_t		sent_at;	/* with n: unique in the account */
	uint32_t	n;		/* position among rows of one moment */
	struct ident	message;
	struct ident	candidate;
	uint32_t	flags;		/* enum outreach_flag */
	uint32_t	length;		/* of the text in bytes; 0: not known */
	int64_t		answered_at;	/* 0: not answered */
	struct ident	answered_by;	/* the candidate, or their alias */
	int64_t		bounced_at;	/* 0: not bounced */
	struct ident	topic;		/* of the subject; zeroes: none */
	enum outreach_match match;
	int64_t		automatic_at;	/* the last automatic mail about it;
					   0: none */
	char		automatic_rule[OUTREACH_RULE_SIZE];	/* why so */
};

enum outreach_state {
	OUTREACH_PENDING,
	OUTREACH_ANSWERED,
	OUTREACH_LAPSED,
	OUTREACH_BOUNCED
};

/*
 * What it was at time t, by what had happened until then: an answer counts
 * from its moment on, also before `settle` is over; silence counts once it
 * has lasted `settle` (at t == sent_at + settle it has lapsed); an answer
 * weighs more than a bounce.
 */
enum outreach_state outreach_state(const struct outreach *, int64_t settle,
    int64_t t);

/* "pending", "answered", "lapsed", "bounced" */
const char *outreach_state_text(enum outreach_state);

/* "message-id", "other-address", "pair", "credited"; NULL for none. */
const char *outreach_match_text(enum outreach_match);

#endif
