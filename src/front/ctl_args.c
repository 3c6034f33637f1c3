/*
 * The command line and the help, both from the table of verbs.
 */
#include "front/ctl.h"

#include <stddef.h>
#include <string.h>

#define HINT	"; try: replygatectl help"
#define HELP_COLUMNS	79

const struct ctl_verb *
ctl_verb_find(const char *name)
{
	const struct ctl_verb *verb;

	for (verb = ctl_verbs; verb->name != NULL; verb++)
		if (strcmp(verb->name, name) == 0)
			return verb;
	return NULL;
}

/*
 * The word behind an option; moves *argv there.  NULL: `why` says that there
 * is none.
 */
static const char *
take_value(char *const **argv, const char *what, struct buf *why)
{
	if ((*argv)[1] == NULL) {
		buf_printf(why, "%s needs %s" HINT, **argv, what);
		return NULL;
	}
	return *++*argv;
}

const struct ctl_option_row ctl_options[] = {
	{ "--from", CTL_OPTION_FROM, "SENDER", "an envelope sender",
	    offsetof(struct ctl_args, from), NULL },
	{ "--phrases", CTL_OPTION_PHRASES, "FILE", "a file of phrases",
	    offsetof(struct ctl_args, phrases), NULL },
	{ "--conf", CTL_OPTION_CONF, "FILE", "a configuration",
	    offsetof(struct ctl_args, conf), NULL },
	{ "--reason", CTL_OPTION_REASON, "TEXT", "a text",
	    offsetof(struct ctl_args, reason), NULL },
	{ "--similarity", CTL_OPTION_SIMILARITY, "SHARE", "a share",
	    offsetof(struct ctl_args, similarity), NULL },
	{ "--minimum", CTL_OPTION_MINIMUM, "NUMBER", "a number",
	    offsetof(struct ctl_args, minimum), NULL },
	{ "--standing", CTL_OPTION_STANDING, "STANDING",
	    "good, warned, restricted or exempt",
	    offsetof(struct ctl_args, standing),
	    "good warned restricted exempt" },
	{ "--sort", CTL_OPTION_SORT, "ORDER", "name, rate or sent",
	    offsetof(struct ctl_args, sort), "name rate sent" },
	{ "--until", CTL_OPTION_UNTIL, "DATE", "a date",
	    offsetof(struct ctl_args, until), NULL },
	{ "--since", CTL_OPTION_SINCE, "DATE", "a date",
	    offsetof(struct ctl_args, since), NULL },
	{ "--user", CTL_OPTION_USER, "NAME", "a user's name",
	    offsetof(struct ctl_args, user), NULL },
	{ "--weeks", CTL_OPTION_WEEKS, "NUMBER", "a number",
	    offsetof(struct ctl_args, weeks), NULL },
	{ "--end", CTL_OPTION_END, NULL, NULL,
	    offsetof(struct ctl_args, end), NULL },
	{ "--postfix", CTL_OPTION_POSTFIX, "DIRECTORY",
	    "the directory of a main.cf", offsetof(struct ctl_args, postfix),
	    NULL },
	{ "--sendmail", CTL_OPTION_SENDMAIL, "FILE", "a sendmail.cf",
	    offsetof(struct ctl_args, sendmail), NULL },
	{ .word = NULL },
};

static const char **
option_field(struct ctl_args *args, size_t i)
{
	return (const char **)(void *)((char *)args + ctl_options[i].offset);
}

/*
 * One option; moves *argv to its last word.  False: `why` says what is
 * wrong.
 */
static bool
parse_option(struct ctl_args *args, char *const **argv, struct buf *why)
{
	const char *word = **argv, **field;
	size_t i;

	if (strcmp(word, "-f") == 0)	/* as replygate has it */
		word = "--conf";
	for (i = 0; ctl_options[i].word != NULL; i++) {
		if (strcmp(word, ctl_options[i].word) != 0)
			continue;
		field = option_field(args, i);
		*field = ctl_options[i].value == NULL ? word :
		    take_value(argv, ctl_options[i].what, why);
		return *field != NULL;
	}
	if (strcmp(word, "--json") == 0) {
		args->json = true;
	} else if (strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0) {
		args->verb = ctl_verb_find("help");
	} else if (strcmp(word, "-s") == 0) {
		args->socket = take_value(argv, "the path of a socket", why);
		return args->socket != NULL;
	} else if (strncmp(word, "-s", 2) == 0) {
		args->socket = word + 2;
	} else {
		buf_printf(why, "unknown option %s" HINT, word);
		return false;
	}
	return true;
}

static size_t
most_operands(const struct ctl_verb *verb)
{
	if (verb->many)
		return (size_t)-1;
	return (size_t)(verb->operand != NULL) + (verb->second != NULL);
}

/* A verb, or an operand, which is put behind those before it. */
static bool
parse_word(struct ctl_args *args, char **first, char **at, struct buf *why)
{
	char *word = *at;

	if (args->verb == NULL) {
		args->verb = ctl_verb_find(word);
		if (args->verb == NULL)
			buf_printf(why, "unknown verb %s" HINT, word);
		return args->verb != NULL;
	}
	if (args->operand_count >= most_operands(args->verb)) {
		buf_printf(why, "%s: one word too many for %s" HINT, word,
		    args->verb->name);
		return false;
	}
	*at = first[args->operand_count];
	first[args->operand_count++] = word;
	args->operands = first;
	args->operand = first[0];
	return true;
}

/* Each option fits the verb, and those it needs are there. */
static bool
check_options(struct ctl_args *args, struct buf *why)
{
	const struct ctl_verb *verb = args->verb;
	bool given;
	size_t i;

	for (i = 0; ctl_options[i].word != NULL; i++) {
		given = *option_field(args, i) != NULL;
		if (given && !(verb->takes & ctl_options[i].option)) {
			buf_printf(why, "%s: not for %s" HINT,
			    ctl_options[i].word, verb->name);
			return false;
		}
		if (!given && (verb->needs & ctl_options[i].option)) {
			buf_printf(why, "%s needs %s %s" HINT " %s",
			    verb->name, ctl_options[i].word,
			    ctl_options[i].value, verb->name);
			return false;
		}
	}
	return true;
}

static bool
check_whole(struct ctl_args *args, struct buf *why)
{
	const struct ctl_verb *verb = args->verb;

	if (verb == NULL) {
		buf_add_text(why, "no verb" HINT);
		return false;
	}
	if (verb->operand != NULL && !verb->optional &&
	    args->operand == NULL) {
		buf_printf(why, "%s needs %s" HINT " %s", verb->name,
		    verb->operand, verb->name);
		return false;
	}
	if (verb->both && args->operand_count < 2) {
		buf_printf(why, "%s needs %s, too" HINT " %s", verb->name,
		    verb->second, verb->name);
		return false;
	}
	return check_options(args, why);
}

enum status
ctl_args_parse(struct ctl_args *args, char **argv, struct buf *why)
{
	bool dashes = true, good = true;
	char **first = argv + 1, *const *last;
	char **at;

	memset(args, 0, sizeof(*args));
	for (at = first; good && *at != NULL; at++) {
		if (dashes && strcmp(*at, "--") == 0) {
			dashes = false;
		} else if (dashes && **at == '-' && (*at)[1] != '\0') {
			last = at;
			good = parse_option(args, &last, why);
			at += last - at;
		} else
			good = parse_word(args, first, at, why);
	}
	return good && check_whole(args, why) ? STATUS_OK : STATUS_MALFORMED;
}

static void
add_synopsis(struct buf *buf, const struct ctl_verb *verb)
{
	buf_add_text(buf, verb->name);
	if (verb->operand != NULL)
		buf_printf(buf, verb->optional ? " [%s]" : " %s",
		    verb->operand);
	if (verb->many)
		buf_add_text(buf, "...");
	if (verb->second != NULL)
		buf_printf(buf, verb->both ? " %s" : " [%s]", verb->second);
}

/*
 * Adds a word behind `blanks`, or at the beginning of a line where it does not
 * fit; returns how much of the line is used.
 */
static size_t
add_word(struct buf *buf, const char *word, size_t length, size_t blanks,
    size_t used)
{
	if (used > 0 && used + blanks + length > HELP_COLUMNS) {
		buf_add_text(buf, "\n");
		used = 0;
	} else if (used > 0) {
		buf_add(buf, "  ", blanks);
		used += blanks;
	}
	buf_add(buf, word, length);
	return used + length;
}

/* Sentences are two blanks apart. */
static void
add_wrapped(struct buf *buf, const char *text)
{
	size_t length, blanks = 1, used = 0;

	for (text += strspn(text, " \n"); *text != '\0';
	    text += strspn(text, " \n")) {
		length = strcspn(text, " \n");
		used = add_word(buf, text, length, blanks, used);
		blanks = text[length - 1] == '.' ? 2 : 1;
		text += length;
	}
}

/* The options a verb takes; those it needs are without brackets. */
static void
add_options(struct buf *buf, const struct ctl_verb *verb, size_t used)
{
	struct buf option;
	bool needed;
	size_t i;

	buf_init(&option);
	for (i = 0; ctl_options[i].word != NULL; i++) {
		if (!(verb->takes & ctl_options[i].option))
			continue;
		needed = verb->needs & ctl_options[i].option;
		buf_clear(&option);
		buf_add_text(&option, needed ? "" : "[");
		buf_add_text(&option, ctl_options[i].word);
		if (ctl_options[i].value != NULL)
			buf_printf(&option, " %s", ctl_options[i].value);
		buf_add_text(&option, needed ? "" : "]");
		used = add_word(buf, option.data, option.length, 1, used);
	}
	buf_release(&option);
}

static void
add_usage(struct buf *buf, const struct ctl_verb *verb)
{
	static const char usage[] = "usage: replygatectl [--json] [-s SOCKET]";
	size_t used = sizeof(usage) - 1;
	struct buf synopsis;

	buf_add_text(buf, usage);
	buf_init(&synopsis);
	add_synopsis(&synopsis, verb);
	(void)add_word(buf, synopsis.data, synopsis.length, 1, used);
	used += synopsis.length + 1;
	buf_release(&synopsis);
	add_options(buf, verb, used);
}

void
ctl_help(struct buf *buf, const struct ctl_verb *verb)
{
	struct buf synopsis;

	if (verb != NULL) {
		add_usage(buf, verb);
		buf_add_text(buf, "\n\n");
		add_wrapped(buf, verb->details);
		buf_add_text(buf, "\n");
		return;
	}
	buf_add_text(buf, "usage: replygatectl [--json] [-s SOCKET] VERB "
	    "[OPERAND]\n\n");
	buf_init(&synopsis);
	for (verb = ctl_verbs; verb->name != NULL; verb++) {
		buf_clear(&synopsis);
		add_synopsis(&synopsis, verb);
		buf_printf(buf, "  %-32s %s\n", synopsis.data, verb->summary);
	}
	buf_release(&synopsis);
	buf_add_text(buf, "\n  --json         print JSON for programs\n"
	    "  -s SOCKET      the daemon's control socket (default\n"
	    "                 " CTL_SOCKET_DEFAULT ",\n"
	    "                 or what " CTL_SOCKET_VARIABLE " says)\n\n"
	    "See replygatectl(8).\n");
}
