/*
 * Where the MTA finds us: the milter's socket as the configuration names it,
 * "unix:PATH", "local:PATH" or "inet:...".  Of a UNIX socket the file is ours
 * to look after, since libmilter neither asks whether somebody else listens
 * there nor removes it.  Without one all of this does nothing.
 */
#ifndef FRONT_DOORWAY_H
#define FRONT_DOORWAY_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/status.h"
#include "front/socket.h"

struct doorway {
	char	path[SOCKET_PATH_SIZE];		/* "": no UNIX socket */
};

bool doorway_is_unix(const char *name);

/* Notes the path and makes it free; see socket_make_way. */
enum status doorway_take(struct doorway *, const char *name,
    struct buf *why);

/* Once it is there: gives it to a group; see socket_give. */
enum status doorway_give(const struct doorway *, const char *group,
    struct buf *why);

/*
 * At a stop.  New sessions find nobody, but the listener is still there under
 * another name.  Then it is told to stop by a function that waits for it, such
 * as smfi_stop(3); meanwhile it is connected to, until it refuses, so that it
 * sees that it is to end.
 */
void doorway_hide(struct doorway *);
void doorway_shut(const struct doorway *, int (*stop)(void));

/* errno of what went wrong; 0: nothing did. */
int doorway_remove(const struct doorway *);

#endif
