/*
 * libmilter's callbacks.  They translate: arguments and macros into facts
 * of a struct message, a verdict into an SMTP reply.  They decide nothing.
 *
 * The cost of a milter is decided at negotiation: steps we do not need
 * (HELO, unknown commands) are declined, steps that need no answer (connect,
 * MAIL, RCPT, header) are declared so and answered with SMFIS_NOREPLY.
 * Answering CONTINUE there makes libmilter log every call.  The macros are
 * asked for as well, so that no MTA needs configuring.
 *
 *	negotiate  connect  { MAIL  RCPT  DATA  header  eoh  body  end }  close
 *	    |         |        |     |     |       |     |     |    |
 *	 session   client       facts     bulk   facts   |   facts verdict
 *	                               restricted?       |
 *	                                           what is to come yet?
 *
 * At the end of the header the gate says how much of the message it wants to
 * see.  Inbound mail that needs no closer look is accepted there and then:
 * neither body nor end come, and the next thing heard is a new MAIL.  Where
 * only the end is wanted, or enough of the body is there, the rest of it is
 * skipped: an MTA that knows of SMFIS_SKIP sends no more.  It sends a body in
 * pieces of 64 KB.
 *
 * Callbacks of one session may run on different threads, one at a time:
 * everything lives in the session.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <netinet/in.h>
#include <unistd.h>

#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>

#include "front/deaf.h"
#include "front/doorway.h"
#include "front/inhand.h"
#include "front/milter.h"
#include "mail/message.h"

/* Steps we never want to hear of, and steps we never answer. */
#define DECLINED	(SMFIP_NOHELO | SMFIP_NOUNKNOWN)
#define UNANSWERED	(SMFIP_NR_CONN | SMFIP_NR_MAIL | SMFIP_NR_RCPT | \
			SMFIP_NR_HDR)

/* smfi_setmlreply(3) takes this many lines. */
#define REPLY_LINES	12

/* Seconds without a word from the MTA: Postfix waits 300 s for content. */
#define TIMEOUT		7210

/* How long a stop waits for the messages in hand. */
#define PATIENCE_MS	10000

struct session {
	struct conf	*conf;		/* snapshot of the connection's MAIL */
	struct judge	*judge;		/* of the same moment */
	unsigned long	 unanswered;	/* SMFIP_NR_* the MTA agreed to */
	bool		 may_skip;	/* it knows SMFIS_SKIP */
	enum gate_wish	 wish;		/* what is still to be heard */
	struct sockaddr_storage client;	/* AF_UNSPEC: nobody's */
	bool		 in_hand;	/* a message has begun */
	struct message	 message;
};

/* libmilter hands its callbacks no context of ours: one a process. */
static struct {
	struct gate	*gate;		/* set before libmilter runs */
	struct inhand	 inhand;
	struct doorway	 doorway;
} door;

/* What to answer at a step that the MTA may not want an answer to. */
static sfsistat
go_on(const struct session *session, unsigned long step)
{
	return session != NULL && (session->unanswered & step) ?
	    SMFIS_NOREPLY : SMFIS_CONTINUE;
}

/* A macro's value, NULL when the MTA did not send it. */
static const char *
macro(SMFICTX *ctx, const char *name)
{
	char writable[32];	/* libmilter's prototype wants it so */

	snprintf(writable, sizeof(writable), "%s", name);
	return smfi_getsymval(ctx, writable);
}

/*
 * What we read, where we read it, whatever the MTA is configured to send.
 * Postfix knows the queue ID from DATA on, Sendmail at MAIL already; only
 * Sendmail has {msg_id}, see on_end.  Not {auth_author}, which Sendmail takes
 * from anybody's AUTH=; nor {rcpt_addr}, which Postfix has in lower case.
 * There are no empty lists: one short macro is less than the default ones.
 */
static void
ask_for_macros(SMFICTX *ctx)
{
	static char host[] = "j", id[] = "i", login[] = "i {auth_authen}",
	    added_id[] = "i {msg_id}";

	smfi_setsymlist(ctx, SMFIM_CONNECT, host);
	smfi_setsymlist(ctx, SMFIM_ENVFROM, login);
	smfi_setsymlist(ctx, SMFIM_ENVRCPT, id);
	smfi_setsymlist(ctx, SMFIM_DATA, id);
	smfi_setsymlist(ctx, SMFIM_EOH, id);
	smfi_setsymlist(ctx, SMFIM_EOM, added_id);
}

static sfsistat
on_negotiate(SMFICTX *ctx, unsigned long actions, unsigned long steps,
    unsigned long unused2, unsigned long unused3, unsigned long *want_actions,
    unsigned long *want_steps, unsigned long *want2, unsigned long *want3)
{
	struct session *session;

	(void)unused2;
	(void)unused3;
	session = calloc(1, sizeof(*session));
	if (session == NULL || smfi_setpriv(ctx, session) != MI_SUCCESS) {
		free(session);
		return SMFIS_REJECT;
	}
	message_init(&session->message);
	session->unanswered = steps & UNANSWERED;
	session->may_skip = (steps & SMFIP_SKIP) != 0;
	if (actions & SMFIF_SETSYMLIST)
		ask_for_macros(ctx);
	*want_actions = actions & (SMFIF_ADDHDRS | SMFIF_SETSYMLIST);
	*want_steps = steps & (DECLINED | UNANSWERED | SMFIP_SKIP);
	*want2 = *want3 = 0;
	return SMFIS_CONTINUE;
}

static void
note_client(struct sockaddr_storage *client, const struct sockaddr *address)
{
	memset(client, 0, sizeof(*client));
	if (address == NULL)
		return;
	if (address->sa_family == AF_INET)
		memcpy(client, address, sizeof(struct sockaddr_in));
	else if (address->sa_family == AF_INET6)
		memcpy(client, address, sizeof(struct sockaddr_in6));
}

static sfsistat
on_connect(SMFICTX *ctx, char *host, _SOCK_ADDR *address)
{
	struct session *session = smfi_getpriv(ctx);

	(void)host;
	if (session == NULL)
		return SMFIS_TEMPFAIL;
	/* Which hosts are ours is asked with each message: that may change. */
	note_client(&session->client, address);
	return go_on(session, SMFIP_NR_CONN);
}

static sfsistat
on_mail(SMFICTX *ctx, char **arguments)
{
	struct session *session = smfi_getpriv(ctx);
	struct message_origin origin;

	if (session == NULL || !inhand_enter(&door.inhand))
		return SMFIS_TEMPFAIL;
	inhand_begin(&door.inhand, &session->in_hand);
	conf_unref(session->conf);
	judge_unref(session->judge);
	gate_snapshot(door.gate, &session->conf, &session->judge);
	inhand_leave(&door.inhand);
	origin.login = macro(ctx, "{auth_authen}");
	origin.sender = arguments[0];
	origin.internal = net_list_contains(session->conf->internal_hosts,
	    session->conf->internal_host_count,
	    (const struct sockaddr *)&session->client);
	/* What cannot be parsed is no evidence; the MTA has let it through. */
	(void)message_begin(&session->message, &origin);
	message_judged_by(&session->message, session->judge);
	session->wish = GATE_WISH_END;
	return go_on(session, SMFIP_NR_MAIL);
}

static sfsistat
on_rcpt(SMFICTX *ctx, char **arguments)
{
	struct session *session = smfi_getpriv(ctx);

	if (session != NULL)
		(void)message_recipient(&session->message, arguments[0]);
	return go_on(session, SMFIP_NR_RCPT);
}

static void
note_queue_id(SMFICTX *ctx, struct session *session)
{
	const char *id = macro(ctx, "i");

	if (id != NULL)
		snprintf(session->message.queue_id,
		    sizeof(session->message.queue_id), "%s", id);
}

/*
 * smfi_setmlreply(3) takes a format: a percent sign is doubled, and the
 * lines are counted out as arguments, the first missing one ending them.
 */
static char *
double_percents(const char *text)
{
	struct buf escaped;

	buf_init(&escaped);
	for (; *text != '\0'; text++)
		buf_add(&escaped, *text == '%' ? "%%" : text,
		    *text == '%' ? 2 : 1);
	return buf_detach(&escaped);
}

static sfsistat
reply(SMFICTX *ctx, const char *code, const char *enhanced, const char *text,
    sfsistat answer)
{
	char *line[REPLY_LINES] = { NULL }, *lines, *rest;
	int i;

	lines = rest = double_percents(text);
	if (lines == NULL)
		return answer;
	for (i = 0; i < REPLY_LINES && rest != NULL; i++)
		line[i] = strsep(&rest, "\n");
	smfi_setmlreply(ctx, code, enhanced, line[0], line[1], line[2],
	    line[3], line[4], line[5], line[6], line[7], line[8], line[9],
	    line[10], line[11], (char *)NULL);
	free(lines);
	return answer;
}

static sfsistat
answer_verdict(SMFICTX *ctx, const struct gate_verdict *verdict)
{
	switch (verdict->action) {
	case VERDICT_REFUSE:
		return reply(ctx, "550", "5.7.1", verdict->text.data,
		    SMFIS_REJECT);
	case VERDICT_TEMPFAIL:
		return reply(ctx, "451", "4.3.0", verdict->text.data,
		    SMFIS_TEMPFAIL);
	case VERDICT_ACCEPT:
		break;
	}
	return SMFIS_CONTINUE;
}

static void
add_message_id(SMFICTX *ctx, char *message_id)
{
	static char name[] = "Message-ID";

	smfi_addheader(ctx, name, message_id);
}

/*
 * Asks the gate at a stage; what it answers goes back to the MTA, what it
 * wishes for (NULL: whatever it is) to the caller.
 */
static sfsistat
ask_gate(SMFICTX *ctx, struct session *session, enum gate_stage stage,
    enum gate_wish *wish)
{
	struct gate_verdict verdict;
	sfsistat answer;

	if (!inhand_enter(&door.inhand))
		return SMFIS_TEMPFAIL;
	gate_check(door.gate, session->conf, &session->message, stage,
	    &verdict);
	if (verdict.action == VERDICT_ACCEPT && verdict.message_id != NULL)
		add_message_id(ctx, verdict.message_id);
	answer = answer_verdict(ctx, &verdict);
	if (wish != NULL)
		*wish = verdict.wish;
	gate_verdict_release(&verdict);
	inhand_leave(&door.inhand);
	return answer;
}

/* Before any content is taken: bulk from a restricted user ends here. */
static sfsistat
on_data(SMFICTX *ctx)
{
	struct session *session = smfi_getpriv(ctx);
	sfsistat answer;

	if (session == NULL || session->conf == NULL)
		return SMFIS_CONTINUE;
	note_queue_id(ctx, session);
	if (!gate_may_be_bulk(session->conf, &session->message))
		return SMFIS_CONTINUE;
	answer = ask_gate(ctx, session, GATE_STAGE_DATA, NULL);
	if (answer != SMFIS_CONTINUE)
		inhand_end(&door.inhand, &session->in_hand);
	return answer;
}

static sfsistat
on_header(SMFICTX *ctx, char *name, char *value)
{
	struct session *session = smfi_getpriv(ctx);

	if (session != NULL)
		message_header(&session->message, name, value);
	return go_on(session, SMFIP_NR_HDR);
}

static sfsistat
on_end_of_header(SMFICTX *ctx)
{
	struct session *session = smfi_getpriv(ctx);
	enum gate_wish wish = GATE_WISH_END;
	sfsistat answer;

	if (session == NULL || session->conf == NULL)
		return SMFIS_CONTINUE;
	answer = ask_gate(ctx, session, GATE_STAGE_HEADER, &wish);
	if (answer == SMFIS_CONTINUE && wish == GATE_WISH_NOTHING)
		answer = SMFIS_ACCEPT;
	if (answer != SMFIS_CONTINUE)
		inhand_end(&door.inhand, &session->in_hand);
	session->wish = wish;
	return answer;
}

static sfsistat
on_body(SMFICTX *ctx, unsigned char *bytes, size_t length)
{
	struct session *session = smfi_getpriv(ctx);

	if (session == NULL)
		return SMFIS_CONTINUE;
	if (session->wish >= GATE_WISH_OPENING &&
	    (message_body(&session->message, bytes, length) == STATUS_LIMIT ||
	    session->wish == GATE_WISH_OPENING))
		session->wish = GATE_WISH_END;
	return session->wish == GATE_WISH_BODY || !session->may_skip ?
	    SMFIS_CONTINUE : SMFIS_SKIP;
}

static sfsistat
on_end(SMFICTX *ctx)
{
	struct session *session = smfi_getpriv(ctx);
	const char *message_id;
	sfsistat answer;

	if (session == NULL || session->conf == NULL)
		return SMFIS_CONTINUE;
	note_queue_id(ctx, session);
	/* Sendmail adds a missing one behind our back, and only tells here. */
	message_id = macro(ctx, "{msg_id}");
	if (!session->message.has_message_id && message_id != NULL)
		message_header(&session->message, "Message-ID", message_id);
	answer = ask_gate(ctx, session, GATE_STAGE_END, NULL);
	inhand_end(&door.inhand, &session->in_hand);
	return answer;
}

static sfsistat
on_abort(SMFICTX *ctx)
{
	struct session *session = smfi_getpriv(ctx);

	if (session != NULL)
		inhand_end(&door.inhand, &session->in_hand);
	return SMFIS_CONTINUE;
}

static sfsistat
on_close(SMFICTX *ctx)
{
	struct session *session = smfi_getpriv(ctx);

	if (session != NULL) {
		smfi_setpriv(ctx, NULL);
		inhand_end(&door.inhand, &session->in_hand);
		message_release(&session->message);
		conf_unref(session->conf);
		judge_unref(session->judge);
		free(session);
	}
	return SMFIS_CONTINUE;
}

/*
 * The socket
 */

static const struct smfiDesc description = {
	.xxfi_version = SMFI_VERSION,
	.xxfi_flags = SMFIF_ADDHDRS | SMFIF_SETSYMLIST,
	.xxfi_connect = on_connect,
	.xxfi_envfrom = on_mail,
	.xxfi_envrcpt = on_rcpt,
	.xxfi_header = on_header,
	.xxfi_eoh = on_end_of_header,
	.xxfi_body = on_body,
	.xxfi_eom = on_end,
	.xxfi_abort = on_abort,
	.xxfi_close = on_close,
	.xxfi_data = on_data,
	.xxfi_negotiate = on_negotiate
};

static enum status
listen_at(char *name, mode_t mode, struct buf *why)
{
	struct smfiDesc filter = description;
	static char filter_name[] = "replygate";
	mode_t mask = umask(doorway_is_unix(name) ? ~mode & 0777 : 0077);
	int result;

	filter.xxfi_name = filter_name;
	errno = 0;
	result = smfi_setconn(name) == MI_SUCCESS &&
	    smfi_register(filter) == MI_SUCCESS &&
	    smfi_settimeout(TIMEOUT) == MI_SUCCESS ?
	    smfi_opensocket(1) : MI_FAILURE;
	umask(mask);
	if (result == MI_SUCCESS)
		return STATUS_OK;
	buf_printf(why, "milter_socket: cannot listen at %s: %s", name,
	    errno != 0 ? strerror(errno) : "see the mail log");
	return errno == EADDRINUSE ? STATUS_CONFLICT : STATUS_UNAVAILABLE;
}

enum status
milter_open(struct gate *gate, struct buf *why)
{
	struct conf *conf = gate_conf(gate);
	enum status status;

	memset(&door, 0, sizeof(door));
	door.gate = gate;
	status = doorway_take(&door.doorway, conf->milter_socket, why);
	if (status == STATUS_OK)
		status = listen_at(conf->milter_socket,
		    conf->milter_socket_mode, why);
	if (status == STATUS_OK)
		status = doorway_give(&door.doorway,
		    conf->milter_socket_group, why);
	conf_unref(conf);
	return status;
}

enum status
milter_serve(void)
{
	int result = deaf_run(smfi_main);

	inhand_close(&door.inhand);
	return result == MI_SUCCESS ? STATUS_OK : STATUS_UNAVAILABLE;
}

/*
 * libmilter drops the messages in hand when it stops: so they are waited for
 * first.  And it sees the stop when its wait for a connection ends, which
 * takes up to five seconds: connections of our own save that, until the
 * socket refuses them.
 */
void
milter_stop(void)
{
	doorway_hide(&door.doorway);
	if (!inhand_wait(&door.inhand, PATIENCE_MS))
		log_write(door.gate->log, LOG_LEVEL_WARNING, "stopping with "
		    "messages in hand: they did not end in %d seconds",
		    PATIENCE_MS / 1000);
	doorway_shut(&door.doorway, smfi_stop);
}

void
milter_close(void)
{
	int error = doorway_remove(&door.doorway);

	if (error != 0)
		log_write(door.gate->log, LOG_LEVEL_WARNING,
		    "milter_socket: %s: cannot remove it: %s",
		    door.doorway.path, strerror(error));
}
