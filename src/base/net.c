/*
 * Networks in CIDR form.  Everything is kept in the 128 bits of IPv6, IPv4
 * as ::ffff:a.b.c.d, so that one comparison serves both.
 */
#include "base/net.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define BITS_ALL	128
#define BITS_MAPPED	96	/* of ::ffff:0:0/96, RFC 4291 2.5.5.2 */

static const uint8_t mapped_prefix[12] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff
};

static bool
is_mapped(const uint8_t address[16])
{
	return memcmp(address, mapped_prefix, sizeof(mapped_prefix)) == 0;
}

static void
map_ipv4(uint8_t address[16], const void *ipv4)
{
	memcpy(address, mapped_prefix, sizeof(mapped_prefix));
	memcpy(address + sizeof(mapped_prefix), ipv4, 4);
}

/* At most three digits, no sign, no leading zero. */
static bool
parse_bits(const char *text, unsigned most, unsigned *bits)
{
	size_t length = strlen(text);

	if (length == 0 || length > 3 || strspn(text, "0123456789") != length ||
	    (text[0] == '0' && length > 1))
		return false;
	*bits = 0;
	for (; *text != '\0'; text++)
		*bits = *bits * 10 + (unsigned)(*text - '0');
	return *bits <= most;
}

/* Do the two agree in their first `bits` bits? */
static bool
same_prefix(const uint8_t a[16], const uint8_t b[16], unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	if (memcmp(a, b, whole) != 0)
		return false;
	return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

static bool
has_host_bits(const struct net *net)
{
	unsigned bit;

	for (bit = net->bits; bit < BITS_ALL; bit++)
		if ((net->address[bit / 8] & (0x80 >> bit % 8)) != 0)
			return true;
	return false;
}

/*
 * Cuts "[address]/bits" into its parts, in place.  *bits is NULL where
 * there is no prefix.  *bracketed: only IPv6 may be.
 */
static bool
split(char *text, char **address, char **bits, bool *bracketed)
{
	char *end;

	*address = text;
	*bracketed = text[0] == '[';
	*bits = strchr(text, '/');
	if (*bits != NULL)
		*(*bits)++ = '\0';
	if (*bracketed) {
		end = text + strlen(text) - 1;
		if (*end != ']')
			return false;
		*end = '\0';
		(*address)++;
	}
	return true;
}

enum status
net_parse(const char *text, struct net *net)
{
	char copy[NET_TEXT_SIZE], *address, *bits;
	struct in_addr ipv4;
	struct net result;
	unsigned base = 0;
	bool bracketed;

	if (strlen(text) >= sizeof(copy))
		return STATUS_MALFORMED;
	memcpy(copy, text, strlen(text) + 1);
	if (!split(copy, &address, &bits, &bracketed))
		return STATUS_MALFORMED;
	if (!bracketed && inet_pton(AF_INET, address, &ipv4) == 1) {
		map_ipv4(result.address, &ipv4);
		base = BITS_MAPPED;
	} else if (inet_pton(AF_INET6, address, result.address) != 1)
		return STATUS_MALFORMED;
	result.bits = BITS_ALL - base;
	if (bits != NULL && !parse_bits(bits, BITS_ALL - base, &result.bits))
		return STATUS_MALFORMED;
	result.bits += base;
	if (has_host_bits(&result))
		return STATUS_MALFORMED;
	*net = result;
	return STATUS_OK;
}

const char *
net_format(const struct net *net, char text[NET_TEXT_SIZE])
{
	bool ipv4 = net->bits >= BITS_MAPPED && is_mapped(net->address);
	char address[INET6_ADDRSTRLEN] = "";

	if (ipv4)
		inet_ntop(AF_INET, net->address + sizeof(mapped_prefix),
		    address, sizeof(address));
	else
		inet_ntop(AF_INET6, net->address, address, sizeof(address));
	if (net->bits == BITS_ALL)
		snprintf(text, NET_TEXT_SIZE, "%s", address);
	else
		snprintf(text, NET_TEXT_SIZE, "%s/%u", address,
		    net->bits - (ipv4 ? BITS_MAPPED : 0));
	return text;
}

/*
 * Copied out, not cast: a sockaddr need not be aligned for what it holds.
 */
static bool
address_of(const struct sockaddr *socket_address, uint8_t address[16])
{
	struct sockaddr_in ipv4;
	struct sockaddr_in6 ipv6;

	if (socket_address == NULL)
		return false;
	switch (socket_address->sa_family) {
	case AF_INET:
		memcpy(&ipv4, socket_address, sizeof(ipv4));
		map_ipv4(address, &ipv4.sin_addr);
		return true;
	case AF_INET6:
		memcpy(&ipv6, socket_address, sizeof(ipv6));
		memcpy(address, &ipv6.sin6_addr, 16);
		return true;
	default:
		return false;
	}
}

bool
net_list_contains(const struct net *list, size_t count,
    const struct sockaddr *socket_address)
{
	uint8_t address[16];
	bool mapped;
	size_t i;

	if (!address_of(socket_address, address))
		return false;
	mapped = is_mapped(address);
	for (i = 0; i < count; i++) {
		/* "::/0" is all of IPv6: nobody means IPv4 by it. */
		if (mapped && list[i].bits < BITS_MAPPED)
			continue;
		if (same_prefix(address, list[i].address, list[i].bits))
			return true;
	}
	return false;
}

/*
 * A place to listen at
 */

/* ::1, or 127.0.0.0/8 in either form. */
static bool
is_loopback(const struct net *net)
{
	static const uint8_t one[16] = { [15] = 1 };

	return is_mapped(net->address) ? net->address[12] == 127 :
	    memcmp(net->address, one, sizeof(one)) == 0;
}

static bool
is_port(const char *text)
{
	unsigned long port = 0;
	size_t length = strlen(text), i;

	if (length == 0 || length >= NET_PORT_SIZE ||
	    strspn(text, "0123456789") != length ||
	    (text[0] == '0' && length > 1))
		return false;
	for (i = 0; i < length; i++)
		port = port * 10 + (unsigned long)(text[i] - '0');
	return port <= 65535;
}

enum status
net_place_parse(const char *text, struct net_place *place)
{
	static const char public[] = "public:";
	bool anywhere = strncmp(text, public, sizeof(public) - 1) == 0;
	const char *colon;
	struct net net;
	size_t length;

	if (anywhere)
		text += sizeof(public) - 1;
	if ((colon = strrchr(text, ':')) == NULL || !is_port(colon + 1))
		return STATUS_MALFORMED;
	length = (size_t)(colon - text);
	if (length >= sizeof(place->host))
		return STATUS_MALFORMED;
	memcpy(place->host, text, length);
	place->host[length] = '\0';
	memcpy(place->port, colon + 1, strlen(colon + 1) + 1);
	/* "::1:9436" could be an address as well: IPv6 needs its brackets */
	if (strchr(place->host, '/') != NULL ||
	    (place->host[0] != '[' && strchr(place->host, ':') != NULL) ||
	    net_parse(place->host, &net) != STATUS_OK ||
	    (!anywhere && !is_loopback(&net)))
		return STATUS_MALFORMED;
	if (place->host[0] == '[') {
		memmove(place->host, place->host + 1, length);
		place->host[length - 2] = '\0';
	}
	return STATUS_OK;
}
