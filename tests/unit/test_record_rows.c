/*
 * The store's rows: what is written is read back, older versions too, and
 * what cannot have been written is refused.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "record_fixture.h"

/* In version 2, where version 1 began behind its number. */
#define FIRST_NOTICE_AT	(1 + 1 + 8 + 8 + 4)

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
	Suite *suite = suite_create("record rows");
	TCase *tests = tcase_create("record rows");

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
