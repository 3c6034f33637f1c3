/*
 * Fields of reports: groups parted by empty lines, the first about the
 * message, the others about one recipient each (RFC 3464 section 2.1).  In real
 * ones the empty line may be missing or doubled, the order is free, and some
 * write the same fields into the text for people.
 */
#include "mail/report_private.h"

#include <string.h>

/* One group, until its end is seen. */
struct group {
	struct addr		original, final;	/* length 0: none */
	enum report_action	action;
	char			status[REPORT_STATUS_SIZE];
	char			diagnostic[REPORT_STATUS_SIZE];
};

struct field {
	const char	*name;		/* with its colon */
	void		(*take)(struct report_reader *, struct group *,
			    const struct report_line *value);
};

/*
 * RFC 3461 section 4 writes "+" as "+2B" and "=" as "+3D"; these two alone are
 * undone, because many write the address as it is, and a detail may look
 * like any other.  The address is in lower case already.
 */
static void
undo_xtext(struct addr *addr)
{
	char text[ADDR_SIZE];
	size_t i, n = 0;

	for (i = 0; i < addr->length; i++) {
		text[n++] = addr->text[i];
		if (strncmp(addr->text + i, "+2b", 3) == 0) {
			i += 2;
		} else if (strncmp(addr->text + i, "+3d", 3) == 0) {
			text[n - 1] = '=';
			i += 2;
		}
	}
	(void)addr_parse(text, n, addr);
}

/* A code point in UTF-8; no more than nothing for what is none. */
static size_t
write_utf8(unsigned long point, char bytes[4])
{
	static const unsigned char leads[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t i, length = point < 0x80 ? 1 : point < 0x800 ? 2 :
	    point < 0x10000 ? 3 : point < 0x110000 ? 4 : 0;

	for (i = length; i > 1; i--, point >>= 6)
		bytes[i - 1] = (char)(0x80 | (point & 0x3f));
	if (length > 0)
		bytes[0] = (char)(leads[length] | point);
	return length;
}

static int
hex_value(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ?
	    c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* "\x{FC}" here: its length and the code point; 0: it is none. */
static size_t
escape_at(const struct report_line *value, size_t at, unsigned long *point)
{
	size_t start = at, digits = 0;

	if (value->length - at < 5 ||
	    strncmp(value->text + at, "\\x{", 3) != 0)
		return 0;
	*point = 0;
	for (at += 3; at < value->length && digits < 6 &&
	    hex_value(value->text[at]) >= 0; at++, digits++)
		*point = *point << 4 |
		    (unsigned long)hex_value(value->text[at]);
	return digits > 0 && at < value->length && value->text[at] == '}' ?
	    at + 1 - start : 0;
}

/* RFC 6533 section 3: "utf-8; j\x{FC}rgen@example.org". */
static void
undo_unitext(const struct report_line *value, char text[ADDR_SIZE],
    struct report_line *undone)
{
	unsigned long point;
	size_t length, at = 0, n = 0;

	while (at < value->length && n + 4 < ADDR_SIZE) {
		length = escape_at(value, at, &point);
		if (length > 0) {
			n += write_utf8(point, text + n);
			at += length;
		} else
			text[n++] = value->text[at++];
	}
	undone->text = text;
	undone->length = n;
}

/* "rfc822; bob@example.com", "rfc822;<bob@example.com>", or the bare one. */
static void
take_address(const struct report_line *value, struct addr *addr)
{
	struct report_line line = *value;
	char text[ADDR_SIZE];
	const char *semicolon;
	struct addr found;
	size_t at = 0;

	if (report_begins(value, "utf-8;"))
		undo_unitext(value, text, &line);
	semicolon = memchr(line.text, ';', line.length);
	if (semicolon != NULL)
		at = (size_t)(semicolon - line.text) + 1;
	if (report_find_address(&line, &at, &found))
		*addr = found;
}

/*
 * Is the status worth less than what the other side said?  "5.0.0" is what
 * many write who know nothing, and some write "2.0.0" of a failure.
 */
static bool
is_vague(const struct group *group)
{
	const char *status = group->status, *said = group->diagnostic;

	if (status[0] == '\0')
		return true;
	if (said[0] == '\0' || strcmp(status + 1, ".0.0") != 0)
		return false;
	return status[0] == said[0] ||
	    (group->action == REPORT_FAILED && status[0] == '2');
}

static void
end_group(struct report_reader *reader, struct group *group)
{
	const struct addr *addr = group->original.length > 0 ?
	    &group->original : &group->final;
	struct report_entry *entry = NULL;

	if (addr->length > 0)
		entry = report_add(reader, addr);
	if (entry != NULL) {
		entry->final = group->final;
		if (group->action != REPORT_ACTION_NONE)
			entry->action = group->action;
		if (is_vague(group))
			memcpy(group->status, group->diagnostic,
			    sizeof(group->status));
		if (group->status[0] != '\0')
			memcpy(entry->status, group->status,
			    sizeof(entry->status));
	}
	memset(group, 0, sizeof(*group));
}

static void
take_final(struct report_reader *reader, struct group *group,
    const struct report_line *value)
{
	if (group->final.length > 0)
		end_group(reader, group);
	take_address(value, &group->final);
}

static void
take_original(struct report_reader *reader, struct group *group,
    const struct report_line *value)
{
	if (group->original.length > 0)
		end_group(reader, group);
	take_address(value, &group->original);
	undo_xtext(&group->original);
}

static void
take_action(struct report_reader *reader, struct group *group,
    const struct report_line *value)
{
	enum report_action action;

	(void)reader;
	for (action = REPORT_FAILED; action <= REPORT_EXPANDED; action++)
		if (report_begins(value, report_action_text(action)))
			group->action = action;
	if (report_begins(value, "failure"))	/* some write it so */
		group->action = REPORT_FAILED;
	if (report_begins(value, "expired")) {	/* SendGrid */
		group->action = REPORT_FAILED;
		if (group->status[0] == '\0')
			memcpy(group->status, "4.4.7", 6);
	}
}

static void
take_status(struct report_reader *reader, struct group *group,
    const struct report_line *value)
{
	bool enhanced;

	(void)reader;
	(void)report_find_status(value, group->status, &enhanced);
}

static void
take_diagnostic(struct report_reader *reader, struct group *group,
    const struct report_line *value)
{
	bool enhanced;

	(void)reader;
	(void)report_find_status(value, group->diagnostic, &enhanced);
}

static void
take_message_id(struct report_reader *reader, struct group *group,
    const struct report_line *value)
{
	(void)group;
	if (reader->report->message_id.length == 0)
		(void)msgid_parse(value->text, value->length,
		    &reader->report->message_id);
}

static const struct field fields[] = {
	{ "Final-Recipient:", take_final },		/* RFC 3464 2.3.2 */
	{ "Original-Recipient:", take_original },	/* RFC 3464 2.3.1 */
	{ "Original-Rcpt-To:", take_final },		/* RFC 5965 3.2 */
	{ "Action:", take_action },			/* RFC 3464 2.3.3 */
	{ "Status:", take_status },			/* RFC 3464 2.3.4 */
	{ "Diagnostic-Code:", take_diagnostic },	/* RFC 3464 2.3.6 */
	{ "Original-Message-ID:", take_message_id },	/* RFC 8098 3.2.5 */
	{ "X-Original-Message-ID:", take_message_id },	/* Exchange, IMail */
};

static void
take_field(struct report_reader *reader, struct group *group,
    const struct report_line *field)
{
	struct report_line value;
	size_t i, length;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (!report_begins(field, fields[i].name))
			continue;
		length = strlen(fields[i].name);
		value.text = field->text + length;
		value.length = field->length - length;
		report_trim(&value);
		fields[i].take(reader, group, &value);
		return;
	}
}

/* The line and those that continue it; lines are joined as they stand. */
static bool
next_field(const char *text, size_t length, size_t *at,
    struct report_line *field)
{
	struct report_line next;
	size_t behind;

	if (!report_next_line(text, length, at, field))
		return false;
	for (behind = *at; field->length > 0 &&
	    report_next_line(text, length, &behind, &next); *at = behind) {
		if (next.length == 0 ||
		    (next.text[0] != ' ' && next.text[0] != '\t') ||
		    next.text + next.length > field->text + REPORT_FIELD_MAX)
			break;
		field->length = (size_t)(next.text + next.length -
		    field->text);
	}
	return true;
}

void
report_read_fields(struct report_reader *reader, const char *text,
    size_t length)
{
	struct report_line field;
	struct group group;
	size_t at = 0;

	memset(&group, 0, sizeof(group));
	while (next_field(text, length, &at, &field)) {
		report_trim(&field);
		if (field.length == 0)
			end_group(reader, &group);
		else
			take_field(reader, &group, &field);
	}
	end_group(reader, &group);
}

static void
note_all(struct report_noted *noted, const struct report_line *field)
{
	struct addr addr;
	size_t at = 0;

	while (report_find_address(field, &at, &addr))
		report_note(noted, &addr);
}

/* "for <bob@example.org>": RFC 5321 section 4.4, where there is but one. */
static void
note_received(struct report_reader *reader, const struct report_line *field)
{
	struct addr addr;
	size_t i, end;

	for (i = 0; i + 5 < field->length; i++)
		if (strncmp(field->text + i, "for <", 5) == 0 &&
		    report_address_at(field, i + 4, &addr, &end))
			report_note(&reader->received, &addr);
}

/* "Message-ID:", "Message-Id :", and Domino's "Message ID:". */
static bool
is_message_id(const struct report_line *field, struct report_line *value)
{
	size_t at = strlen("Message-ID");

	if (!report_begins(field, "Message-ID") &&
	    !report_begins(field, "Message ID"))
		return false;
	while (at < field->length && (field->text[at] == ' ' ||
	    field->text[at] == '\t'))
		at++;
	if (at == field->length || field->text[at] != ':')
		return false;
	value->text = field->text + at + 1;
	value->length = field->length - at - 1;
	return true;
}

/* The id may stand below its name, on a line of its own. */
void
report_find_message_id(struct report_reader *reader, const char *text,
    size_t length)
{
	struct msgid *id = &reader->report->message_id;
	struct report_line line, value;
	bool named = false;
	size_t at = 0;

	while (id->length == 0 && report_next_line(text, length, &at, &line)) {
		report_trim(&line);
		if (is_message_id(&line, &value))
			line = value;
		else if (!named)
			continue;
		named = msgid_parse(line.text, line.length, id) != STATUS_OK &&
		    line.length == 0;
	}
}

void
report_read_returned(struct report_reader *reader, const char *text,
    size_t length)
{
	struct report_line field, value;
	bool begun = false;
	size_t at = 0;

	while (next_field(text, length, &at, &field)) {
		report_trim(&field);
		if (field.length == 0) {
			if (begun)
				break;
			continue;
		}
		begun = begun || memchr(field.text, ':', field.length) != NULL;
		if (is_message_id(&field, &value)) {
			take_message_id(reader, NULL, &value);
		} else if (report_begins(&field, "To:") ||
		    report_begins(&field, "Cc:")) {
			note_all(&reader->returned, &field);
		} else if (report_begins(&field, "From:")) {
			note_all(&reader->authors, &field);
		} else if (report_begins(&field, "Received:")) {
			note_received(reader, &field);
		}
	}
}
