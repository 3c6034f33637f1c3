/*
 * Whose rights the daemon has.  It never works as root: root names a user it
 * becomes, and it becomes that for good.
 */
#ifndef FRONT_IDENTITY_H
#define FRONT_IDENTITY_H

#include <sys/types.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/status.h"

#define IDENTITY_NAME_SIZE	33

struct identity {
	bool	changes;			/* else it stays who it is */
	uid_t	uid;
	gid_t	gid;
	char	name[IDENTITY_NAME_SIZE];	/* "": none was named */
};

/*
 * The user of that name; "": whoever we are.  NOT_FOUND, or CONFLICT for one
 * with root's rights.  Nothing is changed, and who we are does not matter.
 */
enum status identity_find(struct identity *, const char *name,
    struct buf *why);

/* The group of that name.  NOT_FOUND. */
enum status identity_find_group(const char *name, gid_t *, struct buf *why);

/*
 * May we become that?  CONFLICT: we are root and shall stay it, or are not
 * and shall be somebody else.
 */
enum status identity_check(struct identity *, struct buf *why);

/*
 * After identity_check: gives away the user's and the group's rights and all
 * other groups, and makes sure that they cannot be taken back.  Before any
 * thread is started.  UNAVAILABLE: something is not given away, and the
 * process must not go on.
 */
enum status identity_become(const struct identity *, struct buf *why);

/* Makes a file of root's the user's, unless it is a link. */
enum status identity_give(const struct identity *, const char *path,
    struct buf *why);

#endif
