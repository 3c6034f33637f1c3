/*
 * Addresses of the envelope (RFC 5321 section 4.1.2), normalised: angle
 * brackets and source route taken off, lower-cased, a trailing dot of the
 * domain dropped, a domain in UTF-8 (RFC 6531) in its "xn--" form.  The
 * local part is lower-cased too: RFC 5321 2.4 leaves
 * that to the receiving host, and no host we know of tells Bob from bob.
 * Pure.
 */
#ifndef MAIL_ADDR_H
#define MAIL_ADDR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

#define ADDR_SIZE	320	/* RFC 5321 4.5.3.1: 64 + "@" + 255, and NUL */

struct addr {
	char	text[ADDR_SIZE];	/* normalised; "" is the null sender */
	size_t	length;
	size_t	domain;			/* offset of the domain, behind the @;
					   `length` where there is none */
};

/*
 * `text` as the MTA hands it over: "<Bob@Example.COM>", "bob@example.com",
 * "<>", "<@relay:bob@example.com>", "alice" (a login).  LIMIT when it does
 * not fit, MALFORMED for control characters and white space outside quotes.
 */
enum status addr_parse(const char *text, size_t length, struct addr *);

/*
 * The same of what a client has put into MAIL or RCPT, as mail systems read it
 * that are generous: "< bob@example.com >", "<bob@example.com (Bob)>",
 * "<<bob@example.com>>" are bob@example.com.
 */
enum status addr_parse_envelope(const char *text, size_t length,
    struct addr *);

/* "alice+jobs@example.com" becomes "alice@example.com". */
void addr_strip_detail(struct addr *);

/* "\"alice\"@example.com" becomes "alice@example.com", if it may be written
 * so. */
void addr_take_quotes(struct addr *);

/*
 * Where a mail system takes an address to that is of its own domain, or of
 * none, if what stands before the "@" leads on: "bob%example.com",
 * "example.com!bob", "\"bob@example.com\"" to bob@example.com.  false, and
 * unchanged: it is a mailbox.  Each time there is less to lead on.
 */
bool addr_lead_on(struct addr *);

/*
 * To what tells one person from another outside: quotes that need not be are
 * taken off, then the detail.  Whoever has one mailbox is one person under
 * however many details of it.  The detail stays behind "reply" and its like,
 * under which services hand out addresses, one for each person.
 */
void addr_to_person(struct addr *);

const char *addr_domain(const struct addr *);	/* "" without one */

#endif
