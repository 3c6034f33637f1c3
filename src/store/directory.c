/*
 * A directory that is being filled.
 */
#include "store/directory.h"

#include <sys/stat.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define MARK	"unfinished"

static bool
is_mark(const char *name)
{
	return strcmp(name, MARK) == 0;
}

static bool
is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

bool
directory_is_unfinished(const char *path)
{
	struct buf mark;
	struct stat found;
	bool there;

	buf_init(&mark);
	buf_printf(&mark, "%s/" MARK, path);
	there = lstat(mark.data, &found) == 0;
	buf_release(&mark);
	return there;
}

static enum status
fail(struct buf *why, const char *path, const char *what)
{
	buf_printf(why, "%s: %s: %s", path, what, strerror(errno));
	return STATUS_UNAVAILABLE;
}

static enum status
check_empty(const char *path, struct buf *why)
{
	DIR *open = opendir(path);
	const struct dirent *entry;
	bool empty = true;

	if (open == NULL)
		return fail(why, path, "cannot be read");
	/* Each call has a stream of its own. */
	/* cppcheck-suppress readdirCalled */
	while (empty && (entry = readdir(open)) != NULL)
		empty = is_dots(entry->d_name);
	closedir(open);
	if (empty)
		return STATUS_OK;
	if (directory_is_unfinished(path))
		buf_printf(why, "%s: somebody is filling it, or it was never "
		    "finished: then remove it", path);
	else
		buf_printf(why, "%s: is not empty", path);
	return STATUS_CONFLICT;
}

/* O_EXCL: of two that come at the same time one has it. */
static enum status
set_mark(const char *path, struct buf *why)
{
	enum status status = STATUS_OK;
	struct buf mark;
	int file;

	buf_init(&mark);
	buf_printf(&mark, "%s/" MARK, path);
	file = open(mark.data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file != -1) {
		(void)close(file);
	} else {
		status = fail(why, mark.data, "cannot be made");
		if (errno == EEXIST)
			status = STATUS_CONFLICT;
	}
	buf_release(&mark);
	return status;
}

enum status
directory_begin(struct directory *directory, const char *path,
    struct buf *why)
{
	enum status status;

	directory->path = path;
	directory->made = mkdir(path, 0700) == 0;
	if (!directory->made && errno != EEXIST)
		return fail(why, path, "cannot be made");
	status = check_empty(path, why);
	if (status == STATUS_OK)
		status = set_mark(path, why);
	if (status != STATUS_OK && directory->made)
		(void)rmdir(path);
	return status;
}

static bool
sync_at(int parent, const char *name)
{
	int file = openat(parent, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	bool done = file != -1 && fsync(file) == 0;

	if (file != -1)
		(void)close(file);
	return done;
}

/* Calls `each` with every file until it says no. */
static bool
for_each(const char *path, bool (*each)(int parent, const char *name))
{
	DIR *open = opendir(path);
	const struct dirent *entry;
	bool done = open != NULL;

	/* cppcheck-suppress readdirCalled */
	while (done && (entry = readdir(open)) != NULL)
		if (!is_dots(entry->d_name) && !is_mark(entry->d_name))
			done = each(dirfd(open), entry->d_name);
	if (open != NULL)
		closedir(open);
	return done;
}

static bool
remove_mark(const char *path)
{
	struct buf mark;
	bool done;

	buf_init(&mark);
	buf_printf(&mark, "%s/" MARK, path);
	done = unlink(mark.data) == 0;
	buf_release(&mark);
	return done;
}

/* The names in the directory are safe before the mark goes. */
enum status
directory_finish(const struct directory *directory, struct buf *why)
{
	const char *path = directory->path;
	struct buf parent;
	bool done;

	buf_init(&parent);
	buf_printf(&parent, "%s/..", path);
	done = for_each(path, sync_at) && sync_at(AT_FDCWD, path) &&
	    (!directory->made || sync_at(AT_FDCWD, parent.data)) &&
	    remove_mark(path) && sync_at(AT_FDCWD, path);
	buf_release(&parent);
	return done ? STATUS_OK : fail(why, path, "cannot be finished");
}

static bool
remove_at(int parent, const char *name)
{
	(void)unlinkat(parent, name, 0);
	return true;
}

void
directory_undo(const struct directory *directory)
{
	(void)for_each(directory->path, remove_at);
	(void)remove_mark(directory->path);
	if (directory->made)
		(void)rmdir(directory->path);
}
