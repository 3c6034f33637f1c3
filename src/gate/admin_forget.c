/*
 * A candidate asks to be forgotten.
 *
 * The ledger knows them by their ident alone, and so does whoever has the key
 * and their address.  Everywhere that ident stands, another takes its place,
 * made with a key that is thrown away: the rows of one user to them still have
 * one candidate, as count = conversation needs it, but nobody can tell which.
 * The Message-ID's ident goes the same way, because they have the message;
 * so does that of the subject, which may well name them.
 *
 * A view looks for what there is, through the whole ledger, since who answered
 * stands in no index.  One transaction then changes what was found, so much at
 * a time; and the view looks again, until it finds nothing: a message may have
 * gone out to them meanwhile.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/admin_private.h"
#include "gate/gate_private.h"

#define ROUND_ROWS	1000	/* changed in one transaction */
#define ROUND_ACCOUNTS	500
#define ROUNDS_MAX	1000	/* somebody writes to them without end */

/* What a view has found: rows, and accounts with a contact or letters. */
struct found {
	struct outreach	 rows[ROUND_ROWS];
	size_t		 row_count;
	uint64_t	 accounts[ROUND_ACCOUNTS];
	size_t		 account_count;
};

struct forgetting {
	const struct admin_erasure *erasure;
	struct ident_key	 once;
	struct ident		 candidate;
	int64_t			 now;
	struct found		 found;

	/* while the view looks */
	uint64_t		 account;
	uint64_t		 accounts[ROUND_ACCOUNTS];	/* a page */
	size_t			 account_count;
	char			 last[CONF_USER_SIZE];
	bool			 mentioned;

	/* while the transaction changes */
	struct admin_erased	 erased;
	struct merge_campaign	 campaigns[MERGE_SLOTS];
	size_t			 campaign_count;
};

static bool
is_about(const struct forgetting *forgetting, const struct outreach *row)
{
	return ident_equal(&row->candidate, &forgetting->candidate) ||
	    ident_equal(&row->answered_by, &forgetting->candidate);
}

/*
 * Looking
 */

static bool
look_row(void *context, const struct outreach *row)
{
	struct forgetting *forgetting = context;
	struct found *found = &forgetting->found;

	if (is_about(forgetting, row))
		found->rows[found->row_count++] = *row;
	return found->row_count < ROUND_ROWS;
}

static bool
is_member(const struct forgetting *forgetting,
    const struct merge_campaign *campaign)
{
	uint32_t i;

	for (i = 0; i < campaign->member_count; i++)
		if (ident_equal(&campaign->members[i].candidate,
		    &forgetting->candidate))
			return true;
	return false;
}

static bool
look_campaign(void *context, const struct merge_campaign *campaign)
{
	struct forgetting *forgetting = context;

	forgetting->mentioned = is_member(forgetting, campaign);
	return !forgetting->mentioned;
}

static bool
look_account(void *context, const struct account *account)
{
	struct forgetting *forgetting = context;

	forgetting->accounts[forgetting->account_count++] = account->id;
	memcpy(forgetting->last, account->user, sizeof(forgetting->last));
	return forgetting->account_count < ROUND_ACCOUNTS;
}

static enum status
look_into(struct store_txn *txn, struct forgetting *forgetting,
    uint64_t account)
{
	struct found *found = &forgetting->found;
	int64_t last_heard;
	enum status status;

	forgetting->mentioned = false;
	status = store_outreach_window(txn, account, INT64_MIN, INT64_MAX,
	    look_row, forgetting);
	if (status == STATUS_OK)
		status = store_merge_each(txn, account, look_campaign,
		    forgetting);
	if (status != STATUS_OK)
		return status;
	status = store_contact_get(txn, account, &forgetting->candidate,
	    &last_heard);
	if (status == STATUS_OK || (status == STATUS_NOT_FOUND &&
	    forgetting->mentioned))
		found->accounts[found->account_count++] = account;
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static bool
is_full(const struct found *found)
{
	return found->row_count == ROUND_ROWS ||
	    found->account_count == ROUND_ACCOUNTS;
}

static enum status
look_body(struct store_txn *txn, void *argument)
{
	struct forgetting *forgetting = argument;
	struct found *found = &forgetting->found;
	enum status status;
	size_t i;

	found->row_count = found->account_count = 0;
	forgetting->last[0] = '\0';
	do {
		forgetting->account_count = 0;
		status = store_account_each(txn, forgetting->last,
		    look_account, forgetting);
		for (i = 0; status == STATUS_OK && !is_full(found) &&
		    i < forgetting->account_count; i++)
			status = look_into(txn, forgetting,
			    forgetting->accounts[i]);
	} while (status == STATUS_OK && !is_full(found) &&
	    forgetting->account_count == ROUND_ACCOUNTS);
	return status;
}

/*
 * Changing
 */

/* Another ident, the same for the same one within one account. */
static void
disguise(const struct forgetting *forgetting, enum ident_purpose purpose,
    uint64_t account, struct ident *ident)
{
	uint8_t text[IDENT_SIZE + sizeof(account)];

	memcpy(text, ident->bytes, IDENT_SIZE);
	memcpy(text + IDENT_SIZE, &account, sizeof(account));
	*ident = ident_make(&forgetting->once, purpose, text, sizeof(text));
}

/* A row that was to them, or to another whom they answered for. */
static void
disguise_row(const struct forgetting *forgetting, struct outreach *row)
{
	const uint64_t account = row->account;
	bool to_them = ident_equal(&row->candidate, &forgetting->candidate);

	if (row->answered_at != 0)
		disguise(forgetting, IDENT_CANDIDATE, account,
		    &row->answered_by);
	if (!to_them)
		return;
	disguise(forgetting, IDENT_CANDIDATE, account, &row->candidate);
	disguise(forgetting, IDENT_MESSAGE, account, &row->message);
	memset(&row->topic, 0, sizeof(row->topic));
}

struct finding {
	struct outreach	*row;
	bool		 found;
};

static bool
find_again(void *context, const struct outreach *row)
{
	struct finding *finding = context;

	if (row->n != finding->row->n)
		return true;
	*finding->row = *row;
	finding->found = true;
	return false;
}

/* The row as it is now: it may have been answered since it was looked at. */
static enum status
forget_row(struct store_txn *txn, struct forgetting *forgetting,
    struct outreach row)
{
	struct finding finding = { .row = &row };
	struct ident candidate;
	enum status status;

	status = store_outreach_window(txn, row.account, row.sent_at - 1,
	    row.sent_at, find_again, &finding);
	if (status != STATUS_OK || !finding.found ||
	    !is_about(forgetting, &row))
		return status;
	candidate = row.candidate;
	disguise_row(forgetting, &row);
	status = ident_equal(&candidate, &row.candidate) ?
	    store_outreach_put(txn, &row) : store_outreach_rename(txn, &row);
	forgetting->erased.outreach++;
	return status;
}

static bool
gather_campaign(void *context, const struct merge_campaign *campaign)
{
	struct forgetting *forgetting = context;

	if (is_member(forgetting, campaign))
		forgetting->campaigns[forgetting->campaign_count++] =
		    *campaign;
	return forgetting->campaign_count < MERGE_SLOTS;
}

static void
disguise_members(struct forgetting *forgetting, uint64_t account,
    struct merge_campaign *campaign)
{
	struct merge_member *member;
	uint32_t i;

	for (i = 0; i < campaign->member_count; i++) {
		member = &campaign->members[i];
		if (!ident_equal(&member->candidate, &forgetting->candidate))
			continue;
		disguise(forgetting, IDENT_CANDIDATE, account,
		    &member->candidate);
		disguise(forgetting, IDENT_MESSAGE, account,
		    &member->message);
		forgetting->erased.letters++;
	}
}

static enum status
forget_in_account(struct store_txn *txn, struct forgetting *forgetting,
    uint64_t account)
{
	enum status status;
	size_t i;

	forgetting->campaign_count = 0;
	status = store_merge_each(txn, account, gather_campaign, forgetting);
	for (i = 0; status == STATUS_OK && i < forgetting->campaign_count;
	    i++) {
		disguise_members(forgetting, account,
		    &forgetting->campaigns[i]);
		status = store_merge_put(txn, account,
		    &forgetting->campaigns[i]);
	}
	if (status != STATUS_OK)
		return status;
	status = store_contact_remove(txn, account, &forgetting->candidate);
	forgetting->erased.contacts += status == STATUS_OK;
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* The line names nobody: it would be the last trace of them. */
static enum status
write_audit(struct store_txn *txn, const struct forgetting *forgetting)
{
	const struct admin_erased *erased = &forgetting->erased;
	struct store_audit audit = { .when = forgetting->now };

	snprintf(audit.actor, sizeof(audit.actor), "%s",
	    forgetting->erasure->actor);
	snprintf(audit.action, sizeof(audit.action), "forget");
	snprintf(audit.reason, sizeof(audit.reason), "outreach %lld, contacts "
	    "%lld, letters %lld: %s", (long long)erased->outreach,
	    (long long)erased->contacts, (long long)erased->letters,
	    forgetting->erasure->reason);
	return store_audit_add(txn, &audit);
}

static enum status
forget_body(struct store_txn *txn, void *argument)
{
	struct forgetting *forgetting = argument;
	const struct found *found = &forgetting->found;
	enum status status = STATUS_OK;
	size_t i;

	memset(&forgetting->erased, 0, sizeof(forgetting->erased));
	for (i = 0; status == STATUS_OK && i < found->row_count; i++)
		status = forget_row(txn, forgetting, found->rows[i]);
	for (i = 0; status == STATUS_OK && i < found->account_count; i++)
		status = forget_in_account(txn, forgetting,
		    found->accounts[i]);
	if (status == STATUS_OK)
		status = write_audit(txn, forgetting);
	return status;
}

static enum status
forget_all(struct gate *gate, struct forgetting *forgetting,
    struct admin_erased *sum)
{
	const struct found *found = &forgetting->found;
	enum status status = STATUS_OK;
	int round;

	for (round = 0; status == STATUS_OK && round < ROUNDS_MAX; round++) {
		status = store_view(gate->store, look_body, forgetting);
		if (status != STATUS_OK)
			break;
		if (found->row_count + found->account_count == 0)
			return round == 0 ? STATUS_NOT_FOUND : STATUS_OK;
		/* What was done already is not found again. */
		status = store_update(gate->store, forget_body, forgetting);
		if (status != STATUS_OK)
			break;
		sum->outreach += forgetting->erased.outreach;
		sum->contacts += forgetting->erased.contacts;
		sum->letters += forgetting->erased.letters;
	}
	return status;
}

static void
log_erasure(struct gate *gate, const struct forgetting *forgetting,
    const struct admin_erased *erased)
{
	struct buf line;

	buf_init(&line);
	log_field(&line, "action", "forget");
	log_field(&line, "actor", forgetting->erasure->actor);
	log_field_number(&line, "outreach", erased->outreach);
	log_field_number(&line, "contacts", erased->contacts);
	log_field_number(&line, "letters", erased->letters);
	log_write(gate->log, LOG_LEVEL_INFO, "administration: %s", line.data);
	buf_release(&line);
}

enum status
admin_forget(struct gate *gate, const struct admin_erasure *erasure,
    struct admin_erased *erased)
{
	struct forgetting *forgetting;
	struct ident candidate;
	enum status status;

	memset(erased, 0, sizeof(*erased));
	if (!admin_is_reason(erasure->reason) || admin_candidate(gate,
	    erasure->address, &candidate) != STATUS_OK)
		return STATUS_MALFORMED;
	forgetting = calloc(1, sizeof(*forgetting));
	if (forgetting == NULL)
		return STATUS_NO_MEMORY;
	forgetting->erasure = erasure;
	forgetting->candidate = candidate;
	forgetting->now = clock_read(&gate->clock);
	ident_key_random(&forgetting->once);
	status = forget_all(gate, forgetting, erased);
	if (erased->outreach + erased->contacts + erased->letters > 0)
		log_erasure(gate, forgetting, erased);
	ident_key_wipe(&forgetting->once);
	free(forgetting);
	return status;
}
