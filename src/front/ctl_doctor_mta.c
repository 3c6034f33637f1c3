/*
 * The mail system of this host: what it says of its configuration, and whether
 * it may reach our socket.
 */
#include "front/ctl_doctor.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/conf_file.h"
#include "base/mta_name.h"

/* Of what a program prints, and of a sendmail.cf. */
#define TEXT_MAX	((size_t)1 << 20)
#define GROUPS_MAX	256

#define SENDMAIL_CF	"/etc/mail/sendmail.cf"

extern char **environ;

/*
 * Running postconf
 */

static bool
read_all(int fd, struct buf *text)
{
	char bytes[4096];
	ssize_t length;

	while ((length = read(fd, bytes, sizeof(bytes))) != 0) {
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0 || text->length + (size_t)length > TEXT_MAX)
			return false;
		buf_add(text, bytes, (size_t)length);
	}
	return !text->failed;
}

static int
spawn(pid_t *child, char *const argv[], const int ends[2])
{
	posix_spawn_file_actions_t actions;
	int error = posix_spawn_file_actions_init(&actions);

	if (error != 0)
		return error;
	error = posix_spawn_file_actions_adddup2(&actions, ends[1],
	    STDOUT_FILENO);
	if (error == 0)
		error = posix_spawn_file_actions_addopen(&actions,
		    STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (error == 0)
		error = posix_spawn_file_actions_addclose(&actions, ends[0]);
	if (error == 0)
		error = posix_spawn_file_actions_addclose(&actions, ends[1]);
	if (error == 0)
		error = posix_spawnp(child, argv[0], &actions, NULL, argv,
		    environ);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

static bool
read_and_wait(char *const argv[], struct buf *text)
{
	int ends[2], status = -1;
	bool whole;
	pid_t child;

	if (pipe(ends) != 0)
		return false;
	if (spawn(&child, argv, ends) != 0) {
		close(ends[0]);
		close(ends[1]);
		return false;
	}
	close(ends[1]);
	whole = read_all(ends[0], text);
	close(ends[0]);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return whole && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/*
 * What a program prints, called by these words (the last NULL).  False: it
 * cannot be run, or ends with a complaint.
 */
static bool
run(const char *const words[], struct buf *text)
{
	size_t i, count = 0;
	bool good = true;
	char **argv;

	buf_clear(text);
	while (words[count] != NULL)
		count++;
	assert(count > 0);
	argv = calloc(count + 1, sizeof(*argv));
	if (argv == NULL)
		return false;
	for (i = 0; i < count; i++)
		good = (argv[i] = strdup(words[i])) != NULL && good;
	good = good && read_and_wait(argv, text);
	for (i = 0; i < count; i++)
		free(argv[i]);
	free(argv);
	return good;
}

/* Its directory may not be where a user's programs are looked for. */
static const char *
find_postconf(void)
{
	static const char *const places[] = { "/usr/sbin/postconf",
	    "/usr/local/sbin/postconf" };
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (access(places[i], X_OK) == 0)
			return places[i];
	return "postconf";
}

static bool
ask_postconf(const char *directory, const char *const words[],
    struct buf *text)
{
	const char *all[16] = { find_postconf() };
	size_t i, used = 1;

	if (directory != NULL) {
		all[used++] = "-c";
		all[used++] = directory;
	}
	for (i = 0; words[i] != NULL; i++)
		all[used++] = words[i];
	return run(all, text);
}

static bool
ask_postfix(const char *directory, struct buf *parameters,
    struct buf *services, struct buf *overrides)
{
	static const char *const main_words[] = { "-x", "smtpd_milters",
	    "non_smtpd_milters", "milter_default_action",
	    "internal_mail_filter_classes", "milter_protocol",
	    "queue_directory", "mail_owner", "receive_override_options",
	    "smtpd_sasl_auth_enable", "compatibility_level", NULL };
	static const char *const master_words[] = { "-M", NULL };
	static const char *const own_words[] = { "-xP", NULL };

	return ask_postconf(directory, main_words, parameters) &&
	    ask_postconf(directory, master_words, services) &&
	    ask_postconf(directory, own_words, overrides);
}

/*
 * May it reach the socket?
 */

struct person {
	uid_t	uid;
	gid_t	groups[GROUPS_MAX];
	int	count;
};

static bool
find_person(const char *user, struct person *person)
{
	/* cppcheck-suppress getpwnamCalled ; a command has but one thread */
	const struct passwd *entry = getpwnam(user);

	if (entry == NULL)
		return false;
	person->uid = entry->pw_uid;
	person->count = GROUPS_MAX;
	return getgrouplist(user, entry->pw_gid, person->groups,
	    &person->count) >= 0;
}

/* `rights` as for others, 01 to 07. */
static bool
may(const struct person *person, const struct stat *info, mode_t rights)
{
	int i;

	if (person->uid == 0)
		return true;
	if (info->st_uid == person->uid)
		return (info->st_mode >> 6 & rights) == rights;
	for (i = 0; i < person->count; i++)
		if (info->st_gid == person->groups[i])
			return (info->st_mode >> 3 & rights) == rights;
	return (info->st_mode & rights) == rights;
}

/* The first of the path that keeps them out; NULL: nothing does. */
static const char *
find_bar(const struct person *person, char *path, bool *seen)
{
	struct stat info;
	char *slash = path;
	bool open = true;

	*seen = true;
	while (open && (slash = strchr(slash + 1, '/')) != NULL) {
		*slash = '\0';
		*seen = stat(path, &info) == 0;
		open = *seen && may(person, &info, 01);
		if (open)
			*slash = '/';
	}
	if (open) {
		*seen = stat(path, &info) == 0;
		open = *seen && may(person, &info, 02);
	}
	return open ? NULL : path;
}

static void
advise_group(struct findings *findings, const char *user, const char *bar)
{
	const struct group *group = NULL;
	struct stat info;

	if (stat(bar, &info) == 0)
		/* cppcheck-suppress getgrgidCalled ; one thread, as above */
		group = getgrgid(info.st_gid);
	findings_advise(findings, "Its group should be one the user is in, and "
	    "the mode allow it; then Postfix started again:");
	findings_advise(findings, "    usermod -aG %s %s", group != NULL &&
	    info.st_gid != 0 ? group->gr_name : "replygate", user);
	findings_advise(findings, "replygate.conf, then a restart:");
	findings_advise(findings, "    milter_socket_mode = \"0660\";");
}

void
ctl_doctor_reach(struct findings *findings, const char *user,
    const char *path)
{
	struct person *person = calloc(1, sizeof(*person));
	char *copy = strdup(path);
	const char *bar;
	bool seen;

	if (person == NULL || copy == NULL || !find_person(user, person))
		goto out;
	bar = find_bar(person, copy, &seen);
	if (!seen)
		goto out;
	if (bar == NULL)
		findings_add(findings, FINDING_FINE, "postfix-rights",
		    "the user %s may connect to %s", user, path);
	else {
		findings_add(findings, FINDING_PROBLEM, "postfix-rights",
		    "the user %s may not %s %s", user,
		    strcmp(bar, path) == 0 ? "connect to" : "enter", bar);
		advise_group(findings, user, bar);
	}
out:
	free(copy);
	free(person);
}

/*
 * Which of them is it?
 */

static bool
look_at_postfix(struct findings *findings, const char *directory,
    const char *socket)
{
	struct buf parameters, services, overrides, owner;
	struct ctl_doctor_postfix text = { .socket = socket };
	const char *path = mta_name_path(socket);
	bool there;

	buf_init(&parameters);
	buf_init(&services);
	buf_init(&overrides);
	buf_init(&owner);
	there = ask_postfix(directory, &parameters, &services, &overrides);
	if (there) {
		text.parameters = parameters.data;
		text.services = services.data;
		text.overrides = overrides.data;
		ctl_doctor_postfix(findings, &text);
		ctl_doctor_parameter(text.parameters, "mail_owner", &owner);
		if (path != NULL)
			ctl_doctor_reach(findings, owner.data, path);
	}
	buf_release(&owner);
	buf_release(&overrides);
	buf_release(&services);
	buf_release(&parameters);
	return there;
}

static void
look_at_sendmail(struct findings *findings, const char *path,
    const char *socket)
{
	struct buf why;
	char *text = NULL;

	buf_init(&why);
	if (conf_file_read(path, TEXT_MAX, &text, &why) == STATUS_OK)
		ctl_doctor_sendmail(findings, text, socket);
	else
		findings_add(findings, FINDING_PROBLEM, "sendmail-filters",
		    "%s%s", path, why.data);
	free(text);
	buf_release(&why);
}

void
ctl_doctor_mta(struct findings *findings, const char *postfix,
    const char *sendmail, const char *socket)
{
	if (sendmail != NULL)
		look_at_sendmail(findings, sendmail, socket);
	else if (look_at_postfix(findings, postfix, socket))
		return;
	else if (postfix != NULL)
		findings_add(findings, FINDING_PROBLEM, "postfix-smtpd",
		    "%s: postconf cannot read Postfix's configuration there",
		    postfix);
	else if (access(SENDMAIL_CF, R_OK) == 0)
		look_at_sendmail(findings, SENDMAIL_CF, socket);
	else
		findings_add(findings, FINDING_FINE, "mail-system",
		    "none on this host whose configuration could be read");
}
