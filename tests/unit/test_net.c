/*
 * Networks as text, and who is in them.
 */
#include "test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/net.h"

struct parse_row {
	const char *name, *text, *want;		/* NULL: MALFORMED */
};

static const struct parse_row parse_rows[] = {
	{ "network", "192.0.2.0/24", "192.0.2.0/24" },
	{ "host", "192.0.2.7", "192.0.2.7" },
	{ "host with prefix", "192.0.2.7/32", "192.0.2.7" },
	{ "all of IPv4", "0.0.0.0/0", "0.0.0.0/0" },
	{ "odd prefix", "10.0.0.128/25", "10.0.0.128/25" },
	{ "IPv6 network", "2001:db8::/32", "2001:db8::/32" },
	{ "IPv6 host", "::1", "::1" },
	{ "IPv6 in brackets", "[::1]", "::1" },
	{ "brackets and prefix", "[2001:db8::]/32", "2001:db8::/32" },
	{ "IPv6 upper case", "2001:DB8::/32", "2001:db8::/32" },
	{ "all of IPv6", "::/0", "::/0" },
	{ "IPv4-mapped host", "::ffff:192.0.2.7", "192.0.2.7" },
	{ "IPv4-mapped network", "::ffff:192.0.2.0/120", "192.0.2.0/24" },
	{ "IPv4-mapped, all", "::ffff:0.0.0.0/96", "0.0.0.0/0" },
	{ "wider than IPv4-mapped", "::/64", "::/64" },
	{ "longest", "1111:2222:3333:4444:5555:6666:7777:8888/128",
	    "1111:2222:3333:4444:5555:6666:7777:8888" },

	{ "empty", "", NULL },
	{ "name", "localhost", NULL },
	{ "host bits", "192.0.2.7/24", NULL },
	{ "IPv6 host bits", "2001:db8::1/32", NULL },
	{ "prefix too long", "192.0.2.0/33", NULL },
	{ "IPv6 prefix too long", "::1/129", NULL },
	{ "no prefix", "192.0.2.0/", NULL },
	{ "negative prefix", "192.0.2.0/-1", NULL },
	{ "prefix with a blank", "192.0.2.0/ 24", NULL },
	{ "prefix with a zero", "192.0.2.0/024", NULL },
	{ "huge prefix", "192.0.2.0/4294967320", NULL },
	{ "two prefixes", "192.0.2.0/24/24", NULL },
	{ "three parts", "192.0.2", NULL },
	{ "leading zero", "192.0.02.1", NULL },
	{ "IPv4 in brackets", "[192.0.2.7]", NULL },
	{ "open bracket", "[::1", NULL },
	{ "bracket alone", "[", NULL },
	{ "closing bracket", "::1]", NULL },
	{ "empty brackets", "[]", NULL },
	{ "prefix in brackets", "[::1/128]", NULL },
	{ "blank", " ::1", NULL },
	{ "zone", "fe80::1%lo", NULL },
	{ "slash", "/", NULL },
	{ "too long", "1111:2222:3333:4444:5555:6666:7777:8888/"
	    "000000000000000000000000000000128", NULL },
};

START_TEST(parses)
{
	const struct parse_row *row = &parse_rows[_i];
	char *text = strdup(row->text), written[NET_TEXT_SIZE];
	struct net net;
	enum status status = net_parse(text, &net);

	if (row->want == NULL)
		ck_assert_msg(status == STATUS_MALFORMED, "%s: status %s",
		    row->name, status_text(status));
	else
		ck_assert_msg(status == STATUS_OK &&
		    strcmp(net_format(&net, written), row->want) == 0,
		    "%s: status %s, got %s", row->name, status_text(status),
		    status == STATUS_OK ? written : "nothing");
	free(text);
}
END_TEST

struct contains_row {
	const char *name, *net, *address;
	bool want;
};

static const struct contains_row contains_rows[] = {
	{ "inside", "192.0.2.0/24", "192.0.2.255", true },
	{ "just before", "192.0.2.0/24", "192.0.1.255", false },
	{ "just after", "192.0.2.0/24", "192.0.3.0", false },
	{ "host", "192.0.2.7", "192.0.2.7", true },
	{ "other host", "192.0.2.7", "192.0.2.6", false },
	{ "first half", "10.0.0.0/25", "10.0.0.127", true },
	{ "second half", "10.0.0.0/25", "10.0.0.128", false },
	{ "everybody", "0.0.0.0/0", "203.0.113.9", true },
	{ "IPv6 is not IPv4", "0.0.0.0/0", "::1", false },
	{ "IPv4 is not IPv6", "::/0", "192.0.2.7", false },
	{ "mapped is not IPv6", "::/0", "::ffff:192.0.2.7", false },
	{ "mapped is IPv4", "192.0.2.0/24", "::ffff:192.0.2.7", true },
	{ "mapped network", "::ffff:192.0.2.0/120", "192.0.2.7", true },
	{ "IPv6 inside", "2001:db8::/33", "2001:db8:7fff::1", true },
	{ "IPv6 outside", "2001:db8::/33", "2001:db8:8000::1", false },
	{ "IPv6 all", "::/0", "2001:db8::1", true },
	{ "loopback", "::1", "::1", true },
};

/* An address of exactly the size it claims, as the MTA may hand it over. */
static struct sockaddr *
socket_address(const char *text)
{
	struct sockaddr_in ipv4 = { .sin_family = AF_INET };
	struct sockaddr_in6 ipv6 = { .sin6_family = AF_INET6 };
	void *block;

	if (inet_pton(AF_INET, text, &ipv4.sin_addr) == 1) {
		block = malloc(sizeof(ipv4));
		memcpy(block, &ipv4, sizeof(ipv4));
	} else {
		ck_assert_int_eq(inet_pton(AF_INET6, text, &ipv6.sin6_addr),
		    1);
		block = malloc(sizeof(ipv6));
		memcpy(block, &ipv6, sizeof(ipv6));
	}
	return block;
}

START_TEST(contains)
{
	const struct contains_row *row = &contains_rows[_i];
	struct sockaddr *address = socket_address(row->address);
	struct net net;
	bool got;

	ck_assert_int_eq(net_parse(row->net, &net), STATUS_OK);
	got = net_list_contains(&net, 1, address);
	ck_assert_msg(got == row->want, "%s: got %d", row->name, got);
	free(address);
}
END_TEST

START_TEST(lists)
{
	struct sockaddr *address = socket_address("2001:db8::5");
	struct sockaddr_un local = { .sun_family = AF_UNIX };
	struct net list[3];

	ck_assert_int_eq(net_parse("127.0.0.0/8", &list[0]), STATUS_OK);
	ck_assert_int_eq(net_parse("::1", &list[1]), STATUS_OK);
	ck_assert_int_eq(net_parse("2001:db8::/64", &list[2]), STATUS_OK);
	ck_assert(net_list_contains(list, 3, address));
	ck_assert(!net_list_contains(list, 2, address));
	ck_assert(!net_list_contains(list, 0, address));
	ck_assert(!net_list_contains(NULL, 0, address));
	ck_assert(!net_list_contains(list, 3, NULL));
	ck_assert(!net_list_contains(list, 3,
	    (const struct sockaddr *)&local));
	free(address);
}
END_TEST

static const struct {
	const char	*name;
	const char	*text;
	const char	*host, *port;	/* NULL: wrong */
} places[] = {
	{ "IPv4", "127.0.0.1:9436", "127.0.0.1", "9436" },
	{ "all of 127", "127.9.0.1:1", "127.9.0.1", "1" },
	{ "IPv6", "[::1]:9436", "::1", "9436" },
	{ "mapped", "[::ffff:127.0.0.1]:65535", "::ffff:127.0.0.1", "65535" },
	{ "any port", "127.0.0.1:0", "127.0.0.1", "0" },
	{ "said aloud", "public:192.0.2.7:9436", "192.0.2.7", "9436" },
	{ "IPv6 said aloud", "public:[::]:9436", "::", "9436" },
	{ "not loopback", "192.0.2.7:9436", NULL, NULL },
	{ "everywhere", "0.0.0.0:9436", NULL, NULL },
	{ "IPv6 everywhere", "[::]:9436", NULL, NULL },
	{ "port past its bound", "127.0.0.1:65536", NULL, NULL },
	{ "no port", "127.0.0.1:", NULL, NULL },
	{ "no colon", "127.0.0.1", NULL, NULL },
	{ "leading zero", "127.0.0.1:080", NULL, NULL },
	{ "a name", "localhost:9436", NULL, NULL },
	{ "a network", "127.0.0.0/8:9436", NULL, NULL },
	{ "IPv6 without brackets", "::1:9436", NULL, NULL },
	{ "brackets around IPv4", "[127.0.0.1]:9436", NULL, NULL },
	{ "the word alone", "public:", NULL, NULL },
	{ "empty", "", NULL, NULL },
};

START_TEST(parses_places)
{
	struct net_place place;
	enum status status;
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		status = net_place_parse(places[i].text, &place);
		ck_assert_msg((status == STATUS_OK) ==
		    (places[i].host != NULL), "%s: %d", places[i].name,
		    (int)status);
		ck_assert_msg(status != STATUS_OK ||
		    (strcmp(place.host, places[i].host) == 0 &&
		    strcmp(place.port, places[i].port) == 0), "%s: %s %s",
		    places[i].name, place.host, place.port);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("net");
	TCase *tests = tcase_create("net");

	tcase_add_loop_test(tests, parses, 0,
	    sizeof(parse_rows) / sizeof(parse_rows[0]));
	tcase_add_loop_test(tests, contains, 0,
	    sizeof(contains_rows) / sizeof(contains_rows[0]));
	tcase_add_test(tests, lists);
	tcase_add_test(tests, parses_places);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
