/*
 * The daily digest.
 *
 * Names come from SMTP and SASL: what is not printable ASCII in them is shown
 * as "?", so that a mail of plain lines comes of it.
 *
 * Lines that begin with blanks stand as they are in the mail; others are filled
 * there, up to an empty one.
 */
#include "notify/digest.h"

#include <string.h>

#include "base/clock.h"

void
digest_add(struct digest_list *list, const struct digest_line *line)
{
	if (list->count < DIGEST_LINES_MAX)
		list->lines[list->count] = *line;
	list->count++;
}

/*
 * Where clocks were changed since, it was that hour by the clocks of then.  An
 * hour that comes twice when they are set back counts the first time, and one
 * that does not come when they are set forward is when they are.
 */
int64_t
digest_due(int64_t now, int64_t hour, int64_t (*offset)(int64_t))
{
	int64_t ahead = offset != NULL ? offset(now) : 0;
	int64_t past = (now + ahead - hour * CLOCK_HOUR) % CLOCK_DAY;
	int64_t due = now - (past < 0 ? past + CLOCK_DAY : past), then;

	if (offset == NULL)
		return due;
	then = offset(due - 1);
	return due + ahead - (then > ahead ? then : offset(due));
}

static void
add_plain(struct buf *text, const char *bytes)
{
	for (; *bytes != '\0'; bytes++)
		buf_add(text, *bytes >= ' ' && *bytes <= '~' ? bytes : "?",
		    1);
}

static void
add_time(struct buf *text, const struct digest *digest, int64_t when)
{
	int64_t ahead = digest->offset != NULL ? digest->offset(when) : 0;
	char at[CLOCK_TEXT_SIZE];

	buf_add_text(text, clock_format_local(when, ahead, at));
}

static void
add_rest(struct buf *text, const struct digest_list *list)
{
	if (list->count > DIGEST_LINES_MAX)
		buf_printf(text, "  and %zu more\n",
		    list->count - DIGEST_LINES_MAX);
}

static size_t
shown(const struct digest_list *list)
{
	return list->count < DIGEST_LINES_MAX ? list->count :
	    DIGEST_LINES_MAX;
}

static void
add_changes(struct buf *text, const struct digest *digest)
{
	const struct digest_list *list = &digest->changes;
	const struct digest_line *line;
	size_t i;

	if (list->count == 0) {
		buf_add_text(text, "\nNo standing has changed.\n");
		return;
	}
	buf_add_text(text, "\nWhat has changed:\n\n");
	for (i = 0; i < shown(list); i++) {
		line = &list->lines[i];
		buf_add_text(text, "  ");
		add_plain(text, line->user);
		buf_add_text(text, ": ");
		add_plain(text, line->action);
		buf_add_text(text, "\n    ");
		add_time(text, digest, line->when);
		if (line->text[0] != '\0') {
			buf_add_text(text, "\n    ");
			add_plain(text, line->text);
		}
		buf_add_text(text, "\n");
	}
	add_rest(text, list);
}

static void
add_users(struct buf *text, const struct digest_list *list, const char *head)
{
	size_t i;

	if (list->count == 0)
		return;
	buf_printf(text, "\n%s\n\n", head);
	for (i = 0; i < shown(list); i++) {
		buf_add_text(text, "  ");
		add_plain(text, list->lines[i].user);
		buf_add_text(text, "\n    ");
		add_plain(text, list->lines[i].text);
		buf_add_text(text, "\n");
	}
	add_rest(text, list);
}

static void
add_counts(struct buf *text, const struct digest *digest)
{
	buf_printf(text, "%s%lld good, %lld warned, %lld restricted, "
	    "%lld exempt.\n", digest->monitor ? "Users as they would be: " :
	    "Users: ", (long long)digest->standings[STANDING_GOOD],
	    (long long)digest->standings[STANDING_WARNED],
	    (long long)digest->standings[STANDING_RESTRICTED],
	    (long long)digest->exempt);
	if (digest->monitor)
		buf_add_text(text, "\nNobody is refused or told anything "
		    "(monitor mode).\n");
}

static void
add_subject(struct buf *subject, const struct digest *digest)
{
	if (digest->problem[0] != '\0')
		buf_add_text(subject, "replygate: needs looking after");
	else if (digest->changes.count == 0)
		buf_add_text(subject, "replygate: no change");
	else
		buf_printf(subject, "replygate: %zu change%s",
		    digest->changes.count,
		    digest->changes.count == 1 ? "" : "s");
}

void
digest_write(const struct digest *digest, struct buf *subject,
    struct buf *text)
{
	add_subject(subject, digest);
	add_time(text, digest, digest->from);
	buf_add_text(text, " to\n");
	add_time(text, digest, digest->until);
	buf_printf(text, "\n\nHealth: %s.\n\n", digest->problem[0] == '\0' ?
	    "good" : digest->problem);
	add_counts(text, digest);
	add_changes(text, digest);
	add_users(text, &digest->near, "Near the threshold, with less than 2 "
	    "points to go:");
	add_users(text, &digest->bounced, "Many bounces: bad addresses, or "
	    "forged bounces:");
	buf_add_text(text, "\nOf each: replygatectl user NAME\n");
}
