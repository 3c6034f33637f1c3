/*
 * Notices to users whose names were made to do harm, and a configuration that
 * changes under a mail: nothing but the mail that is meant goes out.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "courier_fixture.h"

#define A64	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct {
	const char *name;
	const char *login;
	const char *to;		/* the mail's; NULL: there is none */
} users[] = {
	{ "a field's syntax", "=?utf-8?q?x?=@local.test",
	    "=?utf-8?q?x?=@local.test" },
	{ "a template's syntax", "${due}@local.test", "${due}@local.test" },
	{ "a format", "%s%n%x@local.test", "%s%n%x@local.test" },
	{ "an option", "-oQ/tmp@local.test", "-oq/tmp@local.test" },
	{ "the longest local part", A64 "@local.test", A64 "@local.test" },
	{ "two addresses", "alice,eve@local.test", NULL },
	{ "two mailboxes", "alice@evil.test,eve@local.test", NULL },
	{ "a group", "a:b;@local.test", NULL },
	{ "a comment", "alice(eve@evil.test)@local.test", NULL },
	{ "a quoted local part", "\"a b\"@local.test", NULL },
	{ "a quoted command", "\"x> RCPT TO:<eve\"@local.test", NULL },
	{ "an encoded line break", "a%0d%0aRCPT@local.test",
	    "a%0d%0arcpt@local.test" },
	{ "another's domain behind it", "alice@local.test@evil.test", NULL },
	{ "UTF-8", "m\303\274ller@local.test", NULL },
	{ "no UTF-8", "m\374ller@local.test", NULL },
};

/* Every line of the header is a field of ours, or goes on with one. */
static void
check_header(const char *name, const char *mail)
{
	static const char *const fields[] = { "Date: ", "From: ", "To: ",
	    "Message-ID: ", "Subject: ", "Auto-Submitted: ",
	    "X-Auto-Response-Suppress: ", "MIME-Version: ", "Content-Type: ",
	    "Content-Transfer-Encoding: ", " " };
	const char *line = strstr(mail, "MAIL\n");
	size_t i;

	ck_assert_ptr_nonnull(line);
	for (line += 5; *line != '\n'; line = strchr(line, '\n') + 1) {
		for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
			if (strncmp(line, fields[i], strlen(fields[i])) == 0)
				break;
		ck_assert_msg(i < sizeof(fields) / sizeof(fields[0]),
		    "%s: %s", name, line);
	}
}

static void
check_mail(const struct house *house, const char *name, const char *to)
{
	struct buf want;

	buf_init(&want);
	buf_printf(&want, "RCPT TO:<%s>\n", to);
	ck_assert_msg(house_count(&house->server.heard, want.data) == 1 &&
	    house_count(&house->server.heard, "RCPT TO:") == 1, "%s: %s",
	    name, house->server.heard.data);
	buf_clear(&want);
	buf_printf(&want, "\nTo: %s\n", to);
	ck_assert_msg(strstr(house->server.mails.data, want.data) != NULL,
	    "%s: %s", name, house->server.mails.data);
	check_header(name, house->server.mails.data);
	buf_release(&want);
}

START_TEST(a_name_does_no_harm)
{
	const char *name = users[_i].name, *to = users[_i].to;
	struct house house;

	house_open(&house, "");
	house_send(&house, users[_i].login);
	fixture_pass(&house.f, house.f.now + 4 * CLOCK_DAY);
	house_round(&house);
	ck_assert_msg(house_outbox(&house) == 0, "%s: it waits", name);
	if (to != NULL)
		check_mail(&house, name, to);
	else
		ck_assert_msg(smtp_server_connections(&house.server) == 0,
		    "%s: %s", name, house.server.heard.data);
	/* Told of aloud, unless the message was no user's at all. */
	if (to == NULL && strstr(house.f.lines.data, "warning") != NULL)
		ck_assert_msg(strstr(house.f.lines.data, "result=given-up") !=
		    NULL, "%s: %s", name, house.f.lines.data);
	house_close(&house);
}
END_TEST

static void
wait_for_connection(struct house *house)
{
	const struct timespec moment = { 0, 10 * 1000 * 1000 };
	int i;

	for (i = 0; i < 3000 &&
	    smtp_server_connections(&house->server) == 0; i++)
		nanosleep(&moment, NULL);
	ck_assert_uint_eq(smtp_server_connections(&house->server), 1);
}

/*
 * The mail in hand ends with the server it began with; the next one goes to the
 * new one, and each goes once.
 */
START_TEST(a_reload_in_the_middle_of_a_mail)
{
	const struct timespec moment = { 0, 10 * 1000 * 1000 };
	struct smtp_server other;
	struct house house;
	char url[sizeof(other.url)];
	int i;

	house_open(&house, "");
	smtp_server_start(&other);
	house_send(&house, "bob@local.test");
	house_warn(&house);
	house.server.held = true;
	ck_assert_int_eq(courier_start(house.courier, CLOCK_SECOND / 100),
	    STATUS_OK);
	wait_for_connection(&house);
	memcpy(url, house.server.url, sizeof(url));
	memcpy(house.server.url, other.url, sizeof(url));
	house_reload(&house, "minimum = 10;",
	    "notice_from = \"new@local.test\";");
	memcpy(house.server.url, url, sizeof(url));
	smtp_server_go_on(&house.server);
	for (i = 0; i < 3000 && smtp_server_accepted(&other) == 0; i++)
		nanosleep(&moment, NULL);
	courier_stop(house.courier);
	ck_assert_uint_eq(smtp_server_accepted(&house.server), 1);
	ck_assert_uint_eq(smtp_server_accepted(&other), 1);
	ck_assert_ptr_nonnull(strstr(house.server.mails.data,
	    "From: postmaster@local.test\n"));
	ck_assert_ptr_nonnull(strstr(other.mails.data,
	    "From: new@local.test\n"));
	ck_assert_int_eq(house_outbox(&house), 0);
	smtp_server_stop(&other);
	house_close(&house);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("courier hostile");
	TCase *tests = tcase_create("courier hostile");

	if (mailer_library_init() != STATUS_OK)
		return EXIT_FAILURE;
	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, a_name_does_no_harm, 0,
	    (int)(sizeof(users) / sizeof(users[0])));
	tcase_add_test(tests, a_reload_in_the_middle_of_a_mail);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
