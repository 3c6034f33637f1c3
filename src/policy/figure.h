/*
 * Figures as people read them, wherever replygate writes to people: in
 * refusals, notices and tips.  Pure.
 */
#ifndef POLICY_FIGURE_H
#define POLICY_FIGURE_H

#include <stdint.h>

#include "base/buf.h"
#include "policy/rate.h"

/* Room for any text these functions write, its NUL included. */
#define FIGURE_SIZE	48

/*
 * A share in millionths as per cent with `decimals` (0 to 4) places, rounded
 * down, without the sign: "12.9".  With at least as many places as the
 * threshold has, a share below the threshold never prints as equal to it,
 * and one that meets it never prints as below.  Returns text.
 */
const char *figure_share(int64_t share, int decimals, char text[FIGURE_SIZE]);

/* How many places it takes to print a share exactly. */
int figure_decimals(int64_t share);

/* A threshold, exact: "13", "12.95". */
const char *figure_threshold(int64_t threshold, char text[FIGURE_SIZE]);

/*
 * answered of settled, with one place or as many as the threshold has; "0" of
 * nothing.
 */
const char *figure_rate(int64_t answered, int64_t settled, int64_t threshold,
    char text[FIGURE_SIZE]);

/*
 * "5 of 113 messages were answered (4.4 %)", or "people answered", or "nothing
 * counted".
 */
void figure_counted(struct buf *, const struct policy *,
    const struct tally *);

/* "3 days", "1 day", "36 hours", "90 minutes"; fractions of a second go. */
const char *figure_span(int64_t span, char text[FIGURE_SIZE]);

#endif
