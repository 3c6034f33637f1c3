/*
 * Findings as JSON: the daemon's answer to "doctor" has them in this form, and
 * the command adds its own to them.  Pure.
 */
#ifndef FRONT_FINDING_JSON_H
#define FRONT_FINDING_JSON_H

#include "base/finding.h"

struct json_t;

/*
 * An array, a new reference: {"check", "level", "seen", "advice" or null} each.
 * NULL without memory, also where some findings are missing for want of it.
 */
struct json_t *finding_json(const struct findings *);

#endif
