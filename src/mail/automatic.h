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

/*
 * Is it one of the rules about lists?  They hold for people's mail through a
 * list as well: such a message counts as a person's when it answers our
 * Message-ID and comes from its recipient.  automatic_rule names one of
 * these only when no other rule holds.
 */
bool automatic_is_list_rule(const char *rule);

#endif
