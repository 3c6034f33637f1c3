/*
 * replygatectl why, credit and uncredit.
 */
#include "front/ctl.h"

#include <jansson.h>

#include "front/ctl_show.h"
#include "front/ctl_text.h"

/* The address of a candidate; NULL: none was named. */
static const char *
candidate_of(const struct ctl *ctl)
{
	return ctl->operand_count > 1 ? ctl->operands[1] : NULL;
}

enum ctl_exit
ctl_why(struct ctl *ctl, const char *operand)
{
	enum ctl_exit result;
	struct buf target;
	json_t *json;

	buf_init(&target);
	buf_add_text(&target, "/v1/why?message_id=");
	ctl_text_add_encoded(&target, operand);
	if (candidate_of(ctl) != NULL) {
		buf_add_text(&target, "&candidate=");
		ctl_text_add_encoded(&target, candidate_of(ctl));
	}
	result = ctl_ask(ctl, target.data, 0, &json);
	buf_release(&target);
	return result == CTL_FINE ? ctl_print_answer(ctl, ctl_show_why,
	    json) : result;
}

static enum ctl_exit
correct(struct ctl *ctl, const char *target, const char *message_id)
{
	const char *candidate = candidate_of(ctl);
	enum ctl_exit result;
	json_t *body, *json;

	body = json_pack("{s:s, s:s}", "message_id", message_id, "reason",
	    ctl->reason);
	if (body != NULL && candidate != NULL &&
	    json_object_set_new(body, "candidate",
	    json_string(candidate)) != 0) {
		json_decref(body);
		body = NULL;
	}
	if (body == NULL) {
		ctl_complain(ctl, "expected texts in UTF-8");
		return CTL_CANNOT;
	}
	result = ctl_tell(ctl, target, body, &json);
	return result == CTL_FINE ? ctl_print_answer(ctl, ctl_show_outreach,
	    json) : result;
}

enum ctl_exit
ctl_credit(struct ctl *ctl, const char *operand)
{
	return correct(ctl, "/v1/credit", operand);
}

enum ctl_exit
ctl_uncredit(struct ctl *ctl, const char *operand)
{
	return correct(ctl, "/v1/uncredit", operand);
}
