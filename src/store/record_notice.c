/*
 * Notices in the outbox.
 *
 * Version 2: what it is, then how far its sending has come, then what is to be
 * told.
 *
 *	kind		1 byte
 *	written, next	8 each
 *	tries		4
 *	to a user	account, 8; the step
 *	to the postmaster	subject, text
 *
 * Version 1 was account and step alone, of a notice to a user nobody had tried
 * to send yet.
 */
#include "store/record_private.h"

#define NOTICE_VERSION	2

static void
put_step(struct record *row, const struct step *step)
{
	record_put_time(row, step->at);
	record_put_number(row, step->from, 1);
	record_put_number(row, step->to, 1);
	record_put_number(row, step->notice, 1);
	record_put_time(row, step->due);
	record_put_evidence(row, &step->window, &step->tally);
}

static void
take_step(struct record_reader *reader, struct step *step)
{
	step->at = record_take_time(reader);
	step->from = record_take_choice(reader, STANDING_RESTRICTED);
	step->to = record_take_choice(reader, STANDING_RESTRICTED);
	step->notice = record_take_choice(reader, NOTICE_HEADS_UP);
	step->due = record_take_time(reader);
	record_take_evidence(reader, &step->window, &step->tally);
}

void
record_notice(struct record *row, const struct store_notice *notice)
{
	record_start_row(row, NOTICE_VERSION);
	record_put_number(row, notice->kind, 1);
	record_put_time(row, notice->written);
	record_put_time(row, notice->next);
	record_put_number(row, notice->tries, 4);
	if (notice->kind == STORE_NOTICE_USER) {
		record_put_number(row, notice->account, 8);
		put_step(row, &notice->step);
	} else {
		record_put_text(row, notice->subject, sizeof(notice->subject));
		record_put_text(row, notice->text, sizeof(notice->text));
	}
}

enum status
record_read_notice(const void *bytes, size_t length,
    struct store_notice *notice)
{
	struct record_reader reader = record_read_row(bytes, length,
	    NOTICE_VERSION);

	notice->kind = STORE_NOTICE_USER;
	notice->next = 0;
	notice->tries = 0;
	if (reader.version >= 2) {
		notice->kind = record_take_choice(&reader,
		    STORE_NOTICE_POSTMASTER);
		notice->written = record_take_time(&reader);
		notice->next = record_take_time(&reader);
		notice->tries = record_take_number32(&reader);
	}
	if (notice->kind == STORE_NOTICE_USER) {
		notice->account = record_take_number(&reader, 8);
		take_step(&reader, &notice->step);
	} else {
		record_take_text(&reader, notice->subject,
		    sizeof(notice->subject));
		record_take_text(&reader, notice->text, sizeof(notice->text));
	}
	if (reader.version < 2)
		notice->written = notice->step.at;
	return record_finish(&reader);
}
