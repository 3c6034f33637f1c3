/*
 * What there is to count and to measure, as text for a program that collects
 * it.  Two dialects: OpenMetrics 1.0, and the older text format 0.0.4 of
 * Prometheus, which has no units, no info and no end, and names a counter as
 * its samples.
 */
#ifndef FRONT_METRICS_H
#define FRONT_METRICS_H

#include <stdbool.h>

#include "base/buf.h"
#include "gate/gate.h"

#define METRICS_TYPE_OPEN						\
	"application/openmetrics-text; version=1.0.0; charset=utf-8"
#define METRICS_TYPE_PLAIN	"text/plain; version=0.0.4; charset=utf-8"

/* Does an Accept header ask for OpenMetrics?  NULL: there is none. */
bool metrics_wants_open(const char *accept);

void metrics_compose(struct buf *, struct gate *, bool open);

#endif
