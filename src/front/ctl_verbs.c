/*
 * The verbs: each asks one question and prints the answer.
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

#define USERS_AT_ONCE	500

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
 * that knows no such user bears "nearest", one about a message "message_id".
 */
static bool
is_about(const json_t *json)
{
	return json_object_get(json, "nearest") != NULL ||
	    json_object_get(json, "message_id") != NULL;
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
	return is_about(json) ? CTL_NO : CTL_CANNOT;
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
	const struct ctl_http_request request = { .target = target };
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

static enum ctl_exit
verb_version(struct ctl *ctl, const char *operand)
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

static enum ctl_exit
verb_health(struct ctl *ctl, const char *operand)
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

/*
 * Reads the page behind *after into users, and moves *after, NULL behind the
 * last page.
 */
static enum ctl_exit
users_page(struct ctl *ctl, json_t *users, char **after)
{
	enum ctl_exit result;
	struct buf target;
	const char *next;
	char *before = *after;
	json_t *page;

	buf_init(&target);
	buf_printf(&target, "/v1/users?most=%d", USERS_AT_ONCE);
	if (before != NULL) {
		buf_add_text(&target, "&after=");
		ctl_text_add_encoded(&target, before);
	}
	result = ctl_ask(ctl, target.data, 0, &page);
	buf_release(&target);
	if (result != CTL_FINE)
		return result;
	next = json_string_value(json_object_get(page, "next"));
	if (json_array_extend(users, json_object_get(page, "users")) != 0 ||
	    (next != NULL && before != NULL && strcmp(next, before) <= 0)) {
		json_decref(page);
		return ctl_not_understood(ctl);
	}
	*after = next != NULL ? strdup(next) : NULL;
	result = next != NULL && *after == NULL ? no_memory(ctl) : CTL_FINE;
	free(before);
	json_decref(page);
	return result;
}

static enum ctl_exit
print_users(struct ctl *ctl, json_t *users)
{
	enum ctl_exit result = CTL_FINE;
	struct buf text;
	json_t *whole;

	if (ctl->json) {
		whole = json_pack("{s:O}", "users", users);
		if (whole == NULL)
			return no_memory(ctl);
		ctl_print_json(ctl, whole);
		json_decref(whole);
		return CTL_FINE;
	}
	buf_init(&text);
	if (!ctl_show_users(&text, users, ctl->columns))
		result = ctl_not_understood(ctl);
	else
		result = ctl_print_text(ctl, &text);
	buf_release(&text);
	return result;
}

static enum ctl_exit
verb_users(struct ctl *ctl, const char *operand)
{
	json_t *users = json_array();
	enum ctl_exit result = CTL_FINE;
	char *after = NULL;

	(void)operand;
	if (users == NULL)
		return no_memory(ctl);
	do
		result = users_page(ctl, users, &after);
	while (result == CTL_FINE && after != NULL);
	if (result == CTL_FINE)
		result = print_users(ctl, users);
	free(after);
	json_decref(users);
	return result;
}

static enum ctl_exit
verb_user(struct ctl *ctl, const char *operand)
{
	struct buf target, text;
	enum ctl_exit result;
	json_t *json;

	buf_init(&target);
	buf_init(&text);
	buf_add_text(&target, "/v1/user?name=");
	ctl_text_add_encoded(&target, operand);
	result = ctl_ask(ctl, target.data, 0, &json);
	if (result != CTL_FINE)
		goto out;
	if (!ctl_show_user(&text, json))
		result = ctl_not_understood(ctl);
	else if (ctl->json)
		ctl_print_json(ctl, json);
	else
		result = ctl_print_text(ctl, &text);
	json_decref(json);
out:
	buf_release(&text);
	buf_release(&target);
	return result;
}

static enum ctl_exit
verb_help(struct ctl *ctl, const char *operand)
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

const struct ctl_verb ctl_verbs[] = {
	{ .name = "users",
	    .summary = "all users, their standing and rate",
	    .details =
	    "Lists every user who has sent anything: standing, response rate, "
	    "outreach\nanswered, settled and still open in the window, since "
	    "when the standing\nholds and when it is looked at next.",
	    .run = verb_users },
	{ .name = "user", .operand = "NAME",
	    .summary = "one user in full, and what happens next",
	    .details =
	    "Shows one user: standing, since, due, the response rate with its "
	    "window\nand figures, and what happens next.  Exits 1 when there "
	    "is no such user.",
	    .run = verb_user },
	{ .name = "why", .operand = "MESSAGE-ID", .second = "CANDIDATE",
	    .summary = "what is known of one message",
	    .details =
	    "Shows what became of a message: to how many it went, who "
	    "answered and how that\nwas found out, what bounced, what "
	    "automatic mail came, when silence counts.\nCandidates are shown "
	    "as hashes; naming an address shows that one's.  Exits 1\nwhen no "
	    "outreach is known under the Message-ID.",
	    .run = ctl_why },
	{ .name = "credit", .operand = "MESSAGE-ID", .second = "CANDIDATE",
	    .takes = CTL_OPTION_REASON, .needs = CTL_OPTION_REASON,
	    .summary = "a message was answered after all",
	    .details =
	    "Counts a message as answered by the candidate, from now on.  The "
	    "candidate's\naddress is needed when the message went to several.  "
	    "Who did it and the reason\nare kept in the audit log.  Exits 1 "
	    "when there is no such outreach, or it\ncounts so already.",
	    .run = ctl_credit },
	{ .name = "uncredit", .operand = "MESSAGE-ID", .second = "CANDIDATE",
	    .takes = CTL_OPTION_REASON, .needs = CTL_OPTION_REASON,
	    .summary = "a message was not answered after all",
	    .details =
	    "Takes an answer back, whoever counted it; otherwise as credit.",
	    .run = ctl_uncredit },
	{ .name = "import", .operand = "FILE",
	    .summary = "replay a history of events (- for stdin)",
	    .details =
	    "Replays a history, one event a line in JSON, through the gate at "
	    "the\nevents' own times.  Bad lines are reported and skipped.  "
	    "Running it again is\nsafe: what was seen before changes nothing.  "
	    "Exits 1 when lines were bad.\nreplygatectl(8) has the format.",
	    .run = ctl_import },
	{ .name = "test-message", .operand = "FILE", .many = true,
	    .takes = CTL_OPTION_FROM | CTL_OPTION_PHRASES | CTL_OPTION_CONF,
	    .summary = "what replygate makes of messages in files",
	    .details =
	    "Shows what replygate makes of message files: a person's or not, "
	    "and by which\nrule, which messages it answers, which recipients "
	    "bounced.  Asks no daemon.\nThe envelope sender is that of "
	    "--from, else of Return-Path, else the author.\nPhrases and header "
	    "rules are those of --conf, else phrases alone.",
	    .run = ctl_test_message },
	{ .name = "test-merge", .operand = "FILE", .many = true,
	    .takes = CTL_OPTION_SIMILARITY | CTL_OPTION_MINIMUM,
	    .summary = "which letters in files are one mail merge",
	    .details =
	    "Takes message files in order as one user's one-to-one mail, each "
	    "to a\ncandidate of its own, all within merge_window: the campaign "
	    "each falls into,\nwhich letter of it it is, how like it is to the "
	    "nearest campaign, and from\nwhich on it is a merge.  Asks no "
	    "daemon.",
	    .run = ctl_test_merge },
	{ .name = "health",
	    .summary = "is the daemon well",
	    .details =
	    "Shows how the daemon does.  Exits 1 when something is wrong.",
	    .run = verb_health },
	{ .name = "version",
	    .summary = "versions of this command and the daemon",
	    .details = "Shows the versions of this command and of the daemon.",
	    .run = verb_version },
	{ .name = "help", .operand = "VERB", .optional = true,
	    .summary = "this, or more about one verb",
	    .details = "Shows all verbs, or more about one.",
	    .run = verb_help },
	{ .name = NULL },
};
