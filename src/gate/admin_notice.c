/*
 * Notices, for whoever wants to see what users get: a preview, and a mail that
 * shows that the server takes them.
 */
#include <string.h>

#include "gate/admin_private.h"
#include "gate/assess.h"
#include "notify/draft.h"

/* A server that does not answer holds a thread of the API's so long. */
#define TEST_PATIENCE	20	/* seconds */

static bool
find_kind(const char *text, enum notice *kind)
{
	int i;

	for (i = NOTICE_WARNING; i <= NOTICE_HEADS_UP; i++)
		if (strcmp(text, notice_text((enum notice)i)) == 0) {
			*kind = (enum notice)i;
			return true;
		}
	return false;
}

static void
make_context(struct gate *gate, const struct desk *desk,
    struct draft_context *context)
{
	struct conf *conf = gate_conf(gate);

	context->store = gate->store;
	context->key = &gate->key;
	context->desk = desk;
	context->rows.walk = assess_rows;
	context->now = clock_read(&gate->clock);
	context->mode = conf->mode;
	conf_unref(conf);
}

struct naming {
	const char	*name;
	struct account	 account;
};

static enum status
name_body(struct store_txn *txn, void *argument)
{
	struct naming *naming = argument;

	return admin_account(txn, naming->name, &naming->account);
}

/* By name, or by an address they send under. */
static enum status
preview(struct gate *gate, const struct desk *desk, enum notice kind,
    const char *user, struct buf *text)
{
	struct draft_context context;
	char name[CONF_USER_SIZE];
	struct naming naming = { .name = name };
	enum status status;

	make_context(gate, desk, &context);
	status = admin_name(desk->conf, user, name);
	if (status == STATUS_OK)
		status = store_view(gate->store, name_body, &naming);
	return status == STATUS_OK ? draft_preview(&context, kind,
	    naming.account.user, text) : status;
}

enum status
admin_notice_preview(struct gate *gate, const char *kind, const char *user,
    struct buf *text)
{
	enum status status = STATUS_LIMIT;
	struct desk *desk;
	enum notice notice;

	if (!find_kind(kind, &notice))
		return STATUS_MALFORMED;
	desk = gate_desk(gate);
	if (desk != NULL && desk->templates != NULL)
		status = preview(gate, desk, notice, user, text);
	desk_unref(desk);
	return status;
}

static enum mailer_result
send_test(const struct desk *desk, const struct draft *draft,
    struct buf *reply)
{
	struct mailer_mail mail = { draft->to, draft->mail.data,
	    draft->mail.length };
	struct mailer_server server;

	desk_server(desk, &server);
	server.patience = TEST_PATIENCE;
	return mailer_send(&server, &mail, NULL, reply);
}

enum status
admin_notice_test(struct gate *gate, const char *address,
    struct admin_notice_sent *sent)
{
	struct draft_context context;
	enum status status;
	struct addr addr;
	struct desk *desk;
	struct draft draft;

	sent->taken = false;
	buf_clear(&sent->reply);
	buf_clear(&sent->server);
	if (addr_parse(address, strlen(address), &addr) != STATUS_OK ||
	    addr_domain(&addr)[0] == '\0')
		return STATUS_MALFORMED;
	desk = gate_desk(gate);
	if (desk == NULL)
		return STATUS_LIMIT;
	draft_init(&draft);
	make_context(gate, desk, &context);
	buf_add_text(&sent->server, desk->conf->smtp_server);
	status = draft_test(&context, addr.text, &draft);
	if (status == STATUS_OK)
		sent->taken = send_test(desk, &draft, &sent->reply) ==
		    MAILER_SENT;
	if (status == STATUS_OK)
		log_write(gate->log, LOG_LEVEL_INFO, "notice: a test mail, "
		    "asked for: %s", sent->reply.data);
	draft_release(&draft);
	desk_unref(desk);
	return status;
}
