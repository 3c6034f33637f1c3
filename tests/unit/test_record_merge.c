/*
 * Campaigns as bytes: written out by hand, at their bounds, and anything else.
 */
#include "test.h"

#include <string.h>

#include "draw.h"
#include "record_fixture.h"

#define DRAWS		20000
#define LONGEST		3722	/* as record.h says */

/* Began at 1, 300 words, all of its shingles; what stands before counts. */
#define BEGINNING	"01" TIME("01") "0000012c" "00"

struct golden_row {
	const char		*name;
	const char		*bytes;
	struct merge_campaign	 value;
};

static const struct golden_row golden_rows[] = {
	{ "nothing in it",
	    BEGINNING "00" "0000" TIME("02") "00000000" "00",
	    { .began_at = 1, .last_seen = 2, .sketch = { .words = 300 } } },
	{ "two of each",
	    BEGINNING "02" "0000000a" "fffffffe" "0002" "00000000" "00"
	    "ffffffff" "2f" TIME("02") "00000007" "02"
	    IDENT("03") IDENT("04") TIME("01")
	    IDENT("05") IDENT("06") TIME("02"),
	    { .began_at = 1, .last_seen = 2, .candidates = 7,
	    .member_count = 2,
	    .members = { { ID(3), ID(4), 1 }, { ID(5), ID(6), 2 } },
	    .sketch = { .words = 300, .paragraph_count = 2,
	    .paragraphs = { 10, 0xfffffffe }, .shingle_count = 2,
	    .shingles = { { 0, 0 },
	    { 0xffffffff, MERGE_PARAGRAPHS_MAX - 1 } } } } },
	{ "sampled, before 1970",
	    "01" "fffffffffffffffd" "0000ffff" "01" "00" "0000"
	    "fffffffffffffffe" "ffffffff" "00",
	    { .began_at = -3, .last_seen = -2, .candidates = UINT32_MAX,
	    .sketch = { .words = 0xffff, .sampled = true } } },
};
#define GOLDEN	(int)(sizeof(golden_rows) / sizeof(golden_rows[0]))

struct bad_row {
	const char	*name;
	const char	*bytes;
};

static const struct bad_row bad_rows[] = {
	{ "no bytes", "" },
	{ "a version and no more", "01" },
	{ "another version",
	    "02" TIME("01") "0000012c" "00" "00" "0000" TIME("02")
	    "00000000" "00" },
	{ "half sampled",
	    "01" TIME("01") "0000012c" "02" "00" "0000" TIME("02")
	    "00000000" "00" },
	{ "a paragraph too many", BEGINNING "31" },
	{ "a shingle too many", BEGINNING "00" "012d" },
	{ "a member too many",
	    BEGINNING "00" "0000" TIME("02") "00000000" "33" },
	{ "a byte too many",
	    BEGINNING "00" "0000" TIME("02") "00000000" "00" "00" },
	{ "a shingle of no paragraph",
	    BEGINNING "00" "0001" "00000001" "30" TIME("02") "00000000"
	    "00" },
	{ "a shingle twice",
	    BEGINNING "00" "0002" "00000001" "00" "00000001" "01" TIME("02")
	    "00000000" "00" },
	{ "shingles in no order",
	    BEGINNING "00" "0002" "00000002" "00" "00000001" "00" TIME("02")
	    "00000000" "00" },
	{ "half a member",
	    BEGINNING "00" "0000" TIME("02") "00000001" "01" IDENT("01") },
};

static bool
same_members(const struct merge_campaign *a, const struct merge_campaign *b)
{
	uint32_t i;

	for (i = 0; i < a->member_count; i++)
		if (!ident_equal(&a->members[i].candidate,
		    &b->members[i].candidate) ||
		    !ident_equal(&a->members[i].message,
		    &b->members[i].message) ||
		    a->members[i].sent_at != b->members[i].sent_at)
			return false;
	return true;
}

static bool
same_sketch(const struct merge_sketch *a, const struct merge_sketch *b)
{
	uint32_t i;

	if (a->words != b->words || a->sampled != b->sampled ||
	    a->paragraph_count != b->paragraph_count ||
	    a->shingle_count != b->shingle_count)
		return false;
	for (i = 0; i < a->shingle_count; i++)
		if (a->shingles[i].hash != b->shingles[i].hash ||
		    a->shingles[i].paragraph != b->shingles[i].paragraph)
			return false;
	return memcmp(a->paragraphs, b->paragraphs,
	    a->paragraph_count * sizeof(a->paragraphs[0])) == 0;
}

static bool
is_same(const struct merge_campaign *a, const struct merge_campaign *b)
{
	return a->began_at == b->began_at && a->last_seen == b->last_seen &&
	    a->candidates == b->candidates &&
	    a->member_count == b->member_count && same_members(a, b) &&
	    same_sketch(&a->sketch, &b->sketch);
}

/* From a heap block of exactly that length, into what was something else. */
static enum status
read_exact(const uint8_t *bytes, size_t length,
    struct merge_campaign *campaign)
{
	uint8_t *block = malloc(length > 0 ? length : 1);
	enum status status, time_status;
	int64_t last_seen;

	ck_assert_ptr_nonnull(block);
	memcpy(block, bytes, length);
	memset(campaign, 0xff, sizeof(*campaign));
	status = record_read_merge(block, length, campaign);
	time_status = record_read_merge_time(block, length, &last_seen);
	free(block);
	if (status == STATUS_OK) {
		ck_assert_int_eq(time_status, STATUS_OK);
		ck_assert_int_eq(last_seen, campaign->last_seen);
	}
	return status;
}

START_TEST(golden_bytes)
{
	const struct golden_row *row = &golden_rows[_i];
	uint8_t bytes[RECORD_BYTES_MAX];
	size_t length = record_from_hex(row->bytes, bytes);
	struct merge_campaign is;
	struct record record;
	enum status status = read_exact(bytes, length, &is);

	ck_assert_msg(status == STATUS_OK, "%s: %s", row->name,
	    status_text(status));
	ck_assert_msg(is_same(&is, &row->value), "%s: read", row->name);
	record_merge(&record, &row->value);
	ck_assert_msg(record.length == length && memcmp(record.bytes, bytes,
	    length) == 0, "%s: written", row->name);
}
END_TEST

START_TEST(bad_bytes)
{
	const struct bad_row *row = &bad_rows[_i];
	uint8_t bytes[RECORD_BYTES_MAX];
	struct merge_campaign campaign;
	enum status status = read_exact(bytes,
	    record_from_hex(row->bytes, bytes), &campaign);

	ck_assert_msg(status == STATUS_MALFORMED, "%s: %s", row->name,
	    status_text(status));
}
END_TEST

static struct merge_campaign
longest_campaign(void)
{
	struct merge_campaign campaign = { .slot = 5, .began_at = INT64_MIN,
	    .last_seen = INT64_MAX, .candidates = UINT32_MAX,
	    .member_count = MERGE_MEMBERS_MAX, .sketch = {
	    .words = UINT32_MAX, .paragraph_count = MERGE_PARAGRAPHS_MAX,
	    .shingle_count = MERGE_SHINGLES_MAX } };
	uint32_t i;

	for (i = 0; i < MERGE_MEMBERS_MAX; i++) {
		memset(&campaign.members[i], (int)i, sizeof(struct ident));
		campaign.members[i].sent_at = i;
	}
	for (i = 0; i < MERGE_PARAGRAPHS_MAX; i++)
		campaign.sketch.paragraphs[i] = ~i;
	for (i = 0; i < MERGE_SHINGLES_MAX; i++) {
		campaign.sketch.shingles[i].hash = i * 7919;
		campaign.sketch.shingles[i].paragraph =
		    (uint8_t)(i % MERGE_PARAGRAPHS_MAX);
	}
	return campaign;
}

START_TEST(the_longest_takes_its_own_length_only)
{
	struct merge_campaign was = longest_campaign(), is;
	struct record record;
	size_t length;

	record_merge(&record, &was);
	ck_assert_uint_eq(record.length, LONGEST);
	ck_assert_int_eq(read_exact(record.bytes, record.length, &is),
	    STATUS_OK);
	ck_assert(is_same(&is, &was));
	record.bytes[record.length] = 0;
	for (length = 0; length <= record.length + 1; length++)
		if (length != record.length)
			ck_assert_msg(read_exact(record.bytes, length, &is) ==
			    STATUS_MALFORMED, "%zu bytes", length);
}
END_TEST

/* What a new member changes must stand together, or the log would swell. */
START_TEST(a_new_member_changes_little)
{
	struct merge_campaign campaign = longest_campaign();
	struct record before, after;
	size_t same;

	campaign.member_count = 10;
	record_merge(&before, &campaign);
	campaign.last_seen--;
	campaign.candidates--;
	campaign.member_count++;
	record_merge(&after, &campaign);
	for (same = 0; same < before.length &&
	    before.bytes[same] == after.bytes[same]; same++)
		continue;
	ck_assert_uint_ge(same, before.length - 10 * 40 - 1 - 4 - 8);
}
END_TEST

START_TEST(the_slot_is_left_alone)
{
	struct merge_campaign was = longest_campaign(), is = { .slot = 9 };
	struct record key, row;
	uint64_t account;
	uint32_t slot;

	record_merge(&row, &was);
	ck_assert_int_eq(record_read_merge(row.bytes, row.length, &is),
	    STATUS_OK);
	ck_assert_uint_eq(is.slot, 9);
	record_key_slot(&key, 7, MERGE_SLOTS - 1);
	ck_assert_uint_eq(key.length, RECORD_SLOT_SIZE);
	ck_assert_int_eq(record_read_key_slot(key.bytes, key.length, &account,
	    &slot), STATUS_OK);
	ck_assert(account == 7 && slot == MERGE_SLOTS - 1);
	key.bytes[key.length - 1] = MERGE_SLOTS;
	ck_assert_int_eq(record_read_key_slot(key.bytes, key.length, &account,
	    &slot), STATUS_MALFORMED);
}
END_TEST

/* What is read from any bytes is written as these again. */
static void
check_any(const uint8_t *bytes, size_t length, const char *name)
{
	struct merge_campaign campaign;
	struct record record;
	enum status status = read_exact(bytes, length, &campaign);

	ck_assert_msg(status == STATUS_OK || status == STATUS_MALFORMED,
	    "%s: %s", name, status_text(status));
	if (status != STATUS_OK)
		return;
	record_merge(&record, &campaign);
	ck_assert_msg(record.length == length && memcmp(record.bytes, bytes,
	    length) == 0, "%s: %zu bytes come back as %zu", name, length,
	    record.length);
}

START_TEST(any_byte_of_a_row)
{
	const struct golden_row *row = &golden_rows[_i];
	uint8_t bytes[RECORD_BYTES_MAX], kept;
	size_t length = record_from_hex(row->bytes, bytes), at;
	int value;

	for (at = 0; at < length; at++) {
		kept = bytes[at];
		for (value = 0; value < 256; value++) {
			bytes[at] = (uint8_t)value;
			check_any(bytes, length, row->name);
		}
		bytes[at] = kept;
	}
}
END_TEST

START_TEST(any_bytes)
{
	uint8_t bytes[512];
	uint32_t state = 13;
	size_t length, at;
	unsigned i;

	for (i = 0; i < DRAWS; i++) {
		length = draw(&state, sizeof(bytes));
		for (at = 0; at < length; at++)
			bytes[at] = draw(&state, 2) == 0 ? 0 :
			    (uint8_t)draw(&state, 256);
		bytes[0] = (uint8_t)draw(&state, 3);
		check_any(bytes, length, "drawn");
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("record merge");
	TCase *tests = tcase_create("record merge");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, golden_bytes, 0, GOLDEN);
	tcase_add_loop_test(tests, bad_bytes, 0,
	    (int)(sizeof(bad_rows) / sizeof(bad_rows[0])));
	tcase_add_test(tests, the_longest_takes_its_own_length_only);
	tcase_add_test(tests, a_new_member_changes_little);
	tcase_add_test(tests, the_slot_is_left_alone);
	tcase_add_loop_test(tests, any_byte_of_a_row, 0, GOLDEN);
	tcase_add_test(tests, any_bytes);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
