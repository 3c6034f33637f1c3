/*
 * What an outreach was at a given moment.
 *
 * A row of the ledger holds times and no state, so that the past can be
 * asked as well as the present: an assessment that is taken late sees each
 * row as it was at its due time, and a reply that came afterwards does not
 * reach back.
 */
#include "policy/outreach.h"

#include <stdbool.h>

static bool
happened(int64_t when, int64_t t)
{
	return when != 0 && when <= t;
}

enum outreach_state
outreach_state(const struct outreach *outreach, int64_t settle, int64_t t)
{
	if (happened(outreach->answered_at, t))
		return OUTREACH_ANSWERED;
	if (happened(outreach->bounced_at, t))
		return OUTREACH_BOUNCED;
	if (outreach->sent_at + settle <= t)
		return OUTREACH_LAPSED;
	return OUTREACH_PENDING;
}
