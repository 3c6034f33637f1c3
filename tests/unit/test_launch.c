/*
 * Who we are, the pid file, and the places that may be seen.  What takes
 * root's rights is tested from outside, by tests/e2e/test_launch.py.
 */
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "conf_files.h"
#include "front/identity.h"
#include "front/launch.h"
#include "front/pidfile.h"
#include "front/sandbox.h"
#include "front/socket.h"
#include "test.h"

#define DOMAINS	"local_domains = [\"example.com\"];\n"

static const struct {
	const char	*name;
	const char	*user;
	enum status	 want;
	const char	*why;
} names[] = {
	{ "nobody named", "", STATUS_OK, NULL },
	{ "a user", "nobody", STATUS_OK, NULL },
	{ "root", "root", STATUS_CONFLICT, "root has root's rights" },
	{ "no user", "no-such-user", STATUS_NOT_FOUND,
	    "there is no user no-such-user; expected" },
};

START_TEST(test_names)
{
	struct identity identity;
	enum status got;
	struct buf why;

	buf_init(&why);
	got = identity_find(&identity, names[_i].user, &why);
	ck_assert_msg(got == names[_i].want, "%s: got %d, want %d",
	    names[_i].name, got, names[_i].want);
	if (names[_i].why != NULL)
		ck_assert_msg(strstr(why.data, names[_i].why) != NULL,
		    "%s: %s", names[_i].name, why.data);
	else
		ck_assert_str_eq(identity.name, names[_i].user);
	buf_release(&why);
}
END_TEST

START_TEST(test_root_needs_a_user)
{
	struct identity identity;
	enum status got;
	struct buf why;

	buf_init(&why);
	ck_assert_int_eq(identity_find(&identity, "", &why), STATUS_OK);
	got = identity_check(&identity, &why);
	if (geteuid() == 0) {
		ck_assert_int_eq(got, STATUS_CONFLICT);
		ck_assert_ptr_nonnull(strstr(why.data, "user = \""));
	} else {
		ck_assert_int_eq(got, STATUS_OK);
		ck_assert(!identity.changes);
	}
	buf_clear(&why);
	ck_assert_int_eq(identity_find(&identity, "nobody", &why), STATUS_OK);
	got = identity_check(&identity, &why);
	ck_assert_int_eq(got, geteuid() == 0 || geteuid() == identity.uid ?
	    STATUS_OK : STATUS_CONFLICT);
	ck_assert(identity.changes == (geteuid() == 0));
	buf_release(&why);
}
END_TEST

static const struct {
	const char	*name;
	const char	*text;
	const char	*why;
} groups[] = {
	{ "milter's", "milter_socket_group = \"no-such-group\";",
	    "milter_socket_group: there is no group no-such-group" },
	{ "control's", "control_socket_group = \"no-such-group\";",
	    "control_socket_group: there is no group no-such-group" },
	{ "user", "user = \"no-such-user\";",
	    "user: there is no user no-such-user" },
};

START_TEST(test_named_in_the_configuration)
{
	struct conf_files files;
	struct conf *conf;
	struct buf why;
	char text[200];

	conf_files_make(&files);
	snprintf(text, sizeof(text), DOMAINS "%s", groups[_i].text);
	conf_files_write(&files, "conf", text);
	buf_init(&why);
	ck_assert_int_eq(conf_load(conf_files_path(&files, "conf"), &conf,
	    &why), STATUS_OK);
	ck_assert_int_eq(launch_check(conf, NULL, NULL, &why),
	    STATUS_NOT_FOUND);
	ck_assert_msg(strstr(why.data, groups[_i].why) != NULL, "%s: %s",
	    groups[_i].name, why.data);
	conf_unref(conf);
	buf_release(&why);
	conf_files_remove(&files);
}
END_TEST

/* The pid file */

static char folder[] = "/tmp/replygate-launch.XXXXXX";
static char path[PATH_MAX], other[PATH_MAX];

static void
make_folder(void)
{
	memcpy(strrchr(folder, '.') + 1, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/pid", folder);
	snprintf(other, sizeof(other), "%s/other", folder);
}

static void
remove_folder(void)
{
	unlink(path);
	unlink(other);
	ck_assert_int_eq(rmdir(folder), 0);
}

static void
write_file(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	ck_assert_int_eq(fclose(file), 0);
}

static void
read_file(const char *name, char text[64])
{
	FILE *file = fopen(name, "r");
	size_t length;

	ck_assert_ptr_nonnull(file);
	length = fread(text, 1, 63, file);
	text[length] = '\0';
	fclose(file);
}

START_TEST(test_pid_file)
{
	char text[64], want[64];
	struct pidfile pidfile;
	struct stat file;
	struct buf why;

	buf_init(&why);
	/* What was left behind, and was longer, is no obstacle. */
	write_file(path, "123456789012345678901234567890\n");
	umask(077);
	ck_assert_int_eq(pidfile_take(&pidfile, path, &why), STATUS_OK);
	snprintf(want, sizeof(want), "%ld\n", (long)getpid());
	read_file(path, text);
	ck_assert_str_eq(text, want);
	ck_assert_int_eq(stat(path, &file), 0);
	ck_assert_uint_eq(file.st_mode & 07777, 0644);
	pidfile_release(&pidfile);
	ck_assert_int_eq(access(path, F_OK), -1);
	pidfile_release(&pidfile);
	ck_assert_int_eq(pidfile_take(&pidfile, NULL, &why), STATUS_OK);
	pidfile_release(&pidfile);
	buf_release(&why);
}
END_TEST

START_TEST(test_pid_file_in_use)
{
	struct pidfile first, second;
	char want[64];
	struct buf why;

	buf_init(&why);
	ck_assert_int_eq(pidfile_take(&first, path, &why), STATUS_OK);
	ck_assert_int_eq(pidfile_take(&second, path, &why), STATUS_CONFLICT);
	snprintf(want, sizeof(want), "runs already, as process %ld",
	    (long)getpid());
	ck_assert_ptr_nonnull(strstr(why.data, want));
	/* The one that was refused takes nothing away. */
	pidfile_release(&second);
	ck_assert_int_eq(access(path, F_OK), 0);
	pidfile_release(&first);
	buf_release(&why);
}
END_TEST

/* What is at the path is left as it was. */
START_TEST(test_pid_file_of_others)
{
	struct pidfile pidfile;
	struct buf why;
	char text[64];
	int i;

	buf_init(&why);
	for (i = 0; i < 3; i++) {
		write_file(other, "precious");
		if (i == 0)
			ck_assert_int_eq(symlink(other, path), 0);
		else if (i == 1)
			ck_assert_int_eq(link(other, path), 0);
		else
			ck_assert_int_eq(mkfifo(path, 0600), 0);
		ck_assert_int_ne(pidfile_take(&pidfile, path, &why),
		    STATUS_OK);
		ck_assert_int_eq(pidfile.fd, -1);
		pidfile_release(&pidfile);
		read_file(other, text);
		ck_assert_str_eq(text, "precious");
		ck_assert_int_eq(unlink(path), 0);
	}
	buf_release(&why);
}
END_TEST

/* The places that may be seen */

#define TEXT(literal)	((char []){ literal })

static void
note_place(void *context, const char *place, const char *rights)
{
	buf_printf(context, "%s %s\n", place, rights);
}

START_TEST(test_places)
{
	static const char *const want[] = {
		"/etc/replygate r\n", "/srv/users r\n", "/srv/aliases r\n",
		"/srv/phrases r\n", "/srv/authorities r\n",
		"/srv/secret r\n", "/srv/keys r\n",
		"/srv/notices r\n", "/srv/store rwc\n",
		"/srv/milter rwc\n", "/srv/control rwc\n"
	};
	struct conf conf = {
		.users_file = TEXT("/srv/users/file"),
		.aliases_file = TEXT("/srv/aliases/file"),
		.phrases_file = TEXT("/srv/phrases/file"),
		.smtp_ca_file = TEXT("/srv/authorities/file"),
		.smtp_password_file = TEXT("/srv/secret/file"),
		.key_file = TEXT("/srv/keys/key"),
		.notices_directory = TEXT("/srv/notices"),
		.store_directory = TEXT("/srv/store"),
		.milter_socket = TEXT("unix:/srv/milter/sock"),
		.control_socket = TEXT("/srv/control/sock")
	};
	struct buf seen;
	size_t i;

	buf_init(&seen);
	sandbox_each_place(&conf, "/etc/replygate/replygate.conf",
	    note_place, &seen);
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		ck_assert_msg(strstr(seen.data, want[i]) != NULL,
		    "%sis not among: %s", want[i], seen.data);
	buf_clear(&seen);
	conf.milter_socket = TEXT("inet:8891@localhost");
	conf.users_file = NULL;
	sandbox_each_place(&conf, "replygate.conf", note_place, &seen);
	ck_assert_ptr_null(strstr(seen.data, "/srv/milter"));
	ck_assert_ptr_null(strstr(seen.data, "/srv/users"));
	ck_assert_int_eq(strncmp(seen.data, ". r\n", 4), 0);
	buf_release(&seen);
}
END_TEST

/* Sockets' groups */

START_TEST(test_socket_group)
{
	struct stat file;
	struct buf why;

	buf_init(&why);
	write_file(path, "");
	ck_assert_int_eq(socket_give(path, "", &why), STATUS_OK);
	ck_assert_int_eq(socket_give(path, "no-such-group", &why),
	    STATUS_NOT_FOUND);
	if (geteuid() == 0) {
		ck_assert_int_eq(socket_give(path, "daemon", &why),
		    STATUS_OK);
		ck_assert_int_eq(stat(path, &file), 0);
		ck_assert_uint_ne(file.st_gid, 0);
	}
	buf_release(&why);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("launch");
	TCase *identity = tcase_create("identity");
	TCase *files = tcase_create("pid file");
	TCase *places = tcase_create("places");

	tcase_add_loop_test(identity, test_names, 0,
	    sizeof(names) / sizeof(names[0]));
	tcase_add_test(identity, test_root_needs_a_user);
	tcase_add_loop_test(identity, test_named_in_the_configuration, 0,
	    sizeof(groups) / sizeof(groups[0]));
	suite_add_tcase(suite, identity);
	tcase_add_checked_fixture(files, make_folder, remove_folder);
	tcase_add_test(files, test_pid_file);
	tcase_add_test(files, test_pid_file_in_use);
	tcase_add_test(files, test_pid_file_of_others);
	tcase_add_test(files, test_socket_group);
	suite_add_tcase(suite, files);
	tcase_add_test(places, test_places);
	suite_add_tcase(suite, places);
	return test_run(suite);
}
