/*
 * A message out of a file, as the milter would have seen it.  Pure, but for
 * reading the file.
 */
#ifndef FRONT_CTL_MESSAGE_H
#define FRONT_CTL_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "mail/message.h"

/* Bytes of a file that are looked at; what is behind them is of no interest. */
#define CTL_MESSAGE_MAX	((size_t)4 * 1024 * 1024)

/*
 * Reads at most `most` bytes of a file, and one to see that there are more.
 * False: errno says why not.
 */
bool ctl_message_file(const char *path, size_t most, struct buf *bytes);

/*
 * Lines may end in LF, CR LF or, where there is no LF at all, CR, which
 * becomes LF.  A line "From " of a mailbox before the header is skipped.
 * `sender` is the envelope sender; NULL: what Return-Path says, else the
 * author's address.  The message is to be initialised; it borrows the judge,
 * which may be NULL.
 */
void ctl_message_read(struct message *, const char *bytes, size_t length,
    const char *sender, const struct judge *);

#endif
