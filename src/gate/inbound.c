/*
 * One inbound message: what it is made of, and what becomes of it.
 *
 *  1. A report (bounce, read receipt, complaint) to any own address changes
 *     the outreach it names, and nothing else: inbound_report.c.  It may come
 *     from our own mail server.
 *  2. Mail by our own people, mail without any author, and mail that passed a
 *     bound is no evidence.
 *  3. Automatic mail is noted at the outreach it is about, which stays open.
 *     So is a button pressed, where the site says it is no reply.
 *  4. Mail through a list answers as a person's does, when it comes from a
 *     recipient of the outreach it names.
 *  5. A person's answers the outreach it is about (inbound_match.c), and the
 *     writer becomes a contact of the users written to (inbound_contact.c).
 *  6. Where the author must be authenticated, 4. and 5. hold only for one who
 *     is: who forges a From gains neither a reply nor a contact.  It is From
 *     that was authenticated, so that the envelope sender says nothing then.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/assess.h"
#include "gate/candidate.h"
#include "gate/inbound_private.h"
#include "mail/authentication.h"

/* Automatic mail about one outreach is noted this often at most. */
#define NOTED_FRESH	CLOCK_DAY

bool
inbound_is_local(const struct inbound *in, const struct addr *addr)
{
	const char *domain = addr_domain(addr);

	return conf_is_local_domain(in->conf, domain, strlen(domain));
}

struct ident
inbound_ident(const struct inbound *in, const struct addr *addr)
{
	return candidate_ident(&in->gate->key, addr->text);
}

bool
inbound_is_for_us(const struct inbound *in)
{
	const char *recipient = NULL;
	struct addr addr;

	while ((recipient = message_next_recipient(in->message,
	    recipient)) != NULL)
		if (addr_parse(recipient, strlen(recipient), &addr) ==
		    STATUS_OK && inbound_is_local(in, &addr))
			return true;
	return false;
}

/*
 * What it is
 */

static enum inbound_kind
kind_of_class(const struct inbound *in)
{
	switch (in->judgement.class) {
	case AUTOMATIC_HUMAN:
	case AUTOMATIC_CALENDAR:
		return in->judgement.button && !in->conf->button_replies ?
		    INBOUND_AUTOMATIC : INBOUND_PERSON;
	case AUTOMATIC_LIST:
		return INBOUND_LIST;
	case AUTOMATIC_REPLY:
		return INBOUND_AUTOMATIC;
	case AUTOMATIC_BOUNCE:
	case AUTOMATIC_RECEIPT:
	case AUTOMATIC_COMPLAINT:
		break;
	}
	return INBOUND_REPORT;
}

static enum inbound_kind
kind_of(const struct inbound *in)
{
	const struct message *message = in->message;
	enum inbound_kind kind = kind_of_class(in);

	if (message->overflow)
		return INBOUND_NOTHING;
	if (kind == INBOUND_REPORT)
		return inbound_is_for_us(in) ? kind : INBOUND_NOTHING;
	return in->local || (message->from.length == 0 &&
	    message->sender.length == 0) ? INBOUND_NOTHING : kind;
}

static enum status
judge(struct inbound *in)
{
	static const struct judgement told = { AUTOMATIC_REPLY, "told",
		false };

	if (in->automatic) {
		in->judgement = told;
		return STATUS_OK;
	}
	return in->whole ? automatic_judge(in->message, &in->judgement) :
	    automatic_judge_header(in->message, &in->judgement);
}

/* An author who is not authenticated is none, where that is required. */
static bool
is_believed(const struct inbound *in)
{
	if (in->kind != INBOUND_PERSON && in->kind != INBOUND_LIST)
		return true;
	return !in->conf->require_auth || authentication_of(in->message,
	    in->conf) == AUTHENTICATION_PASSED;
}

enum status
inbound_prepare(struct inbound *in)
{
	const struct message *message = in->message;
	const struct addr *writer = message->from.length > 0 ?
	    &message->from : &message->sender;
	enum status status;

	report_init(&in->report);
	status = judge(in);
	if (status != STATUS_OK)
		return status;
	in->local = inbound_is_local(in, writer);
	in->kind = kind_of(in);
	if (in->kind == INBOUND_NOTHING)
		return STATUS_OK;
	in->believed = is_believed(in);
	in->writer = inbound_ident(in, writer);
	in->envelope = message->sender.length > 0 &&
	    !in->conf->require_auth ?
	    inbound_ident(in, &message->sender) : in->writer;
	status = inbound_collect_ids(in);
	if (status == STATUS_OK && in->kind == INBOUND_REPORT && in->whole)
		status = inbound_read_report(in);
	return status;
}

bool
inbound_is_evidence(const struct inbound *in)
{
	return in->kind != INBOUND_NOTHING;
}

void
inbound_release(struct inbound *in)
{
	report_release(&in->report);
	free(in->ids);
	free(in->named);
	in->ids = in->named = NULL;
	in->id_count = in->named_count = 0;
}

/*
 * What becomes of it
 */

static enum status
write_answer(struct store_txn *txn, struct inbound *in)
{
	int64_t last;
	enum status status;

	in->changes++;
	if (!in->writing)
		return STATUS_OK;
	in->outreach.answered_at = in->now;
	in->outreach.answered_by = in->writer;
	in->outreach.match = in->by;
	status = store_outreach_put(txn, &in->outreach);
	if (status == STATUS_OK)
		status = assess_meta_time(txn, META_LAST_REPLY, &last);
	if (status == STATUS_OK && last < in->now)
		status = assess_meta_set_time(txn, META_LAST_REPLY, in->now);
	return status;
}

/* A person's, or a list's. */
static enum status
take_person(struct store_txn *txn, struct inbound *in)
{
	enum status status = inbound_find_match(txn, in);

	if (status != STATUS_OK || !in->believed)
		return status;
	if (in->match == INBOUND_REPLY)
		status = write_answer(txn, in);
	if (status == STATUS_OK)
		status = inbound_add_contacts(txn, in);
	return status;
}

static enum status
take_automatic(struct store_txn *txn, struct inbound *in)
{
	struct outreach *row = &in->outreach;
	enum status status = inbound_find_match(txn, in);

	if (status != STATUS_OK || !in->about || row->answered_at != 0 ||
	    (row->automatic_at != 0 &&
	    in->now - row->automatic_at < NOTED_FRESH))
		return status;
	in->changes++;
	if (!in->writing)
		return STATUS_OK;
	row->automatic_at = in->now;
	snprintf(row->automatic_rule, sizeof(row->automatic_rule), "%s",
	    in->judgement.rule);
	return store_outreach_put(txn, row);
}

enum status
inbound_body(struct store_txn *txn, void *argument)
{
	struct inbound *in = argument;
	enum status status = STATUS_OK;

	in->changes = in->contacts = in->strangers = 0;
	in->reported = in->marked = 0;
	in->has_owns = in->about = false;
	in->match = INBOUND_NO_MATCH;
	in->by = OUTREACH_MATCH_NONE;
	in->user[0] = '\0';
	switch (in->kind) {
	case INBOUND_NOTHING:
		break;
	case INBOUND_PERSON:
	case INBOUND_LIST:
		status = take_person(txn, in);
		break;
	case INBOUND_AUTOMATIC:
		status = take_automatic(txn, in);
		break;
	case INBOUND_REPORT:
		status = inbound_apply_report(txn, in);
		break;
	}
	if (status == STATUS_OK && in->about)
		status = inbound_find_user(txn, in);
	return status;
}
