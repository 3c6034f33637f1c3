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

#include "mail/message.h"
#include "mail/mime.h"
#include "mail/phrase.h"

#define SOURCE_MAX	8000	/* bytes of a part that are looked at */
#define TAG_MAX		200	/* bytes of a tag searched for marks */

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
 * HTML as text: what matters is where lines end and which words are there.
 */

struct element {
	const char	*name;
	const char	*text;		/* it stands for; NULL: the end of all
					   that is the writer's own */
};

static const struct element elements[] = {
	{ "br", "\n" }, { "p", "\n" }, { "/p", "\n" }, { "div", "\n" },
	{ "/div", "\n" }, { "tr", "\n" }, { "/tr", "\n" }, { "li", "\n" },
	{ "/li", "\n" }, { "h1", "\n" }, { "/h1", "\n" }, { "h2", "\n" },
	{ "/h2", "\n" }, { "h3", "\n" }, { "/h3", "\n" }, { "td", " " },
	{ "hr", "\n" }, { "blockquote", NULL },
};

static const struct element entities[] = {
	{ "nbsp;", " " }, { "amp;", "&" }, { "lt;", "<" }, { "gt;", ">" },
	{ "quot;", "\"" }, { "#39;", "'" }, { "apos;", "'" },
	{ "rsquo;", "'" }, { "auml;", "\xc3\xa4" }, { "ouml;", "\xc3\xb6" },
	{ "uuml;", "\xc3\xbc" }, { "szlig;", "\xc3\x9f" },
	{ "eacute;", "\xc3\xa9" }, { "egrave;", "\xc3\xa8" },
	{ "agrave;", "\xc3\xa0" }, { "ccedil;", "\xc3\xa7" },
	{ "#228;", "\xc3\xa4" }, { "#246;", "\xc3\xb6" },
	{ "#252;", "\xc3\xbc" }, { "#233;", "\xc3\xa9" },
	{ "#8217;", "'" }, { "#160;", " " },
};

#define COUNT(table)	(sizeof(table) / sizeof((table)[0]))

/* Past an element whose content is no text; else the text itself. */
static const char *
skip_content(const char *tag)
{
	static const char *const ends[][2] = {
		{ "style", "</style" }, { "script", "</script" },
		{ "title", "</title" }, { "!--", "--" },
	};
	const char *end;
	size_t i;

	for (i = 0; i < COUNT(ends); i++) {
		if (strncasecmp(tag, ends[i][0], strlen(ends[i][0])) != 0)
			continue;
		end = strcasestr(tag + strlen(ends[i][0]), ends[i][1]);
		return end != NULL ? end : tag + strlen(tag);
	}
	return tag;
}

/* Marks of Outlook, Gmail and others on what they quote. */
static bool
is_quotation(const char *tag, size_t length)
{
	static const char *const marks[] = {
		"divRplyFwdMsg", "gmail_quote", "OLK_SRC_BODY",
		"yahoo_quoted", "moz-cite-prefix"
	};
	char text[TAG_MAX + 1];
	size_t i;

	if (length > TAG_MAX)
		length = TAG_MAX;
	memcpy(text, tag, length);
	text[length] = '\0';
	for (i = 0; i < COUNT(marks); i++)
		if (strcasestr(text, marks[i]) != NULL)
			return true;
	return false;
}

/* The tag behind "<"; false: what follows is not the writer's own. */
static bool
add_tag(struct buf *text, const char *tag, size_t length)
{
	size_t i, name = strcspn(tag, " \t\r\n/>") +
	    (tag[0] == '/' ? 1 + strcspn(tag + 1, " \t\r\n/>") : 0);

	if (is_quotation(tag, length))
		return false;
	for (i = 0; i < COUNT(elements); i++) {
		if (strlen(elements[i].name) != name ||
		    strncasecmp(tag, elements[i].name, name) != 0)
			continue;
		if (elements[i].text == NULL)
			return false;
		buf_add_text(text, elements[i].text);
	}
	return true;
}

/* Behind "&": returns how much of it was an entity. */
static size_t
add_entity(struct buf *text, const char *entity)
{
	size_t i, length;

	for (i = 0; i < COUNT(entities); i++) {
		length = strlen(entities[i].name);
		if (strncasecmp(entity, entities[i].name, length) == 0) {
			buf_add_text(text, entities[i].text);
			return length;
		}
	}
	buf_add_text(text, "&");
	return 0;
}

/* True: it quotes something. */
static bool
html_to_text(const char *html, struct buf *text)
{
	const char *end;

	while (*html != '\0' && text->length < SOURCE_MAX) {
		if (*html == '<') {
			html = skip_content(html + 1);
			end = html + strcspn(html, ">");
			if (!add_tag(text, html, (size_t)(end - html)))
				return true;
			html = *end == '>' ? end + 1 : end;
		} else if (*html == '&') {
			html += 1 + add_entity(text, html + 1);
		} else {
			/* a line's end in HTML is a blank */
			buf_add(text, *html == '\n' || *html == '\r' ? " " :
			    html, 1);
			html++;
		}
	}
	return false;
}

/*
 * Lines.
 */

static bool
begins(const char *line, const char *with)
{
	return strncmp(line, with, strlen(with)) == 0;
}

/* What stands between the own text and a message below it, folded. */
static bool
is_separator(const char *line)
{
	static const char *const beginnings[] = {
		"-----", "_____", "begin forwarded message",
		"---------- forwarded", "from: ", "von: ", "de : ", "de: ",
		"da: ", "van: ", "från: ", "fra: ", "od: ", "lähettäjä: ",
		"от: ", "发件人:", "寄件者:", "差出人:",
		"보낸 사람:", "kimden: ", "feladó: ", "expéditeur : "
	};
	size_t i;

	for (i = 0; i < COUNT(beginnings); i++)
		if (begins(line, beginnings[i]))
			return true;
	return false;
}

/* "On Monday Alice wrote:": the line above a quotation. */
static bool
is_attribution(const char *line, size_t length)
{
	static const char *const ends[] = {
		"wrote:", "writes:", "schrieb:", "a écrit :", "a écrit:",
		"escribió:", "escreveu:", "ha scritto:", "schreef:",
		"skrev:", "kirjoitti:", "napisał(a):", "napsal:",
		"пишет:", "писал:", "写道:", "said:"
	};
	size_t i, end;

	for (i = 0; i < COUNT(ends); i++) {
		end = strlen(ends[i]);
		if (length >= end && strcmp(line + length - end, ends[i]) == 0)
			return true;
	}
	return false;
}

/* One folded line; false: what follows is not the writer's own. */
static bool
take_line(struct opening *opening, const struct buf *line)
{
	if (line->length == 0)
		return true;
	if (line->data[0] == '>' || is_attribution(line->data, line->length)) {
		opening->quotes = true;
		return true;
	}
	if (opening->text.length > 0 && is_separator(line->data)) {
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
	char *source = strndup(part->bytes, SOURCE_MAX);
	struct buf text, valid;

	buf_init(&text);
	buf_init(&valid);
	if (source != NULL && part->kind == MIME_HTML) {
		if (html_to_text(source, &text))
			opening->quotes = true;
	} else if (source != NULL)
		buf_add_text(&text, source);
	if (source == NULL || mime_decode_text(text.data, &valid) != STATUS_OK)
		valid.failed = true;
	free(source);
	buf_release(&text);
	return buf_detach(&valid);
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
