/*
 * The service manager that started us, if one did and wants to hear from us:
 * systemd, or what speaks its sd_notify(3) protocol.  A datagram of lines
 * "NAME=value" to a UNIX socket that the environment names.
 *
 * Written here and not taken from libsystemd: it is one datagram, the protocol
 * is promised to stay, and other systems have no such library; the daemon would
 * carry it everywhere for the sake of a sendto(2).
 *
 * Nobody waits for the manager: what it does not take at once is lost, and the
 * next word, or the next sign of life, takes its place.
 */
#ifndef FRONT_MANAGER_H
#define FRONT_MANAGER_H

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <stdbool.h>
#include <stdint.h>

struct manager {
	struct sockaddr_un	address;
	socklen_t		length;
	int			fd;		/* -1: nobody listens */
	int64_t			watchdog;	/* it expects a sign of life
						   within so long; 0: never */
};

/*
 * Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, and takes them out of
 * the environment: they are meant for this process alone.  A path, or "@" and
 * an abstract name.  What cannot be understood counts as not there.
 */
void manager_open(struct manager *);
void manager_close(struct manager *);

bool manager_listens(const struct manager *);

/*
 * The words.  A status is one line of ASCII for people, cut to
 * MANAGER_STATUS_MAX bytes; control characters become blanks: no text may
 * smuggle in a line of its own.
 */
#define MANAGER_STATUS_MAX	256

void manager_ready(const struct manager *);
void manager_reloading(const struct manager *);
void manager_stopping(const struct manager *);
void manager_alive(const struct manager *);
void manager_status(const struct manager *, const char *text);

#endif
