/*
 * The Berkeley DB engine's own promises: one owner, private files, turns that
 * share a flush, rows that cannot be read.  Schemas are in test_bdb_schema.c,
 * what it does when killed or out of room in test_bdb_fault.c.
 */
#include "test.h"

#include <sys/stat.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/bdb.h"
#include "store_fixture.h"

#define WAITERS		6
#define DEADLINE	(20 * CLOCK_SECOND)
#define LOG_ROWS	400
#define LOGS_MOST	4

static enum status
open_store(const char *directory, struct store **store, struct buf *why)
{
	struct store_options options = { .directory = directory };

	buf_clear(why);
	return store_open(store, &options, why);
}

START_TEST(one_owner)
{
	char directory[STORE_DIRECTORY_SIZE], want[STORE_DIRECTORY_SIZE + 64];
	struct store *store, *second;
	struct buf why;

	buf_init(&why);
	store_directory_make(directory);
	ck_assert_int_eq(open_store(directory, &store, &why), STATUS_OK);
	ck_assert_int_eq(open_store(directory, &second, &why),
	    STATUS_CONFLICT);
	ck_assert_ptr_null(second);
	snprintf(want, sizeof(want), "%s: is in use by process %ld",
	    directory, (long)getpid());
	ck_assert_str_eq(why.data, want);
	store_close(store);
	ck_assert_int_eq(open_store(directory, &store, &why), STATUS_OK);
	store_close(store);
	store_directory_remove(directory);
	buf_release(&why);
}
END_TEST

START_TEST(files_are_private)
{
	char parent[STORE_DIRECTORY_SIZE], directory[STORE_DIRECTORY_SIZE];
	char path[2 * STORE_DIRECTORY_SIZE];
	struct dirent *entry;
	struct store *store;
	struct stat found;
	struct buf why;
	unsigned files = 0;
	DIR *open;

	buf_init(&why);
	(void)umask(0);
	store_directory_make(parent);
	snprintf(directory, sizeof(directory), "%.200s/new", parent);
	ck_assert_int_eq(open_store(directory, &store, &why), STATUS_OK);
	ck_assert_int_eq(stat(directory, &found), 0);
	ck_assert_uint_eq(found.st_mode & 07777, 0700);
	ck_assert_ptr_nonnull(open = opendir(directory));
	while ((entry = readdir(open)) != NULL) {
		snprintf(path, sizeof(path), "%s/%.200s", directory,
		    entry->d_name);
		ck_assert_int_eq(stat(path, &found), 0);
		if (!S_ISREG(found.st_mode))
			continue;
		files++;
		ck_assert_msg((found.st_mode & 07777) == 0600, "%s: %o",
		    path, found.st_mode & 07777);
	}
	closedir(open);
	ck_assert_uint_gt(files, BDB_TABLES);
	store_close(store);
	store_directory_remove(directory);
	store_directory_remove(parent);
	buf_release(&why);
}
END_TEST

/* %s is a directory of the test's, in which "file" is a file. */
struct place_row {
	const char	*name, *place, *want;
};

static const struct place_row place_rows[] = {
	{ "a file", "%s/file", "is no directory" },
	{ "below nothing", "%s/none/store", "cannot be made" },
	{ "below a file", "%s/file/store", "cannot be made" },
};

START_TEST(bad_places)
{
	const struct place_row *row = &place_rows[_i];
	char parent[STORE_DIRECTORY_SIZE], place[2 * STORE_DIRECTORY_SIZE];
	struct store *store;
	struct buf why;
	int file;

	buf_init(&why);
	store_directory_make(parent);
	snprintf(place, sizeof(place), "%s/file", parent);
	ck_assert_int_ne(file = open(place, O_CREAT | O_WRONLY, 0600), -1);
	close(file);
	snprintf(place, sizeof(place), "%s%s", parent, row->place + 2);
	ck_assert_msg(open_store(place, &store, &why) == STATUS_UNAVAILABLE,
	    "%s", row->name);
	ck_assert_msg(strncmp(why.data, place, strlen(place)) == 0 &&
	    strstr(why.data, row->want) != NULL, "%s: %s", row->name,
	    why.data);
	store_directory_remove(parent);
	buf_release(&why);
}
END_TEST

static enum status
write_bad_rows(struct store_txn *txn, void *argument)
{
	struct record bad = { .length = RECORD_SIZE }, key;
	struct outreach row = store_outreach(1, 10, 1, 1);
	struct account account;

	(void)argument;
	memset(bad.bytes, 0xee, sizeof(bad.bytes));
	account_init(&account, "alice", 1);
	ck_assert_int_eq(store_account_put(txn, &account), STATUS_OK);
	ck_assert_int_eq(bdb_put(bdb_txn(txn), BDB_ACCOUNT, "aaron", 5, &bad),
	    STATUS_OK);
	ck_assert_int_eq(store_outreach_add(txn, &row), STATUS_OK);
	record_key_outreach(&key, 1, 10, 1);
	ck_assert_int_eq(bdb_put(bdb_txn(txn), BDB_OUTREACH, key.bytes,
	    key.length, &bad), STATUS_OK);
	record_key_pair(&key, 1, &row.candidate);
	return bdb_put(bdb_txn(txn), BDB_CONTACT, key.bytes, key.length,
	    &bad);
}

static bool
count_account(void *context, const struct account *account)
{
	(void)account;
	++*(unsigned *)context;
	return true;
}

static bool
count_outreach(void *context, const struct outreach *outreach)
{
	(void)outreach;
	++*(unsigned *)context;
	return true;
}

static enum status
pass_bad_rows_over(struct store_txn *txn, void *argument)
{
	struct outreach row = store_outreach(1, 10, 1, 1);
	struct account account;
	unsigned accounts = 0, outreach = 0;
	size_t removed;
	int64_t heard;

	(void)argument;
	ck_assert_int_eq(store_account_get(txn, "aaron", &account),
	    STATUS_NOT_FOUND);
	ck_assert_int_eq(store_account_each(txn, NULL, count_account,
	    &accounts), STATUS_OK);
	ck_assert_uint_eq(accounts, 1);
	ck_assert_int_eq(store_outreach_window(txn, 1, 0, 20, count_outreach,
	    &outreach), STATUS_OK);
	ck_assert_uint_eq(outreach, 1);
	row.n = 1;
	ck_assert_int_eq(store_outreach_put(txn, &row), STATUS_NOT_FOUND);
	ck_assert_int_eq(store_contact_get(txn, 1, &row.candidate, &heard),
	    STATUS_NOT_FOUND);
	/* The key says how old the row is; both go. */
	ck_assert_int_eq(store_expire(txn, 11, 10, &removed), STATUS_OK);
	ck_assert_uint_eq(removed, 2);
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

START_TEST(bad_rows_are_passed_over)
{
	struct noted noted = { .lines = 0 };
	struct store_options options = { .directory = NULL };
	struct store *store;
	struct buf why;

	buf_init(&why);
	options.log = log_open_sink(LOG_LEVEL_DEBUG, note, &noted);
	ck_assert_int_eq(store_open(&store, &options, &why), STATUS_OK);
	ck_assert_int_eq(store_update(store, write_bad_rows, NULL),
	    STATUS_OK);
	ck_assert_uint_eq(noted.lines, 0);
	ck_assert_int_eq(store_update(store, pass_bad_rows_over, NULL),
	    STATUS_OK);
	/* Four were met within a second: one line. */
	ck_assert_uint_ge(noted.lines, 1);
	ck_assert_uint_le(noted.lines, 2);
	ck_assert_ptr_nonnull(strstr(noted.last, "cannot be read"));
	store_close(store);
	log_close(options.log);
	buf_release(&why);
}
END_TEST

/* Looks away from a lost lock, once, and says all is well. */
static enum status
look_away(struct store_txn *txn, void *argument)
{
	unsigned *runs = argument;
	struct ident event = store_ident(1);

	ck_assert_int_eq(store_event_add(txn, &event, 1), STATUS_OK);
	if (++*runs == 1) {
		bdb_txn(txn)->failure = STATUS_CONFLICT;
		/* The library is not asked again: it would take offence. */
		event = store_ident(2);
		ck_assert_int_eq(store_event_add(txn, &event, 1),
		    STATUS_CONFLICT);
	}
	return STATUS_OK;
}

START_TEST(a_lost_lock_is_not_committed)
{
	struct store *store;
	struct buf why;
	unsigned runs = 0;

	buf_init(&why);
	ck_assert_int_eq(open_store(NULL, &store, &why), STATUS_OK);
	ck_assert_int_eq(store_update(store, look_away, &runs), STATUS_OK);
	ck_assert_uint_eq(runs, 2);
	store_close(store);
	buf_release(&why);
}
END_TEST

static int64_t
monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * CLOCK_SECOND + now.tv_nsec / 1000;
}

static unsigned
queue_length(struct engine *bdb)
{
	unsigned length;

	pthread_mutex_lock(&bdb->turns.lock);
	length = bdb->turns.waiting;
	pthread_mutex_unlock(&bdb->turns.lock);
	return length;
}

struct lot {
	struct engine	*bdb;
	_Atomic unsigned started;
	atomic_bool	 late;
};

/*
 * The first body holds its turn until all the others are in the queue.  It
 * leaves the queue's lock alone between two looks, or nobody else would get it.
 */
static enum status
hold_turn(struct store_txn *txn, void *argument)
{
	struct lot *lot = argument;
	int64_t deadline = monotonic() + DEADLINE;

	if (atomic_fetch_add(&lot->started, 1) == 0)
		while (queue_length(lot->bdb) < WAITERS - 1) {
			(void)poll(NULL, 0, 1);
			if (monotonic() > deadline) {
				atomic_store(&lot->late, true);
				break;
			}
		}
	return store_outbox_add(txn, &(struct store_notice){ .account = 1 });
}

static void *
take_turn(void *argument)
{
	struct lot *lot = argument;
	size_t status = bdb_engine.run(lot->bdb, true, hold_turn, lot);

	return (void *)status;
}

static uintmax_t
count_flushes(struct engine *bdb)
{
	DB_LOG_STAT *stat;
	uintmax_t count;

	ck_assert_int_eq(bdb->env->log_stat(bdb->env, &stat, 0), 0);
	count = stat->st_scount;
	free(stat);
	return count;
}

START_TEST(those_who_wait_share_a_flush)
{
	char directory[STORE_DIRECTORY_SIZE];
	struct store_options options = { .directory = directory };
	struct lot lot = { .started = 0 };
	pthread_t threads[WAITERS];
	uintmax_t flushes;
	struct buf why;
	unsigned i;
	void *status;

	buf_init(&why);
	store_directory_make(directory);
	ck_assert_int_eq(bdb_engine.open(&lot.bdb, &options, &why),
	    STATUS_OK);
	flushes = count_flushes(lot.bdb);
	for (i = 0; i < WAITERS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, take_turn,
		    &lot), 0);
	for (i = 0; i < WAITERS; i++) {
		pthread_join(threads[i], &status);
		ck_assert_ptr_null(status);
	}
	ck_assert(!lot.late);
	ck_assert_uint_eq(count_flushes(lot.bdb) - flushes, 2);
	bdb_engine.close(lot.bdb);
	store_directory_remove(directory);
	buf_release(&why);
}
END_TEST

static enum status
write_much(struct store_txn *txn, void *argument)
{
	char value[STORE_META_SIZE], name[16];
	unsigned i;

	memset(value, *(int *)argument, sizeof(value));
	for (i = 0; i < LOG_ROWS; i++) {
		snprintf(name, sizeof(name), "row %u", i);
		if (store_meta_put(txn, name, value, sizeof(value)) !=
		    STATUS_OK)
			return STATUS_LIMIT;
	}
	return STATUS_OK;
}

static unsigned
count_logs(const char *directory)
{
	struct dirent *entry;
	unsigned count = 0;
	DIR *open = opendir(directory);

	ck_assert_ptr_nonnull(open);
	while ((entry = readdir(open)) != NULL)
		count += strncmp(entry->d_name, "log.", 4) == 0;
	closedir(open);
	return count;
}

/*
 * Some 60 MB of log in files of 8: never are there many, though nobody asks for
 * a checkpoint, and one leaves a file or two.
 */
START_TEST(old_logs_go)
{
	char directory[STORE_DIRECTORY_SIZE];
	struct store *store;
	struct buf why;
	unsigned most = 0, count;
	int i;

	buf_init(&why);
	store_directory_make(directory);
	ck_assert_int_eq(open_store(directory, &store, &why), STATUS_OK);
	for (i = 0; i < 240; i++) {
		ck_assert_int_eq(store_update(store, write_much, &i),
		    STATUS_OK);
		count = count_logs(directory);
		most = count > most ? count : most;
	}
	ck_assert_uint_gt(most, 2);
	ck_assert_uint_le(most, LOGS_MOST);
	ck_assert_int_eq(store_maintain(store), STATUS_OK);
	ck_assert_uint_le(count_logs(directory), 2);
	store_close(store);
	store_directory_remove(directory);
	buf_release(&why);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("bdb");
	TCase *tests = tcase_create("bdb");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, one_owner);
	tcase_add_test(tests, files_are_private);
	tcase_add_loop_test(tests, bad_places, 0,
	    (int)(sizeof(place_rows) / sizeof(place_rows[0])));
	tcase_add_test(tests, bad_rows_are_passed_over);
	tcase_add_test(tests, a_lost_lock_is_not_committed);
	tcase_add_test(tests, those_who_wait_share_a_flush);
	tcase_add_test(tests, old_logs_go);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
