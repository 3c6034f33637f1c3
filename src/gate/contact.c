/*
 * Contacts under accounts, and under own addresses that are no account's yet.
 */
#include <string.h>

#include "base/clock.h"
#include "gate/contact.h"
#include "mail/addr.h"

/* A contact is written again when it was last heard this long ago. */
#define CONTACT_FRESH	CLOCK_DAY

/* Set in every number made of an address; account ids never get there. */
#define ADDRESS_OWNER	((uint64_t)1 << 63)

uint64_t
contact_owner_of_address(const struct ident_key *key,
    const struct conf *conf, const char *address)
{
	struct addr addr;
	struct ident ident;
	const char *user;
	uint64_t owner;

	if (addr_parse(address, strlen(address), &addr) != STATUS_OK)
		memset(&addr, 0, sizeof(addr));
	addr_strip_detail(&addr);
	conf_user(conf, addr.text, &user);
	ident = ident_make(key, IDENT_OWN_ADDRESS, user, strlen(user));
	memcpy(&owner, ident.bytes, sizeof(owner));
	return owner | ADDRESS_OWNER;
}

enum status
contact_is_known(struct store_txn *txn, uint64_t account,
    uint64_t address_owner, const struct ident *candidate, bool *known)
{
	int64_t heard;
	enum status status = STATUS_NOT_FOUND;

	if (account != 0)
		status = store_contact_get(txn, account, candidate, &heard);
	if (status == STATUS_NOT_FOUND)
		status = store_contact_get(txn, address_owner, candidate,
		    &heard);
	*known = status == STATUS_OK;
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status
contact_heard(struct store_txn *txn, uint64_t owner,
    const struct ident *candidate, int64_t now, bool writing,
    enum contact_news *news)
{
	int64_t heard;
	enum status status;

	*news = CONTACT_OLD;
	status = store_contact_get(txn, owner, candidate, &heard);
	if (status == STATUS_OK && now - heard < CONTACT_FRESH)
		return STATUS_OK;
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	*news = status == STATUS_OK ? CONTACT_AGAIN : CONTACT_NEW;
	return writing ? store_contact_put(txn, owner, candidate, now) :
	    STATUS_OK;
}
