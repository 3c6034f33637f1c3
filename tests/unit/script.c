/*
 * Making up lives: busy hours and long silences, one-to-one and bulk, people
 * who are liked and people who are not, policies usual and odd.
 */
#include "script.h"

#include <string.h>

#include "base/clock.h"

#define DAY		CLOCK_DAY
#define HOUR		CLOCK_HOUR
#define START		(20000 * CLOCK_DAY)

struct random {
	uint64_t state;
};

/* splitmix64 */
static uint64_t
random_next(struct random *random)
{
	uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static int64_t
random_below(struct random *random, int64_t limit)
{
	return (int64_t)(random_next(random) % (uint64_t)limit);
}

static int64_t
random_of(struct random *random, const int64_t *values, size_t count)
{
	return values[random_below(random, (int64_t)count)];
}

#define RANDOM_OF(random, ...) \
	random_of(random, (const int64_t[]){ __VA_ARGS__ }, \
	    sizeof((const int64_t[]){ __VA_ARGS__ }) / sizeof(int64_t))

static void
script_policy(struct policy *policy, struct random *random)
{
	memset(policy, 0, sizeof(*policy));
	policy->threshold = RANDOM_OF(random, 130000, 130000, 50000, 333333);
	policy->minimum = RANDOM_OF(random, 100, 100, 20, 1);
	policy->release_minimum = RANDOM_OF(random, 1, 1, 5);
	policy->bulk_minimum = RANDOM_OF(random, 2, 2, 10);
	policy->window = RANDOM_OF(random, 14 * DAY, 14 * DAY, 7 * DAY,
	    30 * DAY);
	policy->warning = RANDOM_OF(random, 14 * DAY, 14 * DAY, 2 * DAY);
	policy->restriction = RANDOM_OF(random, 14 * DAY, 14 * DAY, 3 * DAY,
	    36 * HOUR);
	policy->settle = RANDOM_OF(random, 3 * DAY, 3 * DAY, 7 * DAY,
	    5 * HOUR, 0);
	policy->warn_again = RANDOM_OF(random, 0, 0, 0, 40 * DAY);
	policy->confidence = (int)RANDOM_OF(random, 0, 0, 95);
	policy->count = (enum conf_count)RANDOM_OF(random, CONF_COUNT_MESSAGE,
	    CONF_COUNT_MESSAGE, CONF_COUNT_CONVERSATION);
}

/* How long until the next event: minutes in a busy hour, or days. */
static int64_t
script_gap(struct random *random)
{
	int64_t longest = RANDOM_OF(random, 10 * CLOCK_MINUTE, 3 * HOUR,
	    20 * HOUR, 3 * DAY);

	return 1 + random_below(random, longest);
}

static void
script_event(struct script *script, struct random *random, int64_t t,
    int64_t liked)
{
	struct event *event = &script->events[script->count++];
	int64_t dice = random_below(random, 100);

	event->t = t;
	event->pick = random_next(random);
	event->size = random_below(random, 2) == 0 ? 1 :
	    (size_t)(1 + random_below(random, SCRIPT_BULK_MAX));
	if (script->count == 1 || dice < 45)
		event->kind = EVENT_SEND;
	else if (dice < 45 + liked)
		event->kind = EVENT_REPLY;
	else if (dice < 85)
		event->kind = EVENT_LOOK;
	else if (dice < 92)
		event->kind = EVENT_BOUNCE;
	else
		event->kind = EVENT_WAIT;
}

/*
 * With settle 0 two messages of one full hour would lapse at the moment they
 * are sent, one before and one after the look of that hour; which is which
 * depends on who came first and is no property of the rule.
 */
void
script_make(struct script *script, uint64_t seed)
{
	struct random random = { seed };
	int64_t t = START + random_below(&random, DAY), liked;

	memset(script, 0, sizeof(*script));
	script->seed = seed;
	script_policy(&script->policy, &random);
	liked = random_below(&random, 40);
	while (script->count < SCRIPT_EVENTS_MAX) {
		script_event(script, &random, t, liked);
		if (script->events[script->count - 1].kind == EVENT_WAIT)
			t += random_below(&random, 30 * DAY);
		t += script_gap(&random);
		if (script->policy.settle > 0 &&
		    random_below(&random, 5) == 0)
			t += HOUR - t % HOUR;
	}
	script->end = t + random_below(&random, 90 * DAY);
}
