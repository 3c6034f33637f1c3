/*
 * The mail that users of a scenario write, handed to the gate as the MTA's door
 * would.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stage.h"

static bool
has_number(struct stage *stage, size_t number)
{
	size_t capacity = stage->candidate_count;
	struct stage_candidate *grown;

	if (number <= capacity)
		return true;
	if (number > STAGE_CANDIDATES_MAX) {
		buf_printf(&stage->problem, "at most %d candidates were "
		    "expected", STAGE_CANDIDATES_MAX);
		return false;
	}
	grown = realloc(stage->candidates, number * sizeof(*grown));
	if (grown == NULL) {
		buf_add_text(&stage->problem, "no memory");
		return false;
	}
	memset(&grown[capacity], 0, (number - capacity) * sizeof(*grown));
	stage->candidates = grown;
	stage->candidate_count = number;
	return true;
}

static bool
add_candidates(struct message *message, size_t first, size_t last)
{
	char address[STAGE_NAME_SIZE];
	size_t number;

	for (number = first; number <= last; number++) {
		snprintf(address, sizeof(address),
		    "<candidate%zu@outside.example>", number);
		if (message_recipient(message, address) != STATUS_OK)
			return false;
	}
	return true;
}

static void
note_accepted(struct stage *stage, const struct stage_message *what)
{
	struct stage_candidate *candidate;
	size_t number;

	stage->accepted++;
	if (what->address[0] != '\0')
		return;
	for (number = what->first; number <= what->last; number++) {
		candidate = &stage->candidates[number - 1];
		memcpy(candidate->user, what->user, sizeof(candidate->user));
		memcpy(candidate->message_id, what->message_id,
		    sizeof(candidate->message_id));
		memcpy(candidate->subject, what->subject,
		    sizeof(candidate->subject));
		candidate->replied = false;
	}
}

static enum verdict_action
ask(struct stage *stage, const struct message *message, enum gate_stage when,
    enum gate_wish *wish)
{
	struct gate_verdict verdict;
	enum verdict_action action;

	gate_check(&stage->gate, stage->gate.conf, message, when, &verdict);
	action = verdict.action;
	*wish = verdict.wish;
	if (action == VERDICT_REFUSE) {
		buf_clear(&stage->refusal);
		buf_add_text(&stage->refusal, verdict.text.data);
	}
	gate_verdict_release(&verdict);
	return action;
}

/*
 * As the MTA's door does it: asked at DATA when it may be bulk, before there is
 * a header, then at the end of that, then at the end, with the body where that
 * is wanted.
 */
static void
hand_over(struct stage *stage, struct message *message,
    const struct stage_message *what, const char *from)
{
	enum verdict_action action = VERDICT_ACCEPT;
	enum gate_wish wish;

	if (gate_may_be_bulk(stage->gate.conf, message))
		action = ask(stage, message, GATE_STAGE_DATA, &wish);
	if (action == VERDICT_ACCEPT) {
		message_header(message, "From", from);
		message_header(message, "Message-ID", what->message_id);
		message_header(message, "Subject", what->subject);
		action = ask(stage, message, GATE_STAGE_HEADER, &wish);
		if (wish == GATE_WISH_BODY)
			(void)message_body(message, what->text,
			    strlen(what->text));
	}
	if (action == VERDICT_ACCEPT)
		action = ask(stage, message, GATE_STAGE_END, &wish);
	if (action == VERDICT_ACCEPT)
		note_accepted(stage, what);
	else if (action == VERDICT_REFUSE)
		stage->refused++;
	else
		stage->tempfailed++;
}

static bool
send_message(struct stage *stage, const struct stage_message *what)
{
	char sender[STAGE_NAME_SIZE + 16];
	struct message_origin origin = { .login = what->user,
		.sender = sender };
	struct message message;
	bool ok;

	snprintf(sender, sizeof(sender), "<%s@example.com>", what->user);
	message_init(&message);
	ok = message_begin(&message, &origin) == STATUS_OK;
	if (ok && what->address[0] != '\0')
		ok = message_recipient(&message, what->address) == STATUS_OK;
	else if (ok)
		ok = add_candidates(&message, what->first, what->last);
	if (ok)
		hand_over(stage, &message, what, sender);
	else
		buf_add_text(&stage->problem, "an envelope was expected; it "
		    "was not taken");
	message_release(&message);
	return ok;
}

static void
new_message(struct stage *stage, const char *user, size_t first, size_t last)
{
	struct stage_message *message = &stage->message;

	memset(message, 0, sizeof(*message));
	snprintf(message->user, sizeof(message->user), "%s", user);
	snprintf(message->message_id, sizeof(message->message_id),
	    "<%zu.%.40s@example.com>", ++stage->messages, user);
	snprintf(message->subject, sizeof(message->subject),
	    "Position %zu", stage->messages);
	message->first = first;
	message->last = last;
}

static void
begin_writing(struct stage *stage)
{
	stage->accepted = stage->refused = stage->tempfailed = 0;
}

static bool
write_one_to_one(struct stage *stage, const char *user, size_t first,
    size_t last, enum stage_manner manner)
{
	size_t number;

	for (number = first; number <= last; number++) {
		if (number > first && !stage_advance(stage,
		    stage_time(stage, stage->now) + CLOCK_MINUTE))
			return false;
		new_message(stage, user, number, number);
		stage_letter(manner, number, stage->message.text);
		if (!send_message(stage, &stage->message))
			return false;
	}
	return true;
}

/* Each candidate in a transaction of their own, under one Message-ID. */
static bool
write_split(struct stage *stage, const char *user, size_t first, size_t last)
{
	struct stage_message part;
	size_t number;

	new_message(stage, user, first, last);
	for (number = first; number <= last; number++) {
		part = stage->message;
		part.first = part.last = number;
		if (!send_message(stage, &part))
			return false;
	}
	return true;
}

bool
stage_write(struct stage *stage, const char *user, size_t first, size_t last,
    enum stage_manner manner)
{
	bool ok;

	if (first == 0) {
		first = stage->candidate_count + 1;
		last = stage->candidate_count + last;
	}
	if (!has_number(stage, last))
		return false;
	begin_writing(stage);
	if (manner == STAGE_SPLIT)
		ok = write_split(stage, user, first, last);
	else if (manner == STAGE_IN_ONE_MESSAGE) {
		new_message(stage, user, first, last);
		ok = send_message(stage, &stage->message);
	} else
		ok = write_one_to_one(stage, user, first, last, manner);
	if (ok && stage->accepted > 0) {
		stage->them_first = first;
		stage->them_last = last;
	}
	return ok;
}

bool
stage_write_to(struct stage *stage, const char *user, const char *address)
{
	begin_writing(stage);
	new_message(stage, user, 0, 0);
	snprintf(stage->message.address, sizeof(stage->message.address),
	    "%s", address);
	return send_message(stage, &stage->message);
}

bool
stage_write_again(struct stage *stage)
{
	if (stage->messages == 0) {
		buf_add_text(&stage->problem, "a message was expected; nobody "
		    "has written one yet");
		return false;
	}
	begin_writing(stage);
	return send_message(stage, &stage->message);
}
