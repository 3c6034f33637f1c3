/*
 * What an administrator may see and do.  The API sees this, never the
 * store.
 */
#ifndef GATE_ADMIN_H
#define GATE_ADMIN_H

#include "gate/gate.h"

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
 * Everything known of one message of ours, an outreach at a time.
 */
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
 * stop.
 */
enum status admin_why(struct gate *, const char *message_id,
    bool (*row)(void *context, const struct admin_trace *), void *context);

/* An administrator corrects what replygate made of an outreach. */
struct admin_correction {
	const char	*message_id;
	const char	*candidate;	/* address; NULL: the only one */
	bool		 answered;	/* credit; else uncredit */
	const char	*actor;
	const char	*reason;
};

/*
 * Credits or uncredits one outreach, with an audit line in the same
 * transaction; `trace` is what it is then.  MALFORMED: no Message-ID, or no
 * address; NOT_FOUND: no such outreach; LIMIT: several candidates, and none was
 * named; CONFLICT: it is so already.
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
		    automatic, errors;
	} messages;
	char			 problem[256];	/* "" when healthy */
};
void admin_health(struct gate *, struct admin_health *);

#endif
