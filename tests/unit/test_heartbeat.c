/*
 * What counts as serving: a milter that answers or has passed messages, and a
 * clockwork that was at work lately.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <netinet/in.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "front/heartbeat.h"
#include "front/probe.h"
#include "gate_fixture.h"
#include "test.h"

#define PATIENCE_MS	10000

/* Somebody at a place, who says this to the first who comes. */
struct other {
	int		 fd;
	const char	*answer;
	size_t		 length;
	pthread_t	 thread;
};

static void *
answer_one(void *argument)
{
	struct other *other = argument;
	unsigned char packet[17];
	int fd = accept(other->fd, NULL, NULL);

	if (fd == -1)
		return NULL;
	/* what an MTA says first: 13 bytes, 'O' */
	if (recv(fd, packet, sizeof(packet), MSG_WAITALL) == sizeof(packet) &&
	    packet[3] == 13 && packet[4] == 'O' && other->length > 0)
		(void)send(fd, other->answer, other->length, 0);
	(void)recv(fd, packet, sizeof(packet), MSG_WAITALL);
	close(fd);
	return NULL;
}

static void
start_other(struct other *other, int family, const struct sockaddr *address,
    socklen_t length)
{
	other->fd = socket(family, SOCK_STREAM, 0);
	ck_assert_int_eq(bind(other->fd, address, length), 0);
	ck_assert_int_eq(listen(other->fd, 4), 0);
	ck_assert_int_eq(pthread_create(&other->thread, NULL, answer_one,
	    other), 0);
}

static void
stop_other(struct other *other)
{
	shutdown(other->fd, SHUT_RDWR);
	pthread_join(other->thread, NULL);
	close(other->fd);
}

#define RIGHT	"\0\0\0\015O\0\0\0\006\0\0\0\0\0\0\0\0"
static const struct {
	const char	*name;
	const char	*answer;
	size_t		 length;
	bool		 want;
} answers[] = {
	{ "a milter", RIGHT, 17, true },
	{ "the first bytes of one", RIGHT, 5, true },
	{ "a web server", "HTTP/1.1 400", 12, false },
	{ "another command", "\0\0\0\001c", 5, false },
};

static void
make_directory(char directory[64])
{
	snprintf(directory, 64, "/tmp/replygate-heartbeat.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
}

START_TEST(probe_knows_a_milter)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct other other = { .answer = answers[_i].answer,
	    .length = answers[_i].length };
	char directory[64], place[128];

	make_directory(directory);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/socket",
	    directory);
	snprintf(place, sizeof(place), "unix:%s", address.sun_path);
	ck_assert(!probe_milter(place, PATIENCE_MS));
	start_other(&other, AF_UNIX, (struct sockaddr *)&address,
	    sizeof(address));
	ck_assert_msg(probe_milter(place, PATIENCE_MS) == answers[_i].want,
	    "%s", answers[_i].name);
	stop_other(&other);
	ck_assert(!probe_milter(place, PATIENCE_MS));
	unlink(address.sun_path);
	rmdir(directory);
}
END_TEST

/* One that takes the connection and says nothing is waited for, not longer. */
START_TEST(probe_does_not_wait_for_ever)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	struct other other = { .length = 0 };
	socklen_t length = sizeof(address);
	char place[64];

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	start_other(&other, AF_INET, (struct sockaddr *)&address,
	    sizeof(address));
	ck_assert_int_eq(getsockname(other.fd, (struct sockaddr *)&address,
	    &length), 0);
	snprintf(place, sizeof(place), "inet:%u@127.0.0.1",
	    (unsigned)ntohs(address.sin_port));
	ck_assert(!probe_milter(place, 50));
	stop_other(&other);
}
END_TEST

START_TEST(probe_asks_by_tcp)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	struct other other = { .answer = RIGHT, .length = 17 };
	socklen_t length = sizeof(address);
	char place[64];

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	start_other(&other, AF_INET, (struct sockaddr *)&address,
	    sizeof(address));
	ck_assert_int_eq(getsockname(other.fd, (struct sockaddr *)&address,
	    &length), 0);
	snprintf(place, sizeof(place), "inet:%u%s",
	    (unsigned)ntohs(address.sin_port), _i == 0 ? "@127.0.0.1" : "");
	ck_assert_msg(probe_milter(place, PATIENCE_MS), "%s", place);
	stop_other(&other);
}
END_TEST

START_TEST(serves_or_not)
{
	struct fixture f;
	struct buf why;
	uint64_t passed = 0;

	fixture_open_with(&f, "minimum = 10;",
	    "milter_socket = \"unix:/nonexistent/milter.sock\";", NULL);
	buf_init(&why);
	/* no message, no milter */
	ck_assert(!heartbeat_look(&f.gate, &passed, &why));
	ck_assert_str_eq(why.data, "the milter does not answer");
	/* a message since */
	fixture_send(&f, "alice@local.test", "<m1@local.test>", 1, 1);
	ck_assert(heartbeat_look(&f.gate, &passed, &why));
	/* none since that */
	ck_assert(!heartbeat_look(&f.gate, &passed, &why));
	/* messages pass, but time does not */
	fixture_send(&f, "alice@local.test", "<m2@local.test>", 2, 1);
	atomic_store(&f.gate.pulse, clock_monotonic() - HEARTBEAT_CLOCKWORK -
	    5 * CLOCK_SECOND);
	buf_clear(&why);
	ck_assert(!heartbeat_look(&f.gate, &passed, &why));
	ck_assert_msg(strncmp(why.data, "the clockwork has been silent for ",
	    34) == 0, "%s", why.data);
	buf_release(&why);
	fixture_close(&f);
}
END_TEST

/* The clockwork's thread shows itself, whatever a tick comes to. */
START_TEST(clockwork_has_a_pulse)
{
	struct clockwork *clockwork;
	struct fixture f;
	int i;

	fixture_open(&f, "minimum = 10;");
	atomic_store(&f.gate.pulse, 0);
	clockwork = clockwork_start(&f.gate, CLOCK_HOUR);
	ck_assert_ptr_nonnull(clockwork);
	for (i = 0; i < 2000 && atomic_load(&f.gate.pulse) == 0; i++)
		usleep(10000);
	clockwork_stop(clockwork);
	ck_assert_msg(atomic_load(&f.gate.pulse) != 0, "no pulse");
	fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("heartbeat");
	TCase *tests = tcase_create("heartbeat");

	tcase_add_loop_test(tests, probe_knows_a_milter, 0,
	    sizeof(answers) / sizeof(answers[0]));
	tcase_add_test(tests, probe_does_not_wait_for_ever);
	tcase_add_loop_test(tests, probe_asks_by_tcp, 0, 2);
	tcase_add_test(tests, serves_or_not);
	tcase_add_test(tests, clockwork_has_a_pulse);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
