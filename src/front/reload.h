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

/*
 * Reads the file anew, and the files it names.  Right: messages that begin from
 * now on, and notices, see it whole, and the log names each changed key that
 * waits for a restart (sockets, store, key, log).  Wrong: nothing changes, and
 * the log says why.
 */
void reload_conf(struct gate *, const char *path);

#endif
