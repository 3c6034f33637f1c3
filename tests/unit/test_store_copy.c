/*
 * Rows of all tables out of a store and into another, and whether tables and
 * indices agree: of every make of store.
 */
#include "test.h"

#include <string.h>

#include "base/clock.h"
#include "store_fixture.h"
#include "store_rows.h"

static const unsigned want_counts[STORE_TABLES] = {
	[STORE_TABLE_COUNTER] = 2,
	[STORE_TABLE_META] = 2,
	[STORE_TABLE_ACCOUNT] = STORE_ROWS_USERS,
	[STORE_TABLE_ADDRESS] = STORE_ROWS_USERS,
	[STORE_TABLE_ANSWER] = 1,
	[STORE_TABLE_OUTREACH] = STORE_ROWS_USERS * STORE_ROWS_EACH,
	[STORE_TABLE_CONTACT] = STORE_ROWS_USERS,
	[STORE_TABLE_MERGE] = STORE_ROWS_USERS,
	[STORE_TABLE_NOTICE] = 2,
	[STORE_TABLE_AUDIT] = 2,
	[STORE_TABLE_EVENT] = 1,
};

START_TEST(a_walk_shows_all)
{
	static const size_t pages[] = { 1, 2, 3, 7, 1000 };
	unsigned counts[STORE_TABLES], i;
	struct buf whole, pieces;
	struct store_fixture f;

	store_fixture_open(&f, &store_makes[_i]);
	store_rows_fill(f.store);
	store_rows_count(f.store, counts);
	for (i = 0; i < STORE_TABLES; i++)
		ck_assert_msg(counts[i] == want_counts[i], "%s: %u, want %u",
		    store_table_text(i), counts[i], want_counts[i]);
	buf_init(&whole);
	buf_init(&pieces);
	store_rows_text(f.store, 100000, &whole);
	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		buf_clear(&pieces);
		store_rows_text(f.store, pages[i], &pieces);
		ck_assert_str_eq(pieces.data, whole.data);
	}
	buf_release(&whole);
	buf_release(&pieces);
	store_fixture_close(&f);
}
END_TEST

struct copying {
	struct store		*to;
	struct store_row	 rows[200];
	size_t			 count;
	uint64_t		 unreadable;
	enum status		 want;
};

static void
keep_row(void *context, const struct store_row *row)
{
	struct copying *copying = context;

	ck_assert_uint_lt(copying->count, 200);
	copying->rows[copying->count++] = *row;
}

static enum status
copy_out(struct store_txn *txn, void *argument)
{
	struct copying *copying = argument;
	struct store_place place = { .end = false };

	copying->count = 0;
	return store_walk(txn, &place, 200, &copying->unreadable, keep_row,
	    copying);
}

static enum status
copy_in(struct store_txn *txn, void *argument)
{
	struct copying *copying = argument;
	enum status status;
	size_t i;

	for (i = 0; i < copying->count; i++) {
		status = store_restore(txn, &copying->rows[i]);
		ck_assert_msg(status == copying->want, "row %zu of %s: %s", i,
		    store_table_text(copying->rows[i].table),
		    status_text(status));
	}
	return STATUS_OK;
}

static enum status
add_more(struct store_txn *txn, void *argument)
{
	struct store_notice notice = { .account = 1 };
	struct account account;

	(void)argument;
	account_init(&account, "new@local.test", 1);
	ck_assert_int_eq(store_account_put(txn, &account), STATUS_OK);
	ck_assert_uint_eq(account.id, STORE_ROWS_USERS + 1);
	ck_assert_int_eq(store_outbox_add(txn, &notice), STATUS_OK);
	ck_assert_uint_eq(notice.sequence, 3);
	return STATUS_OK;
}

/* What was put in is what was taken out, and sequences go on. */
START_TEST(rows_make_the_same_store)
{
	static struct copying copying;
	struct store_fixture from, to;
	struct buf a, b;

	store_fixture_open(&from, &store_makes[_i]);
	store_fixture_open(&to, &store_makes[_i]);
	store_rows_fill(from.store);
	ck_assert_int_eq(store_view(from.store, copy_out, &copying),
	    STATUS_OK);
	ck_assert_uint_eq(copying.unreadable, 0);
	copying.want = STATUS_MALFORMED;
	ck_assert_int_eq(store_view(to.store, copy_in, &copying), STATUS_OK);
	copying.want = STATUS_OK;
	ck_assert_int_eq(store_update(to.store, copy_in, &copying),
	    STATUS_OK);
	copying.want = STATUS_CONFLICT;
	ck_assert_int_eq(store_update(to.store, copy_in, &copying),
	    STATUS_OK);
	buf_init(&a);
	buf_init(&b);
	store_rows_text(from.store, 10, &a);
	store_rows_text(to.store, 10, &b);
	ck_assert_str_eq(a.data, b.data);
	ck_assert_int_eq(store_update(to.store, add_more, NULL), STATUS_OK);
	buf_release(&a);
	buf_release(&b);
	store_fixture_close(&to);
	store_fixture_close(&from);
}
END_TEST

struct agreeing {
	struct store_place	place;
	size_t			most;
	unsigned		pages;
};

static void
no_fault(void *context, const char *what)
{
	(void)context;
	ck_abort_msg("%s", what);
}

static enum status
agree_body(struct store_txn *txn, void *argument)
{
	struct agreeing *agreeing = argument;

	return store_agree(txn, &agreeing->place, agreeing->most, no_fault,
	    NULL);
}

START_TEST(whole_stores_agree)
{
	static const size_t pages[] = { 1, 3, 1000 };
	struct agreeing agreeing;
	struct store_fixture f;
	unsigned i;

	store_fixture_open(&f, &store_makes[_i]);
	store_rows_fill(f.store);
	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		memset(&agreeing, 0, sizeof(agreeing));
		agreeing.most = pages[i];
		while (!agreeing.place.end) {
			agreeing.pages++;
			ck_assert_int_eq(store_view(f.store, agree_body,
			    &agreeing), STATUS_OK);
			ck_assert_uint_lt(agreeing.pages, 500);
		}
		ck_assert(pages[i] > 1 || agreeing.pages > 100);
	}
	store_fixture_close(&f);
}
END_TEST

/* Places come from outside, too. */
START_TEST(places_that_are_none)
{
	struct agreeing agreeing = { .most = 10 };
	struct store_fixture f;
	unsigned part, length;

	store_fixture_open(&f, &store_makes[_i]);
	store_rows_fill(f.store);
	for (part = 0; part < 20; part++)
		for (length = 1; length < 40; length += 3) {
			memset(&agreeing.place, 0xff, sizeof(agreeing.place));
			agreeing.place.part = part;
			agreeing.place.length = length;
			agreeing.place.end = false;
			memset(agreeing.place.key, 0, 2);
			agreeing.place.key[1] = (uint8_t)(length % 9);
			(void)store_view(f.store, agree_body, &agreeing);
		}
	agreeing.place.part = 3;
	agreeing.place.length = STORE_PLACE_SIZE + 1;
	agreeing.place.end = false;
	ck_assert_int_eq(store_view(f.store, agree_body, &agreeing),
	    STATUS_MALFORMED);
	store_fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("store copy");
	TCase *tests = tcase_create("store copy");

	tcase_add_loop_test(tests, a_walk_shows_all, 0, store_make_count);
	tcase_add_loop_test(tests, rows_make_the_same_store, 0,
	    store_make_count);
	tcase_add_loop_test(tests, whole_stores_agree, 0, store_make_count);
	tcase_add_loop_test(tests, places_that_are_none, 0, store_make_count);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
