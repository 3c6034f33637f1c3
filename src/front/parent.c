/*
 * One parent, one serving child, two pipes between them:
 *
 *	words	parent to child: 'r' reload, 's' stop; its end without a
 *		word means that the parent is gone
 *	ready	child to parent: one byte when it serves
 *
 * The parent runs no thread, opens no store and reads no mail: there is little
 * in it that could fail.  It blocks its signals and takes them one by one, so
 * that no handler ever runs in the middle of anything.
 *
 * The child leaves the parent's process group: a terminal's Ctrl-C goes to the
 * parent alone, which passes it on as the one word that means it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#ifdef __FreeBSD__
#include <sys/procctl.h>
#endif

#include "front/parent.h"

struct parent_child {
	int	words;		/* the reading end */
	int	ready;		/* the writing end */
};

struct parent {
	struct log	*log;
	sigset_t	 signals;	/* what the parent takes */
	pid_t		 child;
	int		 words;		/* the writing end */
	int		 ready;		/* the reading end */
	bool		 was_ready;	/* this child, or one before it */
	bool		 stopping;
	int64_t		 ends[PARENT_CRASHES];	/* latest unasked ends */
	size_t		 end_count;
};

static int64_t
monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * CLOCK_SECOND + now.tv_nsec / 1000;
}

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

void
parent_ready(struct parent_child *child)
{
	/* A parent that is gone is noticed by parent_listen. */
	if (write(child->ready, "r", 1) == -1)
		return;
	close(child->ready);
	child->ready = -1;
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
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&parent->signals);
	sigaddset(&parent->signals, SIGCHLD);
	sigaddset(&parent->signals, SIGHUP);
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

static bool
open_pipes(int words[2], int ready[2])
{
	if (pipe(words) != 0)
		return false;
	if (pipe(ready) != 0) {
		close(words[0]);
		close(words[1]);
		return false;
	}
	/* The parent only looks whether the byte is there. */
	fcntl(ready[0], F_SETFL, O_NONBLOCK);
	return true;
}

/* In the child it does not return. */
static bool
start_child(struct parent *parent,
    int (*serve)(void *context, struct parent_child *), void *context)
{
	struct parent_child child;
	pid_t self = getpid();
	int words[2], ready[2];

	if (!open_pipes(words, ready))
		return false;
	parent->child = fork();
	if (parent->child == 0) {
		setpgid(0, 0);
		die_with_parent(self);
		signal(SIGCHLD, SIG_DFL);
		close(words[1]);
		close(ready[0]);
		child.words = words[0];
		child.ready = ready[1];
		exit(serve(context, &child));
	}
	close(words[0]);
	close(ready[1]);
	parent->words = words[1];
	parent->ready = ready[0];
	if (parent->child == -1) {
		close_end(&parent->words);
		close_end(&parent->ready);
		return false;
	}
	return true;
}

static void
note_ready(struct parent *parent)
{
	char byte;

	if (parent->ready == -1)
		return;
	if (read(parent->ready, &byte, 1) == 1) {
		parent->was_ready = true;
		close_end(&parent->ready);
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
		if (number != SIGCHLD)
			pass_on(parent, number);
		else if (waitpid(parent->child, &result, WNOHANG) ==
		    parent->child)
			break;
	}
	note_ready(parent);
	close_end(&parent->words);
	close_end(&parent->ready);
	return result;
}

static void
log_end(struct parent *parent, int result)
{
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
	int64_t now = monotonic();
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

int
parent_run(struct log *log, int (*serve)(void *context,
    struct parent_child *), void *context)
{
	struct parent parent = { .log = log, .words = -1, .ready = -1 };
	int result;

	set_signals(&parent);
	for (;;) {
		if (!start_child(&parent, serve, context)) {
			log_write(log, LOG_LEVEL_ERROR,
			    "no process to serve in: %s", strerror(errno));
			return EX_OSERR;
		}
		result = watch_child(&parent);
		if (parent.stopping || !parent.was_ready)
			return exit_code(result);
		if (is_spinning(&parent)) {
			log_write(log, LOG_LEVEL_ERROR, "the serving process "
			    "ended %d times in a minute; giving up",
			    PARENT_CRASHES + 1);
			return EX_SOFTWARE;
		}
		log_end(&parent, result);
	}
}
