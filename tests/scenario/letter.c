/*
 * The words of a scenario's letters.
 */
#include <stdio.h>
#include <string.h>

#include "stage.h"

/* What a tool sends to everybody, with a name and a figure put in. */
static void
write_template(size_t number, char text[STAGE_TEXT_SIZE])
{
	snprintf(text, STAGE_TEXT_SIZE,
	    "Dear candidate %zu,\r\n\r\n"
	    "we make scales for apothecaries, and somebody told us that you "
	    "once mended one with a paper clip. That is the spirit we look "
	    "for in the workshop at the harbour, where eleven people and a "
	    "dog build what is later trusted with a thousandth of a gram.\r\n"
	    "\r\n"
	    "The position is a permanent one, the lathe is new, and the "
	    "canteen has a view of the ships. May we send you the plans of "
	    "model %zu and hear what you would do better?\r\n",
	    number, number % 7 + 1);
}

static const char *const words[] = { "thimble", "radish", "gondola",
	"pumice", "tartan", "sorrel", "bobbin", "mullet", "trellis",
	"cuckoo", "gusset", "paddock", "sextant", "tallow", "burdock",
	"cornet", "damson", "eyelet", "ferret", "gimlet", "hassock",
	"kipper", "larder", "magpie", "nosegay", "osier", "pewter",
	"quince", "rudder", "spindle", "tinder" };

/* Words in an order of its own: no two of these are alike. */
static void
write_own(size_t number, char text[STAGE_TEXT_SIZE])
{
	uint32_t state = 88675123u + (uint32_t)number * 7919u;
	size_t i, length = 0;

	for (i = 0; i < 70; i++) {
		state ^= state << 13;
		state ^= state >> 17;
		state ^= state << 5;
		length += (size_t)snprintf(text + length,
		    STAGE_TEXT_SIZE - length, "%s ",
		    words[state % (sizeof(words) / sizeof(words[0]))]);
	}
}

void
stage_letter(enum stage_manner manner, size_t number,
    char text[STAGE_TEXT_SIZE])
{
	if (manner == STAGE_ONE_LETTER)
		write_template(number, text);
	else if (manner == STAGE_OWN_LETTERS)
		write_own(number, text);
	else
		text[0] = '\0';
}
