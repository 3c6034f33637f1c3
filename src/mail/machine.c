/*
 * Addresses of machines, by their local part.
 */
#include "mail/machine.h"

#include <string.h>

static size_t
local_length(const struct addr *addr)
{
	return addr->domain < addr->length ? addr->domain - 1 : addr->length;
}

static bool
is_separator(char c)
{
	return c == '-' || c == '_' || c == '.' || c == '+' || c == '=';
}

static bool
is_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

/*
 * Does the word stand at the beginning of the text, with or without single
 * separators between its letters, and end there?  "no-reply", "do.not_reply",
 * "noreply2", but not "noreplying".
 */
static bool
spells(const char *text, size_t length, const char *word)
{
	size_t i = 0;

	for (; *word != '\0'; word++) {
		if (i > 0 && i < length && is_separator(text[i]))
			i++;
		if (i == length || text[i] != *word)
			return false;
		i++;
	}
	return i == length || !is_letter(text[i]);
}

/*
 * RFC 2142 and custom: at the beginning or behind a separator, "jobs-noreply",
 * "bugzilla-daemon", not "bruno.reply".
 */
static bool
is_word_of_machine(const char *local, size_t length)
{
	static const char *const words[] = {
		"noreply", "donotreply", "dontreply", "nichtantworten",
		"nepasrepondre", "noresponder", "naoresponda",
		"nonrispondere", "autoreply", "autoresponder",
		"autoresponse", "notification", "notifications", "notify",
		"daemon", "mailerdaemon", "postmaster",
		"cannedresponse"	/* a filter of Gmail's answers */
	};
	size_t at, i;

	for (at = 0; at < length; at++) {
		if (at > 0 && !is_separator(local[at - 1]))
			continue;
		for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (spells(local + at, length - at, words[i]))
				return true;
	}
	return false;
}

bool
machine_is_address(const struct addr *addr)
{
	return is_word_of_machine(addr->text, local_length(addr));
}

static bool
ends_with(const char *text, size_t length, const char *end)
{
	size_t more = strlen(end);

	return length > more && memcmp(text + length - more, end, more) == 0;
}

/* majordomo, Mailman, ezmlm and LISTSERV. */
bool
machine_is_list_owner(const struct addr *addr)
{
	static const char owner[] = "owner-";
	const char *text = addr->text;
	size_t length = local_length(addr);

	return ends_with(text, length, "-request") ||
	    ends_with(text, length, "-bounces") ||
	    (length >= sizeof(owner) &&
	    memcmp(text, owner, sizeof(owner) - 1) == 0);
}
