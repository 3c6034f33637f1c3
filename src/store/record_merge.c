/*
 * A campaign of a mail merge as a row.
 *
 *	version			1 byte
 *	began at		8
 *	words			4
 *	sampled			1
 *	paragraphs		count, 1; each 4
 *	shingles		count, 2; each hash, 4, and paragraph, 1
 *	last seen		8
 *	candidates		4
 *	members			count, 1; each candidate, 16, message, 16, and
 *				sent at, 8
 *
 * The sketch stays what it was while the campaign lasts; all that a new member
 * changes stands together behind it.  A store that logs what differs between
 * two rows, from the first byte to the last, then logs little.
 */
#include <assert.h>

#include "store/record_private.h"

#define SHINGLE_SIZE	(4 + 1)

static void
put_sketch(struct record *row, const struct merge_sketch *sketch)
{
	uint32_t i;

	assert(sketch->paragraph_count <= MERGE_PARAGRAPHS_MAX);
	assert(sketch->shingle_count <= MERGE_SHINGLES_MAX);
	record_put_number(row, sketch->words, 4);
	record_put_number(row, sketch->sampled, 1);
	record_put_number(row, sketch->paragraph_count, 1);
	for (i = 0; i < sketch->paragraph_count; i++)
		record_put_number(row, sketch->paragraphs[i], 4);
	record_put_number(row, sketch->shingle_count, 2);
	for (i = 0; i < sketch->shingle_count; i++) {
		record_put_number(row, sketch->shingles[i].hash, 4);
		record_put_number(row, sketch->shingles[i].paragraph, 1);
	}
}

/* A count of `width` bytes; past `most` it is none of ours. */
static uint32_t
take_count(struct record_reader *reader, size_t width, uint32_t most)
{
	uint32_t count = (uint32_t)record_take_number(reader, width);

	if (count <= most)
		return count;
	reader->bad = true;
	return 0;
}

static bool
is_shingle(const struct merge_shingle *shingles, uint32_t i)
{
	return shingles[i].paragraph < MERGE_PARAGRAPHS_MAX &&
	    (i == 0 || shingles[i - 1].hash < shingles[i].hash);
}

/*
 * All at once: a letter is compared with all campaigns of its user, which are
 * some 10,000 shingles, and to take them field by field was most of the cost.
 */
static void
take_shingles(struct record_reader *reader, struct merge_sketch *sketch)
{
	uint8_t bytes[SHINGLE_SIZE * MERGE_SHINGLES_MAX];
	const uint8_t *at = bytes;
	uint32_t i;

	sketch->shingle_count = take_count(reader, 2, MERGE_SHINGLES_MAX);
	record_take_bytes(reader, bytes, SHINGLE_SIZE * sketch->shingle_count);
	for (i = 0; i < sketch->shingle_count; i++, at += SHINGLE_SIZE) {
		sketch->shingles[i].hash = (uint32_t)at[0] << 24 |
		    (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
		sketch->shingles[i].paragraph = at[4];
		if (!is_shingle(sketch->shingles, i))
			reader->bad = true;
	}
}

static void
take_sketch(struct record_reader *reader, struct merge_sketch *sketch)
{
	uint32_t i;

	sketch->words = record_take_number32(reader);
	sketch->sampled = record_take_choice(reader, 1) != 0;
	sketch->paragraph_count = take_count(reader, 1, MERGE_PARAGRAPHS_MAX);
	for (i = 0; i < sketch->paragraph_count; i++)
		sketch->paragraphs[i] = record_take_number32(reader);
	take_shingles(reader, sketch);
}

static void
put_members(struct record *row, const struct merge_campaign *campaign)
{
	const struct merge_member *member = campaign->members;
	uint32_t i;

	assert(campaign->member_count <= MERGE_MEMBERS_MAX);
	record_put_number(row, campaign->member_count, 1);
	for (i = 0; i < campaign->member_count; i++, member++) {
		record_put_ident(row, &member->candidate);
		record_put_ident(row, &member->message);
		record_put_time(row, member->sent_at);
	}
}

static void
take_members(struct record_reader *reader, struct merge_campaign *campaign)
{
	struct merge_member *member = campaign->members;
	uint32_t i;

	campaign->member_count = take_count(reader, 1, MERGE_MEMBERS_MAX);
	for (i = 0; i < campaign->member_count; i++, member++) {
		member->candidate = record_take_ident(reader);
		member->message = record_take_ident(reader);
		member->sent_at = record_take_time(reader);
	}
}

void
record_merge(struct record *row, const struct merge_campaign *campaign)
{
	record_start_row(row, RECORD_VERSION);
	record_put_time(row, campaign->began_at);
	put_sketch(row, &campaign->sketch);
	record_put_time(row, campaign->last_seen);
	record_put_number(row, campaign->candidates, 4);
	put_members(row, campaign);
}

enum status
record_read_merge(const void *bytes, size_t length,
    struct merge_campaign *campaign)
{
	struct record_reader reader = record_read_row(bytes, length,
	    RECORD_VERSION);

	campaign->began_at = record_take_time(&reader);
	take_sketch(&reader, &campaign->sketch);
	campaign->last_seen = record_take_time(&reader);
	campaign->candidates = record_take_number32(&reader);
	take_members(&reader, campaign);
	return record_finish(&reader);
}

static void
skip(struct record_reader *reader, size_t length)
{
	if (reader->bad || length > reader->left) {
		reader->bad = true;
		return;
	}
	reader->at += length;
	reader->left -= length;
}

/* An index asks this at each put: not worth taking the sketch apart. */
enum status
record_read_merge_time(const void *bytes, size_t length, int64_t *last_seen)
{
	struct record_reader reader = record_read_row(bytes, length,
	    RECORD_VERSION);

	skip(&reader, 8 + 4 + 1);
	skip(&reader, 4 * (size_t)record_take_number(&reader, 1));
	skip(&reader, SHINGLE_SIZE * (size_t)record_take_number(&reader, 2));
	*last_seen = record_take_time(&reader);
	return reader.bad ? STATUS_MALFORMED : STATUS_OK;
}
