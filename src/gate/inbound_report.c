/*
 * Reports: what they change in the ledger.
 *
 *  - A bounce: the outreach to each recipient who was not reached, for good,
 *    has bounced, and is in no figure any more; unless it is answered.  What
 *    is delayed, delivered or given up after temporary failures changes
 *    nothing.
 *  - A read receipt: somebody has opened it.  That is no reply.  Many are plain
 *    mail, or TNEF, and say only in In-Reply-To which message they mean.
 *  - A complaint: somebody has called it unwanted.
 *
 * Which outreach: that of the Message-ID the report is about, to the
 * recipients it names, who are all handled each for themselves.  Where it
 * names none of them, mail was forwarded, and it is the only one, if there
 * is but one, and nobody else is known to have been written to beside: contacts
 * and our own people stand in no ledger.  Without a Message-ID a report
 * changes nothing: who does not know it could not forge one either.
 */
#include <stdlib.h>
#include <string.h>

#include "gate/inbound_private.h"

static int
compare(const void *left, const void *right)
{
	return ident_compare(left, right);
}

static bool
is_named(const struct inbound *in, const struct ident *ident)
{
	return in->named_count > 0 && bsearch(ident, in->named,
	    in->named_count, sizeof(*ident), compare) != NULL;
}

/*
 * Before the store is asked
 */

/* Our own people's addresses are in no ledger. */
static void
name(struct inbound *in, const struct addr *addr)
{
	if (addr->length == 0)
		return;
	if (inbound_is_local(in, addr))
		in->names_ours = true;
	else
		in->named[in->named_count++] = inbound_ident(in, addr);
}

static void
name_entry(struct inbound *in, const struct report_entry *entry)
{
	bool permanent = report_is_permanent(entry);

	if (in->report_kind == REPORT_DELIVERY && !permanent)
		return;
	in->permanent = in->permanent || permanent;
	name(in, &entry->recipient);
	name(in, &entry->final);
}

/* Receipts are written by who received it, and need not say whom they name. */
static void
name_writer(struct inbound *in)
{
	name(in, &in->message->from);
	name(in, &in->message->sender);
}

enum status
inbound_read_report(struct inbound *in)
{
	enum status status;
	size_t i;

	status = report_read(in->message, &in->report);
	if (status != STATUS_OK)
		return status;
	in->report_kind = in->report.kind;
	if (in->report_kind == REPORT_NONE &&
	    in->judgement.class == AUTOMATIC_RECEIPT)
		in->report_kind = REPORT_DISPOSITION;
	in->named = calloc(2 * in->report.count + 2, sizeof(*in->named));
	if (in->named == NULL)
		return STATUS_NO_MEMORY;
	for (i = 0; i < in->report.count; i++)
		name_entry(in, &in->report.entries[i]);
	if (in->report_kind == REPORT_DISPOSITION)
		name_writer(in);
	qsort(in->named, in->named_count, sizeof(*in->named), compare);
	return STATUS_OK;
}

/*
 * In the transaction
 */

struct reporting {
	const struct inbound	*in;
	size_t			 rows;		/* of the message */
	struct outreach		 first;
	struct outreach		*named;		/* of them */
	size_t			 named_count;
	size_t			 capacity;
	bool			 no_memory;
};

static bool
keep_row(struct reporting *reporting, const struct outreach *row)
{
	size_t capacity = reporting->capacity;
	struct outreach *rows = reporting->named;

	if (reporting->named_count == capacity) {
		capacity = capacity == 0 ? 4 : 2 * capacity;
		rows = reallocarray(rows, capacity, sizeof(*rows));
		if (rows == NULL) {
			reporting->no_memory = true;
			return false;
		}
		reporting->named = rows;
		reporting->capacity = capacity;
	}
	rows[reporting->named_count++] = *row;
	return true;
}

static bool
report_row(void *context, const struct outreach *row)
{
	struct reporting *reporting = context;

	if (reporting->rows++ == 0)
		reporting->first = *row;
	return !is_named(reporting->in, &row->candidate) ||
	    keep_row(reporting, row);
}

/* Is one it names somebody who was written to beside the ledger? */
static enum status
names_contact(struct store_txn *txn, const struct inbound *in, uint64_t id,
    bool *contact)
{
	enum status status = STATUS_OK;
	size_t i;

	*contact = false;
	for (i = 0; status == STATUS_OK && !*contact && i < in->named_count;
	    i++)
		status = inbound_knows_contact(txn, in, id, &in->named[i],
		    contact);
	return status;
}

/* It names none of our recipients, under the address we know. */
static enum status
take_only_row(struct store_txn *txn, struct reporting *reporting)
{
	const struct inbound *in = reporting->in;
	bool contact = false;
	enum status status;

	if (reporting->named_count > 0 || reporting->rows != 1 ||
	    (in->names_ours && in->named_count == 0))
		return STATUS_OK;
	status = names_contact(txn, in, reporting->first.account, &contact);
	if (status == STATUS_OK && !contact &&
	    !keep_row(reporting, &reporting->first))
		status = STATUS_NO_MEMORY;
	return status;
}

/* What the report makes of the row; false: it stays as it was. */
static bool
mark(const struct inbound *in, struct outreach *row)
{
	uint32_t flags = row->flags;

	switch (in->report_kind) {
	case REPORT_NONE:
		break;
	case REPORT_DELIVERY:
		if (!in->permanent || row->answered_at != 0 ||
		    row->bounced_at != 0)
			return false;
		row->bounced_at = in->now;
		return true;
	case REPORT_DISPOSITION:
		row->flags |= OUTREACH_READ;
		break;
	case REPORT_FEEDBACK:
		row->flags |= OUTREACH_COMPLAINT;
		break;
	}
	return row->flags != flags;
}

static enum status
mark_rows(struct store_txn *txn, struct inbound *in,
    struct reporting *reporting)
{
	struct outreach *row = reporting->named;
	enum status status = STATUS_OK;
	size_t i;

	in->reported = reporting->named_count;
	if (in->reported > 0) {
		in->about = true;
		in->outreach = *row;
	}
	for (i = 0; status == STATUS_OK && i < reporting->named_count;
	    i++, row++) {
		if (!mark(in, row))
			continue;
		in->marked++;
		in->changes++;
		if (in->writing)
			status = store_outreach_put(txn, row);
	}
	return status;
}

/* The message it is about; false: it does not say. */
static bool
find_message(const struct inbound *in, struct ident *message)
{
	const struct msgid *id = &in->report.message_id;

	if (in->report_kind == REPORT_NONE ||
	    (in->report_kind == REPORT_DELIVERY && !in->permanent))
		return false;
	if (id->length > 0)
		*message = ident_make(&in->gate->key, IDENT_MESSAGE, id->text,
		    id->length);
	else if (in->report.kind == REPORT_NONE && in->id_count > 0)
		*message = in->ids[0];
	else
		return false;
	return true;
}

enum status
inbound_apply_report(struct store_txn *txn, struct inbound *in)
{
	struct reporting reporting = { .in = in };
	struct ident message;
	enum status status;

	if (!find_message(in, &message))
		return STATUS_OK;
	status = store_outreach_by_message(txn, &message, report_row,
	    &reporting);
	if (status == STATUS_OK && reporting.no_memory)
		status = STATUS_NO_MEMORY;
	if (status == STATUS_OK)
		status = take_only_row(txn, &reporting);
	if (status == STATUS_OK)
		status = mark_rows(txn, in, &reporting);
	free(reporting.named);
	return status;
}
