/*
 * What GMime is asked: addresses and texts in header fields, the parts of a
 * body, their text.  mime.c is the only file that includes its header.  Pure
 * but for mime_library_init.
 */
#ifndef MAIL_MIME_H
#define MAIL_MIME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/status.h"
#include "mail/addr.h"

/* Bytes of a header field's value that are read. */
#define MIME_TEXT_MAX	8192

/* Once, before the first message, from one thread. */
void mime_library_init(void);

/*
 * The first mailbox of a From or Sender field's value, normalised as
 * addr_parse does.  NOT_FOUND when the value holds none.
 */
enum status mime_first_address(const char *value, struct addr *);

/*
 * Appends a header field's text as people read it: encoded words (RFC 2047)
 * decoded, bytes of other charsets guessed, always valid UTF-8.  White space
 * and line folding stay.  NO_MEMORY when the buffer failed.
 */
enum status mime_decode_text(const char *value, struct buf *);

/*
 * The parts of a body.  Bounded: MIME_PARTS_MAX are visited.  A body that names
 * more than MIME_CONTAINERS_MAX multiparts or messages is not taken apart at
 * all, since each may hold the next; nor is one with more lines that begin
 * like a boundary than MIME_BOUNDARIES_MAX.
 */
#define MIME_PARTS_MAX		200
#define MIME_CONTAINERS_MAX	100
#define MIME_BOUNDARIES_MAX	2000

enum mime_kind {
	MIME_TEXT,		/* text/plain, and a body without a type */
	MIME_HTML,
	MIME_MESSAGE,		/* message/rfc822 and its kin: not entered */
	MIME_HEADERS,		/* text/rfc822-headers and its kin */
	MIME_DELIVERY_STATUS,
	MIME_DISPOSITION,
	MIME_FEEDBACK,
	MIME_CALENDAR,
	MIME_OTHER
};

struct mime_part {
	enum mime_kind	 kind;
	const char	*bytes;		/* transfer encoding taken off, charset
					   as it came; NUL behind them; of a
					   MIME_MESSAGE the header alone */
	size_t		 length;
	bool		 reaction;	/* RFC 9078, or Gmail's kind */
	const char	*charset;	/* of a text, as it says; NULL: it does
					   not say */
};

/*
 * Appends a text part as valid UTF-8, of at most `most` of its bytes.  A
 * charset that is not named, not known or not true is guessed: UTF-8,
 * ISO-2022-JP by its escapes, UTF-16 and UTF-32 by their marks, else
 * windows-1252.  Zeroes are left out.  NO_MEMORY when the buffer failed.
 */
enum status mime_part_text(const struct mime_part *, size_t most,
    struct buf *text);

/* A body and the raw values of the fields about it; NULL for none. */
struct mime_body {
	const char	*content_type, *content_encoding;
	const char	*bytes;
	size_t		 length;
	const char	*content_disposition;
};

/*
 * Visits each leaf, in order, until `visit` says false.  A part's bytes live
 * as long as the visit.  LIMIT: a bound was passed; what came before it
 * has been visited.
 */
enum status mime_walk(const struct mime_body *,
    bool (*visit)(void *context, const struct mime_part *), void *context);

#endif
