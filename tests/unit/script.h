/*
 * A random life of one user, made from a seed: the figures of a policy and what
 * happens when.  The same seed makes the same script.
 */
#ifndef TESTS_UNIT_SCRIPT_H
#define TESTS_UNIT_SCRIPT_H

#include "base/conf.h"

#define SCRIPT_EVENTS_MAX	160
#define SCRIPT_BULK_MAX		60

enum event_kind {
	EVENT_SEND,
	EVENT_REPLY,
	EVENT_BOUNCE,
	EVENT_LOOK,
	EVENT_WAIT
};

struct event {
	enum event_kind	kind;
	int64_t		t;
	size_t		size;		/* EVENT_SEND: candidates */
	uint64_t	pick;		/* which row, or which candidate */
};

struct script {
	uint64_t	seed;
	struct policy	policy;
	struct event	events[SCRIPT_EVENTS_MAX];
	size_t		count;
	int64_t		end;		/* behind the last event */
};

void script_make(struct script *, uint64_t seed);

#endif
