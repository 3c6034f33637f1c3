/*
 * The UNIX socket the API listens on: made, and removed again.
 */
#ifndef FRONT_API_SOCKET_H
#define FRONT_API_SOCKET_H

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/status.h"
#include "front/socket.h"

struct api_socket {
	int	fd;			/* listening; -1: not ours to close */
	dev_t	device;			/* which file we made */
	ino_t	inode;
	char	path[SOCKET_PATH_SIZE];
};

/*
 * Binds and listens.  The file never exists with more rights than `mode`.  A
 * socket nobody answers on is removed first.  On failure `why` says which path
 * and what to do: CONFLICT when somebody answers there or the file is no
 * socket, LIMIT for a path that does not fit a socket's address, else
 * UNAVAILABLE.
 *
 * Changes the process's umask for the length of one call: to be called before
 * threads that make files are started.
 */
enum status api_socket_open(struct api_socket *, const char *path, mode_t mode,
    struct buf *why);

/* Removes the file, if it still is the one we made.  The fd stays open. */
void api_socket_unlink(const struct api_socket *);

/*
 * Who is at the other end of a connection: "alice (1000)", or "1000" where the
 * number has no name.  False: the socket does not say.  On Linux it is whoever
 * called connect(2), with the rights of that moment.
 */
#define API_SOCKET_PEER_SIZE	96

bool api_socket_peer(int fd, char peer[API_SOCKET_PEER_SIZE]);

#endif
