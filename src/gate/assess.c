/*
 * Bringing one account up to a moment.
 *
 * A step is taken at its own time with the ledger as it stood then: answers
 * that came later do not count, however late the daemon looks.  So one long
 * pass after a stop, and one short pass an hour, end in the same standing.
 *
 * Nothing here decides: standing.c does.  Nothing here logs before the
 * transaction is committed: the steps are left in struct assess.
 */
#include <stdio.h>
#include <string.h>

#include "gate/assess.h"
#include "gate/breaker.h"
#include "policy/shadow.h"

void
assess_begin(struct assess *assess)
{
	assess->step_count = 0;
	assess->breaker_at = 0;
	assess->breaker_open = false;
}

enum status
assess_meta_time(struct store_txn *txn, const char *name, int64_t *when)
{
	unsigned char bytes[8];
	uint64_t value = 0;
	size_t i, length;
	enum status status;

	*when = 0;
	status = store_meta_get(txn, name, bytes, sizeof(bytes), &length);
	if (status == STATUS_NOT_FOUND)
		return STATUS_OK;
	if (status != STATUS_OK)
		return status;
	if (length != sizeof(bytes))
		return STATUS_MALFORMED;
	for (i = 0; i < sizeof(bytes); i++)
		value = value << 8 | bytes[i];
	*when = (int64_t)value;
	return STATUS_OK;
}

enum status
assess_meta_set_time(struct store_txn *txn, const char *name, int64_t when)
{
	unsigned char bytes[8];
	size_t i;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)((uint64_t)when >> (56 - 8 * i));
	return store_meta_put(txn, name, bytes, sizeof(bytes));
}

struct walking {
	enum status		(*add)(void *, const struct outreach *);
	void			*argument;
	struct breaker_gap	 gap;
	int64_t			 settle;
	enum status		 status;
};

static bool
walk_row(void *context, const struct outreach *row)
{
	struct walking *walking = context;

	if (row->answered_at == 0 && breaker_is_in_gap(&walking->gap,
	    walking->settle, row->sent_at))
		return true;
	walking->status = walking->add(walking->argument, row);
	return walking->status == STATUS_OK;
}

enum status
assess_rows(struct store_txn *txn, const struct policy *policy,
    const struct account *account, const struct rate_window *window,
    enum status (*add)(void *, const struct outreach *), void *argument)
{
	struct walking walking = { .add = add, .argument = argument,
	    .settle = policy->settle };
	enum status status;

	status = breaker_gap(txn, &walking.gap);
	if (status == STATUS_OK)
		status = store_outreach_window(txn, account->id, window->from,
		    window->until, walk_row, &walking);
	return status == STATUS_OK ? walking.status : status;
}

static enum status
count_row(void *counter, const struct outreach *row)
{
	return rate_counter_add(counter, row);
}

enum status
assess_tally(struct store_txn *txn, const struct policy *policy,
    const struct account *account, const struct rate_window *window, int64_t t,
    struct tally *tally)
{
	struct rate_counter *counter = rate_counter_new(policy, t);
	enum status status = STATUS_NO_MEMORY;

	memset(tally, 0, sizeof(*tally));
	if (counter != NULL)
		status = assess_rows(txn, policy, account, window, count_row,
		    counter);
	if (status == STATUS_OK)
		*tally = rate_counter_tally(counter);
	rate_counter_free(counter);
	return status;
}

static bool
first_row(void *context, const struct outreach *row)
{
	int64_t *sent_at = context;

	*sent_at = row->sent_at;
	return false;
}

enum status
assess_next(struct store_txn *txn, const struct policy *policy,
    const struct account *account, int64_t *next)
{
	int64_t oldest_open = 0;
	enum status status = STATUS_OK;

	if (account->standing == STANDING_GOOD)
		status = store_outreach_window(txn, account->id,
		    account->assessed - policy->settle, CLOCK_LATEST,
		    first_row, &oldest_open);
	*next = standing_next_assessment(account, policy, oldest_open);
	return status;
}

/* The breaker, looked at once for each time a pass asks about. */
static enum status
pass_breaker(struct assess *assess, struct store_txn *txn, int64_t t,
    bool *open)
{
	enum status status = STATUS_OK;

	if (assess->breaker_at != t) {
		status = breaker_is_open(txn, assess->conf, t,
		    &assess->breaker_open);
		assess->breaker_at = t;
	}
	*open = assess->breaker_open;
	return status;
}

static void
note_step(struct assess *assess, const struct account *account,
    const struct step *step, bool withheld)
{
	struct assess_step *entry;

	if (assess->step_count < ASSESS_STEPS_MAX) {
		entry = &assess->steps[assess->step_count];
		memcpy(entry->user, account->user, sizeof(entry->user));
		entry->step = *step;
		entry->withheld = withheld;
	}
	assess->step_count++;
}

static enum status
write_notice(const struct assess *assess, struct store_txn *txn,
    const struct account *account, const struct step *step)
{
	struct store_notice notice = { .kind = STORE_NOTICE_USER,
	    .written = assess->now, .account = account->id, .step = *step };

	/* A history is told to nobody step by step: assess_tell_all. */
	if (assess->history)
		return step->to == STANDING_GOOD ? STATUS_OK :
		    assess_mark_history(txn, account);
	if (!assess->conf->notices)
		return STATUS_OK;
	return store_outbox_add(txn, &notice);
}

/* The notice and the audit line, in the transaction of the change. */
static enum status
record_step(const struct assess *assess, struct store_txn *txn,
    const struct account *account, const struct step *step)
{
	struct store_audit audit = { .when = step->at };
	struct buf reason;
	enum status status;

	status = write_notice(assess, txn, account, step);
	if (status != STATUS_OK)
		return status;
	buf_init(&reason);
	buf_printf(&reason, "%lld of %lld answered",
	    (long long)step->tally.answered,
	    (long long)rate_settled(&step->tally));
	snprintf(audit.actor, sizeof(audit.actor), "replygate");
	snprintf(audit.action, sizeof(audit.action), "%s",
	    notice_text(step->notice));
	snprintf(audit.user, sizeof(audit.user), "%s", account->user);
	snprintf(audit.reason, sizeof(audit.reason), "%s", reason.data);
	buf_release(&reason);
	return store_audit_add(txn, &audit);
}

static bool
is_adverse(enum notice notice)
{
	return notice == NOTICE_WARNING || notice == NOTICE_RESTRICTED ||
	    notice == NOTICE_EXTENDED || notice == NOTICE_HEADS_UP;
}

/*
 * One assessment at `t`.  *taken is false when it has to wait: a warned
 * or restricted account while the breaker is open.  In monitor mode it is the
 * shadow's: it steps as the standing would, and nobody is told.
 */
static enum status
assess_once(struct assess *assess, struct store_txn *txn,
    const struct policy *policy, struct account *account, int64_t t,
    bool *taken)
{
	struct account stepped = *account;
	struct rate_window window;
	struct tally tally;
	struct step step;
	enum status status;
	bool held = false, monitor = assess->conf->mode == CONF_MODE_MONITOR;

	*taken = true;
	window = rate_window_at(policy, account->since, t);
	status = assess_tally(txn, policy, account, &window, t, &tally);
	if (status != STATUS_OK)
		return status;
	standing_step(&stepped, policy, &tally, t, &step);
	if (step.notice == NOTICE_NONE && account->assessed < t &&
	    account_wants_heads_up(account, policy, &tally, t))
		step.notice = NOTICE_HEADS_UP;
	if (is_adverse(step.notice)) {
		status = pass_breaker(assess, txn, t, &held);
		if (status != STATUS_OK)
			return status;
	}
	if (held) {
		*taken = account->standing == STANDING_GOOD;
		account->assessed = t;
		return STATUS_OK;
	}
	*account = stepped;
	if (step.notice == NOTICE_NONE)
		return STATUS_OK;
	if (step.notice == NOTICE_HEADS_UP)
		account->heads_up_at = t;
	note_step(assess, account, &step, monitor);
	return monitor ? STATUS_OK : record_step(assess, txn, account, &step);
}

/* Is a history being told?  Then only its own replay moves standings. */
static enum status
is_on_hold(const struct assess *assess, struct store_txn *txn, bool *hold)
{
	int64_t since = 0;
	enum status status = STATUS_OK;

	if (!assess->history)
		status = assess_meta_time(txn, META_IMPORT, &since);
	*hold = since != 0;
	return status;
}

static bool
is_changed(const struct account *before, const struct account *now)
{
	return before->standing != now->standing ||
	    before->since != now->since || before->due != now->due ||
	    before->warned_at != now->warned_at ||
	    before->assessed != now->assessed ||
	    before->heads_up_at != now->heads_up_at;
}

static enum status
take_steps(struct assess *assess, struct store_txn *txn,
    struct account *account, int64_t now)
{
	const struct policy *policy = conf_policy_of(assess->conf,
	    account->user);
	enum status status = STATUS_OK;
	bool taken = true;
	int64_t next;

	while (status == STATUS_OK && taken) {
		status = assess_next(txn, policy, account, &next);
		if (status != STATUS_OK || next == 0 || next > now)
			break;
		if (account_is_exempt(account, policy, next))
			account->assessed = next;
		else
			status = assess_once(assess, txn, policy, account,
			    next, &taken);
	}
	return status;
}

/* Steps of the shadow, the standing staying as it is. */
static enum status
take_shadow_steps(struct assess *assess, struct store_txn *txn,
    struct account *account, int64_t now, bool *changed)
{
	struct account before;
	enum status status;

	*changed = !shadow_is_cast(account);
	shadow_cast(account);
	shadow_swap(account);
	before = *account;
	status = take_steps(assess, txn, account, now);
	*changed = *changed || is_changed(&before, account);
	shadow_swap(account);
	return status;
}

/* The rule is enforced again.  A standing that ends by it is in the audit. */
static enum status
end_shadow(struct store_txn *txn, struct account *account, int64_t now)
{
	struct store_audit audit = { .when = now };
	enum status status;

	if (!shadow_end(account, now))
		return STATUS_OK;
	snprintf(audit.actor, sizeof(audit.actor), "replygate");
	snprintf(audit.action, sizeof(audit.action), "good");
	snprintf(audit.user, sizeof(audit.user), "%s", account->user);
	snprintf(audit.reason, sizeof(audit.reason), "the standing's time "
	    "ran out in monitor mode");
	status = assess_withdraw(txn, account);
	return status == STATUS_OK ? store_audit_add(txn, &audit) : status;
}

enum status
assess_account(struct assess *assess, struct store_txn *txn,
    struct account *account, int64_t now)
{
	const struct account before = *account;
	bool hold, changed = shadow_is_cast(account);
	enum status status;

	assess->now = now;
	status = is_on_hold(assess, txn, &hold);
	if (status != STATUS_OK || hold)
		return status;
	if (assess->conf->mode == CONF_MODE_MONITOR)
		status = take_shadow_steps(assess, txn, account, now,
		    &changed);
	else {
		if (changed)
			status = end_shadow(txn, account, now);
		if (status == STATUS_OK)
			status = take_steps(assess, txn, account, now);
		changed = changed || is_changed(&before, account);
	}
	return status == STATUS_OK && changed ?
	    store_account_put(txn, account) : status;
}

void
assess_log_figures(struct buf *line, const struct tally *tally)
{
	int64_t share = rate_share(tally);
	char text[32];

	log_field_number(line, "answered", tally->answered);
	log_field_number(line, "settled", rate_settled(tally));
	if (share < 0)
		return;
	snprintf(text, sizeof(text), "%.1f%%", (double)(share / 1000) / 10.0);
	log_field(line, "rate", text);
}

static void
log_step(const struct assess_step *entry, struct log *log)
{
	const struct step *step = &entry->step;
	struct buf line;

	buf_init(&line);
	log_field(&line, "user", entry->user);
	log_field(&line, entry->withheld ? "would" : "notice",
	    notice_text(step->notice));
	log_field(&line, "from", standing_text(step->from));
	log_field(&line, "to", standing_text(step->to));
	log_field_time(&line, "at", step->at);
	log_field_time(&line, "due", step->due);
	assess_log_figures(&line, &step->tally);
	log_write(log, LOG_LEVEL_INFO, "standing: %s", line.data);
	buf_release(&line);
}

void
assess_log(const struct assess *assess, struct log *log)
{
	size_t i;

	for (i = 0; i < assess->step_count && i < ASSESS_STEPS_MAX; i++)
		log_step(&assess->steps[i], log);
	if (assess->step_count > ASSESS_STEPS_MAX)
		log_write(log, LOG_LEVEL_INFO,
		    "standing: %zu more changes, see the audit log",
		    assess->step_count - ASSESS_STEPS_MAX);
}
