/*
 * Header fields by GMime: the first mailbox of a From field, texts decoded.
 */
#include "test.h"

#include <string.h>

#include "mail/mime.h"

struct row {
	const char *name, *value, *want;	/* NULL: NOT_FOUND */
};

static const struct row rows[] = {
	{ "plain", "bob@example.com", "bob@example.com" },
	{ "name", "Bob Roe <Bob@Example.COM>", "bob@example.com" },
	{ "no blank", "Bob<bob@example.com>", "bob@example.com" },
	{ "quoted name", "\"Roe, Bob\" <bob@example.com>",
	    "bob@example.com" },
	{ "address in the name", "\"eve@example.org\" <bob@example.com>",
	    "bob@example.com" },
	{ "comment", "bob@example.com (Bob Roe)", "bob@example.com" },
	{ "encoded name", "=?utf-8?Q?B=C3=B6b?= <bob@example.com>",
	    "bob@example.com" },
	{ "address in an encoded name",
	    "=?utf-8?Q?eve=40example.org_=3Ceve=40example.org=3E?= "
	    "<bob@example.com>", "bob@example.com" },
	{ "two", "bob@example.com, eve@example.org", "bob@example.com" },
	{ "folded", "Bob\n\t<bob@example.com>", "bob@example.com" },
	{ "raw eight bits", "B\xf6" "b <bob@example.com>",
	    "bob@example.com" },
	{ "source route", "<@relay.example:bob@example.com>",
	    "bob@example.com" },
	{ "group", "Staff: bob@example.com, eve@example.org;",
	    "bob@example.com" },
	{ "mailbox behind a group", "Staff: eve@example.org;, "
	    "bob@example.com", "bob@example.com" },
	{ "nothing, then one", "root, bob@example.com", "bob@example.com" },
	{ "no closing bracket", "Bob <bob@example.com", "bob@example.com" },
	{ "open quote", "\"Bob <bob@example.com>", "bob@example.com" },

	{ "empty", "", NULL },
	{ "white space", " \n\t", NULL },
	{ "empty brackets", "<>", NULL },
	{ "words", "hello world", NULL },
	{ "no domain", "root", NULL },
	{ "empty group", "Undisclosed recipients:;", NULL },
	{ "control", "<bo\001b@example.com>", NULL },
};

START_TEST(first_addresses)
{
	const struct row *row = &rows[_i];
	char *value = strdup(row->value);
	enum status status;
	struct addr addr;

	memset(&addr, 'x', sizeof(addr));
	status = mime_first_address(value, &addr);
	if (row->want == NULL) {
		ck_assert_msg(status == STATUS_NOT_FOUND, "%s: %s, got %s",
		    row->name, status_text(status), addr.text);
		ck_assert_uint_eq(addr.length, 0);
		ck_assert_str_eq(addr.text, "");
	} else
		ck_assert_msg(status == STATUS_OK &&
		    strcmp(addr.text, row->want) == 0, "%s: %s, got %s",
		    row->name, status_text(status), addr.text);
	free(value);
}
END_TEST

/* 64 KB of anything ends in good time and in one of two ways. */
START_TEST(floods)
{
	static const char *const patterns[] = {
		"<", "(", "\"", ",", "a", "a@b,", "a:", "=?utf-8?q?x?= ", "@",
		"<@a,", "\\", "\xff", ";", "a: b@c; "
	};
	size_t i, k, n;
	struct addr addr;
	char *value = malloc(65537);

	for (k = 0; k < sizeof(patterns) / sizeof(patterns[0]); k++) {
		n = strlen(patterns[k]);
		for (i = 0; i < 65536; i++)
			value[i] = patterns[k][i % n];
		value[65536] = '\0';
		if (mime_first_address(value, &addr) == STATUS_OK)
			ck_assert_uint_lt(addr.domain, addr.length);
		else
			ck_assert_uint_eq(addr.length, 0);
	}
	free(value);
}
END_TEST

/* `before` bytes of name, then the address. */
static enum status
behind(size_t before, struct addr *addr)
{
	char *value = malloc(before + 20);
	enum status status;

	memset(value, 'x', before);
	strcpy(value + before, " <bob@example.com>");
	status = mime_first_address(value, addr);
	free(value);
	return status;
}

START_TEST(bound)
{
	struct addr addr;

	/* 8,192 bytes with the address, and one byte more */
	ck_assert_int_eq(behind(8192 - 18, &addr), STATUS_OK);
	ck_assert_str_eq(addr.text, "bob@example.com");
	ck_assert_int_eq(behind(8192, &addr), STATUS_NOT_FOUND);
}
END_TEST

/* Every byte of a text belongs to a UTF-8 sequence of the right length. */
static bool
is_utf8(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t more;

	for (; *at != 0; at++) {
		more = *at < 0x80 ? 0 : *at >= 0xf0 ? 3 : *at >= 0xe0 ? 2 : 1;
		if (*at >= 0x80 && *at < 0xc2)
			return false;
		for (; more > 0; more--)
			if ((*++at & 0xc0) != 0x80)
				return false;
	}
	return true;
}

struct text_row {
	const char *name, *text, *want;
};

static const struct text_row decode_rows[] = {
	{ "plain", "Hello", "Hello" },
	{ "empty", "", "" },
	{ "quoted printable", "=?iso-8859-1?Q?Gr=FC=DFe?=", "Gr\xc3\xbc\xc3\x9f"
	    "e" },
	{ "base64", "=?UTF-8?B?w4RiYw==?= x", "\xc3\x84" "bc x" },
	{ "two words, the blank between them goes",
	    "=?utf-8?q?a?= =?utf-8?q?b?=", "ab" },
	{ "word not closed", "=?utf-8?q?a", "=?utf-8?q?a" },
	{ "raw UTF-8", "Gr\xc3\xbc\xc3\x9f" "e", "Gr\xc3\xbc\xc3\x9f" "e" },
	{ "raw Latin-1", "Gr\xfc\xdf" "e", "Gr\xc3\xbc\xc3\x9f" "e" },
	{ "no UTF-8 in a word that says so", "=?utf-8?q?a=FFb?=", NULL },
	{ "charset nobody knows", "=?x-klingon?q?a=FFb?=", NULL },
};

START_TEST(texts_are_decoded)
{
	const struct text_row *row = &decode_rows[_i];
	char *value = strdup(row->text);
	struct buf text;

	buf_init(&text);
	ck_assert_msg(mime_decode_text(value, &text) == STATUS_OK, "%s",
	    row->name);
	ck_assert_msg(is_utf8(text.data), "%s: no UTF-8", row->name);
	ck_assert_msg(row->want == NULL || strcmp(text.data, row->want) == 0,
	    "%s: got %s", row->name, text.data);
	buf_release(&text);
	free(value);
}
END_TEST

/* MIME_TEXT_MAX bytes are taken, and no byte more. */
START_TEST(texts_have_a_bound)
{
	char *value = malloc(MIME_TEXT_MAX + 2);
	size_t length;
	struct buf text;

	buf_init(&text);
	for (length = MIME_TEXT_MAX; length < MIME_TEXT_MAX + 2; length++) {
		memset(value, 'x', length);
		value[length] = '\0';
		buf_clear(&text);
		ck_assert_int_eq(mime_decode_text(value, &text), STATUS_OK);
		ck_assert_uint_eq(text.length, MIME_TEXT_MAX);
	}
	text.failed = true;
	ck_assert_int_eq(mime_decode_text("a", &text), STATUS_NO_MEMORY);
	buf_release(&text);
	free(value);
}
END_TEST

static void
set_up(void)
{
	mime_library_init();
}

int
main(void)
{
	Suite *suite = suite_create("mime");
	TCase *tests = tcase_create("mime");

	tcase_add_checked_fixture(tests, set_up, NULL);
	tcase_add_loop_test(tests, first_addresses, 0,
	    sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tests, floods);
	tcase_add_test(tests, bound);
	tcase_add_loop_test(tests, texts_are_decoded, 0,
	    sizeof(decode_rows) / sizeof(decode_rows[0]));
	tcase_add_test(tests, texts_have_a_bound);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
