/*
 * replygatectl test-merge: what it prints for programs and for people.
 */
#include "test.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "front/ctl.h"

#define LETTER(name)	"tests/letters/" name ".eml"

struct run {
	enum ctl_exit	 result;
	char		*out, *err;	/* what was printed */
};

static char *const files[] = {
	(char[]){ LETTER("en-role-1") }, (char[]){ LETTER("plain-en-1") },
	(char[]){ LETTER("en-role-2") }, (char[]){ LETTER("short-en-1") },
	(char[]){ LETTER("en-role-3") },
};

#define FILES	(sizeof(files) / sizeof(files[0]))

static void
run(struct run *run, bool json, const char *similarity, const char *minimum,
    char *const *operands, size_t count)
{
	size_t out_size, err_size;
	struct ctl ctl = { .json = json, .similarity = similarity,
		.minimum = minimum, .operands = operands,
		.operand_count = count };

	ctl.out = open_memstream(&run->out, &out_size);
	ctl.err = open_memstream(&run->err, &err_size);
	run->result = ctl_test_merge(&ctl, operands[0]);
	fclose(ctl.out);
	fclose(ctl.err);
}

static void
forget(struct run *run)
{
	free(run->out);
	free(run->err);
}

/* One line of what was printed; the next begins behind it. */
static json_t *
next_object(char **at)
{
	char *line = strsep(at, "\n");
	json_t *json;

	ck_assert_ptr_nonnull(line);
	json = json_loads(line, 0, NULL);
	ck_assert_msg(json != NULL, "no JSON: %s", line);
	return json;
}

START_TEST(names_campaigns_for_programs)
{
	static const int campaigns[] = { 1, 2, 1, 0, 1 }, sizes[] =
	    { 1, 1, 2, 0, 3 };
	struct run ran;
	json_t *json;
	char *at;
	size_t i;

	run(&ran, true, NULL, "3", files, FILES);
	ck_assert_int_eq(ran.result, CTL_FINE);
	at = ran.out;
	for (i = 0; i < FILES; i++) {
		json = next_object(&at);
		ck_assert_str_eq(json_string_value(json_object_get(json,
		    "file")), files[i]);
		ck_assert_int_eq(json_integer_value(json_object_get(json,
		    "campaign")), campaigns[i]);
		ck_assert_int_eq(json_is_null(json_object_get(json,
		    "campaign")), campaigns[i] == 0);
		ck_assert_int_eq(json_integer_value(json_object_get(json,
		    "size")), sizes[i]);
		ck_assert_int_eq(json_is_true(json_object_get(json, "merge")),
		    sizes[i] == 3);
		ck_assert(json_real_value(json_object_get(json,
		    "similarity")) > (sizes[i] > 1 ? 0.2 : -0.1));
		json_decref(json);
	}
	forget(&ran);
}
END_TEST

START_TEST(shows_a_table_to_people)
{
	struct run ran;

	run(&ran, false, NULL, NULL, files, FILES);
	ck_assert_int_eq(ran.result, CTL_FINE);
	ck_assert_ptr_nonnull(strstr(ran.out, "CAMPAIGN"));
	ck_assert_ptr_nonnull(strstr(ran.out, "short"));
	ck_assert_ptr_null(strstr(ran.out, "merge  tests"));
	forget(&ran);
}
END_TEST

START_TEST(takes_another_similarity)
{
	struct run ran;

	run(&ran, false, "99%", "2", files, FILES);
	ck_assert_int_eq(ran.result, CTL_FINE);
	ck_assert_ptr_null(strstr(ran.out, "merge  tests"));
	forget(&ran);
	run(&ran, false, "0.2", "2", files, FILES);
	ck_assert_ptr_nonnull(strstr(ran.out, "merge  tests"));
	forget(&ran);
}
END_TEST

/* Each letter is a candidate's of its own, also when there are many. */
START_TEST(counts_past_the_ring)
{
	char *many[80];
	struct run ran;
	size_t i;

	for (i = 0; i < 80; i++)
		many[i] = files[0];
	run(&ran, true, NULL, NULL, many, 80);
	ck_assert_ptr_nonnull(strstr(ran.out, "\"size\": 80,"));
	forget(&ran);
}
END_TEST

static const struct {
	const char	*name, *similarity, *minimum;
	bool		 good;
} figures[] = {
	{ "none", NULL, NULL, true },
	{ "a share", "0.5", NULL, true },
	{ "a percentage", "5%", NULL, true },
	{ "all", "1", NULL, true },
	{ "nought", "0", NULL, false },
	{ "more than all", "1.1", NULL, false },
	{ "no number", "much", NULL, false },
	{ "not a number", "nan", NULL, false },
	{ "nothing", "", NULL, false },
	{ "a number and more", "0.5x", NULL, false },
	{ "the smallest", NULL, "2", true },
	{ "one", NULL, "1", false },
	{ "the largest", NULL, "50", true },
	{ "one more", NULL, "51", false },
	{ "no count", NULL, "five", false },
	{ "less", NULL, "-5", false },
};

START_TEST(takes_figures)
{
	struct run ran;

	run(&ran, true, figures[_i].similarity, figures[_i].minimum, files, 1);
	ck_assert_msg(ran.result == (figures[_i].good ? CTL_FINE : CTL_USAGE),
	    "%s: %d", figures[_i].name, ran.result);
	ck_assert_msg((strstr(ran.err, "expected") == NULL) ==
	    figures[_i].good, "%s: said \"%s\"", figures[_i].name, ran.err);
	forget(&ran);
}
END_TEST

START_TEST(goes_on_behind_a_missing_file)
{
	char missing[] = "tests/letters/no-such-file";
	char *const two[] = { missing, files[0] };
	struct run ran;

	run(&ran, true, NULL, NULL, two, 2);
	ck_assert_int_eq(ran.result, CTL_CANNOT);
	ck_assert_ptr_nonnull(strstr(ran.err, "no-such-file"));
	ck_assert_ptr_nonnull(strstr(ran.out, "\"campaign\": 1"));
	forget(&ran);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("ctl_test_merge");
	TCase *tcase = tcase_create("ctl_test_merge");

	tcase_add_test(tcase, names_campaigns_for_programs);
	tcase_add_test(tcase, shows_a_table_to_people);
	tcase_add_test(tcase, takes_another_similarity);
	tcase_add_test(tcase, counts_past_the_ring);
	tcase_add_loop_test(tcase, takes_figures, 0,
	    (int)(sizeof(figures) / sizeof(figures[0])));
	tcase_add_test(tcase, goes_on_behind_a_missing_file);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
