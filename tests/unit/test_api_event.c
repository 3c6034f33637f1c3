/*
 * What the API works out by itself: lines of a history, and names near a name.
 */
#include <stdlib.h>
#include <string.h>

#include "front/api_event.h"
#include "front/api_near.h"
#include "test.h"

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

/* The keys every event of a direction has. */
#define OUT	"\"time\":1,\"direction\":\"out\",\"address\":\"a@b\","	\
	"\"message_id\":\"<i@b>\""
#define OUT_TO	OUT ",\"recipients\":[\"c@d\"]"
#define IN	"\"time\":1,\"direction\":\"in\",\"address\":\"a@b\""
#define IN_FROM	IN ",\"from\":\"c@d\""
#define REST	"\"direction\":\"in\",\"address\":\"a@b\",\"from\":\"c@d\""

static const struct {
	const char	*name;
	const char	*line;
	const char	*why;		/* NULL: a good one */
} lines[] = {
	{ "out", "{" OUT_TO "}", NULL },
	{ "out with a user", "{" OUT_TO ",\"user\":\"alice\"}", NULL },
	{ "null is not given", "{" OUT_TO ",\"user\":null}", NULL },
	{ "in", "{" IN_FROM "}", NULL },
	{ "in from the null sender", "{" IN ",\"from\":\"\"}", NULL },
	{ "in with all there is", "{" IN_FROM ",\"user\":\"alice\","
	    "\"message_id\":\"<x@y>\",\"references\":[\"<i@b>\"],"
	    "\"automatic\":true}", NULL },
	{ "a space in front", " {" IN_FROM "} ", NULL },
	{ "an RFC 3339 time", "{\"time\":\"2026-01-05T09:00:00Z\"," REST "}",
	    NULL },
	{ "half a second", "{\"time\":0.5," REST "}", NULL },
	{ "the last second", "{\"time\":253402300799," REST "}", NULL },
	{ "nothing", "", "no JSON" },
	{ "no JSON", "hello", "no JSON" },
	{ "half a line", "{" IN_FROM, "no JSON" },
	{ "two on a line", "{" IN_FROM "}{" IN_FROM "}", "no JSON" },
	{ "an array", "[{" IN_FROM "}]", "no event" },
	{ "a key twice", "{" IN_FROM ",\"from\":\"x@y\"}", "no JSON" },
	{ "a NUL in a text", "{" IN ",\"from\":\"a\\u0000b\"}", "no JSON" },
	{ "no UTF-8", "{" IN ",\"from\":\"\xff\"}", "no JSON" },
	{ "an unknown key", "{" IN_FROM ",\"autometic\":true}",
	    "unknown key \"autometic\"; expected direction" },
	{ "a key of control characters", "{" IN_FROM ",\"\\u001b[2J\":1}",
	    "unknown key \"?[2J\"" },
	{ "nothing in it", "{}", "\"direction\" is missing" },
	{ "no time", "{" REST "}", "\"time\" is missing" },
	{ "a wrong direction", "{\"direction\":\"up\"}",
	    "wrong \"direction\"; expected \"out\" or \"in\"" },
	{ "a direction of a wrong type", "{\"direction\":1}",
	    "wrong \"direction\"" },
	{ "a time in words", "{\"time\":\"yesterday\"," REST "}",
	    "wrong \"time\"" },
	{ "time zero", "{\"time\":0," REST "}", "wrong \"time\"" },
	{ "a time before 1970", "{\"time\":-1," REST "}",
	    "wrong \"time\"" },
	{ "a second too late", "{\"time\":253402300800," REST "}",
	    "wrong \"time\"" },
	{ "a huge number", "{\"time\":1e300," REST "}", "wrong \"time\"" },
	{ "less than a microsecond", "{\"time\":1e-9," REST "}",
	    "wrong \"time\"" },
	{ "a time that is true", "{\"time\":true," REST "}",
	    "wrong \"time\"" },
	{ "out without recipients", "{" OUT "}", "\"recipients\" is missing" },
	{ "no recipients", "{" OUT ",\"recipients\":[]}",
	    "wrong \"recipients\"" },
	{ "one recipient, no array", "{" OUT ",\"recipients\":\"c@d\"}",
	    "wrong \"recipients\"" },
	{ "a recipient that is a number", "{" OUT ",\"recipients\":[1]}",
	    "wrong \"recipients\"" },
	{ "an empty recipient", "{" OUT ",\"recipients\":[\"c@d\",\"\"]}",
	    "wrong \"recipients\"" },
	{ "out from somebody", "{" OUT_TO ",\"from\":\"c@d\"}",
	    "\"from\" does not belong to direction \"out\"" },
	{ "in to recipients", "{" IN_FROM ",\"recipients\":[\"c@d\"]}",
	    "\"recipients\" does not belong to direction \"in\"" },
	{ "in from nobody", "{" IN "}", "\"from\" is missing" },
	{ "automatic in words", "{" IN_FROM ",\"automatic\":\"yes\"}",
	    "wrong \"automatic\"; expected true or false" },
	{ "references of numbers", "{" IN_FROM ",\"references\":[1]}",
	    "wrong \"references\"" },
};

START_TEST(reads_each_line)
{
	char why[API_EVENT_WHY_SIZE], *line;
	struct api_event event;
	enum status got;
	size_t length;
	int i;

	for (i = 0; i < ROWS(lines); i++) {
		why[0] = '\0';
		length = strlen(lines[i].line);
		line = malloc(length > 0 ? length : 1);
		memcpy(line, lines[i].line, length);
		got = api_event_parse(&event, line, length, why);
		free(line);
		if (got == STATUS_OK)
			api_event_release(&event);
		ck_assert_msg(lines[i].why == NULL ? got == STATUS_OK :
		    got == STATUS_MALFORMED && strncmp(why, lines[i].why,
		    strlen(lines[i].why)) == 0, "%s: got %s: %s",
		    lines[i].name, status_text(got), why);
	}
}
END_TEST

static void
parse(struct api_event *event, const char *line)
{
	char why[API_EVENT_WHY_SIZE] = "";

	ck_assert_msg(api_event_parse(event, line, strlen(line), why) ==
	    STATUS_OK, "%s", why);
}

START_TEST(an_event_has_what_its_line_says)
{
	struct api_event event;

	parse(&event, "{\"time\":\"2026-01-05T09:00:00.25Z\","
	    "\"direction\":\"in\",\"address\":\"a@b\",\"from\":\"\","
	    "\"references\":[\"<1@b>\",\"<2@b>\"],\"automatic\":true}");
	ck_assert_int_eq(event.event.time, 1767603600250000);
	ck_assert_int_eq(event.event.direction, HISTORY_IN);
	ck_assert_ptr_null(event.event.user);
	ck_assert_str_eq(event.event.address, "a@b");
	ck_assert_str_eq(event.event.from, "<>");
	ck_assert_uint_eq(event.event.reference_count, 2);
	ck_assert_str_eq(event.event.references[1], "<2@b>");
	ck_assert(event.event.automatic);
	api_event_release(&event);
	parse(&event, "{" OUT ",\"recipients\":[\"c@d\",\"e@f\"]}");
	ck_assert_int_eq(event.event.time, CLOCK_SECOND);
	ck_assert_int_eq(event.event.direction, HISTORY_OUT);
	ck_assert_uint_eq(event.event.recipient_count, 2);
	ck_assert_str_eq(event.event.recipients[1], "e@f");
	ck_assert_str_eq(event.event.message_id, "<i@b>");
	ck_assert(!event.event.automatic);
	api_event_release(&event);
}
END_TEST

/* An event with so many references. */
static enum status
parse_references(size_t count)
{
	char why[API_EVENT_WHY_SIZE];
	struct api_event event;
	enum status status;
	struct buf line;
	size_t i;

	buf_init(&line);
	buf_add_text(&line, "{" IN_FROM ",\"references\":[");
	for (i = 0; i < count; i++)
		buf_add_text(&line, i == 0 ? "\"<x@y>\"" : ",\"<x@y>\"");
	buf_add_text(&line, "]}");
	status = api_event_parse(&event, line.data, line.length, why);
	if (status == STATUS_OK)
		api_event_release(&event);
	buf_release(&line);
	return status;
}

/* An event on a line of so many bytes. */
static enum status
parse_length(size_t length)
{
	char why[API_EVENT_WHY_SIZE], *line = malloc(length);
	const char *text = "{" IN_FROM "}";
	struct api_event event;
	enum status status;

	memset(line, ' ', length);
	memcpy(line, text, strlen(text));
	status = api_event_parse(&event, line, length, why);
	if (status == STATUS_OK)
		api_event_release(&event);
	free(line);
	return status;
}

START_TEST(has_bounds)
{
	ck_assert_int_eq(parse_references(API_EVENT_REFERENCES_MAX),
	    STATUS_OK);
	ck_assert_int_eq(parse_references(API_EVENT_REFERENCES_MAX + 1),
	    STATUS_MALFORMED);
	ck_assert_int_eq(parse_length(API_EVENT_LINE_MAX), STATUS_OK);
	ck_assert_int_eq(parse_length(API_EVENT_LINE_MAX + 1),
	    STATUS_MALFORMED);
}
END_TEST

#define SIXTEEN		"aaaaaaaaaaaaaaaa"

static const struct {
	const char	*name;
	const char	*asked, *other;
	bool		 want;
} nears[] = {
	{ "the same", "bob", "bob", true },
	{ "one letter less", "alic", "alice", true },
	{ "one letter more", "alicee", "alice", true },
	{ "another letter", "alixe", "alice", true },
	{ "two letters changed places", "ailce", "alice", true },
	{ "three letters less", "al", "alice", false },
	{ "without its domain", "alice", "alice@example.com", true },
	{ "with a domain", "alice@example.com", "alice", true },
	{ "another domain", "alice@example.com", "alice@other.test", false },
	{ "quite another", "bob", "christine", false },
	{ "an empty one", "", "bo", true },
	{ "longer than is looked at",
	    SIXTEEN SIXTEEN SIXTEEN SIXTEEN "aaaaaaaa",
	    SIXTEEN SIXTEEN SIXTEEN SIXTEEN "bbbbbbbb", true },
	{ "as long as is looked at", SIXTEEN SIXTEEN SIXTEEN "aaaaaaaaaaaaaaaa",
	    SIXTEEN SIXTEEN SIXTEEN "aaaaaaaaaaaaabbb", false },
};

START_TEST(measures_how_near)
{
	char *asked, *other;
	int i;

	for (i = 0; i < ROWS(nears); i++) {
		asked = strdup(nears[i].asked);
		other = strdup(nears[i].other);
		ck_assert_msg(api_near_is(asked, other) == nears[i].want,
		    "%s: want %d", nears[i].name, nears[i].want);
		free(asked);
		free(other);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("api_event");
	TCase *parts = tcase_create("parts");

	tcase_add_test(parts, reads_each_line);
	tcase_add_test(parts, an_event_has_what_its_line_says);
	tcase_add_test(parts, has_bounds);
	tcase_add_test(parts, measures_how_near);
	suite_add_tcase(suite, parts);
	return test_run(suite);
}
