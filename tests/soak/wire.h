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
	struct buf	out;		/* waits for wire_flush */
};

void wire_init(struct wire *);
void wire_release(struct wire *);

/*
 * A session: connected, negotiated, told of a client on the loopback.  False
 * without a filter there that answers as replygate does; the session is then
 * to be closed.  wire_close politely says goodbye.
 */
bool wire_open(struct wire *, const char *path);
void wire_close(struct wire *, bool politely);

/* Packets to be sent.  A second text may be NULL. */
void wire_put(struct wire *, char command, const void *bytes, size_t length);
void wire_texts(struct wire *, char command, const char *first,
    const char *second);
void wire_macro(struct wire *, char command, const char *name,
    const char *value);
bool wire_flush(struct wire *);

/*
 * The filter's answer, past what it changes: a command of <libmilter/mfdef.h>
 * with the first bytes of what comes with it, or 0 when there is none.
 */
char wire_verdict(struct wire *, unsigned char *head, size_t size);

#endif
