/*
 * Lists kept sorted by the first word of each text, so that whoever asks for
 * each recipient of each message finds one by halving.
 */
#include "base/conf_kind.h"

#include <stdlib.h>
#include <string.h>

/* Negative, 0, positive, as the word stands to the entry's. */
static int
compare(const char *word, size_t length, const char *entry)
{
	size_t entry_length = strcspn(entry, " ");
	int order;

	order = memcmp(word, entry,
	    length < entry_length ? length : entry_length);
	if (order != 0)
		return order;
	return (length > entry_length) - (length < entry_length);
}

size_t
conf_sorted_find(char *const *list, size_t count, const char *word,
    size_t length, bool *found)
{
	size_t low = 0, high = count, middle;
	int order;

	*found = false;
	while (low < high && !*found) {
		middle = low + (high - low) / 2;
		order = compare(word, length, list[middle]);
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
conf_sorted_add(char ***list, size_t *count, char **entry)
{
	bool found;
	size_t at = conf_sorted_find(*list, *count, *entry,
	    strcspn(*entry, " "), &found);
	char **grown;

	if (found)
		return STATUS_CONFLICT;
	grown = realloc(*list, (*count + 1) * sizeof(*grown));
	if (grown == NULL)
		return STATUS_NO_MEMORY;
	memmove(grown + at + 1, grown + at, (*count - at) * sizeof(*grown));
	grown[at] = *entry;
	*entry = NULL;
	*list = grown;
	(*count)++;
	return STATUS_OK;
}
