/*
 * What becomes of one outbound message, and the words of a refusal.
 *
 * Only bulk from a restricted user is refused, mail merge being bulk in
 * disguise, and only whole.  The reply goes into the sender's mail client or
 * comes back to them as a bounce; it is all that most of them will ever read of
 * this program.  So it is written for them: first a line that can stand alone,
 * then the days and the mail that were counted, what still works, how the
 * pause ends; and a line that says the first one's essence again, and whom to
 * ask, for those who are shown only the last, as by mutt.
 *
 * Texts that come from outside (the user's name, the contact) pass through
 * add_plain: a line break in one would end the SMTP reply.
 */
#include "policy/verdict.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "policy/figure.h"

enum verdict_kind
verdict_kind_of(const struct verdict_input *input)
{
	if (input->candidates == 0)
		return VERDICT_INTERNAL;
	if (input->candidates >= input->policy->bulk_minimum)
		return VERDICT_BULK;
	return input->merge != NULL ? VERDICT_MERGE : VERDICT_ONE_TO_ONE;
}

enum verdict_action
verdict_decide(const struct verdict_input *input)
{
	enum verdict_kind kind = verdict_kind_of(input);

	if (kind != VERDICT_BULK && kind != VERDICT_MERGE)
		return VERDICT_ACCEPT;
	if (input->account->standing != STANDING_RESTRICTED)
		return VERDICT_ACCEPT;
	if (account_is_exempt(input->account, input->policy, input->now))
		return VERDICT_ACCEPT;
	return VERDICT_REFUSE;
}

/*
 * Adds at most `most` characters, printable ASCII only: white space becomes a
 * space, anything else, a character of several bytes too, one question mark.
 */
static void
add_plain(struct buf *buf, const char *text, size_t most)
{
	unsigned char c;

	for (; most > 0 && *text != '\0'; text++) {
		c = (unsigned char)*text;
		if ((c & 0xc0) == 0x80)
			continue;
		if (c == '\n' || c == '\r' || c == '\t')
			c = ' ';
		else if (c < ' ' || c > '~')
			c = '?';
		buf_add(buf, &c, 1);
		most--;
	}
}

/* "7 Dec": the day of "Mon 7 Dec 2026 09:00 UTC", which the line ends with. */
static const char *
short_date(int64_t when, char text[CLOCK_TEXT_SIZE])
{
	char *day, *end;

	clock_format_people(when, text);
	day = strchr(text, ' ') + 1;
	end = strchr(strchr(day, ' ') + 1, ' ');
	*end = '\0';
	return day;
}

/* The figures in short, and when they are looked at again. */
static void
add_figures(struct buf *buf, const struct verdict_input *input,
    const struct tally *tally)
{
	char threshold[FIGURE_SIZE];

	figure_threshold(input->policy->threshold, threshold);
	if (rate_settled(tally) == 0)
		buf_printf(buf, "nothing has counted yet, %s %% needed.",
		    threshold);
	else
		buf_printf(buf, "%" PRId64 " of %" PRId64 " answered, %s %% "
		    "needed.", tally->answered, rate_settled(tally),
		    threshold);
}

static const char *
ordinal_ending(size_t number)
{
	if (number % 100 >= 11 && number % 100 <= 13)
		return "th";
	switch (number % 10) {
	case 1:
		return "st";
	case 2:
		return "nd";
	case 3:
		return "rd";
	default:
		return "th";
	}
}

/*
 * Of a letter they see as one to one person: what it is one of, what to do.
 */
static void
add_merge(struct buf *buf, const struct verdict_input *input,
    const struct tally *tally)
{
	const struct verdict_merge *merge = input->merge;
	char since[CLOCK_TEXT_SIZE], until[CLOCK_TEXT_SIZE];
	char due[CLOCK_TEXT_SIZE];

	buf_printf(buf, "the %zu%s nearly identical letter, bulk is paused to "
	    "%s: write each person their own. The first was sent %s; with "
	    "this one, wait until %s.\nWhy it is paused: ", merge->size,
	    ordinal_ending(merge->size),
	    short_date(input->account->due, due),
	    clock_format_people(merge->since, since),
	    clock_format_people(merge->until, until));
	add_figures(buf, input, tally);
}

/*
 * Mail clients show a hundred characters or so, the reply's code among them:
 * in those stands what happened, until when, what to do, and why.  Who says
 * it can wait until the end of the line.
 */
static void
add_headline(struct buf *buf, const struct verdict_input *input,
    const struct tally *tally)
{
	char due[CLOCK_TEXT_SIZE];

	if (input->merge != NULL) {
		add_merge(buf, input, tally);
	} else {
		buf_printf(buf, "bulk sending is paused to %s, mail one person "
		    "at a time: ", short_date(input->account->due, due));
		add_figures(buf, input, tally);
	}
	buf_printf(buf, " Next look: %s. (replygate)",
	    clock_format_people(input->account->due, due));
}

/* What has counted in this term so far, beside what the pause came of. */
static void
add_since(struct buf *buf, const struct verdict_input *input,
    const struct tally *tally)
{
	char since[CLOCK_TEXT_SIZE];

	buf_printf(buf, "\nOf what was sent since %s, ",
	    clock_format_people(input->account->since, since));
	if (rate_settled(tally) == 0) {
		buf_add_text(buf, "nothing has counted yet.");
	} else {
		figure_counted(buf, input->policy, tally);
		buf_add_text(buf, ".");
	}
}

static void
add_counted(struct buf *buf, const struct verdict_input *input,
    const struct rate_window *window, const struct tally *tally)
{
	char from[CLOCK_TEXT_SIZE], until[CLOCK_TEXT_SIZE];

	buf_add_text(buf, "\nCounted for ");
	add_plain(buf, input->account->user, CONF_USER_SIZE);
	if (rate_settled(tally) == 0) {
		buf_printf(buf, ": nothing yet of what was sent after %s.",
		    clock_format_people(input->account->since, from));
		return;
	}
	buf_printf(buf, ": what was sent after %s and up to %s.\nOf that, ",
	    clock_format_people(window->from, from),
	    clock_format_people(window->until, until));
	figure_counted(buf, input->policy, tally);
	buf_add_text(buf, ".");
}

static void
add_silence(struct buf *buf, const struct policy *policy)
{
	char settle[FIGURE_SIZE];

	if (policy->settle == 0)
		return;
	buf_printf(buf, "\nA message without an answer counts once it is "
	    "%s old. An answer counts whenever it comes, and \"no, thank "
	    "you\" is one.", figure_span(policy->settle, settle));
}

static void
add_ending(struct buf *buf, const struct policy *policy)
{
	char threshold[FIGURE_SIZE], restriction[FIGURE_SIZE];

	buf_printf(buf, "\nHow it ends: bulk sending works again if, at the "
	    "next look, %s %% or more of what counts by then was answered (and "
	    "at least %" PRId64 " counts). If not, it stays paused for "
	    "another %s.",
	    figure_threshold(policy->threshold, threshold),
	    policy->release_minimum,
	    figure_span(policy->restriction, restriction));
}

static void
add_last_line(struct buf *buf, const struct verdict_input *input,
    const char *contact)
{
	char due[CLOCK_TEXT_SIZE];
	size_t begin;

	buf_add_text(buf, "\n");
	begin = buf->length;
	buf_printf(buf, "In short: bulk sending is paused to %s, %s.",
	    short_date(input->account->due, due), input->merge != NULL ?
	    "write each person their own letter" : "mail one person at a time");
	if (contact == NULL || contact[0] == '\0')
		return;
	buf_add_text(buf, " Questions: ");
	add_plain(buf, contact, VERDICT_LINE_MAX - (buf->length - begin));
}

void
verdict_refusal(struct buf *buf, const struct verdict_input *input,
    const struct rate_window *window, const struct tally *tally,
    const char *contact)
{
	const struct account *account = input->account;

	/*
	 * A term begins with a new count, and a figure of it says nothing
	 * for days: the pause is explained by what it was decided on.
	 */
	if (rate_settled(&account->judged) > 0) {
		add_headline(buf, input, &account->judged);
		add_counted(buf, input, &account->judged_window,
		    &account->judged);
		add_since(buf, input, tally);
	} else {
		add_headline(buf, input, tally);
		add_counted(buf, input, window, tally);
	}
	add_silence(buf, input->policy);
	buf_printf(buf, "\nWhat still works: %s, replies, mail to people who "
	    "have written to you, mail within your organisation.",
	    input->merge != NULL ? "letters written for one person (another "
	    "name, date or sentence in the same text is not enough)" :
	    "mail to one person at a time");
	add_ending(buf, input->policy);
	add_last_line(buf, input, contact);
}

const char *
verdict_action_text(enum verdict_action action)
{
	static const char *const texts[] = {
		[VERDICT_ACCEPT] = "accept",
		[VERDICT_REFUSE] = "refuse",
		[VERDICT_TEMPFAIL] = "tempfail"
	};

	return texts[action];
}

const char *
verdict_kind_text(enum verdict_kind kind)
{
	static const char *const texts[] = {
		[VERDICT_INBOUND] = "inbound",
		[VERDICT_INTERNAL] = "internal",
		[VERDICT_ONE_TO_ONE] = "one-to-one",
		[VERDICT_MERGE] = "merge",
		[VERDICT_BULK] = "bulk"
	};

	return texts[kind];
}
