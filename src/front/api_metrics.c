/*
 * The API's /metrics: text for a program that collects it, in the dialect it
 * asks for.
 */
#include "front/api_verbs.h"
#include "front/metrics.h"

void
api_metrics(const struct api_request *request, struct api_answer *answer)
{
	bool open = metrics_wants_open(request->accept);

	metrics_compose(&answer->body, request->gate, open);
	if (answer->body.failed) {
		buf_clear(&answer->body);
		api_answer_failure(answer, STATUS_NO_MEMORY);
		return;
	}
	answer->code = 200;
	answer->type = open ? METRICS_TYPE_OPEN : METRICS_TYPE_PLAIN;
}
