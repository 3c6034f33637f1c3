/*
 * Charsets with two or four bytes to each character, which no string of C can
 * hold.  Pure.
 */
#ifndef MAIL_WIDE_H
#define MAIL_WIDE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * Appends bytes that are in such a charset as valid UTF-8: as a byte order mark
 * at their start says, else the name; NULL is none.  False, and nothing is
 * appended, where neither does.  Which end comes first the name need not say.
 * What is no character becomes U+FFFD; zeroes and marks are left out.
 */
bool wide_decode(const char *charset, const char *bytes, size_t length,
    struct buf *text);

#endif
