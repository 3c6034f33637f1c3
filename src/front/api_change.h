/*
 * What the verbs that change something have in common: who did it, and why.
 */
#ifndef FRONT_API_CHANGE_H
#define FRONT_API_CHANGE_H

#include <stdbool.h>

#include "front/api_socket.h"
#include "front/api_verbs.h"

struct json_t;

/*
 * Who asks, by what the kernel says of the connection's other end, never by
 * what the request claims.  False: it is not known, and the answer says so.
 */
bool api_change_actor(const struct api_request *,
    char actor[API_SOCKET_PEER_SIZE], struct api_answer *);

/*
 * A reason that is kept: printable, of one line.  False: it is none, and the
 * answer says so.
 */
bool api_change_reason(const char *reason, struct api_answer *);

/* A text for the audit log: printable, of one line, and not too long. */
bool api_change_is_line(const char *);

/*
 * The body as JSON, a new reference; NULL: it is none.  A key that is there
 * twice makes it none.
 */
struct json_t *api_change_body(const struct api_request *);

/* "until", an RFC 3339 time, NULL for 0.  False: the answer says why. */
bool api_change_until(const char *text, int64_t *until, struct api_answer *);

#endif
