/*
 * What an administrator may see and do.  The API sees this, never the
 * store.
 */
#ifndef GATE_ADMIN_H
#define GATE_ADMIN_H

#include "gate/gate.h"
#include "policy/forecast.h"
#include "store/check.h"

struct findings;

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

/*
 * One user, as the rule sees them at `now`: in monitor mode the figures, and
 * what is next, are the shadow's; before its first look it is the standing
 * itself.
 */
struct admin_user {
	struct account		 account;
	bool			 shadowed;	/* account.shadow counts */
	char			 policy_name[CONF_POLICY_NAME_SIZE];
	bool			 exempt;
	int64_t			 exempt_until;	/* by an administrator; 0: no,
						   or no longer */
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

/* An administrator says what somebody's standing is to be. */
enum admin_act_kind {
	ADMIN_PARDON,		/* good, and a new count begins */
	ADMIN_RESTRICT,		/* restricted, and a new count begins */
	ADMIN_EXEMPT,
	ADMIN_EXEMPT_END
};

struct admin_act {
	enum admin_act_kind	 kind;
	const char		*user;	/* name, or an address of theirs */
	int64_t			 until;	/* ADMIN_RESTRICT: what is due then,
					   0: after a term of the policy's;
					   ADMIN_EXEMPT: 0: for good */
	const char		*actor;
	const char		*reason;	/* as of a correction */
};

/*
 * Does it, with an audit line in the same transaction; `user` is how they stand
 * then.  standing.h says what each act does.  Notices to the user that have not
 * been mailed yet are taken back by a pardon and by a restriction, and none is
 * written.  MALFORMED: no reason, or an `until` that is past; NOT_FOUND:
 * nobody of that name has sent anything; CONFLICT: an exempt user cannot be
 * restricted, an exemption that is none cannot be ended; UNCERTAIN: nobody
 * knows whether it was done, and admin_user tells.
 */
enum status admin_act(struct gate *, const struct admin_act *,
    struct admin_user *);

/* A candidate is forgotten. */
struct admin_erasure {
	const char	*address;
	const char	*actor;
	const char	*reason;	/* as of a correction; it is not to
					   name them */
};

/* What it came to. */
struct admin_erased {
	int64_t		 outreach;	/* rows that were about them, or bore
					   their answer */
	int64_t		 contacts;	/* users they had written to */
	int64_t		 letters;	/* of mail merges */
};

/*
 * Nothing stored leads to the candidate any more: the rows of what was sent to
 * them stay, and count as they did, with idents nobody can make again; contacts
 * go.  With an audit line in the same transaction, which does not name them.
 * Where there is more than one transaction takes, each has its line.
 *
 * MALFORMED: no address, or no reason; NOT_FOUND: nothing is known of them;
 * UNCERTAIN, UNAVAILABLE: some of it may have been done; doing it again does
 * the rest.
 */
enum status admin_forget(struct gate *, const struct admin_erasure *,
    struct admin_erased *);

/* A place among rows, for whoever asks for the next ones. */
struct admin_place {
	int64_t		 when;
	uint32_t	 n;
	struct ident	 candidate;	/* of contacts, and then alone */
};

#define ADMIN_ROWS_MAX	1000		/* of one answer */

/*
 * Lines of the audit log, oldest first: those behind `after` (NULL: from
 * `since` on), at most `most`; of one user, by name or address of theirs (NULL:
 * of all).  NOT_FOUND: the name is none.
 */
struct admin_audit {
	int64_t			 since;
	const struct admin_place *after;
	const char		*user;
	size_t			 most;		/* up to ADMIN_ROWS_MAX */
};
enum status admin_audit(struct gate *, const struct admin_audit *,
    bool (*row)(void *context, const struct store_audit *), void *context);

/* Everything stored about one user, a table at a time. */
enum admin_table {
	ADMIN_TABLE_ACCOUNT,
	ADMIN_TABLE_ADDRESS,		/* they send under it */
	ADMIN_TABLE_ANSWER,		/* answers to them go there */
	ADMIN_TABLE_OUTREACH,
	ADMIN_TABLE_CONTACT,
	ADMIN_TABLE_MERGE,
	ADMIN_TABLE_NOTICE,		/* not mailed yet */
	ADMIN_TABLE_AUDIT,
	ADMIN_TABLES
};
const char *admin_table_text(enum admin_table);		/* "account", ... */

/* One row; the member that is of the table. */
struct admin_row {
	enum admin_table		 table;
	struct admin_place		 place;
	const struct account		*account;
	const char			*address;
	const struct outreach		*outreach;
	const struct merge_campaign	*campaign;
	const struct store_notice	*notice;
	const struct store_audit	*audit;
};

struct admin_export {
	const char		*user;		/* name, or address */
	enum admin_table	 table;
	const struct admin_place *after;	/* outreach, contact, audit;
						   NULL: from the start */
	size_t			 most;		/* of these; the other tables
						   come whole */
};

/* NOT_FOUND: nobody of that name has sent anything. */
enum status admin_export(struct gate *, const struct admin_export *,
    void (*row)(void *context, const struct admin_row *), void *context);

/* What the next look at a user finds, and what would change it. */
struct admin_forecast {
	struct admin_user	 user;
	struct forecast		 forecast;
};

/* As admin_user; LIMIT: more outreach than a forecast takes. */
enum status admin_forecast(struct gate *, const char *name,
    struct admin_forecast *);

/*
 * The notice of a kind ("warning", ...) to a user, by name or address, as it
 * would be if it were written now.  MALFORMED: there is no such kind;
 * NOT_FOUND: no such user; LIMIT: notices are off.
 */
enum status admin_notice_preview(struct gate *, const char *kind,
    const char *user, struct buf *text);

struct admin_notice_sent {
	bool		taken;		/* by the server */
	struct buf	server;		/* the caller's to release */
	struct buf	reply;		/* its words, or what went wrong */
};

/*
 * Sends a mail to an address at once, by the server notices go to; it may take
 * some seconds.  OK whatever the server says; MALFORMED: no address.
 */
enum status admin_notice_test(struct gate *, const char *address,
    struct admin_notice_sent *);

struct admin_health {
	bool			 healthy;
	int64_t			 now, started, last_tick;
	enum conf_mode		 mode;
	int64_t			 relaxed;	/* enforcement is off since; 0:
						   on */
	bool			 breaker_open;
	int64_t			 outbox;	/* notices waiting */
	uint64_t		 notices_sent;
	uint64_t		 notices_given_up;
	int64_t			 notices_failing;	/* no server takes
						   them, since; 0: one does */
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

/*
 * The emergency switch, kept over restarts, with an audit line in the same
 * transaction.  MALFORMED: no reason; CONFLICT: it stands so already;
 * UNCERTAIN: it may come to be so at the next start.
 */
struct admin_enforcement {
	bool		 on;
	const char	*actor;
	const char	*reason;
};
enum status admin_enforce(struct gate *, const struct admin_enforcement *);

/* An audit line about the whole house, no user: "reload", "backup". */
enum status admin_note(struct gate *, const char *actor, const char *action,
    const char *reason);

/* What metrics show beside the counts in struct gate. */
#define ADMIN_STANDINGS	(STANDING_RESTRICTED + 1)

struct admin_metrics {
	struct admin_health	 health;
	bool			 counted;	/* the users could be */
	int64_t			 standings[ADMIN_STANDINGS];
	int64_t			 exempt;	/* in none of them */
};
void admin_metrics(struct gate *, struct admin_metrics *);

/* A copy of the store, made while mail goes on (store_backup). */
struct admin_backup {
	const char	*directory;	/* absolute; absent or empty */
	const char	*actor;
	const char	*reason;	/* NULL: none */
};

struct admin_backed_up {
	uint64_t	bytes;
	bool		audited;	/* behind the copy, which stays */
};

enum status admin_backup(struct gate *, const struct admin_backup *,
    struct admin_backed_up *, struct buf *why);

/* Is what the store holds sound?  A page of it (check_page). */
enum status admin_verify(struct gate *, struct check_place *, size_t most,
    void (*found)(void *context, const char *what), void *context);

/*
 * What all users sent in a week, or those of a policy in all the weeks, and
 * what has become of it: an outreach each, whatever `count` is.
 */
#define ADMIN_WEEKS_MAX	104

struct admin_stats_line {
	const char	*policy;	/* NULL: of a week */
	int64_t		 from;		/* Monday, 00:00 UTC */
	int64_t		 users;		/* who sent */
	int64_t		 sent;		/* the three's sum */
	int64_t		 one_to_one, bulk, merge;
	int64_t		 answered, lapsed, pending, bounced;
	int64_t		 automatic;	/* about which such mail came */
	int64_t		 median;	/* time to an answer; -1: none came */

	/* of a policy: users, now, whenever they sent */
	int64_t		 standings[ADMIN_STANDINGS];
	int64_t		 exempt;	/* in none of them */
};

/*
 * The last `weeks` weeks, this one with them, up to ADMIN_WEEKS_MAX: the oldest
 * first, then the policies.  LIMIT: more answers than are kept in memory, some
 * three million.
 */
enum status admin_stats(struct gate *, size_t weeks, void (*row)(void *context,
    const struct admin_stats_line *), void *context);

/*
 * What was seen since the start, and what the store knows, of how the mail
 * system is wired; and whether notices get out, which may take some seconds.
 */
void admin_doctor(struct gate *, struct findings *);

#endif
