/*
 * What the targets share.
 */
#include "fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/conf.h"
#include "mail/judge.h"
#include "mail/mime.h"

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
	static char phrases[] = "conf/out-of-office";
	static char bot[] = "X-Bot: *yes*or*", person[] = "X-Person: [a-c]?*";
	static char *automatic[] = { bot }, *human[] = { person };
	const struct conf conf = {
		.phrases_file = phrases,
		.automatic_headers = automatic, .automatic_header_count = 1,
		.human_headers = human, .human_header_count = 1
	};
	struct judge *judge;
	struct buf why;

	buf_init(&why);
	(void)judge_load(&judge, &conf, &why);
	buf_release(&why);
	return judge;
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
