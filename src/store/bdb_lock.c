/*
 * The store's directory and its owner.  One process owns a store for as long as
 * it lives: a second one inside the same environment would take the first
 * down when it dies there.
 *
 * The owner holds an flock(2) on the file "lock".  The lock goes with the
 * process however it ends, so that nothing stale is left to judge; the
 * process number in the file is for people.  An fcntl lock was rejected: it is
 * lost as soon as any code in the process closes the file.
 */
#include <sys/types.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "store/bdb.h"
#include "store/directory.h"

#define BDB_LOCK_NAME	"lock"

/* Room for a process number in digits. */
#define PID_TEXT_SIZE	24

/* How often, and how far apart, a lock that is held is tried again. */
#define LOCK_TRIES	30
#define LOCK_WAIT_MS	100

static enum status
make_directory(const char *directory, struct buf *why)
{
	struct stat found;

	if (mkdir(directory, 0700) == 0)
		return STATUS_OK;
	if (errno != EEXIST) {
		buf_printf(why, "%s: cannot be made: %s", directory,
		    strerror(errno));
		return STATUS_UNAVAILABLE;
	}
	if (stat(directory, &found) != 0 || !S_ISDIR(found.st_mode)) {
		buf_printf(why, "%s: is no directory", directory);
		return STATUS_UNAVAILABLE;
	}
	return STATUS_OK;
}

static int
open_lock_file(const char *directory, struct buf *why)
{
	struct buf path;
	int file;

	buf_init(&path);
	buf_printf(&path, "%s/%s", directory, BDB_LOCK_NAME);
	file = open(path.data, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (file == -1)
		buf_printf(why, "%s: cannot be opened: %s", path.data,
		    strerror(errno));
	buf_release(&path);
	return file;
}

/* The owner may not have written its number yet: then "another process". */
static void
name_owner(const char *directory, int file, struct buf *why)
{
	char text[PID_TEXT_SIZE];
	ssize_t length = pread(file, text, sizeof(text) - 1, 0);

	text[length > 0 ? length : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	if (text[0] == '\0' || text[strspn(text, "0123456789")] != '\0')
		buf_printf(why, "%s: is in use by another process",
		    directory);
	else
		buf_printf(why, "%s: is in use by process %s", directory,
		    text);
}

static enum status
write_owner(const char *directory, int file, struct buf *why)
{
	struct buf text;
	bool written;

	buf_init(&text);
	buf_printf(&text, "%ld\n", (long)getpid());
	written = ftruncate(file, 0) == 0 && pwrite(file, text.data,
	    text.length, 0) == (ssize_t)text.length;
	if (!written)
		buf_printf(why, "%s/%s: cannot be written: %s", directory,
		    BDB_LOCK_NAME, strerror(errno));
	buf_release(&text);
	return written ? STATUS_OK : STATUS_UNAVAILABLE;
}

/*
 * A process that was killed may hold the lock for a moment still: whoever
 * starts the next one at once must not be turned away.
 */
static int
lock_patiently(int file)
{
	int i, result;

	for (i = 0; (result = flock(file, LOCK_EX | LOCK_NB)) != 0 &&
	    errno == EWOULDBLOCK && i < LOCK_TRIES; i++) {
		(void)poll(NULL, 0, LOCK_WAIT_MS);
		errno = EWOULDBLOCK;
	}
	return result;
}

enum status
bdb_lock_take(struct engine *bdb, struct buf *why)
{
	enum status status;

	if (bdb->directory == NULL)
		return STATUS_OK;
	if ((status = make_directory(bdb->directory, why)) != STATUS_OK)
		return status;
	bdb->lock_file = open_lock_file(bdb->directory, why);
	if (bdb->lock_file == -1)
		return STATUS_UNAVAILABLE;
	if (lock_patiently(bdb->lock_file) != 0) {
		if (errno == EWOULDBLOCK) {
			name_owner(bdb->directory, bdb->lock_file, why);
			return STATUS_CONFLICT;
		}
		buf_printf(why, "%s/%s: cannot be locked: %s", bdb->directory,
		    BDB_LOCK_NAME, strerror(errno));
		return STATUS_UNAVAILABLE;
	}
	if (!bdb->unfinished && directory_is_unfinished(bdb->directory)) {
		buf_printf(why, "%s: is unfinished: a backup or a load that "
		    "was interrupted; remove it", bdb->directory);
		return STATUS_MALFORMED;
	}
	return write_owner(bdb->directory, bdb->lock_file, why);
}

void
bdb_lock_release(struct engine *bdb)
{
	if (bdb->lock_file != -1)
		(void)close(bdb->lock_file);
	bdb->lock_file = -1;
}
