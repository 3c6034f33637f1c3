/*
 * The shadow of a standing: what monitor mode would have made of a user.
 *
 * While nobody is judged the standing stays as it is, and its shadow steps in
 * its place, by the same rule: so the log can say what would have been.  The
 * shadow begins as the standing was when monitor mode first looked, and is gone
 * when the rule is enforced.  Pure.
 */
#ifndef POLICY_SHADOW_H
#define POLICY_SHADOW_H

#include "policy/standing.h"

/* Has the account a shadow? */
bool shadow_is_cast(const struct account *);

/* Gives it one, where it has none. */
void shadow_cast(struct account *);

/*
 * Exchanges standing and shadow, so that standing_step and whatever else looks
 * at the account sees the shadow; doing it again undoes it.
 */
void shadow_swap(struct account *);

/*
 * The account as the rule sees it: in monitor mode with its shadow for a
 * standing, where it has one.
 */
struct account shadow_view(const struct account *, enum conf_mode);

/*
 * The rule is enforced from t on: the shadow goes.  Good stays good, and what
 * has lapsed until t asks for no assessment of its own.  A standing whose end
 * has passed meanwhile becomes good: nobody was judged, so nothing is caught up
 * on.  One whose end is still to come goes on.  A warning that was not given is
 * not used up.  True: the standing has become good by it.
 */
bool shadow_end(struct account *, int64_t t);

#endif
