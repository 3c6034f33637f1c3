/*
 * The aliases file: what aliases(5) of Postfix and Sendmail describe,
 *
 *	name: address, "quoted name", :include:/file, /file, "|command"
 *
 * and what "postmap -s" prints of a virtual(5) map,
 *
 *	user@domain	address, address
 *
 * told apart line by line.  One of our own domains with any word behind it,
 * which makes that domain a virtual one, says nothing.  Lines that begin with
 * white space continue the one before; comments and empty lines may stand
 * between them.  Files and commands are nobody outside and are left out; so
 * are the words of other mailers that begin with a colon.
 *
 * The texts are kept and cut up in place; names and targets point into them.
 * Where an alias leads is conf_alias.c's.
 */
#include "base/conf_private.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BLANKS		" \t\r\v\f\n"
#define INCLUDE		":include:"

/* One file of those that are read. */
struct file {
	const char	*path;
	unsigned	 line;		/* where we are */
	unsigned	 depth;		/* of includes; 0: the aliases file */
};

struct loader {
	const struct conf *conf;
	struct conf_aliases *aliases;
	struct buf	*why;
};

static enum status take_include(struct loader *, const struct file *,
    const char *path);

/* "FILE:LINE: `word` `what`" */
static enum status
refuse(struct loader *loader, const struct file *file, const char *word,
    const char *what)
{
	buf_clear(loader->why);
	buf_printf(loader->why, "%s:%u: ", file->path, file->line);
	conf_quote(loader->why, word);
	buf_printf(loader->why, " %s", what);
	return STATUS_MALFORMED;
}

static bool
is_blank(char c)
{
	return c != '\0' && strchr(BLANKS, c) != NULL;
}

static bool
is_control(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return true;
	return false;
}

/*
 * Where the first of the `ends` stands, outside of quotes, comments and angle
 * brackets, or the text's end.  NULL: one of these has no end.
 */
static char *
span(char *text, const char *ends)
{
	char closing = '\0';

	for (; *text != '\0'; text++) {
		if (*text == '\\' && text[1] != '\0' && closing != '>') {
			text++;
		} else if (closing != '\0') {
			if (*text == closing)
				closing = '\0';
		} else if (strchr(ends, *text) != NULL) {
			return text;
		} else if (*text == '"') {
			closing = '"';
		} else if (*text == '(') {
			closing = ')';
		} else if (*text == '<') {
			closing = '>';
		}
	}
	return closing == '\0' ? text : NULL;
}

/* Takes quotes off, in place; what a backslash stands before is kept. */
static void
unquote(char *text)
{
	char *to = text;
	bool quoted = false;

	for (; *text != '\0'; text++) {
		if (*text == '"') {
			quoted = !quoted;
			continue;
		}
		if (quoted && *text == '\\' && text[1] != '\0')
			text++;
		*to++ = *text;
	}
	*to = '\0';
}

/* Without blanks at its ends, in place. */
static char *
trim(char *text)
{
	size_t length;

	text += strspn(text, BLANKS);
	length = strlen(text);
	while (length > 0 && is_blank(text[length - 1]))
		text[--length] = '\0';
	return text;
}

/* "Bob <bob@x>" is bob@x; "bob@x (Bob)" as well. */
static char *
bare_address(char *text)
{
	char *open, *end;

	end = span(text, "(");
	if (end != NULL && *end == '(' && end > text)
		*end = '\0';
	open = span(text, "<");
	if (open != NULL && *open == '<') {
		end = strchr(open, '>');
		if (end != NULL) {
			*end = '\0';
			text = open + 1;
		}
	}
	return trim(text);
}

static enum status
add_target(struct conf_aliases *aliases, const char *target)
{
	const char **grown;
	size_t room;

	if (aliases->target_count == aliases->target_room) {
		room = aliases->target_room > 0 ? 2 * aliases->target_room :
		    256;
		grown = realloc(aliases->targets, room * sizeof(*grown));
		if (grown == NULL)
			return STATUS_NO_MEMORY;
		aliases->targets = grown;
		aliases->target_room = room;
	}
	aliases->targets[aliases->target_count++] = target;
	return STATUS_OK;
}

static enum status
take_target(struct loader *loader, const struct file *file, char *text)
{
	text = bare_address(trim(text));
	unquote(text);
	if (text[0] == '\0' || text[0] == '|' || text[0] == '/')
		return STATUS_OK;
	if (strncasecmp(text, INCLUDE, strlen(INCLUDE)) == 0)
		return take_include(loader, file,
		    trim(text + strlen(INCLUDE)));
	if (text[0] == ':')
		return STATUS_OK;
	conf_lower(text);
	if (strlen(text) >= CONF_ALIAS_SIZE)
		return refuse(loader, file, text, "is too long; expected an "
		    "address of at most 319 bytes");
	if (is_control(text) || strpbrk(text, " \t") != NULL)
		return refuse(loader, file, text, "is no address; expected "
		    "addresses parted by commas");
	return add_target(loader->aliases, text);
}

static enum status
take_targets(struct loader *loader, const struct file *file, char *text)
{
	enum status status = STATUS_OK;
	char *end;

	while (status == STATUS_OK && text != NULL && *text != '\0') {
		end = span(text, ",");
		if (end == NULL)
			return refuse(loader, file, trim(text), "has a quote, "
			    "bracket or comment without end; expected "
			    "addresses parted by commas");
		if (*end != '\0')
			*end++ = '\0';
		status = take_target(loader, file, text);
		text = end;
	}
	return status;
}

static enum status
add_alias(struct conf_aliases *aliases, const char *name, unsigned line)
{
	struct conf_alias *grown;
	size_t room;

	if (aliases->count == aliases->room) {
		room = aliases->room > 0 ? 2 * aliases->room : 64;
		grown = realloc(aliases->list, room * sizeof(*grown));
		if (grown == NULL)
			return STATUS_NO_MEMORY;
		aliases->list = grown;
		aliases->room = room;
	}
	aliases->list[aliases->count++] = (struct conf_alias){
		.name = name, .first = aliases->target_count, .line = line
	};
	return STATUS_OK;
}

/* Cuts the name off a logical line; NULL: there is none.  *rest follows. */
static char *
cut_name(char *text, char **rest)
{
	char *end = span(text, ":" BLANKS), *behind;

	if (end == NULL || end == text || *end == '\0')
		return NULL;
	behind = end + strspn(end, BLANKS);
	if (*behind == ':')
		*rest = behind + 1;
	else if (memchr(text, '@', (size_t)(end - text)) != NULL)
		*rest = behind;
	else
		return NULL;
	*end = '\0';
	unquote(text);
	conf_lower(text);
	return text;
}

/* virtual(5): "example.com anything" */
static bool
is_domain_line(const struct conf *conf, char *text)
{
	size_t length = strcspn(text, BLANKS);
	char end = text[length];
	bool is;

	text[length] = '\0';
	conf_lower(text);
	is = end != '\0' && conf_is_domain(text) &&
	    conf_is_local_domain(conf, text, length);
	text[length] = end;
	return is;
}

/* A logical line of the aliases file. */
static enum status
take_alias(struct loader *loader, const struct file *file, char *text)
{
	struct conf_aliases *aliases = loader->aliases;
	enum status status;
	struct conf_alias *alias;
	char *name, *rest;

	if (is_domain_line(loader->conf, text))
		return STATUS_OK;
	name = cut_name(text, &rest);
	if (name == NULL || name[0] == '\0')
		return refuse(loader, file, trim(text), "is no alias; expected "
		    "NAME: ADDRESS, ... or USER@DOMAIN ADDRESS, ...");
	if (strlen(name) >= CONF_ALIAS_SIZE)
		return refuse(loader, file, name, "is too long; expected a "
		    "name of at most 319 bytes");
	status = add_alias(aliases, name, file->line);
	if (status == STATUS_OK)
		status = take_targets(loader, file, rest);
	alias = &aliases->list[aliases->count - 1];
	if (status == STATUS_OK)
		alias->count = aliases->target_count - alias->first;
	return status;
}

/*
 * The end of the logical line, behind its newline, with the comments and empty
 * lines within it blanked.
 */
static char *
end_of_logical(char *text)
{
	char *end, *word;

	for (;;) {
		end = text + strcspn(text, "\n");
		if (*end == '\0')
			return end;
		text = end + 1;
		word = text + strspn(text, " \t\r\v\f");
		if (*word == '#')
			memset(word, ' ', strcspn(word, "\n"));
		else if (*word != '\n' && (word == text || *word == '\0'))
			return text;
	}
}

static unsigned
lines(const char *from, const char *to)
{
	unsigned count = 0;

	for (; from < to; from++)
		count += *from == '\n';
	return count;
}

/* Cuts a text up into logical lines, or an included one into its lines. */
static enum status
take_text(struct loader *loader, struct file *file, char *text)
{
	enum status status = STATUS_OK;
	unsigned line = 1;
	char *end, *at;

	while (status == STATUS_OK && *text != '\0') {
		at = text + strspn(text, " \t\r\v\f");
		if (*at == '#')
			memset(at, ' ', strcspn(at, "\n"));
		end = file->depth == 0 ? end_of_logical(text) :
		    text + strcspn(text, "\n") + 1;
		file->line = line + lines(text, text + strspn(text, BLANKS));
		line += lines(text, end);
		end[-1] = '\0';
		if (text[strspn(text, BLANKS)] == '\0')
			status = STATUS_OK;
		else if (file->depth > 0)
			status = take_targets(loader, file, text);
		else if (is_blank(text[0]))
			status = refuse(loader, file, trim(text), "continues "
			    "no line; expected NAME: ADDRESS, ... at its "
			    "beginning");
		else
			status = take_alias(loader, file, text);
		text = end;
	}
	return status;
}

/* Reads the file into the texts that are kept. */
static enum status
read_text(struct loader *loader, const char *path, size_t max, char **text)
{
	struct conf_aliases *aliases = loader->aliases;
	enum status status;
	char **grown;

	grown = realloc(aliases->texts,
	    (aliases->text_count + 1) * sizeof(*grown));
	if (grown == NULL)
		return STATUS_NO_MEMORY;
	aliases->texts = grown;
	buf_clear(loader->why);
	buf_add_text(loader->why, path);
	status = conf_file_read(path, max, text, loader->why);
	if (status != STATUS_OK)
		return status;
	buf_clear(loader->why);
	aliases->texts[aliases->text_count++] = *text;
	return STATUS_OK;
}

/* A file of addresses; its name points into a text that is kept. */
static enum status
take_include(struct loader *loader, const struct file *from, const char *path)
{
	struct file file = { path, 1, from->depth + 1 };
	enum status status;
	struct buf problem;
	char *text;

	if (path[0] != '/')
		return refuse(loader, from, path, "is included; expected the "
		    "whole name of a file");
	if (file.depth > CONF_INCLUDE_DEPTH_MAX ||
	    loader->aliases->text_count > CONF_INCLUDES_MAX) {
		refuse(loader, from, path, "is one file too many; ");
		buf_printf(loader->why, "expected at most %d, and %d within "
		    "one another", CONF_INCLUDES_MAX, CONF_INCLUDE_DEPTH_MAX);
		return STATUS_MALFORMED;
	}
	status = read_text(loader, path, CONF_INCLUDE_FILE_MAX, &text);
	if (status == STATUS_OK)
		return take_text(loader, &file, text);
	if (status == STATUS_NO_MEMORY)
		return status;
	buf_init(&problem);
	buf_add_text(&problem, loader->why->data);
	buf_clear(loader->why);
	buf_printf(loader->why, "%s:%u: %s", from->path, from->line,
	    problem.data);
	buf_release(&problem);
	return status;
}

/* By name, then as they stand in the file. */
static int
order(const void *one, const void *other)
{
	const struct conf_alias *a = one, *b = other;
	int by_name = strcmp(a->name, b->name);

	if (by_name != 0)
		return by_name;
	return (a->line > b->line) - (a->line < b->line);
}

/* Reports the name whose second mention comes first in the file. */
static enum status
refuse_repeated(struct loader *loader, const char *path)
{
	const struct conf_alias *list = loader->aliases->list, *found = NULL;
	struct file file = { path, 0, 0 };
	size_t i;

	for (i = 1; i < loader->aliases->count; i++)
		if (strcmp(list[i - 1].name, list[i].name) == 0 &&
		    (found == NULL || list[i].line < found->line))
			found = &list[i];
	if (found == NULL)
		return STATUS_OK;
	file.line = found->line;
	refuse(loader, &file, found->name, "is already on line ");
	buf_printf(loader->why, "%u; expected each alias once in the file",
	    found[-1].line);
	return STATUS_MALFORMED;
}

enum status
conf_aliases_load(struct conf *conf, struct buf *why)
{
	struct loader loader = { .conf = conf, .why = why };
	struct file file = { conf->aliases_file, 1, 0 };
	enum status status;
	char *text;

	if (conf->aliases_file == NULL)
		return STATUS_OK;
	conf->aliases = calloc(1, sizeof(*conf->aliases));
	if (conf->aliases == NULL)
		return STATUS_NO_MEMORY;
	loader.aliases = conf->aliases;
	status = read_text(&loader, conf->aliases_file,
	    CONF_ALIASES_FILE_MAX, &text);
	if (status == STATUS_OK)
		status = take_text(&loader, &file, text);
	if (status == STATUS_OK && conf->aliases->count > 1) {
		qsort(conf->aliases->list, conf->aliases->count,
		    sizeof(*conf->aliases->list), order);
		status = refuse_repeated(&loader, conf->aliases_file);
	}
	return status;
}

void
conf_aliases_release(struct conf *conf)
{
	struct conf_aliases *aliases = conf->aliases;
	size_t i;

	if (aliases == NULL)
		return;
	for (i = 0; i < aliases->text_count; i++)
		free(aliases->texts[i]);
	free(aliases->texts);
	free(aliases->targets);
	free(aliases->list);
	free(aliases);
	conf->aliases = NULL;
}
