/*
 * The log: fields, neutralised lines, levels, limits, threads.
 */
#include "test.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

#define THREADS		4
#define LINES_A_THREAD	200

struct seen {
	unsigned	count;
	unsigned	broken;		/* lines that are not whole */
	enum log_level	level;
	char		last[4096];
};

static void
see(void *context, enum log_level level, const char *line)
{
	struct seen *seen = context;

	seen->count++;
	seen->level = level;
	snprintf(seen->last, sizeof(seen->last), "%s", line);
	if (strncmp(line, "begin ", 6) == 0 &&
	    strcmp(line + strlen(line) - 4, " end") != 0)
		seen->broken++;
}

struct field_row {
	const char *name, *value, *want;
};

static const struct field_row field_rows[] = {
	{ "plain", "alice@example.com", "k=alice@example.com" },
	{ "missing", NULL, "" },
	{ "empty", "", "k=\"\"" },
	{ "blank", "a b", "k=\"a b\"" },
	{ "quote", "a\"b", "k=\"a\\\"b\"" },
	{ "backslash", "a\\b", "k=\"a\\\\b\"" },
	{ "new line", "a\nb=c", "k=a?b=c" },
	{ "tab and escape", "a\t\033[1m", "k=a??[1m" },
	{ "delete", "a\177b", "k=a?b" },
	{ "umlaut", "b\xc3\xb6 b", "k=\"b\xc3\xb6 b\"" },
	{ "C1 control in UTF-8", "a\xc2\x9b" "1m", "k=a??1m" },
	{ "C1 control, bare", "a\x9b" "1m", "k=a?1m" },
	{ "overlong C1 control", "\xe0\x82\x9b", "k=???" },
	{ "surrogate", "\xed\xa0\x80", "k=???" },
	{ "past Unicode", "\xf4\x90\x80\x80", "k=????" },
	{ "four bytes", "\xf0\x9f\x93\xac", "k=\xf0\x9f\x93\xac" },
	{ "cut character", "\xe2\x82", "k=??" },
};

START_TEST(fields)
{
	const struct field_row *row = &field_rows[_i];
	struct buf buf;

	buf_init(&buf);
	log_field(&buf, "k", row->value);
	ck_assert_msg(strcmp(buf.data, row->want) == 0, "%s: got %s, want %s",
	    row->name, buf.data, row->want);
	buf_release(&buf);
}
END_TEST

START_TEST(fields_are_joined)
{
	struct buf buf;

	buf_init(&buf);
	log_field(&buf, "id", "4Xyz");
	log_field(&buf, "none", NULL);
	log_field_number(&buf, "n", INT64_MIN);
	log_field_time(&buf, "due", 86400 * CLOCK_SECOND);
	log_field_time(&buf, "warned", 0);
	ck_assert_str_eq(buf.data, "id=4Xyz n=-9223372036854775808 "
	    "due=1970-01-02T00:00:00Z warned=never");
	buf_release(&buf);
}
END_TEST

START_TEST(field_into_a_failed_buffer)
{
	struct buf buf;

	buf_init(&buf);
	buf.failed = true;
	log_field(&buf, "k", "a\nb");
	ck_assert_str_eq(buf.data, "");
	buf_release(&buf);
}
END_TEST

START_TEST(lines_are_neutralised)
{
	struct seen seen = { 0 };
	struct log *log = log_open_sink(LOG_LEVEL_INFO, see, &seen);

	log_write(log, LOG_LEVEL_WARNING, "a%sb", "\r\nfake: line\033");
	ck_assert_str_eq(seen.last, "a??fake: line?b");
	ck_assert_int_eq(seen.level, LOG_LEVEL_WARNING);
	log_close(log);
}
END_TEST

START_TEST(levels_are_dropped)
{
	struct seen seen = { 0 };
	struct log *log = log_open_sink(LOG_LEVEL_WARNING, see, &seen);
	struct log_limit limit = { 0 };

	log_write(log, LOG_LEVEL_ERROR, "1");
	log_write(log, LOG_LEVEL_WARNING, "2");
	log_write(log, LOG_LEVEL_INFO, "3");
	log_limited(log, &limit, CLOCK_HOUR, LOG_LEVEL_DEBUG, "4");
	ck_assert_uint_eq(seen.count, 2);
	ck_assert_str_eq(seen.last, "2");
	/* a dropped line uses nothing of the limit */
	log_limited(log, &limit, CLOCK_HOUR, LOG_LEVEL_ERROR, "5");
	ck_assert_str_eq(seen.last, "5");
	log_close(log);
}
END_TEST

START_TEST(no_log_is_silent)
{
	struct log_limit limit = { 0 };

	log_write(NULL, LOG_LEVEL_ERROR, "nobody");
	log_limited(NULL, &limit, 0, LOG_LEVEL_ERROR, "nobody");
	log_close(NULL);
	ck_assert_int_eq(atomic_load(&limit.next), 0);
}
END_TEST

START_TEST(long_lines_are_cut)
{
	struct seen seen = { 0 };
	struct log *log = log_open_sink(LOG_LEVEL_INFO, see, &seen);
	struct log_limit limit = { 0, 7 };
	char *text = malloc(65536);
	size_t length;

	memset(text, 'x', 65535);
	text[65535] = '\0';
	log_write(log, LOG_LEVEL_INFO, "%s", text);
	length = strlen(seen.last);
	ck_assert_uint_eq(length, 1899);
	ck_assert_str_eq(seen.last + length - 4, "x...");
	log_limited(log, &limit, 0, LOG_LEVEL_INFO, "%s", text);
	length = strlen(seen.last);
	ck_assert_uint_eq(length, 1899);
	ck_assert_str_eq(seen.last + length - 10, "... held=7");
	text[1899] = '\0';
	log_write(log, LOG_LEVEL_INFO, "%s", text);
	ck_assert_str_eq(seen.last, text);
	free(text);
	log_close(log);
}
END_TEST

START_TEST(limits_hold_back)
{
	struct seen seen = { 0 };
	struct log *log = log_open_sink(LOG_LEVEL_INFO, see, &seen);
	struct log_limit limit = { 0 };
	int i;

	for (i = 0; i < 10; i++)
		log_limited(log, &limit, CLOCK_HOUR, LOG_LEVEL_INFO, "n=%d",
		    i);
	ck_assert_uint_eq(seen.count, 1);
	ck_assert_str_eq(seen.last, "n=0");
	/* an hour passes by assignment */
	atomic_store(&limit.next, 0);
	log_limited(log, &limit, CLOCK_HOUR, LOG_LEVEL_INFO, "n=%d", 10);
	ck_assert_str_eq(seen.last, "n=10 held=9");
	atomic_store(&limit.next, 0);
	log_limited(log, &limit, CLOCK_HOUR, LOG_LEVEL_INFO, "n=%d", 11);
	ck_assert_str_eq(seen.last, "n=11");
	log_close(log);
}
END_TEST

struct shared {
	struct log	 *log;
	struct log_limit limit;
};

static void *
write_lines(void *argument)
{
	struct shared *shared = argument;
	int i;

	for (i = 0; i < LINES_A_THREAD; i++) {
		log_write(shared->log, LOG_LEVEL_INFO, "begin %d end", i);
		log_limited(shared->log, &shared->limit, CLOCK_HOUR,
		    LOG_LEVEL_INFO, "limited");
	}
	return NULL;
}

START_TEST(threads_write_whole_lines)
{
	struct seen seen = { 0 };
	struct shared shared = { NULL, { 0 } };
	pthread_t threads[THREADS];
	int i;

	shared.log = log_open_sink(LOG_LEVEL_INFO, see, &seen);
	for (i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, write_lines,
		    &shared), 0);
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	ck_assert_uint_eq(seen.count, THREADS * LINES_A_THREAD + 1);
	ck_assert_uint_eq(seen.broken, 0);
	ck_assert_uint_eq(atomic_load(&shared.limit.held),
	    THREADS * LINES_A_THREAD - 1);
	log_close(shared.log);
}
END_TEST

START_TEST(standard_error_has_the_name)
{
	char text[256];
	int ends[2], saved;
	struct log *log;
	ssize_t length;

	ck_assert_int_eq(pipe(ends), 0);
	saved = dup(STDERR_FILENO);
	ck_assert_int_ge(dup2(ends[1], STDERR_FILENO), 0);
	log = log_open(LOG_TARGET_STDERR, LOG_LEVEL_INFO);
	log_write(log, LOG_LEVEL_INFO, "up\nand running");
	log_close(log);
	dup2(saved, STDERR_FILENO);
	length = read(ends[0], text, sizeof(text) - 1);
	ck_assert_int_gt(length, 0);
	text[length] = '\0';
	ck_assert_str_eq(text, "replygate: up?and running\n");
	close(saved);
	close(ends[0]);
	close(ends[1]);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("log");
	TCase *tests = tcase_create("log");

	tcase_add_loop_test(tests, fields, 0,
	    sizeof(field_rows) / sizeof(field_rows[0]));
	tcase_add_test(tests, fields_are_joined);
	tcase_add_test(tests, field_into_a_failed_buffer);
	tcase_add_test(tests, lines_are_neutralised);
	tcase_add_test(tests, levels_are_dropped);
	tcase_add_test(tests, no_log_is_silent);
	tcase_add_test(tests, long_lines_are_cut);
	tcase_add_test(tests, limits_hold_back);
	tcase_add_test(tests, threads_write_whole_lines);
	tcase_add_test(tests, standard_error_has_the_name);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
