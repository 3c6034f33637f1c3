#include "inbound_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/candidate.h"
#include "gate/contact.h"
#include "mail/phrase.h"
#include "test.h"

/* What mail here is judged by beside its header. */
static const char phrases[] =
    "out of office\n"
    "@automatic\n"
    "this is an automatic reply\n";

static struct judge *
make_judge(void)
{
	struct phrase_table *table;
	struct judge *judge;
	struct buf why;

	buf_init(&why);
	ck_assert_msg(phrase_table_parse(&table, phrases, sizeof(phrases) - 1,
	    &why) == STATUS_OK, "%s", why.data);
	buf_release(&why);
	judge = judge_new(table);
	ck_assert_ptr_nonnull(judge);
	return judge;
}

static void
add_recipients(struct message *message, const char *to)
{
	char *room = strdup(to), *rest = room, *word;

	ck_assert_ptr_nonnull(room);
	while ((word = strsep(&rest, " ")) != NULL)
		ck_assert_int_eq(message_recipient(message, word), STATUS_OK);
	free(room);
}

static void
add_fields(struct message *message, const char *fields)
{
	char *room = strdup(fields), *rest = room, *line, *value;

	ck_assert_ptr_nonnull(room);
	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
		value = strchr(line, ':');
		ck_assert_msg(value != NULL, "no field: %s", line);
		*value++ = '\0';
		value += strspn(value, " ");
		message_header(message, line, value);
	}
	free(room);
}

static void
begin(struct message *message, const struct inbound_mail *mail,
    const char *login, const struct judge *judge)
{
	const struct message_origin origin = { login, mail->sender, false };

	message_init(message);
	ck_assert_int_eq(message_begin(message, &origin), STATUS_OK);
	message_judged_by(message, judge);
	add_recipients(message, mail->to);
	add_fields(message, mail->fields);
}

static enum gate_wish
ask(struct fixture *f, const struct message *message, enum gate_stage stage)
{
	gate_verdict_release(&f->verdict);
	gate_check(&f->gate, f->conf, message, stage, &f->verdict);
	return f->verdict.wish;
}

enum verdict_action
inbound_send(struct fixture *f, const struct inbound_mail *mail,
    const char *login)
{
	struct message message;

	begin(&message, mail, login, NULL);
	ck_assert_int_ne(ask(f, &message, GATE_STAGE_HEADER),
	    GATE_WISH_NOTHING);
	(void)ask(f, &message, GATE_STAGE_END);
	message_release(&message);
	return f->verdict.action;
}

enum gate_wish
inbound_deliver(struct fixture *f, const struct inbound_mail *mail,
    bool staged)
{
	struct judge *judge = make_judge();
	struct message message;
	enum gate_wish wish = GATE_WISH_BODY;

	begin(&message, mail, NULL, judge);
	if (staged)
		wish = ask(f, &message, GATE_STAGE_HEADER);
	ck_assert_int_eq(f->verdict.action, VERDICT_ACCEPT);
	if (wish >= GATE_WISH_OPENING && mail->body != NULL)
		ck_assert_int_eq(message_body(&message, mail->body,
		    strlen(mail->body)), STATUS_OK);
	if (wish != GATE_WISH_NOTHING)
		(void)ask(f, &message, GATE_STAGE_END);
	ck_assert_int_eq(f->verdict.action, VERDICT_ACCEPT);
	message_release(&message);
	judge_unref(judge);
	return wish;
}

/*
 * Looking
 */

struct looking {
	struct fixture	*f;
	int		 message;
	struct buf	*text;
	char		 rows[10][64];	/* by candidate */
};

static struct ident
ident_of(const struct fixture *f, enum ident_purpose purpose,
    const char *text)
{
	return ident_make(&f->gate.key, purpose, text, strlen(text));
}

static int
candidate_number(const struct fixture *f, const struct ident *ident)
{
	char address[32];
	struct ident candidate;
	int i;

	for (i = 1; i < 10; i++) {
		snprintf(address, sizeof(address), "c%d@outside.test", i);
		candidate = ident_of(f, IDENT_CANDIDATE, address);
		if (ident_equal(&candidate, ident))
			return i;
	}
	return 0;
}

static void
describe(const struct outreach *row, struct buf *text)
{
	static const char *const matches[] = { "", "message-id",
		"other-address", "pair", "credited" };

	if (row->answered_at != 0)
		buf_printf(text, "+%s", matches[row->match]);
	if (row->bounced_at != 0)
		buf_add_text(text, "+bounced");
	if (row->automatic_at != 0)
		buf_printf(text, "+%s", row->automatic_rule);
	if (row->flags & OUTREACH_READ)
		buf_add_text(text, "+read");
	if (row->flags & OUTREACH_COMPLAINT)
		buf_add_text(text, "+complaint");
}

static bool
look_row(void *context, const struct outreach *row)
{
	struct looking *looking = context;
	int number = candidate_number(looking->f, &row->candidate);
	struct buf text;

	buf_init(&text);
	describe(row, &text);
	snprintf(looking->rows[number], sizeof(looking->rows[number]), "%s",
	    text.data);
	buf_release(&text);
	return true;
}

static enum status
look_body(struct store_txn *txn, void *argument)
{
	struct looking *looking = argument;
	char id[32];
	struct ident ident;

	memset(looking->rows, 0, sizeof(looking->rows));
	snprintf(id, sizeof(id), "m%d@local.test", looking->message);
	ident = ident_of(looking->f, IDENT_MESSAGE, id);
	return store_outreach_by_message(txn, &ident, look_row, looking);
}

void
inbound_changes(struct fixture *f, struct buf *text)
{
	struct looking looking = { .f = f, .text = text };
	int i;

	buf_clear(text);
	for (looking.message = 1; looking.message < 10; looking.message++) {
		ck_assert_int_eq(store_view(f->store, look_body, &looking),
		    STATUS_OK);
		for (i = 0; i < 10; i++)
			if (looking.rows[i][0] != '\0')
				buf_printf(text, "%sm%d/c%d=%s",
				    text->length > 0 ? " " : "",
				    looking.message, i, looking.rows[i] + 1);
	}
}

struct knowing {
	struct fixture	*f;
	const char	*own, *outside;
	bool		 known;
};

static enum status
know_body(struct store_txn *txn, void *argument)
{
	struct knowing *knowing = argument;
	struct fixture *f = knowing->f;
	const struct ident candidate = candidate_ident(&f->gate.key,
	    knowing->outside);
	uint64_t account = 0;
	enum status status;

	status = store_address_get(txn, knowing->own, &account);
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	return contact_is_known(txn, account, contact_owner_of_address(
	    &f->gate.key, f->conf, knowing->own), &candidate,
	    &knowing->known);
}

bool
inbound_is_contact(struct fixture *f, const char *own, const char *outside)
{
	struct knowing knowing = { .f = f, .own = own, .outside = outside };

	ck_assert_int_eq(store_view(f->store, know_body, &knowing),
	    STATUS_OK);
	return knowing.known;
}
