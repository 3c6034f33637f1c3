/*
 * A candidate is forgotten: no ident of theirs, nor of what they were sent,
 * stands anywhere; what was sent counts as it did; all others are left as they
 * are.
 */
#include <stdio.h>
#include <string.h>

#include "gate_faults.h"
#include "test.h"

#define ALICE	"alice@local.test"
#define BOB	"bob@local.test"
#define SMALL	"minimum = 10; count = \"conversation\"; "

static enum status
forget(struct fixture *f, const char *address, struct admin_erased *erased)
{
	const struct admin_erasure erasure = { .address = address,
	    .actor = "eve (1000)", .reason = "ticket 7" };

	return admin_forget(&f->gate, &erasure, erased);
}

static struct ident
ident_of(struct fixture *f, const char *address)
{
	struct ident ident;

	ck_assert_int_eq(admin_candidate(&f->gate, address, &ident),
	    STATUS_OK);
	return ident;
}

static struct ident
message_of(struct fixture *f, const char *id)
{
	return ident_make(&f->gate.key, IDENT_MESSAGE, id, strlen(id));
}

/* Where in everything stored about a user does an ident stand? */
struct tracing {
	struct ident	ident;
	unsigned	rows, traces;
};

static void
trace_row(void *context, const struct admin_row *row)
{
	struct tracing *tracing = context;
	const struct outreach *outreach = row->outreach;
	const struct ident *ident = &tracing->ident;
	uint32_t i;

	tracing->rows++;
	if (outreach != NULL)
		tracing->traces += ident_equal(&outreach->candidate, ident) ||
		    ident_equal(&outreach->answered_by, ident) ||
		    ident_equal(&outreach->message, ident) ||
		    ident_equal(&outreach->topic, ident);
	if (row->table == ADMIN_TABLE_CONTACT)
		tracing->traces += ident_equal(&row->place.candidate, ident);
	for (i = 0; row->campaign != NULL && i < row->campaign->member_count;
	    i++)
		tracing->traces +=
		    ident_equal(&row->campaign->members[i].candidate, ident) ||
		    ident_equal(&row->campaign->members[i].message, ident);
}

static unsigned
traces(struct fixture *f, const char *user, struct ident ident)
{
	struct tracing tracing = { .ident = ident };
	struct admin_export export = { .user = user, .most = 1000 };
	unsigned table;

	for (table = 0; table < ADMIN_TABLES; table++) {
		export.table = table;
		ck_assert_int_eq(admin_export(&f->gate, &export, trace_row,
		    &tracing), STATUS_OK);
	}
	return tracing.traces;
}

/* A campaign of alice's with two members. */
static enum status
put_campaign(struct store_txn *txn, void *argument)
{
	static struct merge_campaign campaign;
	struct fixture *f = argument;
	struct account account;
	enum status status;

	memset(&campaign, 0, sizeof(campaign));
	campaign.began_at = campaign.last_seen = f->now;
	campaign.candidates = campaign.member_count = 2;
	campaign.members[0].candidate = ident_of(f, "c1@outside.test");
	campaign.members[1].candidate = ident_of(f, "c2@outside.test");
	campaign.members[0].message = message_of(f, "m1@local.test");
	campaign.members[1].message = message_of(f, "m2@local.test");
	campaign.members[0].sent_at = campaign.members[1].sent_at = f->now;
	status = store_account_get(txn, ALICE, &account);
	if (status == STATUS_OK)
		status = store_merge_put(txn, account.id, &campaign);
	return status;
}

/*
 * alice wrote to c1 twice and to c1 and c2 together, bob to c1; c1 answered
 * alice once, and is her contact.
 */
static void
fill(struct fixture *f)
{
	fixture_send(f, ALICE, "<m1@local.test>", 1, 2);
	fixture_send(f, ALICE, "<m2@local.test>", 1, 1);
	fixture_send(f, BOB, "<m3@local.test>", 1, 1);
	fixture_reply(f, "<c1@outside.test>", "<m1@local.test>");
	ck_assert_int_eq(store_update(f->store, put_campaign, f), STATUS_OK);
}

START_TEST(forgets_whole)
{
	struct admin_erased erased;
	struct ident c1, c2;
	struct fixture f;

	fixture_open(&f, SMALL);
	fill(&f);
	c1 = ident_of(&f, "c1@outside.test");
	c2 = ident_of(&f, "c2@outside.test");
	ck_assert_uint_eq(traces(&f, ALICE, c1), 4);
	ck_assert_uint_eq(traces(&f, BOB, c1), 1);
	ck_assert_int_eq(forget(&f, "C1@Outside.test", &erased), STATUS_OK);
	ck_assert_int_eq(erased.outreach, 3);
	ck_assert_int_eq(erased.contacts, 1);
	ck_assert_int_eq(erased.letters, 1);
	ck_assert_uint_eq(traces(&f, ALICE, c1), 0);
	ck_assert_uint_eq(traces(&f, BOB, c1), 0);
	ck_assert_uint_eq(traces(&f, ALICE, message_of(&f,
	    "m2@local.test")), 1);	/* c2's letter of the campaign */
	ck_assert_uint_eq(traces(&f, BOB, message_of(&f, "m3@local.test")),
	    0);
	/* The other's row and letter. */
	ck_assert_uint_eq(traces(&f, ALICE, c2), 2);
	fixture_close(&f);
}
END_TEST

/* With count = conversation the two messages to one candidate stay one. */
START_TEST(what_was_sent_counts_as_it_did)
{
	struct admin_erased erased;
	struct fixture f;

	fixture_open(&f, SMALL);
	fill(&f);
	fixture_pass(&f, f.now + 4 * CLOCK_DAY);
	fixture_tally(&f, ALICE, 1, 2, 0);
	ck_assert_int_eq(forget(&f, "c1@outside.test", &erased), STATUS_OK);
	fixture_tally(&f, ALICE, 1, 2, 0);
	fixture_tally(&f, BOB, 0, 1, 0);
	fixture_close(&f);
}
END_TEST

static bool
keep_line(void *context, const struct store_audit *line)
{
	struct store_audit *last = context;

	*last = *line;
	return true;
}

START_TEST(the_audit_log_names_nobody)
{
	const struct admin_audit all = { .most = ADMIN_ROWS_MAX };
	char hex[IDENT_TEXT_SIZE];
	struct admin_erased erased;
	struct store_audit line;
	struct fixture f;
	struct ident who;

	fixture_open(&f, SMALL);
	fill(&f);
	ck_assert_int_eq(forget(&f, "c1@outside.test", &erased), STATUS_OK);
	ck_assert_int_eq(admin_audit(&f.gate, &all, keep_line, &line),
	    STATUS_OK);
	ck_assert_str_eq(line.action, "forget");
	ck_assert_str_eq(line.actor, "eve (1000)");
	ck_assert_str_eq(line.user, "");
	ck_assert_str_eq(line.reason, "outreach 3, contacts 1, letters 1: "
	    "ticket 7");
	who = ident_of(&f, "c1@outside.test");
	ident_format(&who, hex);
	hex[8] = '\0';
	ck_assert_ptr_null(strstr(line.reason, hex));
	ck_assert_ptr_null(strstr(f.lines.data, hex));
	ck_assert_ptr_null(strstr(f.lines.data, "c1@outside.test"));
	ck_assert_ptr_nonnull(strstr(f.lines.data, "action=forget"));
	fixture_close(&f);
}
END_TEST

/* They answered for another candidate: that row stays the other's. */
START_TEST(answers_for_another_are_forgotten)
{
	struct admin_erased erased;
	struct fixture f;
	struct ident c1, assistant;
	unsigned others;

	fixture_open(&f, SMALL);
	fixture_send(&f, ALICE, "<m1@local.test>", 1, 1);
	fixture_reply(&f, "<pa@outside.test>", "<m1@local.test>");
	c1 = ident_of(&f, "c1@outside.test");
	assistant = ident_of(&f, "pa@outside.test");
	ck_assert_uint_eq(traces(&f, ALICE, assistant), 2);
	others = traces(&f, ALICE, c1);
	ck_assert_uint_gt(others, 0);
	ck_assert_int_eq(forget(&f, "pa@outside.test", &erased), STATUS_OK);
	ck_assert_int_eq(erased.outreach, 1);
	ck_assert_int_eq(erased.contacts, 1);
	ck_assert_uint_eq(traces(&f, ALICE, assistant), 0);
	ck_assert_uint_eq(traces(&f, ALICE, c1), others);
	ck_assert_uint_eq(traces(&f, ALICE, message_of(&f,
	    "m1@local.test")), 1);
	fixture_close(&f);
}
END_TEST

START_TEST(says_that_there_is_nothing)
{
	struct admin_erased erased;
	struct fixture f;

	fixture_open(&f, SMALL);
	ck_assert_int_eq(forget(&f, "c1@outside.test", &erased),
	    STATUS_NOT_FOUND);
	fill(&f);
	ck_assert_int_eq(forget(&f, "c9@outside.test", &erased),
	    STATUS_NOT_FOUND);
	ck_assert_int_eq(forget(&f, "nobody", &erased), STATUS_MALFORMED);
	ck_assert_int_eq(forget(&f, "c1@outside.test", &erased), STATUS_OK);
	ck_assert_int_eq(forget(&f, "c1@outside.test", &erased),
	    STATUS_NOT_FOUND);
	fixture_close(&f);
}
END_TEST

/* More rows than one transaction changes: 1,001 messages to one candidate. */
START_TEST(forgets_more_than_one_transaction)
{
	struct admin_erased erased;
	struct fixture f;
	char id[64];
	int i;

	fixture_open(&f, SMALL);
	for (i = 0; i < 1001; i++) {
		snprintf(id, sizeof(id), "<m%d@local.test>", i);
		fixture_send(&f, ALICE, id, 1, 1);
	}
	ck_assert_int_eq(forget(&f, "c1@outside.test", &erased), STATUS_OK);
	ck_assert_int_eq(erased.outreach, 1001);
	ck_assert_uint_eq(traces(&f, ALICE, ident_of(&f,
	    "c1@outside.test")), 0);
	ck_assert_int_eq(fixture_user(&f, ALICE).sent.outreach, 1001);
	fixture_close(&f);
}
END_TEST

/* Whichever call fails, doing it again does what is left. */
START_TEST(what_failed_is_done_again)
{
	static const enum status statuses[] = { STATUS_UNAVAILABLE,
	    STATUS_UNCERTAIN };
	struct fault fault = { .status = statuses[_i] };
	struct admin_erased erased;
	struct fixture f;
	enum status status;
	unsigned long n;
	bool fired = true;

	for (n = 1; fired; n++) {
		fault_arm(&fault, 0);
		fixture_open_faulty(&f, SMALL, "", &fault);
		fill(&f);
		fault_arm(&fault, n);
		status = forget(&f, "c1@outside.test", &erased);
		fired = fault.fired;
		fault_arm(&fault, 0);
		ck_assert_int_eq(status, fired ? statuses[_i] : STATUS_OK);
		status = forget(&f, "c1@outside.test", &erased);
		ck_assert(status == STATUS_OK || status == STATUS_NOT_FOUND);
		ck_assert_uint_eq(traces(&f, ALICE, ident_of(&f,
		    "c1@outside.test")), 0);
		fixture_close(&f);
	}
	ck_assert_uint_gt(n, 10);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("admin-forget");
	TCase *tcase = tcase_create("admin-forget");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, forgets_whole);
	tcase_add_test(tcase, what_was_sent_counts_as_it_did);
	tcase_add_test(tcase, the_audit_log_names_nobody);
	tcase_add_test(tcase, answers_for_another_are_forgotten);
	tcase_add_test(tcase, says_that_there_is_nothing);
	tcase_add_test(tcase, forgets_more_than_one_transaction);
	tcase_add_loop_test(tcase, what_failed_is_done_again, 0, 2);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
