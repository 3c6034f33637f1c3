/*
 * Where things lie unless the configuration says otherwise.  The Makefile
 * says it for an installation, of which it also changes these paths in the
 * manuals, the sample configuration and the start scripts.
 */
#ifndef BASE_PATHS_H
#define BASE_PATHS_H

#ifndef REPLYGATE_ETC
#define REPLYGATE_ETC		"/etc/replygate"
#endif
#ifndef REPLYGATE_SHARE
#define REPLYGATE_SHARE		"/usr/local/share/replygate"
#endif
#ifndef REPLYGATE_STATE
#define REPLYGATE_STATE		"/var/lib/replygate"
#endif
#ifndef REPLYGATE_RUN
#define REPLYGATE_RUN		"/run/replygate"
#endif

#define REPLYGATE_CONF		REPLYGATE_ETC "/replygate.conf"
#define REPLYGATE_KEY		REPLYGATE_ETC "/key"
#define REPLYGATE_PHRASES	REPLYGATE_SHARE "/out-of-office"
#define REPLYGATE_NOTICES	REPLYGATE_SHARE "/notices"
#define REPLYGATE_MILTER	REPLYGATE_RUN "/milter.sock"
#define REPLYGATE_CONTROL	REPLYGATE_RUN "/control.sock"

#endif
