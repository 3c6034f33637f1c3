/*
 * The rules are those of the specification, OpenMetrics 1.0.0: what a
 * collector may refuse to read is an error here.
 */
#include "openmetrics.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEEN_MAX	400
#define NAME_SIZE	256

struct reader {
	char	family[NAME_SIZE];
	char	type[32];
	bool	has_help, has_samples;
	char	seen[SEEN_MAX][NAME_SIZE];	/* samples */
	size_t	seen_count;
	char	families[SEEN_MAX][NAME_SIZE];
	size_t	family_count;

	/* of the histogram that is being read */
	char	labels[NAME_SIZE];	/* without le */
	double	bound, count;
	bool	inside, infinite;
};

static size_t
name_length(const char *text)
{
	size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:");

	return *text >= '0' && *text <= '9' ? 0 : length;
}

static bool
ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length >= tail && strcmp(text + length - tail, end) == 0;
}

static bool
note(char list[][NAME_SIZE], size_t *count, const char *text)
{
	size_t i;

	for (i = 0; i < *count; i++)
		if (strcmp(list[i], text) == 0)
			return false;
	if (*count == SEEN_MAX || strlen(text) >= NAME_SIZE)
		return false;
	snprintf(list[(*count)++], NAME_SIZE, "%s", text);
	return true;
}

static const char *
end_family(const struct reader *reader)
{
	if (reader->family[0] == '\0')
		return NULL;
	if (!reader->has_help)
		return "a family without HELP";
	if (!reader->has_samples)
		return "a family without samples";
	return reader->inside ? "a histogram without its count" : NULL;
}

static const char *
read_type(struct reader *reader, const char *rest)
{
	static const char *const types[] = { "counter", "gauge", "info",
	    "histogram" };
	const char *wrong = end_family(reader);
	size_t length = name_length(rest), i;

	if (wrong != NULL)
		return wrong;
	if (length == 0 || rest[length] != ' ')
		return "a TYPE without a name";
	snprintf(reader->family, sizeof(reader->family), "%.*s", (int)length,
	    rest);
	snprintf(reader->type, sizeof(reader->type), "%s", rest + length + 1);
	reader->has_help = reader->has_samples = false;
	for (i = 0; i < 4; i++)
		if (strcmp(reader->type, types[i]) == 0)
			return note(reader->families, &reader->family_count,
			    reader->family) ? NULL : "a family twice";
	return "an unknown type";
}

static const char *
read_comment(struct reader *reader, const char *line)
{
	size_t length = strlen(reader->family);
	const char *rest = line + 7;
	char unit[NAME_SIZE];

	if (strncmp(line, "# TYPE ", 7) == 0)
		return read_type(reader, rest);
	if (strncmp(line, "# HELP ", 7) != 0 &&
	    strncmp(line, "# UNIT ", 7) != 0)
		return "a comment of no kind";
	if (length == 0 || strncmp(rest, reader->family, length) != 0 ||
	    rest[length] != ' ' || reader->has_samples)
		return "a comment out of place";
	if (line[2] == 'H')
		reader->has_help = true;
	snprintf(unit, sizeof(unit), "_%s", rest + length + 1);
	if (line[2] == 'U' && !ends_with(reader->family, unit))
		return "a unit the name does not end in";
	return NULL;
}

/* Reads {a="b",...}; le goes to *le, the others to `labels`. */
static const char *
read_labels(const char **at, char *labels, char *le)
{
	const char *value;
	size_t name, length;

	*labels = *le = '\0';
	if (**at != '{')
		return NULL;
	do {
		name = name_length(++*at);
		if (name == 0 || strncmp(*at + name, "=\"", 2) != 0)
			return "a label that is none";
		value = *at + name + 2;
		length = strcspn(value, "\"\\\n");
		if (value[length] != '"')
			return "a label's value without an end";
		if (name == 2 && strncmp(*at, "le", 2) == 0)
			snprintf(le, NAME_SIZE, "%.*s", (int)length, value);
		else
			snprintf(labels + strlen(labels), NAME_SIZE -
			    strlen(labels), "%.*s;", (int)(name + 2 + length),
			    *at);
		*at = value + length + 1;
	} while (**at == ',');
	if (**at != '}')
		return "labels without an end";
	++*at;
	return NULL;
}

static const char *
read_bucket(struct reader *reader, const char *labels, const char *le,
    double count)
{
	double bound = strcmp(le, "+Inf") == 0 ? 1e300 : strtod(le, NULL);

	if (*le == '\0' || (strchr(le, '.') == NULL && bound < 1e299 &&
	    strchr(le, 'e') == NULL))
		return "a bound that is no canonical number";
	if (!reader->inside) {
		snprintf(reader->labels, sizeof(reader->labels), "%s", labels);
		reader->inside = true;
	} else if (strcmp(labels, reader->labels) != 0 ||
	    bound <= reader->bound || count < reader->count)
		return "buckets that do not grow";
	reader->bound = bound;
	reader->count = count;
	return NULL;
}

static const char *
read_histogram(struct reader *reader, const char *suffix, const char *labels,
    const char *le, double value)
{
	if (strcmp(suffix, "_bucket") == 0)
		return read_bucket(reader, labels, le, value);
	if (!reader->inside || reader->bound < 1e299 ||
	    strcmp(labels, reader->labels) != 0)
		return "a histogram without its last bucket";
	if (strcmp(suffix, "_sum") == 0)
		return value >= 0 ? NULL : "a sum below zero";
	if (strcmp(suffix, "_count") != 0)
		return "a sample of no histogram";
	reader->inside = false;
	return value == reader->count ? NULL :
	    "a count that is not the last bucket's";
}

static const char *
check_value(const struct reader *reader, const char *suffix, double value)
{
	if (strcmp(reader->type, "counter") == 0)
		return strcmp(suffix, "_total") != 0 || value < 0 ?
		    "a counter's sample must be a _total" : NULL;
	if (strcmp(reader->type, "info") == 0)
		return strcmp(suffix, "_info") != 0 || value != 1 ?
		    "an info's sample must be an _info of 1" : NULL;
	return *suffix != '\0' ? "a gauge's sample has no suffix" : NULL;
}

static const char *
read_sample(struct reader *reader, const char *line)
{
	size_t length = strlen(reader->family), name = name_length(line);
	char labels[NAME_SIZE], le[NAME_SIZE], suffix[NAME_SIZE];
	const char *at = line + name, *wrong;
	char series[NAME_SIZE], *end;
	double value;

	if (length == 0 || name < length ||
	    strncmp(line, reader->family, length) != 0)
		return "a sample outside its family";
	snprintf(suffix, sizeof(suffix), "%.*s", (int)(name - length),
	    line + length);
	if ((wrong = read_labels(&at, labels, le)) != NULL)
		return wrong;
	snprintf(series, sizeof(series), "%.*s", (int)(at - line), line);
	if (!note(reader->seen, &reader->seen_count, series))
		return "a sample twice";
	if (at[0] != ' ' || at[1] == ' ' || at[1] == '\0')
		return "a sample without a value";
	value = strtod(at + 1, &end);
	if (*end != '\0')
		return "a value that is no number";
	reader->has_samples = true;
	return strcmp(reader->type, "histogram") == 0 ?
	    read_histogram(reader, suffix, labels, le, value) :
	    check_value(reader, suffix, value);
}

const char *
openmetrics_check(const char *text, size_t *number)
{
	struct reader *reader = calloc(1, sizeof(*reader));
	char *copy = strdup(text), *rest = copy, *line;
	const char *wrong = NULL;
	bool ended = false;

	*number = 0;
	while (wrong == NULL && (line = strsep(&rest, "\n")) != NULL) {
		++*number;
		if (rest == NULL)
			wrong = *line != '\0' ? "a last line without its end" :
			    !ended ? "no EOF" : NULL;
		else if (ended)
			wrong = "text behind EOF";
		else if (strcmp(line, "# EOF") == 0) {
			ended = true;
			wrong = end_family(reader);
		} else if (line[0] == '#')
			wrong = read_comment(reader, line);
		else
			wrong = read_sample(reader, line);
	}
	free(copy);
	free(reader);
	return wrong;
}
