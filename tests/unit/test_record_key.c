/*
 * The store's keys sort, as bytes, as the values they are made of.
 */
#include "test.h"

#include <string.h>

#include "store/record.h"

START_TEST(key_of_outreach_comes_back)
{
	struct outreach is = { .account = 0 };
	struct record key;

	record_key_outreach(&key, 7, -8, 9);
	ck_assert_uint_eq(key.length, RECORD_OUTREACH_SIZE);
	ck_assert_int_eq(record_read_key_outreach(key.bytes, key.length, &is),
	    STATUS_OK);
	ck_assert(is.account == 7 && is.sent_at == -8 && is.n == 9);
}
END_TEST

struct order_row {
	const char	*name;
	struct outreach	 less, more;
};

static const struct order_row order_rows[] = {
	{ "account first", { .account = 1, .sent_at = 9, .n = 9 },
	    { .account = 256 } },
	{ "then time", { .account = 1, .sent_at = 255, .n = 9 },
	    { .account = 1, .sent_at = 256 } },
	{ "before 1970", { .account = 1, .sent_at = -1, .n = 9 },
	    { .account = 1, .sent_at = 0 } },
	{ "the first moment", { .account = 1, .sent_at = INT64_MIN },
	    { .account = 1, .sent_at = -1 } },
	{ "the last moment", { .account = 1, .sent_at = INT64_MAX - 1 },
	    { .account = 1, .sent_at = INT64_MAX } },
	{ "then n", { .account = 1, .sent_at = 1, .n = 255 },
	    { .account = 1, .sent_at = 1, .n = 256 } },
};

START_TEST(keys_sort_as_their_values)
{
	const struct order_row *row = &order_rows[_i];
	struct record less, more;

	record_key_outreach(&less, row->less.account, row->less.sent_at,
	    row->less.n);
	record_key_outreach(&more, row->more.account, row->more.sent_at,
	    row->more.n);
	ck_assert_msg(memcmp(less.bytes, more.bytes, less.length) < 0, "%s",
	    row->name);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("record key");
	TCase *tests = tcase_create("record key");

	tcase_add_test(tests, key_of_outreach_comes_back);
	tcase_add_loop_test(tests, keys_sort_as_their_values, 0,
	    (int)(sizeof(order_rows) / sizeof(order_rows[0])));
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
