/*
 * Names near a name.
 *
 * Each user the gate shows costs it a count of their window, so the walk is
 * short: users whose names begin with the same letter, so many and no more.
 * Who errs in the first letter gets no help.
 */
#include "front/api_near.h"

#include <jansson.h>
#include <string.h>

#include "front/api_json.h"
#include "gate/admin.h"

#define USERS_LOOKED_AT	200
#define DISTANCE_MAX	2
#define LETTERS_MAX	64	/* longer names are compared so far */

/* One row of the edit distance: from `above`, for the letter `letter`. */
static void
next_row(const size_t *above, size_t *row, char letter, const char *other,
    size_t length)
{
	size_t best, i;

	row[0] = above[0] + 1;
	for (i = 1; i <= length; i++) {
		best = above[i - 1] + (letter != other[i - 1]);
		if (above[i] + 1 < best)
			best = above[i] + 1;
		if (row[i - 1] + 1 < best)
			best = row[i - 1] + 1;
		row[i] = best;
	}
}

/* V. I. Levenshtein, Soviet Physics Doklady 10 (1966) 707-710. */
static size_t
distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	size_t rows[2][LETTERS_MAX + 1];
	size_t i;

	for (i = 0; i <= b_length; i++)
		rows[0][i] = i;
	for (i = 0; i < a_length; i++)
		next_row(rows[i % 2], rows[(i + 1) % 2], a[i], b, b_length);
	return rows[a_length % 2][b_length];
}

static bool
is_local_part_of(const char *local, const char *address)
{
	size_t length = strlen(local);

	return strncmp(local, address, length) == 0 && address[length] == '@';
}

bool
api_near_is(const char *name, const char *other)
{
	if (is_local_part_of(name, other) || is_local_part_of(other, name))
		return true;
	return distance(name, strnlen(name, LETTERS_MAX), other,
	    strnlen(other, LETTERS_MAX)) <= DISTANCE_MAX;
}

struct near {
	const char	*name;
	json_t		*names;
};

static bool
near_row(void *context, const struct admin_user *user)
{
	struct near *near = context;
	const char *other = user->account.user;

	if (other[0] != near->name[0])
		return false;
	if (api_near_is(near->name, other))
		json_array_append_new(near->names, api_json_text(other));
	return json_array_size(near->names) < API_NEAR_MAX;
}

json_t *
api_near_users(struct gate *gate, const char *name)
{
	struct near near = { .name = name, .names = json_array() };
	char first[2] = { name[0], '\0' };

	/* Help only: a store that fails here leaves the answer without. */
	if (near.names != NULL)
		(void)admin_users(gate, first, USERS_LOOKED_AT, near_row,
		    &near);
	return near.names;
}

void
api_near_answer(struct gate *gate, const char *name,
    struct api_answer *answer)
{
	struct buf text;

	buf_init(&text);
	buf_printf(&text, "no user \"%s\" has sent anything", name);
	api_json_answer(answer, 404, json_pack("{s:o, s:o}",
	    "error", api_json_text(text.data),
	    "nearest", api_near_users(gate, name)));
	buf_release(&text);
}
