/*
 * The tolerant tokeniser for Message-IDs.
 *
 * An id in angle brackets is what the standard wants and wins: where a value
 * has one, words outside brackets are prose ("<a@b> from bob@x").  Only a value
 * without any is searched for bare words with an "@".  Closed comments
 * and quoted strings outside brackets are prose too, unless all they hold is
 * one bracketed thing.  Which of the two searches a walk is in is told by the
 * byte before `*at`: the first ends an id at a bracket, or at the end of the
 * value, the second never ends one behind a bracket.  So a walk needs no
 * state beside `*at`, and each byte is looked at a bounded number of times.
 *
 * Some programs write ids without an "@" (Lotus, Exchange's reports, phones:
 * "<11107978796724623>").  They are taken in closed brackets alone, and when
 * they look made by a program: "<yes>" is prose.
 *
 * In doubt something is taken for an id: a false one names no message of
 * ours, a lost one loses a reply.
 */
#include "mail/msgid.h"

#include <stdbool.h>
#include <string.h>

/* A comment or quoted string longer than this is a stray "(" or quote. */
#define ASIDE_MAX	998

/* What joins the words of prose; no bare id has one of these. */
#define BARE_ENDS	"<>()\",;"

/* What may follow a bare id in prose and is no part of it. */
#define BARE_TRAILERS	".:!?'"

/* An id without an "@" is no shorter. */
#define TOKEN_MIN	8

struct scan {
	const char	*text;
	size_t		 length;
	size_t		 at;
	size_t		 no_parenthesis;	/* none from `at` to here */
	size_t		 no_quote;		/* none from `at` to here */
};

static bool
is_white(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/*
 * Copies without white space and judges what is left: text, "@", text, no
 * control characters, not too long.  What is behind the last "@" is the
 * domain.
 */
static bool
take(const char *text, size_t length, struct msgid *id)
{
	size_t i, at_sign = 0, n = 0;

	for (i = 0; i < length; i++) {
		if (is_white(text[i]))
			continue;
		if (is_control(text[i]) || n == sizeof(id->text) - 1)
			return false;
		if (text[i] == '@')
			at_sign = n;
		id->text[n++] = text[i];
	}
	if (at_sign == 0 || at_sign + 1 == n)
		return false;
	id->text[n] = '\0';
	id->length = n;
	for (i = at_sign + 1; i < n; i++)
		id->text[i] = lower(id->text[i]);
	return true;
}

static bool
is_token_byte(char c)
{
	return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') ||
	    (c != '\0' && strchr(".-_$+=/:%#!{}", c) != NULL);
}

/* One word, long enough, with a digit in it: an id without an "@". */
static bool
take_token(const char *text, size_t length, struct msgid *id)
{
	bool digit = false;
	size_t i;

	while (length > 0 && is_white(text[0])) {
		text++;
		length--;
	}
	while (length > 0 && is_white(text[length - 1]))
		length--;
	if (length < TOKEN_MIN || length >= sizeof(id->text))
		return false;
	for (i = 0; i < length; i++) {
		if (!is_token_byte(text[i]))
			return false;
		digit |= text[i] >= '0' && text[i] <= '9';
	}
	if (!digit)
		return false;
	memcpy(id->text, text, length);
	id->text[length] = '\0';
	id->length = length;
	return true;
}

/*
 * The end of the comment or quoted string that begins at `at`; `at` when it
 * is not closed in time or holds nothing but one bracketed thing.  RFC 5322
 * lets comments nest; that is not followed, for the words between an inner and
 * an outer ")" are prose like any other.
 */
static size_t
aside_end(struct scan *scan, size_t at)
{
	const char *text = scan->text;
	bool comment = text[at] == '(';
	size_t *none = comment ? &scan->no_parenthesis : &scan->no_quote;
	char closing = comment ? ')' : '"';
	size_t end = scan->length, i = at + 1;

	if (end - at > ASIDE_MAX)
		end = at + ASIDE_MAX;
	if (i < *none)
		i = *none;
	for (; i < end; i++) {
		if (text[i] == '\\') {
			i++;
			continue;
		}
		if (text[i] != closing)
			continue;
		if (text[at + 1] == '<' && text[i - 1] == '>')
			return at;
		return i + 1;
	}
	*none = end;
	return at;
}

/* Past an aside, or past one byte of prose. */
static void
skip(struct scan *scan)
{
	char c = scan->text[scan->at];
	size_t end = scan->at;

	if (c == '(' || c == '"')
		end = aside_end(scan, scan->at);
	scan->at = end > scan->at ? end : scan->at + 1;
}

/*
 * The bracket that ends what is inside brackets from `at` on: ">", or "<"
 * where the ">" is missing.  A quoted left part (<"a>b"@c>, RFC 822) may hold
 * both.
 */
static size_t
bracket_end(const struct scan *scan, size_t at)
{
	const char *text = scan->text;
	size_t i = at;

	if (i < scan->length && text[i] == '"') {
		for (i++; i < scan->length && i - at < MSGID_SIZE; i++)
			if (text[i] == '"')
				break;
		if (i + 1 >= scan->length || text[i] != '"' ||
		    text[i + 1] != '@')
			i = at;
	}
	while (i < scan->length && text[i] != '<' && text[i] != '>')
		i++;
	return i;
}

/* Of "<a@b, and so on" only the first word can be the id. */
static size_t
first_word(const char *text, size_t length)
{
	size_t i = 0;

	while (i < length && !is_white(text[i]) && text[i] != ',')
		i++;
	return i;
}

/*
 * Takes what stands between the brackets, the first of which is behind us, and
 * moves behind the second.
 */
static bool
take_bracketed(struct scan *scan, struct msgid *id)
{
	size_t end = bracket_end(scan, scan->at);
	const char *inside = scan->text + scan->at;
	size_t length = end - scan->at;
	bool closed = end < scan->length && scan->text[end] == '>';

	if (!closed)
		length = first_word(inside, length);
	scan->at = end < scan->length ? end + 1 : end;
	return take(inside, length, id) ||
	    (closed && take_token(inside, length, id));
}

static bool
next_bracketed(struct scan *scan, struct msgid *id)
{
	while (scan->at < scan->length) {
		if (scan->at > 0 && scan->text[scan->at - 1] == '<') {
			if (take_bracketed(scan, id))
				return true;
		} else if (scan->text[scan->at] == '<')
			scan->at++;
		else
			skip(scan);
	}
	return false;
}

static bool
ends_bare(char c)
{
	return is_white(c) ||
	    memchr(BARE_ENDS, c, sizeof(BARE_ENDS) - 1) != NULL;
}

static bool
next_bare(struct scan *scan, struct msgid *id)
{
	const char *text = scan->text;
	size_t start, end;

	while (scan->at < scan->length) {
		if (ends_bare(text[scan->at])) {
			skip(scan);
			continue;
		}
		start = scan->at;
		while (scan->at < scan->length && !ends_bare(text[scan->at]))
			scan->at++;
		end = scan->at;
		while (end > start && memchr(BARE_TRAILERS, text[end - 1],
		    sizeof(BARE_TRAILERS) - 1) != NULL)
			end--;
		if (take(text + start, end - start, id))
			return true;
	}
	return false;
}

/* Did the call before this one end at a bracket? */
static bool
is_behind_bracket(const struct scan *scan)
{
	return scan->at > 0 && (scan->text[scan->at - 1] == '<' ||
	    scan->text[scan->at - 1] == '>');
}

enum status
msgid_next(const char *text, size_t length, size_t *at, struct msgid *id)
{
	const struct scan start = { text, length, *at, 0, 0 };
	bool first = start.at == 0, found = false;
	struct scan scan = start;

	if (first || is_behind_bracket(&start))
		found = next_bracketed(&scan, id);
	if (!found && (first || !is_behind_bracket(&start))) {
		scan = start;
		found = next_bare(&scan, id);
	}
	*at = scan.at;
	if (!found) {
		id->text[0] = '\0';
		id->length = 0;
		return STATUS_NOT_FOUND;
	}
	return STATUS_OK;
}

enum status
msgid_parse(const char *text, size_t length, struct msgid *id)
{
	size_t at = 0;

	return msgid_next(text, length, &at, id);
}
