/*
 * What the files of the letter's reader share; nobody else includes this.
 *
 *	letter.c	the parts of the message, and which of them is read
 *	letter_lines.c	paragraphs out of lines, and where the letter ends
 *	letter_words.c	words out of a paragraph
 */
#ifndef MAIL_LETTER_PRIVATE_H
#define MAIL_LETTER_PRIVATE_H

#include "mail/letter.h"

/* letter_lines.c */

/*
 * Reads a text, UTF-8.  With `whole` what looks quoted is read as well.
 */
enum status letter_read_lines(struct letter *, const char *text, bool whole);

/* letter_words.c */

/* Adds a paragraph; a short one to the short one before it. */
void letter_add_paragraph(struct letter *, const char *text, size_t length);

#endif
