/*
 * Words.
 *
 * Two letters are compared by their words, so a word must come out the same
 * however it is written: with a joiner of no width in it, in the wide letters
 * of another alphabet, with a Cyrillic "а" for a Latin one.  The table of
 * these is short on purpose: letters that look like Latin ones in any common
 * font, out of confusables.txt.  A library that knows all of them (ICU) weighs
 * thirty megabytes, and who writes with letters that look strange is read by
 * nobody.
 */
#include "mail/letter_private.h"

#include <string.h>
#include <strings.h>

#include "mail/ascii.h"
#include "mail/unicode.h"

/* Words; paragraphs with fewer are joined: tables, lists, words in rows. */
#define SHORT_PARAGRAPH	8

/* Bytes of words that are added at once. */
#define BATCH_MAX	512

#define COUNT(table)	(sizeof(table) / sizeof((table)[0]))

/* The words of one paragraph. */
struct words {
	struct letter	*letter;
	bool		 in_word;
	size_t		 count;		/* twice the words */
	char		 batch[BATCH_MAX];
	size_t		 batched;
};

/* Folded and decomposed: no capitals, no accents.  Ascending. */
static const struct likeness {
	uint32_t	character;
	char		latin;
} likenesses[] = {
	{ 0x0131, 'i' }, { 0x0251, 'a' }, { 0x0261, 'g' }, { 0x0262, 'g' },
	{ 0x0269, 'i' }, { 0x026a, 'i' }, { 0x0274, 'n' }, { 0x0280, 'r' },
	{ 0x028b, 'u' }, { 0x028f, 'y' }, { 0x0299, 'b' }, { 0x029c, 'h' },
	{ 0x029f, 'l' }, { 0x03b1, 'a' }, { 0x03b2, 'b' }, { 0x03b3, 'y' },
	{ 0x03b5, 'e' }, { 0x03b6, 'z' }, { 0x03b7, 'h' }, { 0x03b9, 'i' },
	{ 0x03ba, 'k' }, { 0x03bc, 'm' }, { 0x03bd, 'v' }, { 0x03bf, 'o' },
	{ 0x03c1, 'p' }, { 0x03c3, 'o' }, { 0x03c4, 't' }, { 0x03c5, 'u' },
	{ 0x03c7, 'x' }, { 0x03f2, 'c' }, { 0x03f3, 'j' }, { 0x0430, 'a' },
	{ 0x0432, 'b' }, { 0x0433, 'r' }, { 0x0435, 'e' }, { 0x043a, 'k' },
	{ 0x043c, 'm' }, { 0x043d, 'h' }, { 0x043e, 'o' }, { 0x0440, 'p' },
	{ 0x0441, 'c' }, { 0x0442, 't' }, { 0x0443, 'y' }, { 0x0445, 'x' },
	{ 0x0454, 'e' }, { 0x0455, 's' }, { 0x0456, 'i' }, { 0x0458, 'j' },
	{ 0x0475, 'v' }, { 0x04ae, 'y' }, { 0x04af, 'y' }, { 0x04bb, 'h' },
	{ 0x04cf, 'l' }, { 0x0501, 'd' }, { 0x051b, 'q' }, { 0x051d, 'w' },
	{ 0x0561, 'w' }, { 0x0563, 'q' }, { 0x0566, 'q' }, { 0x0570, 'h' },
	{ 0x0578, 'n' }, { 0x057c, 'n' }, { 0x057d, 'u' }, { 0x0581, 'g' },
	{ 0x0582, 'i' }, { 0x0584, 'f' }, { 0x0585, 'o' }, { 0x1d00, 'a' },
	{ 0x1d04, 'c' }, { 0x1d05, 'd' }, { 0x1d07, 'e' }, { 0x1d0a, 'j' },
	{ 0x1d0b, 'k' }, { 0x1d0d, 'm' }, { 0x1d0f, 'o' }, { 0x1d11, 'o' },
	{ 0x1d18, 'p' }, { 0x1d1b, 't' }, { 0x1d1c, 'u' }, { 0x1d20, 'v' },
	{ 0x1d21, 'w' }, { 0x1d22, 'z' }, { 0x1d26, 'r' }, { 0x1d83, 'g' },
};

static uint32_t
latin_for(uint32_t c)
{
	size_t low = 0, high = COUNT(likenesses), middle;

	if (c < likenesses[0].character)
		return c;
	while (low < high) {
		middle = low + (high - low) / 2;
		if (likenesses[middle].character == c)
			return (uint32_t)likenesses[middle].latin;
		if (likenesses[middle].character < c)
			low = middle + 1;
		else
			high = middle;
	}
	return c;
}

static void
end_batch(struct words *words)
{
	buf_add(&words->letter->text, words->batch, words->batched);
	words->batched = 0;
}

static void
put(struct words *words, const char *bytes, size_t length)
{
	if (words->batched + length > BATCH_MAX)
		end_batch(words);
	while (length-- > 0)
		words->batch[words->batched++] = *bytes++;
}

/* With a blank before it, unless it is the paragraph's first. */
static void
start_word(struct words *words, size_t twice)
{
	if (words->count > 0)
		put(words, " ", 1);
	words->count += twice;
}

static bool
is_apostrophe(uint32_t c)
{
	return c == '\'' || c == 0x2019 || c == 0x02bc;
}

static void
take_character(void *context, uint32_t c, enum unicode_class class)
{
	struct words *words = context;
	char bytes[UNICODE_CHARACTER_MAX];

	if (is_apostrophe(c))
		return;
	if (class == UNICODE_BLANK) {
		words->in_word = false;
		return;
	}
	if (!words->in_word || class == UNICODE_IDEOGRAPH)
		start_word(words, class == UNICODE_IDEOGRAPH ? 1 : 2);
	words->in_word = class == UNICODE_LETTER;
	put(words, bytes, unicode_write(bytes, latin_for(c)));
}

/* A letter or a digit: with this bit set a capital letter is a small one. */
#define SMALL	0x20

static bool
is_ascii_letter(unsigned char c)
{
	return (unsigned)((c | SMALL) - 'a') < 26 || (unsigned)(c - '0') < 10;
}

/* White space apart, as unicode_characters has it: no vertical tab. */
static bool
is_unseen(unsigned char c)
{
	return is_apostrophe(c) || c == 0x7f ||
	    (c < ' ' && strchr("\t\n\f\r", c) == NULL);
}

/* The address of a page or a mailbox. */
static bool
is_address(const char *token, size_t length)
{
	return memchr(token, '@', length) != NULL ||
	    (length > 4 && strncasecmp(token, "www.", 4) == 0) ||
	    (memchr(token, ':', length) != NULL &&
	    memmem(token, length, "://", 3) != NULL);
}

static bool
parts_tokens(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* What unicode_characters and take_character do, for a token in ASCII. */
static void
take_token(struct words *words, const char *token, size_t length)
{
	unsigned char c;
	char small;
	size_t i;

	words->in_word = false;
	for (i = 0; i < length; i++) {
		c = (unsigned char)token[i];
		if (is_ascii_letter(c)) {
			if (!words->in_word)
				start_word(words, 2);
			words->in_word = true;
			small = (char)(c | SMALL);
			put(words, &small, 1);
		} else if (!is_unseen(c))
			words->in_word = false;
	}
}

/* The tokens of a text in ASCII that are no addresses. */
static void
take_ascii(struct words *words, const char *text, size_t length)
{
	const char *end = text + length, *token;
	bool doubtful;

	while (text < end) {
		token = text;
		doubtful = (*token | SMALL) == 'w';
		for (; text < end && !parts_tokens(*text); text++)
			doubtful |= *text == '@' || *text == ':';
		if (!doubtful || !is_address(token, (size_t)(text - token)))
			take_token(words, token, (size_t)(text - token));
		while (text < end && parts_tokens(*text))
			text++;
	}
}

static void
copy_without_addresses(struct buf *copy, const char *text, size_t length)
{
	const char *end = text + length, *token;

	while (text < end) {
		token = text;
		while (text < end && !parts_tokens(*text))
			text++;
		if (!is_address(token, (size_t)(text - token)))
			buf_add(copy, token, (size_t)(text - token));
		while (text < end && parts_tokens(*text))
			text++;
		buf_add_text(copy, " ");
	}
}

static void
take_unicode(struct words *words, const char *text, size_t length)
{
	struct buf copy;

	buf_init(&copy);
	copy_without_addresses(&copy, text, length);
	unicode_characters(copy.data, copy.length, take_character, words);
	buf_release(&copy);
}

static size_t
count_words(const char *text, size_t length)
{
	size_t words = 0, i;

	for (i = 0; i < length; i++)
		words += text[i] == ' ' || text[i] == '\n';
	return words;
}

/* The first stays by itself: it is the greeting. */
static void
join_short(struct letter *letter, size_t start)
{
	bool is_short = count_words(letter->text.data + start,
	    letter->text.length - start) < SHORT_PARAGRAPH;

	if (is_short && letter->joins) {
		letter->text.data[start - 1] = ' ';
		letter->paragraphs--;
	}
	letter->joins = is_short && start > 0;
}

void
letter_add_paragraph(struct letter *letter, const char *text, size_t length)
{
	size_t start = letter->text.length;
	struct words words;

	if (start >= LETTER_TEXT_MAX)
		return;
	words.letter = letter;
	words.in_word = false;
	words.count = words.batched = 0;
	if (ascii_only(text, length))
		take_ascii(&words, text, length);
	else
		take_unicode(&words, text, length);
	end_batch(&words);
	if (letter->text.failed || letter->text.length == start)
		return;
	buf_add_text(&letter->text, "\n");
	letter->words += (words.count + 1) / 2;
	letter->paragraphs++;
	if (!letter->text.failed)
		join_short(letter, start);
}
