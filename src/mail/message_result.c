/*
 * What mail servers found out about a message, kept as it came, from the top
 * of the header down, each with the number of Received fields above it.
 *
 * A field past its bound keeps its place, without its value: were it left
 * out, one that stands below it would take that place, and be believed for
 * it.  No overflow here: servers of others write such fields too, and what
 * they say is no evidence anyway.
 */
#include "mail/message_result.h"

#include <stdlib.h>
#include <string.h>

#include "mail/message.h"

void
message_result_take(struct message *message, const char *value)
{
	struct message_result *result;

	if (message->result_count == MESSAGE_RESULTS_MAX)
		return;
	result = &message->results[message->result_count++];
	result->hops = message->hops;
	if (strnlen(value, MESSAGE_RESULT_MAX + 1) > MESSAGE_RESULT_MAX)
		return;
	result->value = strdup(value);
	if (result->value == NULL)
		message->no_memory = true;
}

void
message_result_hop(struct message *message, const char *value)
{
	(void)value;
	message->hops++;
}

void
message_result_release(struct message *message)
{
	while (message->result_count > 0)
		free(message->results[--message->result_count].value);
}
