/*
 * The ledger and one outbound message: what earlier transactions under its
 * Message-ID have left there, and what this one adds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/outbound_private.h"

struct outbound_candidate *
outbound_find_candidate(const struct outbound *out, const struct ident *ident)
{
	const struct outbound_candidate key = { .ident = *ident };

	return out->candidate_count == 0 ? NULL : bsearch(&key,
	    out->candidates, out->candidate_count, sizeof(key),
	    outbound_compare);
}

bool
outbound_is_list(const struct outbound_candidate *candidate)
{
	return candidate->size > 1;
}

size_t
outbound_fresh_count(const struct outbound *out)
{
	size_t i, fresh = 0;

	for (i = 0; i < out->candidate_count; i++)
		if (!out->candidates[i].known && !out->candidates[i].contact)
			fresh++;
	return fresh;
}

/* NULL: there is none. */
static const struct outbound_candidate *
first_fresh(const struct outbound *out)
{
	size_t i;

	for (i = 0; i < out->candidate_count; i++)
		if (!out->candidates[i].known && !out->candidates[i].contact)
			return &out->candidates[i];
	return NULL;
}

/*
 * Earlier transactions of the same message.
 */

static void
note_unmarked(struct outbound_earlier *earlier, const struct outreach *row)
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

/* "Many" and one more are many. */
static int64_t
sum(int64_t a, int64_t b)
{
	return a > INT64_MAX - b ? INT64_MAX : a + b;
}

/* How large a list was the ledger does not say, but that it was bulk. */
static int64_t
persons_of_row(const struct outreach *row)
{
	return (row->flags & OUTREACH_LIST) && (row->flags & OUTREACH_BULK) ?
	    INT64_MAX : 1;
}

static bool
earlier_row(void *context, const struct outreach *row)
{
	struct outbound_earlier *earlier = context;
	struct outbound *out = earlier->out;
	struct outbound_candidate *found;

	if (row->account != out->account.id)
		return true;
	if (!(row->flags & OUTREACH_BULK))
		note_unmarked(earlier, row);
	found = outbound_find_candidate(out, &row->candidate);
	if (found != NULL)
		found->known = true;
	else
		earlier->others = sum(earlier->others, persons_of_row(row));
	return !earlier->no_memory;
}

enum status
outbound_find_earlier(struct store_txn *txn, struct outbound_earlier *earlier)
{
	struct outbound *out = earlier->out;
	const struct outbound_candidate *candidate;
	enum status status;
	size_t i;

	out->under_message_id = 0;
	out->repeated = 0;
	if (!out->new_account && out->named) {
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
	out->unmarked = earlier->unmarked_count;
	out->under_message_id = earlier->others;
	for (i = 0; i < out->candidate_count; i++) {
		candidate = &out->candidates[i];
		out->repeated += candidate->known;
		if (candidate->known || !candidate->contact)
			out->under_message_id = sum(out->under_message_id,
			    candidate->size);
	}
	return STATUS_OK;
}

/*
 * A retry, before the Message-ID is known.
 */

struct sent_before {
	struct ident	messages[OUTBOUND_RETRIES_MAX];	/* newest first */
	size_t		count;
};

static bool
sent_before_row(void *context, const struct outreach *row)
{
	struct sent_before *sent = context;

	sent->messages[sent->count++] = row->message;
	return sent->count < OUTBOUND_RETRIES_MAX;
}

static bool
known_row(void *context, const struct outreach *row)
{
	const struct outbound *out = context;
	struct outbound_candidate *found;

	if (row->account != out->account.id)
		return true;
	found = outbound_find_candidate(out, &row->candidate);
	if (found != NULL)
		found->known = true;
	return true;
}

/* Has it gone to all candidates?  Leaves no trace in them. */
static enum status
went_to_all(struct store_txn *txn, struct outbound *out,
    const struct ident *message, bool *all)
{
	enum status status;
	size_t i;

	status = store_outreach_by_message(txn, message, known_row, out);
	*all = outbound_fresh_count(out) == 0;
	for (i = 0; i < out->candidate_count; i++)
		out->candidates[i].known = false;
	return status;
}

enum status
outbound_may_be_retry(struct store_txn *txn, struct outbound *out, bool *may)
{
	const struct outbound_candidate *candidate = first_fresh(out);
	struct sent_before sent = { .count = 0 };
	enum status status;
	size_t i;

	*may = false;
	if (candidate == NULL || out->new_account)
		return STATUS_OK;
	status = store_outreach_by_pair(txn, out->account.id,
	    &candidate->ident, sent_before_row, &sent);
	for (i = 0; i < sent.count && status == STATUS_OK && !*may; i++)
		status = went_to_all(txn, out, &sent.messages[i], may);
	return status;
}

/*
 * Recording.
 */

/*
 * The sender's address becomes the user's, unless it is the name of another
 * user: writing under somebody's address must not take it from them.  Several
 * who send under one address are all answered there.
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
	if (status == STATUS_OK)
		status = store_answer_address_put(txn, sender, id, out->now);
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	status = store_account_get(txn, sender, &other);
	if (status == STATUS_OK && other.id != out->account.id)
		return store_answer_address_put(txn, sender, out->account.id,
		    out->now);
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	return store_address_put(txn, sender, out->account.id);
}

/*
 * Where answers go that do not go to the envelope sender: to Reply-To, else to
 * From.  With a "+detail" it is the sender's all the same.
 */
static enum status
learn_answer_address(struct store_txn *txn, const struct outbound *out)
{
	const struct message *message = out->message;
	struct addr address = message->reply_to.length > 0 ?
	    message->reply_to : message->from;
	const char *domain = addr_domain(&address);
	struct addr plain = address;

	addr_strip_detail(&plain);
	if (!conf_is_local_domain(out->conf, domain, strlen(domain)) ||
	    strcmp(plain.text, message->sender.text) == 0 ||
	    strcmp(address.text, message->sender.text) == 0)
		return STATUS_OK;
	return store_answer_address_put(txn, address.text, out->account.id,
	    out->now);
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
	if (status == STATUS_OK)
		status = learn_answer_address(txn, out);
	return status;
}

static uint32_t
flags_of_row(const struct outbound *out,
    const struct outbound_candidate *candidate)
{
	uint32_t flags = outbound_is_list(candidate) ? OUTREACH_LIST : 0;

	if (out->kind == VERDICT_BULK)
		flags |= OUTREACH_BULK;
	else if (out->kind == VERDICT_MERGE)
		flags |= OUTREACH_MERGE;
	if (out->contacts > 0)
		flags |= OUTREACH_CONTACTS;
	return flags;
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
		row.flags = flags_of_row(out, &out->candidates[i]);
		row.length = out->length;
		row.topic = out->topic;
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

enum status
outbound_mark_earlier(struct store_txn *txn,
    const struct outbound_earlier *earlier)
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

enum status
outbound_write_ledger(struct store_txn *txn, struct outbound_earlier *earlier)
{
	struct outbound *out = earlier->out;
	enum status status;

	if (outbound_fresh_count(out) == 0)
		return STATUS_OK;
	status = write_account(txn, out);
	if (status == STATUS_OK)
		status = write_rows(txn, out);
	if (status == STATUS_OK)
		status = outbound_mark_earlier(txn, earlier);
	if (status == STATUS_OK)
		status = outbound_write_campaign(txn, out);
	return status;
}
