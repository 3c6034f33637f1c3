/*
 * Copies of a store on the disk while it is written to, and what is
 * left of copies that failed.
 */
#include "test.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store/bdb.h"
#include "store/directory.h"
#include "store_fixture.h"
#include "store_rows.h"

#define WRITERS		4
#define BEFORE		2000	/* rows before the copy begins */
#define PATH_SIZE	(STORE_DIRECTORY_SIZE + 64)

static enum status
back_up(struct store *store, const char *directory, struct buf *why)
{
	enum status status;
	uint64_t bytes;

	buf_clear(why);
	status = store_backup(store, directory, &bytes, why);
	ck_assert_msg((status == STATUS_OK) == (bytes > 0), "%s", why->data);
	ck_assert_msg((status == STATUS_OK) == (why->length == 0), "%s",
	    why->data);
	return status;
}

/*
 * Each writer adds events of numbers that rise: what a copy holds of one is all
 * up to some number.
 */
struct crowd {
	struct store	*store;
	atomic_uint	 written[WRITERS];
	atomic_bool	 stop;
	atomic_uint	 next;
};

struct numbered {
	unsigned	writer, number;
};

static enum status
add_numbered(struct store_txn *txn, void *argument)
{
	const struct numbered *numbered = argument;
	struct outreach row = store_outreach(1 + numbered->writer,
	    1 + numbered->number, numbered->number, numbered->writer);

	return store_outreach_add(txn, &row);
}

static void *
write_on(void *argument)
{
	struct crowd *crowd = argument;
	struct numbered numbered = { .number = 0 };

	numbered.writer = atomic_fetch_add(&crowd->next, 1);
	while (!atomic_load(&crowd->stop)) {
		ck_assert_int_eq(store_update(crowd->store, add_numbered,
		    &numbered), STATUS_OK);
		atomic_store(&crowd->written[numbered.writer],
		    ++numbered.number);
		/* The log is trimmed beside the copy, or wants to be. */
		if (numbered.number % 500 == 0)
			ck_assert_int_eq(store_maintain(crowd->store),
			    STATUS_OK);
	}
	return NULL;
}

struct reading {
	uint64_t	account;
	unsigned	count;
	bool		gap;
};

static bool
count_up(void *context, const struct outreach *row)
{
	struct reading *reading = context;

	reading->gap |= row->sent_at != 1 + (int64_t)reading->count++;
	return true;
}

static enum status
read_body(struct store_txn *txn, void *argument)
{
	struct reading *reading = argument;

	reading->count = 0;
	reading->gap = false;
	return store_outreach_window(txn, reading->account, INT64_MIN,
	    INT64_MAX, count_up, reading);
}

static void
check_copy(const char *directory, const unsigned least[WRITERS])
{
	struct store *store = store_open_at(directory);
	struct reading reading;
	unsigned i;

	for (i = 0; i < WRITERS; i++) {
		reading.account = 1 + i;
		ck_assert_int_eq(store_view(store, read_body, &reading),
		    STATUS_OK);
		ck_assert_msg(!reading.gap && reading.count >= least[i],
		    "writer %u: %u rows%s, want %u", i, reading.count,
		    reading.gap ? " with a gap" : "", least[i]);
	}
	store_close(store);
}

static unsigned
total(struct crowd *crowd)
{
	unsigned i, sum = 0;

	for (i = 0; i < WRITERS; i++)
		sum += atomic_load(&crowd->written[i]);
	return sum;
}

/* All that was told to be written before the copy began is in it. */
START_TEST(a_copy_of_a_busy_store)
{
	char directory[STORE_DIRECTORY_SIZE], copy[PATH_SIZE];
	struct crowd crowd = { .store = NULL };
	pthread_t threads[WRITERS];
	unsigned least[WRITERS], i, round;
	struct buf why;

	store_directory_make(directory);
	crowd.store = store_open_at(directory);
	for (i = 0; i < WRITERS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, write_on,
		    &crowd), 0);
	buf_init(&why);
	for (round = 1; round <= 3; round++) {
		while (total(&crowd) < round * BEFORE)
			(void)usleep(1000);
		for (i = 0; i < WRITERS; i++)
			least[i] = atomic_load(&crowd.written[i]);
		snprintf(copy, sizeof(copy), "%s-%u", directory, round);
		ck_assert_msg(back_up(crowd.store, copy, &why) == STATUS_OK,
		    "%s", why.data);
		ck_assert_int_eq(store_faults(copy, &why), STATUS_OK);
		ck_assert_str_eq(why.data, "");
		check_copy(copy, least);
		store_directory_remove(copy);
	}
	atomic_store(&crowd.stop, true);
	for (i = 0; i < WRITERS; i++)
		pthread_join(threads[i], NULL);
	buf_release(&why);
	store_close(crowd.store);
	store_directory_remove(directory);
}
END_TEST

static unsigned
check_private(const char *directory)
{
	char path[PATH_SIZE + 256];
	struct dirent *entry;
	struct stat file;
	unsigned count = 0;
	DIR *open;

	ck_assert_int_eq(stat(directory, &file), 0);
	ck_assert_uint_eq(file.st_mode & 0777, 0700);
	ck_assert_ptr_nonnull(open = opendir(directory));
	while ((entry = readdir(open)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", directory,
		    entry->d_name);
		ck_assert_int_eq(stat(path, &file), 0);
		ck_assert_msg((file.st_mode & 0777) == 0600, "%s", path);
		count++;
	}
	closedir(open);
	return count;
}

START_TEST(places_for_copies)
{
	char directory[STORE_DIRECTORY_SIZE], copy[STORE_DIRECTORY_SIZE];
	char below[PATH_SIZE];
	struct store *store, *memory;
	struct store_options options = { .directory = NULL };
	struct buf why, a, b;

	store_directory_make(directory);
	store_directory_make(copy);
	store = store_open_at(directory);
	store_rows_fill(store);
	buf_init(&why);
	ck_assert_int_eq(back_up(store, "copy", &why), STATUS_MALFORMED);
	ck_assert_int_eq(back_up(store, directory, &why), STATUS_CONFLICT);
	snprintf(below, sizeof(below), "%s/no/where", copy);
	ck_assert_int_eq(back_up(store, below, &why), STATUS_UNAVAILABLE);
	ck_assert_int_eq(back_up(store, "/dev/null", &why),
	    STATUS_UNAVAILABLE);
	ck_assert_int_eq(store_open(&memory, &options, &why), STATUS_OK);
	buf_clear(&why);
	ck_assert_int_eq(back_up(memory, copy, &why), STATUS_MALFORMED);
	store_close(memory);
	/* One that is there, and empty. */
	ck_assert_msg(back_up(store, copy, &why) == STATUS_OK, "%s",
	    why.data);
	ck_assert_uint_ge(check_private(copy), BDB_TABLES + 1);
	ck_assert_int_eq(back_up(store, copy, &why), STATUS_CONFLICT);
	buf_init(&a);
	buf_init(&b);
	store_rows_text(store, 1000, &a);
	store_close(store);
	store = store_open_at(copy);
	store_rows_text(store, 1000, &b);
	ck_assert_str_eq(a.data, b.data);
	store_close(store);
	buf_release(&a);
	buf_release(&b);
	buf_release(&why);
	store_directory_remove(copy);
	store_directory_remove(directory);
}
END_TEST

static void
set_room(rlim_t bytes)
{
	struct rlimit limit;

	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* Wherever it ends, nothing is left, and the store goes on. */
START_TEST(no_room_for_a_copy)
{
	static const rlim_t rooms[] = { 1, 5000, 20000, 100000 };
	char directory[STORE_DIRECTORY_SIZE], copy[PATH_SIZE];
	struct store *store;
	struct stat file;
	struct buf why;
	unsigned i;

	ck_assert(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	store_directory_make(directory);
	store = store_open_at(directory);
	store_rows_fill(store);
	buf_init(&why);
	snprintf(copy, sizeof(copy), "%s-copy", directory);
	for (i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++) {
		set_room(rooms[i]);
		ck_assert_msg(back_up(store, copy, &why) ==
		    STATUS_UNAVAILABLE, "room %u", i);
		set_room(RLIM_INFINITY);
		ck_assert_msg(strstr(why.data, "too large") != NULL ||
		    rooms[i] > 50000, "room %u: %s", i, why.data);
		ck_assert_msg(stat(copy, &file) != 0, "room %u", i);
	}
	ck_assert_msg(back_up(store, copy, &why) == STATUS_OK, "%s",
	    why.data);
	store_directory_remove(copy);
	buf_release(&why);
	store_close(store);
	store_directory_remove(directory);
}
END_TEST

static bool
has_files(const char *directory, unsigned least)
{
	DIR *open = opendir(directory);
	unsigned count = 0;

	while (open != NULL && readdir(open) != NULL)
		count++;
	if (open != NULL)
		closedir(open);
	return count >= least + 2;
}

/* Half a copy, left by a kill, is taken for a store by nobody. */
START_TEST(a_copy_cut_off)
{
	char directory[STORE_DIRECTORY_SIZE], copy[PATH_SIZE];
	struct store_options options = { .directory = copy };
	struct store *store;
	struct buf why;
	pid_t child;
	int ended;

	store_directory_make(directory);
	snprintf(copy, sizeof(copy), "%s-copy", directory);
	buf_init(&why);
	ck_assert_int_ne(child = fork(), -1);
	if (child == 0) {
		store = store_open_at(directory);
		store_rows_fill(store);
		for (;;) {
			(void)back_up(store, copy, &why);
			store_directory_remove(copy);
		}
	}
	while (!has_files(copy, 4) || !directory_is_unfinished(copy))
		(void)usleep(200);
	kill(child, SIGKILL);
	ck_assert_int_eq(waitpid(child, &ended, 0), child);
	if (directory_is_unfinished(copy)) {
		ck_assert_int_eq(store_open(&store, &options, &why),
		    STATUS_MALFORMED);
		ck_assert_ptr_nonnull(strstr(why.data, "unfinished"));
		store = store_open_at(directory);
		ck_assert_int_eq(back_up(store, copy, &why),
		    STATUS_CONFLICT);
		store_close(store);
	}
	buf_release(&why);
	store_directory_remove(copy);
	store_directory_remove(directory);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("bdb backup");
	TCase *tests = tcase_create("bdb backup");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, a_copy_of_a_busy_store);
	tcase_add_test(tests, places_for_copies);
	tcase_add_test(tests, no_room_for_a_copy);
	tcase_add_test(tests, a_copy_cut_off);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
