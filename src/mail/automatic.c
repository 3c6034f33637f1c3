/*
 * Did a person write this?  The rules in order, the certain ones first.
 *
 * The rules about lists come last, though they are cheap: people's mail
 * through lists bears their signs too, so they may be overridden by
 * other evidence, and what then remains must be known to bear no other sign.
 */
#include "mail/automatic.h"

#include <stddef.h>
#include <string.h>

#include "mail/message.h"

/* Holds when one of `signs` was seen, or when `holds` says so. */
struct rule {
	const char	*name;
	unsigned	 signs;
	bool		(*holds)(const struct message *);
	bool		 list;
};

static bool has_null_sender(const struct message *);
static bool is_sent_by_inbox_rule(const struct message *);
static bool is_from_machine(const struct message *);
static bool is_sent_by_list(const struct message *);

static const struct rule rules[] = {
	/* RFC 5321 4.5.5, RFC 3834 section 2: notifications and replies */
	{ "null-sender", 0, has_null_sender, false },
	/* RFC 6522: bounces, read receipts (RFC 8098), abuse (RFC 5965) */
	{ "report", MESSAGE_SIGN_REPORT, NULL, false },
	/* RFC 3834 section 5 */
	{ "auto-submitted", MESSAGE_SIGN_AUTO_SUBMITTED, NULL, false },
	/* Exchange and its mailbox rules */
	{ "exchange", MESSAGE_SIGN_EXCHANGE, is_sent_by_inbox_rule, false },
	/* autoresponders' own fields; sign.c names the programs */
	{ "autoreply", MESSAGE_SIGN_AUTOREPLY, NULL, false },
	/* vacation programs older than RFC 3834 */
	{ "precedence", MESSAGE_SIGN_PRECEDENCE_REPLY, NULL, false },
	/* RFC 2142 names, RFC 3834 section 2, and what nobody reads */
	{ "sender", 0, is_from_machine, false },
	/* RFC 2919, RFC 2369 */
	{ "list", MESSAGE_SIGN_LIST, NULL, true },
	/* sendmail's Precedence classes */
	{ "list-precedence", MESSAGE_SIGN_PRECEDENCE_LIST |
	    MESSAGE_SIGN_PRECEDENCE_BULK, NULL, true },
	/* majordomo, Mailman, ezmlm: where a list wants its bounces */
	{ "list-sender", 0, is_sent_by_list, true },
};

#define RULES	(sizeof(rules) / sizeof(rules[0]))

static bool
has_null_sender(const struct message *message)
{
	return message->sender.length == 0;
}

/*
 * X-MS-Exchange-Inbox-Rules-Loop is also in people's mail that a rule passed
 * on, so it wants a second sign.  X-Auto-Response-Suppress serves, because
 * people's mail has none.
 */
static bool
is_sent_by_inbox_rule(const struct message *message)
{
	const unsigned both = MESSAGE_SIGN_INBOX_RULE | MESSAGE_SIGN_SUPPRESS;

	return (message->signs & both) == both;
}

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

/* At the beginning or behind a separator: "jobs-noreply", not "bruno.reply". */
static bool
says_no_reply(const char *local, size_t length)
{
	static const char *const words[] = {
		"noreply", "donotreply", "dontreply", "nichtantworten",
		"nepasrepondre", "noresponder", "naoresponda",
		"nonrispondere"
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

static bool
is_machine(const struct addr *addr)
{
	static const char *const names[] = {
		"mailer-daemon", "mailerdaemon", "postmaster"
	};
	size_t i, length = local_length(addr);

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == length &&
		    memcmp(names[i], addr->text, length) == 0)
			return true;
	return says_no_reply(addr->text, length);
}

/* Services give each message an envelope sender of its own: see From too. */
static bool
is_from_machine(const struct message *message)
{
	return is_machine(&message->sender) || is_machine(&message->from);
}

static bool
ends_with(const char *text, size_t length, const char *end)
{
	size_t more = strlen(end);

	return length > more && memcmp(text + length - more, end, more) == 0;
}

/* The envelope alone: that is where lists put these. */
static bool
is_sent_by_list(const struct message *message)
{
	static const char owner[] = "owner-";
	const char *text = message->sender.text;
	size_t length = local_length(&message->sender);

	return ends_with(text, length, "-request") ||
	    ends_with(text, length, "-bounces") ||
	    (length >= sizeof(owner) &&
	    memcmp(text, owner, sizeof(owner) - 1) == 0);
}

const char *
automatic_rule(const struct message *message)
{
	size_t i;

	for (i = 0; i < RULES; i++)
		if ((message->signs & rules[i].signs) != 0 ||
		    (rules[i].holds != NULL && rules[i].holds(message)))
			return rules[i].name;
	return NULL;
}

bool
automatic_is_list_rule(const char *rule)
{
	size_t i;

	for (i = 0; i < RULES; i++)
		if (strcmp(rules[i].name, rule) == 0)
			return rules[i].list;
	return false;
}
