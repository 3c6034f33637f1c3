/*
 * The keys that say by whom, how and where notices are sent.
 */
#include "test.h"

#include <string.h>

#include "base/clock.h"
#include "conf_files.h"

#define DOMAINS	"local_domains = [\"example.com\"];\n"
#define LOGIN	"smtp_user = \"u\"; smtp_password_file = \"p\"; "

static const struct {
	const char *name;
	const char *text;
	const char *want;	/* NULL: it loads; else the error */
} rows[] = {
	{ "address", "notice_from = \"Mail@Example.com\";", NULL },
	{ "name and address", "notice_from = \"Mail team <a@b.org>\";", NULL },
	{ "brackets alone", "notice_reply_to = \"<a@b.org>\";", NULL },
	{ "nobody", "notice_reply_to = \"\"; postmaster = \"\";", NULL },
	{ "name in UTF-8", "notice_from = \"M\xc3\xb6 <a@b.org>\";",
	    "2: notice_from is \"M\xc3\xb6 <a@b.org>\"; expected at most 400" },
	{ "quoted name", "notice_from = \"\\\"M\\\" <a@b.org>\";",
	    "2: notice_from is" },
	{ "name with a comma", "notice_from = \"A, B <a@b.org>\";",
	    "2: notice_from is" },
	{ "no blank before it", "notice_from = \"A<a@b.org>\";",
	    "2: notice_from is" },
	{ "bracket left open", "notice_from = \"A <a@b.org\";",
	    "2: notice_from is" },
	{ "word", "notice_from = \"A\";", "2: notice_from is" },
	{ "two addresses", "notice_from = \"a@b.org, c@d.org\";",
	    "2: notice_from is" },
	{ "header of its own", "notice_from = \"a@b.org\\r\\nBcc: c@d.org\";",
	    "2: notice_from is \"a@b.org??Bcc: c@d.org\"; expected" },
	{ "postmaster's name", "postmaster = \"P <p@b.org>\";",
	    "2: postmaster is \"P <p@b.org>\"; expected an address such as" },
	{ "host", "smtp_server = \"smtp://mail\";", NULL },
	{ "host and port", "smtp_server = \"smtps://mail.b.org:465\";", NULL },
	{ "IPv6", "smtp_server = \"smtp://[::1]:25\";", NULL },
	{ "host alone", "smtp_server = \"mail:25\";",
	    "2: smtp_server is \"mail:25\"; expected \"smtp://host\", " },
	{ "no host", "smtp_server = \"smtp://:25\";", "2: smtp_server is" },
	{ "path", "smtp_server = \"smtp://mail/x\";", "2: smtp_server is" },
	{ "login in it", "smtp_server = \"smtp://u:p@mail\";",
	    "2: smtp_server is" },
	{ "port 0", "smtp_server = \"smtp://mail:0\";", "2: smtp_server is" },
	{ "port 65535", "smtp_server = \"smtp://mail:65535\";", NULL },
	{ "port 65536", "smtp_server = \"smtp://mail:65536\";",
	    "2: smtp_server is" },
	{ "no port", "smtp_server = \"smtp://mail:\";", "2: smtp_server is" },
	{ "IPv6 left open", "smtp_server = \"smtp://[::1:25\";",
	    "2: smtp_server is" },
	{ "TLS", "smtp_tls = \"yes\";",
	    "2: smtp_tls is \"yes\"; expected \"never\", \"try\" or "
	    "\"require\"" },
	{ "user alone", "\nsmtp_user = \"u\";",
	    "3: smtp_user is set alone; expected smtp_user and "
	    "smtp_password_file, or neither" },
	{ "password alone", "\n\nsmtp_password_file = \"p\";",
	    "4: smtp_password_file is set alone" },
	{ "login here", LOGIN, NULL },
	{ "login at localhost", LOGIN "smtp_server = \"smtp://localhost\";",
	    NULL },
	{ "login abroad in the clear", LOGIN
	    "smtp_server = \"smtp://mail\";",
	    "2: the password would be sent to smtp://mail in the clear, or to "
	    "whoever answers there; expected smtp_tls = \"require\"" },
	{ "login at a host named like this one", LOGIN
	    "smtp_server = \"smtp://localhost.b.org\";",
	    "2: the password would be sent to" },
	{ "login abroad, encrypted", LOGIN
	    "smtp_server = \"smtp://mail\"; smtp_tls = \"require\";", NULL },
	{ "login abroad, TLS at once", LOGIN
	    "smtp_server = \"smtps://mail\";", NULL },
	{ "login at a name like an address", LOGIN
	    "smtp_server = \"smtp://127.b.org\";",
	    "2: the password would be sent to" },
	{ "login at an address here", LOGIN
	    "smtp_server = \"smtp://127.0.0.2:2525\";", NULL },
	{ "login at an IPv6 address here", LOGIN
	    "smtp_server = \"smtp://[::1]:25\";", NULL },
	{ "authorities", "smtp_tls = \"require\"; smtp_ca_file = \"a\";",
	    NULL },
	{ "authorities, TLS at once", "smtp_server = \"smtps://mail\"; "
	    "smtp_ca_file = \"a\";", NULL },
	{ "authorities nobody asks", "\nsmtp_ca_file = \"a\";",
	    "3: smtp_ca_file is set, but no certificate is looked at; "
	    "expected smtp_tls = \"require\", or an smtps:// server" },
	{ "heads_up", "policies = { default = { heads_up = \"3%\"; }; };",
	    NULL },
	{ "heads_up off", "policies = { a = { heads_up = \"off\"; }; };",
	    NULL },
	{ "heads_up of nothing",
	    "policies = { default = { heads_up = \"0%\"; }; };",
	    "2: policies.default.heads_up is \"0%\"; expected a percentage "
	    "of at least \"0.0001%\" and at most \"100%\", such as \"12.5%\", "
	    "or \"off\"" },
};

START_TEST(is_taken_or_refused)
{
	struct conf_files files;
	struct conf *conf;
	enum status status;
	struct buf text;

	conf_files_make(&files);
	buf_init(&text);
	buf_printf(&text, DOMAINS "%s", rows[_i].text);
	conf_files_write(&files, "replygate.conf", text.data);
	status = conf_files_load(&files, &conf);
	ck_assert_msg((status == STATUS_OK) == (rows[_i].want == NULL),
	    "%s: %s %s", rows[_i].name, status_text(status), files.why.data);
	if (rows[_i].want != NULL)
		ck_assert_msg(strstr(files.why.data, rows[_i].want) != NULL,
		    "%s: %s", rows[_i].name, files.why.data);
	conf_unref(conf);
	buf_release(&text);
	conf_files_remove(&files);
}
END_TEST

static struct conf *
load(struct conf_files *files, const char *text)
{
	struct conf *conf;

	conf_files_write(files, "replygate.conf", text);
	ck_assert_msg(conf_files_load(files, &conf) == STATUS_OK, "%s",
	    files->why.data);
	return conf;
}

START_TEST(are_so_unless_said)
{
	struct conf_files files;
	struct conf *conf;

	conf_files_make(&files);
	conf = load(&files, DOMAINS);
	ck_assert(conf->notices);
	ck_assert_str_eq(conf->notice_from, "");
	ck_assert_str_eq(conf->notice_reply_to, "");
	ck_assert_str_eq(conf->notices_directory, REPLYGATE_NOTICES);
	ck_assert_str_eq(conf->smtp_server, "smtp://127.0.0.1:25");
	ck_assert_int_eq(conf->smtp_tls, CONF_TLS_TRY);
	ck_assert_str_eq(conf->smtp_user, "");
	ck_assert_ptr_null(conf->smtp_ca_file);
	ck_assert_ptr_null(conf->smtp_password_file);
	ck_assert_str_eq(conf->postmaster, "");
	ck_assert(conf->digest);
	ck_assert_int_eq(conf->digest_hour, 7);
	ck_assert_int_eq(conf->policies[0].heads_up, 0);
	conf_unref(conf);
	conf_files_remove(&files);
}
END_TEST

#define EVERYTHING							\
	DOMAINS "notices = false; notice_from = \"M T <M@b.org>\";\n"	\
	"notice_reply_to = \"h@b.org\"; notices_directory = \"own\";\n"	\
	"smtp_server = \"smtps://[::1]:465\"; smtp_tls = \"require\";\n" \
	"smtp_ca_file = \"pem\";\n"					\
	"smtp_user = \"u\"; smtp_password_file = \"secret\";\n"		\
	"postmaster = \"P@B.org\"; digest = false; digest_hour = 23;\n"	\
	"policies = { default = { heads_up = \"2.5%\"; }; };\n"

static void
check_everything(const struct conf *conf, const char *folder)
{
	size_t length = strlen(folder);

	ck_assert(!conf->notices);
	ck_assert_str_eq(conf->notice_from, "M T <M@b.org>");
	ck_assert_str_eq(conf->notice_reply_to, "h@b.org");
	ck_assert_str_eq(conf->notices_directory + length, "/own");
	ck_assert_str_eq(conf->smtp_server, "smtps://[::1]:465");
	ck_assert_int_eq(conf->smtp_tls, CONF_TLS_REQUIRE);
	ck_assert_str_eq(conf->smtp_ca_file + length, "/pem");
	ck_assert_str_eq(conf->smtp_user, "u");
	ck_assert_str_eq(conf->smtp_password_file + length, "/secret");
	ck_assert_str_eq(conf->postmaster, "p@b.org");
	ck_assert(!conf->digest);
	ck_assert_int_eq(conf->digest_hour, 23);
	ck_assert_int_eq(conf->policies[0].heads_up, 25000);
}

START_TEST(come_back_from_print)
{
	struct conf_files files;
	struct conf *conf, *again;
	struct buf text;

	conf_files_make(&files);
	buf_init(&text);
	conf = load(&files, EVERYTHING);
	check_everything(conf, files.folder);
	conf_print(conf, &text);
	again = load(&files, text.data);
	check_everything(again, files.folder);
	conf_unref(again);
	conf_unref(conf);
	buf_release(&text);
	conf_files_remove(&files);
}
END_TEST

/* A name so long that its mailbox has its most bytes, or one more. */
START_TEST(have_a_longest_mailbox)
{
	struct conf_files files;
	struct conf *conf;
	struct buf text;
	int length;

	conf_files_make(&files);
	buf_init(&text);
	for (length = 400; length <= 401; length++) {
		buf_clear(&text);
		buf_printf(&text, DOMAINS "notice_from = \"%0*d <a@b.org>\";",
		    length - (int)strlen(" <a@b.org>"), 0);
		conf_files_write(&files, "replygate.conf", text.data);
		ck_assert_int_eq(conf_files_load(&files, &conf),
		    length == 400 ? STATUS_OK : STATUS_MALFORMED);
		conf_unref(conf);
	}
	buf_release(&text);
	conf_files_remove(&files);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("conf notices");
	TCase *tests = tcase_create("conf notices");

	tcase_add_loop_test(tests, is_taken_or_refused, 0,
	    (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(tests, are_so_unless_said);
	tcase_add_test(tests, come_back_from_print);
	tcase_add_test(tests, have_a_longest_mailbox);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
