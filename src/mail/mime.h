/*
 * What GMime is asked: addresses in header fields, encoded words.  The only
 * file that includes its header.  Pure but for mime_library_init.
 */
#ifndef MAIL_MIME_H
#define MAIL_MIME_H

#include "base/status.h"
#include "mail/addr.h"

/* Once, before the first message, from one thread. */
void mime_library_init(void);

/*
 * The first mailbox of a From or Sender field's value, normalised as
 * addr_parse does.  NOT_FOUND when the value holds none.
 */
enum status mime_first_address(const char *value, struct addr *);

#endif
