/*
 * A histogram of how long something took, fed by many threads at once: a few
 * fixed buckets, each an atomic count, so that adding costs two additions.
 * It starts as zeroes.
 */
#ifndef BASE_HISTOGRAM_H
#define BASE_HISTOGRAM_H

#include <stdint.h>
#include <stdatomic.h>

/* The last bucket takes what is longer than all bounds. */
#define HISTOGRAM_BOUNDS	16
#define HISTOGRAM_BUCKETS	(HISTOGRAM_BOUNDS + 1)

struct histogram {
	_Atomic uint64_t	counts[HISTOGRAM_BUCKETS];
	_Atomic uint64_t	sum;		/* microseconds */
};

/* Microseconds; what is below zero counts as zero. */
void histogram_add(struct histogram *, int64_t duration);

/*
 * As it is read: how many were not longer than each bound, the last of all.
 * What is added meanwhile is in it or not, but it never disagrees with itself.
 */
struct histogram_view {
	uint64_t	cumulative[HISTOGRAM_BUCKETS];
	uint64_t	sum;		/* microseconds */
};
void histogram_read(struct histogram *, struct histogram_view *);

/* A bucket's upper bound in microseconds; the last one has none: -1. */
int64_t histogram_bound(unsigned bucket);

#endif
