/*
 * One inbound message: does it answer an outreach, and who becomes a
 * contact?
 *
 *  1. Automatic mail and mail by our own people is no evidence.  Mail through
 *     a list is, when it answers our Message-ID and comes from its recipient.
 *  2. In-Reply-To, then References, newest first: the first id that
 *     names an outreach decides which message is answered.
 *  3. Of that message's outreach it answers the writer's own; from an
 *     address that was no recipient (an alias, an assistant) it answers one
 *     that is open.  Nobody answers twice.
 *  4. Whoever wrote becomes a contact of the users written to.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/assess.h"
#include "gate/contact.h"
#include "gate/inbound.h"
#include "mail/automatic.h"

static struct ident
address_ident(const struct inbound *in, const struct addr *addr)
{
	return ident_make(&in->gate->key, IDENT_CANDIDATE, addr->text,
	    addr->length);
}

static bool
is_local_addr(const struct conf *conf, const struct addr *addr)
{
	const char *domain = addr_domain(addr);

	return conf_is_local_domain(conf, domain, strlen(domain));
}

static bool
has_id(const struct inbound *in, const struct ident *ident)
{
	size_t i;

	for (i = 0; i < in->id_count; i++)
		if (ident_equal(&in->ids[i], ident))
			return true;
	return false;
}

/*
 * Adds a header's ids newest first, which is the end of the text first.
 * A bounded ring keeps the last ones of a long chain.
 */
static enum status
add_ids(struct inbound *in, const char *text, size_t length)
{
	struct ident ring[INBOUND_IDS_MAX], *ident;
	struct msgid id;
	size_t at = 0, seen = 0, kept, i;

	if (text == NULL)
		return STATUS_OK;
	while (msgid_next(text, length, &at, &id) == STATUS_OK)
		ring[seen++ % INBOUND_IDS_MAX] = ident_make(&in->gate->key,
		    IDENT_MESSAGE, id.text, id.length);
	kept = seen < INBOUND_IDS_MAX ? seen : INBOUND_IDS_MAX;
	for (i = 1; i <= kept && in->id_count < INBOUND_IDS_MAX; i++) {
		ident = &ring[(seen - i) % INBOUND_IDS_MAX];
		if (!has_id(in, ident))
			in->ids[in->id_count++] = *ident;
	}
	return STATUS_OK;
}

enum status
inbound_prepare(struct inbound *in)
{
	const struct message *message = in->message;
	const struct addr *writer = message->from.length > 0 ?
	    &message->from : &message->sender;
	enum status status;

	in->rule = in->automatic ? "told" : automatic_rule(message);
	in->list = in->rule != NULL && automatic_is_list_rule(in->rule);
	in->local = is_local_addr(in->conf, writer);
	if (!inbound_is_evidence(in))
		return STATUS_OK;
	in->writer = address_ident(in, writer);
	in->envelope = message->sender.length > 0 ?
	    address_ident(in, &message->sender) : in->writer;
	in->ids = calloc(INBOUND_IDS_MAX, sizeof(*in->ids));
	if (in->ids == NULL)
		return STATUS_NO_MEMORY;
	status = add_ids(in, message->in_reply_to, message->in_reply_to_length);
	if (status == STATUS_OK)
		status = add_ids(in, message->references,
		    message->references_length);
	return status;
}

bool
inbound_is_evidence(const struct inbound *in)
{
	return !in->local && (in->rule == NULL || in->list) &&
	    (in->message->from.length > 0 || in->message->sender.length > 0);
}

void
inbound_release(struct inbound *in)
{
	free(in->ids);
	in->ids = NULL;
}

/*
 * 2. and 3.  Which outreach is answered.
 */

struct matching {
	const struct inbound	*in;
	bool			 any;		/* the id names an outreach */
	bool			 own;		/* the writer was a recipient */
	bool			 answered;	/* ... or has answered before */
	bool			 open;		/* `row` can be answered */
	struct outreach		 row;
};

static bool
is_writer(const struct inbound *in, const struct ident *ident)
{
	return ident_equal(ident, &in->writer) ||
	    ident_equal(ident, &in->envelope);
}

static bool
match_row(void *context, const struct outreach *row)
{
	struct matching *matching = context;
	const struct inbound *in = matching->in;

	if (!matching->any)
		matching->row = *row;
	matching->any = true;
	if (is_writer(in, &row->candidate)) {
		matching->own = true;
		matching->answered = row->answered_at != 0;
		matching->open = row->answered_at == 0;
		matching->row = *row;
		return false;
	}
	if (row->answered_at != 0 && is_writer(in, &row->answered_by))
		matching->answered = true;
	if (row->answered_at == 0 && (!matching->open ||
	    (matching->row.bounced_at != 0 && row->bounced_at == 0))) {
		matching->open = true;
		matching->row = *row;
	}
	return true;
}

/* A list's mail counts only from a recipient of ours. */
static bool
is_believed(const struct inbound *in, const struct matching *matching)
{
	return matching->any && (!in->list || matching->own);
}

static enum status
find_match(struct store_txn *txn, struct inbound *in)
{
	struct matching matching;
	enum status status;
	size_t i;

	in->match = INBOUND_NO_MATCH;
	for (i = 0; i < in->id_count; i++) {
		memset(&matching, 0, sizeof(matching));
		matching.in = in;
		status = store_outreach_by_message(txn, &in->ids[i], match_row,
		    &matching);
		if (status != STATUS_OK)
			return status;
		if (!is_believed(in, &matching))
			continue;
		in->outreach = matching.row;
		in->match = matching.answered || !matching.open ?
		    INBOUND_REPEATED : INBOUND_REPLY;
		return STATUS_OK;
	}
	return STATUS_OK;
}

static enum status
write_answer(struct store_txn *txn, struct inbound *in)
{
	int64_t last;
	enum status status;

	in->outreach.answered_at = in->now;
	in->outreach.answered_by = in->writer;
	status = store_outreach_put(txn, &in->outreach);
	if (status == STATUS_OK)
		status = assess_meta_time(txn, META_LAST_REPLY, &last);
	if (status == STATUS_OK && last < in->now)
		status = assess_meta_set_time(txn, META_LAST_REPLY, in->now);
	return status;
}

/*
 * 4. Contacts.
 */

static enum status
add_contact(struct store_txn *txn, struct inbound *in, uint64_t owner,
    const struct ident *candidate)
{
	bool due;
	enum status status;

	status = contact_heard(txn, owner, candidate, in->now, in->writing,
	    &due);
	in->new_contacts += due;
	return status;
}

/* The account of an own address; else the address stands for itself. */
static enum status
find_owner(struct store_txn *txn, const struct inbound *in,
    const char *address, uint64_t *owner)
{
	enum status status = store_address_get(txn, address, owner);

	if (status != STATUS_NOT_FOUND)
		return status;
	*owner = contact_owner_of_address(&in->gate->key, in->conf, address);
	return STATUS_OK;
}

static enum status
add_contacts_of_recipients(struct store_txn *txn, struct inbound *in)
{
	const char *recipient = NULL;
	uint64_t owner;
	size_t own = 0;
	enum status status = STATUS_OK;

	while (status == STATUS_OK && own < INBOUND_OWN_MAX && (recipient =
	    message_next_recipient(in->message, recipient)) != NULL) {
		const char *at = strrchr(recipient, '@');

		if (at == NULL || !conf_is_local_domain(in->conf, at + 1,
		    strlen(at + 1)))
			continue;
		own++;
		status = find_owner(txn, in, recipient, &owner);
		if (status == STATUS_OK)
			status = add_contact(txn, in, owner, &in->writer);
	}
	return status;
}

static enum status
add_contacts_of_match(struct store_txn *txn, struct inbound *in)
{
	struct account account;
	enum status status;

	in->user[0] = '\0';
	if (in->match == INBOUND_NO_MATCH)
		return STATUS_OK;
	status = store_account_by_id(txn, in->outreach.account, &account);
	if (status == STATUS_OK)
		snprintf(in->user, sizeof(in->user), "%s", account.user);
	else if (status != STATUS_NOT_FOUND)
		return status;
	status = add_contact(txn, in, in->outreach.account, &in->writer);
	/* Whoever answers through an alias is the person written to. */
	if (status == STATUS_OK &&
	    !ident_equal(&in->outreach.candidate, &in->writer))
		status = add_contact(txn, in, in->outreach.account,
		    &in->outreach.candidate);
	return status;
}

enum status
inbound_body(struct store_txn *txn, void *argument)
{
	struct inbound *in = argument;
	enum status status;

	in->new_contacts = 0;
	status = find_match(txn, in);
	if (status == STATUS_OK && in->match == INBOUND_REPLY && in->writing)
		status = write_answer(txn, in);
	if (status == STATUS_OK)
		status = add_contacts_of_match(txn, in);
	if (status == STATUS_OK && in->rule == NULL)
		status = add_contacts_of_recipients(txn, in);
	return status;
}
