/*
 * The Message-IDs in the text of an In-Reply-To or References field.
 */
#include "fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "mail/msgid.h"

/* In brackets of its own; one that holds some may be cut there. */
static void
check_found_again(const struct msgid *id)
{
	char text[MSGID_SIZE + 2];
	struct msgid again;

	if (strpbrk(id->text, "<>\"") != NULL)
		return;
	text[0] = '<';
	memcpy(text + 1, id->text, id->length);
	text[id->length + 1] = '>';
	assert(msgid_parse(text, id->length + 2, &again) == STATUS_OK);
	assert(strcmp(again.text, id->text) == 0);
}

static void
check_id(const struct msgid *id)
{
	const char *at_sign;
	size_t i;

	assert(id->length > 0 && id->length < MSGID_SIZE);
	assert(strlen(id->text) == id->length);
	at_sign = strrchr(id->text, '@');
	assert(at_sign != NULL ? at_sign > id->text && at_sign[1] != '\0' :
	    strpbrk(id->text, "0123456789") != NULL);
	for (i = 0; i < id->length; i++)
		assert((unsigned char)id->text[i] > ' ' &&
		    id->text[i] != 0x7f);
	for (; at_sign != NULL && *at_sign != '\0'; at_sign++)
		assert(*at_sign < 'A' || *at_sign > 'Z');
	check_found_again(id);
}

int
FUZZ_TARGET(msgid)(const uint8_t *bytes, size_t length)
{
	char *text = malloc(length == 0 ? 1 : length);
	enum status status;
	struct msgid id;
	size_t at = 0, before;

	assert(text != NULL);
	if (length > 0)
		memcpy(text, bytes, length);
	do {
		before = at;
		status = msgid_next(text, length, &at, &id);
		assert(at <= length);
		if (status == STATUS_OK) {
			assert(at > before);
			check_id(&id);
		}
	} while (status == STATUS_OK);
	assert(status == STATUS_NOT_FOUND);
	assert(id.length == 0 && id.text[0] == '\0');
	free(text);
	return 0;
}
