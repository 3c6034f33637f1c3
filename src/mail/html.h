/*
 * HTML as the text people see of it: the words, where lines and paragraphs
 * end, and nothing that is kept from the eye.  Not a browser: style sheets
 * and positions are not looked at, the style of an element is.  Pure.
 *
 * Left out: comments, scripts, styles; targets of links; what is not displayed
 * ("display:none", "hidden", a font of no size, a box of no size); text in the
 * colour of its background.
 */
#ifndef MAIL_HTML_H
#define MAIL_HTML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Elements inside each other that are told apart; deeper ones look like the
 * one they are in. */
#define HTML_DEPTH_MAX	64

/* Bytes of an attribute's value that are looked at. */
#define HTML_VALUE_MAX	400

/*
 * Appends at most about `most` bytes of text, UTF-8 as the source is: "\n" for
 * the end of a line, "\n\n" for that of a paragraph.  With `own` it ends where
 * something is quoted (blockquote, or a mail program's mark), and answers true
 * when it did.  A failed allocation shows in the buffer.
 */
bool html_to_text(const char *html, size_t most, bool own, struct buf *text);

#endif
