/*
 * Which text of a message is the letter.
 *
 * A message that has both plain text and HTML is read as HTML by nearly
 * everybody, so that is taken, unless it is hardly anything beside the plain
 * text: a gateway's notice, a list's footer.
 *
 * What is quoted is left out where the message answers one, or has words of
 * its own before it.  A first letter that looks quoted from its first line on
 * is read whole: somebody who is no friend of rules has quoted it himself.
 *
 * An invitation out of a calendar ends with how to join the meeting, below a
 * rule: some fifty words of the calendar's, which are no letter's.
 */
#include "mail/letter.h"

#include <string.h>

#include "mail/html.h"
#include "mail/letter_private.h"
#include "mail/message.h"
#include "mail/mime.h"

/* Words that are enough to be a letter's own. */
#define OWN_WORDS_MIN	3

struct texts {
	struct buf	plain;
	struct buf	html;		/* as it came */
	bool		calendar;
	bool		no_memory;
};

void
letter_init(struct letter *letter)
{
	memset(letter, 0, sizeof(*letter));
	buf_init(&letter->text);
}

void
letter_release(struct letter *letter)
{
	buf_release(&letter->text);
	letter_init(letter);
}

/* All parts of a kind, one behind the other, within the bound. */
static void
add_part(struct texts *texts, struct buf *text, const struct mime_part *part)
{
	if (text->length >= LETTER_SOURCE_MAX)
		return;
	if (mime_part_text(part, LETTER_SOURCE_MAX - text->length, text) !=
	    STATUS_OK)
		texts->no_memory = true;
	buf_add_text(text, "\n\n");
}

static bool
visit_part(void *context, const struct mime_part *part)
{
	struct texts *texts = context;

	if (part->kind == MIME_TEXT)
		add_part(texts, &texts->plain, part);
	else if (part->kind == MIME_HTML)
		add_part(texts, &texts->html, part);
	else if (part->kind == MIME_CALENDAR)
		texts->calendar = true;
	return !texts->no_memory;
}

static enum status
read_plain(const struct texts *texts, struct letter *letter, bool whole)
{
	letter_release(letter);
	letter->invites = texts->calendar;
	return letter_read_lines(letter, texts->plain.data, whole);
}

static enum status
read_html(const struct texts *texts, struct letter *letter, bool whole)
{
	enum status status;
	struct buf text;

	letter_release(letter);
	letter->invites = texts->calendar;
	buf_init(&text);
	(void)html_to_text(texts->html.data, LETTER_TEXT_MAX, !whole, &text);
	status = text.failed ? STATUS_NO_MEMORY :
	    letter_read_lines(letter, text.data, whole);
	buf_release(&text);
	return status;
}

static enum status
read_texts(const struct texts *texts, struct letter *letter, bool whole)
{
	enum status status = STATUS_OK;
	size_t plain;

	if (texts->html.length == 0)
		return read_plain(texts, letter, whole);
	if (texts->plain.length > 0)
		status = read_plain(texts, letter, whole);
	plain = letter->words;
	if (status == STATUS_OK)
		status = read_html(texts, letter, whole);
	if (status == STATUS_OK && letter->words < plain / 2)
		status = read_plain(texts, letter, whole);
	return status;
}

static bool
answers_something(const struct message *message)
{
	return message->in_reply_to_length > 0 ||
	    message->references_length > 0;
}

enum status
letter_read(const struct message *message, struct letter *letter)
{
	struct mime_body body = {
		.content_type = message->content_type,
		.content_encoding = message->content_encoding,
		.bytes = message->body,
		.length = message->body_length,
	};
	struct texts texts = { .calendar = false, .no_memory = false };
	enum status status;

	if (message->body == NULL)
		return STATUS_OK;
	buf_init(&texts.plain);
	buf_init(&texts.html);
	(void)mime_walk(&body, visit_part, &texts);
	status = texts.no_memory ? STATUS_NO_MEMORY :
	    read_texts(&texts, letter, false);
	if (status == STATUS_OK && letter->words < OWN_WORDS_MIN &&
	    !answers_something(message))
		status = read_texts(&texts, letter, true);
	if (status != STATUS_OK)
		letter_release(letter);
	buf_release(&texts.html);
	buf_release(&texts.plain);
	return status;
}
