/*
 * Filling lines.  Columns are counted in characters, not bytes; what a font
 * makes of wide ones is its affair.
 */
#include "notify/notice_private.h"

#include <string.h>

/* A word of more bytes is parted: no line is to pass 998 (RFC 5322 2.1.1). */
#define WORD_MAX	900

struct filling {
	struct buf	*out;
	size_t		 column;	/* characters on the present line */
	size_t		 indent;	/* of the lines that follow it */
	bool		 paragraph;	/* the present line may be filled */
	bool		 gap;		/* an empty line is to come first */
	bool		 begun;
};

static size_t
columns_of(const char *word, size_t length)
{
	size_t i, columns = 0;

	for (i = 0; i < length; i++)
		columns += ((unsigned char)word[i] & 0xc0) != 0x80;
	return columns;
}

static void
end_line(struct filling *filling)
{
	if (filling->column > 0)
		buf_add(filling->out, "\n", 1);
	filling->column = 0;
	filling->indent = 0;
	filling->paragraph = false;
}

/* Before the first character of a line; empty lines at the top are none. */
static void
begin_line(struct filling *filling)
{
	if (filling->gap && filling->begun)
		buf_add(filling->out, "\n", 1);
	filling->gap = false;
	filling->begun = true;
}

static void
add_word(struct filling *filling, const char *word, size_t length)
{
	size_t columns = columns_of(word, length);

	if (filling->column == 0) {
		begin_line(filling);
	} else if (filling->column + 1 + columns > NOTICE_COLUMNS) {
		buf_printf(filling->out, "\n%*s", (int)filling->indent, "");
		filling->column = filling->indent;
	} else {
		buf_add(filling->out, " ", 1);
		filling->column++;
	}
	buf_add(filling->out, word, length);
	filling->column += columns;
}

/* How many bytes of a long word go on one line; no character is parted. */
static size_t
part_of(const char *word, size_t length)
{
	size_t part = WORD_MAX;

	if (length <= WORD_MAX)
		return length;
	while (part > WORD_MAX - 4 &&
	    ((unsigned char)word[part] & 0xc0) == 0x80)
		part--;
	return part;
}

/* "13 %" stays on one line. */
static bool
ends_word(const char *line, size_t length, size_t at)
{
	if (line[at] == '\t')
		return true;
	return line[at] == ' ' && !(at + 1 < length && line[at + 1] == '%');
}

static void
add_words(struct filling *filling, const char *line, size_t length)
{
	size_t at = 0, end, part;

	while (at < length) {
		while (at < length && (line[at] == ' ' || line[at] == '\t'))
			at++;
		for (end = at; end < length && !ends_word(line, length, end);
		    end++)
			;
		for (; at < end; at += part) {
			part = part_of(line + at, end - at);
			add_word(filling, line + at, part);
		}
	}
}

/* As it is, but for what no line may hold. */
static void
add_as_it_is(struct filling *filling, const char *line, size_t length)
{
	size_t part;

	for (; length > 0; length -= part) {
		begin_line(filling);
		part = part_of(line, length);
		buf_add(filling->out, line, part);
		buf_add(filling->out, "\n", 1);
		line += part;
	}
}

static void
add_line(struct filling *filling, const char *line, size_t length)
{
	size_t blank = strspn(line, " \t");

	if (blank >= length) {
		end_line(filling);
		filling->gap = true;
	} else if (blank > 0 || (length == 3 && memcmp(line, "-- ", 3) == 0)) {
		end_line(filling);
		add_as_it_is(filling, line, length);
	} else {
		if (!filling->paragraph || strncmp(line, "- ", 2) == 0)
			end_line(filling);
		if (strncmp(line, "- ", 2) == 0)
			filling->indent = 2;
		filling->paragraph = true;
		add_words(filling, line, length);
	}
}

void
notice_wrap(const char *text, struct buf *out)
{
	struct filling filling = { .out = out };
	size_t length;

	while (*text != '\0') {
		length = strcspn(text, "\n");
		add_line(&filling, text, length);
		text += length;
		text += *text == '\n';
	}
	end_line(&filling);
}
