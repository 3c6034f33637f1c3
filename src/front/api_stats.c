/*
 * GET /v1/stats?weeks=NUMBER: what the whole site sent.
 */
#include "front/api_verbs.h"

#include <jansson.h>
#include <string.h>

#include "front/api_json.h"
#include "gate/admin.h"

#define WEEKS_DEFAULT	8

struct stats {
	json_t	*weeks, *policies;
	bool	 failed;
};

/* Answered among what has settled, as a rate is; null while nothing has. */
static json_t *
share_json(const struct admin_stats_line *line)
{
	int64_t settled = line->answered + line->lapsed;

	return settled == 0 ? json_null() :
	    json_real((double)line->answered / (double)settled);
}

static json_t *
seconds_json(int64_t duration)
{
	return duration < 0 ? json_null() :
	    json_integer((json_int_t)(duration / CLOCK_SECOND));
}

static json_t *
line_json(const struct admin_stats_line *line)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, "
	    "s:o, s:o}",
	    "users", (json_int_t)line->users,
	    "sent", (json_int_t)line->sent,
	    "one_to_one", (json_int_t)line->one_to_one,
	    "bulk", (json_int_t)line->bulk,
	    "merge", (json_int_t)line->merge,
	    "answered", (json_int_t)line->answered,
	    "lapsed", (json_int_t)line->lapsed,
	    "pending", (json_int_t)line->pending,
	    "bounced", (json_int_t)line->bounced,
	    "automatic", (json_int_t)line->automatic,
	    "share", share_json(line),
	    "median_seconds", seconds_json(line->median));
}

static json_t *
standings_json(const struct admin_stats_line *line)
{
	json_t *json = json_pack("{s:I}", "exempt",
	    (json_int_t)line->exempt);
	unsigned i;

	for (i = 0; i < ADMIN_STANDINGS; i++)
		if (json_object_set_new(json, standing_text(i),
		    json_integer((json_int_t)line->standings[i])) != 0) {
			json_decref(json);
			return NULL;
		}
	return json;
}

static void
add_line(void *context, const struct admin_stats_line *line)
{
	struct stats *stats = context;
	json_t *json = line_json(line);
	int code;

	if (line->policy == NULL)
		code = json_object_set_new(json, "week",
		    api_json_time(line->from));
	else
		code = json_object_set_new(json, "policy",
		    api_json_text(line->policy)) |
		    json_object_set_new(json, "standings",
		    standings_json(line));
	if (code != 0) {
		stats->failed = true;
		json_decref(json);
	} else if (json_array_append_new(line->policy == NULL ?
	    stats->weeks : stats->policies, json) != 0)
		stats->failed = true;
}

static bool
read_weeks(const struct api_request *request, size_t *weeks,
    struct api_answer *answer)
{
	const char *text = request->argument(request->context, "weeks");
	size_t digits;

	*weeks = WEEKS_DEFAULT;
	if (text == NULL)
		return true;
	digits = strspn(text, "0123456789");
	*weeks = 0;
	if (digits > 0 && digits <= 3 && text[digits] == '\0')
		for (; *text != '\0'; text++)
			*weeks = *weeks * 10 + (size_t)(*text - '0');
	if (*weeks >= 1 && *weeks <= ADMIN_WEEKS_MAX)
		return true;
	api_answer_error(answer, 400, "wrong \"weeks\"; expected a number "
	    "from 1 to %d", ADMIN_WEEKS_MAX);
	return false;
}

void
api_stats(const struct api_request *request, struct api_answer *answer)
{
	struct stats stats = { .failed = false };
	enum status status;
	size_t weeks;

	if (!read_weeks(request, &weeks, answer))
		return;
	stats.weeks = json_array();
	stats.policies = json_array();
	status = admin_stats(request->gate, weeks, add_line, &stats);
	if (status == STATUS_LIMIT)
		api_answer_error(answer, 409, "too many answers in so many "
		    "weeks; expected fewer \"weeks\"");
	else if (status != STATUS_OK || stats.failed)
		api_answer_failure(answer, status != STATUS_OK ? status :
		    STATUS_NO_MEMORY);
	else
		api_json_answer(answer, 200, json_pack("{s:O, s:O}",
		    "weeks", stats.weeks, "policies", stats.policies));
	json_decref(stats.weeks);
	json_decref(stats.policies);
}
