/*
 * What an administrator says of a standing, and of a candidate who is to be
 * forgotten.
 *
 *	POST /v1/pardon		{"user", "reason"}
 *	POST /v1/restrict	{"user", "reason", "until"}
 *	POST /v1/exempt		{"user", "reason", "until"}
 *	POST /v1/exempt/end	{"user", "reason"}
 *	POST /v1/forget		{"address", "reason"}
 */
#include "front/api_verbs.h"

#include <jansson.h>

#include "front/api_change.h"
#include "front/api_json.h"
#include "front/api_near.h"
#include "gate/admin.h"

/*
 * Standings
 */

static bool
takes_until(enum admin_act_kind kind)
{
	return kind == ADMIN_RESTRICT || kind == ADMIN_EXEMPT;
}

/* False: the body is not what it should be, and the answer says why. */
static bool
read_act(json_t *json, struct admin_act *act, struct api_answer *answer)
{
	const char *until = NULL;
	int code;

	if (takes_until(act->kind))
		code = json_unpack_ex(json, NULL, JSON_STRICT,
		    "{s:s, s:s, s?s}", "user", &act->user, "reason",
		    &act->reason, "until", &until);
	else
		code = json_unpack_ex(json, NULL, JSON_STRICT, "{s:s, s:s}",
		    "user", &act->user, "reason", &act->reason);
	if (code != 0) {
		api_answer_error(answer, 400, "expected an object of texts: "
		    "\"user\", \"reason\"%s", takes_until(act->kind) ?
		    ", and \"until\" where it is to end" : "");
		return false;
	}
	return api_change_reason(act->reason, answer) &&
	    api_change_until(until, &act->until, answer);
}

/* An answer about a user bears "user", one about an address "address". */
static void
answer_about(struct api_answer *answer, unsigned code, const char *what,
    const char *name, const char *error)
{
	api_json_answer(answer, code, json_pack("{s:s, s:o}", "error", error,
	    what, api_json_text(name)));
}

static void
answer_act(const struct api_request *request, struct api_answer *answer,
    const struct admin_act *act, enum status status,
    const struct admin_user *user)
{
	switch (status) {
	case STATUS_OK:
		api_json_answer(answer, 200, api_json_user(user));
		break;
	case STATUS_NOT_FOUND:
		api_near_answer(request->gate, act->user, answer);
		break;
	case STATUS_MALFORMED:
		api_answer_error(answer, 400, "wrong \"until\"; expected a "
		    "time to come");
		break;
	case STATUS_CONFLICT:
		answer_about(answer, 409, "user", act->user,
		    act->kind == ADMIN_RESTRICT ? "an exempt user is not "
		    "restricted; end the exemption first" : "no exemption "
		    "that an administrator gave holds");
		break;
	case STATUS_UNCERTAIN:
		api_answer_error(answer, 503, "it may or may not have been "
		    "done; history tells");
		break;
	default:
		api_answer_failure(answer, status);
	}
}

static void
do_act(const struct api_request *request, struct api_answer *answer,
    enum admin_act_kind kind)
{
	struct admin_act act = { .kind = kind };
	char actor[API_SOCKET_PEER_SIZE];
	struct admin_user user;
	json_t *json;

	if (!api_change_actor(request, actor, answer))
		return;
	act.actor = actor;
	json = api_change_body(request);
	if (read_act(json, &act, answer))
		answer_act(request, answer, &act,
		    admin_act(request->gate, &act, &user), &user);
	json_decref(json);
}

void
api_pardon(const struct api_request *request, struct api_answer *answer)
{
	do_act(request, answer, ADMIN_PARDON);
}

void
api_restrict(const struct api_request *request, struct api_answer *answer)
{
	do_act(request, answer, ADMIN_RESTRICT);
}

void
api_exempt(const struct api_request *request, struct api_answer *answer)
{
	do_act(request, answer, ADMIN_EXEMPT);
}

void
api_exempt_end(const struct api_request *request, struct api_answer *answer)
{
	do_act(request, answer, ADMIN_EXEMPT_END);
}

/*
 * Forgetting
 */

static void
answer_erasure(struct api_answer *answer, const char *address,
    enum status status, const struct admin_erased *erased)
{
	switch (status) {
	case STATUS_OK:
		api_json_answer(answer, 200, json_pack("{s:I, s:I, s:I}",
		    "outreach", (json_int_t)erased->outreach,
		    "contacts", (json_int_t)erased->contacts,
		    "letters", (json_int_t)erased->letters));
		break;
	case STATUS_NOT_FOUND:
		answer_about(answer, 404, "address", address,
		    "nothing is known of this address");
		break;
	case STATUS_MALFORMED:
		api_answer_error(answer, 400, "wrong \"address\"; expected an "
		    "address");
		break;
	case STATUS_UNCERTAIN:
		api_answer_error(answer, 503, "some of it may not have been "
		    "done; doing it again does the rest");
		break;
	default:
		api_answer_failure(answer, status);
	}
}

void
api_forget(const struct api_request *request, struct api_answer *answer)
{
	struct admin_erasure erasure = { .address = NULL };
	char actor[API_SOCKET_PEER_SIZE];
	struct admin_erased erased;
	json_t *json;

	if (!api_change_actor(request, actor, answer))
		return;
	erasure.actor = actor;
	json = api_change_body(request);
	if (json_unpack_ex(json, NULL, JSON_STRICT, "{s:s, s:s}", "address",
	    &erasure.address, "reason", &erasure.reason) != 0)
		api_answer_error(answer, 400, "expected an object of texts: "
		    "\"address\", \"reason\"");
	else if (api_change_reason(erasure.reason, answer))
		answer_erasure(answer, erasure.address,
		    admin_forget(request->gate, &erasure, &erased), &erased);
	json_decref(json);
}
