/*
 * The store: what is remembered, and the contract every engine keeps.
 * The ledger of outreach is the single source of truth: rates are counted from
 * it, nothing is counted beside it.
 *
 * A transaction is a function.  It may be run twice (deadlock,
 * serialisation failure, a lost turn): it touches nothing but the
 * transaction and its argument, and starts by resetting what it leaves in the
 * argument.  Effects (log lines, SMTP replies) come after store_update has
 * returned.  A body that returns anything but STATUS_OK is rolled back,
 * and its status is what the caller gets.
 *
 *	static enum status
 *	body(struct store_txn *txn, void *argument)
 *	{ ... store_account_get(txn, ...); ... store_account_put(txn, ...); }
 *
 *	status = store_update(store, body, &argument);
 *
 * Statuses of store_update and store_view beside the body's own:
 *	UNAVAILABLE	the store cannot be used now: nothing happened
 *	UNCERTAIN	the commit may or may not have happened; doing it
 *			again is right, since every row is keyed
 *	NO_MEMORY
 * CONFLICT from below the body is retried inside, bounded; when the bound is
 * passed the caller gets UNAVAILABLE.  A body's own CONFLICT (a row that is
 * there already) must be dealt with in the body; on its way out it would be
 * taken for a lost race.
 *
 * When store_update has returned OK the rows survive kill -9 and a power cut.
 *
 * Threads: all functions of struct store may be called by any thread; a
 * struct store_txn belongs to the one that runs the body, which need not be
 * the one that called store_update.  Callbacks given to the walks must not
 * call the transaction; they return false to stop (the walk then returns OK).
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/ident.h"
#include "base/log.h"
#include "base/status.h"
#include "policy/merge.h"
#include "policy/outreach.h"
#include "policy/standing.h"

struct store;
struct store_txn;

struct store_options {
	const char	*directory;	/* NULL: in memory, nothing survives */
	int64_t		 cache;		/* bytes; 0: the engine's choice */
	struct log	*log;		/* borrowed; NULL: silent */
	bool		 unfinished;	/* one that is being loaded may be
					   opened, too (directory.h) */
	bool		 existing;	/* none is made: NOT_FOUND */
	bool		 as_it_is;	/* to look only: one of an older schema
					   stays of it */
};

/*
 * Opens (and if need be makes and recovers) the store.  On failure *store is
 * NULL and `why` says what is wrong: CONFLICT when another process owns it,
 * MALFORMED when it is of a schema we do not know, else UNAVAILABLE.
 */
enum status store_open(struct store **, const struct store_options *,
    struct buf *why);
void store_close(struct store *);	/* NULL allowed; checkpoints */

/* Read and write.  Every get in it is a read for update. */
enum status store_update(struct store *,
    enum status (*body)(struct store_txn *, void *argument), void *argument);

/*
 * Only looks: puts in it are MALFORMED.  It waits for no writer's turn, but
 * where it has lost a lock to one.
 */
enum status store_view(struct store *,
    enum status (*body)(struct store_txn *, void *argument), void *argument);

/*
 * Housekeeping, for the clockwork: a checkpoint when enough was written,
 * and log files nobody needs any more removed.
 */
enum status store_maintain(struct store *);

struct store_figures {
	uint64_t	updates;	/* committed */
	uint64_t	retries;	/* bodies run again */
	uint64_t	failures;	/* updates that did not end OK */
	uint64_t	reopened;	/* times it had to be reopened */
	uint64_t	bytes;		/* on the disk, its log with it; 0:
					   in memory */
	bool		available;
};
void store_figures(struct store *, struct store_figures *);

/*
 * Copies the store, while it is in use, into a directory that is absent or
 * empty.  The copy is a store of its own, as this one was at a moment between
 * the call and its end: recovered, its files checked, and on the disk when it
 * is OK.  *bytes is its size.  It holds up no writer.
 *
 * MALFORMED: the path is not absolute, or this store is in memory; CONFLICT:
 * the directory is not empty, or somebody is at it; LIMIT: a copy is being made
 * already; else UNAVAILABLE, which is also a disk that is full.  `why` says
 * more.  Then all that was written is removed; what is left behind by kill -9
 * is marked, and nobody can open it (directory.h).
 */
enum status store_backup(struct store *, const char *directory,
    uint64_t *bytes, struct buf *why);

/*
 * Looks at the files of a store that nobody has open, or of a copy: has each
 * page what its checksum says, and is each table whole?  A store that was not
 * closed is recovered first, as by store_open.  OK whatever is found, and
 * `found` is told each fault; else as store_open.
 */
enum status store_inspect(const struct store_options *,
    void (*found)(void *context, const char *what), void *context,
    struct buf *why);

/*
 * Rows of all tables, for copies and checks.
 */

enum store_table {
	STORE_TABLE_COUNTER,	/* the last number given of a sequence */
	STORE_TABLE_META,
	STORE_TABLE_ACCOUNT,
	STORE_TABLE_ADDRESS,
	STORE_TABLE_ANSWER,
	STORE_TABLE_OUTREACH,
	STORE_TABLE_CONTACT,
	STORE_TABLE_MERGE,
	STORE_TABLE_NOTICE,
	STORE_TABLE_AUDIT,
	STORE_TABLE_EVENT,
	STORE_TABLES
};
const char *store_table_text(enum store_table);		/* "counter", ... */

/*
 * A row, at the end of this file.  A place among all rows: zeroes are before
 * the first.
 */
struct store_row;

#define STORE_PLACE_SIZE	512

struct store_place {
	uint32_t	part;		/* the engine's: which table */
	uint32_t	length;
	uint8_t		key[STORE_PLACE_SIZE];	/* all up to it are behind */
	bool		end;		/* nothing is left */
};

/*
 * The next `most` rows, a table after the other, each in the order of its
 * keys; moves the place behind them.  *unreadable grows by the rows among them
 * that do not decode, which are not shown.
 */
enum status store_walk(struct store_txn *, struct store_place *, size_t most,
    uint64_t *unreadable, void (*row)(void *context, const struct store_row *),
    void *context);

/* Puts a row as a walk showed it.  CONFLICT: its key is there already. */
enum status store_restore(struct store_txn *, const struct store_row *);

/*
 * Looks at the next `most` rows of the tables and of the indices: do they
 * decode, and do tables and indices agree?  A view beside writers may be told
 * of faults that are none; an update is told the truth.
 */
enum status store_agree(struct store_txn *, struct store_place *, size_t most,
    void (*found)(void *context, const char *what), void *context);

/* Accounts */

enum status store_account_get(struct store_txn *, const char *user,
    struct account *);
enum status store_account_by_id(struct store_txn *, uint64_t id,
    struct account *);
/* An account with id 0 is new: it gets the next id. */
enum status store_account_put(struct store_txn *, struct account *);
/* In the order of names, those behind `after` (NULL: all). */
enum status store_account_each(struct store_txn *, const char *after,
    bool (*row)(void *context, const struct account *), void *context);

/* Own addresses: which account sends under it. */

enum status store_address_get(struct store_txn *, const char *address,
    uint64_t *account);
enum status store_address_put(struct store_txn *, const char *address,
    uint64_t account);

/*
 * Own addresses that answers are sent to because a From or Reply-To says so, or
 * because several send under it: to which accounts' outreach an answer sent
 * there may belong.  Kept apart from the addresses people send under: nobody
 * is judged for mail from an address by what somebody's Reply-To says, be it a
 * shared one or another's.  The STORE_ANSWERS_MAX accounts that used it last
 * have it.
 *
 * A put notes `now` as the account's last use, once a day at most: for most
 * calls it is one read.  What an account last used before the retention
 * expires.
 */

#define STORE_ANSWERS_MAX	32

struct store_answers {
	size_t		count;
	struct store_answer {
		uint64_t	account;
		int64_t		used;
	} by[STORE_ANSWERS_MAX];	/* the last one first */
};

enum status store_answer_address_get(struct store_txn *, const char *address,
    struct store_answers *);
enum status store_answer_address_put(struct store_txn *, const char *address,
    uint64_t account, int64_t now);

/*
 * All own addresses there are, in the order of names: those people send under
 * (`answers` false), or those answers are sent to, once for each account.
 */
enum status store_address_each(struct store_txn *, bool answers,
    bool (*row)(void *context, const char *address, uint64_t account),
    void *context);

/* The ledger */

/*
 * Adds a row; `n` is set to the first free one of (account, sent_at).
 * CONFLICT, and nothing written, when the account has this (message,
 * candidate) already, whenever that was sent.
 */
enum status store_outreach_add(struct store_txn *, struct outreach *);
/*
 * Rewrites the row with its key: all but message, candidate and length, which
 * are what the row is about.  An automatic_rule past its size is cut.
 */
enum status store_outreach_put(struct store_txn *, const struct outreach *);
/*
 * Rewrites the row with its key: message and candidate too, for a candidate who
 * is to be forgotten.  NOT_FOUND: there is none.  CONFLICT: the account has
 * this (message, candidate) already, be it in this row.
 */
enum status store_outreach_rename(struct store_txn *,
    const struct outreach *);
/* All rows of one message: account by account, each one's oldest first. */
enum status store_outreach_by_message(struct store_txn *,
    const struct ident *message,
    bool (*row)(void *context, const struct outreach *), void *context);
/* One account's rows to one candidate, newest first. */
enum status store_outreach_by_pair(struct store_txn *, uint64_t account,
    const struct ident *candidate,
    bool (*row)(void *context, const struct outreach *), void *context);
/* One account's rows sent in (from, until], oldest first. */
enum status store_outreach_window(struct store_txn *, uint64_t account,
    int64_t from, int64_t until,
    bool (*row)(void *context, const struct outreach *), void *context);

/* Contacts: outside persons who wrote to the account's user. */

enum status store_contact_get(struct store_txn *, uint64_t account,
    const struct ident *candidate, int64_t *last_heard);
enum status store_contact_put(struct store_txn *, uint64_t account,
    const struct ident *candidate, int64_t last_heard);
enum status store_contact_remove(struct store_txn *, uint64_t account,
    const struct ident *candidate);
/* One account's, in the order of idents, those behind `after` (NULL: all). */
enum status store_contact_each(struct store_txn *, uint64_t account,
    const struct ident *after, bool (*row)(void *context,
    const struct ident *candidate, int64_t last_heard), void *context);

/*
 * Mail merge: the campaigns of one account, each under its slot.
 *
 * A put replaces what the slot held; LIMIT: there is no such slot.  Only what
 * differs from before is logged, so that a new member is cheap however long
 * the letter.
 *
 * An account's generation is another one whenever its campaigns are (and may be
 * without).  Who reads it first and then the campaigns, in a view, and finds it
 * unchanged in an update later, knows what the campaigns are in that update.
 * It means nothing past the store's closing.
 *
 * store_merge_expire removes at most `most` campaigns last seen before `before`
 * (they may stay up to an hour longer): apart from store_expire, because a
 * campaign is of no use past merge_window, and is the largest row there is.
 */

enum status store_merge_each(struct store_txn *, uint64_t account,
    bool (*row)(void *context, const struct merge_campaign *), void *context);
enum status store_merge_generation(struct store_txn *, uint64_t account,
    uint64_t *generation);
enum status store_merge_put(struct store_txn *, uint64_t account,
    const struct merge_campaign *);
enum status store_merge_expire(struct store_txn *, int64_t before, size_t most,
    size_t *removed);

/*
 * The outbox: notices to be mailed, in the order they were written.  Those to
 * users are composed when they are sent; what the postmaster is to read is
 * kept in words.
 */

enum store_notice_kind {
	STORE_NOTICE_USER,
	STORE_NOTICE_POSTMASTER
};

/* Bytes of UTF-8, NUL included; a text past its size is cut. */
#define STORE_SUBJECT_SIZE	160
#define STORE_TEXT_SIZE		6000

struct store_notice {
	uint64_t	sequence;	/* set by store_outbox_add */
	enum store_notice_kind kind;
	int64_t		written;	/* put into the outbox */
	int64_t		next;		/* not to be tried before; 0: at once */
	uint32_t	tries;		/* begun */

	/* STORE_NOTICE_USER */
	uint64_t	account;
	struct step	step;

	/* STORE_NOTICE_POSTMASTER */
	char		subject[STORE_SUBJECT_SIZE];
	char		text[STORE_TEXT_SIZE];	/* lines end in "\n" */
};
enum status store_outbox_add(struct store_txn *, struct store_notice *);
/* Rewrites the notice of this sequence.  NOT_FOUND: it is gone. */
enum status store_outbox_put(struct store_txn *, const struct store_notice *);
enum status store_outbox_remove(struct store_txn *, uint64_t sequence);
/* NOT_FOUND: it is gone. */
enum status store_outbox_get(struct store_txn *, uint64_t sequence,
    struct store_notice *);
enum status store_outbox_each(struct store_txn *,
    bool (*row)(void *context, const struct store_notice *), void *context);

/* The audit log.  Texts past their size are cut. */

#define STORE_AUDIT_TEXT_SIZE	320

struct store_audit {
	int64_t		when;
	uint32_t	n;		/* set by store_audit_add */
	char		actor[STORE_AUDIT_TEXT_SIZE];
	char		action[STORE_AUDIT_TEXT_SIZE];
	char		user[STORE_AUDIT_TEXT_SIZE];
	char		reason[STORE_AUDIT_TEXT_SIZE];
};
enum status store_audit_add(struct store_txn *, struct store_audit *);
/* Lines of (from, until], oldest first. */
enum status store_audit_each(struct store_txn *, int64_t from, int64_t until,
    bool (*row)(void *context, const struct store_audit *), void *context);

/* Events of imported histories that were replayed.  CONFLICT: seen before. */

enum status store_event_add(struct store_txn *, const struct ident *event,
    int64_t when);

/*
 * Meta: small values by name.  At most STORE_META_SIZE bytes: LIMIT past that,
 * and when a stored value does not fit `size`.  Names that begin with
 * "store." are the engine's own.
 */

#define STORE_META_SIZE	256
#define STORE_NAME_SIZE	ADDR_SIZE

enum status store_meta_get(struct store_txn *, const char *name,
    void *value, size_t size, size_t *length);
enum status store_meta_put(struct store_txn *, const char *name,
    const void *value, size_t length);

/*
 * Expiry: removes at most `most` rows of outreach sent, contacts last heard,
 * addresses of answers last used, and events dated before `before`.
 * *removed says how many; fewer than `most` means nothing is left to remove.
 */
enum status store_expire(struct store_txn *, int64_t before, size_t most,
    size_t *removed);

/* What a walk shows: the members that the table has. */
struct store_row {
	enum store_table table;
	char		 name[STORE_NAME_SIZE];	/* counter, meta, address,
						   answer */
	uint64_t	 number;	/* counter; address, answer, contact,
					   merge: the account */
	int64_t		 when;		/* answer: last used; contact: last
					   heard; event */
	struct ident	 ident;		/* contact: the candidate; event */
	uint8_t		 value[STORE_META_SIZE];	/* meta */
	size_t		 length;
	union {
		struct account		account;
		struct outreach		outreach;
		struct merge_campaign	merge;
		struct store_notice	notice;
		struct store_audit	audit;
	};
};

#endif
