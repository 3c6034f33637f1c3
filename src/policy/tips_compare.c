/*
 * The comparisons behind tips: each of the table is made that has enough on
 * both sides, the chances are compared to the level that is left for each, and
 * the strongest of each theme stay.
 *
 * A message to fifty is fifty rows that share one text: they are less of
 * evidence than fifty letters, and the test does not know.  That is why a
 * group must not be small and the level is divided by all comparisons made.
 */
#include "policy/tips_private.h"

#include <stdlib.h>
#include <string.h>

#define NO_SIDE		(-1)

/*
 * 0 is the side of the row that is worth advising (or the first of two that may
 * be), 1 the other; NO_SIDE: the row is on neither.
 */

static bool
is_bulk(const struct tips_row *row)
{
	return (row->flags & (OUTREACH_BULK | OUTREACH_LIST)) != 0;
}

static int
side_bulk(const struct tips_counter *counter, const struct tips_row *row,
    int which)
{
	(void)counter;
	(void)which;
	if (is_bulk(row))
		return 1;
	return (row->flags & OUTREACH_MERGE) != 0 ? NO_SIDE : 0;
}

static int
side_merge(const struct tips_counter *counter, const struct tips_row *row,
    int which)
{
	(void)counter;
	(void)which;
	if (is_bulk(row))
		return NO_SIDE;
	return (row->flags & OUTREACH_MERGE) != 0;
}

static int
side_many(const struct tips_counter *counter, const struct tips_row *row,
    int which)
{
	(void)counter;
	(void)which;
	if (!is_bulk(row))
		return NO_SIDE;
	return row->size > TIPS_FEW || (row->flags & OUTREACH_LIST) != 0;
}

static int
side_length(const struct tips_counter *counter, const struct tips_row *row,
    int which)
{
	(void)which;
	if (row->length == 0)
		return NO_SIDE;
	return row->length > counter->length;
}

static int
side_follow_up(const struct tips_counter *counter, const struct tips_row *row,
    int which)
{
	(void)counter;
	(void)which;
	return row->follow_up;
}

static int
side_weekday(const struct tips_counter *counter, const struct tips_row *row,
    int which)
{
	(void)counter;
	return row->weekday != which;
}

static int
side_hours(const struct tips_counter *counter, const struct tips_row *row,
    int which)
{
	int part = row->hour < 6 || row->hour >= 18 ? 2 : row->hour >= 12;

	(void)counter;
	return part != which;
}

static const struct comparison {
	enum tip_theme	theme;
	int		count;		/* of values of `which` */
	bool		both;		/* either side may be advised */
	int		(*side)(const struct tips_counter *,
			    const struct tips_row *, int which);
} comparisons[] = {
	{ TIP_BULK, 1, false, side_bulk },
	{ TIP_MERGE, 1, false, side_merge },
	{ TIP_MANY, 1, false, side_many },
	{ TIP_LENGTH, 1, true, side_length },
	{ TIP_FOLLOW_UP, 1, true, side_follow_up },
	{ TIP_WEEKDAY, 7, false, side_weekday },
	{ TIP_HOURS, 3, false, side_hours }
};

#define COMPARISONS	(sizeof(comparisons) / sizeof(comparisons[0]))

/* The strongest tip of each theme. */
struct finding {
	struct tip	tips[COMPARISONS];
	size_t		count;
	int		compared;
};

static void
count_sides(const struct tips_counter *counter,
    const struct comparison *comparison, int which, struct tip_group groups[2])
{
	const struct tips_row *row;
	size_t i;
	int side;

	memset(groups, 0, 2 * sizeof(groups[0]));
	for (i = 0; i < counter->count; i++) {
		row = &counter->rows[i];
		if (row->state == OUTREACH_BOUNCED)
			continue;
		side = comparison->side(counter, row, which);
		if (side == NO_SIDE)
			continue;
		groups[side].settled++;
		groups[side].answered += row->state == OUTREACH_ANSWERED;
	}
}

/* Is the first answered more often than the second? */
static bool
is_better(const struct tip_group *first, const struct tip_group *second)
{
	return first->answered * second->settled >
	    second->answered * first->settled;
}

/* false: there is too little to compare. */
static bool
compare(const struct tips_counter *counter,
    const struct comparison *comparison, int which, struct tip *tip)
{
	struct tip_group groups[2];
	int best;

	count_sides(counter, comparison, which, groups);
	if (groups[0].settled < TIPS_GROUP_MIN ||
	    groups[1].settled < TIPS_GROUP_MIN)
		return false;
	best = is_better(&groups[1], &groups[0]);
	memset(tip, 0, sizeof(*tip));
	tip->theme = comparison->theme;
	tip->own = true;
	tip->which = comparison->both ? best : which;
	tip->better = groups[best];
	tip->worse = groups[1 - best];
	tip->length = counter->length;
	tip->p = tips_fisher(&groups[0], &groups[1]);
	if (best == 1 && !comparison->both)
		tip->p = 1;	/* nothing we would advise */
	return true;
}

/* The strongest of a theme is what the next place of the finding holds. */
static void
compare_theme(const struct tips_counter *counter,
    const struct comparison *comparison, struct finding *finding)
{
	struct tip *strongest = &finding->tips[finding->count];
	struct tip tip;
	int which;

	strongest->p = 2;
	for (which = 0; which < comparison->count; which++) {
		if (!compare(counter, comparison, which, &tip))
			continue;
		finding->compared++;
		if (tip.p < strongest->p)
			*strongest = tip;
	}
	if (strongest->p <= 1)
		finding->count++;
}

static int
compare_tips(const void *left, const void *right)
{
	const struct tip *a = left, *b = right;

	if (a->p < b->p || a->p > b->p)
		return a->p < b->p ? -1 : 1;
	return (int)a->theme - (int)b->theme;
}

void
tips_compare(const struct tips_counter *counter, struct tips *tips)
{
	struct finding finding = { .count = 0 };
	size_t i;

	for (i = 0; i < COMPARISONS; i++)
		compare_theme(counter, &comparisons[i], &finding);
	qsort(finding.tips, finding.count, sizeof(finding.tips[0]),
	    compare_tips);
	tips->compared = finding.compared;
	for (i = 0; i < finding.count; i++)
		if (finding.tips[i].p * finding.compared < TIPS_LEVEL)
			tips_add(tips, &finding.tips[i]);
}
