/*
 * The milter's socket in the words of mail systems.
 */
#include "base/mta_name.h"

#include <stdio.h>
#include <string.h>

const char *
mta_name_path(const char *milter_socket)
{
	if (strncmp(milter_socket, "unix:", 5) == 0)
		return milter_socket + 5;
	if (strncmp(milter_socket, "local:", 6) == 0)
		return milter_socket + 6;
	return NULL;
}

/* What of the path is below the directory; NULL: it is not. */
static const char *
path_below(const char *path, const char *directory)
{
	size_t length = strlen(directory);

	while (length > 0 && directory[length - 1] == '/')
		length--;
	if (strncmp(path, directory, length) != 0 || path[length] != '/')
		return NULL;
	return path + length + strspn(path + length, "/");
}

/* A host that is an IPv6 address wants brackets there. */
static void
add_inet(const char *milter_socket, struct buf *name)
{
	const char *port = strchr(milter_socket, ':');
	const char *host = strchr(milter_socket, '@');
	bool colons = host != NULL && strchr(host, ':') != NULL;

	if (port == NULL || host == NULL) {
		buf_add_text(name, milter_socket);
		return;
	}
	buf_printf(name, "inet:%s%s%s:%.*s", colons ? "[" : "", host + 1,
	    colons ? "]" : "", (int)(host - port - 1), port + 1);
}

void
mta_name_postfix(const char *milter_socket, const char *queue,
    struct buf *name)
{
	const char *path = mta_name_path(milter_socket), *below;

	if (path == NULL) {
		add_inet(milter_socket, name);
		return;
	}
	below = path_below(path, queue);
	buf_printf(name, "unix:%s", below != NULL ? below : path);
}
