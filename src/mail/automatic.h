/*
 * Did a person write this?  An ordered table of rules over the facts of one
 * inbound message; the first that holds decides, and its name is the
 * reason that goes with the verdict.  Pure.
 */
#ifndef MAIL_AUTOMATIC_H
#define MAIL_AUTOMATIC_H

#include <stdbool.h>

struct message;

/*
 * The name of the rule that makes the message automatic ("null-sender",
 * "auto-submitted", ...), or NULL: a person wrote it.
 */
const char *automatic_rule(const struct message *);

#endif
