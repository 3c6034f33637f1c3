/*
 * The engine that fails on demand, itself: what the tests above it rely on.
 */
#include "test.h"

#include <string.h>

#include "fault_engine.h"

static enum status
set_twice(struct store_txn *txn, void *argument)
{
	enum status status = store_meta_put(txn, "a", argument, 1);

	return status != STATUS_OK ? status :
	    store_meta_put(txn, "b", argument, 1);
}

/* Looks away from what failed. */
static enum status
set_careless(struct store_txn *txn, void *argument)
{
	(void)store_meta_put(txn, "a", argument, 1);
	(void)store_meta_put(txn, "b", argument, 1);
	return STATUS_OK;
}

static enum status
get_both(struct store_txn *txn, void *argument)
{
	char *values = argument;
	size_t length;

	memset(values, '-', 2);
	(void)store_meta_get(txn, "a", values, 1, &length);
	(void)store_meta_get(txn, "b", values + 1, 1, &length);
	return STATUS_OK;
}

static struct store *
open_faulty(struct fault *fault)
{
	struct store_options options = { .directory = NULL };
	struct store *store;
	struct buf why;

	buf_init(&why);
	ck_assert_int_eq(fault_store_open(&store, &bdb_engine, &options,
	    fault, &why), STATUS_OK);
	buf_release(&why);
	return store;
}

static void
check_both(struct store *store, struct fault *fault, const char *want,
    unsigned long n)
{
	char values[3] = "";

	fault_arm(fault, 0);
	ck_assert_int_eq(store_view(store, get_both, values), STATUS_OK);
	ck_assert_msg(strcmp(values, want) == 0, "call %lu: %s, want %s", n,
	    values, want);
}

struct fault_row {
	const char	*name;
	enum status	(*body)(struct store_txn *, void *);
	enum status	 status;
	bool		 lost;
	enum status	 answer;	/* of an update with the fault */
	const char	*at_commit;	/* what is stored after the 4th */
};

static const struct fault_row fault_rows[] = {
	{ "unavailable", set_twice, STATUS_UNAVAILABLE, false,
	    STATUS_UNAVAILABLE, "--" },
	{ "a careless body", set_careless, STATUS_UNAVAILABLE, false,
	    STATUS_UNAVAILABLE, "--" },
	{ "uncertain, and it happened", set_twice, STATUS_UNCERTAIN, false,
	    STATUS_UNCERTAIN, "xx" },
	{ "uncertain, and it did not", set_twice, STATUS_UNCERTAIN, true,
	    STATUS_UNCERTAIN, "--" },
	{ "a lost race", set_twice, STATUS_CONFLICT, false, STATUS_OK,
	    "xx" },
};

/* Begin, two rows, commit: four calls, each fails in its turn. */
START_TEST(each_call_fails_in_turn)
{
	const struct fault_row *row = &fault_rows[_i];
	struct fault fault = { .status = row->status, .lost = row->lost };
	struct store *store;
	enum status status;
	unsigned long n;
	char value = 'x';

	for (n = 1; ; n++) {
		store = open_faulty(&fault);
		fault_arm(&fault, n);
		status = store_update(store, row->body, &value);
		if (!fault.fired)
			break;
		ck_assert_msg(status == row->answer, "%s: call %lu: %s",
		    row->name, n, status_text(status));
		check_both(store, &fault, n == 4 ||
		    row->status == STATUS_CONFLICT ? row->at_commit : "--",
		    n);
		store_close(store);
	}
	ck_assert_uint_eq(n, 5);
	ck_assert_int_eq(status, STATUS_OK);
	check_both(store, &fault, "xx", n);
	store_close(store);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("fault engine");
	TCase *tests = tcase_create("fault engine");

	tcase_add_loop_test(tests, each_call_fails_in_turn, 0,
	    (int)(sizeof(fault_rows) / sizeof(fault_rows[0])));
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
