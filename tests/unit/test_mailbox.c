/*
 * Mailboxes in To and Cc, counted: groups, quotes, comments, and what is
 * broken.
 */
#include <stdlib.h>
#include <string.h>

#include "mail/mailbox.h"
#include "test.h"

static const struct {
	const char	*name;
	const char	*value;
	size_t		 want;
} rows[] = {
	{ "nothing", "", 0 },
	{ "blanks", " \t\n ", 0 },
	{ "one", "ann@example.org", 1 },
	{ "one with a name", "Ann Lee <ann@example.org>", 1 },
	{ "two", "ann@example.org, Bob <bob@example.org>", 2 },
	{ "folded", "ann@example.org,\n\tbob@example.org", 2 },
	{ "a comma in a quoted name", "\"Lee, Ann\" <ann@example.org>", 1 },
	{ "an escaped quote in it", "\"Lee \\\", Ann\" <ann@example.org>", 1 },
	{ "a comma in a comment", "ann@example.org (x, y@z)", 1 },
	{ "a comment in a comment", "(a (b, c@d) e@f, g) ann@example.org", 1 },
	{ "an address as a name", "ann@example.org <ann@example.org>", 1 },
	{ "an empty group", "undisclosed-recipients:;", 0 },
	{ "a group", "team: ann@example.org, bob@example.org;", 2 },
	{ "a group and another", "team: ann@example.org;, bob@example.org", 2 },
	{ "a route", "<@a.example,@b.example:ann@example.org>", 1 },
	{ "a quoted local part", "<\"a>b,c\"@example.org>, d@example.org", 2 },
	{ "nobody's", "Ann Lee, Bob", 0 },
	{ "commas only", ",,,,", 0 },
	{ "parted by semicolons", "ann@example.org; bob@example.org", 2 },
	{ "a quote that does not end", "\"Ann <ann@example.org>", 0 },
	{ "a comment that does not end", "ann@example.org (x, y@z", 1 },
	{ "a bracket that does not end", "Ann <ann@example.org", 1 },
	{ "a quote in it that does not", "<\"ann@example.org", 0 },
	{ "a backslash at the end", "ann@example.org \"\\", 1 },
	{ "a backslash at a comment's end", "ann@example.org (\\", 1 },
	{ "a bracket closed once more", "ann@example.org)", 1 }
};

START_TEST(test_count)
{
	/* of exact size, so that a look behind it is seen */
	char *value = strdup(rows[_i].value);
	size_t got;

	ck_assert_ptr_nonnull(value);
	got = mailbox_count(value);
	ck_assert_msg(got == rows[_i].want, "%s: got %zu, want %zu",
	    rows[_i].name, got, rows[_i].want);
	free(value);
}
END_TEST

/* As many as are opened, up to the bound, have to be closed. */
START_TEST(test_depth)
{
	static const size_t depths[] = { MAILBOX_DEPTH_MAX,
		MAILBOX_DEPTH_MAX + 1 };
	static const size_t want[] = { 1, 2 };
	char value[4 * MAILBOX_DEPTH_MAX] = "";
	size_t i;

	for (i = 0; i < depths[_i]; i++)
		strcat(value, "(");
	for (i = 0; i < MAILBOX_DEPTH_MAX; i++)
		strcat(value, ")");
	strcat(value, depths[_i] > MAILBOX_DEPTH_MAX ?
	    "a@b, c@d" : "a@b");
	ck_assert_uint_eq(mailbox_count(value), want[_i]);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("mailbox");
	TCase *tcase = tcase_create("mailbox");

	tcase_add_loop_test(tcase, test_count, 0,
	    (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_loop_test(tcase, test_depth, 0, 2);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
