/*
 * Blocks of labelled lines, and figures out of JSON, for people.  What an
 * answer lacks is shown as "-".  Pure.
 */
#ifndef FRONT_CTL_BLOCK_H
#define FRONT_CTL_BLOCK_H

#include "base/buf.h"
#include "front/ctl_text.h"

struct json_t;

/* A member's text, NULL for none; the same of a whole number, "-" for none. */
const char *ctl_block_text_of(const struct json_t *, const char *key);
const char *ctl_block_number_of(const struct json_t *, const char *key,
    char text[CTL_TEXT_NUMBER_SIZE]);

void ctl_block_pad(struct buf *, size_t width, size_t used);

/* The label alone, and whole lines. */
void ctl_block_label(struct buf *, const char *label);
void ctl_block_text(struct buf *, const char *label, const char *text);
/* A sentence, of several lines where it does not fit one of 80 columns. */
void ctl_block_sentence(struct buf *, const char *label, const char *text);
void ctl_block_time(struct buf *, const char *label, const char *time,
    const char *missing);
void ctl_block_number(struct buf *, const char *label, const struct json_t *,
    const char *key);

#endif
