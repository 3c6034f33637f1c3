/*
 * What an administrator says of a standing: what it does to mail and to the
 * assessments that follow, what the audit log keeps of it, and that it is done
 * whole or not at all.
 */
#include <stdio.h>
#include <string.h>

#include "gate_faults.h"
#include "test.h"

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

#define ALICE	"alice@local.test"
#define SMALL	"minimum = 10; "
#define RULE	SMALL "restriction = \"14d\"; "
#define EXEMPT	SMALL "exempt = true; "

static enum status
act_by(struct fixture *f, enum admin_act_kind kind, const char *name,
    int64_t until, const char *reason)
{
	const struct admin_act act = { .kind = kind, .user = name,
	    .until = until, .actor = "eve (1000)", .reason = reason };
	struct admin_user user;

	return admin_act(&f->gate, &act, &user);
}

static enum status
act_on_alice(struct fixture *f, enum admin_act_kind kind, int64_t until)
{
	return act_by(f, kind, ALICE, until, "they rang");
}

/* The last line of the audit log. */
static bool
keep_line(void *context, const struct store_audit *line)
{
	struct store_audit *last = context;

	*last = *line;
	return true;
}

static struct store_audit
last_audit(struct fixture *f)
{
	const struct admin_audit all = { .most = ADMIN_ROWS_MAX };
	struct store_audit last;

	memset(&last, 0, sizeof(last));
	ck_assert_int_eq(admin_audit(&f->gate, &all, keep_line, &last),
	    STATUS_OK);
	return last;
}

static void
audit_is(struct fixture *f, const char *action, const char *reason)
{
	struct store_audit line = last_audit(f);

	ck_assert_str_eq(line.actor, "eve (1000)");
	ck_assert_str_eq(line.action, action);
	ck_assert_str_eq(line.user, ALICE);
	ck_assert_str_eq(line.reason, reason);
	ck_assert_int_eq(line.when, f->now);
}

static int64_t
notices(struct fixture *f)
{
	struct admin_health health;

	admin_health(&f->gate, &health);
	return health.outbox;
}

START_TEST(pardon_ends_a_restriction)
{
	struct admin_user user;
	struct fixture f;

	fixture_open(&f, RULE);
	fixture_restrict(&f, ALICE);
	ck_assert_int_eq(fixture_send(&f, ALICE, "<a@local.test>", 1, 3),
	    VERDICT_REFUSE);
	ck_assert_int_gt(notices(&f), 0);
	ck_assert_int_eq(act_on_alice(&f, ADMIN_PARDON, 0), STATUS_OK);
	user = fixture_user(&f, ALICE);
	ck_assert_int_eq(user.account.standing, STANDING_GOOD);
	ck_assert_int_eq(user.account.since, f.now);
	ck_assert_int_ne(user.account.warned_at, 0);
	audit_is(&f, "pardon", "was restricted: they rang");
	ck_assert_int_eq(notices(&f), 0);
	ck_assert_int_eq(fixture_send(&f, ALICE, "<b@local.test>", 1, 3),
	    VERDICT_ACCEPT);
	ck_assert_ptr_nonnull(strstr(f.lines.data, "administration: "
	    "action=pardon actor=\"eve (1000)\" user=" ALICE
	    " from=restricted to=good"));
	fixture_close(&f);
}
END_TEST

/* What was sent before is not held against them again. */
START_TEST(pardon_begins_a_new_count)
{
	struct fixture f;

	fixture_open(&f, RULE);
	fixture_restrict(&f, ALICE);
	ck_assert_int_eq(act_on_alice(&f, ADMIN_PARDON, 0), STATUS_OK);
	f.now++;
	fixture_send(&f, ALICE, "<a@local.test>", 1, 9);
	fixture_pass(&f, f.now + 5 * CLOCK_DAY);
	fixture_tally(&f, ALICE, 0, 9, 0);
	ck_assert_int_eq(fixture_user(&f, ALICE).account.standing,
	    STANDING_GOOD);
	/* The one warning stays used. */
	fixture_send(&f, ALICE, "<b@local.test>", 20, 1);
	fixture_pass(&f, f.now + 5 * CLOCK_DAY);
	ck_assert_int_eq(fixture_user(&f, ALICE).account.standing,
	    STANDING_RESTRICTED);
	fixture_close(&f);
}
END_TEST

START_TEST(restriction_holds_until_its_date)
{
	struct admin_user user;
	struct fixture f;
	int64_t until;

	fixture_open(&f, RULE);
	fixture_send(&f, ALICE, "<a@local.test>", 1, 1);
	until = f.now + 4 * CLOCK_DAY;
	ck_assert_int_eq(act_on_alice(&f, ADMIN_RESTRICT, until), STATUS_OK);
	audit_is(&f, "restrict", "was good, until 2026-01-09T09:00:00Z: they "
	    "rang");
	user = fixture_user(&f, ALICE);
	ck_assert_int_eq(user.account.standing, STANDING_RESTRICTED);
	ck_assert_int_eq(user.account.due, until);
	ck_assert_int_eq(notices(&f), 0);
	f.now++;
	ck_assert_int_eq(fixture_send(&f, ALICE, "<b@local.test>", 2, 3),
	    VERDICT_REFUSE);
	ck_assert_int_eq(fixture_send(&f, ALICE, "<c@local.test>", 2, 1),
	    VERDICT_ACCEPT);
	fixture_reply(&f, "<c2@outside.test>", "<c@local.test>");
	fixture_pass(&f, until);
	/* One of one has answered: the rule lets go. */
	ck_assert_int_eq(fixture_user(&f, ALICE).account.standing,
	    STANDING_GOOD);
	fixture_close(&f);
}
END_TEST

START_TEST(restriction_is_a_term_by_itself)
{
	struct fixture f;

	fixture_open(&f, RULE);
	fixture_send(&f, ALICE, "<a@local.test>", 1, 1);
	ck_assert_int_eq(act_on_alice(&f, ADMIN_RESTRICT, 0), STATUS_OK);
	ck_assert_int_eq(fixture_user(&f, ALICE).account.due,
	    f.now + 14 * CLOCK_DAY);
	fixture_pass(&f, f.now + 14 * CLOCK_DAY);
	/* Nobody has answered: another term, by the rule. */
	ck_assert_int_eq(fixture_user(&f, ALICE).account.due,
	    f.now + 14 * CLOCK_DAY);
	fixture_close(&f);
}
END_TEST

START_TEST(exemption_holds_until_its_date)
{
	struct fixture f;
	int64_t until;

	fixture_open(&f, RULE);
	fixture_restrict(&f, ALICE);
	until = f.now + 2 * CLOCK_DAY;
	ck_assert_int_eq(act_on_alice(&f, ADMIN_EXEMPT, until), STATUS_OK);
	ck_assert(fixture_user(&f, ALICE).exempt);
	ck_assert_int_eq(fixture_user(&f, ALICE).account.standing,
	    STANDING_RESTRICTED);
	ck_assert_int_eq(fixture_send(&f, ALICE, "<a@local.test>", 1, 3),
	    VERDICT_ACCEPT);
	ck_assert_int_eq(act_on_alice(&f, ADMIN_RESTRICT, 0),
	    STATUS_CONFLICT);
	fixture_pass(&f, until);
	ck_assert(!fixture_user(&f, ALICE).exempt);
	ck_assert_int_eq(fixture_send(&f, ALICE, "<b@local.test>", 1, 3),
	    VERDICT_REFUSE);
	fixture_close(&f);
}
END_TEST

START_TEST(exemption_is_ended)
{
	struct fixture f;

	fixture_open(&f, RULE);
	fixture_restrict(&f, ALICE);
	ck_assert_int_eq(act_on_alice(&f, ADMIN_EXEMPT_END, 0),
	    STATUS_CONFLICT);
	ck_assert_int_eq(act_on_alice(&f, ADMIN_EXEMPT, 0), STATUS_OK);
	audit_is(&f, "exempt", "for good: they rang");
	fixture_pass(&f, f.now + 60 * CLOCK_DAY);
	ck_assert(fixture_user(&f, ALICE).exempt);
	ck_assert_int_eq(fixture_user(&f, ALICE).next, 0);
	ck_assert_int_eq(act_on_alice(&f, ADMIN_EXEMPT_END, 0), STATUS_OK);
	audit_is(&f, "exempt-end", "they rang");
	ck_assert(!fixture_user(&f, ALICE).exempt);
	/* The term that has run out meanwhile is looked at now, once. */
	fixture_pass(&f, f.now + CLOCK_MINUTE);
	ck_assert_int_eq(fixture_user(&f, ALICE).account.due,
	    f.now - CLOCK_MINUTE + 14 * CLOCK_DAY);
	fixture_close(&f);
}
END_TEST

static const struct {
	const char		*name;
	const char		*policy;
	enum admin_act_kind	 kind;
	const char		*user;
	int64_t			 until;		/* after now; 0: none */
	const char		*reason;
	enum status		 want;
} refusals[] = {
	{ "no such user", RULE, ADMIN_PARDON, "bob@local.test", 0, "r",
	    STATUS_NOT_FOUND },
	{ "no name", RULE, ADMIN_PARDON, "@", 0, "r", STATUS_NOT_FOUND },
	{ "no reason", RULE, ADMIN_PARDON, ALICE, 0, "", STATUS_MALFORMED },
	{ "none at all", RULE, ADMIN_PARDON, ALICE, 0, NULL,
	    STATUS_MALFORMED },
	{ "restricted until now", RULE, ADMIN_RESTRICT, ALICE, -1, "r",
	    STATUS_MALFORMED },
	{ "exempt until yesterday", RULE, ADMIN_EXEMPT, ALICE, -CLOCK_DAY,
	    "r", STATUS_MALFORMED },
	{ "restricted, exempt by policy", EXEMPT, ADMIN_RESTRICT, ALICE, 0,
	    "r", STATUS_CONFLICT },
	{ "the policy's exemption ended", EXEMPT, ADMIN_EXEMPT_END, ALICE, 0,
	    "r", STATUS_CONFLICT },
	{ "in capitals", RULE, ADMIN_PARDON, "Alice@Local.TEST", 0, "r",
	    STATUS_OK },
	{ "until a moment from now", RULE, ADMIN_RESTRICT, ALICE, 1, "r",
	    STATUS_OK },
	{ "exempt by policy, by word too", EXEMPT, ADMIN_EXEMPT, ALICE, 0,
	    "r", STATUS_OK }
};

START_TEST(refuses_what_makes_no_sense)
{
	struct account before, after;
	struct fixture f;
	enum status status;

	fixture_open(&f, refusals[_i].policy);
	fixture_send(&f, ALICE, "<a@local.test>", 1, 1);
	before = fixture_user(&f, ALICE).account;
	status = act_by(&f, refusals[_i].kind, refusals[_i].user,
	    refusals[_i].until == 0 ? 0 : f.now + refusals[_i].until +
	    (refusals[_i].until == -1), refusals[_i].reason);
	ck_assert_msg(status == refusals[_i].want, "%s: %s",
	    refusals[_i].name, status_text(status));
	after = fixture_user(&f, ALICE).account;
	if (status != STATUS_OK) {
		ck_assert_msg(memcmp(&before, &after, sizeof(after)) == 0,
		    "%s: changed", refusals[_i].name);
		ck_assert_str_eq(last_audit(&f).action, "");
	} else
		ck_assert_str_ne(last_audit(&f).action, "");
	fixture_close(&f);
}
END_TEST

/* A step that was due is taken, and told, before the word that overrules it. */
START_TEST(what_was_due_comes_first)
{
	struct fixture f;

	fixture_open(&f, RULE);
	fixture_restrict(&f, ALICE);
	fixture_pass(&f, fixture_user(&f, ALICE).account.due - CLOCK_MINUTE);
	f.now += 2 * CLOCK_MINUTE;
	ck_assert_int_eq(act_on_alice(&f, ADMIN_EXEMPT, 0), STATUS_OK);
	ck_assert_ptr_nonnull(strstr(f.lines.data, "notice=extended"));
	fixture_close(&f);
}
END_TEST

/* Whole or not at all, whichever call fails. */
START_TEST(acts_are_whole)
{
	static const enum status statuses[] = { STATUS_UNAVAILABLE,
	    STATUS_NO_MEMORY };
	struct fault fault = { .status = statuses[_i] };
	struct fixture f;
	enum status status;
	unsigned long n;
	bool fired = true;

	fixture_open_faulty(&f, RULE, "", &fault);
	fixture_restrict(&f, ALICE);
	for (n = 1; fired; n++) {
		fault_arm(&fault, n);
		status = act_on_alice(&f, ADMIN_PARDON, 0);
		fired = fault.fired;
		fault_arm(&fault, 0);
		ck_assert_int_eq(status, fired ? statuses[_i] : STATUS_OK);
		ck_assert_int_eq(fixture_user(&f, ALICE).account.standing,
		    fired ? STANDING_RESTRICTED : STANDING_GOOD);
		ck_assert_int_eq(strcmp(last_audit(&f).action, "pardon") == 0,
		    !fired);
	}
	ck_assert_uint_gt(n, 8);
	fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("admin-act");
	TCase *tcase = tcase_create("admin-act");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, pardon_ends_a_restriction);
	tcase_add_test(tcase, pardon_begins_a_new_count);
	tcase_add_test(tcase, restriction_holds_until_its_date);
	tcase_add_test(tcase, restriction_is_a_term_by_itself);
	tcase_add_test(tcase, exemption_holds_until_its_date);
	tcase_add_test(tcase, exemption_is_ended);
	tcase_add_loop_test(tcase, refuses_what_makes_no_sense, 0,
	    ROWS(refusals));
	tcase_add_test(tcase, what_was_due_comes_first);
	tcase_add_loop_test(tcase, acts_are_whole, 0, 2);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
