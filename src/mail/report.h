/*
 * What a report says: bounces and other delivery status notifications (RFC
 * 3464), read receipts (RFC 8098), complaints (RFC 5965), and the bounces
 * that programs older than these, or heedless of them, write for people.
 * Pure; any bytes are taken.
 *
 * A report names recipients of one message of ours.  Each has an entry of its
 * own, and they may differ: one failed, one delayed.
 *
 *	struct report report;
 *	report_init(&report);
 *	if (report_read(message, &report) == STATUS_OK)
 *		for (i = 0; i < report.count; i++)
 *			if (report_is_permanent(&report.entries[i]))
 *				...
 *	report_release(&report);
 */
#ifndef MAIL_REPORT_H
#define MAIL_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "mail/addr.h"
#include "mail/msgid.h"

struct message;

#define REPORT_ENTRIES_MAX	1000	/* further recipients are dropped */
#define REPORT_STATUS_SIZE	10	/* "5.999.999" and NUL */

enum report_kind {
	REPORT_NONE,		/* no report, or none we can read */
	REPORT_DELIVERY,	/* delivery status notification, bounce */
	REPORT_DISPOSITION,	/* read receipt */
	REPORT_FEEDBACK		/* complaint */
};

enum report_action {		/* RFC 3464 section 2.3.3 */
	REPORT_ACTION_NONE,	/* not said; in receipts and complaints */
	REPORT_FAILED,
	REPORT_DELAYED,
	REPORT_DELIVERED,
	REPORT_RELAYED,
	REPORT_EXPANDED
};

enum report_cause {		/* the "subject" of RFC 3463 section 3 */
	REPORT_CAUSE_OTHER,
	REPORT_CAUSE_ADDRESS,	/* x.1.x: nobody there, no such domain */
	REPORT_CAUSE_MAILBOX,	/* x.2.x: full, disabled */
	REPORT_CAUSE_SYSTEM,
	REPORT_CAUSE_NETWORK,
	REPORT_CAUSE_PROTOCOL,
	REPORT_CAUSE_CONTENT,
	REPORT_CAUSE_POLICY	/* x.7.x: refused as unwanted */
};

struct report_entry {
	struct addr		 recipient;	/* as we addressed it, where
						   the report says; else as
						   `final` */
	struct addr		 final;		/* where it ended; length 0:
						   not said */
	enum report_action	 action;
	char			 status[REPORT_STATUS_SIZE];	/* "5.1.1";
								   "": none */
};

struct report {
	enum report_kind	 kind;
	const char		*form;		/* what it was known by: the
						   name of a rule, static */
	struct msgid		 message_id;	/* of the message it is about;
						   length 0: not said */
	struct report_entry	*entries;
	size_t			 count;
	size_t			 capacity;
};

void report_init(struct report *);
void report_release(struct report *);		/* as after report_init */

/*
 * Reads a message of which message_body had the body.  NO_MEMORY: the report
 * is empty.  Otherwise OK, also for what is no report (kind NONE).
 */
enum status report_read(const struct message *, struct report *);

/*
 * Did the message not reach this recipient, and will it never?  Failed, and
 * status 5.x.x: a message given up after temporary failures says nothing about
 * the address.
 */
bool report_is_permanent(const struct report_entry *);

enum report_cause report_cause(const struct report_entry *);

const char *report_kind_text(enum report_kind);		/* "delivery", ... */
const char *report_action_text(enum report_action);	/* "failed", ... */

#endif
