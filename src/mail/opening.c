/*
 * The first lines of a message.
 *
 * Only the writer's own: a reply quotes what it answers, and the words of an
 * automatic reply that a person answers must not be taken for the person's.
 * What is behind a forwarded or quoted header is left out altogether, lines
 * behind ">" one by one, since some people write below them.
 */
#include "mail/opening.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mail/html.h"
#include "mail/message.h"
#include "mail/mime.h"
#include "mail/phrase.h"
#include "mail/quote.h"

#define SOURCE_MAX	65536	/* bytes of a part that are looked at */
#define TEXT_MAX	8000	/* bytes of text that HTML yields */

struct visit {
	struct opening	*opening;
	bool		 no_memory;
};

void
opening_init(struct opening *opening)
{
	memset(opening, 0, sizeof(*opening));
	buf_init(&opening->text);
}

void
opening_release(struct opening *opening)
{
	buf_release(&opening->text);
	opening_init(opening);
}

/*
 * Lines.
 */

/* One folded line; false: what follows is not the writer's own. */
static bool
take_line(struct opening *opening, const struct buf *line)
{
	if (line->length == 0)
		return true;
	if (line->data[0] == '>' ||
	    quote_is_attribution(line->data, line->length)) {
		opening->quotes = true;
		return true;
	}
	if (opening->text.length > 0 && quote_is_separator(line->data)) {
		opening->quotes = true;
		return false;
	}
	buf_add(&opening->text, line->data, line->length);
	buf_add_text(&opening->text, "\n");
	return opening->text.length < OPENING_MAX;
}

static void
take_text(struct opening *opening, char *text)
{
	size_t lines = 0, length;
	struct buf line;
	bool more = true;
	char *end;

	buf_init(&line);
	while (more && *text != '\0' && lines < OPENING_LINES) {
		length = strcspn(text, "\r\n");
		end = text + length;
		if (*end != '\0')
			*end++ = '\0';
		buf_clear(&line);
		if (phrase_fold(text, &line) != STATUS_OK)
			break;
		lines += line.length > 0;
		more = take_line(opening, &line);
		text = end;
	}
	buf_release(&line);
}

/* The part as UTF-8, in storage of our own; NULL without memory. */
static char *
part_text(struct opening *opening, const struct mime_part *part)
{
	struct buf source, text;

	buf_init(&source);
	if (mime_part_text(part, part->kind == MIME_HTML ? SOURCE_MAX :
	    TEXT_MAX, &source) != STATUS_OK || part->kind != MIME_HTML)
		return buf_detach(&source);
	buf_init(&text);
	if (html_to_text(source.data, TEXT_MAX, true, &text))
		opening->quotes = true;
	buf_release(&source);
	return buf_detach(&text);
}

/* METHOD of the calendar (RFC 5545 section 3.7.2, RFC 5546 section 1.4). */
static void
take_calendar(struct opening *opening, const struct mime_part *part)
{
	const char *method = strcasestr(part->bytes, "\nMETHOD:");
	size_t length;

	if (method == NULL)
		return;
	method += strlen("\nMETHOD:");
	length = strcspn(method, "\r\n");
	if ((length == 5 && strncasecmp(method, "REPLY", length) == 0) ||
	    (length == 7 && strncasecmp(method, "COUNTER", length) == 0))
		opening->answers_event = true;
	else
		opening->event = true;
}

static bool
visit_part(void *context, const struct mime_part *part)
{
	struct visit *visit = context;
	struct opening *opening = visit->opening;
	char *text;

	opening->reaction |= part->reaction;
	if (part->kind == MIME_CALENDAR)
		take_calendar(opening, part);
	else if ((part->kind == MIME_TEXT || part->kind == MIME_HTML) &&
	    opening->text.length == 0) {
		text = part_text(opening, part);
		if (text == NULL)
			visit->no_memory = true;
		else
			take_text(opening, text);
		free(text);
	}
	return !visit->no_memory;
}

enum status
opening_read(const struct message *message, struct opening *opening)
{
	struct mime_body body = {
		.content_type = message->content_type,
		.content_encoding = message->content_encoding,
		.content_disposition = message->content_disposition,
		.bytes = message->body,
		.length = message->body_length,
	};
	struct visit visit = { opening, false };

	if (message->body == NULL)
		return STATUS_OK;
	(void)mime_walk(&body, visit_part, &visit);
	return visit.no_memory || opening->text.failed ? STATUS_NO_MEMORY :
	    STATUS_OK;
}
