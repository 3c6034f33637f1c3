/*
 * One message in several transactions: a client that splits it has sent one
 * message.  What a restricted user has let through under a Message-ID is the
 * last of it, the rest is refused at the end of the header; and what went
 * out is bulk.
 */
#include <stdio.h>
#include <string.h>

#include "gate_faults.h"
#include "test.h"

#define ALICE	"alice@local.test"
#define SMALL	"minimum = 10;"
#define SPLIT	"<split@local.test>"

struct flags {
	int64_t		from;		/* rows sent from then on */
	unsigned	rows, bulk;
};

static bool
count_row(void *context, const struct outreach *row)
{
	struct flags *flags = context;

	if (row->sent_at < flags->from)
		return true;
	flags->rows++;
	flags->bulk += (row->flags & OUTREACH_BULK) != 0;
	return true;
}

static enum status
count_rows(struct store_txn *txn, void *argument)
{
	struct flags *flags = argument;

	flags->rows = flags->bulk = 0;
	return store_outreach_window(txn, 1, 0, CLOCK_LATEST, count_row,
	    flags);
}

/* Alice's rows since `from`, and how many of them are bulk. */
static void
check_rows(struct fixture *f, const char *what, int64_t from, unsigned rows,
    unsigned bulk)
{
	struct flags flags = { .from = from };

	ck_assert_int_eq(store_view(f->store, count_rows, &flags), STATUS_OK);
	ck_assert_msg(flags.rows == rows && flags.bulk == bulk,
	    "%s: %u rows, %u bulk; want %u, %u", what, flags.rows, flags.bulk,
	    rows, bulk);
}

static enum verdict_action
send_at(struct fixture *f, const char *message_id, unsigned candidate,
    enum gate_stage stage)
{
	char name[32];
	const char *recipients[] = { name, NULL };

	snprintf(name, sizeof(name), "<c%u@outside.test>", candidate);
	return fixture_send_to(f, ALICE, message_id, stage, recipients);
}

/* As the MTA's door does it: header, then end. */
static enum verdict_action
send_part(struct fixture *f, const char *message_id, unsigned candidate)
{
	enum verdict_action action;

	action = send_at(f, message_id, candidate, GATE_STAGE_HEADER);
	return action != VERDICT_ACCEPT ? action :
	    send_at(f, message_id, candidate, GATE_STAGE_END);
}

static const struct {
	const char	*name;
	const char	*message_id;	/* NULL: made from the header */
	int64_t		 apart;
} parts[] = {
	{ "at once", SPLIT, 0 },
	{ "a minute later", SPLIT, CLOCK_MINUTE },
	{ "hours later", SPLIT, 20 * CLOCK_HOUR },
	{ "without a Message-ID", NULL, CLOCK_MINUTE }
};

START_TEST(second_part_is_refused_at_the_header)
{
	const char *name = parts[_i].name;
	struct fixture f;
	int64_t from;

	fixture_open(&f, SMALL);
	fixture_restrict(&f, ALICE);
	from = f.now;
	ck_assert_msg(send_part(&f, parts[_i].message_id, 1) ==
	    VERDICT_ACCEPT, "%s: the first part", name);
	check_rows(&f, name, from, 1, 0);
	f.now += parts[_i].apart;
	ck_assert_msg(send_at(&f, parts[_i].message_id, 2, GATE_STAGE_HEADER)
	    == VERDICT_REFUSE, "%s: the second", name);
	ck_assert_ptr_nonnull(strstr(f.verdict.text.data, "paused"));
	ck_assert_ptr_nonnull(strstr(f.lines.data, "stage=header"));
	check_rows(&f, name, from, 1, 1);
	ck_assert_msg(send_part(&f, parts[_i].message_id, 1) ==
	    VERDICT_ACCEPT, "%s: the first again", name);
	ck_assert_msg(send_part(&f, parts[_i].message_id, 3) ==
	    VERDICT_REFUSE, "%s: the third", name);
	check_rows(&f, name, from, 1, 1);
	fixture_close(&f);
}
END_TEST

START_TEST(refused_at_the_end_marks_as_well)
{
	struct fixture f;
	int64_t from;

	fixture_open(&f, SMALL);
	fixture_restrict(&f, ALICE);
	from = f.now;
	ck_assert_int_eq(send_part(&f, SPLIT, 1), VERDICT_ACCEPT);
	ck_assert_int_eq(send_at(&f, SPLIT, 2, GATE_STAGE_END),
	    VERDICT_REFUSE);
	check_rows(&f, "refused at the end", from, 1, 1);
	fixture_close(&f);
}
END_TEST

START_TEST(header_refuses_nothing_but_a_split)
{
	struct fixture f;
	int64_t from;

	fixture_open(&f, SMALL);
	ck_assert_int_eq(send_part(&f, "<g@local.test>", 1), VERDICT_ACCEPT);
	/* In good standing: it is bulk, and passes. */
	ck_assert_int_eq(send_part(&f, "<g@local.test>", 2), VERDICT_ACCEPT);
	check_rows(&f, "good", 0, 2, 2);
	fixture_restrict(&f, ALICE);
	from = f.now;
	ck_assert_int_eq(send_part(&f, "<a@local.test>", 3), VERDICT_ACCEPT);
	ck_assert_int_eq(send_part(&f, "<b@local.test>", 4), VERDICT_ACCEPT);
	check_rows(&f, "restricted", from, 2, 0);
	fixture_close(&f);
}
END_TEST

START_TEST(monitor_mode_refuses_no_part)
{
	struct fixture f;

	fixture_open_with(&f, SMALL "settle = \"1h\";",
	    "mode = \"monitor\";", NULL);
	ck_assert_int_eq(send_part(&f, SPLIT, 1), VERDICT_ACCEPT);
	ck_assert_int_eq(send_part(&f, SPLIT, 2), VERDICT_ACCEPT);
	check_rows(&f, "monitor", 0, 2, 2);
	fixture_close(&f);
}
END_TEST

/* What a look asks of the store: the beginning of the view, and each read. */
static const struct {
	const char	*name;
	const char	*policy, *top;
	enum gate_stage	 stage;
	const char	*recipients[3];
	unsigned long	 want;
} looks[] = {
	{ "the account", "merge_minimum = 0;", "", GATE_STAGE_HEADER,
	    { "c9@outside.test" }, 2 },
	{ "of two candidates too", "merge_minimum = 0;", "",
	    GATE_STAGE_HEADER, { "c8@outside.test", "c9@outside.test" }, 2 },
	{ "at DATA", "merge_minimum = 0;", "", GATE_STAGE_DATA,
	    { "c8@outside.test", "c9@outside.test" }, 2 },
	{ "a letter: is it a contact, were they written to", "", "",
	    GATE_STAGE_HEADER, { "c9@outside.test" }, 5 },
	{ "mail that stays inside", "", "", GATE_STAGE_HEADER,
	    { "bob@local.test" }, 0 },
	{ "at DATA as well", "", "", GATE_STAGE_DATA,
	    { "bob@local.test", "carol@local.test" }, 0 },
	{ "an exempt user", "exempt = true;", "", GATE_STAGE_HEADER,
	    { "c9@outside.test" }, 0 },
	{ "nobody is refused, and letters not compared",
	    "merge_minimum = 0;", "mode = \"monitor\";",
	    GATE_STAGE_HEADER, { "c9@outside.test" }, 0 },
	{ "nobody is refused at DATA", "", "mode = \"monitor\";",
	    GATE_STAGE_DATA, { "c8@outside.test", "c9@outside.test" }, 0 }
};

START_TEST(look_asks_little)
{
	struct fault fault = { .fail_at = 0 };
	char policy[64];
	struct fixture f;

	snprintf(policy, sizeof(policy), SMALL "%s", looks[_i].policy);
	fixture_open_faulty(&f, policy, looks[_i].top, &fault);
	fixture_send(&f, ALICE, "<m@local.test>", 1, 3);
	fault_arm(&fault, 0);
	ck_assert_int_eq(fixture_send_to(&f, ALICE, "<n@local.test>",
	    looks[_i].stage, looks[_i].recipients), VERDICT_ACCEPT);
	ck_assert_msg(fault.calls == looks[_i].want, "%s: %lu calls, want %lu",
	    looks[_i].name, fault.calls, looks[_i].want);
	fixture_close(&f);
}
END_TEST

/*
 * A message that was let through and comes again once its sender is restricted,
 * asked for before its Message-ID is known.
 */

static enum verdict_action
ask_at_data(struct fixture *f, unsigned count)
{
	char names[8][32];
	const char *recipients[9] = { NULL };
	unsigned i;

	for (i = 0; i < count; i++) {
		snprintf(names[i], sizeof(names[i]), "<c%u@outside.test>",
		    i + 1);
		recipients[i] = names[i];
	}
	return fixture_send_to(f, ALICE, NULL, GATE_STAGE_DATA, recipients);
}

START_TEST(retry_of_bulk_passes_at_data)
{
	struct fixture f;

	fixture_open(&f, SMALL);
	ck_assert_int_eq(fixture_send(&f, ALICE, "<old@local.test>", 1, 3),
	    VERDICT_ACCEPT);
	fixture_restrict(&f, ALICE);
	ck_assert_int_eq(ask_at_data(&f, 3), VERDICT_ACCEPT);
	ck_assert_int_eq(fixture_send(&f, ALICE, "<old@local.test>", 1, 3),
	    VERDICT_ACCEPT);
	/* To some of them: the rest had been refused by somebody else. */
	ck_assert_int_eq(ask_at_data(&f, 2), VERDICT_ACCEPT);
	/* To one more than it went to. */
	ck_assert_int_eq(ask_at_data(&f, 4), VERDICT_REFUSE);
	/* To the same, and not the same: the Message-ID tells. */
	ck_assert_int_eq(send_at(&f, "<new@local.test>", 1,
	    GATE_STAGE_HEADER), VERDICT_ACCEPT);
	ck_assert_int_eq(fixture_send(&f, ALICE, "<new@local.test>", 1, 3),
	    VERDICT_REFUSE);
	fixture_close(&f);
}
END_TEST

START_TEST(retry_is_looked_for_among_the_latest)
{
	struct fixture f;
	char id[64];
	unsigned i, candidate;

	fixture_open(&f, SMALL);
	ck_assert_int_eq(fixture_send(&f, ALICE, "<old@local.test>", 1, 2),
	    VERDICT_ACCEPT);
	fixture_restrict(&f, ALICE);
	/* Seven messages to each since: it is the eighth from the end. */
	for (i = 0; i < 8; i++) {
		ck_assert_msg(ask_at_data(&f, 2) == VERDICT_ACCEPT,
		    "%u since", i);
		for (candidate = 1; candidate <= 2; candidate++) {
			snprintf(id, sizeof(id), "<later%u.%u@local.test>",
			    candidate, i);
			f.now += CLOCK_MINUTE;
			ck_assert_int_eq(send_part(&f, id, candidate),
			    VERDICT_ACCEPT);
		}
	}
	ck_assert_int_eq(ask_at_data(&f, 2), VERDICT_REFUSE);
	fixture_close(&f);
}
END_TEST

/*
 * A store that fails at the first, second, third ... call.
 */

static const struct {
	const char	*name;
	enum status	 status;
} faults[] = {
	{ "unavailable", STATUS_UNAVAILABLE },
	{ "lost race", STATUS_CONFLICT },
	{ "uncertain", STATUS_UNCERTAIN },
	{ "no memory", STATUS_NO_MEMORY }
};

START_TEST(failing_store_ends_in_the_same_ledger)
{
	struct fault fault = { .fail_at = 0 };
	struct fixture f;
	unsigned long n;
	bool fired = true;
	int64_t from;

	for (n = 1; fired; n++) {
		fault.fail_at = 0;
		fault.status = faults[_i].status;
		fixture_open_faulty(&f, SMALL, "on_error = \"tempfail\";",
		    &fault);
		fixture_restrict(&f, ALICE);
		from = f.now;
		ck_assert_int_eq(send_part(&f, SPLIT, 1), VERDICT_ACCEPT);
		fault_arm(&fault, n);
		if (send_part(&f, SPLIT, 2) == VERDICT_TEMPFAIL)
			ck_assert_int_eq(send_part(&f, SPLIT, 2),
			    VERDICT_REFUSE);
		else
			ck_assert_int_eq(f.verdict.action, VERDICT_REFUSE);
		fired = fault.fired;
		fault_arm(&fault, 0);
		check_rows(&f, faults[_i].name, from, 1, 1);
		fixture_close(&f);
	}
	ck_assert_uint_gt(n, faults[_i].status == STATUS_UNCERTAIN ? 1 : 8);
}
END_TEST

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

int
main(void)
{
	Suite *suite = suite_create("gate_split");
	TCase *tcase = tcase_create("split");

	tcase_add_loop_test(tcase, second_part_is_refused_at_the_header, 0,
	    ROWS(parts));
	tcase_add_test(tcase, refused_at_the_end_marks_as_well);
	tcase_add_test(tcase, header_refuses_nothing_but_a_split);
	tcase_add_test(tcase, monitor_mode_refuses_no_part);
	tcase_add_loop_test(tcase, look_asks_little, 0, ROWS(looks));
	tcase_add_test(tcase, retry_of_bulk_passes_at_data);
	tcase_add_test(tcase, retry_is_looked_for_among_the_latest);
	tcase_add_loop_test(tcase, failing_store_ends_in_the_same_ledger, 0,
	    ROWS(faults));
	tcase_set_timeout(tcase, 120);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
