/*
 * The own addresses among a message's recipients, whose they are, and whose
 * contact its writer becomes.
 *
 * An own address belongs to the account that sends under it; else to the one
 * the users file names for it.  What stands behind a "+" in it is its owner's
 * business: without that the address is looked up again.  Answers may also come
 * to where others have sent them, by From or Reply-To: their outreach is
 * answered there as the owner's is, but the contacts are the owner's alone.
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

static void
keep_owner(struct inbound *in, uint64_t owner)
{
	size_t i;

	for (i = 0; i < in->owner_count; i++)
		if (in->owners[i] == owner)
			return;
	in->owners[in->owner_count++] = owner;
}

static void
keep_account(struct inbound *in, uint64_t account)
{
	if (in->account_count < INBOUND_ACCOUNTS_MAX &&
	    !inbound_is_to(in, account))
		in->accounts[in->account_count++] = account;
}

/* Two addresses of one user are one; else the address stands for itself. */
static enum status
find_owner(struct store_txn *txn, struct inbound *in,
    const struct addr *address)
{
	uint64_t account;
	enum status status = find_account(txn, in, address, &account);

	if (status == STATUS_OK) {
		keep_owner(in, account);
		keep_account(in, account);
	} else if (status == STATUS_NOT_FOUND) {
		keep_owner(in, contact_owner_of_address(&in->gate->key,
		    in->conf, address->text));
		status = STATUS_OK;
	}
	return status;
}

/* Those who are answered there too. */
static enum status
find_answered(struct store_txn *txn, struct inbound *in,
    const struct addr *address)
{
	struct store_answers answers;
	enum status status;
	size_t i;

	status = store_answer_address_get(txn, address->text, &answers);
	if (status != STATUS_OK)
		return status == STATUS_NOT_FOUND ? STATUS_OK : status;
	for (i = 0; i < answers.count; i++)
		keep_account(in, answers.by[i].account);
	return STATUS_OK;
}

static enum status
find_own(struct store_txn *txn, struct inbound *in,
    const struct addr *address)
{
	struct addr plain = *address;
	enum status status = find_owner(txn, in, address);

	if (status == STATUS_OK)
		status = find_answered(txn, in, address);
	addr_strip_detail(&plain);
	if (status == STATUS_OK && plain.length != address->length)
		status = find_answered(txn, in, &plain);
	return status;
}

enum status
inbound_find_owns(struct store_txn *txn, struct inbound *in)
{
	const char *recipient = NULL;
	struct addr address;
	size_t looked_up = 0;
	enum status status = STATUS_OK;

	if (in->has_owns)
		return STATUS_OK;
	in->owner_count = in->account_count = 0;
	while (status == STATUS_OK && looked_up < INBOUND_OWN_MAX &&
	    (recipient = message_next_recipient(in->message, recipient)) !=
	    NULL) {
		if (addr_parse(recipient, strlen(recipient), &address) !=
		    STATUS_OK || !inbound_is_local(in, &address))
			continue;
		looked_up++;
		status = find_own(txn, in, &address);
	}
	in->has_owns = status == STATUS_OK;
	return status;
}

bool
inbound_is_to(const struct inbound *in, uint64_t account)
{
	size_t i;

	for (i = 0; i < in->account_count; i++)
		if (in->accounts[i] == account)
			return true;
	return false;
}

enum status
inbound_knows_contact(struct store_txn *txn, const struct inbound *in,
    uint64_t id, const struct ident *outsider, bool *is)
{
	struct account account;
	enum status status = store_account_by_id(txn, id, &account);

	*is = false;
	if (status != STATUS_OK)
		return status == STATUS_NOT_FOUND ? STATUS_OK : status;
	return contact_is_known(txn, id, contact_owner_of_address(
	    &in->gate->key, in->conf, account.address), outsider, is);
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
	enum contact_news news;
	enum status status;

	status = contact_heard(txn, owner, candidate, in->now, in->writing,
	    &news);
	in->strangers += news == CONTACT_NEW;
	in->contacts += news != CONTACT_OLD;
	in->changes += news != CONTACT_OLD;
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
	for (i = 0; status == STATUS_OK && i < in->owner_count; i++)
		if (!is_owner_of_match(in, in->owners[i]))
			status = add_contact(txn, in, in->owners[i],
			    &in->writer);
	return status;
}
