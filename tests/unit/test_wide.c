/*
 * UTF-16 and UTF-32: by name, by mark, by their zeroes, and broken.
 */
#include "test.h"

#include <string.h>

#include "mail/wide.h"

#define BYTES(text)	text, sizeof(text) - 1

static const struct row {
	const char	*name;
	const char	*charset;	/* NULL: not named */
	const char	*bytes;
	size_t		 length;
	const char	*want;		/* NULL: it is none of them */
} rows[] = {
	{ "UTF-16LE", "utf-16le", BYTES("a\0\xe9\0"), "aé" },
	{ "UTF-16BE", "UTF-16BE", BYTES("\0a\0\xe9"), "aé" },
	{ "UTF-32LE", "utf-32le", BYTES("a\0\0\0\x00\xf6\x01\0"), "a😀" },
	{ "UTF-32BE", "utf-32be", BYTES("\0\0\0a\0\x01\xf6\x00"), "a😀" },
	{ "Microsoft's name", "unicode", BYTES("a\0b\0"), "ab" },
	{ "and the other one", "unicodeFFFE", BYTES("\0a\0b"), "ab" },
	{ "a pair", "utf-16le", BYTES("\x3d\xd8\x00\xde"), "😀" },
	{ "a pair, big", "utf-16be", BYTES("\xd8\x3d\xde\x00"), "😀" },

	{ "a mark", "utf-16", BYTES("\xff\xfe" "a\0"), "a" },
	{ "a mark, big", "utf-16", BYTES("\xfe\xff\0a"), "a" },
	{ "a mark, wider", "utf-32", BYTES("\xff\xfe\0\0a\0\0\0"), "a" },
	{ "a mark, wider, big", "utf-32", BYTES("\0\0\xfe\xff\0\0\0a"), "a" },
	{ "a mark, no name", NULL, BYTES("\xff\xfe" "a\0"), "a" },
	{ "a mark, a wrong name", "utf-16le", BYTES("\xfe\xff\0a"), "a" },
	{ "a mark, another name", "utf-8", BYTES("\xfe\xff\0a"), "a" },
	{ "a mark in between", "utf-16le", BYTES("a\0\xff\xfe" "b\0"), "ab" },
	{ "zeroes last", "utf-16", BYTES("a\0\x71\x67"), "a東" },
	{ "zeroes first", "utf-16", BYTES("\0a\x67\x71"), "a東" },
	{ "no zeroes", "utf-16", BYTES("\x71\x67"), "東" },
	{ "wider zeroes first", "utf-32", BYTES("\0\0\0a"), "a" },

	{ "half a pair", "utf-16le", BYTES("\x3d\xd8" "a\0"), "\xef\xbf\xbd"
	    "a" },
	{ "the other half", "utf-16le", BYTES("\x00\xde" "a\0"), "\xef\xbf\xbd"
	    "a" },
	{ "two first halves", "utf-16le", BYTES("\x3d\xd8\x3d\xd8\x00\xde"),
	    "\xef\xbf\xbd😀" },
	{ "half a pair at the end", "utf-16le", BYTES("a\0\x3d\xd8"),
	    "a\xef\xbf\xbd" },
	{ "half a character at the end", "utf-16le", BYTES("a\0b"), "a" },
	{ "half of a pair's second", "utf-16le", BYTES("a\0\x3d\xd8\x00"),
	    "a\xef\xbf\xbd" },
	{ "a wide half", "utf-32le", BYTES("a\0\0\0b\0\0"), "a" },
	{ "the last character", "utf-32be", BYTES("\0\x10\xff\xff"),
	    "\xf4\x8f\xbf\xbf" },
	{ "past it", "utf-32be", BYTES("\0\x11\0\0"), "\xef\xbf\xbd" },
	{ "far past it", "utf-32be", BYTES("\xff\xff\xff\xff"),
	    "\xef\xbf\xbd" },
	{ "a surrogate in UTF-32", "utf-32be", BYTES("\0\0\xd8\x3d"),
	    "\xef\xbf\xbd" },
	{ "a zero", "utf-16le", BYTES("a\0\0\0b\0"), "ab" },
	{ "nothing", "utf-16", BYTES(""), "" },
	{ "one byte", "utf-16", BYTES("a"), "" },

	{ "no name, no mark", NULL, BYTES("a\0b\0"), NULL },
	{ "UTF-8", "utf-8", BYTES("a\0b\0"), NULL },
	{ "a name that goes on", "utf-16x", BYTES("a\0b\0"), NULL },
	{ "half a mark", NULL, BYTES("\xff"), NULL },
	{ "nothing, not named", NULL, BYTES(""), NULL },
};

START_TEST(is_decoded)
{
	const struct row *row = &rows[_i];
	char *block = malloc(row->length);
	struct buf text;
	bool taken;

	memcpy(block, row->bytes, row->length);
	buf_init(&text);
	taken = wide_decode(row->charset, block, row->length, &text);
	ck_assert_msg(taken == (row->want != NULL), "%s: %s", row->name,
	    taken ? "taken" : "not taken");
	ck_assert_msg(strcmp(text.data, row->want != NULL ? row->want : "") ==
	    0, "%s: got \"%s\"", row->name, text.data);
	buf_release(&text);
	free(block);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("wide");
	TCase *tcase = tcase_create("wide");

	tcase_add_loop_test(tcase, is_decoded, 0,
	    sizeof(rows) / sizeof(rows[0]));
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
