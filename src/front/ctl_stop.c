/*
 * Ctrl-C between two steps.
 */
#include "front/ctl_stop.h"

#include <stddef.h>

bool
ctl_stop_is_asked(void)
{
	sigset_t pending;

	return sigpending(&pending) == 0 &&
	    (sigismember(&pending, SIGINT) == 1 ||
	    sigismember(&pending, SIGTERM) == 1);
}

static void
fill_signals(sigset_t *signals)
{
	sigemptyset(signals);
	sigaddset(signals, SIGINT);
	sigaddset(signals, SIGTERM);
}

void
ctl_stop_hold(sigset_t *before)
{
	sigset_t signals;

	fill_signals(&signals);
	sigprocmask(SIG_BLOCK, &signals, before);
}

void
ctl_stop_release(const sigset_t *before)
{
	sigset_t signals;
	int number;

	fill_signals(&signals);
	while (ctl_stop_is_asked() && sigwait(&signals, &number) == 0)
		continue;
	sigprocmask(SIG_SETMASK, before, NULL);
}
