/*
 * One line of an imported history: JSON in, struct history_event out.  The
 * format stands in replygatectl(8).  Pure.
 */
#ifndef FRONT_API_EVENT_H
#define FRONT_API_EVENT_H

#include <stddef.h>

#include "base/status.h"
#include "gate/history.h"

#define API_EVENT_LINE_MAX	((size_t)1024 * 1024)
#define API_EVENT_REFERENCES_MAX 1000
#define API_EVENT_WHY_SIZE	160

struct json_t;

struct api_event {
	struct history_event	 event;		/* texts belong to `json` */
	struct json_t		*json;
	const char		**recipients;
	const char		**references;
};

/*
 * MALFORMED: `why` says what is wrong and what was expected, in printable
 * ASCII.  NO_MEMORY.  On any other status than OK there is nothing to release.
 */
enum status api_event_parse(struct api_event *, const char *line,
    size_t length, char why[API_EVENT_WHY_SIZE]);
void api_event_release(struct api_event *);

#endif
