/*
 * Openings: the first lines as they are compared with phrases, whatever
 * charset and markup they came in.
 */
#include "test.h"

#include <string.h>

#include "mail/message.h"
#include "mail/mime.h"
#include "mail/opening.h"

struct row {
	const char	*name;
	const char	*type;		/* NULL: no such field */
	const char	*body;
	const char	*text;
	bool		 quotes;
};

static const struct row rows[] = {
	{ "UTF-8", "text/plain; charset=utf-8", "Ich bin nicht im Büro",
	    "ich bin nicht im büro\n", false },
	{ "windows-1252", "text/plain; charset=windows-1252",
	    "I\x92m not in the b\xfcro", "i'm not in the büro\n", false },
	{ "and called ISO-8859-1", "text/plain; charset=iso-8859-1",
	    "I\x92m away", "i'm away\n", false },
	{ "ISO-2022-JP", "text/plain; charset=iso-2022-jp",
	    "\033$BIT:_\033(B", "不在\n", false },
	{ "GB2312", "text/plain; charset=gb2312", "\xcd\xe2\xb3\xf6",
	    "外出\n", false },
	{ "a character GB2312 lacks", "text/plain; charset=gb2312",
	    "\xe9\x46", "镕\n", false },
	{ "Big5", "text/plain; charset=big5", "\xa5\xf0\xb0\xb2", "休假\n",
	    false },
	{ "Shift_JIS", "text/plain; charset=shift_jis", "\x95\x73\x8d\xdd",
	    "不在\n", false },
	{ "EUC-KR", "text/plain; charset=euc-kr", "\xba\xce\xc0\xe7",
	    "부재\n", false },
	{ "KOI8-R", "text/plain; charset=koi8-r", "\xd1", "я\n", false },
	{ "none named", NULL, "b\xfcro", "büro\n", false },
	{ "HTML", "text/html; charset=windows-1252",
	    "<p>b\xfcro</p><p>zu</p>", "büro\nzu\n", false },
	{ "HTML, hidden", "text/html",
	    "<div style=\"display:none\">no</div>yes", "yes\n", false },
	{ "a quotation", "text/html", "a<blockquote>b</blockquote>", "a\n",
	    true },
	{ "quoted lines", NULL, "a\n> b\nc", "a\nc\n", true },
	{ "a forwarded message", NULL, "a\nFrom: b\nc", "a\n", true },
};

static void
read_body(const char *type, const char *body, struct opening *opening)
{
	struct message_origin origin = { .sender = "a@b.example" };
	struct message message;

	message_init(&message);
	(void)message_begin(&message, &origin);
	if (type != NULL)
		message_header(&message, "Content-Type", type);
	(void)message_body(&message, body, strlen(body));
	opening_init(opening);
	ck_assert(opening_read(&message, opening) == STATUS_OK);
	message_release(&message);
}

START_TEST(reads_the_first_lines)
{
	const struct row *row = &rows[_i];
	struct opening opening;

	read_body(row->type, row->body, &opening);
	ck_assert_msg(strcmp(opening.text.data, row->text) == 0,
	    "%s: got \"%s\", want \"%s\"", row->name, opening.text.data,
	    row->text);
	ck_assert_msg(opening.quotes == row->quotes, "%s: quotes",
	    row->name);
	opening_release(&opening);
}
END_TEST

/* Word writes pages of styles before the first word. */
START_TEST(reads_behind_a_long_head)
{
	struct opening opening;
	struct buf body;
	int i;

	buf_init(&body);
	buf_add_text(&body, "<html><head><style>");
	for (i = 0; i < 1500; i++)
		buf_printf(&body, "p.n%d{margin:0}\n", i);
	buf_add_text(&body, "</style></head><body>away</body></html>");
	read_body("text/html", body.data, &opening);
	ck_assert_str_eq(opening.text.data, "away\n");
	opening_release(&opening);
	buf_release(&body);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("opening");
	TCase *tcase = tcase_create("opening");

	mime_library_init();
	tcase_add_loop_test(tcase, reads_the_first_lines, 0,
	    (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(tcase, reads_behind_a_long_head);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
