/*
 * Numbers that look drawn, and are the same on every machine and at every run.
 */
#ifndef TESTS_UNIT_DRAW_H
#define TESTS_UNIT_DRAW_H

#include <stdint.h>

/* Below `below`, which is at most 65536; the state begins as one likes. */
static inline unsigned
draw(uint32_t *state, unsigned below)
{
	*state = *state * 1664525 + 1013904223;
	return (*state >> 16) % below;
}

#endif
