/*
 * POST /v1/import: lines of JSON in, a result for each out.  After the last of
 * them POST /v1/import/finish: a half-told history is not judged.
 *
 * The lines that can be read go to the gate together, in one transaction, so
 * that a batch costs one flush of the log; a bad line among them is reported
 * and takes nobody with it.  Empty lines are counted and passed over.
 */
#include "front/api_verbs.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "front/api_change.h"
#include "front/api_event.h"
#include "front/api_json.h"
#include "gate/admin.h"
#include "gate/history.h"

struct line {
	size_t			 number;	/* in the body, from 1 */
	bool			 good;		/* the gate has seen it */
	struct api_event	 event;
	struct history_outcome	 outcome;
	char			 why[API_EVENT_WHY_SIZE];
};

struct import {
	struct line		*lines;
	size_t			 count;
	struct history_event	*events;
	struct history_outcome	*outcomes;
	size_t			 good;
};

static const char *
result_text(enum history_result result)
{
	switch (result) {
	case HISTORY_APPLIED:
		return "applied";
	case HISTORY_REFUSED:
		return "refused";
	case HISTORY_REPEATED:
		return "repeated";
	case HISTORY_MALFORMED:
		break;
	}
	return "malformed";
}

static size_t
count_lines(const char *body, size_t length)
{
	size_t count = 0, i;

	for (i = 0; i < length; i++)
		count += body[i] == '\n';
	return count + (length > 0 && body[length - 1] != '\n');
}

static bool
is_blank(const char *text, size_t length)
{
	while (length > 0 && strchr(" \t\r", *text) != NULL && *text != '\0') {
		text++;
		length--;
	}
	return length == 0;
}

static enum status
read_line(struct import *import, size_t number, const char *text,
    size_t length)
{
	struct line *line = &import->lines[import->count];
	enum status status;

	if (is_blank(text, length))
		return STATUS_OK;
	import->count++;
	line->number = number;
	status = api_event_parse(&line->event, text, length, line->why);
	if (status == STATUS_OK) {
		line->good = true;
		import->events[import->good++] = line->event.event;
	} else {
		line->outcome.result = HISTORY_MALFORMED;
		line->outcome.why = line->why;
	}
	return status == STATUS_MALFORMED ? STATUS_OK : status;
}

static enum status
read_lines(struct import *import, const char *body, size_t length)
{
	const char *end = body + length, *newline;
	enum status status = STATUS_OK;
	size_t number = 0;

	while (body < end && status == STATUS_OK) {
		newline = memchr(body, '\n', (size_t)(end - body));
		if (newline == NULL)
			newline = end;
		status = read_line(import, ++number, body,
		    (size_t)(newline - body));
		body = newline < end ? newline + 1 : end;
	}
	return status;
}

static enum status
replay(struct gate *gate, struct import *import)
{
	enum status status;
	size_t i, next = 0;

	if (import->good == 0)
		return STATUS_OK;
	status = history_replay(gate, import->events, import->good,
	    import->outcomes);
	if (status != STATUS_OK)
		return status;
	for (i = 0; i < import->count; i++)
		if (import->lines[i].good)
			import->lines[i].outcome = import->outcomes[next++];
	return STATUS_OK;
}

static json_t *
line_json(const struct line *line)
{
	json_t *json;

	json = json_pack("{s:I, s:s}", "line", (json_int_t)line->number,
	    "result", result_text(line->outcome.result));
	if (json != NULL && line->outcome.result == HISTORY_MALFORMED)
		json_object_set_new(json, "why", api_json_text(
		    line->outcome.why != NULL ? line->outcome.why :
		    "the gate refuses it"));
	return json;
}

static json_t *
import_json(const struct import *import)
{
	json_t *lines = json_array();
	size_t i;

	for (i = 0; i < import->count; i++)
		if (json_array_append_new(lines,
		    line_json(&import->lines[i])) != 0)
			break;
	if (i < import->count) {
		json_decref(lines);
		return NULL;
	}
	return json_pack("{s:o}", "lines", lines);
}

static enum status
import_init(struct import *import, size_t lines)
{
	memset(import, 0, sizeof(*import));
	import->lines = calloc(lines + 1, sizeof(*import->lines));
	import->events = calloc(lines + 1, sizeof(*import->events));
	import->outcomes = calloc(lines + 1, sizeof(*import->outcomes));
	if (import->lines == NULL || import->events == NULL ||
	    import->outcomes == NULL)
		return STATUS_NO_MEMORY;
	return STATUS_OK;
}

static void
import_release(struct import *import)
{
	size_t i;

	for (i = 0; i < import->count; i++)
		if (import->lines[i].good)
			api_event_release(&import->lines[i].event);
	free(import->outcomes);
	free(import->events);
	free(import->lines);
}

void
api_import(const struct api_request *request, struct api_answer *answer)
{
	size_t lines = count_lines(request->body, request->length);
	struct import import;
	enum status status;

	if (lines > HISTORY_BATCH_MAX) {
		api_answer_error(answer, 413, "%zu lines; expected at most %d",
		    lines, HISTORY_BATCH_MAX);
		return;
	}
	status = import_init(&import, lines);
	if (status == STATUS_OK)
		status = read_lines(&import, request->body, request->length);
	if (status == STATUS_OK)
		status = replay(request->gate, &import);
	if (status == STATUS_OK)
		api_json_answer(answer, 200, import_json(&import));
	else if (status == STATUS_UNCERTAIN)
		api_answer_error(answer, 503, "these lines may or may not have "
		    "been applied; sending them again is safe");
	else
		api_answer_error(answer, 503, "none of these lines was "
		    "applied: %s", status_text(status));
	import_release(&import);
}

/* False: a body that is none.  Without a body no reason was given. */
static bool
read_reason(json_t *json, const struct api_request *request,
    const char **reason, struct api_answer *answer)
{
	*reason = "told to its end";
	if (request->length == 0)
		return true;
	if (json_unpack_ex(json, NULL, JSON_STRICT, "{s:s}", "reason",
	    reason) != 0) {
		api_answer_error(answer, 400, "expected no body, or an object "
		    "with a \"reason\"");
		return false;
	}
	return api_change_reason(*reason, answer);
}

static void
finish(struct gate *gate, const char *actor, const char *reason,
    struct api_answer *answer)
{
	enum status status = history_finish(gate), noted;

	if (status != STATUS_OK) {
		api_answer_error(answer, 503, "the import is not known to be "
		    "finished: %s", status_text(status));
		return;
	}
	noted = admin_note(gate, actor, "import", reason);
	api_json_answer(answer, 200, json_pack("{s:b, s:b}", "finished", 1,
	    "audited", noted == STATUS_OK));
}

void
api_import_finish(const struct api_request *request,
    struct api_answer *answer)
{
	char actor[API_SOCKET_PEER_SIZE];
	const char *reason;
	json_t *json;

	if (!api_change_actor(request, actor, answer))
		return;
	json = api_change_body(request);
	if (read_reason(json, request, &reason, answer))
		finish(request->gate, actor, reason, answer);
	json_decref(json);
}
