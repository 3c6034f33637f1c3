/*
 * The tables and their indices.  An index is kept by the library
 * (DB->associate): whoever puts or removes a row changes its indices in the
 * same transaction and cannot forget one.
 *
 *	table		key				indices
 *	meta		name
 *	account		user				by id
 *	address		own address
 *	answer		own address, account		by last used
 *	outreach	account, sent at, n		by message;
 *							by account, candidate
 *	contact		account, candidate		by last heard
 *	merge		account, slot			by last seen
 *	outbox		sequence
 *	audit		when, n
 *	event		event				by date
 *
 * Rows of one index key stand in the order of their own keys: the ledger's of
 * one message or pair therefore in the order of sending.
 *
 * The indices by time are for expiry alone: when nothing is old enough it
 * costs one look at the first key.  The ledger has none, because its key
 * begins with account and time already; see bdb_expire.c.
 *
 * A row that does not decode is in no index.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store/bdb.h"

/*
 * A page takes at least two rows with their keys: a longer row gets a page of
 * its own (see bdb_merge.c).  This is enough for the longest campaign.
 */
#define MERGE_PAGE	16384

static int
give_key(DBT *result, const struct record *key)
{
	memset(result, 0, sizeof(*result));
	if ((result->data = malloc(key->length)) == NULL)
		return ENOMEM;
	memcpy(result->data, key->bytes, key->length);
	result->size = (u_int32_t)key->length;
	result->flags = DB_DBT_APPMALLOC;
	return 0;
}

static int
account_id(DB *index, const DBT *primary, const DBT *row, DBT *result)
{
	struct account account;
	struct record key;

	(void)index;
	(void)primary;
	if (record_read_account(row->data, row->size, &account) != STATUS_OK)
		return DB_DONOTINDEX;
	record_key_number(&key, account.id);
	return give_key(result, &key);
}

static int
outreach_message(DB *index, const DBT *primary, const DBT *row, DBT *result)
{
	struct outreach outreach;
	struct record key;

	(void)index;
	(void)primary;
	if (record_read_outreach(row->data, row->size, &outreach) !=
	    STATUS_OK)
		return DB_DONOTINDEX;
	key.length = IDENT_SIZE;
	memcpy(key.bytes, outreach.message.bytes, IDENT_SIZE);
	return give_key(result, &key);
}

static int
outreach_pair(DB *index, const DBT *primary, const DBT *row, DBT *result)
{
	struct outreach outreach;
	struct record key;

	(void)index;
	if (record_read_key_outreach(primary->data, primary->size,
	    &outreach) != STATUS_OK ||
	    record_read_outreach(row->data, row->size, &outreach) !=
	    STATUS_OK)
		return DB_DONOTINDEX;
	record_key_pair(&key, outreach.account, &outreach.candidate);
	return give_key(result, &key);
}

/*
 * Contacts by last heard, addresses of answers by last used, events by date:
 * their rows are a time.
 */
static int
row_time(DB *index, const DBT *primary, const DBT *row, DBT *result)
{
	struct record key;
	int64_t when;

	(void)index;
	(void)primary;
	if (record_read_time(row->data, row->size, &when) != STATUS_OK)
		return DB_DONOTINDEX;
	record_key_time(&key, when);
	return give_key(result, &key);
}

/* Rounded up, to a time that is at or behind `when` at any rate. */
static int64_t
whole_hour(int64_t when)
{
	int64_t past = when % CLOCK_HOUR;

	if (past <= 0)
		return when - past;
	return when <= INT64_MAX - CLOCK_HOUR ? when - past + CLOCK_HOUR :
	    INT64_MAX;
}

static int
merge_time(DB *index, const DBT *primary, const DBT *row, DBT *result)
{
	struct record key;
	int64_t last_seen;

	(void)index;
	(void)primary;
	if (record_read_merge_time(row->data, row->size, &last_seen) !=
	    STATUS_OK)
		return DB_DONOTINDEX;
	record_key_time(&key, whole_hour(last_seen));
	return give_key(result, &key);
}

struct description {
	const char	*name;
	enum bdb_table	 of;		/* indices: the table */
	bool		 shared;	/* indices: rows may share a key */
	int		(*key)(DB *, const DBT *, const DBT *, DBT *);
	u_int32_t	 page;		/* bytes; 0: the library's choice */
};

static const struct description descriptions[BDB_TABLES] = {
	[BDB_META] = { .name = "meta" },
	[BDB_ACCOUNT] = { .name = "account" },
	[BDB_ACCOUNT_BY_ID] = {
		"account-by-id", BDB_ACCOUNT, false, account_id, 0
	},
	[BDB_ADDRESS] = { .name = "address" },
	[BDB_ANSWER] = { .name = "answer" },
	[BDB_ANSWER_BY_TIME] = {
		"answer-by-time", BDB_ANSWER, true, row_time, 0
	},
	[BDB_OUTREACH] = { .name = "outreach" },
	[BDB_OUTREACH_BY_MESSAGE] = {
		"outreach-by-message", BDB_OUTREACH, true, outreach_message, 0
	},
	[BDB_OUTREACH_BY_PAIR] = {
		"outreach-by-pair", BDB_OUTREACH, true, outreach_pair, 0
	},
	[BDB_CONTACT] = { .name = "contact" },
	[BDB_CONTACT_BY_TIME] = {
		"contact-by-time", BDB_CONTACT, true, row_time, 0
	},
	[BDB_MERGE] = { .name = "merge", .page = MERGE_PAGE },
	[BDB_MERGE_BY_TIME] = {
		"merge-by-time", BDB_MERGE, true, merge_time, 0
	},
	[BDB_OUTBOX] = { .name = "outbox" },
	[BDB_AUDIT] = { .name = "audit" },
	[BDB_EVENT] = { .name = "event" },
	[BDB_EVENT_BY_TIME] = {
		"event-by-time", BDB_EVENT, true, row_time, 0
	},
};

const char *
bdb_table_name(enum bdb_table table)
{
	return descriptions[table].name;
}

bool
bdb_table_is_index(enum bdb_table table)
{
	return descriptions[table].key != NULL;
}

bool
bdb_table_is_shared(enum bdb_table table)
{
	return descriptions[table].shared;
}

enum bdb_table
bdb_index_of(enum bdb_table index)
{
	return descriptions[index].of;
}

bool
bdb_index_key(enum bdb_table index, const DBT *primary, const DBT *row,
    struct record *key)
{
	DBT made;

	if (descriptions[index].key(NULL, primary, row, &made) != 0)
		return false;
	key->length = made.size;
	memcpy(key->bytes, made.data, made.size);
	free(made.data);
	return true;
}

void
bdb_table_file(enum bdb_table table, struct buf *file)
{
	buf_printf(file, "%s.db", descriptions[table].name);
}

/* On disk a file for each table; in memory the name alone. */
static int
open_one(struct engine *bdb, enum bdb_table table)
{
	const struct description *description = &descriptions[table];
	struct buf file;
	DB *db;
	int code;

	if ((code = db_create(&db, bdb->env, 0)) != 0)
		return code;
	bdb->tables[table] = db;
	code = db->set_flags(db, description->shared ?
	    DB_CHKSUM | DB_DUPSORT : DB_CHKSUM);
	if (code == 0 && description->page != 0)
		code = db->set_pagesize(db, description->page);
	if (code != 0)
		return code;
	buf_init(&file);
	bdb_table_file(table, &file);
	code = db->open(db, NULL, bdb->directory != NULL ? file.data : NULL,
	    bdb->directory != NULL ? NULL : description->name, DB_BTREE,
	    DB_CREATE | DB_THREAD | DB_AUTO_COMMIT, 0600);
	buf_release(&file);
	if (code != 0 || description->key == NULL)
		return code;
	/* DB_CREATE: an index that is empty is made from the table. */
	return bdb->tables[description->of]->associate(
	    bdb->tables[description->of], NULL, db, description->key,
	    DB_CREATE | DB_AUTO_COMMIT);
}

int
bdb_tables_open(struct engine *bdb)
{
	unsigned table;
	int code;

	for (table = 0; table < BDB_TABLES; table++)
		if ((code = open_one(bdb, table)) != 0)
			return code;
	return 0;
}

/* Indices before their tables. */
void
bdb_tables_close(struct engine *bdb)
{
	unsigned table;

	for (table = BDB_TABLES; table-- > 0;) {
		if (bdb->tables[table] == NULL)
			continue;
		(void)bdb->tables[table]->close(bdb->tables[table],
		    DB_NOSYNC);
		bdb->tables[table] = NULL;
	}
}
