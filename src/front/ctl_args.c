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
		if ((*argv)[1] == NULL) {
			buf_add_text(why, "-s needs the path of a socket" HINT);
			return false;
		}
		args->socket = *++*argv;
	} else if (strncmp(word, "-s", 2) == 0) {
		args->socket = word + 2;
	} else {
		buf_printf(why, "unknown option %s" HINT, word);
		return false;
	}
	return true;
}

static bool
parse_word(struct ctl_args *args, const char *word, struct buf *why)
{
	if (args->verb == NULL) {
		args->verb = ctl_verb_find(word);
		if (args->verb == NULL)
			buf_printf(why, "unknown verb %s" HINT, word);
		return args->verb != NULL;
	}
	if (args->verb->operand == NULL || args->operand != NULL) {
		buf_printf(why, "%s: one word too many for %s" HINT, word,
		    args->verb->name);
		return false;
	}
	args->operand = word;
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
	if (verb->operand != NULL && !verb->optional &&
	    args->operand == NULL) {
		buf_printf(why, "%s needs %s" HINT " %s", verb->name,
		    verb->operand, verb->name);
		return false;
	}
	return true;
}

enum status
ctl_args_parse(struct ctl_args *args, char *const *argv, struct buf *why)
{
	bool options = true, good = true;

	memset(args, 0, sizeof(*args));
	for (argv++; good && *argv != NULL; argv++) {
		if (options && strcmp(*argv, "--") == 0)
			options = false;
		else if (options && **argv == '-' && (*argv)[1] != '\0')
			good = parse_option(args, &argv, why);
		else
			good = parse_word(args, *argv, why);
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
}

void
ctl_help(struct buf *buf, const struct ctl_verb *verb)
{
	struct buf synopsis;

	if (verb != NULL) {
		buf_add_text(buf, "usage: replygatectl [--json] [-s SOCKET] ");
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
		buf_printf(buf, "  %-14s %s\n", synopsis.data, verb->summary);
	}
	buf_release(&synopsis);
	buf_add_text(buf, "\n  --json         print JSON for programs\n"
	    "  -s SOCKET      the daemon's control socket (default "
	    CTL_SOCKET_DEFAULT ",\n"
	    "                 or what " CTL_SOCKET_VARIABLE " says)\n\n"
	    "See replygatectl(8).\n");
}
