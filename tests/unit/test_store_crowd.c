/*
 * The store's contract with many threads at once: nothing is lost, nothing is
 * seen twice, and a view sees what an update before it has done.
 */
#include "test.h"

#include <pthread.h>
#include <stdatomic.h>

#include "store_fixture.h"

#define THREADS		8
#define UPDATES		25

#define MIX_THREADS	4	/* of each kind */
#define MIX_UPDATES	100
#define MIX_ROWS	12
#define MIX_IDENTS	200

struct crowd {
	struct store	*store;
	_Atomic unsigned number;
};

/* Raises a counter in meta and adds a row that no one else adds. */
static enum status
count_up(struct store_txn *txn, void *argument)
{
	struct outreach *outreach = argument;
	unsigned count = 0;
	size_t length;
	enum status status;

	status = store_meta_get(txn, "count", &count, sizeof(count), &length);
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	count++;
	status = store_meta_put(txn, "count", &count, sizeof(count));
	return status != STATUS_OK ? status :
	    store_outreach_add(txn, outreach);
}

static enum status
read_count(struct store_txn *txn, void *argument)
{
	unsigned *count = argument;
	size_t length;
	enum status status;

	*count = 0;
	status = store_meta_get(txn, "count", count, sizeof(*count), &length);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* Tests of Check may only fail in the first thread: the rest count. */
static void *
join_crowd(void *argument)
{
	struct crowd *crowd = argument;
	unsigned i, number, last = 0, now;
	struct outreach outreach;
	size_t bad = 0;

	for (i = 0; i < UPDATES; i++) {
		number = atomic_fetch_add(&crowd->number, 1);
		outreach = store_outreach(1 + number % 3, 1000, number, 7);
		bad += store_update(crowd->store, count_up, &outreach) !=
		    STATUS_OK;
		bad += store_view(crowd->store, read_count, &now) !=
		    STATUS_OK || now <= last;
		last = now;
	}
	return (void *)bad;
}

START_TEST(many_threads_lose_nothing)
{
	struct store_fixture f;
	struct crowd crowd = { .number = 0 };
	pthread_t threads[THREADS];
	unsigned i, count;
	void *bad;

	store_fixture_open(&f, &store_makes[_i]);
	crowd.store = f.store;
	for (i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL,
		    join_crowd, &crowd), 0);
	for (i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &bad);
		ck_assert_ptr_null(bad);
	}
	ck_assert_int_eq(store_view(f.store, read_count, &count), STATUS_OK);
	ck_assert_uint_eq(count, THREADS * UPDATES);
	store_fixture_close(&f);
}
END_TEST

struct mix {
	struct store	*store;
	atomic_bool	 stop;
	_Atomic unsigned number;
	_Atomic unsigned bad;
};

static bool
pass_over(void *context, const struct outreach *outreach)
{
	*(struct outreach *)context = *outreach;
	return true;
}

/* Adds to a few messages and pairs, answers one, removes the oldest. */
static enum status
write_mix(struct store_txn *txn, void *argument)
{
	unsigned number = *(const unsigned *)argument, i;
	struct ident message = store_ident(number % MIX_IDENTS);
	struct outreach row = { .account = 0 };
	enum status status;
	size_t removed;

	for (i = 0; i < MIX_ROWS; i++) {
		row = store_outreach(1 + i % 3, number,
		    (number + i) % MIX_IDENTS, (number * 7 + i) % MIX_IDENTS);
		status = store_outreach_add(txn, &row);
		if (status != STATUS_OK && status != STATUS_CONFLICT)
			return status;
	}
	status = store_outreach_by_message(txn, &message, pass_over, &row);
	if (status != STATUS_OK)
		return status;
	row.answered_at = 1;
	status = store_outreach_put(txn, &row);
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	return store_expire(txn, (int64_t)number - MIX_IDENTS, MIX_ROWS,
	    &removed);
}

static enum status
view_mix(struct store_txn *txn, void *argument)
{
	struct ident ident = store_ident(*(const unsigned *)argument);
	struct outreach row;
	enum status status;

	status = store_outreach_by_message(txn, &ident, pass_over, &row);
	return status != STATUS_OK ? status :
	    store_outreach_by_pair(txn, 1, &ident, pass_over, &row);
}

static void *
write_to_mix(void *argument)
{
	struct mix *mix = argument;
	unsigned i, number;

	for (i = 0; i < MIX_UPDATES; i++) {
		number = atomic_fetch_add(&mix->number, 1);
		if (store_update(mix->store, write_mix, &number) !=
		    STATUS_OK)
			atomic_fetch_add(&mix->bad, 1);
	}
	return NULL;
}

static void *
look_at_mix(void *argument)
{
	struct mix *mix = argument;
	unsigned number = 0;

	while (!atomic_load(&mix->stop)) {
		number = (number + 1) % MIX_IDENTS;
		if (store_view(mix->store, view_mix, &number) != STATUS_OK)
			atomic_fetch_add(&mix->bad, 1);
	}
	return NULL;
}

/* Few rows and many hands: views and the writer lock each other out. */
START_TEST(views_beside_writers)
{
	struct store_fixture f;
	struct mix mix = { .number = 0 };
	pthread_t writers[MIX_THREADS], views[MIX_THREADS];
	unsigned i;

	store_fixture_open(&f, &store_makes[_i]);
	mix.store = f.store;
	for (i = 0; i < MIX_THREADS; i++) {
		ck_assert_int_eq(pthread_create(&writers[i], NULL,
		    write_to_mix, &mix), 0);
		ck_assert_int_eq(pthread_create(&views[i], NULL, look_at_mix,
		    &mix), 0);
	}
	for (i = 0; i < MIX_THREADS; i++)
		pthread_join(writers[i], NULL);
	atomic_store(&mix.stop, true);
	for (i = 0; i < MIX_THREADS; i++)
		pthread_join(views[i], NULL);
	ck_assert_uint_eq(mix.bad, 0);
	store_fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("store crowd");
	TCase *tests = tcase_create("store crowd");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, many_threads_lose_nothing, 0,
	    store_make_count);
	tcase_add_loop_test(tests, views_beside_writers, 0, store_make_count);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
