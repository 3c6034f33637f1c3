/*
 * What the next look at a user finds: forecast.c asked with the rows an
 * assessment would count.
 */
#include "gate/admin_private.h"
#include "gate/breaker.h"
#include "policy/shadow.h"

struct forecasting {
	const struct conf	*conf;
	int64_t			 now;
	char			 name[CONF_USER_SIZE];
	struct admin_forecast	*result;
	struct account		 judged;	/* as the rule sees it */

	/* while rows are counted */
	struct forecast_counter	*counter;
	struct breaker_gap	 gap;
	int64_t			 settle;
	enum status		 status;
};

/* What an assessment leaves out is left out here. */
static bool
count_row(void *context, const struct outreach *row)
{
	struct forecasting *forecasting = context;

	if (row->answered_at == 0 && breaker_is_in_gap(&forecasting->gap,
	    forecasting->settle, row->sent_at))
		return true;
	forecasting->status = forecast_counter_add(forecasting->counter, row);
	return forecasting->status == STATUS_OK;
}

static enum status
look(struct store_txn *txn, struct forecasting *forecasting,
    const struct policy *policy)
{
	const struct account *account = &forecasting->judged;
	struct rate_window window;
	enum status status;

	forecasting->status = STATUS_OK;
	forecasting->settle = policy->settle;
	status = breaker_gap(txn, &forecasting->gap);
	if (status != STATUS_OK)
		return status;
	window = forecast_window(policy, account, forecasting->now);
	status = store_outreach_window(txn, account->id, window.from,
	    window.until, count_row, forecasting);
	if (status == STATUS_OK)
		status = forecasting->status;
	if (status == STATUS_OK)
		status = forecast_counter_look(forecasting->counter,
		    &forecasting->result->forecast);
	return status;
}

static enum status
forecast_body(struct store_txn *txn, void *argument)
{
	struct forecasting *forecasting = argument;
	struct admin_user *user = &forecasting->result->user;
	const struct policy *policy;
	enum status status;

	status = admin_account(txn, forecasting->name, &user->account);
	if (status == STATUS_OK)
		status = admin_user_fill(txn, forecasting->conf,
		    forecasting->now, user);
	if (status != STATUS_OK)
		return status;
	policy = conf_policy_of(forecasting->conf, user->account.user);
	forecasting->judged = shadow_view(&user->account,
	    forecasting->conf->mode);
	forecasting->counter = forecast_counter_new(policy,
	    &forecasting->judged, forecasting->now);
	if (forecasting->counter == NULL)
		return STATUS_NO_MEMORY;
	status = look(txn, forecasting, policy);
	forecast_counter_free(forecasting->counter);
	return status;
}

enum status
admin_forecast(struct gate *gate, const char *name,
    struct admin_forecast *result)
{
	struct forecasting forecasting = { .result = result };
	struct conf *conf = gate_conf(gate);
	enum status status;

	forecasting.conf = conf;
	forecasting.now = clock_read(&gate->clock);
	status = admin_name(conf, name, forecasting.name);
	if (status == STATUS_OK)
		status = store_view(gate->store, forecast_body, &forecasting);
	conf_unref(conf);
	return status;
}
