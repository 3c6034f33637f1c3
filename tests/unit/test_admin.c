/*
 * What an administrator sees of users and messages.
 */
#include <stdio.h>
#include <string.h>

#include "admin_fixture.h"
#include "gate_faults.h"
#include "test.h"

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

/*
 * Rows as other mail leaves them
 */

struct marking {
	struct ident	 message;
	struct outreach	 rows[64];
	size_t		 count;
	size_t		 first, most;	/* of the message's rows */
	int64_t		 bounced_at;
	unsigned	 flags;
};

static bool
marking_row(void *context, const struct outreach *row)
{
	struct marking *marking = context;

	ck_assert_uint_lt(marking->count, ROWS(marking->rows));
	marking->rows[marking->count++] = *row;
	return true;
}

static enum status
marking_body(struct store_txn *txn, void *argument)
{
	struct marking *marking = argument;
	enum status status;
	size_t i;

	marking->count = 0;
	status = store_outreach_by_message(txn, &marking->message,
	    marking_row, marking);
	for (i = marking->first; status == STATUS_OK && i < marking->count &&
	    i < marking->first + marking->most; i++) {
		marking->rows[i].bounced_at = marking->bounced_at;
		marking->rows[i].flags |= marking->flags;
		status = store_outreach_put(txn, &marking->rows[i]);
	}
	return status;
}

/* Marks `most` rows of a message, from `first` on. */
static void
mark(struct fixture *f, const char *id, size_t first, size_t most,
    int64_t bounced_at, unsigned flags)
{
	struct marking marking = { .first = first, .most = most,
	    .bounced_at = bounced_at, .flags = flags };

	marking.message = ident_make(&f->gate.key, IDENT_MESSAGE, id,
	    strlen(id));
	ck_assert_int_eq(store_update(f->store, marking_body, &marking),
	    STATUS_OK);
	ck_assert_uint_ge(marking.count, first + most);
}

/*
 * Users
 */

START_TEST(user_shows_what_came_back)
{
	struct admin_sent sent;
	struct fixture f;

	fixture_open(&f, SMALL);
	fixture_send(&f, ALICE, "<m1@local.test>", 1, 3);
	fixture_reply(&f, "c1@outside.test", "<m1@local.test>");
	mark(&f, "m1@local.test", 2, 1, f.now, 0);
	mark(&f, "m1@local.test", 0, 2, 0, OUTREACH_READ);
	mark(&f, "m1@local.test", 1, 1, 0, OUTREACH_COMPLAINT);
	sent = fixture_user(&f, ALICE).sent;
	ck_assert_int_eq(sent.outreach, 3);
	ck_assert_int_eq(sent.answered, 1);
	ck_assert_int_eq(sent.pending, 1);
	ck_assert_int_eq(sent.bounced, 1);
	ck_assert_int_eq(sent.lapsed, 0);
	ck_assert_int_eq(sent.receipts, 2);
	ck_assert_int_eq(sent.complaints, 1);
	ck_assert(!sent.many_bounces);
	/* Settled and open are summed; nothing is left out or counted twice. */
	fixture_pass(&f, f.now + 3 * CLOCK_DAY);
	fixture_send(&f, ALICE, "<m2@local.test>", 10, 4);
	sent = fixture_user(&f, ALICE).sent;
	ck_assert_int_eq(sent.outreach, 7);
	ck_assert_int_eq(sent.answered, 1);
	ck_assert_int_eq(sent.pending, 4);
	ck_assert_int_eq(sent.bounced, 1);
	ck_assert_int_eq(sent.lapsed, 1);
	fixture_close(&f);
}
END_TEST

START_TEST(user_shows_many_bounces)
{
	struct fixture f;

	fixture_open(&f, SMALL);
	fixture_send(&f, ALICE, "<m1@local.test>", 1, 50);
	mark(&f, "m1@local.test", 0, 10, f.now, 0);
	ck_assert(!fixture_user(&f, ALICE).sent.many_bounces);
	mark(&f, "m1@local.test", 10, 1, f.now, 0);
	ck_assert(fixture_user(&f, ALICE).sent.many_bounces);
	fixture_close(&f);
}
END_TEST

/*
 * Why
 */

START_TEST(why_knows_a_message)
{
	static const char *const spellings[] = { "<m1@local.test>",
		"m1@local.test", " <m1@LOCAL.test> " };
	struct ident candidate;
	struct fixture f;
	struct seen seen;
	int i;

	fixture_open(&f, SMALL);
	fixture_send(&f, ALICE, "<m1@local.test>", 1, 2);
	fixture_reply(&f, "c2@outside.test", "<m1@local.test>");
	for (i = 0; i < ROWS(spellings); i++) {
		ck_assert_msg(why(&f, spellings[i], &seen) == STATUS_OK,
		    "%s", spellings[i]);
		ck_assert_msg(seen.count == 2, "%s", spellings[i]);
	}
	ck_assert_int_eq(admin_candidate(&f.gate, "<C2@Outside.test>",
	    &candidate), STATUS_OK);
	ck_assert_str_eq(seen.traces[1].user, ALICE);
	ck_assert(seen.traces[1].known);
	ck_assert(ident_equal(&seen.traces[1].outreach.candidate, &candidate));
	ck_assert_int_eq(seen.traces[0].state, OUTREACH_PENDING);
	ck_assert_int_eq(seen.traces[1].state, OUTREACH_ANSWERED);
	ck_assert_int_eq(seen.traces[0].settles, FIXTURE_START + 3 * CLOCK_DAY);
	fixture_pass(&f, FIXTURE_START + 3 * CLOCK_DAY);
	ck_assert_int_eq(why(&f, "m1@local.test", &seen), STATUS_OK);
	ck_assert_int_eq(seen.traces[0].state, OUTREACH_LAPSED);
	fixture_close(&f);
}
END_TEST

START_TEST(why_knows_all_who_used_an_id)
{
	struct fixture f;
	struct seen seen;

	fixture_open(&f, SMALL);
	fixture_send(&f, ALICE, "<m1@local.test>", 1, 2);
	fixture_send(&f, "bob@local.test", "<m1@local.test>", 2, 1);
	ck_assert_int_eq(why(&f, "m1@local.test", &seen), STATUS_OK);
	ck_assert_uint_eq(seen.count, 3);
	ck_assert_str_eq(seen.traces[2].user, "bob@local.test");
	seen.count = 0;
	seen.most = 1;
	ck_assert_int_eq(admin_why(&f.gate, "m1@local.test", see, &seen),
	    STATUS_OK);
	ck_assert_uint_eq(seen.count, 1);
	fixture_close(&f);
}
END_TEST

static bool
count_trace(void *context, const struct admin_trace *trace)
{
	size_t *count = context;

	(void)trace;
	++*count;
	return true;
}

START_TEST(why_has_its_bound)
{
	struct fixture f;
	size_t count = 0;

	fixture_open(&f, SMALL);
	fixture_send(&f, ALICE, "<m1@local.test>", 1, ADMIN_TRACES_MAX);
	ck_assert_int_eq(admin_why(&f.gate, "m1@local.test", count_trace,
	    &count), STATUS_OK);
	ck_assert_uint_eq(count, ADMIN_TRACES_MAX);
	fixture_send(&f, "bob@local.test", "<m1@local.test>", 1, 1);
	count = 0;
	ck_assert_int_eq(admin_why(&f.gate, "m1@local.test", count_trace,
	    &count), STATUS_OK);
	ck_assert_uint_eq(count, ADMIN_TRACES_MAX);
	fixture_close(&f);
}
END_TEST

START_TEST(why_says_no)
{
	struct ident candidate;
	struct fixture f;
	struct seen seen;

	fixture_open(&f, SMALL);
	ck_assert_int_eq(why(&f, "m1@local.test", &seen), STATUS_NOT_FOUND);
	ck_assert_int_eq(why(&f, "", &seen), STATUS_MALFORMED);
	ck_assert_int_eq(why(&f, "no id", &seen), STATUS_MALFORMED);
	ck_assert_int_eq(admin_candidate(&f.gate, "bob", &candidate),
	    STATUS_MALFORMED);
	ck_assert_int_eq(admin_candidate(&f.gate, "", &candidate),
	    STATUS_MALFORMED);
	fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("admin");
	TCase *admin = tcase_create("admin");

	tcase_set_timeout(admin, 60);
	tcase_add_test(admin, user_shows_what_came_back);
	tcase_add_test(admin, user_shows_many_bounces);
	tcase_add_test(admin, why_knows_a_message);
	tcase_add_test(admin, why_knows_all_who_used_an_id);
	tcase_add_test(admin, why_has_its_bound);
	tcase_add_test(admin, why_says_no);
	suite_add_tcase(suite, admin);
	return test_run(suite);
}
