/*
 * Envelope addresses: normalising, and what is none.
 */
#include "test.h"

#include <string.h>

#include "mail/addr.h"

#define LOCAL64		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
			"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* A text with NULs in it has its length written out. */
struct parse_row {
	const char	*name, *text;
	size_t		 length;	/* 0: strlen */
	enum status	 status;
	const char	*want, *domain;
};

static const struct parse_row parse_rows[] = {
	{ "brackets", "<Bob@Example.COM>", 0, STATUS_OK, "bob@example.com",
	    "example.com" },
	{ "no brackets", "bob@example.com", 0, STATUS_OK, "bob@example.com",
	    "example.com" },
	{ "null sender", "<>", 0, STATUS_OK, "", "" },
	{ "empty", "", 0, STATUS_OK, "", "" },
	{ "login", "Alice", 0, STATUS_OK, "alice", "" },
	{ "postmaster", "<Postmaster>", 0, STATUS_OK, "postmaster", "" },
	{ "Windows login", "CORP\\alice", 0, STATUS_OK, "corp\\alice", "" },
	{ "source route", "<@relay:bob@example.com>", 0, STATUS_OK,
	    "bob@example.com", "example.com" },
	{ "long source route", "<@a.example,@b.example:bob@example.com>", 0,
	    STATUS_OK, "bob@example.com", "example.com" },
	{ "trailing dot", "bob@example.com.", 0, STATUS_OK,
	    "bob@example.com", "example.com" },
	{ "detail stays", "bob+x@example.com", 0, STATUS_OK,
	    "bob+x@example.com", "example.com" },
	{ "address literal", "bob@[IPv6:::1]", 0, STATUS_OK,
	    "bob@[ipv6:::1]", "[ipv6:::1]" },
	{ "quoted blank", "<\"Bob Roe\"@example.com>", 0, STATUS_OK,
	    "\"bob roe\"@example.com", "example.com" },
	{ "quoted at sign", "\"a@b\"@example.com", 0, STATUS_OK,
	    "\"a@b\"@example.com", "example.com" },
	{ "quoted bracket", "<\"a>b\"@example.com>", 0, STATUS_OK,
	    "\"a>b\"@example.com", "example.com" },
	{ "quoted quote", "\"a\\\"@b\"@example.com", 0, STATUS_OK,
	    "\"a\\\"@b\"@example.com", "example.com" },
	{ "quoted backslash", "\"a\\\\\"@example.com", 0, STATUS_OK,
	    "\"a\\\\\"@example.com", "example.com" },
	{ "quoted at sign alone", "\"a@b\"", 0, STATUS_OK, "\"a@b\"", "" },
	{ "two at signs: the last counts", "a@b@example.com", 0, STATUS_OK,
	    "a@b@example.com", "example.com" },
	{ "UTF-8", "b\xc3\x96" "B@example.com", 0, STATUS_OK,
	    "b\xc3\x96" "b@example.com", "example.com" },
	{ "UTF-8 domain", "bob@b\xc3\xbc" "cher.example", 0, STATUS_OK,
	    "bob@xn--bcher-kva.example", "xn--bcher-kva.example" },
	{ "UTF-8 domain, capital", "bob@B\xc3\x9c" "CHER.example.", 0,
	    STATUS_OK, "bob@xn--bcher-kva.example", "xn--bcher-kva.example" },
	{ "UTF-8 domain, ASCII form", "bob@XN--BCHER-KVA.example", 0,
	    STATUS_OK, "bob@xn--bcher-kva.example", "xn--bcher-kva.example" },
	{ "wide at sign stays", "bob@a.test\xef\xbc\xa0" "b.test", 0,
	    STATUS_OK, "bob@a.test\xef\xbc\xa0" "b.test",
	    "a.test\xef\xbc\xa0" "b.test" },
	{ "domain that is no UTF-8 stays", "bob@\xff\xfe.example", 0,
	    STATUS_OK, "bob@\xff\xfe.example", "\xff\xfe.example" },

	{ "open bracket", "<bob@example.com", 0, STATUS_MALFORMED, "", "" },
	{ "closing bracket", "bob@example.com>", 0, STATUS_MALFORMED, "",
	    "" },
	{ "bracket alone", "<", 0, STATUS_MALFORMED, "", "" },
	{ "brackets twice", "<<bob@example.com>>", 0, STATUS_MALFORMED, "",
	    "" },
	{ "two addresses", "<a@b.example><c@d.example>", 0, STATUS_MALFORMED,
	    "", "" },
	{ "blank", "bob roe@example.com", 0, STATUS_MALFORMED, "", "" },
	{ "leading blank", " bob@example.com", 0, STATUS_MALFORMED, "", "" },
	{ "parameter", "<bob@example.com> SIZE=1", 0, STATUS_MALFORMED, "",
	    "" },
	{ "tab", "bob\t@example.com", 0, STATUS_MALFORMED, "", "" },
	{ "quoted tab", "\"bob\t\"@example.com", 0, STATUS_MALFORMED, "",
	    "" },
	{ "new line", "bob@example.com\n", 0, STATUS_MALFORMED, "", "" },
	{ "escape", "bob\033@example.com", 0, STATUS_MALFORMED, "", "" },
	{ "delete", "bob\177@example.com", 0, STATUS_MALFORMED, "", "" },
	{ "NUL", "bob\0@example.com", 16, STATUS_MALFORMED, "", "" },
	{ "open quote", "\"bob@example.com", 0, STATUS_MALFORMED, "", "" },
	{ "escaped closing quote", "\"bob\\\"@example.com", 0,
	    STATUS_MALFORMED, "", "" },
	{ "no local part", "@example.com", 0, STATUS_MALFORMED, "", "" },
	{ "no domain", "bob@", 0, STATUS_MALFORMED, "", "" },
	{ "dot for a domain", "bob@.", 0, STATUS_MALFORMED, "", "" },
	{ "at sign alone", "@", 0, STATUS_MALFORMED, "", "" },
	{ "route alone", "<@relay:>", 0, STATUS_MALFORMED, "", "" },
};

static char *
exact_copy(const char *text, size_t length)
{
	char *copy = malloc(length > 0 ? length : 1);

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, text, length);
	return copy;
}

START_TEST(parses)
{
	const struct parse_row *row = &parse_rows[_i];
	size_t length = row->length > 0 ? row->length : strlen(row->text);
	char *text = exact_copy(row->text, length);
	enum status status;
	struct addr addr;

	memset(&addr, 'x', sizeof(addr));
	status = addr_parse(text, length, &addr);
	ck_assert_msg(status == row->status, "%s: status %s, got %s",
	    row->name, status_text(status), addr.text);
	ck_assert_msg(strcmp(addr.text, row->want) == 0, "%s: got %s",
	    row->name, addr.text);
	ck_assert_msg(addr.length == strlen(row->want), "%s: length %zu",
	    row->name, addr.length);
	ck_assert_msg(strcmp(addr_domain(&addr), row->domain) == 0,
	    "%s: domain %s", row->name, addr_domain(&addr));
	free(text);
}
END_TEST

/* A local part of 64 bytes and a domain that fills the address to `length`. */
static enum status
parse_of_length(size_t length, bool brackets, struct addr *addr)
{
	char *text = malloc(length + 2);
	size_t at = brackets ? 1 : 0;
	enum status status;

	memset(text, 'd', length + 2);
	text[0] = '<';
	memcpy(text + at, LOCAL64 "@", 65);
	text[at + length] = '>';
	status = addr_parse(text, length + 2 * at, addr);
	free(text);
	return status;
}

START_TEST(bound)
{
	struct addr addr;

	ck_assert_int_eq(parse_of_length(ADDR_SIZE - 1, false, &addr),
	    STATUS_OK);
	ck_assert_uint_eq(addr.length, ADDR_SIZE - 1);
	ck_assert_uint_eq(strlen(addr.text), ADDR_SIZE - 1);
	ck_assert_int_eq(parse_of_length(ADDR_SIZE - 1, true, &addr),
	    STATUS_OK);
	ck_assert_int_eq(parse_of_length(ADDR_SIZE, false, &addr),
	    STATUS_LIMIT);
	ck_assert_uint_eq(addr.length, 0);
	ck_assert_int_eq(parse_of_length(ADDR_SIZE, true, &addr),
	    STATUS_LIMIT);
	ck_assert_int_eq(parse_of_length(65536, true, &addr), STATUS_LIMIT);
}
END_TEST

struct detail_row {
	const char *name, *text, *want, *domain;
};

static const struct detail_row detail_rows[] = {
	{ "detail", "alice+jobs@example.com", "alice@example.com",
	    "example.com" },
	{ "two", "alice+a+b@example.com", "alice@example.com",
	    "example.com" },
	{ "empty detail", "alice+@example.com", "alice@example.com",
	    "example.com" },
	{ "none", "alice@example.com", "alice@example.com", "example.com" },
	{ "login", "alice+jobs", "alice", "" },
	{ "plus in the domain", "alice@exam+ple.com", "alice@exam+ple.com",
	    "exam+ple.com" },
	{ "nothing but detail", "+jobs@example.com", "+jobs@example.com",
	    "example.com" },
	{ "quoted", "\"a+b\"@example.com", "\"a+b\"@example.com",
	    "example.com" },
	{ "null sender", "<>", "", "" },
};

START_TEST(details)
{
	const struct detail_row *row = &detail_rows[_i];
	struct addr addr;

	ck_assert_int_eq(addr_parse(row->text, strlen(row->text), &addr),
	    STATUS_OK);
	addr_strip_detail(&addr);
	ck_assert_msg(strcmp(addr.text, row->want) == 0, "%s: got %s",
	    row->name, addr.text);
	ck_assert_msg(addr.length == strlen(row->want), "%s: length %zu",
	    row->name, addr.length);
	ck_assert_msg(strcmp(addr_domain(&addr), row->domain) == 0,
	    "%s: domain %s", row->name, addr_domain(&addr));
}
END_TEST

static const struct detail_row person_rows[] = {
	{ "plain", "anna@example.com", "anna@example.com", "example.com" },
	{ "detail", "anna+jobs@example.com", "anna@example.com",
	    "example.com" },
	{ "needless quotes", "\"anna.b\"@example.com", "anna.b@example.com",
	    "example.com" },
	{ "needless quotes and a detail", "\"anna+a\"@example.com",
	    "anna@example.com", "example.com" },
	{ "needed quotes", "\"anna b\"@example.com",
	    "\"anna b\"@example.com", "example.com" },
	{ "quoted dots", "\"a..b\"@example.com", "\"a..b\"@example.com",
	    "example.com" },
	{ "quoted dot at the end", "\"a.\"@example.com",
	    "\"a.\"@example.com", "example.com" },
	{ "quoted at sign", "\"a@b\"@example.com", "\"a@b\"@example.com",
	    "example.com" },
	{ "quoted quote", "\"a\\\"b\"@example.com",
	    "\"a\\\"b\"@example.com", "example.com" },
	{ "nothing quoted", "\"\"@example.com", "\"\"@example.com",
	    "example.com" },
	{ "a service's", "reply+4711@example.com", "reply+4711@example.com",
	    "example.com" },
	{ "not quite a service's", "replyer+4711@example.com",
	    "replyer@example.com", "example.com" },
	{ "no domain", "\"anna\"", "\"anna\"", "" },
	{ "null sender", "<>", "", "" },
};

START_TEST(persons)
{
	const struct detail_row *row = &person_rows[_i];
	struct addr addr;

	ck_assert_int_eq(addr_parse(row->text, strlen(row->text), &addr),
	    STATUS_OK);
	addr_to_person(&addr);
	ck_assert_msg(strcmp(addr.text, row->want) == 0, "%s: got %s",
	    row->name, addr.text);
	ck_assert_msg(addr.length == strlen(row->want), "%s: length %zu",
	    row->name, addr.length);
	ck_assert_msg(strcmp(addr_domain(&addr), row->domain) == 0,
	    "%s: domain %s", row->name, addr_domain(&addr));
}
END_TEST

static const struct detail_row envelope_rows[] = {
	{ "as it should be", "<Ann@example.com>", "ann@example.com",
	    "example.com" },
	{ "blanks within the brackets", "< ann@example.com >",
	    "ann@example.com", "example.com" },
	{ "blank before the at sign", "<ann\t@example.com>",
	    "ann@example.com", "example.com" },
	{ "blank behind it", "<ann@ example.com>", "ann@example.com",
	    "example.com" },
	{ "brackets twice", "<<ann@example.com>>", "ann@example.com",
	    "example.com" },
	{ "comment", "<ann@example.com (Ann \\) (at home))>",
	    "ann@example.com", "example.com" },
	{ "quoted", "< \"a (n) < \\\" n\" @example.com>",
	    "\"a (n) < \\\" n\"@example.com", "example.com" },
};

START_TEST(generously)
{
	const struct detail_row *row = &envelope_rows[_i];
	size_t length = strlen(row->text);
	char *text = exact_copy(row->text, length);
	struct addr addr;

	ck_assert_msg(addr_parse_envelope(text, length, &addr) == STATUS_OK,
	    "%s: is refused", row->name);
	ck_assert_msg(strcmp(addr.text, row->want) == 0, "%s: got %s",
	    row->name, addr.text);
	ck_assert_msg(strcmp(addr_domain(&addr), row->domain) == 0,
	    "%s: domain %s", row->name, addr_domain(&addr));
	free(text);
}
END_TEST

static const char *const no_envelope_rows[] = {
	"<>", "< >", "<ann@>", "<@example.com>", "<ann@exa\nmple.com>",
	"<\"ann@example.com>"
};

START_TEST(generous_to_a_point)
{
	const char *row = no_envelope_rows[_i];
	struct addr addr;

	ck_assert_msg(addr_parse_envelope(row, strlen(row), &addr) !=
	    STATUS_OK || addr.length == 0, "%s: got %s", row, addr.text);
}
END_TEST

/* Room for what is twice too long, and no more. */
START_TEST(generous_bound)
{
	char text[2 * ADDR_SIZE + 1];
	struct addr addr;

	memset(text, ' ', sizeof(text));
	memcpy(text + sizeof(text) - 16, "ann@example.com>", 16);
	ck_assert_int_eq(addr_parse_envelope(text + 1, sizeof(text) - 1,
	    &addr), STATUS_OK);
	ck_assert_str_eq(addr.text, "ann@example.com");
	ck_assert_int_eq(addr_parse_envelope(text, sizeof(text), &addr),
	    STATUS_MALFORMED);
	memset(text, 'a', sizeof(text));
	text[0] = '<';
	ck_assert_int_eq(addr_parse_envelope(text, sizeof(text) - 1, &addr),
	    STATUS_LIMIT);
}
END_TEST

/* An empty `want` is a mailbox. */
static const struct detail_row lead_rows[] = {
	{ "mailbox", "ann@local.test", "", "" },
	{ "no domain", "ann", "", "" },
	{ "percent", "ann%example.com@local.test", "ann@example.com",
	    "example.com" },
	{ "percent alone", "ann%example.com", "ann@example.com",
	    "example.com" },
	{ "twice", "ann%b.test%example.com@local.test",
	    "ann%b.test@example.com", "example.com" },
	{ "bang", "example.com!ann@local.test", "ann@example.com",
	    "example.com" },
	{ "bang alone", "example.com!b.test!ann", "b.test!ann@example.com",
	    "example.com" },
	{ "quoted", "\"ann@example.com\"@local.test", "ann@example.com",
	    "example.com" },
	{ "quoted percent", "\"ann%example.com\"@local.test",
	    "ann@example.com", "example.com" },
	{ "at sign", "ann@example.com@local.test", "ann@example.com",
	    "example.com" },
	{ "no host", "ten%off@local.test", "", "" },
	{ "nobody", "%example.com@local.test", "", "" },
	{ "bang and nobody", "example.com!@local.test", "", "" },
	{ "quoted blank", "\"ann b%example.com\"@local.test", "", "" },
	{ "nothing quoted", "\"\"@local.test", "", "" },
};

START_TEST(leads_on)
{
	const struct detail_row *row = &lead_rows[_i];
	struct addr addr, before;
	bool leads;

	ck_assert_int_eq(addr_parse(row->text, strlen(row->text), &addr),
	    STATUS_OK);
	before = addr;
	leads = addr_lead_on(&addr);
	ck_assert_msg(leads == (row->want[0] != '\0'), "%s: got %s",
	    row->name, addr.text);
	ck_assert_msg(leads ? strcmp(addr.text, row->want) == 0 :
	    memcmp(&addr, &before, sizeof(addr)) == 0, "%s: got %s",
	    row->name, addr.text);
	ck_assert_msg(!leads || strcmp(addr_domain(&addr), row->domain) == 0,
	    "%s: domain %s", row->name, addr_domain(&addr));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("addr");
	TCase *tests = tcase_create("addr");

	tcase_add_loop_test(tests, parses, 0,
	    sizeof(parse_rows) / sizeof(parse_rows[0]));
	tcase_add_test(tests, bound);
	tcase_add_loop_test(tests, details, 0,
	    sizeof(detail_rows) / sizeof(detail_rows[0]));
	tcase_add_loop_test(tests, persons, 0,
	    sizeof(person_rows) / sizeof(person_rows[0]));
	tcase_add_loop_test(tests, generously, 0,
	    sizeof(envelope_rows) / sizeof(envelope_rows[0]));
	tcase_add_loop_test(tests, generous_to_a_point, 0,
	    sizeof(no_envelope_rows) / sizeof(no_envelope_rows[0]));
	tcase_add_test(tests, generous_bound);
	tcase_add_loop_test(tests, leads_on, 0,
	    sizeof(lead_rows) / sizeof(lead_rows[0]));
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
