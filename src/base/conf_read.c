/*
 * From the configuration's text to the struct.  libconfig is met here and
 * nowhere else; we give it the text, never a file, since it ends the process
 * when a file turns out to be a directory.
 *
 * Each key goes by its row in the tables; a key that is not in them is an
 * error, one that is left out has its default.  The policies come after the
 * rest, "default" first, since the others start as its copy.
 *
 * libconfig does not check its own allocations; with the text bounded by
 * CONF_FILE_MAX that is the one place where no memory is not an answer.
 */
#include "base/conf_private.h"

#include <libconfig.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POLICY_DEFAULT	"default"
#define POLICY_EXEMPT	"exempt"

#define NUMBER_SIZE	32	/* any long long in decimal */

struct loader {
	const struct conf_source *source;
	struct conf		*conf;
	struct buf		*why;
};

/* A section while it is read, and where its values go. */
struct section {
	config_setting_t	*setting;
	const struct conf_key	*table;
	void			*base;
	const char		*prefix;	/* of its keys, in errors */
};

static enum status
refuse(struct loader *loader, unsigned line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static enum status
refuse(struct loader *loader, unsigned line, const char *format, ...)
{
	va_list arguments;

	buf_clear(loader->why);
	buf_printf(loader->why, "%s:%u: ", loader->source->path, line);
	va_start(arguments, format);
	buf_vprintf(loader->why, format, arguments);
	va_end(arguments);
	return STATUS_MALFORMED;
}

static unsigned
line_of(const config_setting_t *setting)
{
	return setting != NULL ? config_setting_source_line(setting) : 1;
}

/* Values */

static unsigned
form_of(const config_setting_t *setting)
{
	switch (config_setting_type(setting)) {
	case CONFIG_TYPE_STRING:
		return CONF_FORM_STRING;
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		return CONF_FORM_NUMBER;
	case CONFIG_TYPE_BOOL:
		return CONF_FORM_BOOL;
	case CONFIG_TYPE_ARRAY:
	case CONFIG_TYPE_LIST:
		return CONF_FORM_LIST;
	default:
		return 0;
	}
}

/* A string, number or boolean as text; `number` is room for the latter. */
static const char *
text_of(const config_setting_t *setting, char number[NUMBER_SIZE])
{
	switch (form_of(setting)) {
	case CONF_FORM_STRING:
		return config_setting_get_string(setting);
	case CONF_FORM_NUMBER:
		snprintf(number, NUMBER_SIZE, "%lld",
		    config_setting_get_int64(setting));
		return number;
	case CONF_FORM_BOOL:
		return config_setting_get_bool(setting) ? "true" : "false";
	default:
		return "";
	}
}

/* The value as the file has it, for an error. */
static void
describe(const config_setting_t *setting, struct buf *buf)
{
	char number[NUMBER_SIZE];

	switch (config_setting_type(setting)) {
	case CONFIG_TYPE_STRING:
		conf_quote(buf, config_setting_get_string(setting));
		break;
	case CONFIG_TYPE_GROUP:
		buf_add_text(buf, "a section");
		break;
	case CONFIG_TYPE_ARRAY:
	case CONFIG_TYPE_LIST:
		buf_add_text(buf, "a list");
		break;
	case CONFIG_TYPE_FLOAT:
		buf_add_text(buf, "a number with a point");
		break;
	default:
		buf_add_text(buf, text_of(setting, number));
		break;
	}
}

static enum status
refuse_value(struct loader *loader, const struct section *section,
    const struct conf_key *key, const config_setting_t *value,
    enum status status)
{
	bool repeated = status == STATUS_CONFLICT;

	if (status == STATUS_NO_MEMORY)
		return status;
	refuse(loader, line_of(value), "%s%s %s ", section->prefix,
	    key->name, repeated ? "names" : "is");
	describe(value, loader->why);
	buf_add_text(loader->why, repeated ? " twice; expected " :
	    "; expected ");
	if (repeated)
		buf_add_text(loader->why, "each once");
	else
		conf_value_expect(key, loader->why);
	return STATUS_MALFORMED;
}

static enum status
read_list(struct loader *loader, const struct section *section,
    const struct conf_key *key, const config_setting_t *list)
{
	const config_setting_t *element;
	enum status status = STATUS_OK;
	int i, count = config_setting_length(list);

	for (i = 0; i < count; i++) {
		element = config_setting_get_elem(list, (unsigned)i);
		if (form_of(element) != CONF_FORM_STRING)
			status = STATUS_MALFORMED;
		else
			status = conf_value_read(key, section->base,
			    loader->source->folder,
			    config_setting_get_string(element));
		if (status != STATUS_OK)
			return refuse_value(loader, section, key, element,
			    status);
	}
	return STATUS_OK;
}

static enum status
read_value(struct loader *loader, const struct section *section,
    const struct conf_key *key, const config_setting_t *setting)
{
	unsigned form = form_of(setting);
	char number[NUMBER_SIZE];
	enum status status = STATUS_MALFORMED;

	if ((conf_value_forms(key) & form) != 0) {
		if (form == CONF_FORM_LIST)
			return read_list(loader, section, key, setting);
		status = conf_value_read(key, section->base,
		    loader->source->folder, text_of(setting, number));
	}
	if (status == STATUS_OK)
		return STATUS_OK;
	return refuse_value(loader, section, key, setting, status);
}

/* Sections */

/* Misspelt, or right but in the wrong place? */
static enum status
refuse_unknown(struct loader *loader, const struct section *section,
    const config_setting_t *setting)
{
	const char *name = config_setting_name(setting);
	const struct conf_key *nearest;
	struct buf *why = loader->why;

	refuse(loader, line_of(setting), "unknown key ");
	conf_quote(why, name);
	nearest = conf_key_nearest(section->table, name);
	if (nearest != NULL)
		buf_printf(why, "; did you mean \"%s\"?", nearest->name);
	else if (conf_key_find(conf_policy_keys, name) != NULL)
		buf_printf(why, " here; expected it in a policy: "
		    "policies = { default = { %s = ...; }; };", name);
	else if (conf_key_find(conf_keys, name) != NULL)
		buf_add_text(why, " in a policy; expected it outside of "
		    "policies = { ... };");
	else
		buf_add_text(why, "; expected a key of replygate.conf(5)");
	return STATUS_MALFORMED;
}

/* All keys that are there; `policies` is left to read_policies. */
static enum status
read_section(struct loader *loader, const struct section *section)
{
	const struct conf_key *key;
	config_setting_t *setting;
	enum status status = STATUS_OK;
	int i, count = config_setting_length(section->setting);

	for (i = 0; i < count && status == STATUS_OK; i++) {
		setting = config_setting_get_elem(section->setting,
		    (unsigned)i);
		key = conf_key_find(section->table,
		    config_setting_name(setting));
		if (key == NULL)
			return refuse_unknown(loader, section, setting);
		if (key->kind != CONF_KIND_POLICIES)
			status = read_value(loader, section, key, setting);
	}
	return status;
}

/* The default text, a list's element by element. */
static enum status
read_fallback(struct loader *loader, const struct conf_key *key, void *base)
{
	enum status status = STATUS_OK;
	char *copy, *word, *rest;

	if ((conf_value_forms(key) & CONF_FORM_LIST) == 0)
		return conf_value_read(key, base, loader->source->folder,
		    key->fallback);
	copy = strdup(key->fallback);
	if (copy == NULL)
		return STATUS_NO_MEMORY;
	for (word = strtok_r(copy, " ", &rest);
	    word != NULL && status == STATUS_OK;
	    word = strtok_r(NULL, " ", &rest))
		status = conf_value_read(key, base, loader->source->folder,
		    word);
	free(copy);
	return status;
}

/* The keys the section leaves out; all, when there is no section. */
static enum status
read_fallbacks(struct loader *loader, const struct section *section)
{
	const struct conf_key *key;
	enum status status = STATUS_OK;

	for (key = section->table; key->name != NULL; key++) {
		if (key->fallback == NULL || (section->setting != NULL &&
		    config_setting_get_member(section->setting, key->name) !=
		    NULL))
			continue;
		status = read_fallback(loader, key, section->base);
		if (status != STATUS_OK)
			break;
	}
	return status;
}

/* Policies */

/* Lower case only: the users file is read without regard to case. */
static bool
is_policy_name(const char *name)
{
	size_t length = strlen(name);

	return length < CONF_POLICY_NAME_SIZE &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") == length;
}

static enum status
check_policy(struct loader *loader, const config_setting_t *setting)
{
	const char *name = config_setting_name(setting);
	enum status status = STATUS_OK;

	if (!is_policy_name(name)) {
		status = refuse(loader, line_of(setting), "policies: ");
		conf_quote(loader->why, name);
		buf_printf(loader->why, " is no policy name; expected at most "
		    "%d of a-z, 0-9, \"-\" and \"_\"",
		    CONF_POLICY_NAME_SIZE - 1);
	} else if (strcmp(name, POLICY_EXEMPT) == 0) {
		status = refuse(loader, line_of(setting), "policies.%s is "
		    "built in; expected another name", name);
	} else if (!config_setting_is_group(setting)) {
		status = refuse(loader, line_of(setting), "policies.%s is ",
		    name);
		describe(setting, loader->why);
		buf_add_text(loader->why, "; expected a section such as "
		    "{ threshold = \"13%\"; }");
	}
	return status;
}

/* What the section leaves out is "default"'s, its own `exempt` included. */
static enum status
read_policy(struct loader *loader, config_setting_t *setting,
    struct policy *policy)
{
	char prefix[sizeof("policies..") + CONF_POLICY_NAME_SIZE];
	struct section section = {
		.setting = setting,
		.table = conf_policy_keys,
		.base = policy,
		.prefix = prefix
	};

	snprintf(policy->name, sizeof(policy->name), "%s",
	    config_setting_name(setting));
	snprintf(prefix, sizeof(prefix), "policies.%s.", policy->name);
	return read_section(loader, &section);
}

static void
add_exempt(struct conf *conf)
{
	struct policy *policy = &conf->policies[conf->policy_count++];

	*policy = conf->policies[0];
	snprintf(policy->name, sizeof(policy->name), "%s", POLICY_EXEMPT);
	policy->exempt = true;
}

static enum status
read_default(struct loader *loader, config_setting_t *group)
{
	struct policy *policy = &loader->conf->policies[0];
	struct section nothing = { NULL, conf_policy_keys, policy, "" };
	config_setting_t *setting = NULL;
	enum status status;

	loader->conf->policy_count = 1;
	status = read_fallbacks(loader, &nothing);
	if (status != STATUS_OK)
		return status;
	if (group != NULL)
		setting = config_setting_get_member(group, POLICY_DEFAULT);
	if (setting != NULL)
		return read_policy(loader, setting, policy);
	snprintf(policy->name, sizeof(policy->name), "%s", POLICY_DEFAULT);
	return STATUS_OK;
}

static enum status
read_policies(struct loader *loader, const struct section *root)
{
	struct conf *conf = loader->conf;
	config_setting_t *group, *setting;
	enum status status = STATUS_OK;
	int i, count;

	group = config_setting_get_member(root->setting, "policies");
	if (group != NULL && !config_setting_is_group(group))
		return refuse_value(loader, root, conf_key_find(conf_keys,
		    "policies"), group, STATUS_MALFORMED);
	count = group != NULL ? config_setting_length(group) : 0;
	if (count > CONF_POLICIES_MAX)
		return refuse(loader, line_of(group), "%d policies; expected "
		    "at most %d", count, CONF_POLICIES_MAX);
	for (i = 0; i < count && status == STATUS_OK; i++)
		status = check_policy(loader,
		    config_setting_get_elem(group, (unsigned)i));
	if (status != STATUS_OK)
		return status;
	/* And "default", should it not be there, and "exempt". */
	conf->policies = calloc((size_t)count + 2, sizeof(*conf->policies));
	if (conf->policies == NULL)
		return STATUS_NO_MEMORY;
	status = read_default(loader, group);
	for (i = 0; i < count && status == STATUS_OK; i++) {
		setting = config_setting_get_elem(group, (unsigned)i);
		if (strcmp(config_setting_name(setting), POLICY_DEFAULT) == 0)
			continue;
		conf->policies[conf->policy_count] = conf->policies[0];
		status = read_policy(loader, setting,
		    &conf->policies[conf->policy_count++]);
	}
	if (status == STATUS_OK)
		add_exempt(conf);
	return status;
}

static enum status
read_root(struct loader *loader, config_setting_t *setting)
{
	struct section root = {
		.setting = setting,
		.table = conf_keys,
		.base = loader->conf,
		.prefix = ""
	};
	enum status status;

	status = read_section(loader, &root);
	if (status == STATUS_OK)
		status = read_fallbacks(loader, &root);
	if (status == STATUS_OK)
		status = read_policies(loader, &root);
	return status;
}

/* Where to point when keys do not fit one another. */
static void
find_lines(config_setting_t *root, struct conf_lines *lines)
{
	static const char *const keys[] = {
		"retention", "reply_horizon", "policies"
	};
	config_setting_t *setting = NULL;
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]) && setting == NULL; i++)
		setting = config_setting_get_member(root, keys[i]);
	lines->retention = line_of(setting);
	lines->policies = line_of(config_setting_get_member(root, "policies"));
	lines->require_auth = line_of(config_setting_get_member(root,
	    "require_auth"));
	lines->smtp_ca = line_of(config_setting_get_member(root,
	    "smtp_ca_file"));
	setting = config_setting_get_member(root, "smtp_user");
	lines->smtp = line_of(setting != NULL ? setting :
	    config_setting_get_member(root, "smtp_password_file"));
}

enum status
conf_read(struct conf *conf, const struct conf_source *source,
    struct conf_lines *lines, struct buf *why)
{
	struct loader loader = { source, conf, why };
	config_t library;
	enum status status;

	config_init(&library);
	if (config_read_string(&library, source->text) == CONFIG_TRUE) {
		find_lines(config_root_setting(&library), lines);
		status = read_root(&loader, config_root_setting(&library));
	} else
		status = refuse(&loader, (unsigned)config_error_line(&library),
		    "%s; expected KEY = VALUE; with text in double quotes, "
		    "every key once and every brace closed",
		    config_error_text(&library));
	config_destroy(&library);
	return status;
}
