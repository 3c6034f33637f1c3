/*
 * What the whole site sent, week by week and policy by policy, and what became
 * of it.
 *
 * Nothing is counted beside the ledger, here neither: it is walked, a user in a
 * view of their own, so that nobody waits for it.  A view may run twice: what
 * it counts of a user is kept apart until it is over.
 */
#include <stdlib.h>
#include <string.h>

#include "gate/admin_private.h"
#include "policy/shadow.h"

/* Users whose names are read in one view. */
#define PAGE	256

#define WEEK		(7 * CLOCK_DAY)
#define FIRST_MONDAY	(4 * CLOCK_DAY)		/* 1970-01-05 */

/* Where an answer belongs, and how long it took. */
struct delay {
	uint32_t	week, policy;
	int64_t		time;
};

struct counting {
	const struct conf	*conf;
	struct gate		*gate;
	int64_t			 now, begin;	/* of the first week */
	size_t			 week_count;
	struct admin_stats_line	*weeks;		/* oldest first */
	struct admin_stats_line	*policies;	/* as the configuration has
						   them */
	struct buf		 delays;	/* of struct delay */

	struct account		 users[PAGE];
	size_t			 user_count;
	char			 after[CONF_USER_SIZE];

	/* the user in hand */
	const struct account	*user;
	const struct policy	*policy;
	uint32_t		 policy_index;
	struct admin_stats_line	*own;		/* by week */
	size_t			 delays_before;	/* bytes */
};

static int64_t
monday_of(int64_t when)
{
	int64_t past = (when - FIRST_MONDAY) % WEEK;

	return when - (past < 0 ? past + WEEK : past);
}

static void
count_kind(struct admin_stats_line *line, const struct outreach *row)
{
	line->sent++;
	if (row->flags & OUTREACH_MERGE)
		line->merge++;
	else if (row->flags & OUTREACH_BULK)
		line->bulk++;
	else
		line->one_to_one++;
	line->automatic += row->automatic_at != 0;
}

static void
count_state(struct admin_stats_line *line, enum outreach_state state)
{
	switch (state) {
	case OUTREACH_PENDING:
		line->pending++;
		break;
	case OUTREACH_ANSWERED:
		line->answered++;
		break;
	case OUTREACH_LAPSED:
		line->lapsed++;
		break;
	case OUTREACH_BOUNCED:
		line->bounced++;
		break;
	}
}

/* An answer somebody credited came at no time that is known. */
static void
note_delay(struct counting *counting, uint32_t week,
    const struct outreach *row)
{
	struct delay delay;

	if (row->match == OUTREACH_MATCH_CREDITED ||
	    row->answered_at < row->sent_at)
		return;
	memset(&delay, 0, sizeof(delay));
	delay.week = week;
	delay.policy = counting->policy_index;
	delay.time = row->answered_at - row->sent_at;
	buf_add(&counting->delays, &delay, sizeof(delay));
}

static bool
count_row(void *context, const struct outreach *row)
{
	struct counting *counting = context;
	size_t week = (size_t)((row->sent_at - counting->begin) / WEEK);
	enum outreach_state state;

	if (week >= counting->week_count)
		return true;
	state = outreach_state(row, counting->policy->settle, counting->now);
	count_kind(&counting->own[week], row);
	count_state(&counting->own[week], state);
	if (state == OUTREACH_ANSWERED)
		note_delay(counting, (uint32_t)week, row);
	return !counting->delays.failed;
}

/* What an earlier run of the view noted is taken back. */
static enum status
user_body(struct store_txn *txn, void *argument)
{
	struct counting *counting = argument;

	memset(counting->own, 0,
	    counting->week_count * sizeof(*counting->own));
	counting->delays.length = counting->delays_before;
	return store_outreach_window(txn, counting->user->id,
	    counting->begin - 1, INT64_MAX, count_row, counting);
}

static void
add(struct admin_stats_line *sum, const struct admin_stats_line *line)
{
	sum->sent += line->sent;
	sum->one_to_one += line->one_to_one;
	sum->bulk += line->bulk;
	sum->merge += line->merge;
	sum->answered += line->answered;
	sum->lapsed += line->lapsed;
	sum->pending += line->pending;
	sum->bounced += line->bounced;
	sum->automatic += line->automatic;
	sum->users += line->sent > 0;
}

static enum status
count_user(struct counting *counting, const struct account *user)
{
	struct admin_stats_line *policy, whole = { .sent = 0 };
	enum status status;
	size_t i;

	counting->user = user;
	counting->policy = conf_policy_of(counting->conf, user->user);
	counting->policy_index = (uint32_t)(counting->policy -
	    counting->conf->policies);
	counting->delays_before = counting->delays.length;
	policy = &counting->policies[counting->policy_index];
	if (account_is_exempt(user, counting->policy, counting->now))
		policy->exempt++;
	else
		policy->standings[shadow_view(user,
		    counting->conf->mode).standing]++;
	status = store_view(counting->gate->store, user_body, counting);
	if (status != STATUS_OK)
		return status;
	for (i = 0; i < counting->week_count; i++) {
		add(&counting->weeks[i], &counting->own[i]);
		add(&whole, &counting->own[i]);
	}
	whole.users = 0;
	add(policy, &whole);
	return counting->delays.failed ? STATUS_LIMIT : STATUS_OK;
}

static bool
gather_user(void *context, const struct account *account)
{
	struct counting *counting = context;

	counting->users[counting->user_count++] = *account;
	return counting->user_count < PAGE;
}

static enum status
page_body(struct store_txn *txn, void *argument)
{
	struct counting *counting = argument;

	counting->user_count = 0;
	return store_account_each(txn, counting->after, gather_user,
	    counting);
}

static enum status
count_users(struct counting *counting)
{
	enum status status;
	size_t i;

	do {
		status = store_view(counting->gate->store, page_body,
		    counting);
		for (i = 0; i < counting->user_count && status == STATUS_OK;
		    i++)
			status = count_user(counting, &counting->users[i]);
		if (i > 0)
			memcpy(counting->after, counting->users[i - 1].user,
			    sizeof(counting->after));
	} while (status == STATUS_OK && counting->user_count == PAGE);
	return status;
}

/*
 * Medians
 */

static int
compare_times(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
by_week(const void *a, const void *b)
{
	const struct delay *x = a, *y = b;
	int order = (x->week > y->week) - (x->week < y->week);

	return order != 0 ? order : compare_times(x->time, y->time);
}

static int
by_policy(const void *a, const void *b)
{
	const struct delay *x = a, *y = b;
	int order = (x->policy > y->policy) - (x->policy < y->policy);

	return order != 0 ? order : compare_times(x->time, y->time);
}

/* Of so many in order; between the two in the middle, where there are two. */
static int64_t
median(const struct delay *delays, size_t count)
{
	int64_t low = delays[(count - 1) / 2].time;
	int64_t high = delays[count / 2].time;

	return low + (high - low) / 2;
}

static void
set_medians(struct delay *delays, size_t count, bool weeks,
    struct admin_stats_line *lines)
{
	size_t begin, end;
	uint32_t group;

	qsort(delays, count, sizeof(*delays), weeks ? by_week : by_policy);
	for (begin = 0; begin < count; begin = end) {
		group = weeks ? delays[begin].week : delays[begin].policy;
		for (end = begin; end < count && group == (weeks ?
		    delays[end].week : delays[end].policy); end++)
			continue;
		lines[group].median = median(delays + begin, end - begin);
	}
}

/* The buffer's bytes are aligned as malloc aligns. */
static void
measure(struct counting *counting)
{
	struct delay *delays = (struct delay *)(void *)counting->delays.data;
	size_t count = counting->delays.length / sizeof(*delays), i;

	for (i = 0; i < counting->week_count; i++)
		counting->weeks[i].median = -1;
	for (i = 0; i < counting->conf->policy_count; i++)
		counting->policies[i].median = -1;
	if (count == 0)
		return;
	set_medians(delays, count, true, counting->weeks);
	set_medians(delays, count, false, counting->policies);
}

static void
show(struct counting *counting, void (*row)(void *,
    const struct admin_stats_line *), void *context)
{
	size_t i;

	for (i = 0; i < counting->week_count; i++) {
		counting->weeks[i].from = counting->begin + (int64_t)i * WEEK;
		row(context, &counting->weeks[i]);
	}
	for (i = 0; i < counting->conf->policy_count; i++) {
		counting->policies[i].from = counting->begin;
		counting->policies[i].policy =
		    counting->conf->policies[i].name;
		row(context, &counting->policies[i]);
	}
}

enum status
admin_stats(struct gate *gate, size_t weeks, void (*row)(void *context,
    const struct admin_stats_line *), void *context)
{
	struct counting *counting = calloc(1, sizeof(*counting));
	struct conf *conf = gate_conf(gate);
	enum status status = STATUS_NO_MEMORY;

	if (counting == NULL)
		goto out;
	buf_init(&counting->delays);
	counting->conf = conf;
	counting->gate = gate;
	counting->now = clock_read(&gate->clock);
	counting->begin = monday_of(counting->now) -
	    (int64_t)(weeks - 1) * WEEK;
	counting->week_count = weeks;
	counting->weeks = calloc(weeks, sizeof(*counting->weeks));
	counting->own = calloc(weeks, sizeof(*counting->own));
	counting->policies = calloc(conf->policy_count,
	    sizeof(*counting->policies));
	if (counting->weeks != NULL && counting->own != NULL &&
	    counting->policies != NULL)
		status = count_users(counting);
	if (status == STATUS_OK) {
		measure(counting);
		show(counting, row, context);
	}
	buf_release(&counting->delays);
	free(counting->weeks);
	free(counting->own);
	free(counting->policies);
out:
	free(counting);
	conf_unref(conf);
	return status;
}
