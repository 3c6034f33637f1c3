/*
 * The gate and those who write back: which reply answers which outreach, and
 * who is a contact.
 */
#include <stdio.h>
#include <string.h>

#include "gate_fixture.h"
#include "test.h"

#define ALICE	"alice@local.test"

/* Small figures: low with 10 settled and fewer than 13 % answered. */
#define SMALL	"minimum = 10; "

START_TEST(who_wrote_first_is_a_contact)
{
	static const char *const two[] = { "<c1@outside.test>",
		"<c2@outside.test>", NULL };
	struct fixture f;

	fixture_open(&f, SMALL);
	/* Nobody has sent under alice's address yet. */
	fixture_reply(&f, "c1@outside.test", NULL);
	fixture_reply(&f, "c1@outside.test", NULL);
	fixture_restrict(&f, ALICE);
	ck_assert_int_eq(fixture_send_to(&f, ALICE, "<x@local.test>",
	    GATE_STAGE_DATA, two), VERDICT_ACCEPT);
	ck_assert_int_eq(fixture_send_to(&f, ALICE, "<x@local.test>",
	    GATE_STAGE_END, two), VERDICT_ACCEPT);
	fixture_tally(&f, ALICE, 0, 0, 1);
	/* A contact of alice's is nobody else's. */
	fixture_send_to(&f, "bob@local.test", "<y@local.test>",
	    GATE_STAGE_END, two);
	fixture_tally(&f, "bob@local.test", 0, 0, 2);
	fixture_close(&f);
}
END_TEST

START_TEST(contacts_are_no_candidates)
{
	static const char *const two[] = { "<c1@outside.test>",
		"<c2@outside.test>", NULL };
	struct fixture f;

	fixture_open(&f, SMALL);
	fixture_restrict(&f, ALICE);
	fixture_reply(&f, "c1@outside.test", NULL);
	ck_assert_int_eq(fixture_send_to(&f, ALICE, "<x@local.test>",
	    GATE_STAGE_DATA, two), VERDICT_ACCEPT);
	ck_assert_int_eq(fixture_send_to(&f, ALICE, "<x@local.test>",
	    GATE_STAGE_END, two), VERDICT_ACCEPT);
	fixture_tally(&f, ALICE, 0, 0, 1);
	fixture_close(&f);
}
END_TEST

/* Who answers what: each row on a message to c1, c2 and c3. */
static const struct reply_row {
	const char *name;
	const char *replies[4];		/* who writes, in order */
	const char *references;
	int answered;
} reply_rows[] = {
	{ "its recipient", { "c1@outside.test" }, "<m@local.test>", 1 },
	{ "one person twice", { "c1@outside.test", "c1@outside.test" },
	    "<m@local.test>", 1 },
	{ "two people", { "c1@outside.test", "c3@outside.test" },
	    "<m@local.test>", 2 },
	{ "an alias", { "assistant@outside.test" }, "<m@local.test>", 1 },
	{ "an alias twice", { "assistant@outside.test",
	    "assistant@outside.test" }, "<m@local.test>", 1 },
	{ "never more than were sent", { "a@o.test", "b@o.test", "d@o.test",
	    "e@o.test" }, "<m@local.test>", 3 },
	{ "case of the address", { "C2@OUTSIDE.TEST" }, "<m@local.test>", 1 },
	{ "case of the id's domain", { "c1@outside.test" }, "<m@LOCAL.test>",
	    1 },
	{ "newest id first", { "c1@outside.test" },
	    "<unknown@x.test> <m@local.test>", 1 },
	{ "its recipient, by an id we do not know", { "c1@outside.test" },
	    "<z@local.test>", 1 },
	{ "its recipient, by no id", { "c1@outside.test" }, NULL, 1 },
	{ "a stranger, by an id we do not know", { "a@o.test" },
	    "<z@local.test>", 0 },
	{ "a stranger, by no id", { "a@o.test" }, NULL, 0 },
	{ "our own people", { "bob@local.test" }, "<m@local.test>", 0 },
	{ "a machine", { "noreply@outside.test" }, "<m@local.test>", 0 },
};

START_TEST(replies)
{
	const struct reply_row *row = &reply_rows[_i];
	struct fixture f;
	size_t i;
	struct admin_user user;

	fixture_open(&f, SMALL "settle = \"1h\";");
	fixture_send(&f, ALICE, "<m@local.test>", 1, 3);
	f.now += CLOCK_MINUTE;
	for (i = 0; i < 4 && row->replies[i] != NULL; i++)
		fixture_reply(&f, row->replies[i], row->references);
	f.now += CLOCK_DAY;
	user = fixture_user(&f, ALICE);
	ck_assert_msg(user.tally.answered == row->answered &&
	    rate_settled(&user.tally) == 3,
	    "%s: %lld of %lld answered, want %d of 3", row->name,
	    (long long)user.tally.answered,
	    (long long)rate_settled(&user.tally), row->answered);
	fixture_close(&f);
}
END_TEST

START_TEST(late_reply_counts_when_it_comes)
{
	struct fixture f;

	fixture_open(&f, SMALL);
	fixture_send(&f, ALICE, "<m@local.test>", 1, 1);
	f.now += 5 * CLOCK_DAY;
	fixture_tally(&f, ALICE, 0, 1, 0);
	fixture_reply(&f, "c1@outside.test", "<m@local.test>");
	fixture_tally(&f, ALICE, 1, 1, 0);
	fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("gate_replies");
	TCase *answering = tcase_create("answering");
	TCase *contacts = tcase_create("contacts");

	tcase_add_loop_test(answering, replies, 0,
	    sizeof(reply_rows) / sizeof(reply_rows[0]));
	tcase_add_test(answering, late_reply_counts_when_it_comes);
	tcase_add_test(contacts, who_wrote_first_is_a_contact);
	tcase_add_test(contacts, contacts_are_no_candidates);
	tcase_set_timeout(contacts, 60);
	suite_add_tcase(suite, answering);
	suite_add_tcase(suite, contacts);
	return test_run(suite);
}
