/*
 * The desk notices are written at: a configuration, its templates, the
 * password for its server.  Made from a configuration, never changed, counted:
 * whoever was handed one keeps it until done, while a reload puts another in
 * its place.  Any thread.
 */
#ifndef NOTIFY_DESK_H
#define NOTIFY_DESK_H

#include "base/buf.h"
#include "base/conf.h"
#include "base/status.h"
#include "notify/mailer.h"
#include "notify/notice.h"

/* Bytes of a password. */
#define DESK_PASSWORD_MAX	255

struct desk {
	struct conf		*conf;
	struct notice_templates	*templates;	/* NULL: notices are off */
	char			 password[DESK_PASSWORD_MAX + 1];
	_Atomic unsigned	 references;
};

/*
 * Takes a reference to the configuration.  On failure *desk is NULL and `why`
 * says in one line which file is wrong, where, and what was expected:
 * MALFORMED, NOT_FOUND, LIMIT, NO_MEMORY.  mime_library_init comes before.
 */
enum status desk_load(struct desk **desk, struct conf *, struct buf *why);

struct desk *desk_ref(struct desk *);		/* NULL allowed */
void desk_unref(struct desk *);			/* NULL allowed */

/*
 * Where a user's mail goes: the user's name, if it is an address of ours; the
 * address last sent under, if that is, and the users file gives neither it to
 * somebody else nor this user another; one the users file knows.  NULL: none of
 * these.  It points into its arguments.
 */
const char *desk_address(const struct desk *, const struct account *);

/*
 * Header and server of a mail to `to`, an address.  What they point to is the
 * desk's, `to`, and `from`, which gets the author.
 */
void desk_header(const struct desk *, const char *to, struct buf *from,
    struct notice_header *);
void desk_server(const struct desk *, struct mailer_server *);

/*
 * A domain of ours, for Message-IDs and EHLO: the first of local_domains that
 * is no ".domain"; without one, what the first is below of.
 */
const char *desk_domain(const struct desk *);

#endif
