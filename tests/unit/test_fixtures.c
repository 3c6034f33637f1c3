/*
 * Messages in the image of what people and programs send, one file each,
 * named for what it shows, and what is to be made of them.
 */
#include "test.h"

#include <sys/types.h>

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "front/ctl_message.h"
#include "mail/automatic.h"
#include "mail/judge.h"
#include "mail/mime.h"
#include "mail/phrase.h"

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

#define FIXTURES	"tests/fixtures"
#define PHRASES		"conf/out-of-office"

static const struct {
	const char		*name;
	const char		*sender;	/* NULL: the author */
	enum automatic_class	 class;
	const char		*rule;
} fixtures[] = {
	{ "person-yes", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-not-interested", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-empty-body", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-no-subject", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-no-thread-fields", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-new-subject", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-outlook-top-post", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-bottom-post", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-answers-automatic-reply", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-answers-automatic-reply-aw", NULL,
	    AUTOMATIC_HUMAN, "person" },
	{ "person-answers-out-of-office-behind-tag", NULL,
	    AUTOMATIC_HUMAN, "person" },
	{ "person-forwards-out-of-office", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-answers-chinese", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-answers-japanese", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-auto-submitted-no", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-auto-submitted-no-comment", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-auto-response-suppress", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-precedence-bulk", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-precedence-junk", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-references-and-bulk", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-inbox-rule-alone", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-autoreply-no", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-called-noreply", "bob@kunde.example",
	    AUTOMATIC_HUMAN, "person" },
	{ "person-bruno-reply", "bruno.reply@kunde.example",
	    AUTOMATIC_HUMAN, "person" },
	{ "person-domain-noreply", "bob@noreply.example",
	    AUTOMATIC_HUMAN, "person" },
	{ "person-postmasters", "postmasters@kunde.example",
	    AUTOMATIC_HUMAN, "person" },
	{ "person-owner", "owner@kunde.example", AUTOMATIC_HUMAN, "person" },
	{ "person-speaks-of-absence", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-speaks-of-absence-de", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-quotes-absence", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-read-in-subject", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-topic-edited", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-topic-prefixed-in-thread", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-topic-short-prefix", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-topic-same", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-forwards-bounce", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-automatic-in-sentence", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-automatic-transmission", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-auto-word", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-office-word", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-html", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-html-quote", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-reaction", NULL, AUTOMATIC_HUMAN, "reaction" },
	{ "person-signed", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-delivered-to-person", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-mixed", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-report-in-name", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-footer-do-not-reply", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-invites", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-no-date", NULL, AUTOMATIC_HUMAN, "person" },
	{ "null-sender", "<>", AUTOMATIC_REPLY, "null-sender" },
	{ "null-sender-human-subject", "<>", AUTOMATIC_REPLY, "null-sender" },
	{ "null-sender-through-list", "<>", AUTOMATIC_REPLY, "null-sender" },
	{ "auto-submitted-replied", NULL, AUTOMATIC_REPLY, "auto-submitted" },
	{ "auto-submitted-generated", NULL, AUTOMATIC_REPLY, "auto-submitted" },
	{ "auto-submitted-notified", NULL, AUTOMATIC_REPLY, "auto-submitted" },
	{ "auto-submitted-zimbra", NULL, AUTOMATIC_REPLY, "auto-submitted" },
	{ "auto-submitted-comment-first", NULL,
	    AUTOMATIC_REPLY, "auto-submitted" },
	{ "auto-submitted-sieve-vacation", NULL,
	    AUTOMATIC_REPLY, "auto-submitted" },
	{ "auto-submitted-through-list", NULL,
	    AUTOMATIC_REPLY, "auto-submitted" },
	{ "exchange-generated-source", NULL, AUTOMATIC_REPLY, "exchange" },
	{ "exchange-rule-and-suppress", NULL, AUTOMATIC_REPLY, "exchange" },
	{ "exchange-rule-and-parent", NULL, AUTOMATIC_REPLY, "exchange" },
	{ "autoreply-gmail", NULL, AUTOMATIC_REPLY, "autoreply" },
	{ "autoreply-x-autorespond", NULL, AUTOMATIC_REPLY, "autoreply" },
	{ "autoreply-x-autoresponse", NULL, AUTOMATIC_REPLY, "autoreply" },
	{ "autoreply-x-autoreply-from", NULL, AUTOMATIC_REPLY, "autoreply" },
	{ "autoreply-x-mail-autoreply", NULL, AUTOMATIC_REPLY, "autoreply" },
	{ "autoreply-x-autogenerated", NULL, AUTOMATIC_REPLY, "autoreply" },
	{ "autoreply-apple-action", NULL, AUTOMATIC_REPLY, "autoreply" },
	{ "autoreply-apple-unsubscribe", NULL, AUTOMATIC_REPLY, "autoreply" },
	{ "autoreply-firstclass", NULL, AUTOMATIC_REPLY, "autoreply" },
	{ "autoreply-delivered-to", NULL, AUTOMATIC_REPLY, "autoreply" },
	{ "autoreply-x-auto-reply", NULL, AUTOMATIC_REPLY, "autoreply" },
	{ "autoreply-x-autoresponder", NULL, AUTOMATIC_REPLY, "autoreply" },
	{ "person-firstclass-false", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-autogenerated-forward", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-apple-action-move", NULL, AUTOMATIC_HUMAN, "person" },
	{ "challenge-boxtrapper", NULL, AUTOMATIC_REPLY, "challenge" },
	{ "precedence-auto-reply", NULL, AUTOMATIC_REPLY, "precedence" },
	{ "x-precedence-auto-reply", NULL, AUTOMATIC_REPLY, "precedence" },
	{ "person-precedence-special", NULL, AUTOMATIC_HUMAN, "person" },
	{ "vendor-id-icloud", NULL, AUTOMATIC_REPLY, "vendor-id" },
	{ "vendor-id-cyrus", NULL, AUTOMATIC_REPLY, "vendor-id" },
	{ "vendor-id-pigeonhole", NULL, AUTOMATIC_REPLY, "vendor-id" },
	{ "person-id-like-vendor", NULL, AUTOMATIC_HUMAN, "person" },
	{ "tracker-bugzilla", NULL, AUTOMATIC_REPLY, "tracker" },
	{ "tracker-jira", NULL, AUTOMATIC_REPLY, "tracker" },
	{ "tracker-redmine", NULL, AUTOMATIC_REPLY, "tracker" },
	{ "tracker-github", NULL, AUTOMATIC_REPLY, "tracker" },
	{ "tracker-gitlab", NULL, AUTOMATIC_REPLY, "tracker" },
	{ "tracker-trac", NULL, AUTOMATIC_REPLY, "tracker" },
	{ "tracker-gerrit", NULL, AUTOMATIC_REPLY, "tracker" },
	{ "tracker-debian-ack", NULL, AUTOMATIC_REPLY, "tracker" },
	{ "person-through-debian-tracker", NULL, AUTOMATIC_HUMAN, "person" },
	{ "sender-noreply", "b4711@kunde.example", AUTOMATIC_REPLY, "sender" },
	{ "sender-no-reply", "b4711@kunde.example", AUTOMATIC_REPLY, "sender" },
	{ "sender-do-not_reply", "b4711@kunde.example",
	    AUTOMATIC_REPLY, "sender" },
	{ "sender-jobs-noreply", "b4711@kunde.example",
	    AUTOMATIC_REPLY, "sender" },
	{ "sender-noreply-4711", "b4711@kunde.example",
	    AUTOMATIC_REPLY, "sender" },
	{ "sender-bitte-nicht-antworten", "b4711@kunde.example",
	    AUTOMATIC_REPLY, "sender" },
	{ "sender-ne-pas-repondre", "b4711@kunde.example",
	    AUTOMATIC_REPLY, "sender" },
	{ "sender-no-responder", "b4711@kunde.example",
	    AUTOMATIC_REPLY, "sender" },
	{ "sender-mailer-daemon", "b4711@kunde.example",
	    AUTOMATIC_REPLY, "sender" },
	{ "sender-postmaster", "b4711@kunde.example",
	    AUTOMATIC_REPLY, "sender" },
	{ "sender-post_master", "b4711@kunde.example",
	    AUTOMATIC_REPLY, "sender" },
	{ "sender-bugzilla-daemon", "b4711@kunde.example",
	    AUTOMATIC_REPLY, "sender" },
	{ "sender-calendar-notification", "b4711@kunde.example",
	    AUTOMATIC_REPLY, "sender" },
	{ "sender-auto-reply", "b4711@kunde.example",
	    AUTOMATIC_REPLY, "sender" },
	{ "sender-envelope-alone", "noreply@kunde.example",
	    AUTOMATIC_REPLY, "sender" },
	{ "sender-daemon-without-address", NULL, AUTOMATIC_REPLY, "sender" },
	{ "no-author", NULL, AUTOMATIC_REPLY, "no-author" },
	{ "receipt-report", NULL, AUTOMATIC_RECEIPT, "read-receipt" },
	{ "receipt-report-quoted-type", NULL,
	    AUTOMATIC_RECEIPT, "read-receipt" },
	{ "receipt-content-class", NULL, AUTOMATIC_RECEIPT, "read-receipt" },
	{ "person-content-class-message", NULL, AUTOMATIC_HUMAN, "person" },
	{ "receipt-in-mixed", NULL, AUTOMATIC_RECEIPT, "receipt-body" },
	{ "receipt-notes", NULL, AUTOMATIC_RECEIPT, "receipt-subject" },
	{ "receipt-groupwise", NULL, AUTOMATIC_RECEIPT, "receipt-subject" },
	{ "receipt-fairemail", NULL, AUTOMATIC_RECEIPT, "receipt-subject" },
	{ "receipt-german", NULL, AUTOMATIC_RECEIPT, "receipt-subject" },
	{ "receipt-french", NULL, AUTOMATIC_RECEIPT, "receipt-subject" },
	{ "receipt-japanese", NULL, AUTOMATIC_RECEIPT, "receipt-subject" },
	{ "receipt-read-topic", NULL, AUTOMATIC_RECEIPT, "receipt-subject" },
	{ "receipt-gelesen-topic", NULL, AUTOMATIC_RECEIPT, "receipt-subject" },
	{ "person-answers-receipt", NULL, AUTOMATIC_HUMAN, "person" },
	{ "complaint-arf", "fbl@isp.example",
	    AUTOMATIC_COMPLAINT, "feedback-report" },
	{ "complaint-in-mixed", "fbl@isp.example",
	    AUTOMATIC_COMPLAINT, "complaint-body" },
	{ "complaint-subject", "staff@isp.example",
	    AUTOMATIC_COMPLAINT, "complaint-subject" },
	{ "person-complains", NULL, AUTOMATIC_HUMAN, "person" },
	{ "bounce-failed", "<>", AUTOMATIC_BOUNCE, "report" },
	{ "bounce-delayed", "<>", AUTOMATIC_BOUNCE, "report" },
	{ "bounce-without-report-type", "x@kunde.example",
	    AUTOMATIC_BOUNCE, "report" },
	{ "bounce-in-mixed", "l-bounces@lists.example",
	    AUTOMATIC_BOUNCE, "bounce-body" },
	{ "bounce-exim", "<>", AUTOMATIC_BOUNCE, "bounce-field" },
	{ "bounce-content-class", "a@kunde.example",
	    AUTOMATIC_BOUNCE, "bounce-field" },
	{ "bounce-qmail", "<>", AUTOMATIC_BOUNCE, "bounce-body" },
	{ "bounce-subject", "x@kunde.example",
	    AUTOMATIC_BOUNCE, "bounce-subject" },
	{ "bounce-subject-german", "x@kunde.example",
	    AUTOMATIC_BOUNCE, "bounce-subject" },
	{ "person-answers-bounce", NULL, AUTOMATIC_HUMAN, "person" },
	{ "receipt-read-text", NULL, AUTOMATIC_RECEIPT, "receipt-subject" },
	{ "subject-en-automatic-reply", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-en-autoreply", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-en-auto-response", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-en-external", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-en-ext-colon", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-en-auto-generated", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-en-ticket", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-en-verification", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-en-vacation", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-en-auto-colon", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-de", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-de-abwesenheit", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-de-ausser-haus", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-fr", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-fr-absence", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-es", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-ca", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-pt", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-it", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-it-fuori", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-ro", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-nl", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-nl-afwezig", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-sv", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-da", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-no", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-is", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-fi", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-et", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-lv", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-lt", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-pl", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-cs", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-sk", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-hu", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-sl", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-hr", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-sr", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-bg", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-ru", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-uk", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-el", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-tr", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-he", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-ar", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-fa", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-hi", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-th", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-vi", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-id", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-zh-cn", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-zh-tw", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-ja", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-ko", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-eu", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-sq", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-in-thread", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-within-notes", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-within-notes-de", NULL, AUTOMATIC_REPLY, "subject" },
	{ "subject-within-notes-fr", NULL, AUTOMATIC_REPLY, "subject" },
	{ "person-answers-notes", NULL, AUTOMATIC_HUMAN, "person" },
	{ "topic-unknown-language", NULL, AUTOMATIC_REPLY, "topic" },
	{ "automatic-text-en", NULL, AUTOMATIC_REPLY, "automatic-text" },
	{ "automatic-text-en-do-not-reply", NULL,
	    AUTOMATIC_REPLY, "automatic-text" },
	{ "automatic-text-en-spamblocker", NULL,
	    AUTOMATIC_REPLY, "automatic-text" },
	{ "automatic-text-de", NULL, AUTOMATIC_REPLY, "automatic-text" },
	{ "automatic-text-fr", NULL, AUTOMATIC_REPLY, "automatic-text" },
	{ "automatic-text-es", NULL, AUTOMATIC_REPLY, "automatic-text" },
	{ "automatic-text-ru", NULL, AUTOMATIC_REPLY, "automatic-text" },
	{ "automatic-text-zh", NULL, AUTOMATIC_REPLY, "automatic-text" },
	{ "automatic-text-ja", NULL, AUTOMATIC_REPLY, "automatic-text" },
	{ "automatic-text-html", NULL, AUTOMATIC_REPLY, "automatic-text" },
	{ "automatic-text-encoded", NULL, AUTOMATIC_REPLY, "automatic-text" },
	{ "absence-text-en", NULL, AUTOMATIC_REPLY, "absence-text" },
	{ "absence-text-en-left", NULL, AUTOMATIC_REPLY, "absence-text" },
	{ "absence-text-en-off", NULL, AUTOMATIC_REPLY, "absence-text" },
	{ "absence-text-en-ticket", NULL, AUTOMATIC_REPLY, "absence-text" },
	{ "absence-text-de", NULL, AUTOMATIC_REPLY, "absence-text" },
	{ "absence-text-fr", NULL, AUTOMATIC_REPLY, "absence-text" },
	{ "absence-text-es", NULL, AUTOMATIC_REPLY, "absence-text" },
	{ "absence-text-it", NULL, AUTOMATIC_REPLY, "absence-text" },
	{ "absence-text-nl", NULL, AUTOMATIC_REPLY, "absence-text" },
	{ "absence-text-sv", NULL, AUTOMATIC_REPLY, "absence-text" },
	{ "absence-text-pl", NULL, AUTOMATIC_REPLY, "absence-text" },
	{ "absence-text-ru", NULL, AUTOMATIC_REPLY, "absence-text" },
	{ "absence-text-ja", NULL, AUTOMATIC_REPLY, "absence-text" },
	{ "absence-text-ko", NULL, AUTOMATIC_REPLY, "absence-text" },
	{ "list-id", "l-bounces@kunde.example", AUTOMATIC_LIST, "list" },
	{ "list-unsubscribe", NULL, AUTOMATIC_LIST, "list" },
	{ "list-fml", NULL, AUTOMATIC_LIST, "list" },
	{ "list-precedence-list", NULL, AUTOMATIC_LIST, "list-precedence" },
	{ "list-precedence-bulk", NULL, AUTOMATIC_LIST, "list-precedence" },
	{ "list-sender-owner", "owner-jobs@kunde.example",
	    AUTOMATIC_LIST, "list-sender" },
	{ "list-sender-request", "jobs-request@kunde.example",
	    AUTOMATIC_LIST, "list-sender" },
	{ "list-sender-bounces", "jobs-bounces@kunde.example",
	    AUTOMATIC_LIST, "list-sender" },
	{ "person-anna-bounces", "anna.bounces@kunde.example",
	    AUTOMATIC_HUMAN, "person" },
	{ "reaction-gmail", NULL, AUTOMATIC_HUMAN, "reaction" },
	{ "reaction-alone", NULL, AUTOMATIC_HUMAN, "reaction" },
	{ "reaction-outlook", NULL, AUTOMATIC_HUMAN, "reaction" },
	{ "person-speaks-of-reaction", NULL, AUTOMATIC_HUMAN, "person" },
	{ "person-attaches-reaction", NULL, AUTOMATIC_HUMAN, "person" },
	{ "calendar-accepted", NULL, AUTOMATIC_CALENDAR, "calendar-reply" },
	{ "calendar-accepted-google", NULL,
	    AUTOMATIC_CALENDAR, "calendar-reply" },
	{ "calendar-proposes", NULL, AUTOMATIC_CALENDAR, "calendar-reply" },
	{ "calendar-invites", NULL, AUTOMATIC_CALENDAR, "calendar" },
	{ "calendar-room", "<>", AUTOMATIC_REPLY, "null-sender" },
	{ "calendar-notification-request", NULL,
	    AUTOMATIC_REPLY, "auto-submitted" },
	{ "calendar-booking-by-machine", "b@kunde.example",
	    AUTOMATIC_REPLY, "sender" },
};

static void
set_up(void)
{
	mime_library_init();
}

/* The file in a heap block that ends with it; to be freed. */
static char *
read_file(const char *path, size_t *length)
{
	FILE *file = fopen(path, "rb");
	char *bytes;
	long size;

	ck_assert_msg(file != NULL, "%s: cannot be read", path);
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);
	bytes = malloc((size_t)size);
	*length = fread(bytes, 1, (size_t)size, file);
	fclose(file);
	ck_assert_int_eq((long)*length, size);
	return bytes;
}

static struct judge *
read_judge(void)
{
	struct phrase_table *phrases;
	struct judge *judge;
	enum status status;
	struct buf why;
	size_t length;
	char *bytes;

	buf_init(&why);
	bytes = read_file(PHRASES, &length);
	status = phrase_table_parse(&phrases, bytes, length, &why);
	ck_assert_msg(status == STATUS_OK, "%s: %s", PHRASES, why.data);
	buf_release(&why);
	free(bytes);
	judge = judge_new(phrases);
	ck_assert_ptr_nonnull(judge);
	return judge;
}

START_TEST(judges)
{
	const char *name = fixtures[_i].name;
	struct judge *judge = read_judge();
	struct judgement judgement;
	struct message message;
	char path[256], *bytes;
	size_t length;

	snprintf(path, sizeof(path), FIXTURES "/%s.eml", name);
	bytes = read_file(path, &length);
	message_init(&message);
	ctl_message_read(&message, bytes, length, fixtures[_i].sender,
	    judge);
	free(bytes);
	ck_assert_int_eq(automatic_judge(&message, &judgement), STATUS_OK);
	ck_assert_msg(judgement.class == fixtures[_i].class &&
	    strcmp(judgement.rule, fixtures[_i].rule) == 0,
	    "%s: got %s by %s, want %s by %s", name,
	    automatic_class_text(judgement.class), judgement.rule,
	    automatic_class_text(fixtures[_i].class), fixtures[_i].rule);
	message_release(&message);
	judge_unref(judge);
}
END_TEST

START_TEST(each_rule_is_shown)
{
	const char *rule;
	size_t n;
	int i;

	for (n = 0; (rule = automatic_rule_at(n)) != NULL; n++) {
		if (strcmp(rule, "automatic-headers") == 0 ||
		    strcmp(rule, "human-headers") == 0)
			continue;	/* an administrator's: test_judge */
		for (i = 0; i < ROWS(fixtures); i++)
			if (strcmp(fixtures[i].rule, rule) == 0)
				break;
		ck_assert_msg(i < ROWS(fixtures), "%s: no fixture", rule);
	}
	ck_assert_uint_gt(n, 0);
}
END_TEST

static bool
is_in_table(const char *file)
{
	size_t length;
	int i;

	for (i = 0; i < ROWS(fixtures); i++) {
		length = strlen(fixtures[i].name);
		if (strncmp(file, fixtures[i].name, length) == 0 &&
		    strcmp(file + length, ".eml") == 0)
			return true;
	}
	return false;
}

START_TEST(each_file_has_a_row)
{
	DIR *directory = opendir(FIXTURES);
	struct dirent *entry;
	int seen = 0;

	ck_assert_ptr_nonnull(directory);
	while ((entry = readdir(directory)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		ck_assert_msg(is_in_table(entry->d_name), "%s: no row",
		    entry->d_name);
		seen++;
	}
	closedir(directory);
	ck_assert_int_eq(seen, ROWS(fixtures));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("fixtures");
	TCase *tcase = tcase_create("fixtures");

	tcase_add_unchecked_fixture(tcase, set_up, NULL);
	tcase_add_loop_test(tcase, judges, 0, ROWS(fixtures));
	tcase_add_test(tcase, each_rule_is_shown);
	tcase_add_test(tcase, each_file_has_a_row);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
