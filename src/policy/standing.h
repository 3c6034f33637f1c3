/*
 * The standing of a user, the one function by which the rule changes it, and
 * what an administrator may do to it.  The diagram is in standing.c.  Pure.
 */
#ifndef POLICY_STANDING_H
#define POLICY_STANDING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/conf.h"
#include "mail/addr.h"
#include "policy/rate.h"

enum standing {
	STANDING_GOOD,
	STANDING_WARNED,
	STANDING_RESTRICTED
};

enum notice {
	NOTICE_NONE,
	NOTICE_WARNING,
	NOTICE_RESTRICTED,
	NOTICE_EXTENDED,
	NOTICE_RELEASED,
	NOTICE_RECOVERED,
	NOTICE_HEADS_UP		/* no step: a warning is near */
};

/* What monitor mode would have made of a standing (shadow.h). */
struct shadow {
	enum standing	standing;
	int64_t		since;		/* 0: there is none */
	int64_t		due;
	int64_t		warned_at;
	int64_t		assessed;
	int64_t		heads_up_at;
	struct rate_window judged_window;
	struct tally	judged;
};

struct account {
	uint64_t	id;
	char		user[CONF_USER_SIZE];	/* lower case */
	char		address[ADDR_SIZE];	/* own, last sent under */
	enum standing	standing;
	int64_t		since;		/* this standing began; new count */
	int64_t		due;		/* warned, restricted: next step */
	int64_t		warned_at;	/* 0: never */
	int64_t		assessed;	/* good: last assessment */
	int64_t		exempt_until;	/* 0: no; CLOCK_LATEST: for good */
	int64_t		heads_up_at;	/* the last one; 0: never */

	/*
	 * What the last change of standing was decided on, for whoever asks
	 * why: its figures, and the window they were counted over.
	 */
	struct rate_window judged_window;
	struct tally	judged;

	struct shadow	shadow;		/* in monitor mode alone */
};

const char *standing_text(enum standing);	/* "good", ... */
const char *notice_text(enum notice);		/* "warning", ... */

/*
 * A user first seen at `now`, by something sent at `now`: good since just
 * before it, so that it is counted.
 */
void account_init(struct account *, const char *user, int64_t now);

/* Exempt by policy or by an administrator's word that still holds at t. */
bool account_is_exempt(const struct account *, const struct policy *,
    int64_t t);

/*
 * Is a good user to be told early, before a warning: with a tally that is not
 * low, but within the policy's heads_up of it, and not told in the last
 * window?  As of an assessment at t.  It changes no standing.
 */
bool account_wants_heads_up(const struct account *, const struct policy *,
    const struct tally *, int64_t t);

/*
 * When is the account to be assessed next?  Warned and restricted: at
 * `due`, or at the end of an exemption that holds then.  Good: at the first
 * full hour (UTC) at or after an outreach not assessed yet has lapsed;
 * `oldest_open` is the sending time of the first outreach sent after
 * assessed - settle (0: none).  0: nothing to do.
 */
int64_t standing_next_assessment(const struct account *,
    const struct policy *, int64_t oldest_open);

/* What a step did: for the log, the audit and the notice. */
struct step {
	int64_t		at;
	enum standing	from, to;
	enum notice	notice;		/* NOTICE_NONE: nothing changed */
	int64_t		due;		/* the account's, after the step */
	struct rate_window window;
	struct tally	tally;
};

/*
 * One assessment at time t with the tally of rate_window_at(policy,
 * account->since, t).  Changes the account, fills *step.  Called twice with
 * the same t it changes nothing the second time.  An assessment before its time
 * changes nothing.
 */
void standing_step(struct account *, const struct policy *,
    const struct tally *, int64_t t, struct step *);

/*
 * What an administrator does at time t, whatever the standing was; doing it
 * again at the same t changes nothing.  The account has been brought up to t
 * before.  Pardon and restriction begin a new count, as a step does, and leave
 * no figures behind: they were not decided on any.  A shadow begins anew too.
 *
 * standing_pardon	good.  Whether the one warning was given stays as it
 *			is.
 * standing_restrict	restricted, `until` being the moment that is due then;
 *			0: after a term of the policy's.  An `until` that is
 *			not behind t becomes the first moment that is.
 * standing_exempt	exempt until `until` (CLOCK_LATEST: for good); with t,
 *			or what is before it, no longer exempt.  The standing
 *			waits: what falls due meanwhile is looked at when the
 *			exemption ends.
 */
void standing_pardon(struct account *, int64_t t);
void standing_restrict(struct account *, const struct policy *, int64_t t,
    int64_t until);
void standing_exempt(struct account *, int64_t t, int64_t until);

#endif
