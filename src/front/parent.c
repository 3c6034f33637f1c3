/*
 * One parent, one serving child, two pipes between them:
 *
 *	words	parent to child: 'r' reload, 's' stop; its end without a
 *		word means that the parent is gone
 *	news	child to parent: lines, a letter and a text: 'r' it serves, and
 *		those of enum parent_news
 *
 * The parent runs no thread, opens no store and reads no mail: there is little
 * in it that could fail.  It blocks its signals and takes them one by one, so
 * that no handler ever runs in the middle of anything; that there are news is
 * one of them (SIGIO), since sigwait(3) waits for nothing else.
 *
 * The child leaves the parent's process group: a terminal's Ctrl-C goes to the
 * parent alone, which passes it on as the one word that means it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#ifdef __FreeBSD__
#include <sys/procctl.h>
#endif

#include "front/manager.h"
#include "front/parent.h"

/* A line of news; a pipe takes one this long whole (PIPE_BUF). */
#define NEWS_SIZE	512
#define NEWS_READY	'r'

struct parent_child {
	int	words;		/* the reading end */
	int	news;		/* the writing end */
	bool	managed;
	int64_t	watchdog;
};

struct parent {
	struct log	*log;
	const struct parent_work *work;
	struct manager	 manager;
	sigset_t	 signals;	/* what the parent takes */
	pid_t		 child;
	int		 words;		/* the writing end */
	int		 news;		/* the reading end */
	char		 line[NEWS_SIZE];	/* of news, as it comes */
	size_t		 length;
	bool		 was_ready;	/* this child, or one before it */
	bool		 stopping;
	int64_t		 ends[PARENT_CRASHES];	/* latest unasked ends */
	size_t		 end_count;
};

/*
 * The child
 */

/* Where the system can do it, a parent's death is the child's at once. */
static void
die_with_parent(pid_t parent)
{
#if defined(__linux__)
	prctl(PR_SET_PDEATHSIG, SIGKILL);
#elif defined(__FreeBSD__)
	int signal_number = SIGKILL;

	procctl(P_PID, 0, PROC_PDEATHSIG_CTL, &signal_number);
#endif
	if (getppid() != parent)
		_exit(EX_SOFTWARE);
}

/* A parent that is gone is noticed by parent_listen. */
static void
tell(struct parent_child *child, char kind, const char *text)
{
	char line[NEWS_SIZE], *at;
	int length;

	length = snprintf(line, sizeof(line) - 1, "%c%s", kind, text);
	if (length >= (int)sizeof(line) - 1)
		length = (int)sizeof(line) - 2;
	line[length] = '\0';
	for (at = line; *at != '\0'; at++)
		if (*at == '\n')
			*at = ' ';
	line[length] = '\n';
	if (write(child->news, line, (size_t)length + 1) == -1)
		return;
}

void
parent_ready(struct parent_child *child)
{
	tell(child, NEWS_READY, "");
}

void
parent_tell(struct parent_child *child, enum parent_news news,
    const char *text)
{
	tell(child, (char)news, text);
}

bool
parent_is_managed(const struct parent_child *child)
{
	return child->managed;
}

int64_t
parent_watchdog(const struct parent_child *child)
{
	return child->watchdog;
}

enum parent_word
parent_listen(struct parent_child *child)
{
	ssize_t got;
	char word;

	do
		got = read(child->words, &word, 1);
	while (got == -1 && errno == EINTR);
	if (got != 1)
		return PARENT_GONE;
	return word == 'r' ? PARENT_RELOAD : PARENT_STOP;
}

/*
 * The parent
 */

static void
take_no_action(int signal_number)
{
	(void)signal_number;
}

static void
set_signals(struct parent *parent)
{
	struct sigaction action;

	/* Without a handler some systems drop what is ignored by default. */
	memset(&action, 0, sizeof(action));
	action.sa_handler = take_no_action;
	sigaction(SIGCHLD, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	sigaction(SIGIO, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&parent->signals);
	sigaddset(&parent->signals, SIGCHLD);
	sigaddset(&parent->signals, SIGHUP);
	sigaddset(&parent->signals, SIGIO);
	sigaddset(&parent->signals, SIGTERM);
	sigaddset(&parent->signals, SIGINT);
	sigprocmask(SIG_BLOCK, &parent->signals, NULL);
}

static void
close_end(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

/*
 * Neither side of the news waits for the other: the child has mail to see to,
 * the parent has signals to take.
 */
static bool
set_up_news(const int news[2])
{
	return fcntl(news[1], F_SETFL, O_NONBLOCK) != -1 &&
	    fcntl(news[0], F_SETOWN, getpid()) != -1 &&
	    fcntl(news[0], F_SETFL, O_NONBLOCK | O_ASYNC) != -1;
}

static bool
open_pipes(int words[2], int news[2])
{
	if (pipe(words) != 0)
		return false;
	if (pipe(news) == 0) {
		if (set_up_news(news))
			return true;
		close(news[0]);
		close(news[1]);
	}
	close(words[0]);
	close(words[1]);
	return false;
}

/* Does not return. */
static void
be_child(struct parent *parent, pid_t self, int words, int news)
{
	struct parent_child child = {
		.words = words,
		.news = news,
		.managed = manager_listens(&parent->manager),
		.watchdog = parent->manager.watchdog
	};

	setpgid(0, 0);
	die_with_parent(self);
	signal(SIGCHLD, SIG_DFL);
	signal(SIGIO, SIG_IGN);
	manager_close(&parent->manager);
	exit(parent->work->serve(parent->work->context, &child));
}

/* In the child it does not return. */
static bool
start_child(struct parent *parent)
{
	pid_t self = getpid();
	int words[2], news[2];

	if (!open_pipes(words, news))
		return false;
	parent->child = fork();
	if (parent->child == 0) {
		close(words[1]);
		close(news[0]);
		be_child(parent, self, words[0], news[1]);
	}
	close(words[0]);
	close(news[1]);
	parent->words = words[1];
	parent->news = news[0];
	parent->length = 0;
	if (parent->child == -1) {
		close_end(&parent->words);
		close_end(&parent->news);
		return false;
	}
	return true;
}

/* A child that stops has no more to say to the manager. */
static void
take_news(struct parent *parent, char kind, const char *text)
{
	const struct manager *manager = &parent->manager;

	if (parent->stopping)
		return;
	if (kind == NEWS_READY)
		parent->was_ready = true;
	if (kind == PARENT_NEWS_RELOADED)
		parent->work->renew(parent->work->context);
	if (*text != '\0')
		manager_status(manager, text);
	switch (kind) {
	case NEWS_READY:
	case PARENT_NEWS_RELOADED:
	case PARENT_NEWS_KEPT:
		manager_ready(manager);
		break;
	case PARENT_NEWS_RELOADING:
		manager_reloading(manager);
		break;
	case PARENT_NEWS_ALIVE:
		manager_alive(manager);
		break;
	}
}

/* Whole lines; what is left of one waits for its end. */
static void
take_lines(struct parent *parent)
{
	char *end;
	size_t length;

	while ((end = memchr(parent->line, '\n', parent->length)) != NULL) {
		*end = '\0';
		length = (size_t)(end - parent->line) + 1;
		take_news(parent, parent->line[0], parent->line + 1);
		parent->length -= length;
		memmove(parent->line, parent->line + length, parent->length);
	}
	/* No line of ours is so long. */
	if (parent->length == sizeof(parent->line))
		parent->length = 0;
}

static void
hear_news(struct parent *parent)
{
	ssize_t got;

	if (parent->news == -1)
		return;
	while ((got = read(parent->news, parent->line + parent->length,
	    sizeof(parent->line) - parent->length)) > 0) {
		parent->length += (size_t)got;
		take_lines(parent);
	}
}

/*
 * A word may find nobody there; SIGCHLD then tells why.  Stop is said once,
 * and is the last word: the pipe stays open, or it would mean more.
 */
static void
pass_on(struct parent *parent, int signal_number)
{
	const char *word = signal_number == SIGHUP ? "r" : "s";

	if (parent->stopping)
		return;
	parent->stopping = signal_number != SIGHUP;
	if (parent->stopping) {
		manager_stopping(&parent->manager);
		manager_status(&parent->manager,
		    "stopping: finishing the messages in hand");
	}
	if (parent->words != -1 && write(parent->words, word, 1) == -1)
		log_write(parent->log, LOG_LEVEL_WARNING,
		    "the child cannot be told: %s", strerror(errno));
}

/* Waits for the child to end, and passes signals on meanwhile. */
static int
watch_child(struct parent *parent)
{
	int number, result;

	for (;;) {
		if (sigwait(&parent->signals, &number) != 0)
			continue;
		hear_news(parent);
		if (number == SIGIO)
			continue;
		if (number != SIGCHLD)
			pass_on(parent, number);
		else if (waitpid(parent->child, &result, WNOHANG) ==
		    parent->child)
			break;
	}
	hear_news(parent);
	close_end(&parent->words);
	close_end(&parent->news);
	return result;
}

static void
log_end(struct parent *parent, int result)
{
	manager_status(&parent->manager,
	    "the serving process crashed; starting another");
	if (WIFSIGNALED(result))
		log_write(parent->log, LOG_LEVEL_ERROR, "the serving process "
		    "%ld ended by signal %d; starting another",
		    (long)parent->child, WTERMSIG(result));
	else
		log_write(parent->log, LOG_LEVEL_ERROR, "the serving process "
		    "%ld ended with code %d; starting another",
		    (long)parent->child, WEXITSTATUS(result));
}

/* Too many ends in too short a time?  Notes this one. */
static bool
is_spinning(struct parent *parent)
{
	int64_t now = clock_monotonic();
	int64_t *oldest = &parent->ends[parent->end_count % PARENT_CRASHES];
	bool spinning;

	spinning = parent->end_count >= PARENT_CRASHES &&
	    now - *oldest < PARENT_SPAN;
	*oldest = now;
	parent->end_count++;
	return spinning;
}

static int
exit_code(int result)
{
	return WIFEXITED(result) ? WEXITSTATUS(result) : EX_SOFTWARE;
}

/* Until a child has ended that is to be the last. */
static int
keep_one(struct parent *parent)
{
	int result;

	for (;;) {
		if (!start_child(parent)) {
			log_write(parent->log, LOG_LEVEL_ERROR,
			    "no process to serve in: %s", strerror(errno));
			return EX_OSERR;
		}
		result = watch_child(parent);
		if (parent->stopping || !parent->was_ready)
			return exit_code(result);
		if (is_spinning(parent)) {
			log_write(parent->log, LOG_LEVEL_ERROR, "the serving "
			    "process ended %d times in a minute; giving up",
			    PARENT_CRASHES + 1);
			manager_status(&parent->manager,
			    "the serving process crashed too often; given up");
			return EX_SOFTWARE;
		}
		log_end(parent, result);
	}
}

int
parent_run(struct log *log, const struct parent_work *work)
{
	struct parent parent = {
		.log = log, .work = work, .words = -1, .news = -1
	};
	int code;

	set_signals(&parent);
	manager_open(&parent.manager);
	code = keep_one(&parent);
	manager_close(&parent.manager);
	return code;
}
