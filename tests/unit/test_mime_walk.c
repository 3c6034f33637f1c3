/*
 * The parts of a body: which are visited, with what bytes, and the bounds.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "mail/mime.h"

struct row {
	const char *name, *type, *encoding, *body;
	const char *want;		/* "kind[bytes]" of each part */
};

#define MIXED	"multipart/mixed; boundary=b"

static const struct row rows[] = {
	{ "no type", NULL, NULL, "Hello\n", "text[Hello\n]" },
	{ "no type, blanks first", NULL, NULL, "  Hello: x\n\nyou\n",
	    "text[  Hello: x\n\nyou\n]" },
	{ "no type, like a header", NULL, NULL, "To: bob\n\nyou\n",
	    "text[To: bob\n\nyou\n]" },
	{ "empty", "text/plain", NULL, "", "text[]" },
	{ "base64", "text/plain", "base64", "SGVsbG8=\n", "text[Hello]" },
	{ "quoted printable", "text/html", "quoted-printable",
	    "<b>=48i</b>", "html[<b>Hi</b>]" },
	{ "two parts", MIXED, NULL, "preamble\n--b\n\none\n--b\n"
	    "Content-Type: text/calendar\n\ntwo\n--b--\nepilogue\n",
	    "text[one]calendar[two]" },
	{ "type folded", "multipart/mixed;\n\tboundary=b", NULL,
	    "--b\n\none\n--b--\n", "text[one]" },
	{ "boundary not closed", MIXED, NULL, "--b\n\none\n",
	    "text[one\n]" },
	{ "no boundary named", "multipart/mixed", NULL, "one\n", "" },
	{ "multipart inside a multipart", MIXED, NULL, "--b\n"
	    "Content-Type: multipart/alternative; boundary=c\n\n--c\n\none\n"
	    "--c\nContent-Type: text/html\n\ntwo\n--c--\n--b\n"
	    "Content-Type: image/png\n\nthree\n--b--\n",
	    "text[one]html[two]other[three]" },
	{ "message, its header alone", MIXED, NULL, "--b\n"
	    "Content-Type: message/rfc822\n\nMessage-ID: <a@b>\nTo: x\n\n"
	    "body\n--b--\n", "message[Message-ID: <a@b>\nTo: x\n]" },
	{ "reports", MIXED, NULL, "--b\n"
	    "Content-Type: message/delivery-status\n\nA: 1\n\nB: 2\n--b\n"
	    "Content-Type: message/disposition-notification\n\nC: 3\n--b\n"
	    "Content-Type: message/feedback-report\n\nD: 4\n--b\n"
	    "Content-Type: Text/RFC822-Headers\n\nE: 5\n--b--\n",
	    "status[A: 1\n\nB: 2]disposition[C: 3]feedback[D: 4]"
	    "headers[E: 5]" },
};

static const char *
kind_text(enum mime_kind kind)
{
	static const char *const texts[] = {
		"text", "html", "message", "headers", "status",
		"disposition", "feedback", "calendar", "other"
	};

	return texts[kind];
}

static bool
write_part(void *context, const struct mime_part *part)
{
	struct buf *text = context;

	ck_assert_int_eq(part->bytes[part->length], '\0');
	buf_printf(text, "%s[", kind_text(part->kind));
	buf_add(text, part->bytes, part->length);
	buf_add_text(text, "]");
	return true;
}

static bool
count_part(void *context, const struct mime_part *part)
{
	size_t *count = context;

	(void)part;
	(*count)++;
	return true;
}

static bool
stop_at_once(void *context, const struct mime_part *part)
{
	(void)count_part(context, part);
	return false;
}

/* Walks a copy in a block of exactly its size. */
static enum status
walk(const char *type, const char *encoding, const char *bytes,
    size_t length, bool (*visit)(void *, const struct mime_part *),
    void *context)
{
	char *copy = malloc(length + (length == 0));
	struct mime_body body = {
		.content_type = type, .content_encoding = encoding,
		.bytes = copy, .length = length
	};
	enum status status;

	memcpy(copy, bytes, length);
	status = mime_walk(&body, visit, context);
	free(copy);
	return status;
}

START_TEST(parts_are_visited)
{
	const struct row *row = &rows[_i];
	struct buf text;

	buf_init(&text);
	ck_assert_int_eq(walk(row->type, row->encoding, row->body,
	    strlen(row->body), write_part, &text), STATUS_OK);
	ck_assert_msg(strcmp(text.data, row->want) == 0, "%s: got %s",
	    row->name, text.data);
	buf_release(&text);
}
END_TEST

START_TEST(a_visitor_may_stop)
{
	size_t count = 0;

	ck_assert_int_eq(walk(MIXED, NULL, "--b\n\n1\n--b\n\n2\n--b--\n", 21,
	    stop_at_once, &count), STATUS_OK);
	ck_assert_uint_eq(count, 1);
}
END_TEST

START_TEST(parts_have_a_bound)
{
	struct buf body;
	size_t count, parts, i;

	for (parts = MIME_PARTS_MAX; parts <= MIME_PARTS_MAX + 1; parts++) {
		buf_init(&body);
		for (i = 0; i < parts; i++)
			buf_add_text(&body, "--b\n\nx\n");
		buf_add_text(&body, "--b--\n");
		count = 0;
		ck_assert_int_eq(walk(MIXED, NULL, body.data, body.length,
		    count_part, &count), parts > MIME_PARTS_MAX ?
		    STATUS_LIMIT : STATUS_OK);
		ck_assert_uint_eq(count, MIME_PARTS_MAX);
		buf_release(&body);
	}
}
END_TEST

/* One inside the other, as deep as is allowed, and one deeper. */
START_TEST(depth_has_a_bound)
{
	struct buf body;
	size_t count, depth, i;

	for (depth = MIME_CONTAINERS_MAX; depth <= MIME_CONTAINERS_MAX + 1;
	    depth++) {
		buf_init(&body);
		for (i = 0; i < depth; i++)
			buf_printf(&body, "--b%s\nContent-Type: Multipart/"
			    "mixed; boundary=b%zu\n\n", i == 0 ? "" : "x",
			    i);
		count = 0;
		ck_assert_int_eq(walk(MIXED, NULL, body.data, body.length,
		    count_part, &count), depth > MIME_CONTAINERS_MAX ?
		    STATUS_LIMIT : STATUS_OK);
		buf_release(&body);
	}
}
END_TEST

/* Lines like boundaries, though of another multipart. */
START_TEST(boundaries_have_a_bound)
{
	struct buf body;
	size_t count, lines, i;

	for (lines = MIME_BOUNDARIES_MAX; lines <= MIME_BOUNDARIES_MAX + 1;
	    lines++) {
		buf_init(&body);
		buf_add_text(&body, "--b\n");
		for (i = 0; i < lines; i++)
			buf_add_text(&body, "\n--x");
		count = 0;
		ck_assert_int_eq(walk(MIXED, NULL, body.data, body.length,
		    count_part, &count), lines > MIME_BOUNDARIES_MAX ?
		    STATUS_LIMIT : STATUS_OK);
		ck_assert_uint_eq(count, lines > MIME_BOUNDARIES_MAX ? 0 : 1);
		buf_release(&body);
	}
}
END_TEST

/* 256 KB of anything ends in good time. */
START_TEST(floods)
{
	static const char *const patterns[] = {
		"--b\n", "--b\n\n", "--b\nContent-Type: text/plain\n\n", "\n",
		"a", "--b--\n", "--b\nContent-Type: multipart/x;boundary=b\n\n",
		"--b\nContent-Type: message/rfc822\n\n", ":", "a:b\n", " \n",
		"--b\nContent-Type: ((((((((\n", "=", "\r", "From \n"
	};
	const size_t length = 262144;
	char *bytes = malloc(length);
	size_t i, n, count = 0;

	n = strlen(patterns[_i]);
	for (i = 0; i < length; i++)
		bytes[i] = patterns[_i][i % n];
	(void)walk(MIXED, "base64", bytes, length, count_part, &count);
	(void)walk(MIXED, NULL, bytes, length, count_part, &count);
	(void)walk("message/rfc822", NULL, bytes, length, count_part, &count);
	ck_assert_uint_le(count, 3 * MIME_PARTS_MAX);
	free(bytes);
}
END_TEST

static void
set_up(void)
{
	mime_library_init();
}

int
main(void)
{
	Suite *suite = suite_create("mime walk");
	TCase *tests = tcase_create("mime walk");

	tcase_add_checked_fixture(tests, set_up, NULL);
	tcase_add_loop_test(tests, parts_are_visited, 0,
	    sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tests, a_visitor_may_stop);
	tcase_add_test(tests, parts_have_a_bound);
	tcase_add_test(tests, depth_has_a_bound);
	tcase_add_test(tests, boundaries_have_a_bound);
	tcase_add_loop_test(tests, floods, 0, 15);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
