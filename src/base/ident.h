/*
 * Idents: what replygate remembers of outsiders and of Message-IDs.  16
 * bytes of BLAKE2b (RFC 7693) keyed with the site's secret, over a purpose
 * tag and the normalised text, so that the same text hashed for two
 * purposes gives two idents, and the store alone names nobody.
 */
#ifndef BASE_IDENT_H
#define BASE_IDENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"

#define IDENT_SIZE	16
#define IDENT_TEXT_SIZE	(2 * IDENT_SIZE + 1)	/* hex and NUL */
#define IDENT_KEY_SIZE	32

struct ident {
	uint8_t bytes[IDENT_SIZE];
};

struct ident_key {
	uint8_t bytes[IDENT_KEY_SIZE];
};

enum ident_purpose {
	IDENT_MESSAGE = 1,	/* a Message-ID, without its brackets */
	IDENT_CANDIDATE,	/* an outside address, lower-cased */
	IDENT_EVENT,		/* one line of an imported history */
	IDENT_KEY_CHECK,	/* fixed text: does the key fit the store? */
	IDENT_NEW_MESSAGE_ID,	/* the left part of a Message-ID we add */
	IDENT_OWN_ADDRESS,	/* an own address nobody has sent under yet */
	IDENT_TOPIC,		/* a subject, folded, tags and marks off */
	IDENT_WORD_KEY,		/* fixed text: the key of words */
	IDENT_DUMP		/* a line of a dump and those before it; with
				   a key everybody has */
};

/* Once, before any other call here, from one thread. */
enum status ident_library_init(void);

struct ident ident_make(const struct ident_key *, enum ident_purpose,
    const void *text, size_t length);
bool ident_equal(const struct ident *, const struct ident *);
int ident_compare(const struct ident *, const struct ident *);	/* memcmp */
const char *ident_format(const struct ident *, char text[IDENT_TEXT_SIZE]);

/*
 * Short keyed hashes of small pieces of text, of which a letter has hundreds:
 * SipHash-2-4 (J.-P. Aumasson, D. J. Bernstein, INDOCRYPT 2012), with a key
 * made from the site's.
 */
#define IDENT_WORD_KEY_SIZE	16

struct ident_word_key {
	uint8_t bytes[IDENT_WORD_KEY_SIZE];
};

void ident_word_key_make(const struct ident_key *, struct ident_word_key *);
uint64_t ident_word(const struct ident_word_key *, const void *bytes,
    size_t length);

/*
 * The key file holds 64 hexadecimal digits and a newline, is a regular
 * file, and is readable by its owner and group only.  On failure `why` says
 * which file, what was expected and what to do.  ident_key_create writes a new
 * random key with mode 0600 and never overwrites a file (CONFLICT).
 */
enum status ident_key_load(const char *path, struct ident_key *,
    struct buf *why);
enum status ident_key_create(const char *path, struct buf *why);
void ident_key_wipe(struct ident_key *);

/*
 * A random key, to be used once and wiped: what was made with it nobody can
 * make again.
 */
void ident_key_random(struct ident_key *);

#endif
