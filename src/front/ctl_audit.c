/*
 * replygatectl forecast, history, audit and export: what comes in pages, and
 * what is shown above it.
 */
#include "front/ctl.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "front/ctl_show.h"
#include "front/ctl_text.h"

enum ctl_exit
ctl_forecast(struct ctl *ctl, const char *operand)
{
	enum ctl_exit result;
	struct buf target;
	json_t *json;

	buf_init(&target);
	buf_add_text(&target, "/v1/forecast?name=");
	ctl_text_add_encoded(&target, operand);
	result = ctl_ask(ctl, target.data, 0, &json);
	buf_release(&target);
	return result == CTL_FINE ? ctl_print_answer(ctl, ctl_show_forecast,
	    json) : result;
}

/* Takes a page at a time; false: enough, and why has been said. */
struct pages {
	const char	*target;	/* without "after" */
	bool		(*page)(struct ctl *, json_t *page, void *context);
	void		*context;
};

/* Moves `after` to the page behind; "" behind the last.  False: it stands. */
static bool
move_on(const json_t *page, char after[128])
{
	const char *next = json_string_value(json_object_get(page, "next"));
	bool moves = next == NULL || strcmp(next, after) != 0;

	snprintf(after, 128, "%s", next != NULL ? next : "");
	return moves;
}

static enum ctl_exit
walk(struct ctl *ctl, const struct pages *pages)
{
	enum ctl_exit result;
	char after[128] = "";
	struct buf target;
	json_t *page;

	buf_init(&target);
	do {
		buf_clear(&target);
		buf_add_text(&target, pages->target);
		if (after[0] != '\0') {
			buf_add_text(&target, "&after=");
			ctl_text_add_encoded(&target, after);
		}
		result = ctl_ask(ctl, target.data, 0, &page);
		if (result != CTL_FINE)
			break;
		if (!move_on(page, after) || !pages->page(ctl, page,
		    pages->context))
			result = ctl_not_understood(ctl);
		json_decref(page);
	} while (result == CTL_FINE && after[0] != '\0');
	buf_release(&target);
	return result;
}

/* Lines of the audit log, gathered; and the user of a history. */
struct gathering {
	const char	*key;
	json_t		*lines;
	json_t		*now;
};

static bool
gather_page(struct ctl *ctl, json_t *page, void *context)
{
	struct gathering *gathering = context;

	(void)ctl;
	json_decref(gathering->now);
	gathering->now = json_incref(json_object_get(page, "now"));
	return json_array_extend(gathering->lines, json_object_get(page,
	    gathering->key)) == 0;
}

static enum ctl_exit
print_lines(struct ctl *ctl, const struct gathering *gathering)
{
	enum ctl_exit result = CTL_FINE;
	struct buf text;
	json_t *whole;

	if (ctl->json) {
		whole = gathering->now != NULL ? json_pack("{s:O, s:O}",
		    "now", gathering->now, gathering->key, gathering->lines) :
		    json_pack("{s:O}", gathering->key, gathering->lines);
		ctl_print_json(ctl, whole);
		json_decref(whole);
		return CTL_FINE;
	}
	buf_init(&text);
	if ((gathering->now != NULL && !ctl_show_judged(&text,
	    gathering->now)) || !ctl_show_audit(&text, gathering->lines,
	    ctl->columns, gathering->now == NULL))
		result = ctl_not_understood(ctl);
	else
		result = ctl_print_text(ctl, &text);
	buf_release(&text);
	return result;
}

static enum ctl_exit
show_lines(struct ctl *ctl, const char *target, const char *key)
{
	struct gathering gathering = { .key = key, .lines = json_array() };
	const struct pages pages = { target, gather_page, &gathering };
	enum ctl_exit result = walk(ctl, &pages);

	if (result == CTL_FINE)
		result = print_lines(ctl, &gathering);
	json_decref(gathering.lines);
	json_decref(gathering.now);
	return result;
}

enum ctl_exit
ctl_history(struct ctl *ctl, const char *operand)
{
	enum ctl_exit result;
	struct buf target;

	buf_init(&target);
	buf_add_text(&target, "/v1/history?name=");
	ctl_text_add_encoded(&target, operand);
	result = show_lines(ctl, target.data, "history");
	buf_release(&target);
	return result;
}

static bool
add_since(struct ctl *ctl, struct buf *target)
{
	struct buf since;
	bool good;

	if (ctl->since == NULL)
		return true;
	buf_init(&since);
	good = ctl_add_date(ctl, &since, ctl->since);
	buf_add_text(target, "&since=");
	ctl_text_add_encoded(target, since.data);
	buf_release(&since);
	return good;
}

enum ctl_exit
ctl_audit(struct ctl *ctl, const char *operand)
{
	enum ctl_exit result = CTL_USAGE;
	struct buf target;

	(void)operand;
	buf_init(&target);
	buf_add_text(&target, "/v1/audit?most=1000");
	if (ctl->user != NULL) {
		buf_add_text(&target, "&user=");
		ctl_text_add_encoded(&target, ctl->user);
	}
	if (add_since(ctl, &target))
		result = show_lines(ctl, target.data, "audit");
	buf_release(&target);
	return result;
}

/* A row a line, whether --json was given or not. */
static bool
print_page(struct ctl *ctl, json_t *page, void *context)
{
	const json_t *row, *rows = json_object_get(page, "rows");
	size_t i;

	(void)context;
	for (i = 0; i < json_array_size(rows); i++) {
		row = json_array_get(rows, i);
		json_dumpf(row, ctl->out, JSON_COMPACT | JSON_ENSURE_ASCII);
		fputc('\n', ctl->out);
	}
	return json_is_array(rows);
}

enum ctl_exit
ctl_export(struct ctl *ctl, const char *operand)
{
	static const char *const tables[] = { "account", "address", "answer",
	    "outreach", "contact", "merge", "notice", "audit" };
	struct pages pages = { .page = print_page };
	enum ctl_exit result = CTL_FINE;
	struct buf target;
	size_t i;

	buf_init(&target);
	for (i = 0; result == CTL_FINE &&
	    i < sizeof(tables) / sizeof(tables[0]); i++) {
		buf_clear(&target);
		buf_printf(&target, "/v1/export?table=%s&name=", tables[i]);
		ctl_text_add_encoded(&target, operand);
		pages.target = target.data;
		result = walk(ctl, &pages);
	}
	buf_release(&target);
	return result;
}
