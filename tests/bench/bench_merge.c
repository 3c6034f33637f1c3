/*
 * bench_merge FOLDER...: how well letters of a mail merge are told, over the
 * similarity, and what a message costs.  Each folder has letters and a MANIFEST
 * as tests/letters has them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/ident.h"
#include "letters.h"
#include "mail/mime.h"

#define STEP		50000	/* of the similarity, in millionths */
#define STEPS		12
#define REPEAT		200
#define EDGES		8	/* pairs shown on either side */

struct curve {
	size_t	pairs, others;			/* of a family, and not */
	size_t	found[STEPS + 1], wrong[STEPS + 1];
};

struct edge {
	int64_t	similarity;
	size_t	a, b;
};

static void
count_pair(struct curve *curve, const struct letters_one *a,
    const struct letters_one *b, int64_t similarity)
{
	bool belong = letters_belong(a, b);
	int step;

	if (belong)
		curve->pairs++;
	else
		curve->others++;
	for (step = 1; step <= STEPS; step++) {
		if (similarity < (int64_t)step * STEP)
			break;
		if (belong)
			curve->found[step]++;
		else
			curve->wrong[step]++;
	}
}

static int
compare_edges(const void *a, const void *b)
{
	const struct edge *one = a, *two = b;

	return (one->similarity > two->similarity) -
	    (one->similarity < two->similarity);
}

static void
print_edges(const struct letters *letters, struct edge *edges, size_t count,
    bool last)
{
	size_t i, from;

	qsort(edges, count, sizeof(edges[0]), compare_edges);
	from = last && count > EDGES ? count - EDGES : 0;
	for (i = from; i < from + EDGES && i < count; i++)
		printf("  %.3f  %s  %s\n", (double)edges[i].similarity / 1e6,
		    letters->all[edges[i].a].file,
		    letters->all[edges[i].b].file);
}

static int64_t
similarity_of(const struct letters_one *a, const struct letters_one *b)
{
	if (merge_sketch_is_short(&a->sketch) ||
	    merge_sketch_is_short(&b->sketch))
		return 0;
	return merge_similarity(&a->sketch, &b->sketch);
}

static void
measure_folder(const char *folder)
{
	struct curve curve = { 0 };
	struct edge *same, *other, edge;
	struct letters letters;
	size_t a, b, same_count = 0, other_count = 0, most;
	int step;

	letters_load(&letters, folder);
	most = letters.count * letters.count;
	same = calloc(most, sizeof(*same));
	other = calloc(most, sizeof(*other));
	if (same == NULL || other == NULL)
		exit(EXIT_FAILURE);
	for (a = 0; a < letters.count; a++)
		for (b = a + 1; b < letters.count; b++) {
			edge.similarity = similarity_of(&letters.all[a],
			    &letters.all[b]);
			edge.a = a;
			edge.b = b;
			count_pair(&curve, &letters.all[a], &letters.all[b],
			    edge.similarity);
			if (letters_belong(&letters.all[a], &letters.all[b]))
				same[same_count++] = edge;
			else
				other[other_count++] = edge;
		}
	printf("%s: %zu letters\n", folder, letters.count);
	printf("similarity  pairs found of %-6zu  false pairs of %zu\n",
	    curve.pairs, curve.others);
	for (step = 1; step <= STEPS; step++)
		printf("      %4.2f  %6zu  %5.1f %%        %6zu\n",
		    step * STEP / 1e6, curve.found[step], 100.0 *
		    (double)curve.found[step] / (double)curve.pairs,
		    curve.wrong[step]);
	printf("least alike of one merge\n");
	print_edges(&letters, same, same_count, false);
	printf("most alike otherwise\n");
	print_edges(&letters, other, other_count, true);
	free(same);
	free(other);
	letters_free(&letters);
}

/* A message of that many bytes, of words that differ. */
static void
compose(struct buf *text, size_t size, const char *type)
{
	unsigned long n = 1;

	buf_printf(text, "From: a@b.example\nContent-Type: %s; charset=utf-8\n"
	    "\n<p>", type);
	while (text->length < size) {
		n = n * 1103515245 + 12345;
		buf_printf(text, "w%lu%s", n >> 16 & 0xfff,
		    (n >> 8 & 31) == 0 ? "</p>\n\n<p>" :
		    (n >> 8 & 7) == 0 ? "\n" : " ");
	}
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
measure_cost(size_t size, const char *type)
{
	struct merge_sketch sketch = { 0 };
	double start, made, compared;
	int64_t sum = 0;
	struct buf text;
	int i;

	buf_init(&text);
	compose(&text, size, type);
	start = now();
	for (i = 0; i < REPEAT; i++)
		letters_sketch(text.data, text.length, &sketch);
	made = now();
	for (i = 0; i < REPEAT * MERGE_SLOTS; i++)
		sum += merge_similarity(&sketch, &sketch);
	compared = now();
	printf("%7zu  %-10s  %8.0f  %8.1f%s\n", size, type,
	    (made - start) / REPEAT * 1e6, (compared - made) / REPEAT * 1e6,
	    sum == 0 ? "?" : "");
	buf_release(&text);
}

int
main(int argc, char **argv)
{
	int i;

	mime_library_init();
	if (ident_library_init() != STATUS_OK)
		return EXIT_FAILURE;
	for (i = 1; i < argc; i++)
		measure_folder(argv[i]);
	printf("  bytes  type        us to sketch  us for %d slots\n",
	    MERGE_SLOTS);
	measure_cost(4096, "text/plain");
	measure_cost(4096, "text/html");
	measure_cost(102400, "text/plain");
	measure_cost(102400, "text/html");
	return EXIT_SUCCESS;
}
