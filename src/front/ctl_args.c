/*
 * The command line and the help, both from the table of verbs.
 */
#include "front/ctl.h"

#include <string.h>

#define HINT	"; try: replygatectl help"

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

/*
 * One option; moves *argv to its last word.  False: `why` says what is
 * wrong.
 */
static bool
parse_option(struct ctl_args *args, char *const **argv, struct buf *why)
{
	const char *word = **argv;

	if (strcmp(word, "--json") == 0) {
		args->json = true;
	} else if (strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0) {
		args->verb = ctl_verb_find("help");
	} else if (strcmp(word, "-s") == 0) {
		args->socket = take_value(argv, "the path of a socket", why);
		return args->socket != NULL;
	} else if (strcmp(word, "--from") == 0) {
		args->from = take_value(argv, "an envelope sender", why);
		return args->from != NULL;
	} else if (strcmp(word, "--phrases") == 0) {
		args->phrases = take_value(argv, "a file of phrases", why);
		return args->phrases != NULL;
	} else if (strncmp(word, "-s", 2) == 0) {
		args->socket = word + 2;
	} else {
		buf_printf(why, "unknown option %s" HINT, word);
		return false;
	}
	return true;
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
	if (args->verb->operand == NULL ||
	    (args->operand_count > 0 && !args->verb->many)) {
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

static bool
check_whole(const struct ctl_args *args, struct buf *why)
{
	const struct ctl_verb *verb = args->verb;

	if (verb == NULL) {
		buf_add_text(why, "no verb" HINT);
		return false;
	}
	if ((args->from != NULL || args->phrases != NULL) && !verb->many) {
		buf_printf(why, "%s: not for %s" HINT, args->from != NULL ?
		    "--from" : "--phrases", verb->name);
		return false;
	}
	if (verb->operand != NULL && !verb->optional &&
	    args->operand == NULL) {
		buf_printf(why, "%s needs %s" HINT " %s", verb->name,
		    verb->operand, verb->name);
		return false;
	}
	return true;
}

enum status
ctl_args_parse(struct ctl_args *args, char **argv, struct buf *why)
{
	bool options = true, good = true;
	char **first = argv + 1, *const *last;
	char **at;

	memset(args, 0, sizeof(*args));
	for (at = first; good && *at != NULL; at++) {
		if (options && strcmp(*at, "--") == 0) {
			options = false;
		} else if (options && **at == '-' && (*at)[1] != '\0') {
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
}

void
ctl_help(struct buf *buf, const struct ctl_verb *verb)
{
	struct buf synopsis;

	if (verb != NULL) {
		buf_add_text(buf, "usage: replygatectl [--json] [-s SOCKET] ");
		if (verb->many)
			buf_add_text(buf, "[--from SENDER] "
			    "[--phrases FILE]\n           ");
		add_synopsis(buf, verb);
		buf_printf(buf, "\n\n%s\n", verb->details);
		return;
	}
	buf_add_text(buf, "usage: replygatectl [--json] [-s SOCKET] VERB "
	    "[OPERAND]\n\n");
	buf_init(&synopsis);
	for (verb = ctl_verbs; verb->name != NULL; verb++) {
		buf_clear(&synopsis);
		add_synopsis(&synopsis, verb);
		buf_printf(buf, "  %-20s %s\n", synopsis.data, verb->summary);
	}
	buf_release(&synopsis);
	buf_add_text(buf, "\n  --json         print JSON for programs\n"
	    "  -s SOCKET      the daemon's control socket (default "
	    CTL_SOCKET_DEFAULT ",\n"
	    "                 or what " CTL_SOCKET_VARIABLE " says)\n\n"
	    "See replygatectl(8).\n");
}
