#include "merge_fixture.h"

#include <stdio.h>
#include <string.h>

#include "test.h"

static void
fill(struct message *message, const struct sending *sending)
{
	const struct message_origin origin = { sending->login, sending->login,
		false };
	size_t i;

	message_init(message);
	ck_assert_int_eq(message_begin(message, &origin), STATUS_OK);
	for (i = 0; i < 4 && sending->recipients[i] != NULL; i++)
		ck_assert_int_eq(message_recipient(message,
		    sending->recipients[i]), STATUS_OK);
	message_header(message, "Message-ID", sending->message_id);
	message_header(message, "Content-Type", "text/plain; charset=utf-8");
}

/* The body goes only where it is wanted. */
enum verdict_action
hand_over(struct fixture *f, const struct sending *sending,
    enum gate_wish *wish)
{
	struct message message;

	fill(&message, sending);
	gate_verdict_release(&f->verdict);
	gate_check(&f->gate, f->conf, &message, GATE_STAGE_HEADER,
	    &f->verdict);
	*wish = f->verdict.wish;
	if (f->verdict.action == VERDICT_ACCEPT) {
		if (*wish == GATE_WISH_BODY && sending->text != NULL)
			ck_assert_int_eq(message_body(&message, sending->text,
			    strlen(sending->text)), STATUS_OK);
		gate_verdict_release(&f->verdict);
		gate_check(&f->gate, f->conf, &message, GATE_STAGE_END,
		    &f->verdict);
	}
	message_release(&message);
	return f->verdict.action;
}

enum verdict_action
send_text(struct fixture *f, unsigned n, const char *text)
{
	char id[64], to[64];
	const struct sending sending = { ALICE, id, { to }, text };
	enum gate_wish wish;

	snprintf(id, sizeof(id), "<letter%u@local.test>", n);
	snprintf(to, sizeof(to), "<c%u@outside.test>", n);
	f->now += CLOCK_MINUTE;
	return hand_over(f, &sending, &wish);
}

enum verdict_action
send_merge(struct fixture *f, unsigned n)
{
	char text[MERGE_LETTER_SIZE];

	merge_letter(n, text);
	return send_text(f, n, text);
}

enum verdict_action
send_personal(struct fixture *f, unsigned n)
{
	char text[MERGE_LETTER_SIZE];

	personal_letter(n, text);
	return send_text(f, n, text);
}

static bool
count_row(void *context, const struct outreach *row)
{
	struct merge_rows *flags = context;

	if (row->sent_at < flags->from)
		return true;
	flags->rows++;
	flags->merge += (row->flags & OUTREACH_MERGE) != 0;
	flags->bulk += (row->flags & OUTREACH_BULK) != 0;
	flags->lengths += row->length > 500;
	return true;
}

static enum status
count_rows(struct store_txn *txn, void *argument)
{
	struct merge_rows *flags = argument;

	flags->rows = flags->merge = flags->bulk = flags->lengths = 0;
	return store_outreach_window(txn, 1, 0, CLOCK_LATEST, count_row,
	    flags);
}

struct merge_rows
rows_since(struct fixture *f, int64_t from)
{
	struct merge_rows flags = { .from = from };

	ck_assert_int_eq(store_view(f->store, count_rows, &flags), STATUS_OK);
	return flags;
}

void
check_rows(struct fixture *f, const char *what, int64_t from, unsigned rows,
    unsigned merge)
{
	struct merge_rows flags = rows_since(f, from);

	ck_assert_msg(flags.rows == rows && flags.merge == merge,
	    "%s: %u rows, %u of a merge; want %u, %u", what, flags.rows,
	    flags.merge, rows, merge);
}

void
send_merges(struct fixture *f, unsigned first, unsigned last)
{
	unsigned n;

	for (n = first; n <= last; n++)
		ck_assert_msg(send_merge(f, n) == VERDICT_ACCEPT,
		    "letter %u", n);
}
