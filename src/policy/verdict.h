/*
 * What becomes of one outbound message: the decision, and the words of a
 * refusal.  Pure.
 */
#ifndef POLICY_VERDICT_H
#define POLICY_VERDICT_H

#include <stddef.h>

#include "base/buf.h"
#include "policy/standing.h"

enum verdict_action {
	VERDICT_ACCEPT,
	VERDICT_REFUSE,		/* 550 5.7.1 */
	VERDICT_TEMPFAIL	/* 451 4.3.0 */
};

/* What kind of message it was. */
enum verdict_kind {
	VERDICT_INBOUND,	/* evidence, always accepted */
	VERDICT_INTERNAL,	/* outbound, no candidate: nothing to judge */
	VERDICT_ONE_TO_ONE,
	VERDICT_MERGE,		/* one-to-one by its envelope, and one of many
				   nearly the same */
	VERDICT_BULK
};

/* Most lines a refusal has; each at most VERDICT_LINE_MAX bytes. */
#define VERDICT_LINES_MAX	12
#define VERDICT_LINE_MAX	480	/* RFC 5321 4.5.3.1.5: 512 with code */

/* What is seen at a glance: a hundred with "550 5.7.1 ". */
#define VERDICT_GLANCE		90

/* A letter that is one of merge_minimum or more nearly the same. */
struct verdict_merge {
	size_t			 size;		/* of them, this one included */
	int64_t			 since;		/* when the first was sent */
	int64_t			 until;		/* when so few are left in the
						   window that it passes */
};

struct verdict_input {
	const struct policy	*policy;
	const struct account	*account;
	int64_t			 now;
	int64_t			 candidates;	/* distinct, under this
						   Message-ID, no contacts; a
						   list counts as its size */
	const struct verdict_merge *merge;	/* NULL: it is not one of a
						   mail merge */
};

enum verdict_kind verdict_kind_of(const struct verdict_input *);

/*
 * REFUSE for bulk and mail merge from a restricted user who is not exempt, else
 * ACCEPT.
 */
enum verdict_action verdict_decide(const struct verdict_input *);

/*
 * The refusal's lines, for bulk or for a mail merge, joined by "\n", printable
 * ASCII, no code in front.  The first alone says what matters, and its first
 * VERDICT_GLANCE bytes nearly all of it: many mail clients show only that.
 * The pause is explained by the figures it was decided on, kept in the
 * account; window and tally are those of this moment, for how the term goes.
 * `contact` comes from the configuration and may be empty.
 */
void verdict_refusal(struct buf *, const struct verdict_input *,
    const struct rate_window *, const struct tally *, const char *contact);

const char *verdict_action_text(enum verdict_action);	/* "accept", ... */
const char *verdict_kind_text(enum verdict_kind);	/* "bulk", ... */

#endif
