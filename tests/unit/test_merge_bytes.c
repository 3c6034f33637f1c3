/*
 * Letters of any bytes: whatever comes, it ends, and what a letter is like
 * itself is a share.
 */
#include "test.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "letters.h"
#include "mail/mime.h"

static unsigned
chance(uint64_t *seed, unsigned of)
{
	*seed = *seed * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (unsigned)(*seed >> 33) % of;
}

/* The marks that something is done about, in any order. */
START_TEST(takes_marks_in_any_order)
{
	static const char *const pieces[] = { "<", ">", "\"", "=", "&#", ";",
	    "style=\"color:", "<div ", "</div>", "\n", "\n\n", "-- ", "From: ",
	    "\xe2\x80", "\xff", "word ", "another ", "東京", "<!--", "-->",
	    "Content-Type: text/html; charset=iso-2022-jp\n", "\033$B",
	    "font-size:0", "Best regards,\n" };
	struct merge_sketch sketch;
	uint64_t seed = 42;
	struct buf text;
	char *block;
	int i, j;

	for (i = 0; i < 2000; i++) {
		buf_init(&text);
		buf_printf(&text, "Content-Type: text/%s\n\n",
		    i % 2 ? "html" : "plain");
		for (j = 0; j < 60; j++)
			buf_add_text(&text, pieces[chance(&seed,
			    sizeof(pieces) / sizeof(pieces[0]))]);
		block = malloc(text.length);
		ck_assert_ptr_nonnull(block);
		memcpy(block, text.data, text.length);
		letters_sketch(block, text.length, &sketch);
		ck_assert_int_ge(merge_similarity(&sketch, &sketch), 0);
		ck_assert_int_le(merge_similarity(&sketch, &sketch), 1000000);
		free(block);
		buf_release(&text);
	}
}
END_TEST

START_TEST(takes_any_bytes)
{
	static const char head[] = "Content-Type: text/html\n\n";
	const size_t length = sizeof(head) - 1 + 400;
	struct merge_sketch sketch;
	uint64_t seed = 7;
	char *block;
	size_t j;
	int i;

	for (i = 0; i < 2000; i++) {
		block = malloc(length);
		ck_assert_ptr_nonnull(block);
		memcpy(block, head, sizeof(head) - 1);
		for (j = sizeof(head) - 1; j < length; j++)
			block[j] = (char)chance(&seed, 256);
		letters_sketch(block, length, &sketch);
		ck_assert_int_ge(merge_similarity(&sketch, &sketch), 0);
		free(block);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("merge bytes");
	TCase *tcase = tcase_create("merge bytes");

	mime_library_init();
	if (ident_library_init() != STATUS_OK)
		return EXIT_FAILURE;
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, takes_marks_in_any_order);
	tcase_add_test(tcase, takes_any_bytes);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
