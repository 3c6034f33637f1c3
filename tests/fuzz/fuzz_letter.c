/*
 * A letter, and a second one behind the first form feed: what is read of them,
 * how alike they are, and whether they are taken for a mail merge.
 */
#include "fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "mail/letter.h"
#include "policy/merge.h"

/* Words parted by one blank, each paragraph with its end. */
static void
check_letter(const struct letter *letter)
{
	const char *text = letter->text.data;
	size_t i, ends = 0;

	assert(strlen(text) == letter->text.length);
	for (i = 0; i < letter->text.length; i++) {
		assert((unsigned char)text[i] >= ' ' || text[i] == '\n');
		assert((text[i] != ' ' && text[i] != '\n') ||
		    (i > 0 && text[i - 1] != ' ' && text[i - 1] != '\n'));
		assert(text[i] < 'A' || text[i] > 'Z');
		ends += text[i] == '\n';
	}
	assert(i == 0 || text[i - 1] == '\n');
	assert(ends == letter->paragraphs && letter->words <= i);
}

static void
check_sketch(const struct merge_sketch *sketch)
{
	uint32_t i;

	assert(sketch->paragraph_count <= MERGE_PARAGRAPHS_MAX);
	assert(sketch->shingle_count <= MERGE_SHINGLES_MAX);
	assert(!sketch->sampled ||
	    sketch->shingle_count == MERGE_SHINGLES_MAX);
	for (i = 0; i < sketch->shingle_count; i++) {
		assert(sketch->shingles[i].paragraph <
		    sketch->paragraph_count);
		assert(i == 0 || sketch->shingles[i - 1].hash <
		    sketch->shingles[i].hash);
	}
}

/* Reads a letter out of a message and makes its sketch. */
static void
read_letter(const uint8_t *bytes, const uint8_t *end,
    struct merge_sketch *sketch)
{
	static const struct ident_key key = { { 7 } };
	struct message message;
	struct letter letter;
	const uint8_t *body;

	message_init(&message);
	letter_init(&letter);
	body = fuzz_take_header(&message, "<bob@example.com>", bytes, end);
	(void)message_body(&message, body, (size_t)(end - body));
	assert(letter_read(&message, &letter) == STATUS_OK);
	check_letter(&letter);
	assert(merge_sketch_make(sketch, &letter, &key) == STATUS_OK);
	check_sketch(sketch);
	letter_release(&letter);
	message_release(&message);
}

static void
check_similarity(const struct merge_sketch *one,
    const struct merge_sketch *two)
{
	int64_t similarity = merge_similarity(one, two);

	assert(similarity >= 0 && similarity <= CONF_SHARE_ONE);
	assert(similarity == merge_similarity(two, one));
}

/* One after the other, to two candidates. */
static void
check_search(const struct merge_sketch *one, const struct merge_sketch *two)
{
	static const struct policy policy = {
		.merge_minimum = 2, .merge_window = CLOCK_DAY,
		.merge_similarity = CONF_SHARE_ONE / 5
	};
	struct merge_arrival arrival = { .sketch = one, .now = CLOCK_DAY };
	struct merge_search first, second;

	merge_search_begin(&first, &policy, &arrival);
	merge_search_end(&first);
	assert(first.outcome == (merge_sketch_is_short(one) ? MERGE_NONE :
	    MERGE_BEGUN));
	assert(!first.reached);
	arrival.sketch = two;
	arrival.candidate.bytes[0] = 1;
	merge_search_begin(&second, &policy, &arrival);
	if (first.outcome != MERGE_NONE)
		merge_search_look(&second, &first.campaign);
	merge_search_end(&second);
	assert(merge_sketch_is_short(two) == (second.outcome == MERGE_NONE));
	assert(second.reached == (second.outcome == MERGE_JOINED));
}

int
FUZZ_TARGET(letter)(const uint8_t *bytes, size_t length)
{
	const uint8_t *end = bytes + length;
	const uint8_t *feed = length > 0 ? memchr(bytes, '\f', length) : NULL;
	struct merge_sketch one, two;

	read_letter(bytes, feed != NULL ? feed : end, &one);
	check_similarity(&one, &one);
	if (feed != NULL) {
		read_letter(feed + 1, end, &two);
		check_similarity(&one, &two);
		check_search(&one, &two);
	}
	return 0;
}
