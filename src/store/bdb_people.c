/*
 * Who is who: accounts, the addresses they send under and are answered at, and
 * their contacts.
 */
#include <string.h>

#include "store/bdb.h"

/* Kept in meta: the last account id given. */
#define LAST_ACCOUNT	"store.account"

/* By its key in the table, or in the index. */
static enum status
get_account(struct bdb_txn *txn, enum bdb_table table, const void *key,
    size_t length, struct account *account)
{
	struct record row;
	enum status status;

	status = bdb_get(txn, table, key, length, &row);
	if (status != STATUS_OK)
		return status;
	if (record_read_account(row.bytes, row.length, account) != STATUS_OK)
		return bdb_bad_row(txn, BDB_ACCOUNT);
	return STATUS_OK;
}

enum status
bdb_account_get(struct store_txn *store_txn, const char *user,
    struct account *account)
{
	return get_account(bdb_txn(store_txn), BDB_ACCOUNT, user, strlen(user),
	    account);
}

enum status
bdb_account_by_id(struct store_txn *store_txn, uint64_t id,
    struct account *account)
{
	struct record key;

	record_key_number(&key, id);
	return get_account(bdb_txn(store_txn), BDB_ACCOUNT_BY_ID, key.bytes,
	    key.length, account);
}

enum status
bdb_account_put(struct store_txn *store_txn, struct account *account)
{
	struct bdb_txn *txn = bdb_txn(store_txn);
	struct record row;
	enum status status;

	if (account->id == 0) {
		status = bdb_next_number(txn, LAST_ACCOUNT, &account->id);
		if (status != STATUS_OK)
			return status;
	}
	record_account(&row, account);
	return bdb_put(txn, BDB_ACCOUNT, account->user,
	    strlen(account->user), &row);
}

/* The least name behind `after` is `after` and one NUL more. */
enum status
bdb_account_each(struct store_txn *store_txn, const char *after,
    bool (*row)(void *, const struct account *), void *context)
{
	struct bdb_txn *txn = bdb_txn(store_txn);
	struct record key;
	struct account account;
	struct bdb_walk walk;
	enum status status;

	key.length = 0;
	if (after != NULL) {
		key.length = strnlen(after, CONF_USER_SIZE - 1);
		memcpy(key.bytes, after, key.length);
		key.bytes[key.length++] = '\0';
	}
	if ((status = bdb_walk_open(&walk, txn, BDB_ACCOUNT)) != STATUS_OK)
		return status;
	for (status = bdb_walk_from(&walk, &key); status == STATUS_OK;
	    status = bdb_walk_next(&walk)) {
		if (record_read_account(walk.row.data, walk.row.size,
		    &account) != STATUS_OK)
			(void)bdb_bad_row(txn, BDB_ACCOUNT);
		else if (!row(context, &account))
			break;
	}
	bdb_walk_close(&walk);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status
bdb_address_get(struct store_txn *store_txn, const char *address,
    uint64_t *account)
{
	struct bdb_txn *txn = bdb_txn(store_txn);
	struct record row;
	enum status status;

	status = bdb_get(txn, BDB_ADDRESS, address, strlen(address), &row);
	if (status != STATUS_OK)
		return status;
	if (record_read_number(row.bytes, row.length, account) != STATUS_OK)
		return bdb_bad_row(txn, BDB_ADDRESS);
	return STATUS_OK;
}

enum status
bdb_address_put(struct store_txn *store_txn, const char *address,
    uint64_t account)
{
	struct record row;

	record_number(&row, account);
	return bdb_put(bdb_txn(store_txn), BDB_ADDRESS, address,
	    strlen(address), &row);
}

/* Where the walk stands: an address, and one of those answered there. */
static bool
read_answer(const struct bdb_walk *walk, char address[ADDR_SIZE],
    uint64_t *account, int64_t *used)
{
	return record_read_key_answer(walk->key.data, walk->key.size, address,
	    ADDR_SIZE, account) == STATUS_OK &&
	    record_read_time(walk->row.data, walk->row.size, used) ==
	    STATUS_OK;
}

enum status
bdb_answer_each(struct store_txn *store_txn, const char *address,
    bool (*row)(void *, uint64_t, int64_t), void *context)
{
	const size_t name = strlen(address) + 1;
	char is[ADDR_SIZE];
	struct bdb_walk walk;
	struct record key;
	enum status status;
	uint64_t account;
	int64_t used;

	record_key_answer(&key, address, 0);
	status = bdb_walk_open(&walk, bdb_txn(store_txn), BDB_ANSWER);
	if (status != STATUS_OK)
		return status;
	for (status = bdb_walk_from(&walk, &key); status == STATUS_OK &&
	    bdb_walk_begins(&walk, &key, name);
	    status = bdb_walk_next(&walk))
		if (!read_answer(&walk, is, &account, &used))
			(void)bdb_bad_row(walk.txn, walk.table);
		else if (!row(context, account, used))
			break;
	bdb_walk_close(&walk);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status
bdb_answer_put(struct store_txn *store_txn, const char *address,
    uint64_t account, int64_t used)
{
	struct record key, row;

	record_key_answer(&key, address, account);
	record_time(&row, used);
	return bdb_put(bdb_txn(store_txn), BDB_ANSWER, key.bytes, key.length,
	    &row);
}

enum status
bdb_answer_remove(struct store_txn *store_txn, const char *address,
    uint64_t account)
{
	struct record key;

	record_key_answer(&key, address, account);
	return bdb_remove(bdb_txn(store_txn), BDB_ANSWER, key.bytes,
	    key.length);
}

enum status
bdb_contact_get(struct store_txn *store_txn, uint64_t account,
    const struct ident *candidate, int64_t *last_heard)
{
	struct bdb_txn *txn = bdb_txn(store_txn);
	struct record key, row;
	enum status status;

	record_key_pair(&key, account, candidate);
	status = bdb_get(txn, BDB_CONTACT, key.bytes, key.length, &row);
	if (status != STATUS_OK)
		return status;
	if (record_read_time(row.bytes, row.length, last_heard) != STATUS_OK)
		return bdb_bad_row(txn, BDB_CONTACT);
	return STATUS_OK;
}

enum status
bdb_contact_put(struct store_txn *store_txn, uint64_t account,
    const struct ident *candidate, int64_t last_heard)
{
	struct record key, row;

	record_key_pair(&key, account, candidate);
	record_time(&row, last_heard);
	return bdb_put(bdb_txn(store_txn), BDB_CONTACT, key.bytes,
	    key.length, &row);
}

enum status
bdb_contact_remove(struct store_txn *store_txn, uint64_t account,
    const struct ident *candidate)
{
	struct record key;

	record_key_pair(&key, account, candidate);
	return bdb_remove(bdb_txn(store_txn), BDB_CONTACT, key.bytes,
	    key.length);
}

/* Where a walk through one account's contacts begins. */
static void
first_contact(struct record *key, uint64_t account, const struct ident *after)
{
	static const struct ident least;

	record_key_pair(key, account, after != NULL ? after : &least);
	if (after != NULL)
		key->bytes[key->length++] = 0;
}

/* False: stop. */
static bool
show_contact(const struct bdb_walk *walk,
    bool (*row)(void *, const struct ident *, int64_t), void *context)
{
	struct ident candidate;
	int64_t last_heard;

	if (walk->key.size != RECORD_PAIR_SIZE || record_read_time(
	    walk->row.data, walk->row.size, &last_heard) != STATUS_OK) {
		(void)bdb_bad_row(walk->txn, BDB_CONTACT);
		return true;
	}
	memcpy(candidate.bytes, (const uint8_t *)walk->key.data +
	    RECORD_NUMBER_SIZE, IDENT_SIZE);
	return row(context, &candidate, last_heard);
}

enum status
bdb_contact_each(struct store_txn *store_txn, uint64_t account,
    const struct ident *after, bool (*row)(void *, const struct ident *,
    int64_t), void *context)
{
	struct bdb_walk walk;
	struct record key;
	enum status status;

	first_contact(&key, account, after);
	status = bdb_walk_open(&walk, bdb_txn(store_txn), BDB_CONTACT);
	if (status != STATUS_OK)
		return status;
	for (status = bdb_walk_from(&walk, &key); status == STATUS_OK &&
	    bdb_walk_begins(&walk, &key, RECORD_NUMBER_SIZE);
	    status = bdb_walk_next(&walk))
		if (!show_contact(&walk, row, context))
			break;
	bdb_walk_close(&walk);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static bool
read_address(const struct bdb_walk *walk, char address[ADDR_SIZE],
    uint64_t *account)
{
	if (walk->key.size >= ADDR_SIZE || record_read_number(walk->row.data,
	    walk->row.size, account) != STATUS_OK)
		return false;
	memcpy(address, walk->key.data, walk->key.size);
	address[walk->key.size] = '\0';
	return true;
}

/* False: stop. */
static bool
show_address(const struct bdb_walk *walk,
    bool (*row)(void *, const char *, uint64_t), void *context)
{
	char address[ADDR_SIZE];
	uint64_t account;
	int64_t used;

	if (walk->table == BDB_ANSWER ?
	    !read_answer(walk, address, &account, &used) :
	    !read_address(walk, address, &account)) {
		(void)bdb_bad_row(walk->txn, walk->table);
		return true;
	}
	return row(context, address, account);
}

enum status
bdb_address_each(struct store_txn *store_txn, bool answers,
    bool (*row)(void *, const char *, uint64_t), void *context)
{
	struct bdb_walk walk;
	enum status status;

	status = bdb_walk_open(&walk, bdb_txn(store_txn), answers ?
	    BDB_ANSWER : BDB_ADDRESS);
	if (status != STATUS_OK)
		return status;
	for (status = bdb_walk_first(&walk); status == STATUS_OK;
	    status = bdb_walk_next(&walk))
		if (!show_address(&walk, row, context))
			break;
	bdb_walk_close(&walk);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}
