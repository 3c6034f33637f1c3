/*
 * The own addresses among a message's recipients, whose they are, and whose
 * contact its writer becomes.
 *
 * An own address belongs to the account that sends under it; else to the one
 * the users file names for it.  What stands behind a "+" in it is its owner's
 * business: without that the address is looked up again.  Answers may also come
 * to where a Reply-To has sent them; but such an address need not be its
 * writer's own, so that its contacts stay its own.
 */
#include <stdio.h>
#include <string.h>

#include "gate/contact.h"
#include "gate/inbound_private.h"

/* The account of the user whom the users file names for the address. */
static enum status
find_mapped(struct store_txn *txn, const struct inbound *in,
    const char *address, uint64_t *id)
{
	struct account account;
	const char *user;
	enum status status;

	(void)conf_user(in->conf, address, &user);
	if (user == address)
		return STATUS_NOT_FOUND;
	status = store_account_get(txn, user, &account);
	*id = account.id;
	return status;
}

static enum status
find_account(struct store_txn *txn, const struct inbound *in,
    const struct addr *address, uint64_t *id)
{
	struct addr plain = *address;
	enum status status;

	addr_strip_detail(&plain);
	status = store_address_get(txn, address->text, id);
	if (status == STATUS_NOT_FOUND && plain.length != address->length)
		status = store_address_get(txn, plain.text, id);
	if (status == STATUS_NOT_FOUND)
		status = find_mapped(txn, in, plain.text, id);
	return status;
}

/* The account of an own address; else the address stands for itself. */
static enum status
find_own(struct store_txn *txn, const struct inbound *in,
    const struct addr *address, struct inbound_own *own)
{
	enum status status = find_account(txn, in, address, &own->account);

	own->owner = own->account;
	if (status != STATUS_NOT_FOUND)
		return status;
	own->owner = contact_owner_of_address(&in->gate->key, in->conf,
	    address->text);
	status = store_answer_address_get(txn, address->text, &own->account);
	if (status == STATUS_NOT_FOUND)
		own->account = 0;
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* Two addresses of one user are one. */
static void
keep_own(struct inbound *in, const struct inbound_own *own)
{
	size_t i;

	for (i = 0; i < in->own_count; i++)
		if (in->owns[i].owner == own->owner &&
		    in->owns[i].account == own->account)
			return;
	in->owns[in->own_count++] = *own;
}

enum status
inbound_find_owns(struct store_txn *txn, struct inbound *in)
{
	const char *recipient = NULL;
	struct inbound_own own;
	struct addr address;
	size_t looked_up = 0;
	enum status status = STATUS_OK;

	if (in->has_owns)
		return STATUS_OK;
	while (status == STATUS_OK && looked_up < INBOUND_OWN_MAX &&
	    (recipient = message_next_recipient(in->message, recipient)) !=
	    NULL) {
		if (addr_parse(recipient, strlen(recipient), &address) !=
		    STATUS_OK || !inbound_is_local(in, &address))
			continue;
		looked_up++;
		status = find_own(txn, in, &address, &own);
		if (status == STATUS_OK)
			keep_own(in, &own);
	}
	in->has_owns = status == STATUS_OK;
	return status;
}

enum status
inbound_find_user(struct store_txn *txn, struct inbound *in)
{
	struct account account;
	enum status status;

	status = store_account_by_id(txn, in->outreach.account, &account);
	if (status == STATUS_OK)
		snprintf(in->user, sizeof(in->user), "%s", account.user);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status
add_contact(struct store_txn *txn, struct inbound *in, uint64_t owner,
    const struct ident *candidate)
{
	bool due;
	enum status status;

	status = contact_heard(txn, owner, candidate, in->now, in->writing,
	    &due);
	in->new_contacts += due;
	in->changes += due;
	return status;
}

static enum status
add_contacts_of_match(struct store_txn *txn, struct inbound *in)
{
	uint64_t owner = in->outreach.account;
	enum status status;

	status = add_contact(txn, in, owner, &in->writer);
	/* Whoever answers through an alias is the person written to. */
	if (status == STATUS_OK &&
	    !ident_equal(&in->outreach.candidate, &in->writer))
		status = add_contact(txn, in, owner, &in->outreach.candidate);
	return status;
}

static bool
is_owner_of_match(const struct inbound *in, uint64_t owner)
{
	return in->about && owner == in->outreach.account;
}

enum status
inbound_add_contacts(struct store_txn *txn, struct inbound *in)
{
	enum status status = STATUS_OK;
	size_t i;

	if (in->about)
		status = add_contacts_of_match(txn, in);
	if (status != STATUS_OK || in->kind != INBOUND_PERSON)
		return status;
	status = inbound_find_owns(txn, in);
	for (i = 0; status == STATUS_OK && i < in->own_count; i++)
		if (!is_owner_of_match(in, in->owns[i].owner))
			status = add_contact(txn, in, in->owns[i].owner,
			    &in->writer);
	return status;
}
