/*
 * The milter protocol from the mail system's side: packets to a filter and its
 * answers, over one session.
 */
#ifndef TESTS_SOAK_WIRE_H
#define TESTS_SOAK_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct wire {
	int		fd;		/* -1: no session */
	uint32_t	steps;		/* negotiated */
	struct buf	out;		/* not sent yet */
};

void wire_init(struct wire *);
void wire_release(struct wire *);

/*
 * A session: connected, negotiated, told of a client on the loopback.  False
 * without a filter there that goes along; the session is then to be closed.
 * wire_close politely says goodbye.
 */
bool wire_open(struct wire *, const char *path);
void wire_close(struct wire *, bool politely);

/*
 * Packets to be sent, but for those of steps that the filter does not want to
 * hear of.  A second text may be NULL.
 */
void wire_put(struct wire *, char command, const void *bytes, size_t length);
void wire_texts(struct wire *, char command, const char *first,
    const char *second);
void wire_macro(struct wire *, char command, const char *name,
    const char *value);

/* What becomes of a message, as the filter says at a step of it. */
enum wire_answer {
	WIRE_GO_ON,		/* at the end: it passes */
	WIRE_SKIP,		/* the same, with no more of the body */
	WIRE_ACCEPTED,		/* it passes, without its other steps */
	WIRE_REFUSED,
	WIRE_TEMPFAILED,
	WIRE_BROKEN		/* no answer, or not as the protocol has it */
};

/*
 * Sends what is there and waits for the answer to a step, past what the filter
 * changes.  Where none is to come, WIRE_GO_ON at once, with nothing sent yet.
 */
enum wire_answer wire_ask(struct wire *, char command);

#endif
