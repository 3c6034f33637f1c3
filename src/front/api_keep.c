/*
 * Keeping the store.
 *
 *	POST /v1/backup		{"directory", "reason"}
 *	GET /v1/verify		?after=PLACE&most=NUMBER
 *
 * A place is digits that are given back as they are.
 */
#include "front/api_verbs.h"

#include <jansson.h>
#include <string.h>

#include "front/api_change.h"
#include "front/api_json.h"
#include "front/api_page.h"
#include "gate/admin.h"

/*
 * Backup
 */

static void
answer_error(struct api_answer *answer, unsigned code, const char *directory,
    const char *error)
{
	api_json_answer(answer, code, json_pack("{s:o, s:o}", "error",
	    api_json_text(error), "directory", api_json_text(directory)));
}

static void
answer_backup(struct api_answer *answer, const struct admin_backup *backup,
    enum status status, const struct admin_backed_up *result,
    const char *why)
{
	switch (status) {
	case STATUS_OK:
		api_json_answer(answer, 200, json_pack("{s:o, s:I, s:b}",
		    "directory", api_json_text(backup->directory),
		    "bytes", (json_int_t)result->bytes,
		    "audited", (int)result->audited));
		break;
	case STATUS_MALFORMED:
		answer_error(answer, 400, backup->directory, why);
		break;
	case STATUS_CONFLICT:
	case STATUS_LIMIT:
		answer_error(answer, 409, backup->directory, why);
		break;
	default:
		answer_error(answer, 503, backup->directory, *why != '\0' ?
		    why : status_text(status));
	}
}

static void
back_up(struct gate *gate, const struct admin_backup *backup,
    struct api_answer *answer)
{
	struct admin_backed_up result;
	enum status status;
	struct buf why;

	buf_init(&why);
	status = admin_backup(gate, backup, &result, &why);
	answer_backup(answer, backup, status, &result, why.data);
	buf_release(&why);
}

void
api_backup(const struct api_request *request, struct api_answer *answer)
{
	struct admin_backup backup = { .reason = NULL };
	char actor[API_SOCKET_PEER_SIZE];
	json_t *json;

	if (!api_change_actor(request, actor, answer))
		return;
	backup.actor = actor;
	json = api_change_body(request);
	if (json_unpack_ex(json, NULL, JSON_STRICT, "{s:s, s?s}",
	    "directory", &backup.directory, "reason", &backup.reason) != 0)
		api_answer_error(answer, 400, "expected an object with a "
		    "\"directory\", and a \"reason\" if there is one");
	else if (!api_change_is_line(backup.directory))
		api_answer_error(answer, 400, "wrong \"directory\"; expected "
		    "a printable path of 1 to %d bytes", ADMIN_REASON_MAX);
	else if (backup.reason == NULL ||
	    api_change_reason(backup.reason, answer))
		back_up(request->gate, &backup, answer);
	json_decref(json);
}

/*
 * Verify
 */

#define PLACE_SIZE	(2 * (STORE_PLACE_SIZE + 2) + 1)

static void
write_place(const struct check_place *place, char text[PLACE_SIZE])
{
	uint8_t bytes[STORE_PLACE_SIZE + 2];
	size_t i;

	bytes[0] = place->rows;
	bytes[1] = (uint8_t)place->place.part;
	memcpy(bytes + 2, place->place.key, place->place.length);
	for (i = 0; i < place->place.length + 2; i++)
		sprintf(text + 2 * i, "%02x", bytes[i]);
}

static int
digit_value(char digit)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = digit != '\0' ? strchr(digits, digit) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

static bool
read_place(const char *text, struct check_place *place)
{
	uint8_t bytes[STORE_PLACE_SIZE + 2] = { 0 };
	size_t length = strlen(text), i;
	int high, low;

	if (length < 4 || length % 2 != 0 || length > 2 * sizeof(bytes))
		return false;
	for (i = 0; i < length / 2; i++) {
		high = digit_value(text[2 * i]);
		low = digit_value(text[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	place->rows = bytes[0] != 0;
	place->place.part = bytes[1];
	place->place.length = (uint32_t)(length / 2 - 2);
	memcpy(place->place.key, bytes + 2, place->place.length);
	return true;
}

static void
add_fault(void *context, const char *what)
{
	json_array_append_new(context, api_json_text(what));
}

void
api_verify(const struct api_request *request, struct api_answer *answer)
{
	const char *after = request->argument(request->context, "after");
	struct check_place place = { .end = false };
	size_t most = CHECK_PAGE_MAX;
	char text[PLACE_SIZE];
	enum status status;
	json_t *faults;

	if (!api_page_most(request, CHECK_PAGE_MAX, &most, answer))
		return;
	if (after != NULL && !read_place(after, &place)) {
		api_answer_error(answer, 400, "wrong \"after\"; expected "
		    "\"next\" of the page before");
		return;
	}
	faults = json_array();
	status = admin_verify(request->gate, &place, most, add_fault, faults);
	if (status == STATUS_MALFORMED)
		api_answer_error(answer, 400, "wrong \"after\"; expected "
		    "\"next\" of the page before");
	else if (status != STATUS_OK)
		api_answer_failure(answer, status);
	else {
		write_place(&place, text);
		api_json_answer(answer, 200, json_pack("{s:O, s:o}",
		    "faults", faults, "next", place.end ? json_null() :
		    json_string(text)));
	}
	json_decref(faults);
}
