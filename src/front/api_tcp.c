/*
 * A listening socket at a numeric address.  Names are not asked for: what a
 * resolver says at a start is no place to bind to.
 */
#include "front/api_tcp.h"

#include <sys/types.h>
#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

#include "base/net.h"

#define LISTEN_BACKLOG	16

static enum status
cannot(const char *place, const char *what, struct buf *why)
{
	buf_printf(why, "metrics_listen: cannot listen at %s: %s", place,
	    what);
	return STATUS_UNAVAILABLE;
}

static bool
find_address(const char *place, struct addrinfo **address)
{
	struct addrinfo hints = {
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
	};
	struct net_place parts;

	return net_place_parse(place, &parts) == STATUS_OK &&
	    getaddrinfo(parts.host, parts.port, &hints, address) == 0;
}

static bool
set_up(int fd)
{
	const int on = 1;
	int flags = fcntl(fd, F_GETFL);

	/* Or a restart would have to wait for the last connections' end. */
	return flags != -1 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) != -1 &&
	    fcntl(fd, F_SETFD, FD_CLOEXEC) != -1 &&
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0;
}

enum status
api_tcp_listen(const char *place, int *result, struct buf *why)
{
	struct addrinfo *address;
	enum status status;
	int error, fd;

	*result = -1;
	if (!find_address(place, &address))
		return cannot(place, "no such address", why);
	fd = socket(address->ai_family, SOCK_STREAM, 0);
	if (fd == -1 || !set_up(fd) || bind(fd, address->ai_addr,
	    address->ai_addrlen) == -1 || listen(fd, LISTEN_BACKLOG) == -1) {
		error = errno;
		status = cannot(place, strerror(error), why);
		if (error == EADDRINUSE)
			status = STATUS_CONFLICT;
		if (fd != -1)
			close(fd);
	} else {
		status = STATUS_OK;
		*result = fd;
	}
	freeaddrinfo(address);
	return status;
}
