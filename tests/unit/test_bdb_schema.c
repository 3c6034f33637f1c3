/*
 * The Berkeley DB engine and the schema of what it finds: an older one it takes
 * over with all that is in it, one it does not know it leaves alone.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/bdb.h"
#include "store_fixture.h"

#define OLD_ROWS	30
#define OLD_SIZE	73	/* an outreach row of version 1 */

static enum status
open_store(const char *directory, struct log *log, struct store **store,
    struct buf *why)
{
	struct store_options options = { .directory = directory,
	    .log = log };

	buf_clear(why);
	return store_open(store, &options, why);
}

static enum status
write_schema(struct store_txn *txn, void *argument)
{
	const uint8_t *version = argument;
	uint8_t bytes[8] = { 0 };

	bytes[7] = *version;
	return store_meta_put(txn, "store.schema", bytes, sizeof(bytes));
}

static enum status
write_half_a_schema(struct store_txn *txn, void *argument)
{
	(void)argument;
	return store_meta_put(txn, "store.schema", "\0\0", 2);
}

struct schema_row {
	const char	*name;
	enum status	(*body)(struct store_txn *, void *);
	uint8_t		 version;
	const char	*want;
};

static const struct schema_row schema_rows[] = {
	{ "one to come", write_schema, BDB_SCHEMA + 1,
	    "the store is of schema 4; this program knows schema 3" },
	{ "before the oldest", write_schema, BDB_SCHEMA_OLDEST - 1,
	    "the store is of schema 0; this program knows schema 3" },
	{ "half a number", write_half_a_schema, 0,
	    "the store's schema cannot be read: " },
};

START_TEST(a_schema_it_does_not_know)
{
	const struct schema_row *row = &schema_rows[_i];
	char directory[STORE_DIRECTORY_SIZE];
	uint8_t version = row->version;
	struct store *store;
	struct buf why;

	buf_init(&why);
	store_directory_make(directory);
	ck_assert_int_eq(open_store(directory, NULL, &store, &why),
	    STATUS_OK);
	ck_assert_int_eq(store_update(store, row->body, &version), STATUS_OK);
	store_close(store);
	ck_assert_msg(open_store(directory, NULL, &store, &why) ==
	    STATUS_MALFORMED, "%s", row->name);
	ck_assert_ptr_null(store);
	ck_assert_msg(strstr(why.data, row->want) != NULL, "%s: %s",
	    row->name, why.data);
	store_directory_remove(directory);
	buf_release(&why);
}
END_TEST

static void
put_number(uint8_t *bytes, uint64_t number, size_t width)
{
	for (; width > 0; number >>= 8)
		bytes[--width] = (uint8_t)number;
}

/* Row i: pending, answered or bounced, as schema 1 wrote it. */
static void
old_row(struct record *row, unsigned i)
{
	struct ident message = store_ident(i / 2), candidate = store_ident(i);

	row->length = OLD_SIZE;
	memset(row->bytes, 0, OLD_SIZE);
	row->bytes[0] = 1;
	memcpy(row->bytes + 1, message.bytes, IDENT_SIZE);
	memcpy(row->bytes + 17, candidate.bytes, IDENT_SIZE);
	put_number(row->bytes + 33, OUTREACH_BULK, 4);
	put_number(row->bytes + 37, 1000 + i, 4);
	if (i % 3 == 1) {
		put_number(row->bytes + 41, 2000 + i, 8);
		memcpy(row->bytes + 49, candidate.bytes, IDENT_SIZE);
	}
	if (i % 3 == 2)
		put_number(row->bytes + 65, 3000 + i, 8);
}

static enum status
write_old_rows(struct store_txn *txn, void *argument)
{
	struct record key, row;
	unsigned i;

	for (i = 0; i < OLD_ROWS; i++) {
		record_key_outreach(&key, 1, i, 0);
		old_row(&row, i);
		if (bdb_put(bdb_txn(txn), BDB_OUTREACH, key.bytes, key.length,
		    &row) != STATUS_OK)
			return STATUS_LIMIT;
	}
	return write_schema(txn, argument);
}

/* As schema 1 left it: its rows, its number, none of the newer tables. */
static void
make_old_store(const char *directory)
{
	static const char *const newer[] = { "answer.db",
	    "answer-by-time.db", "merge.db", "merge-by-time.db" };
	char path[2 * STORE_DIRECTORY_SIZE];
	uint8_t version = 1;
	struct store *store;
	struct buf why;
	size_t i;

	buf_init(&why);
	ck_assert_int_eq(open_store(directory, NULL, &store, &why),
	    STATUS_OK);
	ck_assert_int_eq(store_update(store, write_old_rows, &version),
	    STATUS_OK);
	store_close(store);
	for (i = 0; i < sizeof(newer) / sizeof(newer[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, newer[i]);
		ck_assert_int_eq(unlink(path), 0);
	}
	buf_release(&why);
}

static bool
check_old_row(void *context, const struct outreach *row)
{
	static const struct ident none;
	unsigned *count = context, i = (unsigned)row->sent_at;

	ck_assert_uint_eq(row->flags, OUTREACH_BULK);
	ck_assert_uint_eq(row->length, 1000 + i);
	ck_assert_int_eq(row->answered_at, i % 3 == 1 ? 2000 + i : 0);
	ck_assert_int_eq(row->bounced_at, i % 3 == 2 ? 3000 + i : 0);
	ck_assert(ident_equal(&row->topic, &none));
	ck_assert_int_eq(row->match, OUTREACH_MATCH_NONE);
	ck_assert_int_eq(row->automatic_at, 0);
	ck_assert_str_eq(row->automatic_rule, "");
	++*count;
	return true;
}

static enum status
find_old_rows(struct store_txn *txn, void *argument)
{
	struct ident ident;
	unsigned i, count = 0;

	(void)argument;
	ck_assert_int_eq(store_outreach_window(txn, 1, -1, OLD_ROWS,
	    check_old_row, &count), STATUS_OK);
	ck_assert_uint_eq(count, OLD_ROWS);
	for (i = 0; i < OLD_ROWS; i++) {
		count = 0;
		ident = store_ident(i / 2);
		ck_assert_int_eq(store_outreach_by_message(txn, &ident,
		    check_old_row, &count), STATUS_OK);
		ck_assert_uint_eq(count, 2);
		count = 0;
		ident = store_ident(i);
		ck_assert_int_eq(store_outreach_by_pair(txn, 1, &ident,
		    check_old_row, &count), STATUS_OK);
		ck_assert_uint_eq(count, 1);
	}
	return STATUS_OK;
}

static bool
is_marked(void *context, const struct outreach *row)
{
	*(bool *)context = row->match == OUTREACH_MATCH_PAIR &&
	    strcmp(row->automatic_rule, "subject") == 0 &&
	    row->length == 1000;
	return true;
}

/* An old row takes what is new, stays in its indices, and expires. */
static enum status
use_old_store(struct store_txn *txn, void *argument)
{
	struct outreach row = store_outreach(1, 0, 0, 0), again;
	bool marked = false;
	size_t removed;

	(void)argument;
	again = row;
	again.sent_at = 99;
	ck_assert_int_eq(store_outreach_add(txn, &again), STATUS_CONFLICT);
	row.match = OUTREACH_MATCH_PAIR;
	row.automatic_at = 5;
	strcpy(row.automatic_rule, "subject");
	ck_assert_int_eq(store_outreach_put(txn, &row), STATUS_OK);
	ck_assert_int_eq(store_outreach_by_pair(txn, 1, &row.candidate,
	    is_marked, &marked), STATUS_OK);
	ck_assert(marked);
	ck_assert_int_eq(store_answer_address_put(txn, "a@local.test", 1,
	    CLOCK_DAY), STATUS_OK);
	ck_assert_int_eq(store_expire(txn, 10, 100, &removed), STATUS_OK);
	ck_assert_uint_eq(removed, 10);
	ck_assert_int_eq(store_outreach_add(txn, &again), STATUS_OK);
	return STATUS_OK;
}

struct noted {
	unsigned	lines;
	char		last[128];
};

static void
note(void *context, enum log_level level, const char *line)
{
	struct noted *noted = context;

	(void)level;
	noted->lines++;
	snprintf(noted->last, sizeof(noted->last), "%.127s", line);
}

START_TEST(an_older_store_is_taken_over)
{
	char directory[STORE_DIRECTORY_SIZE];
	struct noted noted = { .lines = 0 };
	struct log *log = log_open_sink(LOG_LEVEL_INFO, note, &noted);
	struct store *store;
	struct buf why;
	unsigned i;

	buf_init(&why);
	store_directory_make(directory);
	make_old_store(directory);
	/* The second time it is one of ours, and nothing is said. */
	for (i = 0; i < 2; i++) {
		ck_assert_msg(open_store(directory, log, &store, &why) ==
		    STATUS_OK, "%s", why.data);
		ck_assert_int_eq(store_view(store, find_old_rows, NULL),
		    STATUS_OK);
		ck_assert_uint_eq(noted.lines, 1);
		if (i == 1)
			ck_assert_int_eq(store_update(store, use_old_store,
			    NULL), STATUS_OK);
		store_close(store);
	}
	ck_assert_str_eq(noted.last,
	    "store: taken over from schema 1, now of schema 3");
	store_directory_remove(directory);
	log_close(log);
	buf_release(&why);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("bdb schema");
	TCase *tests = tcase_create("bdb schema");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, a_schema_it_does_not_know, 0,
	    (int)(sizeof(schema_rows) / sizeof(schema_rows[0])));
	tcase_add_test(tests, an_older_store_is_taken_over);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
