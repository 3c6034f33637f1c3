/*
 * What users are told when a history has been replayed, and what they are told
 * no more.
 *
 * A history's steps were taken at their own times, some of them months ago: a
 * mail for each would tell of dates long past.  Whoever is warned or restricted
 * by it now has to know, so they get the notice of that one change, once: each
 * import ends with this, and most of those it finds have been told by the
 * rule, by an import before, or by nobody, as an administrator wanted it.  So
 * two marks stand among the events that were replayed: this change is a
 * history's, and this change was told.
 */
#include <stdlib.h>
#include <string.h>

#include "gate/assess.h"

#define PAGE	64

/* Notices of one account that are taken back in one go. */
#define WITHDRAWN_MAX	32

struct telling {
	struct account	accounts[PAGE];
	size_t		count;
};

static bool
tell_row(void *context, const struct account *account)
{
	struct telling *telling = context;

	telling->accounts[telling->count++] = *account;
	return telling->count < PAGE;
}

/* An ident that no hash will be: the account and a time, as they are. */
static struct ident
mark_of(uint64_t account, uint64_t time)
{
	struct ident mark;
	unsigned i;

	for (i = 0; i < 8; i++) {
		mark.bytes[i] = (uint8_t)(account >> (56 - 8 * i));
		mark.bytes[8 + i] = (uint8_t)(time >> (56 - 8 * i));
	}
	return mark;
}

static struct ident
history_mark(const struct account *account)
{
	return mark_of(account->id, (uint64_t)account->since);
}

static struct ident
told_mark(const struct account *account)
{
	return mark_of(account->id, ~(uint64_t)account->since);
}

enum status
assess_mark_history(struct store_txn *txn, const struct account *account)
{
	struct ident mark = history_mark(account);
	enum status status = store_event_add(txn, &mark, account->since);

	return status == STATUS_CONFLICT ? STATUS_OK : status;
}

/*
 * Sets both marks, of which one tells by having been there: a change that
 * is no history's gets its mark too late to be told of ever.
 */
static enum status
is_untold(struct store_txn *txn, const struct account *account, int64_t now,
    bool *untold)
{
	struct ident told = told_mark(account);
	struct ident history = history_mark(account);
	enum status status = store_event_add(txn, &told, now);

	*untold = false;
	if (status == STATUS_CONFLICT)
		return STATUS_OK;
	if (status != STATUS_OK)
		return status;
	status = store_event_add(txn, &history, now);
	*untold = status == STATUS_CONFLICT;
	return *untold ? STATUS_OK : status;
}

static enum status
tell(struct store_txn *txn, const struct account *account, int64_t now)
{
	bool warned = account->standing == STANDING_WARNED;
	struct store_notice notice = { .kind = STORE_NOTICE_USER,
	    .written = now, .account = account->id, .step = {
	    .at = account->since,
	    .from = warned ? STANDING_GOOD : STANDING_WARNED,
	    .to = account->standing,
	    .notice = warned ? NOTICE_WARNING : NOTICE_RESTRICTED,
	    .due = account->due, .window = account->judged_window,
	    .tally = account->judged } };
	bool untold;
	enum status status = is_untold(txn, account, now, &untold);

	return status == STATUS_OK && untold ? store_outbox_add(txn, &notice) :
	    status;
}

/* What is due already changes at the next tick, which tells of that. */
static bool
is_to_be_told(const struct conf *conf, const struct account *account,
    int64_t now)
{
	return account->standing != STANDING_GOOD && account->due > now &&
	    !account_is_exempt(account, conf_policy_of(conf, account->user),
	    now);
}

enum status
assess_tell_all(struct store_txn *txn, const struct conf *conf, int64_t now)
{
	struct telling *telling = calloc(1, sizeof(*telling));
	enum status status = telling != NULL ? STATUS_OK : STATUS_NO_MEMORY;
	char after[CONF_USER_SIZE] = "";
	size_t i, count = PAGE;

	while (status == STATUS_OK && count == PAGE) {
		telling->count = 0;
		status = store_account_each(txn, after, tell_row, telling);
		count = telling->count;
		for (i = 0; status == STATUS_OK && i < count; i++)
			if (is_to_be_told(conf, &telling->accounts[i], now))
				status = tell(txn, &telling->accounts[i], now);
		if (count > 0)
			memcpy(after, telling->accounts[count - 1].user,
			    sizeof(after));
	}
	free(telling);
	return status;
}

/*
 * Taking back
 */

struct withdrawing {
	uint64_t	account;
	uint64_t	sequences[WITHDRAWN_MAX];
	size_t		count;
};

static bool
withdrawing_row(void *context, const struct store_notice *notice)
{
	struct withdrawing *withdrawing = context;

	if (notice->kind == STORE_NOTICE_USER &&
	    notice->account == withdrawing->account)
		withdrawing->sequences[withdrawing->count++] =
		    notice->sequence;
	return withdrawing->count < WITHDRAWN_MAX;
}

enum status
assess_withdraw(struct store_txn *txn, const struct account *account)
{
	struct withdrawing withdrawing = { .account = account->id };
	enum status status;
	size_t i;

	status = store_outbox_each(txn, withdrawing_row, &withdrawing);
	for (i = 0; status == STATUS_OK && i < withdrawing.count; i++)
		status = store_outbox_remove(txn, withdrawing.sequences[i]);
	return status;
}
