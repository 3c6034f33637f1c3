/*
 * What a scenario may expect.  Each answers true, or false with "X was
 * expected; it was Y" in the stage's problem.
 */
#ifndef TESTS_SCENARIO_EXPECT_H
#define TESTS_SCENARIO_EXPECT_H

#include "sentence.h"
#include "stage.h"

bool expect_accepted(struct stage *, const struct sentence_match *);
bool expect_refused(struct stage *, const struct sentence_match *);
bool expect_count_accepted(struct stage *, const struct sentence_match *);
bool expect_refusal(struct stage *, const struct sentence_match *);
bool expect_unknown(struct stage *, const struct sentence_match *);
bool expect_standing(struct stage *, const struct sentence_match *);
bool expect_would(struct stage *, const struct sentence_match *);
bool expect_rate(struct stage *, const struct sentence_match *);
bool expect_pending(struct stage *, const struct sentence_match *);
bool expect_due(struct stage *, const struct sentence_match *);
bool expect_since(struct stage *, const struct sentence_match *);
bool expect_told(struct stage *, const struct sentence_match *);
bool expect_log(struct stage *, const struct sentence_match *);
bool expect_no_log(struct stage *, const struct sentence_match *);
bool expect_breaker(struct stage *, const struct sentence_match *);

#endif
