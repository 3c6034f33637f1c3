/*
 * The milter's socket as a file.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "front/doorway.h"

/* How often, and how far apart, the listener is nudged at a stop. */
#define STOP_TRIES	250
#define STOP_WAIT_MS	20

/* What the socket is called while the messages in hand are finished. */
#define STOPPING	".stopping"

static const char *
unix_path(const char *name)
{
	if (strncmp(name, "unix:", 5) == 0)
		return name + 5;
	if (strncmp(name, "local:", 6) == 0)
		return name + 6;
	return NULL;
}

bool
doorway_is_unix(const char *name)
{
	return unix_path(name) != NULL;
}

enum status
doorway_take(struct doorway *doorway, const char *name, struct buf *why)
{
	const char *path = unix_path(name);
	struct sockaddr_un address;
	enum status status;

	doorway->path[0] = '\0';
	if (path == NULL)
		return STATUS_OK;
	buf_add_text(why, "milter_socket: ");
	status = socket_address(path, &address, why);
	if (status == STATUS_OK)
		status = socket_make_way(&address, why);
	if (status != STATUS_OK)
		return status;
	memcpy(doorway->path, address.sun_path, sizeof(doorway->path));
	buf_clear(why);
	return STATUS_OK;
}

enum status
doorway_give(const struct doorway *doorway, const char *group,
    struct buf *why)
{
	enum status status;

	if (doorway->path[0] == '\0')
		return STATUS_OK;
	buf_add_text(why, "milter_socket: ");
	status = socket_give(doorway->path, group, why);
	if (status == STATUS_OK)
		buf_clear(why);
	else
		unlink(doorway->path);
	return status;
}

void
doorway_hide(struct doorway *doorway)
{
	char hidden[sizeof(doorway->path)];
	int length;

	length = snprintf(hidden, sizeof(hidden), "%s" STOPPING,
	    doorway->path);
	if (doorway->path[0] == '\0' || (size_t)length >= sizeof(hidden))
		return;
	if (rename(doorway->path, hidden) == 0)
		memcpy(doorway->path, hidden, sizeof(doorway->path));
}

static void *
call(void *argument)
{
	int (*const *stop)(void) = argument;

	(*stop)();
	return NULL;
}

void
doorway_shut(const struct doorway *doorway, int (*stop)(void))
{
	pthread_t caller;
	bool aside;
	int i;

	aside = pthread_create(&caller, NULL, call, &stop) == 0;
	if (!aside)
		stop();
	for (i = 0; doorway->path[0] != '\0' && i < STOP_TRIES &&
	    socket_is_answered(doorway->path); i++)
		poll(NULL, 0, STOP_WAIT_MS);
	if (aside)
		pthread_join(caller, NULL);
}

int
doorway_remove(const struct doorway *doorway)
{
	if (doorway->path[0] == '\0' || unlink(doorway->path) == 0 ||
	    errno == ENOENT)
		return 0;
	return errno;
}
