/*
 * From a row of the outbox to a mail: what is told is read from the store as
 * it is when the notice is sent.
 */
#ifndef NOTIFY_DRAFT_H
#define NOTIFY_DRAFT_H

#include "base/ident.h"
#include "notify/desk.h"
#include "store/store.h"

/*
 * Hands over an account's rows sent within the window, oldest first, as an
 * assessment would count them; `add` answers a status, and anything but OK
 * ends the walk, which then returns it.
 */
struct draft_rows {
	enum status	(*walk)(struct store_txn *, const struct policy *,
			    const struct account *, const struct rate_window *,
			    enum status (*add)(void *, const struct outreach *),
			    void *argument);
};

/* All borrowed. */
struct draft_context {
	struct store		*store;
	const struct ident_key	*key;
	const struct desk	*desk;
	struct draft_rows	 rows;
	int64_t			 now;
	enum conf_mode		 mode;	/* in force: the desk's, or monitor
					   while enforcement is off */
};

struct draft {
	struct account	account;	/* as it is now; a user's */
	char		to[CONF_USER_SIZE];
	struct buf	mail;
};

void draft_init(struct draft *);
void draft_release(struct draft *);

/*
 * The mail of one notice.  Its Message-ID is that of the row: the same however
 * often it is drafted.
 *
 *	NOT_FOUND	the account is gone: nobody is to be told
 *	LIMIT		nobody knows where to: the user has no address of ours,
 *			or `postmaster` is not set
 *	MALFORMED	a header cannot be written with this address
 *	otherwise	the store's, NO_MEMORY
 */
enum status draft_notice(const struct draft_context *,
    const struct store_notice *, struct draft *);

/*
 * What a user would be told now by a notice of this kind, for people to read;
 * as the rule counts now.  NOT_FOUND: no such user.  UNAVAILABLE: notices are
 * off, or the store.
 */
enum status draft_preview(const struct draft_context *, enum notice,
    const char *user, struct buf *text);

/* A mail to an address that shows that notices arrive. */
enum status draft_test(const struct draft_context *, const char *address,
    struct draft *);

#endif
