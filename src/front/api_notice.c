/*
 * GET /v1/notice: what a user would be told now.  POST /v1/notice/test: a mail
 * to an address, at once, and what the server said to it.
 */
#include "front/api_verbs.h"

#include <jansson.h>

#include "front/api_change.h"
#include "front/api_json.h"
#include "front/api_near.h"
#include "gate/admin.h"

static void
answer_off(struct api_answer *answer)
{
	api_answer_error(answer, 409, "notices are off; expected notices = "
	    "true in the configuration");
}

void
api_notice(const struct api_request *request, struct api_answer *answer)
{
	const char *kind = request->argument(request->context, "kind");
	const char *user = request->argument(request->context, "user");
	enum status status = STATUS_MALFORMED;
	struct buf text;

	buf_init(&text);
	if (kind != NULL && user != NULL)
		status = admin_notice_preview(request->gate, kind, user,
		    &text);
	if (status == STATUS_OK)
		api_json_answer(answer, 200, json_pack("{s:o, s:o, s:o}",
		    "kind", api_json_text(kind), "user", api_json_text(user),
		    "text", api_json_text(text.data)));
	else if (status == STATUS_MALFORMED)
		api_answer_error(answer, 400, "wrong \"kind\" or \"user\"; "
		    "expected warning, restricted, extended, released, "
		    "recovered or heads-up, and a user's name");
	else if (status == STATUS_NOT_FOUND)
		api_near_answer(request->gate, user, answer);
	else if (status == STATUS_LIMIT)
		answer_off(answer);
	else
		api_answer_failure(answer, status);
	buf_release(&text);
}

static void
answer_test(struct api_answer *answer, const struct admin_notice_sent *sent)
{
	api_json_answer(answer, 200, json_pack("{s:b, s:o, s:o}",
	    "taken", (int)sent->taken,
	    "server", api_json_text(sent->server.data),
	    "reply", api_json_text(sent->reply.data)));
}

void
api_notice_test(const struct api_request *request, struct api_answer *answer)
{
	json_t *json = api_change_body(request);
	enum status status = STATUS_MALFORMED;
	struct admin_notice_sent sent;
	const char *address = NULL;

	buf_init(&sent.reply);
	buf_init(&sent.server);
	if (json_unpack_ex(json, NULL, JSON_STRICT, "{s:s}", "address",
	    &address) == 0)
		status = admin_notice_test(request->gate, address, &sent);
	if (status == STATUS_OK)
		answer_test(answer, &sent);
	else if (status == STATUS_MALFORMED)
		api_answer_error(answer, 400, address == NULL ? "expected an "
		    "object with an \"address\"" : "wrong \"address\"; "
		    "expected one like name@example.com");
	else if (status == STATUS_LIMIT)
		answer_off(answer);
	else
		api_answer_failure(answer, status);
	buf_release(&sent.server);
	buf_release(&sent.reply);
	json_decref(json);
}
