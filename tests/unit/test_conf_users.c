/*
 * The users file: what a line says, where an error points, and who is
 * behind a login or an address.
 */
#include "base/conf.h"
#include "conf_files.h"

#define CONFIGURATION							\
	"local_domains = [\"example.com\"];\n"				\
	"users_file = \"users\";\n"					\
	"policies = { default = {}; seniors = {}; };\n"

#define USERS								\
	"# NAME  [login-or-address ...]  [policy=NAME]\n"		\
	"\n"								\
	"Alice\ta.smith  Alice@Example.COM policy=Seniors # the boss\n"	\
	"  bob@example.com policy=exempt robert\r\n"			\
	"carol c#d\n"							\
	"dave policy=default"

static struct conf *
load(struct conf_files *files, const char *users)
{
	struct conf *conf;
	enum status status;

	conf_files_write(files, "replygate.conf", CONFIGURATION);
	conf_files_write(files, "users", users);
	status = conf_files_load(files, &conf);
	ck_assert_msg(status == STATUS_OK, "%s", files->why.data);
	return conf;
}

static const struct {
	const char *name;
	const char *login;
	const char *user;
	const char *policy;
} lookups[] = {
	{ "the name itself", "alice", "alice", "seniors" },
	{ "a login", "a.smith", "alice", "seniors" },
	{ "an address", "alice@example.com", "alice", "seniors" },
	{ "an address as name", "bob@example.com", "bob@example.com",
	    "exempt" },
	{ "behind policy=", "robert", "bob@example.com", "exempt" },
	{ "no policy named", "carol", "carol", "default" },
	{ "# in a word", "c#d", "carol", "default" },
	{ "policy=default", "dave", "dave", "default" },
	{ "not in a comment", "boss", "boss", "default" },
	{ "nobody", "zoe@example.com", "zoe@example.com", "default" },
	{ "empty", "", "", "default" },
};

START_TEST(test_lookup)
{
	struct conf_files files;
	const struct policy *policy;
	const char *user = NULL;
	struct conf *conf;
	char *exact;

	conf_files_make(&files);
	conf = load(&files, USERS);
	exact = strdup(lookups[_i].login);
	ck_assert_ptr_nonnull(exact);
	policy = conf_user(conf, exact, &user);
	ck_assert_msg(strcmp(user, lookups[_i].user) == 0,
	    "%s: got user %s", lookups[_i].name, user);
	ck_assert_msg(strcmp(policy->name, lookups[_i].policy) == 0,
	    "%s: got policy %s", lookups[_i].name, policy->name);
	ck_assert_msg(conf_policy_of(conf, user) == policy,
	    "%s: the user has another policy than the login",
	    lookups[_i].name);
	free(exact);
	conf_unref(conf);
	conf_files_remove(&files);
}
END_TEST

START_TEST(test_without_file)
{
	struct conf_files files;
	struct conf *conf;
	const char *user;

	conf_files_make(&files);
	conf_files_write(&files, "replygate.conf",
	    "local_domains = [\"example.com\"];");
	ck_assert_int_eq(conf_files_load(&files, &conf), STATUS_OK);
	ck_assert_str_eq(conf_user(conf, "alice", &user)->name, "default");
	ck_assert_str_eq(user, "alice");
	conf_unref(conf);
	conf_files_remove(&files);
}
END_TEST

/* 319 bytes are allowed, 320 are not. */
#define TEN(text)	text text text text text text text text text text
#define NAME_319	TEN(TEN("abc")) "0123456789012345678"
#define NAME_320	NAME_319 "x"

static const struct {
	const char *name;
	const char *users;
	const char *why;	/* NULL: it is right */
} lines[] = {
	{ "empty", "", NULL },
	{ "comments only", "# a\n  # b\n\n", NULL },
	{ "policy twice", "\nalice policy=seniors policy=seniors\n",
	    "users:2: \"policy=seniors\" is a second policy; expected one" },
	{ "policy first", "policy=seniors alice\n",
	    "users:1: \"policy=seniors\" stands first; expected the user's" },
	{ "policy alone", "policy=seniors", "users:1: \"policy=seniors\"" },
	{ "no such policy", "a\nb policy=senior\n",
	    "users:2: \"senior\" is no policy; expected a name from" },
	{ "policy without name", "a policy=\n", "users:1: \"\" is no policy" },
	{ "misspelt policy", "alice polcy=seniors\n",
	    "users:1: \"polcy=seniors\" is no setting; expected a login" },
	{ "= in an address", "alice a=b@example.com\n", NULL },
	{ "detail", "alice alice+jobs@example.com\n",
	    "users:1: \"alice+jobs@example.com\" has a +detail; expected" },
	{ "detail of a login", "alice a+jobs\n", "users:1: \"a+jobs\"" },
	{ "+ in the domain", "alice a@b+c\n",
	    "users:1: \"a@b+c\" is no address; expected LOCAL@DOMAIN" },
	{ "no local part", "alice @a.org\n", "users:1: \"@a.org\"" },
	{ "no domain", "alice a@\n", "users:1: \"a@\" is no address" },
	{ "dot behind", "alice a@b.\n", "users:1: \"a@b.\" is no address" },
	{ "angle brackets", "alice <alice@example.com>\n",
	    "users:1: \"<alice@example.com>\" holds a character" },
	{ "comma", "alice a@b, c@d\n", "users:1: \"a@b,\" holds a character" },
	{ "control character", "alice a\x01\n", "users:1: \"a?\" holds" },
	{ "UTF-8", "zo\xc3\xab\n", NULL },
	{ "longest name", NAME_319 "\n", NULL },
	{ "too long a name", "a\n" NAME_320 "\n", "users:2: \"abcabc" },
	{ "login on two lines", "alice x\n\nbob X\n",
	    "users:3: \"x\" is already on line 1; expected a login" },
	{ "login twice on one", "alice x x\n", "users:1: \"x\" is already on "
	    "line 1" },
	{ "name as login", "alice\nbob alice\n",
	    "users:2: \"alice\" is already on line 1" },
	{ "the first of two", "a z\nb y\nc z\nd y\n",
	    "users:3: \"z\" is already on line 1" },
	{ "the second of three", "a z\nb z\nc z\n",
	    "users:2: \"z\" is already on line 1" },
	{ "byte order mark", "\xef\xbb\xbf" "alice\n",
	    "users:1: begins with a byte order mark" },
};

START_TEST(test_lines)
{
	struct conf_files files;
	struct conf *conf;
	enum status status;
	const char *why = lines[_i].why;

	conf_files_make(&files);
	conf_files_write(&files, "replygate.conf", CONFIGURATION);
	conf_files_write(&files, "users", lines[_i].users);
	status = conf_files_load(&files, &conf);
	if (why == NULL)
		ck_assert_msg(status == STATUS_OK, "%s: %s", lines[_i].name,
		    files.why.data);
	else
		ck_assert_msg(status == STATUS_MALFORMED && strncmp(
		    files.why.data, why, strlen(why)) == 0,
		    "%s: got '%s', want '%s'", lines[_i].name,
		    files.why.data, why);
	conf_unref(conf);
	conf_files_remove(&files);
}
END_TEST

START_TEST(test_missing)
{
	struct conf_files files;
	struct conf *conf;

	conf_files_make(&files);
	conf_files_write(&files, "replygate.conf", CONFIGURATION);
	ck_assert_int_eq(conf_files_load(&files, &conf), STATUS_NOT_FOUND);
	ck_assert_ptr_nonnull(strstr(files.why.data,
	    "users: cannot be read: "));
	conf_files_remove(&files);
}
END_TEST

#define MANY	100000

/* In an order that is not the sorted one, each with two names. */
START_TEST(test_many)
{
	struct conf_files files;
	struct conf *conf;
	struct buf text;
	const char *user;
	char name[32];
	unsigned i;

	conf_files_make(&files);
	buf_init(&text);
	for (i = 0; i < MANY; i++)
		buf_printf(&text, "u%u u%u@example.com%s\n", i * 7 % MANY,
		    i * 7 % MANY, i % 2 == 0 ? " policy=seniors" : "");
	conf = load(&files, text.data);
	buf_release(&text);
	ck_assert_uint_eq(conf->user_count, 2 * MANY);
	for (i = 0; i < MANY; i += 9973) {
		snprintf(name, sizeof(name), "u%u@example.com", i * 7 % MANY);
		ck_assert_str_eq(conf_user(conf, name, &user)->name,
		    i % 2 == 0 ? "seniors" : "default");
		ck_assert_msg(strlen(user) + strlen("@example.com") ==
		    strlen(name), "%s belongs to %s", name, user);
	}
	conf_unref(conf);
	conf_files_remove(&files);
}
END_TEST

static Suite *
suite(void)
{
	Suite *all = suite_create("conf_users");
	TCase *tests = tcase_create("users");

	tcase_set_timeout(tests, 30);
	tcase_add_loop_test(tests, test_lookup, 0,
	    (int)(sizeof(lookups) / sizeof(lookups[0])));
	tcase_add_test(tests, test_without_file);
	tcase_add_loop_test(tests, test_lines, 0,
	    (int)(sizeof(lines) / sizeof(lines[0])));
	tcase_add_test(tests, test_missing);
	tcase_add_test(tests, test_many);
	suite_add_tcase(all, tests);
	return all;
}

int
main(void)
{
	return test_run(suite());
}
