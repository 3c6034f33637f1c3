/*
 * What there is to count and to measure at one moment, for metrics.
 */
#include <stdlib.h>
#include <string.h>

#include "gate/admin.h"
#include "policy/shadow.h"

/* Accounts read in one view: others want their turn, too. */
#define PAGE	256

struct counting {
	char		 from[CONF_USER_SIZE];		/* it is behind */
	char		 after[CONF_USER_SIZE];		/* the next one's */
	int64_t		 now;
	const struct conf *conf;
	size_t		 count;
	int64_t		 standings[ADMIN_STANDINGS];
	int64_t		 exempt;
};

static bool
count_account(void *context, const struct account *account)
{
	struct counting *counting = context;
	const struct policy *policy = conf_policy_of(counting->conf,
	    account->user);

	counting->count++;
	memcpy(counting->after, account->user, sizeof(counting->after));
	if (account_is_exempt(account, policy, counting->now))
		counting->exempt++;
	else
		counting->standings[shadow_view(account,
		    counting->conf->mode).standing]++;
	return counting->count < PAGE;
}

static enum status
counting_body(struct store_txn *txn, void *argument)
{
	struct counting *counting = argument;

	counting->count = 0;
	counting->exempt = 0;
	memset(counting->standings, 0, sizeof(counting->standings));
	return store_account_each(txn, counting->from, count_account,
	    counting);
}

static enum status
count_users(struct gate *gate, struct counting *counting,
    struct admin_metrics *metrics)
{
	enum status status;
	unsigned i;

	do {
		memcpy(counting->from, counting->after,
		    sizeof(counting->from));
		status = store_view(gate->store, counting_body, counting);
		if (status != STATUS_OK)
			return status;
		for (i = 0; i < ADMIN_STANDINGS; i++)
			metrics->standings[i] += counting->standings[i];
		metrics->exempt += counting->exempt;
	} while (counting->count == PAGE);
	return STATUS_OK;
}

void
admin_metrics(struct gate *gate, struct admin_metrics *metrics)
{
	struct counting counting = { .count = 0 };
	struct conf *conf = gate_conf(gate);

	memset(metrics, 0, sizeof(*metrics));
	admin_health(gate, &metrics->health);
	counting.conf = conf;
	counting.now = metrics->health.now;
	metrics->counted = count_users(gate, &counting, metrics) == STATUS_OK;
	conf_unref(conf);
}
