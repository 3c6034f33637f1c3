/*
 * What a doctor found, for people: a finding each, its text wrapped beside its
 * name, advice below it.  Lines of advice that begin with blanks are to be
 * copied, and stay as they are.
 */
#include "front/ctl_show.h"

#include <jansson.h>
#include <string.h>

#include "front/ctl_block.h"
#include "front/ctl_text.h"

#define LEVEL_WIDTH	9
#define CHECK_WIDTH	24
#define COLUMNS		80
#define COLUMNS_MIN	(LEVEL_WIDTH + CHECK_WIDTH + 20)

struct page {
	struct buf	*buf;
	size_t		 columns;
	size_t		 indent;
	size_t		 used;
};

static void
begin_line(struct page *page)
{
	buf_add_text(page->buf, "\n");
	ctl_block_pad(page->buf, page->indent, 0);
	page->used = page->indent;
}

static void
add_word(struct page *page, const char *word, size_t length)
{
	char *text = strndup(word, length);
	size_t width;

	if (text == NULL) {
		page->buf->failed = true;
		return;
	}
	width = ctl_text_width(text);
	if (page->used > page->indent) {
		if (page->used + 1 + width > page->columns)
			begin_line(page);
		else {
			buf_add_text(page->buf, " ");
			page->used++;
		}
	}
	ctl_text_add_clean(page->buf, text);
	page->used += width;
	free(text);
}

/* One line's words; a line to be copied is one word. */
static void
add_line(struct page *page, const char *line, size_t length)
{
	const char *end = line + length;
	size_t word;

	if (*line == ' ') {
		add_word(page, line, length);
		return;
	}
	while (line < end) {
		word = strcspn(line, " \n");
		if (word > 0)
			add_word(page, line, word);
		line += word + 1;
	}
}

static void
add_advice(struct page *page, const char *advice)
{
	size_t length;

	while (advice != NULL && *advice != '\0') {
		length = strcspn(advice, "\n");
		begin_line(page);
		add_line(page, advice, length);
		advice += length + (advice[length] == '\n');
	}
}

static const char *
colour_of(const char *level)
{
	if (strcmp(level, "problem") == 0)
		return "\033[31m";
	return strcmp(level, "warning") == 0 ? "\033[33m" : "";
}

static void
add_level(struct buf *buf, const char *level, bool colour)
{
	const char *begin = colour ? colour_of(level) : "";

	buf_add_text(buf, begin);
	ctl_text_add_clean(buf, level);
	buf_add_text(buf, *begin != '\0' ? "\033[0m" : "");
	ctl_block_pad(buf, LEVEL_WIDTH, ctl_text_width(level));
}

static bool
add_finding(struct page *page, const json_t *finding, bool colour)
{
	const char *check = ctl_block_text_of(finding, "check");
	const char *level = ctl_block_text_of(finding, "level");
	const char *seen = ctl_block_text_of(finding, "seen");

	if (check == NULL || level == NULL || seen == NULL)
		return false;
	add_level(page->buf, level, colour);
	ctl_text_add_clean(page->buf, check);
	ctl_block_pad(page->buf, CHECK_WIDTH, ctl_text_width(check));
	page->indent = page->used = LEVEL_WIDTH + CHECK_WIDTH;
	add_line(page, seen, strlen(seen));
	page->indent = LEVEL_WIDTH;
	add_advice(page, ctl_block_text_of(finding, "advice"));
	buf_add_text(page->buf, "\n");
	return true;
}

static void
add_count(struct buf *buf, const json_t *answer, const char *key,
    const char *what)
{
	json_int_t count = json_integer_value(json_object_get(answer, key));

	if (count == 0)
		buf_printf(buf, "no %ss", what);
	else
		buf_printf(buf, "%lld %s%s", (long long)count, what,
		    count == 1 ? "" : "s");
}

bool
ctl_show_findings(struct buf *buf, const json_t *answer, unsigned columns,
    bool colour)
{
	const json_t *list = json_object_get(answer, "findings");
	struct page page = { .buf = buf, .columns = columns };
	size_t i;

	if (columns == 0)
		page.columns = COLUMNS;
	else if (columns < COLUMNS_MIN)
		page.columns = COLUMNS_MIN;
	for (i = 0; i < json_array_size(list); i++)
		if (!add_finding(&page, json_array_get(list, i), colour))
			return false;
	add_count(buf, answer, "problems", "problem");
	buf_add_text(buf, ", ");
	add_count(buf, answer, "warnings", "warning");
	buf_add_text(buf, "\n");
	return json_is_array(list);
}
