/*
 * What somebody registered, and whether two domains belong together by it.
 */
#include "test.h"

#include <string.h>

#include "mail/authentication.h"
#include "mail/domain_suffix.h"

static const struct {
	const char	*domain, *organization;
} organizations[] = {
	{ "example.com", "example.com" },
	{ "mail.example.com", "example.com" },
	{ "a.b.c.example.com", "example.com" },
	{ "mail.example.co.uk", "example.co.uk" },
	{ "co.uk", "co.uk" },
	{ "a.b.github.io", "b.github.io" },	/* a provider's suffix */
	{ "a.b.example.ck", "b.example.ck" },	/* the rule "*.ck" */
	{ "mail.www.ck", "www.ck" },		/* and its exception */
	{ "a.example.nosuchdomain", "example.nosuchdomain" },
	{ "a.example.xn--p1ai", "example.xn--p1ai" },
	{ "a.b.xn--55qx5d.cn", "b.xn--55qx5d.cn" },
	{ "localhost", "localhost" },
	{ "[192.0.2.1]", "[192.0.2.1]" },
	{ "192.0.2.1", "192.0.2.1" },
	{ "com", "com" },
	{ "", "" },
	{ ".", "." },
	{ ".com", ".com" }
};

START_TEST(an_organization_is_what_was_registered)
{
	char *domain = strdup(organizations[_i].domain);

	ck_assert_str_eq(domain_suffix_organization(domain),
	    organizations[_i].organization);
	free(domain);
}
END_TEST

static const struct {
	const char	*one, *other;
	bool		 aligned;
} domains[] = {
	{ "example.com", "example.com", true },
	{ "mail.example.com", "example.com", true },
	{ "a.b.c.example.com", "d.example.com", true },
	{ "example.com", "example.org", false },
	{ "example.co.uk", "other.co.uk", false },
	{ "mail.example.co.uk", "jobs.example.co.uk", true },
	{ "co.uk", "example.co.uk", false },
	{ "co.uk", "co.uk", true },
	{ "one.github.io", "two.github.io", false },
	{ "a.one.github.io", "b.one.github.io", true },
	{ "example.nosuchdomain", "other.nosuchdomain", false },
	{ "one.xn--55qx5d.cn", "two.xn--55qx5d.cn", false },
	{ "localhost", "otherhost", false },
	{ "[192.0.2.1]", "[198.51.2.1]", false },
	{ "192.0.2.1", "198.51.2.1", false }
};

START_TEST(domains_are_of_one_organization_or_not)
{
	char *one = strdup(domains[_i].one), *other = strdup(domains[_i].other);

	ck_assert_msg(authentication_is_aligned(one, other) ==
	    domains[_i].aligned, "%s, %s", one, other);
	ck_assert_msg(authentication_is_aligned(other, one) ==
	    domains[_i].aligned, "%s, %s", other, one);
	free(one);
	free(other);
}
END_TEST

#define COUNT(table)	((int)(sizeof(table) / sizeof((table)[0])))

int
main(void)
{
	Suite *suite = suite_create("domain_suffix");
	TCase *tcase = tcase_create("domain_suffix");

	tcase_add_loop_test(tcase, an_organization_is_what_was_registered, 0,
	    COUNT(organizations));
	tcase_add_loop_test(tcase, domains_are_of_one_organization_or_not, 0,
	    COUNT(domains));
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
