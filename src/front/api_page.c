/*
 * Pages of rows.  A place is "when.n.ident": microseconds, a count, digits.
 */
#include "front/api_page.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool
api_page_most(const struct api_request *request, size_t limit, size_t *most,
    struct api_answer *answer)
{
	const char *text = request->argument(request->context, "most");
	size_t digits, value = 0;

	if (text == NULL)
		return true;
	digits = strspn(text, "0123456789");
	if (digits > 0 && digits <= 4 && text[digits] == '\0')
		for (; *text != '\0'; text++)
			value = value * 10 + (size_t)(*text - '0');
	if (value >= 1 && value <= limit) {
		*most = value;
		return true;
	}
	api_answer_error(answer, 400, "wrong \"most\"; expected a number from "
	    "1 to %zu", limit);
	return false;
}

static bool
read_ident(const char *text, struct ident *ident)
{
	static const char digits[] = "0123456789abcdef";
	const char *high, *low;
	size_t i;

	if (strlen(text) != 2 * IDENT_SIZE)
		return false;
	for (i = 0; i < IDENT_SIZE; i++) {
		high = strchr(digits, text[2 * i]);
		low = strchr(digits, text[2 * i + 1]);
		if (high == NULL || low == NULL)
			return false;
		ident->bytes[i] = (uint8_t)((high - digits) << 4 |
		    (low - digits));
	}
	return true;
}

static bool
read_place(const char *text, struct admin_place *place)
{
	int used = 0;

	/* Widths keep the numbers within their types. */
	if (sscanf(text, "%18" SCNd64 ".%9" SCNu32 ".%n", &place->when,
	    &place->n, &used) != 2 || used == 0)
		return false;
	return read_ident(text + used, &place->candidate);
}

bool
api_page_after(const struct api_request *request, struct admin_place *place,
    const struct admin_place **after, struct api_answer *answer)
{
	const char *text = request->argument(request->context, "after");

	*after = NULL;
	if (text == NULL)
		return true;
	*after = place;
	if (read_place(text, place))
		return true;
	api_answer_error(answer, 400, "wrong \"after\"; expected \"next\" of "
	    "the page before");
	return false;
}

const char *
api_page_text(const struct admin_place *place, char text[API_PLACE_SIZE])
{
	char ident[IDENT_TEXT_SIZE];

	snprintf(text, API_PLACE_SIZE, "%" PRId64 ".%" PRIu32 ".%s",
	    place->when, place->n, ident_format(&place->candidate, ident));
	return text;
}
