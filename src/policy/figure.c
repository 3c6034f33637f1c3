/*
 * Figures as people read them.  Whole numbers throughout: a rate that is
 * printed must not say otherwise than the one that was compared.
 */
#include "policy/figure.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/conf.h"

/* One per cent, in millionths. */
#define PERCENT		(CONF_SHARE_ONE / 100)

const char *
figure_share(int64_t share, int decimals, char text[FIGURE_SIZE])
{
	int length;

	length = snprintf(text, FIGURE_SIZE, "%" PRId64 ".%04" PRId64,
	    share / PERCENT, share % PERCENT);
	text[length - 4 + (decimals == 0 ? -1 : decimals)] = '\0';
	return text;
}

int
figure_decimals(int64_t share)
{
	int64_t unit = PERCENT;
	int decimals = 0;

	while (share % unit != 0) {
		unit /= 10;
		decimals++;
	}
	return decimals;
}

const char *
figure_threshold(int64_t threshold, char text[FIGURE_SIZE])
{
	return figure_share(threshold, figure_decimals(threshold), text);
}

const char *
figure_rate(int64_t answered, int64_t settled, int64_t threshold,
    char text[FIGURE_SIZE])
{
	int decimals = figure_decimals(threshold);

	return figure_share(settled == 0 ? 0 :
	    answered * CONF_SHARE_ONE / settled, decimals > 0 ? decimals : 1,
	    text);
}

void
figure_counted(struct buf *buf, const struct policy *policy,
    const struct tally *tally)
{
	char rate[FIGURE_SIZE];

	if (rate_settled(tally) == 0) {
		buf_add_text(buf, "nothing counted");
		return;
	}
	buf_printf(buf, "%" PRId64 " of %" PRId64 " %s (%s %%)",
	    tally->answered, rate_settled(tally),
	    policy->count == CONF_COUNT_CONVERSATION ? "people answered" :
	    "messages were answered",
	    figure_rate(tally->answered, rate_settled(tally),
	    policy->threshold, rate));
}

const char *
figure_span(int64_t span, char text[FIGURE_SIZE])
{
	static const struct {
		const char	*name;
		int64_t		 length;
	} units[] = {
		{ "day", CLOCK_DAY },
		{ "hour", CLOCK_HOUR },
		{ "minute", CLOCK_MINUTE },
		{ "second", CLOCK_SECOND }
	};
	size_t i = 0;

	while (i < 3 && span % units[i].length != 0)
		i++;
	snprintf(text, FIGURE_SIZE, "%" PRId64 " %s%s", span / units[i].length,
	    units[i].name, span == units[i].length ? "" : "s");
	return text;
}
