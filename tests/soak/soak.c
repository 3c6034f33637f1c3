/*
 * soak: messages at a rate, as a mail system hands them to a milter.
 *
 *	soak -s SOCKET [-c SESSIONS] [-r RATE] [-t SECONDS] [-n NAME]
 *
 * SESSIONS threads share one schedule: message k is due at k / RATE seconds,
 * and whoever is free next sends it, however late it is by then.  Each fourth
 * message is an answer from outside to one of long before, each eighth goes to
 * three candidates, the others to one; users and candidates are many.  A
 * session ends after some messages, and another is opened in its place.
 *
 * One line of JSON tells what came of it: how many were sent, how they were
 * answered, how many outreach have been recorded by that, and how long the
 * answers to the ends of messages took, in the buckets of the daemon's own
 * histogram.  Whatever is not as the protocol has it is `broken`.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>

#include "base/clock.h"
#include "base/histogram.h"
#include "wire.h"

#define UNANSWERED		(SMFIP_NR_MAIL | SMFIP_NR_RCPT | SMFIP_NR_HDR)
#define SESSION_MESSAGES	50
#define USERS			97
#define ANSWER_EACH		4
#define ANSWERED_BEFORE		401	/* one to one, and long since sent */
#define BULK_EACH		8
#define BULK_CANDIDATES		3

struct options {
	const char	*socket;
	const char	*name;		/* in Message-IDs: runs differ */
	int		 sessions;
	int		 rate;
	int		 seconds;
};

struct soak {
	struct options		 options;
	int64_t			 begin;
	_Atomic uint64_t	 next;		/* message */
	_Atomic uint64_t	 outbound, inbound, outreach;
	_Atomic uint64_t	 refused, tempfailed, broken;
	_Atomic int64_t		 latest;	/* behind the schedule */
	struct histogram	 end;		/* answers to ends */
};

struct session {
	struct soak	*soak;
	pthread_t	 thread;
	struct wire	 wire;
	int		 messages;	/* of this connection */
};

/*
 * Messages
 */

struct letter {
	uint64_t	number;
	uint64_t	about;		/* inbound: what it answers */
	bool		inbound;
	int		candidates;
	char		sender[64], message_id[96], references[96];
};

static void
write_letter(const struct soak *soak, uint64_t number, struct letter *letter)
{
	const char *name = soak->options.name;

	memset(letter, 0, sizeof(*letter));
	letter->number = number;
	letter->inbound = number % ANSWER_EACH == ANSWER_EACH - 1 &&
	    number > ANSWERED_BEFORE;
	letter->candidates = number % BULK_EACH == 0 ? BULK_CANDIDATES : 1;
	letter->about = letter->inbound ? number - ANSWERED_BEFORE : 0;
	snprintf(letter->sender, sizeof(letter->sender), letter->inbound ?
	    "<c%" PRIu64 "x0@outside.test>" : "<u%" PRIu64 "@example.test>",
	    letter->inbound ? letter->about : number % USERS);
	snprintf(letter->message_id, sizeof(letter->message_id),
	    "<%s.%" PRIu64 "@%s.test>", name, number,
	    letter->inbound ? "outside" : "example");
	snprintf(letter->references, sizeof(letter->references),
	    "<%s.%" PRIu64 "@example.test>", name, letter->about);
}

static void
put_envelope(struct wire *wire, const struct letter *letter)
{
	char text[96];
	int i;

	snprintf(text, sizeof(text), "u%" PRIu64, letter->number % USERS);
	/* One set of macros takes the place of another. */
	if (letter->inbound)
		wire_macro(wire, SMFIC_MAIL, "{mail_mailer}", "smtp");
	else
		wire_macro(wire, SMFIC_MAIL, "{auth_authen}", text);
	wire_texts(wire, SMFIC_MAIL, letter->sender, NULL);
	for (i = 0; i < letter->candidates; i++) {
		snprintf(text, sizeof(text), "<c%" PRIu64 "x%d@outside.test>",
		    letter->number, i);
		if (letter->inbound)
			snprintf(text, sizeof(text), "<u%" PRIu64
			    "@example.test>", letter->about % USERS);
		wire_texts(wire, SMFIC_RCPT, text, NULL);
	}
	snprintf(text, sizeof(text), "Q%" PRIu64, letter->number);
	wire_macro(wire, SMFIC_DATA, "i", text);
	wire_put(wire, SMFIC_DATA, NULL, 0);
}

static void
put_header(struct wire *wire, const struct letter *letter)
{
	wire_texts(wire, SMFIC_HEADER, "From", letter->sender);
	wire_texts(wire, SMFIC_HEADER, "Subject", letter->inbound ?
	    "Re: A post" : "A post");
	wire_texts(wire, SMFIC_HEADER, "Message-ID", letter->message_id);
	wire_texts(wire, SMFIC_HEADER, "Content-Type",
	    "text/plain; charset=utf-8");
	if (letter->inbound)
		wire_texts(wire, SMFIC_HEADER, "In-Reply-To",
		    letter->references);
	wire_put(wire, SMFIC_EOH, NULL, 0);
}

static void
put_body(struct wire *wire, const struct letter *letter)
{
	char text[512];
	int length;

	length = snprintf(text, sizeof(text), "Hello c%" PRIu64 ",\r\n\r\n"
	    "we are looking for somebody who knows %" PRIu64 " of the %"
	    PRIu64 "\r\nthings that matter here.  Have you a moment for us "
	    "this week?\r\n\r\nu%" PRIu64 "\r\n", letter->number,
	    letter->number * 7919 % 1009, letter->number * 104729 % 10007,
	    letter->number % USERS);
	wire_put(wire, SMFIC_BODY, text, (size_t)length);
}

static enum wire_answer
send_letter(struct session *session, const struct letter *letter)
{
	struct wire *wire = &session->wire;
	enum wire_answer answer;
	int64_t begun;

	put_envelope(wire, letter);
	answer = wire_ask(wire, SMFIC_DATA);
	if (answer != WIRE_GO_ON)
		return answer;
	put_header(wire, letter);
	answer = wire_ask(wire, SMFIC_EOH);
	if (answer != WIRE_GO_ON)
		return answer;
	put_body(wire, letter);
	answer = wire_ask(wire, SMFIC_BODY);
	if (answer != WIRE_GO_ON && answer != WIRE_SKIP)
		return answer;
	wire_put(wire, SMFIC_BODYEOB, NULL, 0);
	begun = clock_monotonic();
	answer = wire_ask(wire, SMFIC_BODYEOB);
	histogram_add(&session->soak->end, clock_monotonic() - begun);
	return answer;
}

static void
count(struct soak *soak, const struct letter *letter, enum wire_answer answer)
{
	switch (answer) {
	case WIRE_GO_ON:
	case WIRE_SKIP:
	case WIRE_ACCEPTED:
		if (letter->inbound)
			atomic_fetch_add(&soak->inbound, 1);
		else {
			atomic_fetch_add(&soak->outbound, 1);
			atomic_fetch_add(&soak->outreach,
			    (uint64_t)letter->candidates);
		}
		break;
	case WIRE_REFUSED:
		atomic_fetch_add(&soak->refused, 1);
		break;
	case WIRE_TEMPFAILED:
		atomic_fetch_add(&soak->tempfailed, 1);
		break;
	case WIRE_BROKEN:
		atomic_fetch_add(&soak->broken, 1);
		break;
	}
}

static void
wait_for(struct soak *soak, int64_t due)
{
	int64_t left = due - clock_monotonic(), behind;
	struct timespec pause;

	behind = atomic_load(&soak->latest);
	while (-left > behind &&
	    !atomic_compare_exchange_weak(&soak->latest, &behind, -left))
		continue;
	if (left <= 0)
		return;
	pause.tv_sec = (time_t)(left / CLOCK_SECOND);
	pause.tv_nsec = (long)(left % CLOCK_SECOND) * 1000;
	nanosleep(&pause, NULL);
}

static bool
begin_session(struct session *session)
{
	session->messages = 0;
	/* Nothing of these is waited for. */
	return wire_open(&session->wire, session->soak->options.socket) &&
	    (session->wire.steps & UNANSWERED) == UNANSWERED;
}

static void *
session_main(void *argument)
{
	struct session *session = argument;
	struct soak *soak = session->soak;
	const struct options *options = &soak->options;
	uint64_t all = (uint64_t)options->rate * (uint64_t)options->seconds;
	struct letter letter;
	enum wire_answer answer;
	uint64_t number;

	while ((number = atomic_fetch_add(&soak->next, 1)) < all) {
		wait_for(soak, soak->begin + (int64_t)number * CLOCK_SECOND /
		    options->rate);
		write_letter(soak, number, &letter);
		answer = WIRE_BROKEN;
		if (session->wire.fd != -1 || begin_session(session))
			answer = send_letter(session, &letter);
		count(soak, &letter, answer);
		if (answer == WIRE_BROKEN)
			wire_close(&session->wire, false);
		else if (++session->messages >= SESSION_MESSAGES)
			wire_close(&session->wire, true);
	}
	return NULL;
}

static void
run(struct soak *soak)
{
	struct session *sessions;
	int i, count = soak->options.sessions;

	sessions = calloc((size_t)count, sizeof(*sessions));
	if (sessions == NULL)
		exit(1);
	soak->begin = clock_monotonic();
	for (i = 0; i < count; i++) {
		sessions[i].soak = soak;
		wire_init(&sessions[i].wire);
		if (pthread_create(&sessions[i].thread, NULL, session_main,
		    &sessions[i]) != 0)
			exit(1);
	}
	for (i = 0; i < count; i++) {
		pthread_join(sessions[i].thread, NULL);
		wire_release(&sessions[i].wire);
	}
	free(sessions);
}

static void
print_figure(const char *name, uint64_t value)
{
	printf("\"%s\": %" PRIu64 ", ", name, value);
}

static void
print(struct soak *soak)
{
	struct histogram_view view;
	unsigned i;

	histogram_read(&soak->end, &view);
	printf("{");
	print_figure("outbound", atomic_load(&soak->outbound));
	print_figure("inbound", atomic_load(&soak->inbound));
	print_figure("outreach", atomic_load(&soak->outreach));
	print_figure("refused", atomic_load(&soak->refused));
	print_figure("tempfailed", atomic_load(&soak->tempfailed));
	print_figure("broken", atomic_load(&soak->broken));
	print_figure("latest_us", (uint64_t)atomic_load(&soak->latest));
	print_figure("took_us", (uint64_t)(clock_monotonic() - soak->begin));
	print_figure("end_sum_us", view.sum);
	printf("\"end_cumulative\": [");
	for (i = 0; i < HISTOGRAM_BUCKETS; i++)
		printf("%s%" PRIu64, i > 0 ? ", " : "", view.cumulative[i]);
	printf("]}\n");
}

static void
usage(void)
{
	fprintf(stderr, "usage: soak -s socket [-c sessions] [-r rate] "
	    "[-t seconds] [-n name]\n");
	exit(64);
}

static int
number_of(const char *text)
{
	int value = atoi(text);

	if (value < 1 || value > 1000000)
		usage();
	return value;
}

int
main(int argc, char **argv)
{
	struct soak soak = { .options = { .name = "soak", .sessions = 20,
	    .rate = 1000, .seconds = 60 } };
	int letter;

	while ((letter = getopt(argc, argv, "s:c:r:t:n:")) != -1) {
		switch (letter) {
		case 's':
			soak.options.socket = optarg;
			break;
		case 'c':
			soak.options.sessions = number_of(optarg);
			break;
		case 'r':
			soak.options.rate = number_of(optarg);
			break;
		case 't':
			soak.options.seconds = number_of(optarg);
			break;
		case 'n':
			soak.options.name = optarg;
			break;
		default:
			usage();
		}
	}
	if (soak.options.socket == NULL || optind != argc)
		usage();
	run(&soak);
	print(&soak);
	return 0;
}
