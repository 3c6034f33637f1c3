/*
 * Is the author of a message who From says?  What our own mail servers found
 * out and wrote into Authentication-Results (RFC 8601), and whether it is about
 * the author's domain (RFC 7489 section 3.1).  Pure.
 *
 * Anybody can write such a field.  Believed are those of an authserv-id that
 * the configuration names (auth_servers, RFC 8601 section 5), of these only the
 * first auth_fields from the top, since ours are added on top, and only above
 * the Received field by which the message came in: at most auth_hops of
 * our own hosts' stand above it.
 */
#ifndef MAIL_AUTHENTICATION_H
#define MAIL_AUTHENTICATION_H

#include <stdbool.h>
#include <stddef.h>

struct conf;
struct message;

enum authentication {
	AUTHENTICATION_NONE,	/* no field that is believed */
	AUTHENTICATION_FAILED,	/* there is one, and it vouches for nobody */
	AUTHENTICATION_PASSED	/* dmarc=pass, or spf or dkim=pass, aligned */
};

enum authentication authentication_of(const struct message *,
    const struct conf *);

/*
 * Have the two domains the same organizational domain (RFC 7489 section 3.2,
 * by the public suffix list)?  Lower case, not empty.
 */
bool authentication_is_aligned(const char *domain, const char *author_domain);

#endif
