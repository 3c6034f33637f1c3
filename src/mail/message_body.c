/*
 * The beginning of a message's body, kept as it came: only reports are read
 * there, and theirs is short.
 */
#include "mail/message.h"

#include <stdlib.h>
#include <string.h>

#define BODY_FIRST	16384	/* bytes; few reports take more */

/* Room for `need` bytes and a NUL. */
static bool
reserve_body(struct message *message, size_t need)
{
	size_t capacity = message->body_capacity;
	char *body;

	if (need < capacity)
		return true;
	if (capacity == 0)
		capacity = BODY_FIRST;
	while (capacity <= need)
		capacity *= 2;
	body = realloc(message->body, capacity);
	if (body == NULL)
		return false;
	message->body = body;
	message->body_capacity = capacity;
	return true;
}

enum status
message_body(struct message *message, const void *bytes, size_t length)
{
	size_t room = MESSAGE_BODY_MAX - message->body_length;

	if (length > room) {
		length = room;
		message->body_cut = true;
	}
	if (length > 0) {
		if (!reserve_body(message, message->body_length + length)) {
			message->no_memory = true;
			return STATUS_NO_MEMORY;
		}
		memcpy(message->body + message->body_length, bytes, length);
		message->body_length += length;
		message->body[message->body_length] = '\0';
	}
	return message->body_cut ? STATUS_LIMIT : STATUS_OK;
}
