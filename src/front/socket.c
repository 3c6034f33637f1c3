/*
 * Whose socket is it, and is anybody there?
 */
#include "front/socket.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "front/identity.h"

enum status
socket_address(const char *path, struct sockaddr_un *address, struct buf *why)
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

int
socket_make(void)
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

	fd = socket_make();
	if (fd == -1)
		return errno;
	if (connect(fd, (const struct sockaddr *)address,
	    sizeof(*address)) == -1)
		error = errno;
	close(fd);
	/* A full queue of connections is somebody's too. */
	return error == EAGAIN || error == EINPROGRESS ? 0 : error;
}

enum status
socket_make_way(const struct sockaddr_un *address, struct buf *why)
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

enum status
socket_give(const char *path, const char *group, struct buf *why)
{
	gid_t gid;

	if (group[0] == '\0')
		return STATUS_OK;
	if (identity_find_group(group, &gid, why) != STATUS_OK)
		return STATUS_NOT_FOUND;
	if (lchown(path, (uid_t)-1, gid) == 0)
		return STATUS_OK;
	buf_printf(why, "%s: cannot give the socket to the group %s: %s; "
	    "expected a group that replygate's user is in", path, group,
	    strerror(errno));
	return STATUS_UNAVAILABLE;
}

bool
socket_is_answered(const char *path)
{
	struct sockaddr_un address;
	struct buf ignored;
	bool answered;

	buf_init(&ignored);
	answered = socket_address(path, &address, &ignored) == STATUS_OK &&
	    try_connect(&address) == 0;
	buf_release(&ignored);
	return answered;
}
