/*
 * The clockwork forgets campaigns that no letter can belong to any more, and
 * none that one still can.
 */
#include "test.h"

#include "gate_fixture.h"

#define WINDOW		(6 * CLOCK_HOUR)

static enum status
put_campaign(struct store_txn *txn, void *argument)
{
	struct merge_campaign campaign = { .slot = 3 };

	campaign.last_seen = *(const int64_t *)argument;
	return store_merge_put(txn, 1, &campaign);
}

static bool
count_campaign(void *context, const struct merge_campaign *campaign)
{
	(void)campaign;
	++*(unsigned *)context;
	return true;
}

static enum status
count_campaigns(struct store_txn *txn, void *argument)
{
	*(unsigned *)argument = 0;
	return store_merge_each(txn, 1, count_campaign, argument);
}

static unsigned
campaigns(struct fixture *f)
{
	unsigned count;

	ck_assert_int_eq(store_view(f->store, count_campaigns, &count),
	    STATUS_OK);
	return count;
}

struct forget_row {
	const char	*name;
	const char	*policies;
};

/* The default policy and maybe another.  WINDOW is the longest. */
static const struct forget_row forget_rows[] = {
	{ "the only policy's", "merge_window = \"6h\";" },
	{ "the longest of two, the default's",
	    "merge_window = \"6h\"; }; sales = { merge_window = \"1h\";" },
	{ "the longest of two, the other's",
	    "merge_window = \"1h\"; }; sales = { merge_window = \"6h\";" },
};

START_TEST(campaigns_are_forgotten)
{
	const struct forget_row *row = &forget_rows[_i];
	struct fixture f;
	int64_t seen;

	fixture_open(&f, row->policies);
	fixture_pass(&f, f.now + CLOCK_HOUR);
	seen = f.now;
	ck_assert_int_eq(store_update(f.store, put_campaign, &seen),
	    STATUS_OK);
	fixture_pass(&f, seen + WINDOW);
	ck_assert_msg(campaigns(&f) == 1, "%s: too soon", row->name);
	fixture_pass(&f, seen + WINDOW + 2 * CLOCK_HOUR);
	ck_assert_msg(campaigns(&f) == 0, "%s: too late", row->name);
	fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("clockwork merge");
	TCase *tests = tcase_create("clockwork merge");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, campaigns_are_forgotten, 0,
	    (int)(sizeof(forget_rows) / sizeof(forget_rows[0])));
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
