/*
 * Copies of the whole store, made while it is in use, and a look at the files
 * of one that is not.
 *
 * The library copies each table's file page by page, no page half written, and
 * then the log (DB_ENV->backup).  Writers go on meanwhile, so that the files
 * are of different moments; the log has what lies between.  It is kept from
 * being trimmed until it has been copied.  Then the copy is recovered, from
 * the beginning of its log: from its last checkpoint, which may have been
 * written behind some file's back, would not do.  What is left is a store that
 * was closed in good order, and its files are looked at before it is called a
 * copy.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "store/bdb.h"
#include "store/directory.h"

/* Recovery of a copy; more would only be taken from the daemon's. */
#define COPY_CACHE	(8 * 1024 * 1024)

/* So much more than the library had left to write does not fit either. */
#define PROBE_BLOCKS	512

/*
 * A look at the files
 */

struct look {
	enum bdb_table	 table;
	void		(*found)(void *, const char *);
	void		*context;
	bool		 told;		/* of this table */
};

static void
tell(struct look *look, const char *what)
{
	struct buf text;

	buf_init(&text);
	buf_printf(&text, "%s %s: %s", bdb_table_is_index(look->table) ?
	    "index" : "table", bdb_table_name(look->table), what);
	look->found(look->context, text.data);
	look->told = true;
	buf_release(&text);
}

/* The first complaint about a file is the cause and says enough. */
static void
complaint(const DB_ENV *env, const char *prefix, const char *message)
{
	struct look *look = env->app_private;

	(void)prefix;
	if (!look->told)
		tell(look, message);
}

/* verify closes the handle, whatever it finds. */
static int
look_at_file(DB_ENV *env, const char *path)
{
	DB *db;
	int code;

	if ((code = db_create(&db, env, 0)) != 0)
		return code;
	return db->verify(db, path, NULL, NULL, 0);
}

/* An environment of its own, without a lock or a log, to hear complaints. */
static int
look_at_table(const char *directory, struct look *look)
{
	struct buf file;
	DB_ENV *env;
	int code;

	if ((code = db_env_create(&env, 0)) != 0)
		return code;
	env->app_private = look;
	env->set_errcall(env, complaint);
	code = env->open(env, directory, DB_CREATE | DB_PRIVATE |
	    DB_INIT_MPOOL, 0600);
	buf_init(&file);
	bdb_table_file(look->table, &file);
	if (code == 0)
		code = look_at_file(env, file.data);
	buf_release(&file);
	(void)env->close(env, 0);
	return code;
}

static void
look_at_files(const char *directory, void (*found)(void *, const char *),
    void *context)
{
	struct look look = { .found = found, .context = context };
	unsigned table;
	int code;

	for (table = 0; table < BDB_TABLES; table++) {
		look.table = table;
		look.told = false;
		code = look_at_table(directory, &look);
		if (code != 0 && !look.told)
			tell(&look, db_strerror(code));
	}
}

enum status
bdb_check_is_store(const char *directory, struct buf *why)
{
	struct buf path;
	bool there;

	buf_init(&path);
	buf_printf(&path, "%s/", directory);
	bdb_table_file(BDB_META, &path);
	there = access(path.data, F_OK) == 0;
	if (!there)
		buf_printf(why, "%s: no store is there: %s", directory,
		    strerror(errno));
	buf_release(&path);
	return there ? STATUS_OK : STATUS_NOT_FOUND;
}

enum status
bdb_inspect(const struct store_options *options,
    void (*found)(void *, const char *), void *context, struct buf *why)
{
	struct engine *bdb;
	enum status status;
	struct buf cause;

	status = bdb_check_is_store(options->directory, why);
	if (status != STATUS_OK)
		return status;
	if ((bdb = bdb_engine_new(options)) == NULL)
		return STATUS_NO_MEMORY;
	buf_init(&cause);
	if ((status = bdb_lock_take(bdb, why)) != STATUS_OK)
		goto out;
	/* One that cannot be recovered is damaged: its files say where. */
	if (bdb_env_open(bdb, &cause) == STATUS_OK)
		bdb_env_close(bdb);
	else
		found(context, cause.data);
	look_at_files(options->directory, found, context);
out:
	buf_release(&cause);
	bdb_engine_free(bdb);
	return status;
}

/*
 * Copies
 */

/*
 * The library does not hand on what a write of its own answered.  Where the
 * disk is full, it says so again.
 */
static const char *
reason(const char *directory, int code)
{
	char block[4096];
	const char *text = NULL;
	struct buf path;
	size_t i;
	int file;

	memset(block, 0x55, sizeof(block));
	buf_init(&path);
	buf_printf(&path, "%s/probe", directory);
	file = open(path.data, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (file == -1)
		text = strerror(errno);
	for (i = 0; i < PROBE_BLOCKS && text == NULL; i++)
		if (write(file, block, sizeof(block)) !=
		    (ssize_t)sizeof(block))
			text = strerror(errno);
	if (file != -1)
		(void)close(file);
	buf_release(&path);
	return text != NULL ? text : db_strerror(code);
}

static enum status
copy_files(struct engine *bdb, const char *directory, struct buf *why)
{
	DB_ENV *env;
	enum status status;
	int code;

	if ((status = bdb_enter(bdb)) != STATUS_OK) {
		buf_add_text(why, "the store cannot be used now");
		return status;
	}
	env = bdb->env;
	code = env->log_set_config(env, DB_LOG_AUTO_REMOVE, 0);
	if (code == 0)
		code = env->backup(env, directory, DB_EXCL);
	(void)env->log_set_config(env, DB_LOG_AUTO_REMOVE, 1);
	bdb_leave(bdb);
	if (code == 0)
		return STATUS_OK;
	buf_printf(why, "%s: cannot be copied to: %s", directory,
	    reason(directory, code));
	return STATUS_UNAVAILABLE;
}

static void
keep_first(void *context, const char *what)
{
	struct buf *first = context;

	if (first->length == 0)
		buf_add_text(first, what);
}

static enum status
recover(const char *directory, struct buf *why)
{
	const struct store_options options = { .directory = directory,
	    .cache = COPY_CACHE, .unfinished = true };
	struct engine *copy = bdb_engine_new(&options);
	enum status status;

	if (copy == NULL)
		return STATUS_NO_MEMORY;
	copy->copied = true;
	status = bdb_env_open(copy, why);
	if (status == STATUS_OK) {
		(void)copy->env->txn_checkpoint(copy->env, 0, 0, DB_FORCE);
		(void)copy->env->log_archive(copy->env, NULL,
		    DB_ARCH_REMOVE);
		bdb_env_close(copy);
	}
	bdb_engine_free(copy);
	return status;
}

/* A full disk may be met by any of these: it is one status for all. */
static enum status
copy_into(struct engine *bdb, const char *directory, struct buf *why)
{
	enum status status;
	struct buf first;

	if ((status = copy_files(bdb, directory, why)) != STATUS_OK)
		return status;
	if (recover(directory, why) != STATUS_OK)
		return STATUS_UNAVAILABLE;
	buf_init(&first);
	look_at_files(directory, keep_first, &first);
	if (first.length > 0) {
		buf_printf(why, "%s: the copy is not sound: %s", directory,
		    first.data);
		status = STATUS_UNAVAILABLE;
	}
	buf_release(&first);
	return status;
}

static enum status
backup(struct engine *bdb, const char *path, uint64_t *bytes, struct buf *why)
{
	struct directory directory;
	enum status status;

	status = directory_begin(&directory, path, why);
	if (status != STATUS_OK)
		return status;
	status = copy_into(bdb, path, why);
	if (status == STATUS_OK)
		status = directory_finish(&directory, why);
	if (status == STATUS_OK)
		*bytes = bdb_directory_bytes(path);
	else
		directory_undo(&directory);
	return status;
}

enum status
bdb_backup(struct engine *bdb, const char *path, uint64_t *bytes,
    struct buf *why)
{
	enum status status;

	if (bdb->directory == NULL || *path != '/') {
		buf_printf(why, bdb->directory == NULL ?
		    "%s: a store in memory is not copied" :
		    "%s: expected an absolute path", path);
		return STATUS_MALFORMED;
	}
	if (atomic_exchange(&bdb->copying, true)) {
		buf_printf(why, "%s: a backup is being made already", path);
		return STATUS_LIMIT;
	}
	status = backup(bdb, path, bytes, why);
	atomic_store(&bdb->copying, false);
	return status;
}
