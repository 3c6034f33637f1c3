/*
 * The log: one line a decision, `key=value`, to syslog or to standard
 * error.  Control characters are neutralised (each becomes '?'), values
 * with white space or quotes are put in double quotes.  Never a body, a subject
 * or an outside address: that is the callers' promise.
 *
 * A log may be written to by many threads at once; a line is written
 * whole.  It is opened before anything else and closed last.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"

enum log_level {
	LOG_LEVEL_ERROR,	/* somebody has to do something */
	LOG_LEVEL_WARNING,	/* somebody should look */
	LOG_LEVEL_INFO,		/* decisions, starts, stops */
	LOG_LEVEL_DEBUG
};

enum log_target {
	LOG_TARGET_STDERR,	/* with "replygate: " before each line */
	LOG_TARGET_SYSLOG,	/* facility mail */
	LOG_TARGET_SINK		/* handed to `sink`: for tests */
};

struct log;

/*
 * NULL without memory.  Lines above `level` are dropped.  log_open_sink
 * gives each line, without a newline, to sink(context, level, line); sink
 * may be called from several threads, one at a time.
 */
struct log *log_open(enum log_target, enum log_level);
struct log *log_open_sink(enum log_level,
    void (*sink)(void *context, enum log_level, const char *line),
    void *context);
void log_close(struct log *);		/* NULL allowed */

/* "error" ... "debug", as the configuration has them; else LOG_LEVEL_INFO. */
enum log_level log_level_find(const char *word);

/* From any thread, at any time. */
void log_set_level(struct log *, enum log_level);

/* A NULL log is silent.  Lines past about 1,900 bytes are cut. */
void log_write(struct log *, enum log_level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * A repeating fault: at most one line per `every` microseconds (of the
 * monotonic clock) for one limit; the next line that passes says how many
 * were held back.  A limit starts as zeroes and may be shared by threads.
 */
struct log_limit {
	_Atomic int64_t	 next;		/* monotonic time of the next line */
	_Atomic uint64_t held;		/* lines not written since the last */
};
void log_limited(struct log *, struct log_limit *, int64_t every,
    enum log_level, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/*
 * Composing a key=value line: log_field quotes where needed,
 * log_field_number and log_field_time do not need to.  Pure: writes into the
 * buffer only.  A NULL value writes nothing.
 */
void log_field(struct buf *, const char *key, const char *value);
void log_field_number(struct buf *, const char *key, int64_t value);
void log_field_time(struct buf *, const char *key, int64_t when);

#endif
