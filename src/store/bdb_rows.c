/*
 * Rows of bytes: getting, putting, walking.  Every call of the library that
 * concerns a row is made here, and every code it answers passes outcome().
 *
 * Point reads of a writing transaction ask for the write lock at once
 * (DB_RMW): a read lock that must be raised later is how a writer and a view
 * lock each other out.  Walks do not, and let go of each page behind them
 * (DB_READ_COMMITTED): writers take turns, so what one has walked over
 * cannot change before it commits, and a window of 100,000 rows must not end in
 * as many locks.
 *
 * A body may take a lost lock's CONFLICT for a row that is there, and go on.
 * The library must not be asked again in that transaction: each call here
 * answers the first failure once more.
 */
#include <assert.h>
#include <string.h>

#include "store/bdb.h"

/*
 * NOT_FOUND and a key that exists are answers.  A lost lock ends the
 * transaction, and so does want of memory, or of log in memory.  Anything
 * else ends the environment too.
 */
static enum status
outcome(struct bdb_txn *txn, enum bdb_table table, int code)
{
	enum status status = bdb_status(code);

	if (status == STATUS_OK || status == STATUS_NOT_FOUND ||
	    code == DB_KEYEXIST)
		return status;
	if (status == STATUS_MALFORMED)
		status = STATUS_UNAVAILABLE;
	if (status != STATUS_CONFLICT)
		bdb_complain(txn->bdb, "table %s: %s", bdb_table_name(table),
		    db_strerror(code));
	if (status == STATUS_UNAVAILABLE)
		bdb_break(txn->bdb);
	txn->failure = status;
	return status;
}

static DBT
bytes(const void *data, size_t length)
{
	DBT dbt;

	memset(&dbt, 0, sizeof(dbt));
	/* The library's type has no const; what goes in is only read. */
	memcpy(&dbt.data, &data, sizeof(dbt.data));
	dbt.size = (u_int32_t)length;
	return dbt;
}

static u_int32_t
for_update(const struct bdb_txn *txn)
{
	return txn->base.writable ? DB_RMW : 0;
}

/* A partial read of all there is room for: a longer row is no error. */
enum status
bdb_get(struct bdb_txn *txn, enum bdb_table table, const void *key,
    size_t length, struct record *row)
{
	DB *db = txn->bdb->tables[table];
	DBT name = bytes(key, length);
	DBT found = bytes(row->bytes, 0);
	int code;

	found.ulen = found.dlen = sizeof(row->bytes);
	found.flags = DB_DBT_USERMEM | DB_DBT_PARTIAL;
	if (txn->failure != STATUS_OK)
		return txn->failure;
	code = db->get(db, txn->txn, &name, &found, for_update(txn));
	row->length = found.size;
	return outcome(txn, table, code);
}

static enum status
put(struct bdb_txn *txn, enum bdb_table table, const void *key,
    size_t length, const struct record *row, u_int32_t flags)
{
	DB *db = txn->bdb->tables[table];
	DBT name = bytes(key, length);
	DBT value = bytes(row->bytes, row->length);

	if (txn->failure != STATUS_OK)
		return txn->failure;
	return outcome(txn, table, db->put(db, txn->txn, &name, &value,
	    flags));
}

enum status
bdb_put(struct bdb_txn *txn, enum bdb_table table, const void *key,
    size_t length, const struct record *row)
{
	return put(txn, table, key, length, row, 0);
}

enum status
bdb_insert(struct bdb_txn *txn, enum bdb_table table, const void *key,
    size_t length, const struct record *row)
{
	return put(txn, table, key, length, row, DB_NOOVERWRITE);
}

enum status
bdb_remove(struct bdb_txn *txn, enum bdb_table table, const void *key,
    size_t length)
{
	DB *db = txn->bdb->tables[table];
	DBT name = bytes(key, length);

	if (txn->failure != STATUS_OK)
		return txn->failure;
	return outcome(txn, table, db->del(db, txn->txn, &name, 0));
}

enum status
bdb_bad_row(struct bdb_txn *txn, enum bdb_table table)
{
	log_limited(txn->bdb->log, &txn->bdb->bad_row, CLOCK_SECOND,
	    LOG_LEVEL_WARNING,
	    "store: table %s: a row cannot be read and is passed over",
	    bdb_table_name(table));
	return STATUS_NOT_FOUND;
}

enum status
bdb_walk_open(struct bdb_walk *walk, struct bdb_txn *txn,
    enum bdb_table table)
{
	DB *db = txn->bdb->tables[table];
	enum status status;

	memset(walk, 0, sizeof(*walk));
	walk->txn = txn;
	walk->table = table;
	if (txn->failure != STATUS_OK)
		return txn->failure;
	status = outcome(txn, table, db->cursor(db, txn->txn, &walk->cursor,
	    DB_READ_COMMITTED));
	assert(status != STATUS_OK || walk->cursor != NULL);
	return status;
}

void
bdb_walk_close(struct bdb_walk *walk)
{
	if (walk->cursor == NULL)
		return;
	(void)outcome(walk->txn, walk->table,
	    walk->cursor->close(walk->cursor));
	walk->cursor = NULL;
}

/*
 * An index that points at a row which is not there, or not as it says, can
 * only be the doing of a damaged row: the walk ends there.
 */
static enum status
move(struct bdb_walk *walk, u_int32_t how)
{
	DBC *cursor = walk->cursor;
	int code;

	if (walk->txn->failure != STATUS_OK)
		return walk->txn->failure;
	if (bdb_table_is_index(walk->table))
		code = cursor->pget(cursor, &walk->key, &walk->primary,
		    &walk->row, how);
	else
		code = cursor->get(cursor, &walk->key, &walk->row, how);
	if (code == DB_SECONDARY_BAD) {
		walk->misled = true;
		return bdb_bad_row(walk->txn, walk->table);
	}
	return outcome(walk->txn, walk->table, code);
}

enum status
bdb_walk_from(struct bdb_walk *walk, const struct record *key)
{
	walk->key = bytes(key->bytes, key->length);
	return move(walk, DB_SET_RANGE);
}

enum status
bdb_walk_at(struct bdb_walk *walk, const struct record *key)
{
	walk->key = bytes(key->bytes, key->length);
	return move(walk, DB_SET);
}

enum status
bdb_walk_at_from(struct bdb_walk *walk, const struct record *key,
    const struct record *primary)
{
	walk->key = bytes(key->bytes, key->length);
	walk->primary = bytes(primary->bytes, primary->length);
	return move(walk, DB_GET_BOTH_RANGE);
}

enum status
bdb_walk_before(struct bdb_walk *walk, const struct record *key)
{
	enum status status = bdb_walk_from(walk, key);

	if (status == STATUS_OK)
		return move(walk, DB_PREV);
	return status == STATUS_NOT_FOUND ? move(walk, DB_LAST) : status;
}

enum status
bdb_walk_first(struct bdb_walk *walk)
{
	return move(walk, DB_FIRST);
}

enum status
bdb_walk_next(struct bdb_walk *walk)
{
	return move(walk, DB_NEXT);
}

enum status
bdb_walk_next_same(struct bdb_walk *walk)
{
	return move(walk, DB_NEXT_DUP);
}

enum status
bdb_walk_previous(struct bdb_walk *walk)
{
	return move(walk, DB_PREV);
}

enum status
bdb_walk_remove(struct bdb_walk *walk)
{
	if (walk->txn->failure != STATUS_OK)
		return walk->txn->failure;
	return outcome(walk->txn, walk->table,
	    walk->cursor->del(walk->cursor, 0));
}

bool
bdb_walk_begins(const struct bdb_walk *walk, const struct record *prefix,
    size_t length)
{
	return walk->key.size >= length &&
	    memcmp(walk->key.data, prefix->bytes, length) == 0;
}

enum status
bdb_walk_outreach(const struct bdb_walk *walk, struct outreach *outreach)
{
	const DBT *key = bdb_table_is_index(walk->table) ? &walk->primary :
	    &walk->key;

	if (record_read_key_outreach(key->data, key->size, outreach) !=
	    STATUS_OK || record_read_outreach(walk->row.data, walk->row.size,
	    outreach) != STATUS_OK)
		return bdb_bad_row(walk->txn, walk->table);
	return STATUS_OK;
}

/*
 * The key one longer than the greatest count is behind all of this moment and
 * before all of the next.
 */
enum status
bdb_first_free(struct bdb_txn *txn, enum bdb_table table,
    const struct record *key, uint32_t *n)
{
	const size_t prefix = key->length - sizeof(*n);
	struct record end;
	struct bdb_walk walk;
	enum status status;
	uint8_t *count;

	*n = 0;
	end.length = key->length + 1;
	memcpy(end.bytes, key->bytes, prefix);
	memset(end.bytes + prefix, 0xff, sizeof(*n));
	end.bytes[key->length] = 0;
	if ((status = bdb_walk_open(&walk, txn, table)) != STATUS_OK)
		goto out;
	status = bdb_walk_before(&walk, &end);
	if (status == STATUS_NOT_FOUND)
		status = STATUS_OK;
	else if (status == STATUS_OK && walk.key.size == key->length &&
	    bdb_walk_begins(&walk, key, prefix)) {
		count = (uint8_t *)walk.key.data + prefix;
		*n = (uint32_t)count[0] << 24 | (uint32_t)count[1] << 16 |
		    (uint32_t)count[2] << 8 | count[3];
		status = *n == UINT32_MAX ? STATUS_LIMIT : STATUS_OK;
		(*n)++;
	}
out:
	bdb_walk_close(&walk);
	return status;
}
