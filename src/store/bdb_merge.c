/*
 * The campaigns of mail merges: a few rows for each account, and the largest
 * there are.
 *
 * Their table has large pages, so that a row stands on a page with others: on
 * pages of the usual size each would have one of its own, and a new member,
 * 40 bytes, would cost the logging of that page twice, as it was and as
 * it is.
 *
 * The index by last seen counts in whole hours, rounded up.  A campaign is seen
 * again with each of its letters, and an index that is exact would be
 * rewritten as often, for an expiry that is in no hurry.
 *
 * Generations are counts of changes, kept beside the environment, which one
 * process owns.  A change is counted before it is made and again when its
 * transaction has ended, in the turn that makes it.  So a view that may have
 * missed it has read the count before the second time; and no update behind it
 * reads that count.  Recovery may take back what a view has seen: each opening
 * counts, too.
 */
#include "store/bdb.h"

static void
count_change(struct engine *bdb, uint64_t account)
{
	atomic_fetch_add(account == BDB_MERGES_OF_ALL ? &bdb->all_merges :
	    &bdb->merges[account % BDB_MERGES], 1);
}

void
bdb_merge_changes(struct bdb_txn *txn, uint64_t account)
{
	if (txn->merges == 0 || txn->merges == account)
		txn->merges = account;
	else
		txn->merges = BDB_MERGES_OF_ALL;
	count_change(txn->bdb, txn->merges);
}

void
bdb_merge_ended(const struct bdb_txn *txn)
{
	if (txn->merges != 0)
		count_change(txn->bdb, txn->merges);
}

enum status
bdb_merge_generation(struct store_txn *store_txn, uint64_t account,
    uint64_t *generation)
{
	struct engine *bdb = bdb_txn(store_txn)->bdb;

	/* None of them ever falls: the sum is the same if each is. */
	*generation = atomic_load(&bdb->merges[account % BDB_MERGES]) +
	    atomic_load(&bdb->all_merges) + atomic_load(&bdb->reopened);
	return STATUS_OK;
}

/* False: stop. */
static bool
show(const struct bdb_walk *walk,
    bool (*row)(void *, const struct merge_campaign *), void *context)
{
	struct merge_campaign campaign;
	uint64_t account;

	if (record_read_key_slot(walk->key.data, walk->key.size, &account,
	    &campaign.slot) != STATUS_OK || record_read_merge(walk->row.data,
	    walk->row.size, &campaign) != STATUS_OK) {
		(void)bdb_bad_row(walk->txn, BDB_MERGE);
		return true;
	}
	return row(context, &campaign);
}

enum status
bdb_merge_each(struct store_txn *store_txn, uint64_t account,
    bool (*row)(void *, const struct merge_campaign *), void *context)
{
	struct bdb_walk walk;
	struct record key;
	enum status status;

	record_key_slot(&key, account, 0);
	status = bdb_walk_open(&walk, bdb_txn(store_txn), BDB_MERGE);
	if (status != STATUS_OK)
		return status;
	for (status = bdb_walk_from(&walk, &key); status == STATUS_OK &&
	    bdb_walk_begins(&walk, &key, RECORD_NUMBER_SIZE);
	    status = bdb_walk_next(&walk))
		if (!show(&walk, row, context))
			break;
	bdb_walk_close(&walk);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status
bdb_merge_put(struct store_txn *store_txn, uint64_t account,
    const struct merge_campaign *campaign)
{
	struct record key, row;

	record_key_slot(&key, account, campaign->slot);
	record_merge(&row, campaign);
	bdb_merge_changes(bdb_txn(store_txn), account);
	return bdb_put(bdb_txn(store_txn), BDB_MERGE, key.bytes, key.length,
	    &row);
}

enum status
bdb_merge_expire(struct store_txn *store_txn, int64_t before, size_t most,
    size_t *removed)
{
	*removed = 0;
	bdb_merge_changes(bdb_txn(store_txn), BDB_MERGES_OF_ALL);
	return bdb_expire_by_time(bdb_txn(store_txn), BDB_MERGE_BY_TIME,
	    before, most, removed);
}
