/*
 * What messages are judged by: one table of phrases and two lists of
 * header patterns, counted.
 *
 * The phrases of the configuration are read together with those of the file,
 * as lines behind its last; so they are bounded and folded alike.
 */
#include "mail/judge.h"

#include <fnmatch.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/conf_file.h"
#include "mail/phrase.h"

/* One of automatic_headers or human_headers. */
struct header_rule {
	char		*text;		/* as the configuration has it */
	char		*field;
	char		*pattern;	/* in `field`; NULL: any value */
	enum judge_word	 word;
};

struct judge {
	struct phrase_table	*phrases;
	struct header_rule	*rules;
	size_t			 rule_count;
	_Atomic unsigned	 references;
};

struct judge *
judge_new(struct phrase_table *phrases)
{
	struct judge *judge = calloc(1, sizeof(*judge));

	if (judge == NULL) {
		phrase_table_free(phrases);
		return NULL;
	}
	atomic_init(&judge->references, 1);
	judge->phrases = phrases;
	return judge;
}

struct judge *
judge_ref(struct judge *judge)
{
	if (judge != NULL)
		atomic_fetch_add(&judge->references, 1);
	return judge;
}

void
judge_unref(struct judge *judge)
{
	size_t i;

	if (judge == NULL || atomic_fetch_sub(&judge->references, 1) != 1)
		return;
	for (i = 0; i < judge->rule_count; i++) {
		free(judge->rules[i].text);
		free(judge->rules[i].field);
	}
	free(judge->rules);
	phrase_table_free(judge->phrases);
	free(judge);
}

const struct phrase_table *
judge_phrases(const struct judge *judge)
{
	return judge != NULL ? judge->phrases : NULL;
}

/*
 * The value as it is compared: lower case, folds and runs of white space one
 * blank, none at either end; of a longer one the beginning.
 */
static void
fold_value(const char *value, char folded[JUDGE_VALUE_MAX + 1])
{
	size_t n = 0;
	char c;

	for (; *value != '\0' && n < JUDGE_VALUE_MAX; value++) {
		c = *value;
		if (c == ' ' || (c >= '\t' && c <= '\r')) {
			if (n > 0 && folded[n - 1] != ' ')
				folded[n++] = ' ';
			continue;
		}
		folded[n++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	while (n > 0 && folded[n - 1] == ' ')
		n--;
	folded[n] = '\0';
}

enum judge_word
judge_field(const struct judge *judge, const char *name, const char *value,
    const char **text)
{
	enum judge_word word = JUDGE_SILENT;
	char folded[JUDGE_VALUE_MAX + 1];
	const struct header_rule *rule;
	bool is_folded = false;
	size_t i;

	*text = NULL;
	for (i = 0; judge != NULL && i < judge->rule_count; i++) {
		rule = &judge->rules[i];
		if (rule->word <= word || strcasecmp(rule->field, name) != 0)
			continue;
		if (rule->pattern != NULL && !is_folded) {
			fold_value(value, folded);
			is_folded = true;
		}
		if (rule->pattern == NULL ||
		    fnmatch(rule->pattern, folded, 0) == 0) {
			word = rule->word;
			*text = rule->text;
		}
	}
	return word;
}

/* "FIELD: PATTERN", as the configuration has checked it. */
static bool
add_rule(struct judge *judge, const char *text, enum judge_word word)
{
	struct header_rule *rule = &judge->rules[judge->rule_count];
	char *pattern;

	judge->rule_count++;
	rule->text = strdup(text);
	rule->field = strdup(text);
	if (rule->text == NULL || rule->field == NULL)
		return false;
	rule->word = word;
	pattern = strchr(rule->field, ':');
	*pattern++ = '\0';
	pattern += strspn(pattern, " ");
	rule->pattern = strcmp(pattern, "*") != 0 ? pattern : NULL;
	for (; *pattern != '\0'; pattern++)
		if (*pattern >= 'A' && *pattern <= 'Z')
			*pattern = (char)(*pattern - 'A' + 'a');
	return true;
}

static bool
add_rules(struct judge *judge, const struct conf *conf)
{
	size_t i, count = conf->automatic_header_count +
	    conf->human_header_count;

	if (count == 0)
		return true;
	judge->rules = calloc(count, sizeof(*judge->rules));
	if (judge->rules == NULL)
		return false;
	for (i = 0; i < conf->automatic_header_count; i++)
		if (!add_rule(judge, conf->automatic_headers[i],
		    JUDGE_AUTOMATIC))
			return false;
	for (i = 0; i < conf->human_header_count; i++)
		if (!add_rule(judge, conf->human_headers[i], JUDGE_HUMAN))
			return false;
	return true;
}

/* Its own place, or @subject, and the phrase: two lines for each. */
static void
add_phrase(struct buf *text, const char *phrase)
{
	size_t place = phrase[0] == '@' ? strcspn(phrase, " ") : 0;

	if (place > 0)
		buf_add(text, phrase, place);
	else
		buf_add_text(text, "@subject");
	buf_printf(text, "\n%s\n", phrase + place);
}

/*
 * Says where a phrase is wrong.  The parser says "line 7: what"; lines behind
 * the file's are the configuration's.
 */
static void
say_where(const struct conf *conf, size_t lines, const struct buf *problem,
    struct buf *why)
{
	static const char word[] = "line ";
	const char *what = problem->data;
	size_t line = 0;
	char *end;

	if (strncmp(what, word, sizeof(word) - 1) == 0) {
		line = strtoul(what + sizeof(word) - 1, &end, 10);
		what = end + strspn(end, ": ");
	}
	if (line > lines && (line - lines - 1) / 2 < conf->phrase_count)
		buf_printf(why, "%s: phrases: \"%s\": %s", conf->path,
		    conf->phrases[(line - lines - 1) / 2], what);
	else if (line > 0)
		buf_printf(why, "%s:%zu: %s", conf->phrases_file, line, what);
	else
		buf_printf(why, "%s: with the phrases of %s: %s",
		    conf->phrases_file, conf->path, what);
}

static enum status
parse_phrases(const struct conf *conf, const char *file,
    struct phrase_table **table, struct buf *why)
{
	struct buf text, problem;
	enum status status;
	size_t lines = 0, i;
	const char *at;

	for (at = file; *at != '\0'; at++)
		lines += *at == '\n';
	buf_init(&text);
	buf_init(&problem);
	buf_add_text(&text, file);
	for (i = 0; i < conf->phrase_count; i++)
		add_phrase(&text, conf->phrases[i]);
	status = text.failed ? STATUS_NO_MEMORY :
	    phrase_table_parse(table, text.data, text.length, &problem);
	if (status == STATUS_MALFORMED || status == STATUS_LIMIT)
		say_where(conf, lines, &problem, why);
	buf_release(&problem);
	buf_release(&text);
	return status;
}

static enum status
load_phrases(const struct conf *conf, struct phrase_table **table,
    struct buf *why)
{
	enum status status;
	char *file = NULL;

	buf_add_text(why, conf->phrases_file);
	status = conf_file_read(conf->phrases_file, PHRASE_FILE_MAX, &file,
	    why);
	if (status == STATUS_OK) {
		buf_clear(why);
		status = parse_phrases(conf, file, table, why);
	}
	free(file);
	return status;
}

enum status
judge_load(struct judge **judge, const struct conf *conf, struct buf *why)
{
	struct phrase_table *phrases = NULL;
	enum status status;

	*judge = NULL;
	buf_clear(why);
	status = load_phrases(conf, &phrases, why);
	if (status == STATUS_OK) {
		*judge = judge_new(phrases);
		if (*judge == NULL || !add_rules(*judge, conf))
			status = STATUS_NO_MEMORY;
	}
	if (status == STATUS_NO_MEMORY) {
		judge_unref(*judge);
		*judge = NULL;
		buf_clear(why);
		buf_printf(why, "%s: cannot be loaded: no memory",
		    conf->phrases_file);
	}
	return status;
}
