/*
 * Asking libpsl.
 *
 * The list built into the library is constant, so any thread may ask and
 * nothing is to be loaded, held or freed.  The distribution's newer list was
 * rejected for that: what it knows more are a few suffixes that came up since,
 * below which strangers would count as one organization until the library is
 * updated.
 *
 * Suffixes of both kinds count, those of registries and those of providers
 * that hand out names below their own: two customers of one provider do not
 * vouch for each other.
 */
#include "mail/domain_suffix.h"

#include <stdbool.h>
#include <string.h>

#include <libpsl.h>

/* Such is the last label of an address, which the list takes for a name's. */
static bool
is_number(const char *label)
{
	return label[0] != '\0' &&
	    label[strspn(label, "0123456789")] == '\0';
}

const char *
domain_suffix_organization(const char *domain)
{
	const psl_ctx_t *list = psl_builtin();
	const char *last = strrchr(domain, '.');
	const char *organization = NULL;

	if (list != NULL && last != NULL && domain[0] != '[' &&
	    !is_number(last + 1))
		organization = psl_registrable_domain(list, domain);
	return organization != NULL ? organization : domain;
}
