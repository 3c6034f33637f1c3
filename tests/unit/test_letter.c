/*
 * Letters: which words of a message are its own.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "mail/letter.h"
#include "mail/message.h"
#include "mail/mime.h"

struct row {
	const char	*name;
	const char	*type;		/* NULL: no such field */
	const char	*encoding;
	const char	*body;
	const char	*text;		/* the letter's */
	bool		 answer;	/* In-Reply-To is there */
};

#define UTF8	"text/plain; charset=utf-8"
#define HTML	"text/html; charset=utf-8"
#define MIXED	"multipart/mixed; boundary=b"

#define INVITATION(type) "--b\nContent-Type: text/plain\n\n" \
	"Shall we talk?\n\n________________________________\n" \
	"Microsoft Teams meeting\nJoin\n--b\nContent-Type: " type \
	"\n\nBEGIN:VCALENDAR\n--b--\n"

static const struct row rows[] = {
	{ "words", NULL, NULL, "Hello, World!\n", "hello\nworld\n",
	    false },
	{ "a greeting alone", NULL, NULL, "Hello,\nWorld!\n", "hello world\n",
	    false },
	{ "accents and case", UTF8, NULL, "GRÜSSE an Amélie",
	    "grusse an amelie\n", false },
	{ "an apostrophe", UTF8, NULL, "don't don’t", "dont dont\n", false },
	{ "paragraphs", UTF8, NULL,
	    "one two three four five six seven eight\nnine\n\n"
	    "one two three four five six seven eight\n",
	    "one two three four five six seven eight nine\n"
	    "one two three four five six seven eight\n", false },
	{ "short ones are one", UTF8, NULL, "Dear Bob\n\na\n\nb c\n\nd\n",
	    "dear bob\na b c d\n", false },
	{ "a line nobody broke is a paragraph", UTF8, NULL,
	    "Dear Bob\n"
	    "aaaaaaaaaa bbbbbbbbbb cccccccccc dddddddddd eeeeeeeeee "
	    "ffffffffff gggggggggg hhhhhhhhhh iiiiiiiiii jjj\n"
	    "a b c d e f g h i\n",
	    "dear bob aaaaaaaaaa bbbbbbbbbb cccccccccc dddddddddd eeeeeeeeee "
	    "ffffffffff gggggggggg hhhhhhhhhh iiiiiiiiii jjj\n"
	    "a b c d e f g h i\n", false },
	{ "a greeting that goes on", UTF8, NULL, "Hi Bob, one two",
	    "hi bob\none two\n",
	    false },
	{ "a sentence before its comma", UTF8, NULL,
	    "I saw what you did, one", "i saw what you did one\n", false },
	{ "points of a list", UTF8, NULL,
	    "- a b c d e f g h\n- i j k l m n o p\n",
	    "a b c d e f g h\ni j k l m n o p\n", false },
	{ "no width", UTF8, NULL, "pro\xe2\x80\x8b" "fi\xe2\x81\xa0le",
	    "profile\n", false },
	{ "a soft hyphen", UTF8, NULL, "pro\xc2\xad" "file", "profile\n",
	    false },
	{ "how to join, of an invitation", MIXED, NULL, INVITATION(
	    "text/calendar; method=REQUEST"), "shall we talk\n", false },
	{ "a rule that is nobody's", MIXED, NULL, INVITATION("text/x-note"),
	    "shall we talk\nmicrosoft teams meeting join\n", false },
	{ "a vertical tab", UTF8, NULL, "pro\vfile", "profile\n", false },
	{ "addresses", UTF8, NULL, "see www.a.example or mailto:b@c.example "
	    "or ftp://d/e: where, web", "see or or where web\n", false },
	{ "Cyrillic letters", UTF8, NULL, "рrоfilе", "profile\n",
	    false },
	{ "wide letters", UTF8, NULL, "ｐｒｏｆｉｌｅ", "profile\n",
	    false },
	{ "marks on top", UTF8, NULL, "p\xcc\xb6r\xcc\xb6o", "pro\n", false },
	{ "addresses", UTF8, NULL,
	    "see https://x.example/?u=1 or www.x.example or <a@b.example> now",
	    "see or or now\n", false },
	{ "Japanese", UTF8, NULL, "弊社の仕事", "弊 社 の 仕 事\n",
	    false },

	{ "quoted-printable", UTF8, "quoted-printable", "gr=C3=BC=\nn",
	    "grun\n", false },
	{ "base64", UTF8, "base64", "Z3LDvG4=", "grun\n", false },
	{ "windows-1252", "text/plain; charset=windows-1252", NULL,
	    "gr\xfcn \x93so\x94", "grun so\n", false },
	{ "a charset that is not named", NULL, NULL, "gr\xfcn", "grun\n",
	    false },
	{ "one that is not true", UTF8, NULL, "gr\xfcn", "grun\n", false },
	{ "one nobody knows", "text/plain; charset=x-nobody", NULL, "green",
	    "green\n", false },
	{ "GB2312", "text/plain; charset=gb2312", NULL, "\xc4\xe3\xba\xc3",
	    "你 好\n", false },
	{ "ISO-2022-JP", "text/plain; charset=iso-2022-jp", NULL,
	    "\033$BEl5~\033(B", "東 京\n", false },
	{ "and not named", NULL, NULL, "\033$BEl5~\033(B", "東 京\n", false },
	{ "KOI8-R", "text/plain; charset=koi8-r", NULL, "\xc4\xc1",
	    "д" "a\n", false },

	{ "UTF-16, little end first", "text/plain; charset=utf-16", "base64",
	    "//5HAHIA/ADfAGUAIABhAG4AIABBAG0A6QBsAGkAZQA=",
	    "grusse an amelie\n", false },
	{ "UTF-16, big end first", "text/plain; charset=utf-16", "base64",
	    "/v8ARwByAPwA3wBlACAAYQBuACAAQQBtAOkAbABpAGU=",
	    "grusse an amelie\n", false },
	{ "UTF-16 without a mark", "text/plain; charset=UTF-16", "base64",
	    "RwByAPwA3wBlACAAYQBuACAAQQBtAOkAbABpAGUA",
	    "grusse an amelie\n", false },
	{ "and the other way round", "text/plain; charset=utf-16", "base64",
	    "AEcAcgD8AN8AZQAgAGEAbgAgAEEAbQDpAGwAaQBl",
	    "grusse an amelie\n", false },
	{ "UTF-16LE", "text/plain; charset=utf-16le", "base64",
	    "RwByAPwA3wBlACAAYQBuACAAQQBtAOkAbABpAGUA",
	    "grusse an amelie\n", false },
	{ "UTF-16BE", "text/plain; charset=utf-16be", "base64",
	    "AEcAcgD8AN8AZQAgAGEAbgAgAEEAbQDpAGwAaQBl",
	    "grusse an amelie\n", false },
	{ "by its name alone", "text/plain; charset=utf-16be", "base64",
	    "Z3FOrA==", "東 京\n", false },
	{ "a mark and no name", "text/plain", "base64",
	    "//5HAHIA/ADfAGUAIABhAG4AIABBAG0A6QBsAGkAZQA=",
	    "grusse an amelie\n", false },
	{ "a mark overrules the name", UTF8, "base64",
	    "/v8ARwByAPwA3wBlACAAYQBuACAAQQBtAOkAbABpAGU=",
	    "grusse an amelie\n", false },
	{ "UTF-16 in name only", "text/plain; charset=utf-16", "base64",
	    "R3LDvMOfZSBhbiBBbcOpbGll",
	    "grusse an amelie\n", false },
	{ "UTF-32", "text/plain; charset=utf-32", "base64",
	    "AAAARwAAAHIAAAD8AAAA3wAAAGUAAAAgAAAAYQAAAG4AAAAgAAAAQQAAAG0A"
	    "AADpAAAAbAAAAGkAAABl",
	    "grusse an amelie\n", false },
	{ "HTML in UTF-16", "text/html; charset=utf-16", "base64",
	    "//48AHAAPgBvAG4AZQA8AC8AcAA+ADwAYgA+AHQAdwBvADwALwBiAD4A",
	    "one\ntwo\n", false },
	{ "HTML in UTF-16LE", "text/html; charset=utf-16le", "base64",
	    "PABwAD4AbwBuAGUAPAAvAHAAPgA8AGIAPgB0AHcAbwA8AC8AYgA+AA==",
	    "one\ntwo\n", false },
	{ "HTML in UTF-16BE", "text/html; charset=utf-16be", "base64",
	    "ADwAcAA+AG8AbgBlADwALwBwAD4APABiAD4AdAB3AG8APAAvAGIAPg==",
	    "one\ntwo\n", false },
	{ "zeroes", UTF8, "base64",
	    "cHJvAGZpbGUAIGFuZCBtb3Jl",
	    "profile and more\n", false },
	{ "zeroes, in Latin-1", "text/plain; charset=iso-8859-1", "base64",
	    "Z3L8AG4gAGFuZCBtb3Jl",
	    "grun and more\n", false },
	{ "UTF-16 that says to be UTF-8", UTF8, "base64",
	    "bwBuAGUAIAB0AHcAbwA=",
	    "one two\n", false },
	{ "UTF-7", "text/plain; charset=utf-7", NULL, "gr+APw-n", "grun\n",
	    false },

	{ "HTML", HTML, NULL, "<p>one</p><p hidden>two</p><b>three</b>",
	    "one\nthree\n", false },
	{ "HTML beside plain text", "multipart/alternative; boundary=b", NULL,
	    "--b\nContent-Type: text/plain\n\nplain and plain\n"
	    "--b\nContent-Type: text/html\n\n<p>rich and rich</p>\n--b--\n",
	    "rich and rich\n", false },
	{ "hardly any HTML", "multipart/mixed; boundary=b", NULL,
	    "--b\nContent-Type: text/plain\n\nplain and plain and plain\n"
	    "--b\nContent-Type: text/html\n\n<p>footer</p>\n--b--\n",
	    "plain and plain and plain\n", false },

	{ "a signature", UTF8, NULL, "one two\n-- \nBob\n", "one two\n",
	    false },
	{ "without its blank", UTF8, NULL, "one two\n--\nBob\n", "one two\n",
	    false },
	{ "a closing", UTF8, NULL, "one two\n\nBest regards,\nBob\nfoot\n",
	    "one two\n", false },
	{ "a German one", UTF8, NULL,
	    "eins zwei\nMit freundlichen Grüßen\n\nBob\n", "eins zwei\n",
	    false },
	{ "the last line", UTF8, NULL, "one two\nCheers", "one two\n", false },
	{ "none: a sentence follows", UTF8, NULL,
	    "one\nThanks,\nthat is what I said to her when she came to the "
	    "office the other day\n",
	    "one thanks that is what i said to her when she came to the "
	    "office the other day\n", false },

	{ "a quotation", UTF8, NULL, "one two three\n> four\n",
	    "one two three\n", true },
	{ "below its line", UTF8, NULL,
	    "one two three\n\nOn Monday Bob wrote:\n> four\n",
	    "one two three\n", true },
	{ "Outlook's", UTF8, NULL,
	    "one two three\n\n-----Original Message-----\nFrom: Bob\n",
	    "one two three\n", true },
	{ "a header", UTF8, NULL,
	    "one two three\n\nFrom: Bob\nSent: Monday\nfour\n",
	    "one two three\n", true },
	{ "no header", UTF8, NULL, "one two three\nfrom: everybody\nfour\n",
	    "one two three from everybody four\n", true },
	{ "a rule", UTF8, NULL, "one two three\n--------\nfour five\n",
	    "one two three four five\n", false },
	{ "quoted from the start", UTF8, NULL, "> one two\n> three\n",
	    "one two three\n", false },
	{ "but an answer", UTF8, NULL, "> one two\n> three\n", "", true },
	{ "in HTML", HTML, NULL, "<blockquote>one two three</blockquote>",
	    "one two three\n", false },
	{ "and an answer", HTML, NULL, "<blockquote>one two</blockquote>", "",
	    true },
	{ "nothing", UTF8, NULL, "\n\n", "", false },
};

static void
read_row(const struct row *row, struct letter *letter)
{
	struct message_origin origin = { .sender = "a@b.example" };
	size_t length = strlen(row->body);
	struct message message;
	char *block = malloc(length);

	memcpy(block, row->body, length);
	message_init(&message);
	(void)message_begin(&message, &origin);
	if (row->type != NULL)
		message_header(&message, "Content-Type", row->type);
	if (row->encoding != NULL)
		message_header(&message, "Content-Transfer-Encoding",
		    row->encoding);
	if (row->answer)
		message_header(&message, "In-Reply-To", "<x@y.example>");
	(void)message_body(&message, block, length);
	letter_init(letter);
	ck_assert(letter_read(&message, letter) == STATUS_OK);
	message_release(&message);
	free(block);
}

START_TEST(reads_its_own_words)
{
	const struct row *row = &rows[_i];
	struct letter letter;

	read_row(row, &letter);
	ck_assert_msg(strcmp(letter.text.data, row->text) == 0,
	    "%s: got \"%s\", want \"%s\"", row->name, letter.text.data,
	    row->text);
	letter_release(&letter);
}
END_TEST

START_TEST(counts_words_and_paragraphs)
{
	static const struct row row = { "counts", UTF8, NULL,
	    "one two three four five six seven eight\n\n東京駅\n", NULL,
	    false };
	struct letter letter;

	read_row(&row, &letter);
	ck_assert_uint_eq(letter.words, 10);	/* three characters are two */
	ck_assert_uint_eq(letter.paragraphs, 2);
	letter_release(&letter);
}
END_TEST

START_TEST(has_no_words_without_a_body)
{
	struct message message;
	struct letter letter;

	message_init(&message);
	letter_init(&letter);
	ck_assert(letter_read(&message, &letter) == STATUS_OK);
	ck_assert_uint_eq(letter.words, 0);
	message_release(&message);
}
END_TEST

START_TEST(stops_at_the_bound)
{
	struct row row = { "long", UTF8, NULL, NULL, NULL, false };
	struct letter letter;
	struct buf body;
	int i;

	buf_init(&body);
	for (i = 0; i < 20000; i++)
		buf_printf(&body, "word%d%s", i, i % 10 == 9 ? "\n\n" : " ");
	row.body = body.data;
	read_row(&row, &letter);
	ck_assert_uint_ge(letter.text.length, LETTER_TEXT_MAX);
	ck_assert_uint_lt(letter.text.length, LETTER_TEXT_MAX + 200);
	letter_release(&letter);
	buf_release(&body);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("letter");
	TCase *tcase = tcase_create("letter");

	mime_library_init();
	tcase_add_loop_test(tcase, reads_its_own_words, 0,
	    (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(tcase, counts_words_and_paragraphs);
	tcase_add_test(tcase, has_no_words_without_a_body);
	tcase_add_test(tcase, stops_at_the_bound);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
