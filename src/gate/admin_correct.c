/*
 * An administrator corrects what replygate made of an outreach.
 *
 * A credit says that it was answered, an uncredit that it was not.  Either
 * changes the row and writes the audit line in one transaction.  A credit is
 * no sign that replies reach us, so the breaker does not look at it.
 *
 * The audit log is kept for longer than anything else and read by more people
 * than the ledger: it names outsiders and Message-IDs by the beginning of their
 * idents and no otherwise.
 */
#include <stdio.h>
#include <string.h>

#include "gate/admin_private.h"

/* Digits of an ident: enough to tell one message's candidates apart. */
#define IDENT_DIGITS	8

struct correcting {
	const struct admin_correction	*correction;
	const struct conf		*conf;
	int64_t				 now;
	struct ident			 message;
	struct ident			 candidate;
	struct admin_trace		*trace;

	/* set by the body */
	enum status			 outcome;	/* never on its way out
							   as CONFLICT */
	size_t				 found;		/* that were meant */
	size_t				 fit;		/* and can be so */
	struct outreach			 row;		/* the first of these */
};

static bool
is_answered(const struct outreach *row)
{
	return row->answered_at != 0;
}

static bool
find_row(void *context, const struct outreach *row)
{
	struct correcting *correcting = context;
	const struct admin_correction *correction = correcting->correction;

	if (correction->candidate != NULL &&
	    !ident_equal(&row->candidate, &correcting->candidate))
		return true;
	correcting->found++;
	if (is_answered(row) == correction->answered)
		return true;
	if (correcting->fit++ == 0)
		correcting->row = *row;
	return true;
}

/* Which row is meant?  Two users may have used one Message-ID. */
static enum status
choose(const struct correcting *correcting)
{
	if (correcting->found == 0)
		return STATUS_NOT_FOUND;
	if (correcting->found > 1 && correcting->correction->candidate == NULL)
		return STATUS_LIMIT;
	return correcting->fit == 0 ? STATUS_CONFLICT : STATUS_OK;
}

static void
apply(const struct correcting *correcting, struct outreach *row)
{
	if (correcting->correction->answered) {
		row->answered_at = correcting->now;
		row->answered_by = row->candidate;
		row->match = OUTREACH_MATCH_CREDITED;
	} else {
		row->answered_at = 0;
		memset(&row->answered_by, 0, sizeof(row->answered_by));
		row->match = OUTREACH_MATCH_NONE;
	}
}

static const char *
action_text(const struct correcting *correcting)
{
	return correcting->correction->answered ? "credit" : "uncredit";
}

static enum status
write_audit(struct store_txn *txn, const struct correcting *correcting)
{
	struct store_audit audit = { .when = correcting->now };
	char message[IDENT_TEXT_SIZE], candidate[IDENT_TEXT_SIZE];

	ident_format(&correcting->row.message, message);
	ident_format(&correcting->row.candidate, candidate);
	snprintf(audit.actor, sizeof(audit.actor), "%s",
	    correcting->correction->actor);
	snprintf(audit.action, sizeof(audit.action), "%s",
	    action_text(correcting));
	snprintf(audit.user, sizeof(audit.user), "%s",
	    correcting->trace->user);
	snprintf(audit.reason, sizeof(audit.reason),
	    "message %.*s candidate %.*s: %s", IDENT_DIGITS, message,
	    IDENT_DIGITS, candidate, correcting->correction->reason);
	return store_audit_add(txn, &audit);
}

static enum status
correct_body(struct store_txn *txn, void *argument)
{
	struct correcting *correcting = argument;
	enum status status;

	correcting->found = correcting->fit = 0;
	status = store_outreach_by_message(txn, &correcting->message, find_row,
	    correcting);
	if (status != STATUS_OK)
		return status;
	correcting->outcome = choose(correcting);
	if (correcting->outcome != STATUS_OK)
		return STATUS_OK;
	apply(correcting, &correcting->row);
	memset(correcting->trace, 0, sizeof(*correcting->trace));
	correcting->trace->outreach = correcting->row;
	status = store_outreach_put(txn, &correcting->row);
	if (status == STATUS_OK)
		status = admin_trace_fill(txn, correcting->conf,
		    correcting->now, correcting->trace);
	if (status == STATUS_OK)
		status = write_audit(txn, correcting);
	return status;
}

static void
log_correction(struct gate *gate, const struct correcting *correcting)
{
	char message[IDENT_TEXT_SIZE];
	struct buf line;

	ident_format(&correcting->row.message, message);
	message[IDENT_DIGITS] = '\0';
	buf_init(&line);
	log_field(&line, "action", action_text(correcting));
	log_field(&line, "actor", correcting->correction->actor);
	log_field(&line, "user", correcting->trace->user);
	log_field(&line, "message", message);
	log_write(gate->log, LOG_LEVEL_INFO, "correction: %s", line.data);
	buf_release(&line);
}

bool
admin_is_reason(const char *reason)
{
	return reason != NULL && *reason != '\0' &&
	    strlen(reason) <= ADMIN_REASON_MAX;
}

enum status
admin_correct(struct gate *gate, const struct admin_correction *correction,
    struct admin_trace *trace)
{
	struct correcting correcting = { .correction = correction,
	    .trace = trace, .now = clock_read(&gate->clock) };
	struct conf *conf;
	enum status status;

	if (!admin_is_reason(correction->reason))
		return STATUS_MALFORMED;
	status = admin_message(gate, correction->message_id,
	    &correcting.message);
	if (status == STATUS_OK && correction->candidate != NULL)
		status = admin_candidate(gate, correction->candidate,
		    &correcting.candidate);
	if (status != STATUS_OK)
		return status;
	conf = gate_conf(gate);
	correcting.conf = conf;
	/* Done again it would find its own work, and take it for another's. */
	status = store_update(gate->store, correct_body, &correcting);
	if (status == STATUS_OK)
		status = correcting.outcome;
	if (status == STATUS_OK)
		log_correction(gate, &correcting);
	conf_unref(conf);
	return status;
}
