/*
 * Advice from a user's own figures: what they do more and less of, and which
 * of it is answered.  Pure.
 *
 * Two groups of a user's outreach are compared only when each has
 * TIPS_GROUP_MIN that have settled, and a difference is told only when chance
 * hardly makes it: Fisher's exact test (R. A. Fisher, "The Logic of Inductive
 * Inference", JRSS 98 (1935) 39-82), both tails as twice the smaller, p below
 * TIPS_LEVEL divided by the number of comparisons that were made
 * (Bonferroni).  Exact, because the groups are small and few answer: the
 * normal approximation is worst there.
 *
 * Where somebody's own figures say nothing, general advice stands in, each
 * with where it was published.
 *
 * Order of calls: tips_window says which rows are wanted; a counter is fed
 * them, oldest first, and asked; it is freed.
 */
#ifndef POLICY_TIPS_H
#define POLICY_TIPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "policy/standing.h"

#define TIPS_MAX		3
#define TIPS_GROUP_MIN		20
#define TIPS_LEVEL		0.05
#define TIPS_SPAN		(60 * CLOCK_DAY)	/* of sending time */
#define TIPS_FEW		10	/* recipients, at most, are few */

/* Rows one counter takes; LIMIT past that. */
#define TIPS_ROWS_MAX		((size_t)1 << 17)

enum tip_theme {
	TIP_BOUNCES,		/* so many that the addresses are to blame */
	TIP_BULK,		/* one-to-one against bulk */
	TIP_MERGE,		/* letters of one's own against mail merge */
	TIP_MANY,		/* bulk to few against bulk to many */
	TIP_LENGTH,		/* short against long */
	TIP_FOLLOW_UP,		/* first mail against follow-up */
	TIP_WEEKDAY,		/* one day of the week against the others */
	TIP_HOURS,		/* one part of the day against the others */
	TIP_THEMES
};

/* One group, as it has settled. */
struct tip_group {
	int64_t	answered;
	int64_t	settled;
};

struct tip {
	enum tip_theme	theme;
	bool		own;		/* from own figures; else general */
	/*
	 * Which of the two was answered more often, where both may be:
	 *	TIP_LENGTH	0 short, 1 long
	 *	TIP_FOLLOW_UP	0 first mail, 1 follow-up
	 *	TIP_WEEKDAY	the day, 0 is Sunday
	 *	TIP_HOURS	0 from 6 to 12, 1 from 12 to 18, 2 from 18 to 6
	 */
	int		which;
	struct tip_group better, worse;	/* own only.  TIP_BOUNCES: settled
					   is what was sent, answered what
					   came back, in `worse` */
	int64_t		length;		/* TIP_LENGTH: short is up to so many
					   bytes of text, half of them all */
	double		p;		/* of the test, before the division */
};

struct tips {
	struct rate_window window;	/* the figures are of what was sent in
					   it */
	size_t		   count;
	struct tip	   tips[TIPS_MAX];	/* own before general, the
						   strongest first */
	int		   compared;	/* comparisons made */
};

/* What had settled at `now`: not bounded by the present standing's count. */
struct rate_window tips_window(const struct policy *, int64_t now);

struct tips_counter;

/*
 * `offset` says by how much local time is ahead of UTC at a moment, in
 * microseconds (clock_zone_offset); NULL: it is UTC.  `policy` is borrowed
 * until the counter is freed.  NULL: no memory.
 */
struct tips_counter *tips_counter_new(const struct policy *, int64_t now,
    int64_t (*offset)(int64_t when));
void tips_counter_free(struct tips_counter *);		/* NULL allowed */

/*
 * OK, LIMIT (the row is not taken; what was taken stays), NO_MEMORY.  A row
 * that is still pending is left out.
 */
enum status tips_counter_add(struct tips_counter *, const struct outreach *);

/* The counter is spent by it: only to be freed afterwards. */
void tips_counter_take(struct tips_counter *, struct tips *);

/*
 * One tip in words, one paragraph in UTF-8 without a line break: the figures,
 * or the source.
 */
void tip_text(const struct tip *, struct buf *);

/* "bounces", "bulk", "merge", "many", "length", "follow-up", ... */
const char *tip_theme_text(enum tip_theme);

/*
 * If both groups were answered alike: how likely would chance make them differ
 * as much as they do, or more?  The smaller tail of the hypergeometric
 * distribution, twice, at most 1.
 */
double tips_fisher(const struct tip_group *, const struct tip_group *);

#endif
