/*
 * Counting mailboxes, in one pass and without a copy: a To may have
 * thousands, and taking each apart would cost more than all the rest of a
 * message.
 */
#include "mail/mailbox.h"

#include <stdbool.h>

/* Behind a quoted string that begins here. */
static const char *
skip_quoted(const char *at)
{
	for (at++; *at != '\0' && *at != '"'; at++)
		if (at[0] == '\\' && at[1] != '\0')
			at++;
	return *at == '"' ? at + 1 : at;
}

static const char *
skip_comment(const char *at)
{
	unsigned depth = 0;

	for (; *at != '\0'; at++) {
		if (at[0] == '\\' && at[1] != '\0')
			at++;
		else if (*at == '(' && depth < MAILBOX_DEPTH_MAX)
			depth++;
		else if (*at == ')' && --depth == 0)
			return at + 1;
	}
	return at;
}

/* A route (RFC 5322 4.4) has commas of its own: "<@a,@b:c@d>". */
static const char *
skip_angle(const char *at, bool *named)
{
	for (at++; *at != '\0' && *at != '>'; at++) {
		if (*at == '@')
			*named = true;
		if (*at == '"')
			at = skip_quoted(at) - 1;
	}
	return *at == '>' ? at + 1 : at;
}

size_t
mailbox_count(const char *value)
{
	bool named = false;	/* the part at hand has an @ */
	size_t count = 0;

	while (*value != '\0') {
		switch (*value) {
		case '"':
			value = skip_quoted(value);
			continue;
		case '(':
			value = skip_comment(value);
			continue;
		case '<':
			value = skip_angle(value, &named);
			continue;
		case '@':
			named = true;
			break;
		case ',':
		case ';':
			count += named;
			named = false;
			break;
		}
		value++;
	}
	return count + named;
}
