/*
 * Rows in every table.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "store_fixture.h"
#include "store_rows.h"
#include "test.h"

static struct merge_campaign
campaign_of(unsigned number)
{
	struct merge_campaign campaign = { .slot = number, .began_at = 100,
	    .last_seen = 200 + number, .candidates = 2, .member_count = 2 };

	campaign.members[0].candidate = store_ident(1);
	campaign.members[1].candidate = store_ident(2);
	campaign.members[1].sent_at = 200;
	campaign.sketch.words = 80;
	campaign.sketch.paragraph_count = 2;
	campaign.sketch.paragraphs[1] = UINT32_MAX;
	campaign.sketch.shingle_count = 2;
	campaign.sketch.shingles[0].hash = 5;
	campaign.sketch.shingles[1].hash = UINT32_MAX;
	campaign.sketch.shingles[1].paragraph = 1;
	campaign.sketch.sampled = number % 2 != 0;
	return campaign;
}

static void
add_outreach(struct store_txn *txn, const struct account *account,
    unsigned i)
{
	struct outreach row = store_outreach(account->id,
	    10 * CLOCK_DAY + i / 2, i, 10 + i);

	row.flags = i % 4;
	row.length = 100 * i;
	if (i % 3 == 0) {
		row.answered_at = 11 * CLOCK_DAY;
		row.answered_by = row.candidate;
		row.match = OUTREACH_MATCH_PAIR;
	} else if (i % 3 == 1) {
		row.bounced_at = 10 * CLOCK_DAY + 5;
		row.automatic_at = 10 * CLOCK_DAY + 6;
		strcpy(row.automatic_rule, "auto-submitted");
		row.topic = store_ident(99);
	}
	ck_assert_int_eq(store_outreach_add(txn, &row), STATUS_OK);
}

static void
add_user(struct store_txn *txn, unsigned number)
{
	struct merge_campaign campaign = campaign_of(number);
	struct ident candidate = store_ident(500 + number);
	struct account account;
	char name[32];
	unsigned i;

	snprintf(name, sizeof(name), "u%u@local.test", number);
	account_init(&account, name, 9 * CLOCK_DAY);
	snprintf(account.address, sizeof(account.address), "%s", name);
	if (number == 2) {
		account.standing = STANDING_WARNED;
		account.due = 30 * CLOCK_DAY;
		account.warned_at = 9 * CLOCK_DAY;
		account.exempt_until = CLOCK_LATEST;
		account.judged.answered = 3;
		account.judged_window.until = 8 * CLOCK_DAY;
	}
	ck_assert_int_eq(store_account_put(txn, &account), STATUS_OK);
	ck_assert_int_eq(store_address_put(txn, name, account.id), STATUS_OK);
	ck_assert_int_eq(store_merge_put(txn, account.id, &campaign),
	    STATUS_OK);
	ck_assert_int_eq(store_contact_put(txn, account.id, &candidate,
	    CLOCK_DAY), STATUS_OK);
	for (i = 0; i < STORE_ROWS_EACH; i++)
		add_outreach(txn, &account, i);
}

static void
add_books(struct store_txn *txn)
{
	struct store_notice user = { .kind = STORE_NOTICE_USER, .account = 2,
	    .written = 5, .step = { .at = 4, .notice = NOTICE_WARNING,
	    .to = STANDING_WARNED, .tally = { .lapsed = 200 } } };
	struct store_notice words = { .kind = STORE_NOTICE_POSTMASTER,
	    .written = 6, .next = 7, .tries = 8, .subject = "gr\xc3\xbc\xc3\x9f"
	    "e", .text = "two\nlines\n" };
	struct store_audit audit = { .when = 77, .actor = "root (0)",
	    .action = "pardon", .user = "u2@local.test", .reason = "\"why\"" };
	struct ident event = store_ident(7);

	ck_assert_int_eq(store_outbox_add(txn, &user), STATUS_OK);
	ck_assert_int_eq(store_outbox_add(txn, &words), STATUS_OK);
	ck_assert_int_eq(store_audit_add(txn, &audit), STATUS_OK);
	ck_assert_int_eq(store_audit_add(txn, &audit), STATUS_OK);
	ck_assert_int_eq(store_event_add(txn, &event, 1234567), STATUS_OK);
	ck_assert_int_eq(store_meta_put(txn, "last-tick", "\0\1\2\xff", 4),
	    STATUS_OK);
	ck_assert_int_eq(store_meta_put(txn, "nothing", "", 0), STATUS_OK);
	ck_assert_int_eq(store_answer_address_put(txn, "jobs@local.test", 1,
	    8 * CLOCK_DAY), STATUS_OK);
}

static enum status
fill_body(struct store_txn *txn, void *argument)
{
	unsigned i;

	(void)argument;
	for (i = 0; i < STORE_ROWS_USERS; i++)
		add_user(txn, i);
	add_books(txn);
	return STATUS_OK;
}

void
store_rows_fill(struct store *store)
{
	ck_assert_int_eq(store_update(store, fill_body, NULL), STATUS_OK);
}

struct walking {
	struct buf		*text;		/* NULL: count alone */
	unsigned		*counts;
	struct store_place	 place;
	size_t			 most;
	uint64_t		 unreadable;
	unsigned		 shown;
};

/* Every byte of the row, padding alone apart: it was zeroed before. */
static void
add_row(void *context, const struct store_row *row)
{
	struct walking *walking = context;
	const uint8_t *bytes = (const uint8_t *)row;
	uint64_t sum = UINT64_C(14695981039346656037);
	size_t i;

	walking->shown++;
	if (walking->counts != NULL)
		walking->counts[row->table]++;
	if (walking->text == NULL)
		return;
	for (i = 0; i < sizeof(*row); i++)
		sum = (sum ^ bytes[i]) * UINT64_C(1099511628211);
	buf_printf(walking->text, "%s %s %" PRIu64 " %" PRId64
	    " %" PRIx64 "\n", store_table_text(row->table), row->name,
	    row->number, row->when, sum);
}

static enum status
walk_body(struct store_txn *txn, void *argument)
{
	struct walking *walking = argument;

	walking->shown = 0;
	return store_walk(txn, &walking->place, walking->most,
	    &walking->unreadable, add_row, walking);
}

static void
walk_all(struct store *store, struct walking *walking)
{
	while (!walking->place.end) {
		ck_assert_int_eq(store_view(store, walk_body, walking),
		    STATUS_OK);
		ck_assert_uint_le(walking->shown, walking->most);
	}
	ck_assert_uint_eq(walking->unreadable, 0);
}

void
store_rows_text(struct store *store, size_t most, struct buf *text)
{
	struct walking walking = { .text = text, .most = most };

	walk_all(store, &walking);
	ck_assert(!text->failed);
}

void
store_rows_count(struct store *store, unsigned counts[STORE_TABLES])
{
	struct walking walking = { .counts = counts, .most = 1000 };

	memset(counts, 0, STORE_TABLES * sizeof(*counts));
	walk_all(store, &walking);
}
