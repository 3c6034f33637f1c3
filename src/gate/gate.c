/*
 * The gate: one message in, one verdict out.
 *
 * It tells outbound from inbound, reads the clock once, runs one store
 * transaction (outbound.c, inbound.c), and says what came of it: a verdict
 * for the caller, a line for the log, a count for the figures
 * (outbound_check.c, inbound_check.c).
 *
 * A message is outbound when its sender is authenticated, or when it comes from
 * one of internal_hosts under a local envelope sender.  All else is inbound.
 */
#include <stdlib.h>
#include <string.h>

#include "gate/assess.h"
#include "gate/gate.h"
#include "gate/gate_private.h"
#include "gate/inbound.h"
#include "gate/outbound.h"

static const char key_check_text[] = "replygate key check";

/* How often an update that ended UNCERTAIN is tried again. */
#define UNCERTAIN_TRIES	2

enum status
gate_update(struct gate *gate,
    enum status (*body)(struct store_txn *, void *), void *argument)
{
	enum status status = STATUS_UNCERTAIN;
	int64_t begun = clock_monotonic();
	int i;

	/* Rows are keyed: doing it again cannot count twice. */
	for (i = 0; i < UNCERTAIN_TRIES && status == STATUS_UNCERTAIN; i++)
		status = store_update(gate->store, body, argument);
	histogram_add(&gate->measures.commit, clock_monotonic() - begun);
	return status;
}

struct key_check {
	struct ident	ident;
	bool		fits;
};

static enum status
check_key(struct store_txn *txn, void *argument)
{
	struct key_check *check = argument;
	struct ident stored;
	size_t length;
	enum status status;

	check->fits = true;
	status = store_meta_get(txn, META_KEY_CHECK, stored.bytes,
	    sizeof(stored.bytes), &length);
	if (status == STATUS_NOT_FOUND)
		return store_meta_put(txn, META_KEY_CHECK, check->ident.bytes,
		    sizeof(check->ident.bytes));
	if (status == STATUS_OK)
		check->fits = length == sizeof(stored.bytes) &&
		    ident_equal(&stored, &check->ident);
	return status;
}

static enum status
read_relaxed(struct store_txn *txn, void *since)
{
	return assess_meta_time(txn, META_RELAXED, since);
}

/* What is handed around; the caller holds conf_lock, or is alone. */
static struct conf *
as_enforced(const struct gate *gate, struct conf *conf)
{
	return conf_in_mode(conf, gate->relaxed != 0 ? CONF_MODE_MONITOR :
	    conf_whole(conf)->mode);
}

void
gate_beat(struct gate *gate)
{
	atomic_store(&gate->pulse, clock_monotonic());
}

enum status
gate_open(struct gate *gate, struct store *store, const struct ident_key *key,
    struct conf *conf, struct log *log, struct clock clock, struct buf *why)
{
	struct key_check check;
	enum status status;

	memset(gate, 0, sizeof(*gate));
	gate->store = store;
	gate->log = log;
	gate->key = *key;
	gate->clock = clock;
	gate->started = clock_read(&clock);
	gate_beat(gate);
	check.ident = ident_make(key, IDENT_KEY_CHECK, key_check_text,
	    sizeof(key_check_text) - 1);
	status = gate_update(gate, check_key, &check);
	if (status == STATUS_OK)
		status = store_view(store, read_relaxed, &gate->relaxed);
	if (status == STATUS_OK && !check.fits) {
		buf_printf(why, "the key does not fit the store: the store "
		    "was made with another key, and with this one no reply "
		    "would ever be matched; put the first key back, or name "
		    "an empty store_directory");
		status = STATUS_MALFORMED;
	} else if (status != STATUS_OK)
		buf_printf(why, "cannot read the store: %s",
		    status_text(status));
	if (status == STATUS_OK) {
		gate->conf = as_enforced(gate, conf);
		gate->opened = conf_ref(conf);
		status = gate->conf == NULL ? STATUS_NO_MEMORY : STATUS_OK;
	}
	if (status != STATUS_OK) {
		conf_unref(gate->opened);
		gate->opened = NULL;
		ident_key_wipe(&gate->key);
		return status;
	}
	wiring_init(&gate->wiring);
	pthread_mutex_init(&gate->change_lock, NULL);
	pthread_mutex_init(&gate->conf_lock, NULL);
	return STATUS_OK;
}

void
gate_close(struct gate *gate)
{
	conf_unref(gate->conf);
	conf_unref(gate->opened);
	judge_unref(gate->judge);
	desk_unref(gate->desk);
	gate->opened = NULL;
	gate->conf = NULL;
	gate->judge = NULL;
	gate->desk = NULL;
	wiring_release(&gate->wiring);
	pthread_mutex_destroy(&gate->conf_lock);
	pthread_mutex_destroy(&gate->change_lock);
	ident_key_wipe(&gate->key);
}

struct conf *
gate_conf(struct gate *gate)
{
	struct conf *conf;

	pthread_mutex_lock(&gate->conf_lock);
	conf = conf_ref(gate->conf);
	pthread_mutex_unlock(&gate->conf_lock);
	return conf;
}

void
gate_snapshot(struct gate *gate, struct conf **conf, struct judge **judge)
{
	pthread_mutex_lock(&gate->conf_lock);
	*conf = conf_ref(gate->conf);
	*judge = judge_ref(gate->judge);
	pthread_mutex_unlock(&gate->conf_lock);
}

enum status
gate_set_conf(struct gate *gate, struct conf *conf, struct judge *judge)
{
	struct judge *judge_before = judge;
	struct conf *conf_now, *conf_before = NULL;

	pthread_mutex_lock(&gate->conf_lock);
	conf_now = as_enforced(gate, conf);
	if (conf_now != NULL) {
		conf_before = gate->conf;
		judge_before = gate->judge;
		gate->conf = conf_now;
		gate->judge = judge;
	}
	pthread_mutex_unlock(&gate->conf_lock);
	conf_unref(conf);
	conf_unref(conf_before);
	judge_unref(judge_before);
	return conf_now != NULL ? STATUS_OK : STATUS_NO_MEMORY;
}

int64_t
gate_relaxed(struct gate *gate)
{
	int64_t since;

	pthread_mutex_lock(&gate->conf_lock);
	since = gate->relaxed;
	pthread_mutex_unlock(&gate->conf_lock);
	return since;
}

enum status
gate_relax(struct gate *gate, int64_t since)
{
	struct conf *conf_now, *conf_before = NULL;
	int64_t since_before;

	pthread_mutex_lock(&gate->conf_lock);
	since_before = gate->relaxed;
	gate->relaxed = since;
	conf_now = as_enforced(gate, gate->conf);
	if (conf_now != NULL) {
		conf_before = gate->conf;
		gate->conf = conf_now;
	} else
		gate->relaxed = since_before;
	pthread_mutex_unlock(&gate->conf_lock);
	conf_unref(conf_before);
	return conf_now != NULL ? STATUS_OK : STATUS_NO_MEMORY;
}

struct desk *
gate_desk(struct gate *gate)
{
	struct desk *desk;

	pthread_mutex_lock(&gate->conf_lock);
	desk = desk_ref(gate->desk);
	pthread_mutex_unlock(&gate->conf_lock);
	return desk;
}

void
gate_set_desk(struct gate *gate, struct desk *desk)
{
	struct desk *before;

	pthread_mutex_lock(&gate->conf_lock);
	before = gate->desk;
	gate->desk = desk;
	pthread_mutex_unlock(&gate->conf_lock);
	desk_unref(before);
}

static struct desk *
courier_desk(void *context)
{
	return gate_desk(context);
}

/* Not while enforcement is off: what was written before it waits. */
static bool
may_mail(void *context, const struct desk *desk)
{
	(void)desk;
	return gate_relaxed(context) == 0;
}

struct courier *
gate_courier_new(struct gate *gate)
{
	const struct courier_options options = {
		.store = gate->store,
		.log = gate->log,
		.clock = gate->clock,
		.key = &gate->key,
		.rows = { assess_rows },
		.figures = &gate->notices,
		.desk = courier_desk,
		.may_mail = may_mail,
		.context = gate
	};

	return courier_new(&options);
}

bool
gate_may_step(struct gate *gate, int64_t now)
{
	int64_t agreed = atomic_load(&gate->tick_agreed);

	return agreed != 0 && now >= agreed - CLOCK_DAY &&
	    now <= agreed + CLOCK_DAY;
}

static bool
is_outbound(const struct conf *conf, const struct message *message)
{
	const char *domain = addr_domain(&message->sender);

	if (message->login.length > 0)
		return true;
	return message->internal && message->sender.length > 0 &&
	    conf_is_local_domain(conf, domain, strlen(domain));
}

const char *
gate_queue_id(const struct message *message)
{
	return message->queue_id[0] != '\0' ? message->queue_id : "NOQUEUE";
}

void
gate_begin_line(struct buf *line, const struct message *message,
    enum gate_stage stage, const char *direction)
{
	static const char *const stages[] = { "data", "header", "end" };

	buf_init(line);
	buf_printf(line, "%s:", gate_queue_id(message));
	log_field(line, "stage", stages[stage]);
	log_field(line, "direction", direction);
}

static void
check(struct gate *gate, const struct conf *conf,
    const struct message *message, enum gate_stage stage,
    struct gate_verdict *verdict)
{
	int64_t now = clock_read(&gate->clock);

	verdict->action = VERDICT_ACCEPT;
	verdict->kind = VERDICT_INBOUND;
	verdict->wish = GATE_WISH_END;
	verdict->message_id = NULL;
	buf_init(&verdict->text);
	/*
	 * Without a login it may be the second pass of a message that was let
	 * through.  Only the Message-ID tells, which is not known yet.
	 */
	if (stage == GATE_STAGE_DATA && message->login.length == 0)
		return;
	if (!is_outbound(conf, message)) {
		if (stage != GATE_STAGE_DATA)
			verdict->wish = inbound_check(gate, conf, message,
			    stage, now);
	} else
		outbound_check(gate, conf, message, stage, now, verdict);
}

/* Has nothing more to be heard of it? */
static bool
is_decided(enum gate_stage stage, const struct gate_verdict *verdict)
{
	return stage == GATE_STAGE_END || verdict->action == VERDICT_REFUSE ||
	    (stage == GATE_STAGE_HEADER &&
	    verdict->wish == GATE_WISH_NOTHING);
}

static void
note_wiring(struct gate *gate, const struct conf *conf,
    const struct message *message, enum gate_stage stage,
    const struct gate_verdict *verdict)
{
	bool outbound = is_outbound(conf, message);

	if (outbound && stage == GATE_STAGE_HEADER)
		wiring_begin(&gate->wiring);
	if (is_decided(stage, verdict))
		wiring_note(&gate->wiring, conf, message, outbound,
		    stage == GATE_STAGE_END);
}

void
gate_check(struct gate *gate, const struct conf *conf,
    const struct message *message, enum gate_stage stage,
    struct gate_verdict *verdict)
{
	int64_t begun = clock_monotonic();

	check(gate, conf, message, stage, verdict);
	note_wiring(gate, conf, message, stage, verdict);
	histogram_add(&gate->measures.decision[stage],
	    clock_monotonic() - begun);
}

void
gate_verdict_release(struct gate_verdict *verdict)
{
	buf_release(&verdict->text);
	free(verdict->message_id);
	verdict->message_id = NULL;
}
