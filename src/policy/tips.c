/*
 * Which advice a user's own figures carry.
 *
 * The rows are kept, in short, until all are there: how many people one
 * message went to, and whether somebody had been written to before, is known
 * only then.  Then they are compared (tips_compare.c), and what room is left
 * is general advice.
 */
#include "policy/tips_private.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_FIRST	256

/* A length up to which a message is short is told in whole hundreds. */
#define LENGTH_STEP	100

/* LinkedIn's figures say so of messages up to here. */
#define LENGTH_SHORT	400

struct rate_window
tips_window(const struct policy *policy, int64_t now)
{
	int64_t span = policy->window > TIPS_SPAN ? policy->window : TIPS_SPAN;
	struct rate_window window;

	window.until = now - policy->settle;
	window.from = window.until - span;
	return window;
}

struct tips_counter *
tips_counter_new(const struct policy *policy, int64_t now,
    int64_t (*offset)(int64_t when))
{
	struct tips_counter *counter = calloc(1, sizeof(*counter));

	if (counter == NULL)
		return NULL;
	counter->policy = policy;
	counter->now = now;
	counter->offset = offset;
	return counter;
}

void
tips_counter_free(struct tips_counter *counter)
{
	if (counter == NULL)
		return;
	free(counter->rows);
	free(counter);
}

static enum status
counter_grow(struct tips_counter *counter)
{
	struct tips_row *grown;
	size_t capacity = counter->capacity == 0 ? ROWS_FIRST :
	    2 * counter->capacity;

	grown = realloc(counter->rows, capacity * sizeof(*grown));
	if (grown == NULL)
		return STATUS_NO_MEMORY;
	counter->rows = grown;
	counter->capacity = capacity;
	return STATUS_OK;
}

/* 1970-01-01 was a Thursday. */
static void
set_local_time(const struct tips_counter *counter, struct tips_row *row)
{
	int64_t local = row->sent_at;

	if (counter->offset != NULL)
		local += counter->offset(row->sent_at);
	if (local < 0)
		local = 0;
	row->weekday = (uint8_t)((local / CLOCK_DAY + 4) % 7);
	row->hour = (uint8_t)(local % CLOCK_DAY / CLOCK_HOUR);
}

enum status
tips_counter_add(struct tips_counter *counter, const struct outreach *outreach)
{
	enum outreach_state state = outreach_state(outreach,
	    counter->policy->settle, counter->now);
	struct tips_row *row;
	enum status status;

	if (state == OUTREACH_PENDING)
		return STATUS_OK;
	if (counter->count == TIPS_ROWS_MAX)
		return STATUS_LIMIT;
	if (counter->count == counter->capacity) {
		status = counter_grow(counter);
		if (status != STATUS_OK)
			return status;
	}
	row = &counter->rows[counter->count++];
	row->sent_at = outreach->sent_at;
	row->message = outreach->message;
	row->candidate = outreach->candidate;
	row->flags = outreach->flags;
	row->length = outreach->length;
	row->size = 1;
	row->state = (uint8_t)state;
	row->follow_up = false;
	set_local_time(counter, row);
	return STATUS_OK;
}

/*
 * What only all rows together tell.
 */

static int
compare_messages(const void *left, const void *right)
{
	const struct tips_row *a = left, *b = right;

	return ident_compare(&a->message, &b->message);
}

static int
compare_candidates(const void *left, const void *right)
{
	const struct tips_row *a = left, *b = right;
	int order = ident_compare(&a->candidate, &b->candidate);

	if (order != 0)
		return order;
	return a->sent_at < b->sent_at ? -1 : a->sent_at > b->sent_at;
}

static int
compare_lengths(const void *left, const void *right)
{
	const struct tips_row *a = left, *b = right;

	return a->length < b->length ? -1 : a->length > b->length;
}

static void
sort(struct tips_counter *counter, int (*compare)(const void *, const void *))
{
	if (counter->count > 0)
		qsort(counter->rows, counter->count, sizeof(*counter->rows),
		    compare);
}

static void
find_sizes(struct tips_counter *counter)
{
	struct tips_row *rows = counter->rows;
	size_t i = 0, end = 0, first;

	sort(counter, compare_messages);
	while (end < counter->count) {
		first = end;
		while (end < counter->count &&
		    compare_messages(&rows[first], &rows[end]) == 0)
			end++;
		for (; i < end; i++)
			rows[i].size = (uint32_t)(end - first);
	}
}

static void
find_follow_ups(struct tips_counter *counter)
{
	struct tips_row *rows = counter->rows;
	size_t i;

	sort(counter, compare_candidates);
	for (i = 1; i < counter->count; i++)
		rows[i].follow_up = ident_equal(&rows[i - 1].candidate,
		    &rows[i].candidate) &&
		    rows[i - 1].sent_at < rows[i].sent_at;
}

/* The middle one of the lengths that are known, in whole hundreds. */
static void
find_length(struct tips_counter *counter)
{
	size_t unknown = 0;
	int64_t middle;

	sort(counter, compare_lengths);
	while (unknown < counter->count && counter->rows[unknown].length == 0)
		unknown++;
	if (unknown == counter->count)
		return;
	middle = counter->rows[unknown + (counter->count - unknown) / 2].length;
	counter->length = (middle + LENGTH_STEP / 2) / LENGTH_STEP *
	    LENGTH_STEP;
	if (counter->length == 0)
		counter->length = LENGTH_STEP;
}

void
tips_add(struct tips *tips, const struct tip *tip)
{
	if (tips->count < TIPS_MAX)
		tips->tips[tips->count++] = *tip;
}

static void
add_bounces(const struct tips_counter *counter, struct tips *tips)
{
	struct tip tip = { .theme = TIP_BOUNCES, .own = true };
	size_t i;

	tip.worse.settled = (int64_t)counter->count;
	for (i = 0; i < counter->count; i++)
		tip.worse.answered +=
		    counter->rows[i].state == OUTREACH_BOUNCED;
	if (rate_has_many_bounces(tip.worse.settled, tip.worse.answered))
		tips_add(tips, &tip);
}

/*
 * General advice, only where it can concern the user, and only where their
 * own figures do not speak.
 */

static bool
has_rows(const struct tips_counter *counter,
    bool (*is_such)(const struct tips_row *))
{
	size_t i;

	for (i = 0; i < counter->count; i++)
		if (is_such(&counter->rows[i]))
			return true;
	return false;
}

static bool
is_one_of_many(const struct tips_row *row)
{
	return (row->flags & (OUTREACH_BULK | OUTREACH_LIST |
	    OUTREACH_MERGE)) != 0;
}

static bool
is_of_late_week(const struct tips_row *row)
{
	return row->weekday >= 5;
}

static void
add_general(struct tips *tips, enum tip_theme theme)
{
	const struct tip tip = { .theme = theme };
	size_t i;

	for (i = 0; i < tips->count; i++)
		if (tips->tips[i].theme == theme)
			return;
	tips_add(tips, &tip);
}

/*
 * To follow up is no advice where each message counts: the second one to
 * somebody silent is one more without an answer.
 */
static void
add_all_general(const struct tips_counter *counter, struct tips *tips)
{
	if (has_rows(counter, is_one_of_many))
		add_general(tips, TIP_BULK);
	if (counter->length == 0 || counter->length > LENGTH_SHORT)
		add_general(tips, TIP_LENGTH);
	if (has_rows(counter, is_of_late_week))
		add_general(tips, TIP_WEEKDAY);
	if (counter->policy->count == CONF_COUNT_CONVERSATION)
		add_general(tips, TIP_FOLLOW_UP);
}

void
tips_counter_take(struct tips_counter *counter, struct tips *tips)
{
	memset(tips, 0, sizeof(*tips));
	tips->window = tips_window(counter->policy, counter->now);
	find_sizes(counter);
	find_follow_ups(counter);
	find_length(counter);
	add_bounces(counter, tips);
	tips_compare(counter, tips);
	add_all_general(counter, tips);
}
