/*
 * Mail of our own, written: text and names in ASCII, as RFC 2045 and RFC 2047
 * have them.  What comes in is UTF-8.  Pure.
 *
 * GMime could do it, but its folding and its choice of encodings differ from
 * version to version, and what we send is to be the same everywhere.
 */
#ifndef MAIL_ENCODE_H
#define MAIL_ENCODE_H

#include "base/buf.h"
#include "base/status.h"

/* Longest name of a mailbox, in bytes. */
#define ENCODE_NAME_MAX		200

/*
 * Adds "NAME: " and the text, folded where it is long, and CRLF.  A text that
 * is not printable ASCII becomes encoded words (RFC 2047); control characters
 * become blanks.
 */
void encode_field(struct buf *, const char *name, const char *text);

/*
 * Adds one mailbox, "Mail team <mail@example.com>" or "mail@example.com", as a
 * header field has it.  MALFORMED when it is not just one, has no domain, or
 * is not ASCII in its address; NO_MEMORY.
 */
enum status encode_mailbox(struct buf *, const char *text);

/* Adds lines that end in "\n" as quoted-printable, CRLF (RFC 2045 6.7). */
void encode_quoted_printable(struct buf *, const char *text);

#endif
