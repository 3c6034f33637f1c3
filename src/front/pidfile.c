/*
 * A pid file.  It may be root who writes it, into a directory of somebody
 * else's: links are not followed, and what is no plain file of our own is left
 * alone.
 */
#include "front/pidfile.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIDFILE_MODE	0644
#define PIDFILE_SIZE	32

static enum status
cannot(const char *path, const char *what, struct buf *why)
{
	buf_printf(why, "%s: %s: %s", path, what, strerror(errno));
	return STATUS_UNAVAILABLE;
}

static enum status
check_file(int fd, const char *path, struct buf *why)
{
	struct stat file;

	if (fstat(fd, &file) == -1)
		return cannot(path, "cannot look at the pid file", why);
	if (S_ISREG(file.st_mode) && file.st_nlink == 1 &&
	    file.st_uid == geteuid())
		return STATUS_OK;
	buf_printf(why, "%s: this is no pid file of ours; expected a free "
	    "name, or a plain file of our own", path);
	return STATUS_CONFLICT;
}

static enum status
lock_file(int fd, const char *path, struct buf *why)
{
	char text[PIDFILE_SIZE];
	ssize_t length;

	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return STATUS_OK;
	if (errno != EWOULDBLOCK)
		return cannot(path, "cannot lock the pid file", why);
	length = pread(fd, text, sizeof(text) - 1, 0);
	text[length > 0 ? length : 0] = '\0';
	buf_printf(why, "%s: replygate runs already, as process %ld", path,
	    strtol(text, NULL, 10));
	return STATUS_CONFLICT;
}

static enum status
write_number(int fd, const char *path, struct buf *why)
{
	char text[PIDFILE_SIZE];
	int length = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

	if (ftruncate(fd, 0) == -1 || fchmod(fd, PIDFILE_MODE) == -1 ||
	    pwrite(fd, text, (size_t)length, 0) != length)
		return cannot(path, "cannot write the pid file", why);
	return STATUS_OK;
}

enum status
pidfile_take(struct pidfile *pidfile, const char *path, struct buf *why)
{
	enum status status;

	pidfile->fd = -1;
	pidfile->path = path;
	if (path == NULL)
		return STATUS_OK;
	pidfile->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW |
	    O_NONBLOCK, PIDFILE_MODE);
	if (pidfile->fd == -1)
		return cannot(path, "cannot make the pid file", why);
	/* Locked first: whoever held it may have removed it meanwhile. */
	status = lock_file(pidfile->fd, path, why);
	if (status == STATUS_OK)
		status = check_file(pidfile->fd, path, why);
	if (status == STATUS_OK)
		status = write_number(pidfile->fd, path, why);
	if (status != STATUS_OK) {
		close(pidfile->fd);
		pidfile->fd = -1;
	}
	return status;
}

void
pidfile_release(struct pidfile *pidfile)
{
	if (pidfile->fd == -1)
		return;
	if (unlink(pidfile->path) == -1 && errno != ENOENT &&
	    ftruncate(pidfile->fd, 0) == -1)
		return;		/* stale, but not locked */
	close(pidfile->fd);
	pidfile->fd = -1;
}
