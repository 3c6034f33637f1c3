/*
 * Did a person write this?  An ordered table of rules over the facts of one
 * inbound message; the first that holds decides, and its name is the
 * reason that goes with the verdict.  Pure.
 */
#ifndef MAIL_AUTOMATIC_H
#define MAIL_AUTOMATIC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

struct message;

enum automatic_class {
	AUTOMATIC_HUMAN,
	AUTOMATIC_REPLY,	/* nobody wrote it; none of those below */
	AUTOMATIC_BOUNCE,
	AUTOMATIC_RECEIPT,	/* somebody, or a program, opened ours */
	AUTOMATIC_COMPLAINT,	/* a feedback report */
	AUTOMATIC_LIST,		/* through a list: perhaps a person's */
	AUTOMATIC_CALENDAR	/* a person's answer to an invitation, or an
				   invitation */
};

struct judgement {
	enum automatic_class	 class;
	const char		*rule;	/* static; "person" when none held */
	bool			 button;	/* a person only pressed one: a
						   reaction, an answer to an
						   invitation */
};

/*
 * Judges with all there is: the header, the message's judge (none: header
 * rules of our own alone), and the body where message_body had it.
 * NO_MEMORY: judged without what needed it.
 */
enum status automatic_judge(const struct message *, struct judgement *);

/*
 * The same at the end of the header: by all rules that need no body.  Whoever
 * need not ask for the body may go by it.
 */
enum status automatic_judge_header(const struct message *,
    struct judgement *);

/*
 * Could the body change what is made of a message that automatic_judge_header
 * judged so?  True for
 *	- what looks like a person's: the text may be a machine's;
 *	- bounces, receipts, complaints and the null sender: the report in it
 *	  names the outreach;
 *	- list mail: it may still be a person's;
 *	- calendars: the body tells an answer from an invitation;
 *	- what a mailer daemon or postmaster sends, by whatever rule: bounces;
 *	- what may hold a calendar or a report all the same: text/calendar by
 *	  any rule; by the rule "auto-submitted" each multipart, since calendars
 *	  mark their users' answers so; by the rule "topic" all there is.
 * False for all other automatic mail: certain, and nothing in it is read.
 */
bool automatic_wants_body(const struct message *, const struct judgement *);

/* "human", "automatic", "bounce", "receipt", "complaint", "list", "calendar" */
const char *automatic_class_text(enum automatic_class);

/*
 * The names of all rules in their order, "person" not among them; NULL behind
 * the last.
 */
const char *automatic_rule_at(size_t);

/*
 * The name of the rule that makes the message automatic ("null-sender",
 * "auto-submitted", ...), or NULL: a person wrote it.
 */
const char *automatic_rule(const struct message *);

/*
 * Is it one of the rules about lists?  They hold for people's mail through a
 * list as well: such a message counts as a person's when it answers our
 * Message-ID and comes from its recipient.  Judging names one of these only
 * when no other rule holds.
 */
bool automatic_is_list_rule(const char *rule);

#endif
