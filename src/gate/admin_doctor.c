/*
 * Does the wiring work?  What the mail that came by since the start tells of
 * it, what the store remembers, and whether notices get out.
 *
 * Few messages prove little: what is missing among FEW is a warning, among
 * more a problem.
 */
#include <inttypes.h>
#include <string.h>

#include "base/finding.h"
#include "base/mta_name.h"
#include "gate/admin_private.h"
#include "gate/assess.h"
#include "notify/desk.h"

#define FEW	20

/* A server that does not answer holds a thread of the API's so long. */
#define GREET_PATIENCE	10	/* seconds */

struct look {
	struct findings		*findings;
	const struct conf	*conf;
	struct admin_health	 health;
	int64_t			 last_reply;	/* 0: none ever */
	uint64_t		 left;		/* messages of ours */
	uint64_t		 logins, hosts, begun, nameless, arrived;
	uint64_t		 unnumbered;
	char			 last[MESSAGE_QUEUE_ID_SIZE];
	char			 since[CLOCK_TEXT_SIZE];
};

static enum finding_level
level_of(uint64_t messages)
{
	return messages >= FEW ? FINDING_PROBLEM : FINDING_WARNING;
}

static void
advise_milters(const struct look *look)
{
	struct buf name;

	buf_init(&name);
	mta_name_postfix(look->conf->milter_socket, MTA_NAME_QUEUE, &name);
	findings_advise(look->findings, "Postfix, main.cf:");
	findings_advise(look->findings, "    smtpd_milters = %s", name.data);
	findings_advise(look->findings, "Sendmail, sendmail.mc:");
	findings_advise(look->findings, "    INPUT_MAIL_FILTER(`replygate', "
	    "`S=%s, T=C:10s;S:10s;R:30s;E:1m')", look->conf->milter_socket);
	buf_release(&name);
}

/*
 * Mail that leaves
 */

static void
look_at_mail_out(const struct look *look)
{
	uint64_t others = look->arrived + look->nameless;

	if (look->left > 0) {
		findings_add(look->findings, FINDING_FINE, "mail-out",
		    "%" PRIu64 " messages with a login and %" PRIu64
		    " from internal_hosts since %s", look->logins,
		    look->hosts, look->since);
		return;
	}
	if (others == 0) {
		findings_add(look->findings, FINDING_WARNING, "mail-out",
		    "no mail was seen since %s", look->since);
		findings_advise(look->findings, "If there was any, the mail "
		    "system does not know of replygate.");
		advise_milters(look);
		return;
	}
	findings_add(look->findings, level_of(others), "mail-out",
	    "of %" PRIu64 " messages since %s none had a login or was from "
	    "internal_hosts", others, look->since);
	findings_advise(look->findings, "Submission has to pass replygate as "
	    "well: no \"-o smtpd_milters=\" for it in master.cf.");
	advise_milters(look);
	findings_advise(look->findings, "For a web mail or a program that "
	    "does not log in, replygate.conf:");
	findings_advise(look->findings, "    internal_hosts = "
	    "[\"127.0.0.0/8\", \"::1\", \"ITS ADDRESS\"];");
}

static void
look_at_nameless(const struct look *look)
{
	const char *last = look->last[0] != '\0' ? look->last : "unknown";

	if (look->nameless == 0) {
		if (look->left > 0)
			findings_add(look->findings, FINDING_FINE,
			    "identity", "all mail that left tells whose it "
			    "is");
		return;
	}
	findings_add(look->findings, look->nameless > look->left &&
	    look->nameless >= FEW ? FINDING_PROBLEM : FINDING_WARNING,
	    "identity", "%" PRIu64 " of %" PRIu64 " messages that left are "
	    "nobody's: no login, and not from internal_hosts; the last is %s",
	    look->nameless, look->nameless + look->left, last);
	findings_advise(look->findings, "The mail log has the client's "
	    "address for that queue ID.  If it is a host of yours, "
	    "replygate.conf:");
	findings_advise(look->findings, "    internal_hosts = "
	    "[\"127.0.0.0/8\", \"::1\", \"ITS ADDRESS\"];");
	findings_advise(look->findings, "If the user did log in, the mail "
	    "system does not say so.  Postfix, main.cf:");
	findings_advise(look->findings, "    milter_mail_macros = i "
	    "{mail_addr} {client_addr} {client_name} {auth_authen}");
	findings_advise(look->findings, "Sendmail, sendmail.mc:");
	findings_advise(look->findings, "    define("
	    "`confMILTER_MACROS_ENVFROM', `i, {auth_type}, {auth_authen}')");
}

/* Refused for other reasons behind our back some mail never ends. */
static void
look_at_ends(const struct look *look)
{
	if (look->begun == 0)
		return;
	if (look->begun < FEW || look->left * 2 >= look->begun) {
		findings_add(look->findings, FINDING_FINE, "end-of-message",
		    "%" PRIu64 " of %" PRIu64 " messages that left came to "
		    "their end", look->left, look->begun);
		return;
	}
	findings_add(look->findings, FINDING_PROBLEM, "end-of-message",
	    "of %" PRIu64 " messages that left only %" PRIu64 " came to their "
	    "end; the others are not counted", look->begun, look->left);
	findings_advise(look->findings, "Another milter or filter takes them "
	    "away: put replygate first.  Postfix, main.cf:");
	findings_advise(look->findings, "    milter_protocol = 6");
}

static void
look_at_queue_ids(const struct look *look)
{
	if (look->left + look->arrived == 0)
		return;
	if (look->unnumbered == 0) {
		findings_add(look->findings, FINDING_FINE, "queue-id",
		    "all messages have one");
		return;
	}
	findings_add(look->findings, FINDING_WARNING, "queue-id",
	    "%" PRIu64 " messages had none: replygate's log cannot be "
	    "compared with the mail log", look->unnumbered);
	findings_advise(look->findings, "Postfix, main.cf:");
	findings_advise(look->findings, "    milter_end_of_data_macros = i");
	findings_advise(look->findings, "Sendmail, sendmail.mc:");
	findings_advise(look->findings, "    define(`confMILTER_MACROS_EOM', "
	    "`i, {msg_id}')");
}

/*
 * Mail that comes in
 */

static void
look_at_mail_in(const struct look *look)
{
	if (look->arrived > 0) {
		findings_add(look->findings, FINDING_FINE, "mail-in",
		    "%" PRIu64 " messages from outside since %s",
		    look->arrived, look->since);
		return;
	}
	if (look->left + look->nameless == 0)
		return;
	findings_add(look->findings, level_of(look->left), "mail-in",
	    "%" PRIu64 " messages left since %s, and none came in: without "
	    "replies nobody can be judged", look->left, look->since);
	findings_advise(look->findings, "Replies come in on port 25, which "
	    "has to pass replygate as well, on each host that takes them.");
	advise_milters(look);
}

static void
look_at_replies(const struct look *look)
{
	bool late = look->last_reply == 0 && look->left >= 100 &&
	    look->health.now - look->health.started > 3 * CLOCK_DAY;
	char when[CLOCK_TEXT_SIZE];

	if (look->last_reply != 0)
		findings_add(look->findings, FINDING_FINE, "replies",
		    "the last one was matched on %s",
		    clock_format_people(look->last_reply, when));
	else if (look->left > 0 || look->arrived > 0)
		findings_add(look->findings, late ? FINDING_WARNING :
		    FINDING_FINE, "replies", "none was ever matched");
	if (late)
		findings_advise(look->findings, "Do answers come in by "
		    "another host, or to addresses of a domain that is not in "
		    "local_domains?");
}

static void
look_at_message_ids(const struct look *look)
{
	uint64_t replies = look->health.messages.replies;
	uint64_t by_pair = look->health.messages.replies_by_pair;

	if (replies == 0)
		return;
	if (replies < FEW || by_pair * 2 <= replies) {
		findings_add(look->findings, FINDING_FINE, "message-ids",
		    "%" PRIu64 " of %" PRIu64 " replies name the message they "
		    "answer", replies - by_pair, replies);
		return;
	}
	findings_add(look->findings, FINDING_WARNING, "message-ids",
	    "%" PRIu64 " of %" PRIu64 " replies do not name the message they "
	    "answer", by_pair, replies);
	findings_advise(look->findings, "The relay that mail leaves by writes "
	    "Message-IDs of its own, as Amazon SES and Exchange do.");
	findings_advise(look->findings, "Such replies are known by their two "
	    "correspondents: keep answers coming to the address that wrote.");
}

static void
look_at_bounces(const struct look *look)
{
	uint64_t ours = look->health.messages.bounces;
	uint64_t strange = look->health.messages.strange_bounces;

	if (ours + strange == 0)
		return;
	if (strange < FEW || strange <= ours) {
		findings_add(look->findings, FINDING_FINE, "bounces",
		    "%" PRIu64 " outreach bounced; %" PRIu64 " bounces name "
		    "none of ours", ours, strange);
		return;
	}
	findings_add(look->findings, FINDING_WARNING, "bounces",
	    "%" PRIu64 " bounces name no outreach of ours, %" PRIu64 " do",
	    strange, ours);
	findings_advise(look->findings, "Some mail leaves without passing "
	    "replygate, or somebody forges your addresses.");
	findings_advise(look->findings, "Mail of programs on this host, "
	    "Postfix, main.cf:");
	findings_advise(look->findings, "    non_smtpd_milters = "
	    "$smtpd_milters");
}

static void
look_at_authentication(const struct look *look)
{
	uint64_t without = look->health.messages.unauthenticated;
	uint64_t with = look->health.messages.replies;

	if (!look->conf->require_auth)
		return;
	findings_add(look->findings, without >= FEW && without > with ?
	    FINDING_WARNING : FINDING_FINE, "authentication",
	    "%" PRIu64 " replies counted, %" PRIu64 " did not for want of "
	    "authentication", with, without);
	if (without < FEW || without <= with)
		return;
	findings_advise(look->findings, "auth_servers has to have the name "
	    "your Authentication-Results fields begin with, replygate.conf:");
	findings_advise(look->findings, "    auth_servers = "
	    "[\"mx.example.com\"];");
}

/*
 * The daemon itself
 */

static void
look_at_health(struct gate *gate, const struct look *look)
{
	findings_add(look->findings, look->health.healthy ? FINDING_FINE :
	    FINDING_PROBLEM, "health", "%s", look->health.healthy ?
	    "nothing is wrong" : look->health.problem);
	if (look->health.messages.errors > 0)
		findings_add(look->findings, FINDING_WARNING, "store",
		    "%" PRIu64 " messages were decided without the store "
		    "since %s; the log says why",
		    look->health.messages.errors, look->since);
	if (atomic_load(&gate->tick_suspect) == 0)
		return;
	findings_add(look->findings, FINDING_WARNING, "clock",
	    "it jumped: no standing moves until it is believed");
	findings_advise(look->findings, "Keep it right with an NTP client, "
	    "such as chrony.");
}

static void
look_at_mode(const struct look *look)
{
	if (conf_whole(look->conf)->mode == CONF_MODE_ENFORCE)
		return;
	findings_add(look->findings, FINDING_FINE, "mode",
	    "monitor: nobody is refused or told anything");
}

static void
look_at_server(struct gate *gate, const struct look *look)
{
	struct desk *desk = gate_desk(gate);
	struct mailer_server server;
	struct buf reply;

	if (desk == NULL || desk->templates == NULL) {
		desk_unref(desk);
		return;
	}
	buf_init(&reply);
	desk_server(desk, &server);
	server.patience = GREET_PATIENCE;
	if (mailer_greet(&server, &reply))
		findings_add(look->findings, FINDING_FINE, "smtp-server",
		    "%s greets us", server.url);
	else {
		findings_add(look->findings, FINDING_PROBLEM, "smtp-server",
		    "%s takes no notices: %s", server.url, reply.data);
		findings_advise(look->findings, "smtp_server, smtp_tls and "
		    "smtp_user in replygate.conf; then: replygatectl notice "
		    "test ADDRESS");
	}
	buf_release(&reply);
	desk_unref(desk);
}

static enum status
read_last_reply(struct store_txn *txn, void *when)
{
	return assess_meta_time(txn, META_LAST_REPLY, when);
}

static void
read_wiring(struct wiring *wiring, struct look *look)
{
	look->logins = atomic_load(&wiring->logins);
	look->hosts = atomic_load(&wiring->hosts);
	look->left = look->logins + look->hosts;
	look->begun = atomic_load(&wiring->begun);
	look->nameless = atomic_load(&wiring->nameless);
	look->arrived = atomic_load(&wiring->arrived);
	look->unnumbered = atomic_load(&wiring->unnumbered);
	wiring_last(wiring, look->last);
}

void
admin_doctor(struct gate *gate, struct findings *findings)
{
	struct look look = { .findings = findings };
	struct conf *conf = gate_conf(gate);

	look.conf = conf;
	admin_health(gate, &look.health);
	clock_format_people(look.health.started, look.since);
	read_wiring(&gate->wiring, &look);
	if (store_view(gate->store, read_last_reply, &look.last_reply) !=
	    STATUS_OK)
		look.last_reply = 0;	/* health says it */
	look_at_health(gate, &look);
	look_at_mode(&look);
	look_at_mail_out(&look);
	look_at_nameless(&look);
	look_at_ends(&look);
	look_at_mail_in(&look);
	look_at_queue_ids(&look);
	look_at_replies(&look);
	look_at_message_ids(&look);
	look_at_bounces(&look);
	look_at_authentication(&look);
	look_at_server(gate, &look);
	conf_unref(conf);
}
