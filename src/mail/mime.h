/*
 * What GMime and the GLib below it are asked: addresses in header fields,
 * the ASCII form of a domain.  The only file that includes their headers.
 * Pure but for mime_library_init.
 */
#ifndef MAIL_MIME_H
#define MAIL_MIME_H

#include "base/buf.h"
#include "base/status.h"
#include "mail/addr.h"

/* Bytes of a header field's value that are decoded, of a text folded. */
#define MIME_TEXT_MAX	8192

/* Once, before the first message, from one thread. */
void mime_library_init(void);

/*
 * The first mailbox of a From or Sender field's value, normalised as
 * addr_parse does.  NOT_FOUND when the value holds none.
 */
enum status mime_first_address(const char *value, struct addr *);

/*
 * The form of a domain in UTF-8 that DNS knows, "xn--..." (RFC 3490), in
 * `size` bytes.  MALFORMED when it has none, LIMIT when it does not fit.
 */
enum status mime_domain_to_ascii(const char *domain, char *ascii,
    size_t size);

/*
 * Appends a header field's text as people read it: encoded words (RFC 2047)
 * decoded, bytes of other charsets guessed, always valid UTF-8.  White space
 * and line folding stay.  NO_MEMORY when the buffer failed.
 */
enum status mime_decode_text(const char *value, struct buf *);

/*
 * Appends a form of a UTF-8 text for comparing: NFKC and case folding
 * (Unicode 3.13), characters nobody sees left out, runs of white space one
 * blank, none at either end.  NO_MEMORY when the buffer failed.
 */
enum status mime_fold(const char *text, struct buf *);

#endif
