/*
 * Notes that people write one by one above a text that a program wrote: how to
 * join a meeting, its numbers other ones each time.
 */
#include "test.h"

#include "base/buf.h"
#include "letters.h"
#include "mail/mime.h"

/* More than any two are alike; below the default, 200000. */
#define MOST	150000

static const char *const notes[] = {
	("Hello Ingrid,\n\nFriday at two, then. Both of them have read your "
	"paper on tidal mills, so expect to be asked about the second gate."),
	("Dear Mr Obi,\n\nthe works manager cannot leave the kiln before noon. "
	"Is a quarter past twelve all right, or do you have the children?"),
	("Pavlina,\n\nI have put you down for Monday. It will be a chat among "
	"people who dislike slides, so please leave yours at home."),
	("Dear Tomas,\n\nwe found an hour between your two flights. Should the "
	"network at the airport fail you, ring me, and I shall make your "
	"excuses."),
};

#define NOTES	((int)(sizeof(notes) / sizeof(notes[0])))

static void
write_meeting(struct buf *text, unsigned n)
{
	buf_printf(text, "%s\n\nJoin the video meeting\n"
	    "https://meet.example/j/8%u?p=x%u\n\n"
	    "Meeting number: 8%02u %u %u\nPasscode: k%uQ\n\n"
	    "If you would rather listen by telephone, dial one of these\n"
	    "+44 20 5550 01%u,,8%u# United Kingdom, London\n"
	    "+353 1 555 01%u,,8%u# Ireland, Dublin\n\n"
	    "Conference by telephone: %u %u#\n"
	    "Find a number near you | Change how you join\n", notes[n],
	    7919 * n, 31 * n, n, 1009 + 613 * n, 2003 + 271 * n, 17 * n + 3,
	    n, 7919 * n, n, 7919 * n, 101 + 37 * n, 211 + 53 * n);
}

static void
make_meeting(unsigned n, struct merge_sketch *sketch)
{
	struct buf text;

	buf_init(&text);
	buf_add_text(&text, "From: a@b.example\nSubject: Friday\n"
	    "Content-Type: text/plain; charset=utf-8\n\n");
	write_meeting(&text, n);
	ck_assert(!text.failed);
	letters_sketch(text.data, text.length, sketch);
	buf_release(&text);
}

START_TEST(lets_how_to_join_a_meeting_be)
{
	struct merge_sketch one, two;
	unsigned n;

	make_meeting((unsigned)_i, &one);
	ck_assert(!merge_sketch_is_short(&one));
	for (n = 0; n < (unsigned)_i; n++) {
		make_meeting(n, &two);
		ck_assert_msg(merge_similarity(&one, &two) < MOST,
		    "notes %d and %u: %.3f", _i, n,
		    (double)merge_similarity(&one, &two) / 1e6);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("merge meeting");
	TCase *tcase = tcase_create("merge meeting");

	mime_library_init();
	if (ident_library_init() != STATUS_OK)
		return EXIT_FAILURE;
	tcase_add_loop_test(tcase, lets_how_to_join_a_meeting_be, 0, NOTES);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
