/*
 * Paths of UNIX sockets, the milter's and the API's.
 *
 * A daemon that was killed leaves its socket behind, and bind(2) refuses a
 * path that exists.  So the path is tried first: only a socket on which
 * connect(2) is refused is stale and removed.  Two daemons that start in the
 * same moment could both find it stale; they cannot both own the store, so
 * that one of them has given up before it comes here.
 */
#ifndef FRONT_SOCKET_H
#define FRONT_SOCKET_H

#include <sys/socket.h>
#include <sys/un.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/status.h"

#define SOCKET_PATH_SIZE	sizeof(((struct sockaddr_un *)0)->sun_path)

/* A socket of ours, closed on exec and never blocking; -1: see errno. */
int socket_make(void);

/* LIMIT for a path that does not fit a socket's address. */
enum status socket_address(const char *path, struct sockaddr_un *,
    struct buf *why);

/*
 * Makes the path free to bind: nothing there, or a stale socket removed.
 * CONFLICT when somebody answers there or the file is no socket, else
 * UNAVAILABLE; `why` then says what is the matter.
 */
enum status socket_make_way(const struct sockaddr_un *, struct buf *why);

/*
 * Gives the socket at the path to a group; "": it stays as it is.  NOT_FOUND
 * without such a group, UNAVAILABLE when we are not in it.
 */
enum status socket_give(const char *path, const char *group,
    struct buf *why);

bool socket_is_answered(const char *path);

#endif
