/*
 * The gate's own: what a message is about, as an ident.  Messages of one thread
 * have the same, whatever stands before the subject proper.
 */
#ifndef GATE_TOPIC_H
#define GATE_TOPIC_H

#include <stdbool.h>

#include "base/ident.h"

/*
 * Of a Subject's or Thread-Topic's value as it came; zeroes when there is none,
 * or nothing in it, or no memory.  `forward` (NULL allowed) says whether it is
 * somebody else's, sent on.
 */
struct ident topic_ident(const struct ident_key *, const char *value,
    bool *forward);

bool topic_is_none(const struct ident *);

#endif
