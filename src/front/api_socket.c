/*
 * The API's UNIX socket.
 */
#include "front/api_socket.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "front/socket.h"

#define LISTEN_BACKLOG	64

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
