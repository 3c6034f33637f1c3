/*
 * The postmaster's daily digest as text.  Pure.
 */
#ifndef NOTIFY_DIGEST_H
#define NOTIFY_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/conf.h"
#include "policy/standing.h"

/* Lines of one list that are shown; the others are counted. */
#define DIGEST_LINES_MAX	15
#define DIGEST_TEXT_SIZE	120

struct digest_line {
	int64_t	when;			/* of a change */
	char	user[CONF_USER_SIZE];
	char	action[32];		/* of a change: "warning", "pardon" */
	char	text[DIGEST_TEXT_SIZE];
};

struct digest_list {
	struct digest_line lines[DIGEST_LINES_MAX];
	size_t		   count;	/* those not shown, too */
};

struct digest {
	int64_t		   from, until;
	int64_t		   (*offset)(int64_t);	/* of local time; NULL: UTC */
	bool		   monitor;
	char		   problem[256];	/* of health; "": none */
	int64_t		   standings[STANDING_RESTRICTED + 1];
	int64_t		   exempt;
	struct digest_list changes;	/* what the audit log has of users */
	struct digest_list near;	/* the threshold, above it */
	struct digest_list bounced;	/* many of their mails */
};

/* Past DIGEST_LINES_MAX only counts. */
void digest_add(struct digest_list *, const struct digest_line *);

void digest_write(const struct digest *, struct buf *subject,
    struct buf *text);

/*
 * The last moment up to `now` at which it is `hour` in local time, and so a
 * digest due.
 */
int64_t digest_due(int64_t now, int64_t hour, int64_t (*offset)(int64_t));

#endif
