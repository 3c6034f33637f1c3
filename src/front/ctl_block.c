/*
 * Blocks of labelled lines.
 */
#include "front/ctl_block.h"

#include <jansson.h>
#include <string.h>

#define LABEL_WIDTH	12
#define COLUMNS		80

const char *
ctl_block_text_of(const json_t *json, const char *key)
{
	return json_string_value(json_object_get(json, key));
}

const char *
ctl_block_number_of(const json_t *json, const char *key,
    char text[CTL_TEXT_NUMBER_SIZE])
{
	const json_t *value = json_object_get(json, key);

	if (!json_is_integer(value))
		return "-";
	return ctl_text_number(json_integer_value(value), text);
}

void
ctl_block_pad(struct buf *buf, size_t width, size_t used)
{
	for (; used < width; used++)
		buf_add_text(buf, " ");
}

void
ctl_block_label(struct buf *buf, const char *label)
{
	buf_add_text(buf, label);
	ctl_block_pad(buf, LABEL_WIDTH, strlen(label));
}

void
ctl_block_text(struct buf *buf, const char *label, const char *text)
{
	ctl_block_label(buf, label);
	ctl_text_add_clean(buf, text != NULL && *text != '\0' ? text : "-");
	buf_add_text(buf, "\n");
}

/* So many bytes of words fit beside a label; a word that is longer stays. */
static size_t
fitting(const char *text)
{
	size_t at, fits = 0;
	size_t room = COLUMNS - LABEL_WIDTH;

	for (at = 0; text[at] != '\0'; at++) {
		if (text[at] == ' ' && (fits == 0 || at <= room))
			fits = at;
		if (at >= room && fits > 0)
			return fits;
	}
	return at <= room || fits == 0 ? at : fits;
}

void
ctl_block_sentence(struct buf *buf, const char *label, const char *text)
{
	size_t begin, space = 0, line;
	struct buf clean;

	buf_init(&clean);
	ctl_text_add_clean(&clean, text != NULL && *text != '\0' ? text : "-");
	for (begin = 0; !clean.failed && begin < clean.length;
	    begin += line + space) {
		line = fitting(clean.data + begin);
		space = clean.data[begin + line] == ' ';
		ctl_block_label(buf, begin == 0 ? label : "");
		buf_add(buf, clean.data + begin, line);
		buf_add_text(buf, "\n");
	}
	buf_release(&clean);
}

void
ctl_block_time(struct buf *buf, const char *label, const char *time,
    const char *missing)
{
	ctl_block_label(buf, label);
	ctl_text_add_time(buf, time, missing);
	buf_add_text(buf, "\n");
}

void
ctl_block_number(struct buf *buf, const char *label, const json_t *json,
    const char *key)
{
	char text[CTL_TEXT_NUMBER_SIZE];

	ctl_block_text(buf, label, ctl_block_number_of(json, key, text));
}
