/*
 * The API's UNIX socket.
 *
 * A daemon that was killed leaves its socket behind, and bind(2) refuses a
 * path that exists.  So the path is tried first: only a socket on which
 * connect(2) is refused is stale and removed.  Two daemons that start in the
 * same moment could both find it stale; they cannot both own the store, so
 * that one of them has given up before it comes here.
 */
#include "front/api_socket.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define LISTEN_BACKLOG	64

static enum status
fill_address(const char *path, struct sockaddr_un *address, struct buf *why)
{
	size_t length = strlen(path);

	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	if (length >= sizeof(address->sun_path)) {
		buf_printf(why, "%s: %zu bytes are too long for a socket's "
		    "path; expected at most %zu", path, length,
		    sizeof(address->sun_path) - 1);
		return STATUS_LIMIT;
	}
	memcpy(address->sun_path, path, length + 1);
	return STATUS_OK;
}

/* A socket of ours: closed on exec, never blocks the one who accepts. */
static int
make_socket(void)
{
	int fd, flags;

	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd == -1)
		return -1;
	flags = fcntl(fd, F_GETFL);
	if (flags == -1 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

static enum status
cannot(const char *path, const char *what, struct buf *why)
{
	buf_printf(why, "%s: %s: %s", path, what, strerror(errno));
	return STATUS_UNAVAILABLE;
}

/* Zero when somebody answers; else what connect(2) says. */
static int
try_connect(const struct sockaddr_un *address)
{
	int error = 0, fd;

	fd = make_socket();
	if (fd == -1)
		return errno;
	if (connect(fd, (const struct sockaddr *)address,
	    sizeof(*address)) == -1)
		error = errno;
	close(fd);
	/* A full queue of connections is somebody's too. */
	return error == EAGAIN || error == EINPROGRESS ? 0 : error;
}

static enum status
remove_stale(const struct sockaddr_un *address, struct buf *why)
{
	const char *path = address->sun_path;
	struct stat file;
	int error;

	if (lstat(path, &file) == -1) {
		if (errno == ENOENT)
			return STATUS_OK;
		return cannot(path, "cannot look at it", why);
	}
	if (!S_ISSOCK(file.st_mode)) {
		buf_printf(why, "%s: a file that is no socket is in the way; "
		    "expected a free path or an old socket", path);
		return STATUS_CONFLICT;
	}
	error = try_connect(address);
	if (error == 0) {
		buf_printf(why, "%s: somebody listens there already (another "
		    "replygate?)", path);
		return STATUS_CONFLICT;
	}
	errno = error;
	if (error != ECONNREFUSED && error != ENOENT)
		return cannot(path, "cannot tell whether it is in use", why);
	if (unlink(path) == -1 && errno != ENOENT)
		return cannot(path, "cannot remove the old socket", why);
	return STATUS_OK;
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
	status = fill_address(path, &address, why);
	if (status != STATUS_OK)
		return status;
	memcpy(sock->path, address.sun_path, sizeof(sock->path));
	status = remove_stale(&address, why);
	if (status != STATUS_OK)
		return status;
	sock->fd = make_socket();
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
