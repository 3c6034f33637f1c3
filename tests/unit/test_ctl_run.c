/*
 * The command against a daemon's API, and against what may answer in its
 * place: what it prints, what it complains of, what it exits with.
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api_fixture.h"
#include "front/ctl.h"
#include "front/ctl_http.h"
#include "test.h"

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))
#define ALICE		API_FIXTURE_ALICE
#define NOBODY		65534

/* One run of the command. */
struct run {
	enum ctl_exit	 result;
	char		*out, *err;
};

static void
run_with(struct run *run, struct ctl ctl, const char *verb,
    const char *operand)
{
	size_t out_length, err_length;

	ctl.out = open_memstream(&run->out, &out_length);
	ctl.err = open_memstream(&run->err, &err_length);
	ck_assert(ctl.out != NULL && ctl.err != NULL);
	run->result = ctl_verb_find(verb)->run(&ctl, operand);
	ctl_http_free(ctl.http);
	fclose(ctl.out);
	fclose(ctl.err);
}

static void
run_verb(struct run *run, const char *socket, bool json, const char *verb,
    const char *operand)
{
	const struct ctl ctl = { .socket = socket, .json = json };

	run_with(run, ctl, verb, operand);
}

/* Checks and releases. */
static void
check_run(const char *name, struct run *run, enum ctl_exit want,
    const char *out, const char *err)
{
	ck_assert_msg(run->result == want && strstr(run->out, out) != NULL &&
	    strstr(run->err, err) != NULL, "%s: exit %d, want %d\n%s%s", name,
	    (int)run->result, (int)want, run->out, run->err);
	ck_assert_msg(*err != '\0' || run->err[0] == '\0', "%s: complains: %s",
	    name, run->err);
	free(run->out);
	free(run->err);
}

static const struct {
	const char	*name;
	const char	*verb, *operand;
	bool		 json;
	enum ctl_exit	 want;
	const char	*out, *err;
} runs[] = {
	{ "users", "users", NULL, false, CTL_FINE, "\n" ALICE " good", "" },
	{ "users as JSON", "users", NULL, true, CTL_FINE,
	    "\"user\": \"" ALICE "\"", "" },
	{ "user", "user", ALICE, false, CTL_FINE, "Standing    good\n", "" },
	{ "user as JSON", "user", ALICE, true, CTL_FINE,
	    "\"standing\": \"good\"", "" },
	{ "an unknown user", "user", "bob", false, CTL_NO, "",
	    "no user \"bob\" has sent anything\n" },
	{ "a user nearly", "user", "alise@local.test", false, CTL_NO, "",
	    "did you mean " ALICE "?\n" },
	{ "a user that is none", "user", "a\033b", false, CTL_CANNOT, "",
	    "expected a user's name" },
	{ "health", "health", NULL, false, CTL_FINE, "Health      good\n",
	    "" },
	{ "health as JSON", "health", NULL, true, CTL_FINE,
	    "\"healthy\": true", "" },
	{ "version", "version", NULL, false, CTL_FINE, "replygate 0.", "" },
	{ "version as JSON", "version", NULL, true, CTL_FINE,
	    "\"replygatectl\": \"0.", "" },
	{ "help", "help", NULL, false, CTL_FINE, "usage: replygatectl", "" },
	{ "help for one", "help", "import", false, CTL_FINE, "import FILE",
	    "" },
	{ "help for none", "help", "frob", false, CTL_USAGE, "",
	    "unknown verb frob" },
	{ "a file that is not there", "import", "/nonexistent", false,
	    CTL_CANNOT, "", "/nonexistent: No such file" },
	{ "a directory", "import", "/", false, CTL_CANNOT, "",
	    "/: Is a directory" },
};

START_TEST(runs_each_verb)
{
	struct api_fixture f;
	struct run run;
	int i;

	api_fixture_open(&f);
	fixture_send(&f.fixture, ALICE, "<m1@local.test>", 1, 3);
	for (i = 0; i < ROWS(runs); i++) {
		run_verb(&run, f.path, runs[i].json, runs[i].verb,
		    runs[i].operand);
		check_run(runs[i].name, &run, runs[i].want, runs[i].out,
		    runs[i].err);
	}
	api_fixture_close(&f);
}
END_TEST

START_TEST(lists_users_of_many_pages)
{
	char login[64], id[64];
	const char *c;
	struct api_fixture f;
	struct run run;
	int i, lines = 0;

	api_fixture_open(&f);
	for (i = 0; i < 1001; i++) {
		snprintf(login, sizeof(login), "user%04d@local.test", i);
		snprintf(id, sizeof(id), "<m%d@local.test>", i);
		fixture_send(&f.fixture, login, id, 1, 1);
	}
	run_verb(&run, f.path, false, "users", NULL);
	for (c = run.out; *c != '\0'; c++)
		lines += *c == '\n';
	ck_assert_int_eq(lines, 1002);
	check_run("many", &run, CTL_FINE, "\nuser1000@local.test ", "");
	api_fixture_close(&f);
}
END_TEST

START_TEST(says_what_health_lacks)
{
	struct api_fixture f;
	struct run run;

	api_fixture_open(&f);
	f.fixture.now += CLOCK_DAY;
	run_verb(&run, f.path, false, "health", NULL);
	check_run("no tick for a day", &run, CTL_NO, "has not ticked", "");
	run_verb(&run, f.path, true, "health", NULL);
	check_run("the same as JSON", &run, CTL_NO, "\"healthy\": false", "");
	api_fixture_close(&f);
}
END_TEST

/*
 * Who answers
 */

START_TEST(says_that_nobody_listens)
{
	char path[256] = "/tmp/";
	struct api_fixture f;
	struct run run;

	api_fixture_open(&f);
	api_fixture_stop(&f);
	run_verb(&run, f.path, false, "users", NULL);
	check_run("no daemon", &run, CTL_CANNOT, "", "no daemon is listening "
	    "there (start replygate, or name its socket with -s)");
	run_verb(&run, f.path, false, "version", NULL);
	check_run("version all the same", &run, CTL_CANNOT, "replygatectl 0.",
	    "no daemon is listening");
	memset(path + 5, 'x', sizeof(path) - 6);
	run_verb(&run, path, false, "users", NULL);
	check_run("a path too long", &run, CTL_CANNOT, "", "too long for a "
	    "socket's path");
	api_fixture_close(&f);
}
END_TEST

START_TEST(says_that_there_is_no_right)
{
	bool root = geteuid() == 0;
	struct api_fixture f;
	struct run run;

	api_fixture_open(&f);
	/* Root may do everything, so it is somebody else for a moment. */
	if (root)
		ck_assert_int_eq(seteuid(NOBODY), 0);
	else
		ck_assert_int_eq(chmod(f.path, 0), 0);
	run_verb(&run, f.path, false, "users", NULL);
	if (root)
		ck_assert_int_eq(seteuid(0), 0);
	check_run("no right", &run, CTL_CANNOT, "", "no right to the socket");
	api_fixture_close(&f);
}
END_TEST

/* Answers each connection with the next of its texts, read or not. */
struct impostor {
	char		 directory[64], path[96];
	int		 fd;
	pthread_t	 thread;
	const char	*texts[3];
};

static void *
play(void *context)
{
	struct impostor *impostor = context;
	char bytes[4096];
	int client, i;

	for (i = 0; i < 3 && impostor->texts[i] != NULL; i++) {
		client = accept(impostor->fd, NULL, NULL);
		if (client == -1)
			break;
		if (read(client, bytes, sizeof(bytes)) > 0)
			api_fixture_send(client, impostor->texts[i],
			    strlen(impostor->texts[i]));
		close(client);
	}
	close(impostor->fd);
	return NULL;
}

static void
impostor_start(struct impostor *impostor, const char *first,
    const char *second)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	memset(impostor, 0, sizeof(*impostor));
	impostor->texts[0] = first;
	impostor->texts[1] = second;
	strcpy(impostor->directory, "/tmp/replygate-ctl-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(impostor->directory));
	snprintf(impostor->path, sizeof(impostor->path), "%s/s",
	    impostor->directory);
	memcpy(address.sun_path, impostor->path, strlen(impostor->path) + 1);
	impostor->fd = socket(AF_UNIX, SOCK_STREAM, 0);
	ck_assert_int_eq(bind(impostor->fd, (const struct sockaddr *)&address,
	    sizeof(address)), 0);
	ck_assert_int_eq(listen(impostor->fd, 4), 0);
	ck_assert_int_eq(pthread_create(&impostor->thread, NULL, play,
	    impostor), 0);
}

static void
impostor_stop(struct impostor *impostor)
{
	pthread_join(impostor->thread, NULL);
	unlink(impostor->path);
	ck_assert_int_eq(rmdir(impostor->directory), 0);
}

#define SERVER(version)	"Server: replygate/" version "\r\n"
#define ANSWER(code, fields, body)					\
	"HTTP/1.1 " code "\r\n" fields "Connection: close\r\n\r\n" body

static const struct {
	const char	*name;
	const char	*text;
	const char	*err;
} impostors[] = {
	{ "hangs up", "", "no answer" },
	{ "speaks SMTP", "220 mail.example ESMTP\r\n", "no replygate answers" },
	{ "another web server", ANSWER("200 OK", "Server: nginx\r\n",
	    "{\"user\":\"bob\"}"), "no replygate answers" },
	{ "answers in no JSON", ANSWER("200 OK", SERVER("0.1.0"), "<html>"),
	    "no replygate answers" },
	{ "an older daemon", ANSWER("404 Not Found", SERVER("0.0.9"),
	    "{\"error\":\"no\"}"),
	    "version 0.0.9, does not know this request" },
	{ "a newer daemon", ANSWER("200 OK", SERVER("9.0"), "{\"who\":1}"),
	    "not understood" },
	{ "a version for the terminal", ANSWER("404 Not Found",
	    SERVER("1\033[2J"), "{\"error\":\"no\"}"),
	    "version 1, does not know" },
	{ "an error for the terminal", ANSWER("503 No", SERVER("0.1.0"),
	    "{\"error\":\"a\\u001b[2J\"}"), "replygatectl: a?[2J\n" },
	{ "cut short", "HTTP/1.1 200 OK\r\n" SERVER("0.1.0")
	    "Content-Length: 100\r\n\r\n{", "no answer" },
};

START_TEST(tells_who_else_answers)
{
	struct impostor impostor;
	struct run run;
	int i;

	for (i = 0; i < ROWS(impostors); i++) {
		impostor_start(&impostor, impostors[i].text, NULL);
		run_verb(&run, impostor.path, false, "user", "bob");
		check_run(impostors[i].name, &run, CTL_CANNOT, "",
		    impostors[i].err);
		impostor_stop(&impostor);
	}
}
END_TEST

/*
 * Import
 */

static void
write_file(struct api_fixture *f, char path[128], const char *text)
{
	FILE *file;

	snprintf(path, 128, "%s/history", f->directory);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
}

START_TEST(imports_a_file_twice)
{
	struct api_fixture f;
	struct run run;
	char path[128];

	api_fixture_open(&f);
	write_file(&f, path, API_FIXTURE_OUT "\n" API_FIXTURE_IN);
	run_verb(&run, f.path, false, "import", path);
	check_run("first", &run, CTL_FINE, "2 events: 2 applied, 0 refused "
	    "then, 0 seen before, 0 bad lines\n", "");
	run_verb(&run, f.path, true, "import", path);
	check_run("again", &run, CTL_FINE, "\"repeated\": 2", "");
	fixture_tally(&f.fixture, ALICE, 1, 2, 0);
	run_verb(&run, f.path, false, "health", NULL);
	check_run("is finished", &run, CTL_FINE, "good", "");
	unlink(path);
	api_fixture_close(&f);
}
END_TEST

START_TEST(reports_bad_lines_by_number)
{
	char path[128], where[160];
	struct api_fixture f;
	struct run run;

	api_fixture_open(&f);
	write_file(&f, path, API_FIXTURE_OUT "\r\n\n{\"time\": \033}\n"
	    API_FIXTURE_IN);
	snprintf(where, sizeof(where), "%s:4: no JSON", path);
	run_verb(&run, f.path, false, "import", path);
	ck_assert_ptr_null(strchr(run.err, '\033'));
	check_run("a bad line", &run, CTL_NO, "3 events: 2 applied, 0 refused "
	    "then, 0 seen before, 1 bad line\n", where);
	run_verb(&run, f.path, true, "import", path);
	check_run("as JSON", &run, CTL_NO, "\"line\": 4", where);
	unlink(path);
	api_fixture_close(&f);
}
END_TEST

START_TEST(imports_more_than_a_batch)
{
	const struct ctl ctl = { .err_is_terminal = true };
	char path[128], where[160];
	struct ctl terminal = ctl;
	struct api_fixture f;
	struct buf text;
	struct run run;
	int i;

	api_fixture_open(&f);
	buf_init(&text);
	for (i = 1; i <= 2500; i++)
		buf_printf(&text, "{\"time\":%d,\"direction\":\"out\","
		    "\"user\":\"bob\",\"recipients\":[\"c%d@outside.test\"],"
		    "\"message_id\":\"<%d@local.test>\"%s}\n",
		    1767000000 + i, i, i, i == 1500 ? ",\"x\":1" : "");
	write_file(&f, path, text.data);
	snprintf(where, sizeof(where), "%s:1500: unknown key", path);
	terminal.socket = f.path;
	run_with(&run, terminal, "import", path);
	ck_assert_ptr_nonnull(strstr(run.err, " MB, "));
	check_run("three batches", &run, CTL_NO, "2,500 events: 2,499 applied",
	    where);
	buf_release(&text);
	unlink(path);
	api_fixture_close(&f);
}
END_TEST

START_TEST(stops_when_interrupted)
{
	sigset_t signals, pending;
	struct api_fixture f;
	struct run run;
	char path[128];

	api_fixture_open(&f);
	write_file(&f, path, API_FIXTURE_OUT);
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	raise(SIGINT);
	run_verb(&run, f.path, false, "import", path);
	check_run("interrupted", &run, CTL_CANNOT, "0 events",
	    "not finished: from line 1 on");
	ck_assert_int_eq(sigpending(&pending), 0);
	ck_assert_msg(!sigismember(&pending, SIGINT), "still pending");
	unlink(path);
	api_fixture_close(&f);
}
END_TEST

START_TEST(says_how_far_it_came)
{
	static const struct {
		const char	*name;
		const char	*text, *err;
	} rows[] = {
		{ "hangs up", "", "no answer" },
		{ "the store is away", ANSWER("503 No", SERVER("0.1.0"),
		    "{\"error\":\"none applied\"}"), "none applied" },
		{ "fewer results", ANSWER("200 OK", SERVER("0.1.0"),
		    "{\"lines\":[]}"), "not understood" },
		{ "a line that was not sent", ANSWER("200 OK",
		    SERVER("0.1.0"), "{\"lines\":[{\"line\":2,\"result\":"
		    "\"applied\"}]}"), "not understood" },
		{ "a result that is none", ANSWER("200 OK", SERVER("0.1.0"),
		    "{\"lines\":[{\"line\":1,\"result\":\"maybe\"}]}"),
		    "not understood" },
	};
	static const char version[] = ANSWER("200 OK", SERVER("0.1.0"),
	    "{\"version\":\"0.1.0\"}");
	struct impostor impostor;
	struct api_fixture f;
	struct run run;
	char path[128];
	int i;

	api_fixture_open(&f);
	write_file(&f, path, "\n" API_FIXTURE_OUT);
	for (i = 0; i < ROWS(rows); i++) {
		impostor_start(&impostor, version, rows[i].text);
		run_verb(&run, impostor.path, false, "import", path);
		ck_assert_msg(strstr(run.err, "not finished: from line 2 on") !=
		    NULL, "%s: %s", rows[i].name, run.err);
		check_run(rows[i].name, &run, CTL_CANNOT, "events",
		    rows[i].err);
		impostor_stop(&impostor);
	}
	unlink(path);
	api_fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("ctl_run");
	TCase *run = tcase_create("run");

	tcase_set_timeout(run, 60);
	tcase_add_test(run, runs_each_verb);
	tcase_add_test(run, lists_users_of_many_pages);
	tcase_add_test(run, says_what_health_lacks);
	tcase_add_test(run, says_that_nobody_listens);
	tcase_add_test(run, says_that_there_is_no_right);
	tcase_add_test(run, tells_who_else_answers);
	tcase_add_test(run, imports_a_file_twice);
	tcase_add_test(run, reports_bad_lines_by_number);
	tcase_add_test(run, imports_more_than_a_batch);
	tcase_add_test(run, stops_when_interrupted);
	tcase_add_test(run, says_how_far_it_came);
	suite_add_tcase(suite, run);
	return test_run(suite);
}
