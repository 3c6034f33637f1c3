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

static int
compare(const char *text, size_t length, const char *entry)
{
	size_t entry_length = strlen(entry);
	int order;

	order = memcmp(text, entry,
	    length < entry_length ? length : entry_length);
	if (order != 0)
		return order;
	return (length > entry_length) - (length < entry_length);
}

/* Where the text is in the sorted list, or would have to go. */
static size_t
position(char *const *list, size_t count, const char *text, size_t length,
    bool *found)
{
	size_t low = 0, high = count, middle;
	int order;

	*found = false;
	while (low < high && !*found) {
		middle = low + (high - low) / 2;
		order = compare(text, length, list[middle]);
		if (order > 0)
			low = middle + 1;
		else
			high = middle;
		if (order == 0) {
			*found = true;
			low = middle;
		}
	}
	return low;
}

enum status
conf_domain_add(char ***list, size_t *count, const char *text)
{
	enum status status = STATUS_NO_MEMORY;
	char *copy, **grown;
	size_t at;
	bool found;

	if (*count >= CONF_LIST_MAX)
		return STATUS_LIMIT;
	copy = strdup(text);
	if (copy == NULL)
		return STATUS_NO_MEMORY;
	conf_lower(copy);
	status = STATUS_MALFORMED;
	if (!conf_is_domain(copy[0] == '.' ? copy + 1 : copy))
		goto out;
	at = position(*list, *count, copy, strlen(copy), &found);
	status = STATUS_CONFLICT;
	if (found)
		goto out;
	status = STATUS_NO_MEMORY;
	grown = realloc(*list, (*count + 1) * sizeof(**list));
	if (grown == NULL)
		goto out;
	memmove(grown + at + 1, grown + at, (*count - at) * sizeof(*grown));
	grown[at] = copy;
	copy = NULL;
	*list = grown;
	(*count)++;
	status = STATUS_OK;
out:
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
			position(conf->local_domains, conf->local_domain_count,
			    domain + i, length - i, &found);
	return found;
}
