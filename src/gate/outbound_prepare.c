/*
 * One outbound message, before the store is asked: who sends, under which
 * Message-ID, to which candidates, and whether there is a letter to compare.
 *
 * Who sends: the login, else the envelope sender; the users file may map
 * either to a user.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/outbound_private.h"
#include "gate/topic.h"

/* The right part of a Message-ID we make for a sender without a domain. */
#define MESSAGE_ID_DOMAIN	"replygate.invalid"

static void
find_user(struct outbound *out)
{
	struct addr name = out->message->login.length > 0 ?
	    out->message->login : out->message->sender;
	const char *user;

	addr_strip_detail(&name);
	conf_user(out->conf, name.text, &user);
	out->user_is_address = out->message->login.length == 0 &&
	    user == name.text;
	snprintf(out->user, sizeof(out->user), "%s", user);
}

/*
 * The Message-ID of a message that has none is made from what the sender
 * wrote in its header, keyed: the same message sent again, or split by its
 * client, gets the same one.  Without a Date two messages may well be alike,
 * and the queue ID tells them apart.
 */
static enum status
make_message_id(struct outbound *out)
{
	const struct message *message = out->message;
	const char *domain = addr_domain(&message->sender);
	char hex[IDENT_TEXT_SIZE];
	struct ident ident;
	struct buf text;

	buf_init(&text);
	buf_printf(&text, "%s\n%s\n", out->user, message->sender.text);
	if (!message->has_date)
		buf_printf(&text, "%s\n", message->queue_id);
	buf_add(&text, message->digest_text, message->digest_length);
	if (text.failed) {
		buf_release(&text);
		return STATUS_NO_MEMORY;
	}
	ident = ident_make(&out->gate->key, IDENT_NEW_MESSAGE_ID, text.data,
	    text.length);
	buf_clear(&text);
	buf_printf(&text, "<%s@%s>", ident_format(&ident, hex),
	    domain[0] != '\0' ? domain : MESSAGE_ID_DOMAIN);
	out->message_id = buf_detach(&text);
	return out->message_id == NULL ? STATUS_NO_MEMORY : STATUS_OK;
}

static enum status
find_message_ident(struct outbound *out)
{
	const char *text = out->message->message_id.text;
	size_t length = out->message->message_id.length;
	enum status status;

	if (length == 0 && out->named) {
		status = make_message_id(out);
		if (status != STATUS_OK)
			return status;
		text = out->message_id + 1;
		length = strlen(text) - 1;
	}
	out->message_ident = ident_make(&out->gate->key, IDENT_MESSAGE, text,
	    length);
	/* One that cannot be read stays: a message may have only one. */
	if (out->message->has_message_id) {
		free(out->message_id);
		out->message_id = NULL;
	}
	return STATUS_OK;
}

enum status
outbound_prepare(struct outbound *out)
{
	enum status status;

	find_user(out);
	status = outbound_collect_candidates(out);
	if (status != STATUS_OK)
		return status;
	/* Nobody outside: who only looks need look no further. */
	if (out->candidate_count == 0 && !out->record)
		return STATUS_OK;
	if (out->record && out->candidate_count > 0)
		out->topic = topic_ident(&out->gate->key,
		    out->message->subject, NULL);
	status = find_message_ident(out);
	return status == STATUS_OK ? outbound_read_letter(out) : status;
}

void
outbound_release(struct outbound *out)
{
	free(out->candidates);
	out->candidates = NULL;
	free(out->message_id);
	out->message_id = NULL;
	free(out->merge);
	out->merge = NULL;
}
