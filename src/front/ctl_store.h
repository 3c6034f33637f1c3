/*
 * A store in a directory, without a daemon: what the verbs that work on one
 * share.
 */
#ifndef FRONT_CTL_STORE_H
#define FRONT_CTL_STORE_H

#include "front/ctl.h"
#include "store/store.h"

/*
 * root becomes the owner of the directory, or of that which it will be made in:
 * what it left there else, the daemon could not open.  False: it could not, and
 * that has been said.
 */
bool ctl_store_become_owner(struct ctl *, const char *directory);

/* Opens it, to be looked at.  NULL: why has been said. */
struct store *ctl_store_open(struct ctl *, const char *directory);

#endif
