/*
 * What is found in stores that were damaged: by their files, and by comparing
 * tables and indices.
 */
#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store/bdb.h"
#include "store_fixture.h"
#include "store_rows.h"

#define PATH_SIZE	(STORE_DIRECTORY_SIZE + 64)

/*
 * An environment that has met damage keeps its memory, by the library's
 * design; what LeakSanitizer may therefore not count against us.
 */
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
	return "leak:libdb\n";
}

static void
turn_a_byte(const char *directory, const char *name, off_t at)
{
	char path[PATH_SIZE];
	uint8_t byte;
	int file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	ck_assert_int_ne(file = open(path, O_RDWR), -1);
	ck_assert_int_eq(pread(file, &byte, 1, at), 1);
	byte ^= 0x10;
	ck_assert_int_eq(pwrite(file, &byte, 1, at), 1);
	close(file);
}

START_TEST(a_damaged_file_is_found)
{
	char directory[STORE_DIRECTORY_SIZE];
	struct store *store;
	struct buf faults;

	store_directory_make(directory);
	store = store_open_at(directory);
	store_rows_fill(store);
	store_close(store);
	buf_init(&faults);
	ck_assert_int_eq(store_faults(directory, &faults), STATUS_OK);
	ck_assert_str_eq(faults.data, "");
	turn_a_byte(directory, "outreach.db", 4096 + 600);
	ck_assert_int_eq(store_faults(directory, &faults), STATUS_OK);
	ck_assert_msg(strncmp(faults.data, "table outreach: ", 16) == 0, "%s",
	    faults.data);
	ck_assert_ptr_eq(strchr(faults.data, '\n'),
	    faults.data + faults.length - 1);
	/* One without a store is not made. */
	ck_assert_int_eq(store_faults("/nowhere/at/all", &faults),
	    STATUS_NOT_FOUND);
	buf_release(&faults);
	store_directory_remove(directory);
}
END_TEST

/* Behind the library's back: a table's handle that has no index. */
static void
spoil(const char *directory, const char *table, const void *key,
    size_t key_size, const void *row, size_t size)
{
	char path[PATH_SIZE];
	DBT name, value;
	DB *db;

	snprintf(path, sizeof(path), "%s/%s.db", directory, table);
	memset(&name, 0, sizeof(name));
	memset(&value, 0, sizeof(value));
	memcpy(&name.data, &key, sizeof(name.data));
	name.size = (u_int32_t)key_size;
	memcpy(&value.data, &row, sizeof(value.data));
	value.size = (u_int32_t)size;
	ck_assert_int_eq(db_create(&db, NULL, 0), 0);
	ck_assert_int_eq(db->open(db, NULL, path, NULL, DB_UNKNOWN, 0, 0), 0);
	ck_assert_int_eq(row == NULL ? db->del(db, NULL, &name, 0) :
	    db->put(db, NULL, &name, &value, 0), 0);
	ck_assert_int_eq(db->close(db, 0), 0);
}

struct agreeing {
	struct store_place	 place;
	struct buf		*faults;
};

static enum status
agree_body(struct store_txn *txn, void *argument)
{
	struct agreeing *agreeing = argument;

	return store_agree(txn, &agreeing->place, 3, store_collect,
	    agreeing->faults);
}

static void
agree(const char *directory, struct buf *faults)
{
	struct agreeing agreeing = { .faults = faults };
	struct store *store = store_open_at(directory);

	buf_clear(faults);
	while (!agreeing.place.end)
		ck_assert_int_eq(store_update(store, agree_body, &agreeing),
		    STATUS_OK);
	store_close(store);
}

static void
spoil_index_entry(const char *directory)
{
	struct ident message = store_ident(3);

	spoil(directory, "outreach-by-message", message.bytes, IDENT_SIZE,
	    NULL, 0);
}

static void
spoil_row(const char *directory)
{
	struct record key;

	record_key_outreach(&key, 1, 10 * CLOCK_DAY, 0);
	spoil(directory, "outreach", key.bytes, key.length, NULL, 0);
}

static void
add_entry(const char *directory, unsigned candidate)
{
	struct ident ident = store_ident(candidate);
	struct record key, row;

	record_key_time(&key, 5);
	record_key_pair(&row, 1, &ident);
	spoil(directory, "contact-by-time", key.bytes, key.length, row.bytes,
	    row.length);
}

static void
spoil_place(const char *directory)
{
	add_entry(directory, 500);
}

static void
spoil_way(const char *directory)
{
	add_entry(directory, 777);
}

static void
spoil_bytes(const char *directory)
{
	spoil(directory, "address", "u1@local.test", 13, "?", 1);
}

static void
spoil_account(const char *directory)
{
	spoil(directory, "account", "u1@local.test", 13, NULL, 0);
}

static const struct spoil_row {
	const char	*name;
	void		(*spoil)(const char *directory);
	const char	*want;		/* the first fault */
} spoil_rows[] = {
	{ "nothing", NULL, "" },
	{ "an index lacks rows", spoil_index_entry,
	    "index outreach-by-message: a row is missing in it\n" },
	{ "a row is gone", spoil_row,
	    "index outreach-by-message: an entry leads to no row" },
	{ "an entry stands twice", spoil_place,
	    "index contact-by-time: a row stands at a wrong place\n" },
	{ "an entry leads nowhere", spoil_way,
	    "index contact-by-time: an entry leads to no row" },
	{ "an account is gone", spoil_account,
	    "index account-by-id: an entry leads to no row" },
	{ "a row cannot be read", spoil_bytes,
	    "table address: a row cannot be read\n" },
};

START_TEST(disagreement_is_found)
{
	const struct spoil_row *row = &spoil_rows[_i];
	char directory[STORE_DIRECTORY_SIZE];
	struct store *store;
	struct buf faults;

	store_directory_make(directory);
	store = store_open_at(directory);
	store_rows_fill(store);
	store_close(store);
	if (row->spoil != NULL)
		row->spoil(directory);
	buf_init(&faults);
	agree(directory, &faults);
	ck_assert_msg(strncmp(faults.data, row->want, row->want[0] == '\0' ?
	    1 : strlen(row->want)) == 0, "%s: got %s", row->name,
	    faults.data);
	buf_release(&faults);
	store_directory_remove(directory);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("bdb agree");
	TCase *tests = tcase_create("bdb agree");

	tcase_add_test(tests, a_damaged_file_is_found);
	tcase_add_loop_test(tests, disagreement_is_found, 0,
	    sizeof(spoil_rows) / sizeof(spoil_rows[0]));
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
