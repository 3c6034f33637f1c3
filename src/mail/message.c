/*
 * The facts of one message that are no field's: who sends, from where, to whom.
 * Its header is message_header.c's, its body message_body.c's, and what mail
 * servers found out about it message_result.c's.
 */
#include "mail/message.h"

#include <stdlib.h>
#include <string.h>

#include "mail/message_result.h"

/* Room for recipients that is kept from one transaction to the next. */
#define RECIPIENTS_KEPT		65536
#define RECIPIENTS_FIRST	512

void
message_init(struct message *message)
{
	memset(message, 0, sizeof(*message));
}

void
message_release(struct message *message)
{
	message_result_release(message);
	free(message->recipients);
	free(message->in_reply_to);
	free(message->references);
	free(message->digest_text);
	free(message->subject);
	free(message->topic);
	free(message->content_type);
	free(message->content_encoding);
	free(message->content_disposition);
	free(message->mime_version);
	free(message->failed_recipients);
	free(message->body);
	message_init(message);
}

/* Forgets everything but a moderate room for recipients. */
static void
forget(struct message *message)
{
	char *recipients = NULL;
	size_t capacity = 0;

	if (message->recipients_capacity <= RECIPIENTS_KEPT) {
		recipients = message->recipients;
		capacity = message->recipients_capacity;
		message->recipients = NULL;
	}
	message_release(message);
	message->recipients = recipients;
	message->recipients_capacity = capacity;
}

/*
 * A login is whatever the site's SASL says.  One that is no address (a
 * blank in it, too long) must not look as if nobody had logged in, or its
 * user would never be judged: it is kept with '?' for what cannot stand, and
 * cut.
 */
static void
take_login(struct message *message, const char *login)
{
	struct addr *addr = &message->login;
	char plain[ADDR_SIZE];
	unsigned char c;
	size_t i;

	if (addr_parse(login, strlen(login), addr) == STATUS_OK)
		return;
	for (i = 0; i < sizeof(plain) - 1 && login[i] != '\0'; i++) {
		c = (unsigned char)login[i];
		plain[i] = c <= 0x20 || c == 0x7f || strchr("\"<>@", c) != NULL
		    ? '?' : login[i];
	}
	(void)addr_parse(plain, i, addr);
}

enum status
message_begin(struct message *message, const struct message_origin *origin)
{
	enum status status;

	forget(message);
	message->internal = origin->internal;
	if (origin->login != NULL)
		take_login(message, origin->login);
	status = addr_parse_envelope(origin->sender, strlen(origin->sender),
	    &message->sender);
	if (status == STATUS_LIMIT)
		message->overflow = true;
	return status;
}

void
message_judged_by(struct message *message, const struct judge *judge)
{
	message->judge = judge;
}

/* Makes room for `more` bytes of recipients. */
static bool
reserve_recipients(struct message *message, size_t more)
{
	size_t need = message->recipients_length + more;
	size_t capacity = message->recipients_capacity;
	char *recipients;

	if (need <= capacity)
		return true;
	if (capacity == 0)
		capacity = RECIPIENTS_FIRST;
	while (capacity < need)
		capacity *= 2;
	recipients = realloc(message->recipients, capacity);
	if (recipients == NULL)
		return false;
	message->recipients = recipients;
	message->recipients_capacity = capacity;
	return true;
}

enum status
message_recipient(struct message *message, const char *recipient)
{
	enum status status;
	struct addr addr;

	status = addr_parse_envelope(recipient, strlen(recipient), &addr);
	if (status == STATUS_OK && addr.length == 0)
		status = STATUS_MALFORMED;
	if (status == STATUS_OK &&
	    message->recipient_count == MESSAGE_RECIPIENTS_MAX)
		status = STATUS_LIMIT;
	if (status == STATUS_LIMIT)
		message->overflow = true;
	if (status != STATUS_OK)
		return status;
	if (!reserve_recipients(message, addr.length + 1)) {
		message->no_memory = true;
		return STATUS_NO_MEMORY;
	}
	memcpy(message->recipients + message->recipients_length, addr.text,
	    addr.length + 1);
	message->recipients_length += addr.length + 1;
	message->recipient_count++;
	return STATUS_OK;
}

const char *
message_next_recipient(const struct message *message, const char *recipient)
{
	const char *end;

	if (message->recipients_length == 0)
		return NULL;
	if (recipient == NULL)
		return message->recipients;
	end = message->recipients + message->recipients_length;
	recipient += strlen(recipient) + 1;
	return recipient < end ? recipient : NULL;
}
