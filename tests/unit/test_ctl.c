/*
 * The command's parts: its arguments, and what it prints.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "front/ctl.h"
#include "front/ctl_show.h"
#include "front/ctl_text.h"
#include "test.h"

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

static const struct {
	const char	*name;
	const char	*words[6];
	const char	*verb;		/* NULL: refused */
	const char	*operand, *socket;
	bool		 json;
	const char	*why;
} args[] = {
	{ "a verb", { "users" }, "users", NULL, NULL, false, NULL },
	{ "an operand", { "user", "alice" }, "user", "alice", NULL, false,
	    NULL },
	{ "options first", { "--json", "-s", "/s", "users" }, "users", NULL,
	    "/s", true, NULL },
	{ "options last", { "user", "bob", "-s/s", "--json" }, "user", "bob",
	    "/s", true, NULL },
	{ "standard input", { "import", "-" }, "import", "-", NULL, false,
	    NULL },
	{ "no options any more", { "user", "--", "--json" }, "user",
	    "--json", NULL, false, NULL },
	{ "help", { "help" }, "help", NULL, NULL, false, NULL },
	{ "help for one", { "help", "user" }, "help", "user", NULL, false,
	    NULL },
	{ "help by habit", { "--help" }, "help", NULL, NULL, false, NULL },
	{ "the last socket counts", { "-s", "/a", "-s", "/b", "users" },
	    "users", NULL, "/b", false, NULL },
	{ "several files", { "test-message", "a", "--from", "<>", "b" },
	    "test-message", "a", NULL, false, NULL },
	{ "no file", { "test-message", "--from", "<>" }, NULL, NULL, NULL,
	    false, "test-message needs FILE" },
	{ "an option without its word", { "test-message", "a", "--phrases" },
	    NULL, NULL, NULL, false, "--phrases needs" },
	{ "an option of another verb", { "users", "--from", "<>" }, NULL,
	    NULL, NULL, false, "--from: not for users" },
	{ "a second operand", { "why", "<a@b>", "c@d" }, "why", "<a@b>",
	    NULL, false, NULL },
	{ "a third operand", { "why", "<a@b>", "c@d", "e@f" }, NULL, NULL,
	    NULL, false, "e@f: one word too many for why" },
	{ "a reason", { "credit", "--reason", "he rang", "<a@b>", "c@d" },
	    "credit", "<a@b>", NULL, false, NULL },
	{ "no reason", { "credit", "<a@b>" }, NULL, NULL, NULL, false,
	    "credit needs --reason TEXT; try: replygatectl help credit" },
	{ "a reason without its words", { "uncredit", "<a@b>", "--reason" },
	    NULL, NULL, NULL, false, "--reason needs a text" },
	{ "a reason for another verb", { "why", "a", "--reason", "x" }, NULL,
	    NULL, NULL, false, "--reason: not for why" },
	{ "an option for no verb", { "--from", "<>" }, NULL, NULL, NULL,
	    false, "no verb" },
	{ "nothing", { NULL }, NULL, NULL, NULL, false, "no verb" },
	{ "no such verb", { "frob" }, NULL, NULL, NULL, false,
	    "unknown verb frob" },
	{ "no such option", { "-x", "users" }, NULL, NULL, NULL, false,
	    "unknown option -x" },
	{ "no such long option", { "users", "--jsn" }, NULL, NULL, NULL,
	    false, "unknown option --jsn" },
	{ "a socket without its path", { "users", "-s" }, NULL, NULL, NULL,
	    false, "-s needs" },
	{ "without its operand", { "user" }, NULL, NULL, NULL, false,
	    "user needs NAME" },
	{ "a word too many", { "users", "alice" }, NULL, NULL, NULL, false,
	    "one word too many" },
	{ "one of two", { "load", "file" }, NULL, NULL, NULL, false,
	    "load needs DIRECTORY, too" },
	{ "two operands", { "user", "alice", "bob" }, NULL, NULL, NULL,
	    false, "one word too many" },
};

static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void
check_args(int i)
{
	char name[] = "replygatectl";
	char *argv[8] = { name };
	struct ctl_args got;
	struct buf why;
	int words;

	for (words = 0; args[i].words[words] != NULL; words++)
		argv[words + 1] = strdup(args[i].words[words]);
	buf_init(&why);
	if (ctl_args_parse(&got, argv, &why) == STATUS_OK)
		ck_assert_msg(args[i].verb != NULL &&
		    same(got.verb->name, args[i].verb) &&
		    same(got.operand, args[i].operand) &&
		    same(got.socket, args[i].socket) &&
		    got.json == args[i].json, "%s: got %s %s",
		    args[i].name, got.verb->name,
		    got.operand != NULL ? got.operand : "");
	else
		ck_assert_msg(args[i].why != NULL &&
		    strstr(why.data, args[i].why) != NULL, "%s: got %s",
		    args[i].name, why.data);
	while (words > 0)
		free(argv[words--]);
	buf_release(&why);
}

START_TEST(reads_the_command_line)
{
	int i;

	for (i = 0; i < ROWS(args); i++)
		check_args(i);
}
END_TEST

START_TEST(keeps_all_operands)
{
	char words[][16] = {
		"replygatectl", "test-message", "a", "--from", "<>", "b",
		"--json", "--", "--c", "d"
	};
	char *argv[ROWS(words) + 1] = { NULL };
	struct ctl_args got;
	struct buf why;
	int i;

	for (i = 0; i < ROWS(words); i++)
		argv[i] = words[i];
	buf_init(&why);
	ck_assert_int_eq(ctl_args_parse(&got, argv, &why), STATUS_OK);
	ck_assert_uint_eq(got.operand_count, 4);
	ck_assert_str_eq(got.operands[0], "a");
	ck_assert_str_eq(got.operands[1], "b");
	ck_assert_str_eq(got.operands[2], "--c");
	ck_assert_str_eq(got.operands[3], "d");
	ck_assert_str_eq(got.from, "<>");
	ck_assert_ptr_null(got.phrases);
	ck_assert(got.json);
	buf_release(&why);
}
END_TEST

/* Without blanks and ends of lines, in place. */
static const char *
squeezed(struct buf *text)
{
	char *to = text->data;
	const char *from;

	for (from = text->data; *from != '\0'; from++)
		if (*from != ' ' && *from != '\n')
			*to++ = *from;
	*to = '\0';
	return text->data;
}

static void
fits_a_terminal(const char *name, const char *text)
{
	size_t length;

	for (; *text != '\0'; text += length + (text[length] != '\0')) {
		length = strcspn(text, "\n");
		ck_assert_msg(length <= 80, "%s: %.*s", name, (int)length,
		    text);
	}
}

START_TEST(helps_with_every_verb)
{
	const struct ctl_verb *verb;
	struct buf all, one, details;

	buf_init(&all);
	buf_init(&one);
	buf_init(&details);
	ctl_help(&all, NULL);
	fits_a_terminal("all", all.data);
	for (verb = ctl_verbs; verb->name != NULL; verb++) {
		ck_assert_msg(strstr(all.data, verb->summary) != NULL,
		    "%s is missing", verb->name);
		buf_clear(&one);
		ctl_help(&one, verb);
		fits_a_terminal(verb->name, one.data);
		buf_clear(&details);
		buf_add_text(&details, verb->details);
		ck_assert_msg(strstr(squeezed(&one), squeezed(&details)) !=
		    NULL, "%s without details", verb->name);
		ck_assert_ptr_eq(ctl_verb_find(verb->name), verb);
	}
	ck_assert_ptr_null(ctl_verb_find("use"));
	buf_release(&details);
	buf_release(&one);
	buf_release(&all);
}
END_TEST

START_TEST(writes_numbers)
{
	static const struct {
		int64_t		 value;
		const char	*want;
	} rows[] = {
		{ 0, "0" }, { 999, "999" }, { 1000, "1,000" },
		{ 123456, "123,456" }, { 1234567, "1,234,567" },
		{ -1, "-1" }, { -999, "-999" }, { -1000, "-1,000" },
		{ INT64_MAX, "9,223,372,036,854,775,807" },
		{ INT64_MIN, "-9,223,372,036,854,775,808" },
	};
	char text[CTL_TEXT_NUMBER_SIZE];
	int i;

	for (i = 0; i < ROWS(rows); i++)
		ck_assert_str_eq(ctl_text_number(rows[i].value, text),
		    rows[i].want);
}
END_TEST

START_TEST(writes_shares)
{
	static const struct {
		double		 value;
		const char	*want;
	} rows[] = {
		{ 0, "0.0%" }, { 1, "100.0%" }, { 0.032, "3.2%" },
		{ 0.13, "13.0%" }, { 0.129999, "12.9%" }, { 0.029, "2.9%" },
		{ 0.000999, "0.0%" }, { 0.001, "0.1%" }, { -1, "-" },
		{ 1.5, "-" },
	};
	char text[CTL_TEXT_NUMBER_SIZE];
	int i;

	for (i = 0; i < ROWS(rows); i++)
		ck_assert_str_eq(ctl_text_share(rows[i].value, text),
		    rows[i].want);
}
END_TEST

static const struct {
	const char	*name;
	const char	*text, *want;
	size_t		 width;
} cleans[] = {
	{ "nothing", "", "", 0 },
	{ "ASCII", "alice@example.com", "alice@example.com", 17 },
	{ "UTF-8", "caf\xc3\xa9 \xf0\x9f\x98\x80",
	    "caf\xc3\xa9 \xf0\x9f\x98\x80", 6 },
	{ "an escape sequence", "a\033[31mb", "a?[31mb", 7 },
	{ "newline and tab", "a\nb\tc", "a?b?c", 5 },
	{ "DEL", "a\x7f", "a?", 2 },
	{ "a C1 sequence", "a\xc2\x9b" "31m", "a?31m", 5 },
	{ "right to left", "a\xe2\x80\xae" "b", "a?b", 3 },
	{ "a byte of Latin-1", "caf\xe9", "caf?", 4 },
	{ "a character cut short", "a\xe2\x80", "a??", 3 },
	{ "an overlong slash", "\xc0\xaf", "??", 2 },
	{ "an overlong escape", "\xe0\x80\x9b", "???", 3 },
	{ "a surrogate", "\xed\xa0\x80", "???", 3 },
	{ "past the last", "\xf4\x90\x80\x80", "????", 4 },
};

START_TEST(keeps_the_terminal_clean)
{
	struct buf got;
	char *text;
	int i;

	buf_init(&got);
	for (i = 0; i < ROWS(cleans); i++) {
		buf_clear(&got);
		text = strdup(cleans[i].text);
		ctl_text_add_clean(&got, text);
		ck_assert_msg(strcmp(got.data, cleans[i].want) == 0 &&
		    ctl_text_width(text) == cleans[i].width,
		    "%s: got %s, %zu wide", cleans[i].name, got.data,
		    ctl_text_width(text));
		free(text);
	}
	buf_release(&got);
}
END_TEST

START_TEST(encodes_for_urls)
{
	struct buf got;

	buf_init(&got);
	ctl_text_add_encoded(&got, "Az09-._~ a+b@c/%&=\xc3\xa9\n");
	ck_assert_str_eq(got.data,
	    "Az09-._~%20a%2Bb%40c%2F%25%26%3D%C3%A9%0A");
	buf_release(&got);
}
END_TEST

/*
 * Tables and blocks
 */

#define USER(name)							\
	"{\"user\":\"" name "\",\"standing\":\"warned\","		\
	"\"since\":\"2026-01-05T09:00:00Z\",\"due\":null,"		\
	"\"exempt\":false,\"rate\":{\"answered\":4,\"settled\":1125,"	\
	"\"pending\":33,\"share\":0.003555}}"

#define MARKED(name)							\
	"{\"user\":\"" name "\",\"standing\":\"warned\","		\
	"\"since\":\"2026-01-05T09:00:00Z\",\"due\":null,"		\
	"\"exempt\":false,\"rate\":{\"answered\":4,\"settled\":1125,"	\
	"\"pending\":33,\"share\":0.003555},"				\
	"\"sent\":{\"many_bounces\":true}}"
#define FOOT	"* many of their outreach bounced: see replygatectl user NAME\n"

#define HEAD	" STANDING     RATE ANSWERED SETTLED   OPEN SINCE      DUE\n"
#define FIGURES	"warned       0.3%        4   1,125     33 2026-01-05 -\n"

static const struct {
	const char	*name;
	const char	*json;
	unsigned	 columns;
	const char	*want;		/* NULL: refused */
} tables[] = {
	{ "nobody", "[]", 80, "USER" HEAD },
	{ "a short name", "[" USER("bob") "]", 80,
	    "USER" HEAD "bob  " FIGURES },
	{ "a name that just fits", "[" USER("abcdefghijklmnop") "]", 80,
	    "USER            " HEAD "abcdefghijklmnop " FIGURES },
	{ "a name too long has its line",
	    "[" USER("abcdefghijklmnopq") "," USER("bob") "]", 80,
	    "USER            " HEAD "abcdefghijklmnopq\n"
	    "                 " FIGURES "bob              " FIGURES },
	{ "a wide terminal", "[" USER("abcdefghijklmnopq") "]", 120,
	    "USER             " HEAD "abcdefghijklmnopq " FIGURES },
	{ "a narrow terminal", "[" USER("abcdefghijklmnop") "]", 20,
	    "USER            " HEAD "abcdefghijklmnop " FIGURES },
	{ "no terminal", "[" USER("abcdefghijklmnopq") "]", 0,
	    "USER             " HEAD "abcdefghijklmnopq " FIGURES },
	{ "a name for the terminal", "[" USER("a\\u001b[2J") "]", 0,
	    "USER " HEAD "a?[2J " FIGURES },
	{ "many bounces", "[" USER("bob") "," MARKED("eve") "]", 80,
	    "USER" HEAD "bob  " FIGURES "eve* " FIGURES FOOT },
	{ "many bounces widen", "[" USER("bob") "," MARKED("mallory") "]", 80,
	    "USER    " HEAD "bob      " FIGURES "mallory* " FIGURES FOOT },
	{ "many bounces of a name that just fits",
	    "[" MARKED("abcdefghijklmnop") "]", 80, "USER            " HEAD
	    "abcdefghijklmnop*\n                 " FIGURES FOOT },
	{ "an exempt user, nothing settled", "[{\"user\":\"boss\","
	    "\"exempt\":true,\"rate\":{\"share\":null}}]", 0, "USER" HEAD
	    "boss exempt          -        -       -      - -          -\n" },
	{ "monitor mode", "[{\"user\":\"bob\",\"standing\":\"good\","
	    "\"since\":\"2026-01-01T09:00:00Z\",\"would\":{\"standing\":"
	    "\"warned\",\"since\":\"2026-01-05T09:00:00Z\",\"due\":"
	    "\"2026-01-22T09:00:00Z\"}},{\"user\":\"boss\","
	    "\"exempt\":true,\"would\":{\"standing\":\"warned\"}}]", 0,
	    "USER" HEAD "bob  warned          -        -       -      - "
	    "2026-01-05 2026-01-22\n"
	    "boss exempt          -        -       -      - -          -\n"
	    "monitor mode: standings as they would be, nobody is told or "
	    "refused\n" },
	{ "no array", "{}", 0, NULL },
	{ "no users in it", "[1]", 0, NULL },
	{ "a user without a name", "[{}]", 0, NULL },
};

START_TEST(shows_users_as_a_table)
{
	struct buf got;
	json_t *json;
	bool shown;
	int i;

	buf_init(&got);
	for (i = 0; i < ROWS(tables); i++) {
		buf_clear(&got);
		json = json_loads(tables[i].json, 0, NULL);
		ck_assert_ptr_nonnull(json);
		shown = ctl_show_users(&got, json, tables[i].columns,
		    false);
		ck_assert_msg(shown == (tables[i].want != NULL) &&
		    (!shown || strcmp(got.data, tables[i].want) == 0),
		    "%s: got\n%s", tables[i].name, got.data);
		json_decref(json);
	}
	buf_release(&got);
}
END_TEST

static const char user_json[] =
    "{\"user\":\"alice\",\"address\":\"alice@x.test\",\"standing\":"
    "\"restricted\",\"since\":\"2026-01-05T09:00:00Z\",\"due\":"
    "\"2026-01-19T09:00:00Z\",\"warned_at\":null,\"policy\":\"default\","
    "\"exempt\":false,\"rate\":{\"from\":\"2026-01-05T09:00:00Z\","
    "\"until\":\"2026-01-16T09:00:00Z\",\"answered\":12,\"lapsed\":1100,"
    "\"bounced\":3,\"pending\":7,\"answered_early\":2,\"settled\":1112,"
    "\"share\":0.010791,\"threshold\":0.13,\"minimum\":100,"
    "\"low\":true,\"met\":false},"
    "\"sent\":{\"outreach\":1126,\"answered\":14,\"pending\":7,"
    "\"bounced\":5,\"lapsed\":1100,\"receipts\":2,\"complaints\":1,"
    "\"many_bounces\":true},"
    "\"next\":\"2026-01-19T09:00:00Z\",\"outlook\":\"looked at then\"}";

static const char user_block[] =
    "User        alice\n"
    "Address     alice@x.test\n"
    "Policy      default\n"
    "Standing    restricted\n"
    "Since       Mon 5 Jan 2026 09:00 UTC\n"
    "Due         Mon 19 Jan 2026 09:00 UTC\n"
    "Warned      never\n"
    "Rate        1.0% of 1,112 settled (threshold 13.0%, judged from 100 "
    "settled)\n"
    "Window      Mon 5 Jan 2026 09:00 UTC to Fri 16 Jan 2026 09:00 UTC\n"
    "Answered    12\n"
    "Lapsed      1,100\n"
    "Bounced     3\n"
    "Open        7\n"
    "Early       2 answered, which will count once settled\n"
    "Outreach    14 answered of 1,121, 7 pending, 5 bounced, 1,100 lapsed\n"
    "            many bounced: bad addresses, or bounces that somebody "
    "forges\n"
    "Receipts    2\n"
    "Complaints  1\n"
    "Assessment  Mon 19 Jan 2026 09:00 UTC\n"
    "Next        looked at then\n";

START_TEST(shows_one_user)
{
	json_t *json = json_loads(user_json, 0, NULL);
	struct buf got;

	buf_init(&got);
	ck_assert(ctl_show_user(&got, json));
	ck_assert_str_eq(got.data, user_block);
	buf_clear(&got);
	json_object_set_new(json, "would", json_loads("{\"standing\":"
	    "\"good\",\"since\":\"2026-01-19T09:00:00Z\",\"due\":null}", 0,
	    NULL));
	ck_assert(ctl_show_user(&got, json));
	ck_assert_ptr_nonnull(strstr(got.data, "Warned      never\n"
	    "Would be    good, since Mon 19 Jan 2026 09:00 UTC\nRate "));
	buf_clear(&got);
	json_object_del(json, "sent");
	ck_assert(ctl_show_user(&got, json));
	ck_assert_ptr_nonnull(strstr(got.data,
	    "Outreach    - answered of -, - pending, - bounced, - lapsed\n"));
	json_object_del(json, "rate");
	ck_assert(!ctl_show_user(&got, json));
	json_decref(json);
	buf_release(&got);
}
END_TEST

START_TEST(shows_what_health_lacks)
{
	json_t *bad = json_loads("{\"healthy\":false,\"problem\":\"no "
	    "\\u001bdisk\"}", 0, NULL);
	json_t *none = json_loads("{}", 0, NULL);
	struct buf got;

	buf_init(&got);
	ck_assert(ctl_show_health(&got, bad, "9.9"));
	ck_assert_msg(strncmp(got.data, "Health      no ?disk\n"
	    "Version     9.9\n", 37) == 0, "got %s", got.data);
	ck_assert(!ctl_show_health(&got, none, "9.9"));
	json_decref(none);
	json_decref(bad);
	buf_release(&got);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("ctl");
	TCase *parts = tcase_create("parts");

	tcase_set_timeout(parts, 60);
	tcase_add_test(parts, reads_the_command_line);
	tcase_add_test(parts, keeps_all_operands);
	tcase_add_test(parts, helps_with_every_verb);
	tcase_add_test(parts, writes_numbers);
	tcase_add_test(parts, writes_shares);
	tcase_add_test(parts, keeps_the_terminal_clean);
	tcase_add_test(parts, encodes_for_urls);
	tcase_add_test(parts, shows_users_as_a_table);
	tcase_add_test(parts, shows_one_user);
	tcase_add_test(parts, shows_what_health_lacks);
	suite_add_tcase(suite, parts);
	return test_run(suite);
}
