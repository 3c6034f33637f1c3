/*
 * Settings of Postfix, lists of milters, and whether ours is among them.
 *
 * The path of a socket is seen from the queue directory, and in a chroot it is
 * below that even if it begins with a slash.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mta_name.h"
#include "front/ctl_doctor_private.h"

/*
 * Values
 */

void
ctl_doctor_parameter(const char *lines, const char *name, struct buf *value)
{
	size_t length, named = strlen(name);
	const char *at;

	buf_clear(value);
	for (at = lines; *at != '\0'; at += length + (at[length] != '\0')) {
		length = strcspn(at, "\n");
		if (length < named || strncmp(at, name, named) != 0 ||
		    (at[named] != ' ' && at[named] != '='))
			continue;
		at += named;
		length -= named;
		while (length > 0 && (*at == ' ' || *at == '=')) {
			at++;
			length--;
		}
		buf_clear(value);
		buf_add(value, at, length);
	}
}

void
ctl_doctor_setting(const struct doctor_mta *house,
    const struct doctor_service *service, const char *name, struct buf *value)
{
	struct buf own;

	buf_init(&own);
	buf_printf(&own, "%s/%s/%s", service->name, service->type, name);
	ctl_doctor_parameter(house->text->overrides, own.data, value);
	if (strstr(house->text->overrides, own.data) == NULL)
		ctl_doctor_parameter(house->text->parameters, name, value);
	buf_release(&own);
}

size_t
ctl_doctor_word(char *to, size_t size, const char *from, const char *ends)
{
	size_t length = strcspn(from, ends), kept = length;

	if (kept >= size)
		kept = size - 1;
	memcpy(to, from, kept);
	to[kept] = '\0';
	return length;
}

static const char *
read_braces(const char *at, struct doctor_milter *milter)
{
	const char *end = strchr(at, '}');
	const char *action;

	at += 1 + strspn(at + 1, " \t");
	(void)ctl_doctor_word(milter->socket, sizeof(milter->socket), at,
	    ", \t}");
	action = strstr(at, "default_action");
	if (action != NULL && (end == NULL || action < end)) {
		action += strlen("default_action");
		action += strspn(action, " \t=");
		(void)ctl_doctor_word(milter->action, sizeof(milter->action),
		    action, ", \t}");
	}
	return end != NULL ? end + 1 : at + strlen(at);
}

/* NULL: there is none left. */
static const char *
next_milter(const char *at, struct doctor_milter *milter)
{
	memset(milter, 0, sizeof(*milter));
	at += strspn(at, ", \t");
	if (*at == '\0')
		return NULL;
	if (*at == '{')
		return read_braces(at, milter);
	return at + ctl_doctor_word(milter->socket, sizeof(milter->socket), at,
	    ", \t");
}

/*
 * Sockets
 */

/* Systems have one of these as a link to the other. */
static const char *
without_var(const char *path)
{
	return strncmp(path, "/var/run/", 9) == 0 ? path + 4 : path;
}

static bool
is_same_path(const char *a, const char *b)
{
	a = without_var(a);
	b = without_var(b);
	while (*a != '\0' && *a == *b) {
		a += *a == '/' ? strspn(a, "/") : 1;
		b += *b == '/' ? strspn(b, "/") : 1;
	}
	return *a == *b;
}

void
ctl_doctor_path(const struct doctor_mta *house,
    const struct doctor_service *service, const char *path, struct buf *found)
{
	buf_clear(found);
	if (path[0] != '/' || (service != NULL && service->chrooted))
		buf_printf(found, "%s/%s", house->queue.data,
		    path + strspn(path, "/"));
	else
		buf_add_text(found, path);
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* "inet:host:port": whatever the host is called. */
static bool
is_same_port(const char *theirs, const char *ours)
{
	const char *port = strrchr(theirs, ':');
	const char *own = strchr(ours, ':');

	return strncmp(theirs, "inet:", 5) == 0 && port != NULL &&
	    own != NULL && atoi(port + 1) != 0 &&
	    atoi(port + 1) == atoi(own + 1);
}

/* `service` NULL: programs' mail, which is never in a chroot. */
static enum doctor_filtered
compare_socket(const struct doctor_mta *house,
    const struct doctor_service *service, const char *socket)
{
	const char *ours = mta_name_path(house->text->socket);
	const char *theirs = mta_name_path(socket);
	enum doctor_filtered filtered = DOCTOR_NOT;
	struct buf found;

	if (ours == NULL || theirs == NULL)
		return ours == NULL && theirs == NULL &&
		    is_same_port(socket, house->text->socket) ?
		    DOCTOR_FILTERED : DOCTOR_NOT;
	buf_init(&found);
	ctl_doctor_path(house, service, theirs, &found);
	if (is_same_path(found.data, ours))
		filtered = DOCTOR_FILTERED;
	else if (strcmp(base_name(theirs), base_name(ours)) == 0 &&
	    (is_same_path(theirs, ours) || strstr(ours, theirs) != NULL ||
	    strstr(theirs, "replygate") != NULL))
		filtered = DOCTOR_ELSEWHERE;
	buf_release(&found);
	return filtered;
}

enum doctor_filtered
ctl_doctor_find(const struct doctor_mta *house,
    const struct doctor_service *service, const char *list,
    struct doctor_milter *ours)
{
	enum doctor_filtered best = DOCTOR_NOT, one;
	struct doctor_milter milter;
	const char *at = list;

	while (best != DOCTOR_FILTERED &&
	    (at = next_milter(at, &milter)) != NULL) {
		one = compare_socket(house, service, milter.socket);
		if (one == DOCTOR_FILTERED || (one == DOCTOR_ELSEWHERE &&
		    best == DOCTOR_NOT)) {
			best = one;
			*ours = milter;
		}
	}
	return best;
}
