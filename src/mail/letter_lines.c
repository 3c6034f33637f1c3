/*
 * Lines, and what they are part of.
 *
 * A paragraph ends at an empty line, at a line that is longer than anybody
 * breaks lines at (then each line is one), and where a point of a list begins.
 * The letter ends at a signature's mark, at a closing with a name below it, and
 * at the header of a message that is quoted.
 */
#include "mail/letter_private.h"

#include <string.h>

#include "mail/phrase.h"
#include "mail/quote.h"

#define LINE_BROKEN_MAX	100	/* bytes; a longer line was not broken */
#define LINE_FOLDED_MAX	400	/* bytes of a line that are folded */
#define CLOSING_MAX	60	/* bytes of a closing, of a name */
#define CLOSING_WORDS	6
#define GREETING_MAX	40	/* bytes before its comma */
#define GREETING_WORDS	4
#define FIELD_NAME_MAX	20	/* "Gesendet:" */
#define RULE_MIN	20	/* bytes of a rule */

struct lines {
	struct letter	*letter;
	const char	*at;		/* the next line */
	const char	*line;
	size_t		 length;	/* without its end */
	struct buf	 paragraph;
	struct buf	 folded;
	bool		 whole;
};

static void
trim(struct lines *lines)
{
	while (lines->length > 0 && strchr(" \t\r",
	    lines->line[lines->length - 1]) != NULL)
		lines->length--;
	while (lines->length > 0 && (*lines->line == ' ' ||
	    *lines->line == '\t')) {
		lines->line++;
		lines->length--;
	}
}

/* False at the end of the text. */
static bool
next_line(struct lines *lines)
{
	if (*lines->at == '\0')
		return false;
	lines->line = lines->at;
	lines->length = strcspn(lines->at, "\n");
	lines->at += lines->length + (lines->at[lines->length] == '\n');
	return true;
}

static const char *
fold(struct lines *lines)
{
	char line[LINE_FOLDED_MAX + 1];
	size_t length = lines->length < LINE_FOLDED_MAX ? lines->length :
	    LINE_FOLDED_MAX;

	memcpy(line, lines->line, length);
	line[length] = '\0';
	buf_clear(&lines->folded);
	(void)phrase_fold(line, &lines->folded);
	return lines->folded.data;
}

static void
end_paragraph(struct lines *lines)
{
	letter_add_paragraph(lines->letter, lines->paragraph.data,
	    lines->paragraph.length);
	buf_clear(&lines->paragraph);
}

/* RFC 3676 section 4.3 has "-- "; the blank gets lost on the way. */
static bool
is_signature(const struct lines *lines)
{
	return lines->length == 2 && memcmp(lines->line, "--", 2) == 0;
}

/* The rule a calendar draws above how to join a meeting. */
static bool
is_rule_of_invitation(const struct lines *lines)
{
	size_t i;

	for (i = 0; i < lines->length && lines->line[i] == '_'; i++)
		continue;
	return lines->letter->invites && i == lines->length && i >= RULE_MIN;
}

static bool
is_point(const struct lines *lines)
{
	const char *line = lines->line;

	if (lines->length > 2 && line[1] == ' ' && strchr("-*+", line[0]) !=
	    NULL)
		return true;
	return lines->length > 4 && (memcmp(line, "\xe2\x80\xa2", 3) == 0 ||
	    memcmp(line, "\xc2\xb7", 2) == 0);
}

/* The line behind this one that is not empty. */
static struct lines
peek(const struct lines *lines)
{
	struct lines ahead = *lines;

	while (next_line(&ahead)) {
		trim(&ahead);
		if (ahead.length > 0)
			return ahead;
	}
	ahead.length = 0;
	return ahead;
}

/* "From: ..." with another field below it. */
static bool
is_quoted_header(struct lines *lines)
{
	struct lines ahead;
	size_t span;

	/* all of them have a colon or begin with a rule */
	if (memchr(lines->line, ':', lines->length) == NULL &&
	    lines->line[0] != '-' && lines->line[0] != '_' &&
	    (unsigned char)lines->line[0] < 0x80)
		return false;
	if (!quote_is_header(fold(lines)))
		return false;
	ahead = peek(lines);
	span = ahead.length < FIELD_NAME_MAX ? ahead.length : FIELD_NAME_MAX;
	return span > 0 && memchr(ahead.line, ':', span) != NULL;
}

static bool
is_attribution(struct lines *lines)
{
	return lines->line[lines->length - 1] == ':' &&
	    quote_is_attribution(fold(lines), lines->folded.length);
}

static size_t
count_blanks(const char *line, size_t length)
{
	size_t i, count = 0;

	for (i = 0; i < length; i++)
		count += line[i] == ' ';
	return count;
}

/* A closing, with a name below or nothing. */
static bool
is_closing(struct lines *lines)
{
	return lines->length > 1 && lines->length <= CLOSING_MAX &&
	    count_blanks(lines->line, lines->length) < CLOSING_WORDS &&
	    lines->letter->words + lines->paragraph.length > 0 &&
	    quote_is_closing(fold(lines)) &&
	    peek(lines).length <= CLOSING_MAX;
}

/* The greeting is apart also where the letter goes on behind it. */
static void
part_greeting(struct lines *lines)
{
	size_t length = 0;

	if (lines->letter->paragraphs > 0 || lines->paragraph.length > 0)
		return;
	while (length < lines->length && length < GREETING_MAX &&
	    strchr(",!:", lines->line[length]) == NULL)
		length++;
	if (length + 1 >= lines->length || lines->line[length + 1] != ' ' ||
	    length == GREETING_MAX ||
	    count_blanks(lines->line, length) >= GREETING_WORDS)
		return;
	buf_add(&lines->paragraph, lines->line, length);
	end_paragraph(lines);
	lines->line += length + 1;
	lines->length -= length + 1;
}

/* False: the letter ends before this line. */
static bool
take_line(struct lines *lines)
{
	bool broken = lines->length <= LINE_BROKEN_MAX;

	trim(lines);
	if (lines->length == 0) {
		end_paragraph(lines);
		return true;
	}
	if (is_signature(lines) || is_rule_of_invitation(lines))
		return false;
	if (!lines->whole && (lines->line[0] == '>' ||
	    is_attribution(lines)))
		return true;
	if (!lines->whole && is_quoted_header(lines))
		return false;
	if (is_point(lines))
		end_paragraph(lines);
	part_greeting(lines);
	buf_add(&lines->paragraph, lines->line, lines->length);
	buf_add_text(&lines->paragraph, "\n");
	if (!broken)
		end_paragraph(lines);
	return true;
}

enum status
letter_read_lines(struct letter *letter, const char *text, bool whole)
{
	struct lines lines = { .letter = letter, .at = text, .whole = whole };
	enum status status;

	buf_init(&lines.paragraph);
	buf_init(&lines.folded);
	while (next_line(&lines) && letter->text.length < LETTER_TEXT_MAX) {
		if (is_closing(&lines) || !take_line(&lines))
			break;
	}
	end_paragraph(&lines);
	status = lines.paragraph.failed || lines.folded.failed ||
	    letter->text.failed ? STATUS_NO_MEMORY : STATUS_OK;
	buf_release(&lines.folded);
	buf_release(&lines.paragraph);
	return status;
}
