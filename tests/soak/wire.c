/*
 * Blocking calls on a socket: a thread has a session, and waits for it.
 */
#include "wire.h"

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>

#define PACKET_MAX	65536
#define PATIENCE	30	/* seconds for an answer */

void
wire_init(struct wire *wire)
{
	wire->fd = -1;
	wire->steps = 0;
	buf_init(&wire->out);
}

void
wire_release(struct wire *wire)
{
	wire_close(wire, true);
	buf_release(&wire->out);
}

/*
 * Steps, and what a filter may negotiate of them: not to hear of one, and not
 * to answer it.
 */

static const struct step {
	char		command;
	uint32_t	unheard, unanswered;
} steps[] = {
	{ SMFIC_CONNECT, SMFIP_NOCONNECT, SMFIP_NR_CONN },
	{ SMFIC_HELO, SMFIP_NOHELO, SMFIP_NR_HELO },
	{ SMFIC_MAIL, SMFIP_NOMAIL, SMFIP_NR_MAIL },
	{ SMFIC_RCPT, SMFIP_NORCPT, SMFIP_NR_RCPT },
	{ SMFIC_DATA, SMFIP_NODATA, SMFIP_NR_DATA },
	{ SMFIC_HEADER, SMFIP_NOHDRS, SMFIP_NR_HDR },
	{ SMFIC_EOH, SMFIP_NOEOH, SMFIP_NR_EOH },
	{ SMFIC_BODY, SMFIP_NOBODY, SMFIP_NR_BODY },
	{ 0, 0, 0 }		/* any other */
};

static const struct step *
find_step(char command)
{
	const struct step *step = steps;

	while (step->command != 0 && step->command != command)
		step++;
	return step;
}

static bool
is_heard(const struct wire *wire, char command)
{
	return (wire->steps & find_step(command)->unheard) == 0;
}

static bool
is_answered(const struct wire *wire, char command)
{
	const struct step *step = find_step(command);

	return (wire->steps & (step->unheard | step->unanswered)) == 0;
}

/*
 * Packets: a length of four bytes, a command, what belongs to it.
 */

static void
put_number(struct buf *buf, uint32_t number)
{
	const char bytes[4] = { (char)(number >> 24), (char)(number >> 16),
	    (char)(number >> 8), (char)number };

	buf_add(buf, bytes, sizeof(bytes));
}

void
wire_put(struct wire *wire, char command, const void *bytes, size_t length)
{
	if (!is_heard(wire, command))
		return;
	put_number(&wire->out, (uint32_t)length + 1);
	buf_add(&wire->out, &command, 1);
	buf_add(&wire->out, bytes, length);
}

/* Two texts, each with its zero byte; the second may be left out. */
void
wire_texts(struct wire *wire, char command, const char *first,
    const char *second)
{
	char bytes[1024];
	size_t length = strlen(first) + 1;

	memcpy(bytes, first, length);
	if (second != NULL) {
		memcpy(bytes + length, second, strlen(second) + 1);
		length += strlen(second) + 1;
	}
	wire_put(wire, command, bytes, length);
}

/* Macros: the command they are for, then names and values. */
void
wire_macro(struct wire *wire, char command, const char *name,
    const char *value)
{
	char bytes[256];
	int length;

	if (!is_heard(wire, command))
		return;
	length = snprintf(bytes, sizeof(bytes), "%c%s%c%s", command, name, 0,
	    value);
	wire_put(wire, SMFIC_MACRO, bytes, (size_t)length + 1);
}

static bool
flush(struct wire *wire)
{
	const char *at = wire->out.data;
	size_t left = wire->out.length;
	ssize_t sent;

	while (left > 0) {
		sent = send(wire->fd, at, left, MSG_NOSIGNAL);
		if (sent == -1 && errno == EINTR)
			continue;
		if (sent <= 0)
			return false;
		at += sent;
		left -= (size_t)sent;
	}
	buf_clear(&wire->out);
	return true;
}

static bool
get(struct wire *wire, void *bytes, size_t length)
{
	char *at = bytes;
	ssize_t got;

	while (length > 0) {
		got = recv(wire->fd, at, length, 0);
		if (got == -1 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		at += got;
		length -= (size_t)got;
	}
	return true;
}

/* An answer's command and the first bytes of what belongs to it; 0: none. */
static char
get_answer(struct wire *wire, unsigned char *head, size_t size)
{
	unsigned char lead[4], rest[PACKET_MAX];
	uint32_t length;
	char command;

	if (!get(wire, lead, sizeof(lead)))
		return 0;
	length = (uint32_t)lead[0] << 24 | (uint32_t)lead[1] << 16 |
	    (uint32_t)lead[2] << 8 | lead[3];
	if (length == 0 || length > PACKET_MAX || !get(wire, rest, length))
		return 0;
	memcpy(&command, rest, 1);
	if (head != NULL) {
		memset(head, 0, size);
		memcpy(head, rest + 1, length - 1 < size ? length - 1 : size);
	}
	return command;
}

static enum wire_answer
read_answer(char answer, const unsigned char *head)
{
	switch (answer) {
	case SMFIR_CONTINUE:
		return WIRE_GO_ON;
	case SMFIR_SKIP:
		return WIRE_SKIP;
	case SMFIR_ACCEPT:
		return WIRE_ACCEPTED;
	case SMFIR_REJECT:
		return WIRE_REFUSED;
	case SMFIR_TEMPFAIL:
		return WIRE_TEMPFAILED;
	case SMFIR_REPLYCODE:
		return head[0] == '4' ? WIRE_TEMPFAILED : WIRE_REFUSED;
	default:
		return WIRE_BROKEN;
	}
}

/* Headers to be added and the like come before what answers. */
enum wire_answer
wire_ask(struct wire *wire, char command)
{
	unsigned char head[4] = { 0 };
	char answer;

	if (!is_answered(wire, command))
		return WIRE_GO_ON;
	if (!flush(wire))
		return WIRE_BROKEN;
	do
		answer = get_answer(wire, head, sizeof(head));
	while (answer == SMFIR_ADDHEADER || answer == SMFIR_PROGRESS);
	return read_answer(answer, head);
}

/*
 * Sessions
 */

static bool
negotiate(struct wire *wire)
{
	unsigned char head[12];

	put_number(&wire->out, 13);
	buf_add(&wire->out, "O", 1);
	put_number(&wire->out, 6);
	put_number(&wire->out, SMFIF_ADDHDRS | SMFIF_SETSYMLIST);
	put_number(&wire->out, 0x1fffff);
	if (!flush(wire) ||
	    get_answer(wire, head, sizeof(head)) != SMFIC_OPTNEG)
		return false;
	wire->steps = (uint32_t)head[8] << 24 | (uint32_t)head[9] << 16 |
	    (uint32_t)head[10] << 8 | head[11];
	return true;
}

static bool
greet(struct wire *wire)
{
	static const char client[] = "outside.test\0004\000\031127.0.0.1";

	wire_put(wire, SMFIC_CONNECT, client, sizeof(client));
	if (wire_ask(wire, SMFIC_CONNECT) != WIRE_GO_ON)
		return false;
	wire_texts(wire, SMFIC_HELO, "outside.test", NULL);
	return wire_ask(wire, SMFIC_HELO) == WIRE_GO_ON;
}

bool
wire_open(struct wire *wire, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct timeval patience = { .tv_sec = PATIENCE };

	snprintf(address.sun_path, sizeof(address.sun_path), "%s",
	    path);
	buf_clear(&wire->out);
	wire->fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (wire->fd == -1)
		return false;
	setsockopt(wire->fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
	    sizeof(patience));
	return connect(wire->fd, (struct sockaddr *)&address,
	    sizeof(address)) == 0 && negotiate(wire) && greet(wire);
}

void
wire_close(struct wire *wire, bool politely)
{
	if (wire->fd == -1)
		return;
	if (politely) {
		wire_put(wire, SMFIC_QUIT, NULL, 0);
		(void)flush(wire);
	}
	close(wire->fd);
	wire->fd = -1;
}
