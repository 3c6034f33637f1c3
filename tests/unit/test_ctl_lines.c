/*
 * The lines an import reads, and the progress it shows.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "front/ctl_lines.h"
#include "front/ctl_progress.h"
#include "test.h"

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

struct line_want {
	enum ctl_line	 result;
	size_t		 length;	/* of a text */
};

static void
check_lines(const char *name, const char *bytes, size_t length,
    const struct line_want *wants)
{
	struct ctl_lines *lines = malloc(sizeof(*lines));
	FILE *file = tmpfile();
	enum ctl_line got;
	uint64_t number = 0;

	ck_assert(lines != NULL && file != NULL);
	ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
	rewind(file);
	ctl_lines_init(lines, fileno(file), NULL);
	do {
		got = ctl_lines_next(lines);
		number += got == CTL_LINE_TEXT || got == CTL_LINE_LONG;
		ck_assert_msg(got == wants->result &&
		    lines->number == number && (got != CTL_LINE_TEXT ||
		    lines->text.length == wants->length),
		    "%s: line %d: got %d with %zu bytes", name,
		    (int)lines->number, (int)got, lines->text.length);
		wants++;
	} while (got != CTL_LINE_END);
	ck_assert_int_eq(lines->bytes, (int64_t)length);
	ctl_lines_release(lines);
	fclose(file);
	free(lines);
}

START_TEST(reads_lines)
{
	static const struct {
		const char		*name;
		const char		*bytes;
		size_t			 length;
		struct line_want	 wants[4];
	} rows[] = {
		{ "nothing", "", 0, { { CTL_LINE_END, 0 } } },
		{ "one", "abc\n", 4,
		    { { CTL_LINE_TEXT, 3 }, { CTL_LINE_END, 0 } } },
		{ "without its newline", "abc", 3,
		    { { CTL_LINE_TEXT, 3 }, { CTL_LINE_END, 0 } } },
		{ "an empty one between", "a\n\nb\n", 5,
		    { { CTL_LINE_TEXT, 1 }, { CTL_LINE_TEXT, 0 },
		    { CTL_LINE_TEXT, 1 }, { CTL_LINE_END, 0 } } },
		{ "CRLF", "ab\r\n\r\n", 6,
		    { { CTL_LINE_TEXT, 2 }, { CTL_LINE_TEXT, 0 },
		    { CTL_LINE_END, 0 } } },
		{ "a CR within", "a\rb\n", 4,
		    { { CTL_LINE_TEXT, 3 }, { CTL_LINE_END, 0 } } },
		{ "a NUL within", "a\0b\n", 4,
		    { { CTL_LINE_TEXT, 3 }, { CTL_LINE_END, 0 } } },
	};
	int i;

	for (i = 0; i < ROWS(rows); i++)
		check_lines(rows[i].name, rows[i].bytes, rows[i].length,
		    rows[i].wants);
}
END_TEST

START_TEST(bounds_a_line)
{
	static const struct line_want good[] = { { CTL_LINE_TEXT,
		CTL_LINE_MAX }, { CTL_LINE_TEXT, 1 }, { CTL_LINE_END, 0 } };
	static const struct line_want bad[] = { { CTL_LINE_LONG, 0 },
		{ CTL_LINE_TEXT, 1 }, { CTL_LINE_END, 0 } };
	char *bytes = malloc(2 * CTL_LINE_MAX + 4);

	ck_assert_ptr_nonnull(bytes);
	memset(bytes, 'x', 2 * CTL_LINE_MAX + 4);
	memcpy(bytes + CTL_LINE_MAX, "\ny\n", 3);
	check_lines("as long as may be", bytes, CTL_LINE_MAX + 3, good);
	memcpy(bytes + CTL_LINE_MAX, "\r\ny", 3);
	check_lines("and a CR", bytes, CTL_LINE_MAX + 3, good);
	memcpy(bytes + CTL_LINE_MAX, "x\ny", 3);
	check_lines("a byte too long", bytes, CTL_LINE_MAX + 3, bad);
	memset(bytes, 'x', 2 * CTL_LINE_MAX + 4);
	memcpy(bytes + 2 * CTL_LINE_MAX + 1, "\ny\n", 3);
	check_lines("much too long", bytes, 2 * CTL_LINE_MAX + 4, bad);
	free(bytes);
}
END_TEST

static bool
always(void)
{
	return true;
}

START_TEST(stops_while_a_pipe_is_silent)
{
	struct ctl_lines *lines = malloc(sizeof(*lines));
	int ends[2];

	ck_assert_ptr_nonnull(lines);
	ck_assert_int_eq(pipe(ends), 0);
	ctl_lines_init(lines, ends[0], always);
	ck_assert_int_eq(ctl_lines_next(lines), CTL_LINE_STOPPED);
	ctl_lines_release(lines);
	close(ends[0]);
	close(ends[1]);
	free(lines);
}
END_TEST

START_TEST(draws_the_progress)
{
	static const struct {
		int64_t		 done, total, lines, elapsed;
		const char	*want;
	} rows[] = {
		{ 0, 1000000, 0, 0,
		    "  0% [>                       ] 0.0 of 1.0 MB, 0 lines" },
		{ 500000, 1000000, 2000, 4 * CLOCK_SECOND,
		    " 50% [============>           ] 0.5 of 1.0 MB, "
		    "2,000 lines, 500/s" },
		{ 1000000, 1000000, 3000, CLOCK_SECOND / 2,
		    "100% [========================] 1.0 of 1.0 MB, "
		    "3,000 lines" },
		{ 2000000, 1000000, 3000, 0,
		    "100% [========================] 2.0 of 1.0 MB, "
		    "3,000 lines" },
		{ 1500000, 0, 10, 2 * CLOCK_SECOND,
		    "1.5 MB, 10 lines, 5/s" },
	};
	struct buf got;
	int i;

	buf_init(&got);
	for (i = 0; i < ROWS(rows); i++) {
		buf_clear(&got);
		ctl_progress_compose(&got, rows[i].done, rows[i].total,
		    rows[i].lines, rows[i].elapsed);
		ck_assert_str_eq(got.data, rows[i].want);
	}
	buf_release(&got);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("ctl_lines");
	TCase *lines = tcase_create("lines");

	tcase_set_timeout(lines, 60);
	tcase_add_test(lines, reads_lines);
	tcase_add_test(lines, bounds_a_line);
	tcase_add_test(lines, stops_while_a_pipe_is_silent);
	tcase_add_test(lines, draws_the_progress);
	suite_add_tcase(suite, lines);
	return test_run(suite);
}
