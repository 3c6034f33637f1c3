/*
 * Inbound mail at the gate: asked at the end of its header, so that a body
 * nobody needs is never sent, and again at its end where it was wanted.
 *
 *	                       +-- report, or may hold one, and one of our
 *	                       |   people is to get it ------------------> body
 *	header -- what is it? -+
 *	                       +-- the store is asked what it is about
 *	                                |          |
 *	     nothing, or no body can    |          |  an outreach, and the body
 *	     change what is made of it  |          |  may change what it is; or
 *	                                |          |  nothing, by a stranger
 *	                                v          v
 *	                      written, done       body -- end: written, done
 *
 * A stranger is who would become a contact by it.  A machine must not, and what
 * looks like a person's mail may say in its text that it is one's; for that the
 * beginning of the body is enough.  Nothing more is asked of contacts.
 *
 * A store that fails at the header gets a second chance at the end.  At the end
 * the mail passes unread then: nothing that comes in is lost for it.
 */
#include <string.h>

#include "gate/gate_private.h"
#include "gate/inbound_private.h"

/* What the log says of it. */
static const char *
result_of(const struct inbound *in)
{
	if (in->kind == INBOUND_REPORT)
		return automatic_class_text(in->judgement.class);
	if (in->kind == INBOUND_NOTHING)
		return in->local ? "local" : "none";
	if (!in->believed && in->match != INBOUND_NO_MATCH)
		return "unauthenticated";
	if (in->kind == INBOUND_AUTOMATIC)
		return "automatic";
	if (in->match == INBOUND_REPLY)
		return "reply";
	if (in->match == INBOUND_REPEATED)
		return "repeated";
	return in->kind == INBOUND_LIST ? "automatic" : "none";
}

static const char *
match_text(enum outreach_match match)
{
	switch (match) {
	case OUTREACH_MATCH_MESSAGE_ID:
		return "message-id";
	case OUTREACH_MATCH_OTHER_ADDRESS:
		return "other-address";
	case OUTREACH_MATCH_PAIR:
		return "pair";
	case OUTREACH_MATCH_NONE:
	case OUTREACH_MATCH_CREDITED:
		break;
	}
	return NULL;
}

static void
log_inbound(struct gate *gate, const struct inbound *in)
{
	struct buf line;

	gate_begin_line(&line, in->message, in->whole ? GATE_STAGE_END :
	    GATE_STAGE_HEADER, "in");
	log_field(&line, "match", result_of(in));
	if (in->judgement.class != AUTOMATIC_HUMAN || in->judgement.button)
		log_field(&line, "rule", in->judgement.rule);
	if (in->about) {
		log_field(&line, "by", match_text(in->by));
		log_field(&line, "user", in->user);
	}
	if (in->kind == INBOUND_REPORT && in->report_kind != REPORT_NONE) {
		log_field(&line, "kind", report_kind_text(in->report_kind));
		log_field_number(&line, "entries", (int64_t)in->report.count);
		log_field_number(&line, "matched", (int64_t)in->reported);
	}
	if (in->contacts > 0)
		log_field_number(&line, "contacts", (int64_t)in->contacts);
	if (in->message->overflow)
		log_field(&line, "overflow", "yes");
	log_field(&line, "verdict", "accept");
	log_write(gate->log, LOG_LEVEL_INFO, "%s", line.data);
	buf_release(&line);
}

static void
count_report(struct gate_figures *figures, const struct inbound *in)
{
	switch (in->report_kind) {
	case REPORT_NONE:
		break;
	case REPORT_DELIVERY:
		atomic_fetch_add(&figures->bounces, in->marked);
		if (in->permanent && in->reported == 0)
			atomic_fetch_add(&figures->strange_bounces, 1);
		break;
	case REPORT_DISPOSITION:
		atomic_fetch_add(&figures->receipts, in->reported > 0);
		break;
	case REPORT_FEEDBACK:
		atomic_fetch_add(&figures->complaints, in->reported > 0);
		break;
	}
}

static void
count_reply(struct gate_figures *figures, const struct inbound *in)
{
	if (!in->believed) {
		atomic_fetch_add(&figures->unauthenticated, 1);
		return;
	}
	atomic_fetch_add(&figures->replies, 1);
	atomic_fetch_add(&figures->replies_by_pair,
	    in->by == OUTREACH_MATCH_PAIR);
	atomic_fetch_add(&figures->replies_by_other,
	    in->by == OUTREACH_MATCH_OTHER_ADDRESS);
}

/* The names are static: the same name is the same pointer. */
static void
count_rule(struct gate_measures *measures, const char *rule)
{
	const char *name;
	size_t i = 0;

	while ((name = automatic_rule_at(i)) != NULL && name != rule &&
	    i < GATE_RULES_MAX - 1)
		i++;
	if (name != NULL)
		atomic_fetch_add_explicit(&measures->rules[i], 1,
		    memory_order_relaxed);
}

static void
count_inbound(struct gate *gate, const struct inbound *in)
{
	struct gate_figures *figures = &gate->figures;
	bool person = in->kind == INBOUND_PERSON || in->kind == INBOUND_LIST;

	atomic_fetch_add(&figures->inbound, 1);
	if (person && in->match == INBOUND_REPLY)
		count_reply(figures, in);
	else if (in->judgement.class != AUTOMATIC_HUMAN &&
	    in->judgement.class != AUTOMATIC_CALENDAR) {
		atomic_fetch_add(&figures->automatic, 1);
		count_rule(&gate->measures, in->judgement.rule);
	}
	if (in->kind == INBOUND_REPORT)
		count_report(figures, in);
}

/* Nobody has to look at it any more. */
static void
finish(struct gate *gate, const struct inbound *in)
{
	count_inbound(gate, in);
	log_inbound(gate, in);
}

static void
give_up(struct gate *gate, const struct message *message,
    enum status status)
{
	atomic_fetch_add(&gate->figures.inbound, 1);
	atomic_fetch_add(&gate->figures.errors, 1);
	log_limited(gate->log, &gate->store_fault, CLOCK_SECOND,
	    LOG_LEVEL_ERROR, "%s: store: %s; inbound passes unread",
	    gate_queue_id(message), status_text(status));
}

/* Finds out what it is about, and whether anything is to be written. */
static enum status
look(struct gate *gate, struct inbound *in)
{
	return inbound_is_evidence(in) ?
	    store_view(gate->store, inbound_body, in) : STATUS_OK;
}

static enum status
record(struct gate *gate, struct inbound *in)
{
	if (in->changes == 0)
		return STATUS_OK;
	in->writing = true;
	return gate_update(gate, inbound_body, in);
}

/* Some daemons give no domain. */
static bool
is_daemon(const struct addr *addr)
{
	size_t length = strcspn(addr->text, "@");

	return (length == 13 && memcmp(addr->text, "mailer-daemon", 13) == 0) ||
	    (length == 10 && memcmp(addr->text, "postmaster", 10) == 0);
}

/* What names an outreach in its body alone. */
static bool
expects_report(const struct inbound *in)
{
	const struct message *message = in->message;

	if (in->kind == INBOUND_REPORT)
		return true;
	return !message->overflow && (message->sender.length == 0 ||
	    (message->signs & MESSAGE_SIGN_MACHINE) != 0 ||
	    is_daemon(&message->sender) || is_daemon(&message->from)) &&
	    inbound_is_for_us(in);
}

/*
 * Could the body change what is made of what the store knows of it?  What names
 * a message may be about it as a person's where as a program's it is not.
 */
static bool
depends_on_body(const struct inbound *in)
{
	if (in->kind == INBOUND_AUTOMATIC)
		return in->about || in->id_count > 0;
	return in->about && in->believed && in->match == INBOUND_REPLY;
}

static enum gate_wish
check_header(struct gate *gate, struct inbound *in)
{
	bool wants_body;
	enum status status = inbound_prepare(in);

	if (status != STATUS_OK)
		return GATE_WISH_BODY;
	wants_body = automatic_wants_body(in->message, &in->judgement);
	if (wants_body && expects_report(in))
		return GATE_WISH_BODY;
	status = look(gate, in);
	if (status == STATUS_OK && wants_body && depends_on_body(in))
		return GATE_WISH_BODY;
	if (status == STATUS_OK && wants_body && in->strangers > 0)
		return GATE_WISH_OPENING;
	if (status == STATUS_OK)
		status = record(gate, in);
	if (status != STATUS_OK)
		return wants_body ? GATE_WISH_BODY : GATE_WISH_END;
	finish(gate, in);
	return GATE_WISH_NOTHING;
}

static void
check_end(struct gate *gate, struct inbound *in)
{
	enum status status = inbound_prepare(in);

	if (status == STATUS_OK)
		status = look(gate, in);
	if (status == STATUS_OK)
		status = record(gate, in);
	if (status == STATUS_OK)
		finish(gate, in);
	else
		give_up(gate, in->message, status);
}

enum gate_wish
inbound_check(struct gate *gate, const struct conf *conf,
    const struct message *message, enum gate_stage stage, int64_t now)
{
	struct inbound in;
	enum gate_wish wish = GATE_WISH_END;

	memset(&in, 0, sizeof(in));
	in.gate = gate;
	in.conf = conf;
	in.message = message;
	in.now = now;
	in.whole = stage == GATE_STAGE_END;
	if (in.whole)
		check_end(gate, &in);
	else
		wish = check_header(gate, &in);
	inbound_release(&in);
	return wish;
}
