/* Asking the administrator's side of a gate why. */
#include "admin_fixture.h"

#include <string.h>

#include "test.h"

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

bool
see(void *context, const struct admin_trace *trace)
{
	struct seen *seen = context;

	ck_assert_uint_lt(seen->count, ROWS(seen->traces));
	seen->traces[seen->count++] = *trace;
	return seen->count < seen->most;
}

enum status
why(struct fixture *f, const char *id, struct seen *seen)
{
	memset(seen, 0, sizeof(*seen));
	seen->most = ROWS(seen->traces);
	return admin_why(&f->gate, id, see, seen);
}
