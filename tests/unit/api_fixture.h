/*
 * A gate on a store in memory with its API on a socket in a directory of its
 * own, and a client that speaks HTTP as it is told to.
 */
#ifndef TESTS_UNIT_API_FIXTURE_H
#define TESTS_UNIT_API_FIXTURE_H

#include <stdatomic.h>

#include "front/api.h"
#include "gate_fixture.h"

#define API_FIXTURE_ALICE	"alice@local.test"

struct json_t;

struct api_fixture {
	struct fixture	 fixture;
	struct api	*api;
	char		 directory[64];
	char		 path[96];		/* of the socket */
};

void api_fixture_open(struct api_fixture *);
/* With a mode for the socket, and another engine (NULL: Berkeley DB). */
void api_fixture_open_with(struct api_fixture *, const char *mode,
    const struct engine_ops *);
void api_fixture_close(struct api_fixture *);

/* Leaves the directory, without its socket if api_fixture_stop was called. */
void api_fixture_stop(struct api_fixture *);

/*
 * One request on a connection of its own; the answer's code, its text (body)
 * in `body`.  0: no answer came.
 */
int api_fixture_ask(const struct api_fixture *, const char *method,
    const char *target, const char *bytes, size_t length, struct buf *body);

/* A request, and what must come of it. */
struct api_asking {
	const char	*name;
	const char	*method, *target, *body;
	int		 want;		/* the answer's code */
	const char	*text;		/* in the answer */
};

/* One after the other. */
void api_fixture_requests(const struct api_fixture *,
    const struct api_asking *, int count);

/* The same as _ask, parsed; the code must be `want`. */
struct json_t *api_fixture_json(struct api_fixture *, const char *method,
    const char *target, const char *bytes, size_t length, int want);
struct json_t *api_fixture_get(struct api_fixture *, const char *target,
    int want);
struct json_t *api_fixture_post(struct api_fixture *, const char *target,
    const char *body, int want);

/* A member must be this number, or this text; NULL: it must be null. */
void api_fixture_integer(const struct json_t *, const char *key,
    long long want);
void api_fixture_text(const struct json_t *, const char *key,
    const char *want);

/* Lines of a history: alice writes to c1 and c2, c2 answers. */
#define API_FIXTURE_OUT							\
	"{\"time\": \"2026-01-02T09:00:00Z\", \"direction\": \"out\", "	\
	"\"user\": \"" API_FIXTURE_ALICE "\", "				\
	"\"address\": \"" API_FIXTURE_ALICE "\", "			\
	"\"recipients\": [\"c1@outside.test\", \"c2@outside.test\"], "	\
	"\"message_id\": \"<h1@local.test>\"}\n"
#define API_FIXTURE_IN							\
	"{\"time\": 1767348000.5, \"direction\": \"in\", "		\
	"\"address\": \"" API_FIXTURE_ALICE "\", "			\
	"\"from\": \"c2@outside.test\", "				\
	"\"references\": [\"<h1@local.test>\"]}\n"

/* A connection; what is sent and read on it is the caller's. */
int api_fixture_connect(const char *path);

/* Sends as much as is taken, reads to the end. */
void api_fixture_send(int fd, const char *bytes, size_t length);
void api_fixture_read(int fd, struct buf *text);

#endif
