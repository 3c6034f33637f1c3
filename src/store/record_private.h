/*
 * For the files record*.c alone: how fields become bytes and come back.
 *
 * Two small machines do the work: record_put_*() appends a field to a record,
 * and record_take_*() takes one from a reader.  A reader that has run out of
 * bytes, or met a field that cannot be, turns `bad` and stays so, and gives
 * zeroes; each record_read_*() asks once, at its end, by record_finish().  It
 * asks that nothing is left, too: a longer row is of a version we do not know.
 *
 * A new field means a new version number; the reading function then takes
 * both, by the reader's `version`.
 */
#ifndef STORE_RECORD_PRIVATE_H
#define STORE_RECORD_PRIVATE_H

#include <stdbool.h>

#include "store/record.h"

/* Of the rows that have had no other yet. */
#define RECORD_VERSION	1

struct record_reader {
	const uint8_t	*at;
	size_t		 left;
	unsigned	 version;	/* rows */
	bool		 bad;
};

void record_start_key(struct record *);
void record_start_row(struct record *, unsigned version);

void record_put_bytes(struct record *, const void *, size_t);
/* The lowest `width` bytes, at most 8. */
void record_put_number(struct record *, uint64_t, size_t width);
void record_put_time(struct record *, int64_t);		/* 8 bytes */
void record_put_ident(struct record *, const struct ident *);
/* A text of less than `size` bytes, its NUL not counted: cut there. */
void record_put_text(struct record *, const char *, size_t size);

/* What a standing was decided on: the window, and what was counted in it. */
void record_put_evidence(struct record *, const struct rate_window *,
    const struct tally *);

struct record_reader record_read_key(const void *, size_t);
/* A row of one of the versions 1 to `latest`; else it is bad. */
struct record_reader record_read_row(const void *, size_t, unsigned latest);

void record_take_bytes(struct record_reader *, void *, size_t);
uint64_t record_take_number(struct record_reader *, size_t width);
uint32_t record_take_number32(struct record_reader *);
int64_t record_take_time(struct record_reader *);
struct ident record_take_ident(struct record_reader *);
void record_take_text(struct record_reader *, char *, size_t size);
void record_take_evidence(struct record_reader *, struct rate_window *,
    struct tally *);
/* One byte, at most `last`. */
unsigned record_take_choice(struct record_reader *, unsigned last);

/* MALFORMED: it is bad, or there are bytes left. */
enum status record_finish(const struct record_reader *);

#endif
