/*
 * Message files as clients and mailboxes save them.
 */
#include "test.h"

#include <string.h>

#include "front/ctl_message.h"
#include "mail/mime.h"

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

struct row {
	const char	*name, *text;
	const char	*given;		/* envelope sender; NULL: none */
	const char	*sender, *subject, *body;
};

static const struct row rows[] = {
	{ "plain", "From: a@b.example\nSubject: s\n\nbody\n", NULL,
	    "a@b.example", "s", "body\n" },
	{ "CR LF", "From: a@b.example\r\nSubject: s\r\n\r\nbody\r\n", NULL,
	    "a@b.example", "s", "body\r\n" },
	{ "CR alone", "From: a@b.example\rSubject: s\r\rbody\r", NULL,
	    "a@b.example", "s", "body\n" },
	{ "mailbox", "From a@b.example Mon Feb  9 22:17:46 2009\nSubject: s\n"
	    "\nbody", NULL, "unknown", "s", "body" },
	{ "blank line first", "   \n\nSubject: s\n\nbody", NULL, "unknown",
	    "s", "body" },
	{ "folded", "Subject: s\n\tt\n  u\n\nbody", NULL, "unknown",
	    "s\n\tt\n  u", "body" },
	{ "folded with CR LF", "Subject:\r\n s\r\n\r\nbody", NULL, "unknown",
	    "\n s", "body" },
	{ "no blank behind the colon", "Subject:s\n\nbody", NULL, "unknown",
	    "s", "body" },
	{ "blank before the colon", "Subject : s\n\nbody", NULL, "unknown",
	    "s", "body" },
	{ "header without end", "Subject: s", NULL, "unknown", "s", "" },
	{ "body at a line that is no field", "Subject: s\nno field\nX: y\n",
	    NULL, "unknown", "s", "no field\nX: y\n" },
	{ "nothing", "", NULL, "unknown", NULL, "" },
	{ "Return-Path first", "Return-Path: <c@d.example>\n"
	    "From: a@b.example\n\n", NULL, "c@d.example", NULL, "" },
	{ "null Return-Path", "Return-Path: <>\nFrom: a@b.example\n\n", NULL,
	    "", NULL, "" },
	{ "Return-Path that is no address", "Return-Path: <a b>x\"\n"
	    "From: a@b.example\n\n", NULL, "a@b.example", NULL, "" },
	{ "given", "Return-Path: <c@d.example>\nFrom: a@b.example\n\n",
	    "<e@f.example>", "e@f.example", NULL, "" },
	{ "given as null", "From: a@b.example\n\n", "<>", "", NULL, "" },
};

static void
set_up(void)
{
	mime_library_init();
}

START_TEST(reads)
{
	const struct row *row = &rows[_i];
	size_t length = strlen(row->text);
	char *bytes = malloc(length > 0 ? length : 1);
	const char *subject, *body;
	struct message message;

	memcpy(bytes, row->text, length);
	message_init(&message);
	ctl_message_read(&message, bytes, length, row->given, NULL);
	free(bytes);
	ck_assert_msg(strcmp(message.sender.text, row->sender) == 0,
	    "%s: sender %s", row->name, message.sender.text);
	subject = message.subject;
	ck_assert_msg((subject == NULL) == (row->subject == NULL) &&
	    (subject == NULL || strcmp(subject, row->subject) == 0),
	    "%s: subject %s", row->name, subject != NULL ? subject : "-");
	body = message.body != NULL ? message.body : "";
	ck_assert_msg(strcmp(body, row->body) == 0, "%s: body %s", row->name,
	    body);
	message_release(&message);
}
END_TEST

/* What is behind the bound is not looked at, in the header as in the body. */
START_TEST(files_have_a_bound)
{
	static const char head[] = "Subject: s\nX: ";
	char *bytes = malloc(CTL_MESSAGE_MAX + 32);
	struct message message;
	size_t at = CTL_MESSAGE_MAX;

	memset(bytes, 'x', CTL_MESSAGE_MAX);
	memcpy(bytes, head, sizeof(head) - 1);
	memcpy(bytes + at - 11, "\nFrom: a@b.", 11);
	memcpy(bytes + at, "example\n\nbody", 13);
	message_init(&message);
	ctl_message_read(&message, bytes, at + 13, NULL, NULL);
	ck_assert_str_eq(message.subject, "s");
	ck_assert_str_eq(message.sender.text, "a@b");
	ck_assert_uint_eq(message.body_length, 0);
	message_release(&message);
	free(bytes);
}
END_TEST

/* The body's lines end in LF, across the blocks it is handed over in. */
START_TEST(lines_of_cr_alone)
{
	static const char head[] = "Subject: s\r\r";
	char bytes[sizeof(head) - 1 + 5000];
	struct message message;
	size_t i;

	memcpy(bytes, head, sizeof(head) - 1);
	for (i = sizeof(head) - 1; i < sizeof(bytes); i++)
		bytes[i] = i % 2 == 0 ? '\r' : 'x';
	message_init(&message);
	ctl_message_read(&message, bytes, sizeof(bytes), NULL, NULL);
	ck_assert_str_eq(message.subject, "s");
	ck_assert_uint_eq(message.body_length, 5000);
	for (i = 0; i < 5000; i++)
		ck_assert_int_eq(message.body[i],
		    (i + sizeof(head) - 1) % 2 == 0 ? '\n' : 'x');
	message_release(&message);
}
END_TEST

START_TEST(nul_bytes_end_nothing)
{
	static const char text[] = "Subject: s\0t\n\nbody";
	struct message message;

	message_init(&message);
	ctl_message_read(&message, text, sizeof(text) - 1, NULL,
	    NULL);
	ck_assert_str_eq(message.subject, "s t");
	ck_assert_str_eq(message.body, "body");
	message_release(&message);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("ctl_message");
	TCase *tcase = tcase_create("ctl_message");

	tcase_add_unchecked_fixture(tcase, set_up, NULL);
	tcase_add_loop_test(tcase, reads, 0, ROWS(rows));
	tcase_add_test(tcase, files_have_a_bound);
	tcase_add_test(tcase, lines_of_cr_alone);
	tcase_add_test(tcase, nul_bytes_end_nothing);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
