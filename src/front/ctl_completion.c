/*
 * The completion of bash, made of the table of verbs: a function that finds the
 * verb among the words before, and offers what may follow.
 *
 * It asks no daemon: what is typed must not wait for one.
 */
#include "front/ctl.h"

#include <string.h>

static void
add_names(struct buf *buf)
{
	const struct ctl_verb *verb;

	for (verb = ctl_verbs; verb->name != NULL; verb++)
		buf_printf(buf, "%s%s", verb == ctl_verbs ? "" : " ",
		    verb->name);
}

/* What bash has to offer for a kind of word; NULL: it is anything. */
static const char *
action_of(const char *kind)
{
	if (kind == NULL)
		return NULL;
	if (strcmp(kind, "FILE") == 0 || strcmp(kind, "SOCKET") == 0)
		return "-f";
	if (strcmp(kind, "DIRECTORY") == 0)
		return "-d";
	return NULL;
}

/* An option that wants a word, and the words it takes. */
static void
add_values(struct buf *buf)
{
	const struct ctl_option_row *option;
	const char *action;

	buf_add_text(buf, "\tcase $previous in\n"
	    "\t-s|-f)\n\t\t_replygatectl_files -f; return;;\n");
	for (option = ctl_options; option->word != NULL; option++) {
		if (option->value == NULL)
			continue;
		action = action_of(option->value);
		buf_printf(buf, "\t%s)\n\t\t", option->word);
		if (option->words != NULL)
			buf_printf(buf, "_replygatectl_words '%s'; ",
			    option->words);
		else if (action != NULL)
			buf_printf(buf, "_replygatectl_files %s; ", action);
		buf_add_text(buf, "return;;\n");
	}
	buf_add_text(buf, "\tesac\n");
}

/* Those whose next word is a value and no operand. */
static void
add_skipping(struct buf *buf)
{
	const struct ctl_option_row *option;

	buf_add_text(buf, "\t\t-s|-f");
	for (option = ctl_options; option->word != NULL; option++)
		if (option->value != NULL)
			buf_printf(buf, "|%s", option->word);
	buf_add_text(buf, ")\n\t\t\t((at++));;\n");
}

static void
add_operand(struct buf *buf, const char *number, const char *words,
    const char *kind)
{
	const char *action = action_of(kind);

	if (words == NULL && action == NULL)
		return;
	buf_printf(buf, "\t\t%s) ", number);
	if (words != NULL)
		buf_printf(buf, "_replygatectl_words '%s';;\n", words);
	else
		buf_printf(buf, "_replygatectl_files %s;;\n", action);
}

static void
add_verb(struct buf *buf, const struct ctl_verb *verb)
{
	const struct ctl_option_row *option;

	buf_printf(buf, "\t%s)\n\t\toptions='--json -s", verb->name);
	for (option = ctl_options; option->word != NULL; option++)
		if (verb->takes & option->option)
			buf_printf(buf, " %s", option->word);
	buf_add_text(buf, "'\n\t\tcase $operands in\n");
	if (strcmp(verb->name, "help") == 0) {
		buf_add_text(buf, "\t\t0) _replygatectl_words '");
		add_names(buf);
		buf_add_text(buf, "';;\n");
	} else if (verb->many && verb->words == NULL) {
		add_operand(buf, "*", NULL, verb->operand);
	} else {
		add_operand(buf, "0", verb->words, verb->operand);
		add_operand(buf, "1", verb->then, verb->second);
	}
	buf_add_text(buf, "\t\tesac;;\n");
}

/* An option where one was begun, else what was offered before. */
static const char head[] =
    "# bash completion of replygatectl(8), made by: "
    "replygatectl completion\n\n"
    "_replygatectl_words()\n"
    "{\n"
    "\tmapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$current\")\n"
    "}\n\n"
    "_replygatectl_files()\n"
    "{\n"
    "\tcompopt -o filenames 2>/dev/null\n"
    "\tmapfile -t COMPREPLY < <(compgen \"$1\" -- \"$current\")\n"
    "}\n\n"
    "_replygatectl()\n"
    "{\n"
    "\tlocal current=${COMP_WORDS[COMP_CWORD]}\n"
    "\tlocal previous=${COMP_WORDS[COMP_CWORD-1]}\n"
    "\tlocal verb='' operands=0 options='--json -s' at\n\n"
    "\tCOMPREPLY=()\n";

static const char search[] =
    "\tfor ((at = 1; at < COMP_CWORD; at++)); do\n"
    "\t\tcase ${COMP_WORDS[at]} in\n";

static const char found[] =
    "\t\t-?*) ;;\n"
    "\t\t*)\n"
    "\t\t\tif [[ -z $verb ]]; then\n"
    "\t\t\t\tverb=${COMP_WORDS[at]}\n"
    "\t\t\telse\n"
    "\t\t\t\t((operands++))\n"
    "\t\t\tfi;;\n"
    "\t\tesac\n"
    "\tdone\n"
    "\tcase $verb in\n"
    "\t'')\n"
    "\t\t_replygatectl_words '";

static const char tail[] =
    "\tesac\n"
    "\tif [[ $current == -* ]]; then\n"
    "\t\t_replygatectl_words \"$options\"\n"
    "\tfi\n"
    "}\n\n"
    "complete -F _replygatectl replygatectl\n";

void
ctl_completion(struct buf *buf)
{
	const struct ctl_verb *verb;

	buf_add_text(buf, head);
	add_values(buf);
	buf_add_text(buf, search);
	add_skipping(buf);
	buf_add_text(buf, found);
	add_names(buf);
	buf_add_text(buf, "';;\n");
	for (verb = ctl_verbs; verb->name != NULL; verb++)
		add_verb(buf, verb);
	buf_add_text(buf, tail);
}

enum ctl_exit
ctl_completing(struct ctl *ctl, const char *operand)
{
	enum ctl_exit result;
	struct buf text;

	(void)operand;
	buf_init(&text);
	ctl_completion(&text);
	result = ctl_print_text(ctl, &text);
	buf_release(&text);
	return result;
}
