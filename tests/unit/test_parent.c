/*
 * The parent process: it passes words on, replaces what crashed, and knows
 * when to give up.  The children here say what they do on a pipe; the test
 * waits for each word with a deadline.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "front/parent.h"
#include "test.h"

#define DEADLINE_MS	20000

/* What the children say. */
#define SERVING		'S'
#define RELOADED	'R'
#define STOPPED		'T'
#define MANY		20
#define RENEWED		'N'	/* the parent says this one */

struct stage {
	int	say;		/* the children's end */
	int	hear;		/* ours */
	pid_t	parent;
};

static void
say(const struct stage *stage, char word)
{
	if (write(stage->say, &word, 1) != 1)
		_exit(EX_IOERR);
}

static void
renew(void *stage)
{
	say(stage, RENEWED);
}

static int
serve_well(void *context, struct parent_child *child)
{
	struct stage *stage = context;
	pid_t self = getpid();

	/* Before a word is heard: whoever hears it may kill at once. */
	parent_ready(child);
	say(stage, SERVING);
	if (write(stage->say, &self, sizeof(self)) != sizeof(self))
		return EX_IOERR;
	while (parent_listen(child) == PARENT_RELOAD)
		say(stage, RELOADED);
	say(stage, STOPPED);
	return 7;
}

/* News come faster than they are read, long ones and short ones. */
static int
reload_much(void *context, struct parent_child *child)
{
	char text[2000];
	int i;

	memset(text, 'd', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	parent_ready(child);
	for (i = 0; i < MANY; i++) {
		parent_tell(child, PARENT_NEWS_STATUS, text + 1900);
		parent_tell(child, PARENT_NEWS_RELOADED, text);
	}
	if (parent_listen(child) != PARENT_STOP)
		return EX_SOFTWARE;
	say(context, STOPPED);
	return EX_OK;
}

static int
fail_to_start(void *context, struct parent_child *child)
{
	(void)child;
	say(context, SERVING);
	return EX_CONFIG;
}

static int
crash(void *context, struct parent_child *child)
{
	parent_ready(child);
	say(context, SERVING);
	raise(SIGKILL);
	return EX_OK;
}

static void
open_stage(struct stage *stage, int (*serve)(void *, struct parent_child *))
{
	struct log *log = log_open(LOG_TARGET_STDERR, LOG_LEVEL_ERROR);
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	stage->hear = ends[0];
	stage->say = ends[1];
	stage->parent = fork();
	ck_assert_int_ge(stage->parent, 0);
	if (stage->parent == 0) {
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(EX_IOERR);
		_exit(parent_run(log, &(struct parent_work){ serve, renew,
		    stage }));
	}
	log_close(log);
	close(stage->say);
}

static void
hear_bytes(const struct stage *stage, void *bytes, size_t length)
{
	struct pollfd fd = { .fd = stage->hear, .events = POLLIN };

	ck_assert_msg(poll(&fd, 1, DEADLINE_MS) == 1, "nothing was said");
	ck_assert_int_eq(read(stage->hear, bytes, length), (ssize_t)length);
}

static void
hear(const struct stage *stage, char want)
{
	char word;

	hear_bytes(stage, &word, 1);
	ck_assert_msg(word == want, "heard %c, expected %c", word, want);
}

static pid_t
hear_serving(const struct stage *stage)
{
	pid_t child;

	hear(stage, SERVING);
	hear_bytes(stage, &child, sizeof(child));
	return child;
}

/* The child is killed too, or sees the pipe end first and stops. */
static void
hear_silence(const struct stage *stage)
{
	struct pollfd fd = { .fd = stage->hear, .events = POLLIN };
	char word = STOPPED;

	ck_assert_msg(poll(&fd, 1, DEADLINE_MS) == 1, "the child is left");
	if (read(stage->hear, &word, 1) == 1)
		ck_assert_msg(word == STOPPED, "heard %c", word);
}

/* The stage goes silent when every process on it has ended. */
static int
close_stage(struct stage *stage)
{
	struct pollfd fd = { .fd = stage->hear, .events = POLLIN };
	char word;
	int result;

	ck_assert_msg(poll(&fd, 1, DEADLINE_MS) == 1, "somebody is left");
	ck_assert_msg(read(stage->hear, &word, 1) == 0, "heard %c more", word);
	close(stage->hear);
	ck_assert_int_eq(waitpid(stage->parent, &result, 0), stage->parent);
	ck_assert(WIFEXITED(result) || WIFSIGNALED(result));
	return WIFEXITED(result) ? WEXITSTATUS(result) : -WTERMSIG(result);
}

/* Whole, and once each: what the child has taken into use the parent has. */
START_TEST(parent_renews_what_the_child_reloads)
{
	struct stage stage;
	int i;

	open_stage(&stage, reload_much);
	for (i = 0; i < MANY; i++)
		hear(&stage, RENEWED);
	kill(stage.parent, SIGTERM);
	hear(&stage, STOPPED);
	ck_assert_int_eq(close_stage(&stage), EX_OK);
}
END_TEST

START_TEST(hup_is_a_reload_and_not_a_stop)
{
	struct stage stage;

	open_stage(&stage, serve_well);
	hear_serving(&stage);
	kill(stage.parent, SIGHUP);
	hear(&stage, RELOADED);
	kill(stage.parent, SIGHUP);
	hear(&stage, RELOADED);
	kill(stage.parent, SIGTERM);
	hear(&stage, STOPPED);
	ck_assert_int_eq(close_stage(&stage), 7);
}
END_TEST

static const int stops[] = { SIGTERM, SIGINT };

START_TEST(stop_waits_for_the_child)
{
	struct stage stage;

	open_stage(&stage, serve_well);
	hear_serving(&stage);
	kill(stage.parent, stops[_i]);
	hear(&stage, STOPPED);
	ck_assert_int_eq(close_stage(&stage), 7);
}
END_TEST

START_TEST(crashed_child_is_replaced)
{
	struct stage stage;
	pid_t first, second;

	open_stage(&stage, serve_well);
	first = hear_serving(&stage);
	kill(first, SIGKILL);
	second = hear_serving(&stage);
	ck_assert_int_ne(first, second);
	kill(stage.parent, SIGHUP);
	hear(&stage, RELOADED);
	kill(stage.parent, SIGTERM);
	hear(&stage, STOPPED);
	ck_assert_int_eq(close_stage(&stage), 7);
}
END_TEST

START_TEST(child_does_not_outlive_its_parent)
{
	struct stage stage;

	open_stage(&stage, serve_well);
	hear_serving(&stage);
	kill(stage.parent, SIGKILL);
	hear_silence(&stage);
	ck_assert_int_eq(close_stage(&stage), -SIGKILL);
}
END_TEST

START_TEST(failed_start_is_not_repeated)
{
	struct stage stage;

	open_stage(&stage, fail_to_start);
	hear(&stage, SERVING);
	ck_assert_int_eq(close_stage(&stage), EX_CONFIG);
}
END_TEST

START_TEST(crashing_child_is_given_up)
{
	struct stage stage;
	int i;

	open_stage(&stage, crash);
	for (i = 0; i < PARENT_CRASHES + 1; i++)
		hear(&stage, SERVING);
	ck_assert_int_eq(close_stage(&stage), EX_SOFTWARE);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("parent");
	TCase *tcase = tcase_create("parent");

	tcase_add_test(tcase, parent_renews_what_the_child_reloads);
	tcase_add_test(tcase, hup_is_a_reload_and_not_a_stop);
	tcase_add_loop_test(tcase, stop_waits_for_the_child, 0,
	    sizeof(stops) / sizeof(stops[0]));
	tcase_add_test(tcase, crashed_child_is_replaced);
	tcase_add_test(tcase, child_does_not_outlive_its_parent);
	tcase_add_test(tcase, failed_start_is_not_repeated);
	tcase_add_test(tcase, crashing_child_is_given_up);
	tcase_set_timeout(tcase, 60);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
