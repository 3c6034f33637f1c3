/*
 * The ledger of outreach: its table, keyed by account and time of sending, and
 * its indices by message and by pair (account, candidate).
 */
#include <string.h>

#include "store/bdb.h"

static void
message_key(struct record *key, const struct ident *message)
{
	key->length = IDENT_SIZE;
	memcpy(key->bytes, message->bytes, IDENT_SIZE);
}

static void
copy_primary(struct record *key, const struct bdb_walk *walk)
{
	key->length = walk->primary.size < RECORD_OUTREACH_SIZE ?
	    walk->primary.size : RECORD_OUTREACH_SIZE;
	memcpy(key->bytes, walk->primary.data, key->length);
}

static bool
stands_at(const struct bdb_walk *walk, const struct record *primary)
{
	return walk->primary.size == primary->length &&
	    memcmp(walk->primary.data, primary->bytes, primary->length) == 0;
}

/*
 * Is there a row that both indices know, one under this message, the other
 * under this pair?  The rows of each stand in the same order, so the two
 * walks leap to each other's place until they meet or one ends.  The cost is
 * that of the shorter list, be it a message to 1,000 candidates or the
 * 1,000th message to one; looking through either list alone would be dear
 * for one of the two.  The pair comes first: most have no row at all.
 */
static enum status
meet(struct bdb_walk *pair, const struct record *pair_key,
    struct bdb_walk *message, const struct record *message_key)
{
	struct record place;
	enum status status = bdb_walk_at(pair, pair_key);

	while (status == STATUS_OK) {
		copy_primary(&place, pair);
		status = bdb_walk_at_from(message, message_key, &place);
		if (status != STATUS_OK || stands_at(message, &place))
			break;
		copy_primary(&place, message);
		status = bdb_walk_at_from(pair, pair_key, &place);
		if (status != STATUS_OK || stands_at(pair, &place))
			break;
	}
	return status;
}

/* OK: the account has this (message, candidate).  NOT_FOUND: it has not. */
static enum status
find_outreach(struct bdb_txn *txn, const struct outreach *outreach)
{
	struct bdb_walk pair = { .cursor = NULL }, message = pair;
	struct record by_pair, by_message;
	enum status status;

	record_key_pair(&by_pair, outreach->account, &outreach->candidate);
	message_key(&by_message, &outreach->message);
	status = bdb_walk_open(&pair, txn, BDB_OUTREACH_BY_PAIR);
	if (status != STATUS_OK)
		goto out;
	status = bdb_walk_open(&message, txn, BDB_OUTREACH_BY_MESSAGE);
	if (status != STATUS_OK)
		goto out;
	status = meet(&pair, &by_pair, &message, &by_message);
out:
	bdb_walk_close(&message);
	bdb_walk_close(&pair);
	return status;
}

enum status
bdb_outreach_add(struct store_txn *store_txn, struct outreach *outreach)
{
	struct bdb_txn *txn = bdb_txn(store_txn);
	struct record key, row;
	enum status status;

	status = find_outreach(txn, outreach);
	if (status != STATUS_NOT_FOUND)
		return status == STATUS_OK ? STATUS_CONFLICT : status;
	record_key_outreach(&key, outreach->account, outreach->sent_at, 0);
	status = bdb_first_free(txn, BDB_OUTREACH, &key, &outreach->n);
	if (status != STATUS_OK)
		return status;
	record_key_outreach(&key, outreach->account, outreach->sent_at,
	    outreach->n);
	record_outreach(&row, outreach);
	return bdb_put(txn, BDB_OUTREACH, key.bytes, key.length, &row);
}

/* Message, candidate and length stay: they are what the row is about. */
enum status
bdb_outreach_put(struct store_txn *store_txn, const struct outreach *outreach)
{
	struct bdb_txn *txn = bdb_txn(store_txn);
	struct outreach stored, changed;
	struct record key, row;
	enum status status;

	record_key_outreach(&key, outreach->account, outreach->sent_at,
	    outreach->n);
	status = bdb_get(txn, BDB_OUTREACH, key.bytes, key.length, &row);
	if (status != STATUS_OK)
		return status;
	if (record_read_outreach(row.bytes, row.length, &stored) != STATUS_OK)
		return bdb_bad_row(txn, BDB_OUTREACH);
	changed = *outreach;
	changed.message = stored.message;
	changed.candidate = stored.candidate;
	changed.length = stored.length;
	record_outreach(&row, &changed);
	return bdb_put(txn, BDB_OUTREACH, key.bytes, key.length, &row);
}

/* The library moves the row to its new places in the indices. */
enum status
bdb_outreach_rename(struct store_txn *store_txn,
    const struct outreach *outreach)
{
	struct bdb_txn *txn = bdb_txn(store_txn);
	struct record key, row;
	enum status status;

	status = find_outreach(txn, outreach);
	if (status != STATUS_NOT_FOUND)
		return status == STATUS_OK ? STATUS_CONFLICT : status;
	record_key_outreach(&key, outreach->account, outreach->sent_at,
	    outreach->n);
	status = bdb_get(txn, BDB_OUTREACH, key.bytes, key.length, &row);
	if (status != STATUS_OK)
		return status;
	record_outreach(&row, outreach);
	return bdb_put(txn, BDB_OUTREACH, key.bytes, key.length, &row);
}

/* A row that does not decode is passed over.  False: stop. */
static bool
show(const struct bdb_walk *walk,
    bool (*row)(void *, const struct outreach *), void *context)
{
	struct outreach outreach;

	return bdb_walk_outreach(walk, &outreach) != STATUS_OK ||
	    row(context, &outreach);
}

enum status
bdb_outreach_by_message(struct store_txn *store_txn,
    const struct ident *message, bool (*row)(void *, const struct outreach *),
    void *context)
{
	struct record key;
	struct bdb_walk walk;
	enum status status;

	message_key(&key, message);
	status = bdb_walk_open(&walk, bdb_txn(store_txn),
	    BDB_OUTREACH_BY_MESSAGE);
	if (status != STATUS_OK)
		return status;
	for (status = bdb_walk_at(&walk, &key); status == STATUS_OK;
	    status = bdb_walk_next_same(&walk))
		if (!show(&walk, row, context))
			break;
	bdb_walk_close(&walk);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/*
 * Newest first: backwards from the least key behind the pair's.  An index
 * sorted the other way round was rejected: the library's own tools would
 * take it for damaged.
 */
enum status
bdb_outreach_by_pair(struct store_txn *store_txn, uint64_t account,
    const struct ident *candidate,
    bool (*row)(void *, const struct outreach *), void *context)
{
	struct record key;
	struct bdb_walk walk;
	enum status status;

	record_key_pair(&key, account, candidate);
	key.bytes[key.length++] = 0;
	status = bdb_walk_open(&walk, bdb_txn(store_txn),
	    BDB_OUTREACH_BY_PAIR);
	if (status != STATUS_OK)
		return status;
	for (status = bdb_walk_before(&walk, &key); status == STATUS_OK &&
	    bdb_walk_begins(&walk, &key, RECORD_PAIR_SIZE);
	    status = bdb_walk_previous(&walk))
		if (!show(&walk, row, context))
			break;
	bdb_walk_close(&walk);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* Does the walk stand in the account, at or before `until`? */
static bool
in_window(const struct bdb_walk *walk, uint64_t account, int64_t until)
{
	struct outreach place;

	return record_read_key_outreach(walk->key.data, walk->key.size,
	    &place) == STATUS_OK && place.account == account &&
	    place.sent_at <= until;
}

enum status
bdb_outreach_window(struct store_txn *store_txn, uint64_t account,
    int64_t from, int64_t until, bool (*row)(void *, const struct outreach *),
    void *context)
{
	struct record key;
	struct bdb_walk walk;
	enum status status;

	if (from >= until)
		return STATUS_OK;
	record_key_outreach(&key, account, from + 1, 0);
	status = bdb_walk_open(&walk, bdb_txn(store_txn), BDB_OUTREACH);
	if (status != STATUS_OK)
		return status;
	for (status = bdb_walk_from(&walk, &key); status == STATUS_OK &&
	    in_window(&walk, account, until); status = bdb_walk_next(&walk))
		if (!show(&walk, row, context))
			break;
	bdb_walk_close(&walk);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}
