/*
 * The gate: one message in, one verdict out.  It holds the whole context
 * of the service; there are no globals.
 *
 * Order of calls: gate_open (checks that the key fits the store), then any
 * number of gate_check from any threads, gate_close.  The configuration is a
 * snapshot that gate_set_conf may swap at any time.
 *
 * gate_check at GATE_STAGE_DATA may only look: it answers REFUSE for bulk
 * from a restricted user who has logged in, unless it may be the retry of a
 * message that was let through, ACCEPT otherwise.  It is worth calling when
 * gate_may_be_bulk says so.
 *
 * At GATE_STAGE_HEADER the header is all there, and the verdict's `wish` says
 * what is to come yet: nothing for inbound mail that needs no closer look (it
 * has been dealt with, GATE_STAGE_END is not to be called), the end for most,
 * the body as well for what may be a reply or a report, and for an outbound
 * letter to one candidate that may be one of a mail merge.  A restricted user's
 * message is refused here when part of it has been sent before to somebody
 * else, which is then marked as bulk.  Calling this stage is
 * a caller's choice: GATE_STAGE_END alone comes to the same, with the body
 * where message_body had it.
 *
 * At GATE_STAGE_END it decides and, when the answer is ACCEPT, has recorded:
 * the rows are safe when it returns.  It reads the clock once.
 */
#ifndef GATE_GATE_H
#define GATE_GATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/histogram.h"
#include "base/ident.h"
#include "base/log.h"
#include "gate/wiring.h"
#include "mail/judge.h"
#include "mail/message.h"
#include "notify/courier.h"
#include "policy/verdict.h"
#include "store/store.h"

struct gate_figures {
	_Atomic uint64_t accepted;	/* outbound */
	_Atomic uint64_t refused;
	_Atomic uint64_t tempfailed;
	_Atomic uint64_t inbound;
	_Atomic uint64_t replies;	/* inbound that answered an outreach */
	_Atomic uint64_t replies_by_pair;	/* of these, by the two
						   correspondents */
	_Atomic uint64_t replies_by_other;	/* ... from no recipient */
	_Atomic uint64_t automatic;
	_Atomic uint64_t bounces;	/* outreach that bounced */
	_Atomic uint64_t strange_bounces;	/* permanent, and name no
						   outreach of ours */
	_Atomic uint64_t receipts;	/* for outreach */
	_Atomic uint64_t complaints;	/* about outreach */
	_Atomic uint64_t unauthenticated;	/* replies not counted for it */
	_Atomic uint64_t errors;	/* decided without the store */
};

enum gate_stage {
	GATE_STAGE_DATA,
	GATE_STAGE_HEADER,
	GATE_STAGE_END
};

/*
 * The same in detail, and how long it took: for metrics.  Counting costs a few
 * additions a message.  Rules past GATE_RULES_MAX count as the last.
 */
#define GATE_KINDS	(VERDICT_BULK + 1)
#define GATE_ACTIONS	(VERDICT_TEMPFAIL + 1)
#define GATE_STAGES	(GATE_STAGE_END + 1)
#define GATE_RULES_MAX	48

struct gate_measures {
	/* VERDICT_INBOUND stands for what was decided without the store */
	_Atomic uint64_t outbound[GATE_KINDS][GATE_ACTIONS];
	_Atomic uint64_t rules[GATE_RULES_MAX];	/* automatic_rule_at */
	struct histogram decision[GATE_STAGES];	/* gate_check */
	struct histogram commit;		/* gate_update */
	_Atomic uint64_t reloads;		/* that went well */
	_Atomic uint64_t reloads_failed;
	_Atomic bool last_reload_failed;
};

/*
 * Whoever wants to know of reloads; set before anybody may ask for one.  The
 * calls come in pairs, one pair at a time, from any thread: `why` is NULL
 * after a reload that went well, else what was wrong.
 */
struct gate_watcher {
	void	*context;
	void	(*begun)(void *context);
	void	(*ended)(void *context, const char *why);
};

struct gate {
	struct store		*store;		/* borrowed */
	struct log		*log;		/* borrowed */
	struct ident_key	 key;
	struct clock		 clock;
	int64_t			 started;
	struct conf		*opened;	/* of the start: keys that wait
						   for a restart, as in use */

	pthread_mutex_t		 change_lock;	/* one reload, one switch of
						   enforcement at a time */
	pthread_mutex_t		 conf_lock;	/* covers the next four; taken
						   behind change_lock */
	int64_t			 relaxed;	/* enforcement is off since; 0:
						   it is on */
	struct conf		*conf;
	struct judge		*judge;		/* NULL: header rules alone */
	struct desk		*desk;		/* NULL: nobody is mailed */

	/*
	 * The last tick whose time was agreed on (clockwork.h); 0 before the
	 * first.  A message steps a standing only within a day of it.
	 */
	_Atomic int64_t		 tick_agreed;
	_Atomic int64_t		 tick_suspect;	/* waits for a second one */
	_Atomic int64_t		 tick_jumped;	/* the last jump believed */
	_Atomic int64_t		 tick_hour;	/* last hour assessed whole */
	_Atomic int64_t		 pulse;		/* the clockwork was last at
						   work; monotonic */

	const struct gate_watcher *watcher;	/* borrowed; NULL: none */

	struct wiring		 wiring;
	struct gate_measures	 measures;
	struct gate_figures	 figures;
	struct courier_figures	 notices;
	struct log_limit	 store_fault;	/* one line a second */
};

/* What is still to be heard of a message after GATE_STAGE_HEADER. */
enum gate_wish {
	GATE_WISH_NOTHING,
	GATE_WISH_END,
	GATE_WISH_OPENING,	/* the body's first piece, and the end */
	GATE_WISH_BODY		/* and then the end */
};

struct gate_verdict {
	enum verdict_action	 action;
	enum verdict_kind	 kind;
	enum gate_wish		 wish;		/* GATE_STAGE_HEADER only */
	struct buf		 text;		/* lines, "\n" between */
	char			*message_id;	/* to be added, with brackets;
						   NULL: it has one */
};

/*
 * `key` is copied.  The store learns the key at its first opening; later
 * another key is MALFORMED: every lookup would silently miss.
 */
enum status gate_open(struct gate *, struct store *, const struct ident_key *,
    struct conf *, struct log *, struct clock, struct buf *why);
void gate_close(struct gate *);

struct conf *gate_conf(struct gate *);		/* caller: conf_unref */

/* Both of one moment; caller: conf_unref, judge_unref. */
void gate_snapshot(struct gate *, struct conf **, struct judge **);

/*
 * Takes both over; the judge may be NULL.  While enforcement is off it is a
 * configuration in monitor mode that is handed around.  NO_MEMORY: those there
 * were stay.
 */
enum status gate_set_conf(struct gate *, struct conf *, struct judge *);

/*
 * The emergency switch: since when enforcement is off (0: on).  Nobody is
 * refused or mailed then and no standing moves, as in monitor mode.  Setting it
 * is the administration's, which keeps it in the store; NO_MEMORY: it stays.
 */
int64_t gate_relaxed(struct gate *);
enum status gate_relax(struct gate *, int64_t since);

/* The same of the desk; caller: desk_unref. */
struct desk *gate_desk(struct gate *);
void gate_set_desk(struct gate *, struct desk *);

/*
 * What the courier of this gate is made with: store, key, clock, desk, and the
 * rows an assessment counts.  The gate outlives it.
 */
struct courier *gate_courier_new(struct gate *);

/*
 * Never fails: what goes wrong is dealt with by on_error and logged.  The
 * caller calls gate_verdict_release.
 */
void gate_check(struct gate *, const struct conf *, const struct message *,
    enum gate_stage, struct gate_verdict *);
void gate_verdict_release(struct gate_verdict *);

/*
 * By its recipients alone: several, or one that is a list or an alias that
 * leads outside?  Cheap.
 */
bool gate_may_be_bulk(const struct conf *, const struct message *);

#endif
