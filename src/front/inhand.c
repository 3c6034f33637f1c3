/*
 * Two counts and a door.  Entering counts first and looks at the door then;
 * closing shuts the door first and looks at the count then: in whatever order
 * they meet, one of them sees the other.
 */
#include <poll.h>
#include <stddef.h>

#include "front/inhand.h"

#define LOOK_MS	10

bool
inhand_enter(struct inhand *inhand)
{
	atomic_fetch_add(&inhand->callbacks, 1);
	if (!atomic_load(&inhand->closed))
		return true;
	inhand_leave(inhand);
	return false;
}

void
inhand_leave(struct inhand *inhand)
{
	atomic_fetch_sub(&inhand->callbacks, 1);
}

void
inhand_begin(struct inhand *inhand, bool *mine)
{
	if (!*mine)
		atomic_fetch_add(&inhand->messages, 1);
	*mine = true;
}

void
inhand_end(struct inhand *inhand, bool *mine)
{
	if (*mine)
		atomic_fetch_sub(&inhand->messages, 1);
	*mine = false;
}

bool
inhand_wait(struct inhand *inhand, int milliseconds)
{
	for (; milliseconds > 0; milliseconds -= LOOK_MS) {
		if (atomic_load(&inhand->messages) == 0)
			return true;
		(void)poll(NULL, 0, LOOK_MS);
	}
	return atomic_load(&inhand->messages) == 0;
}

void
inhand_close(struct inhand *inhand)
{
	atomic_store(&inhand->closed, true);
	while (atomic_load(&inhand->callbacks) != 0)
		(void)poll(NULL, 0, LOOK_MS);
}
