/*
 * The stages of an outbound message: what is asked of the store at each,
 * what the caller is told, what the log says.  What goes wrong with the store
 * is dealt with here, by `on_error`.
 */
#include <stdio.h>
#include <stdlib.h>

#include "gate/gate_private.h"
#include "gate/outbound_private.h"

/* Letters like this one, itself included, and how like: 1 is the same. */
static void
log_campaign(struct buf *line, const struct outbound *out)
{
	const struct merge_search *search;
	char share[16];

	if (out->merge == NULL || out->merge->search.outcome != MERGE_JOINED)
		return;
	search = &out->merge->search;
	log_field_number(line, "campaign", (int64_t)search->size);
	snprintf(share, sizeof(share), "%d.%02d",
	    (int)(search->similarity / CONF_SHARE_ONE),
	    (int)(search->similarity % CONF_SHARE_ONE /
	    (CONF_SHARE_ONE / 100)));
	log_field(line, "similarity", share);
}

static void
log_outbound(struct gate *gate, const struct outbound *out,
    enum gate_stage stage)
{
	struct buf line;

	gate_begin_line(&line, out->message, stage, "out");
	log_field(&line, "user", out->account.user);
	log_field(&line, "standing", standing_text(out->account.standing));
	log_field(&line, "kind", verdict_kind_text(out->kind));
	log_field_number(&line, "candidates", (int64_t)out->candidate_count);
	log_field_number(&line, "contacts", (int64_t)out->contacts);
	if (stage == GATE_STAGE_END) {
		log_field_number(&line, "recorded", (int64_t)out->recorded);
		log_field_number(&line, "repeated", (int64_t)out->repeated);
	}
	/* A Bcc, or a To that names more than this transaction has. */
	if (out->message->mailboxes != out->message->recipient_count &&
	    stage != GATE_STAGE_DATA) {
		log_field_number(&line, "envelope",
		    (int64_t)out->message->recipient_count);
		log_field_number(&line, "header",
		    (int64_t)out->message->mailboxes);
	}
	if (out->message->overflow)
		log_field(&line, "overflow", "yes");
	if (out->action == VERDICT_REFUSE) {
		assess_log_figures(&line, &out->tally);
		log_field_time(&line, "due", out->account.due);
	}
	log_campaign(&line, out);
	if (out->withheld)
		log_field(&line, "would", "refuse");
	log_field(&line, "verdict", verdict_action_text(out->action));
	log_write(gate->log, LOG_LEVEL_INFO, "%s", line.data);
	buf_release(&line);
}

static void
compose_refusal(const struct outbound *out, struct gate_verdict *verdict)
{
	const struct verdict_input input = {
		.policy = conf_policy_of(out->conf, out->account.user),
		.account = &out->account,
		.now = out->now,
		.candidates = out->under_message_id,
		.merge = outbound_merge_verdict(out)
	};

	verdict_refusal(&verdict->text, &input, &out->window, &out->tally,
	    out->conf->contact);
}

/* The store failed: the administrator has said what then. */
static void
decide_without_store(struct gate *gate, const struct conf *conf,
    const struct message *message, enum status status,
    struct gate_verdict *verdict)
{
	atomic_fetch_add(&gate->figures.errors, 1);
	if (conf->on_error == CONF_ON_ERROR_TEMPFAIL) {
		verdict->action = VERDICT_TEMPFAIL;
		buf_add_text(&verdict->text, "replygate: the ledger cannot "
		    "be used just now, please try again later");
	} else
		verdict->action = VERDICT_ACCEPT;
	log_limited(gate->log, &gate->store_fault, CLOCK_SECOND,
	    LOG_LEVEL_ERROR, "%s: store: %s; verdict=%s (on_error)",
	    message->queue_id[0] != '\0' ? message->queue_id : "NOQUEUE",
	    status_text(status), verdict_action_text(verdict->action));
}

/*
 * Nobody outside, or somebody who is not refused anything and whose letters are
 * not compared: then the store is not asked.  Whose mail it is when an address
 * has to tell only the store knows.
 */
static bool
is_nothing_to_find(const struct outbound *out)
{
	const struct policy *policy = conf_policy_of(out->conf, out->user);

	if (out->candidate_count == 0)
		return true;
	if (out->user_is_address)
		return false;
	return policy->exempt || (out->conf->mode == CONF_MODE_MONITOR &&
	    (policy->merge_minimum == 0 || !out->named));
}

/*
 * Only looks, and mostly that is all.  A restricted user whose term has run
 * out is assessed before a refusal: the verdict must not depend on when the
 * clockwork last ticked.  And what was let through under the same Message-ID
 * is bulk from now on, in the same transaction that refuses the rest.
 */
static enum status
look(struct gate *gate, struct outbound *out)
{
	enum status status;

	if (is_nothing_to_find(out))
		return STATUS_OK;
	status = store_view(gate->store, outbound_body, out);
	if (status != STATUS_OK || out->action != VERDICT_REFUSE)
		return status;
	out->mark = out->unmarked > 0;
	out->step = out->account.due <= out->now &&
	    gate_may_step(gate, out->now);
	return out->mark || out->step ?
	    gate_update(gate, outbound_body, out) : STATUS_OK;
}

static enum status
decide(struct gate *gate, struct outbound *out)
{
	enum status status;

	/* Facts that did not fit into memory are no facts to decide on. */
	if (out->message->no_memory)
		return STATUS_NO_MEMORY;
	status = outbound_prepare(out);
	if (status != STATUS_OK)
		return status;
	if (!out->record)
		return look(gate, out);
	if (out->merge != NULL)
		(void)store_view(gate->store, outbound_scout, out);
	return gate_update(gate, outbound_body, out);
}

static void
give_verdict(struct outbound *out, struct gate_verdict *verdict)
{
	verdict->action = out->action;
	verdict->kind = out->kind;
	if (out->wants_letter)
		verdict->wish = GATE_WISH_BODY;
	if (out->record) {
		verdict->message_id = out->message_id;
		out->message_id = NULL;
	}
	if (out->action == VERDICT_REFUSE)
		compose_refusal(out, verdict);
}

static void
count_outbound(struct gate *gate, const struct gate_verdict *verdict,
    enum gate_stage stage)
{
	if (verdict->action == VERDICT_REFUSE)
		atomic_fetch_add(&gate->figures.refused, 1);
	else if (verdict->action == VERDICT_TEMPFAIL)
		atomic_fetch_add(&gate->figures.tempfailed, 1);
	else if (stage == GATE_STAGE_END)
		atomic_fetch_add(&gate->figures.accepted, 1);
	else
		return;		/* it has not been decided on yet */
	atomic_fetch_add_explicit(&gate->measures.outbound[verdict->kind]
	    [verdict->action], 1, memory_order_relaxed);
}

void
outbound_check(struct gate *gate, const struct conf *conf,
    const struct message *message, enum gate_stage stage, int64_t now,
    struct gate_verdict *verdict)
{
	struct outbound *out;
	enum status status;

	out = calloc(1, sizeof(*out));
	if (out == NULL) {
		decide_without_store(gate, conf, message, STATUS_NO_MEMORY,
		    verdict);
		return;
	}
	out->gate = gate;
	out->conf = conf;
	out->message = message;
	out->now = now;
	out->record = out->mark = stage == GATE_STAGE_END;
	out->named = stage != GATE_STAGE_DATA;
	out->step = out->record && gate_may_step(gate, now);
	status = decide(gate, out);
	if (status == STATUS_OK) {
		give_verdict(out, verdict);
		assess_log(&out->assess, gate->log);
		if (out->record || out->action == VERDICT_REFUSE)
			log_outbound(gate, out, stage);
	} else if (out->record)
		decide_without_store(gate, conf, message, status, verdict);
	count_outbound(gate, verdict, stage);
	outbound_release(out);
	free(out);
}
