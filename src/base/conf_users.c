/*
 * The users file: a line a user,
 *
 *	NAME  [login-or-address ...]  [policy=NAME]
 *
 * and the questions it answers: who is behind a login or an address, and which
 * policy do they have.  The file's text is kept and cut up in place; the
 * entries point into it and are sorted, so that a hundred thousand lines
 * are a fraction of a second to load and nothing to ask.
 */
#include "base/conf_private.h"

#include <stdlib.h>
#include <string.h>

#define BLANKS		" \t\r\v\f"
#define POLICY_IS	"policy="

/* A login or an address, NAME itself included. */
struct conf_user {
	const char	*name;		/* in conf->users_text */
	const char	*user;		/* the line's NAME */
	uint32_t	 policy;	/* index in conf->policies */
	uint32_t	 line;
};

struct loader {
	struct conf	*conf;
	struct buf	*why;
	size_t		 room;		/* entries allocated */
	uint32_t	 line;
};

/* One line while it is read. */
struct line {
	const char	*user;		/* NULL: nothing was read yet */
	const char	*policy;	/* NULL: none was named */
	size_t		 first;		/* its first entry */
};

/* "FILE:LINE: `word` `what`" */
static enum status
refuse(struct loader *loader, const char *word, const char *what)
{
	buf_printf(loader->why, "%s:%u: ", loader->conf->users_file,
	    (unsigned)loader->line);
	conf_quote(loader->why, word);
	buf_printf(loader->why, " %s", what);
	return STATUS_MALFORMED;
}

/* NULL, or what is wrong with it as a login or address. */
static const char *
name_problem(const char *name)
{
	const char *at = strrchr(name, '@');
	size_t local = at != NULL ? (size_t)(at - name) : strlen(name);
	const char *c;

	if (strlen(name) >= CONF_USER_SIZE)
		return "is too long; expected at most 319 bytes";
	if (memchr(name, '+', local) != NULL)
		return "has a +detail; expected the address without it, as "
		    "\"+detail\" is taken off before users are looked up";
	for (c = name; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f ||
		    strchr("<>\"(),;:\\", *c) != NULL)
			return "holds a character no login or address has; "
			    "expected names parted by white space";
	if (at == NULL && strchr(name, '=') != NULL)
		return "is no setting; expected a login, an address or "
		    "policy=NAME";
	if (at != NULL && (local == 0 || !conf_is_domain(at + 1)))
		return "is no address; expected LOCAL@DOMAIN";
	return NULL;
}

static enum status
add_entry(struct loader *loader, const char *name, const char *user)
{
	struct conf *conf = loader->conf;
	struct conf_user *grown;
	const char *problem = name_problem(name);
	size_t room;

	if (problem != NULL)
		return refuse(loader, name, problem);
	if (conf->user_count == loader->room) {
		room = loader->room > 0 ? 2 * loader->room : 64;
		grown = realloc(conf->users, room * sizeof(*grown));
		if (grown == NULL)
			return STATUS_NO_MEMORY;
		conf->users = grown;
		loader->room = room;
	}
	conf->users[conf->user_count++] = (struct conf_user){
		.name = name, .user = user, .line = loader->line
	};
	return STATUS_OK;
}

static enum status
take_word(struct loader *loader, struct line *line, const char *word)
{
	if (strncmp(word, POLICY_IS, strlen(POLICY_IS)) != 0) {
		if (line->user == NULL)
			line->user = word;
		return add_entry(loader, word, line->user);
	}
	if (line->user == NULL)
		return refuse(loader, word,
		    "stands first; expected the user's name before it");
	if (line->policy != NULL)
		return refuse(loader, word,
		    "is a second policy; expected one a line");
	line->policy = word + strlen(POLICY_IS);
	return STATUS_OK;
}

/* What the line says of the policy holds for all its entries. */
static enum status
set_policy(struct loader *loader, const struct line *line)
{
	struct conf *conf = loader->conf;
	const struct policy *policy;
	size_t i;

	if (line->policy == NULL)
		return STATUS_OK;
	policy = conf_policy_find(conf, line->policy);
	if (policy == NULL)
		return refuse(loader, line->policy, "is no policy; expected "
		    "a name from the policies of the configuration, or "
		    "\"exempt\"");
	for (i = line->first; i < conf->user_count; i++)
		conf->users[i].policy = (uint32_t)(policy - conf->policies);
	return STATUS_OK;
}

/* Cuts the line up in place.  A comment begins with a word. */
static enum status
take_line(struct loader *loader, char *text)
{
	struct line line = { .first = loader->conf->user_count };
	enum status status = STATUS_OK;
	char *end;

	conf_lower(text);
	for (;;) {
		text += strspn(text, BLANKS);
		if (*text == '\0' || *text == '#')
			return set_policy(loader, &line);
		end = text + strcspn(text, BLANKS);
		if (*end != '\0')
			*end++ = '\0';
		status = take_word(loader, &line, text);
		if (status != STATUS_OK)
			return status;
		text = end;
	}
}

static enum status
take_text(struct loader *loader, char *text)
{
	enum status status = STATUS_OK;
	char *end;

	while (status == STATUS_OK && *text != '\0') {
		loader->line++;
		end = text + strcspn(text, "\n");
		if (*end != '\0')
			*end++ = '\0';
		status = take_line(loader, text);
		text = end;
	}
	return status;
}

/* By name, then as they stand in the file. */
static int
order(const void *one, const void *other)
{
	const struct conf_user *a = one, *b = other;
	int by_name = strcmp(a->name, b->name);

	if (by_name != 0)
		return by_name;
	return (a->name > b->name) - (a->name < b->name);
}

/* Reports the name whose second mention comes first in the file. */
static enum status
refuse_repeated(struct loader *loader)
{
	const struct conf_user *users = loader->conf->users, *found = NULL;
	size_t i;

	for (i = 1; i < loader->conf->user_count; i++)
		if (strcmp(users[i - 1].name, users[i].name) == 0 &&
		    (found == NULL || users[i].name < found->name))
			found = &users[i];
	if (found == NULL)
		return STATUS_OK;
	loader->line = found->line;
	refuse(loader, found->name, "is already on line ");
	buf_printf(loader->why, "%u; expected a login or address once in the "
	    "file", (unsigned)found[-1].line);
	return STATUS_MALFORMED;
}

enum status
conf_users_load(struct conf *conf, struct buf *why)
{
	struct loader loader = { .conf = conf, .why = why };
	enum status status;

	if (conf->users_file == NULL)
		return STATUS_OK;
	buf_add_text(why, conf->users_file);
	status = conf_file_read(conf->users_file, CONF_USERS_FILE_MAX,
	    &conf->users_text, why);
	if (status != STATUS_OK)
		return status;
	buf_clear(why);
	status = take_text(&loader, conf->users_text);
	if (status == STATUS_OK && conf->user_count > 1) {
		qsort(conf->users, conf->user_count, sizeof(*conf->users),
		    order);
		status = refuse_repeated(&loader);
	}
	return status;
}

void
conf_users_release(struct conf *conf)
{
	free(conf->users);
	free(conf->users_text);
	conf->users = NULL;
	conf->users_text = NULL;
	conf->user_count = 0;
}

const struct policy *
conf_policy_find(const struct conf *conf, const char *name)
{
	size_t i;

	for (i = 0; i < conf->policy_count; i++)
		if (strcmp(conf->policies[i].name, name) == 0)
			return &conf->policies[i];
	return NULL;
}

static int
order_by_name(const void *name, const void *entry)
{
	return strcmp(name, ((const struct conf_user *)entry)->name);
}

const struct policy *
conf_user(const struct conf *conf, const char *name, const char **user)
{
	const struct conf_user *entry = NULL;

	if (conf->user_count > 0)
		entry = bsearch(name, conf->users, conf->user_count,
		    sizeof(*conf->users), order_by_name);
	*user = entry != NULL ? entry->user : name;
	return &conf->policies[entry != NULL ? entry->policy : 0];
}

const struct policy *
conf_policy_of(const struct conf *conf, const char *user)
{
	const char *name;

	return conf_user(conf, user, &name);
}

/* Asked when a notice is sent, which is seldom: it looks at all of them. */
const char *
conf_user_address(const struct conf *conf, const char *user)
{
	const char *at;
	size_t i;

	for (i = 0; i < conf->user_count; i++) {
		if (strcmp(conf->users[i].user, user) != 0)
			continue;
		at = strrchr(conf->users[i].name, '@');
		if (at != NULL && conf_is_local_domain(conf, at + 1,
		    strlen(at + 1)))
			return conf->users[i].name;
	}
	return NULL;
}
