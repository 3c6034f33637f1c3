/*
 * A store as text and back: the same text again, and no text that was cut, put
 * together or changed is taken.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "store/dump.h"
#include "store_fixture.h"
#include "store_rows.h"

#define LINES_MAX	200

/* A dump, a line an entry. */
struct text {
	char	*lines[LINES_MAX];
	size_t	 count;
};

static bool
keep_line(void *context, const char *line, size_t length)
{
	struct text *text = context;

	ck_assert_uint_eq(strlen(line), length);
	ck_assert_uint_lt(text->count, LINES_MAX);
	ck_assert_ptr_nonnull(text->lines[text->count++] = strdup(line));
	return true;
}

static void
free_text(struct text *text)
{
	while (text->count > 0)
		free(text->lines[--text->count]);
}

static void
dump(struct store *store, struct text *text)
{
	uint64_t unreadable = 99;

	text->count = 0;
	ck_assert_int_eq(dump_write(store, keep_line, text, &unreadable),
	    STATUS_OK);
	ck_assert_uint_eq(unreadable, 0);
}

struct result {
	enum status	status;
	uint64_t	at, rows;
	struct buf	why;
};

/* In blocks of their exact size, with no NUL behind them. */
static enum status
give_line(struct load *load, const char *line, struct result *result)
{
	size_t length = strlen(line);
	char *copy = malloc(length > 0 ? length : 1);
	enum status status;

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, line, length);
	status = load_line(load, copy, length, &result->at, &result->why);
	free(copy);
	return status;
}

static void
load(struct store *store, const struct text *text, struct result *result)
{
	struct load *load = load_new(store);
	size_t i;

	buf_clear(&result->why);
	result->status = STATUS_OK;
	result->at = 0;
	for (i = 0; i < text->count && result->status == STATUS_OK; i++)
		result->status = give_line(load, text->lines[i], result);
	if (result->status == STATUS_OK)
		result->status = load_finish(load, &result->rows,
		    &result->why);
	ck_assert_msg((result->status == STATUS_OK) ==
	    (result->why.length == 0), "%s", result->why.data);
	load_free(load);
}

/* Into a store of its own, which is gone then. */
static void
try_load(const struct text *text, struct result *result)
{
	struct store_options options = { .directory = NULL };
	struct store *store;

	ck_assert_int_eq(store_open(&store, &options, &result->why),
	    STATUS_OK);
	load(store, text, result);
	store_close(store);
}

static void
make_dump(struct text *text)
{
	struct store_options options = { .directory = NULL };
	struct store *store;
	struct buf why;

	buf_init(&why);
	ck_assert_int_eq(store_open(&store, &options, &why), STATUS_OK);
	store_rows_fill(store);
	dump(store, text);
	store_close(store);
	buf_release(&why);
}

static void
same_text(const struct text *a, const struct text *b)
{
	size_t i;

	ck_assert_uint_eq(a->count, b->count);
	for (i = 0; i < a->count; i++)
		ck_assert_str_eq(a->lines[i], b->lines[i]);
}

static bool
is_ascii(const char *line)
{
	for (; *line != '\0'; line++)
		if (*line < ' ' || *line > '~')
			return false;
	return true;
}

START_TEST(a_dump_of_a_load_is_the_dump)
{
	struct store_fixture from, to;
	struct result result = { .at = 0 };
	struct text first, second;
	struct buf a, b;
	size_t i;

	buf_init(&result.why);
	buf_init(&a);
	buf_init(&b);
	store_fixture_open(&from, &store_makes[_i]);
	store_fixture_open(&to, &store_makes[_i]);
	store_rows_fill(from.store);
	dump(from.store, &first);
	ck_assert_str_eq(first.lines[0], "{\"replygate-dump\":1}");
	for (i = 0; i < first.count; i++)
		ck_assert_msg(is_ascii(first.lines[i]), "%s", first.lines[i]);
	load(to.store, &first, &result);
	ck_assert_msg(result.status == STATUS_OK, "%s", result.why.data);
	ck_assert_uint_eq(result.rows, first.count - 2);
	dump(to.store, &second);
	same_text(&first, &second);
	store_rows_text(from.store, 10, &a);
	store_rows_text(to.store, 10, &b);
	ck_assert_str_eq(a.data, b.data);
	store_fixture_close(&from);
	store_fixture_close(&to);
	free_text(&first);
	free_text(&second);
	buf_release(&a);
	buf_release(&b);
	buf_release(&result.why);
}
END_TEST

START_TEST(a_dump_that_was_cut)
{
	struct result result = { .at = 0 };
	struct text text, part;
	size_t count;

	buf_init(&result.why);
	make_dump(&text);
	part = text;
	for (count = 0; count < text.count; count++) {
		part.count = count;
		try_load(&part, &result);
		ck_assert_msg(result.status == STATUS_MALFORMED, "%zu",
		    count);
	}
	try_load(&text, &result);
	ck_assert_int_eq(result.status, STATUS_OK);
	free_text(&text);
	buf_release(&result.why);
}
END_TEST

START_TEST(a_dump_that_was_put_together)
{
	struct result result = { .at = 0 };
	struct text text, other;
	size_t i;

	buf_init(&result.why);
	make_dump(&text);
	for (i = 0; i + 1 < text.count; i++) {
		/* without a line */
		other = text;
		memmove(&other.lines[i], &other.lines[i + 1],
		    (--other.count - i) * sizeof(other.lines[0]));
		try_load(&other, &result);
		ck_assert_msg(result.status == STATUS_MALFORMED, "%zu", i);
		/* with one twice */
		other = text;
		memmove(&other.lines[i + 1], &other.lines[i],
		    (other.count++ - i) * sizeof(other.lines[0]));
		try_load(&other, &result);
		ck_assert_msg(result.status == STATUS_MALFORMED, "%zu", i);
	}
	/* in another order */
	other = text;
	other.lines[1] = text.lines[2];
	other.lines[2] = text.lines[1];
	try_load(&other, &result);
	ck_assert_int_eq(result.status, STATUS_MALFORMED);
	ck_assert_ptr_nonnull(strstr(result.why.data, "wrong checksum"));
	ck_assert_uint_eq(result.at, text.count);
	/* one behind another */
	other = text;
	other.lines[other.count++] = text.lines[1];
	try_load(&other, &result);
	ck_assert_str_eq(result.why.data, "a line behind the last");
	free_text(&text);
	buf_release(&result.why);
}
END_TEST

static const struct bad_line {
	const char	*name;
	const char	*line;
	const char	*want;
} bad_lines[] = {
	{ "nothing", "", "expected an object of JSON" },
	{ "no JSON", "{\"table\":", "expected an object of JSON: " },
	{ "no object", "[1]", "expected an object of JSON" },
	{ "a key twice", "{\"table\":\"event\",\"table\":\"event\"}",
	    "expected an object of JSON: duplicate object key" },
	{ "no table", "{\"user\":1}",
	    "expected a row, with a \"table\" there is" },
	{ "no such table", "{\"table\":\"tea\"}",
	    "expected a row, with a \"table\" there is" },
	{ "a field is not there", "{\"table\":\"event\",\"when\":1}",
	    "table event: no \"event\"; expected 32 hexadecimal digits" },
	{ "a field too many", "{\"table\":\"event\",\"when\":1,\"x\":1,"
	    "\"event\":\"00000000000000000000000000000000\"}",
	    "table event: a field too many; expected 3" },
	{ "too few digits", "{\"table\":\"event\",\"when\":1,"
	    "\"event\":\"000000000000000000000000000000\"}",
	    "table event: wrong \"event\"; expected 32 hexadecimal digits" },
	{ "no time", "{\"table\":\"event\",\"when\":1.5,"
	    "\"event\":\"00000000000000000000000000000000\"}",
	    "table event: wrong \"when\"; expected a whole number" },
	{ "a name that is empty", "{\"table\":\"address\",\"address\":\"\","
	    "\"account\":1}", "table address: wrong \"address\"; expected a "
	    "text that is not too long" },
	{ "a name with a NUL", "{\"table\":\"address\",\"address\":{\"hex\":"
	    "\"6100\"},\"account\":1}", "table address: wrong \"address\"; "
	    "expected a text that is not too long" },
	{ "a number below 0", "{\"table\":\"address\",\"address\":\"a\","
	    "\"account\":-1}", "table address: wrong \"account\"; expected a "
	    "whole number that is not too large" },
	{ "digits of a small number", "{\"table\":\"address\",\"address\":"
	    "\"a\",\"account\":\"7\"}", "table address: wrong \"account\"; "
	    "expected a whole number that is not too large" },
	{ "digits of a number too large", "{\"table\":\"address\",\"address\""
	    ":\"a\",\"account\":\"18446744073709551616\"}",
	    "table address: wrong \"account\"; expected a whole number that "
	    "is not too large" },
	{ "a value too long", "{\"table\":\"meta\",\"name\":\"a\",\"value\":"
	    "7}", "table meta: wrong \"value\"; expected at most 512 "
	    "hexadecimal digits" },
	{ "a schema in disguise", "{\"table\":\"counter\",\"name\":"
	    "\"schema\",\"last\":9}", "table counter: a row no dump has" },
	{ "no standing", "{\"table\":\"account\",\"id\":1,\"user\":\"a\","
	    "\"address\":\"\",\"standing\":\"bad\"}", "table account: wrong "
	    "\"standing\"; expected good, warned or restricted" },
	{ "no letter", "{\"table\":\"merge\",\"account\":1,\"slot\":64,"
	    "\"began_at\":1,\"last_seen\":1,\"candidates\":1,\"letter\":"
	    "{\"words\":1,\"sampled\":false,\"paragraphs\":[],\"shingles\":"
	    "[[5,0],[5,0]],\"members\":[]}}", "table merge: wrong "
	    "\"letter\"; expected shingles, at most 300 pairs of numbers, "
	    "ascending" },
	{ "no slot", "{\"table\":\"merge\",\"account\":1,\"slot\":64,"
	    "\"began_at\":1,\"last_seen\":1,\"candidates\":1,\"letter\":"
	    "{\"words\":1,\"sampled\":false,\"paragraphs\":[],\"shingles\":"
	    "[],\"members\":[]}}", "table merge: wrong \"letter\"; expected "
	    "a letter" },
	{ "another number of rows", "{\"end\":7,\"checksum\":\"\"}",
	    "the dump says another number of rows than the " },
};
#define BAD_LINES	((int)(sizeof(bad_lines) / sizeof(bad_lines[0])))

/* Each in the middle of a dump; the line's number is told. */
START_TEST(bad_lines_are_told)
{
	const struct bad_line *bad = &bad_lines[_i];
	struct result result = { .at = 0 };
	struct text text, other;
	char line[1024];

	buf_init(&result.why);
	make_dump(&text);
	other = text;
	snprintf(line, sizeof(line), "%s", bad->line);
	other.lines[7] = line;
	try_load(&other, &result);
	ck_assert_msg(result.status == STATUS_MALFORMED, "%s", bad->name);
	ck_assert_msg(strncmp(result.why.data, bad->want, strlen(bad->want))
	    == 0, "%s: got %s", bad->name, result.why.data);
	ck_assert_msg(result.at == 8, "%s: line %d", bad->name,
	    (int)result.at);
	free_text(&text);
	buf_release(&result.why);
}
END_TEST

static const char *const first_lines[] = {
	"{\"replygate-dump\":2}", "{\"replygate-dump\":\"1\"}", "{}",
	"{\"table\":\"event\"}"
};

START_TEST(other_versions)
{
	struct result result = { .at = 0 };
	struct text text, other;
	char line[64];

	buf_init(&result.why);
	make_dump(&text);
	other = text;
	snprintf(line, sizeof(line), "%s", first_lines[_i]);
	other.lines[0] = line;
	try_load(&other, &result);
	ck_assert_int_eq(result.status, STATUS_MALFORMED);
	ck_assert_uint_eq(result.at, 1);
	ck_assert_ptr_nonnull(strstr(result.why.data, "expected"));
	free_text(&text);
	buf_release(&result.why);
}
END_TEST

/* Any byte of any line changed: refused, at the checksum if not before. */
START_TEST(changed_bytes)
{
	struct result result = { .at = 0 };
	struct text text, other;
	char line[4096];
	size_t i, at;

	buf_init(&result.why);
	make_dump(&text);
	for (i = 0; i < text.count; i += 5) {
		other = text;
		for (at = i % 7; at < strlen(text.lines[i]); at += 31) {
			ck_assert_int_lt(snprintf(line, sizeof(line), "%s",
			    text.lines[i]), (int)sizeof(line));
			line[at] = line[at] == '1' ? '2' : '1';
			other.lines[i] = line;
			try_load(&other, &result);
			ck_assert_msg(result.status == STATUS_MALFORMED,
			    "%s", line);
		}
	}
	free_text(&text);
	buf_release(&result.why);
}
END_TEST

static enum status
put_odd_rows(struct store_txn *txn, void *argument)
{
	struct store_audit audit = { .when = INT64_MIN + 5, .actor = "a\xff",
	    .reason = "\xe2\x82" };
	struct ident who = store_ident(1);

	(void)argument;
	ck_assert_int_eq(store_audit_add(txn, &audit), STATUS_OK);
	ck_assert_int_eq(store_address_put(txn, "\xc3@local.test", 1),
	    STATUS_OK);
	return store_contact_put(txn, UINT64_MAX, &who, INT64_MAX);
}

/* What no JSON text or number can hold. */
START_TEST(odd_rows)
{
	struct store_fixture from, to;
	struct result result = { .at = 0 };
	struct text first, second;

	buf_init(&result.why);
	store_fixture_open(&from, &store_makes[0]);
	store_fixture_open(&to, &store_makes[0]);
	ck_assert_int_eq(store_update(from.store, put_odd_rows, NULL),
	    STATUS_OK);
	dump(from.store, &first);
	load(to.store, &first, &result);
	ck_assert_msg(result.status == STATUS_OK, "%d: %s", (int)result.at,
	    result.why.data);
	dump(to.store, &second);
	same_text(&first, &second);
	free_text(&first);
	free_text(&second);
	store_fixture_close(&from);
	store_fixture_close(&to);
	buf_release(&result.why);
}
END_TEST

static bool
refuse(void *context, const char *line, size_t length)
{
	unsigned *left = context;

	(void)line;
	(void)length;
	return (*left)-- > 0;
}

START_TEST(a_disk_that_is_full)
{
	struct store_fixture f;
	uint64_t unreadable;
	unsigned room, left;

	store_fixture_open(&f, &store_makes[0]);
	store_rows_fill(f.store);
	for (room = 0; room < 60; room += 7) {
		left = room;
		ck_assert_int_eq(dump_write(f.store, refuse, &left,
		    &unreadable), STATUS_UNAVAILABLE);
	}
	store_fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("dump");
	TCase *tests = tcase_create("dump");

	if (ident_library_init() != STATUS_OK)
		return EXIT_FAILURE;
	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, a_dump_of_a_load_is_the_dump, 0,
	    store_make_count);
	tcase_add_test(tests, a_dump_that_was_cut);
	tcase_add_test(tests, a_dump_that_was_put_together);
	tcase_add_loop_test(tests, bad_lines_are_told, 0, BAD_LINES);
	tcase_add_loop_test(tests, other_versions, 0,
	    sizeof(first_lines) / sizeof(first_lines[0]));
	tcase_add_test(tests, changed_bytes);
	tcase_add_test(tests, odd_rows);
	tcase_add_test(tests, a_disk_that_is_full);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
