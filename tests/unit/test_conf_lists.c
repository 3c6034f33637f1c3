/*
 * Lists outside: which addresses are one, and for how many.
 */
#include "base/conf.h"
#include "conf_files.h"

#define LISTS								\
	"local_domains = [\"example.com\"];\n"				\
	"lists = [\"Jobs@Lists.example.org 250\",\n"			\
	"  \"groups.example.net many\", \".example.edu 1000\",\n"	\
	"  \"a.example.edu 2\", \"b@a.example.edu 3\",\n"		\
	"  \"jobs@lists.example.org.uk 999999999\"];\n"

static const struct {
	const char	*name, *address;
	int64_t		 want;		/* 0: no list */
} rows[] = {
	{ "address", "jobs@lists.example.org", 250 },
	{ "another of its domain", "job@lists.example.org", 0 },
	{ "longer address", "xjobs@lists.example.org", 0 },
	{ "longer domain", "jobs@lists.example.org.uk", 999999999 },
	{ "domain", "any@groups.example.net", CONF_LIST_MANY },
	{ "below a plain domain", "any@x.groups.example.net", 0 },
	{ "domain's end", "any@mygroups.example.net", 0 },
	{ "below", "any@x.example.edu", 1000 },
	{ "far below", "any@x.y.z.example.edu", 1000 },
	{ "the parent itself", "any@example.edu", 0 },
	{ "domain before what it is below", "any@a.example.edu", 2 },
	{ "address before its domain", "b@a.example.edu", 3 },
	{ "below a domain in the local part", "x.example.edu@b.org", 0 },
	{ "domain as a local part", "groups.example.net@b.org", 0 },
	{ "no domain", "jobs", 0 },
	{ "domain alone", "groups.example.net", CONF_LIST_MANY },
	{ "nothing", "", 0 },
	{ "only an at sign", "@", 0 },
};

START_TEST(sizes)
{
	size_t length = strlen(rows[_i].address);
	char *exact = malloc(length > 0 ? length : 1);
	struct conf_files files;
	int64_t size = 0;
	struct conf *conf;
	bool got;

	conf_files_make(&files);
	conf_files_write(&files, "replygate.conf", LISTS);
	ck_assert_int_eq(conf_files_load(&files, &conf), STATUS_OK);
	ck_assert_ptr_nonnull(exact);
	memcpy(exact, rows[_i].address, length);
	got = conf_list_size(conf, exact, length, &size);
	ck_assert_msg(got == (rows[_i].want != 0) && size == rows[_i].want,
	    "%s: got %d, %lld", rows[_i].name, got, (long long)size);
	free(exact);
	conf_unref(conf);
	conf_files_remove(&files);
}
END_TEST

START_TEST(no_lists)
{
	struct conf_files files;
	struct conf *conf;
	int64_t size;

	conf_files_make(&files);
	conf_files_write(&files, "replygate.conf",
	    "local_domains = [\"example.com\"];\n");
	ck_assert_int_eq(conf_files_load(&files, &conf), STATUS_OK);
	ck_assert(!conf_list_size(conf, "a@b.org", 7, &size));
	conf_unref(conf);
	conf_files_remove(&files);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("conf lists");
	TCase *tcase = tcase_create("conf lists");

	tcase_add_loop_test(tcase, sizes, 0,
	    (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(tcase, no_lists);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
