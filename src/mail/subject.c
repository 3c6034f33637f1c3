/*
 * Tags and marks before a subject.
 *
 * Which marks there are is known from the mail programs: most write "Re:"
 * in all languages, Outlook and those after it write one of their own.  A mark
 * too many in the table makes a machine look like a person for the rules about
 * subjects alone; a missing one could make a person look like a machine.
 * So the table is generous.
 */
#include "mail/subject.h"

#include <string.h>

#include "mail/mime.h"
#include "mail/phrase.h"

#define TAG_MAX		60	/* bytes of a tag; longer is text */

/* Folded, without their colon. */
static const char *const marks[] = {
	"re", "ref", "reply", "fw", "fwd",	/* everywhere */
	"aw", "antw", "antwort", "wg",		/* German */
	"doorst",				/* Dutch */
	"sv", "svar", "vs", "vb", "vl",		/* Nordic */
	"vast", "vast.", "vastaus",		/* Finnish */
	"rép", "rep", "réf", "tr",		/* French */
	"rif", "r", "i",			/* Italian */
	"rv", "res", "enc",			/* Spanish, Portuguese */
	"odp", "pd",				/* Polish, Czech */
	"odg", "odgovor", "pr",			/* Croatian, Serbian */
	"atb", "ats", "ats.", "att",		/* Latvian, Lithuanian */
	"vá", "továbbítás",			/* Hungarian */
	"ynt", "yanıt", "yanit", "i̇lt", "ilt",		/* Turkish */
	"отв", "ответ", "на", "пересл",
	"від", "відп", "отг",
	"απ", "απάντηση", "σχετ", "πρθ", "προώθ",
	"回复", "答复", "回覆", "答覆", "转发", "轉寄", "轉發",
	"返信", "転送", "회신", "답장", "전달",
	"bls", "trs", "balas",			/* Indonesian */
	"trả lời", "hồi đáp",			/* Vietnamese */
	"ตอบ", "ตอบกลับ", "ส่งต่อ",
	"השב", "תשובה", "הועבר",
	"رد", "إعادة توجيه", "پاسخ",
};

/* Tags that are words with a colon, as gateways write them. */
static const char *const words[] = {
	"external", "external email", "external sender", "ext", "extern",
	"externe", "externo", "esterno", "caution", "warning", "spam",
	"suspected spam", "possible spam", "bulk",
};

#define COUNT(table)	(sizeof(table) / sizeof((table)[0]))

enum status
subject_fold(const char *value, struct buf *folded)
{
	enum status status = STATUS_OK;
	struct buf text;

	if (value == NULL)
		return STATUS_OK;
	buf_init(&text);
	status = mime_decode_text(value, &text);
	if (status == STATUS_OK)
		status = phrase_fold(text.data, folded);
	buf_release(&text);
	return status;
}

static const char *
skip_blanks(const char *text)
{
	return text + strspn(text, " ");
}

/* "[External]", "(EXT)", "{Spam?}", "<ext>", "***SPAM***". */
static const char *
skip_brackets(const char *text)
{
	static const char *const pairs[][2] = {
		{ "[", "]" }, { "(", ")" }, { "{", "}" }, { "<", ">" },
		{ "***", "***" }, { "【", "】" },
	};
	const char *inside, *end;
	size_t i;

	for (i = 0; i < COUNT(pairs); i++) {
		if (strncmp(text, pairs[i][0], strlen(pairs[i][0])) != 0)
			continue;
		inside = text + strlen(pairs[i][0]);
		end = strstr(inside, pairs[i][1]);
		if (end != NULL && end - inside <= TAG_MAX)
			return end + strlen(pairs[i][1]);
	}
	return NULL;
}

/* The word, blanks, a colon: behind it; NULL when it is not so. */
static const char *
skip_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(text, word, length) != 0)
		return NULL;
	text = skip_blanks(text + length);
	return *text == ':' ? text + 1 : NULL;
}

const char *
subject_skip_tag(const char *text)
{
	const char *end = skip_brackets(skip_blanks(text));
	size_t i;

	for (i = 0; end == NULL && i < COUNT(words); i++)
		end = skip_word(skip_blanks(text), words[i]);
	return end != NULL ? end + strspn(end, " -:|") : NULL;
}

const char *
subject_skip_tags(const char *text)
{
	const char *end;

	while ((end = subject_skip_tag(text)) != NULL)
		text = end;
	return skip_blanks(text);
}

/* "re[4]:", "re^2:", "re (2):", "re2:": how often it was answered. */
static const char *
skip_count(const char *text)
{
	const char *digits = skip_blanks(text);

	digits += strspn(digits, "[(^");
	if (strspn(digits, "0123456789") == 0)
		return text;
	digits += strspn(digits, "0123456789");
	return digits + strspn(digits, ")]");
}

const char *
subject_skip_mark(const char *text)
{
	const char *end;
	size_t i;

	text = skip_blanks(text);
	for (i = 0; i < COUNT(marks); i++) {
		if (strncmp(text, marks[i], strlen(marks[i])) != 0)
			continue;
		end = skip_blanks(skip_count(text + strlen(marks[i])));
		if (*end == ':')
			return skip_blanks(end + 1);
	}
	return NULL;
}

bool
subject_is_answer(const char *text)
{
	const char *end;

	for (;;) {
		if (subject_skip_mark(text) != NULL)
			return true;
		end = subject_skip_tag(text);
		if (end == NULL)
			return false;
		text = end;
	}
}
