/*
 * Taking a changed configuration into use while mail flows.
 */
#ifndef FRONT_RELOAD_H
#define FRONT_RELOAD_H

#include "gate/gate.h"

/*
 * Reads the file anew.  Right: messages that begin from now on see it whole,
 * and the log names each changed key that waits for a restart (sockets,
 * store, key, log).  Wrong: nothing changes, and the log says why.
 */
void reload_conf(struct gate *, const char *path);

#endif
