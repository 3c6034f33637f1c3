/*
 * Taking a changed configuration into use while mail flows.
 */
#ifndef FRONT_RELOAD_H
#define FRONT_RELOAD_H

#include "gate/gate.h"

/*
 * The configuration, and the judge and the desk that go with it: all or none.
 * On failure `why` says in one line what is wrong, as conf_load, judge_load and
 * desk_load do, whose statuses these are.
 */
enum status reload_read(const char *path, struct conf **, struct judge **,
    struct desk **, struct buf *why);

/* Puts new ones in the place of these, all or none. */
enum status reload_renew(const char *path, struct conf **, struct judge **,
    struct desk **, struct buf *why);

/*
 * Reads the file anew, and the files it names, which are in use behind it
 * whether they changed or not.  Right: messages that begin from now on, and
 * notices, see it whole; keys that changed are named, those apart that wait for
 * a restart (sockets, store, key, log's place), and again until there is one.
 * Wrong: nothing changes, and `why` says in one line where and what; the
 * status is reload_read's.  The log tells either.  `result` may be NULL; the
 * caller releases it.
 */
struct reload_result {
	struct buf	changed;	/* names, each with "\n" behind it */
	struct buf	waiting;	/* the same */
	struct buf	why;
};

enum status reload_conf(struct gate *, const char *path,
    struct reload_result *result);
void reload_result_release(struct reload_result *);

#endif
