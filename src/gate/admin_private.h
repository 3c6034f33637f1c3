/*
 * The gate's own: what the files of the administration share.
 *
 *	admin.c			users, health
 *	admin_why.c		what is known of a message
 *	admin_correct.c		credit, uncredit
 */
#ifndef GATE_ADMIN_PRIVATE_H
#define GATE_ADMIN_PRIVATE_H

#include "gate/admin.h"

/* The ident of a Message-ID.  MALFORMED: it is none. */
enum status admin_message(struct gate *, const char *text, struct ident *);

/* Fills a trace, of which `outreach` is set, as of `now`. */
enum status admin_trace_fill(struct store_txn *, const struct conf *,
    int64_t now, struct admin_trace *);

#endif
