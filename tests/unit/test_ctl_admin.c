/*
 * The verbs about users, against a daemon's API: what they print, what they
 * complain of, what they exit with, and in which columns.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api_fixture.h"
#include "front/ctl.h"
#include "front/ctl_http.h"
#include "front/ctl_show.h"
#include "test.h"

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))
#define ALICE		API_FIXTURE_ALICE
#define BOB		"bob@local.test"

/* alice wrote to three, of whom one has answered; bob to five. */
static void
open_house(struct api_fixture *f)
{
	api_fixture_open(f);
	fixture_send(&f->fixture, ALICE, "<m1@local.test>", 1, 3);
	fixture_send(&f->fixture, BOB, "<m2@local.test>", 11, 5);
	fixture_reply(&f->fixture, "<c2@outside.test>", "<m1@local.test>");
	fixture_pass(&f->fixture, f->fixture.now + 4 * CLOCK_DAY);
}

struct run {
	enum ctl_exit	 result;
	char		*out, *err;
};

static void
run_line(struct run *run, const struct api_fixture *f, char **argv)
{
	size_t out_length, err_length;
	struct ctl_args args;
	struct ctl ctl = { .socket = f->path };
	struct buf why;

	buf_init(&why);
	ctl.out = open_memstream(&run->out, &out_length);
	ctl.err = open_memstream(&run->err, &err_length);
	ck_assert_msg(ctl_args_parse(&args, argv, &why) == STATUS_OK, "%s",
	    why.data);
	buf_release(&why);
	ctl.json = args.json;
	ctl.reason = args.reason;
	ctl.standing = args.standing;
	ctl.sort = args.sort;
	ctl.until = args.until;
	ctl.since = args.since;
	ctl.user = args.user;
	ctl.end = args.end;
	run->result = args.verb->run(&ctl, args.operand);
	ctl_http_free(ctl.http);
	fclose(ctl.out);
	fclose(ctl.err);
}

static const struct {
	const char	*line;		/* "_": a blank in a word */
	enum ctl_exit	 want;
	const char	*out, *err;
} runs[] = {
	{ "users", CTL_FINE, "\n" ALICE " good ", "" },
	{ "users --sort rate", CTL_FINE, "DUE\n" BOB " ", "" },
	{ "users --sort sent", CTL_FINE, "DUE\n" BOB " ", "" },
	{ "users --sort name", CTL_FINE, "DUE\n" ALICE " ", "" },
	{ "users --sort size", CTL_USAGE, "", "expected name, rate or sent" },
	{ "users --standing fine", CTL_USAGE, "", "expected good, warned" },
	{ "users --standing warned", CTL_FINE, "SINCE      DUE\n", "" },
	{ "forecast " BOB, CTL_FINE, "So far      0 answered, 5 lapsed, "
	    "0 pending, 0 bounced\nIf silent   nothing: standing stays good\n"
	    "Room        for ", "" },
	{ "forecast eve", CTL_NO, "", "no user \"eve\" has sent anything" },
	{ "restrict " ALICE " --reason too_many --until 2026-02-01",
	    CTL_FINE, "Due         Sun 1 Feb 2026 00:00 UTC\n", "" },
	{ "forecast " ALICE, CTL_FINE, "If silent   another term of "
	    "restriction\nWould help  no number of answers to what is "
	    "counted\n            or 1 new message in time, and "
	    "answered\n", "" },
	{ "user " ALICE, CTL_FINE,
	    "\n            answered, else restricted again\n", "" },
	{ "users --standing restricted", CTL_FINE, "\n" ALICE " restricted",
	    "" },
	{ "restrict " ALICE " --reason too_many --until tomorrow", CTL_USAGE,
	    "", "tomorrow: expected a date, like" },
	{ "restrict " ALICE " --reason too_many --until 2026-01-01",
	    CTL_CANNOT, "", "a time to come" },
	{ "restrict eve --reason r", CTL_NO, "", "no user \"eve\"" },
	{ "pardon " ALICE " --reason a_mistake", CTL_FINE,
	    "Standing    good\n", "" },
	{ "pardon " ALICE " --reason r --json", CTL_FINE,
	    "\"standing\": \"good\"", "" },
	{ "exempt " ALICE " --reason r --until 2026-02-01T12:00:00+01:00",
	    CTL_FINE, "Exempt      until Sun 1 Feb 2026 11:00 UTC\n", "" },
	{ "exempt " ALICE " --reason r", CTL_FINE, "Exempt      for good\n",
	    "" },
	{ "forecast " ALICE, CTL_FINE, "none: an exempt user is not judged",
	    "" },
	{ "restrict " ALICE " --reason r", CTL_NO, "",
	    "end the exemption first" },
	{ "exempt " ALICE " --end --until 2026-02-01 --reason r", CTL_USAGE,
	    "", "--end ends it now" },
	{ "exempt " ALICE " --end --reason r", CTL_FINE,
	    "Standing    good\n", "" },
	{ "exempt " ALICE " --end --reason r", CTL_NO, "",
	    "no exemption" },
	{ "history " ALICE, CTL_FINE, "Decided on  no figures\n\n"
	    "TIME (UTC)       ACTION     ACTOR", "" },
	{ "history " ALICE, CTL_FINE, "2026-01-09 09:00 pardon     ", "" },
	{ "history " ALICE, CTL_FINE, " was restricted: a mistake\n", "" },
	{ "history " ALICE " --json", CTL_FINE, "\"history\": [\n", "" },
	{ "history eve", CTL_NO, "", "no user \"eve\"" },
	{ "audit", CTL_FINE, "TIME (UTC)       ACTION     USER             "
	    "ACTOR", "" },
	{ "audit --user " BOB, CTL_FINE, "REASON\n", "" },
	{ "audit --since 2026-01-10 --json", CTL_FINE, "\"audit\": []", "" },
	{ "audit --since soon", CTL_USAGE, "", "soon: expected a date" },
	{ "export " ALICE, CTL_FINE, "{\"table\":\"account\",", "" },
	{ "export " ALICE, CTL_FINE, "\n{\"table\":\"outreach\",", "" },
	{ "export " ALICE, CTL_FINE, "\n{\"table\":\"contact\",", "" },
	{ "export " ALICE, CTL_FINE, ",\"table\":\"audit\"}\n", "" },
	{ "export eve", CTL_NO, "", "no user \"eve\"" },
	{ "forget c2@outside.test --reason asked", CTL_FINE,
	    "Outreach    1\nContacts    1\nLetters     0\nForgotten.", "" },
	{ "forget c2@outside.test --reason asked", CTL_NO, "",
	    "nothing is known of this address" },
	{ "forget c2 --reason asked", CTL_CANNOT, "",
	    "expected an address" },
	{ "audit", CTL_FINE, "outreach 1, contacts 1, letters 0: asked\n",
	    "" },
};

/* Cuts a line at its blanks, puts blanks for "_". */
static void
cut(char *line, char **argv, int most)
{
	char *rest, *word, *c;
	int count = 1;

	argv[0] = line;
	for (word = strtok_r(line, " ", &rest); word != NULL && count < most;
	    word = strtok_r(NULL, " ", &rest)) {
		for (c = word; *c != '\0'; c++)
			if (*c == '_')
				*c = ' ';
		argv[count++] = word;
	}
	argv[count] = NULL;
}

START_TEST(runs_each_line)
{
	struct api_fixture f;
	struct run run;
	char line[160], *argv[12];
	int i;

	open_house(&f);
	for (i = 0; i < ROWS(runs); i++) {
		snprintf(line, sizeof(line), "%s", runs[i].line);
		cut(line, argv, ROWS(argv) - 1);
		run_line(&run, &f, argv);
		ck_assert_msg(run.result == runs[i].want &&
		    strstr(run.out, runs[i].out) != NULL &&
		    strstr(run.err, runs[i].err) != NULL, "%s: exit %d\n%s%s",
		    runs[i].line, (int)run.result, run.out, run.err);
		ck_assert_msg(runs[i].err[0] != '\0' || run.err[0] == '\0',
		    "%s: complains: %s", runs[i].line, run.err);
		free(run.out);
		free(run.err);
	}
	api_fixture_close(&f);
}
END_TEST

static const struct {
	const char	*name;
	const char	*line, *why;
} mistakes[] = {
	{ "pardon without a reason", "pardon a", "needs --reason TEXT" },
	{ "forget without a reason", "forget a@b", "needs --reason TEXT" },
	{ "forget nobody", "forget --reason r", "forget needs ADDRESS" },
	{ "pardon until", "pardon a --reason r --until 2026-01-01",
	    "--until: not for pardon" },
	{ "end of a restriction", "restrict a --reason r --end",
	    "--end: not for restrict" },
	{ "until nothing", "exempt a --reason r --until",
	    "--until needs a date" },
	{ "audit of a word", "audit alice", "one word too many" },
};

START_TEST(complains_of_mistakes)
{
	struct ctl_args args;
	char line[160], *argv[12];
	struct buf why;

	buf_init(&why);
	snprintf(line, sizeof(line), "%s", mistakes[_i].line);
	cut(line, argv, ROWS(argv) - 1);
	ck_assert_int_eq(ctl_args_parse(&args, argv, &why), STATUS_MALFORMED);
	ck_assert_msg(strstr(why.data, mistakes[_i].why) != NULL, "%s: %s",
	    mistakes[_i].name, why.data);
	buf_release(&why);
}
END_TEST

#define LINE(user, reason) "{\"time\": \"2026-01-05T09:00:00Z\", "	\
	"\"actor\": \"eve (7)\", \"action\": \"pardon\", \"user\": " user \
	", \"reason\": \"" reason "\"}"

static const struct {
	const char	*name, *json;
	unsigned	 columns;
	bool		 user;
	const char	*want;
} tables[] = {
	{ "fits", "[" LINE("\"a\"", "why") "]", 80, true,
	    "TIME (UTC)       ACTION USER ACTOR   REASON\n"
	    "2026-01-05 09:00 pardon a    eve (7) why\n" },
	{ "to the last column", "[" LINE("\"a\"", "why") "]", 40, true,
	    "TIME (UTC)       ACTION USER ACTOR   REASON\n"
	    "2026-01-05 09:00 pardon a    eve (7) why\n" },
	{ "one column too few", "[" LINE("\"a\"", "why") "]", 39, true,
	    "TIME (UTC)       ACTION USER ACTOR   REASON\n"
	    "2026-01-05 09:00 pardon a    eve (7)\n"
	    "                 why\n" },
	{ "no terminal", "[" LINE("\"a\"", "why") "]", 0, false,
	    "TIME (UTC)       ACTION ACTOR   REASON\n"
	    "2026-01-05 09:00 pardon eve (7) why\n" },
	{ "nobody's", "[" LINE("null", "a\\u001b[2Jb") "]", 0, true,
	    "TIME (UTC)       ACTION USER ACTOR   REASON\n"
	    "2026-01-05 09:00 pardon -    eve (7) a?[2Jb\n" },
	{ "nothing known", "[{}]", 0, false,
	    "TIME (UTC)       ACTION ACTOR REASON\n"
	    "-                -      -     -\n" },
	{ "empty", "[]", 0, false, "TIME (UTC)       ACTION ACTOR REASON\n" },
	{ "no array", "{}", 0, false, NULL },
};

START_TEST(shows_the_audit_log)
{
	struct json_t *json = json_loads(tables[_i].json, 0, NULL);
	struct buf got;
	bool shown;

	ck_assert_ptr_nonnull(json);
	buf_init(&got);
	shown = ctl_show_audit(&got, json, tables[_i].columns,
	    tables[_i].user);
	ck_assert_msg(shown == (tables[_i].want != NULL) && (!shown ||
	    strcmp(got.data, tables[_i].want) == 0), "%s:\n%s",
	    tables[_i].name, got.data);
	buf_release(&got);
	json_decref(json);
}
END_TEST

/* Colours change no column. */
START_TEST(colours_standings)
{
	struct json_t *json = json_loads("[{\"user\": \"a\", \"standing\": "
	    "\"restricted\"}, {\"user\": \"b\", \"standing\": \"warned\"}, "
	    "{\"user\": \"c\", \"standing\": \"good\"}]", 0, NULL);
	struct buf got;

	buf_init(&got);
	ck_assert(ctl_show_users(&got, json, 80, true));
	ck_assert_ptr_nonnull(strstr(got.data, "\na    "
	    "\033[31mrestricted\033[0m      - "));
	ck_assert_ptr_nonnull(strstr(got.data, "\nb    \033[33mwarned\033[0m "
	    "         - "));
	ck_assert_ptr_nonnull(strstr(got.data, "\nc    good            - "));
	buf_release(&got);
	json_decref(json);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("ctl-admin");
	TCase *tcase = tcase_create("ctl-admin");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, runs_each_line);
	tcase_add_loop_test(tcase, complains_of_mistakes, 0, ROWS(mistakes));
	tcase_add_loop_test(tcase, shows_the_audit_log, 0, ROWS(tables));
	tcase_add_test(tcase, colours_standings);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
