/*
 * The configuration: what is taken, what is refused and where the error
 * points, and that its print is read back to the same print.
 */
#include "base/clock.h"
#include "base/conf.h"
#include "conf_files.h"

#define DOMAINS	"local_domains = [\"example.com\"];\n"

/* Loads what must be right. */
static struct conf *
load(struct conf_files *files, const char *name, const char *text)
{
	struct conf *conf;
	enum status status;

	conf_files_write(files, "replygate.conf", text);
	status = conf_files_load(files, &conf);
	ck_assert_msg(status == STATUS_OK, "%s: %s", name, files->why.data);
	return conf;
}

/* Each text is refused, with `why` behind the name of the file. */
static const struct {
	const char *name;
	const char *text;
	const char *why;
} wrong[] = {
	{ "no domains", "mode = \"enforce\";",
	    "1: local_domains names no domain; expected your own domains" },
	{ "empty list of domains", "local_domains = [];",
	    "1: local_domains names no domain" },
	{ "empty", "", "1: is empty; expected at least local_domains" },
	{ "blanks only", " \n\t\r\n", "1: is empty" },
	{ "comment without newline", "# nothing", "1: local_domains names no" },
	{ "unknown key", DOMAINS "\ncolour = \"red\";",
	    "3: unknown key \"colour\"; expected a key of" },
	{ "misspelt key", DOMAINS "retension = \"10d\";",
	    "2: unknown key \"retension\"; did you mean \"retention\"?" },
	{ "misspelt policy key",
	    DOMAINS "policies = {\n default = {\n treshold = \"1%\"; }; };",
	    "4: unknown key \"treshold\"; did you mean \"threshold\"?" },
	{ "policy key outside", DOMAINS "threshold = \"13%\";",
	    "2: unknown key \"threshold\" here; expected it in a policy" },
	{ "outside key in policy",
	    DOMAINS "policies = { default = { log = \"syslog\"; }; };",
	    "2: unknown key \"log\" in a policy; expected it outside" },
	{ "repeated key", DOMAINS "mode = \"enforce\";\nmode = \"monitor\";",
	    "3: duplicate setting name; expected" },
	{ "missing brace", DOMAINS "policies = { default = {\n};\n",
	    "4: syntax error; expected" },
	{ "missing quotes", DOMAINS "mode = enforce;", "2: syntax error" },
	{ "open string", DOMAINS "contact = \"x;\n\n\n",
	    "2: a string starts here and has no end" },
	{ "open comment", "/*\n" DOMAINS, "1: a comment starts here" },
	{ "include", DOMAINS "  @include \"/tmp\"\n",
	    "2: @include is not supported" },
	{ "ten digits", DOMAINS "breaker_minimum = 4294967396;",
	    "2: a number of more than 9 digits" },
	{ "NUL in a string", DOMAINS "contact = \"a\\x00b\";", "2: \\x00" },
	{ "byte order mark", "\xef\xbb\xbf" DOMAINS, "1: begins with a byte" },
	{ "domains no list", "local_domains = \"example.com\";",
	    "1: local_domains is \"example.com\"; expected a list" },
	{ "domain no string", "local_domains = [1];",
	    "1: local_domains is 1; expected a list" },
	{ "domain with space", "local_domains = [\n\"a.org\",\n\"a b\"];",
	    "3: local_domains is \"a b\"; expected" },
	{ "domain with dot behind", "local_domains = [\"example.com.\"];",
	    "1: local_domains is \"example.com.\"; expected" },
	{ "lone dot", "local_domains = [\".\"];", "1: local_domains is" },
	{ "domain twice", "local_domains = [\"a.org\",\n \"A.org\"];",
	    "2: local_domains names \"A.org\" twice; expected each once" },
	{ "host bits", DOMAINS "internal_hosts = [\"10.0.0.1/8\"];",
	    "2: internal_hosts is \"10.0.0.1/8\"; expected" },
	{ "net twice", DOMAINS "internal_hosts = [\"::1\", \"::1\"];",
	    "2: internal_hosts names \"::1\" twice" },
	{ "unknown mode", DOMAINS "mode = \"enforced\";",
	    "2: mode is \"enforced\"; expected \"enforce\" or \"monitor\"" },
	{ "mode a number", DOMAINS "mode = 1;", "2: mode is 1; expected" },
	{ "breaker a string", DOMAINS "breaker_minimum = \"500\";",
	    "2: breaker_minimum is \"500\"; expected a whole number" },
	{ "breaker negative", DOMAINS "breaker_minimum = -1;",
	    "2: breaker_minimum is -1; expected a whole number from 0" },
	{ "breaker a fraction", DOMAINS "breaker_minimum = 1.5;",
	    "2: breaker_minimum is a number with a point; expected" },
	{ "socket without a kind", DOMAINS "milter_socket = \"/run/m\";",
	    "2: milter_socket is \"/run/m\"; expected \"unix:/path\"" },
	{ "socket without host", DOMAINS "milter_socket = \"inet:8891\";",
	    "2: milter_socket is" },
	{ "socket with port 0", DOMAINS "milter_socket = \"inet:0@a\";",
	    "2: milter_socket is" },
	{ "port past the last", DOMAINS "milter_socket = \"inet:65536@a\";",
	    "2: milter_socket is" },
	{ "unix socket without path", DOMAINS "milter_socket = \"unix:\";",
	    "2: milter_socket is" },
	{ "mode without quotes", DOMAINS "milter_socket_mode = 0660;",
	    "2: milter_socket_mode is 660; expected three or four octal" },
	{ "mode not octal", DOMAINS "control_socket_mode = \"0680\";",
	    "2: control_socket_mode is \"0680\"" },
	{ "mode too large", DOMAINS "control_socket_mode = \"1777\";",
	    "2: control_socket_mode is \"1777\"" },
	{ "one socket for both", DOMAINS "milter_socket = \"unix:/run/s\";"
	    "control_socket = \"/run/s\";",
	    "1: milter_socket and control_socket are both /run/s" },
	{ "size without sense", DOMAINS "store_cache = \"64MB\";",
	    "2: store_cache is \"64MB\"; expected a size from \"1M\" to "
	    "\"64G\", such as \"64M\"" },
	{ "empty path", DOMAINS "key_file = \"\";", "2: key_file is \"\"" },
	{ "path with control", DOMAINS "key_file = \"/a\\nb\";",
	    "2: key_file is \"/a?b\"; expected a file name" },
	{ "contact in UTF-8", DOMAINS "contact = \"caf\xc3\xa9\";",
	    "2: contact is \"caf\xc3\xa9\"; expected at most 200 printable" },
	{ "contact with newline", DOMAINS "contact = \"a\\r\\n250 ok\";",
	    "2: contact is \"a??250 ok\"; expected" },
	{ "unknown log", DOMAINS "log = \"file\";",
	    "2: log is \"file\"; expected \"syslog\" or \"stderr\"" },
	{ "unknown level", DOMAINS "log_level = \"all\";",
	    "2: log_level is \"all\"; expected \"error\", \"warning\", "
	    "\"info\" or \"debug\"" },
	{ "a term as long as settle", DOMAINS "\npolicies = {\n"
	    "a = { settle = \"2w\"; }; };",
	    "3: policies.a.restriction is \"14d\"; expected more than its "
	    "settle, \"14d\", or" },
	{ "a term shorter than settle", DOMAINS "policies = { "
	    "default = { restriction = \"1d\"; }; };",
	    "2: policies.default.restriction is \"1d\"; expected more than "
	    "its settle, \"3d\"" },
	{ "retention too short", DOMAINS "reply_horizon = \"20d\";\n"
	    "retention = \"44d\";",
	    "3: retention is \"44d\"; expected at least \"45d\" for "
	    "policies.default: window 14d + settle 3d + warning 14d + "
	    "restriction 14d" },
	{ "retention too short for late replies",
	    DOMAINS "retention = \"106d\";",
	    "2: retention is \"106d\"; expected at least \"107d\" for "
	    "policies.default: window 14d + settle 3d + reply_horizon 90d" },
	{ "reply_horizon too long", DOMAINS "\nreply_horizon = \"104d\";",
	    "3: retention is \"120d\"; expected at least \"121d\" for "
	    "policies.default: window 14d + settle 3d + reply_horizon 104d" },
	{ "retention left out", DOMAINS "policies = {\n"
	    "a = { window = \"90d\"; }; };",
	    "2: retention is \"120d\"; expected at least \"183d\" for "
	    "policies.a: window 90d" },
	{ "require_auth alone", DOMAINS "\nrequire_auth = true;",
	    "3: require_auth is true and auth_servers names no server; "
	    "expected the name your mail server writes into "
	    "Authentication-Results, such as auth_servers = "
	    "[\"mx.example.com\"];" },
	{ "server with a blank", DOMAINS "auth_servers = [\"mx a\"];",
	    "2: auth_servers is \"mx a\"; expected a list of at most 10000 "
	    "names" },
	{ "server without a name", DOMAINS "auth_servers = [\"\"];",
	    "2: auth_servers is \"\"; expected" },
	{ "server twice", DOMAINS "auth_servers = [\"mx\", \"MX\"];",
	    "2: auth_servers names \"MX\" twice" },
	{ "list without size", DOMAINS "lists = [\"a@b.org\"];",
	    "2: lists is \"a@b.org\"; expected a list of at most 10000 "
	    "addresses and domains, each with a size of at least 2 or "
	    "\"many\"" },
	{ "list of one", DOMAINS "lists = [\"b.org 1\"];",
	    "2: lists is \"b.org 1\"" },
	{ "list of a few", DOMAINS "lists = [\"b.org few\"];",
	    "2: lists is \"b.org few\"" },
	{ "list with more behind", DOMAINS "lists = [\"b.org 2 3\"];",
	    "2: lists is \"b.org 2 3\"" },
	{ "list no address", DOMAINS "lists = [\"a@ 2\"];",
	    "2: lists is \"a@ 2\"" },
	{ "list no local part", DOMAINS "lists = [\"@b.org 2\"];",
	    "2: lists is \"@b.org 2\"" },
	{ "list twice", DOMAINS "lists = [\"b.org 2\",\n\"B.org many\"];",
	    "3: lists names \"B.org many\" twice; expected each once" },
	{ "header without a pattern",
	    DOMAINS "automatic_headers = [\"X-Ticket:  \"];",
	    "2: automatic_headers is \"X-Ticket:  \"; expected a list" },
	{ "header without a field", DOMAINS "human_headers = [\": *\"];",
	    "2: human_headers is \": *\"; expected" },
	{ "header without a colon", DOMAINS "human_headers = [\"X-A\"];",
	    "2: human_headers is \"X-A\"; expected" },
	{ "header with a blank", DOMAINS "human_headers = [\"X A: *\"];",
	    "2: human_headers is \"X A: *\"; expected" },
	{ "phrase too short", DOMAINS "phrases = [\"off\"];",
	    "2: phrases is \"off\"; expected a list of at most 10000 "
	    "phrases of 4 to 250 bytes" },
	{ "phrase without words", DOMAINS "phrases = [\"@subject   \"];",
	    "2: phrases is \"@subject   \"; expected" },
	{ "phrase, a comment", DOMAINS "phrases = [\"# away\"];",
	    "2: phrases is \"# away\"; expected" },
	{ "phrase of two lines", DOMAINS "phrases = [\"away\\nthere\"];",
	    "2: phrases is \"away?there\"; expected" },
	{ "merge of one", DOMAINS "policies = { default = {\n"
	    "merge_minimum = 1; }; };",
	    "3: policies.default.merge_minimum is 1; expected a whole number "
	    "from 2 to 50, or 0" },
	{ "policies a list", DOMAINS "policies = [];",
	    "2: policies is a list; expected sections such as" },
	{ "policy no section", DOMAINS "policies = { a = \"13%\"; };",
	    "2: policies.a is \"13%\"; expected a section" },
	{ "policy with capitals", DOMAINS "policies = { A = {}; };",
	    "2: policies: \"A\" is no policy name; expected at most 63 of" },
	{ "exempt is built in", DOMAINS "policies = { exempt = {}; };",
	    "2: policies.exempt is built in; expected another name" },
	{ "policy twice", DOMAINS "policies = { a = {};\na = {}; };",
	    "3: duplicate setting name" },
};

START_TEST(test_wrong)
{
	struct conf_files files;
	struct conf *conf;
	enum status status;
	const char *why;

	conf_files_make(&files);
	conf_files_write(&files, "replygate.conf", wrong[_i].text);
	status = conf_files_load(&files, &conf);
	ck_assert_msg(status == STATUS_MALFORMED, "%s: got %s",
	    wrong[_i].name, status_text(status));
	why = strchr(files.why.data, ':');
	ck_assert_msg(why != NULL && strncmp(why + 1, wrong[_i].why,
	    strlen(wrong[_i].why)) == 0, "%s: got '%s', want '%s'",
	    wrong[_i].name, files.why.data, wrong[_i].why);
	conf_files_remove(&files);
}
END_TEST

START_TEST(test_defaults)
{
	struct conf_files files;
	const struct policy *policy;
	struct conf *conf;

	conf_files_make(&files);
	conf = load(&files, "defaults", DOMAINS);
	ck_assert_uint_eq(conf->local_domain_count, 1);
	ck_assert_str_eq(conf->local_domains[0], "example.com");
	ck_assert_uint_eq(conf->internal_host_count, 2);
	ck_assert_ptr_null(conf->users_file);
	ck_assert_int_eq(conf->mode, CONF_MODE_ENFORCE);
	ck_assert_int_eq(conf->breaker_minimum, 500);
	ck_assert_str_eq(conf->milter_socket,
	    "unix:/run/replygate/milter.sock");
	ck_assert_uint_eq(conf->milter_socket_mode, 0660);
	ck_assert_str_eq(conf->control_socket, "/run/replygate/control.sock");
	ck_assert_uint_eq(conf->control_socket_mode, 0600);
	ck_assert_str_eq(conf->store_directory, "/var/lib/replygate");
	ck_assert_int_eq(conf->store_cache, 64 * 1024 * 1024);
	ck_assert_str_eq(conf->key_file, "/etc/replygate/key");
	ck_assert_int_eq(conf->retention, 120 * CLOCK_DAY);
	ck_assert_uint_eq(conf->list_count, 0);
	ck_assert_ptr_null(conf->aliases_file);
	ck_assert_int_eq(conf->reply_horizon, 90 * CLOCK_DAY);
	ck_assert(conf->button_replies);
	ck_assert_str_eq(conf->phrases_file, REPLYGATE_PHRASES);
	ck_assert_uint_eq(conf->phrase_count, 0);
	ck_assert_uint_eq(conf->automatic_header_count, 0);
	ck_assert_uint_eq(conf->human_header_count, 0);
	ck_assert(!conf->require_auth);
	ck_assert_uint_eq(conf->auth_server_count, 0);
	ck_assert_int_eq(conf->auth_fields, 1);
	ck_assert_int_eq(conf->auth_hops, 0);
	ck_assert_int_eq(conf->on_error, CONF_ON_ERROR_ACCEPT);
	ck_assert_str_eq(conf->contact, "");
	ck_assert_str_eq(conf->log_target, "syslog");
	ck_assert_str_eq(conf->log_level, "info");
	ck_assert_uint_eq(conf->policy_count, 2);
	policy = &conf->policies[0];
	ck_assert_str_eq(policy->name, "default");
	ck_assert(!policy->exempt);
	ck_assert_int_eq(policy->threshold, 130000);
	ck_assert_int_eq(policy->minimum, 100);
	ck_assert_int_eq(policy->window, 14 * CLOCK_DAY);
	ck_assert_int_eq(policy->warning, 14 * CLOCK_DAY);
	ck_assert_int_eq(policy->restriction, 14 * CLOCK_DAY);
	ck_assert_int_eq(policy->settle, 3 * CLOCK_DAY);
	ck_assert_int_eq(policy->release_minimum, 1);
	ck_assert_int_eq(policy->bulk_minimum, 2);
	ck_assert_int_eq(policy->warn_again, 0);
	ck_assert_int_eq(policy->confidence, 0);
	ck_assert_int_eq(policy->count, CONF_COUNT_MESSAGE);
	ck_assert_int_eq(policy->merge_minimum, 5);
	ck_assert_int_eq(policy->merge_window, CLOCK_DAY);
	ck_assert_int_eq(policy->merge_similarity, 200000);
	ck_assert_str_eq(conf->policies[1].name, "exempt");
	ck_assert(conf->policies[1].exempt);
	conf_unref(conf);
	conf_files_remove(&files);
}
END_TEST

#define EVERYTHING							\
	"local_domains = (\"Example.COM\", \".b.org\", \"a.org\");\n"	\
	"internal_hosts = [];\n"					\
	"users_file = \"us\\\"ers\";\n"					\
	"mode = \"monitor\"; breaker_minimum = 0;\n"			\
	"policies = {\n"						\
	"  seniors = { threshold = \"10.25%\"; settle = \"1w\"; };\n"	\
	"  default = { minimum = 50; settle = 0; confidence = 95;\n"	\
	"    count = \"conversation\"; warn_again = \"365d\"; };\n"	\
	"  spared = { exempt = true; merge_minimum = 0; };\n"		\
	"};\n"								\
	"milter_socket = \"inet6:8891@[::1]\";\n"			\
	"milter_socket_mode = \"600\";\n"				\
	"control_socket = \"control\";\n"				\
	"store_directory = \"store\"; store_cache = \"1025K\";\n"	\
	"key_file = \"/k\\\\ey\"; retention = \"400d\";\n"		\
	"on_error = \"tempfail\"; contact = \"the \\\"desk\\\"\";\n"	\
	"log = \"stderr\"; log_level = \"debug\";\n"			\
	"lists = [\"Jobs@x.org  007\", \".g.net many\", \"a.net 2\"];\n" \
	"aliases_file = \"aliases\"; reply_horizon = \"1d\";\n"	\
	"button_replies = false; phrases_file = \"phrases\";\n"	\
	"phrases = [\"Im Urlaub\", \"@within \\\"off\\\"\"];\n"		\
	"automatic_headers = [\"X-A:*\", \"X-B:  a \\\\* b  \"];\n"	\
	"human_headers = [\"X-C: [a-z]*\"]; require_auth = true;\n"	\
	"auth_servers = [\"MX.b.org\", \"a\"]; auth_fields = 2;\n"	\
	"auth_hops = 3;\n"

START_TEST(test_everything)
{
	struct conf_files files;
	struct conf *conf;
	size_t folder;

	conf_files_make(&files);
	folder = strlen(files.folder);
	conf_files_write(&files, "us\"ers", "");
	conf_files_write(&files, "aliases", "");
	conf = load(&files, "everything", EVERYTHING);
	ck_assert_uint_eq(conf->local_domain_count, 3);
	ck_assert_str_eq(conf->local_domains[0], ".b.org");
	ck_assert_str_eq(conf->local_domains[2], "example.com");
	ck_assert_uint_eq(conf->internal_host_count, 0);
	ck_assert_str_eq(conf->users_file + folder, "/us\"ers");
	ck_assert_int_eq(conf->mode, CONF_MODE_MONITOR);
	ck_assert_uint_eq(conf->policy_count, 4);
	ck_assert_int_eq(conf->policies[0].minimum, 50);
	ck_assert_int_eq(conf->policies[0].settle, 0);
	ck_assert_int_eq(conf->policies[0].threshold, 130000);
	ck_assert_str_eq(conf->policies[1].name, "seniors");
	ck_assert_int_eq(conf->policies[1].threshold, 102500);
	ck_assert_int_eq(conf->policies[1].settle, 7 * CLOCK_DAY);
	/* left out, so as in "default", which stands behind it */
	ck_assert_int_eq(conf->policies[1].minimum, 50);
	ck_assert_int_eq(conf->policies[1].confidence, 95);
	ck_assert_int_eq(conf->policies[1].count, CONF_COUNT_CONVERSATION);
	ck_assert_int_eq(conf->policies[1].warn_again, 365 * CLOCK_DAY);
	ck_assert(!conf->policies[1].exempt && conf->policies[2].exempt);
	ck_assert_str_eq(conf->milter_socket, "inet6:8891@[::1]");
	ck_assert_uint_eq(conf->milter_socket_mode, 0600);
	ck_assert_str_eq(conf->control_socket + folder, "/control");
	ck_assert_int_eq(conf->store_cache, 1025 * 1024);
	ck_assert_str_eq(conf->key_file, "/k\\ey");
	ck_assert_int_eq(conf->on_error, CONF_ON_ERROR_TEMPFAIL);
	ck_assert_str_eq(conf->contact, "the \"desk\"");
	ck_assert_str_eq(conf->log_target, "stderr");
	ck_assert_uint_eq(conf->list_count, 3);
	ck_assert_str_eq(conf->lists[0], ".g.net many");
	ck_assert_str_eq(conf->lists[2], "jobs@x.org 7");
	ck_assert_str_eq(conf->aliases_file + folder, "/aliases");
	ck_assert_str_eq(conf->phrases_file + folder, "/phrases");
	ck_assert_int_eq(conf->reply_horizon, CLOCK_DAY);
	ck_assert(!conf->button_replies && conf->require_auth);
	ck_assert_uint_eq(conf->phrase_count, 2);
	ck_assert_str_eq(conf->phrases[1], "@within \"off\"");
	ck_assert_uint_eq(conf->automatic_header_count, 2);
	ck_assert_str_eq(conf->automatic_headers[0], "X-A: *");
	ck_assert_str_eq(conf->automatic_headers[1], "X-B: a \\* b");
	ck_assert_str_eq(conf->human_headers[0], "X-C: [a-z]*");
	ck_assert_str_eq(conf->auth_servers[0], "mx.b.org");
	ck_assert_int_eq(conf->auth_fields, 2);
	ck_assert_int_eq(conf->auth_hops, 3);
	ck_assert_int_eq(conf->policies[2].merge_minimum, 0);
	conf_unref(conf);
	conf_files_remove(&files);
}
END_TEST

static const char *const printed[] = { DOMAINS, EVERYTHING };

START_TEST(test_print)
{
	struct conf_files files;
	struct buf first, second;
	struct conf *conf;

	conf_files_make(&files);
	buf_init(&first);
	buf_init(&second);
	conf_files_write(&files, "us\"ers", "");
	conf_files_write(&files, "aliases", "");
	conf = load(&files, "the original", printed[_i]);
	conf_print(conf, &first);
	conf_unref(conf);
	conf = load(&files, "the print", first.data);
	conf_print(conf, &second);
	conf_unref(conf);
	ck_assert(!first.failed && !second.failed);
	ck_assert_str_eq(first.data, second.data);
	ck_assert_ptr_nonnull(strstr(first.data, "\nretention = \""));
	buf_release(&first);
	buf_release(&second);
	conf_files_remove(&files);
}
END_TEST

static const struct {
	const char *name;
	const char *domain;
	bool want;
} domains[] = {
	{ "itself", "example.com", true },
	{ "not below", "mail.example.com", false },
	{ "no tail", "notexample.com", false },
	{ "shorter", "example.co", false },
	{ "longer", "example.comx", false },
	{ "below", "x.b.org", true },
	{ "far below", "x.y.z.b.org", true },
	{ "the parent is another", "b.org", false },
	{ "the entry itself", ".b.org", false },
	{ "nothing", "", false },
	{ "between", "ab.org", false },
};

START_TEST(test_domains)
{
	size_t length = strlen(domains[_i].domain);
	char *exact = malloc(length + 1);
	struct conf_files files;
	struct conf *conf;
	bool got;

	conf_files_make(&files);
	conf_files_write(&files, "us\"ers", "");
	conf_files_write(&files, "aliases", "");
	conf = load(&files, "domains", EVERYTHING);
	ck_assert_ptr_nonnull(exact);
	memcpy(exact, domains[_i].domain, length);
	exact = realloc(exact, length > 0 ? length : 1);
	got = conf_is_local_domain(conf, exact, length);
	ck_assert_msg(got == domains[_i].want, "%s: got %d",
	    domains[_i].name, got);
	free(exact);
	conf_unref(conf);
	conf_files_remove(&files);
}
END_TEST

START_TEST(test_references)
{
	struct conf_files files;
	struct conf *conf;

	conf_files_make(&files);
	conf = load(&files, "references", DOMAINS);
	ck_assert_ptr_eq(conf_ref(conf), conf);
	conf_unref(conf);
	ck_assert_str_eq(conf->local_domains[0], "example.com");
	conf_unref(conf);
	conf_unref(NULL);
	conf_files_remove(&files);
}
END_TEST

static Suite *
suite(void)
{
	Suite *all = suite_create("conf");
	TCase *tests = tcase_create("conf");

	tcase_add_loop_test(tests, test_wrong, 0,
	    (int)(sizeof(wrong) / sizeof(wrong[0])));
	tcase_add_test(tests, test_defaults);
	tcase_add_test(tests, test_everything);
	tcase_add_loop_test(tests, test_print, 0,
	    (int)(sizeof(printed) / sizeof(printed[0])));
	tcase_add_loop_test(tests, test_domains, 0,
	    (int)(sizeof(domains) / sizeof(domains[0])));
	tcase_add_test(tests, test_references);
	suite_add_tcase(all, tests);
	return all;
}

int
main(void)
{
	return test_run(suite());
}
