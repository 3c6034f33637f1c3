/*
 * What users are told when a history has been replayed, and what they are told
 * no more.
 *
 * A history's steps were taken at their own times, some of them months ago: a
 * mail for each would tell of dates long past.  Whoever is warned or restricted
 * by it now has to know, so they get the notice of that one change.
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

	return store_outbox_add(txn, &notice);
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
