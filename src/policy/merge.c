/*
 * Into which campaign a letter falls.
 *
 *	1. A letter that is too short is none of a campaign.
 *	2. It falls into the campaign its text is most like, if it is as like
 *	   as merge_similarity.
 *	3. Else it begins one, in a slot that is free: never used, or not seen
 *	   for merge_window.
 *	4. Where none is free a slot is taken from another: of letters that
 *	   stood alone, which may be the first of a merge, the oldest, so that
 *	   personal letters push out each other and no campaign.  But half of
 *	   the slots always belong to such letters, or with campaigns in all
 *	   slots no new one could be found: past that the campaign goes that
 *	   has been silent longest.  (The smallest was tried: that is the
 *	   newest.)
 */
#include "policy/merge.h"

#include <string.h>

/* Campaigns of two and more that no single letter pushes out. */
#define CAMPAIGNS_KEPT	(MERGE_SLOTS / 2)

void
merge_search_begin(struct merge_search *search, const struct policy *policy,
    const struct merge_arrival *arrival)
{
	memset(search, 0, sizeof(*search));
	search->policy = policy;
	search->arrival = arrival;
}

static bool
is_off(const struct merge_search *search)
{
	return search->policy->merge_minimum == 0 ||
	    merge_sketch_is_short(search->arrival->sketch);
}

/*
 * In the window at `now`, or as near ahead of us: clocks are set back.  One
 * that was ahead for years must not hold a letter up for as long.
 */
static bool
is_recent(const struct merge_search *search, int64_t when)
{
	int64_t now = search->arrival->now;
	int64_t window = search->policy->merge_window;

	return when > now - window && when < now + window;
}

static uint32_t
count_recent(const struct merge_search *search,
    const struct merge_campaign *campaign)
{
	uint32_t i, count = 0;

	for (i = 0; i < campaign->member_count; i++)
		count += is_recent(search, campaign->members[i].sent_at);
	return count;
}

void
merge_search_look(struct merge_search *search,
    const struct merge_campaign *campaign)
{
	struct merge_slot *slot;
	int64_t similarity;

	if (is_off(search) || campaign->slot >= MERGE_SLOTS ||
	    !is_recent(search, campaign->last_seen))
		return;
	slot = &search->slots[campaign->slot];
	slot->used = true;
	slot->size = count_recent(search, campaign);
	slot->last_seen = campaign->last_seen;
	if (merge_similarity_at_most(&campaign->sketch,
	    search->arrival->sketch) <= search->similarity)
		return;
	similarity = merge_similarity(&campaign->sketch,
	    search->arrival->sketch);
	if (similarity > search->similarity) {
		search->similarity = similarity;
		search->campaign = *campaign;
	}
}

/* Members that have left the window go. */
static void
prune(const struct merge_search *search, struct merge_campaign *campaign)
{
	uint32_t i, kept = 0;

	for (i = 0; i < campaign->member_count; i++)
		if (is_recent(search, campaign->members[i].sent_at))
			campaign->members[kept++] = campaign->members[i];
	campaign->member_count = kept;
}

static const struct merge_member *
find_member(const struct merge_campaign *campaign,
    const struct ident *candidate)
{
	uint32_t i;

	for (i = 0; i < campaign->member_count; i++)
		if (ident_equal(&campaign->members[i].candidate, candidate))
			return &campaign->members[i];
	return NULL;
}

/* With all places taken the oldest member is forgotten. */
static void
add_member(struct merge_campaign *campaign,
    const struct merge_arrival *arrival)
{
	struct merge_member *members = campaign->members, *member;

	if (campaign->member_count == MERGE_MEMBERS_MAX) {
		campaign->member_count--;
		memmove(members, members + 1, (MERGE_MEMBERS_MAX - 1) *
		    sizeof(members[0]));
	}
	member = &members[campaign->member_count++];
	member->candidate = arrival->candidate;
	member->message = arrival->message;
	member->sent_at = arrival->now;
	if (campaign->candidates < UINT32_MAX)
		campaign->candidates++;
}

static bool
is_single(const struct merge_slot *slot)
{
	return slot->size < 2;
}

/* Is slot `a` to be given up rather than `b`? */
static bool
goes_before(const struct merge_slot *a, const struct merge_slot *b,
    bool singles)
{
	if (is_single(a) != is_single(b))
		return is_single(a) == singles;
	return a->last_seen < b->last_seen;
}

static uint32_t
choose_slot(const struct merge_search *search)
{
	uint32_t i, chosen = 0, campaigns = 0;

	for (i = 0; i < MERGE_SLOTS; i++) {
		if (!search->slots[i].used)
			return i;
		campaigns += !is_single(&search->slots[i]);
	}
	for (i = 1; i < MERGE_SLOTS; i++)
		if (goes_before(&search->slots[i], &search->slots[chosen],
		    campaigns <= CAMPAIGNS_KEPT))
			chosen = i;
	return chosen;
}

static void
begin_campaign(struct merge_search *search)
{
	struct merge_campaign *campaign = &search->campaign;

	memset(campaign, 0, sizeof(*campaign));
	campaign->slot = choose_slot(search);
	campaign->began_at = search->arrival->now;
	campaign->sketch = *search->arrival->sketch;
	add_member(campaign, search->arrival);
	search->outcome = MERGE_BEGUN;
}

static void
join_campaign(struct merge_search *search)
{
	const struct merge_arrival *arrival = search->arrival;
	struct merge_campaign *campaign = &search->campaign;
	const struct merge_member *member;

	prune(search, campaign);
	member = find_member(campaign, &arrival->candidate);
	if (member == NULL) {
		add_member(campaign, arrival);
		search->outcome = MERGE_JOINED;
	} else
		search->outcome = MERGE_REPEATED;
	/* the same message again, a retry, is what it was the first time */
	search->reached = (int64_t)campaign->member_count >=
	    search->policy->merge_minimum && (member == NULL ||
	    ident_equal(&member->message, &arrival->message));
}

void
merge_search_end(struct merge_search *search)
{
	struct merge_campaign *campaign = &search->campaign;

	if (is_off(search)) {
		search->outcome = MERGE_NONE;
		return;
	}
	if (search->similarity > 0 && search->similarity >=
	    search->policy->merge_similarity)
		join_campaign(search);
	else
		begin_campaign(search);
	if (campaign->last_seen < search->arrival->now)
		campaign->last_seen = search->arrival->now;
	search->size = campaign->member_count;
}
