/*
 * The gate's own: mail to the postmaster, in the transaction of what it tells
 * of, so that it is told once.
 */
#ifndef GATE_POSTMASTER_H
#define GATE_POSTMASTER_H

#include "gate/gate.h"

/*
 * Puts a mail into the outbox; nothing where nobody is to be told.  The text's
 * lines end in "\n", and are no longer than 78 columns.
 */
enum status postmaster_tell(struct store_txn *, const struct conf *,
    int64_t now, const char *subject, const char *text);

/* The breaker opened, with so many settled, or closed. */
enum status postmaster_tell_breaker(struct store_txn *, const struct conf *,
    int64_t now, bool open);

/* A jump of the clock was believed: the last tick before it, and now. */
enum status postmaster_tell_jump(struct store_txn *, const struct conf *,
    int64_t last, int64_t now);

/* Once an hour: an import that was left unfinished is told of, once. */
enum status postmaster_look(struct gate *, const struct conf *, int64_t now);

#endif
