/*
 * What differs between two configurations: for whoever has changed a file and
 * wants to see that it was understood.
 */
#include "base/conf_private.h"

#include <string.h>

struct comparison {
	void		(*each)(void *, const char *);
	void		*context;
	struct buf	 before, after;
	bool		 failed;
};

/* Values are the same when they are written the same. */
static bool
is_same(struct comparison *comparison, const struct conf_key *key,
    const void *old, const void *new)
{
	bool was_set = conf_value_is_set(key, old);

	if (was_set != conf_value_is_set(key, new))
		return false;
	if (!was_set)
		return true;
	buf_clear(&comparison->before);
	buf_clear(&comparison->after);
	conf_value_print(key, old, &comparison->before);
	conf_value_print(key, new, &comparison->after);
	comparison->failed = comparison->failed ||
	    comparison->before.failed || comparison->after.failed;
	return strcmp(comparison->before.data, comparison->after.data) == 0;
}

static void
tell_policy(struct comparison *comparison, const char *policy,
    const char *key)
{
	struct buf name;

	buf_init(&name);
	buf_printf(&name, "policies.%s%s%s", policy, *key != '\0' ? "." : "",
	    key);
	comparison->failed = comparison->failed || name.failed;
	comparison->each(comparison->context, name.data);
	buf_release(&name);
}

static void
compare_policy(struct comparison *comparison, const struct policy *old,
    const struct policy *new)
{
	const struct conf_key *key;

	for (key = conf_policy_keys; key->name != NULL; key++)
		if (!is_same(comparison, key, old, new))
			tell_policy(comparison, new->name, key->name);
}

/*
 * Those there were, changed or gone; then those that are new.  The last is the
 * built-in "exempt".
 */
static void
compare_policies(struct comparison *comparison, const struct conf *old,
    const struct conf *new)
{
	const struct policy *other;
	size_t i;

	for (i = 0; i + 1 < old->policy_count; i++) {
		other = conf_policy_find(new, old->policies[i].name);
		if (other == NULL)
			tell_policy(comparison, old->policies[i].name, "");
		else
			compare_policy(comparison, &old->policies[i], other);
	}
	for (i = 0; i + 1 < new->policy_count; i++)
		if (conf_policy_find(old, new->policies[i].name) == NULL)
			tell_policy(comparison, new->policies[i].name, "");
}

enum status
conf_changes(const struct conf *old, const struct conf *new,
    void (*each)(void *, const char *), void *context)
{
	struct comparison comparison = { .each = each, .context = context };
	const struct conf_key *key;

	buf_init(&comparison.before);
	buf_init(&comparison.after);
	for (key = conf_keys; key->name != NULL; key++) {
		if (key->kind == CONF_KIND_POLICIES)
			compare_policies(&comparison, old, new);
		else if (!is_same(&comparison, key, old, new))
			each(context, key->name);
	}
	buf_release(&comparison.after);
	buf_release(&comparison.before);
	return comparison.failed ? STATUS_NO_MEMORY : STATUS_OK;
}

/* Keys of what is opened at the start, and stays as it was. */
bool
conf_is_fixed(const char *key)
{
	static const char *const fixed[] = { "user",
	    "milter_socket", "milter_socket_mode", "milter_socket_group",
	    "control_socket", "control_socket_mode", "control_socket_group",
	    "metrics_listen", "store_directory", "store_cache", "key_file",
	    "log" };
	size_t i;

	for (i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		if (strcmp(fixed[i], key) == 0)
			return true;
	return false;
}
