/*
 * What is made of a message at the end of its header, by the administrator's
 * word, and of a person who only pressed a button.
 */
#include "test.h"

#include <string.h>

#include "mail/automatic.h"
#include "mail/judge.h"
#include "mail/message.h"
#include "mail/mime.h"
#include "mail/phrase.h"

#define FIELDS_MAX	3
#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

#define BOB		"<bob@example.com>"
#define PHRASES		"automatic reply:\n@absence\nI am on leave\n"

struct row {
	const char		*name, *sender;
	enum judge_word		 word;
	struct {
		const char *name, *value;
	}			 fields[FIELDS_MAX];
	const char		*body;		/* NULL: none */
	enum automatic_class	 header;	/* by the header alone */
	bool			 wants;		/* the body as well */
	enum automatic_class	 whole;
	const char		*rule;		/* by all of it */
	bool			 button;
};

#define CALENDAR							\
	"--b\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\n" \
	"END:VCALENDAR\n--b--\n"
#define MIXED	{ "Content-Type", "multipart/mixed; boundary=b" }
#define AUTO	{ "Auto-Submitted", "auto-generated" }

static const struct row rows[] = {
	/* what the body may change */
	{ "person", BOB, JUDGE_SILENT, { { "Subject", "Yes" } }, "Fine.\n",
	    AUTOMATIC_HUMAN, true, AUTOMATIC_HUMAN, "person", false },
	{ "absence in the body", BOB, JUDGE_SILENT,
	    { { "Subject", "Hello" } }, "I am on leave.\n",
	    AUTOMATIC_HUMAN, true, AUTOMATIC_REPLY, "absence-text", false },
	{ "report", BOB, JUDGE_SILENT, { { "Content-Type",
	    "multipart/report; report-type=delivery-status" } }, NULL,
	    AUTOMATIC_BOUNCE, true, AUTOMATIC_BOUNCE, "report", false },
	{ "receipt", BOB, JUDGE_SILENT, { { "Content-Type",
	    "multipart/report; report-type=disposition-notification" } },
	    NULL, AUTOMATIC_RECEIPT, true, AUTOMATIC_RECEIPT, "read-receipt",
	    false },
	{ "complaint", BOB, JUDGE_SILENT, { { "Content-Type",
	    "multipart/report; report-type=feedback-report" } }, NULL,
	    AUTOMATIC_COMPLAINT, true, AUTOMATIC_COMPLAINT,
	    "feedback-report", false },
	{ "null sender", "<>", JUDGE_SILENT, { { 0 } }, NULL,
	    AUTOMATIC_REPLY, true, AUTOMATIC_REPLY, "null-sender", false },
	{ "list", BOB, JUDGE_SILENT, { { "List-Id", "<l.example.com>" } },
	    NULL, AUTOMATIC_LIST, true, AUTOMATIC_LIST, "list", false },
	{ "mailer daemon", "<MAILER-DAEMON@example.com>", JUDGE_SILENT,
	    { { 0 } }, NULL, AUTOMATIC_REPLY, true, AUTOMATIC_REPLY,
	    "sender", false },
	{ "postmaster in From", BOB, JUDGE_SILENT,
	    { { "From", "postmaster@example.com" } }, NULL,
	    AUTOMATIC_REPLY, true, AUTOMATIC_REPLY, "sender", false },
	{ "calendar's answer, marked automatic", BOB, JUDGE_SILENT,
	    { AUTO, MIXED }, CALENDAR, AUTOMATIC_REPLY, true,
	    AUTOMATIC_CALENDAR, "calendar-reply", true },
	{ "calendar alone", BOB, JUDGE_SILENT,
	    { { "Precedence", "auto_reply" },
	    { "Content-Type", "text/calendar" } },
	    "BEGIN:VCALENDAR\nMETHOD:REPLY\n", AUTOMATIC_REPLY, true,
	    AUTOMATIC_CALENDAR, "calendar-reply", true },
	{ "topic with a prefix", BOB, JUDGE_SILENT,
	    { { "Subject", "Somebody is away now: Job" },
	    { "Thread-Topic", "Job" } }, NULL, AUTOMATIC_REPLY, true,
	    AUTOMATIC_REPLY, "topic", false },

	/* what it may not */
	{ "auto-submitted", BOB, JUDGE_SILENT, { AUTO }, "Away.\n",
	    AUTOMATIC_REPLY, false, AUTOMATIC_REPLY, "auto-submitted",
	    false },
	{ "autoreply", BOB, JUDGE_SILENT,
	    { { "X-Autoreply", "yes" }, MIXED }, NULL,
	    AUTOMATIC_REPLY, false, AUTOMATIC_REPLY, "autoreply", false },
	{ "precedence", BOB, JUDGE_SILENT,
	    { { "Precedence", "auto_reply" } }, NULL,
	    AUTOMATIC_REPLY, false, AUTOMATIC_REPLY, "precedence", false },
	{ "no-reply", "<no-reply@example.com>", JUDGE_SILENT, { { 0 } }, NULL,
	    AUTOMATIC_REPLY, false, AUTOMATIC_REPLY, "sender", false },
	{ "postmasters", "<no-reply@example.com>", JUDGE_SILENT,
	    { { "From", "postmasters@example.com" } }, NULL,
	    AUTOMATIC_REPLY, false, AUTOMATIC_REPLY, "sender", false },
	{ "phrase in the subject", BOB, JUDGE_SILENT,
	    { { "Subject", "Automatic reply: Job" } }, NULL,
	    AUTOMATIC_REPLY, false, AUTOMATIC_REPLY, "subject", false },

	/* the administrator's word */
	{ "called automatic", BOB, JUDGE_AUTOMATIC,
	    { { "Subject", "Yes" } }, NULL, AUTOMATIC_REPLY, false,
	    AUTOMATIC_REPLY, "automatic-headers", false },
	{ "called human", BOB, JUDGE_HUMAN, { AUTO }, NULL, AUTOMATIC_HUMAN,
	    true, AUTOMATIC_HUMAN, "human-headers", false },
	{ "called human, with an absence", BOB, JUDGE_HUMAN,
	    { { "Subject", "Hello" } }, "I am on leave.\n", AUTOMATIC_HUMAN,
	    true, AUTOMATIC_HUMAN, "human-headers", false },
	{ "null sender called human", "<>", JUDGE_HUMAN, { { 0 } }, NULL,
	    AUTOMATIC_REPLY, true, AUTOMATIC_REPLY, "null-sender", false },
	{ "report called human", BOB, JUDGE_HUMAN, { { "Content-Type",
	    "multipart/report; report-type=delivery-status" } }, NULL,
	    AUTOMATIC_BOUNCE, true, AUTOMATIC_BOUNCE, "report", false },
	{ "report called automatic", BOB, JUDGE_AUTOMATIC, { { "Content-Type",
	    "multipart/report; report-type=delivery-status" } }, NULL,
	    AUTOMATIC_BOUNCE, true, AUTOMATIC_BOUNCE, "report", false },

	/* buttons */
	{ "reaction", BOB, JUDGE_SILENT, { { "Content-Disposition",
	    "reaction" } }, "x\n", AUTOMATIC_HUMAN, true, AUTOMATIC_HUMAN,
	    "reaction", true },
	{ "reaction inside", BOB, JUDGE_SILENT, { AUTO, MIXED },
	    "--b\nContent-Disposition: reaction\n\nx\n--b--\n",
	    AUTOMATIC_REPLY, true, AUTOMATIC_HUMAN, "reaction", true },
	{ "other disposition", BOB, JUDGE_SILENT, { { "Content-Disposition",
	    "inline" } }, "x\n", AUTOMATIC_HUMAN, true, AUTOMATIC_HUMAN,
	    "person", false },
	{ "invitation", BOB, JUDGE_SILENT,
	    { { "Content-Type", "text/calendar" } },
	    "BEGIN:VCALENDAR\nMETHOD:REQUEST\n", AUTOMATIC_HUMAN, true,
	    AUTOMATIC_CALENDAR, "calendar", false },
};

static void
set_up(void)
{
	mime_library_init();
}

static struct judge *
make_judge(void)
{
	struct phrase_table *phrases;
	struct judge *judge;
	struct buf why;

	buf_init(&why);
	ck_assert_int_eq(phrase_table_parse(&phrases, PHRASES,
	    sizeof(PHRASES) - 1, &why), STATUS_OK);
	buf_release(&why);
	judge = judge_new(phrases);
	ck_assert_ptr_nonnull(judge);
	return judge;
}

static void
begin(struct message *message, const struct row *row,
    const struct judge *judge)
{
	struct message_origin origin = { NULL, row->sender, false };
	size_t i;

	message_init(message);
	ck_assert_int_eq(message_begin(message, &origin), STATUS_OK);
	message_judged_by(message, judge);
	message_header(message, "Date", "Tue, 06 May 2025 10:00:01 +0200");
	for (i = 0; i < FIELDS_MAX && row->fields[i].name != NULL; i++)
		message_header(message, row->fields[i].name,
		    row->fields[i].value);
	message->word = row->word;
}

START_TEST(judges)
{
	const struct row *row = &rows[_i];
	struct judge *judge = make_judge();
	struct judgement judgement;
	struct message message;
	bool wants;

	begin(&message, row, judge);
	ck_assert_int_eq(automatic_judge_header(&message, &judgement),
	    STATUS_OK);
	wants = automatic_wants_body(&message, &judgement);
	ck_assert_msg(judgement.class == row->header && wants == row->wants,
	    "%s: header: got %s by %s, body %d", row->name,
	    automatic_class_text(judgement.class), judgement.rule, wants);
	if (row->body != NULL)
		ck_assert_int_eq(message_body(&message, row->body,
		    strlen(row->body)), STATUS_OK);
	ck_assert_int_eq(automatic_judge(&message, &judgement), STATUS_OK);
	ck_assert_msg(judgement.class == row->whole &&
	    strcmp(judgement.rule, row->rule) == 0 &&
	    judgement.button == row->button, "%s: got %s by %s, button %d",
	    row->name, automatic_class_text(judgement.class), judgement.rule,
	    judgement.button);
	message_release(&message);
	judge_unref(judge);
}
END_TEST

/* Also when the body is there: the header's judgement leaves it alone. */
START_TEST(header_is_judged_without_body)
{
	const struct row *row = &rows[1];
	struct judge *judge = make_judge();
	struct judgement judgement;
	struct message message;

	begin(&message, row, judge);
	(void)message_body(&message, row->body, strlen(row->body));
	ck_assert_int_eq(automatic_judge_header(&message, &judgement),
	    STATUS_OK);
	ck_assert_str_eq(judgement.rule, "person");
	message_release(&message);
	judge_unref(judge);
}
END_TEST

/* The rule by fields alone knows the administrator's word. */
START_TEST(rule_knows_the_word)
{
	struct message message;

	begin(&message, &rows[18], NULL);
	ck_assert_str_eq(automatic_rule(&message), "automatic-headers");
	message.word = JUDGE_SILENT;
	ck_assert_ptr_null(automatic_rule(&message));
	message_header(&message, "Auto-Submitted", "auto-replied");
	ck_assert_str_eq(automatic_rule(&message), "auto-submitted");
	message.word = JUDGE_HUMAN;
	ck_assert_ptr_null(automatic_rule(&message));
	message_release(&message);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("automatic header");
	TCase *tcase = tcase_create("automatic header");

	tcase_add_unchecked_fixture(tcase, set_up, NULL);
	tcase_add_loop_test(tcase, judges, 0, ROWS(rows));
	tcase_add_test(tcase, header_is_judged_without_body);
	tcase_add_test(tcase, rule_knows_the_word);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
