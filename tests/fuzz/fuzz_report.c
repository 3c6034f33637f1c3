/*
 * A whole report: the first lines are header fields, the rest is the body.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mail/message.h"
#include "mail/mime.h"
#include "mail/report.h"

int LLVMFuzzerInitialize(int *, char ***);
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mime_library_init();
	return 0;
}

/* One field, and the lines that continue it, as an MTA hands it over. */
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
	line = strndup((const char *)at, (size_t)(stop - at));
	colon = strchr(line, ':');
	if (colon != NULL) {
		*colon = '\0';
		message_header(message, line, colon + 1);
	}
	free(line);
	return stop == end ? end : stop + 1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const struct message_origin origin = { NULL, "<>", false };
	const uint8_t *at = bytes, *end = bytes + length;
	struct message message;
	struct report report;
	size_t i;

	message_init(&message);
	report_init(&report);
	(void)message_begin(&message, &origin);
	while (at < end && *at != '\n')
		at = take_field(&message, at, end);
	if (at < end)
		(void)message_body(&message, at + 1, (size_t)(end - at) - 1);
	if (report_read(&message, &report) == STATUS_OK)
		for (i = 0; i < report.count; i++) {
			assert(report.entries[i].recipient.length > 0);
			assert(strlen(report.entries[i].status) <
			    REPORT_STATUS_SIZE);
			(void)report_cause(&report.entries[i]);
		}
	report_release(&report);
	message_release(&message);
	return 0;
}
