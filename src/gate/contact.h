/*
 * The gate's own: contacts, the outside persons who have written to a user.
 *
 * A contact is kept under the user's account.  Who writes to an own address
 * that nobody has sent under yet is kept under the address itself, so that the
 * answer to a person who wrote first is conversation, and so that mail to
 * addresses nobody uses makes no accounts.
 */
#ifndef GATE_CONTACT_H
#define GATE_CONTACT_H

#include "base/conf.h"
#include "base/ident.h"
#include "store/store.h"

/*
 * The number an own address stands under where accounts stand under their
 * id: made of the user the users file has for it, else of the address without
 * its detail; keyed, and never an account's id, which are small.
 */
uint64_t contact_owner_of_address(const struct ident_key *,
    const struct conf *, const char *address);

/* Under the account (0: there is none) or under the address sent from? */
enum status contact_is_known(struct store_txn *, uint64_t account,
    uint64_t address_owner, const struct ident *candidate, bool *known);

enum contact_news {
	CONTACT_OLD,		/* heard today: nothing is to be written */
	CONTACT_AGAIN,		/* heard before */
	CONTACT_NEW
};

/*
 * The candidate has written at `now`.  Written down once a day at most, and
 * only if `writing`; else *news says what would be.
 */
enum status contact_heard(struct store_txn *, uint64_t owner,
    const struct ident *candidate, int64_t now, bool writing,
    enum contact_news *news);

#endif
