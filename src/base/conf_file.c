/*
 * A file's bytes, within a bound.  libconfig could read the file itself, but
 * ends the process on a directory, waits for ever on a FIFO and knows no
 * bound.
 */
#include "base/conf_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status
open_regular(const char *path, int *fd, struct buf *problem)
{
	struct stat st;

	/* O_NONBLOCK: opening a FIFO must not wait for a writer. */
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (*fd == -1 || fstat(*fd, &st) == -1) {
		buf_printf(problem, ": cannot be read: %s; expected a file "
		    "readable by the user replygate runs as", strerror(errno));
		return STATUS_NOT_FOUND;
	}
	if (!S_ISREG(st.st_mode)) {
		buf_printf(problem, ": is %s; expected a regular file",
		    S_ISDIR(st.st_mode) ? "a directory" : "no regular file");
		return STATUS_NOT_FOUND;
	}
	return STATUS_OK;
}

/* Reads to the end, or until there is more than `max`. */
static enum status
read_all(int fd, size_t max, struct buf *bytes, struct buf *problem)
{
	char block[16 * 1024];
	ssize_t n;

	while ((n = read(fd, block, sizeof(block))) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			buf_printf(problem, ": cannot be read: %s; expected a "
			    "readable file", strerror(errno));
			return STATUS_NOT_FOUND;
		}
		if ((size_t)n > max - bytes->length) {
			buf_printf(problem, ": is too large; expected at most "
			    "%zu bytes", max);
			return STATUS_MALFORMED;
		}
		buf_add(bytes, block, (size_t)n);
		if (bytes->failed)
			return STATUS_NO_MEMORY;
	}
	return STATUS_OK;
}

/* A NUL would silently end the text for every reader behind us. */
static enum status
check_text(const struct buf *bytes, struct buf *problem)
{
	const char *nul, *at;
	unsigned line = 1;

	if (strncmp(bytes->data, "\xef\xbb\xbf", 3) == 0) {
		buf_add_text(problem, ":1: begins with a byte order mark; "
		    "expected plain text without one");
		return STATUS_MALFORMED;
	}
	nul = memchr(bytes->data, '\0', bytes->length);
	if (nul == NULL)
		return STATUS_OK;
	for (at = bytes->data; at < nul; at++)
		line += *at == '\n';
	buf_printf(problem, ":%u: holds a NUL byte; expected plain text", line);
	return STATUS_MALFORMED;
}

enum status
conf_file_read(const char *path, size_t max, char **text, struct buf *problem)
{
	enum status status;
	struct buf bytes;
	int fd = -1;

	*text = NULL;
	buf_init(&bytes);
	status = open_regular(path, &fd, problem);
	if (status == STATUS_OK)
		status = read_all(fd, max, &bytes, problem);
	if (status == STATUS_OK)
		status = check_text(&bytes, problem);
	if (status == STATUS_OK) {
		/* libconfig wants one behind a comment on the last line. */
		if (bytes.length > 0 && bytes.data[bytes.length - 1] != '\n')
			buf_add_text(&bytes, "\n");
		*text = buf_detach(&bytes);
		if (*text == NULL)
			status = STATUS_NO_MEMORY;
	}
	if (fd != -1)
		close(fd);
	buf_release(&bytes);
	return status;
}
