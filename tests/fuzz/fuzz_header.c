/*
 * A header, field by field, and what is made of it: the facts, the verdict by
 * header alone, the subject proper.
 */
#include "fuzz.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "mail/automatic.h"
#include "mail/subject.h"

static void
check_addr(const struct addr *addr)
{
	assert(addr->length < ADDR_SIZE && addr->domain <= addr->length);
	assert(strlen(addr->text) == addr->length);
}

static void
check_text(const char *text, size_t length, size_t most)
{
	assert(length <= most);
	assert(text == NULL ? length == 0 : strlen(text) == length);
}

static void
check_facts(const struct message *message)
{
	size_t i;

	check_addr(&message->sender);
	check_addr(&message->from);
	check_addr(&message->reply_to);
	check_text(message->in_reply_to, message->in_reply_to_length,
	    MESSAGE_THREAD_MAX);
	check_text(message->references, message->references_length,
	    MESSAGE_THREAD_MAX);
	check_text(message->digest_text, message->digest_length,
	    MESSAGE_DIGEST_MAX);
	assert(message->subject == NULL ||
	    strlen(message->subject) <= MESSAGE_SUBJECT_MAX);
	assert(message->topic == NULL ||
	    strlen(message->topic) <= MESSAGE_SUBJECT_MAX);
	assert(message->result_count <= MESSAGE_RESULTS_MAX);
	for (i = 0; i < message->result_count; i++)
		assert(message->results[i].hops <= message->hops);
	assert(!message->no_memory);
}

/* A skipper ends in the text it was given, and not where it began. */
static void
check_skip(const char *text, const char *behind)
{
	assert(behind == NULL ||
	    (behind > text && behind <= text + strlen(text)));
}

static void
check_subject(const char *value)
{
	const char *topic;
	struct buf text;

	buf_init(&text);
	assert(subject_fold(value, &text) == STATUS_OK);
	topic = subject_topic(text.data);
	assert(topic >= text.data && topic <= text.data + text.length);
	assert(subject_topic(topic) == topic);
	check_skip(text.data, subject_skip_tag(text.data));
	check_skip(text.data, subject_skip_mark(text.data));
	topic = subject_skip_tags(text.data);
	assert(subject_skip_tag(topic) == NULL);
	(void)subject_is_forward(text.data);
	(void)subject_is_answer(text.data);
	buf_release(&text);
}

static void
check_rule(const char *rule)
{
	const char *name;
	size_t i;

	for (i = 0; (name = automatic_rule_at(i)) != NULL; i++)
		if (strcmp(name, rule) == 0)
			return;
	assert(strcmp(rule, "person") == 0);
}

int
FUZZ_TARGET(header)(const uint8_t *bytes, size_t length)
{
	struct judgement judgement;
	struct message message;
	const char *rule;

	message_init(&message);
	(void)fuzz_take_header(&message, "<bob@example.com>", bytes,
	    bytes + length);
	check_facts(&message);
	check_subject(message.subject);
	check_subject(message.topic);
	rule = automatic_rule(&message);
	if (rule != NULL) {
		check_rule(rule);
		(void)automatic_is_list_rule(rule);
	}
	assert(automatic_judge_header(&message, &judgement) == STATUS_OK);
	check_rule(judgement.rule);
	assert(automatic_class_text(judgement.class) != NULL);
	(void)automatic_wants_body(&message, &judgement);
	message_release(&message);
	return 0;
}
