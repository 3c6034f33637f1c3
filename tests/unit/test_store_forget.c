/*
 * The store's contract where people are looked up to be forgotten or shown:
 * rows that change whom they are about, contacts and addresses one after the
 * other.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "store_fixture.h"

static bool
count_row(void *context, const struct outreach *row)
{
	int *count = context;

	(void)row;
	++*count;
	return true;
}

static int
rows_of_pair(struct store_txn *txn, unsigned candidate)
{
	struct ident ident = store_ident(candidate);
	int count = 0;

	ck_assert_int_eq(store_outreach_by_pair(txn, 1, &ident, count_row,
	    &count), STATUS_OK);
	return count;
}

static int
rows_of_message(struct store_txn *txn, unsigned message)
{
	struct ident ident = store_ident(message);
	int count = 0;

	ck_assert_int_eq(store_outreach_by_message(txn, &ident, count_row,
	    &count), STATUS_OK);
	return count;
}

/* Message 1 to candidates 2 and 3: the first row comes to be about another. */
static enum status
rename_rows(struct store_txn *txn, void *argument)
{
	struct outreach first = store_outreach(1, 10, 1, 2);
	struct outreach second = store_outreach(1, 10, 1, 3);
	struct outreach again = store_outreach(1, 20, 1, 2);
	int all = 0;

	(void)argument;
	ck_assert_int_eq(store_outreach_add(txn, &first), STATUS_OK);
	ck_assert_int_eq(store_outreach_add(txn, &second), STATUS_OK);
	first.candidate = store_ident(8);
	first.message = store_ident(9);
	first.answered_at = 15;
	first.answered_by = first.candidate;
	ck_assert_int_eq(store_outreach_rename(txn, &first), STATUS_OK);
	ck_assert_int_eq(rows_of_pair(txn, 2), 0);
	ck_assert_int_eq(rows_of_pair(txn, 3), 1);
	ck_assert_int_eq(rows_of_pair(txn, 8), 1);
	ck_assert_int_eq(rows_of_message(txn, 1), 1);
	ck_assert_int_eq(rows_of_message(txn, 9), 1);
	ck_assert_int_eq(store_outreach_window(txn, 1, 0, 30, count_row,
	    &all), STATUS_OK);
	ck_assert_int_eq(all, 2);
	/* What it was about is free again. */
	ck_assert_int_eq(store_outreach_add(txn, &again), STATUS_OK);
	return STATUS_OK;
}

static enum status
rename_nothing(struct store_txn *txn, void *argument)
{
	struct outreach row = store_outreach(1, 10, 1, 2);
	struct outreach other = store_outreach(1, 10, 1, 3);

	(void)argument;
	ck_assert_int_eq(store_outreach_rename(txn, &row), STATUS_NOT_FOUND);
	ck_assert_int_eq(store_outreach_add(txn, &row), STATUS_OK);
	ck_assert_int_eq(store_outreach_add(txn, &other), STATUS_OK);
	ck_assert_int_eq(store_outreach_rename(txn, &row), STATUS_CONFLICT);
	other.candidate = row.candidate;
	ck_assert_int_eq(store_outreach_rename(txn, &other),
	    STATUS_CONFLICT);
	ck_assert_int_eq(rows_of_pair(txn, 3), 1);
	return STATUS_OK;
}

struct seen {
	unsigned	count, most;
	struct ident	last;
	char		names[128];
};

static bool
see_contact(void *context, const struct ident *candidate, int64_t last_heard)
{
	struct seen *seen = context;

	ck_assert(seen->count == 0 || ident_compare(&seen->last,
	    candidate) < 0);
	ck_assert_int_eq(last_heard, 50);
	seen->last = *candidate;
	return ++seen->count < seen->most;
}

static void
contacts_are(struct store_txn *txn, uint64_t account,
    const struct ident *after, unsigned most, unsigned want)
{
	struct seen seen = { .most = most };

	ck_assert_int_eq(store_contact_each(txn, account, after, see_contact,
	    &seen), STATUS_OK);
	ck_assert_uint_eq(seen.count, want);
}

static enum status
use_contacts(struct store_txn *txn, void *argument)
{
	struct ident who, least, greatest;
	int64_t heard;
	unsigned i;

	(void)argument;
	memset(&least, 0, sizeof(least));
	memset(&greatest, 0xff, sizeof(greatest));
	for (i = 1; i <= 5; i++) {
		who = store_ident(i);
		ck_assert_int_eq(store_contact_put(txn, 1 + (i == 5), &who,
		    50), STATUS_OK);
	}
	ck_assert_int_eq(store_contact_put(txn, 1, &least, 50), STATUS_OK);
	ck_assert_int_eq(store_contact_put(txn, 1, &greatest, 50),
	    STATUS_OK);
	contacts_are(txn, 1, NULL, 99, 6);
	contacts_are(txn, 1, NULL, 2, 2);
	contacts_are(txn, 1, &least, 99, 5);
	contacts_are(txn, 1, &greatest, 99, 0);
	contacts_are(txn, 2, NULL, 99, 1);
	contacts_are(txn, 3, NULL, 99, 0);
	who = store_ident(2);
	ck_assert_int_eq(store_contact_remove(txn, 1, &who), STATUS_OK);
	ck_assert_int_eq(store_contact_remove(txn, 1, &who),
	    STATUS_NOT_FOUND);
	ck_assert_int_eq(store_contact_get(txn, 1, &who, &heard),
	    STATUS_NOT_FOUND);
	contacts_are(txn, 1, NULL, 99, 5);
	return STATUS_OK;
}

static bool
see_address(void *context, const char *address, uint64_t account)
{
	struct seen *seen = context;
	size_t used = strlen(seen->names);

	snprintf(seen->names + used, sizeof(seen->names) - used, "%s=%u ",
	    address, (unsigned)account);
	return ++seen->count < seen->most;
}

static void
addresses_are(struct store_txn *txn, bool answers, unsigned most,
    const char *want)
{
	struct seen seen = { .most = most };

	ck_assert_int_eq(store_address_each(txn, answers, see_address, &seen),
	    STATUS_OK);
	ck_assert_str_eq(seen.names, want);
}

static enum status
use_addresses(struct store_txn *txn, void *argument)
{
	(void)argument;
	addresses_are(txn, false, 9, "");
	addresses_are(txn, true, 9, "");
	ck_assert_int_eq(store_address_put(txn, "b@x", 7), STATUS_OK);
	ck_assert_int_eq(store_address_put(txn, "a@x", 8), STATUS_OK);
	ck_assert_int_eq(store_answer_address_put(txn, "c@x", 7, 5),
	    STATUS_OK);
	addresses_are(txn, false, 9, "a@x=8 b@x=7 ");
	addresses_are(txn, false, 1, "a@x=8 ");
	addresses_are(txn, true, 9, "c@x=7 ");
	ck_assert_int_eq(store_answer_address_put(txn, "c@x", 8, 5),
	    STATUS_OK);
	ck_assert_int_eq(store_answer_address_put(txn, "d@x", 9, 5),
	    STATUS_OK);
	addresses_are(txn, true, 9, "c@x=7 c@x=8 d@x=9 ");
	addresses_are(txn, true, 1, "c@x=7 ");
	return STATUS_OK;
}

static enum status
write_in_a_view(struct store_txn *txn, void *argument)
{
	struct outreach row = store_outreach(1, 10, 1, 2);

	(void)argument;
	ck_assert_int_eq(store_outreach_rename(txn, &row), STATUS_MALFORMED);
	ck_assert_int_eq(store_contact_remove(txn, 1, &row.candidate),
	    STATUS_MALFORMED);
	return STATUS_OK;
}

static void
update(int make, enum status (*body)(struct store_txn *, void *))
{
	struct store_fixture f;

	store_fixture_open(&f, &store_makes[make]);
	ck_assert_int_eq(store_update(f.store, body, NULL), STATUS_OK);
	store_fixture_close(&f);
}

START_TEST(rows_change_whom_they_are_about)
{
	update(_i, rename_rows);
	update(_i, rename_nothing);
}
END_TEST

START_TEST(contacts_one_after_the_other)
{
	update(_i, use_contacts);
}
END_TEST

START_TEST(addresses_one_after_the_other)
{
	update(_i, use_addresses);
}
END_TEST

START_TEST(a_view_cannot_write)
{
	struct store_fixture f;

	store_fixture_open(&f, &store_makes[_i]);
	ck_assert_int_eq(store_view(f.store, write_in_a_view, NULL),
	    STATUS_OK);
	store_fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("store-forget");
	TCase *tests = tcase_create("store-forget");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, rows_change_whom_they_are_about, 0,
	    store_make_count);
	tcase_add_loop_test(tests, contacts_one_after_the_other, 0,
	    store_make_count);
	tcase_add_loop_test(tests, addresses_one_after_the_other, 0,
	    store_make_count);
	tcase_add_loop_test(tests, a_view_cannot_write, 0, store_make_count);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
