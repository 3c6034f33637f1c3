/*
 * Keys as bytes, and the simpler rows.  record.h holds the contract; the files
 * record*.c are the only ones that know an offset.
 */
#include "store/record_private.h"

#include <string.h>

/*
 * Version 1 did not know when a heads-up was sent, version 2 had no shadow.
 */
#define ACCOUNT_VERSION	3

/* Flips the sign, so that unsigned order is the order of time. */
#define TIME_SIGN	(UINT64_C(1) << 63)

static void
put_key_time(struct record *key, int64_t when)
{
	record_put_number(key, (uint64_t)when ^ TIME_SIGN, RECORD_TIME_SIZE);
}

static int64_t
take_key_time(struct record_reader *reader)
{
	return (int64_t)(record_take_number(reader, RECORD_TIME_SIZE) ^
	    TIME_SIGN);
}

static void
start_row(struct record *row)
{
	record_start_row(row, RECORD_VERSION);
}

static struct record_reader
read_row(const void *bytes, size_t length)
{
	return record_read_row(bytes, length, RECORD_VERSION);
}

void
record_key_number(struct record *key, uint64_t number)
{
	record_start_key(key);
	record_put_number(key, number, RECORD_NUMBER_SIZE);
}

void
record_key_time(struct record *key, int64_t when)
{
	record_start_key(key);
	put_key_time(key, when);
}

void
record_key_moment(struct record *key, int64_t when, uint32_t n)
{
	record_key_time(key, when);
	record_put_number(key, n, 4);
}

void
record_key_pair(struct record *key, uint64_t account,
    const struct ident *candidate)
{
	record_key_number(key, account);
	record_put_ident(key, candidate);
}

void
record_key_outreach(struct record *key, uint64_t account, int64_t sent_at,
    uint32_t n)
{
	record_key_number(key, account);
	put_key_time(key, sent_at);
	record_put_number(key, n, 4);
}

void
record_key_slot(struct record *key, uint64_t account, uint32_t slot)
{
	record_key_number(key, account);
	record_put_number(key, slot, 1);
}

void
record_key_answer(struct record *key, const char *address, uint64_t account)
{
	record_start_key(key);
	record_put_bytes(key, address, strlen(address) + 1);
	record_put_number(key, account, RECORD_NUMBER_SIZE);
}

enum status
record_read_key_number(const void *bytes, size_t length, uint64_t *number)
{
	struct record_reader reader = record_read_key(bytes, length);

	*number = record_take_number(&reader, RECORD_NUMBER_SIZE);
	return record_finish(&reader);
}

enum status
record_read_key_time(const void *bytes, size_t length, int64_t *when)
{
	struct record_reader reader = record_read_key(bytes, length);

	*when = take_key_time(&reader);
	return record_finish(&reader);
}

enum status
record_read_key_moment(const void *bytes, size_t length, int64_t *when,
    uint32_t *n)
{
	struct record_reader reader = record_read_key(bytes, length);

	*when = take_key_time(&reader);
	*n = record_take_number32(&reader);
	return record_finish(&reader);
}

enum status
record_read_key_outreach(const void *bytes, size_t length,
    struct outreach *outreach)
{
	struct record_reader reader = record_read_key(bytes, length);

	outreach->account = record_take_number(&reader, RECORD_NUMBER_SIZE);
	outreach->sent_at = take_key_time(&reader);
	outreach->n = record_take_number32(&reader);
	return record_finish(&reader);
}

enum status
record_read_key_answer(const void *bytes, size_t length, char *address,
    size_t size, uint64_t *account)
{
	const char *end = memchr(bytes, '\0', length);
	const size_t name = end != NULL ? (size_t)(end -
	    (const char *)bytes) : length;
	struct record_reader reader;

	*account = 0;
	if (end == NULL || name >= size)
		return STATUS_MALFORMED;
	memcpy(address, bytes, name + 1);
	reader = record_read_key(end + 1, length - name - 1);
	*account = record_take_number(&reader, RECORD_NUMBER_SIZE);
	return record_finish(&reader);
}

enum status
record_read_key_slot(const void *bytes, size_t length, uint64_t *account,
    uint32_t *slot)
{
	struct record_reader reader = record_read_key(bytes, length);

	*account = record_take_number(&reader, RECORD_NUMBER_SIZE);
	*slot = record_take_choice(&reader, MERGE_SLOTS - 1);
	return record_finish(&reader);
}

static void
put_shadow(struct record *row, const struct shadow *shadow)
{
	record_put_number(row, shadow->standing, 1);
	record_put_time(row, shadow->since);
	record_put_time(row, shadow->due);
	record_put_time(row, shadow->warned_at);
	record_put_time(row, shadow->assessed);
	record_put_time(row, shadow->heads_up_at);
	record_put_evidence(row, &shadow->judged_window, &shadow->judged);
}

static void
take_shadow(struct record_reader *reader, struct shadow *shadow)
{
	shadow->standing = record_take_choice(reader, STANDING_RESTRICTED);
	shadow->since = record_take_time(reader);
	shadow->due = record_take_time(reader);
	shadow->warned_at = record_take_time(reader);
	shadow->assessed = record_take_time(reader);
	shadow->heads_up_at = record_take_time(reader);
	record_take_evidence(reader, &shadow->judged_window, &shadow->judged);
}

void
record_account(struct record *row, const struct account *account)
{
	record_start_row(row, ACCOUNT_VERSION);
	record_put_number(row, account->id, 8);
	record_put_text(row, account->user, sizeof(account->user));
	record_put_text(row, account->address, sizeof(account->address));
	record_put_number(row, account->standing, 1);
	record_put_time(row, account->since);
	record_put_time(row, account->due);
	record_put_time(row, account->warned_at);
	record_put_time(row, account->assessed);
	record_put_time(row, account->exempt_until);
	record_put_evidence(row, &account->judged_window, &account->judged);
	record_put_time(row, account->heads_up_at);
	put_shadow(row, &account->shadow);
}

enum status
record_read_account(const void *bytes, size_t length, struct account *account)
{
	struct record_reader reader = record_read_row(bytes, length,
	    ACCOUNT_VERSION);

	account->id = record_take_number(&reader, 8);
	record_take_text(&reader, account->user, sizeof(account->user));
	record_take_text(&reader, account->address, sizeof(account->address));
	account->standing = record_take_choice(&reader, STANDING_RESTRICTED);
	account->since = record_take_time(&reader);
	account->due = record_take_time(&reader);
	account->warned_at = record_take_time(&reader);
	account->assessed = record_take_time(&reader);
	account->exempt_until = record_take_time(&reader);
	record_take_evidence(&reader, &account->judged_window,
	    &account->judged);
	account->heads_up_at = reader.version < 2 ? 0 :
	    record_take_time(&reader);
	memset(&account->shadow, 0, sizeof(account->shadow));
	if (reader.version >= 3)
		take_shadow(&reader, &account->shadow);
	return record_finish(&reader);
}

void
record_number(struct record *row, uint64_t number)
{
	start_row(row);
	record_put_number(row, number, 8);
}

enum status
record_read_number(const void *bytes, size_t length, uint64_t *number)
{
	struct record_reader reader = read_row(bytes, length);

	*number = record_take_number(&reader, 8);
	return record_finish(&reader);
}

void
record_time(struct record *row, int64_t when)
{
	start_row(row);
	record_put_time(row, when);
}

enum status
record_read_time(const void *bytes, size_t length, int64_t *when)
{
	struct record_reader reader = read_row(bytes, length);

	*when = record_take_time(&reader);
	return record_finish(&reader);
}

void
record_audit(struct record *row, const struct store_audit *audit)
{
	start_row(row);
	record_put_text(row, audit->actor, sizeof(audit->actor));
	record_put_text(row, audit->action, sizeof(audit->action));
	record_put_text(row, audit->user, sizeof(audit->user));
	record_put_text(row, audit->reason, sizeof(audit->reason));
}

enum status
record_read_audit(const void *bytes, size_t length, struct store_audit *audit)
{
	struct record_reader reader = read_row(bytes, length);

	record_take_text(&reader, audit->actor, sizeof(audit->actor));
	record_take_text(&reader, audit->action, sizeof(audit->action));
	record_take_text(&reader, audit->user, sizeof(audit->user));
	record_take_text(&reader, audit->reason, sizeof(audit->reason));
	return record_finish(&reader);
}

enum status
record_meta(struct record *row, const void *value, size_t length)
{
	if (length > STORE_META_SIZE)
		return STATUS_LIMIT;
	start_row(row);
	record_put_bytes(row, value, length);
	return STATUS_OK;
}

enum status
record_read_meta(const void *bytes, size_t row_length, void *value,
    size_t size, size_t *length)
{
	struct record_reader reader = read_row(bytes, row_length);

	*length = 0;
	if (reader.bad || reader.left > STORE_META_SIZE)
		return STATUS_MALFORMED;
	if (reader.left > size)
		return STATUS_LIMIT;
	*length = reader.left;
	record_take_bytes(&reader, value, reader.left);
	return STATUS_OK;
}
