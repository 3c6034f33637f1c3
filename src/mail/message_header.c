/*
 * The header of a message: what is kept of each field that somebody asks about.
 * Texts are kept as they came and read only when they are asked for: those of
 * most messages never are.
 */
#include "mail/message.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mail/judge.h"
#include "mail/mailbox.h"
#include "mail/message_result.h"
#include "mail/mime.h"
#include "mail/sign.h"

/*
 * Adds bytes to a text that grows rarely: by exactly what is needed, always
 * NUL-terminated.  false without memory; the text is then as it was.
 */
static bool
append(char **text, size_t *length, const char *bytes, size_t more)
{
	char *grown = realloc(*text, *length + more + 1);

	if (grown == NULL)
		return false;
	memcpy(grown + *length, bytes, more);
	*length += more;
	grown[*length] = '\0';
	*text = grown;
	return true;
}

static void
take_date(struct message *message, const char *value)
{
	(void)value;
	message->has_date = true;
}

static void
take_from(struct message *message, const char *value)
{
	message->has_from = true;
	if (message->from.length == 0)
		(void)mime_first_address(value, &message->from);
}

static void
take_reply_to(struct message *message, const char *value)
{
	if (message->reply_to.length == 0)
		(void)mime_first_address(value, &message->reply_to);
}

static void
take_mailboxes(struct message *message, const char *value)
{
	message->mailboxes += mailbox_count(value);
}

static void
take_message_id(struct message *message, const char *value)
{
	message->has_message_id = true;
	if (message->message_id.length == 0)
		(void)msgid_parse(value, strlen(value), &message->message_id);
}

static void
take_parent_id(struct message *message, const char *value)
{
	if (message->parent_id.length == 0)
		(void)msgid_parse(value, strlen(value), &message->parent_id);
}

/*
 * No overflow here: what tells one subject from another is at its beginning,
 * and nobody is let off by a long one.
 */
static void
take_text(struct message *message, char **text, const char *value)
{
	size_t length = 0;

	if (*text == NULL && !append(text, &length, value,
	    strnlen(value, MESSAGE_SUBJECT_MAX)))
		message->no_memory = true;
}

static void
take_subject(struct message *message, const char *value)
{
	take_text(message, &message->subject, value);
}

static void
take_topic(struct message *message, const char *value)
{
	take_text(message, &message->topic, value);
}

/* A field may come twice, against the standard; both are looked at. */
static void
take_in_reply_to(struct message *message, const char *value)
{
	char **text = &message->in_reply_to;
	size_t *length = &message->in_reply_to_length;
	size_t more = strlen(value);

	if (more >= MESSAGE_THREAD_MAX ||
	    *length + 1 + more > MESSAGE_THREAD_MAX) {
		message->overflow = true;
		return;
	}
	if ((*length > 0 && !append(text, length, " ", 1)) ||
	    !append(text, length, value, more))
		message->no_memory = true;
}

/*
 * Cuts a text to at most MESSAGE_THREAD_MAX bytes, at its beginning, and on
 * to the next white space or bracket: the rest of an id would look like
 * another.
 */
static void
cut_oldest(char *text, size_t *length)
{
	size_t from;

	if (*length <= MESSAGE_THREAD_MAX)
		return;
	from = *length - MESSAGE_THREAD_MAX;
	from += strcspn(text + from, " \t\r\n,<");
	*length -= from;
	memmove(text, text + from, *length + 1);
}

/* No overflow here: what is dropped is the oldest and of least worth. */
static void
take_references(struct message *message, const char *value)
{
	char **text = &message->references;
	size_t *length = &message->references_length;
	size_t more = strlen(value);

	if (more > MESSAGE_THREAD_MAX + 1) {
		/* one byte more than is kept, so that cut_oldest sees it */
		value += more - (MESSAGE_THREAD_MAX + 1);
		more = MESSAGE_THREAD_MAX + 1;
	}
	if ((*length > 0 && !append(text, length, " ", 1)) ||
	    !append(text, length, value, more)) {
		message->no_memory = true;
		return;
	}
	cut_oldest(*text, length);
}

/* Of a repeated field the first counts; one past the bound says nothing. */
static void
take_content(struct message *message, char **text, const char *value)
{
	size_t length = 0, more = strlen(value);

	if (*text != NULL)
		return;
	if (more > MESSAGE_CONTENT_MAX)
		message->overflow = true;
	else if (!append(text, &length, value, more))
		message->no_memory = true;
}

static void
take_content_type(struct message *message, const char *value)
{
	take_content(message, &message->content_type, value);
}

static void
take_content_encoding(struct message *message, const char *value)
{
	take_content(message, &message->content_encoding, value);
}

static void
take_content_disposition(struct message *message, const char *value)
{
	take_content(message, &message->content_disposition, value);
}

static void
take_mime_version(struct message *message, const char *value)
{
	take_content(message, &message->mime_version, value);
}

static void
take_failed_recipients(struct message *message, const char *value)
{
	char **text = &message->failed_recipients;
	size_t length = *text == NULL ? 0 : strlen(*text);
	size_t more = strlen(value);

	if (more > MESSAGE_CONTENT_MAX ||
	    length + 1 + more > MESSAGE_CONTENT_MAX) {
		message->overflow = true;
		return;
	}
	if ((length > 0 && !append(text, &length, ",", 1)) ||
	    !append(text, &length, value, more))
		message->no_memory = true;
}

/*
 * One kind of header field somebody asks about: what takes its value, and
 * whether that goes into the digest text.
 */
struct field {
	const char	*name;
	size_t		 length;	/* of the name */
	void		(*take)(struct message *, const char *value);
	bool		 in_digest;
};

#define FIELD(name, take, in_digest)	\
	{ name, sizeof(name) - 1, take, in_digest }

static const struct field fields[] = {
	FIELD("Authentication-Results", message_result_take, false),
	FIELD("Cc", take_mailboxes, true),
	FIELD("Content-Disposition", take_content_disposition, false),
	FIELD("Content-Transfer-Encoding", take_content_encoding, false),
	FIELD("Content-Type", take_content_type, false),
	FIELD("Date", take_date, true),
	FIELD("From", take_from, true),
	FIELD("In-Reply-To", take_in_reply_to, false),
	FIELD("Message-ID", take_message_id, true),
	FIELD("MIME-Version", take_mime_version, false),
	FIELD("Received", message_result_hop, false),
	FIELD("References", take_references, false),
	FIELD("Reply-To", take_reply_to, false),
	FIELD("Subject", take_subject, true),
	FIELD("Thread-Topic", take_topic, false),
	FIELD("To", take_mailboxes, true),
	FIELD("X-Failed-Recipients", take_failed_recipients, false),
	FIELD("X-MS-Exchange-Parent-Message-Id", take_parent_id, false),
};

#define FIELDS	(sizeof(fields) / sizeof(fields[0]))

/*
 * Each field has its share of the room, so that a To of a thousand
 * recipients does not push out the Subject that tells two messages apart.
 * What is past the bounds is left out, the same each time the message comes.
 */
static void
add_to_digest(struct message *message, const struct field *field,
    const char *value)
{
	size_t length = strnlen(value, MESSAGE_DIGEST_FIELD_MAX);
	char **text = &message->digest_text;
	size_t *at = &message->digest_length;

	if (*at + field->length + length + 2 > MESSAGE_DIGEST_MAX)
		return;
	if (!append(text, at, field->name, field->length) ||
	    !append(text, at, ":", 1) || !append(text, at, value, length) ||
	    !append(text, at, "\n", 1))
		message->no_memory = true;
}

/* The lengths of the table's names; most other names end here. */
static bool
has_length_of_field(size_t length)
{
	switch (length) {
	case 2: case 4: case 7: case 8: case 10: case 11: case 12: case 19:
	case 22: case 25: case 31:
		return true;
	default:
		return false;
	}
}

/* An administrator's rules are about any field, and see all there are. */
static void
take_word(struct message *message, const char *name, const char *value)
{
	const char *rule;
	enum judge_word word = judge_field(message->judge, name, value,
	    &rule);

	if (word > message->word) {
		message->word = word;
		message->word_rule = rule;
	}
}

void
message_header(struct message *message, const char *name, const char *value)
{
	size_t i, length = strlen(name);

	message->signs |= sign_of_field(name, value);
	if (message->judge != NULL)
		take_word(message, name, value);
	if (!has_length_of_field(length))
		return;
	for (i = 0; i < FIELDS; i++) {
		if (fields[i].length != length ||
		    strcasecmp(name, fields[i].name) != 0)
			continue;
		fields[i].take(message, value);
		if (fields[i].in_digest)
			add_to_digest(message, &fields[i], value);
		return;
	}
}
