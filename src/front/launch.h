/*
 * What is between a right configuration and the first fork of parent.c, and
 * what is left to do when that is over:
 *
 *	background	if wanted, see detach.h
 *	pid file	while we may still write where only root may
 *	identity	root's rights are given away, see identity.h
 *	umask		what is made from here on is nobody else's
 *	sandbox		see sandbox.h
 *
 * From launch_begin on nothing runs with root's rights, neither the parent
 * nor the child: sockets, store, key and all files belong to the user.
 */
#ifndef FRONT_LAUNCH_H
#define FRONT_LAUNCH_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/conf.h"
#include "base/status.h"
#include "front/identity.h"
#include "front/pidfile.h"

struct launch_options {
	const char	*conf_path;
	const char	*user;		/* NULL: as the configuration says */
	const char	*pid_path;	/* NULL: none */
	bool		 detach;
};

struct launch {
	struct pidfile	 pidfile;
};

/*
 * Are the user and the groups there that are named?  NOT_FOUND or CONFLICT;
 * whoever asks.  `identity` may be NULL.
 */
enum status launch_check(const struct conf *, const char *user,
    struct identity *, struct buf *why);

/* Returns an exit code, EX_OK if we may go on. */
int launch_begin(struct launch *, const struct launch_options *,
    const struct conf *, struct buf *why);

/* In the child, once it serves. */
void launch_served(const struct launch_options *);

void launch_end(struct launch *);

#endif
