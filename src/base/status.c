/*
 * The statuses in words.
 */
#include "base/status.h"

const char *
status_text(enum status status)
{
	switch (status) {
	case STATUS_OK:
		return "ok";
	case STATUS_NOT_FOUND:
		return "not found";
	case STATUS_MALFORMED:
		return "malformed";
	case STATUS_LIMIT:
		return "limit passed";
	case STATUS_CONFLICT:
		return "conflict";
	case STATUS_UNAVAILABLE:
		return "unavailable";
	case STATUS_UNCERTAIN:
		return "uncertain";
	case STATUS_NO_MEMORY:
		return "no memory";
	}
	return "unknown status";
}
