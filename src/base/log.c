/*
 * The log.  A line is composed on the stack, made harmless, and handed over
 * whole: no line can fail for want of memory, and none can be broken in two by
 * what a stranger wrote.  The only file that includes syslog's header.
 */
#include "base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

#define LOG_NAME	"replygate"

/*
 * Longest line without the name in front.  RFC 5424 6.1 has receivers take 2048
 * bytes; what is longer is cut and ends in "...".
 */
#define LOG_LINE_SIZE	1900

struct log {
	enum log_target	 target;
	_Atomic int	 level;		/* enum log_level */
	void		(*sink)(void *, enum log_level, const char *);
	void		*context;
	pthread_mutex_t	 lock;	/* covers the calls of sink */
};

static struct log *
log_new(enum log_target target, enum log_level level)
{
	struct log *log = calloc(1, sizeof(*log));

	if (log == NULL)
		return NULL;
	if (pthread_mutex_init(&log->lock, NULL) != 0) {
		free(log);
		return NULL;
	}
	log->target = target;
	atomic_init(&log->level, (int)level);
	return log;
}

enum log_level
log_level_find(const char *word)
{
	static const char *const words[] = {
		[LOG_LEVEL_ERROR] = "error", [LOG_LEVEL_WARNING] = "warning",
		[LOG_LEVEL_INFO] = "info", [LOG_LEVEL_DEBUG] = "debug"
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], word) == 0)
			return (enum log_level)i;
	return LOG_LEVEL_INFO;
}

void
log_set_level(struct log *log, enum log_level level)
{
	atomic_store(&log->level, (int)level);
}

static bool
is_wanted(struct log *log, enum log_level level)
{
	return log != NULL && (int)level <= atomic_load_explicit(&log->level,
	    memory_order_relaxed);
}

struct log *
log_open(enum log_target target, enum log_level level)
{
	struct log *log = log_new(target, level);

	if (log != NULL && target == LOG_TARGET_SYSLOG)
		openlog(LOG_NAME, LOG_PID | LOG_NDELAY, LOG_MAIL);
	return log;
}

struct log *
log_open_sink(enum log_level level,
    void (*sink)(void *, enum log_level, const char *), void *context)
{
	struct log *log = log_new(LOG_TARGET_SINK, level);

	if (log == NULL)
		return NULL;
	log->sink = sink;
	log->context = context;
	return log;
}

void
log_close(struct log *log)
{
	if (log == NULL)
		return;
	if (log->target == LOG_TARGET_SYSLOG)
		closelog();
	pthread_mutex_destroy(&log->lock);
	free(log);
}

/* Written longer than it need be, a surrogate, or past U+10FFFF. */
static bool
is_ill_formed(unsigned char first, unsigned char second)
{
	return (first == 0xe0 && second < 0xa0) ||
	    (first == 0xed && second >= 0xa0) ||
	    (first == 0xf0 && second < 0x90) ||
	    (first == 0xf4 && second >= 0x90);
}

/*
 * How many bytes the character at the start takes, when it is one of UTF-8
 * (RFC 3629) and no control character; 0 when it is a byte to be
 * replaced.  U+0080 to U+009F are controls too: to some terminals U+009B is
 * what escape and "[" are.
 */
static size_t
harmless(const unsigned char *text, size_t length)
{
	size_t i, more;

	if (text[0] < 0x80)
		return text[0] >= 0x20 && text[0] != 0x7f ? 1 : 0;
	if (text[0] < 0xc2 || text[0] > 0xf4)
		return 0;
	more = text[0] < 0xe0 ? 1 : text[0] < 0xf0 ? 2 : 3;
	if (length <= more || is_ill_formed(text[0], text[1]))
		return 0;
	for (i = 1; i <= more; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	if (text[0] == 0xc2 && text[1] < 0xa0)
		return 0;
	return more + 1;
}

static void
neutralise(char *text, size_t length)
{
	size_t at = 0, n;

	while (at < length) {
		n = harmless((const unsigned char *)text + at, length - at);
		if (n == 0) {
			text[at] = '?';
			n = 1;
		}
		at += n;
	}
}

static int
syslog_priority(enum log_level level)
{
	switch (level) {
	case LOG_LEVEL_ERROR:
		return LOG_ERR;
	case LOG_LEVEL_WARNING:
		return LOG_WARNING;
	case LOG_LEVEL_INFO:
		return LOG_INFO;
	case LOG_LEVEL_DEBUG:
		return LOG_DEBUG;
	}
	return LOG_ERR;
}

/*
 * One write(2), so that lines of several threads, or processes, do not run
 * into each other.  Nothing can be done about a standard error that is gone.
 */
static void
write_stderr(const char *line)
{
	char whole[LOG_LINE_SIZE + sizeof(LOG_NAME) + 3];
	int length = snprintf(whole, sizeof(whole), LOG_NAME ": %s\n", line);
	int saved = errno;

	while (length > 0 && write(STDERR_FILENO, whole, (size_t)length) < 0 &&
	    errno == EINTR)
		;
	errno = saved;
}

static void
deliver(struct log *log, enum log_level level, const char *line)
{
	switch (log->target) {
	case LOG_TARGET_STDERR:
		write_stderr(line);
		break;
	case LOG_TARGET_SYSLOG:
		syslog(syslog_priority(level), "%s", line);
		break;
	case LOG_TARGET_SINK:
		pthread_mutex_lock(&log->lock);
		log->sink(log->context, level, line);
		pthread_mutex_unlock(&log->lock);
		break;
	}
}

/* `held` is how many lines of a limit were not written before this one. */
static void __attribute__((format(printf, 4, 0)))
log_line(struct log *log, enum log_level level, uint64_t held,
    const char *format, va_list arguments)
{
	char line[LOG_LINE_SIZE], tail[32] = "";
	size_t length, room;
	int wanted;

	if (held > 0)
		snprintf(tail, sizeof(tail), " held=%" PRIu64, held);
	room = sizeof(line) - strlen(tail);
	wanted = vsnprintf(line, room, format, arguments);
	if (wanted < 0)
		return;
	length = (size_t)wanted;
	if (length >= room) {
		length = room - 1;
		memcpy(line + length - 3, "...", 3);
	}
	memcpy(line + length, tail, strlen(tail) + 1);
	neutralise(line, length);
	deliver(log, level, line);
}

void
log_write(struct log *log, enum log_level level, const char *format, ...)
{
	va_list arguments;

	if (!is_wanted(log, level))
		return;
	va_start(arguments, format);
	log_line(log, level, 0, format, arguments);
	va_end(arguments);
}

static int64_t
monotonic(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return 0;
	return (int64_t)now.tv_sec * CLOCK_SECOND + now.tv_nsec / 1000;
}

/* Of several threads that come at the same moment exactly one passes. */
static bool
limit_pass(struct log_limit *limit, int64_t every, uint64_t *held)
{
	int64_t now = monotonic(), next = atomic_load(&limit->next);

	if (now < next || !atomic_compare_exchange_strong(&limit->next, &next,
	    now + every)) {
		atomic_fetch_add(&limit->held, 1);
		return false;
	}
	*held = atomic_exchange(&limit->held, 0);
	return true;
}

void
log_limited(struct log *log, struct log_limit *limit, int64_t every,
    enum log_level level, const char *format, ...)
{
	va_list arguments;
	uint64_t held;

	if (!is_wanted(log, level) ||
	    !limit_pass(limit, every, &held))
		return;
	va_start(arguments, format);
	log_line(log, level, held, format, arguments);
	va_end(arguments);
}

/* "key=", behind a blank when something stands before it. */
static void
add_key(struct buf *buf, const char *key)
{
	if (buf->length > 0)
		buf_add(buf, " ", 1);
	buf_add_text(buf, key);
	buf_add(buf, "=", 1);
}

static void
add_quoted(struct buf *buf, const char *value)
{
	buf_add(buf, "\"", 1);
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			buf_add(buf, "\\", 1);
		buf_add(buf, value, 1);
	}
	buf_add(buf, "\"", 1);
}

void
log_field(struct buf *buf, const char *key, const char *value)
{
	size_t start;

	if (value == NULL)
		return;
	add_key(buf, key);
	start = buf->length;
	if (value[0] == '\0' || strpbrk(value, " \"\\") != NULL)
		add_quoted(buf, value);
	else
		buf_add_text(buf, value);
	if (buf->length > start)
		neutralise(buf->data + start, buf->length - start);
}

void
log_field_number(struct buf *buf, const char *key, int64_t value)
{
	add_key(buf, key);
	buf_printf(buf, "%" PRId64, value);
}

void
log_field_time(struct buf *buf, const char *key, int64_t when)
{
	char text[CLOCK_TEXT_SIZE];

	add_key(buf, key);
	buf_add_text(buf, when == 0 ? "never" : clock_format(when, text));
}
