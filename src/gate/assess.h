/*
 * The gate's own: bringing one account up to a moment inside a
 * transaction.  Counting from the ledger is here, deciding is in policy.
 */
#ifndef GATE_ASSESS_H
#define GATE_ASSESS_H

#include "gate/gate.h"

/* Names in the store's meta table. */
#define META_KEY_CHECK		"key-check"
#define META_LAST_TICK		"last-tick"
#define META_LAST_REPLY		"last-reply"
#define META_BREAKER		"breaker"
#define META_GAP_FROM		"gap-from"
#define META_GAP_UNTIL		"gap-until"
#define META_IMPORT		"import"
#define META_RELAXED		"enforcement-off"
#define META_IMPORT_TOLD	"import-told"
#define META_DIGEST		"digest"

/* Most steps of one account that one pass reports one by one. */
#define ASSESS_STEPS_MAX	16

/* One change of standing, or one that monitor mode held back. */
struct assess_step {
	char		user[CONF_USER_SIZE];
	struct step	step;
	bool		withheld;	/* monitor mode: the shadow's */
};

/*
 * One pass: the caller sets conf and history, the rest to zero; a
 * transaction's body calls assess_begin first, since it may run twice.
 */
struct assess {
	const struct conf	*conf;
	bool			 history;	/* part of a replay */
	int64_t			 now;		/* of assess_account */

	struct assess_step	 steps[ASSESS_STEPS_MAX];
	size_t			 step_count;	/* may pass the maximum */

	int64_t			 breaker_at;	/* 0: not looked at */
	bool			 breaker_open;
};

void assess_begin(struct assess *);

/*
 * Takes every step of the account that is due at `now`, in order, each as of
 * its own time; writes the account when it changed, the notice and the
 * audit line of each change with it.  In monitor mode it is the shadow that
 * steps, without notice and audit line; where the rule is enforced a shadow
 * goes (shadow.h).
 */
enum status assess_account(struct assess *, struct store_txn *,
    struct account *, int64_t now);

/* The tally of a window as it stood at t. */
enum status assess_tally(struct store_txn *, const struct policy *,
    const struct account *, const struct rate_window *, int64_t t,
    struct tally *);

/*
 * The rows of an account sent within the window, oldest first, less those that
 * an assessment leaves out.  What `add` answers other than OK ends the walk,
 * and is the answer.
 */
enum status assess_rows(struct store_txn *, const struct policy *,
    const struct account *, const struct rate_window *,
    enum status (*add)(void *, const struct outreach *), void *argument);

/* The standing the account has now is what a history has made of it. */
enum status assess_mark_history(struct store_txn *, const struct account *);

/*
 * After a history has been told: a notice to whoever it left warned or
 * restricted, about how that came, unless they have had it.
 */
enum status assess_tell_all(struct store_txn *, const struct conf *,
    int64_t now);

/*
 * Takes back the notices to an account that have not been mailed yet: by now
 * they would say what is no longer so.
 */
enum status assess_withdraw(struct store_txn *, const struct account *);

/* When the account is to be assessed next; 0: never, as things are. */
enum status assess_next(struct store_txn *, const struct policy *,
    const struct account *, int64_t *next);

/* Logs the steps of a pass that was committed. */
void assess_log(const struct assess *, struct log *);

/* Adds the figures of a tally to a line: answered, settled, rate. */
void assess_log_figures(struct buf *line, const struct tally *);

/* Meta values that are times; 0 when there is none. */
enum status assess_meta_time(struct store_txn *, const char *name,
    int64_t *when);
enum status assess_meta_set_time(struct store_txn *, const char *name,
    int64_t when);

#endif
