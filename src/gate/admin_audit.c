/*
 * What the audit log says.  Lines are gathered inside the view, which may run
 * twice, and shown when it is over.
 */
#include <stdlib.h>
#include <string.h>

#include "gate/admin_private.h"

struct reading {
	const struct admin_audit *audit;
	const struct conf	*conf;
	char			 user[CONF_USER_SIZE];	/* "": all */
	struct store_audit	*lines;
	size_t			 count;
};

/* Lines of the moment a page ended at come again: those it had are left out. */
static bool
is_behind(const struct admin_place *after, const struct store_audit *line)
{
	return after == NULL || line->when > after->when ||
	    line->n > after->n;
}

static bool
gather_line(void *context, const struct store_audit *line)
{
	struct reading *reading = context;

	if (!is_behind(reading->audit->after, line) ||
	    (reading->user[0] != '\0' && strcmp(reading->user, line->user)
	    != 0))
		return true;
	reading->lines[reading->count++] = *line;
	return reading->count < reading->audit->most;
}

/* An own address is taken for its user's name, where it is somebody's. */
static enum status
find_user(struct store_txn *txn, struct reading *reading)
{
	struct account account;
	enum status status;

	if (reading->audit->user == NULL)
		return STATUS_OK;
	status = admin_name(reading->conf, reading->audit->user,
	    reading->user);
	if (status != STATUS_OK)
		return status;
	status = admin_account(txn, reading->user, &account);
	if (status == STATUS_OK)
		memcpy(reading->user, account.user, sizeof(reading->user));
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status
audit_body(struct store_txn *txn, void *argument)
{
	struct reading *reading = argument;
	const struct admin_audit *audit = reading->audit;
	enum status status;

	reading->count = 0;
	status = find_user(txn, reading);
	if (status != STATUS_OK)
		return status;
	return store_audit_each(txn, (audit->after != NULL ?
	    audit->after->when : audit->since) - 1, INT64_MAX, gather_line,
	    reading);
}

enum status
admin_audit(struct gate *gate, const struct admin_audit *audit,
    bool (*row)(void *context, const struct store_audit *), void *context)
{
	struct reading reading = { .audit = audit };
	struct conf *conf = gate_conf(gate);
	enum status status = STATUS_NO_MEMORY;
	bool more = true;
	size_t i;

	reading.conf = conf;
	reading.lines = calloc(audit->most, sizeof(*reading.lines));
	if (reading.lines != NULL)
		status = store_view(gate->store, audit_body, &reading);
	for (i = 0; status == STATUS_OK && more && i < reading.count; i++)
		more = row(context, &reading.lines[i]);
	free(reading.lines);
	conf_unref(conf);
	return status;
}
