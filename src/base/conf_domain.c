/*
 * Our own domains: what may be one, and finding one.  They are kept sorted: a
 * site may have thousands, and each recipient of each message asks.
 */
#include "base/conf_kind.h"

#include <stdlib.h>
#include <string.h>

/* RFC 1035 2.3.4, without the dot of the root. */
#define LABEL_MAX	63
#define DOMAIN_MAX	253

void
conf_lower(char *text)
{
	for (; *text != '\0'; text++)
		if (*text >= 'A' && *text <= 'Z')
			*text = (char)(*text - 'A' + 'a');
}

static bool
is_label_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	    c == '-' || c == '_';
}

bool
conf_is_domain(const char *text)
{
	size_t length = strlen(text), label = 0;

	if (length == 0 || length > DOMAIN_MAX)
		return false;
	for (; *text != '\0'; text++) {
		if (*text == '.') {
			if (label == 0)
				return false;
			label = 0;
		} else if (!is_label_byte(*text) || ++label > LABEL_MAX)
			return false;
	}
	return label > 0;
}

enum status
conf_domain_add(char ***list, size_t *count, const char *text)
{
	enum status status = STATUS_MALFORMED;
	char *copy;

	if (*count >= CONF_LIST_MAX)
		return STATUS_LIMIT;
	copy = strdup(text);
	if (copy == NULL)
		return STATUS_NO_MEMORY;
	conf_lower(copy);
	if (conf_is_domain(copy[0] == '.' ? copy + 1 : copy))
		status = conf_sorted_add(list, count, &copy);
	free(copy);
	return status;
}

bool
conf_is_local_domain(const struct conf *conf, const char *domain,
    size_t length)
{
	bool found = false;
	size_t i;

	if (length == 0 || domain[0] == '.')
		return false;
	for (i = 0; i < length && !found; i++)
		if (i == 0 || domain[i] == '.')
			conf_sorted_find(conf->local_domains,
			    conf->local_domain_count, domain + i, length - i,
			    &found);
	return found;
}
