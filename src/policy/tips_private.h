/*
 * tips.c's and tips_compare.c's own: the rows of a counter.  Pure.
 */
#ifndef POLICY_TIPS_PRIVATE_H
#define POLICY_TIPS_PRIVATE_H

#include "policy/tips.h"

struct tips_row {
	int64_t		sent_at;
	struct ident	message;
	struct ident	candidate;
	uint32_t	flags;		/* enum outreach_flag */
	uint32_t	length;
	uint32_t	size;		/* people that message went to */
	uint8_t		state;		/* enum outreach_state */
	uint8_t		weekday;	/* there; 0 is Sunday */
	uint8_t		hour;
	bool		follow_up;
};

struct tips_counter {
	const struct policy	*policy;
	int64_t			 now;
	int64_t			(*offset)(int64_t when);
	struct tips_row		*rows;
	size_t			 count;
	size_t			 capacity;
	int64_t			 length;	/* short is up to it; 0: no
						   length is known */
};

/* Unless there are TIPS_MAX already. */
void tips_add(struct tips *, const struct tip *);

/* Adds what own figures carry, the strongest first, and counts what was
 * compared.  The rows are as all of them together make them. */
void tips_compare(const struct tips_counter *, struct tips *);

#endif
