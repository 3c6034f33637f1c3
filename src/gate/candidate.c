/*
 * Outside persons as idents.
 */
#include "gate/candidate.h"

#include <string.h>

#include "mail/addr.h"

struct ident
candidate_ident(const struct ident_key *key, const char *address)
{
	struct addr addr;

	if (addr_parse(address, strlen(address), &addr) != STATUS_OK)
		return ident_make(key, IDENT_CANDIDATE, address,
		    strlen(address));
	addr_to_person(&addr);
	return ident_make(key, IDENT_CANDIDATE, addr.text, addr.length);
}
