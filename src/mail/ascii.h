/*
 * Texts in plain ASCII, which most are: what Unicode's tables say of such
 * bytes can be said without asking them.  Pure.
 */
#ifndef MAIL_ASCII_H
#define MAIL_ASCII_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

bool ascii_only(const char *text, size_t length);

/* Appends what unicode_fold makes of a text that is ASCII. */
void ascii_fold(const char *text, size_t length, struct buf *folded);

#endif
