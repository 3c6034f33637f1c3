/*
 * What is read once for a configuration, and what follows from its keys.
 */
#include "notify/desk.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/conf_file.h"

#define PASSWORD_FILE_MAX	4096	/* bytes */

/* Others must not read what opens the mail server to them. */
static enum status
check_mode(const char *path, struct buf *why)
{
	struct stat facts;

	if (stat(path, &facts) != 0) {
		buf_printf(why, "%s: cannot be read: %s; expected a file "
		    "readable by the user replygate runs as", path,
		    strerror(errno));
		return STATUS_NOT_FOUND;
	}
	if ((facts.st_mode & S_IRWXO) == 0)
		return STATUS_OK;
	buf_printf(why, "%s: mode %04o lets everybody use the password; "
	    "expected 0600 or 0640: chmod o= %s", path,
	    (unsigned)(facts.st_mode & 07777), path);
	return STATUS_MALFORMED;
}

static enum status
load_password(struct desk *desk, struct buf *why)
{
	const char *path = desk->conf->smtp_password_file;
	char *text = NULL;
	enum status status;
	size_t length;

	if (path == NULL)
		return STATUS_OK;
	status = check_mode(path, why);
	if (status != STATUS_OK)
		return status;
	buf_add_text(why, path);
	status = conf_file_read(path, PASSWORD_FILE_MAX, &text, why);
	if (status != STATUS_OK)
		return status;
	buf_clear(why);
	length = strcspn(text, "\r\n");
	if (length == 0 || length > DESK_PASSWORD_MAX) {
		buf_printf(why, "%s:1: the first line is %s; expected a "
		    "password of 1 to %d bytes", path, length == 0 ? "empty" :
		    "too long", DESK_PASSWORD_MAX);
		status = STATUS_MALFORMED;
	} else
		memcpy(desk->password, text, length);
	explicit_bzero(text, strlen(text));
	free(text);
	return status;
}

/* What is in it is libcurl's affair; that it can be read is ours, now. */
static enum status
check_authorities(const char *path, struct buf *why)
{
	struct stat facts;

	errno = 0;
	if (path == NULL || (access(path, R_OK) == 0 &&
	    stat(path, &facts) == 0 && S_ISREG(facts.st_mode)))
		return STATUS_OK;
	buf_printf(why, "%s: cannot be read: %s; expected a file of "
	    "certificates in PEM", path, strerror(errno != 0 ? errno :
	    EINVAL));
	return STATUS_NOT_FOUND;
}

/* One line of the file says so; the header's writer is the one who knows. */
static enum status
check_mailbox(const struct conf *conf, const char *key, const char *text,
    struct buf *why)
{
	if (text[0] == '\0' || notice_is_mailbox(text))
		return STATUS_OK;
	buf_printf(why, "%s:1: %s cannot be written into a header; expected "
	    "a mailbox such as \"Mail team <mail@example.com>\"", conf->path,
	    key);
	return STATUS_MALFORMED;
}

static enum status
load(struct desk *desk, struct buf *why)
{
	struct conf *conf = desk->conf;
	enum status status;

	status = check_mailbox(conf, "notice_from", conf->notice_from, why);
	if (status == STATUS_OK)
		status = check_mailbox(conf, "notice_reply_to",
		    conf->notice_reply_to, why);
	if (status == STATUS_OK)
		status = check_authorities(conf->smtp_ca_file, why);
	if (status == STATUS_OK)
		status = load_password(desk, why);
	if (status == STATUS_OK && conf->notices)
		status = notice_templates_load(conf->notices_directory,
		    REPLYGATE_NOTICES, &desk->templates, why);
	return status;
}

enum status
desk_load(struct desk **result, struct conf *conf, struct buf *why)
{
	struct desk *desk = calloc(1, sizeof(*desk));
	enum status status = STATUS_NO_MEMORY;

	*result = NULL;
	if (desk != NULL) {
		atomic_init(&desk->references, 1);
		desk->conf = conf_ref(conf);
		status = load(desk, why);
	}
	if (status == STATUS_OK) {
		*result = desk;
		return STATUS_OK;
	}
	if (status == STATUS_NO_MEMORY) {
		buf_clear(why);
		buf_printf(why, "%s: cannot be loaded: no memory", conf->path);
	}
	desk_unref(desk);
	return status;
}

struct desk *
desk_ref(struct desk *desk)
{
	if (desk != NULL)
		atomic_fetch_add(&desk->references, 1);
	return desk;
}

void
desk_unref(struct desk *desk)
{
	if (desk == NULL || atomic_fetch_sub(&desk->references, 1) != 1)
		return;
	explicit_bzero(desk->password, sizeof(desk->password));
	notice_templates_free(desk->templates);
	conf_unref(desk->conf);
	free(desk);
}

/* NULL: it is not of a domain of ours. */
static const char *
local_domain_of(const struct conf *conf, const char *address)
{
	const char *at = strrchr(address, '@');

	if (at == NULL || at == address ||
	    !conf_is_local_domain(conf, at + 1, strlen(at + 1)))
		return NULL;
	return at + 1;
}

/*
 * Whoever has a login may send under any address: the users file says whose
 * it is.  Where it says nothing of this user, and of this address, it is what
 * there is.
 */
static bool
is_theirs(const struct conf *conf, const struct account *account)
{
	const char *user;

	if (local_domain_of(conf, account->address) == NULL)
		return false;
	(void)conf_user(conf, account->address, &user);
	return strcmp(user, account->user) == 0 ||
	    (strcmp(user, account->address) == 0 &&
	    conf_user_address(conf, account->user) == NULL);
}

const char *
desk_address(const struct desk *desk, const struct account *account)
{
	if (local_domain_of(desk->conf, account->user) != NULL)
		return account->user;
	if (is_theirs(desk->conf, account))
		return account->address;
	return conf_user_address(desk->conf, account->user);
}

void
desk_header(const struct desk *desk, const char *to, struct buf *from,
    struct notice_header *header)
{
	const struct conf *conf = desk->conf;
	const char *at = strrchr(to, '@');

	buf_clear(from);
	if (conf->notice_from[0] != '\0')
		buf_add_text(from, conf->notice_from);
	else if (conf->postmaster[0] != '\0')
		buf_add_text(from, conf->postmaster);
	else
		buf_printf(from, "postmaster@%s",
		    at != NULL ? at + 1 : desk_domain(desk));
	header->from = from->data;
	header->reply_to = conf->notice_reply_to;
	header->to = to;
}

void
desk_server(const struct desk *desk, struct mailer_server *server)
{
	server->url = desk->conf->smtp_server;
	server->tls = desk->conf->smtp_tls;
	server->ca_file = desk->conf->smtp_ca_file;
	server->user = desk->conf->smtp_user;
	server->password = desk->password;
	server->name = desk_domain(desk);
	server->patience = MAILER_PATIENCE;
}

const char *
desk_domain(const struct desk *desk)
{
	const struct conf *conf = desk->conf;
	size_t i;

	for (i = 0; i < conf->local_domain_count; i++)
		if (conf->local_domains[i][0] != '.')
			return conf->local_domains[i];
	return conf->local_domains[0] + 1;
}
