/*
 * Lines of reports: addresses and status codes in them, and the bounds of a
 * line, of what is noted, and of a phrase's line.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "mail/mime.h"
#include "mail/report_private.h"

struct row {
	const char *name, *line, *want;		/* NULL: nothing is found */
};

static const struct row addresses[] = {
	{ "bare", "bob@example.org", "bob@example.org" },
	{ "in brackets", "to <Bob@Example.org>: no", "bob@example.org" },
	{ "in quotes", "\"bob@example.org\":", "bob@example.org" },
	{ "a link", "Bob<mailto:bob@example.org>", "bob@example.org" },
	{ "end of a sentence", "I know bob@example.org.", "bob@example.org" },
	{ "detail", "bob+jobs@example.org", "bob+jobs@example.org" },
	{ "type before it", "rfc822;bob@example.org", "bob@example.org" },
	{ "behind a lone sign", "@ bob@example.org", "bob@example.org" },
	{ "two signs", "bob@@example.org", NULL },
	{ "no local part", "<@example.org>", NULL },
	{ "no domain", "bob@", NULL },
	{ "no domain but dots", "bob@...", NULL },
	{ "a host", "[192.0.2.1]", NULL },
	{ "accented", "\xc3\xb6zil@example.org", "\xc3\xb6zil@example.org" },
	{ "behind Chinese", "\xe5\x88\xb0""bob@example.org",
	    "bob@example.org" },
	{ "behind a wide colon", "\xef\xbc\x9a""bob@example.org",
	    "bob@example.org" },
	{ "before Chinese", "bob@example.org\xe5\x88\xb0",
	    "bob@example.org" },
	{ "Chinese itself", "\xe5\x88\xb0@example.org",
	    "\xe5\x88\xb0@example.org" },
	{ "behind bytes of GBK", "\xa3\xba""bob@example.org",
	    "bob@example.org" },
	{ "cut in a character", "bob@example.org\xe5\x88",
	    "bob@example.org" },
	{ "nothing", "", NULL },
};

static const struct row statuses[] = {
	{ "enhanced", "5.1.1", "5.1.1" },
	{ "with a reply code", "said: 550 5.7.26 no", "5.7.26" },
	{ "reply code alone", "said: 552 mailbox full", "5.0.0" },
	{ "more lines follow", "550-5.1.1 no", "5.1.1" },
	{ "reply code, more lines follow", "450-later", "4.0.0" },
	{ "qmail's", "no host. (#5.1.2)", "5.1.2" },
	{ "end of a sentence", "It is 5.1.1.", "5.1.1" },
	{ "the largest", "5.999.999", "5.999.999" },
	{ "quoted", "returned '550 no'", "5.0.0" },
	{ "success", "2.1.5 OK", "2.1.5" },
	{ "four digits", "5.1.1000", NULL },
	{ "a host's address", "[5.1.1.7]", NULL },
	{ "a version", "smtpd-5.1.1", NULL },
	{ "a version behind a letter", "v5.1.1", NULL },
	{ "a host", "5.1.1.example.org", NULL },
	{ "three digits of more", "4321", NULL },
	{ "a number no server answers", "it took 590 s", NULL },
	{ "class nobody has", "3.1.1", NULL },
	{ "two parts", "5.1", NULL },
	{ "cut", "5.1.", NULL },
	{ "port", "host:5501", NULL },
	{ "nothing", "", NULL },
};

static struct report_line
copy_line(const char *text, char **copy)
{
	struct report_line line;

	line.length = strlen(text);
	*copy = malloc(line.length + (line.length == 0));
	memcpy(*copy, text, line.length);
	line.text = *copy;
	return line;
}

START_TEST(addresses_are_found)
{
	const struct row *row = &addresses[_i];
	char *copy;
	struct report_line line = copy_line(row->line, &copy);
	struct addr addr;
	size_t at = 0;
	bool found = report_find_address(&line, &at, &addr);

	ck_assert_msg(found == (row->want != NULL), "%s: %d", row->name,
	    found);
	ck_assert_msg(!found || strcmp(addr.text, row->want) == 0,
	    "%s: got %s", row->name, addr.text);
	ck_assert_msg(at <= line.length, "%s", row->name);
	free(copy);
}
END_TEST

START_TEST(statuses_are_found)
{
	const struct row *row = &statuses[_i];
	char *copy, status[REPORT_STATUS_SIZE] = "";
	struct report_line line = copy_line(row->line, &copy);
	bool enhanced, found = report_find_status(&line, status, &enhanced);

	ck_assert_msg(found == (row->want != NULL), "%s: %s", row->name,
	    status);
	ck_assert_msg(!found || strcmp(status, row->want) == 0,
	    "%s: got %s", row->name, status);
	free(copy);
}
END_TEST

/* Of a longer line the beginning is seen; the next one is whole. */
START_TEST(lines_have_a_bound)
{
	struct report_line line;
	size_t length, at;
	char *text;

	for (length = REPORT_LINE_MAX; length <= REPORT_LINE_MAX + 1;
	    length++) {
		text = malloc(length + 3);
		memset(text, 'x', length);
		memcpy(text + length, "\nyz", 3);
		at = 0;
		ck_assert(report_next_line(text, length + 3, &at, &line));
		ck_assert_uint_eq(line.length, REPORT_LINE_MAX);
		ck_assert(report_next_line(text, length + 3, &at, &line));
		ck_assert_uint_eq(line.length, 2);
		ck_assert_int_eq(memcmp(line.text, "yz", 2), 0);
		ck_assert(!report_next_line(text, length + 3, &at, &line));
		free(text);
	}
}
END_TEST

START_TEST(lines_end_in_several_ways)
{
	static const char text[] = "a\r\n\nb\rc\n\r\n";
	static const char *const want[] = { "a", "", "b\rc", "" };
	struct report_line line;
	size_t i, at = 0;

	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		ck_assert(report_next_line(text, sizeof(text) - 1, &at,
		    &line));
		ck_assert_msg(line.length == strlen(want[i]) &&
		    memcmp(line.text, want[i], line.length) == 0, "line %zu",
		    i);
	}
	ck_assert(!report_next_line(text, sizeof(text) - 1, &at, &line));
}
END_TEST

/* An address that ends where a folded field is cut, and one byte further. */
START_TEST(fields_have_a_bound)
{
	static const char name[] = "Final-Recipient: rfc822;\n";
	static const char addr[] = "bob@example.org";
	struct report_reader *reader = calloc(1, sizeof(*reader));
	struct report report;
	size_t length;
	char *text;

	report_init(&report);
	reader->report = &report;
	for (length = REPORT_FIELD_MAX + 1; length >= REPORT_FIELD_MAX;
	    length--) {
		text = malloc(length);
		memset(text, ' ', length);
		memcpy(text, name, strlen(name));
		text[length / 2] = '\n';
		memcpy(text + length - strlen(addr), addr, strlen(addr));
		report_read_fields(reader, text, length);
		ck_assert_uint_eq(report.count, length == REPORT_FIELD_MAX);
		free(text);
	}
	report_release(&report);
	free(reader);
}
END_TEST

/* The phrase on the last line that is read, and on the one behind it. */
START_TEST(texts_have_a_bound)
{
	static const char last[] = "Unknown user: bob@example.org\n";
	struct report_reader *reader = calloc(1, sizeof(*reader));
	size_t past, filler = REPORT_LINES_MAX - 1;
	struct report report;
	char *text;

	report_init(&report);
	reader->report = &report;
	text = malloc(filler + 1 + strlen(last));
	memset(text, '\n', filler + 1);
	for (past = 2; past-- > 0;) {
		memcpy(text + filler + past, last, strlen(last));
		report_read_text(reader, text, filler + past + strlen(last));
		ck_assert_uint_eq(report.count, past == 0);
	}
	free(text);
	report_release(&report);
	free(reader);
}
END_TEST

START_TEST(notes_have_a_bound)
{
	struct report_noted *noted = calloc(1, sizeof(*noted));
	struct addr addr;
	char text[32];
	int i;

	for (i = 0; i <= REPORT_NOTED_MAX; i++) {
		snprintf(text, sizeof(text), "c%d@example.org", i);
		ck_assert_int_eq(addr_parse(text, strlen(text), &addr),
		    STATUS_OK);
		report_note(noted, &addr);
		report_note(noted, &addr);
		ck_assert_uint_eq(noted->count, i < REPORT_NOTED_MAX ?
		    i + 1 : REPORT_NOTED_MAX);
	}
	free(noted);
}
END_TEST

/* A phrase that ends at the last byte seen of a line, and one further. */
START_TEST(phrases_have_a_bound)
{
	static const char phrase[] = "unknown user:";
	struct report_window window;
	struct report_line line;
	const struct report_form *form;
	const char *behind;
	char text[REPORT_FOLDED_MAX + 2];
	size_t past, start;

	for (past = 0; past < 2; past++) {
		memset(&window, 0, sizeof(window));
		memset(text, 'x', sizeof(text));
		start = REPORT_FOLDED_MAX - strlen(phrase) + past;
		memcpy(text + start, phrase, strlen(phrase));
		line.text = text;
		line.length = start + strlen(phrase);
		report_window_add(&window, &line);
		form = report_window_form(&window, &behind);
		ck_assert_msg((form != NULL) == (past == 0), "%zu", past);
		report_window_add(&window, &line);
		form = report_window_form(&window, &behind);
		ck_assert_msg((form != NULL) == (past == 0), "%zu", past);
	}
}
END_TEST

/* Seen once, in the line that completes it, wherever it is broken. */
START_TEST(phrases_may_be_broken)
{
	static const char *const lines[] = {
		"did NOT \t reach", "  the following", " recipient(s):", "x"
	};
	static const bool want[] = { false, false, false, false };
	static const char *const two[] = {
		"did NOT \t reach the", "  following recipient(s):", "x"
	};
	static const bool want_two[] = { false, true, false };
	struct report_window window;
	struct report_line line;
	const char *behind;
	size_t i;

	memset(&window, 0, sizeof(window));
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		line.text = lines[i];
		line.length = strlen(lines[i]);
		report_window_add(&window, &line);
		ck_assert_msg((report_window_form(&window, &behind) != NULL)
		    == want[i], "three lines, line %zu", i);
	}
	memset(&window, 0, sizeof(window));
	for (i = 0; i < sizeof(want_two) / sizeof(want_two[0]); i++) {
		line.text = two[i];
		line.length = strlen(two[i]);
		report_window_add(&window, &line);
		ck_assert_msg((report_window_form(&window, &behind) != NULL)
		    == want_two[i], "two lines, line %zu", i);
	}
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
	Suite *suite = suite_create("report scan");
	TCase *tests = tcase_create("report scan");

	tcase_add_checked_fixture(tests, set_up, NULL);
	tcase_add_loop_test(tests, addresses_are_found, 0,
	    sizeof(addresses) / sizeof(addresses[0]));
	tcase_add_loop_test(tests, statuses_are_found, 0,
	    sizeof(statuses) / sizeof(statuses[0]));
	tcase_add_test(tests, lines_have_a_bound);
	tcase_add_test(tests, lines_end_in_several_ways);
	tcase_add_test(tests, fields_have_a_bound);
	tcase_add_test(tests, texts_have_a_bound);
	tcase_add_test(tests, notes_have_a_bound);
	tcase_add_test(tests, phrases_have_a_bound);
	tcase_add_test(tests, phrases_may_be_broken);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
