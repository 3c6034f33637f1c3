/*
 * Text for people: numbers with separators, names made safe for a terminal,
 * times.  Pure.
 */
#ifndef FRONT_CTL_TEXT_H
#define FRONT_CTL_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define CTL_TEXT_NUMBER_SIZE	32

/* "1,234,567".  Returns text. */
const char *ctl_text_number(int64_t value, char text[CTL_TEXT_NUMBER_SIZE]);

/*
 * A share from 0 to 1 as "3.2%", rounded down, so that what is below the
 * threshold never looks like it; "-" for a negative one.  Returns text.
 */
const char *ctl_text_share(double share, char text[CTL_TEXT_NUMBER_SIZE]);

/*
 * Adds UTF-8 text as a terminal may have it: control characters, marks that
 * turn the direction of writing, and bytes that are no UTF-8 each become '?'.
 * ctl_text_width is the number of characters of what would be added.
 */
void ctl_text_add_clean(struct buf *, const char *text);
size_t ctl_text_width(const char *text);

/* Adds text percent-encoded (RFC 3986 section 2.3). */
void ctl_text_add_encoded(struct buf *, const char *text);

/*
 * Adds an RFC 3339 time, the way people read it ("Mon 23 Nov 2026 05:31 UTC")
 * or its date only; `missing` for NULL.
 */
void ctl_text_add_time(struct buf *, const char *time, const char *missing);
void ctl_text_add_date(struct buf *, const char *time, const char *missing);

#endif
