/*
 * The parent process.  libmilter takes HUP, TERM and INT alike as "stop", and
 * a crash takes the whole process: so the milter serves in a child, and a
 * small parent that touches no mail keeps one child alive and turns signals
 * into words on a pipe.
 *
 *	parent_run		forks; in the parent it returns when all is over
 *	  serve(context, child)	in the child: start, parent_ready, serve
 *	  renew(context)	in the parent: the child has reloaded
 *
 * The child's way back is a pipe, too: it says when it serves, when it reloads
 * and that it lives.  The parent tells the service manager (manager.h), which
 * so hears one process alone, the one that it started, whatever becomes of
 * children; and it reads what a child has taken into use, for the next child.
 *
 * Signals to the parent: HUP asks the child to reload; TERM and INT ask it to
 * stop and wait until it has.  A child whose parent is gone ends.
 *
 * A child that ends unasked is replaced at once; after PARENT_CRASHES such ends
 * in PARENT_SPAN the parent gives up, aloud.  One that fails before it was
 * ready for the first time is not replaced: its exit code is the answer.
 */
#ifndef FRONT_PARENT_H
#define FRONT_PARENT_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/log.h"

#define PARENT_CRASHES	5
#define PARENT_SPAN	CLOCK_MINUTE	/* of the monotonic clock */

struct parent_child;

struct parent_work {
	int	(*serve)(void *context, struct parent_child *);
	void	(*renew)(void *context);
	void	*context;
};

/* What the parent may ask for. */
enum parent_word {
	PARENT_STOP,
	PARENT_RELOAD,
	PARENT_GONE		/* nobody says anything any more: end at once */
};

/*
 * The exit code: the child's when it was asked to stop or could not start,
 * EX_SOFTWARE when the parent gave up, EX_OSERR without a process.  The log
 * is opened by the caller before, and survives the fork.
 */
int parent_run(struct log *, const struct parent_work *);

/* In the child: it serves from now on. */
void parent_ready(struct parent_child *);

/* In the child: waits for the parent's next word. */
enum parent_word parent_listen(struct parent_child *);

/*
 * In the child, from any thread: a word for the service manager, with a text
 * for people or "".  A reload has an end, however it went; after one that went
 * well the parent renews what it knows.  Never waits, never fails.
 */
enum parent_news {
	PARENT_NEWS_RELOADING = 'l',
	PARENT_NEWS_RELOADED = 'd',
	PARENT_NEWS_KEPT = 'k',		/* reloaded nothing: all is as it was */
	PARENT_NEWS_ALIVE = 'a',
	PARENT_NEWS_STATUS = 't'
};
void parent_tell(struct parent_child *, enum parent_news, const char *text);

/* Does a service manager listen, and how often must it hear that we live? */
bool parent_is_managed(const struct parent_child *);
int64_t parent_watchdog(const struct parent_child *);	/* 0: never */

#endif
