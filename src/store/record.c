/*
 * Rows and keys as bytes.  record.h holds the contract; this file is the
 * only one that knows an offset.
 *
 * Two small machines do the work: put_*() appends a field to a record, and
 * take_*() takes one from a reader.  A reader that has run out of bytes, or met
 * a field that cannot be, turns `bad` and stays so; each record_read_*()
 * asks once, at its end, by finish().  It asks that nothing is left, too: a
 * longer row is of a version we do not know.
 *
 * A new field means a new version number; the reading function then takes
 * both.
 */
#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "store/record.h"

#define RECORD_VERSION	1

/* Flips the sign, so that unsigned order is the order of time. */
#define TIME_SIGN	(UINT64_C(1) << 63)

struct reader {
	const uint8_t	*at;
	size_t		 left;
	bool		 bad;
};

/*
 * Every row's longest form fits RECORD_SIZE; a caller for whom that is not
 * so would be our mistake, not an input's.
 */
static void
put_bytes(struct record *record, const void *bytes, size_t length)
{
	assert(length <= RECORD_SIZE - record->length);
	if (length > 0)
		memcpy(record->bytes + record->length, bytes, length);
	record->length += length;
}

static void
put_number(struct record *record, uint64_t value, size_t width)
{
	uint8_t bytes[8];
	size_t i;

	for (i = 0; i < width; i++)
		bytes[i] = (uint8_t)(value >> (8 * (width - 1 - i)));
	put_bytes(record, bytes, width);
}

static void
put_time(struct record *record, int64_t when)
{
	put_number(record, (uint64_t)when, 8);
}

static void
put_ident(struct record *record, const struct ident *ident)
{
	put_bytes(record, ident->bytes, IDENT_SIZE);
}

/* A text of less than `size` bytes, its NUL not counted. */
static void
put_text(struct record *record, const char *text, size_t size)
{
	size_t length = strnlen(text, size - 1);

	put_number(record, length, 2);
	put_bytes(record, text, length);
}

static void
start_key(struct record *record)
{
	record->length = 0;
}

static void
start_row(struct record *record)
{
	record->length = 0;
	put_number(record, RECORD_VERSION, 1);
}

static void
take_bytes(struct reader *reader, void *bytes, size_t length)
{
	if (reader->bad || length > reader->left) {
		reader->bad = true;
		memset(bytes, 0, length);
		return;
	}
	if (length > 0)
		memcpy(bytes, reader->at, length);
	reader->at += length;
	reader->left -= length;
}

static uint64_t
take_number(struct reader *reader, size_t width)
{
	uint8_t bytes[8];
	uint64_t value = 0;
	size_t i;

	take_bytes(reader, bytes, width);
	for (i = 0; i < width; i++)
		value = value << 8 | bytes[i];
	return value;
}

static uint32_t
take_number32(struct reader *reader)
{
	return (uint32_t)take_number(reader, 4);
}

static int64_t
take_time(struct reader *reader)
{
	return (int64_t)take_number(reader, 8);
}

static struct ident
take_ident(struct reader *reader)
{
	struct ident ident = { { 0 } };

	take_bytes(reader, ident.bytes, IDENT_SIZE);
	return ident;
}

static void
take_text(struct reader *reader, char *text, size_t size)
{
	size_t length = (size_t)take_number(reader, 2);

	if (length >= size || length > reader->left) {
		reader->bad = true;
		length = 0;
	}
	take_bytes(reader, text, length);
	text[length] = '\0';
	if (strlen(text) != length)
		reader->bad = true;
}

/* One byte, at most `last`. */
static unsigned
take_choice(struct reader *reader, unsigned last)
{
	unsigned choice = (unsigned)take_number(reader, 1);

	if (choice > last) {
		reader->bad = true;
		return 0;
	}
	return choice;
}

static struct reader
read_key(const void *bytes, size_t length)
{
	struct reader reader = { bytes, length, false };

	return reader;
}

static struct reader
read_row(const void *bytes, size_t length)
{
	struct reader reader = { bytes, length, false };

	if (take_number(&reader, 1) != RECORD_VERSION)
		reader.bad = true;
	return reader;
}

static enum status
finish(const struct reader *reader)
{
	return reader->bad || reader->left > 0 ? STATUS_MALFORMED : STATUS_OK;
}

void
record_key_number(struct record *key, uint64_t number)
{
	start_key(key);
	put_number(key, number, RECORD_NUMBER_SIZE);
}

void
record_key_time(struct record *key, int64_t when)
{
	start_key(key);
	put_number(key, (uint64_t)when ^ TIME_SIGN, RECORD_TIME_SIZE);
}

void
record_key_moment(struct record *key, int64_t when, uint32_t n)
{
	record_key_time(key, when);
	put_number(key, n, 4);
}

void
record_key_pair(struct record *key, uint64_t account,
    const struct ident *candidate)
{
	record_key_number(key, account);
	put_ident(key, candidate);
}

void
record_key_outreach(struct record *key, uint64_t account, int64_t sent_at,
    uint32_t n)
{
	record_key_number(key, account);
	put_number(key, (uint64_t)sent_at ^ TIME_SIGN, RECORD_TIME_SIZE);
	put_number(key, n, 4);
}

enum status
record_read_key_number(const void *bytes, size_t length, uint64_t *number)
{
	struct reader reader = read_key(bytes, length);

	*number = take_number(&reader, RECORD_NUMBER_SIZE);
	return finish(&reader);
}

enum status
record_read_key_time(const void *bytes, size_t length, int64_t *when)
{
	struct reader reader = read_key(bytes, length);

	*when = (int64_t)(take_number(&reader, RECORD_TIME_SIZE) ^ TIME_SIGN);
	return finish(&reader);
}

enum status
record_read_key_moment(const void *bytes, size_t length, int64_t *when,
    uint32_t *n)
{
	struct reader reader = read_key(bytes, length);

	*when = (int64_t)(take_number(&reader, RECORD_TIME_SIZE) ^ TIME_SIGN);
	*n = take_number32(&reader);
	return finish(&reader);
}

enum status
record_read_key_outreach(const void *bytes, size_t length,
    struct outreach *outreach)
{
	struct reader reader = read_key(bytes, length);

	outreach->account = take_number(&reader, RECORD_NUMBER_SIZE);
	outreach->sent_at =
	    (int64_t)(take_number(&reader, RECORD_TIME_SIZE) ^ TIME_SIGN);
	outreach->n = take_number32(&reader);
	return finish(&reader);
}

/* The evidence of a step: its window and what was counted in it. */
static void
put_evidence(struct record *row, const struct rate_window *window,
    const struct tally *tally)
{
	put_time(row, window->from);
	put_time(row, window->until);
	put_number(row, (uint64_t)tally->answered, 8);
	put_number(row, (uint64_t)tally->lapsed, 8);
	put_number(row, (uint64_t)tally->pending, 8);
	put_number(row, (uint64_t)tally->bounced, 8);
}

static void
take_evidence(struct reader *reader, struct rate_window *window,
    struct tally *tally)
{
	window->from = take_time(reader);
	window->until = take_time(reader);
	tally->answered = (int64_t)take_number(reader, 8);
	tally->lapsed = (int64_t)take_number(reader, 8);
	tally->pending = (int64_t)take_number(reader, 8);
	tally->bounced = (int64_t)take_number(reader, 8);
}

void
record_account(struct record *row, const struct account *account)
{
	start_row(row);
	put_number(row, account->id, 8);
	put_text(row, account->user, sizeof(account->user));
	put_text(row, account->address, sizeof(account->address));
	put_number(row, account->standing, 1);
	put_time(row, account->since);
	put_time(row, account->due);
	put_time(row, account->warned_at);
	put_time(row, account->assessed);
	put_time(row, account->exempt_until);
	put_evidence(row, &account->judged_window, &account->judged);
}

enum status
record_read_account(const void *bytes, size_t length, struct account *account)
{
	struct reader reader = read_row(bytes, length);

	account->id = take_number(&reader, 8);
	take_text(&reader, account->user, sizeof(account->user));
	take_text(&reader, account->address, sizeof(account->address));
	account->standing = take_choice(&reader, STANDING_RESTRICTED);
	account->since = take_time(&reader);
	account->due = take_time(&reader);
	account->warned_at = take_time(&reader);
	account->assessed = take_time(&reader);
	account->exempt_until = take_time(&reader);
	take_evidence(&reader, &account->judged_window, &account->judged);
	return finish(&reader);
}

void
record_number(struct record *row, uint64_t number)
{
	start_row(row);
	put_number(row, number, 8);
}

enum status
record_read_number(const void *bytes, size_t length, uint64_t *number)
{
	struct reader reader = read_row(bytes, length);

	*number = take_number(&reader, 8);
	return finish(&reader);
}

void
record_time(struct record *row, int64_t when)
{
	start_row(row);
	put_time(row, when);
}

enum status
record_read_time(const void *bytes, size_t length, int64_t *when)
{
	struct reader reader = read_row(bytes, length);

	*when = take_time(&reader);
	return finish(&reader);
}

void
record_outreach(struct record *row, const struct outreach *outreach)
{
	start_row(row);
	put_ident(row, &outreach->message);
	put_ident(row, &outreach->candidate);
	put_number(row, outreach->flags, 4);
	put_number(row, outreach->length, 4);
	put_time(row, outreach->answered_at);
	put_ident(row, &outreach->answered_by);
	put_time(row, outreach->bounced_at);
}

enum status
record_read_outreach(const void *bytes, size_t length,
    struct outreach *outreach)
{
	struct reader reader = read_row(bytes, length);

	outreach->message = take_ident(&reader);
	outreach->candidate = take_ident(&reader);
	outreach->flags = take_number32(&reader);
	outreach->length = take_number32(&reader);
	outreach->answered_at = take_time(&reader);
	outreach->answered_by = take_ident(&reader);
	outreach->bounced_at = take_time(&reader);
	return finish(&reader);
}

void
record_notice(struct record *row, const struct store_notice *notice)
{
	const struct step *step = &notice->step;

	start_row(row);
	put_number(row, notice->account, 8);
	put_time(row, step->at);
	put_number(row, step->from, 1);
	put_number(row, step->to, 1);
	put_number(row, step->notice, 1);
	put_time(row, step->due);
	put_evidence(row, &step->window, &step->tally);
}

enum status
record_read_notice(const void *bytes, size_t length,
    struct store_notice *notice)
{
	struct reader reader = read_row(bytes, length);
	struct step *step = &notice->step;

	notice->account = take_number(&reader, 8);
	step->at = take_time(&reader);
	step->from = take_choice(&reader, STANDING_RESTRICTED);
	step->to = take_choice(&reader, STANDING_RESTRICTED);
	step->notice = take_choice(&reader, NOTICE_RECOVERED);
	step->due = take_time(&reader);
	take_evidence(&reader, &step->window, &step->tally);
	return finish(&reader);
}

void
record_audit(struct record *row, const struct store_audit *audit)
{
	start_row(row);
	put_text(row, audit->actor, sizeof(audit->actor));
	put_text(row, audit->action, sizeof(audit->action));
	put_text(row, audit->user, sizeof(audit->user));
	put_text(row, audit->reason, sizeof(audit->reason));
}

enum status
record_read_audit(const void *bytes, size_t length, struct store_audit *audit)
{
	struct reader reader = read_row(bytes, length);

	take_text(&reader, audit->actor, sizeof(audit->actor));
	take_text(&reader, audit->action, sizeof(audit->action));
	take_text(&reader, audit->user, sizeof(audit->user));
	take_text(&reader, audit->reason, sizeof(audit->reason));
	return finish(&reader);
}

enum status
record_meta(struct record *row, const void *value, size_t length)
{
	if (length > STORE_META_SIZE)
		return STATUS_LIMIT;
	start_row(row);
	put_bytes(row, value, length);
	return STATUS_OK;
}

enum status
record_read_meta(const void *bytes, size_t row_length, void *value,
    size_t size, size_t *length)
{
	struct reader reader = read_row(bytes, row_length);

	*length = 0;
	if (reader.bad || reader.left > STORE_META_SIZE)
		return STATUS_MALFORMED;
	if (reader.left > size)
		return STATUS_LIMIT;
	*length = reader.left;
	take_bytes(&reader, value, reader.left);
	return STATUS_OK;
}
