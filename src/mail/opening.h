/*
 * How a message begins: the first lines its writer wrote, without what is
 * quoted or forwarded, and the kinds of parts it has.  Pure.
 */
#ifndef MAIL_OPENING_H
#define MAIL_OPENING_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/status.h"

struct message;

/* Bytes of own text looked at, and lines of it. */
#define OPENING_MAX	1200
#define OPENING_LINES	20

struct opening {
	struct buf	 text;		/* folded lines, each with its "\n" */
	bool		 quotes;	/* something is quoted or forwarded */
	bool		 answers_event;	/* a calendar's REPLY or COUNTER */
	bool		 event;		/* any other text/calendar */
	bool		 reaction;	/* RFC 9078: somebody only pressed
					   a button */
};

void opening_init(struct opening *);
void opening_release(struct opening *);

/* NO_MEMORY; a message without a body has an empty opening. */
enum status opening_read(const struct message *, struct opening *);

#endif
