/*
 * A store as text, and back.
 */
#include "store/dump_private.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Rows of one transaction. */
#define DUMP_ROWS	256
#define LOAD_ROWS	512

/* A dump is read with these bounds. */
#define FLAGS_IN	JSON_REJECT_DUPLICATES
#define FLAGS_OUT	(JSON_COMPACT | JSON_ENSURE_ASCII)

struct ident
dump_checksum(const struct ident *before, const char *text, size_t length)
{
	static const struct ident_key everybodys;
	struct ident ident = *before;
	struct buf both;

	buf_init(&both);
	buf_add(&both, before->bytes, IDENT_SIZE);
	buf_add(&both, text, length);
	if (!both.failed)
		ident = ident_make(&everybodys, IDENT_DUMP, both.data,
		    both.length);
	buf_release(&both);
	return ident;
}

/*
 * Out
 */

struct dumping {
	bool			(*line)(void *, const char *, size_t);
	void			*context;
	struct ident		 checksum;
	uint64_t		 rows;

	struct store_place	 from, to;
	struct buf		 lines;		/* of one page, each with its
						   NUL */
	uint64_t		 page_rows, page_unreadable, unreadable;
	bool			 failed;	/* no memory */
};

static void
add_line(void *context, const struct store_row *row)
{
	struct dumping *dumping = context;
	json_t *json = dump_row_json(row);
	char *text = json != NULL ? json_dumps(json, FLAGS_OUT) : NULL;

	if (text == NULL)
		dumping->failed = true;
	else
		buf_add(&dumping->lines, text, strlen(text) + 1);
	dumping->page_rows++;
	free(text);
	json_decref(json);
}

static enum status
page_body(struct store_txn *txn, void *argument)
{
	struct dumping *dumping = argument;
	enum status status;

	dumping->to = dumping->from;
	buf_clear(&dumping->lines);
	dumping->page_rows = dumping->page_unreadable = 0;
	dumping->failed = false;
	status = store_walk(txn, &dumping->to, DUMP_ROWS,
	    &dumping->page_unreadable, add_line, dumping);
	if (dumping->failed || dumping->lines.failed)
		status = STATUS_NO_MEMORY;
	return status;
}

static enum status
put_line(struct dumping *dumping, const char *text)
{
	size_t length = strlen(text);

	dumping->checksum = dump_checksum(&dumping->checksum, text, length);
	return dumping->line(dumping->context, text, length) ? STATUS_OK :
	    STATUS_UNAVAILABLE;
}

static enum status
put_page(struct dumping *dumping)
{
	const char *at = dumping->lines.data;
	const char *end = at + dumping->lines.length;
	enum status status = STATUS_OK;

	for (; at < end && status == STATUS_OK; at += strlen(at) + 1)
		status = put_line(dumping, at);
	dumping->from = dumping->to;
	dumping->rows += dumping->page_rows;
	dumping->unreadable += dumping->page_unreadable;
	return status;
}

static enum status
put_end(struct dumping *dumping)
{
	char checksum[IDENT_TEXT_SIZE];
	enum status status;
	struct buf line;

	buf_init(&line);
	buf_printf(&line, "{\"" DUMP_END_KEY "\":%" PRIu64 ",\""
	    DUMP_CHECKSUM_KEY "\":\"%s\"}", dumping->rows,
	    ident_format(&dumping->checksum, checksum));
	status = line.failed ? STATUS_NO_MEMORY :
	    put_line(dumping, line.data);
	buf_release(&line);
	return status;
}

enum status
dump_write(struct store *store, bool (*line)(void *, const char *, size_t),
    void *context, uint64_t *unreadable)
{
	struct dumping dumping = { .line = line, .context = context };
	char first[64];
	enum status status;

	snprintf(first, sizeof(first), "{\"" DUMP_VERSION_KEY "\":%d}",
	    DUMP_VERSION);
	buf_init(&dumping.lines);
	status = put_line(&dumping, first);
	while (status == STATUS_OK && !dumping.from.end) {
		status = store_view(store, page_body, &dumping);
		if (status == STATUS_OK)
			status = put_page(&dumping);
	}
	if (status == STATUS_OK)
		status = put_end(&dumping);
	*unreadable = dumping.unreadable;
	buf_release(&dumping.lines);
	return status;
}

/*
 * In
 */

struct load {
	struct store		*store;
	struct ident		 checksum;
	uint64_t		 line;		/* the last that came */
	uint64_t		 rows;
	bool			 ended;

	struct store_row	 waiting[LOAD_ROWS];
	uint64_t		 lines[LOAD_ROWS];	/* they stood on */
	size_t			 count;
	size_t			 bad;		/* of them; LOAD_ROWS: none */
};

struct load *
load_new(struct store *store)
{
	struct load *load = calloc(1, sizeof(*load));

	if (load != NULL)
		load->store = store;
	return load;
}

void
load_free(struct load *load)
{
	free(load);
}

static enum status
put_body(struct store_txn *txn, void *argument)
{
	struct load *load = argument;
	enum status status;

	for (load->bad = 0; load->bad < load->count; load->bad++) {
		status = store_restore(txn, &load->waiting[load->bad]);
		if (status == STATUS_CONFLICT)
			return STATUS_NOT_FOUND;
		if (status != STATUS_OK)
			return status;
	}
	load->bad = LOAD_ROWS;
	return STATUS_OK;
}

/*
 * A row that is there already must not leave the body as CONFLICT.  What is
 * uncertain is: the store is thrown away then.
 */
static enum status
put_waiting(struct load *load, uint64_t *at, struct buf *why)
{
	enum status status;

	if (load->count == 0)
		return STATUS_OK;
	status = store_update(load->store, put_body, load);
	load->rows += load->count;
	load->count = 0;
	if (status == STATUS_NOT_FOUND || status == STATUS_MALFORMED) {
		*at = load->lines[load->bad];
		buf_printf(why, status == STATUS_NOT_FOUND ? "table %s: a row "
		    "that is there already" : "table %s: a row no dump has",
		    store_table_text(load->waiting[load->bad].table));
		return STATUS_MALFORMED;
	}
	if (status != STATUS_OK)
		buf_printf(why, "the store cannot be written: %s",
		    status_text(status));
	return status;
}

static enum status
take_version(const json_t *json, struct buf *why)
{
	const json_t *version = json_object_get(json, DUMP_VERSION_KEY);

	if (!json_is_integer(version))
		buf_add_text(why, "is no dump; expected {\""
		    DUMP_VERSION_KEY "\": 1} as its first line");
	else if (json_integer_value(version) != DUMP_VERSION)
		buf_printf(why, "a dump of version %lld; expected %d",
		    (long long)json_integer_value(version), DUMP_VERSION);
	return why->length == 0 ? STATUS_OK : STATUS_MALFORMED;
}

static enum status
take_end(struct load *load, const json_t *json, uint64_t *at,
    struct buf *why)
{
	const char *checksum = json_string_value(json_object_get(json,
	    DUMP_CHECKSUM_KEY));
	const json_t *rows = json_object_get(json, DUMP_END_KEY);
	char want[IDENT_TEXT_SIZE];
	enum status status = put_waiting(load, at, why);

	if (status != STATUS_OK)
		return status;
	(void)ident_format(&load->checksum, want);
	load->ended = true;
	if (!json_is_integer(rows) || (uint64_t)json_integer_value(rows) !=
	    load->rows)
		buf_printf(why, "the dump says another number of rows than "
		    "the %" PRIu64 " that it has: it is not whole",
		    load->rows);
	else if (checksum == NULL || strcmp(checksum, want) != 0)
		buf_printf(why, "wrong checksum; expected %s: the dump was "
		    "changed", want);
	return why->length == 0 ? STATUS_OK : STATUS_MALFORMED;
}

static enum status
take_row(struct load *load, const json_t *json, uint64_t *at,
    struct buf *why)
{
	enum status status;

	status = dump_row_parse(&load->waiting[load->count], json, why);
	if (status != STATUS_OK)
		return status;
	load->lines[load->count++] = load->line;
	return load->count < LOAD_ROWS ? STATUS_OK :
	    put_waiting(load, at, why);
}

static enum status
take(struct load *load, const json_t *json, uint64_t *at, struct buf *why)
{
	if (load->line == 1)
		return take_version(json, why);
	if (json_object_get(json, DUMP_END_KEY) != NULL)
		return take_end(load, json, at, why);
	return take_row(load, json, at, why);
}

enum status
load_line(struct load *load, const char *text, size_t length, uint64_t *at,
    struct buf *why)
{
	json_error_t error;
	enum status status;
	json_t *json;

	*at = ++load->line;
	if (load->ended) {
		buf_add_text(why, "a line behind the last");
		return STATUS_MALFORMED;
	}
	json = json_loadb(text, length, FLAGS_IN, &error);
	if (!json_is_object(json)) {
		buf_printf(why, "expected an object of JSON%s%s", json == NULL ?
		    ": " : "", json == NULL ? error.text : "");
		status = STATUS_MALFORMED;
	} else
		status = take(load, json, at, why);
	load->checksum = dump_checksum(&load->checksum, text, length);
	json_decref(json);
	return status;
}

enum status
load_finish(struct load *load, uint64_t *rows, struct buf *why)
{
	*rows = load->rows;
	if (load->ended)
		return STATUS_OK;
	buf_add_text(why, load->line == 0 ? "is empty; expected a dump" :
	    "ends before its last line: the dump was cut off");
	return STATUS_MALFORMED;
}
