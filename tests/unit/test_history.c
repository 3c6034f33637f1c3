/*
 * Histories replayed through the gate: at their own times, once, whole, and
 * with nothing judged before the end is told.
 */
#include <stdio.h>
#include <string.h>

#include "gate_fixture.h"
#include "test.h"

#define ALICE	"alice@local.test"
#define SMALL	"minimum = 10; "
#define EVENTS	64

struct story {
	struct history_event	events[EVENTS];
	struct history_outcome	outcomes[EVENTS];
	char			texts[EVENTS][64];
	const char		*one[EVENTS][3];
	size_t			count;
};

static struct history_event *
tell(struct story *story, int64_t when)
{
	struct history_event *event = &story->events[story->count];

	ck_assert_uint_lt(story->count, EVENTS);
	event->time = when;
	event->address = ALICE;
	story->count++;
	return event;
}

static void
tell_out(struct story *story, int64_t when, const char *message_id,
    const char *first, const char *second)
{
	struct history_event *event = tell(story, when);
	const char **recipients = story->one[story->count - 1];

	recipients[0] = first;
	recipients[1] = second;
	event->direction = HISTORY_OUT;
	event->user = ALICE;
	event->recipients = recipients;
	event->recipient_count = second == NULL ? 1 : 2;
	event->message_id = message_id;
}

static void
tell_in(struct story *story, int64_t when, const char *from,
    const char *reference)
{
	struct history_event *event = tell(story, when);
	const char **references = story->one[story->count - 1];

	references[0] = reference;
	event->direction = HISTORY_IN;
	event->from = from;
	event->references = references;
	event->reference_count = reference == NULL ? 0 : 1;
}

/* Twelve unanswered one-to-one messages, a minute apart. */
static void
tell_low(struct story *story, int64_t when, const char *tag)
{
	unsigned i;

	for (i = 0; i < 12; i++) {
		char *text = story->texts[story->count];

		snprintf(text, sizeof(story->texts[0]), "%s-%u@outside.test",
		    tag, i);
		tell_out(story, when + i * CLOCK_MINUTE, text, text, NULL);
	}
}

static void
replay(struct fixture *f, struct story *story)
{
	ck_assert_int_eq(history_replay(&f->gate, story->events, story->count,
	    story->outcomes), STATUS_OK);
}

/* A life up to the restriction, ending with a bulk message. */
static void
tell_restricted(struct story *story, int64_t start)
{
	tell_low(story, start, "first");
	tell_low(story, start + 5 * CLOCK_DAY, "second");
	tell_out(story, start + 23 * CLOCK_DAY, "bulk@local.test",
	    "x@outside.test", "y@outside.test");
	tell_out(story, start + 23 * CLOCK_DAY + CLOCK_MINUTE,
	    "one@local.test", "x@outside.test", NULL);
	tell_in(story, start + 23 * CLOCK_DAY + CLOCK_HOUR, "x@outside.test",
	    "<one@local.test>");
}

START_TEST(life_is_replayed_at_its_own_times)
{
	struct story story = { .count = 0 };
	struct admin_user user;
	struct fixture f;
	int64_t start = FIXTURE_START - 25 * CLOCK_DAY;

	fixture_open(&f, SMALL);
	tell_restricted(&story, start);
	replay(&f, &story);
	ck_assert_int_eq(story.outcomes[23].result, HISTORY_APPLIED);
	ck_assert_int_eq(story.outcomes[24].result, HISTORY_REFUSED);
	ck_assert_int_eq(story.outcomes[25].result, HISTORY_APPLIED);
	ck_assert_int_eq(history_finish(&f.gate), STATUS_OK);
	user = fixture_user(&f, ALICE);
	ck_assert_int_eq(user.account.standing, STANDING_RESTRICTED);
	/* Low at the first full hour after ten had lapsed; then 17 days. */
	ck_assert(user.account.warned_at == start + 3 * CLOCK_DAY +
	    CLOCK_HOUR);
	ck_assert(user.account.since == user.account.warned_at +
	    17 * CLOCK_DAY);
	ck_assert_int_eq(user.open, 0);
	ck_assert_int_eq(user.open_answered, 1);
	fixture_close(&f);
}
END_TEST

START_TEST(second_run_changes_nothing)
{
	struct story story = { .count = 0 };
	struct admin_user before, after;
	struct fixture f;
	size_t i;

	fixture_open(&f, SMALL);
	tell_restricted(&story, FIXTURE_START - 25 * CLOCK_DAY);
	replay(&f, &story);
	before = fixture_user(&f, ALICE);
	replay(&f, &story);
	after = fixture_user(&f, ALICE);
	for (i = 0; i < story.count; i++)
		ck_assert_msg(story.outcomes[i].result == HISTORY_REPEATED,
		    "event %zu: %d", i, story.outcomes[i].result);
	ck_assert_mem_eq(&before, &after, sizeof(before));
	fixture_close(&f);
}
END_TEST

START_TEST(cut_anywhere_and_resumed_it_ends_the_same)
{
	struct story whole = { .count = 0 }, part = { .count = 0 };
	struct admin_user want, got;
	struct fixture f;
	size_t cut;

	tell_restricted(&whole, FIXTURE_START - 25 * CLOCK_DAY);
	fixture_open(&f, SMALL);
	replay(&f, &whole);
	want = fixture_user(&f, ALICE);
	fixture_close(&f);
	for (cut = 0; cut <= whole.count; cut += 3) {
		fixture_open(&f, SMALL);
		tell_restricted(&part, FIXTURE_START - 25 * CLOCK_DAY);
		part.count = cut;
		replay(&f, &part);
		/* The clockwork ticks meanwhile, and must not judge. */
		f.now += CLOCK_HOUR;
		ck_assert_int_eq(clockwork_tick(&f.gate, f.now), STATUS_OK);
		f.now -= CLOCK_HOUR;
		replay(&f, &whole);
		got = fixture_user(&f, ALICE);
		ck_assert_msg(memcmp(&want, &got, sizeof(want)) == 0,
		    "cut at %zu", cut);
		fixture_close(&f);
		memset(&part, 0, sizeof(part));
	}
}
END_TEST

START_TEST(unfinished_history_is_not_judged)
{
	struct story story = { .count = 0 };
	struct admin_health health;
	struct fixture f;

	fixture_open(&f, SMALL);
	tell_low(&story, FIXTURE_START - 5 * CLOCK_DAY, "first");
	replay(&f, &story);
	fixture_pass(&f, f.now + 3 * CLOCK_HOUR);
	ck_assert_int_eq(fixture_user(&f, ALICE).account.standing,
	    STANDING_GOOD);
	ck_assert_ptr_nonnull(strstr(fixture_user(&f, ALICE).outlook,
	    "when the import is finished"));
	admin_health(&f.gate, &health);
	ck_assert(!health.healthy);
	ck_assert_ptr_nonnull(strstr(health.problem, "unfinished"));
	ck_assert_int_eq(history_finish(&f.gate), STATUS_OK);
	f.now += CLOCK_SECOND;
	ck_assert_int_eq(clockwork_tick(&f.gate, f.now), STATUS_OK);
	ck_assert_int_eq(fixture_user(&f, ALICE).account.standing,
	    STANDING_WARNED);
	admin_health(&f.gate, &health);
	ck_assert_msg(health.healthy, "%s", health.problem);
	fixture_close(&f);
}
END_TEST

/* Half a history has outreach without its answers: both are so at once. */
START_TEST(unfinished_history_is_seen_behind_the_breaker)
{
	struct story story = { .count = 0 };
	struct admin_health health;
	struct fixture f;

	fixture_open_with(&f, SMALL, "breaker_minimum = 10;", NULL);
	tell_low(&story, FIXTURE_START - 5 * CLOCK_DAY, "first");
	replay(&f, &story);
	fixture_pass(&f, f.now + 3 * CLOCK_HOUR);
	admin_health(&f.gate, &health);
	ck_assert(health.breaker_open);
	ck_assert_msg(strstr(health.problem, "unfinished") != NULL, "%s",
	    health.problem);
	ck_assert_int_eq(history_finish(&f.gate), STATUS_OK);
	admin_health(&f.gate, &health);
	ck_assert_msg(strstr(health.problem, "breaker") != NULL, "%s",
	    health.problem);
	fixture_close(&f);
}
END_TEST

START_TEST(history_told_late_reaches_back)
{
	struct story story = { .count = 0 };
	struct fixture f;

	fixture_open(&f, SMALL);
	fixture_send(&f, ALICE, "<live@local.test>", 1, 1);
	tell_low(&story, FIXTURE_START - 5 * CLOCK_DAY, "first");
	replay(&f, &story);
	fixture_tally(&f, ALICE, 0, 12, 1);
	fixture_close(&f);
}
END_TEST

/* Whoever was seen before the history was told is judged on it all the same. */
START_TEST(history_told_late_is_judged)
{
	struct story story = { .count = 0 };
	struct admin_user user;
	struct fixture f;
	int64_t start = FIXTURE_START - 25 * CLOCK_DAY;

	fixture_open(&f, SMALL);
	fixture_send(&f, ALICE, "<live@local.test>", 1, 1);
	tell_restricted(&story, start);
	replay(&f, &story);
	ck_assert_int_eq(story.outcomes[24].result, HISTORY_REFUSED);
	user = fixture_user(&f, ALICE);
	ck_assert_int_eq(user.account.standing, STANDING_RESTRICTED);
	fixture_close(&f);
}
END_TEST

static bool
any_notice(void *context, const struct store_notice *notice)
{
	(void)notice;
	++*(int *)context;
	return true;
}

static enum status
count_notices(struct store_txn *txn, void *count)
{
	*(int *)count = 0;
	return store_outbox_each(txn, any_notice, count);
}

static int
waiting_notices(struct fixture *f)
{
	int notices;

	ck_assert_int_eq(store_view(f->store, count_notices, &notices),
	    STATUS_OK);
	return notices;
}

/* How many notices wait then. */
static int
finish(struct fixture *f, struct story *story)
{
	replay(f, story);
	ck_assert_int_eq(history_finish(&f->gate), STATUS_OK);
	return waiting_notices(f);
}

/* Neither by the same history told again, nor by one that is told later. */
START_TEST(change_is_told_once)
{
	struct story story = { .count = 0 }, later = { .count = 0 };
	struct fixture f;

	fixture_open(&f, SMALL);
	tell_restricted(&story, FIXTURE_START - 25 * CLOCK_DAY);
	ck_assert_int_eq(finish(&f, &story), 1);
	ck_assert_int_eq(finish(&f, &story), 1);
	tell_out(&later, FIXTURE_START - CLOCK_HOUR, "later@local.test",
	    "x@outside.test", NULL);
	ck_assert_int_eq(finish(&f, &later), 1);
	fixture_close(&f);
}
END_TEST

/* The rule told of its own, and of an administrator's nobody is told. */
START_TEST(what_no_history_changed_is_not_told)
{
	const struct admin_act act = { .kind = ADMIN_RESTRICT, .user = ALICE,
	    .actor = "root", .reason = "bought addresses" };
	struct story story = { .count = 0 };
	struct admin_user user;
	struct fixture f;
	int i, before;

	fixture_open(&f, SMALL);
	fixture_restrict(&f, ALICE);
	if (_i == 1)
		ck_assert_int_eq(admin_act(&f.gate, &act, &user), STATUS_OK);
	before = waiting_notices(&f);
	tell_out(&story, FIXTURE_START - CLOCK_HOUR, "m@local.test",
	    "x@outside.test", NULL);
	for (i = 0; i < 3; i++)
		ck_assert_int_eq(finish(&f, &story), before);
	fixture_close(&f);
}
END_TEST

/* What would have been, and nothing else, whether or not seen before. */
START_TEST(history_in_monitor_mode_moves_what_would_be)
{
	struct story story = { .count = 0 };
	struct admin_user user;
	struct fixture f;
	int notices;

	fixture_open_with(&f, SMALL, "mode = \"monitor\";", NULL);
	if (_i == 1)
		fixture_send(&f, ALICE, "<live@local.test>", 1, 1);
	tell_restricted(&story, FIXTURE_START - 25 * CLOCK_DAY);
	replay(&f, &story);
	ck_assert_int_eq(story.outcomes[24].result, HISTORY_APPLIED);
	ck_assert_int_eq(history_finish(&f.gate), STATUS_OK);
	user = fixture_user(&f, ALICE);
	ck_assert_int_eq(user.account.standing, STANDING_GOOD);
	ck_assert(user.account.warned_at == 0);
	ck_assert(user.shadowed);
	ck_assert_int_eq(user.account.shadow.standing, STANDING_RESTRICTED);
	ck_assert_int_eq(store_view(f.store, count_notices, &notices),
	    STATUS_OK);
	ck_assert_int_eq(notices, 0);
	fixture_close(&f);
}
END_TEST

START_TEST(automatic_mail_answers_nothing)
{
	struct story story = { .count = 0 };
	struct fixture f;
	int64_t start = FIXTURE_START - 5 * CLOCK_DAY;

	fixture_open(&f, SMALL);
	tell_out(&story, start, "m@local.test", "x@outside.test", NULL);
	tell_in(&story, start + CLOCK_HOUR, "x@outside.test",
	    "<m@local.test>");
	story.events[1].automatic = true;
	replay(&f, &story);
	fixture_tally(&f, ALICE, 0, 1, 0);
	fixture_close(&f);
}
END_TEST

/* Bad events: each is skipped and named, and its neighbours are applied. */
static void
no_recipient(struct history_event *event)
{
	event->recipient_count = 0;
}

static void
no_sender(struct history_event *event)
{
	event->user = event->address = NULL;
}

static void
no_time(struct history_event *event)
{
	event->time = 0;
}

static void
in_the_future(struct history_event *event)
{
	event->time = FIXTURE_START + 2 * CLOCK_DAY;
}

static void
bad_recipient(struct history_event *event)
{
	static const char *const bad[] = { "no address" };

	event->recipients = bad;
}

static void
bad_address(struct history_event *event)
{
	event->address = "alice";
}

static void
from_nobody(struct history_event *event)
{
	event->direction = HISTORY_IN;
	event->from = NULL;
}

static const struct bad_row {
	const char *name;
	void (*spoil)(struct history_event *);
	const char *why;
} bad_rows[] = {
	{ "no recipient", no_recipient, "at least one recipient" },
	{ "no sender", no_sender, "a user or an address" },
	{ "no time", no_time, "time is missing" },
	{ "in the future", in_the_future, "in the future" },
	{ "a bad recipient", bad_recipient, "expected name@domain" },
	{ "a bad address", bad_address, "expected name@domain" },
	{ "from nobody", from_nobody, "needs `from`" },
};

START_TEST(bad_events_are_skipped)
{
	const struct bad_row *row = &bad_rows[_i];
	struct story story = { .count = 0 };
	struct fixture f;
	int64_t start = FIXTURE_START - 5 * CLOCK_DAY;

	fixture_open(&f, SMALL);
	tell_out(&story, start, "a@local.test", "x@outside.test", NULL);
	tell_out(&story, start, "b@local.test", "y@outside.test", NULL);
	tell_out(&story, start, "c@local.test", "z@outside.test", NULL);
	row->spoil(&story.events[1]);
	replay(&f, &story);
	ck_assert_msg(story.outcomes[1].result == HISTORY_MALFORMED &&
	    strstr(story.outcomes[1].why, row->why) != NULL, "%s: %s",
	    row->name, story.outcomes[1].why);
	fixture_tally(&f, ALICE, 0, 2, 0);
	fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("history");
	TCase *replaying = tcase_create("replaying");
	TCase *checking = tcase_create("checking");

	tcase_add_test(replaying, life_is_replayed_at_its_own_times);
	tcase_add_test(replaying, second_run_changes_nothing);
	tcase_add_test(replaying, cut_anywhere_and_resumed_it_ends_the_same);
	tcase_add_test(replaying, unfinished_history_is_not_judged);
	tcase_add_test(replaying,
	    unfinished_history_is_seen_behind_the_breaker);
	tcase_add_test(replaying, history_told_late_reaches_back);
	tcase_add_test(replaying, history_told_late_is_judged);
	tcase_add_test(replaying, change_is_told_once);
	tcase_add_loop_test(replaying, what_no_history_changed_is_not_told, 0,
	    2);
	tcase_add_loop_test(replaying,
	    history_in_monitor_mode_moves_what_would_be, 0, 2);
	tcase_add_test(replaying, automatic_mail_answers_nothing);
	tcase_add_loop_test(checking, bad_events_are_skipped, 0,
	    sizeof(bad_rows) / sizeof(bad_rows[0]));
	tcase_set_timeout(replaying, 60);
	suite_add_tcase(suite, replaying);
	suite_add_tcase(suite, checking);
	return test_run(suite);
}
