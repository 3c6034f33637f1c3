/*
 * What the next look at an account will find, and what would change it: as the
 * rule of standing.c and rate.c has it, and asked of them, not worked out
 * again.  Pure.
 *
 *	warned, restricted	the look at `due`, or at the end of an exemption
 *				that holds then.
 *	good			the first of the looks to come that finds the
 *				user low if nothing more is answered; where
 *				none does, the look that a message sent right
 *				now would bring about.
 *
 * Order of calls: forecast_window says which rows are wanted; a counter is fed
 * them, oldest first, and asked; it is freed.  Rows that an assessment leaves
 * out (the breaker's gap) are left out by the caller.
 */
#ifndef POLICY_FORECAST_H
#define POLICY_FORECAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/standing.h"

/* Cannot be done any more, or in this way; has no bound. */
#define FORECAST_NEVER		(-1)
#define FORECAST_ANY		INT64_MAX

/* Rows one counter takes; LIMIT past that. */
#define FORECAST_ROWS_MAX	((size_t)1 << 18)

struct forecast {
	int64_t		   at;		/* the look; 0: none is to come, the
					   user being exempt, and all else is
					   zero */
	bool		   if_sent;	/* good: the look comes only if
					   something is sent right now */
	struct rate_window window;	/* what it counts */
	struct tally	   tally;	/* of that, as of now: what is pending
					   has lapsed at the look, or been
					   answered */
	int64_t		   young;	/* rows sent too late for that look */

	/*
	 * What the look brings if nothing more is sent or answered: to a good
	 * account none, warning or restricted, to others what they can get.
	 */
	enum notice	   silent;

	/*
	 * The fewest more answers, to what `tally` counts as pending or
	 * lapsed (from as many people, with count = conversation), with
	 * which it brings good news (recovered, released; to a good account:
	 * none).  0: it does without; FORECAST_NEVER: not if all were
	 * answered, or there is no time left.
	 */
	int64_t		   answers;

	/*
	 * The fewest new messages, all of them answered, that would do it
	 * alone; they must be sent in time, window.until at the latest.  0:
	 * it does without; FORECAST_NEVER: none would, or it is too late.
	 */
	int64_t		   fresh;

	/*
	 * Where it brings good news as things are: how many more messages,
	 * all of them unanswered, it would bear; FORECAST_ANY: any number, as
	 * where it is too late to send what it will count.  FORECAST_NEVER
	 * where `silent` is bad news.
	 */
	int64_t		   room;
};

/* Rows sent in (from, until] are wanted; until is `now`. */
struct rate_window forecast_window(const struct policy *,
    const struct account *, int64_t now);

struct forecast_counter;

/* `policy` and `account` are borrowed until the counter is freed; NULL: no
 * memory. */
struct forecast_counter *forecast_counter_new(const struct policy *,
    const struct account *, int64_t now);
void forecast_counter_free(struct forecast_counter *);	/* NULL allowed */

/* OK, LIMIT (the row is not taken; what was taken stays), NO_MEMORY. */
enum status forecast_counter_add(struct forecast_counter *,
    const struct outreach *);

/* OK or NO_MEMORY. */
enum status forecast_counter_look(struct forecast_counter *,
    struct forecast *);

#endif
