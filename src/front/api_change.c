/*
 * What the verbs that change something have in common.
 */
#include "front/api_change.h"

#include <jansson.h>
#include <string.h>

#include "base/clock.h"
#include "gate/admin.h"

bool
api_change_actor(const struct api_request *request,
    char actor[API_SOCKET_PEER_SIZE], struct api_answer *answer)
{
	if (api_socket_peer(request->fd, actor))
		return true;
	api_answer_error(answer, 403, "the socket does not say who asks; a "
	    "change needs to know");
	return false;
}

/* Of one line: the audit log is read on terminals. */
static bool
is_printable(const char *text)
{
	const unsigned char *c = (const unsigned char *)text;

	for (; *c != '\0'; c++)
		if (*c < ' ' || *c == 0x7f ||
		    (*c == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0))
			return false;
	return true;
}

bool
api_change_is_line(const char *text)
{
	return *text != '\0' && strlen(text) <= ADMIN_REASON_MAX &&
	    is_printable(text);
}

bool
api_change_reason(const char *reason, struct api_answer *answer)
{
	if (api_change_is_line(reason))
		return true;
	api_answer_error(answer, 400, "wrong reason; expected a printable "
	    "text of 1 to %d bytes", ADMIN_REASON_MAX);
	return false;
}

json_t *
api_change_body(const struct api_request *request)
{
	return json_loadb(request->body, request->length,
	    JSON_REJECT_DUPLICATES, NULL);
}

bool
api_change_until(const char *text, int64_t *until, struct api_answer *answer)
{
	*until = 0;
	if (text == NULL || clock_parse(text, until) == STATUS_OK)
		return true;
	api_answer_error(answer, 400, "wrong \"until\"; expected a time like "
	    "2026-02-01T00:00:00Z");
	return false;
}
