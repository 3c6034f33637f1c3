/*
 * Tips in words: the figures first, so that nobody has to believe us, then the
 * advice.  What is general says where it was published.
 */
#include "policy/tips.h"

#include <inttypes.h>

#include "policy/figure.h"

#define POLICY_CHANGE	"\"InMail Policy Change to Increase Response " \
	"Rates\", LinkedIn Talent Blog, 10 July 2014, https://business." \
	"linkedin.com/talent-solutions/blog/2014/07/inmail-policy-change"
#define WHAT_WORKS	"LinkedIn's figures of May 2021 to April 2022 in " \
	"Search Engine Journal, 24 May 2022, https://www." \
	"searchenginejournal.com/linkedin-data-reveals-what-type-of-inmail-" \
	"gets-best-results/451007/"
#define SEQUENCES	"Gem, \"Creating Sequences\", https://help.gem.com/" \
	"en/articles/2646407-creating-sequences"

/* What own figures are introduced by, and what follows from them. */
struct words {
	const char	*better, *worse, *advice;
};

static const char *const general[TIP_THEMES] = {
	[TIP_BULK] = "Write to one person at a time, and about them: of the "
	    "generic messages that recruiters sent by the thousands, 94 % went "
	    "to several people at once, and few were answered (" POLICY_CHANGE
	    ").",
	[TIP_LENGTH] = "Keep it short: messages below 400 characters were "
	    "answered 22 % more often than the average, those above 1,200 "
	    "11 % less often (" WHAT_WORKS ").",
	[TIP_WEEKDAY] = "Avoid Fridays and Saturdays: messages sent on these "
	    "days were answered least (" WHAT_WORKS ").",
	[TIP_FOLLOW_UP] = "Follow up, with measure: two or three messages "
	    "behind the first bring more answers than none (" SEQUENCES ")."
};

static const struct words plain[TIP_THEMES] = {
	[TIP_BULK] = { "messages to one person", "to several people at once",
	    "Write to one person at a time." },
	[TIP_MERGE] = { "letters written for one person",
	    "nearly identical letters", "Write each person their own." },
	[TIP_MANY] = { "messages to at most 10 people at once", "to more",
	    "Write to fewer at a time; best of all, to one." }
};

static const struct words follow_ups[2] = {
	{ "first messages to somebody", "follow-ups",
	    "Put your effort into the first message." },
	{ "follow-ups", "first messages to somebody",
	    "A second message to those who did not answer is worth it." }
};

static const char *const days[7] = {
	"on Sundays", "on Mondays", "on Tuesdays", "on Wednesdays",
	"on Thursdays", "on Fridays", "on Saturdays"
};

static const char *const hours[3] = {
	"between 6:00 and 12:00", "between 12:00 and 18:00",
	"between 18:00 and 6:00"
};

/* "14 of 60 (23.3 %)" */
static void
add_group(struct buf *buf, const struct tip_group *group)
{
	char rate[FIGURE_SIZE];

	buf_printf(buf, "%" PRId64 " of %" PRId64 " (%s %%)", group->answered,
	    group->settled, figure_rate(group->answered, group->settled, 0,
	    rate));
}

static void
add_words(struct buf *buf, const struct tip *tip, const struct words *words)
{
	buf_printf(buf, "Answered of your %s: ", words->better);
	add_group(buf, &tip->better);
	buf_printf(buf, "; %s: ", words->worse);
	add_group(buf, &tip->worse);
	buf_printf(buf, ". %s", words->advice);
}

static void
add_when(struct buf *buf, const struct tip *tip, const char *when,
    const char *otherwise)
{
	buf_printf(buf, "Answered of what you sent %s: ", when);
	add_group(buf, &tip->better);
	buf_printf(buf, "; %s: ", otherwise);
	add_group(buf, &tip->worse);
	buf_add_text(buf, ". Choose that time where you can.");
}

static void
add_length(struct buf *buf, const struct tip *tip)
{
	buf_printf(buf, "Answered of your %s messages (%s about %" PRId64
	    " characters): ", tip->which == 0 ? "shorter" : "longer",
	    tip->which == 0 ? "up to" : "above", tip->length);
	add_group(buf, &tip->better);
	buf_printf(buf, "; of the %s ones: ",
	    tip->which == 0 ? "longer" : "shorter");
	add_group(buf, &tip->worse);
	buf_add_text(buf, tip->which == 0 ? ". Keep it short." :
	    ". Take the room it needs.");
}

static void
add_bounces(struct buf *buf, const struct tip *tip)
{
	buf_add_text(buf, "Came back as undeliverable: ");
	add_group(buf, &tip->worse);
	buf_add_text(buf, ". The list of addresses is old or was guessed: "
	    "check it before you write again.");
}

void
tip_text(const struct tip *tip, struct buf *buf)
{
	if (!tip->own) {
		buf_add_text(buf, general[tip->theme]);
		return;
	}
	switch (tip->theme) {
	case TIP_BOUNCES:
		add_bounces(buf, tip);
		break;
	case TIP_LENGTH:
		add_length(buf, tip);
		break;
	case TIP_FOLLOW_UP:
		add_words(buf, tip, &follow_ups[tip->which]);
		break;
	case TIP_WEEKDAY:
		add_when(buf, tip, days[tip->which], "on other days");
		break;
	case TIP_HOURS:
		add_when(buf, tip, hours[tip->which], "at other times");
		break;
	default:
		add_words(buf, tip, &plain[tip->theme]);
		break;
	}
}

const char *
tip_theme_text(enum tip_theme theme)
{
	static const char *const texts[TIP_THEMES] = {
		[TIP_BOUNCES] = "bounces",
		[TIP_BULK] = "bulk",
		[TIP_MERGE] = "merge",
		[TIP_MANY] = "many",
		[TIP_LENGTH] = "length",
		[TIP_FOLLOW_UP] = "follow-up",
		[TIP_WEEKDAY] = "weekday",
		[TIP_HOURS] = "hours"
	};

	return texts[theme];
}
