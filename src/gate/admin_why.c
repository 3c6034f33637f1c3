/*
 * What is known of one message of ours, and who a hash in it is.
 *
 * Rows are gathered inside the view, which may run twice, and shown when it
 * is over.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/admin.h"
#include "gate/admin_private.h"
#include "gate/candidate.h"

#define ROWS_FIRST	16

struct tracing {
	const struct conf	*conf;
	int64_t			 now;
	struct ident		 message;
	struct admin_trace	*traces;
	size_t			 count;
	size_t			 capacity;
	bool			 no_memory;
};

enum status
admin_candidate(struct gate *gate, const char *address, struct ident *ident)
{
	struct addr addr;

	if (addr_parse(address, strlen(address), &addr) != STATUS_OK ||
	    addr.domain == addr.length)
		return STATUS_MALFORMED;
	*ident = candidate_ident(&gate->key, addr.text);
	return STATUS_OK;
}

enum status
admin_message(struct gate *gate, const char *text, struct ident *ident)
{
	struct msgid id;

	if (msgid_parse(text, strlen(text), &id) != STATUS_OK)
		return STATUS_MALFORMED;
	*ident = ident_make(&gate->key, IDENT_MESSAGE, id.text, id.length);
	return STATUS_OK;
}

enum status
admin_trace_fill(struct store_txn *txn, const struct conf *conf, int64_t now,
    struct admin_trace *trace)
{
	const struct policy *policy;
	struct account account;
	enum status status;

	status = store_account_by_id(txn, trace->outreach.account, &account);
	trace->known = status == STATUS_OK;
	snprintf(trace->user, sizeof(trace->user), "%s",
	    trace->known ? account.user : "");
	policy = conf_policy_of(conf, trace->user);
	trace->state = outreach_state(&trace->outreach, policy->settle, now);
	trace->settles = trace->outreach.sent_at + policy->settle;
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static bool
make_room(struct tracing *tracing)
{
	size_t capacity = tracing->capacity == 0 ? ROWS_FIRST :
	    2 * tracing->capacity;
	struct admin_trace *grown;

	if (tracing->count < tracing->capacity)
		return true;
	grown = realloc(tracing->traces, capacity * sizeof(*grown));
	if (grown == NULL) {
		tracing->no_memory = true;
		return false;
	}
	tracing->traces = grown;
	tracing->capacity = capacity;
	return true;
}

static bool
gather_row(void *context, const struct outreach *row)
{
	struct tracing *tracing = context;

	if (!make_room(tracing))
		return false;
	memset(&tracing->traces[tracing->count], 0, sizeof(*tracing->traces));
	tracing->traces[tracing->count++].outreach = *row;
	return tracing->count < ADMIN_TRACES_MAX;
}

static enum status
why_body(struct store_txn *txn, void *argument)
{
	struct tracing *tracing = argument;
	enum status status;
	size_t i;

	tracing->count = 0;
	tracing->no_memory = false;
	status = store_outreach_by_message(txn, &tracing->message, gather_row,
	    tracing);
	if (status == STATUS_OK && tracing->no_memory)
		status = STATUS_NO_MEMORY;
	for (i = 0; status == STATUS_OK && i < tracing->count; i++)
		status = admin_trace_fill(txn, tracing->conf, tracing->now,
		    &tracing->traces[i]);
	if (status == STATUS_OK && tracing->count == 0)
		status = STATUS_NOT_FOUND;
	return status;
}

enum status
admin_why(struct gate *gate, const char *message_id,
    bool (*row)(void *context, const struct admin_trace *), void *context)
{
	struct tracing tracing = { .now = clock_read(&gate->clock) };
	struct conf *conf = gate_conf(gate);
	enum status status;
	bool more = true;
	size_t i;

	tracing.conf = conf;
	status = admin_message(gate, message_id, &tracing.message);
	if (status == STATUS_OK)
		status = store_view(gate->store, why_body, &tracing);
	for (i = 0; status == STATUS_OK && more && i < tracing.count; i++)
		more = row(context, &tracing.traces[i]);
	free(tracing.traces);
	conf_unref(conf);
	return status;
}
