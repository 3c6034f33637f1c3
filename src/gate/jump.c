/*
 * A clock that jumped.
 *
 * A tick whose time lies before the last one's, or more than a day after it,
 * moves nothing until a second tick agrees.  Right after a start that is soon:
 * the daemon was stopped, and days may well have passed.  While it runs
 * days do not pass between two ticks; a machine that slept can wait for the
 * few minutes in which a wrong clock is usually put right.
 *
 * What a wrong clock expires cannot be brought back, so nothing is expired
 * for a day after any jump.
 */
#include "gate/assess.h"
#include "gate/gate_private.h"
#include "gate/jump.h"
#include "gate/postmaster.h"

#define JUMP		CLOCK_DAY	/* a step ahead that is suspicious */
#define SLEW		CLOCK_MINUTE	/* a step back that is not */
#define REMEMBER	CLOCK_MINUTE	/* how often the tick is written */

/* When the second tick has to come, after the first. */
#define AGREE_RUNNING	(10 * CLOCK_MINUTE)	/* not before, if running */
#define AGREE_UNTIL	CLOCK_HOUR

static enum status
read_last_tick(struct store_txn *txn, void *argument)
{
	return assess_meta_time(txn, META_LAST_TICK, argument);
}

struct ticking {
	const struct conf	*conf;
	int64_t			 last, now;
	bool			 jumped;
};

static enum status
write_last_tick(struct store_txn *txn, void *argument)
{
	const struct ticking *ticking = argument;
	enum status status;

	status = assess_meta_set_time(txn, META_LAST_TICK, ticking->now);
	return status == STATUS_OK && ticking->jumped ?
	    postmaster_tell_jump(txn, ticking->conf, ticking->last,
	    ticking->now) : status;
}

/* The tick is remembered; a jump is told of, and with it that it was. */
static enum status
record_tick(struct gate *gate, int64_t last, int64_t now, bool jumped)
{
	struct conf *conf = gate_conf(gate);
	struct ticking ticking = { conf, last, now, jumped };
	enum status status;

	status = gate_update(gate, write_last_tick, &ticking);
	conf_unref(conf);
	return status;
}

static bool
is_jump(int64_t last, int64_t now)
{
	return last != 0 && (now < last - SLEW || now - last > JUMP);
}

/* Does the tick agree with the suspicious one before it? */
static bool
is_agreed(struct gate *gate, bool running, int64_t last, int64_t now)
{
	int64_t suspect = atomic_load(&gate->tick_suspect);
	int64_t wait = running ? AGREE_RUNNING : 0;
	char then[CLOCK_TEXT_SIZE], here[CLOCK_TEXT_SIZE];

	if (suspect != 0 && now >= suspect && now - suspect <= AGREE_UNTIL)
		return now - suspect >= wait;
	atomic_store(&gate->tick_suspect, now);
	log_write(gate->log, LOG_LEVEL_WARNING, "clock: it says %s, the last "
	    "tick was at %s; no standing moves until a second tick agrees",
	    clock_format(now, here), clock_format(last, then));
	return false;
}

enum status
jump_check(struct gate *gate, int64_t now)
{
	int64_t last = atomic_load(&gate->tick_agreed);
	bool running = last != 0, jumped;
	enum status status = STATUS_OK;

	if (!running)
		status = store_view(gate->store, read_last_tick, &last);
	if (status != STATUS_OK)
		return status;
	jumped = is_jump(last, now);
	if (jumped) {
		if (!is_agreed(gate, running, last, now))
			return STATUS_CONFLICT;
		atomic_store(&gate->tick_jumped, now);
	}
	atomic_store(&gate->tick_suspect, 0);
	if (!running || jumped || now / REMEMBER != last / REMEMBER)
		status = record_tick(gate, last, now, jumped);
	if (status == STATUS_OK)
		atomic_store(&gate->tick_agreed, now);
	return status;
}

bool
jump_is_over(struct gate *gate, int64_t now)
{
	int64_t jumped = atomic_load(&gate->tick_jumped);

	return jumped == 0 || now >= jumped + CLOCK_DAY;
}
