/*
 * Lists outside: addresses and domains that stand for many people, each with a
 * size.  Kept as "NAME SIZE", sorted by name: each outside recipient asks.
 */
#include "base/conf_kind.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS		" \t"
#define SIZE_MIN	2	/* of one, and it is no list */

bool
conf_is_address(const char *text)
{
	const char *at = strrchr(text, '@'), *c;

	if (at == NULL || at == text || strlen(text) >= CONF_USER_SIZE)
		return false;
	for (c = text; c < at; c++)
		if ((unsigned char)*c <= 0x20 || *c == 0x7f ||
		    strchr("<>\"(),;:\\", *c) != NULL)
			return false;
	return conf_is_domain(at + 1);
}

static bool
is_size(const char *text)
{
	size_t length = strspn(text, "0123456789");

	if (strcmp(text, "many") == 0)
		return true;
	return length > 0 && length <= CONF_DIGITS_MAX &&
	    text[length] == '\0' && strtol(text, NULL, 10) >= SIZE_MIN;
}

/* "Name  SIZE" as it is kept: "name SIZE", without leading zeros. */
static enum status
normalise(const char *text, char **entry)
{
	size_t length = strcspn(text, BLANKS);
	enum status status = STATUS_MALFORMED;
	const char *size = text + length;
	struct buf made;

	size += strspn(size, BLANKS);
	if (!is_size(size))
		return STATUS_MALFORMED;
	buf_init(&made);
	buf_add(&made, text, length);
	if (made.length > 0)
		conf_lower(made.data);
	if (conf_is_address(made.data) || conf_is_domain(made.data[0] == '.' ?
	    made.data + 1 : made.data)) {
		size += size[0] == '0' ? strspn(size, "0") : 0;
		buf_printf(&made, " %s", size);
		status = made.failed ? STATUS_NO_MEMORY : STATUS_OK;
	}
	*entry = buf_detach(&made);
	return status;
}

enum status
conf_read_list(const struct conf_target *target, const char *text)
{
	enum status status;
	char *entry = NULL;

	if (*target->count >= CONF_LIST_MAX)
		return STATUS_LIMIT;
	status = normalise(text, &entry);
	if (status == STATUS_OK)
		status = conf_sorted_add(target->field, target->count, &entry);
	free(entry);
	return status;
}

/* The address itself, its domain, then ".x" for what it is below of. */
bool
conf_list_size(const struct conf *conf, const char *address, size_t length,
    int64_t *size)
{
	bool found = false, behind_at = false;
	const char *text;
	size_t i, at = 0;

	for (i = 0; i < length && !found; i++) {
		if (i > 0 && address[i - 1] == '@')
			behind_at = true;
		if (i == 0 || address[i - 1] == '@' ||
		    (behind_at && address[i] == '.'))
			at = conf_sorted_find(conf->lists, conf->list_count,
			    address + i, length - i, &found);
	}
	if (!found)
		return false;
	text = strchr(conf->lists[at], ' ') + 1;
	*size = strcmp(text, "many") == 0 ? CONF_LIST_MANY :
	    strtol(text, NULL, 10);
	return true;
}
