/*
 * The first packet of the milter protocol, and its answer: a length of four
 * bytes, a command, and for 'O' a version and two sets of options, four bytes
 * each, all in network order.
 */
#include "front/probe.h"

#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "front/socket.h"

#define PLACE_SIZE	256

/* Version 6 with nothing offered; and goodbye. */
static const unsigned char hello[] = { 0, 0, 0, 13, 'O', 0, 0, 0, 6,
	0, 0, 0, 0, 0, 0, 0, 0 };
static const unsigned char goodbye[] = { 0, 0, 0, 1, 'Q' };

static bool
is_ready(int fd, short events, int milliseconds)
{
	struct pollfd poll_fd = { .fd = fd, .events = events };
	int got;

	do
		got = poll(&poll_fd, 1, milliseconds);
	while (got == -1 && errno == EINTR);
	return got == 1;
}

static bool
connect_to(int fd, const struct sockaddr *address, socklen_t length,
    int milliseconds)
{
	int error = 0;
	socklen_t size = sizeof(error);

	if (connect(fd, address, length) == 0)
		return true;
	return errno == EINPROGRESS && is_ready(fd, POLLOUT, milliseconds) &&
	    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 &&
	    error == 0;
}

static int
open_unix(const char *path, int milliseconds)
{
	struct sockaddr_un address;
	struct buf ignored;
	int fd = -1;

	buf_init(&ignored);
	if (socket_address(path, &address, &ignored) == STATUS_OK)
		fd = socket_make();
	buf_release(&ignored);
	if (fd != -1 && !connect_to(fd, (struct sockaddr *)&address,
	    sizeof(address), milliseconds)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static int
open_address(const struct addrinfo *address, int milliseconds)
{
	int fd = socket(address->ai_family, SOCK_STREAM, 0);

	if (fd == -1)
		return -1;
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) != -1 &&
	    fcntl(fd, F_SETFL, O_NONBLOCK) != -1 && connect_to(fd,
	    address->ai_addr, address->ai_addrlen, milliseconds))
		return fd;
	close(fd);
	return -1;
}

/* "PORT@HOST" or "PORT". */
static int
open_inet(const char *place, int family, int milliseconds)
{
	const struct addrinfo hints = {
		.ai_family = family, .ai_socktype = SOCK_STREAM
	};
	struct addrinfo *address;
	char port[PLACE_SIZE];
	const char *host;
	int fd;

	snprintf(port, sizeof(port), "%s", place);
	port[strcspn(port, "@")] = '\0';
	host = strchr(place, '@');
	if (getaddrinfo(host != NULL ? host + 1 : NULL, port, &hints,
	    &address) != 0)
		return -1;
	fd = open_address(address, milliseconds);
	freeaddrinfo(address);
	return fd;
}

static int
open_place(const char *place, int milliseconds)
{
	const char *rest = strchr(place, ':');

	if (rest == NULL)
		return -1;
	rest++;
	if (strncmp(place, "inet:", 5) == 0)
		return open_inet(rest, AF_INET, milliseconds);
	if (strncmp(place, "inet6:", 6) == 0)
		return open_inet(rest, AF_INET6, milliseconds);
	return open_unix(rest, milliseconds);
}

/* The answer's first bytes tell: nobody else begins like this. */
static bool
is_answered(int fd, int milliseconds)
{
	unsigned char answer[5];

	return send(fd, hello, sizeof(hello), MSG_NOSIGNAL) ==
	    sizeof(hello) && is_ready(fd, POLLIN, milliseconds) &&
	    recv(fd, answer, sizeof(answer), 0) == sizeof(answer) &&
	    answer[0] == 0 && answer[4] == 'O';
}

bool
probe_milter(const char *place, int milliseconds)
{
	int fd = open_place(place, milliseconds);
	bool answered;

	if (fd == -1)
		return false;
	answered = is_answered(fd, milliseconds);
	if (answered)
		(void)send(fd, goodbye, sizeof(goodbye), MSG_NOSIGNAL);
	close(fd);
	return answered;
}
