/*
 * The daemon's answers, for people.
 */
#include "front/ctl_show.h"

#include <jansson.h>
#include <string.h>

#include "front/ctl_text.h"

/* Everything of a line of the table but the name. */
#define FIGURES_WIDTH	64
#define NAME_WIDTH_MIN	16

static const char *
text_of(const json_t *json, const char *key)
{
	return json_string_value(json_object_get(json, key));
}

static double
share_of(const json_t *json, const char *key)
{
	const json_t *value = json_object_get(json, key);

	return json_is_number(value) ? json_number_value(value) : -1;
}

static const char *
number_of(const json_t *json, const char *key, char text[CTL_TEXT_NUMBER_SIZE])
{
	const json_t *value = json_object_get(json, key);

	if (!json_is_integer(value))
		return "-";
	return ctl_text_number(json_integer_value(value), text);
}

/* An exempt user is not judged; no standing of theirs means anything. */
static const char *
standing_of(const json_t *user)
{
	const char *standing = text_of(user, "standing");

	if (json_is_true(json_object_get(user, "exempt")))
		return "exempt";
	return standing != NULL ? standing : "-";
}

static void
add_padding(struct buf *buf, size_t width, size_t used)
{
	for (; used < width; used++)
		buf_add_text(buf, " ");
}

static void
add_column(struct buf *buf, const char *text, size_t width)
{
	add_padding(buf, width, ctl_text_width(text));
	ctl_text_add_clean(buf, text);
}

/*
 * The width of the first column: the longest name's, as far as there is
 * room.  A longer name has a line of its own, since a cut one is no name.
 */
static size_t
name_width(const json_t *users, unsigned columns)
{
	size_t i, most = (size_t)-1, width, longest = strlen("USER");
	const char *name;

	if (columns > FIGURES_WIDTH + NAME_WIDTH_MIN)
		most = columns - FIGURES_WIDTH;
	else if (columns > 0)
		most = NAME_WIDTH_MIN;
	for (i = 0; i < json_array_size(users); i++) {
		name = text_of(json_array_get(users, i), "user");
		width = name != NULL ? ctl_text_width(name) : 0;
		if (width > longest)
			longest = width;
	}
	return longest < most ? longest : most;
}

static void
add_row(struct buf *buf, const json_t *user, size_t width)
{
	const json_t *rate = json_object_get(user, "rate");
	const char *name = text_of(user, "user");
	const char *standing = standing_of(user);
	char text[CTL_TEXT_NUMBER_SIZE];
	size_t used = ctl_text_width(name);

	ctl_text_add_clean(buf, name);
	if (used > width) {
		buf_add_text(buf, "\n");
		used = 0;
	}
	add_padding(buf, width + 1, used);
	ctl_text_add_clean(buf, standing);
	add_padding(buf, 10, ctl_text_width(standing));
	add_column(buf, ctl_text_share(share_of(rate, "share"), text), 7);
	add_column(buf, number_of(rate, "answered", text), 9);
	add_column(buf, number_of(rate, "settled", text), 8);
	add_column(buf, number_of(rate, "pending", text), 7);
	buf_add_text(buf, " ");
	ctl_text_add_date(buf, text_of(user, "since"), "-         ");
	buf_add_text(buf, " ");
	ctl_text_add_date(buf, text_of(user, "due"), "-");
	buf_add_text(buf, "\n");
}

bool
ctl_show_users(struct buf *buf, const json_t *users, unsigned columns)
{
	size_t i, width = name_width(users, columns);
	const json_t *user;

	buf_add_text(buf, "USER");
	add_padding(buf, width, strlen("USER"));
	buf_add_text(buf, " STANDING     RATE ANSWERED SETTLED   OPEN "
	    "SINCE      DUE\n");
	for (i = 0; i < json_array_size(users); i++) {
		user = json_array_get(users, i);
		if (text_of(user, "user") == NULL)
			return false;
		add_row(buf, user, width);
	}
	return json_is_array(users);
}

/* One line of a block. */
static void
add_label(struct buf *buf, const char *label)
{
	buf_add_text(buf, label);
	add_padding(buf, 12, strlen(label));
}

static void
add_text(struct buf *buf, const char *label, const char *text)
{
	add_label(buf, label);
	ctl_text_add_clean(buf, text != NULL && *text != '\0' ? text : "-");
	buf_add_text(buf, "\n");
}

static void
add_time(struct buf *buf, const char *label, const char *time,
    const char *missing)
{
	add_label(buf, label);
	ctl_text_add_time(buf, time, missing);
	buf_add_text(buf, "\n");
}

static void
add_number(struct buf *buf, const char *label, const json_t *json,
    const char *key)
{
	char text[CTL_TEXT_NUMBER_SIZE];

	add_text(buf, label, number_of(json, key, text));
}

/* Answers to mail younger than settle are in no figure yet: say they came. */
static void
add_early(struct buf *buf, const json_t *rate)
{
	char text[CTL_TEXT_NUMBER_SIZE];

	if (json_integer_value(json_object_get(rate, "answered_early")) == 0)
		return;
	add_label(buf, "Early");
	buf_printf(buf, "%s answered, which will count once settled\n",
	    number_of(rate, "answered_early", text));
}

static void
add_rate(struct buf *buf, const json_t *rate)
{
	char share[CTL_TEXT_NUMBER_SIZE], settled[CTL_TEXT_NUMBER_SIZE];
	char threshold[CTL_TEXT_NUMBER_SIZE], minimum[CTL_TEXT_NUMBER_SIZE];

	add_label(buf, "Rate");
	buf_printf(buf, "%s of %s settled (threshold %s, judged from %s "
	    "settled)\n",
	    ctl_text_share(share_of(rate, "share"), share),
	    number_of(rate, "settled", settled),
	    ctl_text_share(share_of(rate, "threshold"), threshold),
	    number_of(rate, "minimum", minimum));
	add_label(buf, "Window");
	ctl_text_add_time(buf, text_of(rate, "from"), "-");
	buf_add_text(buf, " to ");
	ctl_text_add_time(buf, text_of(rate, "until"), "-");
	buf_add_text(buf, "\n");
	add_number(buf, "Answered", rate, "answered");
	add_number(buf, "Lapsed", rate, "lapsed");
	add_number(buf, "Bounced", rate, "bounced");
	add_number(buf, "Open", rate, "pending");
	add_early(buf, rate);
}

bool
ctl_show_user(struct buf *buf, const json_t *user)
{
	const json_t *rate = json_object_get(user, "rate");

	if (text_of(user, "user") == NULL || !json_is_object(rate))
		return false;
	add_text(buf, "User", text_of(user, "user"));
	add_text(buf, "Address", text_of(user, "address"));
	add_text(buf, "Policy", text_of(user, "policy"));
	add_text(buf, "Standing", standing_of(user));
	add_time(buf, "Since", text_of(user, "since"), "-");
	add_time(buf, "Due", text_of(user, "due"), "-");
	add_time(buf, "Warned", text_of(user, "warned_at"), "never");
	add_rate(buf, rate);
	add_time(buf, "Assessment", text_of(user, "next"), "none planned");
	add_text(buf, "Next", text_of(user, "outlook"));
	return true;
}

/* "key number, key number": the figures of one object, in its order. */
static void
add_figures(struct buf *buf, const char *label, json_t *figures)
{
	char text[CTL_TEXT_NUMBER_SIZE];
	const char *key, *comma = "";
	json_t *value;

	add_label(buf, label);
	json_object_foreach(figures, key, value) {
		if (!json_is_integer(value))
			continue;
		buf_add_text(buf, comma);
		ctl_text_add_clean(buf, key);
		buf_printf(buf, " %s", number_of(figures, key, text));
		comma = ", ";
	}
	buf_add_text(buf, "\n");
}

bool
ctl_show_health(struct buf *buf, const json_t *health, const char *version)
{
	const json_t *healthy = json_object_get(health, "healthy");
	const char *problem = text_of(health, "problem");
	json_t *store = json_object_get(health, "store");

	if (!json_is_boolean(healthy))
		return false;
	add_text(buf, "Health", json_is_true(healthy) ? "good" :
	    problem != NULL ? problem : "bad");
	add_text(buf, "Version", version);
	add_time(buf, "Started", text_of(health, "started"), "-");
	add_time(buf, "Now", text_of(health, "now"), "-");
	add_time(buf, "Last tick", text_of(health, "last_tick"), "none yet");
	add_text(buf, "Mode", text_of(health, "mode"));
	add_text(buf, "Breaker", text_of(health, "breaker"));
	add_number(buf, "Outbox", health, "outbox");
	add_text(buf, "Store", json_is_true(json_object_get(store,
	    "available")) ? "available" : "not available");
	add_figures(buf, "", store);
	add_figures(buf, "Messages", json_object_get(health, "messages"));
	return true;
}

void
ctl_show_nearest(struct buf *buf, const json_t *answer)
{
	const json_t *names = json_object_get(answer, "nearest");
	size_t i, count = json_array_size(names);
	const char *name;

	for (i = 0; i < count; i++) {
		name = json_string_value(json_array_get(names, i));
		buf_add_text(buf, i == 0 ? "; did you mean " :
		    i + 1 == count ? " or " : ", ");
		ctl_text_add_clean(buf, name != NULL ? name : "-");
	}
	if (count > 0)
		buf_add_text(buf, "?");
}
