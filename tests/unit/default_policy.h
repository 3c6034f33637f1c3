/* The figures of the rule as they are without a configuration. */
#ifndef TESTS_UNIT_DEFAULT_POLICY_H
#define TESTS_UNIT_DEFAULT_POLICY_H

#include "base/clock.h"
#include "base/conf.h"

static inline struct policy
default_policy(void)
{
	struct policy policy = {
		.name = "default",
		.threshold = 130000,
		.minimum = 100,
		.release_minimum = 1,
		.bulk_minimum = 2,
		.window = 14 * CLOCK_DAY,
		.warning = 14 * CLOCK_DAY,
		.restriction = 14 * CLOCK_DAY,
		.settle = 3 * CLOCK_DAY,
		.count = CONF_COUNT_MESSAGE
	};

	return policy;
}

#endif
