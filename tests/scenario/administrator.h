/*
 * Sentences about what the administrator does.
 */
#ifndef TESTS_SCENARIO_ADMINISTRATOR_H
#define TESTS_SCENARIO_ADMINISTRATOR_H

#include "sentence.h"
#include "stage.h"

bool administrator_pardons(struct stage *, const struct sentence_match *);
bool administrator_restricts(struct stage *, const struct sentence_match *);
bool administrator_exempts(struct stage *, const struct sentence_match *);

/* The same with "until TIME". */
bool administrator_restricts_until(struct stage *,
    const struct sentence_match *);
bool administrator_exempts_until(struct stage *,
    const struct sentence_match *);

bool administrator_exempts_no_longer(struct stage *,
    const struct sentence_match *);
bool administrator_may_not_restrict(struct stage *,
    const struct sentence_match *);
/* Each with a last word: "monitor", "enforce"; "on", "off". */
bool administrator_sets_mode(struct stage *, const struct sentence_match *);
bool administrator_enforces(struct stage *, const struct sentence_match *);
bool administrator_forgets(struct stage *, const struct sentence_match *);

#endif
