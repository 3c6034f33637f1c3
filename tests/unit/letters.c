/*
 * Reading the letters.
 */
#include "letters.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "front/ctl_message.h"
#include "mail/letter.h"

#define PATH_SIZE	1024

static const struct ident_key key = { { 1 } };

char *
letters_file(const char *path, size_t *length)
{
	struct buf bytes;

	buf_init(&bytes);
	if (!ctl_message_file(path, CTL_MESSAGE_MAX, &bytes))
		err(EXIT_FAILURE, "%s", path);
	*length = bytes.length;
	buf_add_text(&bytes, "");
	return buf_detach(&bytes);
}

void
letters_sketch(const char *bytes, size_t length, struct merge_sketch *sketch)
{
	struct message message;
	struct letter letter;

	message_init(&message);
	letter_init(&letter);
	ctl_message_read(&message, bytes, length, NULL, NULL);
	if (letter_read(&message, &letter) != STATUS_OK ||
	    merge_sketch_make(sketch, &letter, &key) != STATUS_OK)
		errx(EXIT_FAILURE, "out of memory");
	letter_release(&letter);
	message_release(&message);
}

static void
load_one(struct letters_one *one, const char *folder, char *line)
{
	char path[PATH_SIZE], *rest = line, *bytes;
	size_t length;

	one->file = strdup(strsep(&rest, "\t"));
	one->family = strdup(strsep(&rest, "\t"));
	one->merge = strcmp(strsep(&rest, "\t"), "merge") == 0;
	snprintf(path, sizeof(path), "%s/%s", folder, one->file);
	bytes = letters_file(path, &length);
	letters_sketch(bytes, length, &one->sketch);
	free(bytes);
}

void
letters_load(struct letters *letters, const char *folder)
{
	char path[PATH_SIZE], *manifest, *at, *line;
	size_t length;

	memset(letters, 0, sizeof(*letters));
	snprintf(path, sizeof(path), "%s/MANIFEST", folder);
	at = manifest = letters_file(path, &length);
	while ((line = strsep(&at, "\n")) != NULL) {
		if (line[0] == '\0' || line[0] == '#')
			continue;
		letters->all = realloc(letters->all, (letters->count + 1) *
		    sizeof(letters->all[0]));
		if (letters->all == NULL)
			errx(EXIT_FAILURE, "out of memory");
		load_one(&letters->all[letters->count++], folder, line);
	}
	free(manifest);
	if (letters->count == 0)
		errx(EXIT_FAILURE, "%s: no letters", folder);
}

void
letters_free(struct letters *letters)
{
	size_t i;

	for (i = 0; i < letters->count; i++) {
		free(letters->all[i].file);
		free(letters->all[i].family);
	}
	free(letters->all);
}

bool
letters_belong(const struct letters_one *a, const struct letters_one *b)
{
	return a->merge && b->merge && strcmp(a->family, b->family) == 0;
}
