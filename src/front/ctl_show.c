/*
 * The daemon's answers, for people.
 */
#include "front/ctl_show.h"

#include <jansson.h>
#include <string.h>

#include "front/ctl_block.h"
#include "front/ctl_text.h"

/* Everything of a line of the table but the name. */
#define FIGURES_WIDTH	64
#define NAME_WIDTH_MIN	16

/* A figure whose name would end behind this begins a line of its own. */
#define FIGURES_COLUMN	68

static double
share_of(const json_t *json, const char *key)
{
	const json_t *value = json_object_get(json, key);

	return json_is_number(value) ? json_number_value(value) : -1;
}

/* In monitor mode what the rule would have made of them; NULL otherwise. */
static const json_t *
would_of(const json_t *user)
{
	const json_t *would = json_object_get(user, "would");

	return json_is_object(would) ? would : NULL;
}

/* The object that has standing, since and due as the rule sees them. */
static const json_t *
judged_of(const json_t *user)
{
	const json_t *would = would_of(user);

	return would != NULL ? would : user;
}

/* An exempt user is not judged; no standing of theirs means anything. */
static const char *
standing_of(const json_t *user)
{
	const char *standing = ctl_block_text_of(user, "standing");

	if (json_is_true(json_object_get(user, "exempt")))
		return "exempt";
	return standing != NULL ? standing : "-";
}

static const char *
judged_standing_of(const json_t *user)
{
	const char *standing;

	if (would_of(user) == NULL ||
	    json_is_true(json_object_get(user, "exempt")))
		return standing_of(user);
	standing = ctl_block_text_of(would_of(user), "standing");
	return standing != NULL ? standing : "-";
}

static void
add_column(struct buf *buf, const char *text, size_t width)
{
	ctl_block_pad(buf, width, ctl_text_width(text));
	ctl_text_add_clean(buf, text);
}

/* Do many of their outreach bounce?  An asterisk behind the name says so. */
static bool
is_marked(const json_t *user)
{
	return json_is_true(json_object_get(json_object_get(user, "sent"),
	    "many_bounces"));
}

/*
 * The width of the first column: the longest name's, as far as there is
 * room.  A longer name has a line of its own, since a cut one is no name.
 */
static size_t
name_width(const json_t *users, unsigned columns)
{
	size_t i, most = (size_t)-1, width, longest = strlen("USER");
	const json_t *user;
	const char *name;

	if (columns > FIGURES_WIDTH + NAME_WIDTH_MIN)
		most = columns - FIGURES_WIDTH;
	else if (columns > 0)
		most = NAME_WIDTH_MIN;
	for (i = 0; i < json_array_size(users); i++) {
		user = json_array_get(users, i);
		name = ctl_block_text_of(user, "user");
		width = name != NULL ? ctl_text_width(name) : 0;
		width += is_marked(user);
		if (width > longest)
			longest = width;
	}
	return longest < most ? longest : most;
}

/* Red where mail is refused, yellow where that is near (ECMA-48, SGR). */
static const char *
colour_of(const char *standing)
{
	if (strcmp(standing, "restricted") == 0)
		return "\033[31m";
	return strcmp(standing, "warned") == 0 ? "\033[33m" : "";
}

static void
add_standing(struct buf *buf, const char *standing, bool colour)
{
	const char *begin = colour ? colour_of(standing) : "";

	buf_add_text(buf, begin);
	ctl_text_add_clean(buf, standing);
	buf_add_text(buf, *begin != '\0' ? "\033[0m" : "");
	ctl_block_pad(buf, 10, ctl_text_width(standing));
}

static void
add_row(struct buf *buf, const json_t *user, size_t width, bool colour)
{
	const json_t *rate = json_object_get(user, "rate");
	const char *name = ctl_block_text_of(user, "user");
	char text[CTL_TEXT_NUMBER_SIZE];
	size_t used = ctl_text_width(name);

	ctl_text_add_clean(buf, name);
	if (is_marked(user)) {
		buf_add_text(buf, "*");
		used++;
	}
	if (used > width) {
		buf_add_text(buf, "\n");
		used = 0;
	}
	ctl_block_pad(buf, width + 1, used);
	add_standing(buf, judged_standing_of(user), colour);
	add_column(buf, ctl_text_share(share_of(rate, "share"), text), 7);
	add_column(buf, ctl_block_number_of(rate, "answered", text), 9);
	add_column(buf, ctl_block_number_of(rate, "settled", text), 8);
	add_column(buf, ctl_block_number_of(rate, "pending", text), 7);
	buf_add_text(buf, " ");
	ctl_text_add_date(buf, ctl_block_text_of(judged_of(user), "since"),
	    "-         ");
	buf_add_text(buf, " ");
	ctl_text_add_date(buf, ctl_block_text_of(judged_of(user), "due"), "-");
	buf_add_text(buf, "\n");
}

bool
ctl_show_users(struct buf *buf, const json_t *users, unsigned columns,
    bool colour)
{
	size_t i, width = name_width(users, columns);
	const json_t *user;
	bool marked = false, monitor = false;

	buf_add_text(buf, "USER");
	ctl_block_pad(buf, width, strlen("USER"));
	buf_add_text(buf, " STANDING     RATE ANSWERED SETTLED   OPEN "
	    "SINCE      DUE\n");
	for (i = 0; i < json_array_size(users); i++) {
		user = json_array_get(users, i);
		if (ctl_block_text_of(user, "user") == NULL)
			return false;
		add_row(buf, user, width, colour);
		marked = marked || is_marked(user);
		monitor = monitor || would_of(user) != NULL;
	}
	if (marked)
		buf_add_text(buf, "* many of their outreach bounced: see "
		    "replygatectl user NAME\n");
	if (monitor)
		buf_add_text(buf, "monitor mode: standings as they would be, "
		    "nobody is told or refused\n");
	return json_is_array(users);
}

/* Answers to mail younger than settle are in no figure yet: say they came. */
static void
add_early(struct buf *buf, const json_t *rate)
{
	char text[CTL_TEXT_NUMBER_SIZE];

	if (json_integer_value(json_object_get(rate, "answered_early")) == 0)
		return;
	ctl_block_label(buf, "Early");
	buf_printf(buf, "%s answered, which will count once settled\n",
	    ctl_block_number_of(rate, "answered_early", text));
}

/* What became of all that was sent since the window began. */
static void
add_sent(struct buf *buf, const json_t *sent)
{
	const json_t *all = json_object_get(sent, "outreach");
	const json_t *bounced = json_object_get(sent, "bounced");
	char of[CTL_TEXT_NUMBER_SIZE], text[CTL_TEXT_NUMBER_SIZE];

	ctl_block_label(buf, "Outreach");
	buf_printf(buf, "%s answered of %s",
	    ctl_block_number_of(sent, "answered", text), json_is_integer(all) ?
	    ctl_text_number(json_integer_value(all) -
	    json_integer_value(bounced), of) : "-");
	buf_printf(buf, ", %s pending",
	    ctl_block_number_of(sent, "pending", text));
	buf_printf(buf, ", %s bounced",
	    ctl_block_number_of(sent, "bounced", text));
	buf_printf(buf, ", %s lapsed\n",
	    ctl_block_number_of(sent, "lapsed", text));
	if (json_is_true(json_object_get(sent, "many_bounces"))) {
		ctl_block_label(buf, "");
		buf_add_text(buf, "many bounced: bad addresses, or bounces "
		    "that somebody forges\n");
	}
	ctl_block_number(buf, "Receipts", sent, "receipts");
	ctl_block_number(buf, "Complaints", sent, "complaints");
}

static void
add_rate(struct buf *buf, const json_t *rate)
{
	char share[CTL_TEXT_NUMBER_SIZE], settled[CTL_TEXT_NUMBER_SIZE];
	char threshold[CTL_TEXT_NUMBER_SIZE], minimum[CTL_TEXT_NUMBER_SIZE];

	ctl_block_label(buf, "Rate");
	buf_printf(buf, "%s of %s settled (threshold %s, judged from %s "
	    "settled)\n",
	    ctl_text_share(share_of(rate, "share"), share),
	    ctl_block_number_of(rate, "settled", settled),
	    ctl_text_share(share_of(rate, "threshold"), threshold),
	    ctl_block_number_of(rate, "minimum", minimum));
	ctl_block_label(buf, "Window");
	ctl_text_add_time(buf, ctl_block_text_of(rate, "from"), "-");
	buf_add_text(buf, " to ");
	ctl_text_add_time(buf, ctl_block_text_of(rate, "until"), "-");
	buf_add_text(buf, "\n");
	ctl_block_number(buf, "Answered", rate, "answered");
	ctl_block_number(buf, "Lapsed", rate, "lapsed");
	ctl_block_number(buf, "Bounced", rate, "bounced");
	ctl_block_number(buf, "Open", rate, "pending");
	add_early(buf, rate);
}

/* An administrator's, that holds; a policy's has no end. */
static void
add_exemption(struct buf *buf, const json_t *user)
{
	const char *until = ctl_block_text_of(user, "exempt_until");

	if (!json_is_true(json_object_get(user, "exempt")))
		return;
	ctl_block_label(buf, "Exempt");
	if (until == NULL || strncmp(until, "9999", 4) == 0)
		buf_add_text(buf, until == NULL ? "by policy\n" :
		    "for good\n");
	else {
		buf_add_text(buf, "until ");
		ctl_text_add_time(buf, until, "-");
		buf_add_text(buf, "\n");
	}
}

/* What monitor mode would have made of the user. */
static void
add_would(struct buf *buf, const json_t *would)
{
	const char *standing;

	if (would == NULL)
		return;
	standing = ctl_block_text_of(would, "standing");
	ctl_block_label(buf, "Would be");
	ctl_text_add_clean(buf, standing != NULL ? standing : "-");
	buf_add_text(buf, ", since ");
	ctl_text_add_time(buf, ctl_block_text_of(would, "since"), "-");
	buf_add_text(buf, "\n");
	if (ctl_block_text_of(would, "due") == NULL)
		return;
	ctl_block_label(buf, "");
	buf_add_text(buf, "due ");
	ctl_text_add_time(buf, ctl_block_text_of(would, "due"), "-");
	buf_add_text(buf, "\n");
}

bool
ctl_show_user(struct buf *buf, const json_t *user)
{
	const json_t *rate = json_object_get(user, "rate");

	if (ctl_block_text_of(user, "user") == NULL || !json_is_object(rate))
		return false;
	ctl_block_text(buf, "User", ctl_block_text_of(user, "user"));
	ctl_block_text(buf, "Address", ctl_block_text_of(user, "address"));
	ctl_block_text(buf, "Policy", ctl_block_text_of(user, "policy"));
	ctl_block_text(buf, "Standing", standing_of(user));
	ctl_block_time(buf, "Since", ctl_block_text_of(user, "since"), "-");
	ctl_block_time(buf, "Due", ctl_block_text_of(user, "due"), "-");
	ctl_block_time(buf, "Warned", ctl_block_text_of(user, "warned_at"),
	    "never");
	add_would(buf, would_of(user));
	add_exemption(buf, user);
	add_rate(buf, rate);
	add_sent(buf, json_object_get(user, "sent"));
	ctl_block_time(buf, "Assessment", ctl_block_text_of(user, "next"),
	    "none planned");
	ctl_block_sentence(buf, "Next", ctl_block_text_of(user, "outlook"));
	return true;
}

/* "key number, key number": the figures of one object, in its order. */
static void
add_figures(struct buf *buf, const char *label, json_t *figures)
{
	char text[CTL_TEXT_NUMBER_SIZE];
	const char *key, *comma = "";
	size_t line = buf->length;
	json_t *value;

	ctl_block_label(buf, label);
	json_object_foreach(figures, key, value) {
		if (!json_is_integer(value))
			continue;
		buf_add_text(buf, comma);
		if (buf->length - line + strlen(key) > FIGURES_COLUMN) {
			buf_add_text(buf, "\n");
			line = buf->length;
			ctl_block_label(buf, "");
		} else if (*comma != '\0')
			buf_add_text(buf, " ");
		ctl_text_add_clean(buf, key);
		buf_printf(buf, " %s", ctl_block_number_of(figures, key,
		    text));
		comma = ",";
	}
	buf_add_text(buf, "\n");
}

bool
ctl_show_health(struct buf *buf, const json_t *health, const char *version)
{
	const json_t *healthy = json_object_get(health, "healthy");
	const char *problem = ctl_block_text_of(health, "problem");
	json_t *store = json_object_get(health, "store");
	const json_t *notices = json_object_get(health, "notices");

	if (!json_is_boolean(healthy))
		return false;
	ctl_block_text(buf, "Health", json_is_true(healthy) ? "good" :
	    problem != NULL ? problem : "bad");
	ctl_block_text(buf, "Version", version);
	ctl_block_time(buf, "Started", ctl_block_text_of(health, "started"),
	    "-");
	ctl_block_time(buf, "Now", ctl_block_text_of(health, "now"), "-");
	ctl_block_time(buf, "Last tick",
	    ctl_block_text_of(health, "last_tick"), "none yet");
	ctl_block_text(buf, "Mode", ctl_block_text_of(health, "mode"));
	if (ctl_block_text_of(health, "enforcement_off") != NULL)
		ctl_block_time(buf, "Switched off",
		    ctl_block_text_of(health, "enforcement_off"), "-");
	ctl_block_text(buf, "Breaker", ctl_block_text_of(health, "breaker"));
	ctl_block_number(buf, "Outbox", health, "outbox");
	ctl_block_number(buf, "Mailed", notices, "sent");
	ctl_block_number(buf, "Given up", notices, "given_up");
	ctl_block_text(buf, "Store", json_is_true(json_object_get(store,
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
