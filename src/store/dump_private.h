/*
 * For the files dump*.c alone: rows as JSON.
 */
#ifndef STORE_DUMP_PRIVATE_H
#define STORE_DUMP_PRIVATE_H

#include "store/dump.h"

#define DUMP_VERSION_KEY	"replygate-dump"
#define DUMP_END_KEY		"end"
#define DUMP_CHECKSUM_KEY	"checksum"
#define DUMP_TABLE_KEY		"table"

struct json_t;

/* A new reference; NULL without memory. */
struct json_t *dump_row_json(const struct store_row *);

/* MALFORMED: `why` says what is wrong and what was expected. */
enum status dump_row_parse(struct store_row *, const struct json_t *,
    struct buf *why);

/* A field of its own: letters have lists. */
struct json_t *dump_merge_json(const struct merge_campaign *);
bool dump_merge_parse(struct merge_campaign *, const struct json_t *,
    struct buf *why);

/* Bytes as digits, and back; false: they are no such digits. */
struct json_t *dump_hex(const void *bytes, size_t length);
bool dump_unhex(const char *text, void *bytes, size_t length);

/* The checksum of all lines up to this one, from that of those before. */
struct ident dump_checksum(const struct ident *before, const char *text,
    size_t length);

#endif
