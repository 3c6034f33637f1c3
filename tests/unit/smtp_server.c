#include "smtp_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test.h"

/* One connection. */
struct talk {
	struct smtp_server	*server;
	int			 fd;
	const char		*said;		/* the command */
	char			 bytes[4096];	/* read, not used yet */
	size_t			 length;
};

static const struct {
	const char	*verb;
	enum smtp_step	 step;
	const char	*answer;
} commands[] = {
	{ "EHLO", SMTP_EHLO, "250-test\r\n250-SIZE 1000000\r\n"
	    "250 AUTH PLAIN" },
	{ "AUTH", SMTP_AUTH, "235 2.7.0 welcome" },
	{ "MAIL", SMTP_MAIL, "250 2.1.0 sender ok" },
	{ "RCPT", SMTP_RCPT, "250 2.1.5 recipient ok" },
	{ "DATA", SMTP_DATA, "354 go ahead" },
	{ "NOOP", SMTP_NOOP, "250 2.0.0 ok" },
	{ "QUIT", SMTP_QUIT, "221 2.0.0 bye" },
};

/* False: the other end, or the test, has closed. */
static bool
wait_for(struct talk *talk)
{
	struct pollfd fds[2] = {
		{ .fd = talk->fd, .events = POLLIN },
		{ .fd = talk->server->stop[0], .events = POLLIN }
	};

	while (poll(fds, 2, -1) < 0)
		;
	return fds[1].revents == 0;
}

static bool
read_line(struct talk *talk, char *line, size_t size)
{
	char *end;
	ssize_t n;

	while ((end = memchr(talk->bytes, '\n', talk->length)) == NULL) {
		ck_assert_uint_lt(talk->length, sizeof(talk->bytes));
		if (!wait_for(talk))
			return false;
		n = read(talk->fd, talk->bytes + talk->length,
		    sizeof(talk->bytes) - talk->length);
		if (n <= 0)
			return false;
		talk->length += (size_t)n;
	}
	n = end - talk->bytes;
	ck_assert_uint_lt((size_t)n, size);
	memcpy(line, talk->bytes, (size_t)n);
	line[n] = '\0';
	if (n > 0 && line[n - 1] == '\r')
		line[n - 1] = '\0';
	talk->length -= (size_t)n + 1;
	memmove(talk->bytes, end + 1, talk->length);
	return true;
}

/* False: the other end, or the test, has had enough of it. */
static bool
trickle(struct talk *talk)
{
	struct pollfd stop = { .fd = talk->server->stop[0], .events = POLLIN };

	while (poll(&stop, 1, 20) == 0)
		if (send(talk->fd, "2", 1, MSG_NOSIGNAL) != 1)
			break;
	return false;
}

/* False: the connection is at its end. */
static bool
answer(struct talk *talk, enum smtp_step step, const char *usual)
{
	struct smtp_server *server = talk->server;
	const char *text;
	char line[512];
	int length;

	pthread_mutex_lock(&server->lock);
	while (step == SMTP_RCPT && server->held)
		pthread_cond_wait(&server->going, &server->lock);
	text = server->script[step] != NULL ? server->script[step] : usual;
	if (step == SMTP_RCPT && server->only != NULL &&
	    strstr(talk->said, server->only) == NULL)
		text = usual;
	pthread_mutex_unlock(&server->lock);
	if (strcmp(text, SMTP_CUT) == 0)
		return false;
	if (strcmp(text, SMTP_SLOW) == 0) {
		while (read_line(talk, line, sizeof(line)))
			;
		return false;
	}
	if (strcmp(text, SMTP_TRICKLE) == 0)
		return trickle(talk);
	length = snprintf(line, sizeof(line), "%s\r\n", text);
	return send(talk->fd, line, (size_t)length, MSG_NOSIGNAL) == length;
}

static bool
take_data(struct talk *talk)
{
	struct smtp_server *server = talk->server;
	char line[2048];
	struct buf mail;
	bool going;

	buf_init(&mail);
	while ((going = read_line(talk, line, sizeof(line))) &&
	    strcmp(line, ".") != 0)
		buf_printf(&mail, "%s\n", line + (line[0] == '.'));
	pthread_mutex_lock(&server->lock);
	if (going && (server->script[SMTP_END] == NULL ||
	    server->script[SMTP_END][0] == '2')) {
		server->accepted++;
		buf_printf(&server->mails, "MAIL\n%s", mail.data);
	}
	pthread_mutex_unlock(&server->lock);
	buf_release(&mail);
	return going && answer(talk, SMTP_END, "250 2.0.0 queued as 1");
}

static bool
obey(struct talk *talk, const char *line)
{
	size_t i;

	talk->said = line;
	pthread_mutex_lock(&talk->server->lock);
	buf_printf(&talk->server->heard, "%s\n", line);
	pthread_mutex_unlock(&talk->server->lock);
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strncasecmp(line, commands[i].verb, 4) == 0) {
			if (!answer(talk, commands[i].step,
			    commands[i].answer))
				return false;
			return commands[i].step != SMTP_DATA ||
			    talk->server->script[SMTP_DATA] != NULL ||
			    take_data(talk);
		}
	return false;
}

static void
serve(struct smtp_server *server, int fd)
{
	struct talk talk = { .server = server, .fd = fd };
	char line[2048];

	pthread_mutex_lock(&server->lock);
	server->connections++;
	pthread_mutex_unlock(&server->lock);
	if (answer(&talk, SMTP_GREETING, "220 test ESMTP"))
		while (read_line(&talk, line, sizeof(line)) &&
		    obey(&talk, line))
			;
	close(fd);
}

static void *
run(void *argument)
{
	struct smtp_server *server = argument;
	struct pollfd fds[2] = {
		{ .fd = server->listener, .events = POLLIN },
		{ .fd = server->stop[0], .events = POLLIN }
	};
	int fd;

	while (poll(fds, 2, -1) < 0 || fds[1].revents == 0) {
		fd = accept(server->listener, NULL, NULL);
		if (fd >= 0)
			serve(server, fd);
	}
	return NULL;
}

static void
listen_at(struct smtp_server *server, in_port_t port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
	    .sin_port = port, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t length = sizeof(address);
	int on = 1;

	server->listener = socket(AF_INET, SOCK_STREAM, 0);
	ck_assert_int_ge(server->listener, 0);
	setsockopt(server->listener, SOL_SOCKET, SO_REUSEADDR, &on,
	    sizeof(on));
	ck_assert_int_eq(bind(server->listener, (struct sockaddr *)&address,
	    length), 0);
	ck_assert_int_eq(listen(server->listener, 8), 0);
	ck_assert_int_eq(getsockname(server->listener,
	    (struct sockaddr *)&address, &length), 0);
	snprintf(server->url, sizeof(server->url), "smtp://127.0.0.1:%u",
	    (unsigned)ntohs(address.sin_port));
	ck_assert_int_eq(pipe(server->stop), 0);
	ck_assert_int_eq(pthread_create(&server->thread, NULL, run, server),
	    0);
}

void
smtp_server_start(struct smtp_server *server)
{
	memset(server, 0, sizeof(*server));
	pthread_mutex_init(&server->lock, NULL);
	pthread_cond_init(&server->going, NULL);
	buf_init(&server->heard);
	buf_init(&server->mails);
	listen_at(server, 0);
}

void
smtp_server_close(struct smtp_server *server)
{
	close(server->stop[1]);
	pthread_join(server->thread, NULL);
	close(server->stop[0]);
	close(server->listener);
}

void
smtp_server_open(struct smtp_server *server)
{
	unsigned port = 0;

	ck_assert_int_eq(sscanf(server->url, "smtp://127.0.0.1:%u", &port), 1);
	listen_at(server, htons((in_port_t)port));
}

void
smtp_server_stop(struct smtp_server *server)
{
	smtp_server_close(server);
	buf_release(&server->heard);
	buf_release(&server->mails);
	pthread_cond_destroy(&server->going);
	pthread_mutex_destroy(&server->lock);
}

void
smtp_server_script(struct smtp_server *server, enum smtp_step step,
    const char *text)
{
	pthread_mutex_lock(&server->lock);
	server->script[step] = text;
	pthread_mutex_unlock(&server->lock);
}

void
smtp_server_go_on(struct smtp_server *server)
{
	pthread_mutex_lock(&server->lock);
	server->held = false;
	pthread_cond_signal(&server->going);
	pthread_mutex_unlock(&server->lock);
}

unsigned
smtp_server_accepted(struct smtp_server *server)
{
	unsigned accepted;

	pthread_mutex_lock(&server->lock);
	accepted = server->accepted;
	pthread_mutex_unlock(&server->lock);
	return accepted;
}

unsigned
smtp_server_connections(struct smtp_server *server)
{
	unsigned connections;

	pthread_mutex_lock(&server->lock);
	connections = server->connections;
	pthread_mutex_unlock(&server->lock);
	return connections;
}
