/*
 * What users are told when a history has been replayed.
 *
 * Its steps were taken at their own times, some of them months ago: a mail for
 * each would tell of dates long past.  Whoever is warned or restricted by it
 * now has to know, so they get the notice of that one change.
 */
#include <stdlib.h>
#include <string.h>

#include "gate/assess.h"

#define PAGE	64

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
