/*
 * The Berkeley DB engine: a store in one directory, owned by one process.
 * This file is its front: the table of operations, the life of one
 * transaction, and what the library's codes mean to us.
 *
 * Writers take turns (bdb_turns.c), so there is one writing transaction at
 * any moment, and it never loses a race against another.  Views run beside it
 * in their own threads with read-committed isolation; where a view and the
 * writer lock each other out, the view is the victim and runs again, in a
 * turn.
 *
 * When anything goes wrong that is not an answer about a row, the environment
 * counts as broken: nothing is committed through it any more, and the next
 * caller reopens it with recovery (bdb_env.c).  The library itself panics
 * in these cases more often than not; treating all of them alike means that
 * there is one way back and it is a tested one.
 */
#include <sys/stat.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "store/bdb.h"

/*
 * A checkpoint is due after this much log, or this long after the last; where
 * much is written between two of the clockwork's, after the second amount.
 */
#define BDB_CHECKPOINT_KBYTES	1024
#define BDB_CHECKPOINT_MINUTES	1
#define BDB_TRIM_KBYTES		(16 * 1024)

struct bdb_txn *
bdb_txn(struct store_txn *txn)
{
	return (struct bdb_txn *)txn;
}

enum status
bdb_status(int code)
{
	switch (code) {
	case 0:
		return STATUS_OK;
	case DB_NOTFOUND:
	case DB_KEYEMPTY:
		return STATUS_NOT_FOUND;
	case DB_KEYEXIST:
	case DB_LOCK_DEADLOCK:
	case DB_LOCK_NOTGRANTED:
		return STATUS_CONFLICT;
	case DB_VERSION_MISMATCH:
	case DB_OLD_VERSION:
		return STATUS_MALFORMED;
	case DB_LOG_BUFFER_FULL:
		return STATUS_LIMIT;
	case ENOMEM:
		return STATUS_NO_MEMORY;
	default:
		return STATUS_UNAVAILABLE;
	}
}

void
bdb_complain(struct engine *bdb, const char *format, ...)
{
	struct buf line;
	va_list arguments;

	buf_init(&line);
	va_start(arguments, format);
	buf_vprintf(&line, format, arguments);
	va_end(arguments);
	log_limited(bdb->log, &bdb->fault, CLOCK_SECOND, LOG_LEVEL_WARNING,
	    "store: %s", line.data);
	buf_release(&line);
}

/*
 * The body's own status, unless something failed below it: a body that
 * looked away from a lost lock must not be committed.
 */
static enum status
run_body(struct bdb_txn *txn,
    enum status (*body)(struct store_txn *, void *), void *argument)
{
	enum status status = body(&txn->base, argument);

	return txn->failure != STATUS_OK ? txn->failure : status;
}

static enum status
commit(struct engine *bdb, DB_TXN *txn)
{
	int code = txn->commit(txn, DB_TXN_NOSYNC);

	if (code == 0)
		return STATUS_OK;
	bdb_complain(bdb, "commit: %s", db_strerror(code));
	bdb_break(bdb);
	return STATUS_UNCERTAIN;
}

/* A transaction that cannot be undone leaves its locks behind. */
static void
roll_back(struct engine *bdb, DB_TXN *txn)
{
	if (txn->abort(txn) != 0)
		bdb_break(bdb);
}

enum status
bdb_transact(struct engine *bdb, bool writable,
    enum status (*body)(struct store_txn *, void *), void *argument)
{
	struct bdb_txn txn = { { &bdb_engine, writable }, bdb, NULL,
	    STATUS_OK, 0 };
	enum status status;
	int code;

	code = bdb->env->txn_begin(bdb->env, NULL, &txn.txn,
	    writable ? 0 : DB_READ_COMMITTED);
	if (code != 0) {
		status = bdb_status(code);
		if (status == STATUS_UNAVAILABLE)
			bdb_break(bdb);
		return status;
	}
	status = run_body(&txn, body, argument);
	if (status == STATUS_OK && writable)
		status = commit(bdb, txn.txn);
	else
		roll_back(bdb, txn.txn);
	bdb_merge_ended(&txn);
	return status;
}

/*
 * A view that has lost a lock to a writer could lose it again and again where
 * there is much writing; in a turn nobody writes beside it.
 */
static enum status
view(struct engine *bdb, enum status (*body)(struct store_txn *, void *),
    void *argument)
{
	enum status status = bdb_enter(bdb);

	if (status != STATUS_OK)
		return status;
	status = bdb_transact(bdb, false, body, argument);
	bdb_leave(bdb);
	if (status != STATUS_CONFLICT)
		return status;
	atomic_fetch_add(&bdb->views_again, 1);
	return bdb_take_turn(bdb, false, body, argument);
}

static enum status
run(struct engine *bdb, bool writable,
    enum status (*body)(struct store_txn *, void *), void *argument)
{
	if (writable)
		return bdb_take_turn(bdb, true, body, argument);
	return view(bdb, body, argument);
}

/*
 * In memory there is nothing to check point to: the log's ring is freed as
 * transactions end.
 */
static enum status
checkpoint(struct engine *bdb, u_int32_t kbytes, u_int32_t minutes)
{
	enum status status;
	int code;

	if ((status = bdb_enter(bdb)) != STATUS_OK)
		return status;
	if (bdb->directory == NULL)
		goto out;
	code = bdb->env->txn_checkpoint(bdb->env, kbytes, minutes, 0);
	if (code == 0 && !atomic_load(&bdb->copying))
		code = bdb->env->log_archive(bdb->env, NULL, DB_ARCH_REMOVE);
	if (code != 0) {
		bdb_complain(bdb, "checkpoint: %s", db_strerror(code));
		bdb_break(bdb);
		status = STATUS_UNAVAILABLE;
	}
out:
	bdb_leave(bdb);
	return status;
}

static enum status
maintain(struct engine *bdb)
{
	return checkpoint(bdb, BDB_CHECKPOINT_KBYTES, BDB_CHECKPOINT_MINUTES);
}

/* Whoever finds another at it goes on: one checkpoint is enough for all. */
void
bdb_trim(struct engine *bdb)
{
	if (atomic_exchange(&bdb->trimming, true))
		return;
	(void)checkpoint(bdb, BDB_TRIM_KBYTES, 0);
	atomic_store(&bdb->trimming, false);
}

uint64_t
bdb_directory_bytes(const char *path)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;
	struct stat file;
	uint64_t bytes = 0;

	/* a stream of one's own is safe among threads: POSIX.1-2024 says it */
	/* cppcheck-suppress readdirCalled */
	while (directory != NULL && (entry = readdir(directory)) != NULL)
		if (fstatat(dirfd(directory), entry->d_name, &file,
		    AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(file.st_mode))
			bytes += (uint64_t)file.st_size;
	if (directory != NULL)
		closedir(directory);
	return bytes;
}

static void
figures(struct engine *bdb, struct store_figures *figures_now)
{
	memset(figures_now, 0, sizeof(*figures_now));
	figures_now->retries = atomic_load(&bdb->views_again);
	figures_now->reopened = atomic_load(&bdb->reopened);
	figures_now->available = atomic_load(&bdb->usable);
	if (bdb->directory != NULL)
		figures_now->bytes = bdb_directory_bytes(bdb->directory);
}

void
bdb_engine_free(struct engine *bdb)
{
	if (bdb == NULL)
		return;
	bdb_lock_release(bdb);
	bdb_turns_release(&bdb->turns);
	pthread_rwlock_destroy(&bdb->gate);
	free(bdb->directory);
	free(bdb);
}

struct engine *
bdb_engine_new(const struct store_options *options)
{
	struct engine *bdb;

	if ((bdb = calloc(1, sizeof(*bdb))) == NULL)
		return NULL;
	bdb->lock_file = -1;
	bdb->log = options->log;
	bdb->cache = options->cache;
	bdb->unfinished = options->unfinished;
	bdb->as_it_is = options->as_it_is;
	pthread_rwlock_init(&bdb->gate, NULL);
	bdb_turns_init(&bdb->turns);
	if (options->directory == NULL)
		return bdb;
	if ((bdb->directory = strdup(options->directory)) == NULL) {
		bdb_engine_free(bdb);
		return NULL;
	}
	return bdb;
}

static enum status
engine_open(struct engine **result, const struct store_options *options,
    struct buf *why)
{
	struct engine *bdb;
	enum status status;

	*result = NULL;
	if (options->existing) {
		status = bdb_check_is_store(options->directory, why);
		if (status != STATUS_OK)
			return status;
	}
	if ((bdb = bdb_engine_new(options)) == NULL) {
		buf_add_text(why, "no memory for the store");
		return STATUS_NO_MEMORY;
	}
	if ((status = bdb_lock_take(bdb, why)) != STATUS_OK)
		goto out;
	if ((status = bdb_env_open(bdb, why)) != STATUS_OK)
		goto out;
	*result = bdb;
	bdb = NULL;
out:
	bdb_engine_free(bdb);
	return status;
}

static void
engine_close(struct engine *bdb)
{
	bdb_env_close(bdb);
	bdb_engine_free(bdb);
}

const struct engine_ops bdb_engine = {
	.name = "berkeley db",
	.open = engine_open,
	.close = engine_close,
	.run = run,
	.maintain = maintain,
	.figures = figures,
	.backup = bdb_backup,
	.inspect = bdb_inspect,
	.walk = bdb_copy_out,
	.restore = bdb_copy_in,
	.agree = bdb_agree,
	.account_get = bdb_account_get,
	.account_by_id = bdb_account_by_id,
	.account_put = bdb_account_put,
	.account_each = bdb_account_each,
	.address_get = bdb_address_get,
	.address_put = bdb_address_put,
	.answer_each = bdb_answer_each,
	.answer_put = bdb_answer_put,
	.answer_remove = bdb_answer_remove,
	.address_each = bdb_address_each,
	.outreach_add = bdb_outreach_add,
	.outreach_put = bdb_outreach_put,
	.outreach_rename = bdb_outreach_rename,
	.outreach_by_message = bdb_outreach_by_message,
	.outreach_by_pair = bdb_outreach_by_pair,
	.outreach_window = bdb_outreach_window,
	.contact_get = bdb_contact_get,
	.contact_put = bdb_contact_put,
	.contact_remove = bdb_contact_remove,
	.contact_each = bdb_contact_each,
	.merge_each = bdb_merge_each,
	.merge_generation = bdb_merge_generation,
	.merge_put = bdb_merge_put,
	.merge_expire = bdb_merge_expire,
	.outbox_add = bdb_outbox_add,
	.outbox_put = bdb_outbox_put,
	.outbox_remove = bdb_outbox_remove,
	.outbox_get = bdb_outbox_get,
	.outbox_each = bdb_outbox_each,
	.audit_add = bdb_audit_add,
	.audit_each = bdb_audit_each,
	.event_add = bdb_event_add,
	.meta_get = bdb_meta_get,
	.meta_put = bdb_meta_put,
	.expire = bdb_expire,
};
