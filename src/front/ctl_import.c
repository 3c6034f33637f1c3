/*
 * replygatectl import: a file of events, sent in batches.
 *
 * A batch is as many lines as the daemon takes, or as many as make half a
 * megabyte, whatever comes first: it is one transaction there.  Only when the
 * whole file has been read is the daemon told that the history is complete;
 * until then it moves no standing.  Whatever happened before, running the
 * import again is right: the daemon knows the events it has seen.
 *
 * SIGINT and SIGTERM are blocked while it runs and looked for between
 * batches, so that a batch's answer is not lost and the summary is printed;
 * waiting for an answer is given up when one is pending.
 */
#include "front/ctl.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "front/ctl_http.h"
#include "front/ctl_lines.h"
#include "front/ctl_progress.h"
#include "front/ctl_stop.h"
#include "front/ctl_text.h"
#include "gate/admin.h"
#include "gate/history.h"

#define BATCH_BYTES	((size_t)512 * 1024)
#define BAD_LISTED_MAX	1000	/* bad lines in the JSON summary */

struct import {
	struct ctl		*ctl;
	const char		*name;		/* of the file, for people */
	struct ctl_lines	 lines;
	struct ctl_progress	 progress;
	struct ctl_http_answer	 answer;

	struct buf		 body;		/* the batch in hand */
	uint64_t		 numbers[HISTORY_BATCH_MAX];
	size_t			 count;

	int64_t			 applied, refused, repeated, bad;
	json_t			*bad_lines;
	bool			 finished;
};

static void
report_bad(struct import *import, uint64_t number, const char *why)
{
	struct buf text;

	import->bad++;
	if (import->ctl->json && json_array_size(import->bad_lines) <
	    BAD_LISTED_MAX)
		json_array_append_new(import->bad_lines,
		    json_pack("{s:I, s:s}", "line", (json_int_t)number,
		    "why", why));
	ctl_progress_clear(&import->progress);
	buf_init(&text);
	ctl_text_add_clean(&text, import->name);
	buf_printf(&text, ":%" PRIu64 ": ", number);
	ctl_text_add_clean(&text, why);
	fprintf(import->ctl->err, "%s\n", text.data);
	buf_release(&text);
}

/* Says why it ends here, and what to do about it. */
static enum ctl_exit
give_up(struct import *import, uint64_t line, const char *why)
{
	char number[CTL_TEXT_NUMBER_SIZE];

	ctl_progress_clear(&import->progress);
	ctl_complain(import->ctl, "%s", why);
	ctl_complain(import->ctl, "%s: not finished: from line %s on it is not "
	    "known to be applied, and no standing moves until it is; running "
	    "it again is safe", import->name,
	    ctl_text_number((int64_t)line, number));
	return CTL_CANNOT;
}

/* One line's result.  False: it is none. */
static bool
take_result(struct import *import, const json_t *json)
{
	const char *result =
	    json_string_value(json_object_get(json, "result"));
	const char *why = json_string_value(json_object_get(json, "why"));
	json_int_t line = json_integer_value(json_object_get(json, "line"));

	if (result == NULL || line < 1 || (size_t)line > import->count)
		return false;
	if (strcmp(result, "applied") == 0)
		import->applied++;
	else if (strcmp(result, "refused") == 0)
		import->refused++;
	else if (strcmp(result, "repeated") == 0)
		import->repeated++;
	else if (strcmp(result, "malformed") == 0 && why != NULL)
		report_bad(import, import->numbers[line - 1], why);
	else
		return false;
	return true;
}

static bool
take_results(struct import *import, const json_t *json)
{
	const json_t *lines = json_object_get(json, "lines");
	size_t i;

	if (json_array_size(lines) != import->count)
		return false;
	for (i = 0; i < import->count; i++)
		if (!take_result(import, json_array_get(lines, i)))
			return false;
	return true;
}

static enum ctl_exit
take_answer(struct import *import)
{
	const struct ctl_http_answer *answer = &import->answer;
	enum ctl_exit result = CTL_FINE;
	const char *error;
	json_t *json;

	json = json_loadb(answer->body.data, answer->body.length, 0, NULL);
	error = json_string_value(json_object_get(json, "error"));
	if (answer->version[0] == '\0')
		result = give_up(import, import->numbers[0],
		    "something that is no replygate answers there");
	else if (answer->code != 200)
		result = give_up(import, import->numbers[0],
		    error != NULL ? error : "the daemon refuses the batch");
	else if (!take_results(import, json))
		result = give_up(import, import->numbers[0], "the daemon's "
		    "answer is not understood; compare versions: replygatectl "
		    "version");
	json_decref(json);
	return result;
}

/* One request; why it came to nothing is said. */
static enum ctl_exit
post(struct import *import, const char *target, const struct buf *body,
    uint64_t line)
{
	const struct ctl_http_request request = {
		.target = target,
		.body = body->data,
		.length = body->length,
		.give_up = ctl_stop_is_asked,
	};
	enum ctl_exit result = CTL_FINE;
	struct buf why;

	buf_init(&why);
	if (ctl_http_ask(import->ctl->http, &request, &import->answer,
	    &why) != STATUS_OK)
		result = give_up(import, line, why.data);
	buf_release(&why);
	return result;
}

static enum ctl_exit
send_batch(struct import *import)
{
	enum ctl_exit result;

	if (import->count == 0)
		return CTL_FINE;
	if (import->body.failed)
		return give_up(import, import->numbers[0], "out of memory");
	result = post(import, "/v1/import", &import->body,
	    import->numbers[0]);
	if (result == CTL_FINE)
		result = take_answer(import);
	import->count = 0;
	buf_clear(&import->body);
	ctl_progress_draw(&import->progress, import->lines.bytes,
	    (int64_t)import->lines.number);
	return result;
}

static enum ctl_exit
add_line(struct import *import)
{
	const struct buf *text = &import->lines.text;
	enum ctl_exit result = CTL_FINE;

	if (text->data[strspn(text->data, " \t")] == '\0' &&
	    strlen(text->data) == text->length)
		return CTL_FINE;
	if (import->count == HISTORY_BATCH_MAX ||
	    (import->count > 0 &&
	    import->body.length + text->length > BATCH_BYTES))
		result = send_batch(import);
	if (result != CTL_FINE)
		return result;
	import->numbers[import->count++] = import->lines.number;
	buf_add(&import->body, text->data, text->length);
	buf_add_text(&import->body, "\n");
	return CTL_FINE;
}

/* In the order of lines: those before it first. */
static enum ctl_exit
skip_long(struct import *import)
{
	enum ctl_exit result = send_batch(import);

	if (result == CTL_FINE)
		report_bad(import, import->lines.number,
		    "the line is longer than 1 MB");
	return result;
}

static uint64_t
first_unsent(const struct import *import)
{
	return import->count > 0 ? import->numbers[0] :
	    import->lines.number + 1;
}

/* What the audit log is to say: the file, and why, as far as it takes it. */
static void
add_reason(struct buf *body, const struct import *import)
{
	const char *given = import->ctl->reason;
	struct buf text, reason;
	json_t *json;
	char *dump;

	buf_init(&text);
	buf_init(&reason);
	ctl_text_add_clean(&reason, given != NULL ? given :
	    "a file of a long name");
	ctl_text_add_clean(&text, import->name);
	if (given != NULL)
		buf_printf(&text, ": %s", reason.data);
	json = json_pack("{s:s}", "reason", text.length <= ADMIN_REASON_MAX ?
	    text.data : reason.data);
	dump = json != NULL ? json_dumps(json, JSON_COMPACT) : NULL;
	if (dump != NULL)
		buf_add_text(body, dump);
	free(dump);
	json_decref(json);
	buf_release(&reason);
	buf_release(&text);
}

/* The last batch, and the word that this was all. */
static enum ctl_exit
finish(struct import *import)
{
	enum ctl_exit result = send_batch(import);
	uint64_t line = import->lines.number + 1;
	struct buf body;

	/* Ctrl-C ends a pipe, too: its end is not the history's then. */
	if (result == CTL_FINE && ctl_stop_is_asked())
		result = give_up(import, line, "interrupted");
	buf_init(&body);
	add_reason(&body, import);
	if (result == CTL_FINE)
		result = post(import, "/v1/import/finish", &body, line);
	buf_release(&body);
	if (result == CTL_FINE && import->answer.code != 200)
		result = give_up(import, line, import->answer.code == 503 ?
		    "the daemon cannot finish the import now" :
		    "the daemon does not know how to finish an import; "
		    "compare versions: replygatectl version");
	import->finished = result == CTL_FINE;
	return result;
}

/* All lines.  CTL_FINE also when some were bad. */
static enum ctl_exit
send_all(struct import *import)
{
	enum ctl_exit result = CTL_FINE;

	while (result == CTL_FINE) {
		switch (ctl_lines_next(&import->lines)) {
		case CTL_LINE_TEXT:
			result = add_line(import);
			break;
		case CTL_LINE_LONG:
			result = skip_long(import);
			break;
		case CTL_LINE_END:
			return finish(import);
		case CTL_LINE_STOPPED:
			return give_up(import, first_unsent(import),
			    "interrupted");
		case CTL_LINE_ERROR:
			return give_up(import, first_unsent(import),
			    strerror(errno));
		}
	}
	return result;
}

static void
summarise_json(const struct import *import)
{
	json_t *json;

	json = json_pack("{s:I, s:I, s:I, s:I, s:I, s:b, s:O}",
	    "events", (json_int_t)(import->applied + import->refused +
	    import->repeated + import->bad),
	    "applied", (json_int_t)import->applied,
	    "refused", (json_int_t)import->refused,
	    "repeated", (json_int_t)import->repeated,
	    "bad", (json_int_t)import->bad,
	    "finished", import->finished,
	    "bad_lines", import->bad_lines);
	ctl_print_json(import->ctl, json);
	json_decref(json);
}

static void
summarise(const struct import *import)
{
	char events[CTL_TEXT_NUMBER_SIZE], applied[CTL_TEXT_NUMBER_SIZE];
	char refused[CTL_TEXT_NUMBER_SIZE], repeated[CTL_TEXT_NUMBER_SIZE];
	char bad[CTL_TEXT_NUMBER_SIZE];
	int64_t sum = import->applied + import->refused + import->repeated +
	    import->bad;

	if (import->ctl->json) {
		summarise_json(import);
		return;
	}
	fprintf(import->ctl->out, "%s event%s: %s applied, %s refused then, "
	    "%s seen before, %s bad line%s\n",
	    ctl_text_number(sum, events), sum == 1 ? "" : "s",
	    ctl_text_number(import->applied, applied),
	    ctl_text_number(import->refused, refused),
	    ctl_text_number(import->repeated, repeated),
	    ctl_text_number(import->bad, bad), import->bad == 1 ? "" : "s");
}

/* The size for the progress bar; 0 for what has none. */
static int64_t
size_of(int fd)
{
	struct stat file;

	if (fstat(fd, &file) == -1 || !S_ISREG(file.st_mode))
		return 0;
	return (int64_t)file.st_size;
}

static enum ctl_exit
import_fd(struct ctl *ctl, const char *name, int fd)
{
	struct import *import = calloc(1, sizeof(*import));
	sigset_t before;
	enum ctl_exit result;

	if (import == NULL) {
		ctl_complain(ctl, "out of memory");
		return CTL_CANNOT;
	}
	ctl_stop_hold(&before);
	import->ctl = ctl;
	import->name = name;
	import->bad_lines = json_array();
	buf_init(&import->body);
	ctl_http_answer_init(&import->answer);
	ctl_lines_init(&import->lines, fd, ctl_stop_is_asked);
	ctl_progress_init(&import->progress,
	    ctl->err_is_terminal ? ctl->err : NULL, size_of(fd));
	result = send_all(import);
	ctl_progress_clear(&import->progress);
	summarise(import);
	if (result == CTL_FINE && import->bad > 0)
		result = CTL_NO;
	ctl_lines_release(&import->lines);
	ctl_http_answer_release(&import->answer);
	buf_release(&import->body);
	json_decref(import->bad_lines);
	free(import);
	ctl_stop_release(&before);
	return result;
}

/* A directory can be opened, and would be a history cut short. */
static int
open_file(const char *name)
{
	struct stat file;
	int fd = open(name, O_RDONLY | O_CLOEXEC);

	if (fd != -1 && fstat(fd, &file) == 0 && S_ISDIR(file.st_mode)) {
		close(fd);
		errno = EISDIR;
		fd = -1;
	}
	return fd;
}

enum ctl_exit
ctl_import(struct ctl *ctl, const char *operand)
{
	bool standard = strcmp(operand, "-") == 0;
	enum ctl_exit result;
	json_t *json;
	int fd;

	if (ctl->reason != NULL && (*ctl->reason == '\0' ||
	    strlen(ctl->reason) > ADMIN_REASON_MAX)) {
		ctl_complain(ctl, "--reason: expected a text of 1 to %d bytes",
		    ADMIN_REASON_MAX);
		return CTL_USAGE;
	}
	/* A wrong file, and then no daemon, before anything is read. */
	fd = standard ? STDIN_FILENO : open_file(operand);
	if (fd == -1) {
		ctl_complain(ctl, "%s: %s", operand, strerror(errno));
		return CTL_CANNOT;
	}
	result = ctl_ask(ctl, "/v1/version", 0, &json);
	json_decref(json);
	if (result == CTL_FINE)
		result = import_fd(ctl, standard ? "stdin" : operand, fd);
	if (!standard)
		close(fd);
	return result;
}
