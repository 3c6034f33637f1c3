/*
 * The audit log, forecasts and erasures, for people.
 */
#include "front/ctl_show.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "front/ctl_block.h"
#include "front/ctl_text.h"

#define TIME_WIDTH	16	/* "2026-01-05 09:00" */
#define CELL_WIDTH_MAX	32	/* a longer name moves its line's rest */

static const char *
text_or_dash(const json_t *json, const char *key)
{
	const char *text = ctl_block_text_of(json, key);

	return text != NULL ? text : "-";
}

/*
 * The audit log
 */

static void
add_minute(struct buf *buf, const char *time)
{
	char text[CLOCK_TEXT_SIZE];
	int64_t when;

	if (time == NULL || clock_parse(time, &when) != STATUS_OK) {
		buf_add_text(buf, "-");
		ctl_block_pad(buf, TIME_WIDTH, 1);
		return;
	}
	clock_format(when, text);
	buf_printf(buf, "%.10s %.5s", text, text + 11);
}

struct columns {
	size_t	action, user, actor;
	size_t	whole;		/* of the terminal; 0: none */
	bool	with_user;
};

static size_t
widest(const json_t *lines, const char *key, const char *head)
{
	size_t i, width, most = strlen(head);

	for (i = 0; i < json_array_size(lines); i++) {
		width = ctl_text_width(text_or_dash(json_array_get(lines, i),
		    key));
		if (width > most && width <= CELL_WIDTH_MAX)
			most = width;
	}
	return most;
}

static void
add_cell(struct buf *buf, const char *text, size_t width)
{
	buf_add_text(buf, " ");
	ctl_text_add_clean(buf, text);
	ctl_block_pad(buf, width, ctl_text_width(text));
}

/* Behind the rest where it fits, else in a line of its own. */
static void
add_reason(struct buf *buf, const char *reason, size_t used,
    const struct columns *columns)
{
	if (columns->whole > 0 && used + 1 + ctl_text_width(reason) >
	    columns->whole) {
		buf_add_text(buf, "\n");
		ctl_block_pad(buf, TIME_WIDTH, 0);
	}
	buf_add_text(buf, " ");
	ctl_text_add_clean(buf, reason);
	buf_add_text(buf, "\n");
}

static void
add_line(struct buf *buf, const json_t *line, const struct columns *columns)
{
	struct buf row;
	size_t used;

	buf_init(&row);
	add_minute(&row, ctl_block_text_of(line, "time"));
	add_cell(&row, text_or_dash(line, "action"), columns->action);
	if (columns->with_user)
		add_cell(&row, text_or_dash(line, "user"), columns->user);
	add_cell(&row, text_or_dash(line, "actor"), columns->actor);
	used = ctl_text_width(row.data);
	buf_add_text(buf, row.data);
	buf_release(&row);
	add_reason(buf, text_or_dash(line, "reason"), used, columns);
}

bool
ctl_show_audit(struct buf *buf, const json_t *lines, unsigned columns,
    bool user)
{
	struct columns widths = { .whole = columns, .with_user = user };
	size_t i;

	widths.action = widest(lines, "action", "ACTION");
	widths.user = widest(lines, "user", "USER");
	widths.actor = widest(lines, "actor", "ACTOR");
	buf_add_text(buf, "TIME (UTC)      ");
	add_cell(buf, "ACTION", widths.action);
	if (user)
		add_cell(buf, "USER", widths.user);
	add_cell(buf, "ACTOR", widths.actor);
	buf_add_text(buf, " REASON\n");
	for (i = 0; i < json_array_size(lines); i++)
		add_line(buf, json_array_get(lines, i), &widths);
	return json_is_array(lines);
}

bool
ctl_show_judged(struct buf *buf, const json_t *user)
{
	const json_t *judged = json_object_get(user, "judged");
	char number[CTL_TEXT_NUMBER_SIZE];

	if (ctl_block_text_of(user, "user") == NULL)
		return false;
	ctl_block_text(buf, "User", ctl_block_text_of(user, "user"));
	ctl_block_text(buf, "Standing", text_or_dash(user, "standing"));
	ctl_block_time(buf, "Since", ctl_block_text_of(user, "since"), "-");
	ctl_block_time(buf, "Due", ctl_block_text_of(user, "due"), "-");
	ctl_block_time(buf, "Warned", ctl_block_text_of(user, "warned_at"),
	    "never");
	ctl_block_label(buf, "Decided on");
	if (json_is_object(judged)) {
		buf_printf(buf, "%s answered of ",
		    ctl_block_number_of(judged, "answered", number));
		buf_printf(buf, "%s settled, sent from ",
		    ctl_block_number_of(judged, "settled", number));
		ctl_text_add_date(buf, ctl_block_text_of(judged, "from"), "-");
		buf_add_text(buf, " to ");
		ctl_text_add_date(buf, ctl_block_text_of(judged, "until"),
		    "-");
		buf_add_text(buf, "\n\n");
	} else
		buf_add_text(buf, "no figures\n\n");
	return true;
}

/*
 * Forecasts
 */

static void
add_look(struct buf *buf, const json_t *forecast)
{
	ctl_block_label(buf, "Next look");
	ctl_text_add_time(buf, ctl_block_text_of(forecast, "at"), "-");
	buf_add_text(buf, json_is_true(json_object_get(forecast,
	    "if_sent")) ? ", if something is sent now\n" : "\n");
	ctl_block_label(buf, "Counts");
	buf_add_text(buf, "what was sent ");
	ctl_text_add_time(buf, ctl_block_text_of(forecast, "from"), "-");
	buf_add_text(buf, " to\n");
	ctl_block_label(buf, "");
	ctl_text_add_time(buf, ctl_block_text_of(forecast, "until"), "-");
	buf_add_text(buf, "\n");
}

static void
add_tally(struct buf *buf, const json_t *forecast)
{
	static const char *const keys[] = { "answered", "lapsed", "pending",
	    "bounced" };
	char text[CTL_TEXT_NUMBER_SIZE];
	size_t i;

	ctl_block_label(buf, "So far");
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		buf_printf(buf, "%s%s %s", i == 0 ? "" : ", ",
		    ctl_block_number_of(forecast, keys[i], text), keys[i]);
	buf_add_text(buf, "\n");
}

/* What the look brings to whom nobody answers any more. */
static const char *
silent_words(const char *standing, const char *silent)
{
	static const struct {
		const char	*silent, *words;
	} table[] = {
		{ "warning", "a warning" },
		{ "restricted", "restriction: bulk mail is refused" },
		{ "extended", "another term of restriction" },
		{ "recovered", "good standing again" },
		{ "released", "the end of the restriction" },
	};
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(silent, table[i].silent) == 0)
			return table[i].words;
	return strcmp(standing, "good") == 0 ? "nothing: standing stays good" :
	    "-";
}

/* "4 more answers to what is counted": what would bring good news. */
static void
add_help(struct buf *buf, const json_t *forecast)
{
	const json_t *answers = json_object_get(forecast, "answers");
	const json_t *fresh = json_object_get(forecast, "fresh");
	char text[CTL_TEXT_NUMBER_SIZE];

	ctl_block_label(buf, "Would help");
	if (json_is_integer(answers))
		buf_printf(buf, "%s more answered of what is counted\n",
		    ctl_block_number_of(forecast, "answers", text));
	else
		buf_add_text(buf, "no number of answers to what is counted\n");
	if (!json_is_integer(fresh))
		return;
	ctl_block_label(buf, "");
	buf_printf(buf, json_integer_value(fresh) == 1 ?
	    "or %s new message in time, and answered\n" :
	    "or %s new messages in time, all of them answered\n",
	    ctl_block_number_of(forecast, "fresh", text));
}

static void
add_room(struct buf *buf, const json_t *forecast)
{
	char text[CTL_TEXT_NUMBER_SIZE];

	ctl_block_label(buf, "Room");
	if (json_is_true(json_object_get(forecast, "room_unbounded")))
		buf_add_text(buf, "for any number of messages: that look "
		    "will not count them\n");
	else
		buf_printf(buf, "for %s more messages that nobody answers\n",
		    ctl_block_number_of(forecast, "room", text));
}

static bool
is_good_news(const json_t *forecast)
{
	return json_is_true(json_object_get(forecast, "room_unbounded")) ||
	    json_is_integer(json_object_get(forecast, "room"));
}

bool
ctl_show_forecast(struct buf *buf, const json_t *answer)
{
	const json_t *now = json_object_get(answer, "now");
	const json_t *forecast = json_object_get(answer, "forecast");
	const json_t *would = json_object_get(now, "would");
	const char *standing = text_or_dash(json_is_object(would) ? would :
	    now, "standing");

	if (ctl_block_text_of(now, "user") == NULL || forecast == NULL)
		return false;
	ctl_block_text(buf, "User", ctl_block_text_of(now, "user"));
	ctl_block_text(buf, json_is_object(would) ? "Would be" : "Standing",
	    json_is_true(json_object_get(now, "exempt")) ?
	    "exempt" : standing);
	if (!json_is_object(forecast)) {
		ctl_block_text(buf, "Next look", "none: an exempt user is not "
		    "judged");
		return true;
	}
	add_look(buf, forecast);
	add_tally(buf, forecast);
	ctl_block_text(buf, "If silent", silent_words(standing,
	    text_or_dash(forecast, "silent")));
	if (is_good_news(forecast))
		add_room(buf, forecast);
	else
		add_help(buf, forecast);
	return true;
}

/*
 * Erasures
 */

bool
ctl_show_erased(struct buf *buf, const json_t *answer)
{
	if (!json_is_integer(json_object_get(answer, "outreach")))
		return false;
	ctl_block_number(buf, "Outreach", answer, "outreach");
	ctl_block_number(buf, "Contacts", answer, "contacts");
	ctl_block_number(buf, "Letters", answer, "letters");
	buf_add_text(buf, "Forgotten.  What was sent stays counted.\n");
	return true;
}
