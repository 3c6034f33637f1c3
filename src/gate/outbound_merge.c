/*
 * Mail merge: nearly the same letter to one candidate after the other.  What
 * is alike merge.c says; here is who is asked, and what is kept.
 *
 * A letter counts that is not bulk, and goes to somebody, contacts aside, whom
 * the user has not written to lately: a follow-up is no merge, and a thread has
 * a contact in it.  But who was silent for longer than MERGE_FOLLOW_UP_MAX is
 * written to anew, or an old list of people could be sent anything at any time.
 * Where two or three are not bulk yet, by bulk_minimum, what goes to them is
 * one letter all the same, and counts as one to the first.  Of who is exempt no
 * letter is looked at.
 *
 * The campaigns are looked through before the writers' turn, and in it only if
 * one has changed meanwhile: two letters at the same moment never both pass as
 * the one before the last.
 *
 * So nothing is computed for mail that comes in, stays inside, or goes to
 * contacts; for what is left the body is asked for.  What is compared are the
 * campaigns the account has, however many letters were in them.
 */
#include <stdlib.h>

#include "gate/contact.h"
#include "gate/outbound_private.h"
#include "mail/letter.h"

static bool
is_off(const struct policy *policy)
{
	return policy->exempt || policy->merge_minimum == 0;
}

/*
 * Before the transaction.
 */

/* Nobody knows yet whose mail it is when an address has to tell. */
static bool
may_count(const struct outbound *out)
{
	return out->record && !out->history && out->candidate_count > 0 &&
	    out->message->body_length > 0 && (out->user_is_address ||
	    !is_off(conf_policy_of(out->conf, out->user)));
}

static enum status
make_sketch(struct outbound *out, const struct letter *letter)
{
	enum status status;

	out->merge = calloc(1, sizeof(*out->merge));
	if (out->merge == NULL)
		return STATUS_NO_MEMORY;
	status = merge_sketch_make(&out->merge->sketch, letter,
	    &out->gate->key);
	if (status == STATUS_OK &&
	    merge_sketch_is_short(&out->merge->sketch)) {
		free(out->merge);
		out->merge = NULL;
	}
	return status;
}

enum status
outbound_read_letter(struct outbound *out)
{
	struct letter letter;
	enum status status;

	if (!may_count(out))
		return STATUS_OK;
	letter_init(&letter);
	status = letter_read(out->message, &letter);
	if (status == STATUS_OK) {
		out->length = (uint32_t)letter.text.length;
		status = make_sketch(out, &letter);
	}
	letter_release(&letter);
	return status;
}

/*
 * The header.
 */

struct following {
	int64_t	since;		/* a letter from then on is followed up */
	bool	follows;
};

/* The newest alone. */
static bool
stop_at_row(void *context, const struct outreach *row)
{
	struct following *following = context;

	following->follows = row->sent_at >= following->since;
	return false;
}

/* Has the user written to the candidate lately? */
static enum status
is_follow_up(struct store_txn *txn, const struct outbound *out,
    const struct ident *candidate, bool *follows)
{
	struct following following = {
		.since = out->now - MERGE_FOLLOW_UP_MAX
	};
	enum status status = STATUS_OK;

	if (!out->new_account)
		status = store_outreach_by_pair(txn, out->account.id,
		    candidate, stop_at_row, &following);
	*follows = following.follows;
	return status;
}

/*
 * The first to whom it is no follow-up, contacts aside.  NULL: nobody, or
 * there is a list among them, or so many that it is bulk.
 */
static enum status
find_stranger(struct store_txn *txn, const struct outbound *out,
    const struct outbound_candidate **stranger)
{
	const struct policy *policy = conf_policy_of(out->conf,
	    out->account.user);
	const struct outbound_candidate *candidate, *found = NULL;
	bool follows = true;
	int64_t persons = 0;
	enum status status;
	size_t i;

	*stranger = NULL;
	for (i = 0; i < out->candidate_count; i++) {
		candidate = &out->candidates[i];
		if (candidate->known || candidate->contact)
			continue;
		if (outbound_is_list(candidate) ||
		    ++persons == policy->bulk_minimum)
			return STATUS_OK;
		if (!follows)
			continue;
		status = is_follow_up(txn, out, &candidate->ident, &follows);
		if (status != STATUS_OK)
			return status;
		found = candidate;
	}
	if (!follows)
		*stranger = found;
	return STATUS_OK;
}

static enum status
note_contacts(struct store_txn *txn, struct outbound *out)
{
	struct outbound_candidate *candidate;
	uint64_t address_owner;
	enum status status = STATUS_OK;
	size_t i;

	address_owner = contact_owner_of_address(&out->gate->key, out->conf,
	    out->message->sender.text);
	for (i = 0; status == STATUS_OK && i < out->candidate_count; i++) {
		candidate = &out->candidates[i];
		if (!outbound_is_list(candidate))
			status = contact_is_known(txn, out->account.id,
			    address_owner, &candidate->ident,
			    &candidate->contact);
	}
	return status;
}

static bool
is_exempt(const struct outbound *out)
{
	const struct policy *policy = conf_policy_of(out->conf,
	    out->account.user);

	return is_off(policy) || account_is_exempt(&out->account, policy,
	    out->now);
}

enum status
outbound_look_for_letter(struct store_txn *txn, struct outbound *out,
    bool *wanted)
{
	const struct outbound_candidate *stranger = NULL;
	enum status status;

	*wanted = false;
	if (is_exempt(out))
		return STATUS_OK;
	status = note_contacts(txn, out);
	if (status == STATUS_OK)
		status = find_stranger(txn, out, &stranger);
	*wanted = stranger != NULL;
	return status;
}

/*
 * The end.
 */

static bool
look_at_campaign(void *context, const struct merge_campaign *campaign)
{
	merge_search_look(context, campaign);
	return true;
}

/*
 * The same letter passes when so many of its members have left the window that
 * it would be one less than merge_minimum.
 */
static void
note_verdict(struct outbound_merge *merge)
{
	const struct merge_search *search = &merge->search;
	const struct merge_member *members = search->campaign.members;
	size_t last = search->size - (size_t)search->policy->merge_minimum;

	merge->verdict.size = search->size;
	merge->verdict.since = members[0].sent_at;
	merge->verdict.until = members[last].sent_at +
	    search->policy->merge_window;
}

/* Whom it goes to is asked only at the search's end. */
static enum status
look_at_campaigns(struct store_txn *txn, struct outbound *out,
    struct merge_search *search)
{
	struct outbound_merge *merge = out->merge;

	merge->arrival.sketch = &merge->sketch;
	merge->arrival.message = out->message_ident;
	merge->arrival.now = out->now;
	merge_search_begin(search, conf_policy_of(out->conf,
	    out->account.user), &merge->arrival);
	return out->new_account ? STATUS_OK : store_merge_each(txn,
	    out->account.id, look_at_campaign, search);
}

enum status
outbound_scout_campaigns(struct store_txn *txn, struct outbound *out)
{
	struct outbound_merge *merge = out->merge;
	enum status status;

	merge->scouted = false;
	if (out->new_account || is_exempt(out))
		return STATUS_OK;
	merge->account = out->account.id;
	/* first: what changes from here on makes it another one */
	status = store_merge_generation(txn, merge->account,
	    &merge->generation);
	if (status == STATUS_OK)
		status = look_at_campaigns(txn, out, &merge->scout);
	merge->scouted = status == STATUS_OK;
	return status;
}

/* Is what was seen in the view still what there is? */
static enum status
compare_generation(struct store_txn *txn, const struct outbound *out,
    bool *same)
{
	const struct outbound_merge *merge = out->merge;
	uint64_t generation;
	enum status status;

	*same = false;
	if (!merge->scouted || merge->account != out->account.id)
		return STATUS_OK;
	status = store_merge_generation(txn, merge->account, &generation);
	*same = status == STATUS_OK && generation == merge->generation;
	return status;
}

static enum status
search_campaigns(struct store_txn *txn, struct outbound *out,
    const struct ident *candidate)
{
	struct outbound_merge *merge = out->merge;
	enum status status;
	bool same;

	status = compare_generation(txn, out, &same);
	if (status == STATUS_OK && !same)
		status = look_at_campaigns(txn, out, &merge->search);
	if (status != STATUS_OK)
		return status;
	if (same)
		merge->search = merge->scout;
	merge->arrival.candidate = *candidate;
	merge_search_end(&merge->search);
	if (merge->search.reached)
		note_verdict(merge);
	return STATUS_OK;
}

enum status
outbound_find_campaign(struct store_txn *txn, struct outbound *out)
{
	const struct outbound_candidate *stranger;
	enum status status;

	if (out->merge == NULL)
		return STATUS_OK;
	out->merge->search.outcome = MERGE_NONE;
	out->merge->search.reached = false;
	/* With others under its Message-ID it may be bulk. */
	if (out->under_message_id >= conf_policy_of(out->conf,
	    out->account.user)->bulk_minimum || is_exempt(out))
		return STATUS_OK;
	status = find_stranger(txn, out, &stranger);
	if (status != STATUS_OK || stranger == NULL)
		return status;
	return search_campaigns(txn, out, &stranger->ident);
}

const struct verdict_merge *
outbound_merge_verdict(const struct outbound *out)
{
	return out->merge != NULL && out->merge->search.reached ?
	    &out->merge->verdict : NULL;
}

/* The rows of one message. */
struct marking {
	uint64_t	account;
	struct outreach	row;		/* one that is to be marked */
	bool		found;
	bool		marked;		/* another one is */
};

/* What is bulk needs no other mark, and may have very many rows. */
static bool
marking_row(void *context, const struct outreach *row)
{
	struct marking *marking = context;

	if (row->account != marking->account)
		return true;
	if (row->flags & OUTREACH_BULK)
		return false;
	if (row->flags & OUTREACH_MERGE) {
		marking->marked = true;
		return true;
	}
	marking->row = *row;
	marking->found = true;
	return false;
}

/* *before: it was marked already. */
static enum status
mark_message(struct store_txn *txn, uint64_t account,
    const struct ident *message, bool *before)
{
	struct marking marking = { .account = account };
	size_t count = 0;
	enum status status;

	do {
		marking.found = false;
		status = store_outreach_by_message(txn, message, marking_row,
		    &marking);
		if (status != STATUS_OK || !marking.found)
			continue;
		count++;
		marking.row.flags |= OUTREACH_MERGE;
		status = store_outreach_put(txn, &marking.row);
	} while (status == STATUS_OK && marking.found);
	*before = count == 0 && marking.marked;
	return status;
}

/*
 * From the newest on, until one is marked already: those before it were marked
 * with it.  So a campaign's rows are gone through once, and each letter of a
 * long one costs one read here.  This letter's own rows are marked as they are
 * written; but where it is split, earlier ones may be there that are not.
 */
enum status
outbound_mark_campaign(struct store_txn *txn, const struct outbound *out)
{
	const struct merge_campaign *campaign = &out->merge->search.campaign;
	const struct ident *message;
	enum status status = STATUS_OK;
	uint32_t i = campaign->member_count;
	bool before = false;

	if (out->unmarked > 0)
		status = mark_message(txn, out->account.id,
		    &out->message_ident, &before);
	before = false;		/* of the others that tells nothing */
	while (i-- > 0 && status == STATUS_OK && !before) {
		message = &campaign->members[i].message;
		if (!ident_equal(message, &out->message_ident))
			status = mark_message(txn, out->account.id, message,
			    &before);
	}
	return status;
}

enum status
outbound_write_campaign(struct store_txn *txn, const struct outbound *out)
{
	const struct merge_search *search;
	enum status status;

	if (out->merge == NULL || out->merge->search.outcome == MERGE_NONE)
		return STATUS_OK;
	search = &out->merge->search;
	status = store_merge_put(txn, out->account.id, &search->campaign);
	if (status != STATUS_OK || !search->reached)
		return status;
	return outbound_mark_campaign(txn, out);
}
