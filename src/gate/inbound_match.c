/*
 * Which outreach a message is about, in this order:
 *
 *  (a) By Message-ID: inbound_thread.c.
 *
 *  (b) By the two correspondents, where no id is believed and it is no list's
 *	mail: relays rewrite Message-IDs, and some programs send none.  The
 *	outreach of any user written to, to this writer, under whatever
 *	address, sent before and within reply_horizon.  An address may be
 *	several users' who are answered there.  The newest one about the same
 *	topic wins; else the newest one.  The topic chooses among them, and
 *	never makes a match by itself: a subject is known to everybody who was
 *	sent one, and forging it is fraud's habit.
 *
 * What has bounced, has lapsed, or went out before a restriction is answered
 * as well.  Where the outreach is answered already the mail is conversation.
 */
#include "gate/inbound_private.h"
#include "gate/topic.h"

void
inbound_read_subject(struct inbound *in)
{
	if (in->has_subject)
		return;
	in->has_subject = true;
	in->topics[0] = topic_ident(&in->gate->key, in->message->topic, NULL);
	in->topics[1] = topic_ident(&in->gate->key, in->message->subject,
	    &in->forward);
}

/* The best outreach of the pairs seen so far. */
struct pairing {
	struct inbound	*in;
	size_t		 seen;		/* rows of this pair */
	bool		 found;
	bool		 topical;	/* `row` is about the same topic */
	struct outreach	 row;
};

static bool
has_topic(struct inbound *in, const struct outreach *row)
{
	if (topic_is_none(&row->topic))
		return false;
	inbound_read_subject(in);
	return ident_equal(&row->topic, &in->topics[0]) ||
	    ident_equal(&row->topic, &in->topics[1]);
}

static bool
pair_row(void *context, const struct outreach *row)
{
	struct pairing *pairing = context;
	struct inbound *in = pairing->in;
	bool topical;

	if (in->now - row->sent_at > in->conf->reply_horizon ||
	    pairing->seen++ == INBOUND_PAIR_MAX)
		return false;
	if (row->sent_at > in->now)
		return true;
	topical = has_topic(in, row);
	if (!pairing->found || topical > pairing->topical ||
	    (topical == pairing->topical &&
	    row->sent_at > pairing->row.sent_at)) {
		pairing->found = true;
		pairing->topical = topical;
		pairing->row = *row;
	}
	return !topical;	/* older ones are no better */
}

static enum status
find_pair(struct store_txn *txn, struct pairing *pairing, uint64_t account,
    const struct ident *candidate)
{
	pairing->seen = 0;
	return store_outreach_by_pair(txn, account, candidate, pair_row,
	    pairing);
}

/* With each user it is written to. */
static enum status
find_all_pairs(struct store_txn *txn, struct pairing *pairing,
    const struct ident *candidate)
{
	const struct inbound *in = pairing->in;
	enum status status = STATUS_OK;
	size_t i;

	for (i = 0; status == STATUS_OK && i < in->account_count; i++)
		status = find_pair(txn, pairing, in->accounts[i], candidate);
	return status;
}

/* The From address says who wrote; the envelope's only where that is nobody. */
static enum status
find_by_pairs(struct store_txn *txn, struct inbound *in)
{
	struct pairing pairing = { .in = in };
	enum status status;

	status = find_all_pairs(txn, &pairing, &in->writer);
	if (status == STATUS_OK && !pairing.found &&
	    !ident_equal(&in->envelope, &in->writer))
		status = find_all_pairs(txn, &pairing, &in->envelope);
	if (status != STATUS_OK || !pairing.found)
		return status;
	in->about = true;
	in->outreach = pairing.row;
	in->by = OUTREACH_MATCH_PAIR;
	in->match = pairing.row.answered_at != 0 ? INBOUND_REPEATED :
	    INBOUND_REPLY;
	return STATUS_OK;
}

enum status
inbound_find_match(struct store_txn *txn, struct inbound *in)
{
	enum status status;

	if (in->kind == INBOUND_LIST && in->id_count == 0)
		return STATUS_OK;
	status = inbound_find_owns(txn, in);
	if (status == STATUS_OK)
		status = inbound_match_ids(txn, in);
	if (status == STATUS_OK && !in->about && in->kind != INBOUND_LIST)
		status = find_by_pairs(txn, in);
	return status;
}
