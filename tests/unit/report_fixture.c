/*
 * Fixtures of reports, handed over as an MTA does it.
 */
#include "report_fixture.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "mail/message.h"

void
report_take_mail(struct message *message, const char *sender, const char *mail)
{
	struct message_origin origin = { NULL, sender, false };
	const char *body = strstr(mail, "\n\n") + 2;
	char *header = strndup(mail, (size_t)(body - mail) - 1), *bytes;
	char *line = header, *end, *colon;

	message_init(message);
	(void)message_begin(message, &origin);
	for (; *line != '\0'; line = end + 1) {
		end = strchr(line, '\n');
		while (end[1] == ' ' || end[1] == '\t')
			end = strchr(end + 1, '\n');
		*end = '\0';
		colon = strchr(line, ':');
		*colon = '\0';
		message_header(message, line, colon + 2);
	}
	bytes = malloc(strlen(body) + 1);
	memcpy(bytes, body, strlen(body));
	(void)message_body(message, bytes, strlen(body));
	free(bytes);
	free(header);
}

static void
write_entries(const struct report *report, struct buf *text)
{
	size_t i;

	for (i = 0; i < report->count; i++)
		buf_printf(text, "%s%s %s %s", i == 0 ? "" : ", ",
		    report->entries[i].recipient.text,
		    report_action_text(report->entries[i].action),
		    report->entries[i].status);
}

static void
check_row(const struct report_row *row, bool old_lines)
{
	struct message message;
	struct report report;
	struct buf text;
	char *at;

	buf_init(&text);
	report_init(&report);
	report_take_mail(&message, row->sender, row->mail);
	for (at = message.body; old_lines && at != NULL &&
	    (at = strchr(at, '\n')) != NULL;)
		*at = '\r';
	ck_assert_int_eq(report_read(&message, &report), STATUS_OK);
	write_entries(&report, &text);
	ck_assert_msg(strcmp(report_kind_text(report.kind), row->kind) == 0,
	    "%s: %s", row->name, report_kind_text(report.kind));
	ck_assert_msg(strcmp(report.form == NULL ? "" : report.form,
	    row->form) == 0, "%s: by %s", row->name, report.form);
	ck_assert_msg(strcmp(report.message_id.text, row->message_id) == 0,
	    "%s: id %s", row->name, report.message_id.text);
	ck_assert_msg(strcmp(text.data, row->entries) == 0, "%s: got %s",
	    row->name, text.data);
	report_release(&report);
	message_release(&message);
	buf_release(&text);
}

/* With lines that end in LF, and in CR alone. */
void
report_check_row(const struct report_row *row)
{
	check_row(row, false);
	check_row(row, true);
}

void
report_check_cuts(const struct report_row *row)
{
	const char *body = strstr(row->mail, "\n\n") + 2;
	size_t length = strlen(body), cut;
	struct message message;
	struct report report;

	report_init(&report);
	report_take_mail(&message, row->sender, row->mail);
	free(message.body);
	for (cut = 0; cut <= length; cut += 1 + length / 100) {
		message.body = malloc(cut + (cut == 0));
		memcpy(message.body, body, cut);
		message.body_length = cut;
		ck_assert_int_eq(report_read(&message, &report), STATUS_OK);
		ck_assert_uint_le(report.count, 4);
		free(message.body);
	}
	message.body = NULL;
	report_release(&report);
	message_release(&message);
}
