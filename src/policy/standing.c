/*
 * The standing of a user: a state machine with three states.  By rule it is
 * changed by standing_step and by nothing else; besides, an administrator may
 * say what it is to be.
 *
 *                     low, may be warned                  [warn]
 *            +------------------------------------------> warned
 *            |                                             |  |
 *           good <-----------------------------------------+  |
 *            ^ \        at due: not low                [recover]
 *            |  \                                             |
 *            |   \ low, the one warning is used               | at due: low
 *            |    \                            [restrict]     | [restrict]
 *            |     +--------------------> restricted <--------+
 *            |                             |    ^  |
 *            +-----------------------------+    +--+
 *             at due: met [release]        at due: not met [extend]
 *
 *	     any --------> good				standing_pardon
 *	     any --------> restricted			standing_restrict
 *
 * low and met are rate_is_low and rate_is_met, of the tally of
 * rate_window_at at the moment of the step.  An arrow is one function below; it
 * names the standing it leads to, the moment that is due then, and the
 * notice the user gets.
 *
 *	good		nothing is due; looked at on full hours, when an
 *			outreach has lapsed.  May send what they like.
 *	warned		told once, with advice; may send what they like.
 *			`due` is the end of the warning, by when what was
 *			sent during it has had the time to be answered.
 *	restricted	bulk is refused.  `due` is the end of the term.
 *
 * In every state `since` is when it began, and nothing sent until then is ever
 * counted again: each arrow starts a new count, the one from restricted to
 * restricted too, and an administrator's.  `warned_at` stays for good.  `due`
 * is later than `since` in warned and restricted, and 0 in good.
 *
 * An exemption (standing_exempt) changes no standing.  While it holds nothing
 * is decided, and what was due waits for its end.
 *
 * Only what lapses is looked at in good.  A rate can also fall because old
 * answers leave the window while a user is silent; nobody is judged for
 * having stopped, so that waits for the next outreach.
 */
#include "policy/standing.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

const char *
standing_text(enum standing standing)
{
	static const char *const texts[] = {
		[STANDING_GOOD] = "good",
		[STANDING_WARNED] = "warned",
		[STANDING_RESTRICTED] = "restricted"
	};

	return texts[standing];
}

const char *
notice_text(enum notice notice)
{
	static const char *const texts[] = {
		[NOTICE_NONE] = "none",
		[NOTICE_WARNING] = "warning",
		[NOTICE_RESTRICTED] = "restricted",
		[NOTICE_EXTENDED] = "extended",
		[NOTICE_RELEASED] = "released",
		[NOTICE_RECOVERED] = "recovered",
		[NOTICE_HEADS_UP] = "heads-up"
	};

	return texts[notice];
}

/*
 * Good since just before now: a count begins behind `since`, and the message
 * that makes us know the user is sent at this very moment.
 */
void
account_init(struct account *account, const char *user, int64_t now)
{
	memset(account, 0, sizeof(*account));
	snprintf(account->user, sizeof(account->user), "%s", user);
	account->standing = STANDING_GOOD;
	account->since = now - 1;
	account->assessed = now - 1;
}

bool
account_is_exempt(const struct account *account, const struct policy *policy,
    int64_t t)
{
	return policy->exempt || t < account->exempt_until ||
	    account->exempt_until == CLOCK_LATEST;
}

bool
account_wants_heads_up(const struct account *account,
    const struct policy *policy, const struct tally *tally, int64_t t)
{
	int64_t settled = rate_settled(tally);

	if (policy->heads_up == 0 || account->standing != STANDING_GOOD ||
	    settled == 0 || settled < policy->minimum ||
	    rate_is_low(policy, tally))
		return false;
	if (account->heads_up_at != 0 &&
	    t < account->heads_up_at + policy->window)
		return false;
	return tally->answered * CONF_SHARE_ONE <
	    (policy->threshold + policy->heads_up) * settled;
}

static int64_t
next_full_hour(int64_t t)
{
	int64_t past = t % CLOCK_HOUR;

	return past == 0 ? t : t - past + CLOCK_HOUR;
}

/* A step that falls into an exemption waits for its end. */
static int64_t
due_behind_exemption(const struct account *account,
    const struct policy *policy)
{
	if (!account_is_exempt(account, policy, account->due))
		return account->due;
	if (policy->exempt || account->exempt_until == CLOCK_LATEST)
		return 0;
	return account->exempt_until;
}

/*
 * An outreach sent at s lapses at s + settle, and an assessment at that
 * very moment counts it: the next that is open was sent after assessed -
 * settle, so this is always later than `assessed`.
 */
int64_t
standing_next_assessment(const struct account *account,
    const struct policy *policy, int64_t oldest_open)
{
	if (account->standing != STANDING_GOOD)
		return due_behind_exemption(account, policy);
	if (oldest_open == 0)
		return 0;
	return next_full_hour(oldest_open + policy->settle);
}

/* A span of no length would be due at the moment it began, for ever. */
static int64_t
due_after(int64_t t, int64_t span)
{
	return t + (span > 0 ? span : 1);
}

static enum notice
warn(struct account *account, const struct policy *policy, int64_t t)
{
	account->standing = STANDING_WARNED;
	account->due = due_after(t, policy->warning + policy->settle);
	account->warned_at = t;
	return NOTICE_WARNING;
}

static enum notice
recover(struct account *account)
{
	account->standing = STANDING_GOOD;
	account->due = 0;
	return NOTICE_RECOVERED;
}

static enum notice
restrict_bulk(struct account *account, const struct policy *policy, int64_t t)
{
	account->standing = STANDING_RESTRICTED;
	account->due = due_after(t, policy->restriction);
	return NOTICE_RESTRICTED;
}

static enum notice
extend(struct account *account, const struct policy *policy, int64_t t)
{
	account->due = due_after(t, policy->restriction);
	return NOTICE_EXTENDED;
}

static enum notice
release(struct account *account)
{
	account->standing = STANDING_GOOD;
	account->due = 0;
	return NOTICE_RELEASED;
}

static bool
may_be_warned(const struct account *account, const struct policy *policy,
    int64_t t)
{
	if (account->warned_at == 0)
		return true;
	return policy->warn_again > 0 &&
	    t >= account->warned_at + policy->warn_again;
}

static enum notice
step_good(struct account *account, const struct policy *policy,
    const struct tally *tally, int64_t t)
{
	if (t <= account->assessed)
		return NOTICE_NONE;
	account->assessed = t;
	if (!rate_is_low(policy, tally))
		return NOTICE_NONE;
	if (may_be_warned(account, policy, t))
		return warn(account, policy, t);
	return restrict_bulk(account, policy, t);
}

static enum notice
step_warned(struct account *account, const struct policy *policy,
    const struct tally *tally, int64_t t)
{
	if (t < account->due)
		return NOTICE_NONE;
	if (rate_is_low(policy, tally))
		return restrict_bulk(account, policy, t);
	return recover(account);
}

static enum notice
step_restricted(struct account *account, const struct policy *policy,
    const struct tally *tally, int64_t t)
{
	if (t < account->due)
		return NOTICE_NONE;
	if (rate_is_met(policy, tally))
		return release(account);
	return extend(account, policy, t);
}

static enum notice
step_any(struct account *account, const struct policy *policy,
    const struct tally *tally, int64_t t)
{
	switch (account->standing) {
	case STANDING_GOOD:
		return step_good(account, policy, tally, t);
	case STANDING_WARNED:
		return step_warned(account, policy, tally, t);
	case STANDING_RESTRICTED:
		return step_restricted(account, policy, tally, t);
	}
	return NOTICE_NONE;
}

void
standing_step(struct account *account, const struct policy *policy,
    const struct tally *tally, int64_t t, struct step *step)
{
	memset(step, 0, sizeof(*step));
	step->at = t;
	step->from = account->standing;
	step->window = rate_window_at(policy, account->since, t);
	step->tally = *tally;
	step->notice = step_any(account, policy, tally, t);
	step->to = account->standing;
	step->due = account->due;
	if (step->notice != NOTICE_NONE) {
		account->since = t;
		account->assessed = t;
		account->judged_window = step->window;
		account->judged = step->tally;
	}
}

/* What every arrow of an administrator's does: a new count, without figures. */
static void
begin_anew(struct account *account, enum standing standing, int64_t t,
    int64_t due)
{
	account->standing = standing;
	account->due = due;
	account->since = t;
	account->assessed = t;
	memset(&account->judged_window, 0, sizeof(account->judged_window));
	memset(&account->judged, 0, sizeof(account->judged));
	memset(&account->shadow, 0, sizeof(account->shadow));
}

void
standing_pardon(struct account *account, int64_t t)
{
	begin_anew(account, STANDING_GOOD, t, 0);
}

void
standing_restrict(struct account *account, const struct policy *policy,
    int64_t t, int64_t until)
{
	begin_anew(account, STANDING_RESTRICTED, t, due_after(t, until == 0 ?
	    policy->restriction : until - t));
}

/*
 * An exemption that is ended has ended now, and not never been: what fell due
 * while it held is looked at as of its end.
 */
void
standing_exempt(struct account *account, int64_t t, int64_t until)
{
	if (until > t)
		account->exempt_until = until;
	else if (account->exempt_until > t)
		account->exempt_until = t;
}
