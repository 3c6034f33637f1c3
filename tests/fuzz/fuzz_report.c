/*
 * A whole report: the first lines are header fields, the rest is the body.
 */
#include "fuzz.h"

#include <assert.h>
#include <string.h>

#include "mail/report.h"

static void
check_entries(const struct report *report)
{
	const struct report_entry *entry;
	size_t i;

	assert(report->count <= REPORT_ENTRIES_MAX);
	for (i = 0; i < report->count; i++) {
		entry = &report->entries[i];
		assert(entry->recipient.length > 0);
		assert(strlen(entry->recipient.text) ==
		    entry->recipient.length);
		assert(strlen(entry->status) < REPORT_STATUS_SIZE);
		assert(!report_is_permanent(entry) ||
		    entry->status[0] == '5');
		(void)report_cause(entry);
		assert(report_action_text(entry->action) != NULL);
	}
}

int
FUZZ_TARGET(report)(const uint8_t *bytes, size_t length)
{
	const uint8_t *body, *end = bytes + length;
	struct message message;
	struct report report;

	message_init(&message);
	report_init(&report);
	body = fuzz_take_header(&message, "<>", bytes, end);
	(void)message_body(&message, body, (size_t)(end - body));
	assert(report_read(&message, &report) == STATUS_OK);
	assert(report.kind != REPORT_NONE || report.count == 0);
	assert(report_kind_text(report.kind) != NULL);
	check_entries(&report);
	report_release(&report);
	message_release(&message);
	return 0;
}
