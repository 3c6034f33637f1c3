/* Rows of which no field is as it is without being set; rows as bytes. */
#include "test.h"

#include "record_fixture.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

size_t
record_from_hex(const char *digits, uint8_t *bytes)
{
	size_t length = strlen(digits) / 2, i;
	unsigned value;

	ck_assert_uint_le(length, RECORD_BYTES_MAX);
	for (i = 0; i < length; i++) {
		ck_assert_int_eq(sscanf(digits + 2 * i, "%2x", &value), 1);
		bytes[i] = (uint8_t)value;
	}
	return length;
}

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

struct account
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

struct outreach
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

struct store_notice
full_notice(void)
{
	struct store_notice notice = { .sequence = 4, .account = 5,
	    .written = 9, .next = INT64_MAX, .tries = UINT32_MAX,
	    .step = { .at = 1, .from = STANDING_WARNED,
	    .to = STANDING_RESTRICTED, .notice = NOTICE_RECOVERED, .due = 2,
	    .window = { 3, 4 }, .tally = { 5, 6, 7, 8 } } };

	return notice;
}

struct store_notice
full_text(void)
{
	struct store_notice notice = { .kind = STORE_NOTICE_POSTMASTER,
	    .sequence = 4, .written = 9, .next = 10, .tries = 11 };

	fill(notice.subject, sizeof(notice.subject), 's');
	fill(notice.text, sizeof(notice.text), 't');
	return notice;
}

struct store_audit
full_audit(void)
{
	struct store_audit audit = { .when = 1, .n = 2 };

	fill(audit.actor, sizeof(audit.actor), 'a');
	fill(audit.action, sizeof(audit.action), 'b');
	fill(audit.user, sizeof(audit.user), 'c');
	fill(audit.reason, sizeof(audit.reason), 'd');
	return audit;
}
