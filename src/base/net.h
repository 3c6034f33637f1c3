/*
 * Addresses of hosts, and lists of networks in CIDR form (RFC 4632, RFC
 * 4291 section 2.3).  An IPv4-mapped IPv6 address counts as its IPv4
 * address.
 */
#ifndef BASE_NET_H
#define BASE_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct sockaddr;

#define NET_TEXT_SIZE	64

struct net {
	uint8_t		address[16];	/* IPv4 as ::ffff:a.b.c.d */
	unsigned	bits;		/* of 128 */
};

/*
 * "192.0.2.0/24", "192.0.2.7", "2001:db8::/32", "[::1]".  MALFORMED for
 * anything else, for host bits set behind the prefix, and for names.
 */
enum status net_parse(const char *text, struct net *);
const char *net_format(const struct net *, char text[NET_TEXT_SIZE]);

/*
 * A place to listen at: "ADDRESS:PORT", IPv6 in brackets, a port from 0 to
 * 65535, and "public:" before it.  MALFORMED for anything else, for names, and
 * for an address that is no loopback without that word: what is not meant
 * for the whole network must not get there by a slip.
 */
#define NET_PORT_SIZE	6

struct net_place {
	char	host[NET_TEXT_SIZE];
	char	port[NET_PORT_SIZE];
};
enum status net_place_parse(const char *text, struct net_place *);

/*
 * Is the address in one of the nets?  NULL, or a family other than IPv4 and
 * IPv6, is in none.
 */
bool net_list_contains(const struct net *list, size_t count,
    const struct sockaddr *);

#endif
