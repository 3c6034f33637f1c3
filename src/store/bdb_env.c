/*
 * The environment: how it is set up, recovered, broken and mended.
 *
 *	closed --bdb_env_open--> usable --bdb_break--> broken
 *	  ^                         ^                     |
 *	  |                         +----- bdb_enter -----+
 *	  +------------------------------- bdb_env_close
 *
 * usable	the tables are open and agree with the log
 * broken	a call failed in a way that says nothing about a row (a
 *		page that does not fit its checksum, a disk that is full or
 *		gone).  The library may have panicked.  Nothing is read or
 *		committed; the next caller reopens, which rolls back what was
 *		not committed and redoes what was.
 *
 * While the fault lasts it is tried at most once a second, and everybody
 * else is told UNAVAILABLE meanwhile.  A broken environment keeps some
 * megabytes for ever when it is closed, so it is not tried blindly: not before
 * the disk takes PROBE_BYTES, and less and less often where it has not
 * held (a damaged page is met again at once).  A store in memory has no log to
 * be mended from and stays broken.
 */
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "store/bdb.h"

#define MEGABYTE		(1024 * 1024)

/*
 * The cache by default: the ledger of 100,000 outreach is some 27 MB.  In
 * memory the tables live in it whole; pages not used are never touched.
 */
#define CACHE_DEFAULT		(32 * MEGABYTE)
#define CACHE_IN_MEMORY		(256 * MEGABYTE)
#define CACHE_LEAST		MEGABYTE

/*
 * Log files are small, so that the room of old ones comes back soon.  In
 * memory the log must hold all of the longest transaction.
 */
#define LOG_FILE_BYTES		(8 * MEGABYTE)
#define LOG_BUFFER_BYTES	(1 * MEGABYTE)
#define LOG_IN_MEMORY_BYTES	(32 * MEGABYTE)

/*
 * Reopening: what must fit the disk first, how long a mended environment
 * must hold to count as mended, and how rarely it is tried at the least.
 */
#define PROBE_NAME		"probe"
#define PROBE_BYTES		(2 * MEGABYTE)
#define PROBE_BLOCK		4096
#define MENDED_FOR		CLOCK_MINUTE
#define PAUSE_LONGEST		(5 * CLOCK_MINUTE)

/* Views that run at one moment; a writer is one. */
#define TRANSACTIONS_MOST	2000

/* Opening, the first complaint is the cause and the others follow from it. */
static void
complain(const DB_ENV *env, const char *prefix, const char *message)
{
	struct engine *bdb = env->app_private;

	(void)prefix;
	if (bdb->cause == NULL)
		bdb_complain(bdb, "%s", message);
	else if (bdb->cause->length == 0)
		buf_add_text(bdb->cause, message);
}

static int
configure_cache(struct engine *bdb)
{
	int64_t bytes = bdb->cache;

	if (bytes == 0)
		bytes = bdb->directory != NULL ? CACHE_DEFAULT :
		    CACHE_IN_MEMORY;
	if (bytes < CACHE_LEAST)
		bytes = CACHE_LEAST;
	return bdb->env->set_cachesize(bdb->env, (u_int32_t)(bytes >> 30),
	    (u_int32_t)(bytes & ((1 << 30) - 1)), 1);
}

static int
configure_log(struct engine *bdb)
{
	DB_ENV *env = bdb->env;
	int code;

	if (bdb->directory == NULL) {
		code = env->log_set_config(env, DB_LOG_IN_MEMORY, 1);
		return code != 0 ? code :
		    env->set_lg_bsize(env, LOG_IN_MEMORY_BYTES);
	}
	if ((code = env->log_set_config(env, DB_LOG_AUTO_REMOVE, 1)) != 0 ||
	    (code = env->set_lg_bsize(env, LOG_BUFFER_BYTES)) != 0)
		return code;
	return env->set_lg_max(env, LOG_FILE_BYTES);
}

/*
 * Of two that lock each other out, the one with fewer write locks gives way:
 * a view, which costs the least to run again.  The number of locks is left
 * open: a transaction holds one for every page it has written, and the table
 * grows with need, but a number named here would be allocated at once.
 */
static int
configure_locks(DB_ENV *env)
{
	int code = env->set_lk_detect(env, DB_LOCK_MINWRITE);

	return code != 0 ? code : env->set_tx_max(env, TRANSACTIONS_MOST);
}

/*
 * DB_PRIVATE: one process.  It makes DB_RECOVER at each opening right, and
 * leaves no region files that could outlive it.
 */
static int
open_env(struct engine *bdb)
{
	u_int32_t flags = DB_CREATE | DB_PRIVATE | DB_THREAD | DB_INIT_TXN |
	    DB_INIT_LOG | DB_INIT_LOCK | DB_INIT_MPOOL;
	int code;

	if ((code = db_env_create(&bdb->env, 0)) != 0)
		return code;
	bdb->env->app_private = bdb;
	bdb->env->set_errcall(bdb->env, complain);
	if ((code = configure_cache(bdb)) != 0 ||
	    (code = configure_log(bdb)) != 0 ||
	    (code = configure_locks(bdb->env)) != 0)
		return code;
	if (bdb->directory != NULL)
		flags |= bdb->copied ? DB_RECOVER_FATAL : DB_RECOVER;
	code = bdb->env->open(bdb->env, bdb->directory, flags, 0600);
	return code != 0 ? code : bdb_tables_open(bdb);
}

/*
 * What the library answers here is of no use: a broken one always fails.  It
 * then only closes its files and keeps its memory, some 3 MB, for ever; closed
 * as if it were whole it would write out its cache (see bdb_break).
 */
static void
close_env(struct engine *bdb)
{
	bdb_tables_close(bdb);
	if (bdb->env != NULL)
		(void)bdb->env->close(bdb->env, 0);
	bdb->env = NULL;
}

enum status
bdb_env_open(struct engine *bdb, struct buf *why)
{
	const char *name = bdb->directory != NULL ? bdb->directory :
	    "the store in memory";
	enum status status;
	struct buf cause;
	int code;

	buf_init(&cause);
	bdb->cause = &cause;
	if ((code = open_env(bdb)) != 0) {
		buf_printf(why, "%s: the store cannot be opened: %s", name,
		    cause.length > 0 ? cause.data : db_strerror(code));
		status = bdb_status(code);
		if (status != STATUS_NO_MEMORY && status != STATUS_MALFORMED)
			status = STATUS_UNAVAILABLE;
		goto out;
	}
	if ((status = bdb_schema_check(bdb, why)) != STATUS_OK)
		goto out;
	atomic_store(&bdb->usable, true);
out:
	if (status != STATUS_OK)
		close_env(bdb);
	bdb->cause = NULL;
	buf_release(&cause);
	return status;
}

void
bdb_env_close(struct engine *bdb)
{
	if (atomic_load(&bdb->usable) && bdb->directory != NULL &&
	    bdb->env->txn_checkpoint(bdb->env, 0, 0, DB_FORCE) != 0)
		bdb_break(bdb);
	atomic_store(&bdb->usable, false);
	close_env(bdb);
}

static int64_t
monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * CLOCK_SECOND + now.tv_nsec / 1000;
}

static bool
fill_file(int file)
{
	char block[PROBE_BLOCK];
	size_t written;

	memset(block, 0x55, sizeof(block));
	for (written = 0; written < PROBE_BYTES; written += sizeof(block))
		if (write(file, block, sizeof(block)) !=
		    (ssize_t)sizeof(block))
			return false;
	return fsync(file) == 0;
}

/* Does the disk take what recovery may have to write? */
static bool
has_room(struct engine *bdb)
{
	struct buf path;
	bool room = false;
	int file;

	buf_init(&path);
	buf_printf(&path, "%s/%s", bdb->directory, PROBE_NAME);
	file = open(path.data, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
	    0600);
	if (file != -1) {
		room = fill_file(file);
		(void)close(file);
		(void)unlink(path.data);
	}
	buf_release(&path);
	return room;
}

/*
 * The pause before the next attempt doubles while what is mended breaks again
 * soon.
 */
static void
set_pause(struct engine *bdb, int64_t now)
{
	if (bdb->pause == 0 ||
	    now - bdb->mended_at >= bdb->pause + MENDED_FOR)
		bdb->pause = CLOCK_SECOND;
	else if (bdb->pause < PAUSE_LONGEST)
		bdb->pause *= 2;
	bdb->mended_at = now;
}

/* The caller holds the gate for writing. */
static void
mend(struct engine *bdb)
{
	struct buf why;

	if (!has_room(bdb)) {
		bdb_complain(bdb, "%s: no room to recover", bdb->directory);
		atomic_store(&bdb->next_attempt, monotonic() + CLOCK_SECOND);
		return;
	}
	buf_init(&why);
	close_env(bdb);
	if (bdb_env_open(bdb, &why) == STATUS_OK) {
		atomic_fetch_add(&bdb->reopened, 1);
		log_write(bdb->log, LOG_LEVEL_WARNING,
		    "store: opened again after a fault");
	} else
		bdb_complain(bdb, "%s", why.data);
	set_pause(bdb, monotonic());
	atomic_store(&bdb->next_attempt, monotonic() + bdb->pause);
	buf_release(&why);
}

/* A backup holds the gate for as long as it copies: nobody waits for that. */
static bool
shut_gate(struct engine *bdb)
{
	if (atomic_load(&bdb->copying))
		return pthread_rwlock_trywrlock(&bdb->gate) == 0;
	return pthread_rwlock_wrlock(&bdb->gate) == 0;
}

static bool
reopen(struct engine *bdb)
{
	bool usable;

	if (bdb->directory == NULL ||
	    monotonic() < atomic_load(&bdb->next_attempt) ||
	    !shut_gate(bdb))
		return false;
	if (!atomic_load(&bdb->usable) &&
	    monotonic() >= atomic_load(&bdb->next_attempt))
		mend(bdb);
	usable = atomic_load(&bdb->usable);
	pthread_rwlock_unlock(&bdb->gate);
	return usable;
}

enum status
bdb_enter(struct engine *bdb)
{
	for (;;) {
		pthread_rwlock_rdlock(&bdb->gate);
		if (atomic_load(&bdb->usable))
			return STATUS_OK;
		pthread_rwlock_unlock(&bdb->gate);
		if (!reopen(bdb))
			return STATUS_UNAVAILABLE;
	}
}

void
bdb_leave(struct engine *bdb)
{
	pthread_rwlock_unlock(&bdb->gate);
}

/*
 * The library must stop, too: after a log write that failed it would still
 * write pages out of its cache, whose changes the log does not have, and
 * recovery could undo those no more.
 */
void
bdb_break(struct engine *bdb)
{
	atomic_store(&bdb->usable, false);
	(void)bdb->env->set_flags(bdb->env, DB_PANIC_ENVIRONMENT, 1);
}
