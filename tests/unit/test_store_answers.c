/*
 * Addresses that answers go to: which users' outreach is answered there.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "store/record.h"
#include "store_fixture.h"

START_TEST(key_comes_back)
{
	char address[ADDR_SIZE];
	struct record key;
	uint64_t account;

	record_key_answer(&key, "jobs@local.test", UINT64_MAX - 1);
	ck_assert_int_eq(record_read_key_answer(key.bytes, key.length,
	    address, sizeof(address), &account), STATUS_OK);
	ck_assert_str_eq(address, "jobs@local.test");
	ck_assert(account == UINT64_MAX - 1);
}
END_TEST

static enum status
read_key(const void *bytes, size_t length, size_t size)
{
	char address[ADDR_SIZE], *copy = malloc(length > 0 ? length : 1);
	enum status status;
	uint64_t account;

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, bytes, length);
	status = record_read_key_answer(copy, length, address, size,
	    &account);
	free(copy);
	return status;
}

/* Cut anywhere, one byte too long, an address that does not fit. */
START_TEST(keys_that_cannot_be)
{
	struct record key;
	size_t length;

	record_key_answer(&key, "jobs@local.test", 7);
	for (length = 0; length < key.length; length++)
		ck_assert_int_eq(read_key(key.bytes, length, ADDR_SIZE),
		    STATUS_MALFORMED);
	ck_assert_int_eq(read_key(key.bytes, key.length + 1, ADDR_SIZE),
	    STATUS_MALFORMED);
	ck_assert_int_eq(read_key(key.bytes, key.length, 16), STATUS_OK);
	ck_assert_int_eq(read_key(key.bytes, key.length, 15),
	    STATUS_MALFORMED);
}
END_TEST

struct answer_use {
	const char	*name;
	uint64_t	 account;
	int64_t		 now;
	const char	*want;
};

/* All have it who used it, whoever did last first, by the day. */
static const struct answer_use answer_uses[] = {
	{ "the first", 7, 5 * CLOCK_DAY, "7 " },
	{ "again at once", 7, 5 * CLOCK_DAY, "7 " },
	{ "another's within the day", 8, 5 * CLOCK_DAY + 1, "8 7 " },
	{ "back within the day", 7, 5 * CLOCK_DAY + 2, "8 7 " },
	{ "a day later", 7, 6 * CLOCK_DAY + 2, "7 8 " },
	{ "another's in the past", 9, CLOCK_DAY, "7 8 9 " },
	{ "a clock set back", 7, 2 * CLOCK_DAY, "8 7 9 " },
};

static void
check_answers(struct store_txn *txn, const char *address, const char *name,
    const char *want)
{
	struct store_answers answers;
	char text[400] = "";
	size_t i, length = 0;

	ck_assert_int_eq(store_answer_address_get(txn, address, &answers),
	    STATUS_OK);
	for (i = 0; i < answers.count; i++)
		length += (size_t)snprintf(text + length,
		    sizeof(text) - length, "%u ",
		    (unsigned)answers.by[i].account);
	ck_assert_msg(strcmp(text, want) == 0, "%s: \"%s\"", name, text);
}

static enum status
use_one_by_one(struct store_txn *txn, void *argument)
{
	const char *address = "jobs@local.test";
	const struct answer_use *use;
	struct store_answers answers;
	size_t i;

	(void)argument;
	ck_assert_int_eq(store_answer_address_get(txn, address, &answers),
	    STATUS_NOT_FOUND);
	for (i = 0; i < sizeof(answer_uses) / sizeof(answer_uses[0]); i++) {
		use = &answer_uses[i];
		ck_assert_int_eq(store_answer_address_put(txn, address,
		    use->account, use->now), STATUS_OK);
		check_answers(txn, address, use->name, use->want);
	}
	return STATUS_OK;
}

/* The one who used it longest ago makes room. */
static enum status
use_by_a_crowd(struct store_txn *txn, void *argument)
{
	const char *address = "crowd@local.test";
	struct store_answers answers;
	uint64_t account;

	(void)argument;
	for (account = 1; account <= STORE_ANSWERS_MAX + 1; account++)
		ck_assert_int_eq(store_answer_address_put(txn, address,
		    account, CLOCK_DAY + (int64_t)account), STATUS_OK);
	ck_assert_int_eq(store_answer_address_get(txn, address, &answers),
	    STATUS_OK);
	ck_assert_uint_eq(answers.count, STORE_ANSWERS_MAX);
	ck_assert_uint_eq(answers.by[0].account, STORE_ANSWERS_MAX + 1);
	ck_assert_uint_eq(answers.by[STORE_ANSWERS_MAX - 1].account, 2);
	/* Of an address that only begins like it nothing is seen. */
	ck_assert_int_eq(store_answer_address_get(txn, "crowd@local.tes",
	    &answers), STATUS_NOT_FOUND);
	ck_assert_int_eq(store_answer_address_get(txn, "crowd@local.test2",
	    &answers), STATUS_NOT_FOUND);
	return STATUS_OK;
}

START_TEST(uses)
{
	struct store_fixture f;

	store_fixture_open(&f, &store_makes[_i]);
	ck_assert_int_eq(store_update(f.store, use_one_by_one, NULL),
	    STATUS_OK);
	ck_assert_int_eq(store_update(f.store, use_by_a_crowd, NULL),
	    STATUS_OK);
	store_fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("store_answers");
	TCase *tests = tcase_create("answers");

	tcase_add_test(tests, key_comes_back);
	tcase_add_test(tests, keys_that_cannot_be);
	tcase_add_loop_test(tests, uses, 0, store_make_count);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
