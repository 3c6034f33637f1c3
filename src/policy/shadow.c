/*
 * The shadow of a standing.  A shadow is there when its `since` is: no
 * standing begins at the beginning of time.
 */
#include "policy/shadow.h"

#include <string.h>

bool
shadow_is_cast(const struct account *account)
{
	return account->shadow.since != 0;
}

static struct shadow
shadow_of(const struct account *account)
{
	const struct shadow shadow = {
		.standing = account->standing,
		.since = account->since,
		.due = account->due,
		.warned_at = account->warned_at,
		.assessed = account->assessed,
		.heads_up_at = account->heads_up_at,
		.judged_window = account->judged_window,
		.judged = account->judged
	};

	return shadow;
}

void
shadow_cast(struct account *account)
{
	if (!shadow_is_cast(account))
		account->shadow = shadow_of(account);
}

void
shadow_swap(struct account *account)
{
	const struct shadow shadow = account->shadow;

	account->shadow = shadow_of(account);
	account->standing = shadow.standing;
	account->since = shadow.since;
	account->due = shadow.due;
	account->warned_at = shadow.warned_at;
	account->assessed = shadow.assessed;
	account->heads_up_at = shadow.heads_up_at;
	account->judged_window = shadow.judged_window;
	account->judged = shadow.judged;
}

struct account
shadow_view(const struct account *account, enum conf_mode mode)
{
	struct account view = *account;

	if (mode == CONF_MODE_MONITOR && shadow_is_cast(account))
		shadow_swap(&view);
	return view;
}

bool
shadow_end(struct account *account, int64_t t)
{
	memset(&account->shadow, 0, sizeof(account->shadow));
	if (account->standing == STANDING_GOOD) {
		if (account->assessed < t)
			account->assessed = t;
		return false;
	}
	if (account->due > t)
		return false;
	standing_pardon(account, t);
	return true;
}
