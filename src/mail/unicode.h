/*
 * What Unicode's tables, as GLib has them, say of texts: how they are
 * compared, and what form a domain has in DNS.  unicode.c is the only file
 * that includes GLib's header by itself.  Pure.
 *
 * GLib aborts the process when it runs out of memory, so what is handed to it
 * is bounded: a text to fold here, all else by the caller.
 */
#ifndef MAIL_UNICODE_H
#define MAIL_UNICODE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"

/* Bytes of a text that are folded; the rest is left out. */
#define UNICODE_TEXT_MAX	8192

/* Writes a character as UTF-8; how many bytes that are. */
#define UNICODE_CHARACTER_MAX	4
size_t unicode_write(char bytes[UNICODE_CHARACTER_MAX], uint32_t c);

/*
 * The form of a domain in UTF-8 that DNS knows, "xn--..." (RFC 3490), in
 * `size` bytes.  MALFORMED when it has none, LIMIT when it does not fit.
 */
enum status unicode_domain_to_ascii(const char *domain, char *ascii,
    size_t size);

/*
 * Appends a form of a UTF-8 text for comparing: NFKC and case folding
 * (Unicode 3.13), characters nobody sees left out, runs of white space one
 * blank, none at either end.  NO_MEMORY when the buffer failed.
 */
enum status unicode_fold(const char *text, struct buf *);

/*
 * The characters of a UTF-8 text for comparing words: decomposed (NFKD), case
 * folded, accents and all that nobody sees left out.
 */
enum unicode_class {
	UNICODE_BLANK,		/* white space, and all that is no letter */
	UNICODE_LETTER,		/* or a digit */
	UNICODE_IDEOGRAPH	/* of a script that sets no space between
				   words */
};

void unicode_characters(const char *text, size_t length,
    void (*take)(void *context, uint32_t character, enum unicode_class),
    void *context);

#endif
