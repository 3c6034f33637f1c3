/*
 * replygatectl test-message: what replygate makes of message files, without
 * a daemon.  Each goes through the same facts and rules as mail at the
 * milter does.
 */
#include "front/ctl.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "front/ctl_message.h"
#include "front/ctl_text.h"
#include "mail/automatic.h"
#include "mail/judge.h"
#include "mail/mime.h"
#include "mail/phrase.h"
#include "mail/report.h"

/* Where the phrases are, seen from a command that was just built. */
#define PHRASES_OF_SOURCE	"../conf/out-of-office"

#define ANSWERS_MAX	100

/*
 * --phrases; else those beside the source of a command that is called by a
 * path and not yet installed; else the installed ones.
 */
static bool
read_phrases(struct ctl *ctl, struct buf *path, struct buf *bytes)
{
	const char *slash = strrchr(ctl->program, '/');

	if (ctl->phrases == NULL && slash != NULL) {
		buf_add(path, ctl->program, (size_t)(slash + 1 - ctl->program));
		buf_add_text(path, PHRASES_OF_SOURCE);
		if (ctl_message_file(path->data, PHRASE_FILE_MAX, bytes))
			return true;
		buf_clear(path);
		buf_clear(bytes);
	}
	buf_add_text(path, ctl->phrases != NULL ? ctl->phrases :
	    REPLYGATE_PHRASES);
	return ctl_message_file(path->data, PHRASE_FILE_MAX, bytes);
}

/* The judge of a daemon with that configuration. */
static struct judge *
load_judge_of(struct ctl *ctl)
{
	struct judge *judge = NULL;
	struct conf *conf;
	struct buf why;

	buf_init(&why);
	if (conf_load(ctl->conf, &conf, &why) != STATUS_OK ||
	    judge_load(&judge, conf, &why) != STATUS_OK)
		ctl_complain(ctl, "%s", why.data);
	conf_unref(conf);
	buf_release(&why);
	return judge;
}

static struct judge *
load_judge_by_phrases(struct ctl *ctl)
{
	struct phrase_table *table = NULL;
	struct judge *judge = NULL;
	struct buf path, bytes, why;
	enum status status;

	buf_init(&path);
	buf_init(&bytes);
	buf_init(&why);
	if (!read_phrases(ctl, &path, &bytes)) {
		ctl_complain(ctl, "%s: %s; --phrases names the file of "
		    "phrases", path.data, strerror(errno));
		goto out;
	}
	status = phrase_table_parse(&table, bytes.data, bytes.length, &why);
	if (status == STATUS_OK && (judge = judge_new(table)) == NULL)
		status = STATUS_NO_MEMORY;
	if (status != STATUS_OK)
		ctl_complain(ctl, "%s: %s", path.data, why.length > 0 ?
		    why.data : status_text(status));
out:
	buf_release(&why);
	buf_release(&bytes);
	buf_release(&path);
	return judge;
}

static struct judge *
load_judge(struct ctl *ctl)
{
	if (ctl->conf == NULL)
		return load_judge_by_phrases(ctl);
	if (ctl->phrases == NULL)
		return load_judge_of(ctl);
	ctl_complain(ctl, "--phrases and --conf: the configuration names its "
	    "own phrases; give one of the two");
	return NULL;
}

/* Mail is any bytes, JSON is UTF-8: what is neither becomes '?'. */
static json_t *
text(const char *bytes)
{
	json_t *json = json_string(bytes);
	char *copy, *at;

	if (json != NULL || (copy = strdup(bytes)) == NULL)
		return json;
	for (at = copy; *at != '\0'; at++)
		if ((unsigned char)*at >= 0x80)
			*at = '?';
	json = json_string(copy);
	free(copy);
	return json;
}

static json_t *
text_or_null(const char *bytes)
{
	return bytes[0] != '\0' ? text(bytes) : json_null();
}

static bool
has_text(const json_t *array, const char *bytes)
{
	const char *value;
	size_t i;

	for (i = 0; i < json_array_size(array); i++) {
		value = json_string_value(json_array_get(array, i));
		if (value != NULL && strcmp(value, bytes) == 0)
			return true;
	}
	return false;
}

/*
 * Adds the ids of a field, newest first: that is the end of it first.  The
 * ring holds where each search began, the last one in vain.
 */
static void
add_ids(json_t *answers, const char *value, size_t length)
{
	size_t ring[ANSWERS_MAX + 1], seen = 0, at = 0, i;
	struct msgid id;

	if (value == NULL)
		return;
	do
		ring[seen++ % (ANSWERS_MAX + 1)] = at;
	while (msgid_next(value, length, &at, &id) == STATUS_OK);
	for (i = 2; i <= seen && i <= ANSWERS_MAX + 1; i++) {
		at = ring[(seen - i) % (ANSWERS_MAX + 1)];
		if (msgid_next(value, length, &at, &id) == STATUS_OK &&
		    json_array_size(answers) < ANSWERS_MAX &&
		    !has_text(answers, id.text))
			json_array_append_new(answers, text(id.text));
	}
}

static json_t *
answers_of(const struct message *message)
{
	json_t *answers = json_array();

	add_ids(answers, message->in_reply_to, message->in_reply_to_length);
	add_ids(answers, message->references, message->references_length);
	return answers;
}

static json_t *
topic_of(const struct message *message)
{
	struct buf topic;
	json_t *json;

	buf_init(&topic);
	if (message->topic != NULL)
		(void)mime_decode_text(message->topic, &topic);
	json = text_or_null(topic.data);
	buf_release(&topic);
	return json;
}

static json_t *
bounced_by(const struct message *message)
{
	json_t *bounced = json_array(), *entry;
	struct report report;
	size_t i;

	report_init(&report);
	(void)report_read(message, &report);
	for (i = 0; i < report.count; i++) {
		entry = json_object();
		json_object_set_new(entry, "recipient",
		    text_or_null(report.entries[i].recipient.text));
		json_object_set_new(entry, "message_id",
		    text_or_null(report.message_id.text));
		json_object_set_new(entry, "status",
		    text_or_null(report.entries[i].status));
		json_object_set_new(entry, "action",
		    text(report_action_text(report.entries[i].action)));
		json_array_append_new(bounced, entry);
	}
	report_release(&report);
	return bounced;
}

static json_t *
describe(const char *path, const struct message *message,
    const struct judgement *judgement)
{
	json_t *json = json_object();

	json_object_set_new(json, "file", text(path));
	json_object_set_new(json, "class",
	    text(automatic_class_text(judgement->class)));
	json_object_set_new(json, "rule", text(judgement->rule));
	json_object_set_new(json, "header", message->word_rule != NULL ?
	    text(message->word_rule) : json_null());
	json_object_set_new(json, "button", json_boolean(judgement->button));
	json_object_set_new(json, "message_id",
	    text_or_null(message->message_id.text));
	json_object_set_new(json, "answers", answers_of(message));
	json_object_set_new(json, "topic", topic_of(message));
	json_object_set_new(json, "bounced", judgement->class ==
	    AUTOMATIC_HUMAN || judgement->class == AUTOMATIC_CALENDAR ?
	    json_array() : bounced_by(message));
	return json;
}

/*
 * For people.
 */

static const char *
member(const json_t *json, const char *key)
{
	const char *value = json_string_value(json_object_get(json, key));

	return value != NULL ? value : "-";
}

static void
show_line(struct buf *buf, const char *label, const char *value)
{
	buf_printf(buf, "  %-12s", label);
	ctl_text_add_clean(buf, value);
	buf_add_text(buf, "\n");
}

static void
show(struct ctl *ctl, const json_t *json)
{
	const json_t *answers = json_object_get(json, "answers");
	const json_t *bounced = json_object_get(json, "bounced"), *entry;
	struct buf buf;
	size_t i;

	buf_init(&buf);
	ctl_text_add_clean(&buf, member(json, "file"));
	buf_printf(&buf, ": %s, by the rule %s\n", member(json, "class"),
	    member(json, "rule"));
	if (json_is_string(json_object_get(json, "header")))
		show_line(&buf, "header", member(json, "header"));
	show_line(&buf, "Message-ID", member(json, "message_id"));
	for (i = 0; i < json_array_size(answers); i++)
		show_line(&buf, i == 0 ? "answers" : "",
		    json_string_value(json_array_get(answers, i)));
	if (json_is_string(json_object_get(json, "topic")))
		show_line(&buf, "topic", member(json, "topic"));
	for (i = 0; i < json_array_size(bounced); i++) {
		entry = json_array_get(bounced, i);
		show_line(&buf, member(entry, "action"),
		    member(entry, "recipient"));
		show_line(&buf, "  status", member(entry, "status"));
		show_line(&buf, "  of", member(entry, "message_id"));
	}
	fputs(buf.data, ctl->out);
	buf_release(&buf);
}

static enum ctl_exit
test_file(struct ctl *ctl, const struct judge *judge, const char *path)
{
	struct judgement judgement;
	struct message message;
	struct buf bytes;
	json_t *json;

	buf_init(&bytes);
	if (!ctl_message_file(path, CTL_MESSAGE_MAX, &bytes)) {
		ctl_complain(ctl, "%s: %s", path, strerror(errno));
		buf_release(&bytes);
		return CTL_CANNOT;
	}
	message_init(&message);
	ctl_message_read(&message, bytes.data, bytes.length, ctl->from,
	    judge);
	(void)automatic_judge(&message, &judgement);
	json = describe(path, &message, &judgement);
	if (ctl->json) {
		json_dumpf(json, ctl->out, JSON_ENSURE_ASCII);
		fputc('\n', ctl->out);
	} else
		show(ctl, json);
	json_decref(json);
	message_release(&message);
	buf_release(&bytes);
	return CTL_FINE;
}

enum ctl_exit
ctl_test_message(struct ctl *ctl, const char *operand)
{
	enum ctl_exit result = CTL_FINE;
	struct judge *judge;
	size_t i;

	(void)operand;
	mime_library_init();
	judge = load_judge(ctl);
	if (judge == NULL)
		return CTL_CANNOT;
	for (i = 0; i < ctl->operand_count; i++)
		if (test_file(ctl, judge, ctl->operands[i]) != CTL_FINE)
			result = CTL_CANNOT;
	judge_unref(judge);
	return result;
}
