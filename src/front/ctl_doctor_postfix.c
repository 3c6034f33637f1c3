/*
 * How Postfix is configured: each service that takes mail by SMTP should show
 * it to us, and so should the one for programs of the host.
 *
 * A service of master.cf may have settings of its own in place of main.cf's.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mta_name.h"
#include "front/ctl_doctor_private.h"

/*
 * Services
 */

/* One line of postconf -M; false: it takes no mail by SMTP. */
static bool
read_service(const struct doctor_mta *house, const char *line,
    struct doctor_service *service)
{
	char columns[8][DOCTOR_NAME_SIZE];
	const char *at = line;
	size_t i;

	for (i = 0; i < 8; i++) {
		at += strspn(at, " \t");
		at += ctl_doctor_word(columns[i], sizeof(columns[i]), at,
		    " \t\n");
		if (columns[i][0] == '\0')
			return false;
	}
	if (strcmp(columns[7], "smtpd") != 0 ||
	    (strcmp(columns[1], "inet") != 0 &&
	    strcmp(columns[1], "pass") != 0))
		return false;
	memcpy(service->name, columns[0], sizeof(service->name));
	(void)ctl_doctor_word(service->type, sizeof(service->type), columns[1],
	    "");
	service->chrooted = columns[4][0] == 'y' ||
	    (columns[4][0] == '-' && house->chroot_unless_told);
	return true;
}

/* What a content filter hands back has been seen before. */
static bool
is_behind_a_filter(const struct doctor_service *service)
{
	static const char *const hosts[] = { "127.", "localhost:", "[::1]:",
	    "::1:" };
	size_t i;

	for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		if (strncmp(service->name, hosts[i], strlen(hosts[i])) == 0)
			return true;
	return false;
}

/* Where the world comes in; else where users do, who log in there. */
static bool
is_for_the_world(const struct doctor_mta *house,
    const struct doctor_service *service)
{
	const char *port = strrchr(service->name, ':');
	struct buf login;
	bool logins;

	port = port != NULL ? port + 1 : service->name;
	if (strcmp(port, "smtp") == 0 || strcmp(port, "25") == 0 ||
	    strcmp(service->type, "pass") == 0)
		return true;
	buf_init(&login);
	ctl_doctor_setting(house, service, "smtpd_sasl_auth_enable", &login);
	logins = strcmp(login.data, "yes") == 0;
	buf_release(&login);
	return !logins;
}

static enum doctor_filtered
look_at_service(const struct doctor_mta *house,
    const struct doctor_service *service, struct doctor_milter *ours)
{
	enum doctor_filtered filtered;
	struct buf value;

	buf_init(&value);
	ctl_doctor_setting(house, service, "receive_override_options", &value);
	if (strstr(value.data, "no_milters") != NULL)
		filtered = DOCTOR_OFF;
	else {
		ctl_doctor_setting(house, service, "smtpd_milters", &value);
		filtered = ctl_doctor_find(house, service, value.data, ours);
	}
	buf_release(&value);
	return filtered;
}

static void
advise_main(const struct doctor_mta *house)
{
	findings_advise(house->findings, "main.cf:");
	findings_advise(house->findings, "    smtpd_milters = %s",
	    house->name.data);
}

/* The service's own value, if it has one, hides main.cf's. */
static void
advise_service(const struct doctor_mta *house,
    const struct doctor_service *service)
{
	struct buf own;

	buf_init(&own);
	buf_printf(&own, "%s/%s/smtpd_milters", service->name, service->type);
	if (strstr(house->text->overrides, own.data) != NULL) {
		findings_advise(house->findings, "master.cf, for %s: take "
		    "\"-o smtpd_milters=...\" out, or put replygate's into "
		    "it:", service->name);
		findings_advise(house->findings, "    -o smtpd_milters=%s",
		    house->name.data);
	} else
		advise_main(house);
	buf_release(&own);
}

static void
tell_not_filtered(const struct doctor_mta *house,
    const struct doctor_service *service, enum doctor_filtered filtered)
{
	const char *what = is_for_the_world(house, service) ?
	    "replies and bounces that come in by it are not seen" :
	    "mail that is sent by it is not counted";

	findings_add(house->findings, FINDING_PROBLEM, "postfix-smtpd",
	    "%s does not pass replygate: %s", service->name, what);
	if (filtered == DOCTOR_OFF)
		findings_advise(house->findings, "Take no_milters out of "
		    "receive_override_options for %s.", service->name);
	else
		advise_service(house, service);
}

/* Where would it be found by everybody? */
static void
tell_elsewhere(const struct doctor_mta *house,
    const struct doctor_service *service, const struct doctor_milter *milter)
{
	const char *path = mta_name_path(milter->socket);
	struct buf found;

	buf_init(&found);
	ctl_doctor_path(house, service, path, &found);
	findings_add(house->findings, FINDING_PROBLEM, "postfix-socket",
	    "%s, which runs %s a chroot, looks for %s at %s; replygate is at "
	    "%s", service->name, service->chrooted ? "in" : "without",
	    milter->socket, found.data, mta_name_path(house->text->socket));
	findings_advise(house->findings, "A place both see: replygate.conf, "
	    "then a restart:");
	findings_advise(house->findings, "    milter_socket = "
	    "\"unix:%s/replygate/milter.sock\";", house->queue.data);
	findings_advise(house->findings, "main.cf:");
	findings_advise(house->findings, "    smtpd_milters = "
	    "unix:replygate/milter.sock");
	buf_release(&found);
}

/* Counts the services; what is wrong with one is told. */
static void
look_at_services(const struct doctor_mta *house, unsigned *all, unsigned *good,
    struct doctor_milter *ours)
{
	struct doctor_service service;
	struct doctor_milter milter;
	enum doctor_filtered filtered;
	const char *line;

	for (line = house->text->services; *line != '\0';
	    line += strcspn(line, "\n"), line += *line == '\n') {
		if (!read_service(house, line, &service))
			continue;
		filtered = look_at_service(house, &service, &milter);
		if (filtered != DOCTOR_FILTERED && is_behind_a_filter(&service))
			continue;
		++*all;
		if (filtered == DOCTOR_FILTERED) {
			++*good;
			*ours = milter;
		} else if (filtered == DOCTOR_ELSEWHERE)
			tell_elsewhere(house, &service, &milter);
		else
			tell_not_filtered(house, &service, filtered);
	}
}

/*
 * The rest of main.cf
 */

static void
look_at_programs(const struct doctor_mta *house)
{
	struct doctor_milter ours;
	enum doctor_filtered filtered;
	struct buf value;

	buf_init(&value);
	ctl_doctor_parameter(house->text->parameters, "non_smtpd_milters",
	    &value);
	filtered = ctl_doctor_find(house, NULL, value.data, &ours);
	if (filtered == DOCTOR_FILTERED)
		findings_add(house->findings, FINDING_FINE,
		    "postfix-programs", "mail of programs passes replygate");
	else {
		findings_add(house->findings, FINDING_WARNING,
		    "postfix-programs", "mail that programs of this host send "
		    "by sendmail(1) is not counted%s", filtered ==
		    DOCTOR_ELSEWHERE ? ": the socket is not where "
		    "non_smtpd_milters says" : "");
		findings_advise(house->findings, "main.cf:");
		findings_advise(house->findings, "    non_smtpd_milters = "
		    "$smtpd_milters");
	}
	buf_release(&value);
}

static void
look_at_action(const struct doctor_mta *house, const struct doctor_milter *ours)
{
	enum finding_level level = FINDING_WARNING;
	struct buf value;
	const char *action;

	buf_init(&value);
	ctl_doctor_parameter(house->text->parameters,
	    "milter_default_action", &value);
	action = ours->action[0] != '\0' ? ours->action : value.data;
	if (strcmp(action, "accept") == 0)
		level = FINDING_FINE;
	else if (strcmp(action, "reject") == 0)
		level = FINDING_PROBLEM;
	findings_add(house->findings, level, "postfix-default-action",
	    "while replygate is away mail is %s", level == FINDING_FINE ?
	    "taken unseen" : level == FINDING_PROBLEM ?
	    "refused, also mail that comes in" :
	    strcmp(action, "tempfail") == 0 ? "put off (tempfail)" :
	    "held up");
	if (level != FINDING_FINE) {
		findings_advise(house->findings, "main.cf:");
		findings_advise(house->findings, "    milter_default_action = "
		    "accept");
	}
	buf_release(&value);
}

static void
look_at_bounces(const struct doctor_mta *house)
{
	struct buf value;

	buf_init(&value);
	ctl_doctor_parameter(house->text->parameters,
	    "internal_mail_filter_classes", &value);
	if (strstr(value.data, "bounce") != NULL)
		findings_add(house->findings, FINDING_FINE,
		    "postfix-bounces", "Postfix's own bounces pass replygate");
	else {
		findings_add(house->findings, FINDING_WARNING,
		    "postfix-bounces", "bounces that Postfix writes itself are "
		    "not seen: such mail counts as not answered");
		findings_advise(house->findings, "main.cf:");
		findings_advise(house->findings,
		    "    internal_mail_filter_classes = bounce");
		findings_advise(house->findings, "    non_smtpd_milters = "
		    "$smtpd_milters");
	}
	buf_release(&value);
}

static void
look_at_protocol(const struct doctor_mta *house)
{
	struct buf value;

	buf_init(&value);
	ctl_doctor_parameter(house->text->parameters, "milter_protocol",
	    &value);
	if (value.length > 0 && atoi(value.data) < 6) {
		findings_add(house->findings, FINDING_PROBLEM,
		    "postfix-protocol", "milter_protocol is %s: mail cannot "
		    "be refused before it is sent, and each step costs more",
		    value.data);
		findings_advise(house->findings, "main.cf:");
		findings_advise(house->findings, "    milter_protocol = 6");
	}
	buf_release(&value);
}

static void
begin(struct doctor_mta *house)
{
	struct buf level;

	buf_init(&house->queue);
	buf_init(&house->name);
	buf_init(&level);
	ctl_doctor_parameter(house->text->parameters, "queue_directory",
	    &house->queue);
	if (house->queue.length == 0)
		buf_add_text(&house->queue, MTA_NAME_QUEUE);
	mta_name_postfix(house->text->socket, house->queue.data,
	    &house->name);
	ctl_doctor_parameter(house->text->parameters, "compatibility_level",
	    &level);
	house->chroot_unless_told = level.length > 0 && atoi(level.data) < 1;
	buf_release(&level);
}

void
ctl_doctor_postfix(struct findings *findings,
    const struct ctl_doctor_postfix *text)
{
	struct doctor_mta house = { .text = text, .findings = findings };
	struct doctor_milter ours = { .action = "" };
	unsigned all = 0, good = 0;

	begin(&house);
	look_at_services(&house, &all, &good, &ours);
	if (good == all && all > 0)
		findings_add(findings, FINDING_FINE, "postfix-smtpd",
		    "%u of %u services that take mail pass replygate", good,
		    all);
	look_at_programs(&house);
	look_at_action(&house, &ours);
	look_at_bounces(&house);
	look_at_protocol(&house);
	buf_release(&house.name);
	buf_release(&house.queue);
}
