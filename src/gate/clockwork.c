/*
 * What happens with time alone.
 *
 * A tick looks at the clock with suspicion: a time before the last tick's,
 * or more than a day after it, moves nothing until a second tick agrees.
 * Then it takes the steps that are due, account by account, each in a
 * transaction of its own and as of its own time; once an hour it looks at
 * accounts in good standing too, looks at the breaker, and expires what is
 * past its retention.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gate/assess.h"
#include "gate/clockwork.h"
#include "gate/gate_private.h"

#define JUMP		CLOCK_DAY	/* a step ahead that is suspicious */
#define SLEW		CLOCK_MINUTE	/* a step back that is not */
#define AGREEMENT	CLOCK_HOUR	/* how near the second tick must be */
#define REMEMBER	CLOCK_MINUTE	/* how often the tick is written down */
#define PAGE		128		/* accounts looked at in one view */
#define EXPIRE_ROWS	500		/* rows of one expiry transaction */
#define EXPIRE_ROUNDS	200		/* such transactions in one tick */

/* How soon a suspicious tick is followed by the one that may agree. */
#define RECHECK_MS	1000

/*
 * Is this a time to believe?
 */

static enum status
read_last_tick(struct store_txn *txn, void *argument)
{
	return assess_meta_time(txn, META_LAST_TICK, argument);
}

static enum status
write_last_tick(struct store_txn *txn, void *argument)
{
	const int64_t *now = argument;

	return assess_meta_set_time(txn, META_LAST_TICK, *now);
}

static bool
is_agreed(struct gate *gate, int64_t last, int64_t now)
{
	int64_t suspect = atomic_load(&gate->tick_suspect);
	char then[CLOCK_TEXT_SIZE], here[CLOCK_TEXT_SIZE];

	if (last == 0 || (now >= last - SLEW && now - last <= JUMP))
		return true;
	if (suspect != 0 && now >= suspect && now - suspect <= AGREEMENT)
		return true;
	atomic_store(&gate->tick_suspect, now);
	log_write(gate->log, LOG_LEVEL_WARNING, "clock: it says %s, the last "
	    "tick was at %s; no standing moves until a second tick agrees",
	    clock_format(now, here), clock_format(last, then));
	return false;
}

static enum status
agree(struct gate *gate, int64_t now)
{
	int64_t last = atomic_load(&gate->tick_agreed), written = last;
	enum status status = STATUS_OK;

	if (last == 0) {
		status = store_view(gate->store, read_last_tick, &last);
		if (status != STATUS_OK)
			return status;
		written = 0;
	}
	if (!is_agreed(gate, last, now))
		return STATUS_CONFLICT;
	atomic_store(&gate->tick_suspect, 0);
	if (written == 0 || now < written || now / REMEMBER !=
	    written / REMEMBER)
		status = gate_update(gate, write_last_tick, &now);
	if (status == STATUS_OK)
		atomic_store(&gate->tick_agreed, now);
	return status;
}

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

/* Leaves the accounts that are due at the front of the page. */
static enum status
page_body(struct store_txn *txn, void *argument)
{
	struct page *page = argument;
	struct account *account;
	enum status status;
	int64_t next;
	size_t i;

	page->count = page->due = 0;
	status = store_account_each(txn, page->from, page_row, page);
	if (status == STATUS_OK && page->count > 0)
		memcpy(page->after, page->accounts[page->count - 1].user,
		    sizeof(page->after));
	for (i = 0; status == STATUS_OK && i < page->count; i++) {
		account = &page->accounts[i];
		if (account->standing == STANDING_GOOD && !page->whole)
			continue;
		status = assess_next(txn, conf_policy_of(page->conf,
		    account->user), account, &next);
		if (status == STATUS_OK && next != 0 && next <= page->now)
			page->accounts[page->due++] = *account;
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
 * The breaker, once an hour: its state is kept for the gate.
 */

struct breaker {
	const struct conf	*conf;
	int64_t			 now;
	bool			 open, was_open;
};

static enum status
breaker_body(struct store_txn *txn, void *argument)
{
	struct breaker *breaker = argument;
	int64_t since;
	enum status status;

	status = assess_meta_time(txn, META_BREAKER, &since);
	breaker->was_open = since != 0;
	if (status == STATUS_OK)
		status = assess_breaker(txn, breaker->conf, breaker->now,
		    &breaker->open);
	if (status == STATUS_OK && breaker->open != breaker->was_open)
		status = assess_meta_set_time(txn, META_BREAKER,
		    breaker->open ? breaker->now : 0);
	return status;
}

static enum status
look_at_breaker(struct gate *gate, const struct conf *conf, int64_t now)
{
	struct breaker breaker = { .conf = conf, .now = now };
	enum status status;

	status = gate_update(gate, breaker_body, &breaker);
	if (status != STATUS_OK || breaker.open == breaker.was_open)
		return status;
	if (breaker.open)
		log_write(gate->log, LOG_LEVEL_ERROR, "breaker: open: %lld "
		    "outreach sent since the last reply have settled; replies "
		    "are not reaching replygate, nobody is warned, "
		    "restricted or refused until they do",
		    (long long)conf->breaker_minimum);
	else
		log_write(gate->log, LOG_LEVEL_WARNING,
		    "breaker: closed: replies are seen again");
	return STATUS_OK;
}

/*
 * Expiry
 */

struct expiry {
	int64_t	before;
	size_t	removed;
};

static enum status
expire_body(struct store_txn *txn, void *argument)
{
	struct expiry *expiry = argument;

	return store_expire(txn, expiry->before, EXPIRE_ROWS,
	    &expiry->removed);
}

static enum status
expire(struct gate *gate, const struct conf *conf, int64_t now)
{
	struct expiry expiry = { .before = now - conf->retention };
	uint64_t total = 0;
	enum status status = STATUS_OK;
	int round;

	for (round = 0; round < EXPIRE_ROUNDS; round++) {
		expiry.removed = 0;
		status = gate_update(gate, expire_body, &expiry);
		if (status != STATUS_OK)
			break;
		total += expiry.removed;
		if (expiry.removed < EXPIRE_ROWS)
			break;
	}
	if (total > 0)
		log_write(gate->log, LOG_LEVEL_INFO,
		    "expiry: removed %llu rows past their retention",
		    (unsigned long long)total);
	return status;
}

enum status
clockwork_tick(struct gate *gate, int64_t now)
{
	struct conf *conf;
	int64_t hour = now / CLOCK_HOUR;
	enum status status;
	bool whole;

	status = agree(gate, now);
	if (status != STATUS_OK)
		return status;
	conf = gate_conf(gate);
	whole = atomic_load(&gate->tick_hour) != hour;
	if (whole)
		status = look_at_breaker(gate, conf, now);
	if (status == STATUS_OK)
		status = assess_all(gate, conf, now, whole);
	if (status == STATUS_OK && whole)
		status = expire(gate, conf, now);
	if (status == STATUS_OK && whole)
		atomic_store(&gate->tick_hour, hour);
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
