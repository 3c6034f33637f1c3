#include "merge_letters.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const char *const names[] = { "Ana", "Bruno", "Chiara", "Dmitri",
	"Elif", "Farid", "Greta", "Hana", "Ivo", "Jun", "Katya" };
static const char *const companies[] = { "Northwind", "Bluebird Labs",
	"Harbour Systems", "Quill and Co", "Meridian", "Osprey Data",
	"Larkfield" };
static const char *const roles[] = { "backend engineer", "data engineer",
	"site reliability engineer", "platform lead", "firmware developer" };

#define OF(list, n)	list[(n) % (sizeof(list) / sizeof((list)[0]))]

void
merge_letter(unsigned n, char text[MERGE_LETTER_SIZE])
{
	snprintf(text, MERGE_LETTER_SIZE,
	    "Hi %s,\r\n"
	    "\r\n"
	    "I came across your profile this morning and was impressed by what "
	    "you have built at %s over the last years.\r\n"
	    "\r\n"
	    "We are a small team in Utrecht that writes routing software for "
	    "canal barges, and we are looking for a %s who likes hard "
	    "scheduling problems and quiet offices. You would own a service "
	    "from the first sketch to the night it first survives a flood, "
	    "and nobody would ask you to sit in more than two meetings a "
	    "week.\r\n"
	    "\r\n"
	    "The salary is open about both ends, the boat trips are free, and "
	    "four days a week are as welcome as five. Would you have twenty "
	    "minutes on Thursday for a call? My calendar is at "
	    "https://cal.example/x/%u if that is easier.\r\n"
	    "\r\n"
	    "All the best,\r\n"
	    "Alice\r\n", OF(names, n), OF(companies, n), OF(roles, n), n);
}

/* Words enough that no three follow one another twice but by chance. */
static const char *const words[] = { "harvest", "ladder", "quartz", "violin",
	"meadow", "sketch", "ferry", "lantern", "orbit", "pebble", "copper",
	"willow", "signal", "anchor", "canvas", "dapple", "ember", "fathom",
	"glimmer", "hollow", "island", "jigsaw", "kettle", "lattice",
	"marble", "nectar", "outpost", "parcel", "quiver", "ripple",
	"summit", "timber", "umbrella", "velvet", "walnut", "yonder",
	"zephyr", "almanac", "beacon", "cinder" };

void
personal_letter(unsigned n, char text[MERGE_LETTER_SIZE])
{
	uint32_t state = 2463534242u + n * 7919u;
	size_t length;
	unsigned i;

	length = (size_t)snprintf(text, MERGE_LETTER_SIZE, "Dear %s,\r\n\r\n",
	    OF(names, n));
	for (i = 0; i < 90; i++) {
		state ^= state << 13;
		state ^= state >> 17;
		state ^= state << 5;
		length += (size_t)snprintf(text + length,
		    MERGE_LETTER_SIZE - length, "%s%s", OF(words, state),
		    i % 12 == 11 ? ".\r\n" : " ");
	}
}
