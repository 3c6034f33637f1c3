/*
 * The configuration at its bounds: each value just inside and just
 * outside, files that are none or too large, lists that are too long.
 */
#include <sys/stat.h>

#include "base/clock.h"
#include "base/conf_private.h"
#include "conf_files.h"

#define DOMAINS	"local_domains = [\"example.com\"];\n"

/* How a value is written, and how it is printed; NULL: it is refused. */
static const struct {
	const char *key;
	const char *value;
	const char *print;
} values[] = {
	{ "threshold", "\"0%\"", NULL },
	{ "threshold", "\"0.0001%\"", "\"0.0001%\"" },
	{ "threshold", "\"0.00001%\"", NULL },
	{ "threshold", "\"13.00%\"", "\"13%\"" },
	{ "threshold", "\"12.50%\"", "\"12.5%\"" },
	{ "threshold", "\"7.0600%\"", "\"7.06%\"" },
	{ "threshold", "\"100%\"", "\"100%\"" },
	{ "threshold", "\"100.0001%\"", NULL },
	{ "threshold", "\"1000%\"", NULL },
	{ "threshold", "\"13\"", NULL },
	{ "threshold", "\"13 %\"", NULL },
	{ "threshold", "\".5%\"", NULL },
	{ "threshold", "\"1.%\"", NULL },
	{ "threshold", "\"-1%\"", NULL },
	{ "threshold", "\"13%%\"", NULL },
	{ "threshold", "13", NULL },
	{ "threshold", "13.0", NULL },
	{ "minimum", "0", NULL },
	{ "minimum", "1", "1" },
	{ "minimum", "1000000", "1000000" },
	{ "minimum", "1000001", NULL },
	{ "minimum", "true", NULL },
	{ "release_minimum", "0", NULL },
	{ "release_minimum", "1", "1" },
	{ "release_minimum", "1000001", NULL },
	{ "bulk_minimum", "1", NULL },
	{ "bulk_minimum", "2", "2" },
	{ "bulk_minimum", "1000", "1000" },
	{ "bulk_minimum", "1001", NULL },
	{ "window", "\"59s\"", NULL },
	{ "window", "\"60s\"", "\"1m\"" },
	{ "window", "\"366d\"", "\"366d\"" },
	{ "window", "\"8785h\"", NULL },
	{ "window", "0", NULL },
	{ "window", "14", NULL },
	{ "window", "\"14\"", NULL },
	{ "window", "\"never\"", NULL },
	{ "window", "\"2w\"", "\"14d\"" },
	{ "warning", "\"59s\"", NULL },
	{ "warning", "\"1m\"", "\"1m\"" },
	{ "restriction", "\"59s\"", NULL },
	{ "restriction", "\"1m\"", "\"1m\"" },
	{ "settle", "0", "\"0\"" },
	{ "settle", "\"0\"", "\"0\"" },
	{ "settle", "\"60d\"", "\"60d\"" },
	{ "settle", "\"1441h\"", NULL },
	{ "warn_again", "\"never\"", "\"never\"" },
	{ "warn_again", "\"23h\"", NULL },
	{ "warn_again", "\"24h\"", "\"1d\"" },
	{ "warn_again", "\"3650d\"", "\"3650d\"" },
	{ "warn_again", "\"3651d\"", NULL },
	{ "warn_again", "0", NULL },
	{ "confidence", "95", "95" },
	{ "confidence", "90", NULL },
	{ "confidence", "\"95\"", NULL },
	{ "count", "\"conversation\"", "\"conversation\"" },
	{ "count", "\"Message\"", NULL },
	{ "exempt", "true", "true" },
	{ "exempt", "\"true\"", NULL },
	{ "exempt", "1", NULL },
	{ "retention", "\"106d\"", NULL },
	{ "retention", "\"107d\"", "\"107d\"" },
	{ "retention", "\"3650d\"", "\"3650d\"" },
	{ "retention", "\"3651d\"", NULL },
	{ "merge_minimum", "0", "0" },
	{ "merge_minimum", "1", NULL },
	{ "merge_minimum", "2", "2" },
	{ "merge_minimum", "50", "50" },
	{ "merge_minimum", "51", NULL },
	{ "merge_window", "\"59s\"", NULL },
	{ "merge_window", "\"1m\"", "\"1m\"" },
	{ "merge_window", "\"30d\"", "\"30d\"" },
	{ "merge_window", "\"721h\"", NULL },
	{ "merge_similarity", "\"0%\"", NULL },
	{ "merge_similarity", "\"0.0001%\"", "\"0.0001%\"" },
	{ "merge_similarity", "\"100%\"", "\"100%\"" },
	{ "merge_similarity", "\"100.0001%\"", NULL },
	{ "reply_horizon", "\"59m\"", NULL },
	{ "reply_horizon", "\"1h\"", "\"1h\"" },
	{ "reply_horizon", "\"3633d\"", "\"3633d\"" },
	{ "reply_horizon", "\"3651d\"", NULL },
	{ "auth_fields", "0", NULL },
	{ "auth_fields", "10", "10" },
	{ "auth_fields", "11", NULL },
	{ "auth_hops", "0", "0" },
	{ "auth_hops", "20", "20" },
	{ "auth_hops", "21", NULL },
	{ "button_replies", "\"yes\"", NULL },
	{ "lists", "[\"a.org 999999999\"]", "[\n\t\"a.org 999999999\"\n]" },
	{ "lists", "[\"a.org 1000000000\"]", NULL },
	{ "phrases", "[\"away\"]", "[\n\t\"away\"\n]" },
	{ "phrases", "[\"awa\"]", NULL },
	{ "breaker_minimum", "100000000", "100000000" },
	{ "breaker_minimum", "100000001", NULL },
	{ "breaker_minimum", "0x10", "16" },
	{ "store_cache", "\"1023K\"", NULL },
	{ "store_cache", "\"1048576\"", "\"1M\"" },
	{ "store_cache", "\"1048577\"", "\"1048577\"" },
	{ "store_cache", "\"64G\"", "\"64G\"" },
	{ "store_cache", "\"65537M\"", NULL },
	{ "store_cache", "\"999999999999999G\"", NULL },
	{ "store_cache", "\"64m\"", NULL },
	{ "store_cache", "\"\"", NULL },
	{ "control_socket_mode", "\"0777\"", "\"0777\"" },
	{ "control_socket_mode", "\"1000\"", NULL },
	{ "control_socket_mode", "\"66\"", NULL },
	{ "control_socket_mode", "\"00660\"", NULL },
	{ "user", "\"abcdefghijklmnopqrstuvwxyz012345\"",
	    "\"abcdefghijklmnopqrstuvwxyz012345\"" },
	{ "user", "\"abcdefghijklmnopqrstuvwxyz0123456\"", NULL },
	{ "user", "\"-replygate\"", NULL },
	{ "user", "\"a b\"", NULL },
	{ "user", "\"\"", "\"\"" },
	{ "milter_socket_group", "\"a/b\"", NULL },
	{ "control_socket_group", "\"wheel\"", "\"wheel\"" },
	{ "milter_socket", "\"inet:1@h\"", "\"inet:1@h\"" },
	{ "milter_socket", "\"inet:65535@h\"", "\"inet:65535@h\"" },
	{ "milter_socket", "\"inet:99999999999999999999@h\"", NULL },
	{ "milter_socket", "\"inet:8891@a b\"", NULL },
	{ "milter_socket", "\"inet:8891@\"", NULL },
	{ "milter_socket", "\"inet:+8891@h\"", NULL },
	{ "milter_socket", "\"local:/m\"", "\"local:/m\"" },
	{ "milter_socket", "\"tcp:8891@h\"", NULL },
	{ "internal_hosts", "[\"localhost\"]", NULL },
	{ "internal_hosts", "[\"0.0.0.0/0\"]", "[\n\t\"0.0.0.0/0\"\n]" },
};

static bool
is_policy_key(const char *key)
{
	return conf_key_find(conf_policy_keys, key) != NULL;
}

START_TEST(test_value)
{
	const char *key = values[_i].key;
	struct conf_files files;
	struct buf text, print;
	enum status status;
	struct conf *conf;

	conf_files_make(&files);
	buf_init(&text);
	buf_init(&print);
	/* A retention nothing else collides with, but where it is tested. */
	buf_printf(&text, DOMAINS "%s%s%s%s = %s;%s",
	    strcmp(key, "retention") == 0 ? "" : "retention = \"3650d\";\n",
	    is_policy_key(key) ? "policies = { default = {\n" : "",
	    strcmp(key, "restriction") == 0 ? "settle = 0;\n" :
	    strcmp(key, "settle") == 0 ? "restriction = \"61d\";\n" : "", key,
	    values[_i].value, is_policy_key(key) ? "\n}; };\n" : "");
	conf_files_write(&files, "replygate.conf", text.data);
	status = conf_files_load(&files, &conf);
	ck_assert_msg((status == STATUS_OK) == (values[_i].print != NULL),
	    "%s = %s: %s %s", key, values[_i].value, status_text(status),
	    files.why.data);
	if (conf != NULL) {
		buf_clear(&text);
		buf_printf(&text, "%s = %s;", key, values[_i].print);
		conf_print(conf, &print);
		ck_assert_msg(strstr(print.data, text.data) != NULL,
		    "%s = %s: no '%s' in the print", key, values[_i].value,
		    text.data);
	} else
		ck_assert_msg(strstr(files.why.data, key) != NULL,
		    "%s = %s: '%s' does not name the key", key,
		    values[_i].value, files.why.data);
	conf_unref(conf);
	buf_release(&text);
	buf_release(&print);
	conf_files_remove(&files);
}
END_TEST

/* "before", n times `unit`, "behind": within its bound up to `most`. */
static const struct {
	const char *name;
	const char *before;
	const char *unit;
	const char *behind;
	size_t most;
} lengths[] = {
	{ "contact", "contact = \"", "x", "\";", CONF_CONTACT_MAX },
	{ "path", "key_file = \"/", "x", "\";", CONF_PATH_MAX - 1 },
	{ "policy name", "policies = { ", "x", " = {}; };",
	    CONF_POLICY_NAME_SIZE - 1 },
	{ "label", "local_domains = [\"", "x", ".org\"];", 63 },
	{ "domain", "local_domains = [\"a", ".b", "\"];", 126 },
	{ "phrase", "phrases = [\"", "x", "\"];", CONF_PHRASE_MAX },
	{ "pattern", "human_headers = [\"a: ", "x", "\"];",
	    CONF_PATTERN_MAX },
	{ "field", "human_headers = [\"", "x", ": *\"];", CONF_FIELD_MAX },
	{ "server", "auth_servers = [\"", "x", "\"];", CONF_SERVER_MAX },
	{ "list", "lists = [\"", "x", "@a.org 2\"];",
	    CONF_USER_SIZE - sizeof("@a.org") },
	{ "file", DOMAINS "#", "x", "", CONF_FILE_MAX - sizeof(DOMAINS) },
};

static enum status
load_repeated(struct conf_files *files, const char *before, const char *unit,
    size_t count, const char *behind)
{
	struct conf *conf;
	enum status status;
	struct buf text;

	buf_init(&text);
	if (strncmp(before, "local_domains", 13) != 0)
		buf_add_text(&text, DOMAINS);
	buf_add_text(&text, before);
	while (count-- > 0)
		buf_add_text(&text, unit);
	buf_add_text(&text, behind);
	ck_assert(!text.failed);
	conf_files_write(files, "replygate.conf", text.data);
	buf_release(&text);
	status = conf_files_load(files, &conf);
	conf_unref(conf);
	return status;
}

START_TEST(test_length)
{
	struct conf_files files;
	enum status inside, outside;

	conf_files_make(&files);
	inside = load_repeated(&files, lengths[_i].before, lengths[_i].unit,
	    lengths[_i].most, lengths[_i].behind);
	ck_assert_msg(inside == STATUS_OK, "%s at its bound: %s",
	    lengths[_i].name, files.why.data);
	outside = load_repeated(&files, lengths[_i].before, lengths[_i].unit,
	    lengths[_i].most + 1, lengths[_i].behind);
	ck_assert_msg(outside == STATUS_MALFORMED, "%s past its bound: %s",
	    lengths[_i].name, status_text(outside));
	conf_files_remove(&files);
}
END_TEST

/* Numbered elements, so that none is repeated. */
static const struct {
	const char *name;
	const char *before;
	const char *format;
	const char *behind;
	unsigned most;
} counts[] = {
	{ "domains", "local_domains = [", "\"d%u\",", "\"d\"];",
	    CONF_LIST_MAX - 1 },
	{ "nets", DOMAINS "internal_hosts = [", "\"::%x\",", "\"::f:0\"];",
	    CONF_LIST_MAX - 1 },
	{ "lists", DOMAINS "lists = [", "\"d%u 2\",", "\"d 2\"];",
	    CONF_LIST_MAX - 1 },
	{ "servers", DOMAINS "auth_servers = [", "\"d%u\",", "\"d\"];",
	    CONF_LIST_MAX - 1 },
	{ "policies", DOMAINS "policies = {", "p%u = {};", "};",
	    CONF_POLICIES_MAX },
};

static enum status
load_counted(struct conf_files *files, int row, unsigned count)
{
	struct conf *conf;
	enum status status;
	struct buf text;
	unsigned i;

	buf_init(&text);
	buf_add_text(&text, counts[row].before);
	for (i = 0; i < count; i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		buf_printf(&text, counts[row].format, i);
#pragma GCC diagnostic pop
	}
	buf_add_text(&text, counts[row].behind);
	conf_files_write(files, "replygate.conf", text.data);
	buf_release(&text);
	status = conf_files_load(files, &conf);
	conf_unref(conf);
	return status;
}

START_TEST(test_count)
{
	struct conf_files files;
	enum status inside, outside;

	conf_files_make(&files);
	inside = load_counted(&files, _i, counts[_i].most);
	ck_assert_msg(inside == STATUS_OK, "%s at the bound: %s",
	    counts[_i].name, files.why.data);
	outside = load_counted(&files, _i, counts[_i].most + 1);
	ck_assert_msg(outside == STATUS_MALFORMED, "%s past the bound: %s",
	    counts[_i].name, status_text(outside));
	conf_files_remove(&files);
}
END_TEST

START_TEST(test_no_file)
{
	struct conf_files files;
	struct conf *conf;

	conf_files_make(&files);
	ck_assert_int_eq(conf_files_load(&files, &conf), STATUS_NOT_FOUND);
	ck_assert_ptr_nonnull(strstr(files.why.data, "cannot be read"));
	ck_assert_int_eq(mkdir(files.path, 0700), 0);
	ck_assert_int_eq(conf_files_load(&files, &conf), STATUS_NOT_FOUND);
	ck_assert_ptr_nonnull(strstr(files.why.data, "is a directory"));
	ck_assert_int_eq(rmdir(files.path), 0);
	ck_assert_int_eq(mkfifo(files.path, 0600), 0);
	ck_assert_int_eq(conf_files_load(&files, &conf), STATUS_NOT_FOUND);
	ck_assert_ptr_nonnull(strstr(files.why.data, "no regular file"));
	conf_files_remove(&files);
}
END_TEST

START_TEST(test_nul)
{
	static const char text[] = DOMAINS "mode\0= \"monitor\";";
	struct conf_files files;
	struct conf *conf;

	conf_files_make(&files);
	conf_files_write_bytes(&files, "replygate.conf", text, sizeof(text));
	ck_assert_int_eq(conf_files_load(&files, &conf), STATUS_MALFORMED);
	ck_assert_str_eq(files.why.data,
	    "replygate.conf:2: holds a NUL byte; expected plain text");
	conf_files_remove(&files);
}
END_TEST

static const struct {
	const char *name;
	const char *text;
	unsigned line;		/* of the problem; 0: none */
} scans[] = {
	{ "nothing", "", 0 },
	{ "nine digits", "a = -999999999;", 0 },
	{ "ten digits", "\na = -9999999990;", 2 },
	{ "digits in a name", "a1234567890 = 1;", 0 },
	{ "digits in a string", "a = \"12345678901\";", 0 },
	{ "digits in a comment", "# 12345678901\n// 12345678901\n", 0 },
	{ "digits behind a comment", "/* \"\n */ 12345678901", 2 },
	{ "include in a comment", "/*\n@include \"x\"\n*/", 0 },
	{ "include in a string", "a = \"\n@include x\";", 0 },
	{ "escaped quote", "a = \"\\\"@\";", 0 },
	{ "escaped backslash", "a = \"\\\\\"@", 1 },
	{ "lone backslash", "a = \"\\", 1 },
	{ "lone slash", "/", 0 },
	{ "open comment", "\n/*/", 2 },
	{ "open comment with a star", "/* *", 1 },
	{ "the first problem counts", "@\n/*", 1 },
};

START_TEST(test_scan)
{
	char *exact = strdup(scans[_i].text);
	struct conf_scan found;
	bool ok;

	ck_assert_ptr_nonnull(exact);
	ok = conf_scan(exact, &found);
	ck_assert_msg(ok == (scans[_i].line == 0) &&
	    found.line == scans[_i].line, "%s: got %d, line %u",
	    scans[_i].name, ok, found.line);
	free(exact);
}
END_TEST

static const struct {
	const char *typed;
	const char *nearest;	/* NULL: none */
} typos[] = {
	{ "local_domain", "local_domains" },
	{ "localdomains", "local_domains" },
	{ "milter-socket", "milter_socket" },
	{ "retentoin", "retention" },
	{ "lgo", NULL },
	{ "logs", "log" },
	{ "m", NULL },
	{ "x234567890123456789012345678901234567890123456789", NULL },
	{ "", NULL },
};

START_TEST(test_nearest)
{
	const struct conf_key *got;

	got = conf_key_nearest(conf_keys, typos[_i].typed);
	ck_assert_msg(got == NULL ? typos[_i].nearest == NULL :
	    typos[_i].nearest != NULL &&
	    strcmp(got->name, typos[_i].nearest) == 0, "%s: got %s",
	    typos[_i].typed, got != NULL ? got->name : "none");
}
END_TEST

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

static Suite *
suite(void)
{
	Suite *all = suite_create("conf_bounds");
	TCase *tests = tcase_create("bounds");

	tcase_set_timeout(tests, 30);
	tcase_add_loop_test(tests, test_value, 0, ROWS(values));
	tcase_add_loop_test(tests, test_length, 0, ROWS(lengths));
	tcase_add_loop_test(tests, test_count, 0, ROWS(counts));
	tcase_add_test(tests, test_no_file);
	tcase_add_test(tests, test_nul);
	tcase_add_loop_test(tests, test_scan, 0, ROWS(scans));
	tcase_add_loop_test(tests, test_nearest, 0, ROWS(typos));
	suite_add_tcase(all, tests);
	return all;
}

int
main(void)
{
	return test_run(suite());
}
