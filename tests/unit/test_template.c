/*
 * Templates: what they are made of, every way to get one wrong, what values do
 * in them, random ones, and that the manual has every field.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "notify/template.h"
#include "test.h"

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))
#define S		"Subject: s\n\n"

/* From an exact-size block, so that a read beyond it is seen. */
static enum status
parse(const char *text, size_t length, struct template **template,
    struct buf *why)
{
	char *copy = malloc(length > 0 ? length : 1);
	enum status status;

	memcpy(copy, text, length);
	status = template_parse("warning", copy, length, NOTICE_WARNING,
	    template, why);
	free(copy);
	return status;
}

static const struct {
	const char	*name, *text, *user, *tips;
	const char	*subject, *body;
} fillings[] = {
	{ "no fields", S "Text.\n", "u", NULL, "s", "Text.\n" },
	{ "one", S "Hello ${user}!\n", "u", NULL, "s", "Hello u!\n" },
	{ "in the subject", "Subject: ${user}: x\n\nT\n", "u", NULL, "u: x",
	    "T\n" },
	{ "twice, side by side", S "${user}${user}", "u", NULL, "s", "uu" },
	{ "at the end", S "a ${user}", "u", NULL, "s", "a u" },
	{ "alone on its line", S "a\n${user}\nb\n", "u", NULL, "s",
	    "a\nu\nb\n" },
	{ "a section that is", S "a\n${?tips}\n${tips}\n${/tips}\nb\n", "u",
	    "t", "s", "a\nt\nb\n" },
	{ "a section that is not", S "a\n${?tips}\n${tips}\n${/tips}\nb\n",
	    "u", NULL, "s", "a\nb\n" },
	{ "otherwise, which is", S "a ${!tips}none${/tips} b", "u", NULL, "s",
	    "a none b" },
	{ "otherwise, which is not", S "a ${!tips}none${/tips} b", "u", "t",
	    "s", "a  b" },
	{ "both ways", S "${?tips}1${/tips}${!tips}2${/tips}", "u", "t", "s",
	    "1" },
	{ "within a line", S "a${?tips} ${tips}${/tips}\nb", "u", "t", "s",
	    "a t\nb" },
	{ "a tag alone at the end", S "a\n${?tips}\nb\n${/tips}", "u", "t",
	    "s", "a\nb\n" },
	{ "another section hides", S "${!user}${tips}${/user}.", "u", "t",
	    "s", "." },
	{ "dollars", S "$5, $ {user}, $", "u", NULL, "s", "$5, $ {user}, $" },
	{ "not a field", S "$${user} ${user}", "u", NULL, "s", "${user} u" },
	{ "a field in a value", S "${user}\n", "${tips}", "t", "s",
	    "${tips}\n" },
	{ "a line break for the subject", "Subject: ${user}\n\nT\n",
	    "a\nBcc: b", NULL, "a Bcc: b", "T\n" },
	{ "carriage returns", "Subject: s\r\n\r\na\r\nb\r\n", "u", NULL, "s",
	    "a\nb\n" },
	{ "UTF-8", "Subject: \303\274\n\n\342\202\254 \360\237\230\200\n",
	    "u", NULL, "\303\274", "\342\202\254 \360\237\230\200\n" }
};

START_TEST(test_filling)
{
	const char *values[TEMPLATE_FIELDS] = { 0 };
	struct template *template;
	struct buf why, subject, body;

	buf_init(&why);
	buf_init(&subject);
	buf_init(&body);
	ck_assert_msg(parse(fillings[_i].text, strlen(fillings[_i].text),
	    &template, &why) == STATUS_OK, "%s: %s", fillings[_i].name,
	    why.data);
	values[FIELD_USER] = fillings[_i].user;
	values[FIELD_TIPS] = fillings[_i].tips;
	template_render(template, values, &subject, &body);
	ck_assert_msg(strcmp(subject.data, fillings[_i].subject) == 0,
	    "%s: subject %s", fillings[_i].name, subject.data);
	ck_assert_msg(strcmp(body.data, fillings[_i].body) == 0,
	    "%s: body %s", fillings[_i].name, body.data);
	template_free(template);
	buf_release(&body);
	buf_release(&subject);
	buf_release(&why);
}
END_TEST

static const struct {
	const char	*name, *text;
	size_t		 length;	/* 0: of the text */
	const char	*why;
} mistakes[] = {
	{ "nothing", "", 0, "warning:1: no subject; expected \"Subject: \"" },
	{ "no subject", "Hello\n\nT\n", 0, "warning:1: no subject" },
	{ "another field", "To: bob\n\nT\n", 0, "warning:1: no subject" },
	{ "an empty subject", "Subject: \n\nT\n", 0, "warning:1: no subject" },
	{ "a blank subject", "Subject:   \n\nT\n", 0,
	    "warning:1: no subject" },
	{ "a subject alone", "Subject: s", 0, "warning:2: the subject is not" },
	{ "no empty line", "Subject: s\nText\n", 0,
	    "warning:2: the subject is not followed by an empty line" },
	{ "no text", S, 0, "warning:3: no text" },
	{ "a blank text", S "  \n\n\t\n", 0, "warning:3: no text" },
	{ "an unknown field", S "a\n${name}\n", 0, "warning:4: no such field "
	    "here, \"name\"; expected one of user, answered, " },
	{ "a field of other kinds", S "${warned}\n", 0, "warning:3: no such "
	    "field here, \"warned\"" },
	{ "an unknown field in the subject", "Subject: ${x}\n\nT\n", 0,
	    "warning:1: no such field here, \"x\"" },
	{ "no name", S "${}\n", 0, "no such field here, \"\"" },
	{ "no name of a section", S "${?}\n", 0, "no such field here, \"\"" },
	{ "blanks around", S "${ user }\n", 0, "no such field here, \" user" },
	{ "capitals", S "${User}\n", 0, "no such field here, \"User\"" },
	{ "an open brace", S "\n\na ${user\nb}\n", 0, "warning:5: \"${\" "
	    "without \"}\" on its line; expected \"${name}\"" },
	{ "an open brace at the end", S "a ${", 0, "warning:3: \"${\"" },
	{ "an open brace in the subject", "Subject: ${user\n\n}\n", 0,
	    "warning:1: \"${\"" },
	{ "an open section", S "${?tips}\na\n", 0,
	    "a section without its end" },
	{ "a section over subject and text", "Subject: ${?tips}\n\n${/tips}.",
	    0, "warning:1: a section without its end" },
	{ "an end without a section", S "a\n${/tips}\n", 0,
	    "warning:4: the end of a section that was not begun" },
	{ "another section's end", S "${?tips}a${/contact}\n", 0,
	    "warning:3: the end of a section that was not begun" },
	{ "a section in a section", S "${?tips}\n${?contact}\n", 0,
	    "warning:4: a section inside a section" },
	{ "not UTF-8", S "a\nb\374\n", 0, "warning:4: not UTF-8" },
	{ "half a character at the end", S "a\342\202", 0,
	    "warning:3: not UTF-8" },
	{ "too long a form", S "\300\200\n", 0, "warning:3: not UTF-8" },
	{ "a surrogate", S "\355\240\200\n", 0, "warning:3: not UTF-8" },
	{ "beyond Unicode", S "\364\220\200\200\n", 0, "not UTF-8" },
	{ "a NUL", "Subject: s\n\na\0b\n", 16, "warning:3: a control" },
	{ "a bare carriage return", S "a\rb\n", 0, "warning:3: a control" },
	{ "an escape", "Subject: \033[1m\n\nT\n", 0, "warning:1: a control" }
};

START_TEST(test_mistake)
{
	size_t length = mistakes[_i].length != 0 ? mistakes[_i].length :
	    strlen(mistakes[_i].text);
	struct template *template;
	struct buf why;

	buf_init(&why);
	ck_assert_msg(parse(mistakes[_i].text, length, &template, &why) ==
	    STATUS_MALFORMED, "%s: is taken", mistakes[_i].name);
	ck_assert_ptr_null(template);
	ck_assert_msg(strstr(why.data, mistakes[_i].why) != NULL, "%s: %s",
	    mistakes[_i].name, why.data);
	ck_assert_msg(strchr(why.data, '\n') == NULL, "%s: two lines",
	    mistakes[_i].name);
	buf_release(&why);
}
END_TEST

/* The bounds, and one beyond each. */
START_TEST(test_bounds)
{
	struct template *template;
	struct buf text, why;
	size_t start = strlen(S);

	buf_init(&text);
	buf_init(&why);
	buf_printf(&text, S "%*s", (int)TEMPLATE_LINE_MAX, "x");
	ck_assert_int_eq(parse(text.data, text.length, &template, &why),
	    STATUS_OK);
	template_free(template);
	buf_add_text(&text, "x");
	ck_assert_int_eq(parse(text.data, text.length, &template, &why),
	    STATUS_LIMIT);
	ck_assert_str_eq(why.data,
	    "warning:3: the line is too long; expected at most 998 bytes");
	buf_clear(&text);
	buf_clear(&why);
	buf_add_text(&text, S);
	while (text.length < TEMPLATE_SIZE_MAX)
		buf_add_text(&text, (text.length - start) % 2 == 0 ? "x" :
		    "\n");
	ck_assert_int_eq(parse(text.data, text.length, &template, &why),
	    STATUS_OK);
	template_free(template);
	buf_add_text(&text, "x");
	ck_assert_int_eq(parse(text.data, text.length, &template, &why),
	    STATUS_LIMIT);
	buf_release(&why);
	buf_release(&text);
	template_free(NULL);
}
END_TEST

/* Any text is taken or refused with a reason, and what is taken renders. */
START_TEST(test_random)
{
	static const char *const scraps[] = {
		"${", "}", "user", "${user}", "${?tips}", "${!tips}",
		"${/tips}", "${tips}", "$", "$${", "\n", "\r\n", "\n\n",
		"Subject: ", S, "a b", "\303\274", "\303", "\t", "${/user}"
	};
	const char *values[TEMPLATE_FIELDS] = { 0 };
	struct template *template;
	struct buf text, why, subject, body;
	unsigned seed = 1;
	int round, count, taken = 0;

	values[FIELD_USER] = "u";
	buf_init(&text);
	buf_init(&why);
	buf_init(&subject);
	buf_init(&body);
	for (round = 0; round < 20000; round++) {
		buf_clear(&text);
		buf_clear(&why);
		if (round % 4 != 0)
			buf_add_text(&text, S);
		seed = seed * 1103515245u + 12345u;
		for (count = (int)(seed >> 16) % 12; count > 0; count--) {
			seed = seed * 1103515245u + 12345u;
			buf_add_text(&text, scraps[(seed >> 16) %
			    (unsigned)ROWS(scraps)]);
		}
		if (parse(text.data, text.length, &template, &why) !=
		    STATUS_OK) {
			ck_assert_uint_gt(why.length, 0);
			continue;
		}
		taken++;
		buf_clear(&subject);
		buf_clear(&body);
		template_render(template, values, &subject, &body);
		template_free(template);
	}
	ck_assert_int_gt(taken, 1000);
	ck_assert_int_lt(taken, 15000);
	buf_release(&body);
	buf_release(&subject);
	buf_release(&why);
	buf_release(&text);
}
END_TEST

/* Each field, with the same words, in the manual. */
START_TEST(test_manual)
{
	const struct template_row *row;
	char *page = calloc(1, 200000), *at;
	FILE *file = fopen("src/replygate.conf.5", "r");
	struct buf want;
	int field;

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_gt(fread(page, 1, 199999, file), 0);
	fclose(file);
	for (at = page; *at != '\0'; at++)
		if (*at == '\n')
			*at = ' ';
	buf_init(&want);
	for (field = 0; field < TEMPLATE_FIELDS; field++) {
		row = template_field((enum template_field)field);
		buf_clear(&want);
		buf_printf(&want, " .It Cm %s %s", row->name, row->meaning);
		ck_assert_msg(strstr(page, want.data) != NULL,
		    "replygate.conf(5) has no%s", want.data);
	}
	buf_release(&want);
	free(page);
}
END_TEST

START_TEST(test_utf8)
{
	struct buf text;

	buf_init(&text);
	template_add_utf8(&text, "a\303\274\377\342\202b\355\240\200");
	ck_assert_str_eq(text.data, "a\303\274\077\077\077b\077\077\077");
	buf_release(&text);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("template");
	TCase *tcase = tcase_create("template");

	tcase_add_loop_test(tcase, test_filling, 0, ROWS(fillings));
	tcase_add_loop_test(tcase, test_mistake, 0, ROWS(mistakes));
	tcase_add_test(tcase, test_bounds);
	tcase_add_test(tcase, test_random);
	tcase_add_test(tcase, test_utf8);
	tcase_add_test(tcase, test_manual);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
