/*
 * Which notices are written, and when: each change's in its transaction, a
 * heads-up before it, none where nobody is to be told.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "gate_faults.h"

#define ALICE	"alice@local.test"
#define NEAR	"minimum = 10; threshold = \"20%\"; heads_up = \"10%\";"

/* What waits in the outbox: "warning:0/12 ". */
struct waiting {
	char		text[512];
	int64_t		written;	/* the last one */
	int64_t		at;
};

static bool
waiting_row(void *context, const struct store_notice *notice)
{
	struct waiting *waiting = context;
	size_t length = strlen(waiting->text);

	ck_assert_int_eq(notice->kind, STORE_NOTICE_USER);
	snprintf(waiting->text + length, sizeof(waiting->text) - length,
	    "%s:%lld/%lld ", notice_text(notice->step.notice),
	    (long long)notice->step.tally.answered,
	    (long long)rate_settled(&notice->step.tally));
	waiting->written = notice->written;
	waiting->at = notice->step.at;
	return true;
}

static enum status
waiting_body(struct store_txn *txn, void *argument)
{
	struct waiting *waiting = argument;

	waiting->text[0] = '\0';
	return store_outbox_each(txn, waiting_row, waiting);
}

static struct waiting
look(struct fixture *f)
{
	struct waiting waiting = { .written = 0 };

	ck_assert_int_eq(store_view(f->store, waiting_body, &waiting),
	    STATUS_OK);
	return waiting;
}

static void
expect(struct fixture *f, const char *want)
{
	const struct waiting waiting = look(f);

	ck_assert_msg(strcmp(waiting.text, want) == 0, "waits: %s; want: %s",
	    waiting.text, want);
}

/* `count` messages named so, of which the first `answers` are answered. */
static void
write_to(struct fixture *f, const char *name, unsigned first, unsigned count,
    unsigned answers)
{
	char id[64], from[64];
	unsigned i;

	for (i = 0; i < count; i++) {
		snprintf(id, sizeof(id), "<%s%u@local.test>", name, i);
		ck_assert_int_eq(fixture_send(f, ALICE, id, first + i, 1),
		    VERDICT_ACCEPT);
		f->now += CLOCK_SECOND;
		if (i >= answers)
			continue;
		snprintf(from, sizeof(from), "<c%u@outside.test>", first + i);
		fixture_reply(f, from, id);
	}
}

START_TEST(a_change_writes_its_notice)
{
	struct fixture f;
	struct waiting waiting;

	fixture_open(&f, "minimum = 10;");
	write_to(&f, "m", 1, 12, 1);
	expect(&f, "");
	fixture_pass(&f, f.now + 10 * CLOCK_DAY);
	expect(&f, "warning:1/12 ");
	fixture_close(&f);

	/* Told late: written when it is looked at, of the day it was. */
	fixture_open(&f, "minimum = 10;");
	write_to(&f, "m", 1, 12, 1);
	f.now += 20 * CLOCK_HOUR;
	ck_assert_int_eq(clockwork_tick(&f.gate, f.now), STATUS_OK);
	f.now += 20 * CLOCK_HOUR;
	ck_assert_int_eq(clockwork_tick(&f.gate, f.now), STATUS_OK);
	f.now += 20 * CLOCK_HOUR;
	ck_assert_int_eq(clockwork_tick(&f.gate, f.now), STATUS_OK);
	f.now += 20 * CLOCK_HOUR;
	ck_assert_int_eq(clockwork_tick(&f.gate, f.now), STATUS_OK);
	waiting = look(&f);
	ck_assert_str_eq(waiting.text, "warning:1/12 ");
	ck_assert(waiting.written == f.now);
	ck_assert(waiting.at < f.now - CLOCK_HOUR);
	fixture_close(&f);
}
END_TEST

static const struct {
	const char *name;
	const char *policy;
	const char *top;
} silent[] = {
	{ "notices are off", "minimum = 10;", "notices = false;" },
	{ "monitor mode", "minimum = 10;", "mode = \"monitor\";" },
	{ "exempt", "minimum = 10; exempt = true;", "" },
};

START_TEST(nobody_is_to_be_told)
{
	struct fixture f;

	fixture_open_with(&f, silent[_i].policy, silent[_i].top, NULL);
	write_to(&f, "m", 1, 12, 0);
	fixture_pass(&f, f.now + 10 * CLOCK_DAY);
	ck_assert_msg(look(&f).text[0] == '\0', "%s: %s", silent[_i].name,
	    look(&f).text);
	fixture_close(&f);
}
END_TEST

static const struct {
	const char *name;
	const char *policy;
	unsigned sent, answered;
	const char *want;
} heads[] = {
	{ "below the threshold", NEAR, 12, 2, "warning:2/12 " },
	{ "at the threshold", NEAR, 10, 2, "heads-up:2/10 " },
	{ "just below the upper end", NEAR, 17, 5, "heads-up:5/17 " },
	{ "at the upper end", NEAR, 10, 3, "" },
	{ "far above", NEAR, 12, 9, "" },
	{ "too few", NEAR, 9, 2, "" },
	{ "switched off", "minimum = 10; threshold = \"20%\";", 10, 2, "" },
	{ "exempt", NEAR " exempt = true;", 10, 2, "" },
};

START_TEST(a_heads_up_comes_in_time)
{
	struct fixture f;
	struct admin_user user;

	fixture_open(&f, heads[_i].policy);
	write_to(&f, "m", 1, heads[_i].sent, heads[_i].answered);
	fixture_pass(&f, f.now + 4 * CLOCK_DAY);
	ck_assert_msg(strcmp(look(&f).text, heads[_i].want) == 0,
	    "%s: waits: %s", heads[_i].name, look(&f).text);
	user = fixture_user(&f, ALICE);
	ck_assert_msg((user.account.heads_up_at != 0) ==
	    (strncmp(heads[_i].want, "heads", 5) == 0), "%s",
	    heads[_i].name);
	ck_assert_msg(user.account.standing == STANDING_GOOD ||
	    heads[_i].want[0] == 'w', "%s: it moved a standing",
	    heads[_i].name);
	fixture_close(&f);
}
END_TEST

/* Two in every ten answer, day after day. */
START_TEST(a_heads_up_comes_once_in_a_window)
{
	char name[16];
	struct fixture f;
	unsigned day;

	fixture_open(&f, NEAR);
	for (day = 0; day < 16; day++) {
		snprintf(name, sizeof(name), "d%u.", day);
		write_to(&f, name, 1 + 100 * day, 10, 2);
		fixture_pass(&f, f.now + CLOCK_DAY);
	}
	expect(&f, "heads-up:2/10 ");
	for (; day < 19; day++) {
		snprintf(name, sizeof(name), "d%u.", day);
		write_to(&f, name, 1 + 100 * day, 10, 2);
		fixture_pass(&f, f.now + CLOCK_DAY);
	}
	ck_assert_msg(strncmp(look(&f).text, "heads-up:2/10 heads-up:28/140 ",
	    30) == 0, "waits: %s", look(&f).text);
	fixture_close(&f);
}
END_TEST

static const struct {
	const char *top;
	const char *want;
} breakers[] = {
	{ "breaker_minimum = 5;", "" },
	{ "breaker_minimum = 0;", "heads-up:3/20 " },
};

/* Three answer, and then nobody does. */
START_TEST(a_heads_up_waits_for_the_breaker)
{
	struct fixture f;

	fixture_open_with(&f, "minimum = 20; threshold = \"10%\"; heads_up = "
	    "\"10%\";", breakers[_i].top, NULL);
	write_to(&f, "m", 1, 10, 3);
	f.now += CLOCK_HOUR;
	write_to(&f, "n", 101, 10, 0);
	fixture_pass(&f, f.now + 4 * CLOCK_DAY);
	expect(&f, breakers[_i].want);
	fixture_close(&f);
}
END_TEST

/* The courier's own mail, from inside; with a login where there is one. */
static const struct {
	const char *name;
	const char *login;
} passes[] = {
	{ "without a login", NULL },
	{ "with a login", "replygate@local.test" },
};

START_TEST(a_notice_passes_and_counts_nothing)
{
	const struct message_origin origin = { passes[_i].login, "<>", true };
	struct admin_user user;
	struct message message;
	struct fixture f;

	fixture_open(&f, "minimum = 10;");
	fixture_send(&f, ALICE, "<m1@local.test>", 1, 1);
	message_init(&message);
	ck_assert_int_eq(message_begin(&message, &origin), STATUS_OK);
	ck_assert_int_eq(message_recipient(&message, "<" ALICE ">"),
	    STATUS_OK);
	message_header(&message, "From", "postmaster@local.test");
	message_header(&message, "To", ALICE);
	message_header(&message, "Message-ID", "<n1@local.test>");
	message_header(&message, "Auto-Submitted", "auto-generated");
	gate_verdict_release(&f.verdict);
	gate_check(&f.gate, f.conf, &message, GATE_STAGE_END, &f.verdict);
	ck_assert_msg(f.verdict.action == VERDICT_ACCEPT &&
	    f.verdict.message_id == NULL, "%s: touched", passes[_i].name);
	message_release(&message);
	fixture_tally(&f, ALICE, 0, 0, 1);
	ck_assert_msg(admin_user(&f.gate, "replygate@local.test", &user) ==
	    STATUS_NOT_FOUND, "%s: it became a user", passes[_i].name);
	ck_assert_uint_eq(atomic_load(&f.gate.figures.replies), 0);
	ck_assert_uint_eq(atomic_load(&f.gate.figures.bounces), 0);
	ck_assert_uint_eq(atomic_load(&f.gate.figures.strange_bounces), 0);
	fixture_close(&f);
}
END_TEST

static void
replay(struct fixture *f, int64_t begun, unsigned count)
{
	static const char *const to[] = { "c1@outside.test",
	    "c2@outside.test", "c3@outside.test", "c4@outside.test" };
	struct history_event event = { .direction = HISTORY_OUT,
	    .user = ALICE, .address = ALICE, .recipients = to,
	    .recipient_count = 4 };
	struct history_outcome outcome;
	char id[64];
	unsigned i;

	for (i = 0; i < count; i++) {
		snprintf(id, sizeof(id), "<h%u@local.test>", i);
		event.message_id = id;
		event.time = begun + (int64_t)i * CLOCK_DAY;
		ck_assert_int_eq(history_replay(&f->gate, &event, 1,
		    &outcome), STATUS_OK);
	}
}

/* Warned twelve days ago, by what is told now. */
START_TEST(a_history_is_told_as_it_ends)
{
	struct fixture f;
	struct waiting waiting;

	fixture_open(&f, "minimum = 10;");
	replay(&f, f.now - 18 * CLOCK_DAY, 12);
	expect(&f, "");
	ck_assert_int_eq(history_finish(&f.gate), STATUS_OK);
	waiting = look(&f);
	ck_assert_str_eq(waiting.text, "warning:0/12 ");
	ck_assert(waiting.written == f.now);
	ck_assert(waiting.at == fixture_user(&f, ALICE).account.since);
	ck_assert(waiting.at < f.now - 12 * CLOCK_DAY);
	/* Done once. */
	ck_assert_int_eq(history_finish(&f.gate), STATUS_OK);
	expect(&f, "warning:0/12 ");
	fixture_close(&f);
}
END_TEST

START_TEST(a_history_that_leaves_nobody_warned)
{
	struct fixture f;

	fixture_open(&f, "minimum = 100;");
	replay(&f, f.now - 20 * CLOCK_DAY, 12);
	ck_assert_int_eq(history_finish(&f.gate), STATUS_OK);
	expect(&f, "");
	fixture_close(&f);
	fixture_open_with(&f, "minimum = 10;", "notices = false;", NULL);
	replay(&f, f.now - 18 * CLOCK_DAY, 12);
	ck_assert_int_eq(history_finish(&f.gate), STATUS_OK);
	expect(&f, "");
	fixture_close(&f);
}
END_TEST

/* More users than one page. */
START_TEST(everybody_in_a_history_is_told)
{
	static const char *const to[] = { "c1@outside.test",
	    "c2@outside.test" };
	struct history_event event = { .direction = HISTORY_OUT,
	    .recipients = to, .recipient_count = 2 };
	struct history_outcome outcome;
	struct admin_health health;
	char user[64], id[64];
	struct fixture f;
	unsigned i, n;

	fixture_open(&f, "minimum = 2;");
	for (n = 0; n < 2; n++)
		for (i = 0; i < 150; i++) {
			snprintf(user, sizeof(user), "u%u@local.test", i);
			snprintf(id, sizeof(id), "<%u.%u@local.test>", n, i);
			event.user = event.address = user;
			event.message_id = id;
			event.time = f.now - (10 - 4 * n) * CLOCK_DAY;
			ck_assert_int_eq(history_replay(&f.gate, &event, 1,
			    &outcome), STATUS_OK);
		}
	ck_assert_int_eq(history_finish(&f.gate), STATUS_OK);
	admin_health(&f.gate, &health);
	ck_assert_int_eq(health.outbox, 150);
	fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("gate notices");
	TCase *tests = tcase_create("gate notices");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, a_change_writes_its_notice);
	tcase_add_loop_test(tests, nobody_is_to_be_told, 0,
	    (int)(sizeof(silent) / sizeof(silent[0])));
	tcase_add_loop_test(tests, a_heads_up_comes_in_time, 0,
	    (int)(sizeof(heads) / sizeof(heads[0])));
	tcase_add_test(tests, a_heads_up_comes_once_in_a_window);
	tcase_add_loop_test(tests, a_heads_up_waits_for_the_breaker, 0, 2);
	tcase_add_loop_test(tests, a_notice_passes_and_counts_nothing, 0, 2);
	tcase_add_test(tests, a_history_is_told_as_it_ends);
	tcase_add_test(tests, a_history_that_leaves_nobody_warned);
	tcase_add_test(tests, everybody_in_a_history_is_told);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
