/*
 * What stands before the subject proper: tags that gateways and lists put
 * there ("[External]", "EXT:"), and marks of replies and forwards ("Re:",
 * "AW:").  All of it on folded text, see subject_fold.  Pure.
 */
#ifndef MAIL_SUBJECT_H
#define MAIL_SUBJECT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/status.h"

/*
 * Appends a Subject or Thread-Topic field's value decoded (RFC 2047) and
 * folded for comparing, see phrase_fold; NULL appends nothing.
 */
enum status subject_fold(const char *value, struct buf *);

/* Behind the tag the text begins with; NULL when it begins with none. */
const char *subject_skip_tag(const char *text);

/* Behind all tags. */
const char *subject_skip_tags(const char *text);

/*
 * Behind the mark of a reply or a forward the text begins with; NULL when it
 * begins with none.
 */
const char *subject_skip_mark(const char *text);

/* Does a mark stand behind its tags?  A person answers or sends on. */
bool subject_is_answer(const char *text);

/*
 * Is the first mark behind its tags that of a forward ("Fwd:", "WG:", "TR:",
 * "RV:")?  What is sent on is somebody else's.
 */
bool subject_is_forward(const char *text);

/*
 * The subject proper: behind all tags and marks, however many there are and
 * in whatever order.  Two messages of one thread have the same.
 */
const char *subject_topic(const char *text);

#endif
