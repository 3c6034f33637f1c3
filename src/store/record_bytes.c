/*
 * Fields as bytes, numbers big-endian: what all rows and keys are made of.
 */
#include <assert.h>
#include <string.h>

#include "store/record_private.h"

/*
 * Every row's longest form fits RECORD_SIZE; a caller for whom that is not
 * so would be our mistake, not an input's.
 */
void
record_put_bytes(struct record *record, const void *bytes, size_t length)
{
	assert(length <= RECORD_SIZE - record->length);
	if (length > 0)
		memcpy(record->bytes + record->length, bytes, length);
	record->length += length;
}

void
record_put_number(struct record *record, uint64_t value, size_t width)
{
	uint8_t bytes[8];
	size_t i;

	for (i = 0; i < width; i++)
		bytes[i] = (uint8_t)(value >> (8 * (width - 1 - i)));
	record_put_bytes(record, bytes, width);
}

void
record_put_time(struct record *record, int64_t when)
{
	record_put_number(record, (uint64_t)when, 8);
}

void
record_put_ident(struct record *record, const struct ident *ident)
{
	record_put_bytes(record, ident->bytes, IDENT_SIZE);
}

void
record_put_text(struct record *record, const char *text, size_t size)
{
	size_t length = strnlen(text, size - 1);

	record_put_number(record, length, 2);
	record_put_bytes(record, text, length);
}

void
record_put_evidence(struct record *row, const struct rate_window *window,
    const struct tally *tally)
{
	record_put_time(row, window->from);
	record_put_time(row, window->until);
	record_put_number(row, (uint64_t)tally->answered, 8);
	record_put_number(row, (uint64_t)tally->lapsed, 8);
	record_put_number(row, (uint64_t)tally->pending, 8);
	record_put_number(row, (uint64_t)tally->bounced, 8);
}

void
record_start_key(struct record *record)
{
	record->length = 0;
}

void
record_start_row(struct record *record, unsigned version)
{
	record->length = 0;
	record_put_number(record, version, 1);
}

void
record_take_bytes(struct record_reader *reader, void *bytes, size_t length)
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

uint64_t
record_take_number(struct record_reader *reader, size_t width)
{
	uint8_t bytes[8];
	uint64_t value = 0;
	size_t i;

	record_take_bytes(reader, bytes, width);
	for (i = 0; i < width; i++)
		value = value << 8 | bytes[i];
	return value;
}

uint32_t
record_take_number32(struct record_reader *reader)
{
	return (uint32_t)record_take_number(reader, 4);
}

int64_t
record_take_time(struct record_reader *reader)
{
	return (int64_t)record_take_number(reader, 8);
}

struct ident
record_take_ident(struct record_reader *reader)
{
	struct ident ident = { { 0 } };

	record_take_bytes(reader, ident.bytes, IDENT_SIZE);
	return ident;
}

void
record_take_text(struct record_reader *reader, char *text, size_t size)
{
	size_t length = (size_t)record_take_number(reader, 2);

	if (length >= size || length > reader->left) {
		reader->bad = true;
		length = 0;
	}
	record_take_bytes(reader, text, length);
	text[length] = '\0';
	if (strlen(text) != length)
		reader->bad = true;
}

void
record_take_evidence(struct record_reader *reader, struct rate_window *window,
    struct tally *tally)
{
	window->from = record_take_time(reader);
	window->until = record_take_time(reader);
	tally->answered = (int64_t)record_take_number(reader, 8);
	tally->lapsed = (int64_t)record_take_number(reader, 8);
	tally->pending = (int64_t)record_take_number(reader, 8);
	tally->bounced = (int64_t)record_take_number(reader, 8);
}

unsigned
record_take_choice(struct record_reader *reader, unsigned last)
{
	unsigned choice = (unsigned)record_take_number(reader, 1);

	if (choice > last) {
		reader->bad = true;
		return 0;
	}
	return choice;
}

struct record_reader
record_read_key(const void *bytes, size_t length)
{
	struct record_reader reader = { .at = bytes, .left = length };

	return reader;
}

struct record_reader
record_read_row(const void *bytes, size_t length, unsigned latest)
{
	struct record_reader reader = { .at = bytes, .left = length };

	reader.version = (unsigned)record_take_number(&reader, 1);
	if (reader.version < 1 || reader.version > latest)
		reader.bad = true;
	return reader;
}

enum status
record_finish(const struct record_reader *reader)
{
	return reader->bad || reader->left > 0 ? STATUS_MALFORMED : STATUS_OK;
}
