/*
 * GET /v1/export: everything stored about one user, a table at a time.
 *
 * Idents are shown as they are: whoever asks for another's address has the
 * candidates to ask, and replygate does not know them.
 */
#include "front/api_verbs.h"

#include <jansson.h>
#include <string.h>

#include "front/api_json.h"
#include "front/api_near.h"
#include "front/api_page.h"
#include "gate/admin.h"

struct page {
	json_t			*rows;
	struct admin_place	 last;
	bool			 failed;
};

static json_t *
ident_json(const struct ident *ident)
{
	static const struct ident none;
	char text[IDENT_TEXT_SIZE];

	return ident_equal(ident, &none) ? json_null() :
	    json_string(ident_format(ident, text));
}

/* Of monitor mode; null: there is none. */
static json_t *
would_json(const struct shadow *shadow)
{
	if (shadow->since == 0)
		return json_null();
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:I}",
	    "standing", standing_text(shadow->standing),
	    "since", api_json_time(shadow->since),
	    "due", api_json_time(shadow->due),
	    "warned_at", api_json_time(shadow->warned_at),
	    "assessed", api_json_time(shadow->assessed),
	    "heads_up_at", api_json_time(shadow->heads_up_at),
	    "judged_from", api_json_time(shadow->judged_window.from),
	    "judged_until", api_json_time(shadow->judged_window.until),
	    "judged_answered", (json_int_t)shadow->judged.answered,
	    "judged_lapsed", (json_int_t)shadow->judged.lapsed);
}

static json_t *
account_json(const struct account *account)
{
	return json_pack("{s:s, s:I, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, "
	    "s:o, s:o, s:o, s:I, s:I, s:o}",
	    "table", "account",
	    "account", (json_int_t)account->id,
	    "user", api_json_text(account->user),
	    "address", api_json_text(account->address),
	    "standing", standing_text(account->standing),
	    "since", api_json_time(account->since),
	    "due", api_json_time(account->due),
	    "warned_at", api_json_time(account->warned_at),
	    "assessed", api_json_time(account->assessed),
	    "exempt_until", api_json_time(account->exempt_until),
	    "heads_up_at", api_json_time(account->heads_up_at),
	    "judged_from", api_json_time(account->judged_window.from),
	    "judged_until", api_json_time(account->judged_window.until),
	    "judged_answered", (json_int_t)account->judged.answered,
	    "judged_lapsed", (json_int_t)account->judged.lapsed,
	    "would", would_json(&account->shadow));
}

static json_t *
outreach_json(const struct outreach *outreach)
{
	return json_pack("{s:s, s:o, s:I, s:o, s:o, s:o, s:b, s:b, s:b, s:b, "
	    "s:b, s:b, s:I, s:o, s:o, s:s?, s:o, s:o, s:s}",
	    "table", "outreach",
	    "sent_at", api_json_time(outreach->sent_at),
	    "n", (json_int_t)outreach->n,
	    "message", ident_json(&outreach->message),
	    "candidate", ident_json(&outreach->candidate),
	    "topic", ident_json(&outreach->topic),
	    "bulk", (outreach->flags & OUTREACH_BULK) != 0,
	    "merge", (outreach->flags & OUTREACH_MERGE) != 0,
	    "list", (outreach->flags & OUTREACH_LIST) != 0,
	    "with_contacts", (outreach->flags & OUTREACH_CONTACTS) != 0,
	    "read", (outreach->flags & OUTREACH_READ) != 0,
	    "complaint", (outreach->flags & OUTREACH_COMPLAINT) != 0,
	    "length", (json_int_t)outreach->length,
	    "answered_at", api_json_time(outreach->answered_at),
	    "answered_by", ident_json(&outreach->answered_by),
	    "match", outreach_match_text(outreach->match),
	    "bounced_at", api_json_time(outreach->bounced_at),
	    "automatic_at", api_json_time(outreach->automatic_at),
	    "automatic_rule", outreach->automatic_rule);
}

static json_t *
members_json(const struct merge_campaign *campaign)
{
	const struct merge_member *member = campaign->members;
	json_t *members = json_array();
	uint32_t i;

	for (i = 0; i < campaign->member_count; i++, member++)
		json_array_append_new(members, json_pack("{s:o, s:o, s:o}",
		    "sent_at", api_json_time(member->sent_at),
		    "message", ident_json(&member->message),
		    "candidate", ident_json(&member->candidate)));
	return members;
}

/* Of the letter itself only its size: its sketch can be read by nobody. */
static json_t *
campaign_json(const struct merge_campaign *campaign)
{
	return json_pack("{s:s, s:I, s:o, s:o, s:I, s:I, s:I, s:o}",
	    "table", "merge",
	    "slot", (json_int_t)campaign->slot,
	    "began_at", api_json_time(campaign->began_at),
	    "last_seen", api_json_time(campaign->last_seen),
	    "candidates", (json_int_t)campaign->candidates,
	    "words", (json_int_t)campaign->sketch.words,
	    "shingles", (json_int_t)campaign->sketch.shingle_count,
	    "members", members_json(campaign));
}

static json_t *
notice_json(const struct store_notice *notice)
{
	return json_pack("{s:s, s:s, s:o, s:o, s:I, s:o, s:I, s:I}",
	    "table", "notice",
	    "notice", notice_text(notice->step.notice),
	    "at", api_json_time(notice->step.at),
	    "written", api_json_time(notice->written),
	    "tries", (json_int_t)notice->tries,
	    "due", api_json_time(notice->step.due),
	    "answered", (json_int_t)notice->step.tally.answered,
	    "lapsed", (json_int_t)notice->step.tally.lapsed);
}

static json_t *
audit_json(const struct store_audit *line)
{
	json_t *json = api_json_audit(line);

	if (json_object_set_new(json, "table", json_string("audit")) == 0)
		return json;
	json_decref(json);
	return NULL;
}

static json_t *
row_json(const struct admin_row *row)
{
	switch (row->table) {
	case ADMIN_TABLE_OUTREACH:
		return outreach_json(row->outreach);
	case ADMIN_TABLE_MERGE:
		return campaign_json(row->campaign);
	case ADMIN_TABLE_NOTICE:
		return notice_json(row->notice);
	case ADMIN_TABLE_AUDIT:
		return audit_json(row->audit);
	case ADMIN_TABLE_ADDRESS:
	case ADMIN_TABLE_ANSWER:
		return json_pack("{s:s, s:o}", "table",
		    admin_table_text(row->table), "address",
		    api_json_text(row->address));
	case ADMIN_TABLE_CONTACT:
		return json_pack("{s:s, s:o, s:o}", "table", "contact",
		    "candidate", ident_json(&row->place.candidate),
		    "last_heard", api_json_time(row->place.when));
	case ADMIN_TABLE_ACCOUNT:
	case ADMIN_TABLES:
		break;
	}
	return account_json(row->account);
}

static void
page_row(void *context, const struct admin_row *row)
{
	struct page *page = context;

	page->last = row->place;
	if (json_array_append_new(page->rows, row_json(row)) != 0)
		page->failed = true;
}

/* False: the answer says what is wrong. */
static bool
read_table(const char *text, enum admin_table *table,
    struct api_answer *answer)
{
	unsigned i;

	for (i = 0; text != NULL && i < ADMIN_TABLES; i++)
		if (strcmp(text, admin_table_text(i)) == 0) {
			*table = i;
			return true;
		}
	api_answer_error(answer, 400, "wrong \"table\"; expected one of "
	    "replygatectl(8)'s");
	return false;
}

static void
answer_page(struct api_answer *answer, const struct admin_export *export,
    const struct page *page)
{
	bool pages = export->table == ADMIN_TABLE_OUTREACH ||
	    export->table == ADMIN_TABLE_CONTACT ||
	    export->table == ADMIN_TABLE_AUDIT;
	bool full = json_array_size(page->rows) >= export->most;
	char text[API_PLACE_SIZE];

	if (page->failed)
		api_answer_failure(answer, STATUS_NO_MEMORY);
	else
		api_json_answer(answer, 200, json_pack("{s:O, s:o}",
		    "rows", page->rows, "next", pages && full ?
		    json_string(api_page_text(&page->last, text)) :
		    json_null()));
}

void
api_export(const struct api_request *request, struct api_answer *answer)
{
	const char *table = request->argument(request->context, "table");
	struct admin_export export = { .most = ADMIN_ROWS_MAX,
	    .user = request->argument(request->context, "name") };
	struct page page = { .failed = false };
	struct admin_place place;
	enum status status;

	if (export.user == NULL) {
		api_answer_error(answer, 400,
		    "wrong \"name\"; expected a user's name");
		return;
	}
	if (!read_table(table, &export.table, answer) ||
	    !api_page_most(request, ADMIN_ROWS_MAX, &export.most, answer) ||
	    !api_page_after(request, &place, &export.after, answer))
		return;
	page.rows = json_array();
	status = admin_export(request->gate, &export, page_row, &page);
	if (status == STATUS_OK)
		answer_page(answer, &export, &page);
	else if (status == STATUS_NOT_FOUND)
		api_near_answer(request->gate, export.user, answer);
	else
		api_answer_failure(answer, status);
	json_decref(page.rows);
}
