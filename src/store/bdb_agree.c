/*
 * Do the tables and their indices agree?  Each row must decode and stand in
 * its table's indices, and each place of an index must lead to a row that
 * belongs there.
 *
 * A place is the table and, behind a byte with its length, the key of the last
 * row looked at; in an index that row's own key follows.
 */
#include <stdio.h>
#include <string.h>

#include "store/bdb.h"

#define FAULT_SIZE	160
#define INDICES_MAX	2	/* of one table */

struct looking {
	struct bdb_txn	*txn;
	enum bdb_table	 table;
	struct bdb_walk	 indices[INDICES_MAX];
	size_t		 count;
	void		(*found)(void *, const char *);
	void		*context;
};

static void
tell(const struct looking *looking, enum bdb_table table, const char *what)
{
	char text[FAULT_SIZE];

	snprintf(text, sizeof(text), "%s %s: %s",
	    bdb_table_is_index(table) ? "index" : "table",
	    bdb_table_name(table), what);
	looking->found(looking->context, text);
}

static bool
same(const DBT *a, const struct record *b)
{
	return a->size == b->length && memcmp(a->data, b->bytes, a->size) == 0;
}

static bool
to_record(struct record *record, const DBT *dbt)
{
	if (dbt->size > sizeof(record->bytes))
		return false;
	record->length = dbt->size;
	memcpy(record->bytes, dbt->data, dbt->size);
	return true;
}

/* Does the index know this row?  It is looked for in the order it stands in. */
static enum status
look_in_index(const struct looking *looking, struct bdb_walk *index,
    const struct bdb_walk *walk)
{
	struct record key, primary;
	enum status status;

	if (!bdb_index_key(index->table, &walk->key, &walk->row, &key) ||
	    !to_record(&primary, &walk->key))
		return STATUS_OK;
	status = bdb_table_is_shared(index->table) ?
	    bdb_walk_at_from(index, &key, &primary) :
	    bdb_walk_at(index, &key);
	if (status == STATUS_NOT_FOUND ||
	    (status == STATUS_OK && !same(&index->primary, &primary))) {
		tell(looking, index->table, "a row is missing in it");
		return STATUS_OK;
	}
	return status;
}

static enum status
look_at_row(struct looking *looking, const struct bdb_walk *walk)
{
	enum status status = STATUS_OK;
	size_t i;

	if (!bdb_row_is_readable(looking->table, &walk->key, &walk->row)) {
		tell(looking, looking->table, "a row cannot be read");
		return STATUS_OK;
	}
	for (i = 0; i < looking->count && status == STATUS_OK; i++)
		status = look_in_index(looking, &looking->indices[i], walk);
	return status;
}

static enum status
look_at_entry(const struct looking *looking, const struct bdb_walk *walk)
{
	struct record key;

	if (!bdb_index_key(looking->table, &walk->primary, &walk->row, &key) ||
	    !same(&walk->key, &key))
		tell(looking, looking->table, "a row stands at a wrong place");
	return STATUS_OK;
}

/* A damaged key is no place to stop at. */
static bool
take_place(struct store_place *place, const struct bdb_walk *walk)
{
	bool index = bdb_table_is_index(walk->table);
	size_t length = walk->key.size;

	if (length + (index ? walk->primary.size : 0) + 2 >
	    sizeof(place->key))
		return false;
	place->key[0] = (uint8_t)(length >> 8);
	place->key[1] = (uint8_t)length;
	memcpy(place->key + 2, walk->key.data, length);
	place->length = (uint32_t)length + 2;
	if (index) {
		memcpy(place->key + place->length, walk->primary.data,
		    walk->primary.size);
		place->length += walk->primary.size;
	}
	return true;
}

/* False: it is no place that take_place has made. */
static bool
split_place(const struct store_place *place, struct record *key,
    struct record *primary)
{
	if (place->length < 2 || place->length > sizeof(place->key))
		return false;
	key->length = (size_t)(place->key[0] << 8 | place->key[1]);
	if (key->length > (size_t)place->length - 2)
		return false;
	primary->length = place->length - 2 - key->length;
	memcpy(key->bytes, place->key + 2, key->length);
	memcpy(primary->bytes, place->key + 2 + key->length, primary->length);
	return true;
}

/* The first row behind the place. */
static enum status
begin(struct bdb_walk *walk, const struct store_place *place)
{
	struct record key, primary;
	enum status status;

	if (place->length == 0)
		return bdb_walk_first(walk);
	if (!split_place(place, &key, &primary))
		return STATUS_MALFORMED;
	if (!bdb_table_is_shared(walk->table)) {
		status = bdb_walk_from(walk, &key);
		return status == STATUS_OK && same(&walk->key, &key) ?
		    bdb_walk_next(walk) : status;
	}
	status = bdb_walk_at_from(walk, &key, &primary);
	if (status == STATUS_OK && same(&walk->primary, &primary))
		return bdb_walk_next(walk);
	if (status != STATUS_NOT_FOUND)
		return status;
	/* No row of this key is left: the next key. */
	key.bytes[key.length++] = 0;
	return bdb_walk_from(walk, &key);
}

static enum status
look_at(struct looking *looking, struct bdb_walk *walk,
    struct store_place *place, size_t *left)
{
	enum status status;

	for (status = begin(walk, place); status == STATUS_OK;
	    status = bdb_walk_next(walk)) {
		status = bdb_table_is_index(looking->table) ?
		    look_at_entry(looking, walk) : look_at_row(looking, walk);
		if (status != STATUS_OK)
			break;
		if (take_place(place, walk) && --*left == 0)
			break;
	}
	if (status == STATUS_NOT_FOUND && walk->misled)
		tell(looking, looking->table, "an entry leads to no row; what "
		    "is behind it was not looked at");
	return status;
}

/* Goes on in one table until it is at its end, or *left is 0. */
static enum status
look_at_table(struct looking *looking, struct store_place *place,
    size_t *left)
{
	struct bdb_walk walk = { .cursor = NULL };
	enum status status;
	unsigned table;
	size_t i;

	looking->count = 0;
	status = bdb_walk_open(&walk, looking->txn, looking->table);
	for (table = 0; table < BDB_TABLES && status == STATUS_OK; table++)
		if (bdb_table_is_index(table) && bdb_index_of(table) ==
		    looking->table)
			status = bdb_walk_open(
			    &looking->indices[looking->count++],
			    looking->txn, table);
	if (status == STATUS_OK)
		status = look_at(looking, &walk, place, left);
	for (i = 0; i < looking->count; i++)
		bdb_walk_close(&looking->indices[i]);
	bdb_walk_close(&walk);
	if (status != STATUS_NOT_FOUND)
		return status;
	place->length = 0;
	place->end = ++place->part == BDB_TABLES;
	return STATUS_OK;
}

enum status
bdb_agree(struct store_txn *txn, struct store_place *place, size_t most,
    void (*found)(void *, const char *), void *context)
{
	struct looking looking = { .txn = bdb_txn(txn), .found = found,
	    .context = context };
	enum status status = STATUS_OK;

	if (place->part >= BDB_TABLES)
		place->end = true;
	while (status == STATUS_OK && !place->end && most > 0) {
		looking.table = (enum bdb_table)place->part;
		status = look_at_table(&looking, place, &most);
	}
	return status;
}
