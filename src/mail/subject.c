/*
 * Tags and marks before a subject.
 *
 * Which marks there are is known from the mail programs: most write "Re:"
 * in all languages, Outlook and those after it write one of their own.  A mark
 * too many in the table makes a machine look like a person for the rules about
 * subjects alone; a missing one could make a person look like a machine.
 * So the table is generous.
 *
 * "VS:" is an answer in Finnish and Estonian and a forward in Danish and
 * Norwegian, "Rif:" names what is answered: where a mark may be that of an
 * answer it is no forward, for an answer taken for one would be lost.
 */
#include "mail/subject.h"

#include <string.h>

#include "mail/mime.h"
#include "mail/phrase.h"

#define TAG_MAX		60	/* bytes of a tag; longer is text */

/* Folded, without their colon and the full stop some have before it. */
static const char *const answers[] = {
	"re", "ref", "reply",			/* everywhere */
	"aw", "antw", "antwort",		/* German, Dutch */
	"sv", "svar", "vs",			/* Nordic */
	"vast", "vastaus",			/* Finnish */
	"rép", "rep", "réf", "réponse",		/* French */
	"rif", "r", "risposta",			/* Italian */
	"res", "resp", "respuesta", "resposta",	/* Spanish, Portuguese */
	"odp", "odpověď",			/* Polish, Czech */
	"odg", "odgovor",			/* Croatian, Serbian */
	"atb", "ats", "att",			/* Latvian, Lithuanian */
	"vá", "válasz",				/* Hungarian */
	"ynt", "yanıt", "yanit",		/* Turkish */
	"отв", "ответ", "на", "від", "відп", "отг",
	"одг",
	"απ", "απάντηση", "σχετ",
	"回复", "答复", "回覆", "答覆", "返信", "회신", "답장",
	"bls", "balas",				/* Indonesian */
	"trả lời", "hồi đáp",			/* Vietnamese */
	"ตอบ", "ตอบกลับ",
	"השב", "תשובה", "رد", "پاسخ",
};

static const char *const forwards[] = {
	"fw", "fwd", "forward", "forwarded",	/* everywhere */
	"wg", "weitergeleitet", "doorst",	/* German, Dutch */
	"vb", "vl", "fs",			/* Nordic */
	"edasi", "pārs", "pers",		/* Baltic */
	"tr", "i",				/* French, Italian */
	"rv", "enc", "reenv",			/* Spanish, Portuguese */
	"pd", "předáno", "přeposl", "prep",	/* Polish, Czech, Slovak */
	"pr", "prosl", "proslj", "posr",	/* Croatian, Slovenian */
	"redirecționat",			/* Romanian */
	"továbbítás", "yml",			/* Hungarian, Welsh */
	"i̇lt", "ilt",				/* Turkish */
	"пересл", "препр", "просл",
	"πρθ", "προώθ",
	"转发", "轉寄", "轉發", "転送", "전달",
	/* Indonesian, Vietnamese */
	"trs", "chuyển tiếp", "ส่งต่อ",
	"הועבר", "إعادة توجيه", "هدایت",
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

/* Behind one of the marks and its colon; NULL when it begins with none. */
static const char *
skip_any(const char *text, const char *const *marks, size_t count)
{
	const char *end;
	size_t i;

	text = skip_blanks(text);
	for (i = 0; i < count; i++) {
		if (strncmp(text, marks[i], strlen(marks[i])) != 0)
			continue;
		end = skip_blanks(skip_count(text + strlen(marks[i])));
		if (*end == '.')
			end = skip_blanks(end + 1);
		if (*end == ':')
			return skip_blanks(end + 1);
	}
	return NULL;
}

const char *
subject_skip_mark(const char *text)
{
	const char *end = skip_any(text, answers, COUNT(answers));

	return end != NULL ? end : skip_any(text, forwards, COUNT(forwards));
}

/* Behind the tags that stand before the first mark; NULL without a mark. */
static const char *
first_mark(const char *text)
{
	while (text != NULL && subject_skip_mark(text) == NULL)
		text = subject_skip_tag(text);
	return text;
}

bool
subject_is_answer(const char *text)
{
	return first_mark(text) != NULL;
}

/* Pine, Alpine: "TOPIC (fwd)". */
static bool
ends_as_forward(const char *text)
{
	static const char end[] = " (fwd)";
	size_t length = strlen(text);

	return length >= sizeof(end) &&
	    strcmp(text + length - (sizeof(end) - 1), end) == 0;
}

bool
subject_is_forward(const char *text)
{
	const char *mark = first_mark(text);

	return mark == NULL ? ends_as_forward(text) :
	    skip_any(mark, answers, COUNT(answers)) == NULL;
}

/* A tag that is all there is is the subject. */
const char *
subject_topic(const char *text)
{
	const char *end;

	for (;;) {
		text = skip_blanks(text);
		end = subject_skip_mark(text);
		if (end == NULL) {
			end = subject_skip_tag(text);
			if (end == NULL || *end == '\0')
				return text;
		}
		text = end;
	}
}
