/*
 * Campaigns: which letter falls into which, who is a member, which slot goes.
 * Sketches are made of plain words here; letters are another test's.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "mail/letter.h"
#include "policy/merge.h"

#define BASE	(100 * CLOCK_DAY)

static const struct ident_key key = { { 7 } };

/* A user's slots, as the store would keep them. */
struct memory {
	struct policy		 policy;
	struct merge_campaign	*campaigns;
	bool			 used[MERGE_SLOTS];
};

static struct memory *
memory_new(int64_t minimum)
{
	struct memory *memory = calloc(1, sizeof(*memory));

	ck_assert_ptr_nonnull(memory);
	memory->policy.merge_minimum = minimum;
	memory->policy.merge_window = CLOCK_DAY;
	memory->policy.merge_similarity = 200000;
	memory->campaigns = calloc(MERGE_SLOTS, sizeof(struct merge_campaign));
	ck_assert_ptr_nonnull(memory->campaigns);
	return memory;
}

static void
memory_free(struct memory *memory)
{
	free(memory->campaigns);
	free(memory);
}

/* Sixty words of a text: each text has its own. */
static void
make_sketch(struct merge_sketch *sketch, unsigned text)
{
	struct letter letter;
	unsigned i;

	letter_init(&letter);
	for (i = 0; i < 60; i++)
		buf_printf(&letter.text, "%st%uw%u", i == 0 ? "" : " ", text,
		    i);
	buf_add_text(&letter.text, "\n");
	letter.words = 60;
	letter.paragraphs = 1;
	ck_assert(merge_sketch_make(sketch, &letter, &key) == STATUS_OK);
	letter_release(&letter);
}

static struct ident
ident_of(unsigned n)
{
	return ident_make(&key, IDENT_CANDIDATE, &n, sizeof(n));
}

/* Sends, with a message ident made of the time; remembers it if `keep`. */
static struct merge_search
send(struct memory *memory, unsigned text, unsigned candidate, int64_t now,
    bool keep)
{
	struct merge_sketch sketch;
	struct merge_arrival arrival = { .sketch = &sketch, .now = now };
	struct merge_search search;
	uint32_t i;

	make_sketch(&sketch, text);
	arrival.candidate = ident_of(candidate);
	arrival.message = ident_make(&key, IDENT_MESSAGE, &now, sizeof(now));
	merge_search_begin(&search, &memory->policy, &arrival);
	for (i = 0; i < MERGE_SLOTS; i++)
		if (memory->used[i])
			merge_search_look(&search, &memory->campaigns[i]);
	merge_search_end(&search);
	if (keep && search.outcome != MERGE_NONE) {
		i = search.campaign.slot;
		ck_assert_uint_lt(i, MERGE_SLOTS);
		memory->campaigns[i] = search.campaign;
		memory->used[i] = true;
	}
	return search;
}

START_TEST(reaches_its_minimum)
{
	struct memory *memory = memory_new(5);
	struct merge_search search;
	unsigned i;

	for (i = 1; i <= 8; i++) {
		search = send(memory, 1, i, BASE + i, true);
		ck_assert_uint_eq(search.size, i);
		ck_assert_int_eq(search.reached, i >= 5);
		ck_assert_int_eq(search.outcome, i == 1 ? MERGE_BEGUN :
		    MERGE_JOINED);
	}
	ck_assert_uint_eq(search.campaign.candidates, 8);
	ck_assert(ident_equal(&search.campaign.members[0].candidate,
	    &(struct ident[]){ ident_of(1) }[0]));
	memory_free(memory);
}
END_TEST

START_TEST(does_not_count_who_was_refused)
{
	struct memory *memory = memory_new(5);
	struct merge_search search;
	unsigned i;

	for (i = 1; i <= 4; i++)
		(void)send(memory, 1, i, BASE + i, true);
	for (i = 5; i <= 50; i++) {
		search = send(memory, 1, i, BASE + i, false);
		ck_assert_uint_eq(search.size, 5);
		ck_assert(search.reached);
	}
	search = send(memory, 2, 6, BASE + 60, true);
	ck_assert_int_eq(search.outcome, MERGE_BEGUN);
	ck_assert(!search.reached);
	memory_free(memory);
}
END_TEST

START_TEST(takes_no_follow_up_for_a_member)
{
	struct memory *memory = memory_new(3);
	struct merge_search search;
	unsigned i;

	for (i = 0; i < 20; i++) {
		search = send(memory, 1, i % 2, BASE + i, true);
		ck_assert(!search.reached);
	}
	ck_assert_int_eq(search.outcome, MERGE_REPEATED);
	ck_assert_uint_eq(search.size, 2);
	search = send(memory, 1, 2, BASE + 30, true);
	ck_assert(search.reached);
	/* a follow-up in a campaign that is one */
	search = send(memory, 1, 2, BASE + 31, true);
	ck_assert_int_eq(search.outcome, MERGE_REPEATED);
	ck_assert(!search.reached);
	ck_assert_uint_eq(search.size, 3);
	/* and the same message again */
	search = send(memory, 1, 2, BASE + 30, true);
	ck_assert_int_eq(search.outcome, MERGE_REPEATED);
	ck_assert(search.reached);
	memory_free(memory);
}
END_TEST

START_TEST(forgets_members_behind_the_window)
{
	struct memory *memory = memory_new(3);
	struct merge_search search;

	(void)send(memory, 1, 1, BASE, true);
	(void)send(memory, 1, 2, BASE + CLOCK_HOUR, true);
	search = send(memory, 1, 3, BASE + CLOCK_DAY, true);
	ck_assert_uint_eq(search.size, 2);	/* the first is a day old */
	ck_assert(!search.reached);
	ck_assert_uint_eq(search.campaign.candidates, 3);
	search = send(memory, 1, 1, BASE + CLOCK_DAY + 1, true);
	ck_assert_int_eq(search.outcome, MERGE_JOINED);
	ck_assert(search.reached);
	memory_free(memory);
}
END_TEST

START_TEST(begins_anew_behind_the_window)
{
	struct memory *memory = memory_new(2);
	struct merge_search search;

	(void)send(memory, 1, 1, BASE, true);
	search = send(memory, 1, 2, BASE + CLOCK_DAY - 1, false);
	ck_assert_int_eq(search.outcome, MERGE_JOINED);
	search = send(memory, 1, 2, BASE + CLOCK_DAY, true);
	ck_assert_int_eq(search.outcome, MERGE_BEGUN);
	ck_assert_uint_eq(search.campaign.slot, 0);
	ck_assert_uint_eq(search.campaign.candidates, 1);
	memory_free(memory);
}
END_TEST

/* A clock that was ahead and is set right holds nobody up for longer. */
START_TEST(forgets_members_of_a_wrong_clock)
{
	struct memory *memory = memory_new(3);
	struct merge_search search;

	(void)send(memory, 1, 1, BASE + CLOCK_DAY, true);
	(void)send(memory, 1, 2, BASE + CLOCK_DAY + 1, true);
	search = send(memory, 1, 3, BASE + 2, false);
	ck_assert(search.reached);	/* set back by less than a day */
	search = send(memory, 1, 3, BASE + 1, true);
	ck_assert_int_eq(search.outcome, MERGE_BEGUN);
	ck_assert_uint_eq(search.campaign.slot, 0);
	search = send(memory, 1, 4, BASE + 2, true);
	ck_assert_uint_eq(search.size, 2);
	ck_assert(!search.reached);
	memory_free(memory);
}
END_TEST

/* The ring is full: the oldest goes, and the size stays. */
START_TEST(keeps_the_latest_members)
{
	struct memory *memory = memory_new(MERGE_MEMBERS_MAX);
	struct merge_search search;
	struct ident first;
	unsigned i;

	for (i = 1; i <= MERGE_MEMBERS_MAX + 10; i++) {
		search = send(memory, 1, i, BASE + i, true);
		ck_assert_int_eq(search.reached, i >= MERGE_MEMBERS_MAX);
	}
	ck_assert_uint_eq(search.size, MERGE_MEMBERS_MAX);
	ck_assert_uint_eq(search.campaign.candidates, MERGE_MEMBERS_MAX + 10);
	first = ident_of(11);
	ck_assert(ident_equal(&search.campaign.members[0].candidate, &first));
	memory_free(memory);
}
END_TEST

START_TEST(is_off_without_a_minimum)
{
	struct memory *memory = memory_new(0);
	struct merge_search search = send(memory, 1, 1, BASE, true);

	ck_assert_int_eq(search.outcome, MERGE_NONE);
	memory_free(memory);
}
END_TEST

START_TEST(looks_at_no_slot_that_cannot_be)
{
	struct memory *memory = memory_new(2);
	struct merge_search search;
	struct merge_sketch sketch;
	struct merge_arrival arrival = { .sketch = &sketch, .now = BASE };

	make_sketch(&sketch, 1);
	search = send(memory, 1, 1, BASE, true);
	search.campaign.slot = MERGE_SLOTS;
	memory->campaigns[0] = search.campaign;
	merge_search_begin(&search, &memory->policy, &arrival);
	merge_search_look(&search, &memory->campaigns[0]);
	merge_search_end(&search);
	ck_assert_int_eq(search.outcome, MERGE_BEGUN);
	memory_free(memory);
}
END_TEST

/*
 * Three hundred personal letters between one letter of a campaign and the
 * next: once the campaign has two members nothing personal pushes it out.
 */
START_TEST(outlives_personal_letters)
{
	struct memory *memory = memory_new(5);
	struct merge_search search;
	unsigned text = 1000, candidate, i;
	int64_t now = BASE;

	(void)send(memory, 1, 1, now++, true);
	search = send(memory, 1, 2, now++, true);
	for (candidate = 3; candidate <= 5; candidate++) {
		for (i = 0; i < 300; i++) {
			search = send(memory, text, text, now++, true);
			ck_assert_int_eq(search.outcome, MERGE_BEGUN);
			text++;
		}
		search = send(memory, 1, candidate, now++, true);
		ck_assert_uint_eq(search.size, candidate);
	}
	ck_assert(search.reached);
	memory_free(memory);
}
END_TEST

/* And before, it waits for its second letter for as long as there are slots. */
START_TEST(waits_for_the_second_letter)
{
	struct memory *memory = memory_new(5);
	struct merge_search search;
	unsigned i;

	(void)send(memory, 1, 1, BASE, true);
	for (i = 1; i < MERGE_SLOTS; i++)
		(void)send(memory, 1000 + i, i, BASE + i, true);
	search = send(memory, 1, 2, BASE + i, false);
	ck_assert_int_eq(search.outcome, MERGE_JOINED);
	(void)send(memory, 1000 + i, i, BASE + i, true);
	search = send(memory, 1, 2, BASE + i + 1, false);
	ck_assert_int_eq(search.outcome, MERGE_BEGUN);
	memory_free(memory);
}
END_TEST

/* Campaigns in every slot: half stay, a new one is found all the same. */
START_TEST(finds_one_more_campaign_beside_many)
{
	struct memory *memory = memory_new(5);
	struct merge_search search;
	int64_t now = BASE;
	unsigned i, j;

	for (i = 0; i < MERGE_SLOTS; i++)
		for (j = 0; j < 3; j++)
			(void)send(memory, 1000 + i, j, now++, true);
	for (i = 0; i < MERGE_SLOTS; i++)	/* personal ones */
		(void)send(memory, 5000 + i, i, now++, true);
	for (j = 1; j <= 5; j++) {
		search = send(memory, 1, j, now++, true);
		for (i = 0; i < MERGE_SLOTS / 2 - 2; i++)
			(void)send(memory, 6000 + 100 * j + i, i, now++, true);
	}
	ck_assert(search.reached);
	memory_free(memory);
}
END_TEST

START_TEST(does_not_compare_over_keys)
{
	static const struct ident_key other = { { 8 } };
	struct merge_sketch one, two;
	struct letter letter;
	unsigned i;

	letter_init(&letter);
	for (i = 0; i < 60; i++)
		buf_printf(&letter.text, "word%u ", i);
	letter.words = 60;
	ck_assert(merge_sketch_make(&one, &letter, &key) == STATUS_OK);
	ck_assert(merge_sketch_make(&two, &letter, &other) == STATUS_OK);
	ck_assert_int_eq(merge_similarity(&one, &two), 0);
	ck_assert_int_gt(merge_similarity(&one, &one), 800000);
	letter_release(&letter);
}
END_TEST

/* A text of more shingles than are kept: the sample tells as much. */
START_TEST(samples_a_long_letter)
{
	struct merge_sketch one, two;
	struct letter letter;
	unsigned half, i;

	for (half = 0; half < 2; half++) {
		letter_init(&letter);
		for (i = 0; i < 4000; i++)
			buf_printf(&letter.text, "w%u ", i < 2000 ? i :
			    i + half * 10000);
		letter.words = 4000;
		ck_assert(merge_sketch_make(half == 0 ? &one : &two, &letter,
		    &key) == STATUS_OK);
		letter_release(&letter);
	}
	ck_assert(one.sampled && one.shingle_count == MERGE_SHINGLES_MAX);
	/* 2000 of 6000 */
	ck_assert_int_gt(merge_similarity(&one, &two), 250000);
	ck_assert_int_lt(merge_similarity(&one, &two), 420000);
	ck_assert_int_eq(merge_similarity(&one, &two),
	    merge_similarity(&two, &one));
}
END_TEST

START_TEST(takes_any_number_of_paragraphs)
{
	struct merge_sketch sketch;
	struct letter letter;
	unsigned count, i;

	for (count = MERGE_PARAGRAPHS_MAX - 1;
	    count <= MERGE_PARAGRAPHS_MAX + 1; count++) {
		letter_init(&letter);
		for (i = 0; i < count; i++)
			buf_printf(&letter.text, "a%u b%u c%u d%u\n", i, i, i,
			    i);
		letter.words = 4 * count;
		ck_assert(merge_sketch_make(&sketch, &letter, &key) ==
		    STATUS_OK);
		ck_assert_uint_eq(sketch.paragraph_count,
		    count < MERGE_PARAGRAPHS_MAX ? count :
		    MERGE_PARAGRAPHS_MAX);
		ck_assert_uint_eq(sketch.shingle_count, 2 * count);
		ck_assert_int_gt(merge_similarity(&sketch, &sketch), 800000);
		letter_release(&letter);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("merge");
	TCase *tcase = tcase_create("merge");

	if (ident_library_init() != STATUS_OK)
		return EXIT_FAILURE;
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, reaches_its_minimum);
	tcase_add_test(tcase, does_not_count_who_was_refused);
	tcase_add_test(tcase, takes_no_follow_up_for_a_member);
	tcase_add_test(tcase, forgets_members_behind_the_window);
	tcase_add_test(tcase, begins_anew_behind_the_window);
	tcase_add_test(tcase, forgets_members_of_a_wrong_clock);
	tcase_add_test(tcase, keeps_the_latest_members);
	tcase_add_test(tcase, is_off_without_a_minimum);
	tcase_add_test(tcase, looks_at_no_slot_that_cannot_be);
	tcase_add_test(tcase, outlives_personal_letters);
	tcase_add_test(tcase, waits_for_the_second_letter);
	tcase_add_test(tcase, finds_one_more_campaign_beside_many);
	tcase_add_test(tcase, does_not_compare_over_keys);
	tcase_add_test(tcase, samples_a_long_letter);
	tcase_add_test(tcase, takes_any_number_of_paragraphs);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
