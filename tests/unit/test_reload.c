/*
 * A changed configuration while the gate is open: configuration and judge
 * change together, or neither does and the log says why.
 */
#include "conf_files.h"
#include "front/reload.h"
#include "gate_fixture.h"
#include "mail/phrase.h"

#define SMALL		"minimum = 10;"
#define DOMAINS		"local_domains = [\"local.test\"];\n"
#define PHRASES		"phrases_file = \"phrases\";\n"		\
			"notices_directory = \".\";\n"

static void
write_templates(struct conf_files *files)
{
	static const char *const names[] = { "warning", "restricted",
	    "extended", "released", "recovered", "heads-up" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		conf_files_write(files, names[i], "Subject: x\n\nHello.\n");
}

/* The conf of this moment, and whether its judge knows "away now". */
static bool
knows_phrase(struct fixture *f, struct conf **conf)
{
	struct judge *judge;
	bool knows;

	gate_snapshot(&f->gate, conf, &judge);
	knows = judge != NULL && phrase_begins(judge_phrases(judge),
	    PHRASE_SUBJECT, "away now");
	judge_unref(judge);
	conf_unref(*conf);
	return knows;
}

START_TEST(both_or_neither)
{
	struct conf_files files;
	struct conf *first, *second, *third;
	struct fixture f;
	char path[PATH_MAX];

	fixture_open(&f, SMALL);
	conf_files_make(&files);
	write_templates(&files);
	conf_files_write(&files, "phrases", "away now\n");
	conf_files_write(&files, "replygate.conf", DOMAINS PHRASES);
	memcpy(path, files.path, sizeof(path));
	ck_assert(!knows_phrase(&f, &first));
	(void)reload_conf(&f.gate, path, NULL);
	ck_assert(knows_phrase(&f, &second));
	ck_assert_ptr_ne(first, second);
	ck_assert_ptr_nonnull(strstr(f.lines.data, "reload: done"));

	/* right keys, wrong phrases */
	conf_files_write(&files, "phrases", "away\nno\n");
	(void)reload_conf(&f.gate, path, NULL);
	ck_assert(knows_phrase(&f, &third));
	ck_assert_ptr_eq(second, third);
	ck_assert_ptr_nonnull(strstr(f.lines.data, "/phrases:2: a phrase of "
	    "2 bytes; expected 4 to 200; nothing is changed"));

	/* right phrases, wrong keys */
	conf_files_write(&files, "phrases", "gone home\n");
	conf_files_write(&files, "replygate.conf", DOMAINS "colour = 1;\n");
	(void)reload_conf(&f.gate, path, NULL);
	ck_assert(knows_phrase(&f, &third));
	ck_assert_ptr_eq(second, third);
	ck_assert_ptr_nonnull(strstr(f.lines.data,
	    "unknown key \"colour\""));

	/* both right */
	conf_files_write(&files, "replygate.conf", DOMAINS PHRASES);
	(void)reload_conf(&f.gate, path, NULL);
	ck_assert(!knows_phrase(&f, &third));
	conf_files_remove(&files);
	fixture_close(&f);
}
END_TEST

START_TEST(reads_all_or_none)
{
	struct desk *desk;
	struct conf_files files;
	struct judge *judge;
	struct conf *conf;
	char path[PATH_MAX];
	struct buf why;

	conf_files_make(&files);
	buf_init(&why);
	write_templates(&files);
	conf_files_write(&files, "replygate.conf", DOMAINS PHRASES);
	memcpy(path, files.path, sizeof(path));
	ck_assert_int_eq(reload_read(path, &conf, &judge, &desk, &why),
	    STATUS_NOT_FOUND);
	ck_assert_ptr_null(conf);
	ck_assert_ptr_null(judge);
	ck_assert_ptr_null(desk);
	ck_assert_ptr_nonnull(strstr(why.data, "/phrases: cannot be read"));
	conf_files_write(&files, "phrases", "");
	conf_files_write(&files, "released", "Subject: x\n\n${nothing}\n");
	buf_clear(&why);
	ck_assert_int_eq(reload_read(path, &conf, &judge, &desk, &why),
	    STATUS_MALFORMED);
	ck_assert_ptr_null(conf);
	ck_assert_ptr_null(judge);
	ck_assert_ptr_null(desk);
	ck_assert_msg(strstr(why.data, "/released:3: ") != NULL, "%s",
	    why.data);
	write_templates(&files);
	buf_clear(&why);
	ck_assert_int_eq(reload_read(path, &conf, &judge, &desk, &why),
	    STATUS_OK);
	ck_assert_ptr_nonnull(conf);
	ck_assert_ptr_nonnull(judge);
	ck_assert_ptr_eq(desk->conf, conf);
	desk_unref(desk);
	judge_unref(judge);
	conf_unref(conf);
	buf_release(&why);
	conf_files_remove(&files);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("reload");
	TCase *tcase = tcase_create("reload");

	tcase_add_test(tcase, both_or_neither);
	tcase_add_test(tcase, reads_all_or_none);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
