/*
 * Names of users and groups, and becoming one.
 */
#include "front/identity.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ENTRY_SIZE	16384	/* of a passwd or group entry */

static enum status
cannot(const char *what, const char *name, struct buf *why)
{
	buf_printf(why, "cannot %s%s: %s", what, name, strerror(errno));
	return STATUS_UNAVAILABLE;
}

enum status
identity_find(struct identity *identity, const char *name, struct buf *why)
{
	char room[ENTRY_SIZE];
	struct passwd entry, *found = NULL;

	memset(identity, 0, sizeof(*identity));
	if (name[0] == '\0')
		return STATUS_OK;
	if (getpwnam_r(name, &entry, room, sizeof(room), &found) != 0 ||
	    found == NULL || strlen(name) >= sizeof(identity->name)) {
		buf_printf(why, "user: there is no user %s; expected a user "
		    "of the system that replygate is to become", name);
		return STATUS_NOT_FOUND;
	}
	if (entry.pw_uid == 0) {
		buf_printf(why, "user: %s has root's rights; expected a user "
		    "of its own, such as \"replygate\"", name);
		return STATUS_CONFLICT;
	}
	identity->uid = entry.pw_uid;
	identity->gid = entry.pw_gid;
	memcpy(identity->name, name, strlen(name) + 1);
	return STATUS_OK;
}

enum status
identity_find_group(const char *name, gid_t *gid, struct buf *why)
{
	char room[ENTRY_SIZE];
	struct group entry, *found = NULL;

	if (getgrnam_r(name, &entry, room, sizeof(room), &found) != 0 ||
	    found == NULL) {
		buf_printf(why, "there is no group %s; expected a group of "
		    "the system", name);
		return STATUS_NOT_FOUND;
	}
	*gid = entry.gr_gid;
	return STATUS_OK;
}

enum status
identity_check(struct identity *identity, struct buf *why)
{
	bool root = getuid() == 0 || geteuid() == 0;

	if (root && identity->name[0] == '\0') {
		buf_add_text(why, "replygate does not run as root; expected "
		    "a user to become, such as user = \"replygate\"; in the "
		    "configuration, or -u replygate");
		return STATUS_CONFLICT;
	}
	if (!root && identity->name[0] != '\0' && geteuid() != identity->uid) {
		buf_printf(why, "cannot become %s: only root can; this is "
		    "user %lu", identity->name, (unsigned long)geteuid());
		return STATUS_CONFLICT;
	}
	identity->changes = root;
	return STATUS_OK;
}

/* setresuid(2) says what it does, and not every system has it. */
static bool
set_ids(const struct identity *identity)
{
#ifdef __NetBSD__
	return setgid(identity->gid) == 0 && setuid(identity->uid) == 0;
#else
	return setresgid(identity->gid, identity->gid, identity->gid) == 0 &&
	    setresuid(identity->uid, identity->uid, identity->uid) == 0;
#endif
}

static bool
is_for_good(const struct identity *identity)
{
	return getuid() == identity->uid && geteuid() == identity->uid &&
	    getgid() == identity->gid && getegid() == identity->gid &&
	    setuid(0) == -1 && seteuid(0) == -1 &&
	    (identity->gid == 0 || setegid(0) == -1);
}

enum status
identity_become(const struct identity *identity, struct buf *why)
{
	if (!identity->changes)
		return STATUS_OK;
	if (initgroups(identity->name, identity->gid) == -1)
		return cannot("take the groups of ", identity->name, why);
	if (!set_ids(identity))
		return cannot("become ", identity->name, why);
	if (!is_for_good(identity)) {
		buf_printf(why, "became %s, but root's rights can be had "
		    "back", identity->name);
		return STATUS_UNAVAILABLE;
	}
	return STATUS_OK;
}

enum status
identity_give(const struct identity *identity, const char *path,
    struct buf *why)
{
	if (identity->changes &&
	    lchown(path, identity->uid, identity->gid) == -1) {
		buf_printf(why, "%s: cannot make it %s's: %s", path,
		    identity->name, strerror(errno));
		return STATUS_UNAVAILABLE;
	}
	return STATUS_OK;
}
