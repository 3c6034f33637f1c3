/*
 * replygatectl test-message: what it prints for programs and for people.
 */
#include "test.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "front/ctl.h"

#define PHRASES		"conf/out-of-office"
#define REPLY		"tests/fixtures/person-yes.eml"
#define BOUNCE		"tests/fixtures/bounce-failed.eml"

struct run {
	enum ctl_exit	 result;
	char		*out, *err;	/* what was printed */
};

static void
run_with(struct run *run, bool json, const char *phrases, const char *from,
    const char *const *files, size_t count, const char *conf)
{
	size_t out_size, err_size;
	struct ctl ctl = {
		.json = json, .program = "replygatectl", .phrases = phrases,
		.from = from, .conf = conf, .operand_count = count,
	};
	char **operands = calloc(count, sizeof(*operands));
	size_t i;

	for (i = 0; i < count; i++)
		operands[i] = strdup(files[i]);
	ctl.operands = operands;
	ctl.out = open_memstream(&run->out, &out_size);
	ctl.err = open_memstream(&run->err, &err_size);
	run->result = ctl_test_message(&ctl, files[0]);
	fclose(ctl.out);
	fclose(ctl.err);
	for (i = 0; i < count; i++)
		free(operands[i]);
	free(operands);
}

static void
run(struct run *run, bool json, const char *phrases, const char *from,
    const char *const *files, size_t count)
{
	run_with(run, json, phrases, from, files, count, NULL);
}

static void
forget(struct run *run)
{
	free(run->out);
	free(run->err);
}

/* The member as text, "null" for null. */
static const char *
member(const json_t *json, const char *key)
{
	const json_t *value = json_object_get(json, key);

	ck_assert_msg(value != NULL, "%s is missing", key);
	return json_is_null(value) ? "null" : json_string_value(value);
}

START_TEST(prints_an_object_a_line)
{
	static const char *const files[] = { REPLY, BOUNCE };
	const json_t *bounced, *entry;
	json_t *first, *second;
	struct run got;
	char *newline;

	run(&got, true, PHRASES, NULL, files, 2);
	ck_assert_int_eq(got.result, CTL_FINE);
	newline = strchr(got.out, '\n');
	ck_assert_ptr_nonnull(newline);
	first = json_loadb(got.out, (size_t)(newline - got.out), 0, NULL);
	second = json_loads(newline + 1, 0, NULL);
	ck_assert_str_eq(member(first, "file"), REPLY);
	ck_assert_str_eq(member(first, "class"), "human");
	ck_assert_str_eq(member(first, "rule"), "person");
	ck_assert_str_eq(member(first, "topic"), "null");
	ck_assert_uint_eq(json_array_size(json_object_get(first, "answers")),
	    1);
	ck_assert_uint_eq(json_array_size(json_object_get(first, "bounced")),
	    0);
	ck_assert_str_eq(member(second, "class"), "bounce");
	bounced = json_object_get(second, "bounced");
	ck_assert_uint_eq(json_array_size(bounced), 1);
	entry = json_array_get(bounced, 0);
	ck_assert_str_eq(member(entry, "recipient"), "max@kunde.example");
	ck_assert_str_eq(member(entry, "message_id"),
	    "5f3c9d21@firma.example");
	ck_assert_str_eq(member(entry, "status"), "5.1.1");
	ck_assert_str_eq(member(entry, "action"), "failed");
	json_decref(first);
	json_decref(second);
	forget(&got);
}
END_TEST

START_TEST(takes_the_sender_that_is_given)
{
	static const char *const files[] = { REPLY };
	struct run got;

	run(&got, false, PHRASES, "<>", files, 1);
	ck_assert_ptr_nonnull(strstr(got.out,
	    REPLY ": automatic, by the rule null-sender\n"));
	forget(&got);
}
END_TEST

START_TEST(goes_on_behind_a_file_that_is_missing)
{
	static const char *const files[] = { "/nonexistent", REPLY };
	struct run got;

	run(&got, false, PHRASES, NULL, files, 2);
	ck_assert_int_eq(got.result, CTL_CANNOT);
	ck_assert_ptr_nonnull(strstr(got.err, "/nonexistent: "));
	ck_assert_ptr_nonnull(strstr(got.out, REPLY ": human"));
	forget(&got);
}
END_TEST

START_TEST(says_what_is_wrong_with_the_phrases)
{
	static const char *const files[] = { REPLY };
	struct run got;

	run(&got, false, "/nonexistent", NULL, files, 1);
	ck_assert_int_eq(got.result, CTL_CANNOT);
	ck_assert_ptr_nonnull(strstr(got.err, "--phrases names"));
	forget(&got);
	run(&got, false, BOUNCE, NULL, files, 1);
	ck_assert_int_eq(got.result, CTL_CANNOT);
	ck_assert_ptr_nonnull(strstr(got.err, BOUNCE ": line "));
	forget(&got);
}
END_TEST

static void
write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	ck_assert_int_eq(fclose(file), 0);
}

/* A configuration's phrases and header rules, and which of them held. */
START_TEST(judges_by_a_configuration)
{
	const char *base = getenv("TMPDIR");
	char folder[512], conf[600], phrases[600], mail[600];
	const char *files[] = { mail };
	struct run got;
	json_t *json;

	snprintf(folder, sizeof(folder), "%s/test_message.XXXXXX",
	    base != NULL ? base : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(conf, sizeof(conf), "%s/conf", folder);
	snprintf(phrases, sizeof(phrases), "%s/phrases", folder);
	snprintf(mail, sizeof(mail), "%s/mail", folder);
	write_file(conf, "local_domains = [\"example.com\"];\n"
	    "phrases_file = \"phrases\";\n"
	    "automatic_headers = [\"X-Ticket: *\"];\n");
	write_file(phrases, "gone fishing\n");
	write_file(mail, "From: a@b.example\nDate: x\n"
	    "Subject: Gone fishing: hello\n\n");
	run_with(&got, true, NULL, NULL, files, 1, conf);
	json = json_loads(got.out, 0, NULL);
	ck_assert_str_eq(member(json, "rule"), "subject");
	ck_assert_str_eq(member(json, "header"), "null");
	ck_assert(json_is_false(json_object_get(json, "button")));
	json_decref(json);
	forget(&got);
	write_file(mail, "From: a@b.example\nX-Ticket: 7\n\n");
	run_with(&got, true, NULL, NULL, files, 1, conf);
	json = json_loads(got.out, 0, NULL);
	ck_assert_str_eq(member(json, "rule"), "automatic-headers");
	ck_assert_str_eq(member(json, "header"), "X-Ticket: *");
	json_decref(json);
	forget(&got);
	run_with(&got, false, NULL, NULL, files, 1, conf);
	ck_assert_ptr_nonnull(strstr(got.out, "header      X-Ticket: *\n"));
	forget(&got);

	/* what is wrong with it, and what does not go together */
	run_with(&got, false, phrases, NULL, files, 1, conf);
	ck_assert_int_eq(got.result, CTL_CANNOT);
	ck_assert_ptr_nonnull(strstr(got.err, "one of the two"));
	forget(&got);
	write_file(phrases, "no\n");
	run_with(&got, false, NULL, NULL, files, 1, conf);
	ck_assert_int_eq(got.result, CTL_CANNOT);
	ck_assert_ptr_nonnull(strstr(got.err, "phrases:1: "));
	forget(&got);
	run_with(&got, false, NULL, NULL, files, 1, "/nonexistent");
	ck_assert_int_eq(got.result, CTL_CANNOT);
	ck_assert_ptr_nonnull(strstr(got.err, "/nonexistent: "));
	forget(&got);
	unlink(mail);
	unlink(phrases);
	unlink(conf);
	ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

/* 150 ids in two fields, some of them in both: the newest 100, each once. */
START_TEST(names_answers_newest_first)
{
	const char *directory = getenv("TMPDIR");
	char path[1024], want[32];
	const char *files[] = { path };
	const json_t *answers;
	struct run got;
	json_t *json;
	FILE *file;
	int i;

	snprintf(path, sizeof(path), "%s/answers.%ld", directory != NULL ?
	    directory : "/tmp", (long)getpid());
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fputs("From: a@b.example\nReferences:", file);
	for (i = 0; i < 150; i++)
		fprintf(file, " <%d@x>\n", i);
	fputs("In-Reply-To: <149@x> (and) <new@x>\n\nbody\n", file);
	fclose(file);
	run(&got, true, PHRASES, NULL, files, 1);
	unlink(path);
	json = json_loads(got.out, 0, NULL);
	answers = json_object_get(json, "answers");
	ck_assert_uint_eq(json_array_size(answers), 100);
	ck_assert_str_eq(json_string_value(json_array_get(answers, 0)),
	    "new@x");
	for (i = 1; i < 100; i++) {
		snprintf(want, sizeof(want), "%d@x", 150 - i);
		ck_assert_str_eq(json_string_value(json_array_get(answers,
		    (size_t)i)), want);
	}
	json_decref(json);
	forget(&got);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("ctl_test_message");
	TCase *tcase = tcase_create("ctl_test_message");

	tcase_add_test(tcase, prints_an_object_a_line);
	tcase_add_test(tcase, takes_the_sender_that_is_given);
	tcase_add_test(tcase, goes_on_behind_a_file_that_is_missing);
	tcase_add_test(tcase, says_what_is_wrong_with_the_phrases);
	tcase_add_test(tcase, judges_by_a_configuration);
	tcase_add_test(tcase, names_answers_newest_first);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
