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
#include <stddef.h>

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

const char *
outreach_state_text(enum outreach_state state)
{
	switch (state) {
	case OUTREACH_PENDING:
		return "pending";
	case OUTREACH_ANSWERED:
		return "answered";
	case OUTREACH_LAPSED:
		return "lapsed";
	case OUTREACH_BOUNCED:
		break;
	}
	return "bounced";
}

const char *
outreach_match_text(enum outreach_match match)
{
	switch (match) {
	case OUTREACH_MATCH_MESSAGE_ID:
		return "message-id";
	case OUTREACH_MATCH_OTHER_ADDRESS:
		return "other-address";
	case OUTREACH_MATCH_PAIR:
		return "pair";
	case OUTREACH_MATCH_CREDITED:
		return "credited";
	case OUTREACH_MATCH_NONE:
		break;
	}
	return NULL;
}
