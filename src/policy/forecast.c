/*
 * What the next look at an account will find.
 *
 * Nothing of the rule is written a second time here.  Each question is put to
 * the state machine: a copy of the account takes the step with the tally as it
 * would be, and the notice it gets is the answer.  What is asked for, the
 * fewest answers or the most silence, is found by halving, since more answers
 * never make a rate worse and more silence never makes it better:
 *
 *	answers		take the place of silence, so that what has settled
 *			stays as many and what was answered becomes more;
 *	fresh messages, all answered, add the same to both, and a share below
 *			one grows by that; where they are asked about, what has
 *			settled has reached `minimum` already;
 *	silence		adds to what has settled alone.
 *
 * The upper end of the Wilson interval (confidence = 95) goes the same ways.
 *
 * In good standing there are looks on many full hours, and any of them may find
 * the user low: they are taken one by one, as the clockwork will, over the
 * rows in memory.
 */
#include "policy/forecast.h"

#include <stdlib.h>
#include <string.h>

/* Beyond so many new messages a number is as good as none. */
#define FRESH_MAX	((int64_t)1 << 40)

#define ROWS_FIRST	256

/* What of a row the rate asks for. */
struct forecast_row {
	int64_t		sent_at;
	int64_t		answered_at;
	int64_t		bounced_at;
	struct ident	candidate;
};

struct forecast_counter {
	const struct policy	*policy;
	const struct account	*account;
	int64_t			 now;
	struct forecast_row	*rows;		/* in the order of sending */
	size_t			 length;
	size_t			 capacity;
};

/* Something that may yet happen. */
struct supposition {
	int64_t	answers;	/* to what was sent already */
	int64_t	fresh;		/* sent from now on, and answered */
	int64_t	silence;	/* sent from now on, and not answered */
};

struct rate_window
forecast_window(const struct policy *policy, const struct account *account,
    int64_t now)
{
	struct rate_window window;
	int64_t look = now;

	/* the earliest look that can be asked about has the longest reach */
	if (account->standing != STANDING_GOOD)
		look = standing_next_assessment(account, policy, 0);
	else if (account->assessed < now)
		look = account->assessed;
	window = rate_window_at(policy, account->since, look);
	window.until = now;
	return window;
}

struct forecast_counter *
forecast_counter_new(const struct policy *policy,
    const struct account *account, int64_t now)
{
	struct forecast_counter *counter = calloc(1, sizeof(*counter));

	if (counter == NULL)
		return NULL;
	counter->policy = policy;
	counter->account = account;
	counter->now = now;
	return counter;
}

void
forecast_counter_free(struct forecast_counter *counter)
{
	if (counter == NULL)
		return;
	free(counter->rows);
	free(counter);
}

static enum status
counter_grow(struct forecast_counter *counter)
{
	struct forecast_row *grown;
	size_t capacity = counter->capacity == 0 ? ROWS_FIRST :
	    2 * counter->capacity;

	grown = realloc(counter->rows, capacity * sizeof(*grown));
	if (grown == NULL)
		return STATUS_NO_MEMORY;
	counter->rows = grown;
	counter->capacity = capacity;
	return STATUS_OK;
}

enum status
forecast_counter_add(struct forecast_counter *counter,
    const struct outreach *outreach)
{
	struct forecast_row *row;
	enum status status;

	if (counter->length == FORECAST_ROWS_MAX)
		return STATUS_LIMIT;
	if (counter->length == counter->capacity) {
		status = counter_grow(counter);
		if (status != STATUS_OK)
			return status;
	}
	row = &counter->rows[counter->length++];
	row->sent_at = outreach->sent_at;
	row->answered_at = outreach->answered_at;
	row->bounced_at = outreach->bounced_at;
	row->candidate = outreach->candidate;
	return STATUS_OK;
}

/* The first row sent after t. */
static size_t
first_after(const struct forecast_counter *counter, int64_t t)
{
	size_t low = 0, high = counter->length, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (counter->rows[middle].sent_at > t)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* The rows of a window, as they stand, or will stand in silence, at t. */
static enum status
tally_at(const struct forecast_counter *counter,
    const struct rate_window *window, int64_t t, struct tally *tally)
{
	struct rate_counter *rate = rate_counter_new(counter->policy, t);
	size_t i, end = first_after(counter, window->until);
	const struct forecast_row *row;
	struct outreach outreach = { 0 };
	enum status status = rate == NULL ? STATUS_NO_MEMORY : STATUS_OK;

	for (i = first_after(counter, window->from);
	    i < end && status == STATUS_OK; i++) {
		row = &counter->rows[i];
		outreach.sent_at = row->sent_at;
		outreach.answered_at = row->answered_at;
		outreach.bounced_at = row->bounced_at;
		outreach.candidate = row->candidate;
		status = rate_counter_add(rate, &outreach);
	}
	if (status == STATUS_OK)
		*tally = rate_counter_tally(rate);
	rate_counter_free(rate);
	return status;
}

static bool
is_good_news(enum notice notice)
{
	return notice == NOTICE_NONE || notice == NOTICE_RECOVERED ||
	    notice == NOTICE_RELEASED;
}

/* What the look brings if it comes so. */
static enum notice
notice_if(const struct forecast_counter *counter,
    const struct forecast *forecast, const struct supposition *supposition)
{
	struct account account = *counter->account;
	struct tally tally = forecast->tally;
	struct step step;

	tally.answered += supposition->answers + supposition->fresh;
	tally.lapsed += tally.pending - supposition->answers +
	    supposition->silence;
	tally.pending = 0;
	standing_step(&account, counter->policy, &tally, forecast->at, &step);
	return step.notice;
}

/* The field of *supposition that `number` points to is what is asked about. */
static bool
holds_with(const struct forecast_counter *counter,
    const struct forecast *forecast, struct supposition *supposition,
    int64_t *number, int64_t value)
{
	*number = value;
	return is_good_news(notice_if(counter, forecast, supposition));
}

/* The fewest that bring good news, at most `most`; NEVER: not even they. */
static int64_t
fewest(const struct forecast_counter *counter,
    const struct forecast *forecast, struct supposition *supposition,
    int64_t *number, int64_t most)
{
	int64_t low = 0, high = 0, middle;

	while (!holds_with(counter, forecast, supposition, number, high)) {
		if (high >= most)
			return FORECAST_NEVER;
		low = high + 1;
		high = high == 0 ? 1 : 2 * high;
		if (high > most)
			high = most;
	}
	while (low < high) {
		middle = low + (high - low) / 2;
		if (holds_with(counter, forecast, supposition, number, middle))
			high = middle;
		else
			low = middle + 1;
	}
	return high;
}

/* How much silence it bears where it is good news without any. */
static int64_t
most_silence(const struct forecast_counter *counter,
    const struct forecast *forecast)
{
	struct supposition supposition = { 0, 0, 0 };
	int64_t low = 0, high = 1, middle;

	while (holds_with(counter, forecast, &supposition,
	    &supposition.silence, high)) {
		if (high >= FRESH_MAX)
			return FORECAST_ANY;
		low = high;
		high *= 2;
	}
	while (high - low > 1) {
		middle = low + (high - low) / 2;
		if (holds_with(counter, forecast, &supposition,
		    &supposition.silence, middle))
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Is there time for a message that the look will count? */
static bool
can_send(const struct forecast_counter *counter,
    const struct forecast *forecast)
{
	return forecast->window.from < forecast->window.until &&
	    counter->now <= forecast->window.until &&
	    counter->now < forecast->at;
}

static void
ask_what_helps(const struct forecast_counter *counter,
    struct forecast *forecast)
{
	struct supposition answers = { 0, 0, 0 }, fresh = { 0, 0, 0 };
	int64_t open = forecast->tally.lapsed + forecast->tally.pending;

	forecast->answers = forecast->fresh = FORECAST_NEVER;
	forecast->room = FORECAST_NEVER;
	if (counter->now < forecast->at)
		forecast->answers = fewest(counter, forecast, &answers,
		    &answers.answers, open);
	if (can_send(counter, forecast))
		forecast->fresh = fewest(counter, forecast, &fresh,
		    &fresh.fresh, FRESH_MAX);
}

static void
ask(const struct forecast_counter *counter, struct forecast *forecast)
{
	struct supposition nothing = { 0, 0, 0 };

	forecast->silent = forecast->if_sent ? NOTICE_NONE :
	    notice_if(counter, forecast, &nothing);
	if (!is_good_news(forecast->silent)) {
		ask_what_helps(counter, forecast);
		return;
	}
	forecast->answers = forecast->fresh = 0;
	forecast->room = can_send(counter, forecast) ?
	    most_silence(counter, forecast) : FORECAST_ANY;
}

/*
 * The look at which a user in good standing is found low, taking the looks as
 * they will be taken; else that of a message sent now.
 */
static enum status
find_low_look(const struct forecast_counter *counter, int64_t *at,
    bool *if_sent)
{
	const struct policy *policy = counter->policy;
	struct account account = *counter->account;
	struct rate_window window;
	struct tally tally;
	struct step step;
	enum status status;
	size_t open;

	for (;;) {
		open = first_after(counter, account.assessed - policy->settle);
		*at = standing_next_assessment(&account, policy,
		    open < counter->length ? counter->rows[open].sent_at :
		    counter->now);
		*if_sent = open == counter->length;
		if (*if_sent)
			return STATUS_OK;
		if (account_is_exempt(&account, policy, *at)) {
			account.assessed = *at;
			continue;
		}
		window = rate_window_at(policy, account.since, *at);
		status = tally_at(counter, &window, *at, &tally);
		if (status != STATUS_OK)
			return status;
		standing_step(&account, policy, &tally, *at, &step);
		if (step.notice != NOTICE_NONE)
			return STATUS_OK;
	}
}

static enum status
find_look(const struct forecast_counter *counter, int64_t *at, bool *if_sent)
{
	enum status status = STATUS_OK;

	if (counter->account->standing != STANDING_GOOD)
		*at = standing_next_assessment(counter->account,
		    counter->policy, 0);
	else
		status = find_low_look(counter, at, if_sent);
	if (account_is_exempt(counter->account, counter->policy, *at))
		*at = 0;
	return status;
}

enum status
forecast_counter_look(struct forecast_counter *counter,
    struct forecast *forecast)
{
	enum status status;

	memset(forecast, 0, sizeof(*forecast));
	status = find_look(counter, &forecast->at, &forecast->if_sent);
	if (status != STATUS_OK)
		return status;
	if (forecast->at == 0) {
		forecast->if_sent = false;
		return STATUS_OK;
	}
	forecast->window = rate_window_at(counter->policy,
	    counter->account->since, forecast->at);
	status = tally_at(counter, &forecast->window,
	    counter->now < forecast->at ? counter->now : forecast->at,
	    &forecast->tally);
	if (status != STATUS_OK)
		return status;
	forecast->young = counter->length - first_after(counter,
	    forecast->window.until);
	ask(counter, forecast);
	return STATUS_OK;
}
