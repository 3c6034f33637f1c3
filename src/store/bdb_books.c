/*
 * The smaller books: notices to be mailed, the audit log, events of imported
 * histories, and the small values of meta.
 */
#include <inttypes.h>
#include <string.h>

#include "store/bdb.h"

/*
 * Kept in meta.  A notice's sequence is never given twice: taken from the
 * outbox's last row it would be, and the removal of an old notice could hit a
 * new one.
 */
#define LAST_NOTICE	"store.notice"
#define SCHEMA		BDB_SCHEMA_NAME

enum status
bdb_meta_get(struct store_txn *store_txn, const char *name, void *value,
    size_t size, size_t *length)
{
	struct bdb_txn *txn = bdb_txn(store_txn);
	struct record row;
	enum status status;

	*length = 0;
	status = bdb_get(txn, BDB_META, name, strlen(name), &row);
	if (status != STATUS_OK)
		return status;
	status = record_read_meta(row.bytes, row.length, value, size, length);
	return status == STATUS_MALFORMED ? bdb_bad_row(txn, BDB_META) :
	    status;
}

enum status
bdb_meta_put(struct store_txn *store_txn, const char *name,
    const void *value, size_t length)
{
	struct record row;
	enum status status;

	if ((status = record_meta(&row, value, length)) != STATUS_OK)
		return status;
	return bdb_put(bdb_txn(store_txn), BDB_META, name, strlen(name),
	    &row);
}

/*
 * A number that cannot be read is not there, like any row; but to begin
 * again at 1 would give numbers twice.  So this one is an error.
 */
enum status
bdb_next_number(struct bdb_txn *txn, const char *name, uint64_t *number)
{
	struct record row;
	enum status status;

	status = bdb_get(txn, BDB_META, name, strlen(name), &row);
	if (status == STATUS_NOT_FOUND)
		*number = 0;
	else if (status != STATUS_OK)
		return status;
	else if (record_read_number(row.bytes, row.length, number) !=
	    STATUS_OK) {
		(void)bdb_bad_row(txn, BDB_META);
		return STATUS_UNAVAILABLE;
	}
	record_number(&row, ++*number);
	return bdb_put(txn, BDB_META, name, strlen(name), &row);
}

struct schema {
	uint64_t	found;		/* BDB_SCHEMA in a new store */
	bool		raised;
};

/*
 * An older schema is raised in the transaction that finds it: from then on
 * rows may be written that only we can read.
 */
static enum status
agree_on_schema(struct store_txn *store_txn, void *argument)
{
	struct bdb_txn *txn = bdb_txn(store_txn);
	struct schema *schema = argument;
	struct record row;
	enum status status;

	schema->found = BDB_SCHEMA;
	schema->raised = false;
	status = bdb_get(txn, BDB_META, SCHEMA, strlen(SCHEMA), &row);
	if (status == STATUS_OK) {
		status = record_read_number(row.bytes, row.length,
		    &schema->found);
		if (status != STATUS_OK || schema->found >= BDB_SCHEMA ||
		    schema->found < BDB_SCHEMA_OLDEST || txn->bdb->as_it_is)
			return status;
		schema->raised = true;
	} else if (status != STATUS_NOT_FOUND)
		return status;
	record_number(&row, BDB_SCHEMA);
	return bdb_put(txn, BDB_META, SCHEMA, strlen(SCHEMA), &row);
}

enum status
bdb_schema_check(struct engine *bdb, struct buf *why)
{
	const char *name = bdb->directory != NULL ? bdb->directory :
	    "the store in memory";
	struct schema schema;
	enum status status;

	status = bdb_transact(bdb, true, agree_on_schema, &schema);
	if (status != STATUS_OK) {
		buf_printf(why, "%s: the store's schema cannot be read: %s",
		    name, status_text(status));
		return status;
	}
	if (schema.raised) {
		log_write(bdb->log, LOG_LEVEL_INFO, "store: taken over from "
		    "schema %" PRIu64 ", now of schema %d", schema.found,
		    BDB_SCHEMA);
		return STATUS_OK;
	}
	if (schema.found == BDB_SCHEMA || (bdb->as_it_is &&
	    schema.found >= BDB_SCHEMA_OLDEST && schema.found < BDB_SCHEMA))
		return STATUS_OK;
	buf_printf(why, "%s: the store is of schema %" PRIu64
	    "; this program knows schema %d", name, schema.found, BDB_SCHEMA);
	return STATUS_MALFORMED;
}

enum status
bdb_outbox_add(struct store_txn *store_txn, struct store_notice *notice)
{
	struct bdb_txn *txn = bdb_txn(store_txn);
	struct record key, row;
	enum status status;

	status = bdb_next_number(txn, LAST_NOTICE, &notice->sequence);
	if (status != STATUS_OK)
		return status;
	record_key_number(&key, notice->sequence);
	record_notice(&row, notice);
	return bdb_put(txn, BDB_OUTBOX, key.bytes, key.length, &row);
}

enum status
bdb_outbox_put(struct store_txn *store_txn, const struct store_notice *notice)
{
	struct bdb_txn *txn = bdb_txn(store_txn);
	struct record key, row;
	enum status status;

	record_key_number(&key, notice->sequence);
	status = bdb_get(txn, BDB_OUTBOX, key.bytes, key.length, &row);
	if (status != STATUS_OK)
		return status;
	record_notice(&row, notice);
	return bdb_put(txn, BDB_OUTBOX, key.bytes, key.length, &row);
}

enum status
bdb_outbox_remove(struct store_txn *store_txn, uint64_t sequence)
{
	struct record key;

	record_key_number(&key, sequence);
	return bdb_remove(bdb_txn(store_txn), BDB_OUTBOX, key.bytes,
	    key.length);
}

enum status
bdb_outbox_get(struct store_txn *store_txn, uint64_t sequence,
    struct store_notice *notice)
{
	struct bdb_txn *txn = bdb_txn(store_txn);
	struct record key, row;
	enum status status;

	record_key_number(&key, sequence);
	status = bdb_get(txn, BDB_OUTBOX, key.bytes, key.length, &row);
	if (status != STATUS_OK)
		return status;
	memset(notice, 0, sizeof(*notice));
	notice->sequence = sequence;
	return record_read_notice(row.bytes, row.length, notice) ==
	    STATUS_OK ? STATUS_OK : bdb_bad_row(txn, BDB_OUTBOX);
}

static enum status
read_notice(const struct bdb_walk *walk, struct store_notice *notice)
{
	memset(notice, 0, sizeof(*notice));
	if (record_read_key_number(walk->key.data, walk->key.size,
	    &notice->sequence) != STATUS_OK ||
	    record_read_notice(walk->row.data, walk->row.size, notice) !=
	    STATUS_OK)
		return bdb_bad_row(walk->txn, BDB_OUTBOX);
	return STATUS_OK;
}

enum status
bdb_outbox_each(struct store_txn *store_txn,
    bool (*row)(void *, const struct store_notice *), void *context)
{
	struct store_notice notice;
	struct bdb_walk walk;
	enum status status;

	status = bdb_walk_open(&walk, bdb_txn(store_txn), BDB_OUTBOX);
	if (status != STATUS_OK)
		return status;
	for (status = bdb_walk_first(&walk); status == STATUS_OK;
	    status = bdb_walk_next(&walk))
		if (read_notice(&walk, &notice) == STATUS_OK &&
		    !row(context, &notice))
			break;
	bdb_walk_close(&walk);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status
bdb_audit_add(struct store_txn *store_txn, struct store_audit *audit)
{
	struct bdb_txn *txn = bdb_txn(store_txn);
	struct record key, row;
	enum status status;

	record_key_moment(&key, audit->when, 0);
	status = bdb_first_free(txn, BDB_AUDIT, &key, &audit->n);
	if (status != STATUS_OK)
		return status;
	record_key_moment(&key, audit->when, audit->n);
	record_audit(&row, audit);
	return bdb_put(txn, BDB_AUDIT, key.bytes, key.length, &row);
}

/* False: stop. */
static bool
show_audit(const struct bdb_walk *walk, int64_t until,
    bool (*row)(void *, const struct store_audit *), void *context)
{
	struct store_audit audit;

	if (record_read_key_moment(walk->key.data, walk->key.size,
	    &audit.when, &audit.n) != STATUS_OK ||
	    record_read_audit(walk->row.data, walk->row.size, &audit) !=
	    STATUS_OK) {
		(void)bdb_bad_row(walk->txn, BDB_AUDIT);
		return true;
	}
	return audit.when <= until && row(context, &audit);
}

enum status
bdb_audit_each(struct store_txn *store_txn, int64_t from, int64_t until,
    bool (*row)(void *, const struct store_audit *), void *context)
{
	struct bdb_walk walk;
	struct record key;
	enum status status;

	if (from >= until)
		return STATUS_OK;
	record_key_moment(&key, from + 1, 0);
	status = bdb_walk_open(&walk, bdb_txn(store_txn), BDB_AUDIT);
	if (status != STATUS_OK)
		return status;
	for (status = bdb_walk_from(&walk, &key); status == STATUS_OK;
	    status = bdb_walk_next(&walk))
		if (!show_audit(&walk, until, row, context))
			break;
	bdb_walk_close(&walk);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status
bdb_event_add(struct store_txn *store_txn, const struct ident *event,
    int64_t when)
{
	struct record row;

	record_time(&row, when);
	return bdb_insert(bdb_txn(store_txn), BDB_EVENT, event->bytes,
	    IDENT_SIZE, &row);
}
