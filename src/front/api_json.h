/*
 * The gate's structs as JSON.  What a key means stands in the API section of
 * replygatectl(8).  Pure.
 */
#ifndef FRONT_API_JSON_H
#define FRONT_API_JSON_H

#include "front/api_verbs.h"
#include "gate/admin.h"

struct json_t;

/* New references; NULL without memory. */
struct json_t *api_json_user(const struct admin_user *);
struct json_t *api_json_health(const struct admin_health *);
struct json_t *api_json_trace(const struct admin_trace *);
struct json_t *api_json_audit(const struct store_audit *);

/* RFC 3339, or null for 0. */
struct json_t *api_json_time(int64_t when);

/* A text of ours; bytes that are no UTF-8 become U+FFFD. */
struct json_t *api_json_text(const char *);

/* Makes it the answer's body.  Takes the reference; NULL becomes a 503. */
void api_json_answer(struct api_answer *, unsigned code, struct json_t *);

#endif
