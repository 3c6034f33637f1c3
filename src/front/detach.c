/*
 * The background process's standard error is a pipe, read by the process that
 * was started and copied to its own.  A zero byte, which no message has,
 * says that mail is served.
 */
#include "front/detach.h"

#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#define RELAY_SIZE	1024

/* What is said about a failure comes before its exit code does. */
static void
show(const char *text, size_t length)
{
	ssize_t n;

	while (length > 0) {
		n = write(STDERR_FILENO, text, length);
		if (n <= 0)
			return;
		text += n;
		length -= (size_t)n;
	}
}

static int
wait_for(pid_t child)
{
	int result;

	while (waitpid(child, &result, 0) == -1)
		if (errno != EINTR)
			return EX_OSERR;
	return WIFEXITED(result) ? WEXITSTATUS(result) : EX_SOFTWARE;
}

/* Exits when the other end has said that it serves, or is gone. */
static void
relay(int fd, pid_t child)
{
	char text[RELAY_SIZE];
	const char *end;
	ssize_t n;

	for (;;) {
		n = read(fd, text, sizeof(text));
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			_exit(wait_for(child));
		end = memchr(text, '\0', (size_t)n);
		show(text, end != NULL ? (size_t)(end - text) : (size_t)n);
		if (end != NULL)
			_exit(EX_OK);
	}
}

/* A session of its own, and no hold on a terminal or a directory. */
static void
let_go(int errors)
{
	int null = open("/dev/null", O_RDWR);

	setsid();
	if (null != -1) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		if (null > STDERR_FILENO)
			close(null);
	}
	dup2(errors, STDERR_FILENO);
	if (errors > STDERR_FILENO)
		close(errors);
	if (chdir("/") == -1)
		return;		/* holds a directory, and works */
}

enum status
detach_start(struct buf *why)
{
	int ends[2];
	pid_t child;

	if (pipe(ends) == -1 || (child = fork()) == -1) {
		buf_printf(why, "cannot go into the background: %s",
		    strerror(errno));
		return STATUS_UNAVAILABLE;
	}
	if (child != 0) {
		close(ends[1]);
		relay(ends[0], child);
	}
	close(ends[0]);
	let_go(ends[1]);
	return STATUS_OK;
}

void
detach_done(void)
{
	int null;

	/* Nobody waits any more when it is a second child that serves. */
	if (write(STDERR_FILENO, "", 1) == -1 && errno != EPIPE)
		return;
	null = open("/dev/null", O_RDWR);
	if (null != -1) {
		dup2(null, STDERR_FILENO);
		if (null > STDERR_FILENO)
			close(null);
	}
}
