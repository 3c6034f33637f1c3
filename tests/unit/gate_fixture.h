/*
 * A whole gate on a store in memory, with a clock that is set by
 * assignment: for the tests of everything above the store.
 *
 *	struct fixture f;
 *	fixture_open(&f, "minimum = 10;");	the default policy's figures
 *	f.now = ...;
 *	fixture_send(&f, "alice@local.test", "<m1@local.test>", 3, 100);
 *	fixture_close(&f);
 */
#ifndef TESTS_UNIT_GATE_FIXTURE_H
#define TESTS_UNIT_GATE_FIXTURE_H

#include "gate/admin.h"
#include "gate/clockwork.h"
#include "gate/gate.h"
#include "gate/history.h"
#include "store/engine.h"

/* A Monday, 09:00 UTC: 2026-01-05. */
#define FIXTURE_START	((int64_t)1767603600 * CLOCK_SECOND)

struct fixture {
	int64_t		 now;
	struct conf	*conf;
	struct log	*log;
	struct buf	 lines;		/* what was logged */
	struct store	*store;
	struct gate	 gate;
	struct gate_verdict verdict;	/* of the last check */
};

void fixture_open(struct fixture *, const char *policy);
/* Top-level configuration lines as well; `engine` NULL: Berkeley DB. */
void fixture_open_with(struct fixture *, const char *policy,
    const char *top, const struct engine_ops *engine);
void fixture_close(struct fixture *);

/* One outbound message by a login, to candidates cFIRST ... of outside.test. */
enum verdict_action fixture_send(struct fixture *, const char *login,
    const char *message_id, unsigned first, unsigned count);
/* The same to recipients by name, NULL-terminated; at a stage. */
enum verdict_action fixture_send_to(struct fixture *, const char *login,
    const char *message_id, enum gate_stage, const char *const *recipients);
/* A reply by `from` to alice, naming `references` (NULL: none). */
void fixture_reply(struct fixture *, const char *from,
    const char *references);
/* Ticks every hour up to `now`. */
void fixture_pass(struct fixture *, int64_t until);

/*
 * Makes a user restricted, with minimum = 10 and the other figures as
 * they are by default; `now` is that moment.
 */
void fixture_restrict(struct fixture *, const char *login);

struct admin_user fixture_user(struct fixture *, const char *name);

/* Asks for a member of an account by name, with a message that names it. */
#define fixture_tally(f, name, want_answered, want_settled, want_open)	\
	do {								\
		struct admin_user u_ = fixture_user(f, name);		\
		ck_assert_msg(u_.tally.answered == (want_answered) &&	\
		    rate_settled(&u_.tally) == (want_settled) &&	\
		    u_.open == (want_open),				\
		    "%s: %lld of %lld answered, %lld open; want %d of %d, %d", \
		    name, (long long)u_.tally.answered,			\
		    (long long)rate_settled(&u_.tally),			\
		    (long long)u_.open, want_answered, want_settled,	\
		    want_open);						\
	} while (0)

#endif
