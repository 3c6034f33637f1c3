/*
 * From a right configuration to a process that may serve.
 */
#include "front/launch.h"

#include <sys/stat.h>

#include <string.h>
#include <sysexits.h>

#include "front/detach.h"
#include "front/sandbox.h"

#define UMASK	077	/* sockets are made with their own mode */

static enum status
check_group(const char *key, const char *name, struct buf *why)
{
	struct buf reason;
	enum status status;
	gid_t gid;

	if (name[0] == '\0')
		return STATUS_OK;
	buf_init(&reason);
	status = identity_find_group(name, &gid, &reason);
	if (status != STATUS_OK)
		buf_printf(why, "%s: %s", key, reason.data);
	buf_release(&reason);
	return status;
}

enum status
launch_check(const struct conf *conf, const char *user,
    struct identity *identity, struct buf *why)
{
	struct identity own;
	enum status status;

	status = identity_find(identity != NULL ? identity : &own,
	    user != NULL ? user : conf->user, why);
	if (status == STATUS_OK)
		status = check_group("milter_socket_group",
		    conf->milter_socket_group, why);
	if (status == STATUS_OK)
		status = check_group("control_socket_group",
		    conf->control_socket_group, why);
	return status;
}

/* In the background all that is relative would start elsewhere. */
static enum status
check_options(const struct launch_options *options, const struct conf *conf,
    struct buf *why)
{
	if (options->pid_path != NULL && options->pid_path[0] != '/') {
		buf_printf(why, "-p %s: expected a file name that begins "
		    "with \"/\"", options->pid_path);
		return STATUS_MALFORMED;
	}
	if (options->detach && options->conf_path[0] != '/') {
		buf_printf(why, "-f %s: with -d expected a file name that "
		    "begins with \"/\"", options->conf_path);
		return STATUS_MALFORMED;
	}
	if (options->detach && strcmp(conf->log_target, "stderr") == 0) {
		buf_add_text(why, "log = \"stderr\" is nowhere with -d; "
		    "expected log = \"syslog\";");
		return STATUS_MALFORMED;
	}
	return STATUS_OK;
}

int
launch_begin(struct launch *launch, const struct launch_options *options,
    const struct conf *conf, struct buf *why)
{
	struct identity identity;

	launch->pidfile.fd = -1;
	if (check_options(options, conf, why) != STATUS_OK)
		return EX_USAGE;
	if (launch_check(conf, options->user, &identity, why) != STATUS_OK)
		return EX_CONFIG;
	if (identity_check(&identity, why) != STATUS_OK)
		return EX_NOPERM;
	umask(UMASK);
	if (options->detach && detach_start(why) != STATUS_OK)
		return EX_OSERR;
	if (pidfile_take(&launch->pidfile, options->pid_path, why) !=
	    STATUS_OK)
		return EX_UNAVAILABLE;
	if (identity_become(&identity, why) != STATUS_OK)
		return EX_NOPERM;
	if (sandbox_enter(conf, options->conf_path, why) != STATUS_OK)
		return EX_OSERR;
	return EX_OK;
}

void
launch_served(const struct launch_options *options)
{
	sandbox_serve();
	if (options->detach)
		detach_done();
}

void
launch_end(struct launch *launch)
{
	pidfile_release(&launch->pidfile);
}
