/*
 * Mail merge's part of the store's contract: asked of every make of store.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "store_fixture.h"

#define ACCOUNTS	3
#define BASE		(1000 * CLOCK_HOUR)

/* A campaign that can be told from others, of any size up to the greatest. */
static void
make_campaign(struct merge_campaign *campaign, uint32_t slot,
    uint32_t members, int64_t last_seen)
{
	uint32_t i;

	memset(campaign, 0, sizeof(*campaign));
	campaign->slot = slot;
	campaign->began_at = BASE;
	campaign->last_seen = last_seen;
	campaign->candidates = members + 3;
	campaign->member_count = members;
	for (i = 0; i < members; i++) {
		campaign->members[i].candidate = store_ident(i);
		campaign->members[i].message = store_ident(slot);
		campaign->members[i].sent_at = i;
	}
	campaign->sketch.words = 100 + slot;
	campaign->sketch.paragraph_count = MERGE_PARAGRAPHS_MAX;
	campaign->sketch.shingle_count = MERGE_SHINGLES_MAX;
	for (i = 0; i < MERGE_SHINGLES_MAX; i++)
		campaign->sketch.shingles[i].hash = (i + 1) * (slot + 1);
}

struct listing {
	char		text[512];
	unsigned	count, most;	/* most 0: all */
};

static bool
list(void *context, const struct merge_campaign *campaign)
{
	struct listing *listing = context;
	size_t used = strlen(listing->text);

	ck_assert_uint_eq(campaign->sketch.words, 100 + campaign->slot);
	ck_assert_uint_eq(campaign->sketch.shingle_count, MERGE_SHINGLES_MAX);
	ck_assert_uint_eq(campaign->candidates, campaign->member_count + 3);
	snprintf(listing->text + used, sizeof(listing->text) - used,
	    " %u:%u", campaign->slot, campaign->member_count);
	return ++listing->count != listing->most;
}

static void
check_listing(struct store_txn *txn, uint64_t account, unsigned most,
    const char *want)
{
	struct listing listing = { .most = most };

	ck_assert_int_eq(store_merge_each(txn, account, list, &listing),
	    STATUS_OK);
	ck_assert_msg(strcmp(listing.text, want) == 0, "account %d:%s, want%s",
	    (int)account, listing.text, want);
}

static enum status
use_slots(struct store_txn *txn, void *argument)
{
	struct merge_campaign campaign;

	(void)argument;
	check_listing(txn, 1, 0, "");
	make_campaign(&campaign, 31, MERGE_MEMBERS_MAX, BASE);
	ck_assert_int_eq(store_merge_put(txn, 1, &campaign), STATUS_OK);
	make_campaign(&campaign, 4, 1, BASE);
	ck_assert_int_eq(store_merge_put(txn, 1, &campaign), STATUS_OK);
	make_campaign(&campaign, 0, 0, BASE);
	ck_assert_int_eq(store_merge_put(txn, 1, &campaign), STATUS_OK);
	make_campaign(&campaign, 4, 2, BASE);
	ck_assert_int_eq(store_merge_put(txn, 256, &campaign), STATUS_OK);
	check_listing(txn, 1, 0, " 0:0 4:1 31:50");
	check_listing(txn, 1, 2, " 0:0 4:1");
	check_listing(txn, 256, 0, " 4:2");
	check_listing(txn, 0, 0, "");
	check_listing(txn, 2, 0, "");
	/* Longer and shorter again: what the slot held is gone. */
	make_campaign(&campaign, 4, MERGE_MEMBERS_MAX, BASE + 1);
	ck_assert_int_eq(store_merge_put(txn, 1, &campaign), STATUS_OK);
	check_listing(txn, 1, 0, " 0:0 4:50 31:50");
	make_campaign(&campaign, 4, 3, BASE + CLOCK_DAY);
	ck_assert_int_eq(store_merge_put(txn, 1, &campaign), STATUS_OK);
	check_listing(txn, 1, 0, " 0:0 4:3 31:50");
	/* The last slot there is, and the one behind it. */
	campaign.slot = MERGE_SLOTS - 1;
	ck_assert_int_eq(store_merge_put(txn, 3, &campaign), STATUS_OK);
	campaign.slot = MERGE_SLOTS;
	ck_assert_int_eq(store_merge_put(txn, 1, &campaign), STATUS_LIMIT);
	return STATUS_OK;
}

static enum status
put_in_view(struct store_txn *txn, void *argument)
{
	struct merge_campaign campaign;
	size_t removed;

	(void)argument;
	make_campaign(&campaign, 1, 1, BASE);
	ck_assert_int_eq(store_merge_put(txn, 1, &campaign),
	    STATUS_MALFORMED);
	ck_assert_int_eq(store_merge_expire(txn, BASE, 1, &removed),
	    STATUS_MALFORMED);
	check_listing(txn, 256, 0, " 4:2");
	return STATUS_OK;
}

START_TEST(slots_hold_campaigns)
{
	struct store_fixture f;

	store_fixture_open(&f, &store_makes[_i]);
	ck_assert_int_eq(store_update(f.store, use_slots, NULL), STATUS_OK);
	ck_assert_int_eq(store_view(f.store, put_in_view, NULL), STATUS_OK);
	store_fixture_close(&f);
}
END_TEST

/* Ages in the hours behind BASE; slot i of each account. */
static const int64_t seen[] = { 0, 1, 2 * CLOCK_HOUR, 5 * CLOCK_HOUR };
#define SEEN	(sizeof(seen) / sizeof(seen[0]))

static enum status
put_seen(struct store_txn *txn, void *argument)
{
	struct merge_campaign campaign;
	uint64_t account;
	uint32_t slot;

	(void)argument;
	for (account = 1; account <= ACCOUNTS; account++)
		for (slot = 0; slot < SEEN; slot++) {
			make_campaign(&campaign, slot, 1, BASE + seen[slot]);
			if (store_merge_put(txn, account, &campaign) !=
			    STATUS_OK)
				return STATUS_LIMIT;
		}
	/* Seen again: not old any more. */
	make_campaign(&campaign, 0, 2, BASE + 5 * CLOCK_HOUR);
	return store_merge_put(txn, 2, &campaign);
}

struct expiry_row {
	const char	*name;
	int64_t		 before;
	size_t		 most, removed;
	const char	*left[ACCOUNTS];	/* of each account */
};

static const struct expiry_row expiry_rows[] = {
	{ "nothing is that old", BASE, 10, 0,
	    { " 0:1 1:1 2:1 3:1", " 0:2 1:1 2:1 3:1", " 0:1 1:1 2:1 3:1" } },
	{ "the first an hour later at the latest", BASE + CLOCK_HOUR, 10, 2,
	    { " 1:1 2:1 3:1", " 0:2 1:1 2:1 3:1", " 1:1 2:1 3:1" } },
	{ "not at its own hour", BASE + 2 * CLOCK_HOUR, 10, 3,
	    { " 2:1 3:1", " 0:2 2:1 3:1", " 2:1 3:1" } },
	{ "two at a time", BASE + 4 * CLOCK_HOUR, 2, 2,
	    { " 3:1", " 0:2 3:1", " 2:1 3:1" } },
	{ "and the rest", BASE + 4 * CLOCK_HOUR, 2, 1,
	    { " 3:1", " 0:2 3:1", " 3:1" } },
	{ "and no more", BASE + 4 * CLOCK_HOUR, 2, 0,
	    { " 3:1", " 0:2 3:1", " 3:1" } },
	{ "all", BASE + CLOCK_DAY, 10, 4, { "", "", "" } },
};

static enum status
expire_body(struct store_txn *txn, void *argument)
{
	const struct expiry_row *row = argument;
	uint64_t account;
	size_t removed;

	ck_assert_int_eq(store_merge_expire(txn, row->before, row->most,
	    &removed), STATUS_OK);
	ck_assert_msg(removed == row->removed, "%s: %zu removed", row->name,
	    removed);
	for (account = 1; account <= ACCOUNTS; account++)
		check_listing(txn, account, 0, row->left[account - 1]);
	return STATUS_OK;
}

START_TEST(campaigns_expire)
{
	struct expiry_row row;
	struct store_fixture f;
	unsigned i;

	store_fixture_open(&f, &store_makes[_i]);
	ck_assert_int_eq(store_update(f.store, put_seen, NULL), STATUS_OK);
	for (i = 0; i < sizeof(expiry_rows) / sizeof(expiry_rows[0]); i++) {
		row = expiry_rows[i];
		ck_assert_int_eq(store_update(f.store, expire_body, &row),
		    STATUS_OK);
	}
	store_fixture_close(&f);
}
END_TEST

static const int64_t ends[] = { INT64_MIN, -1, INT64_MAX };

static enum status
put_at_the_ends(struct store_txn *txn, void *argument)
{
	struct merge_campaign campaign;
	size_t removed;
	uint32_t i;

	(void)argument;
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		make_campaign(&campaign, i, i, ends[i]);
		ck_assert_int_eq(store_merge_put(txn, 1, &campaign),
		    STATUS_OK);
	}
	ck_assert_int_eq(store_merge_expire(txn, 1, 10, &removed), STATUS_OK);
	ck_assert_uint_eq(removed, 2);
	check_listing(txn, 1, 0, " 2:2");
	return STATUS_OK;
}

START_TEST(time_has_ends)
{
	struct store_fixture f;

	store_fixture_open(&f, &store_makes[_i]);
	ck_assert_int_eq(store_update(f.store, put_at_the_ends, NULL),
	    STATUS_OK);
	store_fixture_close(&f);
}
END_TEST

static enum status
look_again(struct store_txn *txn, void *argument)
{
	(void)argument;
	check_listing(txn, 1, 0, " 0:0 4:3 31:50");
	check_listing(txn, 256, 0, " 4:2");
	return STATUS_OK;
}

START_TEST(campaigns_survive)
{
	struct store_fixture f;

	store_fixture_open(&f, &store_makes[_i]);
	ck_assert_int_eq(store_update(f.store, use_slots, NULL), STATUS_OK);
	store_fixture_reopen(&f);
	if (f.make->survives)
		ck_assert_int_eq(store_view(f.store, look_again, NULL),
		    STATUS_OK);
	store_fixture_close(&f);
}
END_TEST

struct generations {
	uint64_t	before, after;
	enum status	answer;		/* other than OK: it is rolled back */
	void		(*change)(struct store_txn *);
};

static enum status
read_generation(struct store_txn *txn, void *generation)
{
	return store_merge_generation(txn, 1, generation);
}

static void
change_nothing(struct store_txn *txn)
{
	check_listing(txn, 1, 0, "");
}

static void
put_campaign(struct store_txn *txn)
{
	struct merge_campaign campaign;

	make_campaign(&campaign, 7, 1, BASE);
	ck_assert_int_eq(store_merge_put(txn, 1, &campaign), STATUS_OK);
}

static void
put_others(struct store_txn *txn)
{
	struct merge_campaign campaign;

	make_campaign(&campaign, 7, 1, BASE);
	ck_assert_int_eq(store_merge_put(txn, 2, &campaign), STATUS_OK);
	ck_assert_int_eq(store_merge_put(txn, 1, &campaign), STATUS_OK);
}

static void
remove_campaigns(struct store_txn *txn)
{
	size_t removed;

	ck_assert_int_eq(store_merge_expire(txn, BASE + CLOCK_DAY, 10,
	    &removed), STATUS_OK);
	ck_assert_uint_eq(removed, 2);
}

static enum status
change_campaigns(struct store_txn *txn, void *argument)
{
	struct generations *generations = argument;

	/* What a view reads while this goes on is neither. */
	ck_assert_int_eq(store_merge_generation(txn, 1,
	    &generations->before), STATUS_OK);
	generations->change(txn);
	ck_assert_int_eq(store_merge_generation(txn, 1,
	    &generations->after), STATUS_OK);
	return generations->answer;
}

START_TEST(generation_tells_of_changes)
{
	static const struct {
		void		(*change)(struct store_txn *);
		enum status	answer;
	} rows[] = {
		{ put_campaign, STATUS_NO_MEMORY },
		{ put_campaign, STATUS_OK },
		{ put_others, STATUS_OK },
		{ remove_campaigns, STATUS_OK },
	};
	struct generations during = { .change = change_nothing };
	struct store_fixture f;
	uint64_t after;
	size_t i;

	store_fixture_open(&f, &store_makes[_i]);
	ck_assert_int_eq(store_update(f.store, change_campaigns, &during),
	    STATUS_OK);
	ck_assert_uint_eq(during.before, during.after);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		during.change = rows[i].change;
		during.answer = rows[i].answer;
		ck_assert_int_eq(store_update(f.store, change_campaigns,
		    &during), rows[i].answer);
		ck_assert_int_eq(store_view(f.store, read_generation, &after),
		    STATUS_OK);
		ck_assert_msg(during.before != during.after &&
		    during.before != after && during.after != after,
		    "change %zu: %d, %d, %d", i, (int)during.before,
		    (int)during.after, (int)after);
	}
	store_fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("store merge");
	TCase *tests = tcase_create("store merge");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, slots_hold_campaigns, 0, store_make_count);
	tcase_add_loop_test(tests, campaigns_expire, 0, store_make_count);
	tcase_add_loop_test(tests, time_has_ends, 0, store_make_count);
	tcase_add_loop_test(tests, generation_tells_of_changes, 0,
	    store_make_count);
	tcase_add_loop_test(tests, campaigns_survive, 0, store_make_count);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
