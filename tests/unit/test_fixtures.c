/*
 * The fixtures are judged as the tables say, each file has a row, and each rule
 * is shown by one at least.
 */
#include "test.h"

#include <sys/types.h>

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "fixture.h"
#include "front/ctl_message.h"
#include "mail/automatic.h"
#include "mail/judge.h"
#include "mail/mime.h"
#include "mail/phrase.h"
#include "mail/report.h"

#define FIXTURES	"tests/fixtures"
#define PHRASES		"conf/out-of-office"

/* The n-th of all; NULL behind the last. */
static const struct fixture *
fixture_at(int n)
{
	const struct fixture *const tables[] = {
		fixture_people, fixture_fields, fixture_words, fixture_reports
	};
	size_t table;
	int i;

	for (table = 0; table < sizeof(tables) / sizeof(tables[0]); table++) {
		for (i = 0; tables[table][i].name != NULL; i++)
			if (n-- == 0)
				return &tables[table][i];
	}
	return NULL;
}

static int
fixture_count(void)
{
	int n = 0;

	while (fixture_at(n) != NULL)
		n++;
	return n;
}

static int
bounced_count(void)
{
	int n = 0;

	while (fixture_bounced[n].name != NULL)
		n++;
	return n;
}

static const struct fixture *
fixture_named(const char *name)
{
	const struct fixture *fixture;
	int i;

	for (i = 0; (fixture = fixture_at(i)) != NULL; i++)
		if (strcmp(fixture->name, name) == 0)
			break;
	ck_assert_msg(fixture != NULL, "%s: no fixture", name);
	return fixture;
}

static void
set_up(void)
{
	mime_library_init();
}

/* The file in a heap block that ends with it; to be freed. */
static char *
read_file(const char *path, size_t *length)
{
	FILE *file = fopen(path, "rb");
	char *bytes;
	long size;

	ck_assert_msg(file != NULL, "%s: cannot be read", path);
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);
	bytes = malloc((size_t)size);
	*length = fread(bytes, 1, (size_t)size, file);
	fclose(file);
	ck_assert_int_eq((long)*length, size);
	return bytes;
}

static struct judge *
read_judge(void)
{
	struct phrase_table *phrases;
	struct judge *judge;
	enum status status;
	struct buf why;
	size_t length;
	char *bytes;

	buf_init(&why);
	bytes = read_file(PHRASES, &length);
	status = phrase_table_parse(&phrases, bytes, length, &why);
	ck_assert_msg(status == STATUS_OK, "%s: %s", PHRASES, why.data);
	buf_release(&why);
	free(bytes);
	judge = judge_new(phrases);
	ck_assert_ptr_nonnull(judge);
	return judge;
}

static void
read_fixture(struct message *message, const struct fixture *fixture,
    struct judge *judge)
{
	char path[256], *bytes;
	size_t length;

	snprintf(path, sizeof(path), FIXTURES "/%s.eml", fixture->name);
	bytes = read_file(path, &length);
	message_init(message);
	ctl_message_read(message, bytes, length, fixture->sender, judge);
	free(bytes);
}

START_TEST(judges)
{
	const struct fixture *fixture = fixture_at(_i);
	struct judge *judge = read_judge();
	struct judgement judgement;
	struct message message;

	read_fixture(&message, fixture, judge);
	ck_assert_int_eq(automatic_judge(&message, &judgement), STATUS_OK);
	ck_assert_msg(judgement.class == fixture->class &&
	    strcmp(judgement.rule, fixture->rule) == 0,
	    "%s: got %s by %s, want %s by %s", fixture->name,
	    automatic_class_text(judgement.class), judgement.rule,
	    automatic_class_text(fixture->class), fixture->rule);
	message_release(&message);
	judge_unref(judge);
}
END_TEST

START_TEST(reads_bounces)
{
	const char *name = fixture_bounced[_i].name;
	struct judge *judge = read_judge();
	struct message message;
	struct report report;
	struct buf text;
	size_t i;

	buf_init(&text);
	report_init(&report);
	read_fixture(&message, fixture_named(name), judge);
	ck_assert_int_eq(report_read(&message, &report), STATUS_OK);
	for (i = 0; i < report.count; i++)
		buf_printf(&text, "%s%s %s %s %s", i == 0 ? "" : ", ",
		    report.entries[i].recipient.text,
		    report_action_text(report.entries[i].action),
		    report.entries[i].status, report.message_id.text);
	ck_assert_msg(strcmp(text.data, fixture_bounced[_i].entries) == 0,
	    "%s: bounced %s", name, text.data);
	report_release(&report);
	message_release(&message);
	judge_unref(judge);
	buf_release(&text);
}
END_TEST

/* An administrator's own rules are in no fixture: test_judge has them. */
START_TEST(each_rule_is_shown)
{
	const struct fixture *fixture;
	const char *rule;
	size_t n;
	int i;

	for (n = 0; (rule = automatic_rule_at(n)) != NULL; n++) {
		if (strcmp(rule, "automatic-headers") == 0 ||
		    strcmp(rule, "human-headers") == 0)
			continue;
		for (i = 0; (fixture = fixture_at(i)) != NULL; i++)
			if (strcmp(fixture->rule, rule) == 0)
				break;
		ck_assert_msg(fixture != NULL, "%s: no fixture", rule);
	}
	ck_assert_uint_gt(n, 0);
}
END_TEST

static int
rows_of(const char *file)
{
	const struct fixture *fixture;
	int i, rows = 0;
	size_t length;

	for (i = 0; (fixture = fixture_at(i)) != NULL; i++) {
		length = strlen(fixture->name);
		if (strncmp(file, fixture->name, length) == 0 &&
		    strcmp(file + length, ".eml") == 0)
			rows++;
	}
	return rows;
}

START_TEST(each_file_has_a_row)
{
	DIR *directory = opendir(FIXTURES);
	struct dirent *entry;
	int seen = 0;

	ck_assert_ptr_nonnull(directory);
	while ((entry = readdir(directory)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		ck_assert_msg(rows_of(entry->d_name) == 1, "%s: %d rows",
		    entry->d_name, rows_of(entry->d_name));
		seen++;
	}
	closedir(directory);
	ck_assert_int_eq(seen, fixture_count());
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("fixtures");
	TCase *tcase = tcase_create("fixtures");

	tcase_add_unchecked_fixture(tcase, set_up, NULL);
	tcase_add_loop_test(tcase, judges, 0, fixture_count());
	tcase_add_loop_test(tcase, reads_bounces, 0, bounced_count());
	tcase_add_test(tcase, each_rule_is_shown);
	tcase_add_test(tcase, each_file_has_a_row);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
