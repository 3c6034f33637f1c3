/*
 * A site's history, replayed.
 *
 * Each event becomes the message it was and goes the way of every message:
 * outbound.c, inbound.c, at the event's own time.  Before an outbound message
 * its account is brought up to that time, so that the standing is what it
 * would have been.  A batch is one transaction; each event leaves its ident
 * in the store with its effect, and so is never applied twice.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/assess.h"
#include "gate/gate_private.h"
#include "gate/history.h"
#include "gate/inbound.h"
#include "gate/outbound.h"

/* How far ahead of our clock an event may lie. */
#define AHEAD	CLOCK_DAY

struct item {
	const struct history_event *event;
	struct history_outcome	*outcome;
	struct ident		 ident;
	struct message		 message;
	struct outbound		 out;
	struct inbound		 in;
};

struct batch {
	struct gate	*gate;
	struct conf	*conf;
	int64_t		 now;
	struct item	*items;
	size_t		 count;
};

/*
 * Checking
 */

static const char *
check_out(const struct history_event *event)
{
	struct addr addr;
	size_t i;

	if (event->user == NULL && event->address == NULL)
		return "an outbound event needs a user or an address";
	if (event->recipient_count == 0)
		return "an outbound event needs at least one recipient";
	if (event->recipient_count > MESSAGE_RECIPIENTS_MAX)
		return "more than 20000 recipients";
	for (i = 0; i < event->recipient_count; i++)
		if (addr_parse(event->recipients[i],
		    strlen(event->recipients[i]), &addr) != STATUS_OK ||
		    addr_domain(&addr)[0] == '\0')
			return "a recipient is no address: expected "
			    "name@domain";
	return NULL;
}

static const char *
check_in(const struct history_event *event)
{
	struct addr addr;

	if (event->from == NULL || addr_parse(event->from,
	    strlen(event->from), &addr) != STATUS_OK)
		return "an inbound event needs `from`: expected name@domain";
	if (addr.length == 0 && !event->automatic)
		return "mail from <> is automatic: expected \"automatic\": "
		    "true";
	return NULL;
}

static const char *
check_event(const struct history_event *event, int64_t now)
{
	struct addr addr;
	const char *name = event->user != NULL ? event->user : "x";

	if (event->time <= 0)
		return "the time is missing";
	if (event->time > now + AHEAD)
		return "the time lies in the future";
	if (addr_parse(name, strlen(name), &addr) != STATUS_OK ||
	    addr.length == 0)
		return "the user is no login and no address";
	if (event->address != NULL && (addr_parse(event->address,
	    strlen(event->address), &addr) != STATUS_OK ||
	    addr_domain(&addr)[0] == '\0'))
		return "the address is none: expected name@domain";
	return event->direction == HISTORY_OUT ? check_out(event) :
	    check_in(event);
}

/*
 * What makes two events the same: all that was said.
 */

static void
add_text(struct buf *text, const char *value)
{
	buf_printf(text, "%zu:", value == NULL ? 0 : strlen(value) + 1);
	if (value != NULL)
		buf_add_text(text, value);
}

static enum status
find_event_ident(const struct gate *gate, struct item *item)
{
	const struct history_event *event = item->event;
	struct buf text;
	size_t i;
	enum status status = STATUS_OK;

	buf_init(&text);
	buf_printf(&text, "%d %d %lld", (int)event->direction,
	    (int)event->automatic, (long long)event->time);
	add_text(&text, event->user);
	add_text(&text, event->address);
	add_text(&text, event->from);
	add_text(&text, event->message_id);
	for (i = 0; i < event->recipient_count; i++)
		add_text(&text, event->recipients[i]);
	buf_add_text(&text, "/");
	for (i = 0; i < event->reference_count; i++)
		add_text(&text, event->references[i]);
	if (text.failed)
		status = STATUS_NO_MEMORY;
	else
		item->ident = ident_make(&gate->key, IDENT_EVENT, text.data,
		    text.length);
	buf_release(&text);
	return status;
}

/*
 * The message it was.
 */

static enum status
add_header_list(struct message *message, const char *name,
    const char *const *values, size_t count)
{
	struct buf text;
	enum status status = STATUS_OK;
	size_t i;

	buf_init(&text);
	for (i = 0; i < count; i++)
		buf_printf(&text, "%s%s", i == 0 ? "" : " ", values[i]);
	if (text.failed)
		status = STATUS_NO_MEMORY;
	else if (text.length > 0)
		message_header(message, name, text.data);
	buf_release(&text);
	return status;
}

static enum status
make_out(struct item *item)
{
	const struct history_event *event = item->event;
	struct message *message = &item->message;
	char date[CLOCK_TEXT_SIZE];
	size_t i;

	for (i = 0; i < event->recipient_count; i++)
		(void)message_recipient(message, event->recipients[i]);
	if (event->message_id != NULL)
		message_header(message, "Message-ID", event->message_id);
	message_header(message, "Date", clock_format(event->time, date));
	return add_header_list(message, "To", event->recipients,
	    event->recipient_count);
}

static enum status
make_in(struct item *item)
{
	const struct history_event *event = item->event;
	struct message *message = &item->message;

	if (event->address != NULL)
		(void)message_recipient(message, event->address);
	message_header(message, "From", event->from);
	return add_header_list(message, "References", event->references,
	    event->reference_count);
}

static enum status
make_message(struct item *item)
{
	const struct history_event *event = item->event;
	bool out = event->direction == HISTORY_OUT;
	const struct message_origin origin = {
		.login = out ? event->user : NULL,
		.sender = !out ? event->from : event->address != NULL ?
		    event->address : "<>",
		.internal = out
	};
	enum status status;

	message_init(&item->message);
	status = message_begin(&item->message, &origin);
	if (status == STATUS_OK)
		status = out ? make_out(item) : make_in(item);
	if (status == STATUS_OK && item->message.no_memory)
		status = STATUS_NO_MEMORY;
	return status;
}

static enum status
prepare_item(struct batch *batch, struct item *item)
{
	enum status status;

	item->outcome->result = HISTORY_APPLIED;
	item->outcome->why = check_event(item->event, batch->now);
	if (item->outcome->why != NULL) {
		item->outcome->result = HISTORY_MALFORMED;
		return STATUS_OK;
	}
	status = find_event_ident(batch->gate, item);
	if (status == STATUS_OK)
		status = make_message(item);
	if (status != STATUS_OK)
		return status;
	item->out.gate = item->in.gate = batch->gate;
	item->out.conf = item->in.conf = batch->conf;
	item->out.message = item->in.message = &item->message;
	item->out.now = item->in.now = item->event->time;
	item->out.record = item->out.named = item->out.mark = true;
	item->out.step = item->out.history = true;
	item->in.writing = true;
	item->in.automatic = item->event->automatic;
	return item->event->direction == HISTORY_OUT ?
	    outbound_prepare(&item->out) : inbound_prepare(&item->in);
}

static void
release_item(struct item *item)
{
	outbound_release(&item->out);
	inbound_release(&item->in);
	message_release(&item->message);
}

/*
 * The transaction
 */

static enum status
run_item(struct store_txn *txn, struct item *item)
{
	enum status status;

	if (item->outcome->result == HISTORY_MALFORMED)
		return STATUS_OK;
	item->outcome->result = HISTORY_APPLIED;
	status = store_event_add(txn, &item->ident, item->event->time);
	if (status == STATUS_CONFLICT) {
		item->outcome->result = HISTORY_REPEATED;
		return STATUS_OK;
	}
	if (status != STATUS_OK)
		return status;
	if (item->event->direction == HISTORY_IN)
		return inbound_is_evidence(&item->in) ?
		    inbound_body(txn, &item->in) : STATUS_OK;
	status = outbound_body(txn, &item->out);
	if (status == STATUS_OK && item->out.action == VERDICT_REFUSE)
		item->outcome->result = HISTORY_REFUSED;
	return status;
}

static enum status
batch_body(struct store_txn *txn, void *argument)
{
	struct batch *batch = argument;
	enum status status;
	int64_t begun;
	size_t i;

	status = assess_meta_time(txn, META_IMPORT, &begun);
	if (status == STATUS_OK && begun == 0)
		status = assess_meta_set_time(txn, META_IMPORT, batch->now);
	for (i = 0; status == STATUS_OK && i < batch->count; i++)
		status = run_item(txn, &batch->items[i]);
	return status;
}

static void
log_batch(const struct batch *batch)
{
	size_t i;

	for (i = 0; i < batch->count; i++)
		if (batch->items[i].outcome->result == HISTORY_APPLIED ||
		    batch->items[i].outcome->result == HISTORY_REFUSED)
			assess_log(&batch->items[i].out.assess,
			    batch->gate->log);
	log_write(batch->gate->log, LOG_LEVEL_DEBUG,
	    "import: a batch of %zu events", batch->count);
}

enum status
history_replay(struct gate *gate, const struct history_event *events,
    size_t count, struct history_outcome *outcomes)
{
	struct batch batch = { .gate = gate, .count = count };
	enum status status = STATUS_OK;
	size_t i;

	if (count > HISTORY_BATCH_MAX)
		return STATUS_LIMIT;
	batch.items = calloc(count == 0 ? 1 : count, sizeof(*batch.items));
	if (batch.items == NULL)
		return STATUS_NO_MEMORY;
	batch.conf = gate_conf(gate);
	batch.now = clock_read(&gate->clock);
	for (i = 0; status == STATUS_OK && i < count; i++) {
		batch.items[i].event = &events[i];
		batch.items[i].outcome = &outcomes[i];
		status = prepare_item(&batch, &batch.items[i]);
	}
	if (status == STATUS_OK && count > 0)
		status = gate_update(gate, batch_body, &batch);
	if (status == STATUS_OK)
		log_batch(&batch);
	for (i = 0; i < count; i++)
		release_item(&batch.items[i]);
	conf_unref(batch.conf);
	free(batch.items);
	return status;
}

struct finishing {
	const struct conf	*conf;
	int64_t			 now;
};

static enum status
finish_body(struct store_txn *txn, void *argument)
{
	const struct finishing *finishing = argument;
	int64_t begun;
	enum status status;

	status = assess_meta_time(txn, META_IMPORT, &begun);
	if (status != STATUS_OK || begun == 0)
		return status;
	status = assess_meta_set_time(txn, META_IMPORT, 0);
	if (status == STATUS_OK && finishing->conf->notices &&
	    finishing->conf->mode == CONF_MODE_ENFORCE)
		status = assess_tell_all(txn, finishing->conf,
		    finishing->now);
	return status;
}

enum status
history_finish(struct gate *gate)
{
	struct conf *conf = gate_conf(gate);
	struct finishing finishing = { conf, clock_read(&gate->clock) };
	enum status status = gate_update(gate, finish_body, &finishing);

	conf_unref(conf);
	/* What the history has brought up is assessed at the next tick. */
	if (status == STATUS_OK)
		atomic_store(&gate->tick_hour, 0);
	return status;
}
