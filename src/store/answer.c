/*
 * The addresses that answers go to: how many accounts an address keeps, and
 * how often a use is written down.  The same for all engines, which know rows
 * alone.
 */
#include "base/clock.h"
#include "store/engine.h"

/* Those that used it last, should there be too many. */
static bool
take_answer(void *context, uint64_t account, int64_t used)
{
	struct store_answers *answers = context;
	const size_t last = STORE_ANSWERS_MAX - 1;
	size_t i = answers->count;

	if (i > last && answers->by[last].used >= used)
		return true;
	if (i > last)
		i = last;
	else
		answers->count++;
	for (; i > 0 && answers->by[i - 1].used < used; i--)
		answers->by[i] = answers->by[i - 1];
	answers->by[i] = (struct store_answer){ account, used };
	return true;
}

enum status
store_answer_address_get(struct store_txn *txn, const char *address,
    struct store_answers *answers)
{
	enum status status;

	answers->count = 0;
	status = txn->ops->answer_each(txn, address, take_answer, answers);
	if (status == STATUS_OK && answers->count == 0)
		return STATUS_NOT_FOUND;
	return status;
}

/* A clock that was set back does not stop the writing for long. */
static bool
is_fresh(int64_t used, int64_t now)
{
	return used <= now && now - CLOCK_DAY < used;
}

/* What the account makes of them: nothing, a newer row, or one more. */
enum answer_change {
	ANSWER_STAYS,
	ANSWER_AGAIN,
	ANSWER_NEW
};

static enum answer_change
answer_change(const struct store_answers *answers, uint64_t account,
    int64_t now)
{
	size_t i;

	for (i = 0; i < answers->count; i++)
		if (answers->by[i].account == account)
			return is_fresh(answers->by[i].used, now) ?
			    ANSWER_STAYS : ANSWER_AGAIN;
	return ANSWER_NEW;
}

enum status
store_answer_address_put(struct store_txn *txn, const char *address,
    uint64_t account, int64_t now)
{
	struct store_answers answers;
	enum answer_change change;
	enum status status;

	if (!txn->writable)
		return STATUS_MALFORMED;
	status = store_answer_address_get(txn, address, &answers);
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	change = answer_change(&answers, account, now);
	if (change == ANSWER_STAYS)
		return STATUS_OK;
	if (change == ANSWER_NEW && answers.count == STORE_ANSWERS_MAX) {
		status = txn->ops->answer_remove(txn, address,
		    answers.by[STORE_ANSWERS_MAX - 1].account);
		if (status != STATUS_OK)
			return status;
	}
	return txn->ops->answer_put(txn, address, account, now);
}
