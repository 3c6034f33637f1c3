/*
 * The aliases file: where addresses lead, what is refused and where, and the
 * bounds.
 */
#include "base/conf_private.h"
#include "conf_files.h"

#define CONF								\
	"local_domains = [\"example.com\", \".example.com\"];\n"	\
	"aliases_file = \"aliases\";\n"
#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

/* @FOLDER@ in the text is the folder of the files. */
static void
write_aliases(struct conf_files *files, const char *name, const char *text)
{
	static const char mark[] = "@FOLDER@";
	const char *at;
	struct buf buf;

	buf_init(&buf);
	while ((at = strstr(text, mark)) != NULL) {
		buf_add(&buf, text, (size_t)(at - text));
		buf_add_text(&buf, files->folder);
		text = at + sizeof(mark) - 1;
	}
	buf_add_text(&buf, text);
	ck_assert(!buf.failed);
	conf_files_write(files, name, buf.data);
	buf_release(&buf);
}

static enum status
load(struct conf_files *files, const char *text, struct conf **conf)
{
	conf_files_write(files, "replygate.conf", CONF);
	write_aliases(files, "aliases", text);
	return conf_files_load(files, conf);
}

static bool
note(void *context, const char *address)
{
	struct buf *buf = context;

	buf_printf(buf, "%s%s", buf->length > 0 ? " " : "", address);
	return true;
}

static const struct {
	const char	*name, *text, *address;
	const char	*want;		/* addresses outside, in order */
} rows[] = {
	{ "one outside", "sales: bob@a.org\n", "sales@example.com",
	    "bob@a.org" },
	{ "without a domain", "sales: bob@a.org\n", "sales", "bob@a.org" },
	{ "another", "sales: bob@a.org\n", "sale@example.com", "" },
	{ "several, some twice", "sales: bob@a.org, Bob@A.org,\tb@c.org\n",
	    "sales@example.com", "bob@a.org b@c.org" },
	{ "capitals", "Sales: BOB@A.Org\n", "sales@example.com",
	    "bob@a.org" },
	{ "local ones aside", "sales: root, x@example.com, y@m.example.com, "
	    "z@a.org\n", "sales@example.com", "z@a.org" },
	{ "nested", "sales: team\nteam: lead@example.com, b@c.org\n"
	    "lead: a@c.org\n", "sales@example.com", "b@c.org a@c.org" },
	{ "circle", "a: b, x@c.org\nb: a, y@c.org\n", "a@example.com",
	    "x@c.org y@c.org" },
	{ "itself", "a: a, x@c.org\n", "a@example.com", "x@c.org" },
	{ "mailbox of the same name", "a: \\a, x@c.org\n", "a@example.com",
	    "x@c.org" },
	{ "mailbox leads no further", "a: \\b\nb: x@c.org\n",
	    "a@example.com", "" },
	{ "continued", "a: b@c.org,\n\td@c.org\n  , e@c.org\nf: g@c.org\n",
	    "a@example.com", "b@c.org d@c.org e@c.org" },
	{ "continued behind a comment",
	    "a: b@c.org,\n# one\n\n  # two\n d@c.org\nf: g@c.org\n",
	    "a@example.com", "b@c.org d@c.org" },
	{ "comment ends at its line", "# x: a@c.org\nx: b@c.org\n# y\n",
	    "x@example.com", "b@c.org" },
	{ "no newline at the end", "x: b@c.org", "x@example.com",
	    "b@c.org" },
	{ "CR LF", "x: b@c.org\r\ny: d@c.org\r\n", "x@example.com",
	    "b@c.org" },
	{ "quoted name", "\"x y\": b@c.org\n", "x y", "b@c.org" },
	{ "blank before the colon", "x : b@c.org\n", "x", "b@c.org" },
	{ "files and commands", "x: /var/mail/x, |/bin/cat, "
	    "\"|/bin/sh -c 'a, b@c.org'\", \"/tmp/a b\", b@c.org\n",
	    "x", "b@c.org" },
	{ "other mailers' words", "x: :fail: no such user\n"
	    "y: :blackhole:\n", "x", "" },
	{ "no target", "x:\n", "x", "" },
	{ "empty targets", "x: , b@c.org,,\n", "x", "b@c.org" },
	{ "name and brackets", "x: Bob <b@c.org>, \"B, C\" <d@c.org>, "
	    "e@c.org (E, F)\n", "x", "b@c.org d@c.org e@c.org" },
	{ "quoted address", "x: \"b@c.org\"\n", "x", "b@c.org" },
	{ "quoted local part with a blank", "x: \"b@c.org\", d@c.org\n", "x",
	    "b@c.org d@c.org" },
	{ "detail aside", "x: b@c.org\n", "x+jobs@example.com", "b@c.org" },
	{ "detail of its own", "x: b@c.org\nx+jobs: d@c.org\n",
	    "x+jobs@example.com", "d@c.org" },
	{ "nothing before the detail", "x: b@c.org\n", "+jobs@example.com",
	    "" },

	/* virtual(5) */
	{ "virtual", "x@example.com b@c.org\n", "x@example.com",
	    "b@c.org" },
	{ "virtual, another domain", "x@example.com\tb@c.org\n",
	    "x@m.example.com", "" },
	{ "virtual, several", "x@example.com b@c.org, d@c.org\n",
	    "x@example.com", "b@c.org d@c.org" },
	{ "virtual before the name", "x: b@c.org\nx@example.com d@c.org\n",
	    "x@example.com", "d@c.org" },
	{ "virtual to a name", "x@example.com y\ny: b@c.org\n",
	    "x@example.com", "b@c.org" },
	{ "virtual with detail", "x@example.com b@c.org\n",
	    "x+a@example.com", "b@c.org" },
	{ "virtual, whole domain", "@example.com b@c.org\n",
	    "any@example.com", "b@c.org" },
	{ "virtual, not the whole domain",
	    "@example.com b@c.org\nx@example.com root\n", "x@example.com",
	    "" },
	{ "virtual domain", "Example.com virtual\nx@example.com b@c.org\n",
	    "x@example.com", "b@c.org" },
	{ "address with a colon", "x@example.com: b@c.org\n",
	    "x@example.com", "b@c.org" },

	/* included files */
	{ "included", "x: a@c.org, :include:@FOLDER@/one, z@c.org\n", "x",
	    "a@c.org b@c.org d@c.org e@c.org z@c.org" },
	{ "included, quoted", "x: \":include:@FOLDER@/two\"\n", "x",
	    "e@c.org" },
};

#define ONE	"# people\nb@c.org,\n  # more\n\nD@c.org\n" \
	":include:@FOLDER@/two\n"
#define TWO	"e@c.org\n"

START_TEST(leads)
{
	struct conf_files files;
	struct conf *conf;
	enum status status;
	struct buf got;
	size_t count, want = 0;
	const char *at;

	conf_files_make(&files);
	buf_init(&got);
	write_aliases(&files, "one", ONE);
	write_aliases(&files, "two", TWO);
	status = load(&files, rows[_i].text, &conf);
	ck_assert_msg(status == STATUS_OK, "%s: %s", rows[_i].name,
	    files.why.data);
	count = conf_alias_outside(conf, rows[_i].address, note, &got);
	ck_assert_msg(strcmp(got.data, rows[_i].want) == 0,
	    "%s: got '%s', want '%s'", rows[_i].name, got.data,
	    rows[_i].want);
	for (at = rows[_i].want; *at != '\0'; at++)
		want += *at == '@';
	ck_assert_msg(count == want, "%s: count %zu", rows[_i].name, count);
	buf_release(&got);
	conf_unref(conf);
	conf_files_remove(&files);
}
END_TEST

static const struct {
	const char	*name, *text, *why;
} wrong[] = {
	{ "no colon", "x: y\nsales bob@a.org\n", "aliases:2: \"sales "
	    "bob@a.org\" is no alias; expected NAME: ADDRESS, ..." },
	{ "name alone", "x\n", "aliases:1: \"x\" is no alias" },
	{ "no name", ": b@c.org\n", "aliases:1: \": b@c.org\" is no alias" },
	{ "empty name", "\"\": b@c.org\n", "aliases:1: " },
	{ "domain that is not ours", "c.org virtual\n",
	    "aliases:1: \"c.org virtual\" is no alias" },
	{ "continues nothing", "# x\n  b@c.org\n",
	    "aliases:2: \"b@c.org\" continues no line" },
	{ "twice", "x: a\n\ny: b\nX: c\n", "aliases:4: \"x\" is already on "
	    "line 1; expected each alias once in the file" },
	{ "two addresses without a comma", "x: a@c.org b@c.org\n",
	    "aliases:1: \"a@c.org b@c.org\" is no address; expected "
	    "addresses parted by commas" },
	{ "open quote", "x: a@c.org, \"b\ny: c\n", "aliases:1: \"\"b\" has "
	    "a quote, bracket or comment without end" },
	{ "include without a file", "x: :include:/nonexistent/x\n",
	    "aliases:1: /nonexistent/x: cannot be read" },
	{ "include, no whole name", "x: y\nz: :include:list\n",
	    "aliases:2: \"list\" is included; expected the whole name" },
	{ "wrong in an included file", "x: :include:@FOLDER@/bad\n",
	    "bad:2: \"a b\" is no address" },
	{ "includes in a circle", "x: :include:@FOLDER@/circle\n",
	    "circle:1: " },
};

START_TEST(refuses)
{
	struct conf_files files;
	struct conf *conf;
	enum status status;

	conf_files_make(&files);
	write_aliases(&files, "bad", "c@c.org\na b\n");
	write_aliases(&files, "circle", ":include:@FOLDER@/circle\n");
	status = load(&files, wrong[_i].text, &conf);
	ck_assert_msg(status == STATUS_MALFORMED || status ==
	    STATUS_NOT_FOUND, "%s: %s", wrong[_i].name, status_text(status));
	ck_assert_msg(strncmp(files.why.data, wrong[_i].why,
	    strlen(wrong[_i].why)) == 0, "%s: got '%s', want '%s'",
	    wrong[_i].name, files.why.data, wrong[_i].why);
	conf_files_remove(&files);
}
END_TEST

START_TEST(file_is_missing)
{
	struct conf_files files;
	struct conf *conf;

	conf_files_make(&files);
	conf_files_write(&files, "replygate.conf", CONF);
	ck_assert_int_eq(conf_files_load(&files, &conf), STATUS_NOT_FOUND);
	ck_assert_ptr_nonnull(strstr(files.why.data,
	    "aliases: cannot be read"));
	conf_files_remove(&files);
}
END_TEST

/* A name and an address at the longest, and one byte longer. */
START_TEST(lengths)
{
	char local[CONF_ALIAS_SIZE + 1], text[3 * CONF_ALIAS_SIZE];
	struct conf_files files;
	struct conf *conf;
	int i, longer;

	conf_files_make(&files);
	memset(local, 'x', sizeof(local));
	for (i = 0; i < 2; i++) {
		for (longer = 0; longer < 2; longer++) {
			local[CONF_ALIAS_SIZE - 1 + longer] = '\0';
			snprintf(text, sizeof(text), "%s: %s\n",
			    i == 0 ? local : "a", i == 1 ? local : "b");
			ck_assert_msg(load(&files, text, &conf) == (longer ?
			    STATUS_MALFORMED : STATUS_OK), "%d, %d: %s", i,
			    longer, files.why.data);
			conf_unref(conf);
			local[CONF_ALIAS_SIZE - 1] = 'x';
		}
	}
	conf_files_remove(&files);
}
END_TEST

static bool
stop_at_third(void *context, const char *address)
{
	int *count = context;

	(void)address;
	return ++*count < 3;
}

/* As many as are looked at, one more, and a visitor that has enough. */
START_TEST(visits)
{
	struct conf_files files;
	struct buf text, got;
	struct conf *conf;
	int i, count = 0;

	conf_files_make(&files);
	buf_init(&text);
	buf_init(&got);
	buf_add_text(&text, "x: ");
	for (i = 0; i < CONF_ALIAS_VISIT_MAX + 1; i++)
		buf_printf(&text, "%sa%d@c.org", i > 0 ? ", " : "", i);
	buf_add_text(&text, "\n");
	ck_assert_int_eq(load(&files, text.data, &conf), STATUS_OK);
	ck_assert_uint_eq(conf_alias_outside(conf, "x", note, &got),
	    CONF_ALIAS_VISIT_MAX);
	ck_assert_uint_eq(conf_alias_outside(conf, "x", stop_at_third,
	    &count), 3);
	conf_unref(conf);
	buf_release(&got);
	buf_release(&text);
	conf_files_remove(&files);
}
END_TEST

/* One included file after another, and one within another. */
START_TEST(includes)
{
	struct conf_files files;
	struct conf *conf;
	struct buf text;
	char name[16];
	int i;

	conf_files_make(&files);
	buf_init(&text);
	write_aliases(&files, "two", TWO);
	for (i = 0; i < CONF_INCLUDES_MAX; i++)
		buf_printf(&text, "n%d: :include:@FOLDER@/two\n", i);
	ck_assert_int_eq(load(&files, text.data, &conf), STATUS_OK);
	conf_unref(conf);
	buf_add_text(&text, "last: :include:@FOLDER@/two\n");
	ck_assert_int_eq(load(&files, text.data, &conf), STATUS_MALFORMED);
	ck_assert_ptr_nonnull(strstr(files.why.data, "is one file too many; "
	    "expected at most 200, and 5 within one another"));
	for (i = 0; i < CONF_INCLUDE_DEPTH_MAX; i++) {
		snprintf(name, sizeof(name), "d%d", i);
		buf_clear(&text);
		buf_printf(&text, ":include:@FOLDER@/d%d\n", i + 1);
		write_aliases(&files, name, text.data);
	}
	write_aliases(&files, "d5", TWO);
	ck_assert_int_eq(load(&files, "x: :include:@FOLDER@/d1\n", &conf),
	    STATUS_OK);
	conf_unref(conf);
	ck_assert_int_eq(load(&files, "x: :include:@FOLDER@/d0\n", &conf),
	    STATUS_MALFORMED);
	buf_release(&text);
	conf_files_remove(&files);
}
END_TEST

static bool
fail_visit(void *context, const char *address)
{
	(void)context;
	ck_abort_msg("visited %s", address);
	return false;
}

START_TEST(no_aliases)
{
	struct conf_files files;
	struct conf *conf;

	conf_files_make(&files);
	conf_files_write(&files, "replygate.conf",
	    "local_domains = [\"example.com\"];\n");
	ck_assert_int_eq(conf_files_load(&files, &conf), STATUS_OK);
	ck_assert_uint_eq(conf_alias_outside(conf, "x", fail_visit, NULL), 0);
	conf_unref(conf);
	ck_assert_int_eq(load(&files, "", &conf), STATUS_OK);
	ck_assert_uint_eq(conf_alias_outside(conf, "x", fail_visit, NULL), 0);
	conf_unref(conf);
	conf_files_remove(&files);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("conf aliases");
	TCase *tcase = tcase_create("conf aliases");

	tcase_set_timeout(tcase, 30);
	tcase_add_loop_test(tcase, leads, 0, ROWS(rows));
	tcase_add_loop_test(tcase, refuses, 0, ROWS(wrong));
	tcase_add_test(tcase, file_is_missing);
	tcase_add_test(tcase, lengths);
	tcase_add_test(tcase, visits);
	tcase_add_test(tcase, includes);
	tcase_add_test(tcase, no_aliases);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
