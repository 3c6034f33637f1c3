/*
 * The courier takes notices from the outbox to the mail server.
 *
 * A notice's way:
 *
 *	waiting --claim--> in hand --sent--------------> removed
 *	   ^                  |  |---refused for good---> removed, aloud
 *	   |                  |  `---older than five days> removed, aloud
 *	   +---- not now -----+
 *
 * To claim it is to write down, before it is sent, that it is tried, and
 * before when it is not to be tried again: a minute, doubling to an hour, a
 * little of it by chance.  So a notice is in the outbox until the server has
 * taken it, and a daemon that is killed in between sends it again, with the
 * same Message-ID; several that share a store do not send the same one at once.
 *
 * When no server talks to us at all, nothing is claimed until one does: the
 * courier tries again after a minute, doubling to an hour, whatever the number
 * of notices; a reload may have mended it, and is followed by a try at once.
 * Those of one user go in the order they were written.
 *
 * While nobody is to be mailed (notices = false, monitor mode) notices to users
 * wait.  An exempt user's is dropped.
 */
#ifndef NOTIFY_COURIER_H
#define NOTIFY_COURIER_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/log.h"
#include "notify/draft.h"

/*
 * So long a notice is tried, from when it was written; and for an hour of an
 * even clock at the least by each daemon.
 */
#define COURIER_LIFE	(5 * CLOCK_DAY)

/* Between tries: first, and at most; a quarter of it may come on top. */
#define COURIER_PAUSE	CLOCK_MINUTE
#define COURIER_PAUSE_MAX	CLOCK_HOUR

/* What has become of notices since the start; for health and metrics. */
struct courier_figures {
	_Atomic uint64_t sent;
	_Atomic uint64_t later;		/* tries that were put off */
	_Atomic uint64_t given_up;
	_Atomic int64_t	 failing_since;	/* no server talks to us; 0: it does */
};

/* All borrowed; `figures` outlives the courier. */
struct courier_options {
	struct store		*store;
	struct log		*log;
	struct clock		 clock;
	const struct ident_key	*key;
	struct draft_rows	 rows;
	struct courier_figures	*figures;

	/* The desk of the moment; the courier lets go of it. */
	struct desk		*(*desk)(void *context);
	/* May users be mailed at all?  NULL: yes. */
	bool			 (*may_mail)(void *context,
				    const struct desk *);
	void			*context;
};

struct courier;

struct courier *courier_new(const struct courier_options *);
void courier_free(struct courier *);		/* NULL allowed */

/*
 * Sends what is due.  OK: everything that was due has been dealt with, or no
 * server talks to us; else the store's status.  From one thread at a time.
 */
enum status courier_round(struct courier *);

/*
 * A thread that makes a round every `period`; courier_stop ends it, the mail in
 * hand included, which is then sent again.
 */
enum status courier_start(struct courier *, int64_t period);
void courier_stop(struct courier *);		/* not started: nothing */

#endif
