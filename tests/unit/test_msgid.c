/*
 * Message-IDs as real mail has them, and as nobody should.
 */
#include "test.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "mail/msgid.h"

struct row {
	const char	*name, *text;
	const char	*want;		/* the ids, joined by blanks */
};

static const struct row rows[] = {
	/* as it should be */
	{ "one", "<a@b>", "a@b" },
	{ "three", "<a@b> <c@d> <e@f>", "a@b c@d e@f" },
	{ "domain lower-cased, left part not", "<AbC@Example.ORG>",
	    "AbC@example.org" },
	{ "folded between", "<a@b>\r\n\t<c@d>\n <e@f>", "a@b c@d e@f" },
	{ "address literal", "<a@[IPv6:::1]>", "a@[ipv6:::1]" },
	{ "leading white space", " \n\t<a@b>", "a@b" },

	/* folded and blank inside */
	{ "folded inside", "<long-left-part\r\n\t@b>", "long-left-part@b" },
	{ "blanks inside", "< a @ b >", "a@b" },

	/* brackets */
	{ "joined", "<a@b><c@d>", "a@b c@d" },
	{ "doubled", "<<a@b>>", "a@b" },
	{ "doubled twice", "<<a@b>> <<c@d>>", "a@b c@d" },
	{ "doubled with blanks", "< <a@b> >", "a@b" },
	{ "no closing bracket", "<a@b", "a@b" },
	{ "no closing bracket, another id", "<a@b <c@d>", "a@b c@d" },
	{ "no closing bracket, joined", "<a@b<c@d<e@f", "a@b c@d e@f" },
	{ "no closing bracket, prose", "<a@b wrote bob", "a@b" },
	{ "no closing bracket, comma", "<a@b,bob", "a@b" },
	{ "no opening bracket", "a@b>", "a@b" },
	{ "empty brackets", "<>", "" },
	{ "empty brackets, then an id", "<> <a@b>", "a@b" },
	{ "bracket alone", "<", "" },
	{ "closing bracket alone", ">", "" },
	{ "brackets turned", ">a@b<", "a@b" },

	/* commas and other joints */
	{ "comma", "<a@b>,<c@d>", "a@b c@d" },
	{ "comma and blank", "<a@b>, <c@d>,", "a@b c@d" },
	{ "semicolon", "<a@b>; <c@d>", "a@b c@d" },

	/* without brackets */
	{ "bare", "a@b", "a@b" },
	{ "bare twice", "a@B c@D", "a@b c@d" },
	{ "bare, comma", "a@b,c@d", "a@b c@d" },
	{ "bare, folded between", "a@b\r\n c@d", "a@b c@d" },
	{ "bare, full stop", "see a@b.", "a@b" },
	{ "bare, colon", "a@b: yes", "a@b" },
	{ "bare words are none", "hello world", "" },
	{ "bare, bracketed word", "<hello> a@b", "a@b" },
	{ "bare, empty brackets", "<> a@b <>c@d", "a@b c@d" },

	/* prose around */
	{ "RFC 822 phrase", "Your message of Mon 3 Jan 2005 <a@b>", "a@b" },
	{ "quoted phrase", "Your message of \"Mon, 3 Jan 2005\" <a@b>",
	    "a@b" },
	{ "address behind", "<a@b> from bob@x at 10:00", "a@b" },
	{ "address before", "bob@x wrote <a@b> and <c@d>", "a@b c@d" },
	{ "quoted id is prose", "\"Bob <bob@x>\" <a@b>", "a@b" },
	{ "comment is prose", "<a@b> (of Bob <bob@x>)", "a@b" },
	{ "comment first", "(c@d) <a@b>", "a@b" },
	{ "comment alone", "(c@d)", "" },
	{ "bare behind a comment", "(Bob) a@b (c@d) e@f", "a@b e@f" },
	{ "comment with an escape", "(\\) <c@d>) <a@b>", "a@b" },
	{ "all in quotes", "\"<a@b>\"", "a@b" },
	{ "all in parentheses", "(<a@b>) (<c@d>)", "a@b c@d" },
	{ "open parenthesis", "( <a@b> <c@d>", "a@b c@d" },
	{ "open quote", "5\" disk <a@b>", "a@b" },
	{ "closed comment, open one", "(x@y) ( a@b", "a@b" },
	{ "parenthesis inside an id", "<a(b)@c>", "a(b)@c" },
	{ "escape at the end", "(\\", "" },

	/* quoted left parts, RFC 822 */
	{ "quoted left part", "<\"a b\"@c>", "\"ab\"@c" },
	{ "bracket in a quoted left part", "<\"a>b\"@c> <d@e>",
	    "\"a>b\"@c d@e" },
	{ "quote not closed", "<\"a@b> <c@d>", "\"a@b c@d" },
	{ "quote in the middle", "<a\"b@c> <d\"e@f>", "a\"b@c d\"e@f" },

	/* without an at sign */
	{ "digits", "<11107978796724623>", "11107978796724623" },
	{ "a program's, case kept", "<FF00-2202-ffee> <a@b>",
	    "FF00-2202-ffee a@b" },
	{ "eight bytes", "<abcdefg1>", "abcdefg1" },
	{ "seven bytes", "<abcdef1>", "" },
	{ "no digit", "<abcdefgh>", "" },
	{ "blanks around a token", "< abcdefg1\n >", "abcdefg1" },
	{ "blank in a token", "<abcde fgh1>", "" },
	{ "comma in a token", "<abcde,fgh1>", "" },
	{ "token not closed", "<abcdefg1", "" },
	{ "token not closed, an id", "<abcdefg1 <a@b>", "a@b" },
	{ "token without brackets", "abcdefg1", "" },
	{ "token without brackets, closed", "abcdefg1>", "" },
	{ "token in a comment", "(<abcdefg1> of Bob)", "" },
	{ "eight bits in a token", "<abcdefg1\xc3\xa4>", "" },

	/* no ids */
	{ "empty", "", "" },
	{ "white space", " \r\n\t ", "" },
	{ "word in brackets", "<hello>", "" },
	{ "nothing before the at sign", "<@b>", "" },
	{ "nothing behind the at sign", "<a@>", "" },
	{ "at sign alone", "<@> @", "" },
	{ "two at signs", "<a@b@C>", "a@b@c" },
	{ "control inside", "<a\001b@c> <d@e>", "d@e" },
	{ "escape inside", "<a@b\033[31m>", "" },
	{ "eight bits", "<\xc3\xa4@b>", "\xc3\xa4@b" },
};

static char *
exact_copy(const char *text, size_t length)
{
	char *copy = malloc(length > 0 ? length : 1);

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, text, length);
	return copy;
}

/* Walks the text; the ids joined by blanks. */
static size_t
walk(const char *text, size_t length, struct buf *ids)
{
	size_t at = 0, before = 0, count = 0;
	struct msgid id;

	while (msgid_next(text, length, &at, &id) == STATUS_OK) {
		ck_assert_uint_gt(at, before);
		ck_assert_uint_le(at, length);
		ck_assert_uint_eq(strlen(id.text), id.length);
		buf_printf(ids, "%s%s", count > 0 ? " " : "", id.text);
		before = at;
		count++;
	}
	ck_assert_uint_eq(id.length, 0);
	ck_assert_int_eq(msgid_next(text, length, &at, &id),
	    STATUS_NOT_FOUND);
	return count;
}

START_TEST(walks)
{
	const struct row *row = &rows[_i];
	size_t length = strlen(row->text);
	char *text = exact_copy(row->text, length);
	struct buf ids;

	buf_init(&ids);
	walk(text, length, &ids);
	ck_assert_msg(strcmp(ids.data, row->want) == 0,
	    "%s: got \"%s\", want \"%s\"", row->name, ids.data, row->want);
	buf_release(&ids);
	free(text);
}
END_TEST

/* Every beginning of every row: nothing may be read behind it. */
START_TEST(walks_what_is_cut)
{
	const struct row *row = &rows[_i];
	size_t length, whole = strlen(row->text);
	struct buf ids;
	char *text;

	buf_init(&ids);
	for (length = 0; length < whole; length++) {
		text = exact_copy(row->text, length);
		walk(text, length, &ids);
		free(text);
	}
	buf_release(&ids);
}
END_TEST

START_TEST(parses_the_first)
{
	struct msgid id;

	ck_assert_int_eq(msgid_parse("<a@B> <c@d>", 11, &id), STATUS_OK);
	ck_assert_str_eq(id.text, "a@b");
	ck_assert_int_eq(msgid_parse(" a@b", 4, &id), STATUS_OK);
	ck_assert_str_eq(id.text, "a@b");
	ck_assert_int_eq(msgid_parse("<nothing>", 9, &id), STATUS_NOT_FOUND);
	ck_assert_uint_eq(id.length, 0);
	ck_assert_str_eq(id.text, "");
}
END_TEST

START_TEST(embedded_nul_is_no_id)
{
	struct msgid id;

	ck_assert_int_eq(msgid_parse("<a\0b@c>", 7, &id), STATUS_NOT_FOUND);
	ck_assert_int_eq(msgid_parse("\0<a@c>", 6, &id), STATUS_OK);
	ck_assert_str_eq(id.text, "a@c");
}
END_TEST

/* An id of `length` bytes, in brackets. */
static enum status
parse_of_length(size_t length, char mark)
{
	char *text = malloc(length + 2);
	enum status status;
	struct msgid id;

	memset(text, 'x', length + 2);
	text[0] = '<';
	text[2] = mark;
	text[length + 1] = '>';
	status = msgid_parse(text, length + 2, &id);
	if (status == STATUS_OK)
		ck_assert_uint_eq(id.length, length);
	free(text);
	return status;
}

START_TEST(bound)
{
	static const char marks[] = { '@', '1' };
	size_t i;

	for (i = 0; i < sizeof(marks); i++) {
		ck_assert_int_eq(parse_of_length(MSGID_SIZE - 1, marks[i]),
		    STATUS_OK);
		ck_assert_int_eq(parse_of_length(MSGID_SIZE, marks[i]),
		    STATUS_NOT_FOUND);
		ck_assert_int_eq(parse_of_length(65534, marks[i]),
		    STATUS_NOT_FOUND);
	}
}
END_TEST

struct flood_row {
	const char	*name, *pattern;
	bool		 some;		/* ids are found */
};

static const struct flood_row flood_rows[] = {
	{ "ids", "<a@b>", true },
	{ "bare ids", "a@b ", true },
	{ "open brackets", "<", false },
	{ "closing brackets", ">", false },
	{ "open brackets and ids", "<a@b", true },
	{ "open parentheses", "(", false },
	{ "closed comments", "()", false },
	{ "parentheses and bare ids", "( a@b ", true },
	{ "parentheses and ids", "( <a@b> ", true },
	{ "quotes", "\"", false },
	{ "brackets and quotes", "<\"", false },
	{ "quotes and ids", "<\"<a@b>", true },
	{ "escapes", "(\\", false },
	{ "at signs", "@", false },
	{ "at signs in brackets", "<@", false },
	{ "commas", ",", false },
	{ "full stops and ids", "a@b.... ", true },
	{ "words", "word ", false },
};

/*
 * 64 KB of each, and then 1 MB: a search that is not linear takes minutes
 * for the latter, and the test is ended.
 */
START_TEST(floods)
{
	const struct flood_row *row = &flood_rows[_i];
	const size_t sizes[] = { 65536, 1024 * 1024 };
	size_t i, k, n = strlen(row->pattern), count;
	struct buf ids;
	char *text;

	for (k = 0; k < 2; k++) {
		text = malloc(sizes[k]);
		for (i = 0; i < sizes[k]; i++)
			text[i] = row->pattern[i % n];
		buf_init(&ids);
		count = walk(text, sizes[k], &ids);
		ck_assert_msg((count > 0) == row->some, "%s: %zu ids",
		    row->name, count);
		buf_release(&ids);
		free(text);
	}
}
END_TEST

/* Any bytes, the telling ones often; the seed is the row. */
START_TEST(noise)
{
	static const char alphabet[] = "<>@(),\"\\ \n\tab.:;";
	uint32_t state = (uint32_t)_i * 2654435761u + 1;
	size_t i, length;
	struct buf ids;
	char *text;
	int round;

	for (round = 0; round < 200; round++) {
		state = state * 1664525 + 1013904223;
		length = state >> 16 & 127;
		text = malloc(length > 0 ? length : 1);
		for (i = 0; i < length; i++) {
			state = state * 1664525 + 1013904223;
			text[i] = state >> 31 ? (char)(state >> 16) :
			    alphabet[(state >> 16) % (sizeof(alphabet) - 1)];
		}
		buf_init(&ids);
		walk(text, length, &ids);
		buf_release(&ids);
		free(text);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("msgid");
	TCase *tests = tcase_create("msgid");

	tcase_set_timeout(tests, 20);
	tcase_add_loop_test(tests, walks, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_loop_test(tests, walks_what_is_cut, 0,
	    sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tests, parses_the_first);
	tcase_add_test(tests, embedded_nul_is_no_id);
	tcase_add_test(tests, bound);
	tcase_add_loop_test(tests, floods, 0,
	    sizeof(flood_rows) / sizeof(flood_rows[0]));
	tcase_add_loop_test(tests, noise, 0, 8);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
