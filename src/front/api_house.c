/*
 * What an administrator does to the house as a whole.
 *
 *	POST /v1/reload		{"reason"}
 *	POST /v1/enforce	{"on", "reason"}
 */
#include "front/api_verbs.h"

#include <jansson.h>
#include <string.h>

#include "front/api_change.h"
#include "front/api_json.h"
#include "front/reload.h"
#include "gate/admin.h"

/*
 * Reload
 */

/* Lines as an array of texts. */
static json_t *
names_json(const struct buf *names)
{
	json_t *array = json_array();
	const char *at = names->data;
	size_t length;

	for (; array != NULL && *at != '\0'; at += length + 1) {
		length = strcspn(at, "\n");
		if (json_array_append_new(array, json_stringn(at, length)) !=
		    0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

/*
 * The reload has been done or not before it is audited: a store that is down
 * must not keep anybody from mending the configuration.
 */
static void
reload(struct gate *gate, const char *actor, const char *reason,
    struct api_answer *answer)
{
	struct conf *conf = gate_conf(gate);
	struct reload_result result;
	enum status status, noted;

	status = reload_conf(gate, conf->path, &result);
	if (status != STATUS_OK) {
		api_json_answer(answer, 409, json_pack("{s:o, s:b}", "error",
		    api_json_text(result.why.data), "reloaded", false));
	} else {
		noted = admin_note(gate, actor, "reload", reason);
		api_json_answer(answer, 200, json_pack("{s:b, s:o, s:o, s:b}",
		    "reloaded", true,
		    "changed", names_json(&result.changed),
		    "waiting", names_json(&result.waiting),
		    "audited", noted == STATUS_OK));
	}
	reload_result_release(&result);
	conf_unref(conf);
}

void
api_reload(const struct api_request *request, struct api_answer *answer)
{
	char actor[API_SOCKET_PEER_SIZE];
	const char *reason;
	json_t *json;

	if (!api_change_actor(request, actor, answer))
		return;
	json = api_change_body(request);
	if (json_unpack_ex(json, NULL, JSON_STRICT, "{s:s}", "reason",
	    &reason) != 0)
		api_answer_error(answer, 400, "expected an object with a "
		    "\"reason\"");
	else if (api_change_reason(reason, answer))
		reload(request->gate, actor, reason, answer);
	json_decref(json);
}

/*
 * The emergency switch
 */

static void
answer_enforcement(struct api_answer *answer, bool on, enum status status)
{
	switch (status) {
	case STATUS_OK:
		api_json_answer(answer, 200, json_pack("{s:b}",
		    "enforcing", on));
		break;
	case STATUS_CONFLICT:
		api_json_answer(answer, 409, json_pack("{s:s, s:b}", "error",
		    on ? "enforcement is on already" :
		    "enforcement is off already", "enforcing", on));
		break;
	case STATUS_UNCERTAIN:
		api_answer_error(answer, 503, "it may or may not have been "
		    "kept for the next start; do it again");
		break;
	default:
		api_answer_failure(answer, status);
	}
}

void
api_enforce(const struct api_request *request, struct api_answer *answer)
{
	struct admin_enforcement wanted = { .on = false };
	char actor[API_SOCKET_PEER_SIZE];
	json_t *json;
	int on;

	if (!api_change_actor(request, actor, answer))
		return;
	wanted.actor = actor;
	json = api_change_body(request);
	if (json_unpack_ex(json, NULL, JSON_STRICT, "{s:b, s:s}", "on", &on,
	    "reason", &wanted.reason) != 0)
		api_answer_error(answer, 400, "expected an object with "
		    "\"on\", true or false, and a \"reason\"");
	else if (api_change_reason(wanted.reason, answer)) {
		wanted.on = on != 0;
		answer_enforcement(answer, wanted.on,
		    admin_enforce(request->gate, &wanted));
	}
	json_decref(json);
}
