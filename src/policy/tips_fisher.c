/*
 * Fisher's exact test of two groups.
 *
 * Of N outreach in all K were answered.  If it made no difference in which of
 * two groups they were, the number of answers in the first, of n, would have
 * the hypergeometric distribution.  One of its terms is computed by
 * logarithms, the others from it by their ratio.
 *
 * The library's lgamma is not used: it writes the global signgam, and its
 * re-entrant sister is in no standard.
 */
#include "policy/tips.h"

#include <math.h>

#define LOG_SQRT_TWO_PI	0.91893853320467274178

/* Below it the logarithms are added up, from it on Stirling's series is exact
 * to the last digits. */
#define SERIES_FROM	32

static double
log_factorial(int64_t number)
{
	double n = (double)number, sum = 0;

	if (number >= SERIES_FROM)
		return (n + 0.5) * log(n) - n + LOG_SQRT_TWO_PI + 1 / (12 * n) -
		    1 / (360 * n * n * n);
	for (; number > 1; number--)
		sum += log((double)number);
	return sum;
}

static double
log_choose(int64_t n, int64_t k)
{
	return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
}

/* That the first group has so many answers or more. */
static double
upper_tail(const struct tip_group *first, const struct tip_group *second)
{
	int64_t answered = first->answered + second->answered;
	int64_t x = first->answered, others = second->answered;
	double term, sum;

	term = exp(log_choose(first->settled, x) +
	    log_choose(second->settled, others) -
	    log_choose(first->settled + second->settled, answered));
	for (sum = term; x < first->settled && others > 0; sum += term) {
		term *= (double)(first->settled - x) / (double)(x + 1) *
		    (double)others / (double)(second->settled - others + 1);
		x++;
		others--;
	}
	return sum;
}

double
tips_fisher(const struct tip_group *first, const struct tip_group *second)
{
	double p = 2 * fmin(upper_tail(first, second),
	    upper_tail(second, first));

	return fmin(p, 1);
}
