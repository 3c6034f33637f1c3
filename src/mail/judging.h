/*
 * automatic.c's own: what has to be read out of subject and body before a
 * rule about them can be asked, read at most once and only when a rule
 * asks.  Pure.
 */
#ifndef MAIL_JUDGING_H
#define MAIL_JUDGING_H

#include <stdbool.h>

#include "base/buf.h"
#include "mail/opening.h"
#include "mail/report.h"

struct message;
struct phrase_table;

struct judging {
	const struct message	  *message;
	const struct phrase_table *phrases;	/* NULL: none */
	bool		 whole;		/* the message is all there */
	bool		 header;	/* the body is not looked at */

	/* read when asked for */
	bool		 has_subject, has_opening, has_report;
	bool		 no_memory;
	struct buf	 subject;	/* folded */
	struct buf	 topic;
	bool		 answer;	/* the subject bears "Re:" or so */
	struct opening	 opening;
	struct report	 report;
};

void judging_init(struct judging *, const struct message *,
    const struct phrase_table *);
void judging_release(struct judging *);

/* multipart/report with this report-type (RFC 6522 section 3). */
bool judging_is_report_of(struct judging *, const char *type);

bool judging_body_is_bounce(struct judging *);
bool judging_body_is_receipt(struct judging *);
bool judging_body_is_complaint(struct judging *);
bool judging_answers_event(struct judging *);
bool judging_is_event(struct judging *);
bool judging_is_reaction(struct judging *);
bool judging_subject_is_complaint(struct judging *);
bool judging_subject_is_bounce(struct judging *);
bool judging_subject_is_receipt(struct judging *);
bool judging_subject_says_so(struct judging *);
bool judging_topic_has_prefix(struct judging *);
bool judging_text_is_automatic(struct judging *);
bool judging_text_is_absence(struct judging *);

#endif
