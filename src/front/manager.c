/*
 * One datagram a word.
 */
#include "front/manager.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

/* "@" stands for the zero byte that an abstract name begins with. */
static bool
read_address(struct manager *manager, const char *name)
{
	size_t length = strlen(name);

	if ((name[0] != '/' && name[0] != '@') || name[1] == '\0' ||
	    length >= sizeof(manager->address.sun_path))
		return false;
	manager->address.sun_family = AF_UNIX;
	memcpy(manager->address.sun_path, name, length + 1);
	/* A path's end is counted as well, an abstract name has none. */
	manager->length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
	    length + (name[0] == '/'));
	if (name[0] == '@')
		manager->address.sun_path[0] = '\0';
	return true;
}

/* A whole number above zero; 0: it is none, or too large. */
static int64_t
read_number(const char *text)
{
	char *end;
	long long value;

	if (text == NULL || *text < '0' || *text > '9')
		return 0;
	errno = 0;
	value = strtoll(text, &end, 10);
	return errno == 0 && *end == '\0' ? value : 0;
}

/* WATCHDOG_PID may say that somebody else is meant. */
static int64_t
read_watchdog(void)
{
	const char *process = getenv("WATCHDOG_PID");

	if (process != NULL && read_number(process) != getpid())
		return 0;
	return read_number(getenv("WATCHDOG_USEC"));
}

static int
open_socket(void)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	if (fd != -1) {
		fcntl(fd, F_SETFD, FD_CLOEXEC);
		fcntl(fd, F_SETFL, O_NONBLOCK);
	}
	return fd;
}

void
manager_open(struct manager *manager)
{
	const char *name = getenv("NOTIFY_SOCKET");

	memset(manager, 0, sizeof(*manager));
	manager->fd = -1;
	if (name != NULL && read_address(manager, name))
		manager->fd = open_socket();
	if (manager->fd != -1)
		manager->watchdog = read_watchdog();
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

void
manager_close(struct manager *manager)
{
	if (manager->fd != -1)
		close(manager->fd);
	manager->fd = -1;
}

bool
manager_listens(const struct manager *manager)
{
	return manager->fd != -1;
}

static void
say(const struct manager *manager, const char *text)
{
	/* One that is not there any more is nothing we could mend. */
	if (manager->fd != -1)
		(void)sendto(manager->fd, text, strlen(text), 0,
		    (const struct sockaddr *)&manager->address,
		    manager->length);
}

void
manager_ready(const struct manager *manager)
{
	say(manager, "READY=1");
}

/* The time tells the reload that was asked for from an older one. */
void
manager_reloading(const struct manager *manager)
{
	char text[64];

	snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%" PRId64,
	    clock_monotonic());
	say(manager, text);
}

void
manager_stopping(const struct manager *manager)
{
	say(manager, "STOPPING=1");
}

void
manager_alive(const struct manager *manager)
{
	say(manager, "WATCHDOG=1");
}

void
manager_status(const struct manager *manager, const char *text)
{
	char line[sizeof("STATUS=") + MANAGER_STATUS_MAX];
	char *at;

	snprintf(line, sizeof(line), "STATUS=%s", text);
	/* What is no UTF-8 would be refused whole, and a cut may make it so. */
	for (at = line; *at != '\0'; at++)
		if ((unsigned char)*at < ' ')
			*at = ' ';
		else if ((unsigned char)*at >= 0x7f)
			*at = '?';
	say(manager, line);
}
