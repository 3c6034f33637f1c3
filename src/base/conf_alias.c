/*
 * Where a local address leads by the aliases file: through further aliases to
 * addresses outside.  Aliases may lead in circles and to one address by many
 * ways, so what was seen is kept in a table, which is the queue of what is to
 * be looked at as well.
 */
#include "base/conf_private.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS	16384		/* a power of 2, more than is ever visited */

struct visit {
	const struct conf *conf;
	const char	**seen;		/* in the order they were found */
	size_t		 count;
	const char	**slots;	/* the same, by their hash */
};

static int
order_by_name(const void *name, const void *alias)
{
	return strcmp(name, ((const struct conf_alias *)alias)->name);
}

const struct conf_alias *
conf_alias_find(const struct conf_aliases *aliases, const char *name)
{
	if (aliases->count == 0)
		return NULL;
	return bsearch(name, aliases->list, aliases->count,
	    sizeof(*aliases->list), order_by_name);
}

/* FNV-1a.  Whoever writes the aliases file may make it slow, for themselves. */
static size_t
hash(const char *text)
{
	uint32_t sum = 2166136261U;

	for (; *text != '\0'; text++)
		sum = (sum ^ (unsigned char)*text) * 16777619U;
	return sum & (SLOTS - 1);
}

static void
add(struct visit *visit, const char *text)
{
	size_t slot = hash(text);

	while (visit->slots[slot] != NULL) {
		if (strcmp(visit->slots[slot], text) == 0)
			return;
		slot = (slot + 1) & (SLOTS - 1);
	}
	if (visit->count == CONF_ALIAS_VISIT_MAX)
		return;
	visit->slots[slot] = text;
	visit->seen[visit->count++] = text;
}

static bool
is_outside(const struct conf *conf, const char *address)
{
	const char *at = strrchr(address, '@');

	return at != NULL && !conf_is_local_domain(conf, at + 1,
	    strlen(at + 1));
}

/* The alias of "local" without its +detail, if it has one. */
static const struct conf_alias *
find_plain(const struct conf *conf, const char *address, size_t local,
    const char *behind)
{
	const char *plus = memchr(address, '+', local);
	char name[CONF_ALIAS_SIZE];
	size_t length = plus != NULL ? (size_t)(plus - address) : local;

	if (length + strlen(behind) >= sizeof(name) || length == 0)
		return NULL;
	memcpy(name, address, length);
	memcpy(name + length, behind, strlen(behind) + 1);
	return conf_alias_find(conf->aliases, name);
}

/*
 * As the mailers look: the whole address, the same without +detail, the name
 * before the @, at last the domain's own line.
 */
static const struct conf_alias *
find(const struct conf *conf, const char *address)
{
	const char *at = strrchr(address, '@');
	size_t local = at != NULL ? (size_t)(at - address) : strlen(address);
	const struct conf_alias *alias;
	char name[CONF_ALIAS_SIZE];

	alias = conf_alias_find(conf->aliases, address);
	if (alias == NULL && at != NULL)
		alias = find_plain(conf, address, local, at);
	if (alias == NULL && local < sizeof(name)) {
		memcpy(name, address, local);
		name[local] = '\0';
		alias = conf_alias_find(conf->aliases, name);
	}
	if (alias == NULL)
		alias = find_plain(conf, address, local, "");
	if (alias == NULL && at != NULL)
		alias = conf_alias_find(conf->aliases, at);
	return alias;
}

/* "\name" is the mailbox of that name, whatever its alias says. */
static void
follow(struct visit *visit, const char *address)
{
	const struct conf_aliases *aliases = visit->conf->aliases;
	const struct conf_alias *alias;
	size_t i;

	if (address[0] == '\\')
		return;
	alias = find(visit->conf, address);
	for (i = 0; alias != NULL && i < alias->count; i++)
		add(visit, aliases->targets[alias->first + i]);
}

static size_t
walk(struct visit *visit, const char *address,
    bool (*each)(void *, const char *), void *context)
{
	size_t i, count = 0;

	follow(visit, address);
	for (i = 0; i < visit->count; i++) {
		if (!is_outside(visit->conf, visit->seen[i])) {
			follow(visit, visit->seen[i]);
			continue;
		}
		count++;
		if (!each(context, visit->seen[i]))
			break;
	}
	return count;
}

size_t
conf_alias_outside(const struct conf *conf, const char *address,
    bool (*each)(void *, const char *), void *context)
{
	struct visit visit = { .conf = conf };
	size_t count = 0;

	if (conf->aliases == NULL || find(conf, address) == NULL)
		return 0;
	visit.seen = malloc(CONF_ALIAS_VISIT_MAX * sizeof(*visit.seen));
	visit.slots = calloc(SLOTS, sizeof(*visit.slots));
	if (visit.seen != NULL && visit.slots != NULL)
		count = walk(&visit, address, each, context);
	free(visit.slots);
	free(visit.seen);
	return count;
}
