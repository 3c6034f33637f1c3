/*
 * Whether what a store holds is sound: of every make of store, with rows put
 * there that cannot be.
 */
#include "test.h"

#include <string.h>

#include "base/clock.h"
#include "store/check.h"
#include "store_fixture.h"
#include "store_rows.h"

static void
collect(void *context, const char *what)
{
	buf_printf(context, "%s\n", what);
}

static void
check_all(struct store *store, size_t most, struct buf *faults)
{
	struct check_place place = { .end = false };
	unsigned pages = 0;

	buf_clear(faults);
	while (!place.end) {
		ck_assert_int_eq(check_page(store, &place, most, collect,
		    faults), STATUS_OK);
		ck_assert_uint_lt(++pages, 1000);
	}
}

static enum status
put_row(struct store_txn *txn, void *argument)
{
	struct store_row *row = argument;

	/* A new user gets the next number. */
	if (row->table == STORE_TABLE_ACCOUNT && row->number == 1)
		return store_account_put(txn, &row->account);
	return store_restore(txn, row);
}

static void
account(struct store_row *row)
{
	row->table = STORE_TABLE_ACCOUNT;
	account_init(&row->account, "new@local.test", CLOCK_DAY);
}

static void
account_without_number(struct store_row *row)
{
	account(row);
}

static void
account_not_given(struct store_row *row)
{
	account(row);
	row->account.id = STORE_ROWS_USERS + 1;
}

static void
account_due_for_nothing(struct store_row *row)
{
	account(row);
	row->number = 1;
	row->account.standing = STANDING_RESTRICTED;
}

static void
address_of_nobody(struct store_row *row)
{
	row->table = STORE_TABLE_ADDRESS;
	strcpy(row->name, "new@local.test");
	row->number = 99;
}

static void
answer_of_nobody(struct store_row *row)
{
	address_of_nobody(row);
	row->table = STORE_TABLE_ANSWER;
}

static void
outreach_of_nobody(struct store_row *row)
{
	row->table = STORE_TABLE_OUTREACH;
	row->outreach = store_outreach(99, 1, 1, 1);
}

static void
contact_of_an_address(struct store_row *row)
{
	row->table = STORE_TABLE_CONTACT;
	row->number = UINT64_MAX - 5;
}

static void
letter_of_nobody(struct store_row *row)
{
	row->table = STORE_TABLE_MERGE;
	row->number = 99;
	row->merge.candidates = 1;
}

static void
letter_with_members(struct store_row *row)
{
	letter_of_nobody(row);
	row->number = 1;
	row->merge.slot = 40;
	row->merge.member_count = 2;
}

static void
notice_to_nobody(struct store_row *row)
{
	row->table = STORE_TABLE_NOTICE;
	row->notice.sequence = 0;
	row->notice.account = 99;
}

static void
notice_not_given(struct store_row *row)
{
	notice_to_nobody(row);
	row->notice.sequence = 9;
	row->notice.account = 1;
}

#define NOBODY	"a row is of a user who is not there\n"
#define AGAIN	"a number was not given yet, and will be given again\n"

static const struct fault_row {
	const char	*name;
	void		(*fill)(struct store_row *row);
	const char	*want;
} rows[] = {
	{ "a contact of an address", contact_of_an_address, "" },
	{ "an account without a number", account_without_number,
	    "table account: a user has no number\n" },
	{ "an account not given", account_not_given, "table account: " AGAIN },
	{ "an account due for nothing", account_due_for_nothing,
	    "table account: a user is warned or restricted, and due for "
	    "nothing\n" },
	{ "an address of nobody", address_of_nobody,
	    "table address: " NOBODY },
	{ "an answer of nobody", answer_of_nobody, "table answer: " NOBODY },
	{ "outreach of nobody", outreach_of_nobody,
	    "table outreach: " NOBODY },
	{ "a letter of nobody", letter_of_nobody, "table merge: " NOBODY },
	{ "a letter with members", letter_with_members,
	    "table merge: a letter has more members than candidates\n" },
	{ "a notice to nobody", notice_to_nobody, "table notice: " NOBODY },
	{ "a notice not given", notice_not_given, "table notice: " AGAIN },
};
#define ROWS	((int)(sizeof(rows) / sizeof(rows[0])))

START_TEST(a_sound_store)
{
	static const size_t pages[] = { 1, 7, CHECK_PAGE_MAX };
	struct store_fixture f;
	struct buf faults;
	unsigned i;

	buf_init(&faults);
	store_fixture_open(&f, &store_makes[_i]);
	check_all(f.store, 10, &faults);
	ck_assert_str_eq(faults.data, "");
	store_rows_fill(f.store);
	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		check_all(f.store, pages[i], &faults);
		ck_assert_str_eq(faults.data, "");
	}
	store_fixture_close(&f);
	buf_release(&faults);
}
END_TEST

START_TEST(faults_are_told)
{
	const struct fault_row *row = &rows[_i];
	static struct store_row bad;
	struct store_fixture f;
	struct buf faults;
	int make;

	buf_init(&faults);
	for (make = 0; make < store_make_count; make++) {
		store_fixture_open(&f, &store_makes[make]);
		store_rows_fill(f.store);
		memset(&bad, 0, sizeof(bad));
		row->fill(&bad);
		ck_assert_msg(store_update(f.store, put_row, &bad) ==
		    STATUS_OK, "%s", row->name);
		check_all(f.store, 4, &faults);
		ck_assert_msg(strcmp(faults.data, row->want) == 0,
		    "%s: got %s", row->name, faults.data);
		store_fixture_close(&f);
	}
	buf_release(&faults);
}
END_TEST

START_TEST(no_page_is_half_looked_at)
{
	struct check_place place, before;
	struct store_fixture f;
	struct buf faults;
	unsigned long n;
	enum status status;

	buf_init(&faults);
	store_fixture_open(&f, &store_makes[2]);
	store_rows_fill(f.store);
	f.fault.status = STATUS_UNAVAILABLE;
	for (n = 1; ; n++) {
		memset(&place, 0, sizeof(place));
		place.rows = true;
		before = place;
		fault_arm(&f.fault, n);
		status = check_page(f.store, &place, 50, collect, &faults);
		if (!f.fault.fired)
			break;
		ck_assert_int_eq(status, STATUS_UNAVAILABLE);
		ck_assert_mem_eq(&place, &before, sizeof(place));
	}
	ck_assert_uint_gt(n, 3);
	ck_assert_str_eq(faults.data, "");
	fault_arm(&f.fault, 0);
	store_fixture_close(&f);
	buf_release(&faults);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("check");
	TCase *tests = tcase_create("check");

	tcase_add_loop_test(tests, a_sound_store, 0, store_make_count);
	tcase_add_loop_test(tests, faults_are_told, 0, ROWS);
	tcase_add_test(tests, no_page_is_half_looked_at);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
