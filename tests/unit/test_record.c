/*
 * The store's bytes: what is written is read back, and nothing else is
 * accepted.  How keys sort is in test_record_key.c, the bytes of the ledger's
 * rows are in test_record_outreach.c.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "store/record.h"

/* In version 2, where version 1 began behind its number. */
#define FIRST_NOTICE_AT	(1 + 1 + 8 + 8 + 4)

/* Any row, and whether its reading function takes it. */
struct kind {
	const char	*name;
	void		(*write)(struct record *);
	enum status	(*read)(const void *, size_t);
	bool		 key;		/* no version */
	bool		 open;		/* may be of any length */
	int		 latest;	/* version */
};

static struct ident
ident_of(int byte)
{
	struct ident ident;

	memset(ident.bytes, byte, IDENT_SIZE);
	return ident;
}

static void
fill(char *text, size_t size, int letter)
{
	memset(text, letter, size - 1);
	text[size - 1] = '\0';
}

static struct account
full_account(void)
{
	struct account account = { .id = UINT64_MAX, .since = INT64_MIN,
	    .due = INT64_MAX, .warned_at = -1, .assessed = 1,
	    .exempt_until = CLOCK_LATEST, .standing = STANDING_RESTRICTED,
	    .heads_up_at = -2,
	    .judged_window = { 2, 3 }, .judged = { 4, 5, 6, 7 },
	    .shadow = { .standing = STANDING_WARNED, .since = 8, .due = 9,
	    .warned_at = 10, .assessed = 11, .heads_up_at = 18,
	    .judged_window = { 12, 13 },
	    .judged = { 14, 15, 16, 17 } } };

	fill(account.user, sizeof(account.user), 'u');
	fill(account.address, sizeof(account.address), 'a');
	return account;
}

static struct outreach
full_outreach(void)
{
	struct outreach outreach = { .account = 7, .sent_at = -8, .n = 9,
	    .message = ident_of(1), .candidate = ident_of(2),
	    .flags = OUTREACH_BULK | OUTREACH_LIST, .length = UINT32_MAX,
	    .answered_at = 5, .answered_by = ident_of(3), .bounced_at = 6,
	    .topic = ident_of(4), .match = OUTREACH_MATCH_CREDITED,
	    .automatic_at = 7 };

	fill(outreach.automatic_rule, sizeof(outreach.automatic_rule), 'r');
	return outreach;
}

static struct store_notice
full_notice(void)
{
	struct store_notice notice = { .sequence = 4, .account = 5,
	    .written = 9, .next = INT64_MAX, .tries = UINT32_MAX,
	    .step = { .at = 1, .from = STANDING_WARNED,
	    .to = STANDING_RESTRICTED, .notice = NOTICE_RECOVERED, .due = 2,
	    .window = { 3, 4 }, .tally = { 5, 6, 7, 8 } } };

	return notice;
}

static struct store_notice
full_text(void)
{
	struct store_notice notice = { .kind = STORE_NOTICE_POSTMASTER,
	    .sequence = 4, .written = 9, .next = 10, .tries = 11 };

	fill(notice.subject, sizeof(notice.subject), 's');
	fill(notice.text, sizeof(notice.text), 't');
	return notice;
}

static struct store_audit
full_audit(void)
{
	struct store_audit audit = { .when = 1, .n = 2 };

	fill(audit.actor, sizeof(audit.actor), 'a');
	fill(audit.action, sizeof(audit.action), 'b');
	fill(audit.user, sizeof(audit.user), 'c');
	fill(audit.reason, sizeof(audit.reason), 'd');
	return audit;
}

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

START_TEST(account_comes_back)
{
	struct account was = full_account(), is;
	struct record record;

	memset(&is, 0, sizeof(is));
	record_account(&record, &was);
	ck_assert_int_eq(record_read_account(record.bytes, record.length,
	    &is), STATUS_OK);
	ck_assert(is.id == was.id && is.standing == was.standing);
	ck_assert(is.since == was.since && is.due == was.due);
	ck_assert(is.warned_at == was.warned_at);
	ck_assert(is.assessed == was.assessed);
	ck_assert(is.exempt_until == was.exempt_until);
	ck_assert(is.heads_up_at == was.heads_up_at);
	ck_assert(is.judged_window.from == 2 && is.judged_window.until == 3);
	ck_assert(is.judged.answered == 4 && is.judged.lapsed == 5);
	ck_assert(is.judged.pending == 6 && is.judged.bounced == 7);
	ck_assert_int_eq(is.shadow.standing, STANDING_WARNED);
	ck_assert(is.shadow.since == 8 && is.shadow.due == 9);
	ck_assert(is.shadow.warned_at == 10 && is.shadow.assessed == 11);
	ck_assert(is.shadow.heads_up_at == 18);
	ck_assert(is.shadow.judged_window.from == 12);
	ck_assert(is.shadow.judged_window.until == 13);
	ck_assert(is.shadow.judged.answered == 14);
	ck_assert(is.shadow.judged.bounced == 17);
	ck_assert_str_eq(is.user, was.user);
	ck_assert_str_eq(is.address, was.address);
}
END_TEST

START_TEST(notice_comes_back)
{
	struct store_notice was = full_notice(), is;
	struct record record;

	memset(&is, 0, sizeof(is));
	record_notice(&record, &was);
	ck_assert_int_eq(record_read_notice(record.bytes, record.length, &is),
	    STATUS_OK);
	is.sequence = was.sequence;
	ck_assert_int_eq(is.kind, STORE_NOTICE_USER);
	ck_assert(is.written == 9 && is.next == INT64_MAX);
	ck_assert_uint_eq(is.tries, UINT32_MAX);
	ck_assert(is.account == 5 && is.step.at == 1 && is.step.due == 2);
	ck_assert_int_eq(is.step.from, STANDING_WARNED);
	ck_assert_int_eq(is.step.to, STANDING_RESTRICTED);
	ck_assert_int_eq(is.step.notice, NOTICE_RECOVERED);
	ck_assert(is.step.window.from == 3 && is.step.window.until == 4);
	ck_assert(is.step.tally.answered == 5 && is.step.tally.lapsed == 6);
	ck_assert(is.step.tally.pending == 7 && is.step.tally.bounced == 8);
}
END_TEST

START_TEST(words_come_back)
{
	struct store_notice was = full_text(), is;
	struct record record;

	memset(&is, 0, sizeof(is));
	record_notice(&record, &was);
	ck_assert_int_eq(record_read_notice(record.bytes, record.length, &is),
	    STATUS_OK);
	ck_assert_int_eq(is.kind, STORE_NOTICE_POSTMASTER);
	ck_assert(is.written == 9 && is.next == 10 && is.tries == 11);
	ck_assert_str_eq(is.subject, was.subject);
	ck_assert_str_eq(is.text, was.text);
}
END_TEST

/*
 * What was written before there was anything to say about sending: a notice
 * nobody has tried to send, which is as old as its step.
 */
START_TEST(first_notices_are_read)
{
	struct store_notice was = full_notice(), is;
	struct record record;

	memset(&is, 0xff, sizeof(is));
	record_notice(&record, &was);
	memmove(record.bytes + 1, record.bytes + FIRST_NOTICE_AT,
	    record.length - FIRST_NOTICE_AT);
	record.bytes[0] = 1;
	ck_assert_int_eq(record_read_notice(record.bytes,
	    record.length - FIRST_NOTICE_AT + 1, &is), STATUS_OK);
	ck_assert_int_eq(is.kind, STORE_NOTICE_USER);
	ck_assert(is.written == 1 && is.next == 0 && is.tries == 0);
	ck_assert(is.account == 5 && is.step.due == 2);
	ck_assert(is.step.tally.bounced == 8);
}
END_TEST

/* What version 3 has put behind version 2, and that behind version 1. */
#define SHADOW_SIZE	(1 + 5 * 8 + 2 * 8 + 4 * 8)
#define HEADS_UP_SIZE	8

START_TEST(first_accounts_are_read)
{
	struct account was = full_account(), is;
	struct record record;

	memset(&is, 0xff, sizeof(is));
	record_account(&record, &was);
	record.bytes[0] = 1;
	ck_assert_int_eq(record_read_account(record.bytes,
	    record.length - SHADOW_SIZE - HEADS_UP_SIZE, &is), STATUS_OK);
	ck_assert_int_eq(is.judged.bounced, 7);
	ck_assert_int_eq(is.heads_up_at, 0);
	ck_assert_int_eq(is.shadow.since, 0);

	memset(&is, 0xff, sizeof(is));
	record.bytes[0] = 2;
	ck_assert_int_eq(record_read_account(record.bytes,
	    record.length - SHADOW_SIZE, &is), STATUS_OK);
	ck_assert_int_eq(is.heads_up_at, -2);
	ck_assert_int_eq(is.shadow.since, 0);
	ck_assert_int_eq(is.shadow.standing, STANDING_GOOD);
}
END_TEST

START_TEST(audit_comes_back)
{
	struct store_audit was = full_audit(), is;
	struct record record;

	record_audit(&record, &was);
	ck_assert_int_eq(record_read_audit(record.bytes, record.length, &is),
	    STATUS_OK);
	ck_assert_str_eq(is.actor, was.actor);
	ck_assert_str_eq(is.action, was.action);
	ck_assert_str_eq(is.user, was.user);
	ck_assert_str_eq(is.reason, was.reason);
}
END_TEST

/* A text that nothing ends is cut to what there is room for. */
START_TEST(text_without_end_is_cut)
{
	struct store_audit was = full_audit(), is;
	struct record record;

	was.actor[sizeof(was.actor) - 1] = 'x';
	record_audit(&record, &was);
	ck_assert_int_eq(record_read_audit(record.bytes, record.length, &is),
	    STATUS_OK);
	ck_assert_uint_eq(strlen(is.actor), sizeof(is.actor) - 1);
}
END_TEST

START_TEST(text_with_nul_is_refused)
{
	struct store_audit audit = full_audit();
	struct record record;

	record_audit(&record, &audit);
	record.bytes[1 + 2 + 5] = '\0';
	ck_assert_int_eq(record_read_audit(record.bytes, record.length,
	    &audit), STATUS_MALFORMED);
}
END_TEST

START_TEST(standing_past_the_last_is_refused)
{
	struct account account;
	struct record record;

	account_init(&account, "", 0);
	record_account(&record, &account);
	/* version, id, two empty texts */
	record.bytes[1 + 8 + 2 + 2] = STANDING_RESTRICTED;
	ck_assert_int_eq(record_read_account(record.bytes, record.length,
	    &account), STATUS_OK);
	record.bytes[1 + 8 + 2 + 2] = STANDING_RESTRICTED + 1;
	ck_assert_int_eq(record_read_account(record.bytes, record.length,
	    &account), STATUS_MALFORMED);
}
END_TEST

START_TEST(meta_has_bounds)
{
	char value[STORE_META_SIZE + 1], back[STORE_META_SIZE];
	struct record record;
	size_t length;

	memset(value, 'v', sizeof(value));
	ck_assert_int_eq(record_meta(&record, value, STORE_META_SIZE + 1),
	    STATUS_LIMIT);
	ck_assert_int_eq(record_meta(&record, value, STORE_META_SIZE),
	    STATUS_OK);
	ck_assert_int_eq(record_read_meta(record.bytes, record.length, back,
	    STORE_META_SIZE - 1, &length), STATUS_LIMIT);
	ck_assert_int_eq(record_read_meta(record.bytes, record.length, back,
	    STORE_META_SIZE, &length), STATUS_OK);
	ck_assert_uint_eq(length, STORE_META_SIZE);
	ck_assert_int_eq(record_meta(&record, value, 0), STATUS_OK);
	ck_assert_int_eq(record_read_meta(record.bytes, record.length, back,
	    0, &length), STATUS_OK);
	ck_assert_uint_eq(length, 0);
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
	tcase_add_test(tests, account_comes_back);
	tcase_add_test(tests, notice_comes_back);
	tcase_add_test(tests, words_come_back);
	tcase_add_test(tests, first_notices_are_read);
	tcase_add_test(tests, first_accounts_are_read);
	tcase_add_test(tests, audit_comes_back);
	tcase_add_test(tests, text_without_end_is_cut);
	tcase_add_test(tests, text_with_nul_is_refused);
	tcase_add_test(tests, standing_past_the_last_is_refused);
	tcase_add_test(tests, meta_has_bounds);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
