/*
 * replygatectl: the administrator's command.  It reads the command line and
 * hands over to a verb, which asks the daemon over its control socket.
 *
 * It never opens the store: one process owns that, and another that dies
 * inside would take the daemon with it.
 */
#include <sys/ioctl.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "front/ctl.h"
#include "front/ctl_http.h"

static unsigned
terminal_columns(int fd)
{
	struct winsize size;

	if (!isatty(fd))
		return 0;
	if (ioctl(fd, TIOCGWINSZ, &size) == -1 || size.ws_col == 0)
		return 80;
	return size.ws_col;
}

/* https://no-color.org: whoever sets NO_COLOR wants none. */
static bool
shows_colours(int fd)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(fd) && (no == NULL || *no == '\0') && term != NULL &&
	    *term != '\0' && strcmp(term, "dumb") != 0;
}

/* -s, else the environment, else where the daemon listens by itself. */
static const char *
find_socket(const struct ctl_args *args)
{
	const char *socket = args->socket;

	if (socket == NULL)
		socket = getenv(CTL_SOCKET_VARIABLE);
	if (socket == NULL || *socket == '\0')
		socket = CTL_SOCKET_DEFAULT;
	return socket;
}

/* An answer that did not get out is none. */
static enum ctl_exit
close_output(struct ctl *ctl, enum ctl_exit result)
{
	if (fflush(ctl->out) == 0 && !ferror(ctl->out))
		return result;
	ctl_complain(ctl, "cannot write the answer");
	return CTL_CANNOT;
}

int
main(int argc, char **argv)
{
	struct ctl ctl = {
		.out = stdout,
		.err = stderr,
		.err_is_terminal = isatty(STDERR_FILENO),
		.columns = terminal_columns(STDOUT_FILENO),
		.colour = shows_colours(STDOUT_FILENO),
	};
	struct ctl_args args;
	enum ctl_exit result;
	struct buf why;

	(void)argc;
	buf_init(&why);
	if (ctl_args_parse(&args, argv, &why) == STATUS_OK) {
		ctl.socket = find_socket(&args);
		ctl.json = args.json;
		ctl.program = argv[0];
		ctl.from = args.from;
		ctl.phrases = args.phrases;
		ctl.conf = args.conf;
		ctl.reason = args.reason;
		ctl.similarity = args.similarity;
		ctl.minimum = args.minimum;
		ctl.standing = args.standing;
		ctl.sort = args.sort;
		ctl.until = args.until;
		ctl.since = args.since;
		ctl.user = args.user;
		ctl.weeks = args.weeks;
		ctl.end = args.end;
		ctl.postfix = args.postfix;
		ctl.sendmail = args.sendmail;
		ctl.operands = args.operands;
		ctl.operand_count = args.operand_count;
		result = args.verb->run(&ctl, args.operand);
		result = close_output(&ctl, result);
	} else {
		ctl_complain(&ctl, "%s", why.data);
		result = CTL_USAGE;
	}
	ctl_http_free(ctl.http);
	buf_release(&why);
	return (int)result;
}
