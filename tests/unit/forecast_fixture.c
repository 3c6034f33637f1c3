/* A ledger of rows in memory. */
#include "forecast_fixture.h"

#include <string.h>

#include "test.h"

struct outreach *
ledger_add(struct ledger *ledger, int64_t sent_at)
{
	struct outreach *row = &ledger->rows[ledger->length++];

	ck_assert(ledger->length <= LEDGER_MAX);
	memset(row, 0, sizeof(*row));
	row->sent_at = sent_at;
	ledger->next_candidate++;
	memcpy(row->candidate.bytes, &ledger->next_candidate,
	    sizeof(ledger->next_candidate));
	return row;
}

void
forecast_of(const struct ledger *ledger, const struct policy *policy,
    const struct account *account, int64_t now, struct forecast *forecast)
{
	struct rate_window window = forecast_window(policy, account, now);
	struct forecast_counter *counter = forecast_counter_new(policy,
	    account, now);
	size_t i;

	ck_assert_ptr_nonnull(counter);
	for (i = 0; i < ledger->length; i++)
		if (ledger->rows[i].sent_at > window.from &&
		    ledger->rows[i].sent_at <= window.until)
			ck_assert_int_eq(forecast_counter_add(counter,
			    &ledger->rows[i]), STATUS_OK);
	ck_assert_int_eq(forecast_counter_look(counter, forecast), STATUS_OK);
	forecast_counter_free(counter);
}
