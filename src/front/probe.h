/*
 * Does a milter answer at a place?  As an MTA would find out: it connects,
 * offers to negotiate, and waits for the answer, which only a filter that
 * accepts sessions and has a thread for them gives.
 */
#ifndef FRONT_PROBE_H
#define FRONT_PROBE_H

#include <stdbool.h>

/*
 * `place` as the configuration has it: "unix:PATH", "local:PATH",
 * "inet:PORT@HOST", "inet6:PORT@HOST"; without a host it is asked on the
 * loopback.  Waits so many milliseconds for each of the two steps, not more.
 */
bool probe_milter(const char *place, int milliseconds);

#endif
