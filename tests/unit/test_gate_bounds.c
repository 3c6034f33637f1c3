/*
 * How much of a message from outside is looked up: at each bound, and one past
 * it.
 */
#include <stdio.h>
#include <string.h>

#include "gate/inbound.h"
#include "inbound_fixture.h"
#include "test.h"

#define ALICE	"alice@local.test"

static void
send_one(struct fixture *f, const char *id, const char *subject)
{
	char fields[128];
	const struct inbound_mail mail = { ALICE, "c1@outside.test", fields,
	    NULL };

	snprintf(fields, sizeof(fields), "Message-ID: <%s>\nSubject: %s\n",
	    id, subject);
	ck_assert_int_eq(inbound_send(f, &mail, ALICE), VERDICT_ACCEPT);
	f->now += CLOCK_SECOND;
}

static void
expect_changes(struct fixture *f, const char *name, const char *want)
{
	struct buf text;

	buf_init(&text);
	inbound_changes(f, &text);
	ck_assert_msg(strcmp(text.data, want) == 0,
	    "%s: changed \"%s\", want \"%s\"", name, text.data, want);
	buf_release(&text);
}

static const struct bound_row {
	const char	*name;
	int		 others;	/* that come before the one */
	const char	*changes;
} ids[] = {
	{ "the last id looked up", INBOUND_IDS_MAX - 1,
	    "m1/c1=other-address" },
	{ "an id past the last", INBOUND_IDS_MAX, "" },
}, owns[] = {
	{ "the last address looked up", INBOUND_OWN_MAX - 1, "m1/c1=pair" },
	{ "an address past the last", INBOUND_OWN_MAX, "" },
}, pairs[] = {
	{ "the last outreach looked at", INBOUND_PAIR_MAX - 1, "m1/c1=pair" },
	{ "an outreach past the last", INBOUND_PAIR_MAX, "" },
};

/* References are read newest first: ours is the oldest. */
START_TEST(ids_row)
{
	const struct bound_row *row = &ids[_i];
	struct inbound_mail mail = { "a@outside.test", ALICE, NULL, "Yes.\n" };
	struct fixture f;
	struct buf fields;
	int i;

	buf_init(&fields);
	buf_add_text(&fields, "From: a@outside.test\n"
	    "References: <m1@local.test>");
	for (i = 0; i < row->others; i++)
		buf_printf(&fields, " <%d@else.test>", i);
	buf_add_text(&fields, "\n");
	mail.fields = fields.data;
	fixture_open(&f, "");
	send_one(&f, "m1@local.test", "A position");
	(void)inbound_deliver(&f, &mail, true);
	expect_changes(&f, row->name, row->changes);
	fixture_close(&f);
	buf_release(&fields);
}
END_TEST

START_TEST(owns_row)
{
	const struct bound_row *row = &owns[_i];
	struct inbound_mail mail = { "c1@outside.test", NULL,
	    "From: c1@outside.test\n", "Yes.\n" };
	struct fixture f;
	struct buf to;
	int i;

	buf_init(&to);
	for (i = 0; i < row->others; i++)
		buf_printf(&to, "x%d@local.test ", i);
	buf_add_text(&to, ALICE);
	mail.to = to.data;
	fixture_open(&f, "");
	send_one(&f, "m1@local.test", "A position");
	(void)inbound_deliver(&f, &mail, true);
	expect_changes(&f, row->name, row->changes);
	fixture_close(&f);
	buf_release(&to);
}
END_TEST

/* The topic's is the oldest; past the bound the newest is answered. */
START_TEST(pairs_row)
{
	static const struct inbound_mail mail = { "c1@outside.test", ALICE,
	    "From: c1@outside.test\nSubject: Re: A position\n", "Yes.\n" };
	const struct bound_row *row = &pairs[_i];
	char id[64];
	struct fixture f;
	int i;

	fixture_open(&f, "");
	send_one(&f, "m1@local.test", "A position");
	for (i = 0; i < row->others; i++) {
		snprintf(id, sizeof(id), "other%d@local.test", i);
		send_one(&f, id, "Another");
	}
	(void)inbound_deliver(&f, &mail, true);
	ck_assert_uint_eq(atomic_load(&f.gate.figures.replies_by_pair), 1);
	expect_changes(&f, row->name, row->changes);
	fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("gate_bounds");
	TCase *tcase = tcase_create("bounds");

	tcase_add_loop_test(tcase, ids_row, 0, 2);
	tcase_add_loop_test(tcase, owns_row, 0, 2);
	tcase_add_loop_test(tcase, pairs_row, 0, 2);
	tcase_set_timeout(tcase, 60);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
