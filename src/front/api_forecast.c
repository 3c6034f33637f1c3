/*
 * GET /v1/forecast: what the next look at a user finds, and what would change
 * it.
 */
#include "front/api_verbs.h"

#include <jansson.h>

#include "front/api_json.h"
#include "front/api_near.h"
#include "gate/admin.h"

/* A number, null for what cannot be done and for what has no bound. */
static json_t *
number_json(int64_t number)
{
	return number == FORECAST_NEVER || number == FORECAST_ANY ?
	    json_null() : json_integer((json_int_t)number);
}

static json_t *
forecast_json(const struct forecast *forecast)
{
	const struct tally *tally = &forecast->tally;

	return json_pack("{s:o, s:b, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:s, "
	    "s:o, s:o, s:o, s:b}",
	    "at", api_json_time(forecast->at),
	    "if_sent", forecast->if_sent,
	    "from", api_json_time(forecast->window.from + 1),
	    "until", api_json_time(forecast->window.until),
	    "answered", (json_int_t)tally->answered,
	    "lapsed", (json_int_t)tally->lapsed,
	    "pending", (json_int_t)tally->pending,
	    "bounced", (json_int_t)tally->bounced,
	    "young", (json_int_t)forecast->young,
	    "silent", notice_text(forecast->silent),
	    "answers", number_json(forecast->answers),
	    "fresh", number_json(forecast->fresh),
	    "room", number_json(forecast->room),
	    "room_unbounded", forecast->room == FORECAST_ANY);
}

static json_t *
answer_json(const struct admin_forecast *result)
{
	return json_pack("{s:o, s:o}",
	    "now", api_json_user(&result->user),
	    "forecast", result->forecast.at == 0 ? json_null() :
	    forecast_json(&result->forecast));
}

void
api_forecast(const struct api_request *request, struct api_answer *answer)
{
	const char *name = request->argument(request->context, "name");
	struct admin_forecast result;
	enum status status;

	if (name == NULL) {
		api_answer_error(answer, 400,
		    "wrong \"name\"; expected a user's name");
		return;
	}
	status = admin_forecast(request->gate, name, &result);
	if (status == STATUS_OK)
		api_json_answer(answer, 200, answer_json(&result));
	else if (status == STATUS_NOT_FOUND)
		api_near_answer(request->gate, name, answer);
	else if (status == STATUS_LIMIT)
		api_json_answer(answer, 409, json_pack("{s:s, s:o}", "error",
		    "they have sent more than a forecast looks at",
		    "user", api_json_text(name)));
	else
		api_answer_failure(answer, status);
}
