/*
 * The breaker.
 *
 * It opens when breaker_minimum outreach that were sent since the last reply
 * have settled, on the whole site: a mail system whose inbound side does not
 * pass us any more looks just like people who do not answer.  It closes when a
 * reply is seen.  What was sent in between stays in the ledger, but silence
 * towards it says nothing: it is left out of every rate.
 */
#include <string.h>

#include "gate/assess.h"
#include "gate/breaker.h"
#include "gate/gate_private.h"
#include "gate/postmaster.h"

/* Accounts read in one go. */
#define BREAKER_PAGE	64

struct breaker_page {
	struct account	accounts[BREAKER_PAGE];
	size_t		count;
};

static bool
breaker_account(void *context, const struct account *account)
{
	struct breaker_page *page = context;

	page->accounts[page->count++] = *account;
	return page->count < BREAKER_PAGE;
}

struct breaker_count {
	int64_t settled, enough, settle, t;
};

static bool
breaker_row(void *context, const struct outreach *row)
{
	struct breaker_count *count = context;

	if (outreach_state(row, count->settle, count->t) == OUTREACH_LAPSED)
		count->settled++;
	return count->settled < count->enough;
}

/*
 * Only what was sent since the last reply: silence towards older mail is
 * no sign, for answers did reach us while it was open.
 */
static enum status
breaker_count_page(struct store_txn *txn, const struct conf *conf,
    const struct breaker_page *page, int64_t last_reply, int64_t t,
    struct breaker_count *count)
{
	enum status status;
	size_t i;

	for (i = 0; i < page->count && count->settled < count->enough; i++) {
		count->settle = conf_policy_of(conf,
		    page->accounts[i].user)->settle;
		status = store_outreach_window(txn, page->accounts[i].id,
		    last_reply, t - count->settle, breaker_row, count);
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

enum status
breaker_is_open(struct store_txn *txn, const struct conf *conf, int64_t t,
    bool *open)
{
	struct breaker_page page = { .count = 0 };
	struct breaker_count count = { .enough = conf->breaker_minimum,
		.t = t };
	char after[CONF_USER_SIZE] = "";
	int64_t last_reply;
	enum status status;

	*open = false;
	if (conf->breaker_minimum == 0)
		return STATUS_OK;
	status = assess_meta_time(txn, META_LAST_REPLY, &last_reply);
	while (status == STATUS_OK && count.settled < count.enough) {
		page.count = 0;
		status = store_account_each(txn, after, breaker_account, &page);
		if (status != STATUS_OK || page.count == 0)
			break;
		status = breaker_count_page(txn, conf, &page, last_reply, t,
		    &count);
		memcpy(after, page.accounts[page.count - 1].user,
		    sizeof(after));
	}
	*open = count.settled >= count.enough;
	return status;
}

/*
 * Looking, once an hour.
 */

struct breaker {
	const struct conf	*conf;
	int64_t			 now;
	bool			 open, was_open;
};

/* Without any reply yet the gap began before everything. */
static enum status
begin_gap(struct store_txn *txn)
{
	int64_t last_reply;
	enum status status;

	status = assess_meta_time(txn, META_LAST_REPLY, &last_reply);
	if (status == STATUS_OK)
		status = assess_meta_set_time(txn, META_GAP_FROM,
		    last_reply != 0 ? last_reply : 1);
	if (status == STATUS_OK)
		status = assess_meta_set_time(txn, META_GAP_UNTIL, 0);
	return status;
}

static enum status
breaker_body(struct store_txn *txn, void *argument)
{
	struct breaker *breaker = argument;
	int64_t since;
	enum status status;

	status = assess_meta_time(txn, META_BREAKER, &since);
	breaker->was_open = since != 0;
	if (status == STATUS_OK)
		status = breaker_is_open(txn, breaker->conf, breaker->now,
		    &breaker->open);
	if (status != STATUS_OK || breaker->open == breaker->was_open)
		return status;
	status = assess_meta_set_time(txn, META_BREAKER,
	    breaker->open ? breaker->now : 0);
	if (status == STATUS_OK)
		status = breaker->open ? begin_gap(txn) :
		    assess_meta_set_time(txn, META_GAP_UNTIL, breaker->now);
	if (status == STATUS_OK)
		status = postmaster_tell_breaker(txn, breaker->conf,
		    breaker->now, breaker->open);
	return status;
}

enum status
breaker_look(struct gate *gate, const struct conf *conf, int64_t now)
{
	struct breaker breaker = { .conf = conf, .now = now };
	enum status status;

	status = gate_update(gate, breaker_body, &breaker);
	if (status != STATUS_OK || breaker.open == breaker.was_open)
		return status;
	if (breaker.open)
		log_write(gate->log, LOG_LEVEL_ERROR, "breaker: open: %lld "
		    "outreach sent since the last reply have settled; replies "
		    "are not reaching replygate, nobody is warned, "
		    "restricted or refused until they do",
		    (long long)conf->breaker_minimum);
	else
		log_write(gate->log, LOG_LEVEL_WARNING,
		    "breaker: closed: replies are seen again");
	return STATUS_OK;
}

/*
 * The gap
 */

enum status
breaker_gap(struct store_txn *txn, struct breaker_gap *gap)
{
	enum status status;

	status = assess_meta_time(txn, META_GAP_FROM, &gap->from);
	if (status == STATUS_OK)
		status = assess_meta_time(txn, META_GAP_UNTIL, &gap->until);
	return status;
}

bool
breaker_is_in_gap(const struct breaker_gap *gap, int64_t settle,
    int64_t sent_at)
{
	return gap->from != 0 && sent_at > gap->from - settle &&
	    (gap->until == 0 || sent_at <= gap->until);
}
