/*
 * A gate whose notices go to a mail server of the test's.
 *
 *	house_open(&house, "");
 *	house_warn(&house);		alice is warned, and is to be told
 *	house_round(&house);
 *	... house.server ...
 *	house_close(&house);
 */
#ifndef TESTS_UNIT_COURIER_FIXTURE_H
#define TESTS_UNIT_COURIER_FIXTURE_H

#include "gate_faults.h"
#include "notify/courier.h"
#include "smtp_server.h"

#define ALICE	"alice@local.test"

struct house {
	struct fixture		 f;
	struct smtp_server	 server;
	struct courier		*courier;
};

/* `more`: lines of the configuration. */
void house_open(struct house *, const char *more);
void house_open_with(struct house *, const char *policy, const char *more);
void house_open_faulty(struct house *, struct fault *);
void house_close(struct house *);

/* Another configuration, as a reload brings it. */
void house_reload(struct house *, const char *policy, const char *more);

/* Twelve messages of a user's that nobody answers. */
void house_send(struct house *, const char *user);
/* Of alice's, and four days. */
void house_warn(struct house *);

/* The courier's, with the store well. */
void house_round(struct house *);
/* How many notices wait. */
int64_t house_outbox(struct house *);

/* How often `text` stands in the text. */
unsigned house_count(const struct buf *, const char *text);

#endif
