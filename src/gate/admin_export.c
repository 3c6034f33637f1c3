/*
 * Everything stored about one user, a table at a time.
 *
 * Rows are gathered as bytes inside the view, which may run twice, and shown
 * when it is over.
 */
#include <stdio.h>
#include <string.h>

#include "gate/admin_private.h"

struct exporting {
	const struct admin_export *export;
	const struct conf	*conf;
	char			 name[CONF_USER_SIZE];
	struct account		 account;
	struct buf		 rows;		/* of `size` bytes each */
	size_t			 size, count;
};

struct contact {
	struct ident	candidate;
	int64_t		last_heard;
};

const char *
admin_table_text(enum admin_table table)
{
	static const char *const texts[ADMIN_TABLES] = {
		[ADMIN_TABLE_ACCOUNT] = "account",
		[ADMIN_TABLE_ADDRESS] = "address",
		[ADMIN_TABLE_ANSWER] = "answer",
		[ADMIN_TABLE_OUTREACH] = "outreach",
		[ADMIN_TABLE_CONTACT] = "contact",
		[ADMIN_TABLE_MERGE] = "merge",
		[ADMIN_TABLE_NOTICE] = "notice",
		[ADMIN_TABLE_AUDIT] = "audit"
	};

	return texts[table];
}

/* False: as many as are wanted. */
static bool
gather(struct exporting *exporting, const void *row, size_t size,
    size_t most)
{
	exporting->size = size;
	buf_add(&exporting->rows, row, size);
	return ++exporting->count < most && !exporting->rows.failed;
}

static bool
gather_address(void *context, const char *address, uint64_t account)
{
	struct exporting *exporting = context;
	char row[ADDR_SIZE];

	if (account != exporting->account.id)
		return true;
	memset(row, 0, sizeof(row));
	snprintf(row, sizeof(row), "%s", address);
	return gather(exporting, row, sizeof(row), SIZE_MAX);
}

/* Rows of the moment a page ended at come again. */
static bool
is_behind(const struct admin_place *after, int64_t when, uint32_t n)
{
	return after == NULL || when > after->when || n > after->n;
}

static bool
gather_outreach(void *context, const struct outreach *row)
{
	struct exporting *exporting = context;

	if (!is_behind(exporting->export->after, row->sent_at, row->n))
		return true;
	return gather(exporting, row, sizeof(*row), exporting->export->most);
}

static bool
gather_contact(void *context, const struct ident *candidate,
    int64_t last_heard)
{
	struct exporting *exporting = context;
	struct contact row = { *candidate, last_heard };

	return gather(exporting, &row, sizeof(row), exporting->export->most);
}

static bool
gather_campaign(void *context, const struct merge_campaign *campaign)
{
	return gather(context, campaign, sizeof(*campaign), SIZE_MAX);
}

static bool
gather_notice(void *context, const struct store_notice *notice)
{
	struct exporting *exporting = context;

	if (notice->kind != STORE_NOTICE_USER ||
	    notice->account != exporting->account.id)
		return true;
	return gather(exporting, notice, sizeof(*notice), SIZE_MAX);
}

static bool
gather_audit(void *context, const struct store_audit *line)
{
	struct exporting *exporting = context;

	if (strcmp(line->user, exporting->account.user) != 0 ||
	    !is_behind(exporting->export->after, line->when, line->n))
		return true;
	return gather(exporting, line, sizeof(*line),
	    exporting->export->most);
}

static enum status
gather_table(struct store_txn *txn, struct exporting *exporting)
{
	const struct admin_place *after = exporting->export->after;
	const uint64_t id = exporting->account.id;
	int64_t from = after != NULL ? after->when - 1 : INT64_MIN;

	switch (exporting->export->table) {
	case ADMIN_TABLE_ADDRESS:
		return store_address_each(txn, false, gather_address,
		    exporting);
	case ADMIN_TABLE_ANSWER:
		return store_address_each(txn, true, gather_address,
		    exporting);
	case ADMIN_TABLE_OUTREACH:
		return store_outreach_window(txn, id, from, INT64_MAX,
		    gather_outreach, exporting);
	case ADMIN_TABLE_CONTACT:
		return store_contact_each(txn, id, after != NULL ?
		    &after->candidate : NULL, gather_contact, exporting);
	case ADMIN_TABLE_MERGE:
		return store_merge_each(txn, id, gather_campaign, exporting);
	case ADMIN_TABLE_NOTICE:
		return store_outbox_each(txn, gather_notice, exporting);
	case ADMIN_TABLE_AUDIT:
		return store_audit_each(txn, from, INT64_MAX, gather_audit,
		    exporting);
	case ADMIN_TABLE_ACCOUNT:
	case ADMIN_TABLES:
		break;
	}
	(void)gather(exporting, &exporting->account,
	    sizeof(exporting->account), SIZE_MAX);
	return STATUS_OK;
}

static enum status
export_body(struct store_txn *txn, void *argument)
{
	struct exporting *exporting = argument;
	enum status status;

	buf_clear(&exporting->rows);
	exporting->count = 0;
	status = admin_account(txn, exporting->name, &exporting->account);
	if (status == STATUS_OK)
		status = gather_table(txn, exporting);
	if (status == STATUS_OK && exporting->rows.failed)
		status = STATUS_NO_MEMORY;
	return status;
}

/* Room for a row of any table: out of bytes they are aligned again. */
union any {
	struct account		account;
	char			address[ADDR_SIZE];
	struct outreach		outreach;
	struct contact		contact;
	struct merge_campaign	campaign;
	struct store_notice	notice;
	struct store_audit	audit;
};

static void
fill_row(struct admin_row *row, const union any *any)
{
	switch (row->table) {
	case ADMIN_TABLE_ADDRESS:
	case ADMIN_TABLE_ANSWER:
		row->address = any->address;
		break;
	case ADMIN_TABLE_OUTREACH:
		row->outreach = &any->outreach;
		row->place.when = any->outreach.sent_at;
		row->place.n = any->outreach.n;
		break;
	case ADMIN_TABLE_CONTACT:
		row->place.candidate = any->contact.candidate;
		row->place.when = any->contact.last_heard;
		break;
	case ADMIN_TABLE_MERGE:
		row->campaign = &any->campaign;
		break;
	case ADMIN_TABLE_NOTICE:
		row->notice = &any->notice;
		break;
	case ADMIN_TABLE_AUDIT:
		row->audit = &any->audit;
		row->place.when = any->audit.when;
		row->place.n = any->audit.n;
		break;
	case ADMIN_TABLE_ACCOUNT:
	case ADMIN_TABLES:
		row->account = &any->account;
		break;
	}
}

static void
show(const struct exporting *exporting,
    void (*show_row)(void *, const struct admin_row *), void *context)
{
	struct admin_row row;
	union any any;
	size_t i;

	for (i = 0; i < exporting->count; i++) {
		memset(&row, 0, sizeof(row));
		row.table = exporting->export->table;
		memcpy(&any, exporting->rows.data + i * exporting->size,
		    exporting->size);
		fill_row(&row, &any);
		show_row(context, &row);
	}
}

enum status
admin_export(struct gate *gate, const struct admin_export *export,
    void (*row)(void *context, const struct admin_row *), void *context)
{
	struct exporting exporting = { .export = export };
	struct conf *conf = gate_conf(gate);
	enum status status;

	exporting.conf = conf;
	buf_init(&exporting.rows);
	status = admin_name(conf, export->user, exporting.name);
	if (status == STATUS_OK)
		status = store_view(gate->store, export_body, &exporting);
	if (status == STATUS_OK)
		show(&exporting, row, context);
	buf_release(&exporting.rows);
	conf_unref(conf);
	return status;
}
