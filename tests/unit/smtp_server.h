/*
 * An SMTP server for tests, on a port of its own on loopback, that answers as
 * the test has it and keeps what it was told.
 *
 *	struct smtp_server server;
 *	smtp_server_start(&server);
 *	smtp_server_script(&server, SMTP_RCPT, "550 5.1.1 no such user");
 *	... server.url ...
 *	smtp_server_stop(&server);
 *
 * An answer is given until it is set anew.  SMTP_CUT closes the connection
 * instead of answering, SMTP_SLOW never answers, SMTP_TRICKLE has no end, a
 * letter at a time; NULL: as usual.
 */
#ifndef TESTS_UNIT_SMTP_SERVER_H
#define TESTS_UNIT_SMTP_SERVER_H

#include <pthread.h>
#include <stdbool.h>

#include "base/buf.h"

#define SMTP_CUT	"cut"
#define SMTP_SLOW	"slow"
#define SMTP_TRICKLE	"trickle"

enum smtp_step {
	SMTP_GREETING,
	SMTP_EHLO,
	SMTP_AUTH,
	SMTP_MAIL,
	SMTP_RCPT,
	SMTP_DATA,
	SMTP_END,		/* of the data */
	SMTP_NOOP,
	SMTP_QUIT,
	SMTP_STEPS
};

struct smtp_server {
	char		 url[64];
	int		 listener;
	int		 stop[2];	/* a pipe: its end ends the server */
	pthread_t	 thread;
	pthread_mutex_t	 lock;		/* covers the rest */
	const char	*script[SMTP_STEPS];
	const char	*only;		/* RCPT's holds for this address */
	bool		 held;		/* it does not answer RCPT yet */
	pthread_cond_t	 going;		/* it does */
	unsigned	 connections;
	unsigned	 accepted;	/* mails */
	struct buf	 heard;		/* commands, a line each */
	struct buf	 mails;		/* their data, each behind "MAIL\n" */
};

void smtp_server_start(struct smtp_server *);
void smtp_server_stop(struct smtp_server *);
/* Goes away, and comes back at the same port. */
void smtp_server_close(struct smtp_server *);
void smtp_server_open(struct smtp_server *);

void smtp_server_script(struct smtp_server *, enum smtp_step,
    const char *answer);
/* RCPT is answered from then on, after `held` was set at the start. */
void smtp_server_go_on(struct smtp_server *);
unsigned smtp_server_accepted(struct smtp_server *);
unsigned smtp_server_connections(struct smtp_server *);

#endif
