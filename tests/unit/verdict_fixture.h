/* A restricted user, and the refusal they meet. */
#ifndef TESTS_UNIT_VERDICT_FIXTURE_H
#define TESTS_UNIT_VERDICT_FIXTURE_H

#include "base/clock.h"
#include "policy/verdict.h"
#include "default_policy.h"
#include "test.h"

#define DAY	CLOCK_DAY
/* Mon 23 Nov 2026 09:00 UTC */
#define START	((int64_t)1795424400 * CLOCK_SECOND)

static inline struct account
restricted_account(const char *user)
{
	struct account account;

	account_init(&account, user, START);
	account.standing = STANDING_RESTRICTED;
	account.since = START;
	account.due = START + 14 * DAY;
	return account;
}

/* The refusal `days` after the restriction began. */
static inline void
refusal(struct buf *text, const struct policy *policy,
    const struct account *account, const struct tally *tally, int days,
    const char *contact)
{
	struct verdict_input input = { policy, account,
		START + days * DAY, 50, NULL };
	struct rate_window window = rate_window_at(policy, account->since,
	    input.now);

	buf_init(text);
	verdict_refusal(text, &input, &window, tally, contact);
	ck_assert(!text->failed);
}

#endif
