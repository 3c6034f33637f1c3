/*
 * Lines that part what its writer wrote from what somebody wrote before.  All
 * of it on folded lines, see phrase_fold.  Pure.
 */
#ifndef MAIL_QUOTE_H
#define MAIL_QUOTE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The first line of a quoted or forwarded message's header ("From: ...",
 * "-----Original Message-----"), or a rule above it.
 */
bool quote_is_separator(const char *line);

/* The same, and no mere rule: people draw those in their own text. */
bool quote_is_header(const char *line);

/* "On Monday Alice wrote:": the line above a quotation. */
bool quote_is_attribution(const char *line, size_t length);

/*
 * "Best regards," and its like in other languages, alone on the line: what
 * follows is the writer's name and address.
 */
bool quote_is_closing(const char *line);

#endif
