/*
 * What the command itself finds out for "doctor": how the mail system on this
 * host is configured.
 */
#ifndef FRONT_CTL_DOCTOR_H
#define FRONT_CTL_DOCTOR_H

#include "base/finding.h"

/*
 * Postfix, by what postconf(1) prints.  Pure.  The socket is replygate's
 * milter_socket.
 */
struct ctl_doctor_postfix {
	const char	*parameters;	/* -x NAME...: "name = value" lines */
	const char	*services;	/* -M */
	const char	*overrides;	/* -xP: "service/type/name = value" */
	const char	*socket;
};
void ctl_doctor_postfix(struct findings *, const struct ctl_doctor_postfix *);

/* The value of a parameter in such lines; "" when it is not there. */
void ctl_doctor_parameter(const char *lines, const char *name,
    struct buf *value);

/* Sendmail, by its sendmail.cf.  Pure. */
void ctl_doctor_sendmail(struct findings *, const char *cf,
    const char *socket);

/*
 * May a user of this host connect to the socket at a path?  Says so by rights
 * of the socket and of each directory above it.  Nothing is said when it cannot
 * be seen or there is no such user.
 */
void ctl_doctor_reach(struct findings *, const char *user, const char *path);

/*
 * The mail system of this host: runs postconf, for the configuration in
 * `postfix` (NULL: the usual), or reads `sendmail`, a sendmail.cf (NULL:
 * the usual, if there is no Postfix).
 */
void ctl_doctor_mta(struct findings *, const char *postfix,
    const char *sendmail, const char *socket);

#endif
