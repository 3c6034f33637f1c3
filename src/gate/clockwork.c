/*
 * What happens with time alone.
 *
 * A tick whose time can be believed (jump.c) takes the steps that are due,
 * account by account, each in a transaction of its own and as of its own time;
 * once an hour it looks at accounts in good standing too, looks at the
 * breaker, and expires what is past its retention: rows of the ledger, and
 * campaigns of mail merges that no letter can belong to any more.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gate/assess.h"
#include "gate/breaker.h"
#include "gate/clockwork.h"
#include "gate/daily.h"
#include "gate/gate_private.h"
#include "gate/jump.h"
#include "gate/postmaster.h"
#include "policy/shadow.h"

#define PAGE		128		/* accounts looked at in one view */
#define EXPIRE_ROWS	500		/* rows of one expiry transaction */
#define EXPIRE_ROUNDS	200		/* such transactions in one tick */

/* How soon a suspicious tick is followed by the one that may agree. */
#define RECHECK_MS	1000

/*
 * Steps that are due.
 */

struct page {
	const struct conf	*conf;
	int64_t			 now;
	bool			 whole;		/* good standing too */
	char			 from[CONF_USER_SIZE];	/* it is behind */
	char			 after[CONF_USER_SIZE];	/* the next one's */
	struct account		 accounts[PAGE];
	size_t			 count;		/* read */
	size_t			 due;		/* of these, to be assessed */
};

static bool
page_row(void *context, const struct account *account)
{
	struct page *page = context;

	page->accounts[page->count++] = *account;
	return page->count < PAGE;
}

/* A shadow that nobody needs any more is due to go. */
static enum status
is_due(struct store_txn *txn, const struct page *page,
    const struct account *account, bool *due)
{
	const struct account view = shadow_view(account, page->conf->mode);
	enum status status;
	int64_t next;

	*due = page->conf->mode == CONF_MODE_ENFORCE &&
	    shadow_is_cast(account);
	if (*due || (view.standing == STANDING_GOOD && !page->whole))
		return STATUS_OK;
	status = assess_next(txn, conf_policy_of(page->conf, view.user),
	    &view, &next);
	*due = next != 0 && next <= page->now;
	return status;
}

/* Leaves the accounts that are due at the front of the page. */
static enum status
page_body(struct store_txn *txn, void *argument)
{
	struct page *page = argument;
	enum status status;
	bool due;
	size_t i;

	page->count = page->due = 0;
	status = store_account_each(txn, page->from, page_row, page);
	if (status == STATUS_OK && page->count > 0)
		memcpy(page->after, page->accounts[page->count - 1].user,
		    sizeof(page->after));
	for (i = 0; status == STATUS_OK && i < page->count; i++) {
		status = is_due(txn, page, &page->accounts[i], &due);
		if (status == STATUS_OK && due)
			page->accounts[page->due++] = page->accounts[i];
	}
	return status;
}

struct one {
	struct assess	assess;
	char		user[CONF_USER_SIZE];
	int64_t		now;
};

static enum status
one_body(struct store_txn *txn, void *argument)
{
	struct one *one = argument;
	struct account account;
	enum status status;

	assess_begin(&one->assess);
	status = store_account_get(txn, one->user, &account);
	if (status != STATUS_OK)
		return status == STATUS_NOT_FOUND ? STATUS_OK : status;
	return assess_account(&one->assess, txn, &account, one->now);
}

static enum status
assess_one(struct gate *gate, struct one *one, const char *user)
{
	enum status status;

	memcpy(one->user, user, sizeof(one->user));
	status = gate_update(gate, one_body, one);
	gate_beat(gate);
	if (status == STATUS_OK)
		assess_log(&one->assess, gate->log);
	return status;
}

static enum status
assess_due(struct gate *gate, struct page *page, struct one *one)
{
	enum status status;
	size_t i;

	do {
		memcpy(page->from, page->after, sizeof(page->from));
		status = store_view(gate->store, page_body, page);
		gate_beat(gate);
		for (i = 0; status == STATUS_OK && i < page->due; i++)
			status = assess_one(gate, one, page->accounts[i].user);
	} while (status == STATUS_OK && page->count == PAGE);
	return status;
}

static enum status
assess_all(struct gate *gate, const struct conf *conf, int64_t now,
    bool whole)
{
	struct page *page = calloc(1, sizeof(*page));
	struct one *one = calloc(1, sizeof(*one));
	enum status status = STATUS_NO_MEMORY;

	if (page != NULL && one != NULL) {
		page->conf = one->assess.conf = conf;
		page->now = one->now = now;
		page->whole = whole;
		status = assess_due(gate, page, one);
	}
	free(page);
	free(one);
	return status;
}

/*
 * Expiry
 */

struct expiry {
	enum status	(*rows)(struct store_txn *, int64_t, size_t, size_t *);
	int64_t		before;
	size_t		removed;
};

static enum status
expire_body(struct store_txn *txn, void *argument)
{
	struct expiry *expiry = argument;

	return expiry->rows(txn, expiry->before, EXPIRE_ROWS,
	    &expiry->removed);
}

static enum status
expire_rounds(struct gate *gate, struct expiry *expiry, uint64_t *total)
{
	enum status status = STATUS_OK;
	int round;

	*total = 0;
	for (round = 0; round < EXPIRE_ROUNDS; round++) {
		expiry->removed = 0;
		status = gate_update(gate, expire_body, expiry);
		gate_beat(gate);
		if (status != STATUS_OK)
			break;
		*total += expiry->removed;
		if (expiry->removed < EXPIRE_ROWS)
			break;
	}
	return status;
}

static enum status
expire(struct gate *gate, const struct conf *conf, int64_t now)
{
	struct expiry expiry = { .rows = store_expire,
	    .before = now - conf->retention };
	uint64_t total;
	enum status status = expire_rounds(gate, &expiry, &total);

	if (total > 0)
		log_write(gate->log, LOG_LEVEL_INFO,
		    "expiry: removed %llu rows past their retention",
		    (unsigned long long)total);
	return status;
}

/*
 * A campaign is told by its policy's merge_window, but which policy its user
 * has may change: the longest of them decides.
 */
static enum status
expire_merges(struct gate *gate, const struct conf *conf, int64_t now)
{
	struct expiry expiry = { .rows = store_merge_expire };
	int64_t longest = 0;
	uint64_t total;
	size_t i;

	for (i = 0; i < conf->policy_count; i++)
		if (conf->policies[i].merge_window > longest)
			longest = conf->policies[i].merge_window;
	expiry.before = now - longest;
	return expire_rounds(gate, &expiry, &total);
}

/* Once an hour, when the clock has been right for a day. */
static enum status
forget(struct gate *gate, const struct conf *conf, int64_t now)
{
	enum status status = expire(gate, conf, now);

	if (status == STATUS_OK)
		status = expire_merges(gate, conf, now);
	return status;
}

/* Nobody is to forget the emergency switch. */
static void
remind(struct gate *gate)
{
	int64_t since = gate_relaxed(gate);
	struct buf line;

	if (since == 0)
		return;
	buf_init(&line);
	log_field_time(&line, "since", since);
	log_write(gate->log, LOG_LEVEL_WARNING, "enforcement is off: nobody "
	    "is refused or told anything: %s", line.data);
	buf_release(&line);
}

enum status
clockwork_tick(struct gate *gate, int64_t now)
{
	struct conf *conf;
	int64_t hour = now / CLOCK_HOUR;
	enum status status;
	bool whole;

	status = jump_check(gate, now);
	if (status != STATUS_OK)
		return status;
	conf = gate_conf(gate);
	whole = atomic_load(&gate->tick_hour) != hour;
	if (whole)
		status = breaker_look(gate, conf, now);
	if (status == STATUS_OK && whole)
		status = postmaster_look(gate, conf, now);
	if (status == STATUS_OK)
		status = assess_all(gate, conf, now, whole);
	if (status == STATUS_OK && whole)
		status = daily_look(gate, conf, now);
	if (status == STATUS_OK && whole && jump_is_over(gate, now))
		status = forget(gate, conf, now);
	if (status == STATUS_OK && whole) {
		atomic_store(&gate->tick_hour, hour);
		remind(gate);
	}
	if (status == STATUS_OK)
		status = store_maintain(gate->store);
	conf_unref(conf);
	return status;
}

/*
 * The thread
 */

struct clockwork {
	struct gate	*gate;
	pthread_t	 thread;
	int		 period_ms;
	int		 stop[2];	/* a pipe: its end ends us */
};

static void *
clockwork_main(void *argument)
{
	struct clockwork *clockwork = argument;
	struct gate *gate = clockwork->gate;
	struct pollfd end = { .fd = clockwork->stop[0], .events = POLLIN };
	struct log_limit limit = { 0 };
	enum status status;
	int wait;

	do {
		status = clockwork_tick(gate, clock_read(&gate->clock));
		gate_beat(gate);
		wait = status == STATUS_CONFLICT ? RECHECK_MS :
		    clockwork->period_ms;
		if (status != STATUS_OK && status != STATUS_CONFLICT)
			log_limited(gate->log, &limit, CLOCK_MINUTE,
			    LOG_LEVEL_ERROR, "clockwork: %s; trying again",
			    status_text(status));
	} while (poll(&end, 1, wait) <= 0);
	return NULL;
}

struct clockwork *
clockwork_start(struct gate *gate, int64_t period)
{
	struct clockwork *clockwork = calloc(1, sizeof(*clockwork));

	if (clockwork == NULL)
		return NULL;
	clockwork->gate = gate;
	clockwork->period_ms = (int)(period / 1000);
	if (pipe(clockwork->stop) != 0) {
		free(clockwork);
		return NULL;
	}
	if (pthread_create(&clockwork->thread, NULL, clockwork_main,
	    clockwork) != 0) {
		close(clockwork->stop[0]);
		close(clockwork->stop[1]);
		free(clockwork);
		return NULL;
	}
	return clockwork;
}

void
clockwork_stop(struct clockwork *clockwork)
{
	if (clockwork == NULL)
		return;
	close(clockwork->stop[1]);
	pthread_join(clockwork->thread, NULL);
	close(clockwork->stop[0]);
	free(clockwork);
}
