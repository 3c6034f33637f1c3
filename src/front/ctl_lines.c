/*
 * Lines of a file of any size.
 *
 * getline(3) would take a line of any length into memory, and cannot be
 * stopped while it waits for a terminal or a pipe.
 */
#include "front/ctl_lines.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define POLL_MS		250

void
ctl_lines_init(struct ctl_lines *lines, int fd, bool (*stop)(void))
{
	memset(lines, 0, sizeof(*lines));
	lines->fd = fd;
	lines->stop = stop;
	buf_init(&lines->text);
}

void
ctl_lines_release(struct ctl_lines *lines)
{
	buf_release(&lines->text);
}

/* Reads the next chunk.  CTL_LINE_TEXT: there is one, or the end. */
static enum ctl_line
fill(struct ctl_lines *lines)
{
	struct pollfd ready = { .fd = lines->fd, .events = POLLIN };
	ssize_t got;

	do {
		if (lines->stop != NULL && lines->stop())
			return CTL_LINE_STOPPED;
		got = poll(&ready, 1, POLL_MS);
		if (got > 0)
			got = read(lines->fd, lines->chunk,
			    sizeof(lines->chunk));
		else if (got == 0)
			continue;
		if (got >= 0) {
			lines->at = 0;
			lines->length = (size_t)got;
			lines->end = got == 0;
			return CTL_LINE_TEXT;
		}
	} while (got == 0 || errno == EINTR || errno == EAGAIN);
	return CTL_LINE_ERROR;
}

static void
drop_return(struct buf *text)
{
	if (text->length > 0 && text->data[text->length - 1] == '\r')
		text->data[--text->length] = '\0';
}

/*
 * Takes up to a newline from the chunk; one byte past the bound is kept for
 * the CR.  True: the newline was there.
 */
static bool
take(struct ctl_lines *lines, bool *too_long)
{
	const char *from = lines->chunk + lines->at;
	const char *newline;
	size_t length = lines->length - lines->at;

	newline = memchr(from, '\n', length);
	if (newline != NULL)
		length = (size_t)(newline - from);
	if (lines->text.length + length > CTL_LINE_MAX + 1)
		*too_long = true;
	else
		buf_add(&lines->text, from, length);
	length += newline != NULL;
	lines->at += length;
	lines->bytes += (int64_t)length;
	return newline != NULL;
}

enum ctl_line
ctl_lines_next(struct ctl_lines *lines)
{
	bool too_long = false, whole = false;
	enum ctl_line result;

	buf_clear(&lines->text);
	while (!whole) {
		if (lines->at == lines->length && !lines->end) {
			result = fill(lines);
			if (result != CTL_LINE_TEXT)
				return result;
		}
		if (lines->end) {
			if (lines->text.length == 0 && !too_long)
				return CTL_LINE_END;
			break;
		}
		whole = take(lines, &too_long);
	}
	lines->number++;
	drop_return(&lines->text);
	if (lines->text.failed) {
		errno = ENOMEM;
		return CTL_LINE_ERROR;
	}
	return too_long || lines->text.length > CTL_LINE_MAX ?
	    CTL_LINE_LONG : CTL_LINE_TEXT;
}
