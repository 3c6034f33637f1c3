/*
 * The wrapper of fault_engine.h: each operation counts, fails when it is
 * its turn, and else asks the engine behind it.
 */
#include <stdlib.h>

#include "fault_engine.h"

struct engine {
	const struct engine_ops	*inner_ops;
	struct engine		*inner;
	struct fault		*fault;
};

struct fault_txn {
	struct store_txn	 base;		/* first: cast back from it */
	struct store_txn	*inner;
	struct fault		*fault;
	enum status		 failure;	/* sticky: must not commit */
};

/* What a body is run with inside the real engine's transaction. */
struct wrapped {
	struct engine	*engine;
	enum status	(*body)(struct store_txn *, void *);
	void		*argument;
	bool		 writable;
	enum status	 commit;	/* what the commit is to answer */
};

static const struct engine_ops fault_ops;

/* The status of the call that is due to fail, else OK. */
static enum status
count(struct fault *fault)
{
	enum status status = STATUS_OK;

	pthread_mutex_lock(&fault->lock);
	if (++fault->calls == fault->fail_at) {
		fault->fired = true;
		status = fault->status;
	}
	pthread_mutex_unlock(&fault->lock);
	return status;
}

void
fault_arm(struct fault *fault, unsigned long n)
{
	pthread_mutex_lock(&fault->lock);
	fault->fail_at = n;
	fault->calls = 0;
	fault->fired = false;
	pthread_mutex_unlock(&fault->lock);
}

static enum status
wrapped_body(struct store_txn *inner, void *argument)
{
	struct wrapped *wrapped = argument;
	struct fault_txn txn = { { &fault_ops, wrapped->writable }, inner,
	    wrapped->engine->fault, STATUS_OK };
	enum status status;

	wrapped->commit = STATUS_OK;
	status = wrapped->body(&txn.base, wrapped->argument);
	if (txn.failure != STATUS_OK)
		return txn.failure;
	if (status != STATUS_OK || !wrapped->writable)
		return status;
	wrapped->commit = count(wrapped->engine->fault);
	if (wrapped->commit == STATUS_UNCERTAIN &&
	    !wrapped->engine->fault->lost)
		return STATUS_OK;
	return wrapped->commit;
}

static enum status
fault_run(struct engine *engine, bool writable,
    enum status (*body)(struct store_txn *, void *), void *argument)
{
	struct wrapped wrapped = { engine, body, argument, writable,
	    STATUS_OK };
	enum status status = count(engine->fault);

	if (status != STATUS_OK)
		return status;
	status = engine->inner_ops->run(engine->inner, writable,
	    wrapped_body, &wrapped);
	return status == STATUS_OK ? wrapped.commit : status;
}

static void
fault_close(struct engine *engine)
{
	engine->inner_ops->close(engine->inner);
	pthread_mutex_destroy(&engine->fault->lock);
	free(engine);
}

static enum status
fault_maintain(struct engine *engine)
{
	enum status status = count(engine->fault);

	return status != STATUS_OK ? status :
	    engine->inner_ops->maintain(engine->inner);
}

static void
fault_figures(struct engine *engine, struct store_figures *figures)
{
	engine->inner_ops->figures(engine->inner, figures);
}

static enum status
fault_backup(struct engine *engine, const char *directory, uint64_t *bytes,
    struct buf *why)
{
	enum status status = count(engine->fault);

	return status != STATUS_OK ? status :
	    engine->inner_ops->backup(engine->inner, directory, bytes, why);
}

/* Counts an operation of a row.  NULL: it fails, and *status says how. */
static struct store_txn *
enter(struct store_txn *txn, enum status *status)
{
	struct fault_txn *mine = (struct fault_txn *)txn;

	*status = count(mine->fault);
	if (*status == STATUS_OK)
		return mine->inner;
	mine->failure = *status;
	return NULL;
}

/*
 * One operation: `call` is made with `inner`.  A macro, because the
 * operations differ in their parameters and in nothing else.
 */
#define PASS(txn, call) do {						\
	enum status pass_status;					\
	struct store_txn *inner = enter((txn), &pass_status);		\
									\
	return inner == NULL ? pass_status : inner->ops->call;		\
} while (0)

static enum status
walk(struct store_txn *txn, struct store_place *place, size_t most,
    uint64_t *unreadable, void (*row)(void *, const struct store_row *),
    void *context)
{
	PASS(txn, walk(inner, place, most, unreadable, row, context));
}

static enum status
restore(struct store_txn *txn, const struct store_row *row)
{
	PASS(txn, restore(inner, row));
}

static enum status
agree(struct store_txn *txn, struct store_place *place, size_t most,
    void (*found)(void *, const char *), void *context)
{
	PASS(txn, agree(inner, place, most, found, context));
}

static enum status
account_get(struct store_txn *txn, const char *user, struct account *account)
{
	PASS(txn, account_get(inner, user, account));
}

static enum status
account_by_id(struct store_txn *txn, uint64_t id, struct account *account)
{
	PASS(txn, account_by_id(inner, id, account));
}

static enum status
account_put(struct store_txn *txn, struct account *account)
{
	PASS(txn, account_put(inner, account));
}

static enum status
account_each(struct store_txn *txn, const char *after,
    bool (*row)(void *, const struct account *), void *context)
{
	PASS(txn, account_each(inner, after, row, context));
}

static enum status
address_get(struct store_txn *txn, const char *address, uint64_t *account)
{
	PASS(txn, address_get(inner, address, account));
}

static enum status
address_put(struct store_txn *txn, const char *address, uint64_t account)
{
	PASS(txn, address_put(inner, address, account));
}

static enum status
answer_each(struct store_txn *txn, const char *address,
    bool (*row)(void *, uint64_t, int64_t), void *context)
{
	PASS(txn, answer_each(inner, address, row, context));
}

static enum status
answer_put(struct store_txn *txn, const char *address, uint64_t account,
    int64_t used)
{
	PASS(txn, answer_put(inner, address, account, used));
}

static enum status
answer_remove(struct store_txn *txn, const char *address, uint64_t account)
{
	PASS(txn, answer_remove(inner, address, account));
}

static enum status
address_each(struct store_txn *txn, bool answers,
    bool (*row)(void *, const char *, uint64_t), void *context)
{
	PASS(txn, address_each(inner, answers, row, context));
}

static enum status
outreach_rename(struct store_txn *txn, const struct outreach *outreach)
{
	PASS(txn, outreach_rename(inner, outreach));
}

static enum status
outreach_add(struct store_txn *txn, struct outreach *outreach)
{
	PASS(txn, outreach_add(inner, outreach));
}

static enum status
outreach_put(struct store_txn *txn, const struct outreach *outreach)
{
	PASS(txn, outreach_put(inner, outreach));
}

static enum status
outreach_by_message(struct store_txn *txn, const struct ident *message,
    bool (*row)(void *, const struct outreach *), void *context)
{
	PASS(txn, outreach_by_message(inner, message, row, context));
}

static enum status
outreach_by_pair(struct store_txn *txn, uint64_t account,
    const struct ident *candidate,
    bool (*row)(void *, const struct outreach *), void *context)
{
	PASS(txn, outreach_by_pair(inner, account, candidate, row, context));
}

static enum status
outreach_window(struct store_txn *txn, uint64_t account, int64_t from,
    int64_t until, bool (*row)(void *, const struct outreach *), void *context)
{
	PASS(txn, outreach_window(inner, account, from, until, row, context));
}

static enum status
contact_get(struct store_txn *txn, uint64_t account,
    const struct ident *candidate, int64_t *last_heard)
{
	PASS(txn, contact_get(inner, account, candidate, last_heard));
}

static enum status
contact_put(struct store_txn *txn, uint64_t account,
    const struct ident *candidate, int64_t last_heard)
{
	PASS(txn, contact_put(inner, account, candidate, last_heard));
}

static enum status
contact_remove(struct store_txn *txn, uint64_t account,
    const struct ident *candidate)
{
	PASS(txn, contact_remove(inner, account, candidate));
}

static enum status
contact_each(struct store_txn *txn, uint64_t account,
    const struct ident *after, bool (*row)(void *, const struct ident *,
    int64_t), void *context)
{
	PASS(txn, contact_each(inner, account, after, row, context));
}

static enum status
merge_each(struct store_txn *txn, uint64_t account,
    bool (*row)(void *, const struct merge_campaign *), void *context)
{
	PASS(txn, merge_each(inner, account, row, context));
}

static enum status
merge_generation(struct store_txn *txn, uint64_t account,
    uint64_t *generation)
{
	PASS(txn, merge_generation(inner, account, generation));
}

static enum status
merge_put(struct store_txn *txn, uint64_t account,
    const struct merge_campaign *campaign)
{
	PASS(txn, merge_put(inner, account, campaign));
}

static enum status
merge_expire(struct store_txn *txn, int64_t before, size_t most,
    size_t *removed)
{
	PASS(txn, merge_expire(inner, before, most, removed));
}

static enum status
outbox_add(struct store_txn *txn, struct store_notice *notice)
{
	PASS(txn, outbox_add(inner, notice));
}

static enum status
outbox_put(struct store_txn *txn, const struct store_notice *notice)
{
	PASS(txn, outbox_put(inner, notice));
}

static enum status
outbox_remove(struct store_txn *txn, uint64_t sequence)
{
	PASS(txn, outbox_remove(inner, sequence));
}

static enum status
outbox_get(struct store_txn *txn, uint64_t sequence,
    struct store_notice *notice)
{
	PASS(txn, outbox_get(inner, sequence, notice));
}

static enum status
outbox_each(struct store_txn *txn,
    bool (*row)(void *, const struct store_notice *), void *context)
{
	PASS(txn, outbox_each(inner, row, context));
}

static enum status
audit_add(struct store_txn *txn, struct store_audit *audit)
{
	PASS(txn, audit_add(inner, audit));
}

static enum status
audit_each(struct store_txn *txn, int64_t from, int64_t until,
    bool (*row)(void *, const struct store_audit *), void *context)
{
	PASS(txn, audit_each(inner, from, until, row, context));
}

static enum status
event_add(struct store_txn *txn, const struct ident *event, int64_t when)
{
	PASS(txn, event_add(inner, event, when));
}

static enum status
meta_get(struct store_txn *txn, const char *name, void *value, size_t size,
    size_t *length)
{
	PASS(txn, meta_get(inner, name, value, size, length));
}

static enum status
meta_put(struct store_txn *txn, const char *name, const void *value,
    size_t length)
{
	PASS(txn, meta_put(inner, name, value, length));
}

static enum status
expire(struct store_txn *txn, int64_t before, size_t most, size_t *removed)
{
	PASS(txn, expire(inner, before, most, removed));
}

/* No `open`: only fault_store_open knows the fault it is for. */
static const struct engine_ops fault_ops = {
	.name = "fault",
	.close = fault_close,
	.run = fault_run,
	.maintain = fault_maintain,
	.figures = fault_figures,
	.backup = fault_backup,
	.walk = walk,
	.restore = restore,
	.agree = agree,
	.account_get = account_get,
	.account_by_id = account_by_id,
	.account_put = account_put,
	.account_each = account_each,
	.address_get = address_get,
	.address_put = address_put,
	.answer_each = answer_each,
	.answer_put = answer_put,
	.answer_remove = answer_remove,
	.address_each = address_each,
	.outreach_add = outreach_add,
	.outreach_put = outreach_put,
	.outreach_rename = outreach_rename,
	.outreach_by_message = outreach_by_message,
	.outreach_by_pair = outreach_by_pair,
	.outreach_window = outreach_window,
	.contact_get = contact_get,
	.contact_put = contact_put,
	.contact_remove = contact_remove,
	.contact_each = contact_each,
	.merge_each = merge_each,
	.merge_generation = merge_generation,
	.merge_put = merge_put,
	.merge_expire = merge_expire,
	.outbox_add = outbox_add,
	.outbox_put = outbox_put,
	.outbox_remove = outbox_remove,
	.outbox_get = outbox_get,
	.outbox_each = outbox_each,
	.audit_add = audit_add,
	.audit_each = audit_each,
	.event_add = event_add,
	.meta_get = meta_get,
	.meta_put = meta_put,
	.expire = expire,
};

enum status
fault_store_open(struct store **store, const struct engine_ops *ops,
    const struct store_options *options, struct fault *fault, struct buf *why)
{
	struct engine *engine;
	enum status status;

	*store = NULL;
	if ((engine = calloc(1, sizeof(*engine))) == NULL)
		return STATUS_NO_MEMORY;
	engine->inner_ops = ops;
	engine->fault = fault;
	status = ops->open(&engine->inner, options, why);
	if (status != STATUS_OK) {
		free(engine);
		return status;
	}
	pthread_mutex_init(&fault->lock, NULL);
	fault_arm(fault, fault->fail_at);
	status = store_adopt_engine(store, &fault_ops, engine);
	if (status != STATUS_OK)
		fault_close(engine);
	return status;
}
