/*
 * One HTTP request to the daemon's UNIX socket (libcurl).
 */
#ifndef FRONT_CTL_HTTP_H
#define FRONT_CTL_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/status.h"

#define CTL_HTTP_VERSION_SIZE	32

struct ctl_http;

struct ctl_http_request {
	const char	*target;	/* path and arguments, encoded */
	const char	*body;		/* NULL: GET, else POST */
	size_t		 length;
	bool		 patient;	/* wait for the answer for a day */
	bool		(*give_up)(void);	/* NULL: never; asked about
						   once a second */
};

struct ctl_http_answer {
	long		 code;
	/* The daemon's; "": it is no replygate. */
	char		 version[CTL_HTTP_VERSION_SIZE];
	struct buf	 body;
};

/* NULL without memory.  The path is copied. */
struct ctl_http *ctl_http_new(const char *socket);
void ctl_http_free(struct ctl_http *);		/* NULL allowed */

/*
 * The answer is to be initialised with ctl_http_answer_init; it may be used
 * again.  UNAVAILABLE: nobody was reached, `why` says why and what to do;
 * UNCERTAIN: the request was on its way and no answer came back.
 */
enum status ctl_http_ask(struct ctl_http *, const struct ctl_http_request *,
    struct ctl_http_answer *, struct buf *why);

void ctl_http_answer_init(struct ctl_http_answer *);
void ctl_http_answer_release(struct ctl_http_answer *);

#endif
