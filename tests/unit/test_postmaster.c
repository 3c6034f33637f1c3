/*
 * What the postmaster is told, and that it is told once.
 */
#include <stdio.h>
#include <string.h>

#include "gate_fixture.h"
#include "test.h"

#define ALICE	"alice@local.test"
#define TOLD	"postmaster = \"pm@local.test\"; digest = false;"

struct waiting {
	struct buf	subjects;	/* a line each */
	struct buf	texts;
};

static bool
waiting_row(void *context, const struct store_notice *notice)
{
	struct waiting *waiting = context;

	if (notice->kind == STORE_NOTICE_POSTMASTER) {
		buf_printf(&waiting->subjects, "%s\n", notice->subject);
		buf_add_text(&waiting->texts, notice->text);
	}
	return true;
}

static enum status
waiting_body(struct store_txn *txn, void *argument)
{
	struct waiting *waiting = argument;

	buf_clear(&waiting->subjects);
	buf_clear(&waiting->texts);
	return store_outbox_each(txn, waiting_row, waiting);
}

/* Exactly these subjects wait; each line of their texts is fit for a mail. */
static void
expect(struct fixture *f, const char *subjects, const char *text)
{
	struct waiting waiting;
	const char *line;

	buf_init(&waiting.subjects);
	buf_init(&waiting.texts);
	ck_assert_int_eq(store_view(f->store, waiting_body, &waiting),
	    STATUS_OK);
	ck_assert_str_eq(waiting.subjects.data, subjects);
	ck_assert_msg(strstr(waiting.texts.data, text) != NULL, "%s",
	    waiting.texts.data);
	for (line = waiting.texts.data; *line != '\0';
	    line += strcspn(line, "\n") + 1)
		ck_assert_msg(strcspn(line, "\n") <= 78, "%s", line);
	buf_release(&waiting.subjects);
	buf_release(&waiting.texts);
}

#define OPENED	"replygate: replies are not reaching it\n"
#define CLOSED	"replygate: replies are seen again\n"

static void
send_low(struct fixture *f)
{
	fixture_send(f, ALICE, "<low@local.test>", 1, 12);
	fixture_pass(f, f->now + 4 * CLOCK_DAY);
}

/* In any mode, with notices to users or without. */
static const char *const modes[] = { TOLD, TOLD "mode = \"monitor\";",
    TOLD "notices = false;" };

START_TEST(breaker_is_told_of_once)
{
	char top[160];
	struct fixture f;

	snprintf(top, sizeof(top), "breaker_minimum = 10; %s", modes[_i]);
	fixture_open_with(&f, "minimum = 10;", top, NULL);
	send_low(&f);
	expect(&f, OPENED, "reply, 10 messages have");
	fixture_pass(&f, f.now + 2 * CLOCK_DAY);
	expect(&f, OPENED, "replygatectl doctor\n");
	fixture_reply(&f, "<c1@outside.test>", "<low@local.test>");
	fixture_pass(&f, f.now + CLOCK_DAY);
	expect(&f, OPENED CLOSED, "held against\nnobody");
	fixture_close(&f);
}
END_TEST

START_TEST(nobody_is_to_be_told)
{
	struct fixture f;

	fixture_open_with(&f, "minimum = 10;", "breaker_minimum = 10;", NULL);
	send_low(&f);
	ck_assert_ptr_nonnull(strstr(f.lines.data, "breaker: open"));
	expect(&f, "", "");
	fixture_close(&f);
}
END_TEST

START_TEST(jump_of_the_clock_is_told_of_once)
{
	struct fixture f;

	fixture_open_with(&f, "minimum = 10;", TOLD, NULL);
	fixture_pass(&f, f.now + CLOCK_HOUR);
	f.now += 9 * CLOCK_DAY;
	ck_assert_int_eq(clockwork_tick(&f.gate, f.now), STATUS_CONFLICT);
	expect(&f, "", "");
	f.now += 11 * CLOCK_MINUTE;
	ck_assert_int_eq(clockwork_tick(&f.gate, f.now), STATUS_OK);
	expect(&f, "replygate: the clock jumped\n",
	    "Mon 5 Jan 2026 10:00 UTC, and now it is\n"
	    "Wed 14 Jan 2026 10:11 UTC.\n");
	fixture_pass(&f, f.now + CLOCK_DAY);
	expect(&f, "replygate: the clock jumped\n", "");
	fixture_close(&f);
}
END_TEST

START_TEST(unfinished_import_is_told_of_once)
{
	static const char *const to[] = { "c1@outside.test" };
	const struct history_event event = { .time = FIXTURE_START -
	    CLOCK_DAY, .direction = HISTORY_OUT, .user = ALICE,
	    .message_id = "<h@local.test>", .recipients = to,
	    .recipient_count = 1 };
	struct history_outcome outcome;
	struct fixture f;

	fixture_open_with(&f, "minimum = 10;", TOLD, NULL);
	ck_assert_int_eq(history_replay(&f.gate, &event, 1, &outcome),
	    STATUS_OK);
	fixture_pass(&f, f.now + 23 * CLOCK_HOUR);
	expect(&f, "", "");
	fixture_pass(&f, f.now + 2 * CLOCK_HOUR);
	expect(&f, "replygate: an import is unfinished\n",
	    "begun on Mon 5 Jan 2026 09:00 UTC");
	fixture_pass(&f, f.now + 2 * CLOCK_DAY);
	expect(&f, "replygate: an import is unfinished\n", "");
	fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("postmaster");
	TCase *tcase = tcase_create("postmaster");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, breaker_is_told_of_once, 0, 3);
	tcase_add_test(tcase, nobody_is_to_be_told);
	tcase_add_test(tcase, jump_of_the_clock_is_told_of_once);
	tcase_add_test(tcase, unfinished_import_is_told_of_once);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
