/*
 * The daemon's answers as tables and blocks for people.  Pure.
 *
 * What an answer lacks is shown as "-": a daemon of another version may know
 * less.  False: it is not what it should be at all.
 */
#ifndef FRONT_CTL_SHOW_H
#define FRONT_CTL_SHOW_H

#include <stdbool.h>

#include "base/buf.h"

struct json_t;

/*
 * An array of users, a line each; columns 0: as wide as it gets.  Colours: of
 * the standing, for terminals.
 */
bool ctl_show_users(struct buf *, const struct json_t *users,
    unsigned columns, bool colour);

bool ctl_show_user(struct buf *, const struct json_t *user);
bool ctl_show_health(struct buf *, const struct json_t *health,
    const char *version);

/* The answer to "why": one outreach as a block, several as a table. */
bool ctl_show_why(struct buf *, const struct json_t *answer);

/* One outreach as a block. */
bool ctl_show_outreach(struct buf *, const struct json_t *outreach);

/*
 * Lines of the audit log, an entry each, which is of two lines where it does
 * not fit one; with the user or without.
 */
bool ctl_show_audit(struct buf *, const struct json_t *lines,
    unsigned columns, bool user);

/* How a user stands, and what that was decided on: what is above a history. */
bool ctl_show_judged(struct buf *, const struct json_t *user);

bool ctl_show_forecast(struct buf *, const struct json_t *answer);

/* A doctor's findings, a block each; columns and colour as for users. */
bool ctl_show_findings(struct buf *, const struct json_t *answer,
    unsigned columns, bool colour);

bool ctl_show_erased(struct buf *, const struct json_t *answer);

/* ": did you mean alice or alicia?", or nothing. */
void ctl_show_nearest(struct buf *, const struct json_t *answer);

#endif
