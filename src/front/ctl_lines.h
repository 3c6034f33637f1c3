/*
 * Lines of a file of any size, with a bound on each.
 */
#ifndef FRONT_CTL_LINES_H
#define FRONT_CTL_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define CTL_LINE_MAX	((size_t)1024 * 1024)	/* without its newline */

enum ctl_line {
	CTL_LINE_TEXT,		/* `text` holds it */
	CTL_LINE_LONG,		/* past CTL_LINE_MAX: read over */
	CTL_LINE_END,
	CTL_LINE_STOPPED,	/* `stop` said so, between bytes */
	CTL_LINE_ERROR		/* errno says what */
};

struct ctl_lines {
	int		 fd;		/* borrowed */
	bool		(*stop)(void);	/* asked while waiting for bytes */
	struct buf	 text;		/* without newline and CR */
	uint64_t	 number;	/* of the line, from 1 */
	int64_t		 bytes;		/* taken from the file so far */
	size_t		 at, length;	/* of chunk */
	bool		 end;
	char		 chunk[65536];
};

void ctl_lines_init(struct ctl_lines *, int fd, bool (*stop)(void));
void ctl_lines_release(struct ctl_lines *);

/* A last line without a newline is one; a NUL byte ends nothing. */
enum ctl_line ctl_lines_next(struct ctl_lines *);

#endif
