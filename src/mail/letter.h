/*
 * A letter: what the person it goes to reads of it, in words.
 *
 * Decoded (MIME, charset), the text of HTML without what is hidden in it, case
 * and accents and characters nobody sees taken off, letters that look like
 * Latin ones told as these (Unicode Technical Standard 39, confusables).
 * Without addresses of pages and mailboxes, which differ from one recipient to
 * the next in any tool; without quoted earlier mail, without the closing and
 * the signature, which are a person's and not a letter's.  Pure.
 */
#ifndef MAIL_LETTER_H
#define MAIL_LETTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/status.h"

struct message;

/* Bytes of a part that are looked at, and of text taken from it. */
#define LETTER_SOURCE_MAX	((size_t)256 * 1024)
#define LETTER_TEXT_MAX		((size_t)32 * 1024)

struct letter {
	struct buf	 text;		/* words parted by " ", paragraphs by
					   "\n" */
	size_t		 words;		/* characters of scripts without
					   spaces count half */
	size_t		 paragraphs;
	bool		 joins;		/* the last is made of short ones, and
					   takes another */
	bool		 invites;	/* it comes with a calendar's entry */
};

void letter_init(struct letter *);
void letter_release(struct letter *);		/* as after letter_init */

/*
 * Reads a message of which message_body had the body.  NO_MEMORY: the letter
 * is empty, as it is of a message without text.
 */
enum status letter_read(const struct message *, struct letter *);

#endif
