/*
 * How many mailboxes a header field names (RFC 5322 section 3.4).  A count
 * and no more: who gets a message the envelope says.  Pure.
 */
#ifndef MAIL_MAILBOX_H
#define MAIL_MAILBOX_H

#include <stddef.h>

/* Comments within comments that are told apart; deeper ones end early. */
#define MAILBOX_DEPTH_MAX	100

/*
 * Of a To or Cc field's value as it came, broken or not: the parts between
 * commas, and in groups, that have an @ outside of quotes and comments.
 */
size_t mailbox_count(const char *value);

#endif
