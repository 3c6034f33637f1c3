/*
 * What a day brought, for the postmaster: from the audit log, and from how the
 * users stand now.
 *
 * It is read in several views, and put into the outbox in the transaction that
 * notes that it was: so it is sent once, whatever happens in between.
 */
#include "gate/daily.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/admin.h"
#include "gate/assess.h"
#include "gate/gate_private.h"
#include "gate/postmaster.h"
#include "notify/digest.h"

/* Near the threshold is who has less than this to go, in millionths. */
#define NEAR	(2 * CONF_SHARE_ONE / 100)

struct daily {
	struct gate		*gate;
	const struct conf	*conf;
	int64_t			 now, due, last;
	struct digest		 digest;
	struct buf		 subject, text;
};

/*
 * When the last was due; 0: none was.  A clock that was wrong, and believed,
 * may have left a time that will not come for years: nobody is to wait for
 * that.
 */
static enum status
last_due(struct store_txn *txn, const struct daily *daily, int64_t *last)
{
	enum status status = assess_meta_time(txn, META_DIGEST, last);

	if (*last > daily->now + CLOCK_DAY)
		*last = 0;
	return status;
}

static enum status
read_last(struct store_txn *txn, void *argument)
{
	struct daily *daily = argument;

	return last_due(txn, daily, &daily->last);
}

/*
 * The audit log
 */

static bool
audit_row(void *context, const struct store_audit *audit)
{
	struct digest *digest = context;
	struct digest_line line = { .when = audit->when };

	if (audit->user[0] == '\0')
		return true;
	snprintf(line.user, sizeof(line.user), "%.*s",
	    (int)sizeof(line.user) - 1, audit->user);
	snprintf(line.action, sizeof(line.action), "%.*s",
	    (int)sizeof(line.action) - 1, audit->action);
	snprintf(line.text, sizeof(line.text), "%.*s",
	    (int)sizeof(line.text) - 1, audit->reason);
	digest_add(&digest->changes, &line);
	return true;
}

static enum status
read_audit(struct store_txn *txn, void *argument)
{
	struct daily *daily = argument;

	memset(&daily->digest.changes, 0, sizeof(daily->digest.changes));
	return store_audit_each(txn, daily->digest.from, daily->digest.until,
	    audit_row, &daily->digest);
}

/*
 * The users
 */

static enum standing
standing_of(const struct admin_user *user)
{
	return user->shadowed ? user->account.shadow.standing :
	    user->account.standing;
}

static bool
is_near(const struct admin_user *user)
{
	return standing_of(user) == STANDING_GOOD && user->share >= 0 &&
	    rate_settled(&user->tally) >= user->minimum &&
	    user->share < user->threshold + NEAR;
}

static void
add_user(struct digest_list *list, const struct admin_user *user,
    const struct buf *text)
{
	struct digest_line line = { .when = 0 };

	memcpy(line.user, user->account.user, sizeof(line.user));
	snprintf(line.text, sizeof(line.text), "%s", text->data);
	digest_add(list, &line);
}

static bool
user_row(void *context, const struct admin_user *user)
{
	struct daily *daily = context;
	struct digest *digest = &daily->digest;
	struct buf text;

	gate_beat(daily->gate);
	if (user->exempt) {
		digest->exempt++;
		return true;
	}
	digest->standings[standing_of(user)]++;
	buf_init(&text);
	if (is_near(user)) {
		buf_printf(&text, "%.1f %% of %lld answered (needed %g %%)",
		    (double)(user->share / 1000) / 10.0,
		    (long long)rate_settled(&user->tally),
		    (double)user->threshold / (CONF_SHARE_ONE / 100));
		add_user(&digest->near, user, &text);
	}
	if (user->sent.many_bounces) {
		buf_clear(&text);
		buf_printf(&text, "%lld of %lld bounced",
		    (long long)user->sent.bounced,
		    (long long)user->sent.outreach);
		add_user(&digest->bounced, user, &text);
	}
	buf_release(&text);
	return true;
}

/*
 * The whole
 */

static enum status
write_digest(struct store_txn *txn, void *argument)
{
	struct daily *daily = argument;
	int64_t last;
	enum status status = last_due(txn, daily, &last);

	if (status != STATUS_OK || last >= daily->due)
		return status;
	if (daily->text.length > 0)
		status = postmaster_tell(txn, daily->conf, daily->now,
		    daily->subject.data, daily->text.data);
	return status == STATUS_OK ? assess_meta_set_time(txn, META_DIGEST,
	    daily->due) : status;
}

static enum status
compose(struct gate *gate, struct daily *daily)
{
	struct digest *digest = &daily->digest;
	struct admin_health health;
	enum status status;

	digest->until = daily->due;
	digest->from = daily->last;
	digest->offset = clock_zone_offset;
	digest->monitor = daily->conf->mode == CONF_MODE_MONITOR;
	admin_health(gate, &health);
	memcpy(digest->problem, health.problem, sizeof(digest->problem));
	status = store_view(gate->store, read_audit, daily);
	if (status == STATUS_OK)
		status = admin_users(gate, NULL, SIZE_MAX, user_row, daily);
	if (status == STATUS_OK)
		digest_write(digest, &daily->subject, &daily->text);
	if (daily->subject.failed || daily->text.failed)
		status = STATUS_NO_MEMORY;
	return status;
}

/* The first moment seen is noted, and no more. */
static enum status
look(struct gate *gate, struct daily *daily)
{
	const struct conf *conf = daily->conf;
	enum status status = store_view(gate->store, read_last, daily);

	if (status != STATUS_OK || daily->last >= daily->due)
		return status;
	if (conf->digest && conf->postmaster[0] != '\0' && daily->last != 0)
		status = compose(gate, daily);
	return status == STATUS_OK ? gate_update(gate, write_digest, daily) :
	    status;
}

enum status
daily_look(struct gate *gate, const struct conf *conf, int64_t now)
{
	struct daily *daily = calloc(1, sizeof(*daily));
	enum status status;

	if (daily == NULL)
		return STATUS_NO_MEMORY;
	daily->gate = gate;
	daily->conf = conf;
	daily->now = now;
	daily->due = digest_due(now, conf->digest_hour, clock_zone_offset);
	buf_init(&daily->subject);
	buf_init(&daily->text);
	status = look(gate, daily);
	buf_release(&daily->subject);
	buf_release(&daily->text);
	free(daily);
	return status;
}
