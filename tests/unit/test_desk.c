/*
 * What belongs to a configuration: the password, the addresses that follow from
 * its keys.
 */
#include "test.h"

#include <string.h>
#include <sys/stat.h>

#include "conf_files.h"
#include "mail/mime.h"
#include "notify/desk.h"

#define DOMAINS	"local_domains = [\".a.org\", \"b.org\"]; notices = false;\n"
#define LOGIN	DOMAINS "smtp_user = \"u\"; smtp_password_file = \"secret\";\n"

static enum status
load(struct conf_files *files, const char *text, struct desk **desk)
{
	struct conf *conf;
	enum status status;

	conf_files_write(files, "replygate.conf", text);
	ck_assert_msg(conf_files_load(files, &conf) == STATUS_OK, "%s",
	    files->why.data);
	status = desk_load(desk, conf, &files->why);
	conf_unref(conf);
	return status;
}

static const struct {
	const char *name;
	const char *text;
	mode_t mode;
	const char *want;	/* the password; NULL: an error */
	const char *why;
} passwords[] = {
	{ "a line", "correct horse\n", 0600, "correct horse", NULL },
	{ "no newline", "x", 0640, "x", NULL },
	{ "CR LF", "x\r\n", 0600, "x", NULL },
	{ "more lines", "x\nnot this\n", 0600, "x", NULL },
	{ "others may read it", "x\n", 0604, NULL,
	    "secret: mode 0604 lets everybody use the password; expected 0600 "
	    "or 0640: chmod o= " },
	{ "empty", "", 0600, NULL, "secret:1: the first line is empty" },
	{ "empty first line", "\nx\n", 0600, NULL,
	    "secret:1: the first line is empty" },
	{ "a NUL", NULL, 0600, NULL, "secret:1: holds a NUL byte" },
};

START_TEST(a_password_is_a_first_line)
{
	struct conf_files files;
	struct desk *desk;
	enum status status;

	conf_files_make(&files);
	if (passwords[_i].text != NULL)
		conf_files_write(&files, "secret", passwords[_i].text);
	else
		conf_files_write_bytes(&files, "secret", "a\0b\n", 4);
	ck_assert_int_eq(chmod(files.path, passwords[_i].mode), 0);
	status = load(&files, LOGIN, &desk);
	if (passwords[_i].want != NULL) {
		ck_assert_msg(status == STATUS_OK, "%s: %s",
		    passwords[_i].name, files.why.data);
		ck_assert_msg(strcmp(desk->password, passwords[_i].want) == 0,
		    "%s: %s", passwords[_i].name, desk->password);
	} else {
		ck_assert_msg(status == STATUS_MALFORMED && desk == NULL,
		    "%s: %s", passwords[_i].name, status_text(status));
		ck_assert_msg(strstr(files.why.data, passwords[_i].why) !=
		    NULL, "%s: %s", passwords[_i].name, files.why.data);
	}
	desk_unref(desk);
	conf_files_remove(&files);
}
END_TEST

START_TEST(authorities_can_be_read)
{
	struct conf_files files;
	struct desk *desk;

	conf_files_make(&files);
	ck_assert_int_eq(load(&files, DOMAINS "smtp_tls = \"require\"; "
	    "smtp_ca_file = \"pem\";\n", &desk), STATUS_NOT_FOUND);
	ck_assert_msg(strstr(files.why.data, "/pem: cannot be read: No such "
	    "file or directory; expected a file of certificates in PEM") !=
	    NULL, "%s", files.why.data);
	buf_clear(&files.why);
	ck_assert_int_eq(load(&files, DOMAINS "smtp_tls = \"require\"; "
	    "smtp_ca_file = \".\";\n", &desk), STATUS_NOT_FOUND);
	conf_files_remove(&files);
}
END_TEST

START_TEST(a_password_has_a_bound)
{
	char text[DESK_PASSWORD_MAX + 3];
	struct conf_files files;
	struct desk *desk;

	conf_files_make(&files);
	memset(text, 'x', sizeof(text));
	conf_files_write_bytes(&files, "secret", text, DESK_PASSWORD_MAX);
	ck_assert_int_eq(chmod(files.path, 0600), 0);
	ck_assert_int_eq(load(&files, LOGIN, &desk), STATUS_OK);
	ck_assert_uint_eq(strlen(desk->password), DESK_PASSWORD_MAX);
	desk_unref(desk);
	conf_files_write_bytes(&files, "secret", text, DESK_PASSWORD_MAX + 1);
	ck_assert_int_eq(load(&files, LOGIN, &desk), STATUS_MALFORMED);
	conf_files_path(&files, "secret");
	ck_assert_int_eq(remove(files.path), 0);
	ck_assert_int_eq(load(&files, LOGIN, &desk), STATUS_NOT_FOUND);
	conf_files_remove(&files);
}
END_TEST

static const struct {
	const char *name;
	const char *user, *address;
	const char *want;	/* NULL: nobody knows */
} users[] = {
	{ "a user's name", "alice@b.org", "jobs@b.org", "alice@b.org" },
	{ "below a domain", "alice@x.a.org", "", "alice@x.a.org" },
	{ "the address sent under", "alice", "jobs@b.org", "jobs@b.org" },
	{ "somebody else's sent under", "alice", "b@b.org", NULL },
	{ "somebody else's, and one of their own", "carol", "b@b.org",
	    "c@b.org" },
	{ "nobody's, and one of their own", "carol", "boss@b.org",
	    "c@b.org" },
	{ "one of their own", "carol", "d@b.org", "d@b.org" },
	{ "the users file's", "carol", "carol@elsewhere.org", "c@b.org" },
	{ "an address elsewhere", "dave", "dave@elsewhere.org", NULL },
	{ "a login elsewhere", "dave@elsewhere.org", "", NULL },
	{ "a login", "dave", "", NULL },
	{ "a login sent under", "dave", "dave", NULL },
};

START_TEST(an_address_of_ours_is_found)
{
	struct account account = { .id = 1 };
	struct conf_files files;
	const char *address;
	struct desk *desk;

	conf_files_make(&files);
	conf_files_write(&files, "users",
	    "bob b@b.org\ncarol zoe c@elsewhere.org c@b.org d@b.org\n");
	ck_assert_int_eq(load(&files, DOMAINS "users_file = \"users\";",
	    &desk), STATUS_OK);
	strcpy(account.user, users[_i].user);
	strcpy(account.address, users[_i].address);
	address = desk_address(desk, &account);
	ck_assert_msg((address == NULL) == (users[_i].want == NULL) &&
	    (address == NULL || strcmp(address, users[_i].want) == 0),
	    "%s: %s", users[_i].name, address != NULL ? address : "(none)");
	desk_unref(desk);
	conf_files_remove(&files);
}
END_TEST

static const struct {
	const char *name;
	const char *lines;
	const char *to;
	const char *from, *reply_to;
} headers[] = {
	{ "nothing said", "", "alice@x.a.org", "postmaster@x.a.org", "" },
	{ "postmaster", "postmaster = \"pm@b.org\";", "alice@x.a.org",
	    "pm@b.org", "" },
	{ "an author", "postmaster = \"pm@b.org\"; notice_from = \"M T "
	    "<m@b.org>\"; notice_reply_to = \"h@b.org\";", "alice@b.org",
	    "M T <m@b.org>", "h@b.org" },
};

START_TEST(headers_follow_from_keys)
{
	struct notice_header header;
	struct mailer_server server;
	struct conf_files files;
	struct buf text, from;
	struct desk *desk;

	conf_files_make(&files);
	buf_init(&text);
	buf_init(&from);
	buf_printf(&text, DOMAINS "%s", headers[_i].lines);
	ck_assert_int_eq(load(&files, text.data, &desk), STATUS_OK);
	desk_header(desk, headers[_i].to, &from, &header);
	ck_assert_msg(strcmp(header.from, headers[_i].from) == 0 &&
	    strcmp(header.reply_to, headers[_i].reply_to) == 0 &&
	    strcmp(header.to, headers[_i].to) == 0, "%s: %s, %s",
	    headers[_i].name, header.from, header.reply_to);
	ck_assert_str_eq(desk_domain(desk), "b.org");
	desk_server(desk, &server);
	ck_assert_str_eq(server.url, "smtp://127.0.0.1:25");
	ck_assert_str_eq(server.name, "b.org");
	desk_unref(desk);
	buf_release(&from);
	buf_release(&text);
	conf_files_remove(&files);
}
END_TEST

START_TEST(a_domain_below_which_all_are)
{
	struct conf_files files;
	struct desk *desk;

	conf_files_make(&files);
	ck_assert_int_eq(load(&files, "local_domains = [\".a.org\"]; "
	    "notices = false;", &desk), STATUS_OK);
	ck_assert_str_eq(desk_domain(desk), "a.org");
	desk_unref(desk);
	conf_files_remove(&files);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("desk");
	TCase *tests = tcase_create("desk");

	mime_library_init();
	tcase_add_loop_test(tests, a_password_is_a_first_line, 0,
	    (int)(sizeof(passwords) / sizeof(passwords[0])));
	tcase_add_test(tests, authorities_can_be_read);
	tcase_add_test(tests, a_password_has_a_bound);
	tcase_add_loop_test(tests, an_address_of_ours_is_found, 0,
	    (int)(sizeof(users) / sizeof(users[0])));
	tcase_add_loop_test(tests, headers_follow_from_keys, 0,
	    (int)(sizeof(headers) / sizeof(headers[0])));
	tcase_add_test(tests, a_domain_below_which_all_are);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
