/*
 * Subjects as idents.
 */
#include "gate/topic.h"

#include <string.h>

#include "mail/subject.h"

struct ident
topic_ident(const struct ident_key *key, const char *value, bool *forward)
{
	struct ident ident;
	const char *topic;
	struct buf text;

	memset(&ident, 0, sizeof(ident));
	if (forward != NULL)
		*forward = false;
	buf_init(&text);
	if (value != NULL && subject_fold(value, &text) == STATUS_OK) {
		if (forward != NULL)
			*forward = subject_is_forward(text.data);
		topic = subject_topic(text.data);
		if (*topic != '\0')
			ident = ident_make(key, IDENT_TOPIC, topic,
			    strlen(topic));
	}
	buf_release(&text);
	return ident;
}

bool
topic_is_none(const struct ident *topic)
{
	static const struct ident none;

	return ident_equal(topic, &none);
}
