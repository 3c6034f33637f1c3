/* Asking the administrator's side of a gate why. */
#ifndef TESTS_UNIT_ADMIN_FIXTURE_H
#define TESTS_UNIT_ADMIN_FIXTURE_H

#include "gate_fixture.h"

#define ALICE		"alice@local.test"
#define SMALL		"minimum = 10; "

struct seen {
	struct admin_trace	traces[8];
	size_t			count;
	size_t			most;
};

/* Takes traces until there are `most`; context is a struct seen. */
bool see(void *context, const struct admin_trace *);
/* All there are, of which there may be eight. */
enum status why(struct fixture *, const char *id, struct seen *);

#endif
