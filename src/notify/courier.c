/*
 * From the outbox to the mail server, one notice at a time.
 *
 * Mail is sent between transactions (courier_outbox.c), never inside one.
 */
#include "notify/courier_private.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * So often a notice is the one to find out whether a server is there; then it
 * is another one's turn.  It might be this mail that a server closes the
 * connection at.
 */
#define RELEASES	3

/* Looks of one round: the thread looks for its end in between. */
#define LOOKS_MAX	16

/*
 * How long nothing is given up for its age after the start, and after a clock
 * that jumped (it may jump back): a daemon that was down for a week, and starts
 * before the mail server does, loses nothing.
 */
#define STEADY		CLOCK_HOUR
#define JUMP		CLOCK_HOUR	/* between two looks at the clock */

struct courier {
	struct courier_options	 options;
	struct desk		*desk;		/* of the last look */
	int64_t			 resume;	/* no try before */
	int64_t			 pause;		/* the last one; 0: none */
	uint64_t		 unrecorded;	/* sequence, sent; 0: none */
	int64_t			 last;		/* look at the clock */
	int64_t			 steady;	/* it runs evenly since */
	struct courier_look	 look;
	struct courier_claim	 claim;
	struct log_limit	 fault;		/* the store's */

	pthread_t		 thread;
	bool			 started;
	atomic_bool		 stopping;
	int			 stop[2];	/* a pipe: its end ends us */
	int			 period_ms;
};

struct courier *
courier_new(const struct courier_options *options)
{
	struct courier *courier = calloc(1, sizeof(*courier));

	if (courier == NULL)
		return NULL;
	courier->options = *options;
	atomic_init(&courier->stopping, false);
	return courier;
}

void
courier_free(struct courier *courier)
{
	desk_unref(courier != NULL ? courier->desk : NULL);
	free(courier);
}

/*
 * The time
 */

static int64_t
read_clock(struct courier *courier)
{
	int64_t now = clock_read(&courier->options.clock);

	if (courier->last == 0 || now < courier->last - JUMP ||
	    now > courier->last + JUMP)
		courier->steady = now;
	courier->last = now;
	return now;
}

static bool
is_steady(const struct courier *courier)
{
	return courier->last - courier->steady >= STEADY;
}

/*
 * What becomes of it.
 */

static const char *
kind_text(const struct store_notice *notice)
{
	return notice->kind == STORE_NOTICE_USER ?
	    notice_text(notice->step.notice) : "postmaster";
}

static void
say(struct courier *courier, enum log_level level,
    const struct store_notice *notice, const struct draft *draft,
    const char *result, const char *why)
{
	struct buf line;

	buf_init(&line);
	if (draft->account.user[0] != '\0')
		log_field(&line, "user", draft->account.user);
	log_field(&line, "kind", kind_text(notice));
	log_field_number(&line, "sequence", (int64_t)notice->sequence);
	if (draft->to[0] != '\0')
		log_field(&line, "to", draft->to);
	log_field_number(&line, "try", notice->tries);
	log_field(&line, "result", result);
	if (why[0] != '\0')
		log_field(&line, "reason", why);
	log_write(courier->options.log, level, "notice: %s", line.data);
	buf_release(&line);
}

/* Removed without having been sent, and the log says so. */
static enum status
give_up(struct courier *courier, struct store_notice *notice,
    const struct draft *draft, const char *why)
{
	enum status status = courier_remove(courier->options.store, notice);

	if (status != STATUS_OK)
		return status;
	atomic_fetch_add(&courier->options.figures->given_up, 1);
	say(courier, LOG_LEVEL_ERROR, notice, draft, "given-up", why);
	return STATUS_OK;
}

/* Removes what is older than notices get; one line for the lot. */
static enum status
give_up_old(struct courier *courier, struct courier_old *old, const char *why)
{
	enum status status;
	uint64_t total;

	if (!is_steady(courier))
		return STATUS_OK;
	status = courier_remove_old(courier->options.store, old, &total);
	if (total == 0)
		return status;
	atomic_fetch_add(&courier->options.figures->given_up, total);
	log_write(courier->options.log, LOG_LEVEL_ERROR, "outbox: gave up "
	    "%llu notices that were not sent for five days: %s",
	    (unsigned long long)total, why);
	return status;
}

static enum status
put_off(struct courier *courier, struct store_notice *notice,
    const struct draft *draft, int64_t now, const char *why)
{
	struct courier_old old = { .before = now - COURIER_LIFE,
	    .tried = true };

	atomic_fetch_add(&courier->options.figures->later, 1);
	say(courier, LOG_LEVEL_WARNING, notice, draft, "later", why);
	if (notice->written >= old.before)
		return STATUS_OK;
	return give_up_old(courier, &old, why);
}

/* Nobody talks to us: nothing is tried before `resume`. */
static enum status
wait_for_server(struct courier *courier, struct store_notice *notice,
    const struct desk *desk, int64_t now, const char *why)
{
	struct courier_figures *figures = courier->options.figures;
	struct courier_old old = { .before = now - COURIER_LIFE };
	char text[CLOCK_TEXT_SIZE];
	enum status status;

	courier->pause = courier->pause == 0 ? COURIER_PAUSE :
	    courier->pause * 2 > COURIER_PAUSE_MAX ? COURIER_PAUSE_MAX :
	    courier->pause * 2;
	courier->resume = now + courier->pause +
	    courier->pause / 4 * (now / 1000 % 1024) / 1024;
	if (atomic_load(&figures->failing_since) == 0)
		atomic_store(&figures->failing_since, now);
	log_write(courier->options.log, LOG_LEVEL_WARNING, "notice: %s takes "
	    "no mail: %s; next try in %s", desk->conf->smtp_server, why,
	    clock_format_duration(courier->pause, text));
	status = courier_release(courier->options.store, notice,
	    notice->tries < RELEASES ? 0 : courier->resume + COURIER_PAUSE);
	return status == STATUS_OK ? give_up_old(courier, &old, why) : status;
}

static void
note_server(struct courier *courier)
{
	courier->pause = courier->resume = 0;
	atomic_store(&courier->options.figures->failing_since, 0);
}

/* Should the store fail now, it is not sent again: note_again comes first. */
static enum status
note_sent(struct courier *courier, struct store_notice *notice,
    const struct draft *draft, const char *why)
{
	enum status status;

	atomic_fetch_add(&courier->options.figures->sent, 1);
	say(courier, LOG_LEVEL_INFO, notice, draft, "sent", why);
	courier->unrecorded = notice->sequence;
	status = courier_remove(courier->options.store, notice);
	if (status == STATUS_OK)
		courier->unrecorded = 0;
	return status;
}

static enum status
note_again(struct courier *courier)
{
	struct store_notice notice = { .sequence = courier->unrecorded };
	enum status status;

	if (courier->unrecorded == 0)
		return STATUS_OK;
	status = courier_remove(courier->options.store, &notice);
	if (status == STATUS_OK)
		courier->unrecorded = 0;
	return status;
}

static enum status
send_mail(struct courier *courier, struct store_notice *notice,
    const struct desk *desk, const struct draft *draft, int64_t now)
{
	struct mailer_mail mail = { draft->to, draft->mail.data,
	    draft->mail.length };
	struct mailer_server server;
	enum status status = STATUS_OK;
	enum mailer_result result;
	struct buf why;

	buf_init(&why);
	desk_server(desk, &server);
	result = mailer_send(&server, &mail, &courier->stopping, &why);
	if (result == MAILER_SENT || result == MAILER_REFUSED ||
	    result == MAILER_LATER)
		note_server(courier);
	switch (result) {
	case MAILER_SENT:
		status = note_sent(courier, notice, draft, why.data);
		break;
	case MAILER_REFUSED:
		status = give_up(courier, notice, draft, why.data);
		break;
	case MAILER_LATER:
		status = put_off(courier, notice, draft, now, why.data);
		break;
	case MAILER_UNREACHABLE:
		status = wait_for_server(courier, notice, desk, now, why.data);
		break;
	case MAILER_STOPPED:
		status = courier_release(courier->options.store, notice, 0);
		break;
	}
	buf_release(&why);
	return status;
}

static enum status
drop(struct courier *courier, struct store_notice *notice,
    const struct draft *draft, const char *why)
{
	enum status status = courier_remove(courier->options.store, notice);

	if (status == STATUS_OK)
		say(courier, LOG_LEVEL_INFO, notice, draft, "dropped", why);
	return status;
}

static bool
is_exempt(const struct desk *desk, const struct draft *draft, int64_t now)
{
	return account_is_exempt(&draft->account, conf_policy_of(desk->conf,
	    draft->account.user), now);
}

/* It is claimed: makes the mail, and sends it. */
static enum status
deal_with(struct courier *courier, struct store_notice *notice,
    const struct desk *desk, int64_t now)
{
	const struct draft_context context = { courier->options.store,
	    courier->options.key, desk, courier->options.rows, now,
	    desk->conf->mode };
	bool user = notice->kind == STORE_NOTICE_USER;
	struct draft draft;
	enum status status;

	draft_init(&draft);
	status = draft_notice(&context, notice, &draft);
	if (status == STATUS_OK && user && is_exempt(desk, &draft, now))
		status = drop(courier, notice, &draft, "the user is exempt");
	else if (status == STATUS_OK)
		status = send_mail(courier, notice, desk, &draft, now);
	else if (status == STATUS_NOT_FOUND)
		status = drop(courier, notice, &draft, "there is no such "
		    "user any more");
	else if (status == STATUS_LIMIT && user)
		status = give_up(courier, notice, &draft, "nobody knows the "
		    "user's address: name one of local_domains in users_file");
	else if (status == STATUS_LIMIT)
		status = give_up(courier, notice, &draft, "postmaster is not "
		    "set in the configuration");
	else if (status == STATUS_MALFORMED)
		status = give_up(courier, notice, &draft, "its header cannot "
		    "be written with this address");
	else
		status = put_off(courier, notice, &draft, now,
		    status_text(status));
	draft_release(&draft);
	return status;
}

/* False: not now, or not any more. */
static bool
may_try(const struct courier *courier, int64_t now)
{
	return !atomic_load(&courier->stopping) &&
	    courier_is_due(courier->resume, now);
}

static enum status
forget_held(struct courier *courier, int64_t now)
{
	struct courier_old old = { .before = now - COURIER_LIFE,
	    .users = true };

	return give_up_old(courier, &old, "no user is to be mailed");
}

/* Are users to be mailed? */
static bool
are_users_told(const struct courier *courier, const struct desk *desk)
{
	return desk->templates != NULL &&
	    desk->conf->mode == CONF_MODE_ENFORCE &&
	    (courier->options.may_mail == NULL ||
	    courier->options.may_mail(courier->options.context, desk));
}

static enum status
look_with(struct courier *courier, const struct desk *desk)
{
	struct courier_look *look = &courier->look;
	enum status status;

	look->now = read_clock(courier);
	look->users = are_users_told(courier, desk);
	if (!may_try(courier, look->now))
		return STATUS_OK;
	status = note_again(courier);
	if (status == STATUS_OK)
		status = courier_look(courier->options.store, look);
	if (status == STATUS_OK && look->old > 0)
		status = forget_held(courier, look->now);
	return status;
}

/* What is due, some of it; none while nothing may be tried. */
static enum status
look_for_some(struct courier *courier)
{
	struct desk *desk = courier->options.desk(courier->options.context);
	enum status status = STATUS_OK;

	/* A reload may have mended what kept the server from us. */
	courier->look.all = desk != courier->desk && courier->pause > 0;
	if (desk != courier->desk)
		courier->pause = courier->resume = 0;
	desk_unref(courier->desk);
	courier->desk = desk;
	courier->look.count = 0;
	if (desk != NULL)
		status = look_with(courier, desk);
	return status;
}

/* *going is false when there is nothing more to do with what was found. */
static enum status
take(struct courier *courier, const struct desk *desk, uint64_t sequence,
    bool *going)
{
	struct courier_claim *claim = &courier->claim;
	enum status status;

	claim->sequence = sequence;
	claim->now = read_clock(courier);
	claim->all = courier->look.all;
	*going = may_try(courier, claim->now) &&
	    are_users_told(courier, desk) == courier->look.users;
	if (!*going)
		return STATUS_OK;
	status = courier_claim(courier->options.store, claim);
	if (status != STATUS_OK || !claim->found)
		return status;
	status = deal_with(courier, &claim->notice, desk, claim->now);
	*going = courier->unrecorded == 0;
	return status;
}

/* Each with the desk of the moment. */
static enum status
take_all(struct courier *courier)
{
	enum status status = STATUS_OK;
	struct desk *desk;
	bool going = true;
	size_t i;

	for (i = 0; i < courier->look.count && going && status == STATUS_OK;
	    i++) {
		desk = courier->options.desk(courier->options.context);
		going = desk != NULL;
		if (going)
			status = take(courier, desk,
			    courier->look.sequences[i], &going);
		desk_unref(desk);
	}
	return status;
}

enum status
courier_round(struct courier *courier)
{
	enum status status;
	int i;

	for (i = 0; i < LOOKS_MAX; i++) {
		status = look_for_some(courier);
		if (status != STATUS_OK || courier->look.count == 0)
			break;
		status = take_all(courier);
		if (status != STATUS_OK)
			break;
	}
	return status;
}

/*
 * The thread
 */

static void *
courier_main(void *argument)
{
	struct courier *courier = argument;
	struct pollfd end = { .fd = courier->stop[0], .events = POLLIN };
	enum status status;

	do {
		status = courier_round(courier);
		if (status != STATUS_OK)
			log_limited(courier->options.log, &courier->fault,
			    CLOCK_MINUTE, LOG_LEVEL_ERROR, "courier: %s; "
			    "trying again", status_text(status));
	} while (poll(&end, 1, courier->period_ms) <= 0);
	return NULL;
}

enum status
courier_start(struct courier *courier, int64_t period)
{
	courier->period_ms = (int)(period / 1000);
	if (pipe(courier->stop) != 0)
		return STATUS_LIMIT;
	if (pthread_create(&courier->thread, NULL, courier_main, courier) !=
	    0) {
		close(courier->stop[0]);
		close(courier->stop[1]);
		return STATUS_NO_MEMORY;
	}
	courier->started = true;
	return STATUS_OK;
}

void
courier_stop(struct courier *courier)
{
	if (courier == NULL || !courier->started)
		return;
	atomic_store(&courier->stopping, true);
	close(courier->stop[1]);
	pthread_join(courier->thread, NULL);
	close(courier->stop[0]);
	courier->started = false;
}
