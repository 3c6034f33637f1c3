/*
 * Which outreach a message is about by the ids it names: In-Reply-To, then
 * what Exchange says set it off, then References, newest first.  The first
 * that names outreach of ours, and is believed, decides.
 *
 * Of that message's outreach it is about, in this order,
 *  1. the one to the author, as From has it;
 *  2. the one to the envelope sender, whose From is another address of theirs;
 *  3. an open one, the bounced ones last: somebody answers who was no
 *     recipient (an alias, an assistant), never more than were sent.
 *
 * Where several users sent the message, or one did that is sent on, the one it
 * is written to goes first.  A recipient may answer to any address: our people
 * may have said where to, and mail systems forward.  A stranger is believed
 * only if
 *  - it is written to the user whose outreach it is; else it is a thread that
 *    has grown on elsewhere, and neither of the two correspondents is in it;
 *  - the subject does not say that it is somebody else's mail, sent on;
 *  - it did not come through a list;
 *  - it is no contact to whom the same message went as well: contacts stand in
 *    no ledger, and answer for themselves.
 * Automatic mail from no recipient is about the only outreach, if there is but
 * one.
 */
#include <stdlib.h>
#include <string.h>

#include "gate/inbound_private.h"

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


/* What speaks for a row, the least first. */
enum claim {
	CLAIM_NONE,		/* there is no row */
	CLAIM_ANSWERED,		/* another's, answered */
	CLAIM_BOUNCED,		/* another's, bounced */
	CLAIM_OPEN,		/* another's */
	CLAIM_ENVELOPE,		/* the envelope sender's */
	CLAIM_WRITER		/* the author's */
};

/* What the outreach of one message shows. */
struct finding {
	const struct inbound	*in;
	size_t			 rows;
	bool			 answered;	/* the writer did before */
	bool			 to_user;	/* `row` is whom it is to */
	enum claim		 claim;		/* on `row` */
	struct outreach		 row;
};

static enum claim
claim_on(const struct inbound *in, const struct outreach *row)
{
	if (ident_equal(&row->candidate, &in->writer))
		return CLAIM_WRITER;
	if (ident_equal(&row->candidate, &in->envelope))
		return CLAIM_ENVELOPE;
	if (row->answered_at != 0)
		return CLAIM_ANSWERED;
	return row->bounced_at != 0 ? CLAIM_BOUNCED : CLAIM_OPEN;
}

static bool
is_own(enum claim claim)
{
	return claim >= CLAIM_ENVELOPE;
}

static bool
has_answered(const struct inbound *in, const struct outreach *row)
{
	return row->answered_at != 0 &&
	    (ident_equal(&row->answered_by, &in->writer) ||
	    ident_equal(&row->answered_by, &in->envelope));
}

/* Stops at what nothing goes before. */
static bool
find_row(void *context, const struct outreach *row)
{
	struct finding *finding = context;
	const struct inbound *in = finding->in;
	const enum claim claim = claim_on(in, row);
	const bool to_user = inbound_is_to(in, row->account);

	finding->rows++;
	if (in->kind == INBOUND_PERSON && !is_own(claim) && !to_user)
		return true;
	finding->answered = finding->answered || has_answered(in, row);
	if (claim > finding->claim ||
	    (claim == finding->claim && to_user && !finding->to_user)) {
		finding->claim = claim;
		finding->to_user = to_user;
		finding->row = *row;
	}
	return claim != CLAIM_WRITER || !to_user;
}

/* Did the same message go to this writer, who is a contact? */
static enum status
is_addressee(struct store_txn *txn, const struct inbound *in,
    const struct finding *finding, bool *is)
{
	*is = false;
	if ((finding->row.flags & OUTREACH_CONTACTS) == 0 || finding->answered)
		return STATUS_OK;
	return inbound_knows_contact(txn, in, finding->row.account, &in->writer,
	    is);
}

static enum status
is_believed(struct store_txn *txn, struct inbound *in,
    const struct finding *finding, bool *is)
{
	bool addressee;
	enum status status;

	*is = is_own(finding->claim);
	if (*is || finding->claim == CLAIM_NONE)
		return STATUS_OK;
	if (in->kind == INBOUND_AUTOMATIC) {
		*is = finding->rows == 1;
		return STATUS_OK;
	}
	inbound_read_subject(in);
	if (in->kind != INBOUND_PERSON || in->forward)
		return STATUS_OK;
	status = is_addressee(txn, in, finding, &addressee);
	*is = status == STATUS_OK && !addressee;
	return status;
}

static void
take_finding(struct inbound *in, const struct finding *finding)
{
	const bool own = is_own(finding->claim);

	in->about = true;
	in->outreach = finding->row;
	in->by = own ? OUTREACH_MATCH_MESSAGE_ID :
	    OUTREACH_MATCH_OTHER_ADDRESS;
	in->match = finding->row.answered_at != 0 ||
	    (!own && finding->answered) ? INBOUND_REPEATED : INBOUND_REPLY;
}

enum status
inbound_match_ids(struct store_txn *txn, struct inbound *in)
{
	struct finding finding;
	enum status status;
	bool believed;
	size_t i;

	for (i = 0; i < in->id_count && !in->about; i++) {
		memset(&finding, 0, sizeof(finding));
		finding.in = in;
		status = store_outreach_by_message(txn, &in->ids[i], find_row,
		    &finding);
		if (status == STATUS_OK)
			status = is_believed(txn, in, &finding, &believed);
		if (status != STATUS_OK)
			return status;
		if (believed)
			take_finding(in, &finding);
	}
	return STATUS_OK;
}
