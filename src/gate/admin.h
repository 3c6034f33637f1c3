/*
 * What an administrator may see and do.  The API sees this, never the
 * store.
 */
#ifndef GATE_ADMIN_H
#define GATE_ADMIN_H

#include "gate/gate.h"

/*
 * What became of all that was sent behind the window's beginning, what has not
 * settled yet included: an outreach each, whatever `count` is, and as it
 * stands, whatever the rate leaves out.
 */
struct admin_sent {
	int64_t			 outreach;	/* the four states' sum */
	int64_t			 answered, lapsed, pending, bounced;
	int64_t			 receipts;	/* somebody opened it */
	int64_t			 complaints;
	bool			 many_bounces;	/* rate_has_many_bounces */
};

/* One user, as the rule sees them at `now`. */
struct admin_user {
	struct account		 account;
	char			 policy_name[CONF_POLICY_NAME_SIZE];
	bool			 exempt;
	struct rate_window	 window;
	struct tally		 tally;		/* of that window */
	int64_t			 share;		/* millionths; -1: none */
	int64_t			 open;		/* young, no answer yet */
	int64_t			 open_answered;	/* young, answered */
	struct admin_sent	 sent;
	bool			 low, met;
	int64_t			 minimum;	/* settled, to be judged */
	int64_t			 threshold;
	int64_t			 bulk_minimum;
	int64_t			 next;		/* assessment; 0: none */
	char			 outlook[256];	/* what happens next */
};

/* NOT_FOUND: nobody of that name has sent anything. */
enum status admin_user(struct gate *, const char *name, struct admin_user *);

/*
 * Users in the order of names, `most` at a time, those behind `after`
 * (NULL: from the start).  row returns false to stop.
 */
enum status admin_users(struct gate *, const char *after, size_t most,
    bool (*row)(void *context, const struct admin_user *), void *context);

/*
 * The ident an outside address has in the ledger.  MALFORMED: it is no address.
 */
enum status admin_candidate(struct gate *, const char *address,
    struct ident *);

/*
 * Everything known of one message of ours, an outreach at a time.
 */
#define ADMIN_TRACES_MAX	20000	/* MESSAGE_RECIPIENTS_MAX */

struct admin_trace {
	char			 user[CONF_USER_SIZE];
	struct outreach		 outreach;
	enum outreach_state	 state;		/* at this moment */
	int64_t			 settles;	/* when silence counts */
	bool			 known;		/* the account is there */
};

/*
 * `message_id` with brackets or without.  MALFORMED: it is none; NOT_FOUND: no
 * outreach went out under it, or it has been forgotten.  row returns false to
 * stop; past ADMIN_TRACES_MAX no more are shown.
 */
enum status admin_why(struct gate *, const char *message_id,
    bool (*row)(void *context, const struct admin_trace *), void *context);

/* An administrator corrects what replygate made of an outreach. */
struct admin_correction {
	const char	*message_id;
	const char	*candidate;	/* address; NULL: the only one */
	bool		 answered;	/* credit; else uncredit */
	const char	*actor;
	const char	*reason;	/* why: ADMIN_REASON_MAX bytes */
};
#define ADMIN_REASON_MAX	200

/*
 * Credits or uncredits one outreach, with an audit line in the same
 * transaction; `trace` is what it is then.  MALFORMED: no Message-ID, no
 * address, or a reason that is empty or too long; NOT_FOUND: no such outreach;
 * LIMIT: several candidates, and none was named; CONFLICT: it is so already;
 * UNCERTAIN: nobody knows whether it was done, and admin_why tells.
 *
 * A credit is an answer of this moment: the next assessment counts it, the
 * last one is not taken again.  Contacts stay as they are.
 *
 * The audit line names message and candidate by the first digits of their
 * idents, as admin_why shows them: who has the Message-ID can tell which
 * outreach was corrected, and the log names no outsider.
 */
enum status admin_correct(struct gate *, const struct admin_correction *,
    struct admin_trace *);

struct admin_health {
	bool			 healthy;
	int64_t			 now, started, last_tick;
	enum conf_mode		 mode;
	bool			 breaker_open;
	int64_t			 outbox;	/* notices waiting */
	struct store_figures	 store;
	struct {
		uint64_t accepted, refused, tempfailed, inbound, replies,
		    replies_by_pair, replies_by_other, automatic, bounces,
		    strange_bounces, receipts, complaints, unauthenticated,
		    errors;
	} messages;
	char			 problem[256];	/* "" when healthy */
};
void admin_health(struct gate *, struct admin_health *);

#endif
