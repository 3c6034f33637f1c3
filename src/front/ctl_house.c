/*
 * replygatectl reload and enforce.
 */
#include "front/ctl.h"

#include <jansson.h>
#include <string.h>

#include "front/ctl_block.h"
#include "front/ctl_text.h"

static void
add_names(struct buf *buf, const char *label, const json_t *names)
{
	const json_t *name;
	size_t i;

	if (json_array_size(names) == 0)
		return;
	ctl_block_label(buf, label);
	json_array_foreach((json_t *)(uintptr_t)names, i, name) {
		buf_add_text(buf, i > 0 ? ", " : "");
		ctl_text_add_clean(buf, json_is_string(name) ?
		    json_string_value(name) : "-");
	}
	buf_add_text(buf, "\n");
}

static bool
show_reload(struct buf *buf, const json_t *answer)
{
	const json_t *changed = json_object_get(answer, "changed");
	const json_t *waiting = json_object_get(answer, "waiting");

	if (!json_is_true(json_object_get(answer, "reloaded")))
		return false;
	buf_add_text(buf, "The configuration has been read again.\n");
	if (json_array_size(changed) + json_array_size(waiting) == 0)
		buf_add_text(buf, "No key has changed.\n");
	add_names(buf, "Changed", changed);
	add_names(buf, "On restart", waiting);
	if (json_is_false(json_object_get(answer, "audited")))
		buf_add_text(buf, "The audit log could not be written.\n");
	return true;
}

static bool
show_enforcement(struct buf *buf, const json_t *answer)
{
	const json_t *on = json_object_get(answer, "enforcing");

	if (!json_is_boolean(on))
		return false;
	buf_add_text(buf, json_is_true(on) ?
	    "Enforcement is on: the rule is applied again.\n" :
	    "Enforcement is off: nobody is refused or told anything, and no "
	    "standing\nmoves, until it is switched on; over restarts, too.\n");
	return true;
}

static enum ctl_exit
tell(struct ctl *ctl, const char *target, json_t *body,
    bool (*show)(struct buf *, const json_t *))
{
	enum ctl_exit result;
	json_t *json;

	if (body == NULL) {
		ctl_complain(ctl, "expected texts in UTF-8");
		return CTL_CANNOT;
	}
	result = ctl_tell(ctl, target, body, &json);
	return result == CTL_FINE ? ctl_print_answer(ctl, show, json) :
	    result;
}

enum ctl_exit
ctl_reload(struct ctl *ctl, const char *operand)
{
	(void)operand;
	return tell(ctl, "/v1/reload", json_pack("{s:s}", "reason",
	    ctl->reason), show_reload);
}

enum ctl_exit
ctl_enforce(struct ctl *ctl, const char *operand)
{
	bool on = strcmp(operand, "on") == 0;

	if (!on && strcmp(operand, "off") != 0) {
		ctl_complain(ctl, "%s: expected on or off; try: replygatectl "
		    "help enforce", operand);
		return CTL_USAGE;
	}
	return tell(ctl, "/v1/enforce", json_pack("{s:b, s:s}", "on", on,
	    "reason", ctl->reason), show_enforcement);
}
