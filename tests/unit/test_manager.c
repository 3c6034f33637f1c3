/*
 * What a service manager hears: the words of its protocol, on a socket of the
 * test's own, from one process alone.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "front/manager.h"
#include "front/parent.h"
#include "test.h"

#define DEADLINE_MS	20000
/* A path; and an abstract name, which is Linux's alone. */
#ifdef __linux__
#define ADDRESSES	2
#else
#define ADDRESSES	1
#endif
#define ROWS(table)	(sizeof(table) / sizeof((table)[0]))

struct listener {
	char	directory[64];
	char	path[128];		/* as NOTIFY_SOCKET has it */
	int	fd;
	pid_t	parent;			/* the daemon's, if there is one */
	char	word[512];		/* the last one heard */
};

static void
listen_at(struct listener *listener, bool abstract)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	socklen_t length;

	memset(listener, 0, sizeof(*listener));
	snprintf(listener->directory, sizeof(listener->directory),
	    "/tmp/replygate-manager.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(listener->directory));
	snprintf(listener->path, sizeof(listener->path), "%s%s/notify",
	    abstract ? "@" : "", listener->directory);
	memcpy(address.sun_path, listener->path, strlen(listener->path));
	if (abstract)
		address.sun_path[0] = '\0';
	length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
	    strlen(listener->path) + (abstract ? 0 : 1));
	listener->fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	ck_assert_int_eq(bind(listener->fd, (struct sockaddr *)&address,
	    length), 0);
	setenv("NOTIFY_SOCKET", listener->path, 1);
}

static void
close_listener(struct listener *listener)
{
	close(listener->fd);
	if (listener->path[0] == '/')
		unlink(listener->path);
	rmdir(listener->directory);
}

static const char *
hear(struct listener *listener)
{
	struct pollfd fd = { .fd = listener->fd, .events = POLLIN };
	ssize_t got;

	ck_assert_msg(poll(&fd, 1, DEADLINE_MS) == 1, "nothing was said");
	got = recv(listener->fd, listener->word, sizeof(listener->word) - 1,
	    0);
	ck_assert_int_ge(got, 0);
	listener->word[got] = '\0';
	return listener->word;
}

static void
hear_word(struct listener *listener, const char *want)
{
	ck_assert_msg(strcmp(hear(listener), want) == 0,
	    "heard \"%s\", want \"%s\"", listener->word, want);
}

static void
hear_reloading(struct listener *listener, int64_t since)
{
	int64_t when;
	char rest;

	ck_assert_msg(sscanf(hear(listener), "RELOADING=1\nMONOTONIC_USEC=%"
	    SCNd64 "%c", &when, &rest) == 1, "%s", listener->word);
	ck_assert_msg(when >= since && when <= clock_monotonic(),
	    "the time is no time of the reload");
}

static void
hear_nothing(struct listener *listener)
{
	char byte;

	ck_assert_int_eq(recv(listener->fd, &byte, 1, MSG_DONTWAIT), -1);
}

/* Both kinds of address, and each word. */
START_TEST(says_each_word)
{
	struct listener listener;
	struct manager manager;
	int64_t now = clock_monotonic();
	char text[2 * MANAGER_STATUS_MAX + 1];
	int i;

	listen_at(&listener, _i == 1);
	setenv("WATCHDOG_USEC", "30000000", 1);
	manager_open(&manager);
	ck_assert(manager_listens(&manager));
	ck_assert_int_eq(manager.watchdog, 30 * CLOCK_SECOND);
	ck_assert_ptr_null(getenv("NOTIFY_SOCKET"));
	ck_assert_ptr_null(getenv("WATCHDOG_USEC"));
	manager_ready(&manager);
	hear_word(&listener, "READY=1");
	manager_reloading(&manager);
	hear_reloading(&listener, now);
	manager_alive(&manager);
	hear_word(&listener, "WATCHDOG=1");
	manager_stopping(&manager);
	hear_word(&listener, "STOPPING=1");
	manager_status(&manager, "one line\nMAINPID=1\x9b");
	hear_word(&listener, "STATUS=one line MAINPID=1?");
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	manager_status(&manager, text);
	ck_assert_uint_eq(strlen(hear(&listener)), strlen("STATUS=") +
	    MANAGER_STATUS_MAX);
	/* nobody waits for one that does not listen */
	for (i = 0; i < 10000; i++)
		manager_alive(&manager);
	manager_close(&manager);
	close_listener(&listener);
}
END_TEST

static const struct {
	const char	*name;
	const char	*socket, *watchdog, *process;
	bool		 listens;
	int64_t		 want;
} environments[] = {
	{ "none", NULL, "1000", NULL, false, 0 },
	{ "empty", "", "1000", NULL, false, 0 },
	{ "relative", "run/notify", NULL, NULL, false, 0 },
	{ "a slash", "/", NULL, NULL, false, 0 },
	{ "vsock", "vsock:2:9999", NULL, NULL, false, 0 },
	{ "no watchdog", "/nowhere", NULL, NULL, true, 0 },
	{ "watchdog", "/nowhere", "1000", NULL, true, 1000 },
	{ "somebody else's", "/nowhere", "1000", "1", true, 0 },
	{ "no number", "/nowhere", "1000x", NULL, true, 0 },
	{ "below zero", "/nowhere", "-5", NULL, true, 0 },
	{ "too large", "/nowhere", "99999999999999999999", NULL, true, 0 },
};

static void
set_or_not(const char *name, const char *value)
{
	if (value != NULL)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

START_TEST(reads_the_environment)
{
	struct manager manager;
	size_t i;

	for (i = 0; i < ROWS(environments); i++) {
		set_or_not("NOTIFY_SOCKET", environments[i].socket);
		set_or_not("WATCHDOG_USEC", environments[i].watchdog);
		set_or_not("WATCHDOG_PID", environments[i].process);
		manager_open(&manager);
		ck_assert_msg(manager_listens(&manager) ==
		    environments[i].listens && manager.watchdog ==
		    environments[i].want, "%s: watchdog %" PRId64,
		    environments[i].name, manager.watchdog);
		manager_ready(&manager);
		manager_close(&manager);
	}
}
END_TEST

/* A name one byte too long for a socket's address. */
START_TEST(bounds_the_name)
{
	struct sockaddr_un address;
	char name[sizeof(address.sun_path) + 1];
	struct manager manager;

	memset(name, 'x', sizeof(name));
	name[0] = '/';
	name[sizeof(name) - 1] = '\0';
	setenv("NOTIFY_SOCKET", name, 1);
	manager_open(&manager);
	ck_assert(!manager_listens(&manager));
	name[sizeof(name) - 2] = '\0';
	setenv("NOTIFY_SOCKET", name, 1);
	manager_open(&manager);
	ck_assert(manager_listens(&manager));
	manager_close(&manager);
}
END_TEST

/*
 * Parent and child
 */

/* Reloads well, then not; the watchdog's sign of life between them. */
static int
serve(void *context, struct parent_child *child)
{
	int *reloads = context;

	if (!parent_is_managed(child) ||
	    parent_watchdog(child) != 30 * CLOCK_SECOND ||
	    getenv("NOTIFY_SOCKET") != NULL)
		return EX_SOFTWARE;
	parent_ready(child);
	while (parent_listen(child) == PARENT_RELOAD) {
		parent_tell(child, PARENT_NEWS_RELOADING, "");
		if ((*reloads)++ == 0)
			parent_tell(child, PARENT_NEWS_RELOADED, "re\nloaded");
		else
			parent_tell(child, PARENT_NEWS_KEPT, "kept");
		parent_tell(child, PARENT_NEWS_ALIVE, "");
		if (*reloads == 3)
			raise(SIGKILL);
	}
	parent_tell(child, PARENT_NEWS_ALIVE, "");
	return 7;
}

static void
renew(void *context)
{
	(void)context;
}

static void
start_parent(struct listener *listener)
{
	struct log *log = log_open(LOG_TARGET_STDERR, LOG_LEVEL_ERROR);
	int reloads = 0;

	setenv("WATCHDOG_USEC", "30000000", 1);
	listener->parent = fork();
	ck_assert_int_ge(listener->parent, 0);
	if (listener->parent == 0) {
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(EX_IOERR);
		_exit(parent_run(log, &(struct parent_work){ serve, renew,
		    &reloads }));
	}
	log_close(log);
}

static void
reload(struct listener *listener)
{
	int64_t now = clock_monotonic();

	kill(listener->parent, SIGHUP);
	hear_reloading(listener, now);
}

START_TEST(parent_speaks_for_all)
{
	struct listener listener;
	int result;

	listen_at(&listener, false);
	start_parent(&listener);
	hear_word(&listener, "READY=1");
	reload(&listener);
	hear_word(&listener, "STATUS=re loaded");
	hear_word(&listener, "READY=1");
	hear_word(&listener, "WATCHDOG=1");
	reload(&listener);
	hear_word(&listener, "STATUS=kept");
	hear_word(&listener, "READY=1");
	hear_word(&listener, "WATCHDOG=1");
	/* the third kills the child; the next one is ready */
	reload(&listener);
	hear_word(&listener, "STATUS=kept");
	hear_word(&listener, "READY=1");
	hear_word(&listener, "WATCHDOG=1");
	hear_word(&listener,
	    "STATUS=the serving process crashed; starting another");
	hear_word(&listener, "READY=1");
	kill(listener.parent, SIGTERM);
	hear_word(&listener, "STOPPING=1");
	hear_word(&listener,
	    "STATUS=stopping: finishing the messages in hand");
	ck_assert_int_eq(waitpid(listener.parent, &result, 0),
	    listener.parent);
	ck_assert(WIFEXITED(result) && WEXITSTATUS(result) == 7);
	hear_nothing(&listener);
	close_listener(&listener);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("manager");
	TCase *tests = tcase_create("manager");

	tcase_add_loop_test(tests, says_each_word, 0, ADDRESSES);
	tcase_add_test(tests, reads_the_environment);
	tcase_add_test(tests, bounds_the_name);
	tcase_add_test(tests, parent_speaks_for_all);
	tcase_set_timeout(tests, 60);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
