/*
 * One mail to a server that answers in every way servers do.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "notify/mailer.h"
#include "smtp_server.h"

#define TEXT	"Subject: a notice\r\n\r\n.dots\r\n..two\r\nend\r\n"

static enum mailer_result
send_mail(const struct mailer_server *server, struct buf *why)
{
	struct mailer_mail mail = { "alice@local.test", TEXT, strlen(TEXT) };

	buf_clear(why);
	return mailer_send(server, &mail, NULL, why);
}

START_TEST(arrives_as_it_is)
{
	struct mailer_server at = { .tls = CONF_TLS_TRY, .patience = 20,
	    .name = "local.test" };
	struct smtp_server server;
	struct buf why;

	buf_init(&why);
	smtp_server_start(&server);
	at.url = server.url;
	ck_assert_int_eq(send_mail(&at, &why), MAILER_SENT);
	ck_assert_str_eq(why.data, "250 2.0.0 queued as 1");
	ck_assert_str_eq(server.mails.data,
	    "MAIL\nSubject: a notice\n\n.dots\n..two\nend\n");
	ck_assert_msg(strncmp(server.heard.data, "EHLO local.test\n"
	    "MAIL FROM:<>", 28) == 0, "%s", server.heard.data);
	ck_assert_ptr_nonnull(strstr(server.heard.data,
	    "RCPT TO:<alice@local.test>\n"));
	ck_assert_ptr_null(strstr(server.heard.data, "AUTH"));
	smtp_server_stop(&server);
	buf_release(&why);
}
END_TEST

START_TEST(greets_and_leaves)
{
	struct mailer_server at = { .tls = CONF_TLS_TRY, .patience = 2,
	    .name = "local.test" };
	struct smtp_server server;
	struct buf why;

	buf_init(&why);
	smtp_server_start(&server);
	at.url = server.url;
	ck_assert_msg(mailer_greet(&at, &why), "%s", why.data);
	ck_assert_uint_eq(server.accepted, 0);
	ck_assert_ptr_null(strstr(server.heard.data, "MAIL"));
	smtp_server_script(&server, SMTP_GREETING, "554 5.7.1 go away");
	buf_clear(&why);
	ck_assert(!mailer_greet(&at, &why));
	ck_assert_str_eq(why.data, "554 5.7.1 go away");
	smtp_server_script(&server, SMTP_GREETING, SMTP_SLOW);
	buf_clear(&why);
	ck_assert(!mailer_greet(&at, &why));
	ck_assert_str_eq(why.data, "Timeout was reached");
	smtp_server_stop(&server);
	ck_assert(!mailer_greet(&at, &why));
	buf_release(&why);
}
END_TEST

static const struct {
	const char		*name;
	enum smtp_step		 step;
	const char		*answer;
	enum mailer_result	 want;
	const char		*why;
} rows[] = {
	{ "greeting: not today", SMTP_GREETING, "421 4.3.2 busy",
	    MAILER_UNREACHABLE, "421 4.3.2 busy" },
	{ "greeting: not you", SMTP_GREETING, "554 5.7.1 go away",
	    MAILER_UNREACHABLE, "554 5.7.1 go away" },
	{ "greeting: cut", SMTP_GREETING, SMTP_CUT, MAILER_UNREACHABLE, "" },
	{ "greeting: slow", SMTP_GREETING, SMTP_SLOW, MAILER_UNREACHABLE,
	    "Timeout was reached" },
	{ "greeting: no SMTP", SMTP_GREETING, "SSH-2.0-OpenSSH",
	    MAILER_UNREACHABLE, "" },
	{ "EHLO: refused", SMTP_EHLO, "502 5.5.1 what",
	    MAILER_UNREACHABLE, "" },
	{ "MAIL: a login is wanted", SMTP_MAIL, "530 5.7.0 who are you",
	    MAILER_UNREACHABLE, "530 5.7.0 who are you" },
	{ "MAIL: TLS is wanted", SMTP_MAIL, "530 5.7.0 STARTTLS first",
	    MAILER_UNREACHABLE, "530 5.7.0 STARTTLS first" },
	{ "MAIL: no", SMTP_MAIL, "550 5.7.1 no null sender",
	    MAILER_REFUSED, "550 5.7.1 no null sender" },
	{ "MAIL: not now", SMTP_MAIL, "452 4.3.1 disk full",
	    MAILER_LATER, "452 4.3.1 disk full" },
	{ "MAIL: closing", SMTP_MAIL, "421 4.3.2 shutdown",
	    MAILER_UNREACHABLE, "421 4.3.2 shutdown" },
	{ "RCPT: nobody", SMTP_RCPT, "550 5.1.1 no such user",
	    MAILER_REFUSED, "550 5.1.1 no such user" },
	{ "RCPT: greylisted", SMTP_RCPT, "450 4.2.0 later",
	    MAILER_LATER, "450 4.2.0 later" },
	{ "RCPT: no relaying for now", SMTP_RCPT, "454 4.7.1 Relay denied",
	    MAILER_LATER, "454 4.7.1 Relay denied" },
	{ "DATA: no", SMTP_DATA, "554 5.5.1 no valid recipients",
	    MAILER_REFUSED, "554 5.5.1 no valid recipients" },
	{ "DATA: not now", SMTP_DATA, "451 4.3.0 try again",
	    MAILER_LATER, "451 4.3.0 try again" },
	{ "end: too like spam", SMTP_END, "550 5.7.1 spam",
	    MAILER_REFUSED, "550 5.7.1 spam" },
	{ "end: not now", SMTP_END, "451 4.7.1 milter is gone",
	    MAILER_LATER, "451 4.7.1 milter is gone" },
	{ "end: cut", SMTP_END, SMTP_CUT, MAILER_LATER, "" },
	{ "end: slow", SMTP_END, SMTP_SLOW, MAILER_LATER,
	    "Timeout was reached" },
	{ "greeting: without end", SMTP_GREETING, SMTP_TRICKLE,
	    MAILER_UNREACHABLE, "Timeout was reached" },
	{ "RCPT: without end", SMTP_RCPT, SMTP_TRICKLE, MAILER_UNREACHABLE,
	    "Timeout was reached" },
	{ "end: without end", SMTP_END, SMTP_TRICKLE, MAILER_LATER,
	    "Timeout was reached" },
	{ "RCPT: an answer of two lines", SMTP_RCPT,
	    "550-5.1.1 no such user\r\n550 5.1.1 really",
	    MAILER_REFUSED, "550 5.1.1 really" },
};

START_TEST(answers_are_understood)
{
	struct mailer_server at = { .tls = CONF_TLS_TRY, .patience = 1 };
	struct smtp_server server;
	enum mailer_result result;
	struct buf why;

	buf_init(&why);
	smtp_server_start(&server);
	smtp_server_script(&server, rows[_i].step, rows[_i].answer);
	at.url = server.url;
	result = send_mail(&at, &why);
	ck_assert_msg(result == rows[_i].want, "%s: %d, want %d: %s",
	    rows[_i].name, result, rows[_i].want, why.data);
	ck_assert_msg(why.length > 0, "%s: no reason", rows[_i].name);
	if (rows[_i].why[0] != '\0')
		ck_assert_msg(strcmp(why.data, rows[_i].why) == 0,
		    "%s: %s", rows[_i].name, why.data);
	ck_assert_uint_eq(server.accepted, 0);
	smtp_server_stop(&server);
	buf_release(&why);
}
END_TEST

START_TEST(nobody_is_there)
{
	struct mailer_server at = { .patience = 20 };
	struct smtp_server server;
	struct buf why;

	buf_init(&why);
	smtp_server_start(&server);
	at.url = server.url;
	smtp_server_close(&server);
	ck_assert_int_eq(send_mail(&at, &why), MAILER_UNREACHABLE);
	ck_assert_msg(strstr(why.data, "connect") != NULL, "%s", why.data);
	smtp_server_open(&server);
	ck_assert_int_eq(send_mail(&at, &why), MAILER_SENT);
	smtp_server_stop(&server);
	buf_release(&why);
}
END_TEST

START_TEST(says_who_it_is_where_asked)
{
	struct mailer_server at = { .tls = CONF_TLS_TRY, .patience = 20,
	    .user = "u", .password = "p" };
	struct smtp_server server;
	struct buf why;

	buf_init(&why);
	smtp_server_start(&server);
	at.url = server.url;
	ck_assert_int_eq(send_mail(&at, &why), MAILER_SENT);
	/* base64 of NUL u NUL p */
	ck_assert_msg(strstr(server.heard.data, "AUTH PLAIN AHUAcA==") != NULL,
	    "%s", server.heard.data);
	smtp_server_script(&server, SMTP_AUTH, "535 5.7.8 wrong password");
	ck_assert_int_eq(send_mail(&at, &why), MAILER_UNREACHABLE);
	ck_assert_str_eq(why.data, "535 5.7.8 wrong password");
	smtp_server_stop(&server);
	buf_release(&why);
}
END_TEST

START_TEST(encrypts_or_does_not_send)
{
	struct mailer_server at = { .tls = CONF_TLS_REQUIRE, .patience = 20 };
	struct smtp_server server;
	struct buf why;

	buf_init(&why);
	smtp_server_start(&server);
	at.url = server.url;
	ck_assert_int_eq(send_mail(&at, &why), MAILER_UNREACHABLE);
	ck_assert_ptr_null(strstr(server.heard.data, "MAIL"));
	smtp_server_stop(&server);
	buf_release(&why);
}
END_TEST

static void *
set_stop(void *argument)
{
	atomic_store((atomic_bool *)argument, true);
	return NULL;
}

/* The server never answers; the end of the daemon does not wait for it. */
START_TEST(stops_when_told)
{
	struct mailer_server at = { .patience = 300 };
	struct mailer_mail mail = { "alice@local.test", TEXT, strlen(TEXT) };
	struct smtp_server server;
	pthread_t thread;
	atomic_bool stop;
	struct buf why;

	buf_init(&why);
	atomic_init(&stop, false);
	smtp_server_start(&server);
	smtp_server_script(&server, SMTP_EHLO, SMTP_SLOW);
	at.url = server.url;
	ck_assert_int_eq(pthread_create(&thread, NULL, set_stop, &stop), 0);
	ck_assert_int_eq(mailer_send(&at, &mail, &stop, &why),
	    MAILER_STOPPED);
	pthread_join(thread, NULL);
	smtp_server_stop(&server);
	buf_release(&why);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("mailer");
	TCase *tests = tcase_create("mailer");

	if (mailer_library_init() != STATUS_OK)
		return EXIT_FAILURE;
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, arrives_as_it_is);
	tcase_add_test(tests, greets_and_leaves);
	tcase_add_loop_test(tests, answers_are_understood, 0,
	    (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(tests, nobody_is_there);
	tcase_add_test(tests, says_who_it_is_where_asked);
	tcase_add_test(tests, encrypts_or_does_not_send);
	tcase_add_test(tests, stops_when_told);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
