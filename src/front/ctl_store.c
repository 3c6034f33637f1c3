/*
 * A store in a directory, without a daemon.  It is locked as a daemon locks it,
 * so that the two never meet in it.
 */
#include "front/ctl_store.h"

#include <sys/stat.h>
#include <errno.h>
#include <grp.h>
#include <string.h>
#include <unistd.h>

static bool
find_owner(const char *directory, struct stat *found)
{
	struct buf parent;
	size_t length = strlen(directory);
	bool done;

	if (stat(directory, found) == 0)
		return true;
	while (length > 1 && directory[length - 1] == '/')
		length--;
	while (length > 0 && directory[length - 1] != '/')
		length--;
	buf_init(&parent);
	buf_add(&parent, directory, length);
	if (length == 0)
		buf_add_text(&parent, ".");
	done = stat(parent.data, found) == 0;
	buf_release(&parent);
	return done;
}

bool
ctl_store_become_owner(struct ctl *ctl, const char *directory)
{
	struct stat found;
	gid_t group;

	if (geteuid() != 0 || !find_owner(directory, &found) ||
	    found.st_uid == 0)
		return true;
	group = found.st_gid;
	if (setgroups(1, &group) == 0 && setgid(group) == 0 &&
	    setuid(found.st_uid) == 0)
		return true;
	ctl_complain(ctl, "%s: cannot become its owner: %s", directory,
	    strerror(errno));
	return false;
}

struct store *
ctl_store_open(struct ctl *ctl, const char *directory)
{
	const struct store_options options = { .directory = directory,
	    .existing = true, .as_it_is = true };
	struct store *store;
	struct buf why;

	buf_init(&why);
	if (store_open(&store, &options, &why) != STATUS_OK)
		ctl_complain(ctl, "%s", why.data);
	buf_release(&why);
	return store;
}
