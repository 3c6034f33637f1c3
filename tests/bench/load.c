/*
 * load: messages as fast as a milter takes them.
 *
 *	load SOCKET KIND NAME USERS BYTES SESSIONS SECONDS MESSAGES
 *
 * SESSIONS threads send a message each, the next when the last one has its
 * answer, until the time is over or MESSAGES are sent.  Of a KIND are:
 *
 *	out		a user's letter to somebody not heard of before, like no
 *			other letter that anybody has sent
 *	stranger	mail to a user from somebody not heard of, about nothing
 *	reply		the answer to the letter of the same number that a run
 *			of the same NAME has sent out
 *
 * A session ends after some messages, and another is opened in its place.  One
 * line of JSON tells what came of it.  The time of a message is that from its
 * MAIL to the last answer.  The first that does not pass ends the run: it
 * would be no measurement.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>

#include "base/clock.h"
#include "../soak/wire.h"

#define SESSION_MESSAGES	50
#define SESSIONS_MAX		1000
#define MESSAGES_MAX		4000000
#define BODY_MAX		(1024 * 1024)
#define CHUNK			65535	/* of a body, as an MTA sends it */
#define USERS_MAX		1000000
#define WORDS			1024
#define WORD			8	/* bytes, a space among them */
#define LINE_WORDS		9
#define PARAGRAPH_WORDS		90

struct load {
	const char		*socket, *name;
	bool			 out, reply;	/* kind; neither: stranger */
	uint64_t		 users;
	size_t			 bytes;
	int			 sessions;
	int64_t			 end;
	uint64_t		 messages;
	char			 words[WORDS][WORD];
	_Atomic uint64_t	 next;		/* message */
	_Atomic uint64_t	 answers[WIRE_BROKEN + 1];
	_Atomic bool		 over;
	uint32_t		*took;		/* microseconds a message */
};

struct session {
	struct load	*load;
	pthread_t	 thread;
	struct wire	 wire;
	int		 messages;		/* of this connection */
	char		*body;
};

struct letter {
	char	user[64], other[96];		/* addresses */
	char	login[32], queue_id[32];
	char	message_id[96], about[96];
};

/*
 * Letters
 */

static void
make_words(char words[WORDS][WORD])
{
	static const char consonants[] = "bdfgklmnprstvwz", vowels[] = "aeiou";
	unsigned i, j, rest;

	for (i = 0; i < WORDS; i++) {
		for (j = 0, rest = i * 40503; j < WORD - 1; j++, rest /= 3)
			words[i][j] = j % 2 == 0 ? consonants[rest % 15] :
			    vowels[rest % 5];
		words[i][WORD - 1] = ' ';
	}
}

/* Words in an order that no other letter has; returns how many bytes. */
static size_t
write_body(const struct load *load, uint64_t number, char *body)
{
	uint64_t random = number * 0x9e3779b97f4a7c15;
	size_t length = 0, count = 0;
	const char *at;

	for (at = load->name; *at != '\0'; at++)
		random = (random ^ (unsigned char)*at) * 0x100000001b3;
	while (length + WORD + strlen("\r\n\r\n") < load->bytes) {
		random = random * 6364136223846793005 + 1442695040888963407;
		memcpy(body + length, load->words[random >> 54], WORD);
		length += WORD;
		if (++count % LINE_WORDS == 0) {
			memcpy(body + length - 1, "\r\n\r\n", 4);
			length += count % PARAGRAPH_WORDS == 0 ? 3 : 1;
		}
	}
	memcpy(body + length, "\r\n", 2);
	return length + 2;
}

static void
write_letter(const struct load *load, uint64_t number, struct letter *letter)
{
	const char *name = load->name;

	snprintf(letter->login, sizeof(letter->login), "u%" PRIu64,
	    number % load->users);
	snprintf(letter->user, sizeof(letter->user), "<%s@example.test>",
	    letter->login);
	snprintf(letter->other, sizeof(letter->other),
	    "<c.%s.%" PRIu64 "@outside.test>", name, number);
	snprintf(letter->queue_id, sizeof(letter->queue_id), "Q%" PRIu64,
	    number);
	snprintf(letter->about, sizeof(letter->about),
	    "<%s.%" PRIu64 "@example.test>", name, number);
	snprintf(letter->message_id, sizeof(letter->message_id), load->out ?
	    "<%s.%" PRIu64 "@example.test>" : "<%s.%" PRIu64 "@outside.test>",
	    name, number);
}

static enum wire_answer
put_envelope(struct wire *wire, const struct letter *letter, bool out)
{
	enum wire_answer answer;

	/* One set of macros takes the place of another. */
	if (out)
		wire_macro(wire, SMFIC_MAIL, "{auth_authen}", letter->login);
	else
		wire_macro(wire, SMFIC_MAIL, "{mail_mailer}", "smtp");
	wire_texts(wire, SMFIC_MAIL, out ? letter->user : letter->other, NULL);
	answer = wire_ask(wire, SMFIC_MAIL);
	if (answer != WIRE_GO_ON)
		return answer;
	wire_texts(wire, SMFIC_RCPT, out ? letter->other : letter->user, NULL);
	answer = wire_ask(wire, SMFIC_RCPT);
	if (answer != WIRE_GO_ON)
		return answer;
	wire_macro(wire, SMFIC_DATA, "i", letter->queue_id);
	wire_put(wire, SMFIC_DATA, NULL, 0);
	return wire_ask(wire, SMFIC_DATA);
}

static enum wire_answer
put_header(struct wire *wire, const struct letter *letter,
    const struct load *load)
{
	const char *const fields[][2] = {
		{ "Received", "from a.test (a.test [192.0.2.1])\r\n\tby b.test "
		    "with ESMTPS id 4Z; Mon, 5 Jan 2026 09:00:00 +0000" },
		{ "From", load->out ? letter->user : letter->other },
		{ "To", load->out ? letter->other : letter->user },
		{ "Subject", load->reply ? "Re: A post" : "A post" },
		{ "Date", "Mon, 5 Jan 2026 09:00:00 +0000" },
		{ "Message-ID", letter->message_id },
		{ "MIME-Version", "1.0" },
		{ "Content-Type", "text/plain; charset=utf-8" },
		{ "Content-Transfer-Encoding", "7bit" },
		{ "In-Reply-To", letter->about }	/* of replies only */
	};
	size_t i, count = sizeof(fields) / sizeof(fields[0]);
	enum wire_answer answer;

	for (i = 0; i < (load->reply ? count : count - 1); i++) {
		wire_texts(wire, SMFIC_HEADER, fields[i][0], fields[i][1]);
		answer = wire_ask(wire, SMFIC_HEADER);
		if (answer != WIRE_GO_ON)
			return answer;
	}
	wire_put(wire, SMFIC_EOH, NULL, 0);
	return wire_ask(wire, SMFIC_EOH);
}

static enum wire_answer
put_body(struct wire *wire, const char *body, size_t length)
{
	enum wire_answer answer = WIRE_GO_ON;
	size_t done, some;

	for (done = 0; done < length && answer == WIRE_GO_ON; done += some) {
		some = length - done < CHUNK ? length - done : CHUNK;
		wire_put(wire, SMFIC_BODY, body + done, some);
		answer = wire_ask(wire, SMFIC_BODY);
	}
	if (answer != WIRE_GO_ON && answer != WIRE_SKIP)
		return answer;
	wire_put(wire, SMFIC_BODYEOB, NULL, 0);
	return wire_ask(wire, SMFIC_BODYEOB);
}

/*
 * Sessions
 */

static enum wire_answer
send_letter(struct session *session, uint64_t number)
{
	const struct load *load = session->load;
	struct wire *wire = &session->wire;
	enum wire_answer answer;
	struct letter letter;
	int64_t begun;
	size_t length;

	write_letter(load, number, &letter);
	length = write_body(load, number, session->body);
	if (wire->fd == -1 && !wire_open(wire, load->socket))
		return WIRE_BROKEN;
	begun = clock_monotonic();
	answer = put_envelope(wire, &letter, load->out);
	if (answer == WIRE_GO_ON)
		answer = put_header(wire, &letter, load);
	if (answer == WIRE_GO_ON)
		answer = put_body(wire, session->body, length);
	load->took[number] = (uint32_t)(clock_monotonic() - begun);
	return answer;
}

static void *
session_main(void *argument)
{
	struct session *session = argument;
	struct load *load = session->load;
	enum wire_answer answer;
	uint64_t number;

	while (!atomic_load(&load->over) && clock_monotonic() < load->end) {
		number = atomic_fetch_add(&load->next, 1);
		if (number >= load->messages)
			break;
		answer = send_letter(session, number);
		atomic_fetch_add(&load->answers[answer], 1);
		if (answer > WIRE_ACCEPTED)
			atomic_store(&load->over, true);
		if (++session->messages % SESSION_MESSAGES == 0)
			wire_close(&session->wire, true);
	}
	return NULL;
}

static void
run(struct load *load, struct session *sessions)
{
	int i;

	for (i = 0; i < load->sessions; i++) {
		sessions[i].load = load;
		sessions[i].body = malloc(load->bytes);
		wire_init(&sessions[i].wire);
		if (sessions[i].body == NULL || pthread_create(
		    &sessions[i].thread, NULL, session_main, &sessions[i]) != 0)
			exit(EXIT_FAILURE);
	}
	for (i = 0; i < load->sessions; i++) {
		pthread_join(sessions[i].thread, NULL);
		wire_release(&sessions[i].wire);
		free(sessions[i].body);
	}
}

static int
compare(const void *a, const void *b)
{
	const uint32_t *one = a, *two = b;

	return (*one > *two) - (*one < *two);
}

static void
print(struct load *load, int64_t took)
{
	uint64_t passed = load->answers[WIRE_GO_ON] +
	    load->answers[WIRE_SKIP] + load->answers[WIRE_ACCEPTED];

	qsort(load->took, passed, sizeof(load->took[0]), compare);
	printf("{\"passed\": %" PRIu64 ", \"refused\": %" PRIu64
	    ", \"tempfailed\": %" PRIu64 ", \"broken\": %" PRIu64
	    ", \"took_us\": %" PRId64 ", \"p50_us\": %" PRIu32
	    ", \"p99_us\": %" PRIu32 "}\n", passed,
	    load->answers[WIRE_REFUSED], load->answers[WIRE_TEMPFAILED],
	    load->answers[WIRE_BROKEN], took, load->took[passed / 2],
	    load->took[passed * 99 / 100]);
}

static double
number_of(const char *text, double most)
{
	double value = atof(text);

	if (value <= 0 || value > most) {
		fprintf(stderr, "load: %s is not above 0 and at most %.0f\n",
		    text, most);
		exit(64);
	}
	return value;
}

int
main(int argc, char **argv)
{
	struct load load = { 0 };
	struct session *sessions;
	int64_t begun;

	if (argc != 9) {
		fprintf(stderr, "usage: load socket out|stranger|reply name "
		    "users bytes sessions seconds messages\n");
		exit(64);
	}
	load.socket = argv[1];
	load.out = strcmp(argv[2], "out") == 0;
	load.reply = strcmp(argv[2], "reply") == 0;
	load.name = argv[3];
	load.users = (uint64_t)number_of(argv[4], USERS_MAX);
	load.bytes = (size_t)number_of(argv[5], BODY_MAX) +
	    strlen("\r\n");
	load.sessions = (int)number_of(argv[6], SESSIONS_MAX);
	load.messages = (uint64_t)number_of(argv[8], MESSAGES_MAX);
	load.took = calloc(MESSAGES_MAX + 1, sizeof(load.took[0]));
	sessions = calloc((size_t)load.sessions + 1, sizeof(*sessions));
	if (load.took == NULL || sessions == NULL)
		return EXIT_FAILURE;
	make_words(load.words);
	begun = clock_monotonic();
	load.end = begun + (int64_t)(number_of(argv[7], 1e5) *
	    (double)CLOCK_SECOND);
	run(&load, sessions);
	print(&load, clock_monotonic() - begun);
	free(sessions);
	free(load.took);
	return EXIT_SUCCESS;
}
