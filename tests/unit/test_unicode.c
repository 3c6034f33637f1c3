/*
 * Texts folded for comparing.
 */
#include "test.h"

#include <string.h>

#include "mail/unicode.h"

struct text_row {
	const char *name, *text, *want;
};

static const struct text_row fold_rows[] = {
	{ "case", "AUTOMATIC Reply", "automatic reply" },
	{ "white space", " \t Out\n\tof \r\n office ", "out of office" },
	{ "blank that does not break", "a\xc2\xa0" "b", "a b" },
	{ "wide letters", "\xef\xbc\xa1\xef\xbc\xa2", "ab" },
	{ "sharp s", "Gr\xc3\xbc\xc3\x9f" "e", "gr\xc3\xbcsse" },
	{ "combining mark", "u\xcc\x88", "\xc3\xbc" },
	{ "zero width and direction", "\xe2\x80\x8e" "a\xe2\x80\x8b" "b\xc2\xad"
	    "c", "abc" },
	{ "control", "a\001b", "ab" },
	{ "nothing", "", "" },
	{ "blanks alone", " \t\n", "" },
	{ "no UTF-8", "a\xff", "a\xef\xbf\xbd" },
};

START_TEST(texts_are_folded)
{
	const struct text_row *row = &fold_rows[_i];
	char *value = strdup(row->text);
	struct buf text;

	buf_init(&text);
	ck_assert_msg(unicode_fold(value, &text) == STATUS_OK, "%s", row->name);
	ck_assert_msg(strcmp(text.data, row->want) == 0, "%s: got %s",
	    row->name, text.data);
	buf_release(&text);
	free(value);
}
END_TEST

/* UNICODE_TEXT_MAX bytes are taken, and no byte more. */
START_TEST(texts_have_a_bound)
{
	char *value = malloc(UNICODE_TEXT_MAX + 2);
	size_t length;
	struct buf text;

	buf_init(&text);
	for (length = UNICODE_TEXT_MAX; length < UNICODE_TEXT_MAX + 2;
	    length++) {
		memset(value, 'x', length);
		value[length] = '\0';
		buf_clear(&text);
		ck_assert_int_eq(unicode_fold(value, &text), STATUS_OK);
		ck_assert_uint_eq(text.length, UNICODE_TEXT_MAX);
	}
	text.failed = true;
	ck_assert_int_eq(unicode_fold("a", &text), STATUS_NO_MEMORY);
	buf_release(&text);
	free(value);
}
END_TEST

/* A text in ASCII is folded without Unicode's tables, and comes out alike. */
START_TEST(ascii_is_folded_alike)
{
	char plain[] = "  AbC ? dEf  ", mixed[] = "  AbC ? dEf  \xc3\xa9";
	struct buf one, two;

	buf_init(&one);
	buf_init(&two);
	plain[6] = mixed[6] = (char)_i;
	ck_assert_int_eq(unicode_fold(plain, &one), STATUS_OK);
	ck_assert_int_eq(unicode_fold(mixed, &two), STATUS_OK);
	buf_add_text(&one, " \xc3\xa9");
	ck_assert_msg(strcmp(one.data, two.data) == 0,
	    "byte %d: \"%s\", \"%s\"", _i, one.data, two.data);
	buf_release(&two);
	buf_release(&one);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("unicode");
	TCase *tests = tcase_create("unicode");

	tcase_add_loop_test(tests, ascii_is_folded_alike, 1, 0x80);
	tcase_add_loop_test(tests, texts_are_folded, 0,
	    sizeof(fold_rows) / sizeof(fold_rows[0]));
	tcase_add_test(tests, texts_have_a_bound);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
