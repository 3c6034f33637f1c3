/*
 * The store's bytes: each kind of row and key is read at its own length and
 * version alone, and bears any byte.  What comes back of the rows is in
 * test_record_rows.c, how keys sort in test_record_key.c, the bytes of the
 * ledger's rows in test_record_outreach.c.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "record_fixture.h"

/* Any row, and whether its reading function takes it. */
struct kind {
	const char	*name;
	void		(*write)(struct record *);
	enum status	(*read)(const void *, size_t);
	bool		 key;		/* no version */
	bool		 open;		/* may be of any length */
	int		 latest;	/* version */
};

/* read_NAME(bytes, length): record_read_NAME without its result. */
#define READER(name, type)						\
static enum status							\
read_##name(const void *bytes, size_t length)				\
{									\
	type value;							\
									\
	return record_read_##name(bytes, length, &value);		\
}
READER(account, struct account)
READER(outreach, struct outreach)
READER(notice, struct store_notice)
READER(audit, struct store_audit)
READER(number, uint64_t)
READER(time, int64_t)
READER(key_outreach, struct outreach)
READER(key_number, uint64_t)
READER(key_time, int64_t)

static void
write_account(struct record *record)
{
	struct account account = full_account();

	record_account(record, &account);
}

static void
write_outreach(struct record *record)
{
	struct outreach outreach = full_outreach();

	record_outreach(record, &outreach);
}

static void
write_notice(struct record *record)
{
	struct store_notice notice = full_notice();

	record_notice(record, &notice);
}

static void
write_text(struct record *record)
{
	struct store_notice notice = full_text();

	record_notice(record, &notice);
}

static void
write_audit(struct record *record)
{
	struct store_audit audit = full_audit();

	record_audit(record, &audit);
}

static void
write_number(struct record *record)
{
	record_number(record, 77);
}

static void
write_time(struct record *record)
{
	record_time(record, -77);
}

static void
write_meta(struct record *record)
{
	char value[STORE_META_SIZE];

	memset(value, 'm', sizeof(value));
	ck_assert_int_eq(record_meta(record, value, sizeof(value)), STATUS_OK);
}

static enum status
read_meta(const void *bytes, size_t length)
{
	char value[STORE_META_SIZE];
	size_t value_length;

	return record_read_meta(bytes, length, value, sizeof(value),
	    &value_length);
}

static void
write_key_outreach(struct record *record)
{
	record_key_outreach(record, 1, 2, 3);
}

static void
write_key_moment(struct record *record)
{
	record_key_moment(record, -2, 3);
}

static enum status
read_key_moment(const void *bytes, size_t length)
{
	int64_t when;
	uint32_t n;

	return record_read_key_moment(bytes, length, &when, &n);
}

static void
write_key_number(struct record *record)
{
	record_key_number(record, 3);
}

static void
write_key_time(struct record *record)
{
	record_key_time(record, 3);
}

static const struct kind kinds[] = {
	{ "account", write_account, read_account, false, false, 3 },
	{ "outreach", write_outreach, read_outreach, false, false, 2 },
	{ "notice", write_notice, read_notice, false, false, 2 },
	{ "notice in words", write_text, read_notice, false, false, 2 },
	{ "audit", write_audit, read_audit, false, false, 1 },
	{ "number", write_number, read_number, false, false, 1 },
	{ "time", write_time, read_time, false, false, 1 },
	{ "meta", write_meta, read_meta, false, true, 1 },
	{ "key of outreach", write_key_outreach, read_key_outreach, true,
	    false, 1 },
	{ "key of moment", write_key_moment, read_key_moment, true, false, 1 },
	{ "key of number", write_key_number, read_key_number, true, false, 1 },
	{ "key of time", write_key_time, read_key_time, true, false, 1 },
};
#define KINDS	(int)(sizeof(kinds) / sizeof(kinds[0]))

/* Reads a copy in a heap block of exactly that length. */
static enum status
read_exact(const struct kind *kind, const struct record *record,
    size_t length)
{
	uint8_t *block = malloc(length > 0 ? length : 1);
	enum status status;

	ck_assert_ptr_nonnull(block);
	memcpy(block, record->bytes, length);
	status = kind->read(block, length);
	free(block);
	return status;
}

START_TEST(takes_its_own_length_only)
{
	const struct kind *kind = &kinds[_i];
	struct record record;
	enum status status;
	size_t length;

	kind->write(&record);
	ck_assert_msg(record.length < RECORD_SIZE, "%s: no room", kind->name);
	record.bytes[record.length] = 0;
	for (length = 0; length <= record.length + 1; length++) {
		status = read_exact(kind, &record, length);
		if (length == record.length ||
		    (kind->open && length > 0 && length < record.length))
			ck_assert_msg(status == STATUS_OK, "%s: %zu bytes: %s",
			    kind->name, length, status_text(status));
		else
			ck_assert_msg(status == STATUS_MALFORMED,
			    "%s: %zu bytes: %s", kind->name, length,
			    status_text(status));
	}
}
END_TEST

START_TEST(refuses_another_version)
{
	const struct kind *kind = &kinds[_i];
	struct record record;
	int version;

	kind->write(&record);
	for (version = 0; version < 256; version++) {
		if ((version >= 1 && version <= kind->latest) || kind->key)
			continue;
		record.bytes[0] = (uint8_t)version;
		ck_assert_msg(read_exact(kind, &record, record.length) ==
		    STATUS_MALFORMED, "%s: version %d", kind->name, version);
	}
}
END_TEST

/* Any byte may be anything: an answer, no crash, no read past the end. */
START_TEST(bears_any_byte)
{
	const struct kind *kind = &kinds[_i];
	struct record record;
	enum status status;
	size_t at;
	int byte;

	kind->write(&record);
	for (at = 0; at < record.length; at++) {
		uint8_t kept = record.bytes[at];

		for (byte = 0; byte < 256; byte += 17) {
			record.bytes[at] = (uint8_t)byte;
			status = read_exact(kind, &record, record.length);
			ck_assert_msg(status == STATUS_OK ||
			    status == STATUS_MALFORMED, "%s: %zu", kind->name,
			    at);
		}
		record.bytes[at] = kept;
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("record");
	TCase *tests = tcase_create("record");

	tcase_add_loop_test(tests, takes_its_own_length_only, 0, KINDS);
	tcase_add_loop_test(tests, refuses_another_version, 0, KINDS);
	tcase_add_loop_test(tests, bears_any_byte, 0, KINDS);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
