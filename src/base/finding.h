/*
 * What a look at the house found: each finding has a name, how bad it is, what
 * was seen, and what to do about it, in lines that can be copied.
 */
#ifndef BASE_FINDING_H
#define BASE_FINDING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum finding_level {
	FINDING_FINE,
	FINDING_WARNING,	/* it works, but not as well as it might */
	FINDING_PROBLEM		/* what replygate is there for does not work */
};
const char *finding_level_text(enum finding_level);	/* "ok", ... */

struct finding {
	const char		*check;		/* static: "mail-in" */
	enum finding_level	 level;
	struct buf		 seen;		/* one line */
	struct buf		 advice;	/* lines; none: "" */
};

#define FINDINGS_MAX	48

/* More than FINDINGS_MAX are dropped, and `failed` says so. */
struct findings {
	struct finding	list[FINDINGS_MAX];
	size_t		count;
	bool		failed;		/* some are missing */
};

void findings_init(struct findings *);
void findings_release(struct findings *);

void findings_add(struct findings *, enum finding_level, const char *check,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* A line behind the advice of the one added last. */
void findings_advise(struct findings *, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
