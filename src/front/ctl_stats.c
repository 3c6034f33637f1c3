/*
 * replygatectl stats: the site by week and by policy.
 */
#include "front/ctl.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "front/ctl_block.h"
#include "front/ctl_text.h"

#define FIRST_WIDTH	10	/* "2026-11-23" */
#define CELL_WIDTH	8
#define MINUTE		60
#define HOUR		(60 * MINUTE)
#define DAY		(24 * HOUR)

static const struct {
	const char	*head;
	const char	*key;
} numbers[] = {
	{ "SENT", "sent" },
	{ "SINGLE", "one_to_one" },
	{ "BULK", "bulk" },
	{ "MERGE", "merge" },
	{ "ANSWERED", "answered" },
	{ "BOUNCED", "bounced" },
};
#define NUMBERS	(sizeof(numbers) / sizeof(numbers[0]))

static void
add_cell(struct buf *buf, const char *text)
{
	buf_add_text(buf, " ");
	ctl_block_pad(buf, CELL_WIDTH, strlen(text));
	buf_add_text(buf, text);
}

/* "3.2h": of the largest unit it fills. */
static void
add_duration(struct buf *buf, const json_t *seconds)
{
	json_int_t value = json_integer_value(seconds), unit = MINUTE;
	char text[CTL_TEXT_NUMBER_SIZE], name = 'm';

	if (!json_is_integer(seconds)) {
		add_cell(buf, "-");
		return;
	}
	if (value >= 2 * DAY) {
		unit = DAY;
		name = 'd';
	} else if (value >= 2 * HOUR) {
		unit = HOUR;
		name = 'h';
	}
	snprintf(text, sizeof(text), "%.1f%c", (double)value / (double)unit,
	    name);
	add_cell(buf, text);
}

static void
add_heads(struct buf *buf, const char *first)
{
	size_t i;

	buf_add_text(buf, first);
	ctl_block_pad(buf, FIRST_WIDTH, strlen(first));
	for (i = 0; i < NUMBERS; i++)
		add_cell(buf, numbers[i].head);
	buf_add_text(buf, "   RATE   MEDIAN\n");
}

static void
add_figures(struct buf *buf, const json_t *line)
{
	const json_t *share = json_object_get(line, "share");
	char text[CTL_TEXT_NUMBER_SIZE];
	size_t i;

	for (i = 0; i < NUMBERS; i++)
		add_cell(buf, ctl_block_number_of(line, numbers[i].key, text));
	ctl_text_share(json_is_number(share) ? json_number_value(share) : -1,
	    text);
	buf_add_text(buf, " ");
	ctl_block_pad(buf, 6, strlen(text));
	buf_add_text(buf, text);
	add_duration(buf, json_object_get(line, "median_seconds"));
	buf_add_text(buf, "\n");
}

static void
add_week(struct buf *buf, const json_t *line)
{
	ctl_text_add_date(buf, ctl_block_text_of(line, "week"), "-         ");
	add_figures(buf, line);
}

/* A name that is too long has a line of its own. */
static void
add_name(struct buf *buf, const json_t *line)
{
	const char *name = ctl_block_text_of(line, "policy");
	size_t used = ctl_text_width(name != NULL ? name : "-");

	ctl_text_add_clean(buf, name != NULL ? name : "-");
	if (used > FIRST_WIDTH) {
		buf_add_text(buf, "\n");
		used = 0;
	}
	ctl_block_pad(buf, FIRST_WIDTH, used);
}

static void
add_policy(struct buf *buf, const json_t *line)
{
	add_name(buf, line);
	add_figures(buf, line);
}

static void
add_standings(struct buf *buf, const json_t *line)
{
	static const char *const keys[] = { "good", "warned", "restricted",
	    "exempt" };
	const json_t *standings = json_object_get(line, "standings");
	char text[CTL_TEXT_NUMBER_SIZE];
	size_t i;

	add_name(buf, line);
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		ctl_block_number_of(standings, keys[i], text);
		buf_add_text(buf, " ");
		ctl_block_pad(buf, 10, strlen(text));
		buf_add_text(buf, text);
	}
	buf_add_text(buf, "\n");
}

static bool
show_stats(struct buf *buf, const json_t *answer)
{
	const json_t *weeks = json_object_get(answer, "weeks");
	const json_t *policies = json_object_get(answer, "policies");
	size_t i;

	if (!json_is_array(weeks) || !json_is_array(policies))
		return false;
	add_heads(buf, "WEEK");
	for (i = 0; i < json_array_size(weeks); i++)
		add_week(buf, json_array_get(weeks, i));
	buf_add_text(buf, "\n");
	add_heads(buf, "POLICY");
	for (i = 0; i < json_array_size(policies); i++)
		add_policy(buf, json_array_get(policies, i));
	buf_add_text(buf, "\nUSERS            GOOD     WARNED RESTRICTED     "
	    "EXEMPT\n");
	for (i = 0; i < json_array_size(policies); i++)
		add_standings(buf, json_array_get(policies, i));
	return true;
}

enum ctl_exit
ctl_stats(struct ctl *ctl, const char *operand)
{
	enum ctl_exit result;
	struct buf target;
	json_t *json;

	(void)operand;
	buf_init(&target);
	buf_add_text(&target, "/v1/stats");
	if (ctl->weeks != NULL) {
		buf_add_text(&target, "?weeks=");
		ctl_text_add_encoded(&target, ctl->weeks);
	}
	ctl->patient = true;
	result = ctl_ask(ctl, target.data, 0, &json);
	buf_release(&target);
	return result == CTL_FINE ? ctl_print_answer(ctl, show_stats, json) :
	    result;
}
