/*
 * The refusal's last line, the contact's, and the bounds of all of them:
 * whatever is put in, an MTA can send it.
 */
#include <stdlib.h>
#include <string.h>

#include "verdict_fixture.h"

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

static const struct {
	const char	*name;
	const char	*contact;
	const char	*want;		/* the last line; NULL: no such line */
} contacts[] = {
	{ "none", "", NULL },
	{ "plain", "call 1234", "Questions: call 1234" },
	{ "a line break that would end the reply", "x\r\n250 2.0.0 OK",
	    "Questions: x  250 2.0.0 OK" },
	{ "several lines", "one\ntwo\n", "Questions: one two " },
	{ "a tab", "one\ttwo", "Questions: one two" },
	{ "control characters", "\001\033[31m\177", "Questions: ??[31m?" },
	{ "not ASCII", "B\303\274ro \342\202\254", "Questions: B?ro ?" },
	{ "bytes that are no text", "\377\376\200a", "Questions: ??a" },
	{ "a format", "100%s %n", "Questions: 100%s %n" }
};

START_TEST(test_contact)
{
	struct policy policy = default_policy();
	struct account account = restricted_account("alice@example.com");
	struct tally tally = { 5, 108, 0, 0 };
	char *contact = strdup(contacts[_i].contact);
	const char *last;
	struct buf text;

	ck_assert_ptr_nonnull(contact);
	refusal(&text, &policy, &account, &tally, 9, contact);
	last = strstr(text.data, "Questions: ");
	if (contacts[_i].want == NULL)
		ck_assert_ptr_null(last);
	else
		ck_assert_msg(last != NULL &&
		    strcmp(last, contacts[_i].want) == 0, "%s: got %s",
		    contacts[_i].name, last == NULL ? "nothing" : last);
	buf_release(&text);
	free(contact);
}
END_TEST

START_TEST(test_contact_missing)
{
	struct policy policy = default_policy();
	struct account account = restricted_account("alice@example.com");
	struct tally tally = { 5, 108, 0, 0 };
	struct buf text;

	refusal(&text, &policy, &account, &tally, 9, NULL);
	ck_assert_ptr_null(strstr(text.data, "Questions"));
	ck_assert_int_ne(text.data[text.length - 1], '\n');
	buf_release(&text);
}
END_TEST

static void
check_lines(const char *name, const char *text)
{
	size_t lines = 0, length, i;

	for (; lines == 0 || *text == '\n'; lines++) {
		if (lines > 0)
			text++;
		length = strcspn(text, "\n");
		ck_assert_msg(length > 0, "%s: line %zu is empty", name,
		    lines + 1);
		ck_assert_msg(length <= VERDICT_LINE_MAX,
		    "%s: line %zu has %zu bytes", name, lines + 1, length);
		for (i = 0; i < length; i++)
			ck_assert_msg(text[i] >= ' ' && text[i] <= '~',
			    "%s: byte %d in line %zu", name, text[i],
			    lines + 1);
		text += length;
	}
	ck_assert_msg(lines <= VERDICT_LINES_MAX, "%s: %zu lines", name,
	    lines);
}

static const struct {
	const char	*name;
	char		 fill;
	size_t		 contact;
	int64_t		 number;	/* for every figure */
} bounds[] = {
	{ "ordinary figures", 'a', 20, 30 },
	{ "a contact that just fits", 'a', VERDICT_LINE_MAX - 11, 30 },
	{ "a contact one too long", 'a', VERDICT_LINE_MAX - 10, 30 },
	{ "the longest of everything", 'a', 100000, INT64_C(9000000000000) },
	{ "line breaks all over", '\n', 100000, INT64_C(9000000000000) },
	{ "not ASCII all over", (char)0xff, 100000, 30 }
};

START_TEST(test_bounds)
{
	struct policy policy = default_policy();
	struct tally tally = { bounds[_i].number / 100, bounds[_i].number,
		0, 0 };
	char *contact = malloc(bounds[_i].contact + 1);
	char *user = malloc(CONF_USER_SIZE);
	const struct verdict_merge merge = { SIZE_MAX, CLOCK_LATEST,
		CLOCK_LATEST };
	struct account account;
	const struct verdict_input input = { &policy, &account, START, 1,
		&merge };
	struct rate_window window;
	struct buf text;

	ck_assert(contact != NULL && user != NULL);
	memset(contact, bounds[_i].fill, bounds[_i].contact);
	contact[bounds[_i].contact] = '\0';
	memset(user, bounds[_i].fill, CONF_USER_SIZE - 1);
	user[CONF_USER_SIZE - 1] = '\0';
	account = restricted_account(user);
	account.due = CLOCK_LATEST;
	policy.threshold = 123457;
	policy.release_minimum = bounds[_i].number;
	refusal(&text, &policy, &account, &tally, 9, contact);
	check_lines(bounds[_i].name, text.data);
	buf_clear(&text);
	window = rate_window_at(&policy, account.since, input.now);
	verdict_refusal(&text, &input, &window, &tally, contact);
	check_lines(bounds[_i].name, text.data);
	buf_release(&text);
	free(user);
	free(contact);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("verdict bounds");
	TCase *tcase = tcase_create("verdict bounds");

	tcase_add_loop_test(tcase, test_contact, 0, ROWS(contacts));
	tcase_add_test(tcase, test_contact_missing);
	tcase_add_loop_test(tcase, test_bounds, 0, ROWS(bounds));
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
