/*
 * The response rate: counted from ledger rows over a window of sending
 * time, in whole numbers.  DESIGN "The rule".  Pure.
 */
#ifndef POLICY_RATE_H
#define POLICY_RATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/conf.h"
#include "base/status.h"
#include "policy/outreach.h"

/* Sending times (from, until]: from is outside, until inside. */
struct rate_window {
	int64_t from;
	int64_t until;
};

/* How the outreach of one window stood at one moment. */
struct tally {
	int64_t answered;
	int64_t lapsed;
	int64_t pending;	/* only beyond `until`; see rate_window_open */
	int64_t bounced;
};

/*
 * The window of an assessment at t: until = t - settle,
 * from = max(until - window, since).  Never turned round: while nothing sent
 * behind `since` has settled it is (since, since], which is empty.
 */
struct rate_window rate_window_at(const struct policy *, int64_t since,
    int64_t t);

/*
 * What is still open at t: sent in (t - settle, t], not before since.
 */
struct rate_window rate_window_open(const struct policy *, int64_t since,
    int64_t t);

/*
 * Counting.  The counter is fed the rows of a window in any order and then
 * asked.  With count = conversation it remembers the candidates (memory grows
 * with them): a candidate is answered if any outreach to them was, else
 * lapsed if any lapsed, else pending, else bounced.  With more than
 * RATE_CANDIDATES_MAX of them one may be counted more than once.
 *
 * rate_counter_new answers NULL without memory, rate_counter_add OK or
 * NO_MEMORY; rate_counter_free allows NULL.
 */
#define RATE_CANDIDATES_MAX	((size_t)1 << 18)

struct rate_counter;

struct rate_counter *rate_counter_new(const struct policy *, int64_t t);
enum status rate_counter_add(struct rate_counter *, const struct outreach *);
struct tally rate_counter_tally(struct rate_counter *);
void rate_counter_free(struct rate_counter *);

/* answered + lapsed */
int64_t rate_settled(const struct tally *);

/*
 * The share answered in millionths, rounded down; -1 when nothing has
 * settled.  For display: low and met compare whole numbers.
 */
int64_t rate_share(const struct tally *);

/*
 * low: settled >= minimum and answered < threshold x settled, and, with
 * confidence = 95, the upper end of the Wilson score interval (E. B.
 * Wilson, JASA 22 (1927) 209-212; z = 1.959964) is below the threshold.
 * met: settled >= release_minimum and answered >= threshold x settled.
 */
bool rate_is_low(const struct policy *, const struct tally *);
bool rate_is_met(const struct policy *, const struct tally *);

/*
 * Do so many of a user's outreach come back that somebody should look?  From
 * RATE_BOUNCES_MIN on, when they are more than one in RATE_BOUNCES_SHARE.  A
 * list of addresses that were bought or guessed is like that, and so are
 * bounces somebody forges: what bounced is in no figure of the rate, so that
 * forging them is the way to make silence vanish.  Hardly anything else is:
 * carriers of bulk mail stop a sender at one in ten, and the few of somebody
 * who writes little say nothing.
 */
#define RATE_BOUNCES_MIN	10
#define RATE_BOUNCES_SHARE	5
bool rate_has_many_bounces(int64_t sent, int64_t bounced);

#endif
