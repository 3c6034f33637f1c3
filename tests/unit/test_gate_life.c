/*
 * A recruiter's life of sixty days, hour by hour, through the gate, the ledger
 * and the courier: what arrives in the mailbox is read again, and its figures
 * and dates are held against a list this test keeps of what was sent and
 * answered, counted by the words of the rule.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "courier_fixture.h"

#define DAYS		60
#define SENT_MAX	4000
#define SETTLE		(3 * CLOCK_DAY)
#define WINDOW		(14 * CLOCK_DAY)

/* What is done on each working day up to this one. */
struct habit {
	int		to;
	unsigned	bulk;		/* people of one message */
	unsigned	single;		/* messages to one */
	unsigned	answers;	/* one in so many; 0: none */
};

static const struct story {
	const char	*name;
	struct habit	 habits[5];
	const char	*kinds;		/* what it comes to */
} stories[] = {
	{ "falls and mends", {
	    { 4, 24, 3, 6 }, { 22, 18, 4, 40 }, { 41, 15, 2, 0 },
	    { 59, 12, 5, 2 } },
	    "warning restricted extended released " },
	{ "mends and falls", {
	    { 4, 24, 3, 5 }, { 9, 20, 2, 0 }, { 30, 6, 3, 3 },
	    { 45, 30, 0, 0 }, { 59, 0, 4, 3 } },
	    "heads-up warning recovered restricted extended " },
};

struct sent {
	int64_t		at;
	int64_t		answered;	/* 0: not */
	char		id[32];
	unsigned	candidate;
};

struct life {
	const struct story *story;
	struct house	 house;
	struct sent	 sent[SENT_MAX];
	size_t		 count;
	unsigned	 messages, refused;
	size_t		 read;		/* bytes of the mailbox */
	char		 kinds[256];	/* the notices, in order */
	const char	*last_kind;
	int64_t		 due;		/* as the last one told */
};

/* The next minute. */
static void
send_message(struct life *life, unsigned count)
{
	struct fixture *f = &life->house.f;
	struct sent *sent = &life->sent[life->count];
	char id[32];
	unsigned i;

	f->now += CLOCK_MINUTE;
	snprintf(id, sizeof(id), "<m%u@local.test>", ++life->messages);
	if (fixture_send(f, ALICE, id, (unsigned)life->count, count) !=
	    VERDICT_ACCEPT) {
		life->refused++;
		return;
	}
	ck_assert_uint_lt(life->count + count, SENT_MAX);
	for (i = 0; i < count; i++, sent++) {
		sent->at = f->now;
		sent->candidate = (unsigned)life->count++;
		memcpy(sent->id, id, sizeof(id));
	}
}

/* Some answer a day later, and one of them after a week. */
static void
answer_some(struct life *life, unsigned share)
{
	struct fixture *f = &life->house.f;
	char from[64];
	size_t i;
	int64_t age;

	for (i = 0; i < life->count && share > 0; i++) {
		age = f->now - life->sent[i].at;
		if (life->sent[i].answered != 0 || i % share != 1 ||
		    age < (i % (7 * share) == 1 ? 7 : 1) * CLOCK_DAY)
			continue;
		snprintf(from, sizeof(from), "<c%u@outside.test>",
		    life->sent[i].candidate);
		f->now += CLOCK_MINUTE;
		fixture_reply(f, from, life->sent[i].id);
		life->sent[i].answered = f->now;
	}
}

/* "Mon 5 Jan 2026 10:00 UTC" behind `text`. */
static int64_t
time_behind(const char *mail, const char *text)
{
	const char *at = strstr(mail, text);
	struct tm tm = { 0 };

	ck_assert_msg(at != NULL, "no \"%s\" in %s", text, mail);
	at = strptime(at + strlen(text), " %a %d %b %Y %H:%M UTC", &tm);
	ck_assert_msg(at != NULL, "no time behind \"%s\" in %s", text, mail);
	return (int64_t)timegm(&tm) * CLOCK_SECOND;
}

/* Times on the mails are cut to the minute, and all was sent on one. */
static void
count(const struct life *life, int64_t from, int64_t until, int64_t at,
    long *answered, long *settled)
{
	const struct sent *sent = life->sent, *end = sent + life->count;

	for (*answered = *settled = 0; sent < end; sent++)
		if (sent->at > from && sent->at <= until) {
			++*settled;
			*answered += sent->answered != 0 &&
			    sent->answered <= at;
		}
}

/* The text of the rule about this step, in its own words. */
static void
check_rule(const char *kind, long answered, long settled, const char *mail)
{
	bool below = answered * 100 < settled * 13;

	if (strcmp(kind, "heads-up") == 0)
		ck_assert_msg(settled >= 50 && !below &&
		    answered * 100 < settled * 18, "%s", mail);
	else if (strcmp(kind, "warning") == 0 ||
	    strcmp(kind, "restricted") == 0)
		ck_assert_msg(settled >= 50 && below, "%s", mail);
	else if (strcmp(kind, "extended") == 0)
		ck_assert_msg(settled < 1 || below, "%s", mail);
	else if (strcmp(kind, "released") == 0)
		ck_assert_msg(settled >= 1 && !below, "%s", mail);
	else
		ck_assert_msg(settled < 50 || !below, "%s", mail);
}

static const char *
kind_of(const char *mail)
{
	static const struct {
		const char *text, *kind;
	} subjects[] = {
		{ "Subject: Answers are getting few", "heads-up" },
		{ "Subject: Too few answers", "warning" },
		{ "Subject: Bulk sending is paused", "restricted" },
		{ "Subject: Bulk sending stays paused", "extended" },
		{ "Subject: Bulk sending works again", "released" },
		{ "Subject: The warning about", "recovered" },
	};
	size_t i;

	for (i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++)
		if (strstr(mail, subjects[i].text) != NULL)
			return subjects[i].kind;
	ck_abort_msg("of no kind: %s", mail);
	return "";
}

static void
check_due(struct life *life, const char *kind, const char *mail, int64_t at)
{
	int64_t due;

	if (strcmp(kind, "warning") == 0)
		due = at + 14 * CLOCK_DAY + SETTLE;
	else if (strcmp(kind, "restricted") == 0 ||
	    strcmp(kind, "extended") == 0)
		due = at + 14 * CLOCK_DAY;
	else
		return;
	ck_assert_msg(time_behind(mail, "is looked at on") == due,
	    "not looked at %lld: %s", (long long)due, mail);
	ck_assert_msg(time_behind(mail, "send from now until") ==
	    due - SETTLE, "%s", mail);
	life->due = due;
}

static void
join_lines(char *mail)
{
	while ((mail = strchr(mail, '\n')) != NULL)
		*mail = ' ';
}

static void
check_notice(struct life *life, char *mail)
{
	const char *kind = kind_of(mail), *at;
	bool warned = strcmp(life->last_kind, "warning") == 0;
	int64_t from, until, moment, due = life->due;
	long answered, settled, told[2];

	join_lines(mail);
	snprintf(life->kinds + strlen(life->kinds),
	    sizeof(life->kinds) - strlen(life->kinds), "%s ", kind);
	from = time_behind(mail, "you sent after");
	until = time_behind(mail, "and up to");
	moment = until + SETTLE;
	ck_assert_msg(moment <= life->house.f.now &&
	    moment > life->house.f.now - 2 * CLOCK_HOUR, "not now: %s", mail);
	ck_assert_msg(from >= until - WINDOW - CLOCK_MINUTE, "%s", mail);
	count(life, from, until, moment, &answered, &settled);
	check_rule(kind, answered, settled, mail);
	at = strstr(mail, " messages were answered (");
	if (at != NULL) {
		while (strncmp(at, ", ", 2) != 0)
			at--;
		ck_assert_int_eq(sscanf(at, ", %ld of %ld", &told[0],
		    &told[1]), 2);
	} else
		told[0] = told[1] = 0;
	ck_assert_msg(told[0] == answered && told[1] == settled,
	    "counted %ld of %ld: %s", answered, settled, mail);
	check_due(life, kind, mail, moment);
	/* What one notice announced is what the next one looked at. */
	if (strcmp(kind, "recovered") == 0 || strcmp(kind, "extended") == 0 ||
	    strcmp(kind, "released") == 0 || warned)
		ck_assert_msg(moment == due, "not when it was due: %s", mail);
	life->last_kind = kind;
}

static void
read_mailbox(struct life *life)
{
	const struct buf *mails = &life->house.server.mails;
	char *mail;

	if (mails->length == life->read)
		return;
	mail = strdup(mails->data + life->read);
	ck_assert_ptr_nonnull(mail);
	ck_assert_msg(strncmp(mail, "MAIL\n", 5) == 0 &&
	    strstr(mail + 5, "\nMAIL\n") == NULL, "not one: %s", mail);
	life->read = mails->length;
	check_notice(life, mail);
	free(mail);
}

static void
live_day(struct life *life, int day)
{
	const struct habit *habit = life->story->habits;
	struct fixture *f = &life->house.f;
	int64_t midnight = FIXTURE_START + day * CLOCK_DAY, next;
	unsigned i;
	int hour;

	while (day > habit->to)
		habit++;
	for (hour = 0; hour < 24; hour++) {
		next = midnight + hour * CLOCK_HOUR;
		fixture_pass(f, next > f->now ? next : f->now);
		house_round(&life->house);
		read_mailbox(life);
		if (hour == 1 && day % 7 < 5) {
			if (habit->bulk > 0)
				send_message(life, habit->bulk);
			for (i = 0; i < habit->single; i++)
				send_message(life, 1);
		}
		if (hour == 5)
			answer_some(life, habit->answers);
	}
}

START_TEST(sixty_days)
{
	struct life *life = calloc(1, sizeof(*life));
	int day;

	ck_assert_ptr_nonnull(life);
	life->story = &stories[_i];
	life->last_kind = "";
	house_open_with(&life->house, "minimum = 50; heads_up = \"5%\";", "");
	for (day = 0; day < DAYS; day++)
		live_day(life, day);
	ck_assert_msg(strcmp(life->kinds, life->story->kinds) == 0, "%s: %s",
	    life->story->name, life->kinds);
	ck_assert_msg(life->refused > 0, "%s: no bulk refused",
	    life->story->name);
	ck_assert_int_eq(house_outbox(&life->house), 0);
	house_close(&life->house);
	free(life);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("gate life");
	TCase *tests = tcase_create("gate life");

	setenv("TZ", "UTC", 1);
	tzset();
	if (mailer_library_init() != STATUS_OK)
		return EXIT_FAILURE;
	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, sixty_days, 0,
	    (int)(sizeof(stories) / sizeof(stories[0])));
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
