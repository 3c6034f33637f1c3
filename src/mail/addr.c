/*
 * Envelope addresses, normalised.  Only what is needed to tell one mailbox from
 * another is looked at; whether the local part follows the grammar is the MTA's
 * question, and it has answered it before we are asked.
 */
#include "mail/addr.h"

#include <string.h>

#include "mail/unicode.h"

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/*
 * Takes "<" and ">" off.  false when only one of them is there.
 */
static bool
take_brackets(const char **text, size_t *length)
{
	if (*length == 0 || (*text)[0] != '<')
		return true;
	if (*length < 2 || (*text)[*length - 1] != '>')
		return false;
	*text += 1;
	*length -= 2;
	return true;
}

/*
 * "@relay,@other:bob@example.com": RFC 5321 appendix C has us ignore the
 * route.
 */
static bool
take_route(const char **text, size_t *length)
{
	const char *colon;

	if (*length == 0 || (*text)[0] != '@')
		return true;
	colon = memchr(*text, ':', *length);
	if (colon == NULL || colon + 1 == *text + *length)
		return false;
	*length -= (size_t)(colon + 1 - *text);
	*text = colon + 1;
	return true;
}

/*
 * Finds the last "@" outside quotes (`length`: there is none).  false for
 * bytes that no address has.
 */
static bool
find_at_sign(const char *text, size_t length, size_t *at_sign)
{
	bool quoted = false;
	unsigned char c;
	size_t i;

	*at_sign = length;
	for (i = 0; i < length; i++) {
		c = (unsigned char)text[i];
		if (c < 0x20 || c == 0x7f)
			return false;
		if (c == '"')
			quoted = !quoted;
		else if (quoted && c == '\\' && i + 1 < length &&
		    (text[i + 1] == '"' || text[i + 1] == '\\'))
			i++;
		else if (!quoted && (c == ' ' || c == '<' || c == '>'))
			return false;
		else if (!quoted && c == '@')
			*at_sign = i;
	}
	return !quoted;
}

/*
 * Clients that speak SMTPUTF8 write a domain in either form; only one of
 * them is compared.  What has no other form stays as it is.
 */
static void
write_domain_in_ascii(struct addr *addr)
{
	char *domain = addr->text + addr->domain;
	size_t i = addr->domain;

	while (i < addr->length && !((unsigned char)addr->text[i] & 0x80))
		i++;
	if (i < addr->length && unicode_domain_to_ascii(domain, domain,
	    sizeof(addr->text) - addr->domain) == STATUS_OK)
		addr->length = addr->domain + strlen(domain);
}

enum status
addr_parse(const char *text, size_t length, struct addr *addr)
{
	size_t at_sign, i;

	memset(addr, 0, sizeof(*addr));
	if (!take_brackets(&text, &length) || !take_route(&text, &length) ||
	    !find_at_sign(text, length, &at_sign))
		return STATUS_MALFORMED;
	if (at_sign < length) {
		if (text[length - 1] == '.')
			length--;
		if (at_sign == 0 || at_sign + 1 >= length)
			return STATUS_MALFORMED;
	}
	if (length >= sizeof(addr->text))
		return STATUS_LIMIT;
	for (i = 0; i < length; i++)
		addr->text[i] = lower(text[i]);
	addr->length = length;
	addr->domain = at_sign < length ? at_sign + 1 : length;
	write_domain_in_ascii(addr);
	return STATUS_OK;
}

/* The length of a comment, "(" to its ")"; 0: it has no end. */
static size_t
comment_length(const char *text, size_t length)
{
	size_t i, depth = 0;

	for (i = 0; i < length; i++) {
		if (text[i] == '\\' && i + 1 < length)
			i++;
		else if (text[i] == '(')
			depth++;
		else if (text[i] == ')' && --depth == 0)
			return i + 1;
	}
	return 0;
}

/* Copies what is neither blank nor comment nor bracket, outside of quotes. */
static size_t
copy_tidy(const char *text, size_t length, char *copy)
{
	size_t i, skip, count = 0;
	bool quoted = false;

	for (i = 0; i < length; i++) {
		if (text[i] == '"')
			quoted = !quoted;
		if (!quoted && strchr(" \t<>", text[i]) != NULL)
			continue;
		skip = !quoted && text[i] == '(' ?
		    comment_length(text + i, length - i) : 0;
		if (skip > 0) {
			i += skip - 1;
			continue;
		}
		if (quoted && text[i] == '\\' && i + 1 < length)
			copy[count++] = text[i++];
		copy[count++] = text[i];
	}
	return count;
}

enum status
addr_parse_envelope(const char *text, size_t length, struct addr *addr)
{
	char tidy[2 * ADDR_SIZE];
	enum status status = addr_parse(text, length, addr);

	if (status != STATUS_MALFORMED || length > sizeof(tidy) ||
	    memchr(text, '\0', length) != NULL)
		return status;
	return addr_parse(tidy, copy_tidy(text, length, tidy), addr);
}

void
addr_strip_detail(struct addr *addr)
{
	size_t local = addr->length, cut;
	const char *plus;

	if (addr->domain < addr->length)
		local = addr->domain - 1;
	plus = memchr(addr->text, '+', local);
	/* A name has to be left, and in quotes "+" means nothing. */
	if (plus == NULL || plus == addr->text || addr->text[0] == '"')
		return;
	cut = local - (size_t)(plus - addr->text);
	memmove(addr->text + local - cut, addr->text + local,
	    addr->length - local + 1);
	addr->length -= cut;
	addr->domain -= cut;
}

/* Does text of a quoted string mean the same without the quotes? */
static bool
is_dot_atom(const char *text, size_t length)
{
	static const char specials[] = "\"(),:;<>@[\\] \t";
	size_t i;

	if (length == 0 || text[0] == '.' || text[length - 1] == '.')
		return false;
	for (i = 0; i < length; i++)
		if (strchr(specials, text[i]) != NULL ||
		    (text[i] == '.' && text[i + 1] == '.'))
			return false;
	return true;
}

void
addr_take_quotes(struct addr *addr)
{
	size_t quoted = addr->domain - 1;	/* bytes before the "@" */

	if (addr->domain == addr->length || quoted < 3 ||
	    addr->text[0] != '"' || addr->text[quoted - 1] != '"' ||
	    !is_dot_atom(addr->text + 1, quoted - 2))
		return;
	memmove(addr->text, addr->text + 1, quoted - 2);
	memmove(addr->text + quoted - 2, addr->text + quoted,
	    addr->length - quoted + 1);
	addr->length -= 2;
	addr->domain -= 2;
}

/* Is what stands before the detail a service's, the detail a person's? */
static bool
is_service(const char *text)
{
	static const char *const names[] = {
		"reply", "replies", "respond", "response", "relay", "inbox",
		"incoming", "mail", "message", "messages", "msg",
		"conversation", "conversations", "notification",
		"notifications", "notify", "candidate", "candidates",
		"applicant", "applicants", "user", "member"
	};
	size_t i, length = strcspn(text, "+");

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == length &&
		    memcmp(names[i], text, length) == 0)
			return true;
	return false;
}

void
addr_to_person(struct addr *addr)
{
	addr_take_quotes(addr);
	if (!is_service(addr->text))
		addr_strip_detail(addr);
}

/* "\"a b\"" to "a b": the length. */
static size_t
copy_without_quotes(const char *text, size_t length, char *copy)
{
	size_t i, count = 0;

	for (i = 0; i < length; i++) {
		if (text[i] == '"')
			continue;
		if (text[i] == '\\' && i + 1 < length)
			i++;
		copy[count++] = text[i];
	}
	return count;
}

/* "example.com!bob" to "bob@example.com", "bob%example.com" likewise. */
static void
write_at_sign(char *text, size_t length)
{
	char host[ADDR_SIZE], *mark = memchr(text, '!', length);
	size_t i, rest;

	if (memchr(text, '@', length) != NULL)
		return;
	if (mark != NULL) {
		i = (size_t)(mark - text);
		rest = length - i - 1;
		memcpy(host, text, i);
		memmove(text, mark + 1, rest);
		text[rest] = '@';
		memcpy(text + rest + 1, host, i);
		return;
	}
	for (i = length; i > 0; i--)
		if (text[i - 1] == '%') {
			text[i - 1] = '@';
			return;
		}
}

bool
addr_lead_on(struct addr *addr)
{
	char text[ADDR_SIZE];
	struct addr next;
	size_t length;

	length = copy_without_quotes(addr->text, addr->domain < addr->length ?
	    addr->domain - 1 : addr->length, text);
	write_at_sign(text, length);
	if (addr_parse(text, length, &next) != STATUS_OK ||
	    strchr(addr_domain(&next), '.') == NULL)
		return false;
	*addr = next;
	return true;
}

const char *
addr_domain(const struct addr *addr)
{
	return addr->text + addr->domain;
}
