/*
 * What an administrator's correction changes: the ledger, the figures, the
 * audit log; and that it happens whole, and once.
 */
#include <stdio.h>
#include <string.h>

#include "admin_fixture.h"
#include "gate_faults.h"
#include "test.h"

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

static enum status
correct(struct fixture *f, const char *id, const char *candidate,
    bool answered)
{
	const struct admin_correction correction = { .message_id = id,
	    .candidate = candidate, .answered = answered, .actor = "root (0)",
	    .reason = "they rang" };
	struct admin_trace trace;

	return admin_correct(&f->gate, &correction, &trace);
}

#define CREDIT		true
#define UNCREDIT	false

static const struct {
	const char	*name;
	const char	*id, *candidate;
	bool		 answered;
	enum status	 want;
} corrections[] = {
	{ "the only candidate", "<one@local.test>", NULL, CREDIT, STATUS_OK },
	{ "again", "<one@local.test>", NULL, CREDIT, STATUS_CONFLICT },
	{ "and back", "one@local.test", NULL, UNCREDIT, STATUS_OK },
	{ "back again", "one@local.test", NULL, UNCREDIT, STATUS_CONFLICT },
	{ "the only one by name", "<one@local.test>", "C1@Outside.Test",
	    CREDIT, STATUS_OK },
	{ "one of several, unnamed", "<two@local.test>", NULL, CREDIT,
	    STATUS_LIMIT },
	{ "one of several", "<two@local.test>", "c3@outside.test", CREDIT,
	    STATUS_OK },
	{ "who was no recipient", "<two@local.test>", "c1@outside.test",
	    CREDIT, STATUS_NOT_FOUND },
	{ "an unknown message", "<no@local.test>", NULL, CREDIT,
	    STATUS_NOT_FOUND },
	{ "no message", "<>", NULL, CREDIT, STATUS_MALFORMED },
	{ "no address", "<one@local.test>", "c1", CREDIT, STATUS_MALFORMED },
	{ "a real answer taken back", "<two@local.test>", "c2@outside.test",
	    UNCREDIT, STATUS_OK },
};

START_TEST(corrects_what_can_be)
{
	struct fixture f;
	enum status got;
	int i;

	fixture_open(&f, SMALL);
	fixture_send(&f, ALICE, "<one@local.test>", 1, 1);
	fixture_send(&f, ALICE, "<two@local.test>", 2, 2);
	fixture_reply(&f, "c2@outside.test", "<two@local.test>");
	for (i = 0; i < ROWS(corrections); i++) {
		got = correct(&f, corrections[i].id, corrections[i].candidate,
		    corrections[i].answered);
		ck_assert_msg(got == corrections[i].want, "%s: got %s",
		    corrections[i].name, status_text(got));
	}
	fixture_close(&f);
}
END_TEST

START_TEST(credit_of_an_id_two_users_used)
{
	static const char to[] = "c1@outside.test";
	struct fixture f;

	fixture_open(&f, SMALL);
	fixture_send(&f, ALICE, "<m1@local.test>", 1, 1);
	fixture_send(&f, "bob@local.test", "<m1@local.test>", 1, 1);
	ck_assert_int_eq(correct(&f, "m1@local.test", NULL, CREDIT),
	    STATUS_LIMIT);
	ck_assert_int_eq(correct(&f, "m1@local.test", to, CREDIT), STATUS_OK);
	ck_assert_int_eq(correct(&f, "m1@local.test", to, CREDIT), STATUS_OK);
	ck_assert_int_eq(correct(&f, "m1@local.test", to, CREDIT),
	    STATUS_CONFLICT);
	ck_assert_int_eq(fixture_user(&f, ALICE).sent.answered, 1);
	ck_assert_int_eq(fixture_user(&f, "bob@local.test").sent.answered, 1);
	fixture_close(&f);
}
END_TEST

START_TEST(credit_fills_the_row)
{
	struct fixture f;
	struct seen seen;
	const struct outreach *row = &seen.traces[0].outreach;
	const struct ident nobody = { .bytes = { 0 } };

	fixture_open(&f, SMALL);
	fixture_send(&f, ALICE, "<m1@local.test>", 1, 1);
	f.now += CLOCK_HOUR;
	ck_assert_int_eq(correct(&f, "m1@local.test", NULL, CREDIT),
	    STATUS_OK);
	ck_assert_int_eq(why(&f, "m1@local.test", &seen), STATUS_OK);
	ck_assert_int_eq(row->answered_at, FIXTURE_START + CLOCK_HOUR);
	ck_assert_int_eq(row->match, OUTREACH_MATCH_CREDITED);
	ck_assert(ident_equal(&row->answered_by, &row->candidate));
	ck_assert_int_eq(correct(&f, "m1@local.test", NULL, UNCREDIT),
	    STATUS_OK);
	ck_assert_int_eq(why(&f, "m1@local.test", &seen), STATUS_OK);
	ck_assert_int_eq(row->answered_at, 0);
	ck_assert_int_eq(row->match, OUTREACH_MATCH_NONE);
	ck_assert(ident_equal(&row->answered_by, &nobody));
	fixture_close(&f);
}
END_TEST

/*
 * 12 outreach lapse at once, one full hour later they are assessed: two
 * credits before that make 2 of 12, which is not low; after it they come too
 * late for this assessment.
 */
static void
check_assessment(const char *name, int64_t credited_at, enum standing want)
{
	struct fixture f;

	fixture_open(&f, SMALL);
	fixture_send(&f, ALICE, "<m1@local.test>", 1, 12);
	fixture_pass(&f, FIXTURE_START + credited_at);
	ck_assert_int_eq(correct(&f, "m1@local.test", "c1@outside.test",
	    CREDIT), STATUS_OK);
	ck_assert_int_eq(correct(&f, "m1@local.test", "c2@outside.test",
	    CREDIT), STATUS_OK);
	fixture_pass(&f, FIXTURE_START + 4 * CLOCK_DAY);
	ck_assert_msg(fixture_user(&f, ALICE).account.standing == want,
	    "%s: %s", name,
	    standing_text(fixture_user(&f, ALICE).account.standing));
	fixture_tally(&f, ALICE, want == STANDING_GOOD ? 2 : 0,
	    want == STANDING_GOOD ? 12 : 0, 0);
	fixture_close(&f);
}

START_TEST(credit_counts_from_its_moment)
{
	check_assessment("young", CLOCK_HOUR, STANDING_GOOD);
	check_assessment("just before", 3 * CLOCK_DAY - 1, STANDING_GOOD);
	check_assessment("just after", 3 * CLOCK_DAY + 1, STANDING_WARNED);
}
END_TEST

struct audits {
	struct store_audit	lines[4];
	size_t			count;
};

static bool
audit_row(void *context, const struct store_audit *line)
{
	struct audits *audits = context;

	ck_assert_uint_lt(audits->count, ROWS(audits->lines));
	audits->lines[audits->count++] = *line;
	return true;
}

static enum status
audit_body(struct store_txn *txn, void *argument)
{
	struct audits *audits = argument;

	audits->count = 0;
	return store_audit_each(txn, 0, CLOCK_LATEST, audit_row, audits);
}

START_TEST(correction_is_audited)
{
	char message[IDENT_TEXT_SIZE], candidate[IDENT_TEXT_SIZE], want[128];
	struct audits audits;
	struct fixture f;
	struct seen seen;

	fixture_open(&f, SMALL);
	fixture_send(&f, ALICE, "<m1@local.test>", 1, 1);
	ck_assert_int_eq(correct(&f, "m1@local.test", NULL, UNCREDIT),
	    STATUS_CONFLICT);
	ck_assert_int_eq(correct(&f, "m1@local.test", NULL, CREDIT),
	    STATUS_OK);
	ck_assert_int_eq(correct(&f, "m1@local.test", NULL, UNCREDIT),
	    STATUS_OK);
	ck_assert_int_eq(why(&f, "m1@local.test", &seen), STATUS_OK);
	ident_format(&seen.traces[0].outreach.message, message);
	ident_format(&seen.traces[0].outreach.candidate, candidate);
	snprintf(want, sizeof(want), "message %.8s candidate %.8s: they rang",
	    message, candidate);
	ck_assert_int_eq(store_view(f.store, audit_body, &audits), STATUS_OK);
	ck_assert_uint_eq(audits.count, 2);
	ck_assert_str_eq(audits.lines[0].action, "credit");
	ck_assert_str_eq(audits.lines[1].action, "uncredit");
	ck_assert_str_eq(audits.lines[0].actor, "root (0)");
	ck_assert_str_eq(audits.lines[0].user, ALICE);
	ck_assert_str_eq(audits.lines[0].reason, want);
	snprintf(want, sizeof(want), "correction: action=credit actor=\"root "
	    "(0)\" user=" ALICE " message=%.8s\n", message);
	ck_assert_msg(strstr(f.lines.data, want) != NULL, "%s", f.lines.data);
	ck_assert_ptr_null(strstr(f.lines.data, "they rang"));
	fixture_close(&f);
}
END_TEST

START_TEST(reason_has_its_bounds)
{
	char reason[ADMIN_REASON_MAX + 2];
	struct admin_correction correction = { .message_id = "m1@local.test",
	    .answered = true, .actor = "root (0)", .reason = reason };
	struct admin_trace trace;
	struct audits audits;
	struct fixture f;

	fixture_open(&f, SMALL);
	fixture_send(&f, ALICE, "<m1@local.test>", 1, 1);
	memset(reason, 'x', sizeof(reason));
	reason[ADMIN_REASON_MAX + 1] = '\0';
	ck_assert_int_eq(admin_correct(&f.gate, &correction, &trace),
	    STATUS_MALFORMED);
	reason[0] = '\0';
	ck_assert_int_eq(admin_correct(&f.gate, &correction, &trace),
	    STATUS_MALFORMED);
	reason[0] = 'x';
	reason[ADMIN_REASON_MAX] = '\0';
	ck_assert_int_eq(admin_correct(&f.gate, &correction, &trace),
	    STATUS_OK);
	ck_assert_int_eq(store_view(f.store, audit_body, &audits), STATUS_OK);
	ck_assert_ptr_nonnull(strstr(audits.lines[0].reason, reason));
	fixture_close(&f);
}
END_TEST

START_TEST(correction_happens_whole_or_not)
{
	struct fault fault = { .status = STATUS_UNAVAILABLE };
	struct audits audits;
	struct fixture f;
	enum status status;
	unsigned long n;

	fixture_open_faulty(&f, SMALL, "", &fault);
	fixture_send(&f, ALICE, "<m1@local.test>", 1, 1);
	for (n = 1; ; n++) {
		fault_arm(&fault, n);
		status = correct(&f, "m1@local.test", NULL, CREDIT);
		fault_arm(&fault, 0);
		ck_assert_int_eq(store_view(f.store, audit_body, &audits),
		    STATUS_OK);
		ck_assert_int_eq(fixture_user(&f, ALICE).sent.answered,
		    (int64_t)audits.count);
		if (status == STATUS_OK)
			break;
		ck_assert_int_eq(status, STATUS_UNAVAILABLE);
		ck_assert_uint_eq(audits.count, 0);
	}
	ck_assert_uint_gt(n, 4);
	ck_assert_uint_eq(audits.count, 1);
	fixture_close(&f);
}
END_TEST

START_TEST(correction_is_not_done_twice)
{
	struct fault fault = { .status = STATUS_UNCERTAIN };
	struct audits audits;
	struct fixture f;
	enum status status;
	unsigned long n;

	fixture_open_faulty(&f, SMALL, "", &fault);
	fixture_send(&f, ALICE, "<m1@local.test>", 1, 1);
	for (n = 1; ; n++) {
		fault_arm(&fault, n);
		status = correct(&f, "m1@local.test", NULL, CREDIT);
		fault_arm(&fault, 0);
		ck_assert(status == STATUS_UNCERTAIN ||
		    status == STATUS_CONFLICT);
		if (status == STATUS_CONFLICT)
			break;
	}
	ck_assert_int_eq(store_view(f.store, audit_body, &audits), STATUS_OK);
	ck_assert_uint_eq(audits.count, 1);
	fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("admin correct");
	TCase *admin = tcase_create("admin correct");

	tcase_set_timeout(admin, 60);
	tcase_add_test(admin, corrects_what_can_be);
	tcase_add_test(admin, credit_of_an_id_two_users_used);
	tcase_add_test(admin, credit_fills_the_row);
	tcase_add_test(admin, credit_counts_from_its_moment);
	tcase_add_test(admin, correction_is_audited);
	tcase_add_test(admin, reason_has_its_bounds);
	tcase_add_test(admin, correction_happens_whole_or_not);
	tcase_add_test(admin, correction_is_not_done_twice);
	suite_add_tcase(suite, admin);
	return test_run(suite);
}
