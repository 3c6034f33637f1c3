/*
 * pledge(2) and unveil(2) of OpenBSD, and what others have that comes near:
 * the one file that knows of them.
 *
 * The parent and the child have one view of the file system.  Both start with
 * the same promises, since a child gets no more than its parent has and the
 * parent has to be able to start another; the child then gives up "proc".
 *
 *	stdio rpath wpath cpath	the store, the configuration
 *	fattr chown		modes and groups of sockets, private files
 *	flock			the store's lock, the pid file
 *	unix inet dns		both sockets, metrics, the server for notices
 *	getpw			who is at the control socket
 *	proc			the child that serves
 */
#include "front/sandbox.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#if defined(__FreeBSD__)
#include <sys/procctl.h>
#endif

#define PROMISES_CHILD	\
	"stdio rpath wpath cpath fattr chown flock unix inet dns getpw"
#define PROMISES	PROMISES_CHILD " proc"

struct places {
	void	(*each)(void *context, const char *path, const char *rights);
	void	*context;
};

static void
place(const struct places *places, const char *path, const char *rights)
{
	if (path != NULL && path[0] != '\0')
		places->each(places->context, path, rights);
}

/* A file that editors replace, or a socket that is made anew. */
static void
place_folder(const struct places *places, const char *path,
    const char *rights)
{
	const char *slash = path != NULL ? strrchr(path, '/') : NULL;
	struct buf folder;

	if (path == NULL || slash == NULL) {
		if (path != NULL)
			place(places, ".", rights);
		return;
	}
	buf_init(&folder);
	buf_add(&folder, path, slash > path ? (size_t)(slash - path) : 1);
	if (!folder.failed)
		place(places, folder.data, rights);
	buf_release(&folder);
}

static void
place_milter(const struct places *places, const char *name)
{
	if (strncmp(name, "unix:", 5) == 0 || strncmp(name, "local:", 6) == 0)
		place_folder(places, strchr(name, ':') + 1, "rwc");
}

void
sandbox_each_place(const struct conf *conf, const char *conf_path,
    void (*each)(void *context, const char *path, const char *rights),
    void *context)
{
	const struct places places = { .each = each, .context = context };

	place_folder(&places, conf_path, "r");
	place_folder(&places, conf->users_file, "r");
	place_folder(&places, conf->aliases_file, "r");
	place_folder(&places, conf->phrases_file, "r");
	place_folder(&places, conf->smtp_ca_file, "r");
	place_folder(&places, conf->smtp_password_file, "r");
	place_folder(&places, conf->key_file, "r");
	place(&places, conf->notices_directory, "r");
	place(&places, REPLYGATE_NOTICES, "r");
	place(&places, conf->store_directory, "rwc");
	place_milter(&places, conf->milter_socket);
	place_folder(&places, conf->control_socket, "rwc");
	/* who the server for notices says it is */
	place(&places, "/etc/ssl", "r");
}

#ifdef __OpenBSD__
static void
show_place(void *context, const char *path, const char *rights)
{
	struct buf *why = context;

	/* What is not there cannot be used anyway. */
	if (unveil(path, rights) == -1 && errno != ENOENT &&
	    why->length == 0)
		buf_printf(why, "%s: cannot unveil it: %s", path,
		    strerror(errno));
}

enum status
sandbox_enter(const struct conf *conf, const char *conf_path,
    struct buf *why)
{
	sandbox_each_place(conf, conf_path, show_place, why);
	if (why->length > 0)
		return STATUS_UNAVAILABLE;
	if (pledge(PROMISES, NULL) == -1) {
		buf_printf(why, "cannot pledge: %s", strerror(errno));
		return STATUS_UNAVAILABLE;
	}
	return STATUS_OK;
}

void
sandbox_serve(void)
{
	/* These are fewer than before, which cannot fail. */
	(void)pledge(PROMISES_CHILD, NULL);
}
#else
/*
 * No program that is started from here gets rights by its file, such as a
 * setuid one's.  An old kernel that cannot promise that is no obstacle.
 */
enum status
sandbox_enter(const struct conf *conf, const char *conf_path,
    struct buf *why)
{
	(void)conf;
	(void)conf_path;
	(void)why;
#if defined(__linux__)
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
#elif defined(PROC_NO_NEW_PRIVS_CTL)
	int enable = PROC_NO_NEW_PRIVS_ENABLE;

	(void)procctl(P_PID, 0, PROC_NO_NEW_PRIVS_CTL, &enable);
#endif
	return STATUS_OK;
}

void
sandbox_serve(void)
{
}
#endif
