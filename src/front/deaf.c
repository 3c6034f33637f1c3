/*
 * A signal that is ignored is dropped when it is sent, with one exception:
 * Linux keeps it if the first thread blocks it, and hands it to whoever waits
 * for it.  libmilter blocks what it waits for in the thread that runs it; so
 * that must not be the first.
 */
#include <pthread.h>
#include <signal.h>
#include <stddef.h>

#include "front/deaf.h"

struct run {
	int	(*work)(void);
	int	result;
};

void
deaf_begin(void)
{
	static const int dropped[] = { SIGHUP, SIGTERM, SIGINT };
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < sizeof(dropped) / sizeof(dropped[0]); i++) {
		/* Also what came while the parent's mask held it back. */
		signal(dropped[i], SIG_IGN);
		sigaddset(&set, dropped[i]);
	}
	signal(SIGPIPE, SIG_IGN);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

static void *
run(void *argument)
{
	struct run *run = argument;

	run->result = run->work();
	return NULL;
}

int
deaf_run(int (*work)(void))
{
	struct run one = { work, -1 };
	pthread_t thread;

	if (pthread_create(&thread, NULL, run, &one) != 0)
		return -1;
	pthread_join(thread, NULL);
	return one.result;
}
