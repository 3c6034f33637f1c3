/*
 * HTML, read element by element.
 *
 * Which elements are open is kept as a stack, since what hides an element
 * hides those in it.  Mail is full of elements nobody closes: a closing tag
 * ends whatever was opened behind its element, and one without is let be.
 */
#include "mail/html_private.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define NAME_MAX_LENGTH	11	/* "blockquote" and one more */
#define MARK_MAX	200	/* bytes of a tag searched for marks */
#define COUNT(table)	(sizeof(table) / sizeof((table)[0]))

struct level {
	char			name[NAME_MAX_LENGTH + 1];
	struct html_look	look;
};

struct reader {
	struct buf	*text;
	bool		 own;		/* stop at what is quoted */
	size_t		 depth;
	struct level	 levels[HTML_DEPTH_MAX];	/* [0]: the page */
};

enum element_trait {
	ELEMENT_VOID = 1 << 0,		/* has no content, is not closed */
	ELEMENT_LINE = 1 << 1,		/* begins and ends a line */
	ELEMENT_PARAGRAPH = 1 << 2,	/* begins and ends a paragraph */
	ELEMENT_APART = 1 << 3,		/* a blank on either side */
	ELEMENT_ALONE = 1 << 4,		/* one behind another ends it */
	ELEMENT_QUOTE = 1 << 5
};

static const struct element {
	const char	*name;
	unsigned	 traits;
} elements[] = {
	{ "br", ELEMENT_VOID | ELEMENT_LINE },
	{ "hr", ELEMENT_VOID | ELEMENT_PARAGRAPH },
	{ "img", ELEMENT_VOID }, { "meta", ELEMENT_VOID },
	{ "link", ELEMENT_VOID }, { "input", ELEMENT_VOID },
	{ "base", ELEMENT_VOID }, { "area", ELEMENT_VOID },
	{ "col", ELEMENT_VOID }, { "wbr", ELEMENT_VOID },
	{ "p", ELEMENT_PARAGRAPH | ELEMENT_ALONE },
	{ "h1", ELEMENT_PARAGRAPH }, { "h2", ELEMENT_PARAGRAPH },
	{ "h3", ELEMENT_PARAGRAPH }, { "h4", ELEMENT_PARAGRAPH },
	{ "table", ELEMENT_PARAGRAPH }, { "ul", ELEMENT_PARAGRAPH },
	{ "ol", ELEMENT_PARAGRAPH },
	{ "div", ELEMENT_LINE }, { "tr", ELEMENT_LINE | ELEMENT_ALONE },
	{ "li", ELEMENT_LINE | ELEMENT_ALONE },
	{ "td", ELEMENT_APART | ELEMENT_ALONE },
	{ "th", ELEMENT_APART | ELEMENT_ALONE },
	{ "blockquote", ELEMENT_PARAGRAPH | ELEMENT_QUOTE },
};

static unsigned
traits_of(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT(elements); i++)
		if (strcmp(elements[i].name, name) == 0)
			return elements[i].traits;
	return 0;
}

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

/* The ">" that ends the tag, none inside a value's quotes; or the end. */
static const char *
tag_end(const char *tag)
{
	const char *at;
	char quote = '\0';

	for (at = tag; *at != '\0'; at++) {
		if (quote != '\0') {
			if (*at == quote)
				quote = '\0';
		} else if (*at == '>') {
			return at;
		} else if ((*at == '"' || *at == '\'') && at > tag &&
		    at[-1] == '=') {
			quote = *at;
		}
	}
	/* a quote nobody closed: then it was none */
	return quote != '\0' ? tag + strcspn(tag, ">") : at;
}

/* Marks of Outlook, Gmail and others on what they quote. */
static bool
is_quotation(const struct html_tag *tag)
{
	static const char *const marks[] = {
		"divRplyFwdMsg", "gmail_quote", "OLK_SRC_BODY",
		"yahoo_quoted", "moz-cite-prefix"
	};
	char text[MARK_MAX + 1];
	size_t i, length = tag->rest_length;

	if (length > MARK_MAX)
		length = MARK_MAX;
	memcpy(text, tag->rest, length);
	text[length] = '\0';
	for (i = 0; i < COUNT(marks); i++)
		if (strcasestr(text, marks[i]) != NULL)
			return true;
	return false;
}

static struct html_tag
tag_at(const char *at, const char *end)
{
	size_t length = (size_t)(end - at), slash = at[0] == '/';
	struct html_tag tag = { .name = at };

	tag.name_length = slash + strcspn(at + slash, " \t\r\n/>");
	if (tag.name_length > length)
		tag.name_length = length;
	tag.rest = at + tag.name_length;
	tag.rest_length = length - tag.name_length;
	return tag;
}

/* In lower case, cut where no name we know is that long. */
static void
copy_name(const struct html_tag *tag, size_t from,
    char name[NAME_MAX_LENGTH + 1])
{
	size_t i;

	for (i = 0; i < NAME_MAX_LENGTH && from + i < tag->name_length; i++)
		name[i] = (char)tolower((unsigned char)tag->name[from + i]);
	name[i] = '\0';
}

static void
open_element(struct reader *reader, const char *name, unsigned traits,
    const struct html_tag *tag)
{
	struct level *level;

	if ((traits & ELEMENT_ALONE) &&
	    strcmp(reader->levels[reader->depth].name, name) == 0)
		reader->depth--;
	if (reader->depth + 1 == HTML_DEPTH_MAX)
		return;
	level = &reader->levels[++reader->depth];
	memcpy(level->name, name, sizeof(level->name));
	level->look = level[-1].look;
	html_look_apply(&level->look, tag);
}

static void
close_element(struct reader *reader, const char *name)
{
	size_t at;

	for (at = reader->depth; at > 0; at--)
		if (strcmp(reader->levels[at].name, name) == 0) {
			reader->depth = at - 1;
			return;
		}
}

/* False: what follows is not the writer's own. */
static bool
take_tag(struct reader *reader, const struct html_tag *tag)
{
	bool closing = tag->name_length > 0 && tag->name[0] == '/';
	char name[NAME_MAX_LENGTH + 1];
	unsigned traits;

	copy_name(tag, closing ? 1 : 0, name);
	traits = traits_of(name);
	if (reader->own && !closing && ((traits & ELEMENT_QUOTE) ||
	    (tag->rest_length > 0 && is_quotation(tag))))
		return false;
	if (traits & ELEMENT_PARAGRAPH)
		buf_add_text(reader->text, "\n\n");
	else if (traits & ELEMENT_LINE)
		buf_add_text(reader->text, "\n");
	else if (traits & ELEMENT_APART)
		buf_add_text(reader->text, " ");
	if (closing)
		close_element(reader, name);
	else if (!(traits & ELEMENT_VOID) && isalpha((unsigned char)name[0]))
		open_element(reader, name, traits, tag);
	return true;
}

/* Characters up to the next that is none, or an entity; returns the length. */
static size_t
take_text(struct reader *reader, const char *html)
{
	bool seen = html_look_is_seen(&reader->levels[reader->depth].look);
	struct buf *text = reader->text;
	size_t before = text->length, length;

	if (*html == '&') {
		length = 1 + html_entity_add(text, html + 1);
	} else if (*html == '\n' || *html == '\r') {
		buf_add_text(text, " ");	/* a line's end is a blank */
		length = 1;
	} else {
		length = strcspn(html, "<&\r\n");
		buf_add(text, html, length);
	}
	if (!seen && !text->failed) {
		text->length = before;
		text->data[before] = '\0';
	}
	return length;
}

bool
html_to_text(const char *html, size_t most, bool own, struct buf *text)
{
	struct reader reader = { .text = text, .own = own };
	size_t stop = text->length + most;
	struct html_tag tag;
	const char *end;

	reader.levels[0].look.colour = HTML_COLOUR_BLACK;
	reader.levels[0].look.background = HTML_COLOUR_WHITE;
	while (*html != '\0' && text->length < stop && !text->failed) {
		if (*html != '<') {
			html += take_text(&reader, html);
			continue;
		}
		html = skip_content(html + 1);
		end = tag_end(html);
		tag = tag_at(html, end);
		if (!take_tag(&reader, &tag))
			return true;
		html = *end == '>' ? end + 1 : end;
	}
	return false;
}
