/*
 * The administrators' door: HTTP and JSON on a UNIX socket (libmicrohttpd,
 * jansson).  Rights are the socket's file mode.  One table of verbs.
 *
 *	GET  /v1/version
 *	GET  /v1/health		503 when not healthy
 *	GET  /v1/users?after=NAME&most=N&standing=STANDING
 *				{"users": [...], "next": NAME or null}
 *	GET  /v1/user?name=NAME	404 when unknown
 *	GET  /v1/why?message_id=ID&candidate=ADDRESS
 *				{"message": HASH, "outreach": [...]}
 *	GET  /v1/forecast?name=NAME
 *	GET  /v1/history?name=NAME&after=PLACE
 *	GET  /v1/audit?since=TIME&user=NAME&after=PLACE
 *				{"audit": [...], "next": PLACE or null}
 *	GET  /v1/export?name=NAME&table=TABLE&after=PLACE
 *	POST /v1/pardon		{"user", "reason"}
 *	POST /v1/restrict	{"user", "reason", "until"}
 *	POST /v1/exempt		{"user", "reason", "until"}
 *	POST /v1/exempt/end	{"user", "reason"}
 *	POST /v1/forget		{"address", "reason"}
 *	POST /v1/credit		{"message_id", "candidate", "reason"}: it was
 *	POST /v1/uncredit	answered, or was not; 409 when it is so already
 *	POST /v1/reload		{"reason"}: {"changed", "waiting"}; 409 when
 *				the file is wrong
 *	POST /v1/enforce	{"on", "reason"}; 409 when it is so already
 *	POST /v1/import		JSON Lines, at most HISTORY_BATCH_MAX; answers
 *				a result for each line
 *	POST /v1/import/finish	the history is told to its end
 *	GET  /metrics		text of OpenMetrics; by TCP, too, where
 *				metrics_listen says so
 *
 * Errors are {"error": "what was wrong; what was expected"}.
 */
#ifndef FRONT_API_H
#define FRONT_API_H

#include "gate/gate.h"

struct api;

/*
 * Listens on conf->control_socket.  A stale socket is removed, one that
 * answers is CONFLICT.
 */
enum status api_start(struct api **, struct gate *, struct buf *why);
void api_stop(struct api *);	/* NULL allowed; finishes what is in hand */

#endif
