/*
 * A process that takes no signals of its own: its parent does.
 *
 * `pkill -HUP replygate' and `killall replygate' reach the process that serves
 * as well as its parent, and libmilter, which waits for HUP, TERM and INT on a
 * thread, stops at each of them at once, whatever is in hand.
 */
#ifndef FRONT_DEAF_H
#define FRONT_DEAF_H

/* From now on HUP, TERM, INT and PIPE are ignored.  Before any thread. */
void deaf_begin(void);

/*
 * Runs a function that may block these signals and wait for them, on a thread
 * of its own, and returns what it does; -1: there is no thread.  They do not
 * reach it.  From the process's first thread, which waits meanwhile.
 */
int deaf_run(int (*work)(void));

#endif
