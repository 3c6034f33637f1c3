/*
 * Time is a signed count of microseconds since 1970-01-01 00:00 UTC, as
 * int64_t, everywhere: in the ledger, in the rule, in events.  Zero means
 * "never" where a time may be missing.  Logic is handed `now`; only the
 * gate and the clockwork read a clock, and they read the one they were
 * given, so that a scenario sets the time by assignment.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define CLOCK_SECOND	((int64_t)1000000)
#define CLOCK_MINUTE	(60 * CLOCK_SECOND)
#define CLOCK_HOUR	(60 * CLOCK_MINUTE)
#define CLOCK_DAY	(24 * CLOCK_HOUR)

/* The latest time anything accepts: 9999-12-31 23:59:59 UTC. */
#define CLOCK_LATEST	((int64_t)253402300799 * CLOCK_SECOND)

/* Room for any text these functions write, its NUL included. */
#define CLOCK_TEXT_SIZE	40

struct clock {
	int64_t		(*read)(void *context);
	void		*context;
};

/* The system's real-time clock. */
struct clock clock_system(void);
int64_t clock_read(const struct clock *);

/*
 * For how long something takes: microseconds since some moment of the past,
 * never set back.
 */
int64_t clock_monotonic(void);

/*
 * "2026-11-23T05:31:00Z"; fractions of a second are dropped (towards the
 * past).  Returns text.
 */
const char *clock_format(int64_t when, char text[CLOCK_TEXT_SIZE]);

/* "Mon 23 Nov 2026 05:31 UTC", for people.  Returns text. */
const char *clock_format_people(int64_t when, char text[CLOCK_TEXT_SIZE]);

/*
 * By how much local time is ahead of UTC at a moment: of the time zone the
 * process runs in (TZ, or the system's).  Not pure; logic is handed this
 * function, or none, which is UTC.
 */
int64_t clock_zone_offset(int64_t when);

/*
 * The same for people in a place that is `offset` ahead of UTC:
 * "Mon 23 Nov 2026 06:31 UTC+01:00".  Returns text.
 */
const char *clock_format_local(int64_t when, int64_t offset,
    char text[CLOCK_TEXT_SIZE]);

/* Date of a mail, RFC 5322 section 3.3: "Mon, 23 Nov 2026 05:31:00 +0000". */
const char *clock_format_mail(int64_t when, char text[CLOCK_TEXT_SIZE]);

/*
 * RFC 3339 date and time ("2026-11-23T05:31:00Z", "...05:31:00.25+01:00").
 * MALFORMED for anything else, for a year before 1970 and for one past
 * CLOCK_LATEST.
 */
enum status clock_parse(const char *text, int64_t *when);

/*
 * A duration as the configuration writes it: a whole number and one of
 * s, m, h, d, w ("14d", "90m"), or plain 0.  MALFORMED otherwise, LIMIT past
 * 3,650 days.  clock_format_duration writes the canonical form: the
 * largest unit that divides it ("14d", "36h", "0").
 */
enum status clock_parse_duration(const char *text, int64_t *duration);
const char *clock_format_duration(int64_t duration, char text[CLOCK_TEXT_SIZE]);

#endif
