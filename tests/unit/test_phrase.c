/*
 * Phrases: the file, the places, where a phrase begins and ends.
 */
#include "test.h"

#include <string.h>

#include "mail/mime.h"
#include "mail/phrase.h"
#include "mail/subject.h"

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

static void
set_up(void)
{
	mime_library_init();
}

/* From a heap block that ends with the text. */
static enum status
parse(struct phrase_table **table, const char *text, size_t length,
    struct buf *why)
{
	char *bytes = malloc(length > 0 ? length : 1);
	enum status status;

	memcpy(bytes, text, length);
	status = phrase_table_parse(table, bytes, length, why);
	free(bytes);
	return status;
}

static const char file[] =
	"# a comment\r\n"
	"Out of Office\n"
	"\n"
	"auto\n"
	"automatic reply\n"
	"auto:\n"
	"Auto\n"
	"I\xe2\x80\x99m away\n"
	"[auto generated]\n"
	"\xe4\xb8\x8d\xe5\x9c\xa8\n"
	"h\xc3\xa1zon\n"
	"@within\n"
	"is out of the office\n"
	"@absence\n"
	"\xe4\xbc\x91\xe6\x9a\x87\n"
	"i am away\n"
	"gone ... on leave\n"
	"gone ... not here\n"
	"gone ... \xe4\xbc\x91\xe6\x9a\x87\n"
	"gone fishing\n"
	"@automatic\n"
	"this is an automatic";

static const struct {
	const char		*name;
	enum phrase_place	 place;
	bool			 anywhere;
	const char		*text;
	bool			 want;
} lookups[] = {
	{ "the phrase alone", PHRASE_SUBJECT, false, "out of office", true },
	{ "more behind it", PHRASE_SUBJECT, false, "out of office: x", true },
	{ "not at the beginning", PHRASE_SUBJECT, false,
	    "re: out of office", false },
	{ "cut short", PHRASE_SUBJECT, false, "out of offic", false },
	{ "a longer word", PHRASE_SUBJECT, false, "out of officers", false },
	{ "a longer word, accented", PHRASE_SUBJECT, false,
	    "out of office\xc3\xa9", false },
	{ "the shorter of two", PHRASE_SUBJECT, false, "auto reply", true },
	{ "the shorter, behind a near one", PHRASE_SUBJECT, false,
	    "auto zebra", true },
	{ "neither of two", PHRASE_SUBJECT, false, "automatic", false },
	{ "the longer of two", PHRASE_SUBJECT, false, "automatic reply",
	    true },
	{ "ends with a sign", PHRASE_SUBJECT, false, "auto:bahn", true },
	{ "apostrophe", PHRASE_SUBJECT, false, "i'm away", true },
	{ "a tag", PHRASE_SUBJECT, false, "[auto generated] x", true },
	{ "no blanks in this script", PHRASE_SUBJECT, false,
	    "\xe4\xb8\x8d\xe5\x9c\xa8\xe9\x80\x9a", true },
	{ "accents count", PHRASE_SUBJECT, false, "hazon", false },
	{ "another place", PHRASE_WITHIN, false, "out of office", false },
	{ "empty", PHRASE_SUBJECT, false, "", false },
	{ "behind a name", PHRASE_WITHIN, true,
	    "bob is out of the office (back soon)", true },
	{ "inside a word", PHRASE_WITHIN, true, "this out of the office",
	    false },
	{ "end of a word before it", PHRASE_WITHIN, true,
	    "boris out of the office", false },
	{ "second line", PHRASE_ABSENCE, true, "hello,\ni am away\n", true },
	{ "in a script without blanks", PHRASE_ABSENCE, true,
	    "\xe6\x88\x91\xe5\x9c\xa8\xe4\xbc\x91\xe6\x9a\x87", true },
	{ "a gap", PHRASE_ABSENCE, false, "gone to 15. 8. on leave.", true },
	{ "of several with one beginning", PHRASE_ABSENCE, true,
	    "i am gone, so not here", true },
	{ "nothing in the gap", PHRASE_ABSENCE, false, "gone on leave", true },
	{ "over the end of a line", PHRASE_ABSENCE, false,
	    "gone until may\non leave", true },
	{ "a gap in a script without blanks", PHRASE_ABSENCE, false,
	    "gone to \xe4\xbd\xa0\xe4\xbc\x91\xe6\x9a\x87\xe4\xbd\xa0", true },
	{ "no second part", PHRASE_ABSENCE, false, "gone until may", false },
	{ "half a second part", PHRASE_ABSENCE, false, "gone on leav", false },
	{ "the second in a word", PHRASE_ABSENCE, false,
	    "gone upon leave", false },
	{ "the second begins a word", PHRASE_ABSENCE, false,
	    "gone on leaves", false },
	{ "the second first", PHRASE_ABSENCE, true, "on leave, gone", false },
	{ "the widest gap", PHRASE_ABSENCE, false, "gone "
	    "0123456789012345678901234567890123456789012345 on leave", true },
	{ "too wide a gap", PHRASE_ABSENCE, false, "gone "
	    "01234567890123456789012345678901234567890123456 on leave", false },
	{ "without a gap, behind those", PHRASE_ABSENCE, false,
	    "gone fishing", true },
	{ "last phrase, no newline", PHRASE_AUTOMATIC, false,
	    "this is an automatic reply", true },
};

START_TEST(finds)
{
	struct phrase_table *table;
	char *text = strdup(lookups[_i].text);
	struct buf why;
	bool got;

	buf_init(&why);
	ck_assert_int_eq(parse(&table, file, sizeof(file) - 1, &why),
	    STATUS_OK);
	got = lookups[_i].anywhere ?
	    phrase_is_in(table, lookups[_i].place, text) :
	    phrase_begins(table, lookups[_i].place, text);
	ck_assert_msg(got == lookups[_i].want, "%s: got %d",
	    lookups[_i].name, got);
	phrase_table_free(table);
	buf_release(&why);
	free(text);
}
END_TEST

static const struct {
	const char	*name;
	const char	*text;
	size_t		 length;
	enum status	 want;
	const char	*why;
} files[] = {
	{ "nothing", "", 0, STATUS_OK, "" },
	{ "an unknown place", "auto\n@subjects\n", 15, STATUS_MALFORMED,
	    "line 2: unknown place" },
	{ "no UTF-8", "\nauto\xff\n", 7, STATUS_MALFORMED, "line 2: bytes" },
	{ "a NUL", "auto\0\n", 6, STATUS_MALFORMED, "line 1: a NUL" },
	{ "short", "out\n", 4, STATUS_LIMIT, "line 1: a phrase of 3" },
	{ "just long enough", "ooo:\n", 5, STATUS_OK, "" },
	{ "blanks alone", " \t\n", 3, STATUS_OK, "" },
	{ "a gap at the end", "auto ...\n", 9, STATUS_OK, "" },
	{ "little before a gap", "@absence\naut ... reply\n", 23,
	    STATUS_MALFORMED, "line 2: expected one \"...\" at most" },
	{ "little behind a gap", "auto ... abc\n", 13, STATUS_MALFORMED,
	    "line 1: expected one" },
	{ "two gaps", "auto ... repl ... ying\n", 23, STATUS_MALFORMED,
	    "line 1: expected one" },
};

START_TEST(reads_files)
{
	struct phrase_table *table;
	enum status got;
	struct buf why;

	buf_init(&why);
	got = parse(&table, files[_i].text, files[_i].length, &why);
	ck_assert_msg(got == files[_i].want && strncmp(why.data,
	    files[_i].why, strlen(files[_i].why)) == 0, "%s: got %s, %s",
	    files[_i].name, status_text(got), why.data);
	ck_assert_msg((table != NULL) == (got == STATUS_OK), "%s: the table",
	    files[_i].name);
	phrase_table_free(table);
	buf_release(&why);
}
END_TEST

START_TEST(phrases_have_a_bound)
{
	char text[PHRASE_LENGTH_MAX + 1];
	struct phrase_table *table;
	struct buf why;

	memset(text, 'x', sizeof(text));
	buf_init(&why);
	ck_assert_int_eq(parse(&table, text, PHRASE_LENGTH_MAX, &why),
	    STATUS_OK);
	ck_assert_uint_eq(phrase_table_count(table, PHRASE_SUBJECT), 1);
	ck_assert_uint_eq(phrase_table_count(table, PHRASE_RECEIPT), 0);
	phrase_table_free(table);
	ck_assert_int_eq(parse(&table, text, PHRASE_LENGTH_MAX + 1, &why),
	    STATUS_LIMIT);
	buf_release(&why);
}
END_TEST

/* PHRASES_MAX lines, and one more. */
START_TEST(tables_have_a_bound)
{
	struct phrase_table *table;
	struct buf text, why;
	int i;

	buf_init(&text);
	buf_init(&why);
	for (i = 0; i < PHRASES_MAX; i++)
		buf_printf(&text, "phrase %d\n", i);
	ck_assert_int_eq(parse(&table, text.data, text.length, &why),
	    STATUS_OK);
	ck_assert_uint_eq(phrase_table_count(table, PHRASE_SUBJECT),
	    PHRASES_MAX);
	phrase_table_free(table);
	buf_add_text(&text, "one more\n");
	ck_assert_int_eq(parse(&table, text.data, text.length, &why),
	    STATUS_LIMIT);
	ck_assert_ptr_nonnull(strstr(why.data, "line 10001: more than"));
	buf_release(&text);
	buf_release(&why);
}
END_TEST

START_TEST(files_have_a_bound)
{
	struct phrase_table *table;
	char *bytes = malloc(PHRASE_FILE_MAX + 1);
	struct buf why;

	memset(bytes, '\n', PHRASE_FILE_MAX + 1);
	buf_init(&why);
	ck_assert_int_eq(phrase_table_parse(&table, bytes, PHRASE_FILE_MAX,
	    &why), STATUS_OK);
	phrase_table_free(table);
	ck_assert_int_eq(phrase_table_parse(&table, bytes,
	    PHRASE_FILE_MAX + 1, &why), STATUS_LIMIT);
	ck_assert_ptr_null(table);
	buf_release(&why);
	free(bytes);
}
END_TEST

static const struct {
	const char	*name, *subject;
	const char	*behind;	/* the tags */
	bool		 answer;
} subjects[] = {
	{ "plain", "Hello", "hello", false },
	{ "empty", "", "", false },
	{ "reply", "Re: Hello", "re: hello", true },
	{ "German", "AW: Hello", "aw: hello", true },
	{ "French, a blank", "RE\xc2\xa0: TR : Hello", "re : tr : hello",
	    true },
	{ "counted", "RE[4]: Hello", "re[4]: hello", true },
	{ "counted, Lotus", "Re^2: Hello", "re^2: hello", true },
	{ "wide colon", "\xe5\x9b\x9e\xe5\xa4\x8d\xef\xbc\x9aHello",
	    "\xe5\x9b\x9e\xe5\xa4\x8d:hello", true },
	{ "encoded", "=?utf-8?B?UmU6IEhlbGxv?=", "re: hello", true },
	{ "forward", "Fwd: Hello", "fwd: hello", true },
	{ "a word like it", "Regarding: Hello", "regarding: hello", false },
	{ "no colon", "Re Hello", "re hello", false },
	{ "tag", "[External] Hello", "hello", false },
	{ "tag before a mark", "[EXT] Re: Hello", "re: hello", true },
	{ "several tags", "EXTERNAL: (ext) [jobs] {Spam?} Hello", "hello",
	    false },
	{ "stars", "***SPAM*** Hello", "hello", false },
	{ "a dash behind", "[External] - Hello", "hello", false },
	{ "a tag that is not closed", "[External Hello", "[external hello",
	    false },
	{ "a tag too long for one", "[0123456789012345678901234567890123456789"
	    "01234567890123456789x] Re: Hello",
	    "[0123456789012345678901234567890123456789"
	    "01234567890123456789x] re: hello", false },
	{ "a word that is a tag elsewhere", "External help: Hello",
	    "external help: hello", false },
};

START_TEST(reads_subjects)
{
	char *value = strdup(subjects[_i].subject);
	struct buf folded;

	buf_init(&folded);
	ck_assert_int_eq(subject_fold(value, &folded), STATUS_OK);
	ck_assert_msg(strcmp(subject_skip_tags(folded.data),
	    subjects[_i].behind) == 0, "%s: got %s", subjects[_i].name,
	    subject_skip_tags(folded.data));
	ck_assert_msg(subject_is_answer(folded.data) == subjects[_i].answer,
	    "%s: an answer or not", subjects[_i].name);
	buf_release(&folded);
	free(value);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("phrase");
	TCase *tcase = tcase_create("phrase");

	tcase_add_unchecked_fixture(tcase, set_up, NULL);
	tcase_add_loop_test(tcase, finds, 0, ROWS(lookups));
	tcase_add_loop_test(tcase, reads_files, 0, ROWS(files));
	tcase_add_test(tcase, phrases_have_a_bound);
	tcase_add_test(tcase, tables_have_a_bound);
	tcase_add_test(tcase, files_have_a_bound);
	tcase_add_loop_test(tcase, reads_subjects, 0, ROWS(subjects));
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
