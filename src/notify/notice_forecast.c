/*
 * A forecast in words: what the next look will find if nothing happens, and
 * then each thing that would change it.
 */
#include "notify/notice_private.h"

#include <inttypes.h>

#include "base/clock.h"
#include "policy/figure.h"

/* So long is to be left for new messages. */
#define TIME_TO_SEND	CLOCK_HOUR

struct telling {
	const struct notice_facts	*facts;
	const struct forecast		*forecast;
	struct buf			*out;
};

/* What stands at the look if nothing more is answered. */
static struct tally
tally_then(const struct forecast *forecast)
{
	struct tally tally = forecast->tally;

	tally.lapsed += tally.pending;
	tally.pending = 0;
	return tally;
}

static const char *
things(const struct telling *telling, int64_t number)
{
	if (telling->facts->policy->count == CONF_COUNT_CONVERSATION)
		return number == 1 ? "person" : "people";
	return number == 1 ? "message" : "messages";
}

/* Those who were written to are counted already. */
static const char *
to_whom(const struct telling *telling)
{
	return telling->facts->policy->count == CONF_COUNT_CONVERSATION ?
	    " to somebody new" : "";
}

static const char *
answers(int64_t number)
{
	return number == 1 ? "answer" : "answers";
}

/* What the look brings, as a clause. */
static const char *
outcome(const struct forecast *forecast)
{
	switch (forecast->silent) {
	case NOTICE_WARNING:
		return "you will be warned";
	case NOTICE_RESTRICTED:
		return "bulk sending will be paused";
	case NOTICE_EXTENDED:
		return "bulk sending will stay paused";
	case NOTICE_RELEASED:
		return "bulk sending will work again";
	case NOTICE_RECOVERED:
		return "the warning will be over";
	default:
		return "nothing will change";
	}
}

static void
tell_silence(const struct telling *telling)
{
	const struct forecast *forecast = telling->forecast;
	struct tally tally = tally_then(forecast);

	buf_add_text(telling->out, forecast->if_sent ? "What you send now is "
	    "looked at on " : "The next look is on ");
	notice_add_time(telling->out, telling->facts, forecast->at);
	buf_printf(telling->out, ". As things are, %s then: ",
	    outcome(forecast));
	if (rate_settled(&tally) == 0) {
		buf_add_text(telling->out, "nothing that you have sent counts "
		    "yet.\n");
		return;
	}
	buf_add_text(telling->out, "of what counts by then, ");
	figure_counted(telling->out, telling->facts->policy, &tally);
	buf_add_text(telling->out, ".\n");
}

/* ", sent by then"; what is sent before the window opens counts no more. */
static void
add_sent(const struct telling *telling)
{
	const struct rate_window *window = &telling->forecast->window;

	buf_add_text(telling->out, ", sent ");
	if (window->from > telling->facts->now) {
		buf_add_text(telling->out, "after ");
		notice_add_time(telling->out, telling->facts, window->from);
		buf_add_text(telling->out, " and ");
	}
	buf_add_text(telling->out, "by ");
	notice_add_time(telling->out, telling->facts, window->until);
}

/* "among the 61 messages still open" */
static void
tell_answers(const struct telling *telling)
{
	const struct forecast *forecast = telling->forecast;
	int64_t open = forecast->tally.pending;
	int64_t silent = forecast->tally.lapsed;

	if (forecast->answers == FORECAST_NEVER)
		return;
	buf_printf(telling->out, "- %" PRId64 " more %s ", forecast->answers,
	    answers(forecast->answers));
	if (open >= forecast->answers)
		buf_printf(telling->out, "among the %" PRId64 " %s still open "
		    "would change that%s.", open, things(telling, open),
		    silent > 0 ? "; late ones to older messages count just as "
		    "well" : "");
	else if (open > 0)
		buf_printf(telling->out, "among the %" PRId64 " %s without "
		    "one would change that: %" PRId64 " are still open, and "
		    "late answers to the others count just as well.",
		    open + silent, things(telling, open + silent), open);
	else
		buf_printf(telling->out, "among the %" PRId64 " %s without "
		    "one would change that: late answers count just as well.",
		    silent, things(telling, silent));
	buf_add_text(telling->out, "\n");
}

/*
 * In good standing what the look counts was sent within the hour, and a mail is
 * not read in a minute: where something else helps, nobody is told to have sent
 * something by then.
 */
static bool
is_fresh_told(const struct telling *telling)
{
	const struct forecast *forecast = telling->forecast;

	return forecast->fresh != FORECAST_NEVER &&
	    (forecast->answers == FORECAST_NEVER ||
	    forecast->window.until - telling->facts->now >= TIME_TO_SEND);
}

static void
tell_fresh(const struct telling *telling)
{
	const struct forecast *forecast = telling->forecast;
	int64_t fresh = forecast->fresh;

	if (!is_fresh_told(telling))
		return;
	buf_printf(telling->out, "- %s%" PRId64 " new %s%s",
	    forecast->answers == FORECAST_NEVER ? "" : "Or: ", fresh,
	    fresh == 1 ? "message" : "messages", to_whom(telling));
	add_sent(telling);
	buf_printf(telling->out, ", would change that%s if %s answered.\n",
	    forecast->answers == FORECAST_NEVER ? "" : " as well",
	    fresh == 1 ? "it is" : "all of them are");
}

/* One answer in so many is enough, however many there are. */
static void
tell_share(const struct telling *telling)
{
	const struct policy *policy = telling->facts->policy;
	char threshold[FIGURE_SIZE];

	if (telling->forecast->fresh == FORECAST_NEVER ||
	    policy->threshold == 0)
		return;
	buf_printf(telling->out, "- In the long run one answer for every "
	    "%" PRId64 " %s is enough for %s %%.\n",
	    CONF_SHARE_ONE / policy->threshold,
	    things(telling, CONF_SHARE_ONE / policy->threshold),
	    figure_threshold(policy->threshold, threshold));
}

static void
tell_room(const struct telling *telling)
{
	const struct forecast *forecast = telling->forecast;

	if (forecast->room == FORECAST_ANY) {
		if (telling->facts->now > forecast->window.until)
			buf_add_text(telling->out, "- What you send now is "
			    "too late to count then.\n");
		return;
	}
	if (forecast->room == 0)
		buf_add_text(telling->out, "- One more message");
	else
		buf_printf(telling->out, "- Up to %" PRId64 " more %s",
		    forecast->room, forecast->room == 1 ? "message" :
		    "messages");
	buf_printf(telling->out, "%s without an answer", to_whom(telling));
	add_sent(telling);
	buf_add_text(telling->out, forecast->room == 0 ?
	    ", would change that.\n" : ", would not change that.\n");
}

void
notice_forecast_text(const struct notice_facts *facts, struct buf *out)
{
	const struct forecast *forecast = facts->forecast;
	const struct telling telling = { facts, forecast, out };

	if (forecast->at == 0)
		return;
	tell_silence(&telling);
	if (forecast->room != FORECAST_NEVER) {
		tell_room(&telling);
		tell_share(&telling);
		return;
	}
	if (forecast->answers == FORECAST_NEVER &&
	    forecast->fresh == FORECAST_NEVER) {
		buf_add_text(out, "- Nothing that is sent or answered now can "
		    "change that.\n");
		return;
	}
	tell_answers(&telling);
	tell_fresh(&telling);
	tell_share(&telling);
}
