/*
 * The Berkeley DB engine, for its own files bdb*.c and nobody else: the
 * one place that includes <db.h>.
 *
 *	bdb.c		the table of operations, transactions, translation
 *	bdb_lock.c	the directory and who owns it
 *	bdb_env.c	the environment: opening, recovery, closing
 *	bdb_tables.c	the tables and how the indices are made from them
 *	bdb_turns.c	writers take turns
 *	bdb_rows.c	getting, putting and walking rows of bytes
 *	bdb_people.c	accounts, addresses, contacts
 *	bdb_ledger.c	outreach
 *	bdb_merge.c	campaigns of mail merges
 *	bdb_books.c	outbox, audit, events, meta
 *	bdb_expire.c	what is past its retention
 *	bdb_copy.c	rows of all tables, out and in
 *	bdb_agree.c	do tables and indices agree?
 *	bdb_backup.c	copies of the whole, and a look at its files
 *
 * Locks, in the order they may be taken:
 *	turns.lock	the queue of writers; held for moments, never while
 *			a body runs
 *	gate		held for reading by whoever uses the environment, for
 *			writing by whoever reopens it
 */
#ifndef STORE_BDB_H
#define STORE_BDB_H

#include <db.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "store/engine.h"
#include "store/record.h"

/*
 * Raised when the tables or their bytes change so that a program that does not
 * know the change would be misled.  A store of an older schema, down to the
 * oldest we can read, is taken over as it is and marked with ours.
 *	1	the first
 *	2	outreach rows of version 2, which schema 1 takes for damaged
 *	3	notices and accounts of version 2, which schema 2 takes for
 *		damaged
 */
#define BDB_SCHEMA		3
#define BDB_SCHEMA_OLDEST	1
#define BDB_SCHEMA_NAME		"store.schema"	/* in meta */

/* An index stands behind its table; bdb_tables.c describes them all. */
enum bdb_table {
	BDB_META,
	BDB_ACCOUNT,
	BDB_ACCOUNT_BY_ID,
	BDB_ADDRESS,
	BDB_ANSWER,
	BDB_ANSWER_BY_TIME,
	BDB_OUTREACH,
	BDB_OUTREACH_BY_MESSAGE,
	BDB_OUTREACH_BY_PAIR,
	BDB_CONTACT,
	BDB_CONTACT_BY_TIME,
	BDB_MERGE,
	BDB_MERGE_BY_TIME,
	BDB_OUTBOX,
	BDB_AUDIT,
	BDB_EVENT,
	BDB_EVENT_BY_TIME,
	BDB_TABLES
};

struct bdb_request;

struct bdb_turns {
	pthread_mutex_t		 lock;		/* covers the rest */
	struct bdb_request	*first;
	struct bdb_request	*last;
	unsigned		 waiting;	/* in the queue */
	bool			 led;		/* somebody is leader */
};

/* Accounts share a count of changes, one in so many. */
#define BDB_MERGES	1024

struct engine {
	char			*directory;	/* NULL: in memory */
	int64_t			 cache;
	bool			 unfinished;	/* may be opened, too */
	bool			 as_it_is;	/* an older schema stays */
	bool			 copied;	/* while it was in use: its log
						   is needed from the start */
	struct log		*log;		/* NULL: silent */
	struct log_limit	 fault;		/* the library's complaints */
	struct log_limit	 bad_row;
	struct buf		*cause;		/* opening: why it failed */
	int			 lock_file;	/* -1: none */

	pthread_rwlock_t	 gate;		/* covers env and tables */
	DB_ENV			*env;		/* NULL: not open */
	DB			*tables[BDB_TABLES];
	atomic_bool		 usable;
	_Atomic int64_t		 next_attempt;	/* to reopen; monotonic */
	int64_t			 mended_at;	/* monotonic */
	int64_t			 pause;		/* between attempts */
	atomic_bool		 trimming;	/* somebody is in bdb_trim */
	atomic_bool		 copying;	/* it is: no log is removed */
	_Atomic uint64_t	 reopened;
	_Atomic uint64_t	 views_again;	/* run again in a turn */

	/* Changes of campaigns: of some accounts, of any; see bdb_merge.c. */
	_Atomic uint64_t	 merges[BDB_MERGES];
	_Atomic uint64_t	 all_merges;

	struct bdb_turns	 turns;
};

struct bdb_txn {
	struct store_txn	 base;		/* first: cast back from it */
	struct engine		*bdb;
	DB_TXN			*txn;
	enum status		 failure;	/* sticky: must not commit */
	uint64_t		 merges;	/* the account whose campaigns
						   it has changed; 0: none */
};

/* bdb.c */

struct bdb_txn *bdb_txn(struct store_txn *);

/* The one translation of the library's codes. */
enum status bdb_status(int code);

/* One line for the log, at most one a second. */
void bdb_complain(struct engine *, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Runs a body once in a transaction of its own.  A writable one is committed
 * without waiting for the disk.  The caller has entered.
 */
enum status bdb_transact(struct engine *, bool writable,
    enum status (*body)(struct store_txn *, void *), void *argument);

/*
 * A checkpoint, where so much was logged since the last that it should not
 * wait for the clockwork's.  The caller has not entered.
 */
void bdb_trim(struct engine *);

/* Not open yet; the lock, if it was taken, is let go at the end. */
struct engine *bdb_engine_new(const struct store_options *);
void bdb_engine_free(struct engine *);		/* NULL allowed */

/* Of the files in a directory: there are no folders in it. */
uint64_t bdb_directory_bytes(const char *path);

/* bdb_lock.c */

/*
 * Makes the directory if need be and owns it until released.  CONFLICT:
 * another process does.  In memory both do nothing.
 */
enum status bdb_lock_take(struct engine *, struct buf *why);
void bdb_lock_release(struct engine *);

/* bdb_env.c */

/*
 * The environment and its tables, recovered.  On failure nothing stays open and
 * `why` says what is wrong.
 */
enum status bdb_env_open(struct engine *, struct buf *why);
void bdb_env_close(struct engine *);

/*
 * Before and after any use of the environment.  UNAVAILABLE: it is broken
 * and could not be reopened (tried at most once a second); bdb_leave is
 * then not called.  bdb_break says that it must be reopened before the next
 * use.
 */
enum status bdb_enter(struct engine *);
void bdb_leave(struct engine *);
void bdb_break(struct engine *);

/* bdb_tables.c */

int bdb_tables_open(struct engine *);	/* the library's code */
void bdb_tables_close(struct engine *);
const char *bdb_table_name(enum bdb_table);
bool bdb_table_is_index(enum bdb_table);
bool bdb_table_is_shared(enum bdb_table);	/* an index; several rows
						   may have one key */
enum bdb_table bdb_index_of(enum bdb_table);	/* an index's table */
void bdb_table_file(enum bdb_table, struct buf *name);

/* A row's key in an index.  False: it has none in it. */
bool bdb_index_key(enum bdb_table index, const DBT *primary, const DBT *row,
    struct record *key);

/* bdb_turns.c */

void bdb_turns_init(struct bdb_turns *);
void bdb_turns_release(struct bdb_turns *);

/* Waits for its turn, runs, and returns when the commit is on the disk. */
enum status bdb_take_turn(struct engine *, bool writable,
    enum status (*body)(struct store_txn *, void *), void *argument);

/* bdb_rows.c.  What fails here for good leaves txn->failure set. */

/*
 * NOT_FOUND where there is none.  A row longer than any we write comes back
 * cut, so that it does not decode.
 */
enum status bdb_get(struct bdb_txn *, enum bdb_table, const void *key,
    size_t length, struct record *row);
/* bdb_insert: CONFLICT when the key is there, and nothing changes. */
enum status bdb_put(struct bdb_txn *, enum bdb_table, const void *key,
    size_t length, const struct record *row);
enum status bdb_insert(struct bdb_txn *, enum bdb_table, const void *key,
    size_t length, const struct record *row);
enum status bdb_remove(struct bdb_txn *, enum bdb_table, const void *key,
    size_t length);

/*
 * A row that does not decode is a row that is not there: this says so in
 * the log and returns NOT_FOUND.
 */
enum status bdb_bad_row(struct bdb_txn *, enum bdb_table);

/*
 * A walk through a table or an index.  After each OK, `key` and `row` are the
 * place it stands at (and, in an index, `primary` the key of its row); they
 * are the library's memory and good until the next call on this walk.
 * NOT_FOUND: there is no such place, and the walk must be placed anew.
 */
struct bdb_walk {
	struct bdb_txn	*txn;
	enum bdb_table	 table;
	DBC		*cursor;
	bool		 misled;	/* it ended at an index's entry that
					   leads nowhere */
	DBT		 key;
	DBT		 primary;
	DBT		 row;
};

enum status bdb_walk_open(struct bdb_walk *, struct bdb_txn *,
    enum bdb_table);
void bdb_walk_close(struct bdb_walk *);		/* NULL cursor allowed */

/* The first place whose key is not less; exactly this key; one less. */
enum status bdb_walk_from(struct bdb_walk *, const struct record *key);
enum status bdb_walk_at(struct bdb_walk *, const struct record *key);
enum status bdb_walk_before(struct bdb_walk *, const struct record *key);

/*
 * In an index: exactly this key, and the first row whose own key is not less
 * than `primary`.
 */
enum status bdb_walk_at_from(struct bdb_walk *, const struct record *key,
    const struct record *primary);

enum status bdb_walk_first(struct bdb_walk *);
enum status bdb_walk_next(struct bdb_walk *);
enum status bdb_walk_next_same(struct bdb_walk *);	/* same key */
enum status bdb_walk_previous(struct bdb_walk *);
enum status bdb_walk_remove(struct bdb_walk *);	/* the row it stands at */

/* Does the walk stand at a key that begins with these bytes? */
bool bdb_walk_begins(const struct bdb_walk *, const struct record *prefix,
    size_t length);

/* Decodes where a walk of the ledger or one of its indices stands. */
enum status bdb_walk_outreach(const struct bdb_walk *, struct outreach *);

/*
 * For keys that end in a count of four bytes: the first count free behind the
 * last row that begins as `key` does.  LIMIT: none is left.
 */
enum status bdb_first_free(struct bdb_txn *, enum bdb_table,
    const struct record *key, uint32_t *n);

/* The operations: engine.h says what each does. */

/* bdb_people.c */
enum status bdb_account_get(struct store_txn *, const char *,
    struct account *);
enum status bdb_account_by_id(struct store_txn *, uint64_t, struct account *);
enum status bdb_account_put(struct store_txn *, struct account *);
enum status bdb_account_each(struct store_txn *, const char *,
    bool (*)(void *, const struct account *), void *);
enum status bdb_address_get(struct store_txn *, const char *, uint64_t *);
enum status bdb_address_put(struct store_txn *, const char *, uint64_t);
enum status bdb_answer_each(struct store_txn *, const char *,
    bool (*)(void *, uint64_t, int64_t), void *);
enum status bdb_answer_put(struct store_txn *, const char *, uint64_t,
    int64_t);
enum status bdb_answer_remove(struct store_txn *, const char *, uint64_t);
enum status bdb_address_each(struct store_txn *, bool,
    bool (*)(void *, const char *, uint64_t), void *);
enum status bdb_contact_get(struct store_txn *, uint64_t,
    const struct ident *, int64_t *);
enum status bdb_contact_put(struct store_txn *, uint64_t,
    const struct ident *, int64_t);
enum status bdb_contact_remove(struct store_txn *, uint64_t,
    const struct ident *);
enum status bdb_contact_each(struct store_txn *, uint64_t,
    const struct ident *, bool (*)(void *, const struct ident *, int64_t),
    void *);

/* bdb_ledger.c */
enum status bdb_outreach_add(struct store_txn *, struct outreach *);
enum status bdb_outreach_put(struct store_txn *, const struct outreach *);
enum status bdb_outreach_rename(struct store_txn *, const struct outreach *);
enum status bdb_outreach_by_message(struct store_txn *, const struct ident *,
    bool (*)(void *, const struct outreach *), void *);
enum status bdb_outreach_by_pair(struct store_txn *, uint64_t,
    const struct ident *, bool (*)(void *, const struct outreach *), void *);
enum status bdb_outreach_window(struct store_txn *, uint64_t, int64_t,
    int64_t, bool (*)(void *, const struct outreach *), void *);

/* bdb_merge.c */

/* Before a transaction changes an account's campaigns; behind its end. */
#define BDB_MERGES_OF_ALL	UINT64_MAX
void bdb_merge_changes(struct bdb_txn *, uint64_t account);
void bdb_merge_ended(const struct bdb_txn *);

enum status bdb_merge_generation(struct store_txn *, uint64_t, uint64_t *);
enum status bdb_merge_each(struct store_txn *, uint64_t,
    bool (*)(void *, const struct merge_campaign *), void *);
enum status bdb_merge_put(struct store_txn *, uint64_t,
    const struct merge_campaign *);
enum status bdb_merge_expire(struct store_txn *, int64_t, size_t, size_t *);

/* bdb_books.c */
enum status bdb_outbox_add(struct store_txn *, struct store_notice *);
enum status bdb_outbox_put(struct store_txn *, const struct store_notice *);
enum status bdb_outbox_remove(struct store_txn *, uint64_t);
enum status bdb_outbox_get(struct store_txn *, uint64_t,
    struct store_notice *);
enum status bdb_outbox_each(struct store_txn *,
    bool (*)(void *, const struct store_notice *), void *);
enum status bdb_audit_add(struct store_txn *, struct store_audit *);
enum status bdb_audit_each(struct store_txn *, int64_t, int64_t,
    bool (*)(void *, const struct store_audit *), void *);
enum status bdb_event_add(struct store_txn *, const struct ident *, int64_t);
enum status bdb_meta_get(struct store_txn *, const char *, void *, size_t,
    size_t *);
enum status bdb_meta_put(struct store_txn *, const char *, const void *,
    size_t);
/* The next number of a sequence kept in meta: 1, 2, 3 ... */
enum status bdb_next_number(struct bdb_txn *, const char *name, uint64_t *);
/*
 * Writes the schema into a store that is new or of an older one; MALFORMED for
 * one we do not know.
 */
enum status bdb_schema_check(struct engine *, struct buf *why);

/* bdb_expire.c */
/*
 * Rows of an index by time that are dated before `before`, until `*removed`
 * is `most`.
 */
enum status bdb_expire_by_time(struct bdb_txn *, enum bdb_table index,
    int64_t before, size_t most, size_t *removed);
enum status bdb_expire(struct store_txn *, int64_t, size_t, size_t *);

/* bdb_copy.c */
enum status bdb_copy_out(struct store_txn *, struct store_place *, size_t,
    uint64_t *, void (*)(void *, const struct store_row *), void *);
enum status bdb_copy_in(struct store_txn *, const struct store_row *);
bool bdb_row_is_readable(enum bdb_table, const DBT *key, const DBT *row);

/* bdb_agree.c */
enum status bdb_agree(struct store_txn *, struct store_place *, size_t,
    void (*)(void *, const char *), void *);

/* bdb_backup.c */
enum status bdb_backup(struct engine *, const char *, uint64_t *,
    struct buf *why);
/* NOT_FOUND: no store is in the directory. */
enum status bdb_check_is_store(const char *directory, struct buf *why);
enum status bdb_inspect(const struct store_options *,
    void (*)(void *, const char *), void *, struct buf *why);

#endif
