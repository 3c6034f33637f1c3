/*
 * A message file, as replygatectl reads it, judged by header and whole.
 */
#include "fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "front/ctl_message.h"
#include "mail/automatic.h"
#include "mail/judge.h"
#include "mail/report.h"

/*
 * The body of what may be a person's, or names an outreach, is never passed
 * over.
 */
static void
check_judgements(const struct message *message)
{
	struct judgement by_header, whole;

	assert(automatic_judge_header(message, &by_header) == STATUS_OK);
	assert(automatic_judge(message, &whole) == STATUS_OK);
	if (!automatic_wants_body(message, &by_header))
		assert(by_header.class == AUTOMATIC_REPLY);
	assert(whole.rule != NULL && whole.rule[0] != '\0');
}

int
FUZZ_TARGET(message)(const uint8_t *bytes, size_t length)
{
	char *text = fuzz_text(bytes, length);
	struct message message;
	struct report report;

	message_init(&message);
	report_init(&report);
	ctl_message_read(&message, text, length, NULL, fuzz_judge());
	check_judgements(&message);
	assert(report_read(&message, &report) == STATUS_OK);
	assert(report.count <= REPORT_ENTRIES_MAX);
	report_release(&report);
	message_release(&message);
	free(text);
	return 0;
}
