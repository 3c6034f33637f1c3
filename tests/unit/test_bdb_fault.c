/*
 * The Berkeley DB engine when things fail: killed in mid-write, no room on the
 * disk, pages that are not what was written.  What an update answered OK
 * for must be there afterwards, and the store comes back by itself.
 */
#include "test.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/bdb.h"
#include "store_fixture.h"

#define WRITERS		4
#define REPORTS		400	/* rows the child tells of before it dies */
#define DEADLINE	(20 * CLOCK_SECOND)

/* Room for some hundred rows, in the log and in each table. */
#define ROOM		((rlim_t)192 * 1024)
#define ROWS_MOST	100000

/*
 * A panicked environment keeps its memory, by the library's design; what
 * LeakSanitizer may therefore not count against us.
 */
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
	return "leak:libdb\n";
}

static int64_t
monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * CLOCK_SECOND + now.tv_nsec / 1000;
}

static struct store *
open_store(const char *directory)
{
	struct store_options options = { .directory = directory };
	struct store *store;
	struct buf why;

	buf_init(&why);
	ck_assert_msg(store_open(&store, &options, &why) == STATUS_OK, "%s",
	    why.data);
	buf_release(&why);
	return store;
}

static enum status
add_event(struct store_txn *txn, void *argument)
{
	const unsigned *number = argument;
	struct ident event = store_ident(*number);
	struct outreach row = store_outreach(*number % 5, 1000, *number, 1);
	enum status status = store_event_add(txn, &event, 1);

	return status != STATUS_OK ? status : store_outreach_add(txn, &row);
}

struct presence {
	unsigned	number;
	bool		there;
};

static bool
see(void *context, const struct outreach *outreach)
{
	(void)outreach;
	*(bool *)context = true;
	return false;
}

static enum status
find_event(struct store_txn *txn, void *argument)
{
	struct presence *presence = argument;
	struct ident message = store_ident(presence->number);

	presence->there = false;
	return store_outreach_by_message(txn, &message, see,
	    &presence->there);
}

static bool
is_there(struct store *store, unsigned number)
{
	struct presence presence = { .number = number };

	ck_assert_int_eq(store_view(store, find_event, &presence), STATUS_OK);
	return presence.there;
}

struct writer {
	struct store	*store;
	int		 pipe;
	unsigned	 first;
};

/* Tells of each row after its OK; until it is killed. */
static void *
write_and_tell(void *argument)
{
	struct writer *writer = argument;
	unsigned number;

	for (number = writer->first; ; number += WRITERS)
		if (store_update(writer->store, add_event, &number) !=
		    STATUS_OK || write(writer->pipe, &number,
		    sizeof(number)) != sizeof(number))
			_exit(1);
}

static void
be_killed(const char *directory, int pipe)
{
	struct writer writers[WRITERS];
	pthread_t threads[WRITERS];
	unsigned i;

	for (i = 0; i < WRITERS; i++) {
		writers[i].store = i == 0 ? open_store(directory) :
		    writers[0].store;
		writers[i].pipe = pipe;
		writers[i].first = i;
	}
	for (i = 0; i < WRITERS; i++)
		if (pthread_create(&threads[i], NULL, write_and_tell,
		    &writers[i]) != 0)
			_exit(2);
	for (i = 0; i < WRITERS; i++)
		pthread_join(threads[i], NULL);
	_exit(3);
}

/* Everything the child said until its end; killed after REPORTS of them. */
static unsigned
kill_at_work(pid_t child, int pipe, unsigned *told, unsigned most)
{
	unsigned count = 0;
	int status;

	while (count < most && read(pipe, &told[count], sizeof(*told)) ==
	    sizeof(*told))
		if (++count == REPORTS)
			ck_assert_int_eq(kill(child, SIGKILL), 0);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	return count;
}

START_TEST(killed_at_work)
{
	static unsigned told[ROWS_MOST];
	char directory[STORE_DIRECTORY_SIZE];
	struct store *store;
	unsigned count, i;
	int ends[2];
	pid_t child;

	store_directory_make(directory);
	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_ne(child = fork(), -1);
	if (child == 0)
		be_killed(directory, ends[1]);
	close(ends[1]);
	count = kill_at_work(child, ends[0], told, ROWS_MOST);
	close(ends[0]);
	ck_assert_uint_ge(count, REPORTS);
	store = open_store(directory);
	for (i = 0; i < count; i++)
		ck_assert_msg(is_there(store, told[i]), "row %u of %u",
		    told[i], count);
	store_close(store);
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

static enum status
look(struct store_txn *txn, void *argument)
{
	size_t length;
	enum status status = store_meta_get(txn, "none", argument, 1,
	    &length);

	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* Rows until one is not taken: how many were. */
static unsigned
write_until_full(struct store *store)
{
	enum status status = STATUS_OK;
	unsigned number;

	for (number = 0; number < ROWS_MOST; number++) {
		status = store_update(store, add_event, &number);
		if (status != STATUS_OK)
			break;
	}
	ck_assert_msg(status == STATUS_UNAVAILABLE ||
	    status == STATUS_UNCERTAIN, "%u: %s", number,
	    status_text(status));
	return number;
}

/* It is tried once a second at most: wait for a trial. */
static enum status
write_until_ok(struct store *store, unsigned number)
{
	int64_t deadline = monotonic() + DEADLINE;
	enum status status;

	do {
		status = store_update(store, add_event, &number);
		if (status != STATUS_OK)
			(void)poll(NULL, 0, 20);
	} while (status != STATUS_OK && monotonic() < deadline);
	return status;
}

START_TEST(no_room)
{
	char directory[STORE_DIRECTORY_SIZE], nothing;
	struct store_figures figures;
	struct store *store;
	unsigned count, i;
	enum status status;

	ck_assert(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	store_directory_make(directory);
	store = open_store(directory);
	set_room(ROOM);
	count = write_until_full(store);
	ck_assert_uint_gt(count, 10);
	for (i = 0; i < 50; i++) {
		unsigned number = ROWS_MOST + i;

		status = store_update(store, add_event, &number);
		ck_assert_msg(status != STATUS_OK, "no room, and yet OK");
	}
	store_figures(store, &figures);
	ck_assert(!figures.available);
	set_room(RLIM_INFINITY);
	ck_assert_int_eq(write_until_ok(store, 2 * ROWS_MOST), STATUS_OK);
	ck_assert_int_eq(store_view(store, look, &nothing), STATUS_OK);
	store_figures(store, &figures);
	ck_assert(figures.available);
	ck_assert_uint_ge(figures.reopened, 1);
	for (i = 0; i < count; i++)
		ck_assert_msg(is_there(store, i), "row %u of %u", i, count);
	store_close(store);
	store = open_store(directory);
	for (i = 0; i < count; i++)
		ck_assert_msg(is_there(store, i), "row %u of %u, reopened", i,
		    count);
	store_close(store);
	store_directory_remove(directory);
}
END_TEST

/* Turns bytes of every page but the first, which holds the file's type. */
static void
damage(const char *directory, const char *name)
{
	char path[STORE_DIRECTORY_SIZE + 64];
	uint8_t byte = 0xa5;
	off_t at, size;
	int file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	ck_assert_int_ne(file = open(path, O_RDWR), -1);
	size = lseek(file, 0, SEEK_END);
	ck_assert_int_gt(size, 4096);
	for (at = 4096 + 100; at < size; at += 512)
		ck_assert_int_eq(pwrite(file, &byte, 1, at), 1);
	close(file);
}

/* One row, and then a page of the file is not what was written. */
static void
make_damaged(char directory[STORE_DIRECTORY_SIZE], const char *name)
{
	struct store *store;
	unsigned number = 1;

	store_directory_make(directory);
	store = open_store(directory);
	ck_assert_int_eq(store_update(store, add_event, &number), STATUS_OK);
	store_close(store);
	damage(directory, name);
}

START_TEST(damage_met_at_work)
{
	char directory[STORE_DIRECTORY_SIZE];
	struct presence presence = { .number = 1 };
	struct store_figures figures;
	struct store *store;
	unsigned number;

	make_damaged(directory, "outreach.db");
	store = open_store(directory);
	ck_assert_int_eq(store_view(store, find_event, &presence),
	    STATUS_UNAVAILABLE);
	store_figures(store, &figures);
	ck_assert(!figures.available);
	number = 2;
	ck_assert_int_ne(store_update(store, add_event, &number), STATUS_OK);
	store_close(store);
	store_directory_remove(directory);
}
END_TEST

START_TEST(damage_met_at_opening)
{
	char directory[STORE_DIRECTORY_SIZE];
	struct store_options options = { .directory = directory };
	struct store *store;
	struct buf why;

	buf_init(&why);
	make_damaged(directory, "outreach-by-message.db");
	ck_assert_int_eq(store_open(&store, &options, &why),
	    STATUS_UNAVAILABLE);
	ck_assert_ptr_null(store);
	ck_assert_msg(strncmp(why.data, directory, strlen(directory)) == 0 &&
	    strstr(why.data, "checksum") != NULL, "%s", why.data);
	store_directory_remove(directory);
	buf_release(&why);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("bdb fault");
	TCase *tests = tcase_create("bdb fault");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, killed_at_work);
	tcase_add_test(tests, no_room);
	tcase_add_test(tests, damage_met_at_work);
	tcase_add_test(tests, damage_met_at_opening);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
