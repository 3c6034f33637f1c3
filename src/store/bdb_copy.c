/*
 * Rows of all tables, out and in again.
 *
 * What the library needs beside them is not shown: indices make themselves, and
 * the schema is the program's.  The last numbers given of sequences stand in
 * meta, under names of the engine's own, and are shown as counters.
 */
#include <string.h>

#include "store/bdb.h"

#define OWN_PREFIX	"store."

/* What a key and a row turned out to be. */
enum sight {
	SIGHT_ROW,
	SIGHT_OTHER,		/* of another table that shares this one */
	SIGHT_BAD
};

struct kind {
	enum bdb_table	 table;
	enum sight	(*read)(const DBT *key, const DBT *bytes,
			    struct store_row *row);
	enum status	(*write)(const struct store_row *row,
			    struct record *key, struct record *bytes);
};

static enum sight
sight(enum status status)
{
	return status == STATUS_OK ? SIGHT_ROW : SIGHT_BAD;
}

static bool
take_name(const DBT *key, struct store_row *row)
{
	if (key->size >= sizeof(row->name) ||
	    memchr(key->data, '\0', key->size) != NULL)
		return false;
	memcpy(row->name, key->data, key->size);
	row->name[key->size] = '\0';
	return true;
}

static void
name_key(struct record *key, const char *name)
{
	key->length = strlen(name);
	memcpy(key->bytes, name, key->length);
}

static bool
is_own(const DBT *key)
{
	const size_t length = sizeof(OWN_PREFIX) - 1;

	return key->size > length &&
	    memcmp(key->data, OWN_PREFIX, length) == 0;
}

static bool
is_schema(const DBT *key)
{
	return key->size == sizeof(BDB_SCHEMA_NAME) - 1 &&
	    memcmp(key->data, BDB_SCHEMA_NAME, key->size) == 0;
}

static enum sight
read_counter(const DBT *key, const DBT *bytes, struct store_row *row)
{
	const size_t own = sizeof(OWN_PREFIX) - 1;

	if (!is_own(key) || is_schema(key))
		return SIGHT_OTHER;
	if (!take_name(key, row))
		return SIGHT_BAD;
	memmove(row->name, row->name + own, strlen(row->name + own) + 1);
	return sight(record_read_number(bytes->data, bytes->size,
	    &row->number));
}

static enum status
write_counter(const struct store_row *row, struct record *key,
    struct record *bytes)
{
	if (strcmp(row->name, &BDB_SCHEMA_NAME[sizeof(OWN_PREFIX) - 1]) == 0)
		return STATUS_MALFORMED;
	name_key(key, OWN_PREFIX);
	memcpy(key->bytes + key->length, row->name, strlen(row->name));
	key->length += strlen(row->name);
	record_number(bytes, row->number);
	return STATUS_OK;
}

static enum sight
read_meta(const DBT *key, const DBT *bytes, struct store_row *row)
{
	if (is_own(key))
		return SIGHT_OTHER;
	if (!take_name(key, row))
		return SIGHT_BAD;
	return sight(record_read_meta(bytes->data, bytes->size, row->value,
	    sizeof(row->value), &row->length));
}

static enum status
write_meta(const struct store_row *row, struct record *key,
    struct record *bytes)
{
	name_key(key, row->name);
	return record_meta(bytes, row->value, row->length);
}

static enum sight
read_account(const DBT *key, const DBT *bytes, struct store_row *row)
{
	const char *user = row->account.user;

	if (record_read_account(bytes->data, bytes->size, &row->account) !=
	    STATUS_OK || strlen(user) != key->size ||
	    memcmp(user, key->data, key->size) != 0)
		return SIGHT_BAD;
	return SIGHT_ROW;
}

static enum status
write_account(const struct store_row *row, struct record *key,
    struct record *bytes)
{
	name_key(key, row->account.user);
	record_account(bytes, &row->account);
	return STATUS_OK;
}

static enum sight
read_address(const DBT *key, const DBT *bytes, struct store_row *row)
{
	return take_name(key, row) ? sight(record_read_number(bytes->data,
	    bytes->size, &row->number)) : SIGHT_BAD;
}

static enum status
write_address(const struct store_row *row, struct record *key,
    struct record *bytes)
{
	name_key(key, row->name);
	record_number(bytes, row->number);
	return STATUS_OK;
}

static enum sight
read_answer(const DBT *key, const DBT *bytes, struct store_row *row)
{
	return record_read_key_answer(key->data, key->size, row->name,
	    sizeof(row->name), &row->number) == STATUS_OK ?
	    sight(record_read_time(bytes->data, bytes->size, &row->when)) :
	    SIGHT_BAD;
}

static enum status
write_answer(const struct store_row *row, struct record *key,
    struct record *bytes)
{
	record_key_answer(key, row->name, row->number);
	record_time(bytes, row->when);
	return STATUS_OK;
}

static enum sight
read_outreach(const DBT *key, const DBT *bytes, struct store_row *row)
{
	return record_read_key_outreach(key->data, key->size,
	    &row->outreach) == STATUS_OK ? sight(record_read_outreach(
	    bytes->data, bytes->size, &row->outreach)) : SIGHT_BAD;
}

static enum status
write_outreach(const struct store_row *row, struct record *key,
    struct record *bytes)
{
	record_key_outreach(key, row->outreach.account,
	    row->outreach.sent_at, row->outreach.n);
	record_outreach(bytes, &row->outreach);
	return STATUS_OK;
}

static enum sight
read_contact(const DBT *key, const DBT *bytes, struct store_row *row)
{
	if (key->size != RECORD_PAIR_SIZE || record_read_key_number(key->data,
	    RECORD_NUMBER_SIZE, &row->number) != STATUS_OK)
		return SIGHT_BAD;
	memcpy(row->ident.bytes, (const uint8_t *)key->data +
	    RECORD_NUMBER_SIZE, IDENT_SIZE);
	return sight(record_read_time(bytes->data, bytes->size, &row->when));
}

static enum status
write_contact(const struct store_row *row, struct record *key,
    struct record *bytes)
{
	record_key_pair(key, row->number, &row->ident);
	record_time(bytes, row->when);
	return STATUS_OK;
}

static enum sight
read_merge(const DBT *key, const DBT *bytes, struct store_row *row)
{
	return record_read_key_slot(key->data, key->size, &row->number,
	    &row->merge.slot) == STATUS_OK ? sight(record_read_merge(
	    bytes->data, bytes->size, &row->merge)) : SIGHT_BAD;
}

static enum status
write_merge(const struct store_row *row, struct record *key,
    struct record *bytes)
{
	record_key_slot(key, row->number, row->merge.slot);
	record_merge(bytes, &row->merge);
	return STATUS_OK;
}

static enum sight
read_notice(const DBT *key, const DBT *bytes, struct store_row *row)
{
	return record_read_key_number(key->data, key->size,
	    &row->notice.sequence) == STATUS_OK ? sight(record_read_notice(
	    bytes->data, bytes->size, &row->notice)) : SIGHT_BAD;
}

static enum status
write_notice(const struct store_row *row, struct record *key,
    struct record *bytes)
{
	record_key_number(key, row->notice.sequence);
	record_notice(bytes, &row->notice);
	return STATUS_OK;
}

static enum sight
read_audit(const DBT *key, const DBT *bytes, struct store_row *row)
{
	return record_read_key_moment(key->data, key->size, &row->audit.when,
	    &row->audit.n) == STATUS_OK ? sight(record_read_audit(bytes->data,
	    bytes->size, &row->audit)) : SIGHT_BAD;
}

static enum status
write_audit(const struct store_row *row, struct record *key,
    struct record *bytes)
{
	record_key_moment(key, row->audit.when, row->audit.n);
	record_audit(bytes, &row->audit);
	return STATUS_OK;
}

static enum sight
read_event(const DBT *key, const DBT *bytes, struct store_row *row)
{
	if (key->size != IDENT_SIZE)
		return SIGHT_BAD;
	memcpy(row->ident.bytes, key->data, IDENT_SIZE);
	return sight(record_read_time(bytes->data, bytes->size, &row->when));
}

static enum status
write_event(const struct store_row *row, struct record *key,
    struct record *bytes)
{
	key->length = IDENT_SIZE;
	memcpy(key->bytes, row->ident.bytes, IDENT_SIZE);
	record_time(bytes, row->when);
	return STATUS_OK;
}

static const struct kind kinds[STORE_TABLES] = {
	[STORE_TABLE_COUNTER] = { BDB_META, read_counter, write_counter },
	[STORE_TABLE_META] = { BDB_META, read_meta, write_meta },
	[STORE_TABLE_ACCOUNT] = { BDB_ACCOUNT, read_account, write_account },
	[STORE_TABLE_ADDRESS] = { BDB_ADDRESS, read_address, write_address },
	[STORE_TABLE_ANSWER] = { BDB_ANSWER, read_answer, write_answer },
	[STORE_TABLE_OUTREACH] = { BDB_OUTREACH, read_outreach,
	    write_outreach },
	[STORE_TABLE_CONTACT] = { BDB_CONTACT, read_contact, write_contact },
	[STORE_TABLE_MERGE] = { BDB_MERGE, read_merge, write_merge },
	[STORE_TABLE_NOTICE] = { BDB_OUTBOX, read_notice, write_notice },
	[STORE_TABLE_AUDIT] = { BDB_AUDIT, read_audit, write_audit },
	[STORE_TABLE_EVENT] = { BDB_EVENT, read_event, write_event },
};

bool
bdb_row_is_readable(enum bdb_table table, const DBT *key, const DBT *bytes)
{
	struct store_row row;
	unsigned i;

	if (table == BDB_META && is_schema(key))
		return true;
	for (i = 0; i < STORE_TABLES; i++)
		if (kinds[i].table == table &&
		    kinds[i].read(key, bytes, &row) == SIGHT_ROW)
			return true;
	return false;
}

struct showing {
	uint64_t	*unreadable;
	void		(*row)(void *, const struct store_row *);
	void		*context;
};

/* Does the row count among those that were asked for? */
static bool
show(const struct bdb_walk *walk, struct store_place *place,
    const struct showing *showing)
{
	struct store_row row;
	enum sight seen;

	memset(&row, 0, sizeof(row));
	row.table = (enum store_table)place->part;
	seen = kinds[place->part].read(&walk->key, &walk->row, &row);
	if (seen == SIGHT_ROW)
		showing->row(showing->context, &row);
	else if (seen == SIGHT_BAD)
		(*showing->unreadable)++;
	/* A key this long is damaged, and no place to stop at. */
	if (walk->key.size > sizeof(place->key))
		return false;
	place->length = walk->key.size;
	memcpy(place->key, walk->key.data, walk->key.size);
	return seen != SIGHT_OTHER;
}

/* The first row behind the place. */
static enum status
begin(struct bdb_walk *walk, const struct store_place *place)
{
	struct record key;
	enum status status;

	if (place->length == 0)
		return bdb_walk_first(walk);
	key.length = place->length;
	memcpy(key.bytes, place->key, place->length);
	status = bdb_walk_from(walk, &key);
	if (status == STATUS_OK && walk->key.size == key.length &&
	    bdb_walk_begins(walk, &key, key.length))
		status = bdb_walk_next(walk);
	return status;
}

/* Goes on in one table until it is at its end, or *left is 0. */
static enum status
walk_table(struct bdb_txn *txn, struct store_place *place, size_t *left,
    const struct showing *showing)
{
	struct bdb_walk walk;
	enum status status;

	status = bdb_walk_open(&walk, txn, kinds[place->part].table);
	if (status != STATUS_OK)
		return status;
	for (status = begin(&walk, place); status == STATUS_OK;
	    status = bdb_walk_next(&walk))
		if (show(&walk, place, showing) && --*left == 0)
			break;
	bdb_walk_close(&walk);
	if (status != STATUS_NOT_FOUND)
		return status;
	place->length = 0;
	place->end = ++place->part == STORE_TABLES;
	return STATUS_OK;
}

enum status
bdb_copy_out(struct store_txn *txn, struct store_place *place, size_t most,
    uint64_t *unreadable, void (*row)(void *, const struct store_row *),
    void *context)
{
	const struct showing showing = { unreadable, row, context };
	enum status status = STATUS_OK;

	if (place->part >= STORE_TABLES)
		place->end = true;
	if (place->length > sizeof(place->key))
		return STATUS_MALFORMED;
	while (status == STATUS_OK && !place->end && most > 0)
		status = walk_table(bdb_txn(txn), place, &most, &showing);
	return status;
}

enum status
bdb_copy_in(struct store_txn *txn, const struct store_row *row)
{
	const struct kind *kind = &kinds[row->table];
	struct record key, bytes;
	enum status status = kind->write(row, &key, &bytes);

	if (row->table == STORE_TABLE_MERGE)
		bdb_merge_changes(bdb_txn(txn), row->number);
	return status != STATUS_OK ? status : bdb_insert(bdb_txn(txn),
	    kind->table, key.bytes, key.length, &bytes);
}
