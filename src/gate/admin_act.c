/*
 * An administrator says what somebody's standing is to be: pardon,
 * restriction, exemption.
 *
 * The account is brought up to the moment first, so that a step that was due
 * is taken, with its notice, before the word that overrules it.  The act
 * itself is standing.c's.  It and its line in the audit log are one
 * transaction, and a notice of the old standing that has not been mailed yet
 * is taken back in it: by then it would say what is no longer so.
 */
#include <stdio.h>
#include <string.h>

#include "gate/admin_private.h"
#include "gate/assess.h"
#include "gate/gate_private.h"

static const char *const action_texts[] = {
	[ADMIN_PARDON] = "pardon",
	[ADMIN_RESTRICT] = "restrict",
	[ADMIN_EXEMPT] = "exempt",
	[ADMIN_EXEMPT_END] = "exempt-end"
};

struct acting {
	const struct admin_act	*act;
	const struct conf	*conf;
	struct gate		*gate;
	int64_t			 now;
	char			 name[CONF_USER_SIZE];
	struct admin_user	*user;

	/* set by the body */
	struct assess		 assess;
	enum standing		 from;
	enum status		 outcome;	/* never on its way out
						   as CONFLICT */
};

/* Does an administrator's exemption hold? */
static bool
is_exempt_by_word(const struct account *account, int64_t now)
{
	return account->exempt_until > now;
}

static enum status
check(const struct acting *acting, const struct account *account,
    const struct policy *policy)
{
	switch (acting->act->kind) {
	case ADMIN_RESTRICT:
		return account_is_exempt(account, policy, acting->now) ?
		    STATUS_CONFLICT : STATUS_OK;
	case ADMIN_EXEMPT_END:
		return is_exempt_by_word(account, acting->now) ? STATUS_OK :
		    STATUS_CONFLICT;
	case ADMIN_PARDON:
	case ADMIN_EXEMPT:
		break;
	}
	return STATUS_OK;
}

static void
apply(const struct acting *acting, const struct policy *policy,
    struct account *account)
{
	const struct admin_act *act = acting->act;

	switch (act->kind) {
	case ADMIN_PARDON:
		standing_pardon(account, acting->now);
		break;
	case ADMIN_RESTRICT:
		standing_restrict(account, policy, acting->now, act->until);
		break;
	case ADMIN_EXEMPT:
		standing_exempt(account, acting->now, act->until != 0 ?
		    act->until : CLOCK_LATEST);
		break;
	case ADMIN_EXEMPT_END:
		standing_exempt(account, acting->now, acting->now);
		break;
	}
}

/* What was done, besides its name: for whoever reads the audit log. */
static void
describe(const struct acting *acting, const struct account *account,
    struct buf *text)
{
	char until[CLOCK_TEXT_SIZE];

	switch (acting->act->kind) {
	case ADMIN_PARDON:
		buf_printf(text, "was %s: ", standing_text(acting->from));
		break;
	case ADMIN_RESTRICT:
		buf_printf(text, "was %s, until %s: ",
		    standing_text(acting->from),
		    clock_format(account->due, until));
		break;
	case ADMIN_EXEMPT:
		if (account->exempt_until == CLOCK_LATEST)
			buf_add_text(text, "for good: ");
		else
			buf_printf(text, "until %s: ",
			    clock_format(account->exempt_until, until));
		break;
	case ADMIN_EXEMPT_END:
		break;
	}
	buf_add_text(text, acting->act->reason);
}

static enum status
write_audit(struct store_txn *txn, const struct acting *acting,
    const struct account *account)
{
	struct store_audit audit = { .when = acting->now };
	struct buf text;

	buf_init(&text);
	describe(acting, account, &text);
	snprintf(audit.actor, sizeof(audit.actor), "%s", acting->act->actor);
	snprintf(audit.action, sizeof(audit.action), "%s",
	    action_texts[acting->act->kind]);
	snprintf(audit.user, sizeof(audit.user), "%s", account->user);
	snprintf(audit.reason, sizeof(audit.reason), "%s", text.data);
	buf_release(&text);
	return store_audit_add(txn, &audit);
}

static bool
is_exemption(const struct admin_act *act)
{
	return act->kind == ADMIN_EXEMPT || act->kind == ADMIN_EXEMPT_END;
}

static enum status
record(struct store_txn *txn, const struct acting *acting,
    struct account *account)
{
	enum status status = store_account_put(txn, account);

	if (status == STATUS_OK && !is_exemption(acting->act))
		status = assess_withdraw(txn, account);
	if (status == STATUS_OK)
		status = write_audit(txn, acting, account);
	return status;
}

static enum status
act_body(struct store_txn *txn, void *argument)
{
	struct acting *acting = argument;
	struct account *account = &acting->user->account;
	const struct policy *policy;
	enum status status;

	assess_begin(&acting->assess);
	memset(acting->user, 0, sizeof(*acting->user));
	status = admin_account(txn, acting->name, account);
	if (status == STATUS_OK && gate_may_step(acting->gate, acting->now))
		status = assess_account(&acting->assess, txn, account,
		    acting->now);
	if (status != STATUS_OK)
		return status;
	policy = conf_policy_of(acting->conf, account->user);
	acting->from = account->standing;
	acting->outcome = check(acting, account, policy);
	if (acting->outcome != STATUS_OK)
		return STATUS_OK;
	apply(acting, policy, account);
	status = record(txn, acting, account);
	if (status == STATUS_OK)
		status = admin_user_fill(txn, acting->conf, acting->now,
		    acting->user);
	return status;
}

static void
log_act(const struct acting *acting)
{
	const struct account *account = &acting->user->account;
	struct buf line;

	buf_init(&line);
	log_field(&line, "action", action_texts[acting->act->kind]);
	log_field(&line, "actor", acting->act->actor);
	log_field(&line, "user", account->user);
	log_field(&line, "from", standing_text(acting->from));
	log_field(&line, "to", standing_text(account->standing));
	if (account->due != 0)
		log_field_time(&line, "due", account->due);
	if (is_exemption(acting->act))
		log_field_time(&line, "exempt-until", account->exempt_until);
	log_write(acting->gate->log, LOG_LEVEL_INFO, "administration: %s",
	    line.data);
	buf_release(&line);
}

enum status
admin_act(struct gate *gate, const struct admin_act *act,
    struct admin_user *user)
{
	struct acting acting = { .act = act, .gate = gate, .user = user,
	    .now = clock_read(&gate->clock) };
	struct conf *conf;
	enum status status;

	if (!admin_is_reason(act->reason) || (act->until != 0 &&
	    act->until <= acting.now))
		return STATUS_MALFORMED;
	conf = gate_conf(gate);
	acting.conf = acting.assess.conf = conf;
	status = admin_name(conf, act->user, acting.name);
	if (status == STATUS_OK)
		status = store_update(gate->store, act_body, &acting);
	if (status == STATUS_OK) {
		assess_log(&acting.assess, gate->log);
		status = acting.outcome;
	}
	if (status == STATUS_OK)
		log_act(&acting);
	conf_unref(conf);
	return status;
}
