/*
 * Mail merge told from letters written one by one: the letters of
 * tests/letters at the default similarity, and what senders may do against it.
 */
#include "test.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "letters.h"
#include "mail/mime.h"

#define FOLDER	"tests/letters"

/* What a letter is as like another as, to be one campaign; as the default. */
#define SIMILARITY	200000

/* Kept on either side of it by the letters at hand. */
#define MARGIN		50000

static bool
are_alike(const struct merge_sketch *a, const struct merge_sketch *b,
    int64_t similarity)
{
	return !merge_sketch_is_short(a) && !merge_sketch_is_short(b) &&
	    merge_similarity(a, b) >= similarity;
}

START_TEST(tells_merges_from_letters)
{
	struct letters letters;
	size_t a, b;

	letters_load(&letters, FOLDER);
	ck_assert_uint_ge(letters.count, 140);
	for (a = 0; a < letters.count; a++)
		for (b = a + 1; b < letters.count; b++) {
			bool belong = letters_belong(&letters.all[a],
			    &letters.all[b]);

			ck_assert_msg(belong == are_alike(
			    &letters.all[a].sketch, &letters.all[b].sketch,
			    belong ? SIMILARITY + MARGIN : SIMILARITY -
			    MARGIN), "%s and %s: %.3f", letters.all[a].file,
			    letters.all[b].file, (double)merge_similarity(
			    &letters.all[a].sketch, &letters.all[b].sketch) /
			    1e6);
		}
	letters_free(&letters);
}
END_TEST

/*
 * Evasion: the same template to two people, each letter changed by the same
 * trick with chance of its own.
 */

struct writer {
	struct buf	*text;
	uint64_t	 seed;
	int		 person;
};

static const char *const people[][3] = {
	{ "Nadia", "test engineer", "Gromit Fabrics" },
	{ "Pavel", "compiler developer", "Baltic Looms" },
};

static const char *const sentences[] = {
	"I read with interest what you do at @2.",
	"We are building a small team that makes looms speak to each other.",
	"As a @1 you would decide with us which parts are written anew.",
	("The office is in an old weaving mill by the river, and nobody minds "
	"if you work from your kitchen instead."),
	"There is a bicycle for everybody and a budget for books.",
	"Would you like to see it before you say no?",
	"Any afternoon this month suits me, and coffee is on the house.",
};

#define SENTENCES	(sizeof(sentences) / sizeof(sentences[0]))

static unsigned
chance(struct writer *writer, unsigned of)
{
	writer->seed = writer->seed * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (unsigned)(writer->seed >> 33) % of;
}

static void
random_words(struct writer *writer, int count)
{
	int i, j;

	for (i = 0; i < count; i++) {
		for (j = 0; j < 6; j++)
			buf_printf(writer->text, "%c", 'a' +
			    (int)chance(writer, 26));
		buf_add_text(writer->text, " ");
	}
}

/* "@0" stands for the name, "@1" for the role, "@2" for the company. */
static void
sentence(struct writer *writer, size_t i)
{
	const char *at;

	for (at = sentences[i]; *at != '\0'; at++)
		if (*at == '@')
			buf_add_text(writer->text,
			    people[writer->person][*++at - '0']);
		else
			buf_add(writer->text, at, 1);
	buf_add_text(writer->text, " ");
}

/* The letter as it is, in two paragraphs. */
static void
write_plain(struct writer *writer)
{
	size_t i;

	buf_printf(writer->text, "Hello %s,\n\n", people[writer->person][0]);
	for (i = 0; i < SENTENCES; i++) {
		sentence(writer, i);
		if (i == 3)
			buf_add_text(writer->text, "\n\n");
	}
	buf_add_text(writer->text, "\n");
}

/* Each word of the letter through `word`. */
static void
write_words(struct writer *writer, void (*word)(struct writer *,
    const char *))
{
	struct buf *out = writer->text, plain;
	char *at, *next;

	buf_init(&plain);
	writer->text = &plain;
	write_plain(writer);
	writer->text = out;
	for (at = plain.data; (next = strsep(&at, " ")) != NULL; ) {
		word(writer, next);
		buf_add_text(out, " ");
	}
	buf_release(&plain);
}

static void
zero_width_word(struct writer *writer, const char *word)
{
	size_t at = strlen(word) / 2;

	buf_add(writer->text, word, at);
	buf_add_text(writer->text, chance(writer, 2) ? "\xe2\x80\x8b" :
	    "\xe2\x81\xa0");
	buf_add_text(writer->text, word + at);
}

static void
zero_width(struct writer *writer)
{
	write_words(writer, zero_width_word);
}

static void
homoglyph_word(struct writer *writer, const char *word)
{
	static const char latin[] = "aceopxyi";
	static const char *const twins[] = { "а", "с", "е", "о", "р", "х",
	    "у", "і" };
	const char *at, *found;

	for (at = word; *at != '\0'; at++) {
		found = strchr(latin, *at);
		if (found != NULL && chance(writer, 2))
			buf_add_text(writer->text, twins[found - latin]);
		else
			buf_add(writer->text, at, 1);
	}
}

static void
homoglyphs(struct writer *writer)
{
	write_words(writer, homoglyph_word);
}

static void
hidden_word(struct writer *writer, const char *word)
{
	static const char *const ways[] = { "display:none", "font-size:0",
	    "color:#ffffff", "visibility:hidden" };

	buf_printf(writer->text, "%s <span style=\"%s\">", word,
	    ways[chance(writer, 4)]);
	random_words(writer, 2);
	buf_add_text(writer->text, "</span>");
}

static void
hidden_words(struct writer *writer)
{
	write_words(writer, hidden_word);
}

/* A tenth of the words: others for them. */
static void
synonym_word(struct writer *writer, const char *word)
{
	if (chance(writer, 10) == 0)
		random_words(writer, 1);
	else
		buf_add_text(writer->text, word);
}

static void
synonyms(struct writer *writer)
{
	write_words(writer, synonym_word);
}

static void
third_word(struct writer *writer, const char *word)
{
	if (chance(writer, 3) == 0)
		random_words(writer, 1);
	else
		buf_add_text(writer->text, word);
}

static void
a_third_of_the_words(struct writer *writer)
{
	write_words(writer, third_word);
}

static void
seen_word(struct writer *writer, const char *word)
{
	buf_printf(writer->text, "%s ", word);
	if (chance(writer, 3) == 0)
		random_words(writer, 1);
}

static void
random_words_seen(struct writer *writer)
{
	write_words(writer, seen_word);
}

static void
sentence_order(struct writer *writer)
{
	size_t order[SENTENCES], i, j, swap;

	for (i = 0; i < SENTENCES; i++)
		order[i] = i;
	for (i = SENTENCES - 1; i > 0; i--) {
		j = chance(writer, (unsigned)i + 1);
		swap = order[i];
		order[i] = order[j];
		order[j] = swap;
	}
	buf_printf(writer->text, "Hello %s,\n\n", people[writer->person][0]);
	for (i = 0; i < SENTENCES; i++) {
		sentence(writer, order[i]);
		if (i == 3)
			buf_add_text(writer->text, "\n\n");
	}
}

static void
images(struct writer *writer)
{
	buf_printf(writer->text, "<p>Hello %s,</p><img src=\"cid:letter%u\">",
	    people[writer->person][0], chance(writer, 100));
}

static void
cell_word(struct writer *writer, const char *word)
{
	buf_printf(writer->text, "<td>%s</td>", word);
}

static void
cells(struct writer *writer)
{
	buf_add_text(writer->text, "<table><tr>");
	write_words(writer, cell_word);
	buf_add_text(writer->text, "</tr></table>");
}

static void
row_word(struct writer *writer, const char *word)
{
	buf_printf(writer->text, "<tr><td>%s</td></tr>", word);
}

static void
rows_of_one(struct writer *writer)
{
	buf_add_text(writer->text, "<table>");
	write_words(writer, row_word);
	buf_add_text(writer->text, "</table>");
}

static void
letter_cells_word(struct writer *writer, const char *word)
{
	for (; *word != '\0'; word++)
		buf_printf(writer->text, "<td>%c</td>", *word);
}

static void
letters_apart(struct writer *writer)
{
	buf_add_text(writer->text, "<table><tr>");
	write_words(writer, letter_cells_word);
	buf_add_text(writer->text, "</tr></table>");
}

static void
appended(struct writer *writer)
{
	write_plain(writer);
	buf_add_text(writer->text, "\n");
	random_words(writer, 20);
}

static void
appended_as_much(struct writer *writer)
{
	write_plain(writer);
	buf_add_text(writer->text, "\n");
	random_words(writer, 80);
}

static void
put_before(struct writer *writer)
{
	random_words(writer, 20);
	buf_add_text(writer->text, "\n\n");
	write_plain(writer);
}

/* The price of letting pasted job descriptions be. */
static void
own_page(struct writer *writer)
{
	static const size_t same[] = { 1, 3, 4, 5, 6 };
	size_t i;

	random_words(writer, 80);
	buf_add_text(writer->text, "\n\n");
	for (i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		sentence(writer, same[i]);
}

static void
number_word(struct writer *writer, const char *word)
{
	buf_add_text(writer->text, word);
	if (strchr(word, '.') != NULL)
		buf_printf(writer->text, " %u", chance(writer, 100000));
}

static void
numbers(struct writer *writer)
{
	write_words(writer, number_word);
}

static void
quoted(struct writer *writer)
{
	buf_add_text(writer->text, "<blockquote>");
	write_plain(writer);
	buf_add_text(writer->text, "</blockquote>");
}

static void
below_a_signature(struct writer *writer)
{
	buf_add_text(writer->text, "Hello\n-- \n");
	write_plain(writer);
}

static void
links(struct writer *writer)
{
	write_plain(writer);
	buf_printf(writer->text, "https://track.example/%u%u\n",
	    chance(writer, 100000), chance(writer, 100000));
}

/* "found": no such letter gets by; what is not found is written down too. */
static const struct trick {
	const char	*name;
	bool		 html;
	void		(*write)(struct writer *);
	bool		 found;
} tricks[] = {
	{ "none", false, write_plain, true },
	{ "a link of one's own", false, links, true },
	{ "characters of no width", false, zero_width, true },
	{ "homoglyphs", false, homoglyphs, true },
	{ "random hidden words", true, hidden_words, true },
	{ "synonyms for a tenth of the words", false, synonyms, true },
	{ "other words for a third", false, a_third_of_the_words, false },
	{ "sentences in any order", false, sentence_order, true },
	{ "images for text", true, images, false },
	{ "one word to a cell", true, cells, true },
	{ "one word to a row", true, rows_of_one, true },
	{ "one letter to a cell", true, letters_apart, true },
	{ "a random paragraph appended", false, appended, true },
	{ "as much appended again", false, appended_as_much, true },
	{ "a random paragraph before it", false, put_before, true },
	{ "random words one can see", false, random_words_seen, false },
	{ "a page of one's own above a text that is the same", false,
	    own_page, false },
	{ "a number of its own behind each sentence", false, numbers, true },
	{ "all of it quoted", true, quoted, true },
	{ "all of it below a signature's mark", false, below_a_signature,
	    false },
};

static void
make_letter(const struct trick *trick, int person, unsigned long seed,
    struct merge_sketch *sketch)
{
	struct writer writer = { .seed = seed, .person = person };
	struct buf text;

	buf_init(&text);
	writer.text = &text;
	/* a different subject each time, for all of them */
	buf_add_text(&text, "From: a@b.example\nSubject: ");
	random_words(&writer, 4);
	buf_printf(&text, "\nContent-Type: text/%s; charset=utf-8\n\n",
	    trick->html ? "html" : "plain");
	trick->write(&writer);
	ck_assert(!text.failed);
	letters_sketch(text.data, text.length, sketch);
	buf_release(&text);
}

START_TEST(is_told_in_spite_of)
{
	const struct trick *trick = &tricks[_i];
	struct merge_sketch one, two;
	unsigned long seed;
	int found = 0;

	for (seed = 1; seed <= 20; seed++) {
		make_letter(trick, 0, seed, &one);
		make_letter(trick, 1, seed + 100, &two);
		found += are_alike(&one, &two, SIMILARITY);
	}
	ck_assert_msg(trick->found ? found == 20 : found == 0,
	    "%s: %d of 20 pairs found", trick->name, found);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("merge letters");
	TCase *tcase = tcase_create("merge letters");

	mime_library_init();
	if (ident_library_init() != STATUS_OK)
		return EXIT_FAILURE;
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, tells_merges_from_letters);
	tcase_add_loop_test(tcase, is_told_in_spite_of, 0,
	    (int)(sizeof(tricks) / sizeof(tricks[0])));
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
