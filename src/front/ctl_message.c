/*
 * Reading a message file: lines, fields, the body.
 *
 * The milter is handed fields by the MTA: name and value apart, the blank
 * behind the colon taken off, continuation lines joined by a newline.  The
 * same is made here, from whatever a client or a mailbox has saved.
 */
#include "front/ctl_message.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "mail/mime.h"

struct lines {
	const char	*at, *end;
	char		 newline;	/* what ends a line */
};

/* Who the message is from, as far as its header knows. */
struct senders {
	struct addr	 path, author;
	bool		 has_path;
};

/* The next line without its end; false behind the last. */
static bool
next_line(struct lines *lines, const char **line, size_t *length)
{
	size_t left = (size_t)(lines->end - lines->at);
	const char *end;

	if (left == 0)
		return false;
	*line = lines->at;
	end = memchr(lines->at, lines->newline, left);
	*length = end != NULL ? (size_t)(end - lines->at) : left;
	lines->at += end != NULL ? *length + 1 : left;
	if (*length > 0 && (*line)[*length - 1] == '\r')
		(*length)--;
	return true;
}

static bool
is_blank(const char *line, size_t length)
{
	while (length > 0 && (line[length - 1] == ' ' ||
	    line[length - 1] == '\t'))
		length--;
	return length == 0;
}

/* The length of the name of the field the line begins; 0: it begins none. */
static size_t
name_length(const char *line, size_t length)
{
	size_t n = 0, end;

	while (n < length && line[n] > ' ' && line[n] < 0x7f && line[n] != ':')
		n++;
	for (end = n; end < length && (line[end] == ' ' || line[end] == '\t');
	    end++)
		;
	return end < length && line[end] == ':' ? n : 0;
}

static void
start(struct lines *lines, const char *bytes, size_t length)
{
	struct lines behind;
	const char *line;
	size_t n;

	lines->at = bytes;
	lines->end = bytes + length;
	lines->newline = memchr(bytes, '\n', length) != NULL ? '\n' : '\r';
	behind = *lines;
	while (next_line(&behind, &line, &n) && (is_blank(line, n) ||
	    (n >= 5 && memcmp(line, "From ", 5) == 0) ||
	    (n >= 6 && memcmp(line, ">From ", 6) == 0)))
		*lines = behind;
}

/* Adds a line of a field; NUL bytes, which no MTA hands on, as blanks. */
static void
add_text(struct buf *buf, const char *text, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		buf_add(buf, text[i] != '\0' ? &text[i] : " ", 1);
}

/*
 * The next field.  False: the body begins, at lines->at, at an empty line or
 * at one that can be none of a header.
 */
static bool
next_field(struct lines *lines, struct buf *name, struct buf *value)
{
	struct lines behind = *lines;
	const char *line;
	size_t length, n;

	if (!next_line(&behind, &line, &length))
		return false;
	n = name_length(line, length);
	if (n == 0) {
		if (length == 0)
			*lines = behind;
		return false;
	}
	buf_clear(name);
	buf_clear(value);
	buf_add(name, line, n);
	line += n;
	length -= n;
	n = (size_t)((const char *)memchr(line, ':', length) - line) + 1;
	if (n < length && line[n] == ' ')
		n++;
	add_text(value, line + n, length - n);
	*lines = behind;
	while (next_line(&behind, &line, &length) && length > 0 &&
	    (line[0] == ' ' || line[0] == '\t')) {
		buf_add_text(value, "\n");
		add_text(value, line, length);
		*lines = behind;
	}
	return true;
}

static void
take_sender(struct senders *senders, const char *name, const char *value)
{
	size_t blanks = strspn(value, " \t\n");

	if (strcasecmp(name, "Return-Path") == 0 && !senders->has_path)
		senders->has_path = addr_parse(value + blanks,
		    strcspn(value + blanks, " \t\n"), &senders->path) ==
		    STATUS_OK;
	else if (strcasecmp(name, "From") == 0 && senders->author.length == 0)
		(void)mime_first_address(value, &senders->author);
}

/* Lines that end in CR alone get the end that all others have. */
static void
take_body(struct message *message, const struct lines *lines)
{
	char block[4096];
	const char *at;
	size_t i, length;

	if (lines->newline == '\n') {
		(void)message_body(message, lines->at,
		    (size_t)(lines->end - lines->at));
		return;
	}
	for (at = lines->at; at < lines->end; at += length) {
		length = (size_t)(lines->end - at);
		if (length > sizeof(block))
			length = sizeof(block);
		for (i = 0; i < length; i++)
			block[i] = at[i] == '\r' ? '\n' : at[i];
		if (message_body(message, block, length) != STATUS_OK)
			return;
	}
}

/* An address that is nobody's: the null sender would say too much. */
#define UNKNOWN	"unknown"

static const char *
sender_of(const struct senders *senders)
{
	if (senders->has_path)
		return senders->path.text;
	return senders->author.length > 0 ? senders->author.text : UNKNOWN;
}

void
ctl_message_read(struct message *message, const char *bytes, size_t length,
    const char *sender, const struct judge *judge)
{
	struct message_origin origin = { .sender = sender };
	struct senders senders = { .has_path = false };
	struct buf name, value;
	struct lines first, lines;

	buf_init(&name);
	buf_init(&value);
	if (length > CTL_MESSAGE_MAX)
		length = CTL_MESSAGE_MAX;
	start(&first, bytes, length);
	if (sender == NULL) {
		lines = first;
		while (next_field(&lines, &name, &value))
			take_sender(&senders, name.data, value.data);
		origin.sender = sender_of(&senders);
	}
	(void)message_begin(message, &origin);
	message_judged_by(message, judge);
	lines = first;
	while (next_field(&lines, &name, &value))
		message_header(message, name.data, value.data);
	take_body(message, &lines);
	buf_release(&value);
	buf_release(&name);
}

bool
ctl_message_file(const char *path, size_t most, struct buf *bytes)
{
	FILE *file = fopen(path, "rb");
	char chunk[65536];
	bool good;
	size_t n;

	if (file == NULL)
		return false;
	while (bytes->length <= most &&
	    (n = fread(chunk, 1, sizeof(chunk), file)) > 0)
		buf_add(bytes, chunk, n);
	good = !ferror(file) && !bytes->failed;
	if (bytes->failed)
		errno = ENOMEM;
	fclose(file);
	return good;
}
