/*
 * One thread: look, tell, wait.  A third of the manager's patience is between
 * two looks, so that one which is late by itself costs nothing.
 */
#include "front/heartbeat.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "front/probe.h"
#include "gate/admin.h"

/* Between two looks when there is only a status to tell. */
#define PERIOD		(10 * CLOCK_SECOND)
#define BEATS		3

#define PROBE_MS	5000

struct heartbeat {
	struct gate		*gate;
	struct parent_child	*child;
	pthread_t		 thread;
	int			 period_ms;
	int			 stop[2];	/* a pipe: its end ends us */
	uint64_t		 passed;
	struct log_limit	 fault;
	char			 status[256];	/* the last that was told */
};

static uint64_t
messages_passed(struct gate *gate)
{
	struct histogram_view view;
	uint64_t passed = 0;
	unsigned i;

	for (i = 0; i < GATE_STAGES; i++) {
		histogram_read(&gate->measures.decision[i], &view);
		passed += view.cumulative[HISTOGRAM_BUCKETS - 1];
	}
	return passed;
}

bool
heartbeat_look(struct gate *gate, uint64_t *passed, struct buf *why)
{
	int64_t silent = clock_monotonic() - atomic_load(&gate->pulse);
	uint64_t before = *passed;

	*passed = messages_passed(gate);
	if (silent > HEARTBEAT_CLOCKWORK) {
		buf_printf(why, "the clockwork has been silent for %" PRId64
		    " seconds", silent / CLOCK_SECOND);
		return false;
	}
	if (*passed != before || probe_milter(gate->opened->milter_socket,
	    PROBE_MS))
		return true;
	buf_add_text(why, "the milter does not answer");
	return false;
}

static void
tell_alive(struct heartbeat *heartbeat)
{
	struct buf why;

	buf_init(&why);
	if (heartbeat_look(heartbeat->gate, &heartbeat->passed, &why))
		parent_tell(heartbeat->child, PARENT_NEWS_ALIVE, "");
	else
		log_limited(heartbeat->gate->log, &heartbeat->fault,
		    CLOCK_MINUTE, LOG_LEVEL_ERROR, "watchdog: not fed: %s",
		    why.data);
	buf_release(&why);
}

static void
tell_status(struct heartbeat *heartbeat)
{
	struct admin_health health;
	char text[sizeof(heartbeat->status)];

	admin_health(heartbeat->gate, &health);
	if (health.healthy)
		snprintf(text, sizeof(text), "%s: %" PRIu64 " messages out, %"
		    PRIu64 " refused; %" PRIu64 " in, %" PRIu64 " replies",
		    health.mode == CONF_MODE_ENFORCE ? "enforcing" :
		    "monitoring", health.messages.accepted,
		    health.messages.refused, health.messages.inbound,
		    health.messages.replies);
	else
		snprintf(text, sizeof(text), "%.255s", health.problem);
	if (strcmp(text, heartbeat->status) == 0)
		return;
	memcpy(heartbeat->status, text, sizeof(text));
	parent_tell(heartbeat->child, PARENT_NEWS_STATUS, text);
}

static void *
heartbeat_main(void *argument)
{
	struct heartbeat *heartbeat = argument;
	struct pollfd end = { .fd = heartbeat->stop[0], .events = POLLIN };

	while (poll(&end, 1, heartbeat->period_ms) <= 0) {
		if (parent_watchdog(heartbeat->child) != 0)
			tell_alive(heartbeat);
		tell_status(heartbeat);
	}
	return NULL;
}

static int
period_of(const struct parent_child *child)
{
	int64_t period = parent_watchdog(child) / BEATS;

	if (period == 0 || period > PERIOD)
		period = PERIOD;
	return period < CLOCK_SECOND / 1000 ? 1 :
	    (int)(period / (CLOCK_SECOND / 1000));
}

enum status
heartbeat_start(struct heartbeat **result, struct gate *gate,
    struct parent_child *child)
{
	struct heartbeat *heartbeat;

	*result = NULL;
	if (!parent_is_managed(child))
		return STATUS_OK;
	heartbeat = calloc(1, sizeof(*heartbeat));
	if (heartbeat == NULL)
		return STATUS_NO_MEMORY;
	heartbeat->gate = gate;
	heartbeat->child = child;
	heartbeat->period_ms = period_of(child);
	if (pipe(heartbeat->stop) != 0) {
		free(heartbeat);
		return STATUS_NO_MEMORY;
	}
	if (pthread_create(&heartbeat->thread, NULL, heartbeat_main,
	    heartbeat) != 0) {
		close(heartbeat->stop[0]);
		close(heartbeat->stop[1]);
		free(heartbeat);
		return STATUS_NO_MEMORY;
	}
	*result = heartbeat;
	return STATUS_OK;
}

void
heartbeat_stop(struct heartbeat *heartbeat)
{
	if (heartbeat == NULL)
		return;
	close(heartbeat->stop[1]);
	pthread_join(heartbeat->thread, NULL);
	close(heartbeat->stop[0]);
	free(heartbeat);
}
