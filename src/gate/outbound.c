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
 *  4. the decision (verdict.c);
 *  5. accepted: a row for each new candidate, and earlier rows of a message
 *     that only now became bulk are marked so.  Refused: nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/contact.h"
#include "gate/outbound.h"

/*
 * 1. The account.
 */

static struct outbound_candidate *
find_candidate(const struct outbound *out, const struct ident *ident)
{
	const struct outbound_candidate key = { .ident = *ident };

	return out->candidate_count == 0 ? NULL : bsearch(&key,
	    out->candidates, out->candidate_count, sizeof(key),
	    outbound_compare);
}

struct passed {
	const struct outbound	*out;
	uint64_t		 account;	/* 0: nobody's */
};

static bool
passed_row(void *context, const struct outreach *row)
{
	struct passed *passed = context;

	if (find_candidate(passed->out, &row->candidate) == NULL)
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

	if (out->record)
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

	if (out->history && account->standing == STANDING_GOOD &&
	    account->warned_at == 0 && out->now <= account->since)
		account->since = account->assessed = out->now - 1;
}

static enum status
step_account(struct store_txn *txn, struct outbound *out)
{
	out->assess.conf = out->conf;
	out->assess.history = out->history;
	assess_begin(&out->assess);
	if (out->new_account || !out->step)
		return STATUS_OK;
	if (!out->history && (out->account.standing == STANDING_GOOD ||
	    out->account.due > out->now))
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
		candidate->known = false;
		status = contact_is_known(txn, out->account.id, address_owner,
		    &candidate->ident, &candidate->contact);
		if (status != STATUS_OK)
			return status;
		out->contacts += candidate->contact;
	}
	return STATUS_OK;
}

/*
 * 3. Earlier transactions of the same message.
 */

struct earlier {
	struct outbound	*out;
	struct outreach	*unmarked;	/* rows not yet marked bulk */
	size_t		 unmarked_count;
	size_t		 others;	/* candidates that are not in ours */
	bool		 no_memory;
};

static void
note_unmarked(struct earlier *earlier, const struct outreach *row)
{
	struct outreach *rows;

	/* One row at most is unmarked but for a changed bulk_minimum. */
	rows = reallocarray(earlier->unmarked, earlier->unmarked_count + 1,
	    sizeof(*rows));
	if (rows == NULL) {
		earlier->no_memory = true;
		return;
	}
	rows[earlier->unmarked_count++] = *row;
	earlier->unmarked = rows;
}

static bool
earlier_row(void *context, const struct outreach *row)
{
	struct earlier *earlier = context;
	struct outbound *out = earlier->out;
	struct outbound_candidate *found;

	if (row->account != out->account.id)
		return true;
	if (!(row->flags & OUTREACH_BULK))
		note_unmarked(earlier, row);
	found = find_candidate(out, &row->candidate);
	if (found != NULL)
		found->known = true;
	else
		earlier->others++;
	return !earlier->no_memory;
}

static enum status
find_earlier(struct store_txn *txn, struct earlier *earlier)
{
	struct outbound *out = earlier->out;
	enum status status;
	size_t i;

	out->under_message_id = 0;
	out->repeated = 0;
	if (!out->new_account && out->record) {
		status = store_outreach_by_message(txn, &out->message_ident,
		    earlier_row, earlier);
		if (status == STATUS_OK && earlier->no_memory)
			status = STATUS_NO_MEMORY;
		if (status != STATUS_OK)
			return status;
	}
	/*
	 * A row that is there counts, though its candidate may have become
	 * a contact by answering: it was outreach when it was sent.
	 */
	out->under_message_id = earlier->others;
	for (i = 0; i < out->candidate_count; i++) {
		if (out->candidates[i].known)
			out->repeated++;
		if (out->candidates[i].known || !out->candidates[i].contact)
			out->under_message_id++;
	}
	return STATUS_OK;
}

/*
 * 4. The decision.
 */

/* Told of a time before this standing: what it was then nobody knows. */
static bool
is_before_standing(const struct outbound *out)
{
	return out->history && out->now <= out->account.since;
}

static size_t
fresh_count(const struct outbound *out)
{
	size_t i, fresh = 0;

	for (i = 0; i < out->candidate_count; i++)
		if (!out->candidates[i].known && !out->candidates[i].contact)
			fresh++;
	return fresh;
}

static enum status
decide(struct store_txn *txn, struct outbound *out)
{
	const struct verdict_input input = {
		.policy = conf_policy_of(out->conf, out->account.user),
		.account = &out->account,
		.now = out->now,
		.candidates = out->under_message_id
	};
	int64_t breaker = 0;
	enum status status = STATUS_OK;

	out->kind = verdict_kind_of(input.policy, out->under_message_id);
	/*
	 * Nothing new in it: a retry of what was let through, or mail to
	 * contacts only.  It is never refused.
	 */
	out->action = fresh_count(out) == 0 || is_before_standing(out) ?
	    VERDICT_ACCEPT : verdict_decide(&input);
	out->withheld = false;
	if (out->action != VERDICT_REFUSE)
		return STATUS_OK;
	if (!out->history)
		status = assess_meta_time(txn, META_BREAKER, &breaker);
	if (status != STATUS_OK)
		return status;
	if (out->conf->mode == CONF_MODE_MONITOR || breaker != 0) {
		out->withheld = true;
		out->action = VERDICT_ACCEPT;
		return STATUS_OK;
	}
	out->window = rate_window_at(input.policy, out->account.since,
	    out->now);
	return assess_tally(txn, input.policy, &out->account, &out->window,
	    out->now, &out->tally);
}

/*
 * 5. The ledger.
 */

/*
 * The sender's address becomes the user's, unless it is the name of another
 * user: writing under somebody's address must not take it from them.
 */
static enum status
learn_address(struct store_txn *txn, const struct outbound *out,
    const char *sender)
{
	struct account other;
	uint64_t id;
	enum status status;

	status = store_address_get(txn, sender, &id);
	if (status == STATUS_OK && id == out->account.id)
		return STATUS_OK;
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	status = store_account_get(txn, sender, &other);
	if (status == STATUS_OK && other.id != out->account.id)
		return STATUS_OK;
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	return store_address_put(txn, sender, out->account.id);
}

static enum status
write_account(struct store_txn *txn, struct outbound *out)
{
	const char *sender = out->message->sender.text;
	bool fresh_address;
	enum status status = STATUS_OK;

	fresh_address = sender[0] != '\0' &&
	    strcmp(out->account.address, sender) != 0;
	if (fresh_address)
		snprintf(out->account.address, sizeof(out->account.address),
		    "%s", sender);
	if (out->new_account || fresh_address || out->history)
		status = store_account_put(txn, &out->account);
	/* Each time: somebody else may have sent under it meanwhile. */
	if (status == STATUS_OK && sender[0] != '\0')
		status = learn_address(txn, out, sender);
	return status;
}

static enum status
write_rows(struct store_txn *txn, struct outbound *out)
{
	struct outreach row;
	enum status status;
	size_t i;

	for (i = 0; i < out->candidate_count; i++) {
		if (out->candidates[i].known || out->candidates[i].contact)
			continue;
		memset(&row, 0, sizeof(row));
		row.account = out->account.id;
		row.sent_at = out->now;
		row.message = out->message_ident;
		row.candidate = out->candidates[i].ident;
		row.flags = out->kind == VERDICT_BULK ? OUTREACH_BULK : 0;
		status = store_outreach_add(txn, &row);
		if (status == STATUS_CONFLICT)
			out->repeated++;
		else if (status != STATUS_OK)
			return status;
		else
			out->recorded++;
	}
	return STATUS_OK;
}

static enum status
mark_earlier(struct store_txn *txn, struct earlier *earlier)
{
	enum status status;
	size_t i;

	if (earlier->out->kind != VERDICT_BULK)
		return STATUS_OK;
	for (i = 0; i < earlier->unmarked_count; i++) {
		earlier->unmarked[i].flags |= OUTREACH_BULK;
		status = store_outreach_put(txn, &earlier->unmarked[i]);
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

static enum status
write_ledger(struct store_txn *txn, struct earlier *earlier)
{
	struct outbound *out = earlier->out;
	enum status status;

	if (fresh_count(out) == 0)
		return STATUS_OK;
	status = write_account(txn, out);
	if (status == STATUS_OK)
		status = write_rows(txn, out);
	if (status == STATUS_OK)
		status = mark_earlier(txn, earlier);
	return status;
}

enum status
outbound_body(struct store_txn *txn, void *argument)
{
	struct outbound *out = argument;
	struct earlier earlier = { .out = out };
	enum status status;

	out->recorded = 0;
	status = find_account(txn, out);
	if (status == STATUS_OK) {
		reach_back(out);
		status = step_account(txn, out);
	}
	if (status == STATUS_OK)
		status = set_contacts_aside(txn, out);
	if (status == STATUS_OK)
		status = find_earlier(txn, &earlier);
	if (status == STATUS_OK)
		status = decide(txn, out);
	if (status == STATUS_OK && out->record &&
	    out->action == VERDICT_ACCEPT)
		status = write_ledger(txn, &earlier);
	free(earlier.unmarked);
	return status;
}
