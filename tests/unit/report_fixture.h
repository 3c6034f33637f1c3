/*
 * Fixtures of reports: a message as text, and what is to be read in it.
 */
#ifndef TESTS_UNIT_REPORT_FIXTURE_H
#define TESTS_UNIT_REPORT_FIXTURE_H

#include "test.h"

#include "mail/message.h"
#include "mail/report.h"

/* "Name: value" lines, an empty line, the body. */
struct report_row {
	const char	*name;
	const char	*sender;
	const char	*mail;
	const char	*kind, *form, *message_id;
	const char	*entries;	/* "recipient action status, ..." */
};

#define RETURNED							\
	"Received: from relay.example.com; Mon, 2 Nov 2026 10:00:00 +0100\n" \
	"From: Alice <alice@example.com>\n"				\
	"To: Bob <bob@example.org>\n"					\
	"Message-ID: <one@Example.com>\n"				\
	"Subject: A position\n\nDear Bob,\n"

#define DAEMON		"From: MAILER-DAEMON@example.org\n\n"

/* The caller releases the message. */
void report_take_mail(struct message *, const char *sender,
    const char *mail);

void report_check_row(const struct report_row *);

/* Every beginning of the fixture, the body in a block of its size. */
void report_check_cuts(const struct report_row *);

#endif
