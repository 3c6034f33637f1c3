/*
 * What the targets share.
 */
#include "fuzz.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "mail/judge.h"
#include "mail/mime.h"
#include "mail/phrase.h"

#define PHRASES		"conf/out-of-office"

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mime_library_init();
	return 0;
}

char *
fuzz_text(const uint8_t *bytes, size_t length)
{
	char *text = malloc(length + 1);

	assert(text != NULL);
	if (length > 0)
		memcpy(text, bytes, length);
	text[length] = '\0';
	return text;
}

/* One field, and the lines that continue it. */
static const uint8_t *
take_field(struct message *message, const uint8_t *at, const uint8_t *end)
{
	const uint8_t *stop = memchr(at, '\n', (size_t)(end - at));
	char *line, *colon;

	while (stop != NULL && stop + 1 < end &&
	    (stop[1] == ' ' || stop[1] == '\t'))
		stop = memchr(stop + 1, '\n', (size_t)(end - stop) - 1);
	if (stop == NULL)
		stop = end;
	line = fuzz_text(at, (size_t)(stop - at));
	colon = strchr(line, ':');
	if (colon != NULL) {
		*colon = '\0';
		message_header(message, line,
		    colon[1] == ' ' ? colon + 2 : colon + 1);
	}
	free(line);
	return stop == end ? end : stop + 1;
}

const uint8_t *
fuzz_take_header(struct message *message, const char *sender,
    const uint8_t *bytes, const uint8_t *end)
{
	struct message_origin origin = { NULL, sender, false };

	(void)message_begin(message, &origin);
	message_judged_by(message, fuzz_judge());
	while (bytes < end && *bytes != '\n')
		bytes = take_field(message, bytes, end);
	return bytes < end ? bytes + 1 : end;
}

static struct judge *
load_judge(void)
{
	struct phrase_table *table;
	struct buf text, why;
	char piece[4096];
	size_t length;
	FILE *file;

	buf_init(&text);
	buf_init(&why);
	file = fopen(PHRASES, "r");
	assert(file != NULL);
	while ((length = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_add(&text, piece, length);
	(void)fclose(file);
	(void)phrase_table_parse(&table, text.data, text.length, &why);
	assert(table != NULL);
	buf_release(&why);
	buf_release(&text);
	return judge_new(table);
}

/* The one thing that is kept from one input to the next. */
const struct judge *
fuzz_judge(void)
{
	static struct judge *judge;

	if (judge == NULL)
		judge = load_judge();
	assert(judge != NULL);
	return judge;
}
