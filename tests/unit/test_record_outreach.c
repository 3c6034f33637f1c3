/*
 * The ledger's rows as bytes: those of both versions, written out by hand, so
 * that what a disk holds today is read the same tomorrow.
 */
#include "test.h"

#include <string.h>

#include "draw.h"
#include "record_fixture.h"

#define DRAWS		20000

/* Version 2 adds the byte of parts and, where there is an answer, the match. */
#define GROWN		2

/* Fields of hexadecimal digits. */
#define NONE		IDENT("00")
#define NEVER		TIME("00")
#define ABOUT		IDENT("01") IDENT("02")		/* of all rows */
#define OF_ALL		.message = ID(1), .candidate = ID(2)

struct golden_row {
	const char	*name;
	const char	*bytes;
	struct outreach	 value;
	bool		 written;	/* by this version of ours */
};

static const struct golden_row golden_rows[] = {
	{ "version 1, nothing known",
	    "01" ABOUT "00000000" "00000000" NEVER NONE NEVER,
	    { OF_ALL }, false },
	{ "version 1, pending",
	    "01" ABOUT "00000001" "00000400" NEVER NONE NEVER,
	    { OF_ALL, .flags = OUTREACH_BULK, .length = 1024 }, false },
	{ "version 1, full",
	    "01" ABOUT "00000005" "ffffffff" TIME("05") IDENT("03")
	    TIME("06"),
	    { OF_ALL, .flags = OUTREACH_BULK | OUTREACH_LIST,
	    .length = UINT32_MAX, .answered_at = 5, .answered_by = ID(3),
	    .bounced_at = 6 }, false },
	{ "version 1, before 1970",
	    "01" ABOUT "00000000" "00000000" "fffffffffffffffe" IDENT("03")
	    NEVER,
	    { OF_ALL, .answered_at = -2, .answered_by = ID(3) }, false },
	{ "nothing known", "02" ABOUT "00", { OF_ALL }, true },
	{ "pending", "02" ABOUT "13" "00000001" "00000400" IDENT("04"),
	    { OF_ALL, .flags = OUTREACH_BULK, .length = 1024,
	    .topic = ID(4) }, true },
	{ "flags alone", "02" ABOUT "01" "00000018",
	    { OF_ALL, .flags = OUTREACH_READ | OUTREACH_COMPLAINT }, true },
	{ "answered", "02" ABOUT "04" TIME("05") IDENT("03") "03",
	    { OF_ALL, .answered_at = 5, .answered_by = ID(3),
	    .match = OUTREACH_MATCH_PAIR }, true },
	{ "answered, how is not known",
	    "02" ABOUT "04" TIME("05") IDENT("03") "00",
	    { OF_ALL, .answered_at = 5, .answered_by = ID(3) }, true },
	{ "credited, by nobody", "02" ABOUT "04" TIME("05") NONE "04",
	    { OF_ALL, .answered_at = 5, .match = OUTREACH_MATCH_CREDITED },
	    true },
	{ "bounced", "02" ABOUT "08" "ffffffffffffffff",
	    { OF_ALL, .bounced_at = -1 }, true },
	{ "automatic", "02" ABOUT "20" TIME("07") "0003" "616263",
	    { OF_ALL, .automatic_at = 7, .automatic_rule = "abc" }, true },
	{ "automatic, the longest rule", "02" ABOUT "20" TIME("07") "0017"
	    FOUR("78") FOUR("78") FOUR("78") FOUR("78") FOUR("78") "787878",
	    { OF_ALL, .automatic_at = 7,
	    .automatic_rule = "xxxxxxxxxxxxxxxxxxxxxxx" }, true },
	{ "all there is",
	    "02" ABOUT "3f" "0000001f" "ffffffff" TIME("05") IDENT("03")
	    "01" TIME("06") IDENT("04") TIME("07") "0001" "61",
	    { OF_ALL, .flags = OUTREACH_BULK | OUTREACH_MERGE |
	    OUTREACH_LIST | OUTREACH_READ | OUTREACH_COMPLAINT,
	    .length = UINT32_MAX, .answered_at = 5, .answered_by = ID(3),
	    .bounced_at = 6, .topic = ID(4),
	    .match = OUTREACH_MATCH_MESSAGE_ID, .automatic_at = 7,
	    .automatic_rule = "a" }, true },
};
#define GOLDEN	(int)(sizeof(golden_rows) / sizeof(golden_rows[0]))

struct bad_row {
	const char	*name;
	const char	*bytes;
};

static const struct bad_row bad_rows[] = {
	{ "no bytes", "" },
	{ "a version and no more", "02" },
	{ "version 0", "00" ABOUT "00" },
	{ "a version to come", "03" ABOUT "00" },
	{ "version 1 in the length of version 2", "01" ABOUT "00" },
	{ "version 2 in the length of version 1",
	    "02" ABOUT "00000000" "00000000" NEVER NONE NEVER },
	{ "version 1, a byte less",
	    "01" ABOUT "00000000" "00000000" NEVER NONE "00000000000000" },
	{ "version 1, a byte more",
	    "01" ABOUT "00000000" "00000000" NEVER NONE NEVER "00" },
	{ "no parts", "02" ABOUT },
	{ "a byte more", "02" ABOUT "00" "00" },
	{ "flags said, and none", "02" ABOUT "01" "00000000" },
	{ "length said, and none", "02" ABOUT "02" "00000000" },
	{ "answer said, and none", "02" ABOUT "04" NEVER NONE "00" },
	{ "bounce said, and none", "02" ABOUT "08" NEVER },
	{ "topic said, and none", "02" ABOUT "10" NONE },
	{ "automatic said, and none", "02" ABOUT "20" NEVER "0000" },
	{ "a part nobody knows", "02" ABOUT "40" },
	{ "the last part nobody knows", "02" ABOUT "80" },
	{ "a match past the last",
	    "02" ABOUT "04" TIME("05") IDENT("03") "05" },
	{ "a match far past the last",
	    "02" ABOUT "04" TIME("05") IDENT("03") "ff" },
	{ "a rule with a NUL", "02" ABOUT "20" TIME("07") "0003" "610063" },
	{ "a rule without its end", "02" ABOUT "20" TIME("07") "0003" "6162" },
	{ "a rule too long", "02" ABOUT "20" TIME("07") "0018" FOUR("78")
	    FOUR("78") FOUR("78") FOUR("78") FOUR("78") FOUR("78") },
};

/* From a heap block of exactly that length, into what was something else. */
static enum status
read_exact(const uint8_t *bytes, size_t length, struct outreach *outreach)
{
	uint8_t *block = malloc(length > 0 ? length : 1);
	enum status status;

	ck_assert_ptr_nonnull(block);
	memcpy(block, bytes, length);
	memset(outreach, 0xff, sizeof(*outreach));
	status = record_read_outreach(block, length, outreach);
	free(block);
	return status;
}

static bool
is_same(const struct outreach *a, const struct outreach *b)
{
	return ident_equal(&a->message, &b->message) &&
	    ident_equal(&a->candidate, &b->candidate) &&
	    a->flags == b->flags && a->length == b->length &&
	    a->answered_at == b->answered_at &&
	    ident_equal(&a->answered_by, &b->answered_by) &&
	    a->bounced_at == b->bounced_at &&
	    ident_equal(&a->topic, &b->topic) && a->match == b->match &&
	    a->automatic_at == b->automatic_at &&
	    memcmp(a->automatic_rule, b->automatic_rule,
	    OUTREACH_RULE_SIZE) == 0;
}

START_TEST(golden_bytes)
{
	const struct golden_row *row = &golden_rows[_i];
	uint8_t bytes[RECORD_BYTES_MAX];
	size_t length = record_from_hex(row->bytes, bytes);
	struct outreach is;
	struct record record;
	enum status status = read_exact(bytes, length, &is);

	ck_assert_msg(status == STATUS_OK, "%s: %s", row->name,
	    status_text(status));
	ck_assert_msg(is_same(&is, &row->value), "%s: read", row->name);
	record_outreach(&record, &row->value);
	if (row->written)
		ck_assert_msg(record.length == length && memcmp(record.bytes,
		    bytes, length) == 0, "%s: written", row->name);
	else
		ck_assert_msg(record.length <= length + GROWN, "%s: %zu "
		    "bytes, were %zu", row->name, record.length, length);
}
END_TEST

START_TEST(bad_bytes)
{
	const struct bad_row *row = &bad_rows[_i];
	uint8_t bytes[RECORD_BYTES_MAX];
	struct outreach outreach;
	enum status status = read_exact(bytes,
	    record_from_hex(row->bytes, bytes), &outreach);

	ck_assert_msg(status == STATUS_MALFORMED, "%s: %s", row->name,
	    status_text(status));
}
END_TEST

/* The key is another's affair: what the caller has set there stays. */
START_TEST(the_key_is_left_alone)
{
	struct outreach outreach = { .account = 7, .sent_at = -8, .n = 9 };
	uint8_t bytes[RECORD_BYTES_MAX];
	size_t length;
	int i;

	for (i = 0; i < GOLDEN; i++) {
		length = record_from_hex(golden_rows[i].bytes, bytes);
		ck_assert_int_eq(record_read_outreach(bytes, length,
		    &outreach), STATUS_OK);
		ck_assert_msg(outreach.account == 7 &&
		    outreach.sent_at == -8 && outreach.n == 9, "%s",
		    golden_rows[i].name);
	}
}
END_TEST

START_TEST(a_rule_without_end_is_cut)
{
	struct outreach was = { .automatic_at = 1 }, is;
	struct record record;

	memset(was.automatic_rule, 'r', sizeof(was.automatic_rule));
	record_outreach(&record, &was);
	ck_assert_int_eq(read_exact(record.bytes, record.length, &is),
	    STATUS_OK);
	ck_assert_uint_eq(strlen(is.automatic_rule), OUTREACH_RULE_SIZE - 1);
}
END_TEST

/* What is read from any bytes, of version 2, is written as these again. */
static void
check_any(const uint8_t *bytes, size_t length, const char *name)
{
	struct outreach outreach;
	struct record record;
	enum status status = read_exact(bytes, length, &outreach);

	ck_assert_msg(status == STATUS_OK || status == STATUS_MALFORMED,
	    "%s: %s", name, status_text(status));
	if (status != STATUS_OK || bytes[0] == 1)
		return;
	record_outreach(&record, &outreach);
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
			check_any(bytes, at, row->name);
		}
		bytes[at] = kept;
	}
}
END_TEST

START_TEST(any_bytes)
{
	uint8_t bytes[256];
	uint32_t state = 11;
	size_t length, at;
	unsigned i;

	for (i = 0; i < DRAWS; i++) {
		length = draw(&state, sizeof(bytes));
		for (at = 0; at < length; at++)
			bytes[at] = draw(&state, 3) == 0 ? 0 :
			    (uint8_t)draw(&state, 256);
		bytes[0] = (uint8_t)draw(&state, 4);
		check_any(bytes, length, "drawn");
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("record outreach");
	TCase *tests = tcase_create("record outreach");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, golden_bytes, 0, GOLDEN);
	tcase_add_loop_test(tests, bad_bytes, 0,
	    (int)(sizeof(bad_rows) / sizeof(bad_rows[0])));
	tcase_add_test(tests, the_key_is_left_alone);
	tcase_add_test(tests, a_rule_without_end_is_cut);
	tcase_add_loop_test(tests, any_byte_of_a_row, 0, GOLDEN);
	tcase_add_test(tests, any_bytes);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
