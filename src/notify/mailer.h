/*
 * Hands one mail to an SMTP server (RFC 5321), by libcurl, from the null
 * envelope sender: nobody is to answer a notice, and nothing is to come back
 * of it but to the log.
 *
 * Order of calls: mailer_library_init once, before there are threads; then
 * mailer_send from any thread.  Each mail has a connection of its own: there
 * are few, and a server that has been away needs no looking after.
 */
#ifndef NOTIFY_MAILER_H
#define NOTIFY_MAILER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/conf.h"
#include "base/status.h"

/* How long one mail may take; RFC 5321 section 4.5.3.2 gives the end of the
 * data alone ten minutes, which is patience for mail to strangers. */
#define MAILER_PATIENCE	300	/* seconds */

struct mailer_server {
	const char	*url;		/* "smtp://host:port", "smtps://..." */
	enum conf_tls	 tls;
	const char	*ca_file;	/* NULL: the system's authorities */
	const char	*user;		/* NULL or "": no login */
	const char	*password;
	const char	*name;		/* what we call ourselves in EHLO;
					   NULL: the host's name */
	int		 patience;	/* seconds */
};

struct mailer_mail {
	const char	*to;		/* address */
	const char	*data;		/* header and body, lines end in CRLF */
	size_t		 length;
};

enum mailer_result {
	MAILER_SENT,		/* it is the server's affair now */
	MAILER_REFUSED,		/* this mail, for good (5xx) */
	MAILER_LATER,		/* this mail, not now (4xx); or nobody knows */
	MAILER_UNREACHABLE,	/* no mail at all: nobody answers, the login is
				   wrong, TLS is missing */
	MAILER_STOPPED		/* `stop` was set meanwhile */
};

/* STATUS_UNAVAILABLE: libcurl will not work. */
enum status mailer_library_init(void);

/*
 * `why` gets one line: the server's own words where it said something.  `stop`
 * (NULL allowed) is looked at about once a second.
 */
enum mailer_result mailer_send(const struct mailer_server *,
    const struct mailer_mail *, const atomic_bool *stop, struct buf *why);

/*
 * Greets the server as for a mail, with TLS and login, and leaves again.
 * False: `why` says what went wrong.
 */
bool mailer_greet(const struct mailer_server *, struct buf *why);

#endif
