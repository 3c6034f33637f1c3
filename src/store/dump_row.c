/*
 * Rows as JSON, and back: one table of fields for each table, which serves both
 * ways.
 */
#include "store/dump_private.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum kind {
	KIND_NAME,		/* a text that is not empty */
	KIND_TEXT,
	KIND_TIME,		/* any int64_t */
	KIND_NUMBER,		/* uint64_t */
	KIND_NUMBER32,
	KIND_IDENT,
	KIND_VALUE,		/* of meta */
	KIND_STANDING,
	KIND_NOTICE,
	KIND_MATCH,
	KIND_TOLD,		/* enum store_notice_kind */
	KIND_MERGE
};

struct field {
	const char	*name;		/* NULL: behind the last */
	enum kind	 kind;
	size_t		 offset;	/* in struct store_row */
	size_t		 size;		/* of a text, its NUL counted */
};

#define AT(member)	offsetof(struct store_row, member)
#define SIZE(member)	sizeof(((struct store_row *)NULL)->member)
#define TEXT(name, kind, member) { name, kind, AT(member), SIZE(member) }
#define FIELD(name, kind, member) { name, kind, AT(member), 0 }
#define END		{ NULL, KIND_TEXT, 0, 0 }

static const struct field counter_fields[] = {
	TEXT("name", KIND_NAME, name),
	FIELD("last", KIND_NUMBER, number),
	END
};

static const struct field meta_fields[] = {
	TEXT("name", KIND_NAME, name),
	FIELD("value", KIND_VALUE, value),
	END
};

static const struct field account_fields[] = {
	FIELD("id", KIND_NUMBER, account.id),
	TEXT("user", KIND_NAME, account.user),
	TEXT("address", KIND_TEXT, account.address),
	FIELD("standing", KIND_STANDING, account.standing),
	FIELD("since", KIND_TIME, account.since),
	FIELD("due", KIND_TIME, account.due),
	FIELD("warned_at", KIND_TIME, account.warned_at),
	FIELD("assessed", KIND_TIME, account.assessed),
	FIELD("exempt_until", KIND_TIME, account.exempt_until),
	FIELD("heads_up_at", KIND_TIME, account.heads_up_at),
	FIELD("judged_from", KIND_TIME, account.judged_window.from),
	FIELD("judged_until", KIND_TIME, account.judged_window.until),
	FIELD("judged_answered", KIND_TIME, account.judged.answered),
	FIELD("judged_lapsed", KIND_TIME, account.judged.lapsed),
	FIELD("judged_pending", KIND_TIME, account.judged.pending),
	FIELD("judged_bounced", KIND_TIME, account.judged.bounced),
	FIELD("shadow_standing", KIND_STANDING, account.shadow.standing),
	FIELD("shadow_since", KIND_TIME, account.shadow.since),
	FIELD("shadow_due", KIND_TIME, account.shadow.due),
	FIELD("shadow_warned_at", KIND_TIME, account.shadow.warned_at),
	FIELD("shadow_assessed", KIND_TIME, account.shadow.assessed),
	FIELD("shadow_judged_from", KIND_TIME,
	    account.shadow.judged_window.from),
	FIELD("shadow_judged_until", KIND_TIME,
	    account.shadow.judged_window.until),
	FIELD("shadow_judged_answered", KIND_TIME,
	    account.shadow.judged.answered),
	FIELD("shadow_judged_lapsed", KIND_TIME,
	    account.shadow.judged.lapsed),
	FIELD("shadow_judged_pending", KIND_TIME,
	    account.shadow.judged.pending),
	FIELD("shadow_judged_bounced", KIND_TIME,
	    account.shadow.judged.bounced),
	END
};

static const struct field address_fields[] = {
	TEXT("address", KIND_NAME, name),
	FIELD("account", KIND_NUMBER, number),
	END
};

static const struct field answer_fields[] = {
	TEXT("address", KIND_NAME, name),
	FIELD("account", KIND_NUMBER, number),
	FIELD("used", KIND_TIME, when),
	END
};

static const struct field outreach_fields[] = {
	FIELD("account", KIND_NUMBER, outreach.account),
	FIELD("sent_at", KIND_TIME, outreach.sent_at),
	FIELD("n", KIND_NUMBER32, outreach.n),
	FIELD("message", KIND_IDENT, outreach.message),
	FIELD("candidate", KIND_IDENT, outreach.candidate),
	FIELD("flags", KIND_NUMBER32, outreach.flags),
	FIELD("length", KIND_NUMBER32, outreach.length),
	FIELD("answered_at", KIND_TIME, outreach.answered_at),
	FIELD("answered_by", KIND_IDENT, outreach.answered_by),
	FIELD("match", KIND_MATCH, outreach.match),
	FIELD("bounced_at", KIND_TIME, outreach.bounced_at),
	FIELD("topic", KIND_IDENT, outreach.topic),
	FIELD("automatic_at", KIND_TIME, outreach.automatic_at),
	TEXT("automatic_rule", KIND_TEXT, outreach.automatic_rule),
	END
};

static const struct field contact_fields[] = {
	FIELD("account", KIND_NUMBER, number),
	FIELD("candidate", KIND_IDENT, ident),
	FIELD("last_heard", KIND_TIME, when),
	END
};

static const struct field merge_fields[] = {
	FIELD("account", KIND_NUMBER, number),
	FIELD("slot", KIND_NUMBER32, merge.slot),
	FIELD("began_at", KIND_TIME, merge.began_at),
	FIELD("last_seen", KIND_TIME, merge.last_seen),
	FIELD("candidates", KIND_NUMBER32, merge.candidates),
	FIELD("letter", KIND_MERGE, merge),
	END
};

static const struct field notice_fields[] = {
	FIELD("sequence", KIND_NUMBER, notice.sequence),
	FIELD("to", KIND_TOLD, notice.kind),
	FIELD("written", KIND_TIME, notice.written),
	FIELD("next", KIND_TIME, notice.next),
	FIELD("tries", KIND_NUMBER32, notice.tries),
	FIELD("account", KIND_NUMBER, notice.account),
	FIELD("at", KIND_TIME, notice.step.at),
	FIELD("from", KIND_STANDING, notice.step.from),
	FIELD("standing", KIND_STANDING, notice.step.to),
	FIELD("notice", KIND_NOTICE, notice.step.notice),
	FIELD("due", KIND_TIME, notice.step.due),
	FIELD("window_from", KIND_TIME, notice.step.window.from),
	FIELD("window_until", KIND_TIME, notice.step.window.until),
	FIELD("answered", KIND_TIME, notice.step.tally.answered),
	FIELD("lapsed", KIND_TIME, notice.step.tally.lapsed),
	FIELD("pending", KIND_TIME, notice.step.tally.pending),
	FIELD("bounced", KIND_TIME, notice.step.tally.bounced),
	TEXT("subject", KIND_TEXT, notice.subject),
	TEXT("text", KIND_TEXT, notice.text),
	END
};

static const struct field audit_fields[] = {
	FIELD("when", KIND_TIME, audit.when),
	FIELD("n", KIND_NUMBER32, audit.n),
	TEXT("actor", KIND_TEXT, audit.actor),
	TEXT("action", KIND_TEXT, audit.action),
	TEXT("user", KIND_TEXT, audit.user),
	TEXT("reason", KIND_TEXT, audit.reason),
	END
};

static const struct field event_fields[] = {
	FIELD("event", KIND_IDENT, ident),
	FIELD("when", KIND_TIME, when),
	END
};

static const struct field *const tables[STORE_TABLES] = {
	[STORE_TABLE_COUNTER] = counter_fields,
	[STORE_TABLE_META] = meta_fields,
	[STORE_TABLE_ACCOUNT] = account_fields,
	[STORE_TABLE_ADDRESS] = address_fields,
	[STORE_TABLE_ANSWER] = answer_fields,
	[STORE_TABLE_OUTREACH] = outreach_fields,
	[STORE_TABLE_CONTACT] = contact_fields,
	[STORE_TABLE_MERGE] = merge_fields,
	[STORE_TABLE_NOTICE] = notice_fields,
	[STORE_TABLE_AUDIT] = audit_fields,
	[STORE_TABLE_EVENT] = event_fields
};

/*
 * Enumerations as words
 */

static const char *
told_text(unsigned kind)
{
	return kind == STORE_NOTICE_USER ? "user" : "postmaster";
}

static const char *
match_text(unsigned match)
{
	const char *text = outreach_match_text(match);

	return text != NULL ? text : "none";
}

static const char *
standing_word(unsigned standing)
{
	return standing_text(standing);
}

static const char *
notice_word(unsigned notice)
{
	return notice_text(notice);
}

static const struct words {
	const char	*(*text)(unsigned value);
	unsigned	 last;
} words[] = {
	[KIND_STANDING] = { standing_word, STANDING_RESTRICTED },
	[KIND_NOTICE] = { notice_word, NOTICE_HEADS_UP },
	[KIND_MATCH] = { match_text, OUTREACH_MATCH_CREDITED },
	[KIND_TOLD] = { told_text, STORE_NOTICE_POSTMASTER },
};

/*
 * Out
 */

static json_t *
text_json(const char *text)
{
	json_t *plain = json_string(text);

	return plain != NULL ? plain : json_pack("{s:o}", "hex",
	    dump_hex(text, strlen(text)));
}

static json_t *
number_json(uint64_t number)
{
	char digits[24];

	if (number <= INT64_MAX)
		return json_integer((json_int_t)number);
	snprintf(digits, sizeof(digits), "%" PRIu64, number);
	return json_string(digits);
}

static json_t *
field_json(const struct field *field, const struct store_row *row)
{
	const char *at = (const char *)row + field->offset;
	uint64_t number;
	uint32_t number32;
	int64_t when;
	unsigned value;

	switch (field->kind) {
	case KIND_NAME:
	case KIND_TEXT:
		return text_json(at);
	case KIND_TIME:
		memcpy(&when, at, sizeof(when));
		return json_integer((json_int_t)when);
	case KIND_NUMBER:
		memcpy(&number, at, sizeof(number));
		return number_json(number);
	case KIND_NUMBER32:
		memcpy(&number32, at, sizeof(number32));
		return json_integer((json_int_t)number32);
	case KIND_IDENT:
		return dump_hex(at, IDENT_SIZE);
	case KIND_VALUE:
		return dump_hex(row->value, row->length);
	case KIND_MERGE:
		return dump_merge_json(&row->merge);
	default:
		memcpy(&value, at, sizeof(value));
		return json_string(words[field->kind].text(value));
	}
}

json_t *
dump_row_json(const struct store_row *row)
{
	const struct field *field;
	json_t *json = json_object();
	int code;

	code = json_object_set_new(json, DUMP_TABLE_KEY,
	    json_string(store_table_text(row->table)));
	for (field = tables[row->table]; field->name != NULL && code == 0;
	    field++)
		code = json_object_set_new(json, field->name,
		    field_json(field, row));
	if (code == 0)
		return json;
	json_decref(json);
	return NULL;
}

/*
 * In
 */

static bool
read_text(const struct field *field, char *at, const json_t *json)
{
	const char *text = json_string_value(json);
	const char *hex = json_string_value(json_object_get(json, "hex"));
	size_t length;

	if (text != NULL) {
		length = json_string_length(json);
		if (length >= field->size)
			return false;
		memcpy(at, text, length);
	} else {
		length = hex != NULL ? strlen(hex) / 2 : field->size;
		if (length >= field->size || !dump_unhex(hex, at, length) ||
		    memchr(at, '\0', length) != NULL)
			return false;
	}
	at[length] = '\0';
	return field->kind == KIND_TEXT || length > 0;
}

/* Digits are for what is no integer of JSON. */
static bool
read_digits(const char *text, uint64_t *number)
{
	if (text == NULL || *text == '0' ||
	    strspn(text, "0123456789") != strlen(text))
		return false;
	errno = 0;
	*number = strtoull(text, NULL, 10);
	return errno == 0 && *number > INT64_MAX;
}

static bool
read_number(uint64_t most, uint64_t *number, const json_t *json)
{
	*number = (uint64_t)json_integer_value(json);
	if (json_is_integer(json))
		return json_integer_value(json) >= 0 && *number <= most;
	return most == UINT64_MAX &&
	    read_digits(json_string_value(json), number);
}

static bool
read_word(enum kind kind, char *at, const json_t *json)
{
	const char *text = json_string_value(json);
	unsigned value;

	for (value = 0; text != NULL && value <= words[kind].last; value++)
		if (strcmp(text, words[kind].text(value)) == 0) {
			memcpy(at, &value, sizeof(value));
			return true;
		}
	return false;
}

static bool
read_value(struct store_row *row, const json_t *json)
{
	const char *text = json_string_value(json);

	row->length = text != NULL ? strlen(text) / 2 : SIZE_MAX;
	return row->length <= sizeof(row->value) &&
	    dump_unhex(text, row->value, row->length);
}

static bool
read_field(const struct field *field, struct store_row *row,
    const json_t *json, struct buf *why)
{
	char *at = (char *)row + field->offset;
	uint64_t number;
	uint32_t number32;
	int64_t when;

	switch (field->kind) {
	case KIND_NAME:
	case KIND_TEXT:
		return read_text(field, at, json);
	case KIND_TIME:
		when = (int64_t)json_integer_value(json);
		memcpy(at, &when, sizeof(when));
		return json_is_integer(json);
	case KIND_NUMBER:
		if (!read_number(UINT64_MAX, &number, json))
			return false;
		memcpy(at, &number, sizeof(number));
		return true;
	case KIND_NUMBER32:
		if (!read_number(UINT32_MAX, &number, json))
			return false;
		number32 = (uint32_t)number;
		memcpy(at, &number32, sizeof(number32));
		return true;
	case KIND_IDENT:
		return dump_unhex(json_string_value(json), at, IDENT_SIZE);
	case KIND_VALUE:
		return read_value(row, json);
	case KIND_MERGE:
		return dump_merge_parse(&row->merge, json, why);
	default:
		return read_word(field->kind, at, json);
	}
}

static const char *
expected(const struct field *field)
{
	switch (field->kind) {
	case KIND_NAME:
	case KIND_TEXT:
		return "a text that is not too long";
	case KIND_TIME:
		return "a whole number";
	case KIND_NUMBER:
	case KIND_NUMBER32:
		return "a whole number that is not too large";
	case KIND_IDENT:
		return "32 hexadecimal digits";
	case KIND_VALUE:
		return "at most 512 hexadecimal digits";
	case KIND_STANDING:
		return "good, warned or restricted";
	case KIND_NOTICE:
		return "the kind of a notice";
	case KIND_MATCH:
		return "none, message-id, other-address, pair or credited";
	case KIND_TOLD:
		return "user or postmaster";
	case KIND_MERGE:
		break;
	}
	return "a letter";
}

static bool
find_table(const json_t *json, enum store_table *table, struct buf *why)
{
	const char *text = json_string_value(json_object_get(json,
	    DUMP_TABLE_KEY));
	unsigned i;

	for (i = 0; text != NULL && i < STORE_TABLES; i++)
		if (strcmp(text, store_table_text(i)) == 0) {
			*table = i;
			return true;
		}
	buf_add_text(why, "expected a row, with a \"table\" there is");
	return false;
}

enum status
dump_row_parse(struct store_row *row, const json_t *json, struct buf *why)
{
	const struct field *field;
	const json_t *value;
	size_t count = 1;

	memset(row, 0, sizeof(*row));
	if (!find_table(json, &row->table, why))
		return STATUS_MALFORMED;
	for (field = tables[row->table]; field->name != NULL; field++) {
		value = json_object_get(json, field->name);
		if (value == NULL || !read_field(field, row, value, why)) {
			if (why->length == 0)
				buf_printf(why, "table %s: %s \"%s\"; "
				    "expected %s",
				    store_table_text(row->table),
				    value == NULL ? "no" : "wrong",
				    field->name, expected(field));
			return STATUS_MALFORMED;
		}
		count++;
	}
	if (json_object_size(json) == count)
		return STATUS_OK;
	buf_printf(why, "table %s: a field too many; expected %zu",
	    store_table_text(row->table), count);
	return STATUS_MALFORMED;
}
