/*
 * The emergency switch.
 *
 * Off, replygate does what it does in monitor mode, whatever the configuration
 * says: it records, and acts on nobody.  The store remembers it, so that a
 * restart in the middle of the trouble does not bring the trouble back; a
 * configuration that is wrong just then is no obstacle.
 */
#include <stdio.h>

#include "gate/admin_private.h"
#include "gate/assess.h"
#include "gate/gate_private.h"

static enum status
write_audit(struct store_txn *txn, int64_t now, const char *actor,
    const char *action, const char *reason)
{
	struct store_audit audit = { .when = now };

	snprintf(audit.actor, sizeof(audit.actor), "%s", actor);
	snprintf(audit.action, sizeof(audit.action), "%s", action);
	snprintf(audit.reason, sizeof(audit.reason), "%s", reason);
	return store_audit_add(txn, &audit);
}

struct switching {
	const struct admin_enforcement	*wanted;
	int64_t				 now;
};

static const char *
action_text(const struct admin_enforcement *wanted)
{
	return wanted->on ? "enforce on" : "enforce off";
}

static enum status
switch_body(struct store_txn *txn, void *argument)
{
	const struct switching *switching = argument;
	const struct admin_enforcement *wanted = switching->wanted;
	enum status status;

	status = assess_meta_set_time(txn, META_RELAXED,
	    wanted->on ? 0 : switching->now);
	return status != STATUS_OK ? status : write_audit(txn, switching->now,
	    wanted->actor, action_text(wanted), wanted->reason);
}

static enum status
change(struct gate *gate, const struct switching *switching)
{
	const struct admin_enforcement *wanted = switching->wanted;
	struct switching body = *switching;
	enum status status;

	if ((gate_relaxed(gate) == 0) == wanted->on)
		return STATUS_CONFLICT;
	/* Done again it would only be audited twice. */
	status = store_update(gate->store, switch_body, &body);
	if (status == STATUS_OK)
		status = gate_relax(gate, wanted->on ? 0 : switching->now);
	return status;
}

enum status
admin_enforce(struct gate *gate, const struct admin_enforcement *wanted)
{
	const struct switching switching = { wanted,
	    clock_read(&gate->clock) };
	struct buf line;
	enum status status;

	if (!admin_is_reason(wanted->reason))
		return STATUS_MALFORMED;
	pthread_mutex_lock(&gate->change_lock);
	status = change(gate, &switching);
	pthread_mutex_unlock(&gate->change_lock);
	if (status != STATUS_OK)
		return status;
	buf_init(&line);
	log_field(&line, "actor", wanted->actor);
	log_field(&line, "reason", wanted->reason);
	log_write(gate->log, LOG_LEVEL_WARNING, "%s: %s",
	    action_text(wanted), line.data);
	buf_release(&line);
	return STATUS_OK;
}

/*
 * Lines about the house
 */

struct noting {
	int64_t		 now;
	const char	*actor, *action, *reason;
};

static enum status
note_body(struct store_txn *txn, void *argument)
{
	const struct noting *noting = argument;

	return write_audit(txn, noting->now, noting->actor, noting->action,
	    noting->reason);
}

enum status
admin_note(struct gate *gate, const char *actor, const char *action,
    const char *reason)
{
	struct noting noting = { clock_read(&gate->clock), actor, action,
	    reason };

	return store_update(gate->store, note_body, &noting);
}
