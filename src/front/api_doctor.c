/*
 * GET /v1/doctor: does the wiring work?
 */
#include "front/api_verbs.h"

#include <jansson.h>

#include "base/finding.h"
#include "front/api_json.h"
#include "front/doctor_house.h"
#include "front/finding_json.h"
#include "front/reload.h"
#include "gate/admin.h"

struct differing {
	struct buf	now, restart;	/* names, ", " between */
};

static void
note_key(void *context, const char *key)
{
	struct differing *differing = context;
	struct buf *names = conf_is_fixed(key) ? &differing->restart :
	    &differing->now;

	buf_printf(names, "%s%s", names->length > 0 ? ", " : "", key);
}

/* The file and what runs. */
static void
compare(struct findings *findings, const struct conf *running,
    const struct conf *read)
{
	struct differing differing;

	buf_init(&differing.now);
	buf_init(&differing.restart);
	(void)conf_changes(running, read, note_key, &differing);
	if (differing.now.length + differing.restart.length == 0)
		findings_add(findings, FINDING_FINE, "configuration",
		    "%s is what runs", running->path);
	if (differing.now.length > 0) {
		findings_add(findings, FINDING_WARNING, "configuration",
		    "%s was changed since it was read: %s", running->path,
		    differing.now.data);
		findings_advise(findings, "    replygatectl reload --reason "
		    "WHY");
	}
	if (differing.restart.length > 0) {
		findings_add(findings, FINDING_WARNING, "configuration",
		    "%s was changed, and waits for a restart: %s",
		    running->path, differing.restart.data);
		findings_advise(findings, "Restart replygate.");
	}
	buf_release(&differing.now);
	buf_release(&differing.restart);
}

/* With users, aliases, phrases and templates. */
static void
look_at_configuration(struct findings *findings, const struct conf *running)
{
	struct judge *judge;
	struct desk *desk;
	struct conf *read;
	struct buf why;

	buf_init(&why);
	if (reload_read(running->path, &read, &judge, &desk, &why) ==
	    STATUS_OK) {
		compare(findings, running, read);
		desk_unref(desk);
		judge_unref(judge);
		conf_unref(read);
	} else {
		findings_add(findings, FINDING_PROBLEM, "configuration",
		    "%s", why.data);
		findings_advise(findings, "The daemon goes on with what it "
		    "read before; its next start will fail.");
	}
	buf_release(&why);
}

void
api_doctor(const struct api_request *request, struct api_answer *answer)
{
	struct conf *conf = gate_conf(request->gate);
	struct findings findings;

	findings_init(&findings);
	look_at_configuration(&findings, conf_whole(conf));
	doctor_house(&findings, conf, true);
	admin_doctor(request->gate, &findings);
	api_json_answer(answer, 200, json_pack("{s:o, s:o, s:o}",
	    "findings", finding_json(&findings),
	    "milter_socket", api_json_text(conf->milter_socket),
	    "configuration", api_json_text(conf_whole(conf)->path)));
	findings_release(&findings);
	conf_unref(conf);
}
