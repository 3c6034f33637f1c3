/*
 * Ctrl-C while something is on its way that should be ended in good order:
 * SIGINT and SIGTERM are blocked and looked for between two steps.
 */
#ifndef FRONT_CTL_STOP_H
#define FRONT_CTL_STOP_H

#include <signal.h>
#include <stdbool.h>

void ctl_stop_hold(sigset_t *before);
bool ctl_stop_is_asked(void);
/* What came in the meantime has been heeded and ends here. */
void ctl_stop_release(const sigset_t *before);

#endif
