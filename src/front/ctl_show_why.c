/*
 * What is known of one message, for people.
 *
 * One outreach is a block; those of a message to several are a table of 80
 * columns, with a line above it for each user who sent under the Message-ID.
 */
#include "front/ctl_show.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "front/ctl_block.h"

/* So many digits of a hash tell one message's candidates apart. */
#define HASH_DIGITS	8

#define HASH_NOTE	"a hash: no outside address is kept"

struct word {
	const char	*key;
	const char	*text;
};

static const char *
text_or_dash(const json_t *json, const char *key)
{
	const char *text = ctl_block_text_of(json, key);

	return text != NULL ? text : "-";
}

static void
add_hash(struct buf *buf, const json_t *json, const char *key)
{
	char text[HASH_DIGITS + 1];

	snprintf(text, sizeof(text), "%s", text_or_dash(json, key));
	ctl_text_add_clean(buf, text);
}

static const char *
match_words(const char *match)
{
	static const struct word words[] = {
		{ "message-id", "it named the Message-ID" },
		{ "other-address",
		    "it named the Message-ID, from another address" },
		{ "pair", "by the two correspondents" },
		{ "credited", "an administrator said so" },
	};
	size_t i;

	for (i = 0; match != NULL && i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(match, words[i].key) == 0)
			return words[i].text;
	return match != NULL ? match : "it is not known how";
}

static void
add_state(struct buf *buf, const json_t *outreach)
{
	const char *state = text_or_dash(outreach, "state");

	ctl_block_label(buf, "State");
	ctl_text_add_clean(buf, state);
	if (strcmp(state, "pending") == 0 || strcmp(state, "lapsed") == 0) {
		buf_add_text(buf, strcmp(state, "pending") == 0 ?
		    "; silence counts from " : "; silence counts since ");
		ctl_text_add_time(buf, ctl_block_text_of(outreach,
		    "settles_at"), "-");
	}
	buf_add_text(buf, "\n");
}

static void
add_answer(struct buf *buf, const json_t *outreach)
{
	const char *by = ctl_block_text_of(outreach, "answered_by");
	const char *when = ctl_block_text_of(outreach, "answered_at");

	ctl_block_label(buf, "Answered");
	ctl_text_add_time(buf, when, "no");
	if (when != NULL) {
		buf_add_text(buf, by != NULL && strcmp(by, "another") == 0 ?
		    " by another address" : " by the candidate");
		buf_add_text(buf, ": ");
		ctl_text_add_clean(buf, match_words(ctl_block_text_of(outreach,
		    "match")));
	}
	buf_add_text(buf, "\n");
}

static void
add_automatic(struct buf *buf, const json_t *outreach)
{
	const char *when = ctl_block_text_of(outreach, "automatic_at");

	ctl_block_label(buf, "Automatic");
	ctl_text_add_time(buf, when, "no mail");
	if (when != NULL) {
		buf_add_text(buf, ", rule ");
		ctl_text_add_clean(buf, text_or_dash(outreach,
		    "automatic_rule"));
	}
	buf_add_text(buf, "\n");
}

static const char *
yes_or_no(const json_t *json, const char *key)
{
	return json_is_true(json_object_get(json, key)) ? "yes" : "no";
}

bool
ctl_show_outreach(struct buf *buf, const json_t *outreach)
{
	if (ctl_block_text_of(outreach, "candidate") == NULL)
		return false;
	ctl_block_text(buf, "User", ctl_block_text_of(outreach, "user"));
	ctl_block_label(buf, "Candidate");
	add_hash(buf, outreach, "candidate");
	buf_add_text(buf, " (" HASH_NOTE ")\n");
	ctl_block_time(buf, "Sent", ctl_block_text_of(outreach, "sent_at"),
	    "-");
	ctl_block_label(buf, "Kind");
	ctl_text_add_clean(buf, text_or_dash(outreach, "kind"));
	buf_add_text(buf, json_is_true(json_object_get(outreach, "list")) ?
	    ", to a list\n" : "\n");
	add_state(buf, outreach);
	add_answer(buf, outreach);
	ctl_block_time(buf, "Bounced", ctl_block_text_of(outreach,
	    "bounced_at"), "no");
	add_automatic(buf, outreach);
	ctl_block_text(buf, "Opened", json_is_true(json_object_get(outreach,
	    "read")) ? "yes, a read receipt came" : "no read receipt came");
	ctl_block_text(buf, "Complaint", yes_or_no(outreach, "complaint"));
	return true;
}

/*
 * The table
 */

/* "2026-01-05 09:00" */
static void
add_minute(struct buf *buf, const char *time)
{
	char text[CLOCK_TEXT_SIZE];
	int64_t when;

	if (time == NULL || clock_parse(time, &when) != STATUS_OK) {
		buf_add_text(buf, "-               ");
		return;
	}
	clock_format(when, text);
	buf_printf(buf, "%.10s %.5s", text, text + 11);
}

/* The moment of the state a row is in. */
static const char *
moment_of(const json_t *outreach, const char *state)
{
	if (strcmp(state, "answered") == 0)
		return ctl_block_text_of(outreach, "answered_at");
	if (strcmp(state, "bounced") == 0)
		return ctl_block_text_of(outreach, "bounced_at");
	return ctl_block_text_of(outreach, "settles_at");
}

static void
add_notes(struct buf *buf, const json_t *outreach)
{
	static const struct word words[] = {
		{ "read", "opened" },
		{ "complaint", "complaint" },
		{ "list", "list" },
	};
	const char *rule = ctl_block_text_of(outreach, "automatic_rule");
	size_t i;

	if (rule != NULL) {
		buf_add_text(buf, " automatic: ");
		ctl_text_add_clean(buf, rule);
	}
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (json_is_true(json_object_get(outreach, words[i].key)))
			buf_printf(buf, " %s", words[i].text);
	buf_add_text(buf, "\n");
}

static void
add_cell(struct buf *buf, const char *text, size_t width)
{
	ctl_text_add_clean(buf, text);
	ctl_block_pad(buf, width, ctl_text_width(text));
}

static void
add_outreach_row(struct buf *buf, const json_t *outreach)
{
	const char *state = text_or_dash(outreach, "state");

	add_hash(buf, outreach, "candidate");
	buf_add_text(buf, "  ");
	add_cell(buf, state, 9);
	add_minute(buf, moment_of(outreach, state));
	buf_add_text(buf, " ");
	add_cell(buf, text_or_dash(outreach, "match"), 13);
	add_notes(buf, outreach);
}

static void
add_table_head(struct buf *buf, const json_t *outreach)
{
	buf_add_text(buf, "\n");
	ctl_block_text(buf, "User", ctl_block_text_of(outreach, "user"));
	ctl_block_time(buf, "Sent", ctl_block_text_of(outreach, "sent_at"),
	    "-");
	ctl_block_text(buf, "Kind", text_or_dash(outreach, "kind"));
	buf_add_text(buf, "CANDIDATE STATE    WHEN             "
	    "ANSWER BY     NOTES\n");
}

static bool
is_same_user(const json_t *a, const json_t *b)
{
	return json_equal(json_object_get(a, "user"),
	    json_object_get(b, "user"));
}

static bool
add_table(struct buf *buf, const json_t *rows)
{
	const json_t *row, *before = NULL;
	size_t i;

	for (i = 0; i < json_array_size(rows); i++) {
		row = json_array_get(rows, i);
		if (ctl_block_text_of(row, "candidate") == NULL)
			return false;
		if (before == NULL || !is_same_user(before, row))
			add_table_head(buf, row);
		add_outreach_row(buf, row);
		before = row;
	}
	buf_add_text(buf, "\nA candidate is shown as " HASH_NOTE ".\n"
	    "WHEN is the moment of the state; of pending and lapsed, when "
	    "silence counts.\n");
	return true;
}

bool
ctl_show_why(struct buf *buf, const json_t *answer)
{
	const json_t *rows = json_object_get(answer, "outreach");

	if (json_array_size(rows) == 0)
		return false;
	ctl_block_label(buf, "Message");
	add_hash(buf, answer, "message");
	buf_add_text(buf, " (a hash, as the audit log has it)\n");
	return json_array_size(rows) == 1 ?
	    ctl_show_outreach(buf, json_array_get(rows, 0)) :
	    add_table(buf, rows);
}
