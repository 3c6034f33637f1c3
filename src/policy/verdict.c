/*
 * What becomes of one outbound message, and the words of a refusal.
 *
 * Only bulk from a restricted user is refused, mail merge being bulk in
 * disguise, and only whole.  The reply
 * goes into the sender's mail client or comes back to them as a bounce; it
 * is all that most of them will ever read of this program.  So it is written
 * for them: first a line that can stand alone, then the days and the mail that
 * were counted, what still works, how the pause ends, and whom to ask.
 *
 * Texts that come from outside (the user's name, the contact) pass through
 * add_plain: a line break in one would end the SMTP reply.
 */
#include "policy/verdict.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"

/* One per cent, in millionths. */
#define PERCENT		(CONF_SHARE_ONE / 100)

/* Room for any share or duration as text. */
#define TEXT_SIZE	48

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
 * A share as per cent with `decimals` (0 to 4) places, rounded down.  With at
 * least as many places as the threshold has, a share below the threshold
 * never prints as equal to it, and one that is met never prints as below.
 */
static const char *
format_share(int64_t share, int decimals, char text[TEXT_SIZE])
{
	int length;

	length = snprintf(text, TEXT_SIZE, "%" PRId64 ".%04" PRId64,
	    share / PERCENT, share % PERCENT);
	text[length - 4 + (decimals == 0 ? -1 : decimals)] = '\0';
	return text;
}

/* How many places it takes to print a share exactly. */
static int
share_decimals(int64_t share)
{
	int64_t unit = PERCENT;
	int decimals = 0;

	while (share % unit != 0) {
		unit /= 10;
		decimals++;
	}
	return decimals;
}

static const char *
format_span(int64_t span, char text[TEXT_SIZE])
{
	static const struct {
		const char	*name;
		int64_t		 length;
	} units[] = {
		{ "day", CLOCK_DAY },
		{ "hour", CLOCK_HOUR },
		{ "minute", CLOCK_MINUTE },
		{ "second", CLOCK_SECOND }
	};
	size_t i = 0;

	while (i < 3 && span % units[i].length != 0)
		i++;
	snprintf(text, TEXT_SIZE, "%" PRId64 " %s%s", span / units[i].length,
	    units[i].name, span == units[i].length ? "" : "s");
	return text;
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

/* Who or what is counted, and what they did. */
static const char *
counted_things(const struct policy *policy)
{
	return policy->count == CONF_COUNT_CONVERSATION ? "people answered" :
	    "messages were answered";
}

/* Why sending is paused, and when it is looked at again. */
static void
add_reason(struct buf *buf, const struct verdict_input *input,
    const struct tally *tally)
{
	const struct policy *policy = input->policy;
	int exact = share_decimals(policy->threshold);
	char share[TEXT_SIZE], threshold[TEXT_SIZE], due[CLOCK_TEXT_SIZE];

	format_share(policy->threshold, exact, threshold);
	if (rate_settled(tally) == 0)
		buf_printf(buf, "nothing sent since it began has counted yet "
		    "(needed: %s %% answered). ", threshold);
	else
		buf_printf(buf, "%" PRId64 " of %" PRId64 " %s "
		    "(%s %%, needed %s %%). ", tally->answered,
		    rate_settled(tally),
		    counted_things(policy), format_share(rate_share(tally),
		    exact > 0 ? exact : 1, share), threshold);
	if (input->merge == NULL)
		buf_add_text(buf, "Mail to one person at a time still works. ");
	buf_printf(buf, "Next look: %s.",
	    clock_format_people(input->account->due, due));
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

/* Of a letter they see as one to one person: what it is one of, what to do. */
static void
add_merge(struct buf *buf, const struct verdict_merge *merge)
{
	char since[CLOCK_TEXT_SIZE], until[CLOCK_TEXT_SIZE];

	buf_printf(buf, "replygate: this is the %zu%s nearly identical letter "
	    "since %s, and bulk sending is paused. Write each person their own "
	    "letter, or wait until %s with this one.\n", merge->size,
	    ordinal_ending(merge->size),
	    clock_format_people(merge->since, since),
	    clock_format_people(merge->until, until));
}

static void
add_headline(struct buf *buf, const struct verdict_input *input,
    const struct tally *tally)
{
	if (input->merge != NULL) {
		add_merge(buf, input->merge);
		buf_add_text(buf, "Why it is paused: ");
	} else
		buf_add_text(buf, "replygate: bulk sending is paused: ");
	add_reason(buf, input, tally);
}

/* What has counted in this term so far, beside what the pause came of. */
static void
add_since(struct buf *buf, const struct verdict_input *input,
    const struct tally *tally)
{
	const struct policy *policy = input->policy;
	int exact = share_decimals(policy->threshold);
	char share[TEXT_SIZE], since[CLOCK_TEXT_SIZE];

	buf_printf(buf, "\nOf what was sent since %s, ",
	    clock_format_people(input->account->since, since));
	if (rate_settled(tally) == 0)
		buf_add_text(buf, "nothing has counted yet.");
	else
		buf_printf(buf, "%" PRId64 " of %" PRId64 " %s (%s %%).",
		    tally->answered, rate_settled(tally),
		    counted_things(policy), format_share(rate_share(tally),
		    exact > 0 ? exact : 1, share));
}

static void
add_counted(struct buf *buf, const struct verdict_input *input,
    const struct rate_window *window, const struct tally *tally)
{
	char from[CLOCK_TEXT_SIZE], until[CLOCK_TEXT_SIZE];

	buf_add_text(buf, "\nCounted for ");
	add_plain(buf, input->account->user, CONF_USER_SIZE);
	if (rate_settled(tally) == 0)
		buf_printf(buf, ": nothing yet of what was sent after %s.",
		    clock_format_people(input->account->since, from));
	else
		buf_printf(buf, ": what was sent after %s and up to %s.",
		    clock_format_people(window->from, from),
		    clock_format_people(window->until, until));
}

static void
add_silence(struct buf *buf, const struct policy *policy)
{
	char settle[TEXT_SIZE];

	if (policy->settle == 0)
		return;
	buf_printf(buf, "\nA message without an answer counts once it is "
	    "%s old. An answer counts whenever it comes, and \"no, thank "
	    "you\" is one.", format_span(policy->settle, settle));
}

static void
add_ending(struct buf *buf, const struct policy *policy)
{
	char threshold[TEXT_SIZE], restriction[TEXT_SIZE];

	buf_printf(buf, "\nHow it ends: bulk sending works again if, at the "
	    "next look, %s %% or more of what counts by then was answered (and "
	    "at least %" PRId64 " counts). If not, it stays paused for "
	    "another %s.",
	    format_share(policy->threshold,
	    share_decimals(policy->threshold), threshold),
	    policy->release_minimum,
	    format_span(policy->restriction, restriction));
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
	    input->merge != NULL ? "letters written for one person" :
	    "mail to one person at a time");
	add_ending(buf, input->policy);
	if (contact != NULL && contact[0] != '\0') {
		buf_add_text(buf, "\nQuestions: ");
		add_plain(buf, contact, VERDICT_LINE_MAX - 11);
	}
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
