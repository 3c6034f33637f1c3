/*
 * Files, rights and room.
 *
 * Whoever looks may not be who the daemon runs as: what cannot be seen is said
 * to be so, and is no problem.
 */
#include "front/doctor_house.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/mta_name.h"

#define MEGABYTE	((uint64_t)1 << 20)
#define ROOM_LOW	(1024 * MEGABYTE)	/* look soon */
#define ROOM_NONE	(64 * MEGABYTE)		/* look now */

/* False: it is not there, or cannot be seen, and that has been said. */
static bool
is_seen(struct findings *findings, const char *check, const char *path,
    bool expected, struct stat *info)
{
	if (stat(path, info) == 0)
		return true;
	if (errno == EACCES)
		findings_add(findings, FINDING_FINE, check,
		    "%s: cannot be seen by this user", path);
	else
		findings_add(findings, expected ? FINDING_PROBLEM :
		    FINDING_FINE, check, "%s: %s", path, strerror(errno));
	return false;
}

static void
look_at_room(struct findings *findings, const char *path)
{
	struct statvfs system;
	uint64_t room;
	enum finding_level level = FINDING_FINE;

	if (statvfs(path, &system) != 0)
		return;
	room = (uint64_t)system.f_bavail * system.f_frsize;
	if (room < ROOM_NONE)
		level = FINDING_PROBLEM;
	else if (room < ROOM_LOW)
		level = FINDING_WARNING;
	findings_add(findings, level, "disk", "%" PRIu64 " MB are free at %s",
	    room / MEGABYTE, path);
	if (level != FINDING_FINE)
		findings_advise(findings, "With a full disk messages are "
		    "decided by on_error.  Make room, or keep less, "
		    "replygate.conf:\n    retention = \"90d\";");
}

static void
look_at_store(struct findings *findings, const struct conf *conf,
    bool running)
{
	const char *path = conf->store_directory;
	struct stat info;

	if (!is_seen(findings, "store-directory", path, running, &info))
		return;
	if ((info.st_mode & 077) != 0) {
		findings_add(findings, FINDING_PROBLEM, "store-directory",
		    "%s: others than its owner may enter it", path);
		findings_advise(findings, "    chmod 700 %s", path);
	} else
		findings_add(findings, FINDING_FINE, "store-directory",
		    "%s: its owner's alone", path);
	look_at_room(findings, path);
}

static void
look_at_key(struct findings *findings, const struct conf *conf)
{
	const char *path = conf->key_file;
	struct stat info;

	if (!is_seen(findings, "key-file", path, true, &info)) {
		if (findings->list[findings->count - 1].level ==
		    FINDING_PROBLEM)
			findings_advise(findings, "Put it back: with another "
			    "key the store is worth nothing.  For a new "
			    "store:\n    replygate -K");
		return;
	}
	if ((info.st_mode & 077) != 0) {
		findings_add(findings, FINDING_PROBLEM, "key-file",
		    "%s: others than its owner may read it", path);
		findings_advise(findings, "    chmod 600 %s", path);
	} else
		findings_add(findings, FINDING_FINE, "key-file",
		    "%s: its owner's alone", path);
}

/* Whoever may write to it may pardon anybody. */
static void
look_at_control(struct findings *findings, const struct conf *conf,
    bool running)
{
	const char *path = conf->control_socket;
	struct stat info;

	if (!is_seen(findings, "control-socket", path, running, &info))
		return;
	if ((info.st_mode & 02) == 0) {
		findings_add(findings, FINDING_FINE, "control-socket",
		    "%s: mode %04o", path, (unsigned)info.st_mode & 07777);
		return;
	}
	findings_add(findings, FINDING_PROBLEM, "control-socket",
	    "%s: mode %04o: anybody on this host may change standings", path,
	    (unsigned)info.st_mode & 07777);
	findings_advise(findings, "replygate.conf, then a restart:\n"
	    "    control_socket_mode = \"0660\";");
}

static void
look_at_milter(struct findings *findings, const struct conf *conf,
    bool running)
{
	const char *path = mta_name_path(conf->milter_socket);
	struct stat info;

	if (path == NULL || !is_seen(findings, "milter-socket", path,
	    running, &info))
		return;
	if ((info.st_mode & 02) == 0) {
		findings_add(findings, FINDING_FINE, "milter-socket",
		    "%s: mode %04o", path, (unsigned)info.st_mode & 07777);
		return;
	}
	findings_add(findings, FINDING_WARNING, "milter-socket",
	    "%s: mode %04o: anybody who reaches it may forge mail for the "
	    "ledger", path, (unsigned)info.st_mode & 07777);
	findings_advise(findings, "Let the mail system's group have it; "
	    "replygate.conf, then a restart:\n"
	    "    milter_socket_mode = \"0660\";");
}

void
doctor_house(struct findings *findings, const struct conf *conf, bool running)
{
	look_at_store(findings, conf, running);
	look_at_key(findings, conf);
	look_at_control(findings, conf, running);
	look_at_milter(findings, conf, running);
}
