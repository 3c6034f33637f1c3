/*
 * Sketches of letters, and how alike two are.
 *
 * Other methods were measured on two sets of letters: tests/letters, 14
 * merges and 62 letters written one by one (A), and ten merges with 24 letters
 * of which six share a job description (B).  Pairs of one merge that are found
 * when the threshold is as low as no false pair allows:
 *
 *						   A	   B
 *	SimHash of 64 bits (M. Charikar,
 *	STOC 2002)				  38 %	   3 %
 *	winnowing (S. Schleimer, D. Wilkerson,
 *	A. Aiken, SIGMOD 2003), window of 4	  65 %	  17 %
 *	MinHash with 128 functions		  84 %	  36 %
 *	all shingles (Broder)			  88 %	  20 %
 *	the same, identical paragraphs aside	  51 %	 100 %
 *	what is below				 100 %	 100 %
 *
 * SimHash sees the angle between whole letters: a letter of sixty words with
 * five exchanged is as far off as a stranger.  Winnowing finds a piece copied
 * into a larger whole, which is what is not wanted here, and keeps two of five
 * shingles; bottom-k keeps all of a letter of 300 words.  Whole letters that
 * share a job description are more alike than a merge is, whatever the method;
 * and a merge that changes but the greeting has nothing left when identical
 * paragraphs are set aside, so that is looked at.  Shingles of two words come
 * out alike by chance, those of four lose more with each word exchanged.
 *
 * Unrelated letters are alike to 0.10, letters of a merge from 0.27 on (make
 * bench-merge prints the curve): 0.2 lies between.
 */
#include "policy/merge.h"

#include <stdlib.h>
#include <string.h>

#include "mail/letter.h"

#define SHINGLE_WORDS	3

/* Words of a paragraph that count; more are not told apart. */
#define WORDS_MAX	0xff

/*
 * A paragraph all of whose shingles are the other letter's is set aside where
 * it has as many as this; of fewer words only the same paragraph is the same.
 */
#define SHINGLES_TELLING	8

/* What a greeting and a word or two have of their own at most. */
#define GREETING_SHINGLES	2

/*
 * Where the letters begin alike each may have one sentence for itself, if that
 * is but a quarter of what they have in common.
 */
#define ADDED_SHINGLES	16
#define ADDED_SHARE	4

/*
 * By which a paragraph's hash is multiplied for each word: odd, so that no bit
 * of it gets lost.  The words' hashes are keyed.
 */
#define HASH_STEP	UINT64_C(0x9e3779b97f4a7c15)

/*
 * A paragraph in which one word of so many has digits is a program's: in what
 * is pasted out of a calendar one of five has.
 */
#define NUMBERS_SHARE	8

/* A first paragraph of fewer words is a greeting. */
#define GREETING_WORDS	5

/*
 * Added to the union: few shingles that are the same by chance must not make
 * two short texts alike.
 */
#define DOUBT		6

/* Those with the smallest hashes so far, and as many again before a sort. */
struct maker {
	struct merge_sketch	*sketch;
	struct ident_word_key	 key;
	struct merge_shingle	 seen[2 * MERGE_SHINGLES_MAX];
	size_t			 count;
	uint32_t		 limit;		/* no larger one is kept */
};

/*
 * Making.
 */

static int
compare_shingles(const void *a, const void *b)
{
	const struct merge_shingle *one = a, *two = b;

	if (one->hash != two->hash)
		return one->hash < two->hash ? -1 : 1;
	return (int)one->paragraph - (int)two->paragraph;
}

/* The smallest of those seen, each once, where it stands first. */
static void
keep_smallest(struct maker *maker)
{
	struct merge_shingle *seen = maker->seen;
	size_t i, kept = 0;

	qsort(seen, maker->count, sizeof(seen[0]), compare_shingles);
	for (i = 0; i < maker->count; i++) {
		if (kept > 0 && seen[i].hash == seen[kept - 1].hash)
			continue;
		if (kept == MERGE_SHINGLES_MAX) {
			maker->sketch->sampled = true;
			break;
		}
		seen[kept++] = seen[i];
	}
	maker->count = kept;
	if (kept == MERGE_SHINGLES_MAX)
		maker->limit = seen[kept - 1].hash;
}

static void
add_shingle(struct maker *maker, const uint64_t *words, uint32_t paragraph)
{
	struct merge_shingle *shingle;
	uint32_t hash = (uint32_t)ident_word(&maker->key, words,
	    SHINGLE_WORDS * sizeof(words[0]));

	if (hash > maker->limit) {
		maker->sketch->sampled = true;
		return;
	}
	if (maker->count == 2 * MERGE_SHINGLES_MAX)
		keep_smallest(maker);
	shingle = &maker->seen[maker->count++];
	shingle->hash = hash;
	shingle->paragraph = (uint8_t)paragraph;
}

static bool
has_digit(const char *word, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		if (word[i] >= '0' && word[i] <= '9')
			return true;
	return false;
}

/*
 * The last `SHINGLE_WORDS` words, oldest first.  The paragraph's hash is that
 * of all its words, or of those without digits where there are many that have
 * some: how to join a meeting, pasted into a letter, is the same text whatever
 * the numbers and passcodes; a merge's letter that exchanges a salary is not.
 */
static size_t
hash_words(struct maker *maker, const char *text, size_t length,
    uint32_t paragraph, uint64_t *hash)
{
	uint64_t last[SHINGLE_WORDS] = { 0 }, all = *hash, plain = *hash;
	const char *end = text + length;
	size_t word, count = 0, numbers = 0;

	for (; text < end; text += word + 1) {
		word = strcspn(text, " \n");
		memmove(last, last + 1, sizeof(last) - sizeof(last[0]));
		last[SHINGLE_WORDS - 1] = ident_word(&maker->key, text, word);
		all = all * HASH_STEP + last[SHINGLE_WORDS - 1];
		if (has_digit(text, word))
			numbers++;
		else
			plain = plain * HASH_STEP + last[SHINGLE_WORDS - 1];
		if (++count >= SHINGLE_WORDS)
			add_shingle(maker, last, paragraph);
	}
	if (numbers == count || numbers < count / NUMBERS_SHARE) {
		*hash = all;
		return count;
	}
	*hash = plain;
	return count - numbers;
}

static size_t
words_of(uint32_t paragraph)
{
	return paragraph & WORDS_MAX;
}

static void
add_paragraph(struct maker *maker, const char *text, size_t length)
{
	struct merge_sketch *sketch = maker->sketch;
	uint32_t at = sketch->paragraph_count;
	uint64_t hash = 0;
	size_t words = 0;

	/* the last stands for all behind it: one hash of theirs */
	if (at == MERGE_PARAGRAPHS_MAX) {
		at--;
		hash = sketch->paragraphs[at];
		words = words_of(sketch->paragraphs[at]);
	} else
		sketch->paragraph_count++;
	words += hash_words(maker, text, length, at, &hash);
	if (words > WORDS_MAX)
		words = WORDS_MAX;
	sketch->paragraphs[at] = ((uint32_t)hash & ~(uint32_t)WORDS_MAX) |
	    (uint32_t)words;
}

enum status
merge_sketch_make(struct merge_sketch *sketch, const struct letter *letter,
    const struct ident_key *key)
{
	struct maker maker;
	const char *at = letter->text.data;
	size_t length;

	memset(sketch, 0, sizeof(*sketch));
	maker.sketch = sketch;
	maker.count = 0;
	maker.limit = UINT32_MAX;
	ident_word_key_make(key, &maker.key);
	sketch->words = (uint32_t)letter->words;
	for (; *at != '\0'; at += length + 1) {
		length = strcspn(at, "\n");
		add_paragraph(&maker, at, length);
		if (at[length] == '\0')
			break;
	}
	keep_smallest(&maker);
	sketch->shingle_count = (uint32_t)maker.count;
	memcpy(sketch->shingles, maker.seen,
	    maker.count * sizeof(maker.seen[0]));
	return STATUS_OK;
}

bool
merge_sketch_is_short(const struct merge_sketch *sketch)
{
	return sketch->words < MERGE_WORDS_MIN || sketch->shingle_count == 0;
}

/*
 * Comparing.
 */

/* What stands in both, seen from one letter. */
struct side {
	const struct merge_sketch *sketch;
	uint32_t	 count[MERGE_PARAGRAPHS_MAX];	/* of shingles */
	uint32_t	 common[MERGE_PARAGRAPHS_MAX];	/* in the other too */
	bool		 shared[MERGE_PARAGRAPHS_MAX];
	size_t		 left;		/* shingles that are not set aside */
};

/* Shingles in both and in any, by the same sample of both. */
struct overlap {
	size_t	common, all;
	size_t	set_aside;
};

/* The largest hash up to which both sketches have all shingles. */
static uint32_t
limit_of(const struct merge_sketch *a, const struct merge_sketch *b)
{
	uint32_t limit = UINT32_MAX;

	if (a->sampled)
		limit = a->shingles[a->shingle_count - 1].hash;
	if (b->sampled && b->shingles[b->shingle_count - 1].hash < limit)
		limit = b->shingles[b->shingle_count - 1].hash;
	return limit;
}

/* A shingle of `a`, of `b`, or (neither is NULL) of both. */
static void
count_shingle(struct overlap *overlap, struct side *a,
    const struct merge_shingle *one, struct side *b,
    const struct merge_shingle *two)
{
	bool both = one != NULL && two != NULL;

	if ((one != NULL && a->shared[one->paragraph]) ||
	    (two != NULL && b->shared[two->paragraph])) {
		overlap->set_aside++;
		return;
	}
	overlap->all++;
	overlap->common += both;
	if (one != NULL) {
		a->left++;
		a->count[one->paragraph]++;
		a->common[one->paragraph] += both;
	}
	if (two != NULL) {
		b->left++;
		b->count[two->paragraph]++;
		b->common[two->paragraph] += both;
	}
}

/* Without the paragraphs that are shared. */
static struct overlap
overlap_of(struct side *a, struct side *b)
{
	const struct merge_shingle *one = a->sketch->shingles;
	const struct merge_shingle *two = b->sketch->shingles;
	const struct merge_shingle *one_end = one + a->sketch->shingle_count;
	const struct merge_shingle *two_end = two + b->sketch->shingle_count;
	uint32_t limit = limit_of(a->sketch, b->sketch);
	struct overlap overlap = { 0, 0, 0 };

	a->left = b->left = 0;
	while ((one < one_end && one->hash <= limit) ||
	    (two < two_end && two->hash <= limit)) {
		if (two == two_end || (one < one_end && one->hash < two->hash))
			count_shingle(&overlap, a, one++, b, NULL);
		else if (one == one_end || two->hash < one->hash)
			count_shingle(&overlap, a, NULL, b, two++);
		else
			count_shingle(&overlap, a, one++, b, two++);
	}
	return overlap;
}

static bool
has_paragraph(const struct merge_sketch *sketch, uint32_t paragraph)
{
	uint32_t i;

	for (i = 0; i < sketch->paragraph_count; i++)
		if (sketch->paragraphs[i] == paragraph)
			return true;
	return false;
}

/*
 * Marks what is the other's as well: the same paragraph, or one that is part of
 * a longer: mail programs break lines elsewhere, and then a pasted text has
 * other paragraphs.  A name that was exchanged leaves no paragraph whole.
 */
static void
set_aside(struct side *side, const struct merge_sketch *other)
{
	uint32_t i;

	for (i = 0; i < side->sketch->paragraph_count; i++)
		side->shared[i] = (side->count[i] >= SHINGLES_TELLING &&
		    side->common[i] == side->count[i]) ||
		    has_paragraph(other, side->sketch->paragraphs[i]);
}

/* Behind its greeting. */
static bool
begins_shared(const struct side *side)
{
	return side->shared[side->sketch->paragraph_count > 1 &&
	    words_of(side->sketch->paragraphs[0]) < GREETING_WORDS ? 1 : 0];
}

/*
 * Is what they do not have in common so little that the letters are one?
 * Either hardly anything but the greeting, in one of them; or they begin alike,
 * as somebody's own words above a pasted text do not, and a sentence was added.
 */
static bool
is_hardly_different(const struct side *a, const struct side *b,
    const struct overlap *rest)
{
	size_t least = a->left < b->left ? a->left : b->left;
	size_t most = a->left > b->left ? a->left : b->left;

	if (rest->set_aside == 0 || most > rest->set_aside / ADDED_SHARE)
		return false;
	return least <= GREETING_SHINGLES || (most <= ADDED_SHINGLES &&
	    begins_shared(a) && begins_shared(b));
}

static int64_t
share_of(const struct overlap *overlap)
{
	return (int64_t)overlap->common * CONF_SHARE_ONE /
	    (int64_t)(overlap->all + DOUBT);
}

/* How many shingles of the sketch have hashes up to the limit. */
static size_t
count_to(const struct merge_sketch *sketch, uint32_t limit)
{
	size_t count = sketch->shingle_count;

	while (count > 0 && sketch->shingles[count - 1].hash > limit)
		count--;
	return count;
}

/*
 * What is set aside is in both, so what is left of both is at least what is in
 * one alone: neither share can be more than this.  Unlike letters, the many,
 * are told by it without looking at their paragraphs; and without a branch that
 * nobody can foresee.
 */
int64_t
merge_similarity_at_most(const struct merge_sketch *a,
    const struct merge_sketch *b)
{
	uint32_t limit = limit_of(a, b), x, y;
	size_t i = 0, i_end = count_to(a, limit);
	size_t j = 0, j_end = count_to(b, limit);
	struct overlap overlap = { 0, 0, 0 };

	while (i < i_end && j < j_end) {
		x = a->shingles[i].hash;
		y = b->shingles[j].hash;
		overlap.common += x == y;
		i += x <= y;
		j += y <= x;
	}
	overlap.all = i_end + j_end - 2 * overlap.common;
	return share_of(&overlap);
}

int64_t
merge_similarity(const struct merge_sketch *one,
    const struct merge_sketch *two)
{
	struct side a = { .sketch = one }, b = { .sketch = two };
	struct overlap whole = overlap_of(&a, &b), rest;

	set_aside(&a, two);
	set_aside(&b, one);
	rest = overlap_of(&a, &b);
	return share_of(is_hardly_different(&a, &b, &rest) ? &whole : &rest);
}
