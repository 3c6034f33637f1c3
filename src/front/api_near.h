/*
 * Whom did they mean?  Names of users near one that does not exist.
 */
#ifndef FRONT_API_NEAR_H
#define FRONT_API_NEAR_H

#include <stdbool.h>

#include "front/api_verbs.h"

#define API_NEAR_MAX	3	/* names in an answer */

struct json_t;

/*
 * An array of at most API_NEAR_MAX names; a new reference, NULL without
 * memory.  Looks at a bounded number of users, so that it may find none.
 */
struct json_t *api_near_users(struct gate *, const char *name);

/*
 * Near: `name` begins the other up to its @ ("alice", "alice@example.com"),
 * the other begins `name` so, or two letters at most are added, missing or
 * others.  Pure.
 */
bool api_near_is(const char *name, const char *other);

/* 404: nobody of that name has sent anything, but some of a like one have. */
void api_near_answer(struct gate *, const char *name, struct api_answer *);

#endif
