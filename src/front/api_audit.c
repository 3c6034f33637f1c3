/*
 * GET /v1/audit: the audit log.  GET /v1/history: one user's, and how they
 * stand.
 */
#include "front/api_verbs.h"

#include <jansson.h>

#include "front/api_json.h"
#include "front/api_near.h"
#include "front/api_page.h"
#include "gate/admin.h"

/* A page of lines, and where it ended. */
struct page {
	json_t			*lines;
	struct admin_place	 last;
	bool			 failed;
};

json_t *
api_json_audit(const struct store_audit *line)
{
	return json_pack("{s:o, s:o, s:s, s:o, s:o}",
	    "time", api_json_time(line->when),
	    "actor", api_json_text(line->actor),
	    "action", line->action,
	    "user", line->user[0] != '\0' ? api_json_text(line->user) :
	    json_null(),
	    "reason", api_json_text(line->reason));
}

static bool
page_line(void *context, const struct store_audit *line)
{
	struct page *page = context;

	page->last.when = line->when;
	page->last.n = line->n;
	page->failed = json_array_append_new(page->lines,
	    api_json_audit(line)) != 0;
	return !page->failed;
}

/* A page that is not full is the last. */
static json_t *
next_json(const struct page *page, size_t most)
{
	char text[API_PLACE_SIZE];

	return json_array_size(page->lines) < most ? json_null() :
	    json_string(api_page_text(&page->last, text));
}

/* Fills the page.  False: the answer says what is wrong. */
static bool
read_page(const struct api_request *request, struct admin_audit *audit,
    struct page *page, struct api_answer *answer)
{
	struct admin_place place;
	enum status status;

	audit->most = ADMIN_ROWS_MAX;
	if (!api_page_most(request, ADMIN_ROWS_MAX, &audit->most, answer) ||
	    !api_page_after(request, &place, &audit->after, answer))
		return false;
	page->lines = json_array();
	if (page->lines == NULL)
		status = STATUS_NO_MEMORY;
	else
		status = admin_audit(request->gate, audit, page_line, page);
	if (status == STATUS_OK && page->failed)
		status = STATUS_NO_MEMORY;
	if (status == STATUS_NOT_FOUND)
		api_answer_error(answer, 400, "wrong \"user\"; expected a "
		    "user's name");
	else if (status != STATUS_OK)
		api_answer_failure(answer, status);
	return status == STATUS_OK;
}

void
api_audit(const struct api_request *request, struct api_answer *answer)
{
	const char *since = request->argument(request->context, "since");
	struct admin_audit audit = {
	    .user = request->argument(request->context, "user") };
	struct page page = { .failed = false };

	if (since != NULL && clock_parse(since, &audit.since) != STATUS_OK) {
		api_answer_error(answer, 400, "wrong \"since\"; expected a "
		    "time like 2026-02-01T00:00:00Z");
		return;
	}
	if (read_page(request, &audit, &page, answer))
		api_json_answer(answer, 200, json_pack("{s:O, s:o}",
		    "audit", page.lines,
		    "next", next_json(&page, audit.most)));
	json_decref(page.lines);
}

void
api_history(const struct api_request *request, struct api_answer *answer)
{
	const char *name = request->argument(request->context, "name");
	struct admin_audit audit = { .user = name };
	struct page page = { .failed = false };
	struct admin_user user;
	enum status status;

	if (name == NULL) {
		api_answer_error(answer, 400,
		    "wrong \"name\"; expected a user's name");
		return;
	}
	status = admin_user(request->gate, name, &user);
	if (status == STATUS_NOT_FOUND)
		api_near_answer(request->gate, name, answer);
	else if (status != STATUS_OK)
		api_answer_failure(answer, status);
	else if (read_page(request, &audit, &page, answer))
		api_json_answer(answer, 200, json_pack("{s:o, s:O, s:o}",
		    "now", api_json_user(&user),
		    "history", page.lines,
		    "next", next_json(&page, audit.most)));
	json_decref(page.lines);
}
