/* A ledger of rows in memory, and the forecast of it. */
#ifndef TESTS_UNIT_FORECAST_FIXTURE_H
#define TESTS_UNIT_FORECAST_FIXTURE_H

#include "policy/forecast.h"

#define LEDGER_MAX	6000

struct ledger {
	struct outreach	rows[LEDGER_MAX];
	size_t		length;
	uint32_t	next_candidate;
};

/* A row to a candidate of its own. */
struct outreach *ledger_add(struct ledger *, int64_t sent_at);
void forecast_of(const struct ledger *, const struct policy *,
    const struct account *, int64_t now, struct forecast *);

#endif
