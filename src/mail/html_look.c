/*
 * Is an element seen?  Senders hide words from the reader that are meant for
 * filters, or for the line of text that a mail program shows in its list; and
 * tools that lay a letter out in tables set a font of no size outside the
 * words, and one that has a size around them: so size and colours are handed
 * down and may be set anew, what is not displayed stays so.
 */
#include "mail/html_private.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define COUNT(table)	(sizeof(table) / sizeof((table)[0]))

/* Pixels or points nobody reads. */
#define UNREADABLE	2.0

/* Of 3 x 255: colours that differ by less are one to the eye. */
#define COLOUR_NEAR	24

/*
 * Values.
 */

static int32_t
colour_of_digits(const char *digits)
{
	size_t count = strspn(digits, "0123456789abcdef");
	unsigned long value;

	value = count == 3 || count == 6 ? strtoul(digits, NULL, 16) : 0;
	if (count == 6)
		return (int32_t)value;
	if (count == 3)
		return (int32_t)((value >> 8 & 15) * 0x110000 +
		    (value >> 4 & 15) * 0x1100 + (value & 15) * 0x11);
	return HTML_COLOUR_UNKNOWN;
}

/* "rgb(255,255,255)", also "rgba(255,255,255,1)" */
static int32_t
colour_of_numbers(const char *text)
{
	int32_t colour = 0;
	unsigned long part;
	char *end;
	int i;

	for (i = 0; i < 3; i++) {
		part = strtoul(text, &end, 10);
		if (end == text || part > 255)
			return HTML_COLOUR_UNKNOWN;
		colour = colour << 8 | (int32_t)part;
		text = end + (*end == ',');
	}
	return colour;
}

static int32_t
colour_of(const char *value)
{
	if (value[0] == '#')
		return colour_of_digits(value + 1);
	if (strncmp(value, "rgb(", 4) == 0)
		return colour_of_numbers(value + 4);
	if (strncmp(value, "rgba(", 5) == 0)
		return colour_of_numbers(value + 5);
	if (strncmp(value, "white", 5) == 0)
		return HTML_COLOUR_WHITE;
	if (strncmp(value, "black", 5) == 0)
		return HTML_COLOUR_BLACK;
	return HTML_COLOUR_UNKNOWN;
}

static bool
is_nothing(const char *value)
{
	char *end;

	return strtod(value, &end) == 0 && end != value;
}

/* A size in pixels or points too small to read, or none at all. */
static bool
is_tiny(const char *value)
{
	double size;
	char *end;

	size = strtod(value, &end);
	return end != value && (size <= 0 || (size <= UNREADABLE &&
	    (strncmp(end, "px", 2) == 0 || strncmp(end, "pt", 2) == 0)));
}

/*
 * Properties of a style.
 */

static void
set_display(struct html_look *look, const char *value)
{
	if (strncmp(value, "none", 4) == 0)
		look->hidden = true;
}

static void
set_visibility(struct html_look *look, const char *value)
{
	if (strncmp(value, "hidden", 6) == 0)
		look->hidden = true;
}

static void
set_extent(struct html_look *look, const char *value)
{
	if (is_nothing(value))
		look->hidden = true;
}

/* Far outside of what is shown. */
static void
set_place(struct html_look *look, const char *value)
{
	if (strtod(value, NULL) <= -999)
		look->hidden = true;
}

static void
set_size(struct html_look *look, const char *value)
{
	look->tiny = is_tiny(value);
}

static void
set_colour(struct html_look *look, const char *value)
{
	if (strncmp(value, "transparent", 11) == 0)
		look->hidden = true;
	else if (strncmp(value, "inherit", 7) != 0)
		look->colour = colour_of(value);
}

static void
set_background(struct html_look *look, const char *value)
{
	if (strncmp(value, "transparent", 11) != 0 &&
	    strncmp(value, "none", 4) != 0 &&
	    strncmp(value, "inherit", 7) != 0)
		look->background = colour_of(value);
}

static const struct property {
	const char	*name;
	void		(*set)(struct html_look *, const char *value);
} properties[] = {
	{ "display", set_display },
	{ "visibility", set_visibility },
	{ "opacity", set_extent },
	{ "max-height", set_extent },
	{ "max-width", set_extent },
	{ "text-indent", set_place },
	{ "left", set_place },
	{ "top", set_place },
	{ "font-size", set_size },
	{ "color", set_colour },
	{ "background", set_background },
	{ "background-color", set_background },
};

static void
apply_property(struct html_look *look, const char *name, size_t length,
    const char *value)
{
	size_t i;

	for (i = 0; i < COUNT(properties); i++)
		if (strlen(properties[i].name) == length &&
		    strncmp(properties[i].name, name, length) == 0)
			properties[i].set(look, value);
}

/*
 * "height:0" hides nothing by itself, the words stand over the edge; with
 * "overflow:hidden" it does.  The style has lost its blanks.
 */
static bool
is_shut(const char *style)
{
	const char *at = style;

	if (strstr(style, "overflow:hidden") == NULL)
		return false;
	while ((at = strstr(at, "height:")) != NULL) {
		at += strlen("height:");
		if (is_nothing(at))
			return true;
	}
	return false;
}

static void
apply_style(struct html_look *look, const char *style)
{
	const char *at, *end;
	size_t name;

	for (at = style; *at != '\0'; at = end + (*end == ';')) {
		end = at + strcspn(at, ";");
		name = strcspn(at, ":;");
		if (at[name] == ':')
			apply_property(look, at, name, at + name + 1);
	}
	if (is_shut(style))
		look->hidden = true;
}

/*
 * Attributes.
 */

/* Copies the value in lower case and without blanks. */
static void
copy_value(char value[HTML_VALUE_MAX + 1], const char *from, size_t length)
{
	size_t i, n = 0;

	for (i = 0; i < length && n < HTML_VALUE_MAX; i++)
		if (!isspace((unsigned char)from[i]))
			value[n++] = (char)tolower((unsigned char)from[i]);
	value[n] = '\0';
}

static void
apply_attribute(struct html_look *look, const char *name, size_t length,
    const char *value)
{
	if (length == 5 && strncasecmp(name, "style", 5) == 0)
		apply_style(look, value);
	else if (length == 6 && strncasecmp(name, "hidden", 6) == 0)
		look->hidden = true;
	else if (length == 7 && strncasecmp(name, "bgcolor", 7) == 0)
		set_background(look, value);
	else if (length == 5 && strncasecmp(name, "color", 5) == 0)
		set_colour(look, value);
}

/* The attribute at `at`; returns where the next may begin. */
static size_t
read_attribute(struct html_look *look, const char *text, size_t at,
    size_t length)
{
	size_t start = at, name, end;
	char value[HTML_VALUE_MAX + 1] = "";

	while (at < length && strchr(" \t\r\n=/", text[at]) == NULL)
		at++;
	name = at - start;
	if (at < length && text[at] == '=') {
		at++;
		if (at < length && (text[at] == '"' || text[at] == '\'')) {
			for (end = at + 1; end < length &&
			    text[end] != text[at]; end++)
				;
			at++;
		} else {
			for (end = at; end < length &&
			    !isspace((unsigned char)text[end]); end++)
				;
		}
		copy_value(value, text + at, end - at);
		at = end;
	}
	apply_attribute(look, text + start, name, value);
	return at < length ? at + 1 : length;
}

void
html_look_apply(struct html_look *look, const struct html_tag *tag)
{
	size_t at = 0;

	while (at < tag->rest_length) {
		if (strchr(" \t\r\n/\"'", tag->rest[at]) != NULL)
			at++;
		else
			at = read_attribute(look, tag->rest, at,
			    tag->rest_length);
	}
}

static bool
are_near(int32_t a, int32_t b)
{
	int distance = 0, shift;

	if (a == HTML_COLOUR_UNKNOWN || b == HTML_COLOUR_UNKNOWN)
		return false;
	for (shift = 0; shift <= 16; shift += 8)
		distance += abs((int)(a >> shift & 255) -
		    (int)(b >> shift & 255));
	return distance <= COLOUR_NEAR;
}

bool
html_look_is_seen(const struct html_look *look)
{
	return !look->hidden && !look->tiny &&
	    !are_near(look->colour, look->background);
}
