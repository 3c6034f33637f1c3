/*
 * Mail from outside for a gate_fixture, and what it changes in the ledger.
 *
 *	inbound_send(&f, &(struct inbound_mail){ ... }, "alice@local.test");
 *	wish = inbound_deliver(&f, &mail, true);
 *	inbound_changes(&f, &text);	"m1/c1=message-id m2/c1=bounced"
 */
#ifndef TESTS_UNIT_INBOUND_FIXTURE_H
#define TESTS_UNIT_INBOUND_FIXTURE_H

#include "gate_fixture.h"

struct inbound_mail {
	const char	*sender;	/* of the envelope; "<>" */
	const char	*to;		/* recipients, blanks between */
	const char	*fields;	/* "Name: value\n" each */
	const char	*body;		/* NULL: none */
};

/* Out, by a login; at the end. */
enum verdict_action inbound_send(struct fixture *,
    const struct inbound_mail *, const char *login);

/*
 * In: `staged` as the MTA's door does it, with the body only where it is wished
 * for; else the end alone, with the body.  Answers the wish.
 */
enum gate_wish inbound_deliver(struct fixture *, const struct inbound_mail *,
    bool staged);

/*
 * What stands in the ledger beyond having been sent: of the messages <m1 ... m9
 * @local.test>, to c1 ... c9@outside.test ("c0": anybody else).
 */
void inbound_changes(struct fixture *, struct buf *text);

/* Is the outside address a contact of whoever sends under this one? */
bool inbound_is_contact(struct fixture *, const char *own,
    const char *outside);

#endif
