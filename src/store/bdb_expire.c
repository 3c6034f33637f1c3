/*
 * Expiry: what is older than its retention is removed, a bounded number of rows
 * at a time, so that nobody waits long for a turn.
 *
 * Contacts, addresses of answers and events have an index by time: the oldest
 * stand first, and when none is old enough one look says so.
 *
 * The ledger has no index by time alone; it would cost a row of it for each
 * outreach written, to save little.  Its key is (account, time): the first row
 * of each account is its oldest, and a walk that meets a row young enough
 * leaps to the next account.  When nothing is old enough this is one look for
 * each account that has outreach, some 15 ms for 10,000 of them.
 */
#include "store/bdb.h"

enum status
bdb_expire_by_time(struct bdb_txn *txn, enum bdb_table index, int64_t before,
    size_t most, size_t *removed)
{
	struct bdb_walk walk;
	enum status status;
	int64_t when;

	if ((status = bdb_walk_open(&walk, txn, index)) != STATUS_OK)
		return status;
	for (status = bdb_walk_first(&walk);
	    status == STATUS_OK && *removed < most;
	    status = bdb_walk_next(&walk)) {
		if (record_read_key_time(walk.key.data, walk.key.size,
		    &when) != STATUS_OK || when >= before)
			break;
		if ((status = bdb_walk_remove(&walk)) != STATUS_OK)
			break;
		(*removed)++;
	}
	bdb_walk_close(&walk);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/*
 * One step of the walk through the ledger: removes the row it stands at, or
 * leaps behind the account.  The key alone decides: a row that does not
 * decode expires like any other.
 */
static enum status
expire_outreach_row(struct bdb_walk *walk, int64_t before, size_t *removed)
{
	struct outreach place;
	struct record key;
	enum status status;

	if (record_read_key_outreach(walk->key.data, walk->key.size,
	    &place) != STATUS_OK)
		return bdb_walk_next(walk);
	if (place.sent_at < before) {
		if ((status = bdb_walk_remove(walk)) != STATUS_OK)
			return status;
		(*removed)++;
		return bdb_walk_next(walk);
	}
	if (place.account == UINT64_MAX)
		return STATUS_NOT_FOUND;
	record_key_outreach(&key, place.account + 1, INT64_MIN, 0);
	return bdb_walk_from(walk, &key);
}

static enum status
expire_outreach(struct bdb_txn *txn, int64_t before, size_t most,
    size_t *removed)
{
	struct bdb_walk walk;
	enum status status;

	if ((status = bdb_walk_open(&walk, txn, BDB_OUTREACH)) != STATUS_OK)
		return status;
	status = bdb_walk_first(&walk);
	while (status == STATUS_OK && *removed < most)
		status = expire_outreach_row(&walk, before, removed);
	bdb_walk_close(&walk);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status
bdb_expire(struct store_txn *store_txn, int64_t before, size_t most,
    size_t *removed)
{
	static const enum bdb_table indices[] = { BDB_EVENT_BY_TIME,
	    BDB_CONTACT_BY_TIME, BDB_ANSWER_BY_TIME };
	struct bdb_txn *txn = bdb_txn(store_txn);
	enum status status = STATUS_OK;
	size_t i;

	*removed = 0;
	for (i = 0; i < sizeof(indices) / sizeof(indices[0]) &&
	    status == STATUS_OK; i++)
		status = bdb_expire_by_time(txn, indices[i], before, most,
		    removed);
	if (status == STATUS_OK)
		status = expire_outreach(txn, before, most, removed);
	return status;
}
