/*
 * The property of forecasts: what is forecast happens.  Random accounts and
 * ledgers, in which it is made to happen row by row, and the
 * state machine is asked.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "default_policy.h"
#include "forecast_fixture.h"
#include "test.h"

#define DAY	CLOCK_DAY
#define HOUR	CLOCK_HOUR
#define START	(20000 * CLOCK_DAY)	/* a full hour */
#define BATCHES		4
#define ROUNDS		2000	/* worlds in each */
#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

static uint64_t
draw(uint64_t *state)
{
	/* xorshift64*: S. Vigna, ACM TOMS 42 (2016), 30 */
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(2685821657736338717);
}

static int64_t
below(uint64_t *state, int64_t bound)
{
	return (int64_t)(draw(state) % (uint64_t)bound);
}

struct world {
	uint64_t	state;
	struct policy	policy;
	struct account	account;
	struct ledger	ledger;
	int64_t		now;
};

static void
draw_policy(struct world *world)
{
	static const int64_t thresholds[] = { 130000, 130000, 10000, 125000,
		333333, 500000, 1000000, 0 };
	static const int64_t settles[] = { 3 * DAY, 3 * DAY, DAY, 0,
		90 * CLOCK_MINUTE };
	struct policy *policy = &world->policy;
	uint64_t *state = &world->state;

	*policy = default_policy();
	policy->threshold = thresholds[below(state, ROWS(thresholds))];
	policy->settle = settles[below(state, ROWS(settles))];
	policy->minimum = 1 + below(state, 60);
	policy->release_minimum = 1 + below(state, 5);
	policy->window = (1 + below(state, 14)) * DAY;
	policy->confidence = below(state, 3) == 0 ? 95 : 0;
	policy->count = below(state, 3) == 0 ? CONF_COUNT_CONVERSATION :
	    CONF_COUNT_MESSAGE;
}

static void
draw_account(struct world *world)
{
	struct account *account = &world->account;
	uint64_t *state = &world->state;

	memset(account, 0, sizeof(*account));
	world->now = START + below(state, 20 * DAY);
	account->standing = (enum standing)below(state, 3);
	account->since = world->now - below(state, 15 * DAY);
	account->assessed = account->since;
	account->warned_at = below(state, 2) == 0 ? 0 : account->since;
	if (account->standing != STANDING_GOOD)
		account->due = account->since + 1 + below(state, 17 * DAY);
	if (below(state, 8) == 0)
		account->exempt_until = START + below(state, 20 * DAY);
}

/* A few mails over the days before now, some to people met before. */
static void
draw_ledger(struct world *world)
{
	struct ledger *ledger = &world->ledger;
	uint64_t *state = &world->state;
	int64_t t = START - 20 * DAY, rows = below(state, 120);
	int64_t pause = (world->now - t) / (rows + 1);
	struct outreach *row;

	ledger->length = 0;
	while (rows-- > 0 && t < world->now) {
		row = ledger_add(ledger, t);
		if (ledger->length > 1 && below(state, 4) == 0)
			row->candidate = ledger->rows[below(state,
			    (int64_t)ledger->length - 1)].candidate;
		if (below(state, 10) == 0)
			row->bounced_at = t + 1;
		else if (below(state, 6) == 0)
			row->answered_at = t + below(state, world->now - t) +
			    1;
		t += below(state, 2 * pause + 1);
	}
}

/* The notice of the look at `at`, when all until then were taken. */
static enum notice
play(const struct world *world, int64_t at)
{
	struct account account = world->account;
	const struct policy *policy = &world->policy;
	const struct ledger *ledger = &world->ledger;
	struct rate_window window;
	struct rate_counter *counter;
	struct tally tally;
	struct step step;
	int64_t next, open;
	size_t i;

	for (;;) {
		open = 0;
		for (i = 0; i < ledger->length && open == 0; i++)
			if (ledger->rows[i].sent_at >
			    account.assessed - policy->settle)
				open = ledger->rows[i].sent_at;
		next = standing_next_assessment(&account, policy, open);
		if (next == 0 || next > at)
			return NOTICE_NONE;
		if (account_is_exempt(&account, policy, next)) {
			account.assessed = next;
			continue;
		}
		window = rate_window_at(policy, account.since, next);
		counter = rate_counter_new(policy, next);
		for (i = 0; i < ledger->length; i++)
			if (ledger->rows[i].sent_at > window.from &&
			    ledger->rows[i].sent_at <= window.until)
				rate_counter_add(counter, &ledger->rows[i]);
		tally = rate_counter_tally(counter);
		rate_counter_free(counter);
		standing_step(&account, policy, &tally, next, &step);
		if (next == at || step.notice != NOTICE_NONE)
			return step.notice;
	}
}

/* Is there an answer from the row's candidate, or, by message, to it? */
static bool
is_answered(const struct world *world, const struct outreach *row,
    const struct rate_window *window)
{
	const struct ledger *ledger = &world->ledger;
	size_t i;

	if (world->policy.count == CONF_COUNT_MESSAGE)
		return row->answered_at != 0;
	for (i = 0; i < ledger->length; i++)
		if (ledger->rows[i].answered_at != 0 &&
		    ledger->rows[i].sent_at > window->from &&
		    ledger->rows[i].sent_at <= window->until &&
		    ident_equal(&ledger->rows[i].candidate, &row->candidate))
			return true;
	return false;
}

/* `count` answers, the newest mail first, at the last moment there is. */
static void
answer(struct world *world, const struct forecast *forecast, int64_t count)
{
	struct outreach *row;
	size_t i = world->ledger.length;

	while (count > 0 && i-- > 0) {
		row = &world->ledger.rows[i];
		if (row->sent_at <= forecast->window.from ||
		    row->sent_at > forecast->window.until ||
		    row->bounced_at != 0 ||
		    is_answered(world, row, &forecast->window))
			continue;
		row->answered_at = forecast->at;
		count--;
	}
	ck_assert_int_eq(count, 0);
}

static void
send_more(struct world *world, const struct forecast *forecast, int64_t count,
    bool answered)
{
	struct outreach *row;

	while (count-- > 0) {
		row = ledger_add(&world->ledger, forecast->window.until);
		row->answered_at = answered ? forecast->at : 0;
	}
}

/* What the look brings after so many answers, fresh messages, silent ones. */
static enum notice
suppose(const struct world *world, const struct forecast *forecast,
    int64_t answers, int64_t fresh, int64_t silence)
{
	static struct world then;
	size_t young, i;

	then = *world;
	answer(&then, forecast, answers);
	/* in the order of sending: what is sent later does not count */
	for (i = young = 0; i < then.ledger.length; i++)
		young += then.ledger.rows[i].sent_at > forecast->window.until;
	then.ledger.length -= young;
	send_more(&then, forecast, fresh, true);
	send_more(&then, forecast, silence, false);
	return play(&then, forecast->at);
}

static bool
is_good(enum notice notice)
{
	return notice == NOTICE_NONE || notice == NOTICE_RECOVERED ||
	    notice == NOTICE_RELEASED;
}

#define HOLDS(condition, what) do { \
	if (!(condition)) \
		ck_abort_msg("seed %d: %s", seed, what); \
} while (0)

static void
check_help(const struct world *world, const struct forecast *forecast,
    int seed)
{
	int64_t open = forecast->tally.lapsed + forecast->tally.pending;

	if (forecast->answers > 0) {
		HOLDS(is_good(suppose(world, forecast, forecast->answers, 0,
		    0)), "the answers do not help");
		HOLDS(!is_good(suppose(world, forecast, forecast->answers - 1,
		    0, 0)), "fewer answers do");
	} else if (forecast->answers == FORECAST_NEVER &&
	    world->now < forecast->at) {
		HOLDS(!is_good(suppose(world, forecast, open, 0, 0)),
		    "all answers together do");
	}
	if (forecast->fresh > 0 && forecast->fresh < 5000) {
		HOLDS(is_good(suppose(world, forecast, 0, forecast->fresh,
		    0)), "the fresh ones do not help");
		HOLDS(!is_good(suppose(world, forecast, 0,
		    forecast->fresh - 1, 0)), "fewer fresh ones do");
	}
}

static void
check_room(const struct world *world, const struct forecast *forecast,
    int seed)
{
	bool too_late = world->now > forecast->window.until ||
	    world->now >= forecast->at ||
	    forecast->window.from == forecast->window.until;

	HOLDS(forecast->answers == 0 && forecast->fresh == 0,
	    "help where none is needed");
	HOLDS(forecast->room >= 0, "no room where all is well");
	HOLDS(!too_late || forecast->room == FORECAST_ANY, "bounded, though "
	    "it is too late to send");
	if (!too_late && forecast->room < 5000) {
		HOLDS(is_good(suppose(world, forecast, 0, 0,
		    forecast->room)), "the room is not there");
		HOLDS(!is_good(suppose(world, forecast, 0, 0,
		    forecast->room + 1)), "there is more room");
	}
	if (!too_late && forecast->room == FORECAST_ANY)
		HOLDS(is_good(suppose(world, forecast, 0, 0, 1000)),
		    "there is an end to the room");
}

START_TEST(test_property)
{
	static struct world world;
	struct forecast forecast;
	size_t bad = 0, helped = 0, refreshed = 0, bounded = 0, none = 0;
	int seed, first = _i * ROUNDS, last = first + ROUNDS;

	for (seed = first; seed < last; seed++) {
		world.state = (uint64_t)seed * 2654435761u + 88172645463325252u;
		draw_policy(&world);
		draw_account(&world);
		draw_ledger(&world);
		forecast_of(&world.ledger, &world.policy, &world.account,
		    world.now, &forecast);
		none += forecast.at == 0;
		if (forecast.at == 0)
			continue;
		HOLDS(suppose(&world, &forecast, 0, 0, 0) == forecast.silent,
		    "silence brings something else");
		if (is_good(forecast.silent))
			check_room(&world, &forecast, seed);
		else
			check_help(&world, &forecast, seed);
		bad += !is_good(forecast.silent);
		helped += forecast.answers > 0;
		refreshed += forecast.fresh > 0;
		bounded += forecast.room > 0 && forecast.room < 5000;
	}
	ck_assert_uint_gt(none, 3);
	ck_assert_uint_gt(bad, ROUNDS / 15);
	ck_assert_uint_gt(helped, ROUNDS / 40);
	ck_assert_uint_gt(refreshed, ROUNDS / 80);
	ck_assert_uint_gt(bounded, ROUNDS / 40);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("forecast property");
	TCase *tcase = tcase_create("forecast property");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, test_property, 0, BATCHES);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
