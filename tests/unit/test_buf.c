/*
 * The buffer: composing, the sticky failure, the bound.
 */
#include "test.h"

#include <string.h>

#include "base/buf.h"
#include "base/status.h"

START_TEST(empty_shows_text)
{
	struct buf buf;

	buf_init(&buf);
	ck_assert_str_eq(buf.data, "");
	ck_assert_uint_eq(buf.length, 0);
	buf_clear(&buf);
	buf_add(&buf, "", 0);
	ck_assert_str_eq(buf.data, "");
	ck_assert(!buf.failed);
	buf_release(&buf);
	buf_release(&buf);
	ck_assert_str_eq(buf.data, "");
}
END_TEST

START_TEST(composes)
{
	struct buf buf;

	buf_init(&buf);
	buf_printf(&buf, "%d of %s", 3, "five");
	buf_add_text(&buf, ", ");
	buf_add(&buf, "a\0b", 3);
	ck_assert_uint_eq(buf.length, 14);
	ck_assert_mem_eq(buf.data, "3 of five, a\0b", 15);
	buf_clear(&buf);
	ck_assert_str_eq(buf.data, "");
	buf_printf(&buf, "%s", "");
	ck_assert_str_eq(buf.data, "");
	ck_assert(!buf.failed);
	buf_release(&buf);
}
END_TEST

/* Every length around the places where the room grows. */
START_TEST(grows)
{
	struct buf buf;
	size_t i;

	buf_init(&buf);
	for (i = 0; i < 5000; i++) {
		if (i % 2 == 0)
			buf_add(&buf, "x", 1);
		else
			buf_printf(&buf, "%c", 'y');
		ck_assert_uint_eq(buf.length, i + 1);
		ck_assert_msg(strlen(buf.data) == i + 1, "NUL at %zu", i);
	}
	ck_assert_int_eq(buf.data[0], 'x');
	ck_assert_int_eq(buf.data[4999], 'y');
	buf_release(&buf);
}
END_TEST

START_TEST(fails_at_the_bound_and_stays_so)
{
	char *block = malloc(BUF_MAX);
	struct buf buf;

	ck_assert_ptr_nonnull(block);
	memset(block, 'x', BUF_MAX);
	buf_init(&buf);
	buf_add(&buf, block, BUF_MAX - 1);
	buf_add(&buf, block, 1);
	ck_assert(!buf.failed);
	ck_assert_uint_eq(buf.length, BUF_MAX);
	buf_printf(&buf, "%c", 'y');
	ck_assert(buf.failed);
	ck_assert_uint_eq(buf.length, BUF_MAX);
	buf_add(&buf, "", 0);
	ck_assert(buf.failed);
	ck_assert_ptr_null(buf_detach(&buf));
	ck_assert(!buf.failed);
	ck_assert_uint_eq(buf.length, 0);
	free(block);
}
END_TEST

START_TEST(failure_keeps_what_was_there)
{
	struct buf buf;

	buf_init(&buf);
	buf_add_text(&buf, "kept");
	buf.failed = true;
	buf_add_text(&buf, " lost");
	buf_printf(&buf, "%d", 1);
	ck_assert_str_eq(buf.data, "kept");
	buf_clear(&buf);
	buf_add_text(&buf, "again");
	ck_assert_str_eq(buf.data, "again");
	buf_release(&buf);
}
END_TEST

START_TEST(detach_gives_the_text)
{
	struct buf buf;
	char *text;

	buf_init(&buf);
	buf_add_text(&buf, "hello");
	text = buf_detach(&buf);
	ck_assert_str_eq(text, "hello");
	ck_assert_str_eq(buf.data, "");
	free(text);
	text = buf_detach(&buf);
	ck_assert_ptr_nonnull(text);
	ck_assert_str_eq(text, "");
	free(text);
}
END_TEST

/* Statuses have no file of their own to be tested in. */
START_TEST(statuses_have_words)
{
	enum status status, other;

	for (status = STATUS_OK; status <= STATUS_NO_MEMORY; status++)
		for (other = STATUS_OK; other < status; other++)
			ck_assert_str_ne(status_text(status),
			    status_text(other));
	ck_assert_str_eq(status_text(STATUS_OK), "ok");
	ck_assert_str_eq(status_text(STATUS_NOT_FOUND), "not found");
	ck_assert_ptr_nonnull(status_text((enum status)99));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("buf");
	TCase *tests = tcase_create("buf");

	tcase_add_test(tests, empty_shows_text);
	tcase_add_test(tests, composes);
	tcase_add_test(tests, grows);
	tcase_add_test(tests, fails_at_the_bound_and_stays_so);
	tcase_add_test(tests, failure_keeps_what_was_there);
	tcase_add_test(tests, detach_gives_the_text);
	tcase_add_test(tests, statuses_have_words);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
