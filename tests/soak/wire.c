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

	length = snprintf(bytes, sizeof(bytes), "%c%s%c%s", command, name, 0,
	    value);
	wire_put(wire, SMFIC_MACRO, bytes, (size_t)length + 1);
}

bool
wire_flush(struct wire *wire)
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

/* Headers to be added and the like come before what answers. */
char
wire_verdict(struct wire *wire, unsigned char *head, size_t size)
{
	char command;

	do
		command = get_answer(wire, head, size);
	while (command == SMFIR_ADDHEADER || command == SMFIR_PROGRESS);
	return command;
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
	if (!wire_flush(wire) ||
	    get_answer(wire, head, sizeof(head)) != SMFIC_OPTNEG)
		return false;
	wire->steps = (uint32_t)head[8] << 24 | (uint32_t)head[9] << 16 |
	    (uint32_t)head[10] << 8 | head[11];
	/* Nothing else is expected to be waited for below. */
	return (wire->steps & SMFIP_NR_CONN) != 0 &&
	    (wire->steps & SMFIP_NR_MAIL) != 0 &&
	    (wire->steps & SMFIP_NR_RCPT) != 0 &&
	    (wire->steps & SMFIP_NR_HDR) != 0;
}

bool
wire_open(struct wire *wire, const char *path)
{
	static const char client[] = "outside.test\0004\000\031127.0.0.1";
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
	if (connect(wire->fd, (struct sockaddr *)&address,
	    sizeof(address)) == -1 || !negotiate(wire))
		return false;
	wire_put(wire, SMFIC_CONNECT, client, sizeof(client));
	return true;
}

void
wire_close(struct wire *wire, bool politely)
{
	if (wire->fd == -1)
		return;
	if (politely) {
		wire_put(wire, SMFIC_QUIT, NULL, 0);
		(void)wire_flush(wire);
	}
	close(wire->fd);
	wire->fd = -1;
}
