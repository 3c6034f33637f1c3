/*
 * replygatectl doctor: what the daemon has seen and found, and what the command
 * finds out on this host.  Without a daemon, what can be looked at without one.
 */
#include "front/ctl_doctor.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "base/conf.h"
#include "front/ctl.h"
#include "front/ctl_show.h"
#include "front/doctor_house.h"
#include "front/finding_json.h"
#include "front/socket.h"
#include "mail/judge.h"
#include "mail/mime.h"
#include "notify/desk.h"

#ifndef REPLYGATE_CONF
#define REPLYGATE_CONF	"/etc/replygate/replygate.conf"
#endif

/* False: out of memory. */
static bool
add_findings(json_t *list, const struct findings *findings)
{
	json_t *more = finding_json(findings);
	bool good = json_array_extend(list, more) == 0;

	json_decref(more);
	return good;
}

/*
 * Without a daemon
 */

/* The configuration at the path; NULL: it has been found wrong. */
static struct conf *
read_conf(struct findings *findings, const char *path)
{
	struct judge *judge = NULL;
	struct desk *desk = NULL;
	struct conf *conf;
	struct buf why;
	enum status status;

	buf_init(&why);
	status = conf_load(path, &conf, &why);
	if (status == STATUS_OK)
		status = judge_load(&judge, conf, &why);
	if (status == STATUS_OK)
		status = desk_load(&desk, conf, &why);
	if (status == STATUS_OK)
		findings_add(findings, FINDING_FINE, "configuration",
		    "%s can be used", path);
	else
		findings_add(findings, FINDING_PROBLEM, "configuration", "%s",
		    why.data);
	desk_unref(desk);
	judge_unref(judge);
	buf_release(&why);
	return conf;
}

/*
 * Fills the answer as the daemon would have, as far as that is possible; false:
 * out of memory.
 */
static bool
look_alone(struct ctl *ctl, json_t **answer)
{
	const char *path = ctl->conf != NULL ? ctl->conf : REPLYGATE_CONF;
	struct findings findings;
	struct conf *conf;
	bool good;

	mime_library_init();
	findings_init(&findings);
	findings_add(&findings, FINDING_PROBLEM, "daemon",
	    "no daemon answers at %s", ctl->socket);
	findings_advise(&findings, "Start it, or name its control_socket "
	    "with -s.");
	conf = read_conf(&findings, path);
	if (conf != NULL)
		doctor_house(&findings, conf, false);
	*answer = json_pack("{s:[], s:s?, s:s}", "findings", "milter_socket",
	    conf != NULL ? conf->milter_socket : NULL, "configuration", path);
	good = add_findings(json_object_get(*answer, "findings"), &findings);
	conf_unref(conf);
	findings_release(&findings);
	return good;
}

/*
 * Asks, or looks alone.  A socket that this user may not use is no sign of a
 * daemon that is not there.
 */
static enum ctl_exit
ask(struct ctl *ctl, json_t **answer)
{
	bool closed = access(ctl->socket, W_OK) != 0 && errno == EACCES;

	if (closed || socket_is_answered(ctl->socket))
		return ctl_ask(ctl, "/v1/doctor", 0, answer);
	if (look_alone(ctl, answer))
		return CTL_FINE;
	ctl_complain(ctl, "out of memory");
	json_decref(*answer);
	*answer = NULL;
	return CTL_CANNOT;
}

/*
 * The mail system of this host
 */

static bool
look_at_mta(struct ctl *ctl, json_t *answer)
{
	const char *socket = json_string_value(json_object_get(answer,
	    "milter_socket"));
	struct findings findings;
	bool good;

	if (socket == NULL)
		return true;
	findings_init(&findings);
	ctl_doctor_mta(&findings, ctl->postfix, ctl->sendmail, socket);
	good = add_findings(json_object_get(answer, "findings"), &findings);
	findings_release(&findings);
	return good;
}

static int
count_level(const json_t *answer, const char *level)
{
	const json_t *list = json_object_get(answer, "findings");
	const char *text;
	int count = 0;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		text = json_string_value(json_object_get(json_array_get(list,
		    i), "level"));
		count += text != NULL && strcmp(text, level) == 0;
	}
	return count;
}

static enum ctl_exit
print(struct ctl *ctl, json_t *answer)
{
	enum ctl_exit result = CTL_FINE;
	struct buf text;

	json_object_set_new(answer, "problems",
	    json_integer(count_level(answer, "problem")));
	json_object_set_new(answer, "warnings",
	    json_integer(count_level(answer, "warning")));
	buf_init(&text);
	if (!ctl_show_findings(&text, answer, ctl->columns, ctl->colour))
		result = ctl_not_understood(ctl);
	else if (ctl->json)
		ctl_print_json(ctl, answer);
	else
		result = ctl_print_text(ctl, &text);
	buf_release(&text);
	if (result == CTL_FINE && count_level(answer, "problem") > 0)
		result = CTL_NO;
	return result;
}

enum ctl_exit
ctl_doctor(struct ctl *ctl, const char *operand)
{
	enum ctl_exit result;
	json_t *answer;

	(void)operand;
	if (ctl->postfix != NULL && ctl->sendmail != NULL) {
		ctl_complain(ctl, "--postfix and --sendmail: give one of the "
		    "two");
		return CTL_USAGE;
	}
	result = ask(ctl, &answer);
	if (result != CTL_FINE)
		return result;
	if (look_at_mta(ctl, answer))
		result = print(ctl, answer);
	else {
		ctl_complain(ctl, "out of memory");
		result = CTL_CANNOT;
	}
	json_decref(answer);
	return result;
}
