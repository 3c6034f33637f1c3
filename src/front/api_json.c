/*
 * The gate's structs as JSON.
 *
 * Times are RFC 3339 or null, shares are numbers from 0 to 1.  Names come from
 * SMTP and SASL and may hold any byte; JSON is UTF-8, so what is no
 * UTF-8 is shown as U+FFFD.
 */
#include "front/api_json.h"

#include <jansson.h>
#include <stdlib.h>

/* Six digits show every millionth there is, and 0.1 as 0.1. */
#define JSON_FLAGS	(JSON_COMPACT | JSON_REAL_PRECISION(6))

static const char *
time_text(int64_t when, char text[CLOCK_TEXT_SIZE])
{
	return when == 0 ? NULL : clock_format(when, text);
}

json_t *
api_json_time(int64_t when)
{
	char text[CLOCK_TEXT_SIZE];

	return when == 0 ? json_null() : json_string(clock_format(when, text));
}

static double
share_number(int64_t millionths)
{
	return (double)millionths / CONF_SHARE_ONE;
}

/* Without regard for what was UTF-8 in it: every byte past ASCII goes. */
static json_t *
text_of_bytes(const char *bytes)
{
	struct buf text;
	json_t *json;

	buf_init(&text);
	for (; *bytes != '\0'; bytes++) {
		if ((unsigned char)*bytes < 0x80)
			buf_add(&text, bytes, 1);
		else
			buf_add_text(&text, "\xef\xbf\xbd");
	}
	json = text.failed ? NULL : json_string(text.data);
	buf_release(&text);
	return json;
}

json_t *
api_json_text(const char *text)
{
	json_t *json = json_string(text);

	return json != NULL ? json : text_of_bytes(text);
}

/*
 * Counts begin behind a moment, which is the last microsecond of the second
 * before when it was made so that the first message is in.  People are
 * shown the first moment that counts.
 */
static int64_t
first_moment(int64_t behind)
{
	return behind + 1;
}

static json_t *
rate_json(const struct admin_user *user)
{
	json_t *share = user->share < 0 ? json_null() :
	    json_real(share_number(user->share));

	return json_pack("{s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:f, "
	    "s:I, s:b, s:b}",
	    "from", api_json_time(first_moment(user->window.from)),
	    "until", api_json_time(user->window.until),
	    "answered", (json_int_t)user->tally.answered,
	    "lapsed", (json_int_t)user->tally.lapsed,
	    "bounced", (json_int_t)user->tally.bounced,
	    "pending", (json_int_t)user->open,
	    "answered_early", (json_int_t)user->open_answered,
	    "settled", (json_int_t)rate_settled(&user->tally),
	    "share", share,
	    "threshold", share_number(user->threshold),
	    "minimum", (json_int_t)user->minimum,
	    "low", user->low,
	    "met", user->met);
}

static json_t *
sent_json(const struct admin_sent *sent)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b}",
	    "outreach", (json_int_t)sent->outreach,
	    "answered", (json_int_t)sent->answered,
	    "pending", (json_int_t)sent->pending,
	    "bounced", (json_int_t)sent->bounced,
	    "lapsed", (json_int_t)sent->lapsed,
	    "receipts", (json_int_t)sent->receipts,
	    "complaints", (json_int_t)sent->complaints,
	    "many_bounces", sent->many_bounces);
}

/* What the present standing was decided on; null: on no figures. */
static json_t *
judged_json(const struct account *account)
{
	if (rate_settled(&account->judged) == 0)
		return json_null();
	return json_pack("{s:o, s:o, s:I, s:I}",
	    "from", api_json_time(first_moment(account->judged_window.from)),
	    "until", api_json_time(account->judged_window.until),
	    "answered", (json_int_t)account->judged.answered,
	    "settled", (json_int_t)rate_settled(&account->judged));
}

/* What monitor mode would have made of a user; null: the rule is enforced. */
static json_t *
would_json(const struct admin_user *user)
{
	const struct shadow *shadow = &user->account.shadow;

	if (!user->shadowed)
		return json_null();
	return json_pack("{s:s, s:o, s:o, s:o}",
	    "standing", standing_text(shadow->standing),
	    "since", api_json_time(first_moment(shadow->since)),
	    "due", api_json_time(shadow->due),
	    "warned_at", api_json_time(shadow->warned_at));
}

json_t *
api_json_user(const struct admin_user *user)
{
	const struct account *account = &user->account;
	char since[CLOCK_TEXT_SIZE], due[CLOCK_TEXT_SIZE];
	char warned[CLOCK_TEXT_SIZE], next[CLOCK_TEXT_SIZE];

	return json_pack("{s:o, s:o, s:s, s:s?, s:s?, s:s?, s:o, s:o, s:b, "
	    "s:o, s:o, s:o, s:o, s:s?, s:o}",
	    "user", api_json_text(account->user),
	    "address", api_json_text(account->address),
	    "standing", standing_text(account->standing),
	    "since", time_text(first_moment(account->since), since),
	    "due", time_text(account->due, due),
	    "warned_at", time_text(account->warned_at, warned),
	    "would", would_json(user),
	    "policy", api_json_text(user->policy_name),
	    "exempt", user->exempt,
	    "exempt_until", api_json_time(user->exempt_until),
	    "judged", judged_json(account),
	    "rate", rate_json(user),
	    "sent", sent_json(&user->sent),
	    "next", time_text(user->next, next),
	    "outlook", api_json_text(user->outlook));
}

static json_t *
store_json(const struct store_figures *store)
{
	return json_pack("{s:b, s:I, s:I, s:I, s:I}",
	    "available", store->available,
	    "updates", (json_int_t)store->updates,
	    "retries", (json_int_t)store->retries,
	    "failures", (json_int_t)store->failures,
	    "reopened", (json_int_t)store->reopened);
}

static json_t *
messages_json(const struct admin_health *health)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, "
	    "s:I, s:I, s:I, s:I}",
	    "accepted", (json_int_t)health->messages.accepted,
	    "refused", (json_int_t)health->messages.refused,
	    "tempfailed", (json_int_t)health->messages.tempfailed,
	    "inbound", (json_int_t)health->messages.inbound,
	    "replies", (json_int_t)health->messages.replies,
	    "replies_by_pair", (json_int_t)health->messages.replies_by_pair,
	    "replies_by_other", (json_int_t)health->messages.replies_by_other,
	    "automatic", (json_int_t)health->messages.automatic,
	    "bounces", (json_int_t)health->messages.bounces,
	    "strange_bounces", (json_int_t)health->messages.strange_bounces,
	    "receipts", (json_int_t)health->messages.receipts,
	    "complaints", (json_int_t)health->messages.complaints,
	    "unauthenticated", (json_int_t)health->messages.unauthenticated,
	    "errors", (json_int_t)health->messages.errors);
}

static json_t *
notices_json(const struct admin_health *health)
{
	return json_pack("{s:I, s:I, s:o}",
	    "sent", (json_int_t)health->notices_sent,
	    "given_up", (json_int_t)health->notices_given_up,
	    "failing_since", api_json_time(health->notices_failing));
}

json_t *
api_json_health(const struct admin_health *health)
{
	json_t *problem = health->problem[0] == '\0' ? json_null() :
	    api_json_text(health->problem);

	return json_pack("{s:b, s:o, s:o, s:o, s:o, s:s, s:o, s:s, s:I, s:o, "
	    "s:o, s:o}",
	    "healthy", health->healthy,
	    "problem", problem,
	    "now", api_json_time(health->now),
	    "started", api_json_time(health->started),
	    "last_tick", api_json_time(health->last_tick),
	    "mode", health->mode == CONF_MODE_MONITOR ? "monitor" : "enforce",
	    "enforcement_off", api_json_time(health->relaxed),
	    "breaker", health->breaker_open ? "open" : "closed",
	    "outbox", (json_int_t)health->outbox,
	    "notices", notices_json(health),
	    "store", store_json(&health->store),
	    "messages", messages_json(health));
}

static const char *
kind_text(const struct outreach *outreach)
{
	if (outreach->flags & OUTREACH_MERGE)
		return "merge";
	return outreach->flags & OUTREACH_BULK ? "bulk" : "one-to-one";
}

/* By whom it was answered: an ident would tell nobody more. */
static const char *
answerer_text(const struct outreach *outreach)
{
	if (outreach->answered_at == 0)
		return NULL;
	return ident_equal(&outreach->answered_by, &outreach->candidate) ?
	    "candidate" : "another";
}

json_t *
api_json_trace(const struct admin_trace *trace)
{
	const struct outreach *outreach = &trace->outreach;
	char candidate[IDENT_TEXT_SIZE];

	return json_pack("{s:o, s:s, s:o, s:s, s:b, s:s, s:o, s:o, s:s?, s:s?, "
	    "s:o, s:o, s:s?, s:b, s:b}",
	    "user", trace->known ? api_json_text(trace->user) : json_null(),
	    "candidate", ident_format(&outreach->candidate, candidate),
	    "sent_at", api_json_time(outreach->sent_at),
	    "kind", kind_text(outreach),
	    "list", (outreach->flags & OUTREACH_LIST) != 0,
	    "state", outreach_state_text(trace->state),
	    "settles_at", api_json_time(trace->settles),
	    "answered_at", api_json_time(outreach->answered_at),
	    "match", outreach_match_text(outreach->match),
	    "answered_by", answerer_text(outreach),
	    "bounced_at", api_json_time(outreach->bounced_at),
	    "automatic_at", api_json_time(outreach->automatic_at),
	    "automatic_rule", outreach->automatic_rule[0] != '\0' ?
	    outreach->automatic_rule : NULL,
	    "read", (outreach->flags & OUTREACH_READ) != 0,
	    "complaint", (outreach->flags & OUTREACH_COMPLAINT) != 0);
}

static int
add_to_buf(const char *bytes, size_t length, void *context)
{
	struct buf *buf = context;

	buf_add(buf, bytes, length);
	return buf->failed ? -1 : 0;
}

void
api_json_answer(struct api_answer *answer, unsigned code, json_t *json)
{
	buf_clear(&answer->body);
	answer->code = code;
	if (json == NULL || json_dump_callback(json, add_to_buf, &answer->body,
	    JSON_FLAGS) != 0) {
		answer->code = 503;
		buf_clear(&answer->body);
		buf_add_text(&answer->body, "{\"error\":\"out of memory\"}");
	}
	buf_add_text(&answer->body, "\n");
	json_decref(json);
}
