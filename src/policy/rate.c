/*
 * The response rate, counted from the ledger.
 *
 * The caller walks the rows of a window and feeds them to a counter; the
 * counter asks of each what it was at the moment of the assessment.  With
 * count = message a row is a count of its own.  With count = conversation
 * rows are gathered by candidate first: they are kept in an array that is
 * sorted and merged whenever it is full, so that memory grows with the people
 * written to and not with the mail they were sent.
 *
 * Counts are rows of a ledger.  A product with a share in millionths
 * leaves int64_t behind 9.2e12 rows, more than any disk holds.
 */
#include "policy/rate.h"

#include <stdlib.h>
#include <string.h>

/* z of a two-sided 95 % interval, squared. */
#define WILSON_Z_SQUARED	(1.959964 * 1.959964)

#define CANDIDATES_FIRST	256

struct candidate {
	struct ident	ident;
	uint8_t		state;		/* enum outreach_state */
};

struct rate_counter {
	int64_t			 t;
	int64_t			 settle;
	enum conf_count		 count;
	struct tally		 tally;
	struct candidate	*candidates;	/* not yet in the tally */
	size_t			 length;
	size_t			 capacity;
};

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

struct rate_window
rate_window_at(const struct policy *policy, int64_t since, int64_t t)
{
	struct rate_window window;

	window.until = t - policy->settle;
	window.from = later(window.until - policy->window, since);
	window.until = later(window.until, window.from);
	return window;
}

struct rate_window
rate_window_open(const struct policy *policy, int64_t since, int64_t t)
{
	struct rate_window window;

	window.from = later(t - policy->settle, since);
	window.until = later(t, window.from);
	return window;
}

struct rate_counter *
rate_counter_new(const struct policy *policy, int64_t t)
{
	struct rate_counter *counter = calloc(1, sizeof(*counter));

	if (counter == NULL)
		return NULL;
	counter->t = t;
	counter->settle = policy->settle;
	counter->count = policy->count;
	return counter;
}

void
rate_counter_free(struct rate_counter *counter)
{
	if (counter == NULL)
		return;
	free(counter->candidates);
	free(counter);
}

static void
tally_add(struct tally *tally, enum outreach_state state)
{
	switch (state) {
	case OUTREACH_ANSWERED:
		tally->answered++;
		break;
	case OUTREACH_LAPSED:
		tally->lapsed++;
		break;
	case OUTREACH_PENDING:
		tally->pending++;
		break;
	case OUTREACH_BOUNCED:
		tally->bounced++;
		break;
	}
}

/*
 * What several outreach make of their candidate: who answered once has
 * answered; silence towards one message is not undone by a follow-up that
 * is still young; an address that took one message did exist.
 */
static int
weight(uint8_t state)
{
	static const int weights[] = {
		[OUTREACH_BOUNCED] = 0,
		[OUTREACH_PENDING] = 1,
		[OUTREACH_LAPSED] = 2,
		[OUTREACH_ANSWERED] = 3
	};

	return weights[state];
}

static int
candidate_compare(const void *left, const void *right)
{
	const struct candidate *a = left;
	const struct candidate *b = right;

	return memcmp(a->ident.bytes, b->ident.bytes, sizeof(a->ident.bytes));
}

/* Leaves each candidate once, with the state that weighs most. */
static void
counter_merge(struct rate_counter *counter)
{
	struct candidate *last, *next;
	size_t i, kept = 1;

	if (counter->length == 0)
		return;
	qsort(counter->candidates, counter->length,
	    sizeof(*counter->candidates), candidate_compare);
	for (i = 1; i < counter->length; i++) {
		last = &counter->candidates[kept - 1];
		next = &counter->candidates[i];
		if (candidate_compare(last, next) != 0)
			counter->candidates[kept++] = *next;
		else if (weight(next->state) > weight(last->state))
			last->state = next->state;
	}
	counter->length = kept;
}

/*
 * Past the bound what is known is counted and forgotten: a candidate met
 * again counts again.  The alternative, to fail, would leave whoever writes to
 * the most people without any rate.
 */
static void
counter_settle(struct rate_counter *counter)
{
	size_t i;

	counter_merge(counter);
	for (i = 0; i < counter->length; i++)
		tally_add(&counter->tally, counter->candidates[i].state);
	counter->length = 0;
}

static enum status
counter_grow(struct rate_counter *counter)
{
	struct candidate *grown;
	size_t capacity = counter->capacity == 0 ? CANDIDATES_FIRST :
	    2 * counter->capacity;

	grown = realloc(counter->candidates, capacity * sizeof(*grown));
	if (grown == NULL)
		return STATUS_NO_MEMORY;
	counter->candidates = grown;
	counter->capacity = capacity;
	return STATUS_OK;
}

/* Half of the room is free after it, or sorting would be without end. */
static enum status
counter_make_room(struct rate_counter *counter)
{
	if (counter->length < counter->capacity)
		return STATUS_OK;
	counter_merge(counter);
	if (counter->length > RATE_CANDIDATES_MAX)
		counter_settle(counter);
	if (2 * counter->length < counter->capacity ||
	    counter->capacity >= 2 * RATE_CANDIDATES_MAX)
		return STATUS_OK;
	return counter_grow(counter);
}

enum status
rate_counter_add(struct rate_counter *counter, const struct outreach *outreach)
{
	enum outreach_state state;
	struct candidate *candidate;
	enum status status;

	state = outreach_state(outreach, counter->settle, counter->t);
	if (counter->count == CONF_COUNT_MESSAGE) {
		tally_add(&counter->tally, state);
		return STATUS_OK;
	}
	status = counter_make_room(counter);
	if (status != STATUS_OK)
		return status;
	candidate = &counter->candidates[counter->length++];
	candidate->ident = outreach->candidate;
	candidate->state = (uint8_t)state;
	return STATUS_OK;
}

struct tally
rate_counter_tally(struct rate_counter *counter)
{
	counter_settle(counter);
	return counter->tally;
}

int64_t
rate_settled(const struct tally *tally)
{
	return tally->answered + tally->lapsed;
}

int64_t
rate_share(const struct tally *tally)
{
	int64_t settled = rate_settled(tally);

	if (settled == 0)
		return -1;
	return tally->answered * CONF_SHARE_ONE / settled;
}

/* Only with something settled does "below" mean anything. */
static bool
below_threshold(const struct policy *policy, const struct tally *tally)
{
	return tally->answered * CONF_SHARE_ONE <
	    policy->threshold * rate_settled(tally);
}

/*
 * Of a share below the threshold T: is the upper end of its Wilson interval
 * below it too?  The ends are the two roots in T of
 * n(p - T)^2 = z^2 T(1 - T), and beyond them the left side is the greater; so
 * no root needs to be taken.
 */
static bool
surely_below_threshold(const struct policy *policy, const struct tally *tally)
{
	double n = (double)rate_settled(tally);
	double p = (double)tally->answered / n;
	double threshold = (double)policy->threshold / CONF_SHARE_ONE;
	double gap = threshold - p;

	return n * gap * gap > WILSON_Z_SQUARED * threshold * (1 - threshold);
}

bool
rate_is_low(const struct policy *policy, const struct tally *tally)
{
	if (rate_settled(tally) < policy->minimum || rate_settled(tally) == 0)
		return false;
	if (!below_threshold(policy, tally))
		return false;
	return policy->confidence == 0 ||
	    surely_below_threshold(policy, tally);
}

bool
rate_is_met(const struct policy *policy, const struct tally *tally)
{
	return rate_settled(tally) >= policy->release_minimum &&
	    !below_threshold(policy, tally);
}

bool
rate_has_many_bounces(int64_t sent, int64_t bounced)
{
	return bounced >= RATE_BOUNCES_MIN &&
	    bounced * RATE_BOUNCES_SHARE > sent;
}
