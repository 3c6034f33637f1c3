/*
 * The store's front: it hands every call to the engine, and keeps the part of
 * the contract that is the same for all engines: a body that lost a race
 * is run again, a view cannot write, and what happened is counted.
 *
 * It knows no database.  Which engine a store has is decided in store_open
 * and in store_inspect, and nowhere else.
 */
#include <stdatomic.h>
#include <stdlib.h>

#include "store/engine.h"

/*
 * A body that lost this many races in a row is given up.  Engines that let
 * writers take turns lose none; for the others a race has always one winner,
 * so that losing sixteen in a row takes a crowd at one row.
 */
#define STORE_ATTEMPTS	16

struct store {
	const struct engine_ops	*ops;
	struct engine		*engine;
	_Atomic uint64_t	 updates;
	_Atomic uint64_t	 retries;
	_Atomic uint64_t	 failures;
};

enum status
store_adopt_engine(struct store **result, const struct engine_ops *ops,
    struct engine *engine)
{
	struct store *store;

	*result = NULL;
	if ((store = calloc(1, sizeof(*store))) == NULL)
		return STATUS_NO_MEMORY;
	store->ops = ops;
	store->engine = engine;
	*result = store;
	return STATUS_OK;
}

enum status
store_open_engine(struct store **store, const struct engine_ops *ops,
    const struct store_options *options, struct buf *why)
{
	struct engine *engine;
	enum status status;

	*store = NULL;
	status = ops->open(&engine, options, why);
	if (status != STATUS_OK)
		return status;
	status = store_adopt_engine(store, ops, engine);
	if (status != STATUS_OK) {
		buf_add_text(why, "no memory for the store");
		ops->close(engine);
	}
	return status;
}

enum status
store_open(struct store **store, const struct store_options *options,
    struct buf *why)
{
	return store_open_engine(store, &bdb_engine, options, why);
}

void
store_close(struct store *store)
{
	if (store == NULL)
		return;
	store->ops->close(store->engine);
	free(store);
}

static enum status
run(struct store *store, bool writable,
    enum status (*body)(struct store_txn *, void *), void *argument)
{
	enum status status;
	unsigned attempt;

	for (attempt = 0; attempt < STORE_ATTEMPTS; attempt++) {
		if (attempt > 0)
			atomic_fetch_add(&store->retries, 1);
		status = store->ops->run(store->engine, writable, body,
		    argument);
		if (status != STATUS_CONFLICT)
			return status;
	}
	return STATUS_UNAVAILABLE;
}

enum status
store_update(struct store *store,
    enum status (*body)(struct store_txn *, void *), void *argument)
{
	enum status status = run(store, true, body, argument);

	if (status == STATUS_OK)
		atomic_fetch_add(&store->updates, 1);
	else
		atomic_fetch_add(&store->failures, 1);
	return status;
}

enum status
store_view(struct store *store,
    enum status (*body)(struct store_txn *, void *), void *argument)
{
	return run(store, false, body, argument);
}

enum status
store_maintain(struct store *store)
{
	return store->ops->maintain(store->engine);
}

void
store_figures(struct store *store, struct store_figures *figures)
{
	store->ops->figures(store->engine, figures);
	figures->updates = atomic_load(&store->updates);
	figures->retries += atomic_load(&store->retries);
	figures->failures = atomic_load(&store->failures);
}

enum status
store_backup(struct store *store, const char *directory, uint64_t *bytes,
    struct buf *why)
{
	*bytes = 0;
	return store->ops->backup(store->engine, directory, bytes, why);
}

enum status
store_inspect(const struct store_options *options,
    void (*found)(void *, const char *), void *context, struct buf *why)
{
	return bdb_engine.inspect(options, found, context, why);
}

const char *
store_table_text(enum store_table table)
{
	static const char *const texts[STORE_TABLES] = {
		[STORE_TABLE_COUNTER] = "counter",
		[STORE_TABLE_META] = "meta",
		[STORE_TABLE_ACCOUNT] = "account",
		[STORE_TABLE_ADDRESS] = "address",
		[STORE_TABLE_ANSWER] = "answer",
		[STORE_TABLE_OUTREACH] = "outreach",
		[STORE_TABLE_CONTACT] = "contact",
		[STORE_TABLE_MERGE] = "merge",
		[STORE_TABLE_NOTICE] = "notice",
		[STORE_TABLE_AUDIT] = "audit",
		[STORE_TABLE_EVENT] = "event"
	};

	return texts[table];
}

enum status
store_walk(struct store_txn *txn, struct store_place *place, size_t most,
    uint64_t *unreadable, void (*row)(void *, const struct store_row *),
    void *context)
{
	return txn->ops->walk(txn, place, most, unreadable, row, context);
}

enum status
store_restore(struct store_txn *txn, const struct store_row *row)
{
	if (!txn->writable)
		return STATUS_MALFORMED;
	return txn->ops->restore(txn, row);
}

enum status
store_agree(struct store_txn *txn, struct store_place *place, size_t most,
    void (*found)(void *, const char *), void *context)
{
	return txn->ops->agree(txn, place, most, found, context);
}

enum status
store_account_get(struct store_txn *txn, const char *user,
    struct account *account)
{
	return txn->ops->account_get(txn, user, account);
}

enum status
store_account_by_id(struct store_txn *txn, uint64_t id,
    struct account *account)
{
	return txn->ops->account_by_id(txn, id, account);
}

enum status
store_account_put(struct store_txn *txn, struct account *account)
{
	if (!txn->writable)
		return STATUS_MALFORMED;
	return txn->ops->account_put(txn, account);
}

enum status
store_account_each(struct store_txn *txn, const char *after,
    bool (*row)(void *, const struct account *), void *context)
{
	return txn->ops->account_each(txn, after, row, context);
}

enum status
store_address_get(struct store_txn *txn, const char *address,
    uint64_t *account)
{
	return txn->ops->address_get(txn, address, account);
}

enum status
store_address_put(struct store_txn *txn, const char *address,
    uint64_t account)
{
	if (!txn->writable)
		return STATUS_MALFORMED;
	return txn->ops->address_put(txn, address, account);
}

enum status
store_address_each(struct store_txn *txn, bool answers,
    bool (*row)(void *, const char *, uint64_t), void *context)
{
	return txn->ops->address_each(txn, answers, row, context);
}

enum status
store_outreach_add(struct store_txn *txn, struct outreach *outreach)
{
	if (!txn->writable)
		return STATUS_MALFORMED;
	return txn->ops->outreach_add(txn, outreach);
}

enum status
store_outreach_put(struct store_txn *txn, const struct outreach *outreach)
{
	if (!txn->writable)
		return STATUS_MALFORMED;
	return txn->ops->outreach_put(txn, outreach);
}

enum status
store_outreach_rename(struct store_txn *txn, const struct outreach *outreach)
{
	if (!txn->writable)
		return STATUS_MALFORMED;
	return txn->ops->outreach_rename(txn, outreach);
}

enum status
store_outreach_by_message(struct store_txn *txn, const struct ident *message,
    bool (*row)(void *, const struct outreach *), void *context)
{
	return txn->ops->outreach_by_message(txn, message, row, context);
}

enum status
store_outreach_by_pair(struct store_txn *txn, uint64_t account,
    const struct ident *candidate,
    bool (*row)(void *, const struct outreach *), void *context)
{
	return txn->ops->outreach_by_pair(txn, account, candidate, row,
	    context);
}

enum status
store_outreach_window(struct store_txn *txn, uint64_t account, int64_t from,
    int64_t until, bool (*row)(void *, const struct outreach *), void *context)
{
	return txn->ops->outreach_window(txn, account, from, until, row,
	    context);
}

enum status
store_contact_get(struct store_txn *txn, uint64_t account,
    const struct ident *candidate, int64_t *last_heard)
{
	return txn->ops->contact_get(txn, account, candidate, last_heard);
}

enum status
store_contact_put(struct store_txn *txn, uint64_t account,
    const struct ident *candidate, int64_t last_heard)
{
	if (!txn->writable)
		return STATUS_MALFORMED;
	return txn->ops->contact_put(txn, account, candidate, last_heard);
}

enum status
store_contact_remove(struct store_txn *txn, uint64_t account,
    const struct ident *candidate)
{
	if (!txn->writable)
		return STATUS_MALFORMED;
	return txn->ops->contact_remove(txn, account, candidate);
}

enum status
store_contact_each(struct store_txn *txn, uint64_t account,
    const struct ident *after, bool (*row)(void *, const struct ident *,
    int64_t), void *context)
{
	return txn->ops->contact_each(txn, account, after, row, context);
}

enum status
store_merge_each(struct store_txn *txn, uint64_t account,
    bool (*row)(void *, const struct merge_campaign *), void *context)
{
	return txn->ops->merge_each(txn, account, row, context);
}

enum status
store_merge_generation(struct store_txn *txn, uint64_t account,
    uint64_t *generation)
{
	return txn->ops->merge_generation(txn, account, generation);
}

enum status
store_merge_put(struct store_txn *txn, uint64_t account,
    const struct merge_campaign *campaign)
{
	if (!txn->writable)
		return STATUS_MALFORMED;
	if (campaign->slot >= MERGE_SLOTS)
		return STATUS_LIMIT;
	return txn->ops->merge_put(txn, account, campaign);
}

enum status
store_merge_expire(struct store_txn *txn, int64_t before, size_t most,
    size_t *removed)
{
	if (!txn->writable)
		return STATUS_MALFORMED;
	return txn->ops->merge_expire(txn, before, most, removed);
}

enum status
store_outbox_add(struct store_txn *txn, struct store_notice *notice)
{
	if (!txn->writable)
		return STATUS_MALFORMED;
	return txn->ops->outbox_add(txn, notice);
}

enum status
store_outbox_put(struct store_txn *txn, const struct store_notice *notice)
{
	if (!txn->writable)
		return STATUS_MALFORMED;
	return txn->ops->outbox_put(txn, notice);
}

enum status
store_outbox_remove(struct store_txn *txn, uint64_t sequence)
{
	if (!txn->writable)
		return STATUS_MALFORMED;
	return txn->ops->outbox_remove(txn, sequence);
}

enum status
store_outbox_get(struct store_txn *txn, uint64_t sequence,
    struct store_notice *notice)
{
	return txn->ops->outbox_get(txn, sequence, notice);
}

enum status
store_outbox_each(struct store_txn *txn,
    bool (*row)(void *, const struct store_notice *), void *context)
{
	return txn->ops->outbox_each(txn, row, context);
}

enum status
store_audit_add(struct store_txn *txn, struct store_audit *audit)
{
	if (!txn->writable)
		return STATUS_MALFORMED;
	return txn->ops->audit_add(txn, audit);
}

enum status
store_audit_each(struct store_txn *txn, int64_t from, int64_t until,
    bool (*row)(void *, const struct store_audit *), void *context)
{
	return txn->ops->audit_each(txn, from, until, row, context);
}

enum status
store_event_add(struct store_txn *txn, const struct ident *event,
    int64_t when)
{
	if (!txn->writable)
		return STATUS_MALFORMED;
	return txn->ops->event_add(txn, event, when);
}

enum status
store_meta_get(struct store_txn *txn, const char *name, void *value,
    size_t size, size_t *length)
{
	return txn->ops->meta_get(txn, name, value, size, length);
}

enum status
store_meta_put(struct store_txn *txn, const char *name, const void *value,
    size_t length)
{
	if (!txn->writable)
		return STATUS_MALFORMED;
	return txn->ops->meta_put(txn, name, value, length);
}

enum status
store_expire(struct store_txn *txn, int64_t before, size_t most,
    size_t *removed)
{
	if (!txn->writable)
		return STATUS_MALFORMED;
	return txn->ops->expire(txn, before, most, removed);
}
