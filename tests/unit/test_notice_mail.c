/*
 * The mails notices are: their header, how their text is laid out and encoded.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "notify/notice_private.h"
#include "test.h"

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))
#define START		(1795411860 * CLOCK_SECOND)	/* 2026-11-23 05:31 */
#define TEN		"123456789 "

/*
 * Lay-out
 */

static const struct {
	const char	*name, *text, *want;
} layouts[] = {
	{ "nothing", "", "" },
	{ "blank lines alone", "\n \n\n", "" },
	{ "lines become a paragraph", "a\nb\nc", "a b c\n" },
	{ "paragraphs", "a\nb\n\nc\n", "a b\n\nc\n" },
	{ "several blank lines are one", "\n\na\n\n \n\nb\n\n\n",
	    "a\n\nb\n" },
	{ "blanks within", "a   b \t c", "a b c\n" },
	{ "72 columns fit", TEN TEN TEN TEN TEN TEN TEN "12 3",
	    TEN TEN TEN TEN TEN TEN TEN "12\n3\n" },
	{ "73 do not", TEN TEN TEN TEN TEN TEN TEN "123 4",
	    TEN TEN TEN TEN TEN TEN "123456789\n123 4\n" },
	{ "columns are characters", TEN TEN TEN TEN TEN TEN TEN
	    "\303\274\303\274 3", TEN TEN TEN TEN TEN TEN TEN
	    "\303\274\303\274\n3\n" },
	{ "items", "- a\n- b\nc\n", "- a\n- b c\n" },
	{ "an item behind a paragraph", "a\n- b\n\nc\n", "a\n- b\n\nc\n" },
	{ "further lines of an item", "- " TEN TEN TEN TEN TEN TEN TEN "x\n",
	    "- " TEN TEN TEN TEN TEN TEN "123456789\n  x\n" },
	{ "the item ends", "- a\n\n" TEN TEN TEN TEN TEN TEN TEN "123\n",
	    "- a\n\n" TEN TEN TEN TEN TEN TEN "123456789\n123\n" },
	{ "as it is", "a\n  b   c\n  d\ne\n", "a\n  b   c\n  d\ne\n" },
	{ "a signature", "a\n-- \nb\nc\n", "a\n-- \nb c\n" },
	{ "a percentage stays together",
	    TEN TEN TEN TEN TEN TEN TEN "13 % x",
	    TEN TEN TEN TEN TEN TEN "123456789\n13 % x\n" },
	{ "a per cent sign at the end", "13 %", "13 %\n" },
	{ "a long word", TEN "https://www.example.com/" TEN,
	    TEN "https://www.example.com/123456789\n" }
};

START_TEST(test_layout)
{
	struct buf out;

	buf_init(&out);
	notice_wrap(layouts[_i].text, &out);
	ck_assert_msg(strcmp(out.data, layouts[_i].want) == 0, "%s: got %s",
	    layouts[_i].name, out.data);
	buf_release(&out);
}
END_TEST

/* Lines that could not be mailed are parted, between characters. */
START_TEST(test_long_word)
{
	struct buf text, out;
	char *line;
	int i, blank;

	for (blank = 0; blank < 2; blank++) {
		buf_init(&text);
		buf_init(&out);
		buf_add_text(&text, blank == 1 ? " " : "");
		for (i = 0; i < 2000; i++)
			buf_add_text(&text, "\342\202\254");
		notice_wrap(text.data, &out);
		for (line = strtok(out.data, "\n"); line != NULL;
		    line = strtok(NULL, "\n")) {
			ck_assert_uint_le(strlen(line), 998);
			ck_assert_uint_ne((unsigned char)line[0] & 0xc0, 0x80);
		}
		buf_release(&out);
		buf_release(&text);
	}
}
END_TEST

/*
 * Mails
 */

static const struct notice_header header = {
	.from = "Mail team <mail@example.com>",
	.reply_to = "helpdesk@example.com",
	.to = "alice@example.com",
	.message_id = "<1@example.com>",
	.date = START
};

START_TEST(test_mail)
{
	struct buf mail;

	buf_init(&mail);
	ck_assert_int_eq(notice_mail_write(&header, "Hello", "One\ntwo.\n",
	    &mail), STATUS_OK);
	ck_assert_str_eq(mail.data, "Date: Mon, 23 Nov 2026 05:31:00 +0000\r\n"
	    "From: \"Mail team\" <mail@example.com>\r\n"
	    "Reply-To: helpdesk@example.com\r\n"
	    "To: alice@example.com\r\n"
	    "Message-ID: <1@example.com>\r\n"
	    "Subject: Hello\r\n"
	    "Auto-Submitted: auto-generated\r\n"
	    "X-Auto-Response-Suppress: All\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: 7bit\r\n"
	    "\r\n"
	    "One two.\r\n");
	buf_release(&mail);
}
END_TEST

static const struct {
	const char	*name;
	const char	*body;
	const char	*want;
} encodings[] = {
	{ "ASCII", "a", "\r\nContent-Transfer-Encoding: 7bit\r\n\r\na\r\n" },
	{ "no text", "", "\r\nContent-Transfer-Encoding: 7bit\r\n\r\n" },
	{ "UTF-8", "\303\274", "\r\nContent-Transfer-Encoding: "
	    "quoted-printable\r\n\r\n=C3=BC\r\n" },
	{ "a long line", TEN "https://www.example.com/" "a23456789a23456789"
	    "a23456789a23456789a23456789a23456789a23456789",
	    "quoted-printable" },
	{ "a control character", "a\001", "a=01\r\n" }
};

START_TEST(test_encoding)
{
	struct buf mail;

	buf_init(&mail);
	ck_assert_int_eq(notice_mail_write(&header, "s", encodings[_i].body,
	    &mail), STATUS_OK);
	ck_assert_msg(strstr(mail.data, encodings[_i].want) != NULL,
	    "%s: got %s", encodings[_i].name, mail.data);
	buf_release(&mail);
}
END_TEST

static const struct {
	const char	*name;
	struct notice_header header;
	enum status	 want;
} headers[] = {
	{ "as it should be", { "a@b.c", "a@b.c", "a@b.c", "<1@b.c>", START },
	    STATUS_OK },
	{ "no Reply-To", { "a@b.c", NULL, "a@b.c", "<1@b.c>", START },
	    STATUS_OK },
	{ "an empty Reply-To", { "a@b.c", "", "a@b.c", "<1@b.c>", START },
	    STATUS_OK },
	{ "From", { "a", NULL, "a@b.c", "<1@b.c>", START },
	    STATUS_MALFORMED },
	{ "Reply-To", { "a@b.c", "a", "a@b.c", "<1@b.c>", START },
	    STATUS_MALFORMED },
	{ "To", { "a@b.c", NULL, "alice", "<1@b.c>", START },
	    STATUS_MALFORMED },
	{ "a line break in To", { "a@b.c", NULL, "a@b.c\r\nX: y@z.a",
	    "<1@b.c>", START }, STATUS_MALFORMED },
	{ "an id without brackets", { "a@b.c", NULL, "a@b.c", "1@b.c",
	    START }, STATUS_MALFORMED },
	{ "an id without @", { "a@b.c", NULL, "a@b.c", "<1bcde>", START },
	    STATUS_MALFORMED },
	{ "an id with a line break", { "a@b.c", NULL, "a@b.c",
	    "<1@b\r\nX: y>", START }, STATUS_MALFORMED }
};

START_TEST(test_header)
{
	struct buf mail;

	buf_init(&mail);
	ck_assert_msg(notice_mail_write(&headers[_i].header, "s", "b",
	    &mail) == headers[_i].want, "%s", headers[_i].name);
	ck_assert_msg(headers[_i].want != STATUS_OK ||
	    (strstr(mail.data, "Reply-To") != NULL) ==
	    (headers[_i].header.reply_to != NULL &&
	    headers[_i].header.reply_to[0] != '\0'), "%s: %s",
	    headers[_i].name, mail.data);
	buf_release(&mail);
}
END_TEST

START_TEST(test_message_id)
{
	struct ident_key key = { { 1, 2, 3 } };
	char first[NOTICE_ID_SIZE], text[NOTICE_ID_SIZE];
	char domain[256];

	ck_assert_int_eq(ident_library_init(), STATUS_OK);
	notice_message_id(&key, 7, 9, "example.com", first);
	ck_assert_uint_eq(strlen(first), 32 + strlen("<@example.com>"));
	notice_message_id(&key, 7, 9, "example.com", text);
	ck_assert_str_eq(text, first);
	notice_message_id(&key, 8, 9, "example.com", text);
	ck_assert_str_ne(text, first);
	notice_message_id(&key, 7, 10, "example.com", text);
	ck_assert_str_ne(text, first);
	key.bytes[0]++;
	notice_message_id(&key, 7, 9, "example.com", text);
	ck_assert_str_ne(text, first);
	memset(domain, 'x', 255);
	domain[255] = '\0';
	notice_message_id(&key, 7, 9, domain, text);
	ck_assert_int_eq(text[strlen(text) - 1], '>');
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("notice mail");
	TCase *tcase = tcase_create("notice mail");

	tcase_add_loop_test(tcase, test_layout, 0, ROWS(layouts));
	tcase_add_test(tcase, test_long_word);
	tcase_add_test(tcase, test_mail);
	tcase_add_loop_test(tcase, test_encoding, 0, ROWS(encodings));
	tcase_add_loop_test(tcase, test_header, 0, ROWS(headers));
	tcase_add_test(tcase, test_message_id);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
