/*
 * A file of phrases, and behind a NUL a subject that is looked up in it.
 */
#include "fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "mail/phrase.h"
#include "mail/subject.h"

static void
look_up(const struct phrase_table *table, const char *text)
{
	int place;

	for (place = 0; place < PHRASE_PLACES; place++) {
		assert(phrase_table_count(table, place) <= PHRASES_MAX);
		assert(!phrase_begins(table, place, text) ||
		    phrase_is_in(table, place, text));
	}
}

static void
check_fold(const struct buf *folded)
{
	size_t i;

	assert(strlen(folded->data) == folded->length);
	assert(strstr(folded->data, "  ") == NULL);
	for (i = 0; i < folded->length; i++)
		assert((unsigned char)folded->data[i] >= ' ' &&
		    (folded->data[i] < 'A' || folded->data[i] > 'Z'));
	assert(folded->length == 0 || (folded->data[0] != ' ' &&
	    folded->data[folded->length - 1] != ' '));
}

int
FUZZ_TARGET(phrase)(const uint8_t *bytes, size_t length)
{
	const uint8_t *nul = length > 0 ? memchr(bytes, '\0', length) : NULL;
	size_t file = nul != NULL ? (size_t)(nul - bytes) : length;
	char *lines = fuzz_text(bytes, file);
	struct phrase_table *table;
	struct buf why, subject;
	char *value = NULL;

	buf_init(&why);
	buf_init(&subject);
	if (nul != NULL)
		value = fuzz_text(nul + 1, length - file - 1);
	assert(subject_fold(value, &subject) == STATUS_OK);
	check_fold(&subject);
	if (phrase_table_parse(&table, lines, file, &why) == STATUS_OK)
		look_up(table, subject.data);
	else
		assert(table == NULL && why.length > 0);
	phrase_table_free(table);
	free(value);
	buf_release(&subject);
	buf_release(&why);
	free(lines);
	return 0;
}
