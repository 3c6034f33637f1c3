/*
 * One outbound message, decided and recorded in one transaction, in this
 * order:
 *  1. the account, brought up to now if a step of its own is due; without a
 *     login it is that of whoever sent the message before, or has last sent
 *     under the address, so that a second pass through a content filter
 *     counts once;
 *  2. candidates who are contacts are set aside: mail to them is conversation;
 *  3. candidates under the same Message-ID in earlier transactions count in:
 *     a message split by its client is still one message;
 *  4. a letter to one candidate is compared with what the user has written to
 *     others lately (outbound_merge.c);
 *  5. the decision (verdict.c);
 *  6. accepted: a row for each new candidate.  Accepted or refused: earlier
 *     rows of a message that only now became bulk, or of a merge, are marked
 *     so.
 *
 * Before the end of the message the same is looked at, as far as it goes, for a
 * user who may be refused; for all others it ends behind the account, but for
 * the question whether there may be a letter to compare.
 */
#include <stdlib.h>

#include "gate/contact.h"
#include "gate/outbound_private.h"
#include "policy/shadow.h"

/*
 * 1. The account.
 */

struct passed {
	const struct outbound	*out;
	uint64_t		 account;	/* 0: nobody's */
};

static bool
passed_row(void *context, const struct outreach *row)
{
	struct passed *passed = context;

	if (outbound_find_candidate(passed->out, &row->candidate) == NULL)
		return true;
	passed->account = row->account;
	return false;
}

/*
 * No login: somebody's second pass, or mail from one of our own hosts.  Who
 * wrote in another user's name is known by the message alone.
 */
static enum status
find_account_without_login(struct store_txn *txn, struct outbound *out)
{
	struct passed passed = { .out = out };
	enum status status = STATUS_OK;

	if (out->named)
		status = store_outreach_by_message(txn, &out->message_ident,
		    passed_row, &passed);
	if (status == STATUS_OK && passed.account == 0)
		status = store_address_get(txn, out->user, &passed.account);
	if (status != STATUS_OK)
		return status;
	return store_account_by_id(txn, passed.account, &out->account);
}

static enum status
find_account(struct store_txn *txn, struct outbound *out)
{
	enum status status;

	out->new_account = false;
	if (out->user_is_address) {
		status = find_account_without_login(txn, out);
		if (status != STATUS_NOT_FOUND)
			return status;
	}
	status = store_account_get(txn, out->user, &out->account);
	if (status != STATUS_NOT_FOUND)
		return status;
	account_init(&out->account, out->user, out->now);
	out->new_account = true;
	return STATUS_OK;
}

/*
 * History may reach back behind the moment we first saw the user, who is
 * then judged from there on as if they had been seen.
 */
static void
reach_back(struct outbound *out)
{
	struct account *account = &out->account;
	struct shadow *shadow = &account->shadow;

	if (!out->history)
		return;
	if (account->standing == STANDING_GOOD &&
	    account->warned_at == 0 && out->now <= account->since)
		account->since = account->assessed = out->now - 1;
	if (shadow_is_cast(account) && shadow->standing == STANDING_GOOD &&
	    shadow->warned_at == 0 && out->now <= shadow->since)
		shadow->since = shadow->assessed = out->now - 1;
}

/* As the rule sees it: in monitor mode that is its shadow. */
static struct account
account_judged(const struct outbound *out)
{
	return shadow_view(&out->account, out->conf->mode);
}

static enum status
step_account(struct store_txn *txn, struct outbound *out)
{
	const struct account judged = account_judged(out);

	out->assess.conf = out->conf;
	out->assess.history = out->history;
	assess_begin(&out->assess);
	if (out->new_account || !out->step)
		return STATUS_OK;
	if (!out->history && (judged.standing == STANDING_GOOD ||
	    judged.due > out->now))
		return STATUS_OK;
	return assess_account(&out->assess, txn, &out->account, out->now);
}

/*
 * 2. Contacts.
 */

static enum status
set_contacts_aside(struct store_txn *txn, struct outbound *out)
{
	struct outbound_candidate *candidate;
	uint64_t address_owner;
	enum status status;
	size_t i;

	out->contacts = 0;
	address_owner = contact_owner_of_address(&out->gate->key, out->conf,
	    out->message->sender.text);
	for (i = 0; i < out->candidate_count; i++) {
		candidate = &out->candidates[i];
		candidate->known = candidate->contact = false;
		if (outbound_is_list(candidate))
			continue;
		status = contact_is_known(txn, out->account.id, address_owner,
		    &candidate->ident, &candidate->contact);
		if (status != STATUS_OK)
			return status;
		out->contacts += candidate->contact;
	}
	return STATUS_OK;
}

/*
 * 5. The decision.
 */

/* Whatever it is: could it be refused? */
static bool
may_be_refused(const struct outbound *out)
{
	const struct policy *policy = conf_policy_of(out->conf,
	    out->account.user);

	return out->conf->mode == CONF_MODE_ENFORCE &&
	    out->account.standing == STANDING_RESTRICTED &&
	    !account_is_exempt(&out->account, policy, out->now);
}

/* Told of a time before this standing: what it was then nobody knows. */
static bool
is_before_standing(const struct outbound *out, const struct account *judged)
{
	return out->history && out->now <= judged->since;
}

/* What speaks against a refusal, however low the figures are. */
static enum status
find_mercy(struct store_txn *txn, struct outbound *out)
{
	int64_t breaker = 0;
	bool retry = false;
	enum status status = STATUS_OK;

	if (!out->named)
		status = outbound_may_be_retry(txn, out, &retry);
	if (status == STATUS_OK && !out->history)
		status = assess_meta_time(txn, META_BREAKER, &breaker);
	if (status != STATUS_OK)
		return status;
	out->withheld = out->conf->mode == CONF_MODE_MONITOR || breaker != 0;
	if (out->withheld || retry)
		out->action = VERDICT_ACCEPT;
	return STATUS_OK;
}

static enum status
decide(struct store_txn *txn, struct outbound *out)
{
	const struct account judged = account_judged(out);
	const struct verdict_input input = {
		.policy = conf_policy_of(out->conf, out->account.user),
		.account = &judged,
		.now = out->now,
		.candidates = out->under_message_id,
		.merge = outbound_merge_verdict(out)
	};
	enum status status;

	out->kind = verdict_kind_of(&input);
	/*
	 * Nothing new in it: a retry of what was let through, or mail to
	 * contacts only.  It is never refused.
	 */
	out->action = outbound_fresh_count(out) == 0 ||
	    is_before_standing(out, &judged) ? VERDICT_ACCEPT :
	    verdict_decide(&input);
	if (out->action != VERDICT_REFUSE)
		return STATUS_OK;
	status = find_mercy(txn, out);
	if (status != STATUS_OK || out->action != VERDICT_REFUSE)
		return status;
	out->window = rate_window_at(input.policy, out->account.since,
	    out->now);
	return assess_tally(txn, input.policy, &out->account, &out->window,
	    out->now, &out->tally);
}

/* 2. to 6., the account being known. */
static enum status
judge(struct store_txn *txn, struct outbound_earlier *earlier)
{
	struct outbound *out = earlier->out;
	enum status status;

	status = set_contacts_aside(txn, out);
	if (status == STATUS_OK)
		status = outbound_find_earlier(txn, earlier);
	if (status == STATUS_OK)
		status = outbound_find_campaign(txn, out);
	if (status == STATUS_OK)
		status = decide(txn, out);
	if (status != STATUS_OK)
		return status;
	if (out->action == VERDICT_ACCEPT)
		return out->record ? outbound_write_ledger(txn, earlier) :
		    STATUS_OK;
	if (!out->mark)
		return STATUS_OK;
	return out->kind == VERDICT_MERGE ? outbound_mark_campaign(txn, out) :
	    outbound_mark_earlier(txn, earlier);
}

static void
begin(struct outbound *out)
{
	out->action = VERDICT_ACCEPT;
	out->kind = VERDICT_INTERNAL;
	out->withheld = out->wants_letter = false;
	out->under_message_id = out->unmarked = 0;
	out->recorded = out->repeated = out->contacts = 0;
}

enum status
outbound_scout(struct store_txn *txn, void *argument)
{
	struct outbound *out = argument;
	enum status status = find_account(txn, out);

	return status == STATUS_OK ? outbound_scout_campaigns(txn, out) :
	    status;
}

enum status
outbound_body(struct store_txn *txn, void *argument)
{
	struct outbound *out = argument;
	struct outbound_earlier earlier = { .out = out };
	enum status status;

	begin(out);
	status = find_account(txn, out);
	if (status != STATUS_OK)
		return status;
	reach_back(out);
	status = step_account(txn, out);
	if (status == STATUS_OK && (out->record || may_be_refused(out)))
		status = judge(txn, &earlier);
	if (status == STATUS_OK && out->named && !out->record &&
	    out->action == VERDICT_ACCEPT)
		status = outbound_look_for_letter(txn, out,
		    &out->wants_letter);
	free(earlier.unmarked);
	return status;
}
