/*
 * The API's socket: its rights, and who is in the way at start and stop.
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api_fixture.h"
#include "front/api_socket.h"
#include "test.h"

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

/* Somebody answers there. */
static void
check_answers(struct api_fixture *f)
{
	struct buf body;

	buf_init(&body);
	ck_assert_int_eq(api_fixture_ask(f, "GET", "/v1/version", "", 0,
	    &body), 200);
	buf_release(&body);
}

START_TEST(socket_has_its_mode)
{
	static const struct {
		const char	*text;
		mode_t		 mode;
	} rows[] = { { "0600", 0600 }, { "0660", 0660 }, { "0666", 0666 } };
	struct api_fixture f;
	struct stat file;
	mode_t before;
	int i;

	for (i = 0; i < ROWS(rows); i++) {
		before = umask(0027);
		api_fixture_open_with(&f, rows[i].text, NULL);
		ck_assert_uint_eq(umask(before), 0027);
		ck_assert_int_eq(lstat(f.path, &file), 0);
		ck_assert_msg(S_ISSOCK(file.st_mode) &&
		    (file.st_mode & 0777) == rows[i].mode, "%s: got %o",
		    rows[i].text, (unsigned)file.st_mode);
		api_fixture_close(&f);
		ck_assert_int_eq(access(f.path, F_OK), -1);
	}
}
END_TEST

START_TEST(second_api_leaves_the_first_alone)
{
	struct api_fixture f;
	struct api *second;
	struct buf why;

	api_fixture_open(&f);
	buf_init(&why);
	ck_assert_int_eq(api_start(&second, &f.fixture.gate, &why),
	    STATUS_CONFLICT);
	ck_assert_ptr_null(second);
	ck_assert_msg(strstr(why.data, f.path) != NULL && strstr(why.data,
	    "listens there already") != NULL, "%s", why.data);
	check_answers(&f);
	buf_release(&why);
	api_fixture_close(&f);
}
END_TEST

/* What a killed daemon leaves. */
static void
leave_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memcpy(address.sun_path, path, strlen(path) + 1);
	ck_assert_int_eq(bind(fd, (const struct sockaddr *)&address,
	    sizeof(address)), 0);
	close(fd);
}

START_TEST(stale_socket_is_replaced)
{
	struct api_fixture f;
	struct buf why;

	api_fixture_open(&f);
	api_fixture_stop(&f);
	leave_socket(f.path);
	buf_init(&why);
	ck_assert_msg(api_start(&f.api, &f.fixture.gate, &why) == STATUS_OK,
	    "%s", why.data);
	check_answers(&f);
	buf_release(&why);
	api_fixture_close(&f);
}
END_TEST

START_TEST(anothers_socket_stays_at_the_stop)
{
	struct api_fixture f;

	api_fixture_open(&f);
	ck_assert_int_eq(unlink(f.path), 0);
	leave_socket(f.path);
	api_fixture_stop(&f);
	ck_assert_int_eq(access(f.path, F_OK), 0);
	api_fixture_close(&f);
}
END_TEST

/* A path that is no place for a socket: the status, and what it says. */
static void
check_refused(const char *name, const char *path, enum status want,
    const char *text)
{
	struct api_socket sock;
	struct buf why;
	enum status got;

	buf_init(&why);
	got = api_socket_open(&sock, path, 0600, &why);
	ck_assert_msg(got == want && sock.fd == -1 &&
	    strstr(why.data, text) != NULL, "%s: got %s: %s", name,
	    status_text(got), why.data);
	buf_release(&why);
}

START_TEST(bad_paths_are_refused)
{
	char directory[] = "/tmp/replygate-api-XXXXXX", path[512];
	struct api_socket sock;
	struct buf why;
	FILE *file;

	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/file", directory);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fclose(file);
	check_refused("a file", path, STATUS_CONFLICT, "no socket");
	ck_assert_int_eq(unlink(path), 0);
	check_refused("a directory", directory, STATUS_CONFLICT, "no socket");
	snprintf(path, sizeof(path), "%s/no/socket", directory);
	check_refused("no directory", path, STATUS_UNAVAILABLE, "cannot");
	snprintf(path, sizeof(path), "%s/", directory);
	memset(path + strlen(path), 'x', sizeof(path) - strlen(path));
	path[SOCKET_PATH_SIZE] = '\0';
	check_refused("one byte too long", path, STATUS_LIMIT, "too long");
	path[SOCKET_PATH_SIZE - 1] = '\0';
	buf_init(&why);
	ck_assert_msg(api_socket_open(&sock, path, 0600, &why) == STATUS_OK,
	    "as long as there is room: %s", why.data);
	api_socket_unlink(&sock);
	close(sock.fd);
	buf_release(&why);
	ck_assert_int_eq(rmdir(directory), 0);
}
END_TEST

START_TEST(peer_is_who_connected)
{
	char peer[API_SOCKET_PEER_SIZE], want[32];
	struct api_fixture f;
	int fd;

	api_fixture_open(&f);
	fd = api_fixture_connect(f.path);
	ck_assert_int_ge(fd, 0);
	/* Both ends are ours, so either may be asked. */
	ck_assert(api_socket_peer(fd, peer));
	if (geteuid() == 0)
		ck_assert_str_eq(peer, "root (0)");
	snprintf(want, sizeof(want), "%lu", (unsigned long)geteuid());
	ck_assert_ptr_nonnull(strstr(peer, want));
	close(fd);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	ck_assert_int_ge(fd, 0);
	ck_assert_msg(!api_socket_peer(fd, peer), "the Internet is %s", peer);
	close(fd);
	ck_assert(!api_socket_peer(-1, peer));
	api_fixture_close(&f);
}
END_TEST

struct knocker {
	pthread_t	 thread;
	const char	*path;
	atomic_bool	*over;
};

static void *
knock(void *context)
{
	static const char request[] = "GET /v1/version HTTP/1.0\r\n\r\n";
	const struct knocker *knocker = context;
	struct buf answer;
	int fd;

	buf_init(&answer);
	while (!*knocker->over) {
		fd = api_fixture_connect(knocker->path);
		if (fd == -1)
			continue;
		api_fixture_send(fd, request, strlen(request));
		api_fixture_read(fd, &answer);
		buf_clear(&answer);
		close(fd);
	}
	buf_release(&answer);
	return NULL;
}

/* Who comes in the moment of a stop is turned away, and no more. */
START_TEST(stops_while_clients_come)
{
	struct knocker knockers[4];
	atomic_bool over = false;
	struct api_fixture f;
	struct buf why;
	int i;

	api_fixture_open(&f);
	for (i = 0; i < ROWS(knockers); i++) {
		knockers[i].path = f.path;
		knockers[i].over = &over;
		ck_assert_int_eq(pthread_create(&knockers[i].thread, NULL,
		    knock, &knockers[i]), 0);
	}
	buf_init(&why);
	for (i = 0; i < 3000; i++) {
		api_fixture_stop(&f);
		ck_assert_msg(api_start(&f.api, &f.fixture.gate, &why) ==
		    STATUS_OK, "%s", why.data);
	}
	buf_release(&why);
	over = true;
	for (i = 0; i < ROWS(knockers); i++)
		pthread_join(knockers[i].thread, NULL);
	api_fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("api_socket");
	TCase *sockets = tcase_create("socket");

	tcase_set_timeout(sockets, 60);
	tcase_add_test(sockets, socket_has_its_mode);
	tcase_add_test(sockets, second_api_leaves_the_first_alone);
	tcase_add_test(sockets, stale_socket_is_replaced);
	tcase_add_test(sockets, anothers_socket_stays_at_the_stop);
	tcase_add_test(sockets, bad_paths_are_refused);
	tcase_add_test(sockets, peer_is_who_connected);
	tcase_add_test(sockets, stops_while_clients_come);
	suite_add_tcase(suite, sockets);
	return test_run(suite);
}
