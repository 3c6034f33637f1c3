/*
 * For engines only: what store.c asks of one.  store.h's contract is the
 * engine's, less the retry: store.c runs `run` again while it answers
 * CONFLICT, and refuses puts in a view.
 *
 * An engine's transaction begins with struct store_txn, whose `ops` leads
 * back to the engine; the functions of store.h go through it.
 */
#ifndef STORE_ENGINE_H
#define STORE_ENGINE_H

#include "store/store.h"

struct engine;			/* each engine completes it for itself */

struct store_txn {
	const struct engine_ops	*ops;
	bool			 writable;
};

struct engine_ops {
	const char *name;

	enum status (*open)(struct engine **, const struct store_options *,
	    struct buf *why);
	void (*close)(struct engine *);

	/*
	 * Runs the body once in a transaction and commits it, durably when
	 * `writable`.  CONFLICT: lost a race, nothing happened.
	 */
	enum status (*run)(struct engine *, bool writable,
	    enum status (*body)(struct store_txn *, void *), void *argument);
	enum status (*maintain)(struct engine *);

	/*
	 * Fills `reopened`, `available`, `bytes`, and in `retries` those that
	 * run itself has made; store.c counts the rest.
	 */
	void (*figures)(struct engine *, struct store_figures *);

	enum status (*backup)(struct engine *, const char *, uint64_t *,
	    struct buf *why);
	enum status (*inspect)(const struct store_options *,
	    void (*)(void *, const char *), void *, struct buf *why);

	enum status (*walk)(struct store_txn *, struct store_place *, size_t,
	    uint64_t *, void (*)(void *, const struct store_row *), void *);
	enum status (*restore)(struct store_txn *, const struct store_row *);
	enum status (*agree)(struct store_txn *, struct store_place *, size_t,
	    void (*)(void *, const char *), void *);

	enum status (*account_get)(struct store_txn *, const char *,
	    struct account *);
	enum status (*account_by_id)(struct store_txn *, uint64_t,
	    struct account *);
	enum status (*account_put)(struct store_txn *, struct account *);
	enum status (*account_each)(struct store_txn *, const char *,
	    bool (*)(void *, const struct account *), void *);

	enum status (*address_get)(struct store_txn *, const char *,
	    uint64_t *);
	enum status (*address_put)(struct store_txn *, const char *, uint64_t);

	/* Just the rows: how many, and how often, is store.c's affair. */
	enum status (*answer_each)(struct store_txn *, const char *,
	    bool (*)(void *, uint64_t, int64_t used), void *);
	enum status (*answer_put)(struct store_txn *, const char *, uint64_t,
	    int64_t used);
	enum status (*answer_remove)(struct store_txn *, const char *,
	    uint64_t);
	enum status (*address_each)(struct store_txn *, bool,
	    bool (*)(void *, const char *, uint64_t), void *);

	enum status (*outreach_add)(struct store_txn *, struct outreach *);
	enum status (*outreach_put)(struct store_txn *,
	    const struct outreach *);
	enum status (*outreach_rename)(struct store_txn *,
	    const struct outreach *);
	enum status (*outreach_by_message)(struct store_txn *,
	    const struct ident *, bool (*)(void *, const struct outreach *),
	    void *);
	enum status (*outreach_by_pair)(struct store_txn *, uint64_t,
	    const struct ident *, bool (*)(void *, const struct outreach *),
	    void *);
	enum status (*outreach_window)(struct store_txn *, uint64_t, int64_t,
	    int64_t, bool (*)(void *, const struct outreach *), void *);

	enum status (*contact_get)(struct store_txn *, uint64_t,
	    const struct ident *, int64_t *);
	enum status (*contact_put)(struct store_txn *, uint64_t,
	    const struct ident *, int64_t);
	enum status (*contact_remove)(struct store_txn *, uint64_t,
	    const struct ident *);
	enum status (*contact_each)(struct store_txn *, uint64_t,
	    const struct ident *, bool (*)(void *, const struct ident *,
	    int64_t), void *);

	enum status (*merge_each)(struct store_txn *, uint64_t,
	    bool (*)(void *, const struct merge_campaign *), void *);
	enum status (*merge_generation)(struct store_txn *, uint64_t,
	    uint64_t *);
	enum status (*merge_put)(struct store_txn *, uint64_t,
	    const struct merge_campaign *);
	enum status (*merge_expire)(struct store_txn *, int64_t, size_t,
	    size_t *);

	enum status (*outbox_add)(struct store_txn *, struct store_notice *);
	enum status (*outbox_put)(struct store_txn *,
	    const struct store_notice *);
	enum status (*outbox_remove)(struct store_txn *, uint64_t);
	enum status (*outbox_get)(struct store_txn *, uint64_t,
	    struct store_notice *);
	enum status (*outbox_each)(struct store_txn *,
	    bool (*)(void *, const struct store_notice *), void *);

	enum status (*audit_add)(struct store_txn *, struct store_audit *);
	enum status (*audit_each)(struct store_txn *, int64_t, int64_t,
	    bool (*)(void *, const struct store_audit *), void *);

	enum status (*event_add)(struct store_txn *, const struct ident *,
	    int64_t);

	enum status (*meta_get)(struct store_txn *, const char *, void *,
	    size_t, size_t *);
	enum status (*meta_put)(struct store_txn *, const char *,
	    const void *, size_t);

	enum status (*expire)(struct store_txn *, int64_t, size_t, size_t *);
};

extern const struct engine_ops bdb_engine;

/*
 * store_open with an engine named by the caller; and a store over an
 * engine that is open already, which store_close then closes (NO_MEMORY: it
 * stays the caller's).
 */
enum status store_open_engine(struct store **, const struct engine_ops *,
    const struct store_options *, struct buf *why);
enum status store_adopt_engine(struct store **, const struct engine_ops *,
    struct engine *);

#endif
