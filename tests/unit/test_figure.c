/*
 * Figures for people: shares rounded so that they never contradict what was
 * compared, and spans in the largest unit that fits.
 */
#include <string.h>

#include "base/clock.h"
#include "base/conf.h"
#include "policy/figure.h"
#include "test.h"

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

static const struct {
	const char	*name;
	int64_t		 answered, settled, threshold;
	const char	*rate, *needed;
} rates[] = {
	{ "ordinary", 5, 113, 130000, "4.4", "13" },
	{ "nothing", 0, 0, 130000, "0.0", "13" },
	{ "all", 7, 7, 130000, "100.0", "13" },
	{ "at the threshold", 13, 100, 130000, "13.0", "13" },
	{ "just below", 129999, 1000000, 130000, "12.9", "13" },
	{ "two places", 129499, 1000000, 129500, "12.94", "12.95" },
	{ "four places", 123456, 1000000, 123457, "12.3456", "12.3457" },
	{ "a threshold of all", 999999, 1000000, 1000000, "99.9", "100" },
	{ "a threshold of none", 0, 3, 0, "0.0", "0" }
};

START_TEST(test_rate)
{
	char rate[FIGURE_SIZE], needed[FIGURE_SIZE];

	figure_rate(rates[_i].answered, rates[_i].settled,
	    rates[_i].threshold, rate);
	figure_threshold(rates[_i].threshold, needed);
	ck_assert_msg(strcmp(rate, rates[_i].rate) == 0, "%s: got %s",
	    rates[_i].name, rate);
	ck_assert_msg(strcmp(needed, rates[_i].needed) == 0,
	    "%s: needed %s", rates[_i].name, needed);
}
END_TEST

static const struct {
	int64_t		 span;
	const char	*want;
} spans[] = {
	{ 14 * CLOCK_DAY, "14 days" },
	{ CLOCK_DAY, "1 day" },
	{ 36 * CLOCK_HOUR, "36 hours" },
	{ CLOCK_HOUR, "1 hour" },
	{ 90 * CLOCK_MINUTE, "90 minutes" },
	{ 90 * CLOCK_SECOND, "90 seconds" },
	{ 1, "0 seconds" },
	{ 0, "0 days" }
};

START_TEST(test_span)
{
	char text[FIGURE_SIZE];

	figure_span(spans[_i].span, text);
	ck_assert_msg(strcmp(text, spans[_i].want) == 0, "%s: got %s",
	    spans[_i].want, text);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("figure");
	TCase *tcase = tcase_create("figure");

	tcase_add_loop_test(tcase, test_rate, 0, ROWS(rates));
	tcase_add_loop_test(tcase, test_span, 0, ROWS(spans));
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
