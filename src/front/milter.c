/*
 * libmilter's callbacks.  They translate: arguments and macros into facts
 * of a struct message, a verdict into an SMTP reply.  They decide nothing.
 *
 * The cost of a milter is decided at negotiation: steps we do not need
 * (HELO, end of header, body, unknown commands) are declined, steps that need
 * no answer (connect, MAIL, RCPT, header) are declared so and answered with
 * SMFIS_NOREPLY.  Answering CONTINUE there makes libmilter log every call.
 * The macros are asked for as well, so that no MTA needs configuring.
 *
 *	negotiate  connect  { MAIL  RCPT ...  DATA  header ...  end }  close
 *	    |         |        |      |        |      |          |
 *	 session   internal?  message facts   bulk    facts    verdict
 *	                                    restricted?
 *
 * Callbacks of one session may run on different threads, one at a time:
 * everything lives in the session.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>

#include "front/inhand.h"
#include "front/milter.h"
#include "front/socket.h"
#include "mail/message.h"

/* Steps we never want to hear of, and steps we never answer. */
#define DECLINED	(SMFIP_NOHELO | SMFIP_NOUNKNOWN | SMFIP_NOEOH | \
			SMFIP_NOBODY)
#define UNANSWERED	(SMFIP_NR_CONN | SMFIP_NR_MAIL | SMFIP_NR_RCPT | \
			SMFIP_NR_HDR)

/* smfi_setmlreply(3) takes this many lines. */
#define REPLY_LINES	12

/* Seconds without a word from the MTA: Postfix waits 300 s for content. */
#define TIMEOUT		7210

/* How long a stop waits for the messages in hand. */
#define PATIENCE_MS	10000

/* How often, and how far apart, the listener is nudged at a stop. */
#define STOP_TRIES	250
#define STOP_WAIT_MS	20

/* What the socket is called while the messages in hand are finished. */
#define STOPPING	".stopping"

struct session {
	struct conf	*conf;		/* snapshot of the connection's MAIL */
	unsigned long	 unanswered;	/* SMFIP_NR_* the MTA agreed to */
	bool		 internal;
	bool		 in_hand;	/* a message has begun */
	struct message	 message;
};

/* libmilter hands its callbacks no context of ours: one a process. */
static struct {
	struct gate	*gate;		/* set before libmilter runs */
	struct inhand	 inhand;
	char		 path[SOCKET_PATH_SIZE];	/* "": no unix socket */
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

static sfsistat
on_negotiate(SMFICTX *ctx, unsigned long actions, unsigned long steps,
    unsigned long unused2, unsigned long unused3, unsigned long *want_actions,
    unsigned long *want_steps, unsigned long *want2, unsigned long *want3)
{
	static char connect_macros[] = "{daemon_name}";
	static char mail_macros[] = "i {auth_authen}";
	static char data_macros[] = "i";
	static char end_macros[] = "i {msg_id}";
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
	if (actions & SMFIF_SETSYMLIST) {
		smfi_setsymlist(ctx, SMFIM_CONNECT, connect_macros);
		smfi_setsymlist(ctx, SMFIM_ENVFROM, mail_macros);
		smfi_setsymlist(ctx, SMFIM_DATA, data_macros);
		smfi_setsymlist(ctx, SMFIM_EOM, end_macros);
	}
	*want_actions = actions & (SMFIF_ADDHDRS | SMFIF_SETSYMLIST);
	*want_steps = steps & (DECLINED | UNANSWERED);
	*want2 = *want3 = 0;
	return SMFIS_CONTINUE;
}

static sfsistat
on_connect(SMFICTX *ctx, char *host, _SOCK_ADDR *address)
{
	struct session *session = smfi_getpriv(ctx);
	struct conf *conf;

	(void)host;
	if (session == NULL || !inhand_enter(&door.inhand))
		return SMFIS_TEMPFAIL;
	conf = gate_conf(door.gate);
	session->internal = net_list_contains(conf->internal_hosts,
	    conf->internal_host_count, address);
	conf_unref(conf);
	inhand_leave(&door.inhand);
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
	session->conf = gate_conf(door.gate);
	inhand_leave(&door.inhand);
	origin.login = macro(ctx, "{auth_authen}");
	origin.sender = arguments[0];
	origin.internal = session->internal;
	/* What cannot be parsed is no evidence; the MTA has let it through. */
	(void)message_begin(&session->message, &origin);
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

/* Asks the gate at a stage; what it answers goes back to the MTA. */
static sfsistat
ask_gate(SMFICTX *ctx, struct session *session, enum gate_stage stage)
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
	if (session->message.recipient_count < 2)
		return SMFIS_CONTINUE;
	answer = ask_gate(ctx, session, GATE_STAGE_DATA);
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
	answer = ask_gate(ctx, session, GATE_STAGE_END);
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
		conf_unref(session->conf);
		message_release(&session->message);
		free(session);
	}
	return SMFIS_CONTINUE;
}

/*
 * The socket
 */

static const char *
unix_path(const char *name)
{
	if (strncmp(name, "unix:", 5) == 0)
		return name + 5;
	if (strncmp(name, "local:", 6) == 0)
		return name + 6;
	return NULL;
}

/* Notes the path and makes it free; libmilter would take it from anybody. */
static enum status
take_path(const char *path, struct buf *why)
{
	struct sockaddr_un address;
	enum status status;

	buf_add_text(why, "milter_socket: ");
	status = socket_address(path, &address, why);
	if (status == STATUS_OK)
		status = socket_make_way(&address, why);
	if (status != STATUS_OK)
		return status;
	memcpy(door.path, address.sun_path, sizeof(door.path));
	buf_clear(why);
	return STATUS_OK;
}

static const struct smfiDesc description = {
	.xxfi_version = SMFI_VERSION,
	.xxfi_flags = SMFIF_ADDHDRS | SMFIF_SETSYMLIST,
	.xxfi_connect = on_connect,
	.xxfi_envfrom = on_mail,
	.xxfi_envrcpt = on_rcpt,
	.xxfi_header = on_header,
	.xxfi_eom = on_end,
	.xxfi_abort = on_abort,
	.xxfi_close = on_close,
	.xxfi_data = on_data,
	.xxfi_negotiate = on_negotiate
};

static enum status
listen_at(char *name, mode_t mode, struct buf *why)
{
	const char *path = unix_path(name);
	struct smfiDesc filter = description;
	static char filter_name[] = "replygate";
	mode_t mask = umask(path != NULL ? ~mode & 0777 : 0077);
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
	const char *path = unix_path(conf->milter_socket);
	enum status status = STATUS_OK;

	memset(&door, 0, sizeof(door));
	door.gate = gate;
	if (path != NULL)
		status = take_path(path, why);
	if (status == STATUS_OK)
		status = listen_at(conf->milter_socket,
		    conf->milter_socket_mode, why);
	conf_unref(conf);
	return status;
}

enum status
milter_serve(void)
{
	int result = smfi_main();

	inhand_close(&door.inhand);
	return result == MI_SUCCESS ? STATUS_OK : STATUS_UNAVAILABLE;
}

/* New sessions find nobody; the listener is still there under this name. */
static void
hide_path(void)
{
	char hidden[sizeof(door.path)];
	int length;

	length = snprintf(hidden, sizeof(hidden), "%s" STOPPING, door.path);
	if (door.path[0] == '\0' || (size_t)length >= sizeof(hidden))
		return;
	if (rename(door.path, hidden) == 0)
		memcpy(door.path, hidden, sizeof(door.path));
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
	int i;

	hide_path();
	if (!inhand_wait(&door.inhand, PATIENCE_MS))
		log_write(door.gate->log, LOG_LEVEL_WARNING, "stopping with "
		    "messages in hand: they did not end in %d seconds",
		    PATIENCE_MS / 1000);
	kill(getpid(), SIGTERM);
	for (i = 0; door.path[0] != '\0' && i < STOP_TRIES &&
	    socket_is_answered(door.path); i++)
		poll(NULL, 0, STOP_WAIT_MS);
}

void
milter_close(void)
{
	if (door.path[0] != '\0' && unlink(door.path) != 0 && errno != ENOENT)
		log_write(door.gate->log, LOG_LEVEL_WARNING,
		    "milter_socket: %s: cannot remove it: %s", door.path,
		    strerror(errno));
}
