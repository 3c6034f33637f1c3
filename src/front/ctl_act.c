/*
 * replygatectl pardon, restrict, exempt and forget; and dates on the command
 * line.
 */
#include "front/ctl.h"

#include <jansson.h>
#include <string.h>

#include "base/clock.h"
#include "front/ctl_show.h"

bool
ctl_add_date(struct ctl *ctl, struct buf *buf, const char *text)
{
	size_t begin = buf->length;
	int64_t when;

	buf_add_text(buf, text);
	if (strchr(text, 'T') == NULL && strchr(text, 't') == NULL)
		buf_add_text(buf, "T00:00:00Z");
	if (!buf->failed && clock_parse(buf->data + begin, &when) ==
	    STATUS_OK)
		return true;
	ctl_complain(ctl, "%s: expected a date, like 2026-02-01 or "
	    "2026-02-01T12:00:00+01:00", text);
	return false;
}

/* Sends `key`, the reason and, if it is not NULL, until when. */
static enum ctl_exit
tell(struct ctl *ctl, const char *target, const char *key, const char *name,
    const char *until, bool (*show)(struct buf *, const json_t *))
{
	enum ctl_exit result;
	json_t *body, *json;

	body = json_pack("{s:s, s:s}", key, name, "reason", ctl->reason);
	if (body != NULL && until != NULL &&
	    json_object_set_new(body, "until", json_string(until)) != 0) {
		json_decref(body);
		body = NULL;
	}
	if (body == NULL) {
		ctl_complain(ctl, "expected texts in UTF-8");
		return CTL_CANNOT;
	}
	result = ctl_tell(ctl, target, body, &json);
	return result == CTL_FINE ? ctl_print_answer(ctl, show, json) :
	    result;
}

static enum ctl_exit
tell_until(struct ctl *ctl, const char *target, const char *name)
{
	enum ctl_exit result = CTL_USAGE;
	struct buf until;

	buf_init(&until);
	if (ctl->until == NULL || ctl_add_date(ctl, &until, ctl->until))
		result = tell(ctl, target, "user", name, ctl->until == NULL ?
		    NULL : until.data, ctl_show_user);
	buf_release(&until);
	return result;
}

enum ctl_exit
ctl_pardon(struct ctl *ctl, const char *operand)
{
	return tell(ctl, "/v1/pardon", "user", operand, NULL, ctl_show_user);
}

enum ctl_exit
ctl_restrict(struct ctl *ctl, const char *operand)
{
	return tell_until(ctl, "/v1/restrict", operand);
}

enum ctl_exit
ctl_exempt(struct ctl *ctl, const char *operand)
{
	if (ctl->end == NULL)
		return tell_until(ctl, "/v1/exempt", operand);
	if (ctl->until != NULL) {
		ctl_complain(ctl, "--end ends it now; --until is one too "
		    "many");
		return CTL_USAGE;
	}
	return tell(ctl, "/v1/exempt/end", "user", operand, NULL,
	    ctl_show_user);
}

enum ctl_exit
ctl_forget(struct ctl *ctl, const char *operand)
{
	return tell(ctl, "/v1/forget", "address", operand, NULL,
	    ctl_show_erased);
}
