/*
 * Writers take turns.  A thread with a body to run joins the queue.  If
 * nobody leads it becomes the leader; else it waits until its body has been
 * run for it, or the lead is handed to it.
 *
 * The leader takes all who wait (a lot), runs their bodies one after the
 * other, commits each without waiting for the disk, flushes the log once for
 * the whole lot, and wakes them with their results.  Then it hands the lead
 * to the first of those who came meanwhile.  Alone, nobody waits for anybody.
 *
 * Why: bodies of many rows that run at the same time lock each other out
 * page by page and are run again and again; and a disk takes as long to make
 * one commit safe as fifty.  A writer thread of our own was rejected: it would
 * cost two switches of threads for each update, also when there is no
 * company.
 *
 * The leader leads one lot only: its own answer is ready then, and somebody
 * waits for it.  Where the log has grown long it sees to the checkpoint first,
 * while the next one leads: the log would else grow for as long as the
 * clockwork has other things to do, by megabytes a second, and recovery with
 * it.
 */
#include "store/bdb.h"

struct bdb_request {
	struct bdb_request	*next;
	enum status		(*body)(struct store_txn *, void *);
	void			*argument;
	bool			 writable;
	enum status		 status;
	bool			 done;		/* the status is final */
	bool			 leads;		/* the lead was handed over */
	pthread_cond_t		 changed;	/* done or leads */
};

void
bdb_turns_init(struct bdb_turns *turns)
{
	pthread_mutex_init(&turns->lock, NULL);
	turns->first = turns->last = NULL;
	turns->waiting = 0;
	turns->led = false;
}

void
bdb_turns_release(struct bdb_turns *turns)
{
	pthread_mutex_destroy(&turns->lock);
}

static void
join(struct bdb_turns *turns, struct bdb_request *request)
{
	if (turns->first == NULL)
		turns->first = request;
	else
		turns->last->next = request;
	turns->last = request;
	turns->waiting++;
}

/* True: the caller leads and its request is in the queue. */
static bool
wait_for_turn(struct bdb_turns *turns, struct bdb_request *request)
{
	pthread_mutex_lock(&turns->lock);
	join(turns, request);
	if (!turns->led)
		request->leads = turns->led = true;
	while (!request->leads && !request->done)
		pthread_cond_wait(&request->changed, &turns->lock);
	pthread_mutex_unlock(&turns->lock);
	return request->leads;
}

static struct bdb_request *
take_lot(struct bdb_turns *turns)
{
	struct bdb_request *lot;

	pthread_mutex_lock(&turns->lock);
	lot = turns->first;
	turns->first = turns->last = NULL;
	turns->waiting = 0;
	pthread_mutex_unlock(&turns->lock);
	return lot;
}

/*
 * Everybody of the lot may go, and the first of those who came meanwhile
 * leads.  A request lives on its thread's stack: it must not be looked at
 * once it is done and the lock is let go.
 */
static void
dismiss_lot(struct bdb_turns *turns, struct bdb_request *lot)
{
	struct bdb_request *request, *next;

	pthread_mutex_lock(&turns->lock);
	for (request = lot; request != NULL; request = next) {
		next = request->next;
		request->done = true;
		pthread_cond_signal(&request->changed);
	}
	turns->led = turns->first != NULL;
	if (turns->led) {
		turns->first->leads = true;
		pthread_cond_signal(&turns->first->changed);
	}
	pthread_mutex_unlock(&turns->lock);
}

/* Gives `status` to those of the lot that have committed: how many? */
static unsigned
set_committed(struct bdb_request *lot, enum status status)
{
	struct bdb_request *request;
	unsigned count = 0;

	for (request = lot; request != NULL; request = request->next)
		if (request->writable && request->status == STATUS_OK) {
			request->status = status;
			count++;
		}
	return count;
}

/*
 * What was committed is safe once the log is on the disk.  If that fails
 * nobody knows how far it got.  The environment is broken then: what the
 * next body would read in it may be what is lost.
 */
static void
flush(struct engine *bdb, struct bdb_request *lot)
{
	int code;

	if (bdb->directory == NULL || set_committed(lot, STATUS_OK) == 0)
		return;
	if ((code = bdb->env->log_flush(bdb->env, NULL)) == 0)
		return;
	bdb_complain(bdb, "log: %s", db_strerror(code));
	bdb_break(bdb);
	(void)set_committed(lot, STATUS_UNCERTAIN);
}

static void
run_lot(struct engine *bdb, struct bdb_request *lot)
{
	struct bdb_request *request;
	enum status status = bdb_enter(bdb);

	for (request = lot; request != NULL; request = request->next) {
		if (status != STATUS_OK || !atomic_load(&bdb->usable))
			request->status = STATUS_UNAVAILABLE;
		else
			request->status = bdb_transact(bdb,
			    request->writable, request->body,
			    request->argument);
	}
	if (status != STATUS_OK)
		return;
	flush(bdb, lot);
	bdb_leave(bdb);
}

enum status
bdb_take_turn(struct engine *bdb, bool writable,
    enum status (*body)(struct store_txn *, void *), void *argument)
{
	struct bdb_request request = { .writable = writable, .body = body,
	    .argument = argument };
	struct bdb_request *lot;

	pthread_cond_init(&request.changed, NULL);
	if (wait_for_turn(&bdb->turns, &request)) {
		lot = take_lot(&bdb->turns);
		run_lot(bdb, lot);
		dismiss_lot(&bdb->turns, lot);
		bdb_trim(bdb);
	}
	pthread_cond_destroy(&request.changed);
	return request.status;
}
