/*
 * A look through the configuration's text before libconfig reads it, for
 * what libconfig lets pass or dies of:
 *
 * - a number too large for an int is silently cut to its low bits;
 * - a comment that is never closed swallows the rest of the file;
 * - a NUL written as \x00 silently ends its string;
 * - @include of a directory ends the process, and included files have no bound.
 *
 * It knows just enough of the language to tell strings, comments, names
 * and numbers apart.  Pure.
 */
#include "base/conf_private.h"

#include <string.h>

struct scanner {
	const char	*at;
	unsigned	 line;		/* of `at` */
	const char	*problem;	/* the first one */
	unsigned	 problem_line;
};

static void
complain(struct scanner *scanner, unsigned line, const char *problem)
{
	if (scanner->problem != NULL)
		return;
	scanner->problem = problem;
	scanner->problem_line = line;
}

/* Never moves past the end. */
static void
advance(struct scanner *scanner)
{
	if (*scanner->at == '\0')
		return;
	if (*scanner->at == '\n')
		scanner->line++;
	scanner->at++;
}

static bool
starts(const struct scanner *scanner, const char *prefix)
{
	return strncmp(scanner->at, prefix, strlen(prefix)) == 0;
}

static void
line_comment(struct scanner *scanner)
{
	while (*scanner->at != '\0' && *scanner->at != '\n')
		advance(scanner);
}

static void
block_comment(struct scanner *scanner)
{
	unsigned opened = scanner->line;

	advance(scanner);
	advance(scanner);
	while (*scanner->at != '\0' && !starts(scanner, "*/"))
		advance(scanner);
	if (*scanner->at == '\0')
		complain(scanner, opened,
		    "a comment starts here and has no end; expected \"*/\"");
	advance(scanner);
	advance(scanner);
}

static void
string(struct scanner *scanner)
{
	unsigned opened = scanner->line;

	advance(scanner);
	while (*scanner->at != '\0' && *scanner->at != '"') {
		if (starts(scanner, "\\x00"))
			complain(scanner, scanner->line,
			    "\\x00 in a string; expected text without NUL");
		if (*scanner->at == '\\')
			advance(scanner);
		advance(scanner);
	}
	if (*scanner->at == '\0')
		complain(scanner, opened,
		    "a string starts here and has no end; expected '\"'");
	advance(scanner);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    is_digit(c) || c == '_' || c == '-' || c == '*';
}

static void
word(struct scanner *scanner)
{
	bool number = is_digit(*scanner->at);
	size_t length = 0;

	for (; is_word(*scanner->at); advance(scanner))
		length++;
	if (number && length > CONF_DIGITS_MAX)
		complain(scanner, scanner->line,
		    "a number of more than 9 digits; expected a smaller one");
}

bool
conf_scan(const char *text, struct conf_scan *result)
{
	struct scanner scanner = { .at = text, .line = 1 };

	while (*scanner.at != '\0') {
		if (*scanner.at == '#' || starts(&scanner, "//"))
			line_comment(&scanner);
		else if (starts(&scanner, "/*"))
			block_comment(&scanner);
		else if (*scanner.at == '"')
			string(&scanner);
		else if (*scanner.at == '-')	/* a sign is no digit */
			advance(&scanner);
		else if (is_word(*scanner.at))
			word(&scanner);
		else {
			if (*scanner.at == '@')
				complain(&scanner, scanner.line,
				    "@include is not supported; expected all "
				    "keys in this one file");
			advance(&scanner);
		}
	}
	result->line = scanner.problem_line;
	result->problem = scanner.problem;
	return scanner.problem == NULL;
}
