/*
 * What a scenario is played on: the real gate, with a store in memory, a
 * clock that is set, users with mailboxes at example.com and numbered
 * candidates outside.
 *
 * Order of calls: stage_init, stage_setting, stage_policy, stage_user (only
 * before the first day), then the rest; stage_release.  A function that
 * answers false has written into `problem` why: a mistake in the
 * scenario, or a gate that cannot be used.
 */
#ifndef TESTS_SCENARIO_STAGE_H
#define TESTS_SCENARIO_STAGE_H

#include "gate/admin.h"
#include "gate/gate.h"

#define STAGE_NAME_SIZE	64
#define STAGE_TEXT_SIZE	1024

/* Most candidates of one scenario. */
#define STAGE_CANDIDATES_MAX	100000

struct stage_candidate {
	char	user[STAGE_NAME_SIZE];		/* who wrote to them last */
	char	message_id[STAGE_NAME_SIZE];	/* with brackets; "" nobody */
	char	subject[STAGE_NAME_SIZE];
	bool	replied;			/* to that message */
};

/* What somebody wrote. */
struct stage_message {
	char	user[STAGE_NAME_SIZE];
	char	message_id[STAGE_NAME_SIZE];
	char	subject[STAGE_NAME_SIZE];
	char	address[ADDR_SIZE];	/* "": to candidates */
	char	text[STAGE_TEXT_SIZE];	/* "": a body that says nothing */
	size_t	first, last;		/* candidates' numbers */
};

/* A policy beside the default one. */
#define STAGE_GROUPS_MAX	4

struct stage_group {
	char		name[STAGE_NAME_SIZE];
	struct buf	policy;
};

struct stage {
	/* the configuration to be, and where it is put */
	struct buf	 settings, policy, users;
	struct stage_group groups[STAGE_GROUPS_MAX];
	size_t		 group_count;
	char		 directory[1024];

	bool		 open;
	struct conf	*conf;
	struct log	*log;
	struct store	*store;
	struct gate	 gate;
	int64_t		 now;
	int64_t		 ticked;	/* the last full hour */

	struct stage_candidate *candidates;	/* [0] is candidate 1 */
	size_t		 candidate_count;

	struct stage_message message;	/* the last one written */
	size_t		 messages;	/* written so far */
	size_t		 them_first, them_last;	/* written to, accepted */

	/* of the last writing */
	size_t		 accepted, refused, tempfailed;
	struct buf	 refusal;	/* the last one's text */
	struct buf	 said;		/* all log lines */
	struct buf	 problem;
};

void stage_init(struct stage *);
void stage_release(struct stage *);

bool stage_setting(struct stage *, const char *key, const char *value);
bool stage_policy(struct stage *, const char *key, const char *value);
bool stage_group(struct stage *, const char *group, const char *key,
    const char *value);
bool stage_user(struct stage *, const char *user, const char *policy);

/* The configuration is changed to that mode, and read again. */
bool stage_mode(struct stage *, const char *mode);

/*
 * Times are counted from the scenario's day 0, 00:00 UTC.  stage_advance ticks
 * on each full hour on the way; stage_sleep is a daemon that does not run
 * until then, and takes its first looks when it is back.
 */
bool stage_advance(struct stage *, int64_t time);
bool stage_sleep(struct stage *, int64_t time);
int64_t stage_time(const struct stage *, int64_t when);

/*
 * Writing.  One-to-one messages leave one a minute.  first 0: candidates
 * nobody has written to yet, `last` of them.
 */
enum stage_manner {
	STAGE_ONE_TO_ONE,
	STAGE_IN_ONE_MESSAGE,
	STAGE_ONE_LETTER,	/* one-to-one, the same text to each */
	STAGE_OWN_LETTERS,	/* one-to-one, each a text of their own */
	STAGE_SPLIT		/* one message, a transaction for each */
};
/* The text for a candidate; "" where the manner has none. */
void stage_letter(enum stage_manner, size_t candidate,
    char text[STAGE_TEXT_SIZE]);
bool stage_write(struct stage *, const char *user, size_t first, size_t last,
    enum stage_manner);
bool stage_write_to(struct stage *, const char *user, const char *address);
bool stage_write_again(struct stage *);

/* What comes of a message that somebody was written. */
enum stage_answer {
	STAGE_REPLY,
	STAGE_BARE_REPLY,	/* without thread fields, a new subject */
	STAGE_FOR_THEM,		/* somebody else answers */
	STAGE_SENT_ON,		/* somebody else was sent it, and sends it on */
	STAGE_OUT_OF_OFFICE,
	STAGE_BOUNCE,
	STAGE_DELAY,		/* not delivered yet */
	STAGE_RECEIPT,		/* opened */
	STAGE_COMPLAINT
};
bool stage_answer(struct stage *, size_t candidate, enum stage_answer);
/* The first `count` of those written to last who have not replied yet. */
bool stage_replies_of_them(struct stage *, size_t count);
/* A new message, that answers none. */
bool stage_write_in(struct stage *, size_t candidate, const char *user);

#endif
