/*
 * The API's UNIX socket, and who is on it.
 */
#include "front/api_socket.h"

#include <sys/stat.h>

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "front/socket.h"

#define LISTEN_BACKLOG	64
#define PASSWD_SIZE	16384	/* a longer entry has no name for us */

static enum status
cannot(const char *path, const char *what, struct buf *why)
{
	buf_printf(why, "%s: %s: %s", path, what, strerror(errno));
	return STATUS_UNAVAILABLE;
}

static bool
bind_with_mode(int fd, const struct sockaddr_un *address, mode_t mode)
{
	mode_t before = umask(~mode & 0777);
	int error, result;

	result = bind(fd, (const struct sockaddr *)address, sizeof(*address));
	error = errno;
	umask(before);
	errno = error;
	return result == 0;
}

static enum status
listen_there(struct api_socket *sock, const struct sockaddr_un *address,
    mode_t mode, struct buf *why)
{
	struct stat file;

	if (!bind_with_mode(sock->fd, address, mode))
		return cannot(sock->path, "cannot make the socket", why);
	if (lstat(sock->path, &file) == -1)
		return cannot(sock->path, "cannot look at the socket", why);
	sock->device = file.st_dev;
	sock->inode = file.st_ino;
	if (listen(sock->fd, LISTEN_BACKLOG) == -1) {
		cannot(sock->path, "cannot listen", why);
		api_socket_unlink(sock);
		return STATUS_UNAVAILABLE;
	}
	return STATUS_OK;
}

enum status
api_socket_open(struct api_socket *sock, const char *path, mode_t mode,
    struct buf *why)
{
	struct sockaddr_un address;
	enum status status;

	memset(sock, 0, sizeof(*sock));
	sock->fd = -1;
	status = socket_address(path, &address, why);
	if (status != STATUS_OK)
		return status;
	memcpy(sock->path, address.sun_path, sizeof(sock->path));
	status = socket_make_way(&address, why);
	if (status != STATUS_OK)
		return status;
	sock->fd = socket_make();
	if (sock->fd == -1)
		return cannot(path, "cannot make a socket", why);
	status = listen_there(sock, &address, mode, why);
	if (status != STATUS_OK) {
		close(sock->fd);
		sock->fd = -1;
	}
	return status;
}

void
api_socket_unlink(const struct api_socket *sock)
{
	struct stat file;

	if (lstat(sock->path, &file) == 0 && file.st_dev == sock->device &&
	    file.st_ino == sock->inode)
		unlink(sock->path);
}

/* getpeereid(3) is the BSDs'; they have an SO_PEERCRED that is another. */
static bool
peer_uid(int fd, uid_t *uid)
{
#ifdef __linux__
	struct ucred peer;
	socklen_t length = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == -1 ||
	    length != sizeof(peer) || peer.uid == (uid_t)-1)
		return false;
	*uid = peer.uid;
	return true;
#else
	gid_t gid;

	return getpeereid(fd, uid, &gid) == 0;
#endif
}

bool
api_socket_peer(int fd, char peer[API_SOCKET_PEER_SIZE])
{
	char room[PASSWD_SIZE];
	struct passwd entry, *found = NULL;
	uid_t uid;

	if (!peer_uid(fd, &uid))
		return false;
	if (getpwuid_r(uid, &entry, room, sizeof(room), &found) == 0 &&
	    found != NULL)
		snprintf(peer, API_SOCKET_PEER_SIZE, "%.64s (%lu)",
		    entry.pw_name, (unsigned long)uid);
	else
		snprintf(peer, API_SOCKET_PEER_SIZE, "%lu",
		    (unsigned long)uid);
	return true;
}
