/*
 * Subjects: what stands before the subject proper, and which of it means that
 * somebody answers or sends on.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "mail/mime.h"
#include "mail/subject.h"

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

static void
set_up(void)
{
	mime_library_init();
}

/* As a field has it; what it means; its topic, folded. */
static const struct {
	const char	*name;
	const char	*subject;
	bool		 answer, forward;
	const char	*topic;
} subjects[] = {
	{ "plain", "Senior Engineer", false, false, "senior engineer" },
	{ "empty", "", false, false, "" },
	{ "an answer", "Re: Senior Engineer", true, false,
	    "senior engineer" },
	{ "without a blank", "RE:Senior Engineer", true, false,
	    "senior engineer" },
	{ "a blank before the colon", "Re : Senior", true, false, "senior" },
	{ "a full stop before it", "Réf. : Senior", true, false, "senior" },
	{ "wide colon", "Re：Senior", true, false, "senior" },
	{ "no colon", "Re Senior", false, false, "re senior" },
	{ "a longer word", "Reset: password", false, false,
	    "reset: password" },
	{ "counted", "Re[4]: Senior", true, false, "senior" },
	{ "counted, power", "Re^2: Senior", true, false, "senior" },
	{ "counted, bare", "Re2: Senior", true, false, "senior" },
	{ "several", "Re: AW: Re: Senior", true, false, "senior" },
	{ "nothing behind", "Re:", true, false, "" },
	{ "tag before", "[EXT] Re: Senior", true, false, "senior" },
	{ "tag behind", "Re: [EXT] Senior", true, false, "senior" },
	{ "tags and marks", "[a] Re: [b] Fwd: EXT: Senior", true, false,
	    "senior" },
	{ "word of a gateway", "EXTERNAL: Re: Senior", true, false,
	    "senior" },
	{ "a tag alone", "[Acme]", false, false, "[acme]" },
	{ "a tag alone, answered", "Re: [Acme]", true, false, "[acme]" },
	{ "tag of a gateway and a tag", "[EXT] [Acme]", false, false,
	    "[acme]" },
	{ "encoded", "=?utf-8?q?R=C3=89P=3A_Senior?=", true, false,
	    "senior" },
	{ "automatic", "Automatic reply: Senior", false, false,
	    "automatic reply: senior" },
	{ "Fwd", "Fwd: Senior", true, true, "senior" },
	{ "FW", "FW: Senior", true, true, "senior" },
	{ "forward of an answer", "Fwd: Re: Senior", true, true, "senior" },
	{ "answer to a forward", "Re: Fwd: Senior", true, false, "senior" },
	{ "forward behind a tag", "[EXT] WG: Senior", true, true, "senior" },
	{ "Pine", "Senior (fwd)", false, true, "senior (fwd)" },
	{ "Pine, answered", "Re: Senior (fwd)", true, false,
	    "senior (fwd)" },
	{ "nothing but Pine's", "(fwd)", false, false, "(fwd)" },
};

/* The marks of mail programs, and whether what bears them is sent on. */
static const struct {
	const char	*mark;
	bool		 forward;
} marks[] = {
	{ "AW", false }, { "Antwort", false }, { "Antw", false },
	{ "SV", false }, { "Svar", false }, { "VS", false },
	{ "Vast", false }, { "RÉP", false }, { "R", false },
	{ "RIF", false }, { "RES", false }, { "Odp", false },
	{ "Odg", false }, { "Vá", false }, { "YNT", false },
	{ "Atb", false }, { "Ats", false }, { "Отв", false },
	{ "НА", false }, { "ΑΠ", false }, { "ΣΧΕΤ", false },
	{ "回复", false }, { "答复", false }, { "回覆", false },
	{ "返信", false }, { "회신", false }, { "BLS", false },
	{ "Trả lời", false }, { "ตอบ", false }, { "השב", false },
	{ "رد", false },
	{ "Fwd", true }, { "WG", true }, { "Doorst", true },
	{ "TR", true }, { "I", true }, { "RV", true }, { "ENC", true },
	{ "VB", true }, { "VL", true }, { "PD", true }, { "İLT", true },
	{ "ILT", true }, { "Továbbítás", true }, { "Пересл", true },
	{ "ΠΡΘ", true }, { "转发", true }, { "轉寄", true },
	{ "転送", true }, { "전달", true }, { "TRS", true },
	{ "Chuyển tiếp", true }, { "ส่งต่อ", true },
	{ "הועבר", true },
	{ "إعادة توجيه", true },
};

/* Folded into a heap block that ends with the text. */
static char *
fold(const char *value)
{
	struct buf folded;
	char *text;

	buf_init(&folded);
	ck_assert_int_eq(subject_fold(value, &folded), STATUS_OK);
	text = malloc(folded.length + 1);
	memcpy(text, folded.data, folded.length + 1);
	buf_release(&folded);
	return text;
}

START_TEST(test_subject)
{
	const char *name = subjects[_i].name;
	char *text = fold(subjects[_i].subject);
	const char *topic = subject_topic(text);

	ck_assert_msg(subject_is_answer(text) == subjects[_i].answer,
	    "%s: answer", name);
	ck_assert_msg(subject_is_forward(text) == subjects[_i].forward,
	    "%s: forward", name);
	ck_assert_msg(strcmp(topic, subjects[_i].topic) == 0,
	    "%s: topic is \"%s\"", name, topic);
	free(text);
}
END_TEST

START_TEST(test_mark)
{
	char value[100], *text;

	snprintf(value, sizeof(value), "%s: Topic", marks[_i].mark);
	text = fold(value);
	ck_assert_msg(subject_is_answer(text), "%s: no mark", value);
	ck_assert_msg(subject_is_forward(text) == marks[_i].forward,
	    "%s: forward", value);
	ck_assert_msg(strcmp(subject_topic(text), "topic") == 0,
	    "%s: topic is \"%s\"", value, subject_topic(text));
	free(text);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("subject");
	TCase *tests = tcase_create("subject");

	tcase_add_unchecked_fixture(tests, set_up, NULL);
	tcase_add_loop_test(tests, test_subject, 0, ROWS(subjects));
	tcase_add_loop_test(tests, test_mark, 0, ROWS(marks));
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
