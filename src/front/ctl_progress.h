/*
 * The progress of an import: one line on a terminal, drawn over and over.
 */
#ifndef FRONT_CTL_PROGRESS_H
#define FRONT_CTL_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"

struct ctl_progress {
	FILE		*out;		/* NULL: draws nothing */
	int64_t		 total;		/* bytes; 0: not known */
	int64_t		 started;	/* of the monotonic clock, us */
	int64_t		 drawn;
	bool		 visible;
};

void ctl_progress_init(struct ctl_progress *, FILE *, int64_t total);

/* At most ten times a second. */
void ctl_progress_draw(struct ctl_progress *, int64_t done, int64_t lines);

/* Before anything else is written to the terminal, and at the end. */
void ctl_progress_clear(struct ctl_progress *);

/* The line itself, of less than 80 characters.  Pure. */
void ctl_progress_compose(struct buf *, int64_t done, int64_t total,
    int64_t lines, int64_t elapsed);

#endif
