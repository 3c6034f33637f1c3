/*
 * What an administrator may see of users and of health.  Everything is
 * counted from the ledger at the moment it is asked for; nothing here changes
 * anything.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/admin_private.h"
#include "gate/assess.h"
#include "gate/gate_private.h"
#include "policy/shadow.h"

/* Users filled in one view. */
#define PAGE	64

/* A clockwork that has not ticked for so long is a fault. */
#define TICK_LATE	(10 * CLOCK_MINUTE)
/* And a mail server that takes no notice, so that somebody should look. */
#define NOTICES_LATE	CLOCK_HOUR

static const char *
next_step(const struct account *account)
{
	switch (account->standing) {
	case STANDING_GOOD:
		return account->warned_at != 0 ? "restricted" : "warned";
	case STANDING_WARNED:
		return "restricted";
	case STANDING_RESTRICTED:
		break;
	}
	return "restricted again";
}

/* What keeps every standing where it is; NULL: nothing does. */
static enum status
find_hold(struct store_txn *txn, const char **hold)
{
	int64_t import = 0, breaker = 0;
	enum status status;

	status = assess_meta_time(txn, META_IMPORT, &import);
	if (status == STATUS_OK)
		status = assess_meta_time(txn, META_BREAKER, &breaker);
	*hold = import != 0 ? "when the import is finished" :
	    breaker != 0 ? "when the breaker has closed" : NULL;
	return status;
}

/* When it will be looked at; a moment that has passed waits for a tick. */
static void
describe_when(struct buf *text, const char *hold, int64_t next, int64_t now)
{
	char when[CLOCK_TEXT_SIZE];

	if (next <= now)
		buf_printf(text, "looked at %s", hold != NULL ? hold :
		    "within a minute");
	else
		buf_printf(text, "looked at on %s",
		    clock_format_people(next, when));
}

/* What happens next, in one sentence. */
static void
describe_outlook(struct admin_user *user, const struct account *judged,
    const struct policy *policy, const char *hold, int64_t now)
{
	double percent = (double)policy->threshold / (CONF_SHARE_ONE / 100);
	struct buf text;

	buf_init(&text);
	if (user->exempt)
		buf_add_text(&text, "exempt: recorded, never judged");
	else if (user->next == 0)
		buf_add_text(&text, "nothing is due: no outreach is open");
	else if (judged->standing == STANDING_RESTRICTED) {
		describe_when(&text, hold, user->next, now);
		buf_printf(&text, ": released with %g %% or more answered, "
		    "else %s", percent, next_step(judged));
	} else {
		describe_when(&text, hold, user->next, now);
		buf_printf(&text, ": %s with fewer than %g %% answered of "
		    "%lld or more, else good", next_step(judged), percent,
		    (long long)policy->minimum);
	}
	if (user->shadowed)
		buf_add_text(&text, " (monitor mode: only logged)");
	snprintf(user->outlook, sizeof(user->outlook), "%s", text.data);
	buf_release(&text);
}

struct counting_sent {
	struct admin_sent	*sent;
	int64_t			 settle, now;
};

static bool
count_sent_row(void *context, const struct outreach *row)
{
	const struct counting_sent *counting = context;
	struct admin_sent *sent = counting->sent;

	sent->outreach++;
	sent->receipts += (row->flags & OUTREACH_READ) != 0;
	sent->complaints += (row->flags & OUTREACH_COMPLAINT) != 0;
	switch (outreach_state(row, counting->settle, counting->now)) {
	case OUTREACH_PENDING:
		sent->pending++;
		break;
	case OUTREACH_ANSWERED:
		sent->answered++;
		break;
	case OUTREACH_LAPSED:
		sent->lapsed++;
		break;
	case OUTREACH_BOUNCED:
		sent->bounced++;
		break;
	}
	return true;
}

static enum status
count_sent(struct store_txn *txn, const struct policy *policy, int64_t now,
    struct admin_user *user)
{
	struct counting_sent counting = { .sent = &user->sent,
	    .settle = policy->settle, .now = now };
	enum status status;

	memset(&user->sent, 0, sizeof(user->sent));
	status = store_outreach_window(txn, user->account.id,
	    user->window.from, now, count_sent_row, &counting);
	user->sent.many_bounces = rate_has_many_bounces(user->sent.outreach,
	    user->sent.bounced);
	return status;
}

enum status
admin_user_fill(struct store_txn *txn, const struct conf *conf, int64_t now,
    struct admin_user *user)
{
	const struct policy *policy = conf_policy_of(conf,
	    user->account.user);
	struct account judged;
	struct rate_window open;
	struct tally tally;
	const char *hold;
	enum status status;

	memcpy(user->policy_name, policy->name, sizeof(user->policy_name));
	user->exempt = account_is_exempt(&user->account, policy, now);
	user->exempt_until = user->account.exempt_until > now ?
	    user->account.exempt_until : 0;
	user->shadowed = conf->mode == CONF_MODE_MONITOR;
	if (user->shadowed)
		shadow_cast(&user->account);
	judged = shadow_view(&user->account, conf->mode);
	user->minimum = judged.standing == STANDING_RESTRICTED ?
	    policy->release_minimum : policy->minimum;
	user->threshold = policy->threshold;
	user->bulk_minimum = policy->bulk_minimum;
	user->window = rate_window_at(policy, judged.since, now);
	status = assess_tally(txn, policy, &judged, &user->window, now,
	    &user->tally);
	if (status != STATUS_OK)
		return status;
	open = rate_window_open(policy, judged.since, now);
	status = assess_tally(txn, policy, &judged, &open, now, &tally);
	if (status != STATUS_OK)
		return status;
	user->open = tally.pending;
	user->open_answered = tally.answered;
	user->share = rate_share(&user->tally);
	user->low = rate_is_low(policy, &user->tally);
	user->met = rate_is_met(policy, &user->tally);
	status = assess_next(txn, policy, &judged, &user->next);
	if (status == STATUS_OK)
		status = count_sent(txn, policy, now, user);
	if (status == STATUS_OK)
		status = find_hold(txn, &hold);
	if (status == STATUS_OK)
		describe_outlook(user, &judged, policy, hold, now);
	return status;
}

struct looking {
	const struct conf	*conf;
	int64_t			 now;
	char			 name[CONF_USER_SIZE];
	struct admin_user	*user;
};

enum status
admin_account(struct store_txn *txn, const char *name, struct account *account)
{
	enum status status;
	uint64_t id;

	status = store_account_get(txn, name, account);
	if (status != STATUS_NOT_FOUND)
		return status;
	status = store_address_get(txn, name, &id);
	return status == STATUS_OK ? store_account_by_id(txn, id, account) :
	    status;
}

static enum status
user_body(struct store_txn *txn, void *argument)
{
	struct looking *looking = argument;
	struct admin_user *user = looking->user;
	enum status status;

	status = admin_account(txn, looking->name, &user->account);
	if (status != STATUS_OK)
		return status;
	return admin_user_fill(txn, looking->conf, looking->now, user);
}

enum status
admin_name(const struct conf *conf, const char *text,
    char name[CONF_USER_SIZE])
{
	struct addr addr;
	const char *mapped;

	if (addr_parse(text, strlen(text), &addr) != STATUS_OK)
		return STATUS_NOT_FOUND;
	conf_user(conf, addr.text, &mapped);
	snprintf(name, CONF_USER_SIZE, "%s", mapped);
	return STATUS_OK;
}

enum status
admin_user(struct gate *gate, const char *name, struct admin_user *user)
{
	struct looking looking = { .user = user };
	struct conf *conf = gate_conf(gate);
	enum status status;

	memset(user, 0, sizeof(*user));
	looking.conf = conf;
	looking.now = clock_read(&gate->clock);
	status = admin_name(conf, name, looking.name);
	if (status == STATUS_OK)
		status = store_view(gate->store, user_body, &looking);
	conf_unref(conf);
	return status;
}

struct listing {
	const struct conf	*conf;
	int64_t			 now;
	const char		*after;
	size_t			 most;
	struct admin_user	*users;
	size_t			 count;
};

static bool
listing_row(void *context, const struct account *account)
{
	struct listing *listing = context;

	memset(&listing->users[listing->count], 0, sizeof(*listing->users));
	listing->users[listing->count++].account = *account;
	return listing->count < listing->most;
}

static enum status
listing_body(struct store_txn *txn, void *argument)
{
	struct listing *listing = argument;
	enum status status;
	size_t i;

	listing->count = 0;
	status = store_account_each(txn, listing->after, listing_row, listing);
	for (i = 0; status == STATUS_OK && i < listing->count; i++)
		status = admin_user_fill(txn, listing->conf, listing->now,
		    &listing->users[i]);
	return status;
}

enum status
admin_users(struct gate *gate, const char *after, size_t most,
    bool (*row)(void *context, const struct admin_user *), void *context)
{
	struct listing listing = { .now = clock_read(&gate->clock) };
	char behind[CONF_USER_SIZE];
	struct conf *conf = gate_conf(gate);
	enum status status = STATUS_OK;
	size_t i, given = 0;
	bool more = true;

	snprintf(behind, sizeof(behind), "%s", after == NULL ? "" : after);
	listing.conf = conf;
	listing.after = behind;
	listing.users = calloc(PAGE, sizeof(*listing.users));
	if (listing.users == NULL)
		status = STATUS_NO_MEMORY;
	while (status == STATUS_OK && more && given < most) {
		listing.most = most - given < PAGE ? most - given : PAGE;
		status = store_view(gate->store, listing_body, &listing);
		if (status != STATUS_OK || listing.count == 0)
			break;
		for (i = 0; i < listing.count && more; i++)
			more = row(context, &listing.users[i]);
		given += listing.count;
		memcpy(behind, listing.users[listing.count - 1].account.user,
		    sizeof(behind));
	}
	free(listing.users);
	conf_unref(conf);
	return status;
}

/*
 * Health
 */

struct looking_health {
	struct admin_health	*health;
	int64_t			 import;
};

static bool
outbox_row(void *context, const struct store_notice *notice)
{
	int64_t *count = context;

	(void)notice;
	++*count;
	return true;
}

static enum status
health_body(struct store_txn *txn, void *argument)
{
	struct looking_health *looking = argument;
	int64_t breaker = 0;
	enum status status;

	looking->health->outbox = 0;
	status = assess_meta_time(txn, META_BREAKER, &breaker);
	looking->health->breaker_open = breaker != 0;
	if (status == STATUS_OK)
		status = assess_meta_time(txn, META_IMPORT, &looking->import);
	if (status == STATUS_OK)
		status = store_outbox_each(txn, outbox_row,
		    &looking->health->outbox);
	return status;
}

static void
find_problem(struct admin_health *health, enum status status, int64_t import)
{
	char when[CLOCK_TEXT_SIZE];

	if (status != STATUS_OK || !health->store.available)
		snprintf(health->problem, sizeof(health->problem),
		    "the store cannot be used (%s): messages are decided by "
		    "on_error", status_text(status != STATUS_OK ? status :
		    STATUS_UNAVAILABLE));
	else if (health->relaxed != 0)
		snprintf(health->problem, sizeof(health->problem),
		    "enforcement is switched off since %s: nobody is refused "
		    "or told anything until it is switched on",
		    clock_format_people(health->relaxed, when));
	/* Before the breaker: half a history may well have opened it. */
	else if (import != 0)
		snprintf(health->problem, sizeof(health->problem),
		    "the import begun on %s is unfinished: no standing moves "
		    "until it is run to its end",
		    clock_format_people(import, when));
	else if (health->breaker_open)
		snprintf(health->problem, sizeof(health->problem),
		    "the breaker is open: replies are not reaching replygate; "
		    "nobody is warned, restricted or refused");
	else if (health->notices_failing != 0 &&
	    health->now - health->notices_failing > NOTICES_LATE)
		snprintf(health->problem, sizeof(health->problem),
		    "no notice could be sent since %s: the log says why",
		    clock_format_people(health->notices_failing, when));
	else if (health->now - health->last_tick > TICK_LATE &&
	    health->now - health->started > TICK_LATE)
		snprintf(health->problem, sizeof(health->problem),
		    "the clockwork has not ticked since %s",
		    clock_format_people(health->last_tick, when));
	health->healthy = health->problem[0] == '\0';
}

static void
read_figures(struct gate_figures *figures, struct admin_health *health)
{
	health->messages.accepted = atomic_load(&figures->accepted);
	health->messages.refused = atomic_load(&figures->refused);
	health->messages.tempfailed = atomic_load(&figures->tempfailed);
	health->messages.inbound = atomic_load(&figures->inbound);
	health->messages.replies = atomic_load(&figures->replies);
	health->messages.replies_by_pair =
	    atomic_load(&figures->replies_by_pair);
	health->messages.replies_by_other =
	    atomic_load(&figures->replies_by_other);
	health->messages.automatic = atomic_load(&figures->automatic);
	health->messages.bounces = atomic_load(&figures->bounces);
	health->messages.strange_bounces =
	    atomic_load(&figures->strange_bounces);
	health->messages.receipts = atomic_load(&figures->receipts);
	health->messages.complaints = atomic_load(&figures->complaints);
	health->messages.unauthenticated =
	    atomic_load(&figures->unauthenticated);
	health->messages.errors = atomic_load(&figures->errors);
}

static void
read_notices(struct courier_figures *figures, struct admin_health *health)
{
	health->notices_sent = atomic_load(&figures->sent);
	health->notices_given_up = atomic_load(&figures->given_up);
	health->notices_failing = atomic_load(&figures->failing_since);
}

void
admin_health(struct gate *gate, struct admin_health *health)
{
	struct looking_health looking = { .health = health };
	struct conf *conf = gate_conf(gate);
	enum status status;

	memset(health, 0, sizeof(*health));
	health->now = clock_read(&gate->clock);
	health->started = gate->started;
	health->last_tick = atomic_load(&gate->tick_agreed);
	health->mode = conf->mode;
	health->relaxed = gate_relaxed(gate);
	read_figures(&gate->figures, health);
	read_notices(&gate->notices, health);
	status = store_view(gate->store, health_body, &looking);
	store_figures(gate->store, &health->store);
	find_problem(health, status, looking.import);
	conf_unref(conf);
}
