/*
 * A header with Authentication-Results, of servers that are trusted and
 * others; behind it two lines, each a domain.
 */
#include "fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/conf.h"
#include "mail/authentication.h"
#include "mail/domain_suffix.h"

static void
check_results(const struct message *message)
{
	static char server[] = "a", other[] = "mx.example.net";
	static char *servers[] = { server, other };
	struct conf conf = {
		.auth_servers = servers, .auth_server_count = 2,
		.auth_fields = 2, .auth_hops = 1
	};
	enum authentication got;

	got = authentication_of(message, &conf);
	assert(message->result_count > 0 || got == AUTHENTICATION_NONE);
	assert(message->from.length > 0 || got != AUTHENTICATION_PASSED);
	/* who trusts fewer believes no more */
	conf.auth_fields = 1;
	if (authentication_of(message, &conf) != AUTHENTICATION_NONE)
		assert(got != AUTHENTICATION_NONE);
	conf.auth_server_count = 0;
	assert(authentication_of(message, &conf) == AUTHENTICATION_NONE);
}

static void
check_domains(const char *one, const char *other)
{
	const char *organization = domain_suffix_organization(one);

	assert(organization >= one && organization <= one + strlen(one));
	assert(organization == one || organization[-1] == '.');
	assert(authentication_is_aligned(one, organization));
	assert(authentication_is_aligned(one, one));
	assert(authentication_is_aligned(one, other) ==
	    authentication_is_aligned(other, one));
}

int
FUZZ_TARGET(authentication)(const uint8_t *bytes, size_t length)
{
	const uint8_t *behind, *end = bytes + length;
	struct message message;
	char *one, *other;
	size_t first;

	message_init(&message);
	behind = fuzz_take_header(&message, "<bob@example.com>", bytes, end);
	check_results(&message);
	message_release(&message);
	one = fuzz_text(behind, (size_t)(end - behind));
	first = strcspn(one, "\n");
	other = fuzz_text(behind + first, strlen(one) - first);
	one[first] = '\0';
	if (one[0] != '\0' && other[0] != '\0' && other[1] != '\0')
		check_domains(one, other + 1);
	free(other);
	free(one);
	return 0;
}
