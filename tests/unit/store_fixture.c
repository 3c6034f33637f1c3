/*
 * The makes of store that the contract's tests are run with, and what those
 * tests share.
 */
#include "test.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store_fixture.h"

static enum status
open_in_memory(struct store_fixture *f, struct buf *why)
{
	struct store_options options = { .directory = NULL };

	return store_open(&f->store, &options, why);
}

static enum status
open_on_disk(struct store_fixture *f, struct buf *why)
{
	struct store_options options = { .directory = f->directory };

	return store_open(&f->store, &options, why);
}

/* With no fault armed the wrapper must be as good as what it wraps. */
static enum status
open_wrapped(struct store_fixture *f, struct buf *why)
{
	struct store_options options = { .directory = NULL };

	return fault_store_open(&f->store, &bdb_engine, &options, &f->fault,
	    why);
}

const struct store_make store_makes[] = {
	{ "Berkeley DB in memory", false, open_in_memory },
	{ "Berkeley DB on disk", true, open_on_disk },
	{ "the fault engine", false, open_wrapped },
};
const int store_make_count = sizeof(store_makes) / sizeof(store_makes[0]);

void
store_directory_make(char directory[STORE_DIRECTORY_SIZE])
{
	const char *parent = getenv("TMPDIR");

	snprintf(directory, STORE_DIRECTORY_SIZE, "%s/store.XXXXXX",
	    parent != NULL && *parent != '\0' ? parent : "/tmp");
	ck_assert_msg(mkdtemp(directory) != NULL, "%s", directory);
}

void
store_directory_remove(const char *directory)
{
	char path[STORE_DIRECTORY_SIZE + 256];
	struct dirent *entry;
	DIR *open = opendir(directory);

	if (open == NULL)
		return;
	while ((entry = readdir(open)) != NULL) {
		snprintf(path, sizeof(path), "%s/%s", directory,
		    entry->d_name);
		(void)unlink(path);
	}
	closedir(open);
	ck_assert_msg(rmdir(directory) == 0, "%s stays", directory);
}

static void
open_store(struct store_fixture *f)
{
	struct buf why;
	enum status status;

	buf_init(&why);
	status = f->make->open(f, &why);
	ck_assert_msg(status == STATUS_OK, "%s: %s: %s", f->make->name,
	    status_text(status), why.data);
	ck_assert_msg(why.length == 0, "%s: %s", f->make->name, why.data);
	buf_release(&why);
}

void
store_fixture_open(struct store_fixture *f, const struct store_make *make)
{
	memset(f, 0, sizeof(*f));
	f->make = make;
	store_directory_make(f->directory);
	open_store(f);
}

void
store_fixture_reopen(struct store_fixture *f)
{
	store_close(f->store);
	open_store(f);
}

void
store_fixture_close(struct store_fixture *f)
{
	store_close(f->store);
	store_directory_remove(f->directory);
}

struct ident
store_ident(unsigned number)
{
	struct ident ident = { { 0 } };

	memcpy(ident.bytes, &number, sizeof(number));
	return ident;
}

struct outreach
store_outreach(uint64_t account, int64_t sent_at, unsigned message,
    unsigned candidate)
{
	struct outreach outreach = { .account = account, .sent_at = sent_at,
	    .message = store_ident(message),
	    .candidate = store_ident(candidate) };

	return outreach;
}

static enum status
add_body(struct store_txn *txn, void *argument)
{
	return store_outreach_add(txn, argument);
}

enum status
store_add(struct store *store, struct outreach *outreach)
{
	return store_update(store, add_body, outreach);
}

struct store *
store_open_at(const char *directory)
{
	struct store_options options = { .directory = directory };
	struct store *store;
	enum status status;
	struct buf why;

	buf_init(&why);
	status = store_open(&store, &options, &why);
	ck_assert_msg(status == STATUS_OK, "%s", why.data);
	buf_release(&why);
	return store;
}

void
store_collect(void *context, const char *what)
{
	buf_printf(context, "%s\n", what);
}

enum status
store_faults(const char *directory, struct buf *faults)
{
	const struct store_options options = { .directory = directory };
	enum status status;
	struct buf why;

	buf_init(&why);
	buf_clear(faults);
	status = store_inspect(&options, store_collect, faults, &why);
	ck_assert((status == STATUS_OK) == (why.length == 0));
	buf_release(&why);
	return status;
}
