/*
 * Header fields, mailboxes and quoted-printable: what readers make of them is
 * checked by decoding what was written, by GMime where it can.
 */
#include <stdlib.h>
#include <string.h>

#include "mail/encode.h"
#include "mail/mime.h"
#include "test.h"

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

static void
check_ascii_lines(const char *name, const char *text, size_t most)
{
	size_t column = 0;

	for (; *text != '\0'; text++) {
		if (strncmp(text, "\r\n", 2) == 0) {
			column = 0;
			text++;
			continue;
		}
		ck_assert_msg(*text >= ' ' && *text <= '~', "%s: byte %d",
		    name, *text);
		ck_assert_msg(++column <= most, "%s: a line of more than %zu",
		    name, most);
	}
}

static const struct {
	const char	*name, *text;
	const char	*want;		/* NULL: whatever decodes to it */
} fields[] = {
	{ "plain", "Bulk sending works again",
	    "Subject: Bulk sending works again\r\n" },
	{ "empty", "", "Subject: \r\n" },
	{ "folded", "a23456789 b23456789 c23456789 d23456789 e23456789 "
	    "f23456789 g23456789 h23456789",
	    "Subject: a23456789 b23456789 c23456789 d23456789 e23456789 "
	    "f23456789\r\n g23456789 h23456789\r\n" },
	{ "Latin", "Zu wenige Antworten f\303\274r M\303\274ller",
	    "Subject: =?utf-8?q?Zu_wenige_Antworten_f=C3=BCr_M=C3=BCller?="
	    "\r\n" },
	{ "Japanese", "\350\277\224\344\277\241\347\216\207\343\201\214"
	    "\344\275\216\343\201\204\343\201\247\343\201\231\343\200\202"
	    "\343\201\212\347\237\245\343\202\211\343\201\233", NULL },
	{ "beyond the first plane", "\360\237\230\200\360\237\230\200"
	    "\360\237\230\200\360\237\230\200\360\237\230\200"
	    "\360\237\230\200", NULL },
	{ "what looks like an encoded word", "x =?utf-8?q?y?=", NULL },
	{ "long and mixed", "This is a long subject with one \303\274 in it, "
	    "and more words behind it than fit on a line or even on two",
	    NULL },
	{ "a tab becomes a blank", "a\tb\303\274",
	    "Subject: =?utf-8?q?a_b=C3=BC?=\r\n" },
	{ "a line break does not begin a field", "a\r\nBcc: b",
	    "Subject: =?utf-8?q?a__Bcc=3A_b?=\r\n" }
};

START_TEST(test_field)
{
	struct buf field, text;

	mime_library_init();
	buf_init(&field);
	buf_init(&text);
	encode_field(&field, "Subject", fields[_i].text);
	check_ascii_lines(fields[_i].name, field.data, 76);
	ck_assert_msg(fields[_i].want == NULL ||
	    strcmp(field.data, fields[_i].want) == 0, "%s: got %s",
	    fields[_i].name, field.data);
	if (fields[_i].want == NULL) {
		mime_decode_text(field.data + strlen("Subject: "), &text);
		while (text.length > 0 && strchr("\r\n",
		    text.data[text.length - 1]) != NULL)
			text.data[--text.length] = '\0';
		ck_assert_msg(strcmp(text.data, fields[_i].text) == 0,
		    "%s: reads %s", fields[_i].name, text.data);
	}
	buf_release(&text);
	buf_release(&field);
}
END_TEST

static const struct {
	const char	*text;
	const char	*want;		/* NULL: malformed */
} mailboxes[] = {
	{ "mail@example.com", "mail@example.com" },
	{ "  mail@example.com ", "mail@example.com" },
	{ "<mail@example.com>", "<mail@example.com>" },
	{ "Mail team <mail@example.com>",
	    "\"Mail team\" <mail@example.com>" },
	{ "\"Team, mail\" <mail@example.com>",
	    "\"Team, mail\" <mail@example.com>" },
	{ "\"The \\\"team\\\"\" <mail@example.com>",
	    "\"The \\\"team\\\"\" <mail@example.com>" },
	{ "Jos\303\251 <mail@example.com>",
	    "=?utf-8?q?Jos=C3=A9?= <mail@example.com>" },
	{ "The team that looks after all of our own mail <mail@example.com>",
	    "\"The team that looks after all of our own mail\"\r\n "
	    "<mail@example.com>" },
	{ "", NULL },
	{ "mail", NULL },
	{ "@example.com", NULL },
	{ "mail@", NULL },
	{ "<>", NULL },
	{ "<mail>", NULL },
	{ "Mail team", NULL },
	{ "Mail team <mail@example.com", NULL },
	{ "mail@example.com>", NULL },
	{ "a@example.com, b@example.com", NULL },
	{ "a@example.com <b@example.com>", NULL },
	{ "A, B <b@example.com>", NULL },
	{ "\"Team <b@example.com>", NULL },
	{ "Team: a@example.com;", NULL },
	{ "a b@example.com", NULL },
	{ "a@example.com\r\nBcc: b@example.com", NULL },
	{ "Team\r\nBcc: b <a@example.com>", NULL },
	{ "m\303\274ller@example.com", NULL },
	{ "Team <a@exam ple.com>", NULL },
	{ "Team <a@example.com> more", NULL }
};

START_TEST(test_mailbox)
{
	const char *want = mailboxes[_i].want;
	char *copy = strdup(mailboxes[_i].text);
	struct buf buf;
	enum status status;

	buf_init(&buf);
	status = encode_mailbox(&buf, copy);
	ck_assert_msg(status == (want == NULL ? STATUS_MALFORMED : STATUS_OK),
	    "%s: %s", mailboxes[_i].text, status_text(status));
	ck_assert_msg(want == NULL || strcmp(buf.data, want) == 0,
	    "%s: got %s", mailboxes[_i].text, buf.data);
	buf_release(&buf);
	free(copy);
}
END_TEST

START_TEST(test_name_bound)
{
	char text[ENCODE_NAME_MAX + 20];
	struct buf buf;

	buf_init(&buf);
	memset(text, 'x', ENCODE_NAME_MAX);
	strcpy(text + ENCODE_NAME_MAX, "<a@b.example>");
	ck_assert_int_eq(encode_mailbox(&buf, text), STATUS_OK);
	memset(text, 'x', ENCODE_NAME_MAX + 1);
	strcpy(text + ENCODE_NAME_MAX + 1, "<a@b.example>");
	ck_assert_int_eq(encode_mailbox(&buf, text), STATUS_MALFORMED);
	buf_release(&buf);
}
END_TEST

/* RFC 2045 section 6.7, read back by its rules. */
static void
decode(const char *text, struct buf *out)
{
	char hex[3] = "", byte;

	for (; *text != '\0'; text++) {
		if (strncmp(text, "=\r\n", 3) == 0) {
			text += 2;
		} else if (*text == '=') {
			memcpy(hex, text + 1, 2);
			byte = (char)strtol(hex, NULL, 16);
			buf_add(out, &byte, 1);
			text += 2;
		} else if (*text != '\r') {
			buf_add(out, text, 1);
		}
	}
}

static const struct {
	const char	*name, *text;
	const char	*want;		/* NULL: whatever decodes to it */
} texts[] = {
	{ "plain", "a b\nc\n", "a b\r\nc\r\n" },
	{ "an equals sign", "a=b\n", "a=3Db\r\n" },
	{ "a blank at the end", "a \nb\t\n", "a=20\r\nb=09\r\n" },
	{ "a blank at the very end", "a ", "a=20" },
	{ "UTF-8", "\342\202\254\n", "=E2=82=AC\r\n" },
	{ "75 columns", "123456789 123456789 123456789 123456789 123456789 "
	    "123456789 123456789 12345\n", "123456789 123456789 123456789 "
	    "123456789 123456789 123456789 123456789 12345\r\n" },
	{ "a long word", "https://www.example.com/a-long-address-with-a-long-"
	    "name-that-goes-on-and-on-without-any-blank-in-it/for-ever/\n",
	    NULL },
	{ "long and not ASCII", "\303\274\303\274\303\274\303\274\303\274"
	    "\303\274\303\274\303\274\303\274\303\274\303\274\303\274"
	    "\303\274\303\274\303\274\n\303\274", NULL }
};

START_TEST(test_quoted_printable)
{
	struct buf coded, text;

	buf_init(&coded);
	buf_init(&text);
	encode_quoted_printable(&coded, texts[_i].text);
	check_ascii_lines(texts[_i].name, coded.data, 76);
	ck_assert_msg(texts[_i].want == NULL ||
	    strcmp(coded.data, texts[_i].want) == 0, "%s: got %s",
	    texts[_i].name, coded.data);
	decode(coded.data, &text);
	ck_assert_msg(strcmp(text.data, texts[_i].text) == 0, "%s: reads %s",
	    texts[_i].name, text.data);
	buf_release(&text);
	buf_release(&coded);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("encode");
	TCase *tcase = tcase_create("encode");

	tcase_add_loop_test(tcase, test_field, 0, ROWS(fields));
	tcase_add_loop_test(tcase, test_mailbox, 0, ROWS(mailboxes));
	tcase_add_test(tcase, test_name_bound);
	tcase_add_loop_test(tcase, test_quoted_printable, 0, ROWS(texts));
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
