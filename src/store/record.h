/*
 * The store's bytes: rows and keys, encoded field by field, numbers big-
 * endian.  Pure.
 *
 * A row begins with a version.  Reading accepts any bytes and answers
 * MALFORMED for what no writing function of this file can have made: another
 * version, a length that does not fit, a standing that does not exist, a
 * text with a NUL in it.
 *
 * Keys have no version and sort by memcmp as their values do: a time is
 * stored with its sign flipped, so that the years before 1970 come first.
 * Names and addresses are keys as they are, without their NUL.
 */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "store/store.h"

/* Longest row: a notice of full size is 6,194 bytes. */
#define RECORD_SIZE		8192

/* Exact lengths of the keys that are made of numbers and idents. */
#define RECORD_NUMBER_SIZE	8
#define RECORD_TIME_SIZE	8
#define RECORD_MOMENT_SIZE	(RECORD_TIME_SIZE + 4)
#define RECORD_PAIR_SIZE	(RECORD_NUMBER_SIZE + IDENT_SIZE)
#define RECORD_OUTREACH_SIZE	(RECORD_NUMBER_SIZE + RECORD_MOMENT_SIZE)
#define RECORD_SLOT_SIZE	(RECORD_NUMBER_SIZE + 1)

struct record {
	size_t	length;
	uint8_t	bytes[RECORD_SIZE];
};

/* Keys. */

void record_key_number(struct record *, uint64_t);
void record_key_time(struct record *, int64_t);
void record_key_moment(struct record *, int64_t when, uint32_t n);
void record_key_pair(struct record *, uint64_t account, const struct ident *);
void record_key_outreach(struct record *, uint64_t account, int64_t sent_at,
    uint32_t n);

void record_key_slot(struct record *, uint64_t account, uint32_t slot);

/*
 * An address answers go to, and to whose outreach: the address with its NUL,
 * then the account.  Account 0 is before all.
 */
void record_key_answer(struct record *, const char *address,
    uint64_t account);

enum status record_read_key_number(const void *, size_t, uint64_t *);
enum status record_read_key_time(const void *, size_t, int64_t *);
enum status record_read_key_moment(const void *, size_t, int64_t *,
    uint32_t *);
/* Sets account, sent_at and n; the other fields are left alone. */
enum status record_read_key_outreach(const void *, size_t, struct outreach *);
/* Of less than `size` bytes, its NUL not counted. */
enum status record_read_key_answer(const void *, size_t, char *address,
    size_t size, uint64_t *account);
enum status record_read_key_slot(const void *, size_t, uint64_t *account,
    uint32_t *slot);

/* Rows.  What the key holds beside the row is not repeated in it. */

void record_account(struct record *, const struct account *);
enum status record_read_account(const void *, size_t, struct account *);

/* An address: the account that sends under it. */
void record_number(struct record *, uint64_t);
enum status record_read_number(const void *, size_t, uint64_t *);

/* A contact: last heard.  An address answers go to: last used by the account.
 * An event: its date. */
void record_time(struct record *, int64_t);
enum status record_read_time(const void *, size_t, int64_t *);

/* All of it but account, sent_at and n, which are the key. */
void record_outreach(struct record *, const struct outreach *);
enum status record_read_outreach(const void *, size_t, struct outreach *);

/*
 * All of it but slot.  What a letter's next candidate changes stands at the
 * end.
 */
void record_merge(struct record *, const struct merge_campaign *);
enum status record_read_merge(const void *, size_t, struct merge_campaign *);

/* When it was last seen, of any row that record_read_merge takes. */
enum status record_read_merge_time(const void *, size_t, int64_t *last_seen);

/* All of it but sequence; what its kind does not have is left alone. */
void record_notice(struct record *, const struct store_notice *);
enum status record_read_notice(const void *, size_t, struct store_notice *);

/* All of it but when and n.  Texts past their size are cut. */
void record_audit(struct record *, const struct store_audit *);
enum status record_read_audit(const void *, size_t, struct store_audit *);

/* A small value of bytes, at most STORE_META_SIZE: LIMIT past that. */
enum status record_meta(struct record *, const void *value, size_t length);
/* LIMIT when the value is longer than `size`. */
enum status record_read_meta(const void *, size_t row_length, void *value,
    size_t size, size_t *length);

#endif
