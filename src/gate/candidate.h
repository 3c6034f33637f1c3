/*
 * The gate's own: whom an outside address belongs to, as an ident.  All who
 * look somebody outside up, or write them down, do it by this.
 */
#ifndef GATE_CANDIDATE_H
#define GATE_CANDIDATE_H

#include "base/ident.h"

/* Of an address normalised as addr_parse does; see addr_to_person. */
struct ident candidate_ident(const struct ident_key *, const char *address);

#endif
