/*
 * GET /v1/why: what is known of one message.  POST /v1/credit and /v1/uncredit:
 * an administrator says that it was answered, or was not.
 */
#include "front/api_verbs.h"

#include <jansson.h>

#include "front/api_change.h"
#include "front/api_json.h"
#include "gate/admin.h"

/* An answer about a message bears "message_id": nobody mistakes it then for
 * one about the path. */
static void
answer_about(struct api_answer *answer, unsigned code, const char *message_id,
    const char *error)
{
	api_json_answer(answer, code, json_pack("{s:s, s:o}", "error", error,
	    "message_id", api_json_text(message_id)));
}

static void
answer_malformed(struct api_answer *answer)
{
	api_answer_error(answer, 400, "wrong \"message_id\" or \"candidate\"; "
	    "expected a Message-ID, and an address or none");
}

static void
answer_unknown(struct api_answer *answer, const char *message_id)
{
	answer_about(answer, 404, message_id, "no outreach to this candidate, "
	    "or to anybody, went out under this Message-ID, or it was sent too "
	    "long ago");
}

/*
 * Why
 */

struct answering {
	json_t			*rows;
	const struct ident	*candidate;	/* NULL: everybody */
	struct ident		 message;
	bool			 failed;
};

static bool
why_row(void *context, const struct admin_trace *trace)
{
	struct answering *answering = context;

	if (answering->candidate != NULL && !ident_equal(answering->candidate,
	    &trace->outreach.candidate))
		return true;
	answering->message = trace->outreach.message;
	answering->failed = json_array_append_new(answering->rows,
	    api_json_trace(trace)) != 0;
	return !answering->failed;
}

static void
answer_why(struct api_answer *answer, const struct answering *answering,
    const char *message_id)
{
	char message[IDENT_TEXT_SIZE];

	if (answering->failed)
		api_answer_failure(answer, STATUS_NO_MEMORY);
	else if (json_array_size(answering->rows) == 0)
		answer_unknown(answer, message_id);
	else
		api_json_answer(answer, 200, json_pack("{s:s, s:O}",
		    "message", ident_format(&answering->message, message),
		    "outreach", answering->rows));
}

void
api_why(const struct api_request *request, struct api_answer *answer)
{
	const char *message_id = request->argument(request->context,
	    "message_id");
	const char *candidate = request->argument(request->context,
	    "candidate");
	struct answering answering = { .rows = json_array() };
	struct ident ident;
	enum status status = STATUS_OK;

	if (message_id == NULL)
		status = STATUS_MALFORMED;
	else if (answering.rows == NULL)
		status = STATUS_NO_MEMORY;
	else if (candidate != NULL) {
		answering.candidate = &ident;
		status = admin_candidate(request->gate, candidate, &ident);
	}
	if (status == STATUS_OK)
		status = admin_why(request->gate, message_id, why_row,
		    &answering);
	if (status == STATUS_OK)
		answer_why(answer, &answering, message_id);
	else if (status == STATUS_MALFORMED)
		answer_malformed(answer);
	else if (status == STATUS_NOT_FOUND)
		answer_unknown(answer, message_id);
	else
		api_answer_failure(answer, status);
	json_decref(answering.rows);
}

/*
 * Credit, uncredit
 */

/* False: the body is not what it should be, and the answer says why. */
static bool
read_correction(json_t *json, struct admin_correction *correction,
    struct api_answer *answer)
{
	const char *reason = NULL;

	if (json_unpack_ex(json, NULL, JSON_STRICT,
	    "{s:s, s?s, s:s}", "message_id", &correction->message_id,
	    "candidate", &correction->candidate, "reason", &reason) != 0) {
		api_answer_error(answer, 400, "expected an object of texts: "
		    "\"message_id\", \"reason\", and \"candidate\" where there "
		    "are several");
		return false;
	}
	correction->reason = reason;
	return api_change_reason(reason, answer);
}

static void
answer_correction(struct api_answer *answer,
    const struct admin_correction *correction, enum status status,
    const struct admin_trace *trace)
{
	switch (status) {
	case STATUS_OK:
		api_json_answer(answer, 200, api_json_trace(trace));
		break;
	case STATUS_MALFORMED:
		answer_malformed(answer);
		break;
	case STATUS_NOT_FOUND:
		answer_unknown(answer, correction->message_id);
		break;
	case STATUS_LIMIT:
		answer_about(answer, 409, correction->message_id,
		    "it went to several candidates; name one");
		break;
	case STATUS_CONFLICT:
		answer_about(answer, 409, correction->message_id,
		    correction->answered ? "it counts as answered already" :
		    "it does not count as answered");
		break;
	case STATUS_UNCERTAIN:
		api_answer_error(answer, 503, "it may or may not have been "
		    "done; why tells");
		break;
	default:
		api_answer_failure(answer, status);
	}
}

static void
correct(const struct api_request *request, struct api_answer *answer,
    bool answered)
{
	struct admin_correction correction = { .answered = answered };
	char actor[API_SOCKET_PEER_SIZE];
	struct admin_trace trace;
	json_t *json;

	if (!api_change_actor(request, actor, answer))
		return;
	correction.actor = actor;
	json = api_change_body(request);
	if (read_correction(json, &correction, answer))
		answer_correction(answer, &correction,
		    admin_correct(request->gate, &correction, &trace), &trace);
	json_decref(json);
}

void
api_credit(const struct api_request *request, struct api_answer *answer)
{
	correct(request, answer, true);
}

void
api_uncredit(const struct api_request *request, struct api_answer *answer)
{
	correct(request, answer, false);
}
