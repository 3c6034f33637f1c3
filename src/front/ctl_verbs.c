/*
 * How a verb asks the daemon and prints the answer; and the shortest verbs.
 */
#include "front/ctl.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "front/ctl_http.h"
#include "front/ctl_show.h"
#include "front/ctl_text.h"
#include "front/version.h"

void
ctl_complain(struct ctl *ctl, const char *format, ...)
{
	struct buf raw, clean;
	va_list ap;

	buf_init(&raw);
	buf_init(&clean);
	va_start(ap, format);
	buf_vprintf(&raw, format, ap);
	va_end(ap);
	ctl_text_add_clean(&clean, raw.data);
	fprintf(ctl->err, "replygatectl: %s\n", clean.data);
	buf_release(&clean);
	buf_release(&raw);
}

static enum ctl_exit
no_memory(struct ctl *ctl)
{
	ctl_complain(ctl, "out of memory");
	return CTL_CANNOT;
}

/* Characters past ASCII are escaped: a terminal gets no sequence out of it. */
void
ctl_print_json(struct ctl *ctl, const json_t *json)
{
	json_dumpf(json, ctl->out,
	    JSON_INDENT(2) | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(6));
	fputc('\n', ctl->out);
}

enum ctl_exit
ctl_print_text(struct ctl *ctl, struct buf *text)
{
	if (text->failed)
		return no_memory(ctl);
	fputs(text->data, ctl->out);
	return CTL_FINE;
}

enum ctl_exit
ctl_print_answer(struct ctl *ctl,
    bool (*show)(struct buf *, const json_t *), json_t *json)
{
	enum ctl_exit result = CTL_FINE;
	struct buf text;

	buf_init(&text);
	if (!show(&text, json))
		result = ctl_not_understood(ctl);
	else if (ctl->json)
		ctl_print_json(ctl, json);
	else
		result = ctl_print_text(ctl, &text);
	buf_release(&text);
	json_decref(json);
	return result;
}

static enum status
exchange(struct ctl *ctl, const struct ctl_http_request *request,
    struct ctl_http_answer *answer)
{
	enum status status = STATUS_NO_MEMORY;
	struct buf why;

	buf_init(&why);
	if (ctl->http == NULL)
		ctl->http = ctl_http_new(ctl->socket);
	if (ctl->http == NULL)
		buf_add_text(&why, "out of memory");
	else
		status = ctl_http_ask(ctl->http, request, answer, &why);
	if (status != STATUS_OK)
		ctl_complain(ctl, "%s", why.data);
	buf_release(&why);
	return status;
}

/*
 * Is it an answer about what was asked for, and not about the asking?  The one
 * that knows no such user bears "nearest", others what they are about.
 */
static bool
is_about(const json_t *json)
{
	return json_object_get(json, "nearest") != NULL ||
	    json_object_get(json, "message_id") != NULL ||
	    json_object_get(json, "user") != NULL ||
	    json_object_get(json, "address") != NULL;
}

/* An answer that says no. */
static enum ctl_exit
refused(struct ctl *ctl, const struct ctl_http_answer *answer,
    const json_t *json)
{
	const char *error = json_string_value(json_object_get(json, "error"));
	struct buf nearest;

	if (error == NULL || answer->version[0] == '\0') {
		ctl_complain(ctl, "%s: something that is no replygate answers "
		    "there", ctl->socket);
		return CTL_CANNOT;
	}
	if (answer->code == 404 && !is_about(json)) {
		ctl_complain(ctl, "%s: the daemon, version %s, does not know "
		    "this request; replygatectl is version "
		    REPLYGATE_VERSION, ctl->socket, answer->version);
		return CTL_CANNOT;
	}
	buf_init(&nearest);
	ctl_show_nearest(&nearest, json);
	ctl_complain(ctl, "%s%s", error, nearest.data);
	buf_release(&nearest);
	return is_about(json) || answer->code == 409 ? CTL_NO : CTL_CANNOT;
}

/* As ctl_ask, with a body or none, and with the daemon's version. */
static enum ctl_exit
ask(struct ctl *ctl, const struct ctl_http_request *request, long also,
    json_t **json, char version[CTL_HTTP_VERSION_SIZE])
{
	struct ctl_http_answer answer;
	enum ctl_exit result = CTL_CANNOT;
	const json_t *error;

	*json = NULL;
	ctl_http_answer_init(&answer);
	if (exchange(ctl, request, &answer) != STATUS_OK)
		goto out;
	*json = json_loadb(answer.body.data, answer.body.length, 0, NULL);
	error = json_object_get(*json, "error");
	if (answer.version[0] != '\0' && *json != NULL && error == NULL &&
	    (answer.code == 200 || answer.code == also))
		result = CTL_FINE;
	else
		result = refused(ctl, &answer, *json);
	memcpy(version, answer.version, sizeof(answer.version));
out:
	if (result != CTL_FINE) {
		json_decref(*json);
		*json = NULL;
	}
	ctl_http_answer_release(&answer);
	return result;
}

enum ctl_exit
ctl_ask(struct ctl *ctl, const char *target, long also, json_t **json)
{
	const struct ctl_http_request request = { .target = target,
	    .patient = ctl->patient };
	char version[CTL_HTTP_VERSION_SIZE];

	return ask(ctl, &request, also, json, version);
}

enum ctl_exit
ctl_tell(struct ctl *ctl, const char *target, json_t *body, json_t **json)
{
	struct ctl_http_request request = { .target = target };
	char version[CTL_HTTP_VERSION_SIZE];
	enum ctl_exit result;
	char *text;

	*json = NULL;
	text = json_dumps(body, JSON_COMPACT);
	json_decref(body);
	if (text == NULL)
		return no_memory(ctl);
	request.body = text;
	request.length = strlen(text);
	request.patient = ctl->patient;
	result = ask(ctl, &request, 0, json, version);
	free(text);
	return result;
}

enum ctl_exit
ctl_not_understood(struct ctl *ctl)
{
	ctl_complain(ctl, "%s: the daemon's answer is not understood; compare "
	    "its version (replygatectl version) with this one's, "
	    REPLYGATE_VERSION, ctl->socket);
	return CTL_CANNOT;
}

enum ctl_exit
ctl_version(struct ctl *ctl, const char *operand)
{
	const struct ctl_http_request request = { .target = "/v1/version" };
	char version[CTL_HTTP_VERSION_SIZE];
	enum ctl_exit result;
	json_t *json;

	(void)operand;
	if (!ctl->json)
		fprintf(ctl->out, "replygatectl " REPLYGATE_VERSION "\n");
	result = ask(ctl, &request, 0, &json, version);
	if (result != CTL_FINE)
		return result;
	if (ctl->json) {
		json_object_set_new(json, "replygatectl",
		    json_string(REPLYGATE_VERSION));
		ctl_print_json(ctl, json);
	} else
		fprintf(ctl->out, "replygate %s\n", version);
	json_decref(json);
	return CTL_FINE;
}

enum ctl_exit
ctl_health(struct ctl *ctl, const char *operand)
{
	const struct ctl_http_request request = { .target = "/v1/health" };
	char version[CTL_HTTP_VERSION_SIZE];
	enum ctl_exit result;
	struct buf text;
	json_t *json;

	(void)operand;
	result = ask(ctl, &request, 503, &json, version);
	if (result != CTL_FINE)
		return result;
	buf_init(&text);
	if (!ctl_show_health(&text, json, version))
		result = ctl_not_understood(ctl);
	else if (ctl->json)
		ctl_print_json(ctl, json);
	else
		result = ctl_print_text(ctl, &text);
	if (result == CTL_FINE &&
	    !json_is_true(json_object_get(json, "healthy")))
		result = CTL_NO;
	buf_release(&text);
	json_decref(json);
	return result;
}

enum ctl_exit
ctl_user(struct ctl *ctl, const char *operand)
{
	enum ctl_exit result;
	struct buf target;
	json_t *json;

	buf_init(&target);
	buf_add_text(&target, "/v1/user?name=");
	ctl_text_add_encoded(&target, operand);
	result = ctl_ask(ctl, target.data, 0, &json);
	buf_release(&target);
	return result == CTL_FINE ? ctl_print_answer(ctl, ctl_show_user,
	    json) : result;
}

enum ctl_exit
ctl_helping(struct ctl *ctl, const char *operand)
{
	const struct ctl_verb *verb = NULL;
	enum ctl_exit result;
	struct buf text;

	if (operand != NULL && (verb = ctl_verb_find(operand)) == NULL) {
		ctl_complain(ctl, "unknown verb %s; try: replygatectl help",
		    operand);
		return CTL_USAGE;
	}
	buf_init(&text);
	ctl_help(&text, verb);
	result = ctl_print_text(ctl, &text);
	buf_release(&text);
	return result;
}
