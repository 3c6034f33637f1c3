/*
 * The fields of templates.  replygate.conf(5) prints this table; a test holds
 * the two together.
 */
#include "notify/template.h"

#define WARNING		(1u << NOTICE_WARNING)
#define PAUSED		(1u << NOTICE_RESTRICTED | 1u << NOTICE_EXTENDED)
#define OVER		(1u << NOTICE_RELEASED | 1u << NOTICE_RECOVERED)
#define HEADS_UP	(1u << NOTICE_HEADS_UP)
#define AHEAD		(WARNING | PAUSED | HEADS_UP)
#define ALL		(AHEAD | OVER)

static const struct template_row rows[TEMPLATE_FIELDS] = {
	[FIELD_USER] = { "user", ALL, false,
	    "whom it is about" },
	[FIELD_ANSWERED] = { "answered", ALL, false,
	    "what was answered of what counted" },
	[FIELD_SETTLED] = { "settled", ALL, false,
	    "what counted: answered, or silent for the time of settle" },
	[FIELD_RATE] = { "rate", ALL, false,
	    "the response rate in per cent, without the sign" },
	[FIELD_THRESHOLD] = { "threshold", ALL, false,
	    "the response rate that is needed, likewise" },
	[FIELD_FIGURES] = { "figures", ALL, false,
	    "these in words: \"5 of 113 messages were answered (4.4 %)\"" },
	[FIELD_FROM] = { "from", ALL, false,
	    "what was sent after this moment was counted" },
	[FIELD_UNTIL] = { "until", ALL, false,
	    "what was sent up to this moment was counted" },
	[FIELD_AT] = { "at", ALL, false,
	    "when it was decided" },
	[FIELD_DUE] = { "due", WARNING | PAUSED, false,
	    "when it is looked at again" },
	[FIELD_FIRST] = { "first", WARNING | PAUSED, true,
	    "what is sent after this moment counts then; nothing where that "
	    "is all from now on" },
	[FIELD_LAST] = { "last", WARNING | PAUSED, false,
	    "what is sent up to this moment counts then" },
	[FIELD_SETTLE] = { "settle", ALL, false,
	    "the time to answer before silence counts: \"3 days\"" },
	[FIELD_WARNING] = { "warning", ALL, false,
	    "the time between a warning and what follows, likewise" },
	[FIELD_RESTRICTION] = { "restriction", ALL, false,
	    "one term of restriction, likewise" },
	[FIELD_MINIMUM] = { "minimum", ALL, false,
	    "so much must count before a rate can be low" },
	[FIELD_CONFIDENCE] = { "confidence", ALL, true,
	    "in per cent, where the rate must be below what chance explains; "
	    "else nothing" },
	[FIELD_RELEASE_MINIMUM] = { "release_minimum", ALL, false,
	    "so much must count before a restriction can end" },
	[FIELD_BULK_MINIMUM] = { "bulk_minimum", ALL, false,
	    "a message to so many people is bulk" },
	[FIELD_MERGE_MINIMUM] = { "merge_minimum", ALL, true,
	    "so many of nearly one text are bulk" },
	[FIELD_PER_ANSWER] = { "per_answer", ALL, true,
	    "with one answer in so many the rate is met" },
	[FIELD_FORECAST] = { "forecast", AHEAD, true,
	    "what the next look will find, and what would change it, in "
	    "words" },
	[FIELD_ANSWERS] = { "answers", AHEAD, true,
	    "so many more answers would change it" },
	[FIELD_OPEN] = { "open", AHEAD, true,
	    "what counts then, is not answered, and has not yet been silent "
	    "for the time of settle" },
	[FIELD_FRESH] = { "fresh", AHEAD, true,
	    "so many new messages, all answered, would change it as well" },
	[FIELD_TIPS] = { "tips", AHEAD, true,
	    "advice from own figures and elsewhere, each behind \"- \"" },
	[FIELD_WARNED] = { "warned", PAUSED | OVER | HEADS_UP, true,
	    "when the user was warned" },
	[FIELD_AGAIN] = { "again", ALL, true,
	    "from when on there can be another warning; nothing where there "
	    "is one only" },
	[FIELD_CONTACT] = { "contact", ALL, true,
	    "the configuration's contact" }
};

const struct template_row *
template_field(enum template_field field)
{
	return &rows[field];
}

bool
template_kind_has(enum notice kind, enum template_field field)
{
	return (rows[field].kinds & 1u << kind) != 0;
}
