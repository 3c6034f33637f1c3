/*
 * What a site's judge is made of: phrases of file and configuration, header
 * rules; what is wrong with them, and where.
 */
#include <strings.h>

#include "conf_files.h"
#include "mail/automatic.h"
#include "mail/judge.h"
#include "mail/mime.h"
#include "mail/phrase.h"

#define DOMAINS		"local_domains = [\"example.com\"];\n"
#define PHRASES		DOMAINS "phrases_file = \"phrases\";\n"
#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

static void
set_up(void)
{
	mime_library_init();
}

/* Loads the judge of a configuration that is right. */
static enum status
load(struct conf_files *files, const char *text, struct judge **judge,
    struct buf *why)
{
	enum status status;
	struct conf *conf;

	conf_files_write(files, "replygate.conf", text);
	status = conf_files_load(files, &conf);
	ck_assert_msg(status == STATUS_OK, "%s", files->why.data);
	status = judge_load(judge, conf, why);
	ck_assert((status == STATUS_OK) == (*judge != NULL));
	conf_unref(conf);
	return status;
}

#define RULES								\
	"automatic_headers = [\"X-Ticket: *\", \"X-Mailer: OTRS*\",\n"	\
	"  \"X-Both: a*\", \"X-Fold: a b c\", \"X-Class: [a-c]?\",\n"	\
	"  \"X-Star: a\\\\*\", \"X-Empty: ?*\"];\n"			\
	"human_headers = [\"X-Form: yes\", \"X-Both: *\", \"X-Late: *end\"];\n"

static const struct {
	const char	*name, *field, *value;
	enum judge_word	 want;
} fields[] = {
	{ "there", "X-Ticket", "4711", JUDGE_AUTOMATIC },
	{ "there, empty", "X-Ticket", "", JUDGE_AUTOMATIC },
	{ "case of the name", "x-tIcket", "1", JUDGE_AUTOMATIC },
	{ "longer name", "X-Tickets", "1", JUDGE_SILENT },
	{ "beginning", "X-Mailer", "OTRS Mail Service", JUDGE_AUTOMATIC },
	{ "case of the value", "X-Mailer", "otrs", JUDGE_AUTOMATIC },
	{ "not at the beginning", "X-Mailer", "My OTRS", JUDGE_SILENT },
	{ "blanks around", "X-Form", "  YES \t", JUDGE_HUMAN },
	{ "not whole", "X-Form", "yes, indeed", JUDGE_SILENT },
	{ "nothing", "X-Form", "", JUDGE_SILENT },
	{ "automatic outweighs", "X-Both", "abc", JUDGE_AUTOMATIC },
	{ "human where it does not hold", "X-Both", "bc", JUDGE_HUMAN },
	{ "folds are blanks", "X-Fold", "\r\n\ta  b\n c", JUDGE_AUTOMATIC },
	{ "bracket and mark", "X-Class", "B7", JUDGE_AUTOMATIC },
	{ "outside the bracket", "X-Class", "d7", JUDGE_SILENT },
	{ "a star itself", "X-Star", "A*", JUDGE_AUTOMATIC },
	{ "no star", "X-Star", "ab", JUDGE_SILENT },
	{ "not empty", "X-Empty", " \t ", JUDGE_SILENT },
	{ "another field", "Subject", "4711", JUDGE_SILENT },
};

START_TEST(field_rules)
{
	char *value = strdup(fields[_i].value);
	struct conf_files files;
	struct judge *judge;
	enum judge_word got;
	const char *rule;
	struct buf why;

	conf_files_make(&files);
	buf_init(&why);
	conf_files_write(&files, "phrases", "");
	ck_assert_int_eq(load(&files, PHRASES RULES, &judge, &why),
	    STATUS_OK);
	got = judge_field(judge, fields[_i].field, value, &rule);
	ck_assert_msg(got == fields[_i].want, "%s: got %d",
	    fields[_i].name, got);
	ck_assert_msg((rule != NULL) == (got != JUDGE_SILENT) &&
	    (rule == NULL || strncasecmp(rule, fields[_i].field,
	    strlen(fields[_i].field)) == 0), "%s: by %s", fields[_i].name,
	    rule);
	ck_assert_int_eq(judge_field(NULL, fields[_i].field, value, &rule),
	    JUDGE_SILENT);
	ck_assert_ptr_null(rule);
	free(value);
	judge_unref(judge);
	buf_release(&why);
	conf_files_remove(&files);
}
END_TEST

/* The bytes behind the bound are as if they were not there. */
START_TEST(value_at_its_bound)
{
	char value[JUDGE_VALUE_MAX + 2];
	struct conf_files files;
	struct judge *judge;
	const char *rule;
	struct buf why;

	conf_files_make(&files);
	buf_init(&why);
	conf_files_write(&files, "phrases", "");
	ck_assert_int_eq(load(&files, PHRASES RULES, &judge, &why),
	    STATUS_OK);
	memset(value, 'x', sizeof(value));
	memcpy(value + JUDGE_VALUE_MAX - 3, "end", 4);
	ck_assert_int_eq(judge_field(judge, "X-Late", value, &rule),
	    JUDGE_HUMAN);
	memcpy(value + JUDGE_VALUE_MAX - 2, "end", 4);
	ck_assert_int_eq(judge_field(judge, "X-Late", value, &rule),
	    JUDGE_SILENT);
	judge_unref(judge);
	buf_release(&why);
	conf_files_remove(&files);
}
END_TEST

START_TEST(phrases_of_both)
{
	const struct phrase_table *phrases;
	struct conf_files files;
	struct judge *judge;
	struct buf why;

	conf_files_make(&files);
	buf_init(&why);
	conf_files_write(&files, "phrases", "away now\n@within\nnot here");
	ck_assert_int_eq(load(&files, PHRASES "phrases = [\"Bin im Urlaub\", "
	    "\"@automatic This is a robot\", \"@within On Leave\"];\n",
	    &judge, &why), STATUS_OK);
	phrases = judge_phrases(judge);
	ck_assert(phrase_begins(phrases, PHRASE_SUBJECT, "away now: x"));
	ck_assert(phrase_begins(phrases, PHRASE_SUBJECT, "bin im urlaub"));
	ck_assert(phrase_begins(phrases, PHRASE_AUTOMATIC,
	    "this is a robot"));
	ck_assert(phrase_is_in(phrases, PHRASE_WITHIN, "i am not here"));
	ck_assert(phrase_is_in(phrases, PHRASE_WITHIN, "i am on leave"));
	ck_assert(!phrase_begins(phrases, PHRASE_SUBJECT, "on leave"));
	judge_unref(judge);
	ck_assert_ptr_null(judge_phrases(NULL));
	buf_release(&why);
	conf_files_remove(&files);
}
END_TEST

static const struct {
	const char	*name, *phrases;
	const char	*conf;
	enum status	 status;
	const char	*why;		/* behind the folder */
} wrong[] = {
	{ "short in the file", "# x\nfine\nbad\n", PHRASES, STATUS_LIMIT,
	    "/phrases:3: a phrase of 3 bytes; expected 4 to 200" },
	{ "place in the file", "@nowhere\n", PHRASES, STATUS_MALFORMED,
	    "/phrases:1: unknown place; expected @subject" },
	{ "file without a newline", "fine\nbad", PHRASES, STATUS_LIMIT,
	    "/phrases:2: a phrase" },
	{ "place in the configuration", "fine\n", PHRASES
	    "phrases = [\"good one\", \"@nowhere bad one\"];\n",
	    STATUS_MALFORMED, "/replygate.conf: phrases: \"@nowhere bad "
	    "one\": unknown place; expected" },
	{ "short once folded", "fine\n", PHRASES
	    "phrases = [\"good one\", \"a   b\"];\n", STATUS_LIMIT,
	    "/replygate.conf: phrases: \"a   b\": a phrase of 3 bytes" },
	{ "byte order mark", "\xef\xbb\xbf" "fine\n", PHRASES,
	    STATUS_MALFORMED, "/phrases:1: begins with a byte order mark" },
	{ "no such file", "", DOMAINS "phrases_file = \"nothing\";\n",
	    STATUS_NOT_FOUND, "/nothing: cannot be read" },
	{ "a folder", "", DOMAINS "phrases_file = \".\";\n",
	    STATUS_NOT_FOUND, "/.: is a directory" },
};

START_TEST(refuses)
{
	struct conf_files files;
	struct judge *judge;
	enum status status;
	struct buf why;
	size_t folder;

	conf_files_make(&files);
	folder = strlen(files.folder);
	buf_init(&why);
	conf_files_write(&files, "phrases", wrong[_i].phrases);
	status = load(&files, wrong[_i].conf, &judge, &why);
	ck_assert_msg(status == wrong[_i].status, "%s: %s", wrong[_i].name,
	    status_text(status));
	ck_assert_msg(strncmp(why.data, files.folder, folder) == 0 &&
	    strncmp(why.data + folder, wrong[_i].why,
	    strlen(wrong[_i].why)) == 0, "%s: got '%s', want '%s'",
	    wrong[_i].name, why.data + folder, wrong[_i].why);
	ck_assert_ptr_null(strchr(why.data, '\n'));
	buf_release(&why);
	conf_files_remove(&files);
}
END_TEST

/* The file at its bound, and one byte more; phrases that fill it up. */
START_TEST(file_at_its_bound)
{
	char *text = malloc(PHRASE_FILE_MAX + 1);
	struct conf_files files;
	struct judge *judge;
	struct buf why;

	conf_files_make(&files);
	buf_init(&why);
	ck_assert_ptr_nonnull(text);
	memset(text, '#', PHRASE_FILE_MAX + 1);
	text[PHRASE_FILE_MAX - 1] = '\n';
	conf_files_write_bytes(&files, "phrases", text, PHRASE_FILE_MAX);
	ck_assert_int_eq(load(&files, PHRASES, &judge, &why), STATUS_OK);
	judge_unref(judge);
	ck_assert_int_eq(load(&files, PHRASES "phrases = [\"away\"];\n",
	    &judge, &why), STATUS_LIMIT);
	ck_assert_ptr_nonnull(strstr(why.data, "with the phrases of "));
	conf_files_write_bytes(&files, "phrases", text, PHRASE_FILE_MAX + 1);
	ck_assert_int_eq(load(&files, PHRASES, &judge, &why),
	    STATUS_MALFORMED);
	ck_assert_ptr_nonnull(strstr(why.data, "is too large"));
	free(text);
	buf_release(&why);
	conf_files_remove(&files);
}
END_TEST

/* A message's fields, by its judge; Reply-To beside; both forgotten. */
START_TEST(message_is_judged)
{
	struct message_origin origin = { NULL, "bob@example.org", false };
	struct conf_files files;
	struct message message;
	struct judge *judge;
	struct buf why;

	conf_files_make(&files);
	buf_init(&why);
	conf_files_write(&files, "phrases", "");
	ck_assert_int_eq(load(&files, PHRASES RULES, &judge, &why),
	    STATUS_OK);
	message_init(&message);
	ck_assert_int_eq(message_begin(&message, &origin), STATUS_OK);
	message_judged_by(&message, judge);
	message_header(&message, "X-Form", "yes");
	ck_assert_int_eq(message.word, JUDGE_HUMAN);
	ck_assert_str_eq(message.word_rule, "X-Form: yes");
	ck_assert_ptr_null(automatic_rule(&message));
	message_header(&message, "X-Ticket", "1");
	message_header(&message, "X-Form", "yes");
	ck_assert_int_eq(message.word, JUDGE_AUTOMATIC);
	ck_assert_str_eq(message.word_rule, "X-Ticket: *");
	ck_assert_str_eq(automatic_rule(&message), "automatic-headers");
	message_header(&message, "Reply-To", "Nobody, <>");
	message_header(&message, "reply-to", "Bob <BOB@Example.net>, x@y.z");
	message_header(&message, "Reply-To", "carol@example.net");
	ck_assert_str_eq(message.reply_to.text, "bob@example.net");
	ck_assert_int_eq(message_begin(&message, &origin), STATUS_OK);
	ck_assert_int_eq(message.word, JUDGE_SILENT);
	ck_assert_ptr_null(message.judge);
	ck_assert_ptr_null(message.word_rule);
	ck_assert_uint_eq(message.reply_to.length, 0);
	message_header(&message, "X-Ticket", "1");
	ck_assert_int_eq(message.word, JUDGE_SILENT);
	message_release(&message);
	judge_unref(judge_ref(judge));
	judge_unref(judge);
	judge_unref(NULL);
	ck_assert_ptr_null(judge_ref(NULL));
	buf_release(&why);
	conf_files_remove(&files);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("judge");
	TCase *tcase = tcase_create("judge");

	tcase_add_unchecked_fixture(tcase, set_up, NULL);
	tcase_add_loop_test(tcase, field_rules, 0, ROWS(fields));
	tcase_add_test(tcase, value_at_its_bound);
	tcase_add_test(tcase, phrases_of_both);
	tcase_add_loop_test(tcase, refuses, 0, ROWS(wrong));
	tcase_add_test(tcase, file_at_its_bound);
	tcase_add_test(tcase, message_is_judged);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
