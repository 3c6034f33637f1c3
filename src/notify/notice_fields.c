/*
 * What the fields of a notice hold: all figures come from the step and the
 * policy, none is worked out here that the rule did not work out.
 *
 * Texts from outside (the user's name, the contact) are made fit for a line:
 * a line break in one would begin a paragraph, a byte that is no UTF-8 would
 * make the mail no mail.
 */
#include "notify/notice_private.h"

#include <inttypes.h>
#include <string.h>

#include "policy/figure.h"

void
notice_add_time(struct buf *buf, const struct notice_facts *facts,
    int64_t when)
{
	char text[CLOCK_TEXT_SIZE];

	buf_add_text(buf, clock_format_local(when, facts->offset == NULL ? 0 :
	    facts->offset(when), text));
}

/* Printable ASCII and what may be UTF-8; anything else is "?". */
static void
add_line(struct buf *buf, const char *text)
{
	struct buf valid;
	const unsigned char *c;

	buf_init(&valid);
	template_add_utf8(&valid, text);
	for (c = (const unsigned char *)valid.data; *c != '\0'; c++)
		if (*c >= ' ' && *c != 0x7f)
			buf_add(buf, c, 1);
		else
			buf_add(buf, *c == '\n' || *c == '\t' ? " " : "?", 1);
	if (valid.failed)
		buf->failed = true;
	buf_release(&valid);
}

static void
add_number(struct buf *buf, int64_t number)
{
	buf_printf(buf, "%" PRId64, number);
}

static void
fill_figures(struct buf *texts, const struct notice_facts *facts)
{
	const struct policy *policy = facts->policy;
	const struct step *step = facts->step;
	char text[FIGURE_SIZE];

	add_line(&texts[FIELD_USER], facts->account->user);
	add_number(&texts[FIELD_ANSWERED], step->tally.answered);
	add_number(&texts[FIELD_SETTLED], rate_settled(&step->tally));
	buf_add_text(&texts[FIELD_RATE], figure_rate(step->tally.answered,
	    rate_settled(&step->tally), policy->threshold, text));
	buf_add_text(&texts[FIELD_THRESHOLD],
	    figure_threshold(policy->threshold, text));
	figure_counted(&texts[FIELD_FIGURES], policy, &step->tally);
	notice_add_time(&texts[FIELD_FROM], facts, step->window.from);
	notice_add_time(&texts[FIELD_UNTIL], facts, step->window.until);
	notice_add_time(&texts[FIELD_AT], facts, step->at);
}

static void
fill_policy(struct buf *texts, const struct policy *policy)
{
	char text[FIGURE_SIZE];

	buf_add_text(&texts[FIELD_SETTLE], figure_span(policy->settle, text));
	buf_add_text(&texts[FIELD_WARNING], figure_span(policy->warning,
	    text));
	buf_add_text(&texts[FIELD_RESTRICTION],
	    figure_span(policy->restriction, text));
	add_number(&texts[FIELD_MINIMUM], policy->minimum);
	if (policy->confidence > 0)
		add_number(&texts[FIELD_CONFIDENCE], policy->confidence);
	add_number(&texts[FIELD_RELEASE_MINIMUM], policy->release_minimum);
	add_number(&texts[FIELD_BULK_MINIMUM], policy->bulk_minimum);
	if (policy->merge_minimum > 0)
		add_number(&texts[FIELD_MERGE_MINIMUM],
		    policy->merge_minimum);
	if (policy->threshold > 0)
		add_number(&texts[FIELD_PER_ANSWER],
		    CONF_SHARE_ONE / policy->threshold);
}

/* Does the forecast still speak of what this step brought about? */
static bool
is_of_this_step(const struct notice_facts *facts)
{
	const struct account *account = facts->account;

	if (facts->forecast->at == 0)
		return false;
	return facts->kind == NOTICE_HEADS_UP ||
	    (account->standing == facts->step->to &&
	    account->since == facts->step->at);
}

static void
fill_forecast(struct buf *texts, const struct notice_facts *facts)
{
	const struct forecast *forecast = facts->forecast;

	if (!is_of_this_step(facts))
		return;
	notice_forecast_text(facts, &texts[FIELD_FORECAST]);
	if (forecast->answers > 0)
		add_number(&texts[FIELD_ANSWERS], forecast->answers);
	if (forecast->tally.pending > 0)
		add_number(&texts[FIELD_OPEN], forecast->tally.pending);
	if (forecast->fresh > 0)
		add_number(&texts[FIELD_FRESH], forecast->fresh);
}

static void
fill_tips(struct buf *texts, const struct tips *tips)
{
	size_t i;

	for (i = 0; tips != NULL && i < tips->count; i++) {
		buf_add_text(&texts[FIELD_TIPS], i == 0 ? "- " : "\n- ");
		tip_text(&tips->tips[i], &texts[FIELD_TIPS]);
	}
}

/* A warning or a term that is longer than the window is not counted whole. */
static void
fill_due(struct buf *texts, const struct notice_facts *facts)
{
	const struct step *step = facts->step;
	const struct rate_window window = rate_window_at(facts->policy,
	    step->at, step->due);

	notice_add_time(&texts[FIELD_DUE], facts, step->due);
	if (window.from > step->at)
		notice_add_time(&texts[FIELD_FIRST], facts, window.from);
	notice_add_time(&texts[FIELD_LAST], facts, window.until);
}

static void
fill_warnings(struct buf *texts, const struct notice_facts *facts)
{
	int64_t warned = facts->account->warned_at;
	int64_t again = facts->policy->warn_again;

	if (facts->kind == NOTICE_WARNING)
		warned = facts->step->at;
	if (warned == 0)
		return;
	notice_add_time(&texts[FIELD_WARNED], facts, warned);
	if (again > 0)
		notice_add_time(&texts[FIELD_AGAIN], facts, warned + again);
}

enum status
notice_fields_init(struct notice_fields *fields,
    const struct notice_facts *facts)
{
	enum status status = STATUS_OK;
	int i;

	for (i = 0; i < TEMPLATE_FIELDS; i++)
		buf_init(&fields->texts[i]);
	fill_figures(fields->texts, facts);
	fill_policy(fields->texts, facts->policy);
	fill_warnings(fields->texts, facts);
	if (template_kind_has(facts->kind, FIELD_DUE))
		fill_due(fields->texts, facts);
	if (template_kind_has(facts->kind, FIELD_FORECAST)) {
		fill_forecast(fields->texts, facts);
		fill_tips(fields->texts, facts->tips);
	}
	if (facts->contact != NULL)
		add_line(&fields->texts[FIELD_CONTACT], facts->contact);
	for (i = 0; i < TEMPLATE_FIELDS; i++) {
		fields->values[i] = fields->texts[i].length > 0 ?
		    fields->texts[i].data : NULL;
		if (fields->texts[i].failed)
			status = STATUS_NO_MEMORY;
	}
	return status;
}

void
notice_fields_release(struct notice_fields *fields)
{
	int i;

	for (i = 0; i < TEMPLATE_FIELDS; i++)
		buf_release(&fields->texts[i]);
}
