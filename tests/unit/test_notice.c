/*
 * Notices: that replygate itself takes them for automatic, what odd facts do to
 * them, and how templates are found.  Their form as mail is for
 * test_notice_mail.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "mail/automatic.h"
#include "mail/message.h"
#include "mail/mime.h"
#include "notify/notice_private.h"
#include "default_policy.h"
#include "test.h"

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))
#define START		(1795411860 * CLOCK_SECOND)	/* 2026-11-23 05:31 */
#define DAY		CLOCK_DAY

static const struct notice_header header = {
	.from = "Mail team <mail@example.com>",
	.reply_to = "helpdesk@example.com",
	.to = "alice@example.com",
	.message_id = "<1@example.com>",
	.date = START
};

/*
 * Notices
 */

struct facts {
	struct policy		policy;
	struct account		account;
	struct step		step;
	struct forecast		forecast;
	struct tips		tips;
	struct notice_facts	facts;
};

static void
facts_set(struct facts *facts, enum notice kind)
{
	memset(facts, 0, sizeof(*facts));
	facts->policy = default_policy();
	account_init(&facts->account, "alice@example.com", START - 20 * DAY);
	facts->account.warned_at = START - 17 * DAY;
	facts->account.standing = STANDING_RESTRICTED;
	facts->account.since = START;
	facts->account.due = START + 14 * DAY;
	facts->step = (struct step){ START, STANDING_WARNED,
	    STANDING_RESTRICTED, kind, START + 14 * DAY,
	    { START - 17 * DAY, START - 3 * DAY }, { 5, 108, 0, 2 } };
	facts->forecast = (struct forecast){ .at = START + 14 * DAY,
	    .window = { START, START + 11 * DAY }, .silent = NOTICE_EXTENDED,
	    .answers = FORECAST_NEVER, .fresh = 1, .room = FORECAST_NEVER };
	facts->facts = (struct notice_facts){ kind, &facts->policy,
	    &facts->account, &facts->step, &facts->forecast, &facts->tips,
	    "", START, NULL };
}

static struct notice_templates *
templates_load(const char *own, enum status want, const char *words)
{
	struct notice_templates *templates;
	struct buf why;
	enum status status;

	buf_init(&why);
	status = notice_templates_load(own, "conf/notices", &templates, &why);
	ck_assert_msg(status == want, "%s: %s", status_text(status),
	    why.data);
	ck_assert_msg(strstr(why.data, words) != NULL, "%s", why.data);
	buf_release(&why);
	return templates;
}

/* What replygate says of the mail should it ever meet it as inbound. */
static void
judge(const char *mail)
{
	struct message_origin origin = { NULL, "<mail@example.com>", false };
	struct message message;
	char *copy = strdup(mail), *line, *next, *colon;

	message_init(&message);
	ck_assert_int_eq(message_begin(&message, &origin), STATUS_OK);
	for (line = copy; strncmp(line, "\r\n", 2) != 0; line = next) {
		next = strstr(line, "\r\n") + 2;
		ck_assert_uint_le(next - line - 2, 78);
		next[-2] = '\0';
		colon = strchr(line, ':');
		if (line[0] == ' ' || colon == NULL)
			continue;
		*colon = '\0';
		message_header(&message, line, colon + 2);
	}
	ck_assert_str_eq(automatic_rule(&message), "auto-submitted");
	for (line += 2; *line != '\0'; line = next) {
		next = strstr(line, "\r\n") + 2;
		ck_assert_uint_le(next - line - 2, 78);
	}
	message_release(&message);
	free(copy);
}

START_TEST(test_compose)
{
	struct notice_templates *templates = templates_load(NULL, STATUS_OK,
	    "");
	enum notice kind = (enum notice)(NOTICE_WARNING + _i);
	struct facts facts;
	struct buf mail, text;

	mime_library_init();
	buf_init(&mail);
	buf_init(&text);
	facts_set(&facts, kind);
	facts.tips.count = 1;
	facts.tips.tips[0].theme = TIP_LENGTH;
	ck_assert_int_eq(notice_compose(templates, &facts.facts, &header,
	    &mail), STATUS_OK);
	judge(mail.data);
	ck_assert_int_eq(notice_preview(templates, &facts.facts, &text),
	    STATUS_OK);
	ck_assert_int_eq(strncmp(text.data, "Subject: ", 9), 0);
	ck_assert_ptr_nonnull(strstr(text.data, "\n\nHello alice"));
	ck_assert_ptr_null(strstr(text.data, "${"));
	ck_assert_ptr_null(strstr(text.data, "1970"));
	buf_release(&text);
	buf_release(&mail);
	notice_templates_free(templates);
}
END_TEST

static void
preview(struct facts *facts, struct buf *text)
{
	struct notice_templates *templates = templates_load(NULL, STATUS_OK,
	    "");
	char *at;

	buf_init(text);
	ck_assert_int_eq(notice_preview(templates, &facts->facts, text),
	    STATUS_OK);
	for (at = text->data; *at != '\0'; at++)
		if (*at == '\n')
			*at = ' ';
	notice_templates_free(templates);
}

/* What somebody else chose begins no line and stays UTF-8. */
START_TEST(test_texts_from_outside)
{
	struct facts facts;
	struct buf text;

	facts_set(&facts, NOTICE_RESTRICTED);
	snprintf(facts.account.user, sizeof(facts.account.user),
	    "a\377\n\033${tips}");
	facts.facts.contact = "one\ntwo \303\274";
	preview(&facts, &text);
	ck_assert_ptr_nonnull(strstr(text.data, "Hello a? ?${tips},"));
	ck_assert_ptr_nonnull(strstr(text.data, "look: one two \303\274"));
	buf_release(&text);
}
END_TEST

/* The forecast speaks of now: where the standing has moved on, of another. */
START_TEST(test_late)
{
	struct facts facts;
	struct buf text;

	facts_set(&facts, NOTICE_RESTRICTED);
	preview(&facts, &text);
	ck_assert_ptr_nonnull(strstr(text.data, "The next look is on"));
	buf_release(&text);
	facts.account.since = START + 14 * DAY;
	preview(&facts, &text);
	ck_assert_ptr_null(strstr(text.data, "The next look is on"));
	ck_assert_ptr_nonnull(strstr(text.data, "5 of 113 messages were"));
	buf_release(&text);
	facts.account.since = START;
	facts.forecast = (struct forecast){ .at = 0 };
	preview(&facts, &text);
	ck_assert_ptr_null(strstr(text.data, "The next look is on"));
	buf_release(&text);
}
END_TEST

/* What is to come is told as the policy has it, and as far as it got. */
static const struct {
	const char	*name;
	enum notice	 kind;
	int		 confidence, warned, again;	/* days, of START */
	const char	*want;
} threats[] = {
	{ "heads-up", NOTICE_HEADS_UP, 0, 0, 0,
	    "100 or more that count, there is a warning. " },
	{ "heads-up, warned", NOTICE_HEADS_UP, 0, -40, 0, "that count, bulk "
	    "sending is paused at once, since you were warned on Wed 14 Oct "
	    "2026 05:31 UTC. " },
	{ "heads-up, warned, again", NOTICE_HEADS_UP, 0, -40, 50, "2026 05:31 "
	    "UTC, or, from Thu 3 Dec 2026 05:31 UTC on, there is another "
	    "warning. " },
	{ "heads-up, clearly", NOTICE_HEADS_UP, 95, 0, 0, "that count, and so "
	    "clearly that chance does not explain it (95 % confidence), there "
	    "is a warning. " },
	{ "warning", NOTICE_WARNING, 0, -1, 0, "fewer than 13 % were answered, "
	    "you can" },
	{ "warning, clearly", NOTICE_WARNING, 95, -1, 0, "13 % were answered, "
	    "and so clearly that chance" },
	{ "recovered", NOTICE_RECOVERED, 0, -1, 0, "There is no second "
	    "warning. Should fewer than 13 % of 100 or more be answered, bulk "
	    "sending is paused at once. " },
	{ "recovered, again by now", NOTICE_RECOVERED, 95, -40, 30, "now. "
	    "Should fewer than 13 % of 100 or more be answered, and so clearly "
	    "that chance does not explain it (95 % confidence), bulk sending "
	    "is paused at once, or, from Fri 13 Nov 2026 05:31 UTC on, after "
	    "another warning. " },
	{ "released", NOTICE_RELEASED, 0, -1, 0, "answered again, bulk "
	    "sending is paused at once, without a warning. " },
	{ "released, by an administrator's word restricted",
	    NOTICE_RELEASED, 0, 0, 0, "answered again, there is a warning. " }
};

START_TEST(test_threats)
{
	struct facts facts;
	struct buf text;
	char *at, *end;

	facts_set(&facts, threats[_i].kind);
	facts.policy.confidence = threats[_i].confidence;
	facts.policy.warn_again = threats[_i].again * DAY;
	facts.account.warned_at = threats[_i].warned == 0 ? 0 :
	    START + threats[_i].warned * DAY;
	preview(&facts, &text);
	/* as laid out: blanks in a row are one */
	for (at = end = text.data; *at != '\0'; at++)
		if (*at != ' ' || at[1] != ' ')
			*end++ = *at;
	*end = '\0';
	ck_assert_msg(strstr(text.data, threats[_i].want) != NULL, "%s: %s",
	    threats[_i].name, text.data);
	buf_release(&text);
}
END_TEST

/* A term that the window does not reach back over is not counted whole. */
static const struct {
	const char	*name;
	enum notice	 kind;
	int64_t		 window;
	const char	*want;
} spans[] = {
	{ "all of it", NOTICE_RESTRICTED, 14 * DAY, "What you send from now "
	    "until Fri 4 Dec 2026 05:31 UTC is" },
	{ "just all of it", NOTICE_RESTRICTED, 11 * DAY, "What you send from "
	    "now until Fri 4 Dec" },
	{ "the end of it", NOTICE_RESTRICTED, 7 * DAY, "What you send from "
	    "Fri 27 Nov 2026 05:31 UTC until Fri 4 Dec 2026 05:31 UTC is" },
	{ "the end of it", NOTICE_EXTENDED, 7 * DAY, "what you send from Fri "
	    "27 Nov 2026 05:31 UTC until Fri 4 Dec" },
	{ "the end of it", NOTICE_WARNING, 7 * DAY, "What you send from Fri 27 "
	    "Nov 2026 05:31 UTC " },
	{ "forecast", NOTICE_RESTRICTED, 7 * DAY, "1 new message, sent after "
	    "Fri 27 Nov 2026 05:31 UTC and by Fri 4 Dec " }
};

START_TEST(test_spans)
{
	struct facts facts;
	struct buf text;

	facts_set(&facts, spans[_i].kind);
	facts.policy.window = spans[_i].window;
	facts.forecast.window = rate_window_at(&facts.policy, START,
	    START + 14 * DAY);
	preview(&facts, &text);
	ck_assert_msg(strstr(text.data, spans[_i].want) != NULL, "%s: %s",
	    spans[_i].name, text.data);
	buf_release(&text);
}
END_TEST

/* What a forecast says, without the moments. */
static const struct {
	const char	*name;
	enum conf_count	 count;
	struct forecast	 forecast;
	const char	*want;		/* what it holds, "|" between */
} forecasts[] = {
	{ "answers to what is open", CONF_COUNT_MESSAGE,
	    { START + 9 * DAY, false, { 0, START + 6 * DAY }, { 12, 51, 61, 0 },
	    0, NOTICE_RESTRICTED, 5, 6, FORECAST_NEVER },
	    "As things are, bulk sending will be paused then: of what counts "
	    "by then, 12 of 124 messages were answered (9.6 %).\n"
	    "|- 5 more answers among the 61 messages still open would change "
	    "that; late ones to older messages count just as well.\n"
	    "|- Or: 6 new messages, sent by |, would change that as well if "
	    "all of them are answered.\n|- In the long run one answer for "
	    "every 7 messages is enough for 13 %.\n" },
	{ "no time to send", CONF_COUNT_MESSAGE,
	    { START + 3 * DAY, false, { 0, START + CLOCK_HOUR - 1 },
	    { 12, 51, 61, 0 }, 0, NOTICE_WARNING, 5, 6, FORECAST_NEVER },
	    "just as well.\n- In the long run" },
	{ "hardly time to send, and no other way", CONF_COUNT_MESSAGE,
	    { START + 3 * DAY, false, { 0, START + CLOCK_HOUR - 1 },
	    { 0, 0, 0, 0 }, 0, NOTICE_EXTENDED, FORECAST_NEVER, 1,
	    FORECAST_NEVER },
	    "- 1 new message, sent by |, would change that if it is" },
	{ "time to send", CONF_COUNT_MESSAGE,
	    { START + 3 * DAY, false, { 0, START + CLOCK_HOUR },
	    { 12, 51, 61, 0 }, 0, NOTICE_WARNING, 5, 6, FORECAST_NEVER },
	    "- Or: 6 new messages, sent by" },
	{ "one answer", CONF_COUNT_MESSAGE,
	    { START + 9 * DAY, false, { 0, START + 6 * DAY }, { 15, 0, 109, 0 },
	    0, NOTICE_WARNING, 1, FORECAST_NEVER, FORECAST_NEVER },
	    "you will be warned then|- 1 more answer among the 109 messages "
	    "still open would change that.\n" },
	{ "more answers than are open", CONF_COUNT_MESSAGE,
	    { START + 9 * DAY, false, { 0, START + 6 * DAY }, { 0, 100, 3, 0 },
	    0, NOTICE_EXTENDED, 14, 16, FORECAST_NEVER },
	    "will stay paused then|- 14 more answers among the 103 messages "
	    "without one would change that: 3 are still open, and late answers "
	    "to the others count just as well.\n" },
	{ "nothing is open", CONF_COUNT_CONVERSATION,
	    { START + 9 * DAY, false, { 0, START + 6 * DAY }, { 0, 5, 0, 0 },
	    0, NOTICE_EXTENDED, 1, 1, FORECAST_NEVER },
	    "0 of 5 people answered (0.0 %)|- 1 more answer among the 5 people "
	    "without one would change that: late answers count just as well.\n"
	    "|- Or: 1 new message to somebody new, sent by |, would change "
	    "that as well if it is answered.\n" },
	{ "nothing helps", CONF_COUNT_MESSAGE,
	    { START - DAY, false, { 0, START - 4 * DAY }, { 0, 5, 0, 0 }, 0,
	    NOTICE_EXTENDED, FORECAST_NEVER, FORECAST_NEVER, FORECAST_NEVER },
	    "- Nothing that is sent or answered now can change that.\n" },
	{ "room", CONF_COUNT_MESSAGE,
	    { START + 9 * DAY, false, { 0, START + 6 * DAY }, { 1, 3, 0, 0 },
	    0, NOTICE_RELEASED, 0, 0, 3 }, "bulk sending will work again then"
	    "|1 of 4 messages|- Up to 3 more messages without an answer, sent "
	    "by |, would not change that.\n" },
	{ "no room", CONF_COUNT_MESSAGE,
	    { START + 9 * DAY, false, { 0, START + 6 * DAY }, { 13, 87, 0, 0 },
	    0, NOTICE_RECOVERED, 0, 0, 0 }, "the warning will be over then|"
	    "- One more message without an answer, sent by |, would change "
	    "that.\n" },
	{ "too late to spoil", CONF_COUNT_MESSAGE,
	    { START + DAY, false, { 0, START - 2 * DAY }, { 13, 87, 0, 0 }, 0,
	    NOTICE_RECOVERED, 0, 0, FORECAST_ANY },
	    "- What you send now is too late to count then.\n" },
	{ "only if something is sent", CONF_COUNT_MESSAGE,
	    { START + 3 * DAY, true, { 0, START }, { 3, 7, 0, 0 }, 0,
	    NOTICE_NONE, 0, 0, 89 }, "What you send now is looked at on |As "
	    "things are, nothing will change then: of what counts by then, 3 "
	    "of 10|- Up to 89 more messages" }
};

START_TEST(test_forecast)
{
	struct facts facts;
	struct buf text;
	char *want = strdup(forecasts[_i].want), *part;

	facts_set(&facts, NOTICE_WARNING);
	facts.policy.count = forecasts[_i].count;
	facts.forecast = forecasts[_i].forecast;
	buf_init(&text);
	notice_forecast_text(&facts.facts, &text);
	for (part = strtok(want, "|"); part != NULL; part = strtok(NULL, "|"))
		ck_assert_msg(strstr(text.data, part) != NULL, "%s: %s",
		    forecasts[_i].name, text.data);
	buf_release(&text);
	free(want);
}
END_TEST

/*
 * Files
 */

static void
write_file(const char *directory, const char *name, const char *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
}

START_TEST(test_own_files)
{
	const char *tmpdir = getenv("TMPDIR");
	char own[200], path[256];
	struct notice_templates *templates;
	struct facts facts;
	struct buf text;

	snprintf(own, sizeof(own), "%s/notices.XXXXXX",
	    tmpdir != NULL ? tmpdir : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(own));
	facts_set(&facts, NOTICE_RELEASED);
	buf_init(&text);
	write_file(own, "released", "Subject: free\n\nGo, ${user}.\n");
	templates = templates_load(own, STATUS_OK, "");
	ck_assert_int_eq(notice_preview(templates, &facts.facts, &text),
	    STATUS_OK);
	ck_assert_str_eq(text.data,
	    "Subject: free\n\nGo, alice@example.com.\n");
	notice_templates_free(templates);
	write_file(own, "released", "Subject: free\n\n\nGo, ${tips}.\n");
	snprintf(path, sizeof(path), "%s/released:4: no such field", own);
	ck_assert_ptr_null(templates_load(own, STATUS_MALFORMED, path));
	snprintf(path, sizeof(path), "%s/released", own);
	ck_assert_int_eq(unlink(path), 0);
	/* what lacks is the shipped one */
	notice_templates_free(templates_load(own, STATUS_OK, ""));
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_ptr_null(templates_load(own, STATUS_NOT_FOUND, path));
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert_ptr_null(templates_load(own, STATUS_NOT_FOUND, path));
	ck_assert_int_eq(rmdir(path), 0);
	ck_assert_int_eq(rmdir(own), 0);
	ck_assert_ptr_null(templates_load(own, STATUS_NOT_FOUND, own));
	write_file(tmpdir != NULL ? tmpdir : "/tmp", strrchr(own, '/') + 1,
	    "");
	ck_assert_ptr_null(templates_load(own, STATUS_NOT_FOUND, own));
	ck_assert_int_eq(unlink(own), 0);
	buf_release(&text);
}
END_TEST

START_TEST(test_no_files)
{
	struct notice_templates *templates;
	struct buf why;

	buf_init(&why);
	ck_assert_int_eq(notice_templates_load(NULL, "conf/no-notices",
	    &templates, &why), STATUS_NOT_FOUND);
	ck_assert_ptr_null(templates);
	ck_assert_ptr_nonnull(strstr(why.data, "conf/no-notices/warning: "));
	buf_release(&why);
	notice_templates_free(NULL);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("notice");
	TCase *tcase = tcase_create("notice");

	tcase_add_loop_test(tcase, test_compose, 0, NOTICE_HEADS_UP);
	tcase_add_test(tcase, test_texts_from_outside);
	tcase_add_test(tcase, test_late);
	tcase_add_loop_test(tcase, test_threats, 0, ROWS(threats));
	tcase_add_loop_test(tcase, test_spans, 0, ROWS(spans));
	tcase_add_loop_test(tcase, test_forecast, 0, ROWS(forecasts));
	tcase_add_test(tcase, test_own_files);
	tcase_add_test(tcase, test_no_files);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
