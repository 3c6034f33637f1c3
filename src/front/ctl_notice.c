/*
 * replygatectl notice: what users are told, and whether it arrives.
 */
#include "front/ctl.h"

#include <jansson.h>
#include <string.h>

#include "front/ctl_text.h"

/* The text of an answer, cleaned line by line; false: there is none. */
static bool
add_lines(struct buf *buf, const char *text)
{
	const char *end;
	char *line;

	for (; text != NULL && *text != '\0'; text = end + (*end == '\n')) {
		end = text + strcspn(text, "\n");
		line = strndup(text, (size_t)(end - text));
		if (line == NULL)
			return false;
		ctl_text_add_clean(buf, line);
		buf_add_text(buf, "\n");
		free(line);
	}
	return text != NULL;
}

static enum ctl_exit
preview(struct ctl *ctl, const char *kind, const char *user)
{
	struct buf target, text;
	enum ctl_exit result;
	json_t *json;

	buf_init(&target);
	buf_init(&text);
	buf_add_text(&target, "/v1/notice?kind=");
	ctl_text_add_encoded(&target, kind);
	buf_add_text(&target, "&user=");
	ctl_text_add_encoded(&target, user);
	result = ctl_ask(ctl, target.data, 0, &json);
	if (result != CTL_FINE)
		goto out;
	if (!add_lines(&text, json_string_value(json_object_get(json,
	    "text"))))
		result = ctl_not_understood(ctl);
	else if (ctl->json)
		ctl_print_json(ctl, json);
	else
		result = ctl_print_text(ctl, &text);
	json_decref(json);
out:
	buf_release(&text);
	buf_release(&target);
	return result;
}

static enum ctl_exit
print_test(struct ctl *ctl, const char *address, const json_t *json)
{
	enum ctl_exit result = CTL_FINE;
	const char *server, *reply;
	struct buf raw, text;
	int taken;

	if (json_unpack((json_t *)(uintptr_t)json, "{s:b, s:s, s:s}", "taken",
	    &taken, "server", &server, "reply", &reply) != 0)
		return ctl_not_understood(ctl);
	if (ctl->json) {
		ctl_print_json(ctl, json);
		return taken ? CTL_FINE : CTL_NO;
	}
	buf_init(&raw);
	buf_init(&text);
	buf_printf(&raw, taken ? "%s took a mail for %s: %s" :
	    "%s did not take a mail for %s: %s", server, address, reply);
	ctl_text_add_clean(&text, raw.data);
	buf_add_text(&text, "\n");
	result = ctl_print_text(ctl, &text);
	buf_release(&text);
	buf_release(&raw);
	return result == CTL_FINE && !taken ? CTL_NO : result;
}

static enum ctl_exit
test(struct ctl *ctl, const char *address)
{
	json_t *body = json_pack("{s:s}", "address", address), *json;
	enum ctl_exit result;

	if (body == NULL) {
		ctl_complain(ctl, "expected an address in UTF-8");
		return CTL_CANNOT;
	}
	result = ctl_tell(ctl, "/v1/notice/test", body, &json);
	if (result != CTL_FINE)
		return result;
	result = print_test(ctl, address, json);
	json_decref(json);
	return result;
}

enum ctl_exit
ctl_notice(struct ctl *ctl, const char *operand)
{
	if (strcmp(operand, "preview") == 0 && ctl->operand_count == 3)
		return preview(ctl, ctl->operands[1], ctl->operands[2]);
	if (strcmp(operand, "test") == 0 && ctl->operand_count == 2)
		return test(ctl, ctl->operands[1]);
	ctl_complain(ctl, "notice needs preview KIND USER, or test ADDRESS; "
	    "try: replygatectl help notice");
	return CTL_USAGE;
}
