/*
 * The order of loading, and what must hold between keys.
 *
 * 1. the file's bytes (conf_file_read), what libconfig would let pass
 *    (conf_scan), then the keys and policies (conf_read);
 * 2. what must hold between keys;
 * 3. the users file, which names policies (conf_users_load), and the aliases
 *    file (conf_aliases_load).
 */
#include "base/conf_private.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define BLANKS	" \t\r\n\v\f"

/* How long the policy's rule looks back. */
static int64_t
memory_of_rule(const struct policy *policy)
{
	return policy->window + policy->settle + policy->warning +
	    policy->restriction;
}

/* How long a row must be remembered for the rule and for late replies. */
static int64_t
memory_needed(const struct conf *conf, const struct policy *policy)
{
	int64_t replies = policy->window + policy->settle +
	    conf->reply_horizon;
	int64_t rule = memory_of_rule(policy);

	return rule > replies ? rule : replies;
}

/* One term of a sum: "window 14d + ". */
static void
add_term(struct buf *buf, const char *name, int64_t duration,
    const char *behind)
{
	char text[CLOCK_TEXT_SIZE];

	buf_printf(buf, "%s %s%s", name, clock_format_duration(duration, text),
	    behind);
}

static enum status
check_retention(const struct conf *conf, unsigned line,
    struct buf *why)
{
	const struct policy *policy = NULL;
	char text[CLOCK_TEXT_SIZE];
	size_t i;

	for (i = 0; i < conf->policy_count; i++)
		if (!conf->policies[i].exempt && (policy == NULL ||
		    memory_needed(conf, &conf->policies[i]) >
		    memory_needed(conf, policy)))
			policy = &conf->policies[i];
	if (policy == NULL || conf->retention >= memory_needed(conf,
	    policy))
		return STATUS_OK;
	buf_printf(why, "%s:%u: retention is \"%s\"; expected at least ",
	    conf->path, line, clock_format_duration(conf->retention, text));
	buf_printf(why, "\"%s\" for policies.%s: ",
	    clock_format_duration(memory_needed(conf, policy), text),
	    policy->name);
	add_term(why, "window", policy->window, " + ");
	add_term(why, "settle", policy->settle, " + ");
	if (memory_needed(conf, policy) > memory_of_rule(policy)) {
		add_term(why, "reply_horizon", conf->reply_horizon, "");
		return STATUS_MALFORMED;
	}
	add_term(why, "warning", policy->warning, " + ");
	add_term(why, "restriction", policy->restriction, "");
	return STATUS_MALFORMED;
}

/*
 * What is sent in a term counts when it has settled.  In a term that is not
 * longer than that nothing would, and no restriction would ever end.
 */
static enum status
check_terms(const struct conf *conf, unsigned line, struct buf *why)
{
	const struct policy *policy;
	char term[CLOCK_TEXT_SIZE], settle[CLOCK_TEXT_SIZE];
	size_t i;

	for (i = 0; i < conf->policy_count; i++) {
		policy = &conf->policies[i];
		if (policy->exempt || policy->restriction > policy->settle)
			continue;
		buf_printf(why, "%s:%u: policies.%s.restriction is \"%s\"; "
		    "expected more than its settle, \"%s\", or nothing that "
		    "is sent in a term could count by its end", conf->path,
		    line, policy->name,
		    clock_format_duration(policy->restriction, term),
		    clock_format_duration(policy->settle, settle));
		return STATUS_MALFORMED;
	}
	return STATUS_OK;
}

static bool
is_certificate_checked(const struct conf *conf)
{
	return conf->smtp_tls == CONF_TLS_REQUIRE ||
	    strncmp(conf->smtp_server, "smtps:", 6) == 0;
}

/*
 * A password goes only where nobody listens: to a server whose certificate is
 * checked, or to this host.
 */
static bool
is_safe_for_passwords(const struct conf *conf)
{
	static const char *const here[] = { "[::1]", "localhost" };
	const char *host = strstr(conf->smtp_server, "://") + 3;
	size_t i, length;

	if (is_certificate_checked(conf))
		return true;
	for (i = 0; i < sizeof(here) / sizeof(here[0]); i++) {
		length = strlen(here[i]);
		if (strncmp(host, here[i], length) == 0 &&
		    (host[length] == ':' || host[length] == '\0'))
			return true;
	}
	/* no name that begins so */
	length = strspn(host, "0123456789.");
	return strncmp(host, "127.", 4) == 0 &&
	    (host[length] == ':' || host[length] == '\0');
}

static enum status
check_smtp(const struct conf *conf, const struct conf_lines *lines,
    struct buf *why)
{
	bool user = conf->smtp_user[0] != '\0';
	unsigned line = lines->smtp;

	if (user != (conf->smtp_password_file != NULL)) {
		buf_printf(why, "%s:%u: %s is set alone; expected smtp_user "
		    "and smtp_password_file, or neither", conf->path, line,
		    user ? "smtp_user" : "smtp_password_file");
		return STATUS_MALFORMED;
	}
	if (user && !is_safe_for_passwords(conf)) {
		buf_printf(why, "%s:%u: the password would be sent to %s in "
		    "the clear, or to whoever answers there; expected smtp_tls "
		    "= \"require\"; or an smtps:// server", conf->path, line,
		    conf->smtp_server);
		return STATUS_MALFORMED;
	}
	if (conf->smtp_ca_file != NULL && !is_certificate_checked(conf)) {
		buf_printf(why, "%s:%u: smtp_ca_file is set, but no "
		    "certificate is looked at; expected smtp_tls = "
		    "\"require\", or an smtps:// server", conf->path,
		    lines->smtp_ca);
		return STATUS_MALFORMED;
	}
	return STATUS_OK;
}

static enum status
check(const struct conf *conf, const struct conf_lines *lines,
    struct buf *why)
{
	const char *socket = strchr(conf->milter_socket, ':') + 1;
	enum status status;

	if (conf->local_domain_count == 0) {
		buf_printf(why, "%s:1: local_domains names no domain; expected "
		    "your own domains, such as [\"example.com\"]", conf->path);
		return STATUS_MALFORMED;
	}
	if (strcmp(socket, conf->control_socket) == 0) {
		buf_printf(why, "%s:1: milter_socket and control_socket are "
		    "both %s; expected two sockets", conf->path, socket);
		return STATUS_MALFORMED;
	}
	if (conf->require_auth && conf->auth_server_count == 0) {
		buf_printf(why, "%s:%u: require_auth is true and auth_servers "
		    "names no server; expected the name your mail server "
		    "writes into Authentication-Results, such as auth_servers "
		    "= [\"mx.%s\"];", conf->path, lines->require_auth,
		    conf->local_domains[0] +
		    (conf->local_domains[0][0] == '.'));
		return STATUS_MALFORMED;
	}
	status = check_smtp(conf, lines, why);
	if (status == STATUS_OK)
		status = check_terms(conf, lines->policies, why);
	if (status != STATUS_OK)
		return status;
	return check_retention(conf, lines->retention, why);
}

/* The folder the file lies in, absolute; "" for the root. */
static enum status
folder_of(const char *path, char **folder, struct buf *why)
{
	const char *slash = strrchr(path, '/');
	enum status status = STATUS_NO_MEMORY;
	struct buf name;

	*folder = NULL;
	buf_init(&name);
	buf_add(&name, path, slash != NULL ? (size_t)(slash - path) : 0);
	buf_add_text(&name, slash != NULL ? "/" : ".");
	if (!name.failed)
		*folder = realpath(name.data, NULL);
	if (*folder != NULL) {
		if (strcmp(*folder, "/") == 0)
			(*folder)[0] = '\0';
		status = STATUS_OK;
	} else if (!name.failed && errno != ENOMEM) {
		buf_printf(why, "%s: its folder cannot be found: %s; expected "
		    "a file in a readable folder", path, strerror(errno));
		status = STATUS_NOT_FOUND;
	}
	buf_release(&name);
	return status;
}

static enum status
scan(const char *path, const char *text, struct buf *why)
{
	struct conf_scan found;

	if (text[strspn(text, BLANKS)] == '\0') {
		buf_printf(why, "%s:1: is empty; expected at least "
		    "local_domains = [\"example.com\"];", path);
		return STATUS_MALFORMED;
	}
	if (conf_scan(text, &found))
		return STATUS_OK;
	buf_printf(why, "%s:%u: %s", path, found.line, found.problem);
	return STATUS_MALFORMED;
}

static enum status
load(struct conf *conf, struct buf *why)
{
	struct conf_source source = { .path = conf->path };
	char *text = NULL, *folder = NULL;
	enum status status;
	struct conf_lines lines = { 1, 1, 1, 1, 1 };

	buf_add_text(why, conf->path);
	status = conf_file_read(conf->path, CONF_FILE_MAX, &text, why);
	if (status != STATUS_OK)
		goto out;
	buf_clear(why);
	status = folder_of(conf->path, &folder, why);
	if (status != STATUS_OK)
		goto out;
	status = scan(conf->path, text, why);
	if (status != STATUS_OK)
		goto out;
	source.folder = folder;
	source.text = text;
	status = conf_read(conf, &source, &lines, why);
	if (status == STATUS_OK)
		status = check(conf, &lines, why);
	if (status == STATUS_OK)
		status = conf_users_load(conf, why);
	if (status == STATUS_OK)
		status = conf_aliases_load(conf, why);
out:
	free(folder);
	free(text);
	return status;
}

enum status
conf_load(const char *path, struct conf **conf, struct buf *why)
{
	enum status status = STATUS_NO_MEMORY;
	struct conf *loaded;

	*conf = NULL;
	buf_clear(why);
	loaded = calloc(1, sizeof(*loaded));
	if (loaded != NULL) {
		atomic_init(&loaded->references, 1);
		loaded->path = strdup(path);
		if (loaded->path != NULL)
			status = load(loaded, why);
	}
	if (status == STATUS_OK) {
		*conf = loaded;
		return STATUS_OK;
	}
	conf_unref(loaded);
	if (status == STATUS_NO_MEMORY) {
		buf_clear(why);
		buf_printf(why, "%s: cannot be loaded: no memory", path);
	}
	return status;
}

struct conf *
conf_ref(struct conf *conf)
{
	atomic_fetch_add(&conf->references, 1);
	return conf;
}

/* Never a chain of them: each leads to the one that owns it all. */
struct conf *
conf_in_mode(struct conf *conf, enum conf_mode mode)
{
	struct conf *whole = conf->whole != NULL ? conf->whole : conf;
	struct conf *other;

	if (mode == whole->mode)
		return conf_ref(whole);
	if ((other = malloc(sizeof(*other))) == NULL)
		return NULL;
	/* all before the count, which others change meanwhile */
	memcpy(other, whole, offsetof(struct conf, references));
	other->whole = conf_ref(whole);
	other->mode = mode;
	atomic_init(&other->references, 1);
	return other;
}

const struct conf *
conf_whole(const struct conf *conf)
{
	return conf->whole != NULL ? conf->whole : conf;
}

void
conf_unref(struct conf *conf)
{
	const struct conf_key *key;

	if (conf == NULL || atomic_fetch_sub(&conf->references, 1) != 1)
		return;
	if (conf->whole != NULL) {
		conf_unref(conf->whole);
		free(conf);
		return;
	}
	for (key = conf_keys; key->name != NULL; key++)
		conf_value_release(key, conf);
	conf_users_release(conf);
	conf_aliases_release(conf);
	free(conf->policies);
	free(conf->path);
	free(conf);
}
