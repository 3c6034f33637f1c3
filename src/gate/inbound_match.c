/*
 * Which outreach a message is about, in this order:
 *
 *  (a) By Message-ID.  The ids it names (In-Reply-To, then what Exchange says
 *	set it off, then References), newest first: the first that names
 *	outreach of ours, and is believed, decides.  Of that message's
 *	outreach it is about the writer's own.  A writer who was no recipient
 *	(an alias, an assistant) answers one that is open, never more than
 *	were sent; unless the subject says that it is somebody else's mail,
 *	sent on, or it came through a list: then the id is not believed.
 *	Automatic mail from no recipient is about the only outreach, if
 *	there is but one.
 *
 *  (b) By the two correspondents, where no id is believed and it is no list's
 *	mail: relays rewrite Message-IDs, and some programs send none.  The
 *	outreach of any user written to, to this writer, under whatever
 *	address, sent before and within reply_horizon.  The newest one about
 *	the same topic wins; else the newest one.  The topic chooses among
 *	them, and never makes a match by itself: a subject is known to
 *	everybody who was sent one, and forging it is fraud's habit.
 *
 * What has bounced, has lapsed, or went out before a restriction is answered
 * as well.  Where the outreach is answered already the mail is conversation.
 */
#include <stdlib.h>
#include <string.h>

#include "gate/inbound_private.h"
#include "gate/topic.h"

/*
 * The ids
 */

static void
add_id(struct inbound *in, const struct ident *ident)
{
	size_t i;

	if (in->id_count == INBOUND_IDS_MAX)
		return;
	for (i = 0; i < in->id_count; i++)
		if (ident_equal(&in->ids[i], ident))
			return;
	in->ids[in->id_count++] = *ident;
}

/*
 * Adds a header's ids newest first, which is the end of the text first.
 * A bounded ring keeps the last ones of a long chain.
 */
static void
add_ids(struct inbound *in, const char *text, size_t length)
{
	struct ident ring[INBOUND_IDS_MAX];
	struct msgid id;
	size_t at = 0, seen = 0, kept, i;

	if (text == NULL)
		return;
	while (msgid_next(text, length, &at, &id) == STATUS_OK)
		ring[seen++ % INBOUND_IDS_MAX] = ident_make(&in->gate->key,
		    IDENT_MESSAGE, id.text, id.length);
	kept = seen < INBOUND_IDS_MAX ? seen : INBOUND_IDS_MAX;
	for (i = 1; i <= kept; i++)
		add_id(in, &ring[(seen - i) % INBOUND_IDS_MAX]);
}

enum status
inbound_collect_ids(struct inbound *in)
{
	const struct message *message = in->message;
	struct ident parent;

	in->ids = calloc(INBOUND_IDS_MAX, sizeof(*in->ids));
	if (in->ids == NULL)
		return STATUS_NO_MEMORY;
	add_ids(in, message->in_reply_to, message->in_reply_to_length);
	if (message->parent_id.length > 0) {
		parent = ident_make(&in->gate->key, IDENT_MESSAGE,
		    message->parent_id.text, message->parent_id.length);
		add_id(in, &parent);
	}
	add_ids(in, message->references, message->references_length);
	return STATUS_OK;
}

/* Read once, and only for a message that a row was found for. */
static void
read_subject(struct inbound *in)
{
	if (in->has_subject)
		return;
	in->has_subject = true;
	in->topics[0] = topic_ident(&in->gate->key, in->message->topic, NULL);
	in->topics[1] = topic_ident(&in->gate->key, in->message->subject,
	    &in->forward);
}

static bool
is_writer(const struct inbound *in, const struct ident *ident)
{
	return ident_equal(ident, &in->writer) ||
	    ident_equal(ident, &in->envelope);
}

/*
 * (a)
 */

/* What the outreach of one message shows. */
struct finding {
	const struct inbound	*in;
	size_t			 rows;
	bool			 own;		/* the writer was a recipient */
	bool			 answered;	/* ... or has answered before */
	bool			 open;		/* `row` can be answered */
	struct outreach		 row;
};

static bool
find_row(void *context, const struct outreach *row)
{
	struct finding *finding = context;
	const struct inbound *in = finding->in;

	if (finding->rows++ == 0)
		finding->row = *row;
	if (is_writer(in, &row->candidate)) {
		finding->own = true;
		finding->answered = row->answered_at != 0;
		finding->open = row->answered_at == 0;
		finding->row = *row;
		return false;
	}
	if (row->answered_at != 0 && is_writer(in, &row->answered_by))
		finding->answered = true;
	if (row->answered_at == 0 && (!finding->open ||
	    (finding->row.bounced_at != 0 && row->bounced_at == 0))) {
		finding->open = true;
		finding->row = *row;
	}
	return true;
}

static bool
is_believed(struct inbound *in, const struct finding *finding)
{
	if (finding->rows == 0 || finding->own)
		return finding->own;
	if (in->kind == INBOUND_AUTOMATIC)
		return finding->rows == 1;
	read_subject(in);
	return in->kind == INBOUND_PERSON && !in->forward;
}

static void
take_finding(struct inbound *in, const struct finding *finding)
{
	in->about = true;
	in->outreach = finding->row;
	in->by = finding->own ? OUTREACH_MATCH_MESSAGE_ID :
	    OUTREACH_MATCH_OTHER_ADDRESS;
	in->match = finding->answered || !finding->open ?
	    INBOUND_REPEATED : INBOUND_REPLY;
}

static enum status
find_by_ids(struct store_txn *txn, struct inbound *in)
{
	struct finding finding;
	enum status status;
	size_t i;

	for (i = 0; i < in->id_count && !in->about; i++) {
		memset(&finding, 0, sizeof(finding));
		finding.in = in;
		status = store_outreach_by_message(txn, &in->ids[i], find_row,
		    &finding);
		if (status != STATUS_OK)
			return status;
		if (is_believed(in, &finding))
			take_finding(in, &finding);
	}
	return STATUS_OK;
}

/*
 * (b)
 */

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
	read_subject(in);
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

/* The From address says who wrote; the envelope's only where that is nobody. */
static enum status
find_by_pairs(struct store_txn *txn, struct inbound *in)
{
	struct pairing pairing = { .in = in };
	enum status status;
	size_t i;

	status = inbound_find_owns(txn, in);
	for (i = 0; status == STATUS_OK && i < in->own_count; i++) {
		if (in->owns[i].account == 0)
			continue;
		status = find_pair(txn, &pairing, in->owns[i].account,
		    &in->writer);
		if (status == STATUS_OK && !pairing.found &&
		    !ident_equal(&in->envelope, &in->writer))
			status = find_pair(txn, &pairing, in->owns[i].account,
			    &in->envelope);
	}
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
	enum status status = find_by_ids(txn, in);

	if (status == STATUS_OK && !in->about && in->kind != INBOUND_LIST)
		status = find_by_pairs(txn, in);
	return status;
}
