/*
 * Reading Authentication-Results.
 *
 * What a field of ours says, method by method (RFC 8601 section 2.7):
 *
 *	dmarc	the verdict on the domain of From.  Where it passed or failed
 *		nothing else is asked: the domain's owner may want more than
 *		we do (strict alignment), and the server knew.
 *	spf	about the envelope sender's domain; the first counts.  One that
 *		knows only the name of HELO says nothing about an author.
 *	dkim	about one signature.  A message bears several, its author's and
 *		that of the service it was sent through, in any order, so any
 *		of them will do.
 *
 * The field's text is our own server's, but addresses and names that a
 * stranger chose stand in it.  So quoted strings and comments are taken for
 * what they are, and a result that is not written as the RFC has it, or says
 * two things of one, counts as none.
 */
#include "mail/authentication.h"

#include <string.h>

#include "base/conf.h"
#include "mail/domain_suffix.h"
#include "mail/message.h"

/* Methods, results and properties that are of interest are shorter. */
#define KEYWORD_SIZE	32

struct scan {
	const char	*at;
	bool		 broken;	/* a quote or comment does not end */
};

/* One method's result, with the domains it is about. */
struct result {
	char	method[KEYWORD_SIZE];
	char	verdict[KEYWORD_SIZE];
	struct addr	from, mailfrom;	/* length 0: not said */
	struct addr	signer;		/* header.d */
	struct addr	identity;	/* header.i */
};

enum verdict {
	VERDICT_NONE,
	VERDICT_FAILED,
	VERDICT_PASSED
};

/* What all fields that are believed have said so far. */
struct findings {
	enum verdict	 dmarc, spf, dkim;
};

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
is_white(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
is_keyword(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* Behind the comment that begins here; they nest (RFC 5322 3.2.2). */
static void
skip_comment(struct scan *scan)
{
	size_t depth = 0;

	for (; *scan->at != '\0'; scan->at++) {
		if (*scan->at == '\\' && scan->at[1] != '\0')
			scan->at++;
		else if (*scan->at == '(')
			depth++;
		else if (*scan->at == ')' && --depth == 0) {
			scan->at++;
			return;
		}
	}
	scan->broken = true;
}

static void
skip_white(struct scan *scan)
{
	while (is_white(*scan->at) || *scan->at == '(') {
		if (*scan->at == '(')
			skip_comment(scan);
		else
			scan->at++;
	}
}

/* One byte more, where there is room; `length` tells of too many. */
static void
put(char *text, size_t size, size_t *length, char c)
{
	if (*length < size)
		text[(*length)++] = lower(c);
}

static void
take_quoted(struct scan *scan, char *text, size_t size, size_t *length)
{
	for (scan->at++; *scan->at != '\0'; scan->at++) {
		if (*scan->at == '"') {
			scan->at++;
			return;
		}
		if (*scan->at == '\\' && scan->at[1] != '\0')
			scan->at++;
		put(text, size, length, *scan->at);
	}
	scan->broken = true;
}

/*
 * A value in lower case: a token, a quoted string, an address made of both.
 * More is allowed in it than in a token, since signatures and the addresses
 * of bounces hold "=" and "/".  One that does not fit is empty.
 */
static void
take_value(struct scan *scan, char *text, size_t size)
{
	size_t length = 0;

	while (*scan->at != '\0' && !is_white(*scan->at) &&
	    *scan->at != ';' && *scan->at != '(') {
		if (*scan->at == '"')
			take_quoted(scan, text, size, &length);
		else
			put(text, size, &length, *scan->at++);
	}
	text[length < size ? length : 0] = '\0';
}

/* A keyword in lower case; false when none begins here or it is too long. */
static bool
take_keyword(struct scan *scan, char text[KEYWORD_SIZE])
{
	size_t length = 0;

	for (; is_keyword(*scan->at); scan->at++)
		put(text, KEYWORD_SIZE, &length, *scan->at);
	text[length < KEYWORD_SIZE ? length : 0] = '\0';
	return length > 0 && length < KEYWORD_SIZE;
}

/* To the ";" or the end that ends the result. */
static void
skip_result(struct scan *scan)
{
	char ignored[1];

	while (*scan->at != ';' && *scan->at != '\0') {
		skip_white(scan);
		take_value(scan, ignored, sizeof(ignored));
	}
}

/* White space, the sign, white space; false when it is another. */
static bool
take_sign(struct scan *scan, char sign)
{
	skip_white(scan);
	if (*scan->at != sign)
		return false;
	scan->at++;
	skip_white(scan);
	return true;
}

/*
 * The domain of an address, or a domain alone: "bob@example.com",
 * "@example.com", "<bob@example.com>", "example.com".
 */
static bool
read_domain(const char *value, struct addr *domain)
{
	const char *at_sign = strrchr(value, '@');
	char text[ADDR_SIZE + 2] = "x@";
	size_t length;

	if (at_sign != NULL)
		value = at_sign + 1;
	length = strlen(value);
	if (length > 0 && value[length - 1] == '>')
		length--;
	if (length == 0 || length >= ADDR_SIZE)
		return false;
	memcpy(text + 2, value, length);
	return addr_parse(text, length + 2, domain) == STATUS_OK;
}

/* false for what is no domain, and for two where there is one. */
static bool
take_property(struct result *result, const char *type, const char *property,
    const char *value)
{
	struct addr *domain = NULL, again;

	if (strcmp(type, "smtp") == 0 && strcmp(property, "mailfrom") == 0)
		domain = &result->mailfrom;
	else if (strcmp(type, "header") != 0)
		return true;
	else if (strcmp(property, "from") == 0)
		domain = &result->from;
	else if (strcmp(property, "d") == 0)
		domain = &result->signer;
	else if (strcmp(property, "i") == 0)
		domain = &result->identity;
	if (domain == NULL)
		return true;
	if (domain->length == 0)
		return read_domain(value, domain);
	return read_domain(value, &again) &&
	    strcmp(addr_domain(domain), addr_domain(&again)) == 0;
}

/*
 * "ptype.property=value", or a bare "reason=value".  false for anything else.
 */
static bool
parse_property(struct scan *scan, struct result *result)
{
	char type[KEYWORD_SIZE], property[KEYWORD_SIZE] = "";
	char value[ADDR_SIZE];

	if (!take_keyword(scan, type))
		return false;
	if (take_sign(scan, '.') && !take_keyword(scan, property))
		return false;
	if (!take_sign(scan, '='))
		return false;
	take_value(scan, value, sizeof(value));
	return take_property(result, type, property, value);
}

/*
 * "method/version = result", and its properties, up to the ";" or the end.
 * false when it is not written so, "none" included.
 */
static bool
parse_result(struct scan *scan, struct result *result)
{
	char version[KEYWORD_SIZE];

	memset(result, 0, sizeof(*result));
	skip_white(scan);
	if (!take_keyword(scan, result->method) ||
	    (take_sign(scan, '/') && !take_keyword(scan, version)) ||
	    !take_sign(scan, '=') || !take_keyword(scan, result->verdict))
		return false;
	while (*scan->at != ';' && *scan->at != '\0') {
		if (!is_white(*scan->at) && *scan->at != '(')
			return false;
		skip_white(scan);
		if (*scan->at != ';' && *scan->at != '\0' &&
		    !parse_property(scan, result))
			return false;
	}
	return true;
}

bool
authentication_is_aligned(const char *domain, const char *author_domain)
{
	return strcmp(domain_suffix_organization(domain),
	    domain_suffix_organization(author_domain)) == 0;
}

static bool
is_about(const struct addr *domain, const struct addr *author)
{
	return domain->length > 0 &&
	    authentication_is_aligned(addr_domain(domain),
	    addr_domain(author));
}

/* A verdict on another domain than the author's is none on the author's. */
static enum verdict
dmarc_verdict(const struct result *result, const struct addr *author)
{
	if (result->from.length > 0 && strcmp(addr_domain(&result->from),
	    addr_domain(author)) != 0)
		return VERDICT_NONE;
	if (strcmp(result->verdict, "pass") == 0)
		return VERDICT_PASSED;
	return strcmp(result->verdict, "fail") == 0 ? VERDICT_FAILED :
	    VERDICT_NONE;
}

static enum verdict
verdict_about(const struct result *result, const struct addr *domain,
    const struct addr *author)
{
	return strcmp(result->verdict, "pass") == 0 &&
	    is_about(domain, author) ? VERDICT_PASSED : VERDICT_FAILED;
}

static void
take_result(struct findings *findings, const struct result *result,
    const struct addr *author)
{
	if (strcmp(result->method, "dmarc") == 0) {
		if (findings->dmarc == VERDICT_NONE)
			findings->dmarc = dmarc_verdict(result, author);
	} else if (strcmp(result->method, "spf") == 0) {
		if (findings->spf == VERDICT_NONE)
			findings->spf = verdict_about(result,
			    &result->mailfrom, author);
	} else if (strcmp(result->method, "dkim") == 0) {
		if (findings->dkim != VERDICT_PASSED)
			findings->dkim = verdict_about(result,
			    result->signer.length > 0 ? &result->signer :
			    &result->identity, author);
	}
}

/* Is the id one of ours?  `*behind` is where the results begin. */
static bool
is_ours(const struct conf *conf, const char *value, const char **behind)
{
	struct scan scan = { value, false };
	char id[ADDR_SIZE];
	size_t i;

	skip_white(&scan);
	take_value(&scan, id, sizeof(id));
	*behind = scan.at;
	for (i = 0; i < conf->auth_server_count && !scan.broken; i++)
		if (id[0] != '\0' && strcmp(id, conf->auth_servers[i]) == 0)
			return true;
	return false;
}

/* Only version 1 is known to us; none says the same (RFC 8601 2.2). */
static bool
is_of_known_version(struct scan *scan)
{
	char version[KEYWORD_SIZE];

	skip_white(scan);
	return !take_keyword(scan, version) ||
	    version[strspn(version, "0123456789")] != '\0' ||
	    strcmp(version, "1") == 0;
}

static void
read_results(struct findings *findings, const char *text,
    const struct addr *author)
{
	struct scan scan = { text, false };
	struct result result;
	bool whole;

	if (!is_of_known_version(&scan))
		return;
	skip_result(&scan);
	while (*scan.at == ';') {
		scan.at++;
		whole = parse_result(&scan, &result);
		skip_result(&scan);
		if (whole && !scan.broken)
			take_result(findings, &result, author);
	}
}

static bool
vouch(const struct findings *findings)
{
	if (findings->dmarc != VERDICT_NONE)
		return findings->dmarc == VERDICT_PASSED;
	return findings->spf == VERDICT_PASSED ||
	    findings->dkim == VERDICT_PASSED;
}

/*
 * From the top down, until
 * 1. more Received fields stand above than our own hosts write;
 * 2. a field was too long to be kept: perhaps it was ours;
 * 3. as many were ours as our servers write.
 */
enum authentication
authentication_of(const struct message *message, const struct conf *conf)
{
	struct findings findings = { VERDICT_NONE, VERDICT_NONE,
	    VERDICT_NONE };
	const struct message_result *result = message->results;
	const char *behind;
	int64_t ours = 0;
	size_t i;

	for (i = 0; i < message->result_count; i++, result++) {
		if (result->hops > conf->auth_hops || result->value == NULL ||
		    ours == conf->auth_fields)
			break;
		if (!is_ours(conf, result->value, &behind))
			continue;
		ours++;
		if (message->from.domain < message->from.length)
			read_results(&findings, behind, &message->from);
	}
	if (ours == 0)
		return AUTHENTICATION_NONE;
	return vouch(&findings) ? AUTHENTICATION_PASSED :
	    AUTHENTICATION_FAILED;
}
