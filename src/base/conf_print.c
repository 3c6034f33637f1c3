/*
 * The canonical form: every key with its value, defaults spelled out, each with
 * a word of help; what conf_load reads back to the same.  The users file is not
 * part of it, only its name.
 */
#include "base/conf_private.h"

#include <string.h>

static void
print_policy(const struct policy *policy, struct buf *buf)
{
	const struct conf_key *key;

	buf_printf(buf, "\t%s = {\n", policy->name);
	for (key = conf_policy_keys; key->name != NULL; key++) {
		buf_printf(buf, "\t\t%s = ", key->name);
		conf_value_print(key, policy, buf);
		buf_add_text(buf, ";\n");
	}
	buf_add_text(buf, "\t};\n");
}

/* All but the last, which is the built-in "exempt". */
static void
print_policies(const struct conf *conf, struct buf *buf)
{
	const struct conf_key *key;
	size_t i;

	for (key = conf_policy_keys; key->name != NULL; key++)
		buf_printf(buf, "#\t%s: %s\n", key->name, key->help);
	buf_add_text(buf, "policies = {\n");
	for (i = 0; i + 1 < conf->policy_count; i++)
		print_policy(&conf->policies[i], buf);
	buf_add_text(buf, "};\n");
}

void
conf_print(const struct conf *conf, struct buf *buf)
{
	const struct conf_key *key;

	for (key = conf_keys; key->name != NULL; key++) {
		if (key != conf_keys)
			buf_add_text(buf, "\n");
		buf_printf(buf, "# %s\n", key->help);
		if (key->kind == CONF_KIND_POLICIES) {
			print_policies(conf, buf);
			continue;
		}
		if (key->fallback == NULL && !conf_value_is_set(key, conf)) {
			buf_printf(buf, "# %s is not set\n", key->name);
			continue;
		}
		buf_printf(buf, "%s = ", key->name);
		conf_value_print(key, conf, buf);
		buf_add_text(buf, ";\n");
	}
}
