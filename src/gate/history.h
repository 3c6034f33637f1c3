/*
 * A site's history, replayed through the gate at the events' own times.
 * Each event is applied whole or not at all, and once: the store remembers the
 * events it has seen, so that a second run, or one that was cut
 * short, changes nothing that was done.
 */
#ifndef GATE_HISTORY_H
#define GATE_HISTORY_H

#include "gate/gate.h"

enum history_direction {
	HISTORY_OUT,
	HISTORY_IN
};

/* The caller keeps all texts until history_replay has returned. */
struct history_event {
	int64_t			 time;
	enum history_direction	 direction;
	const char		*user;		/* out; NULL: address */
	const char		*address;	/* ours: out from, in to */
	const char *const	*recipients;	/* out */
	size_t			 recipient_count;
	const char		*from;		/* in: who wrote */
	const char		*message_id;
	const char *const	*references;	/* in: ids, oldest first */
	size_t			 reference_count;
	bool			 automatic;	/* in: no person wrote it */
};

enum history_result {
	HISTORY_APPLIED,
	HISTORY_REFUSED,	/* applied: the gate refused it then */
	HISTORY_REPEATED,	/* seen before: nothing changed */
	HISTORY_MALFORMED	/* `why` says what is wrong with it */
};

struct history_outcome {
	enum history_result	result;
	const char		*why;	/* constant text, MALFORMED only */
};

/* The most events one call takes. */
#define HISTORY_BATCH_MAX	1000

/*
 * Replays events in the order given, all in one transaction: on OK every
 * outcome is set and everything is safe; on any other status none of
 * them was applied (UNCERTAIN: all or none; call again).
 *
 * From the first call until history_finish the import is unfinished, also
 * over a restart, and no standing moves but by the replay itself: a
 * half-told history must not be judged.  Health says so.
 */
enum status history_replay(struct gate *, const struct history_event *,
    size_t count, struct history_outcome *);

/*
 * The history has been told to its end: whoever it left warned or restricted
 * is sent a notice.  Without one begun: nothing.
 */
enum status history_finish(struct gate *);

#endif
