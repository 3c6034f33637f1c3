/*
 * The courier's transactions: which notice is due, that it is tried, that it is
 * done with.
 */
#include <string.h>

#include "notify/courier_private.h"

#define UNCERTAIN_TRIES	2

/* Right to do again: what is there to be found says how far it had come. */
static enum status
update(struct store *store,
    enum status (*body)(struct store_txn *, void *), void *argument)
{
	enum status status = STATUS_UNCERTAIN;
	int i;

	for (i = 0; i < UNCERTAIN_TRIES && status == STATUS_UNCERTAIN; i++)
		status = store_update(store, body, argument);
	return status;
}

/* A time that no pause reaches was written by a clock that was wrong. */
bool
courier_is_due(int64_t next, int64_t now)
{
	return next <= now || next > now + 2 * COURIER_PAUSE_MAX;
}

static bool
is_held(const struct courier_look *look, uint64_t account)
{
	const size_t bit = account % COURIER_HELD_BITS;

	return (look->held[bit / 8] & 1u << bit % 8) != 0;
}

static void
hold(struct courier_look *look, uint64_t account)
{
	const size_t bit = account % COURIER_HELD_BITS;

	look->held[bit / 8] |= (uint8_t)(1u << bit % 8);
}

static bool
look_row(void *context, const struct store_notice *notice)
{
	struct courier_look *look = context;
	bool user = notice->kind == STORE_NOTICE_USER;

	if (user && !look->users) {
		look->old += notice->written < look->now - COURIER_LIFE;
		return true;
	}
	if ((look->all || courier_is_due(notice->next, look->now)) &&
	    !(user && is_held(look, notice->account)))
		look->sequences[look->count++] = notice->sequence;
	if (user)
		hold(look, notice->account);
	return look->count < COURIER_FOUND_MAX;
}

static enum status
look_body(struct store_txn *txn, void *argument)
{
	struct courier_look *look = argument;

	look->old = look->count = 0;
	memset(look->held, 0, sizeof(look->held));
	return store_outbox_each(txn, look_row, look);
}

/* How long to wait behind the n-th try; a little more for some than others. */
static int64_t
pause_after(uint32_t tries, uint64_t chance)
{
	int64_t pause = COURIER_PAUSE;

	for (; tries > 1 && pause < COURIER_PAUSE_MAX; tries--)
		pause *= 2;
	if (pause > COURIER_PAUSE_MAX)
		pause = COURIER_PAUSE_MAX;
	chance = chance * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return pause + pause / 4 * (int64_t)(chance >> 54) / 1024;
}

static enum status
claim_body(struct store_txn *txn, void *argument)
{
	struct courier_claim *claim = argument;
	struct store_notice *notice = &claim->notice;
	enum status status;

	claim->found = false;
	status = store_outbox_get(txn, claim->sequence, notice);
	if (status != STATUS_OK)
		return status == STATUS_NOT_FOUND ? STATUS_OK : status;
	if (!claim->all && !courier_is_due(notice->next, claim->now))
		return STATUS_OK;
	claim->found = true;
	if (notice->tries < UINT32_MAX)
		notice->tries++;
	notice->next = claim->now + pause_after(notice->tries,
	    notice->sequence * 31 + notice->tries);
	return store_outbox_put(txn, notice);
}

static enum status
remove_body(struct store_txn *txn, void *argument)
{
	const struct store_notice *notice = argument;
	enum status status = store_outbox_remove(txn, notice->sequence);

	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status
release_body(struct store_txn *txn, void *argument)
{
	const struct store_notice *notice = argument;
	enum status status = store_outbox_put(txn, notice);

	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status
courier_look(struct store *store, struct courier_look *look)
{
	return store_view(store, look_body, look);
}

enum status
courier_claim(struct store *store, struct courier_claim *claim)
{
	return update(store, claim_body, claim);
}

enum status
courier_remove(struct store *store, struct store_notice *notice)
{
	return update(store, remove_body, notice);
}

enum status
courier_release(struct store *store, struct store_notice *notice,
    int64_t next)
{
	notice->next = next;
	return update(store, release_body, notice);
}

/*
 * What has waited too long.
 */

static bool
old_row(void *context, const struct store_notice *notice)
{
	struct courier_old *old = context;

	if (notice->written < old->before &&
	    (!old->tried || notice->tries > 0) &&
	    (!old->users || notice->kind == STORE_NOTICE_USER))
		old->sequences[old->count++] = notice->sequence;
	return old->count < COURIER_OLD_MAX;
}

static enum status
old_look_body(struct store_txn *txn, void *argument)
{
	struct courier_old *old = argument;

	old->count = 0;
	return store_outbox_each(txn, old_row, old);
}

static enum status
old_body(struct store_txn *txn, void *argument)
{
	struct courier_old *old = argument;
	enum status status = old_look_body(txn, argument);
	size_t i;

	for (i = 0; status == STATUS_OK && i < old->count; i++)
		status = store_outbox_remove(txn, old->sequences[i]);
	return status;
}

enum status
courier_remove_old(struct store *store, struct courier_old *old,
    uint64_t *total)
{
	enum status status;

	*total = 0;
	status = store_view(store, old_look_body, old);
	while (status == STATUS_OK && old->count > 0) {
		status = update(store, old_body, old);
		if (status == STATUS_OK)
			*total += old->count;
		if (old->count < COURIER_OLD_MAX)
			break;
	}
	return status;
}
