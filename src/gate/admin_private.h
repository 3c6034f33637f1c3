/*
 * The gate's own: what the files of the administration share.
 *
 *	admin.c			users, health
 *	admin_why.c		what is known of a message
 *	admin_correct.c		credit, uncredit
 *	admin_act.c		pardon, restrict, exempt
 *	admin_notice.c		what users are told, and whether it arrives
 *	admin_audit.c		what the audit log says
 *	admin_forget.c		a candidate is forgotten
 *	admin_export.c		everything stored about a user
 *	admin_forecast.c	what the next look finds
 *	admin_enforce.c		the emergency switch; lines about the house
 *	admin_metrics.c		what metrics show
 *	admin_keep.c		copies, and whether the store is sound
 *	admin_stats.c		what the whole site sent
 *	admin_doctor.c		does the wiring work
 */
#ifndef GATE_ADMIN_PRIVATE_H
#define GATE_ADMIN_PRIVATE_H

#include "gate/admin.h"

/* Is it a reason that is kept: of 1 to ADMIN_REASON_MAX bytes? */
bool admin_is_reason(const char *);

/* Who is meant by a name, as the users file has it.  NOT_FOUND: nobody. */
enum status admin_name(const struct conf *, const char *text,
    char name[CONF_USER_SIZE]);

/* Their account, by that name or by an address they send under. */
enum status admin_account(struct store_txn *, const char *name,
    struct account *);

/* Fills a user, of whom `account` is set, as of `now`. */
enum status admin_user_fill(struct store_txn *, const struct conf *,
    int64_t now, struct admin_user *);

/* The ident of a Message-ID.  MALFORMED: it is none. */
enum status admin_message(struct gate *, const char *text, struct ident *);

/* Fills a trace, of which `outreach` is set, as of `now`. */
enum status admin_trace_fill(struct store_txn *, const struct conf *,
    int64_t now, struct admin_trace *);

#endif
