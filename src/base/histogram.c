/*
 * The bounds are 1, 2.5 and 5 of each decade from 100 us to 10 s: what a
 * decision takes in memory, with a disk's flush, and on a bad day.
 */
#include "base/histogram.h"

static const int64_t bounds[HISTOGRAM_BOUNDS] = {
	100, 250, 500,
	1000, 2500, 5000,
	10000, 25000, 50000,
	100000, 250000, 500000,
	1000000, 2500000, 5000000,
	10000000
};

/* Nobody orders anything by these counts: relaxed is enough. */
void
histogram_add(struct histogram *histogram, int64_t duration)
{
	unsigned bucket = 0;

	while (bucket < HISTOGRAM_BOUNDS && duration > bounds[bucket])
		bucket++;
	atomic_fetch_add_explicit(&histogram->counts[bucket], 1,
	    memory_order_relaxed);
	if (duration > 0)
		atomic_fetch_add_explicit(&histogram->sum, (uint64_t)duration,
		    memory_order_relaxed);
}

void
histogram_read(struct histogram *histogram, struct histogram_view *view)
{
	uint64_t total = 0;
	unsigned i;

	for (i = 0; i < HISTOGRAM_BUCKETS; i++) {
		total += atomic_load_explicit(&histogram->counts[i],
		    memory_order_relaxed);
		view->cumulative[i] = total;
	}
	view->sum = atomic_load_explicit(&histogram->sum,
	    memory_order_relaxed);
}

int64_t
histogram_bound(unsigned bucket)
{
	return bucket < HISTOGRAM_BOUNDS ? bounds[bucket] : -1;
}
