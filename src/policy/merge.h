/*
 * Mail merge: nearly the same letter to one candidate after the other.  Which
 * of a user's letters belong together, and to how many candidates one of them
 * has gone.  Pure.
 *
 * Two letters are compared by the sets of their shingles, three words in a
 * row each (A. Z. Broder, "On the resemblance and containment of documents",
 * Compression and Complexity of Sequences 1997): the share of shingles that
 * are in both is not moved by the order of sentences, little by one that was
 * added, and by a name, a company or a role only where it stands.  A shingle
 * is kept as a keyed hash, and of a long letter those with the smallest hashes
 * (bottom-k: M. Thorup, "Bottom-k and priority sampling, set similarity and
 * subset sums with minimal independence", STOC 2013).  merge.c tells what
 * became of the other methods.
 *
 * Each shingle remembers its paragraph.  A paragraph that stands in both
 * letters word for word is set aside, be it a job description, a disclaimer, a
 * signature or, whatever its numbers, how to join a meeting, and what is left
 * must still be alike; unless hardly anything is left, as in a merge that
 * changes but the greeting.
 *
 * What is remembered of a user are MERGE_SLOTS campaigns at most, each the
 * sketch of the letter that began it and its latest members.  A letter is
 * compared with these alone, however many were sent before.  As a row a
 * campaign is 3,720 bytes at most, 500 for a letter of eighty words to one
 * candidate: 238 kB an account at the worst.
 *
 *	merge_sketch_make(&sketch, &letter, &key);
 *	merge_search_begin(&search, policy, &arrival);
 *	for each campaign the store has of the account
 *		merge_search_look(&search, &campaign);
 *	merge_search_end(&search);
 *	if search.reached, and the user is restricted
 *		the letter is refused, and nothing remembered
 *	if search.outcome is not MERGE_NONE
 *		search.campaign is put in its place
 */
#ifndef POLICY_MERGE_H
#define POLICY_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/ident.h"

struct letter;

#define MERGE_SHINGLES_MAX	300	/* kept of one letter */
#define MERGE_PARAGRAPHS_MAX	48	/* what is behind them counts to the
					   last */
#define MERGE_MEMBERS_MAX	50	/* so merge_minimum is at most that */
#define MERGE_SLOTS		64	/* campaigns of one account */

/* Words of a letter: with fewer it is never merge. */
#define MERGE_WORDS_MIN		25

/*
 * So long after the last message to the same candidate a letter is a follow-up,
 * and no merge.  As long as the longest merge_window: who was a member of a
 * campaign that still counts is followed up at any time.
 */
#define MERGE_FOLLOW_UP_MAX	(30 * CLOCK_DAY)

struct merge_shingle {
	uint32_t	hash;
	uint8_t		paragraph;	/* where it stands first */
};

/* A letter as it is compared: a value, and no text can be read from it. */
struct merge_sketch {
	uint32_t	words;		/* of the whole letter */
	uint32_t	paragraph_count;
	uint32_t	paragraphs[MERGE_PARAGRAPHS_MAX];	/* hashes, in
						   their low byte the words,
						   at most 255; of a
						   program's text without
						   those that have digits */
	uint32_t	shingle_count;
	bool		sampled;	/* the letter has more shingles */
	struct merge_shingle shingles[MERGE_SHINGLES_MAX];	/* ascending,
						   each hash once */
};

/* One candidate the campaign's letter went to. */
struct merge_member {
	struct ident	candidate;
	struct ident	message;
	int64_t		sent_at;
};

/* What one slot holds: a value without pointers. */
struct merge_campaign {
	uint32_t	slot;		/* below MERGE_SLOTS; unique in the
					   account */
	int64_t		began_at;
	int64_t		last_seen;
	uint32_t	candidates;	/* distinct ones since it began */
	uint32_t	member_count;
	struct merge_member members[MERGE_MEMBERS_MAX];	/* oldest first,
						   each candidate once */
	struct merge_sketch sketch;	/* of the letter that began it */
};

/*
 * OK or NO_MEMORY.  The key is the site's: sketches made with two keys have
 * nothing in common.
 */
enum status merge_sketch_make(struct merge_sketch *, const struct letter *,
    const struct ident_key *);

/* Too short to be one of a merge? */
bool merge_sketch_is_short(const struct merge_sketch *);

/* How alike two letters are, in millionths; symmetric. */
int64_t merge_similarity(const struct merge_sketch *,
    const struct merge_sketch *);

/* Never less than that, and much cheaper. */
int64_t merge_similarity_at_most(const struct merge_sketch *,
    const struct merge_sketch *);

/* A letter about to be sent one-to-one. */
struct merge_arrival {
	const struct merge_sketch *sketch;
	struct ident	candidate;
	struct ident	message;
	int64_t		now;
};

enum merge_outcome {
	MERGE_NONE,		/* too short, or merge_minimum is 0: nothing
				   is remembered */
	MERGE_BEGUN,		/* like none before: a campaign of its own */
	MERGE_JOINED,		/* of a campaign, and the candidate is new */
	MERGE_REPEATED		/* the candidate is a member already: a
				   follow-up, or the same message again */
};

/* What is known of one slot while they are looked through. */
struct merge_slot {
	bool		used;
	uint32_t	size;		/* members within the window */
	int64_t		last_seen;
};

struct merge_search {
	/* merge_search_begin's */
	const struct policy	   *policy;	/* borrowed */
	const struct merge_arrival *arrival;	/* borrowed */
	struct merge_slot	    slots[MERGE_SLOTS];

	/* the result, valid behind merge_search_end */
	enum merge_outcome	outcome;
	int64_t			similarity;	/* to the nearest campaign, in
						   millionths; 0: none */
	size_t			size;		/* distinct candidates within
						   merge_window, this one
						   included */
	bool			reached;	/* it is one of a merge of
						   merge_minimum or more; never
						   a follow-up */
	struct merge_campaign	campaign;	/* as it is to be stored: its
						   members are those within
						   merge_window, this one last
						   unless it is repeated */
};

void merge_search_begin(struct merge_search *, const struct policy *,
    const struct merge_arrival *);
/* Slots past MERGE_SLOTS and campaigns last seen before the window are not
 * looked at. */
void merge_search_look(struct merge_search *, const struct merge_campaign *);
void merge_search_end(struct merge_search *);

#endif
