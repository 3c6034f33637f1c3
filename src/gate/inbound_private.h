/*
 * What the files about inbound mail share; nobody else includes this.
 */
#ifndef GATE_INBOUND_PRIVATE_H
#define GATE_INBOUND_PRIVATE_H

#include "gate/inbound.h"

/* inbound.c */

bool inbound_is_local(const struct inbound *, const struct addr *);
/*
 * Is it to any own address?  Which one says little of a report: envelope
 * senders are decorated in many ways (VERP, BATV, SRS), and no bounce is to be
 * lost.
 */
bool inbound_is_for_us(const struct inbound *);

struct ident inbound_ident(const struct inbound *, const struct addr *);

/* inbound_thread.c */

/* The ids a message names, newest first. */
enum status inbound_collect_ids(struct inbound *);

/* Behind inbound_find_owns.  Sets match, by, outreach and about, or nothing. */
enum status inbound_match_ids(struct store_txn *, struct inbound *);

/* inbound_match.c */

/* Reads it once, and only for a message that a row was found for. */
void inbound_read_subject(struct inbound *);

/*
 * Sets match, by, outreach and about: which outreach a person's, a list's or a
 * machine's message is about.
 */
enum status inbound_find_match(struct store_txn *, struct inbound *);

/* inbound_report.c */

enum status inbound_read_report(struct inbound *);
enum status inbound_apply_report(struct store_txn *, struct inbound *);

/* inbound_contact.c */

/* Finds the own addresses, once a transaction. */
enum status inbound_find_owns(struct store_txn *, struct inbound *);

/* Behind it: is it written to this account's user? */
bool inbound_is_to(const struct inbound *, uint64_t account);

/* Is the outsider a contact of this account's user? */
enum status inbound_knows_contact(struct store_txn *, const struct inbound *,
    uint64_t account, const struct ident *outsider, bool *is);

/* The user of the outreach it is about, for the log. */
enum status inbound_find_user(struct store_txn *, struct inbound *);
enum status inbound_add_contacts(struct store_txn *, struct inbound *);

#endif
