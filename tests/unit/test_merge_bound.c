/*
 * The cheap bound of the similarity: never below what it bounds, whatever the
 * letters have in common, and nothing where they have nothing.
 */
#include <stdio.h>
#include <string.h>

#include "mail/letter.h"
#include "mail/message.h"
#include "mail/mime.h"
#include "merge_letters.h"
#include "policy/merge.h"
#include "test.h"

#define LETTERS	36
#define TEXT	(40 * MERGE_LETTER_SIZE)

static void
make(const char *text, struct merge_sketch *sketch)
{
	const struct message_origin origin = { "a@local.test", "a@local.test",
		false };
	const struct ident_key key = { .bytes = { 9 } };
	struct message message;
	struct letter letter;

	message_init(&message);
	letter_init(&letter);
	ck_assert_int_eq(message_begin(&message, &origin), STATUS_OK);
	ck_assert_int_eq(message_body(&message, text, strlen(text)),
	    STATUS_OK);
	ck_assert_int_eq(letter_read(&message, &letter), STATUS_OK);
	ck_assert_int_eq(merge_sketch_make(sketch, &letter, &key), STATUS_OK);
	letter_release(&letter);
	message_release(&message);
}

/*
 * Of four kinds: one of a merge; written anew; words of its own above a pasted
 * text, without a greeting; so long that only a sample is kept.
 */
static void
compose(unsigned n, char *text)
{
	char part[MERGE_LETTER_SIZE];
	unsigned i;

	text[0] = '\0';
	switch (n % 4) {
	case 0:
		merge_letter(n, text);
		break;
	case 1:
		personal_letter(n, text);
		break;
	case 2:
		personal_letter(n, text);
		merge_letter(n % 3, part);
		strcat(text, "\r\n");
		strcat(text, strstr(part, "We are a small team"));
		break;
	default:
		for (i = 0; i < 12; i++) {
			personal_letter(n % 8 * 20 + i, part);
			strcat(text, part);
			strcat(text, "\r\n");
		}
		merge_letter(n, part);
		strcat(text, part);
		break;
	}
}

START_TEST(bound_holds)
{
	static struct merge_sketch sketches[LETTERS];
	static char text[TEXT];
	unsigned i, j, alike = 0;
	int64_t similarity, most;

	mime_library_init();
	ck_assert_int_eq(ident_library_init(), STATUS_OK);
	for (i = 0; i < LETTERS; i++) {
		compose(i, text);
		make(text, &sketches[i]);
	}
	ck_assert(sketches[3].sampled);
	for (i = 0; i < LETTERS; i++)
		for (j = 0; j < LETTERS; j++) {
			similarity = merge_similarity(&sketches[i],
			    &sketches[j]);
			most = merge_similarity_at_most(&sketches[i],
			    &sketches[j]);
			ck_assert_msg(similarity <= most,
			    "letters %u and %u: %lld, at most %lld", i, j,
			    (long long)similarity, (long long)most);
			alike += similarity > 200000;
		}
	ck_assert_uint_gt(alike, LETTERS);
}
END_TEST

START_TEST(nothing_in_common_is_nothing)
{
	struct merge_sketch one, two;

	mime_library_init();
	ck_assert_int_eq(ident_library_init(), STATUS_OK);
	make("the lighthouse keeper counted every gull that crossed his window "
	    "between breakfast and noon and wrote the figure down", &one);
	make("our grandmother sold buttons from a tray beside the tram stop "
	    "until somebody opened a proper shop across the road", &two);
	ck_assert_int_eq(merge_similarity_at_most(&one, &two), 0);
	ck_assert_int_eq(merge_similarity(&one, &two), 0);
	ck_assert_int_gt(merge_similarity_at_most(&one, &one), 500000);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("merge_bound");
	TCase *tcase = tcase_create("merge_bound");

	tcase_add_test(tcase, bound_holds);
	tcase_add_test(tcase, nothing_in_common_is_nothing);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
