/*
 * What a notice says, and the mail that says it.  Pure but for
 * notice_templates_load, which reads files.
 *
 * A notice is composed from facts when it is sent, not when the standing
 * changed: what was decided, and on which figures, comes from the step kept in
 * the outbox; what is still open, and what would help, is as of now.
 *
 * Order of calls: notice_templates_load at start (mime_library_init before
 * it); notice_compose or notice_preview for each notice, from any thread;
 * notice_templates_free.
 *
 * notice_mail_write stands by itself too: it makes a mail of any subject and
 * text that replygate has to send.
 */
#ifndef NOTIFY_NOTICE_H
#define NOTIFY_NOTICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/ident.h"
#include "base/status.h"
#include "policy/forecast.h"
#include "policy/standing.h"
#include "policy/tips.h"

/* Longest Message-ID notice_message_id writes, brackets and NUL included. */
#define NOTICE_ID_SIZE		320

struct notice_templates;

/*
 * Reads one file of each kind, notice_text(kind) by name: from `own` where it
 * lies there, else from `shipped`.  `own`, a directory, may be NULL.  On
 * failure `why` says in one line "FILE:LINE: what is wrong; what was expected":
 * MALFORMED for the text, NOT_FOUND, LIMIT, NO_MEMORY.
 */
enum status notice_templates_load(const char *own, const char *shipped,
    struct notice_templates **, struct buf *why);
void notice_templates_free(struct notice_templates *);	/* NULL allowed */

/* All is borrowed for the call. */
struct notice_facts {
	enum notice		 kind;
	const struct policy	*policy;
	const struct account	*account;	/* as it is now */
	const struct step	*step;		/* the change; of a heads-up,
						   and of a preview, how it
						   stood: at, window, tally */
	const struct forecast	*forecast;	/* as of now */
	const struct tips	*tips;		/* NULL: none */
	const char		*contact;	/* NULL or "": none */
	int64_t			 now;

	/*
	 * By how much local time is ahead of UTC at a moment
	 * (clock_zone_offset); NULL: times are told in UTC.
	 */
	int64_t			(*offset)(int64_t when);
};

/* The header of a mail, beside its subject. */
struct notice_header {
	const char	*from;		/* mailbox, a name before it perhaps */
	const char	*reply_to;	/* the same; NULL or "": none */
	const char	*to;		/* address */
	const char	*message_id;	/* with its brackets */
	int64_t		 date;
};

/*
 * The mail, ready for SMTP's DATA but for the dots: RFC 5322, CRLF, lines of
 * at most 78 characters, ASCII throughout.  Auto-Submitted: auto-generated
 * (RFC 3834 section 5), so that no vacation program answers; send it from the
 * null envelope sender.
 *
 * OK; MALFORMED: from, reply_to, to or message_id are not what they should be;
 * NO_MEMORY.
 */
enum status notice_compose(const struct notice_templates *,
    const struct notice_facts *, const struct notice_header *,
    struct buf *mail);

/* The same as people read it: "Subject: ...", an empty line, the text; "\n". */
enum status notice_preview(const struct notice_templates *,
    const struct notice_facts *, struct buf *text);

/*
 * Any mail of replygate's own.  `subject` and `body` are UTF-8; the body's
 * lines end in "\n" and are laid out anew (notice_private.h
 * says how).
 */
enum status notice_mail_write(const struct notice_header *,
    const char *subject, const char *body, struct buf *mail);

/*
 * Is it one mailbox with a domain ("Mail team <mail@example.com>")?  For keys
 * of the configuration, at start.
 */
bool notice_is_mailbox(const char *text);

/*
 * The Message-ID of a notice: the same whenever it is composed again, so
 * that a mail sent twice by a crash is seen to be one.  `domain` is one of
 * ours.
 */
void notice_message_id(const struct ident_key *, uint64_t sequence,
    uint64_t account, const char *domain, char text[NOTICE_ID_SIZE]);

/*
 * What a forecast says, in words: a sentence or two, then an item for each
 * thing that would change it, each on a line of its own behind "- ".  Nothing
 * where no look is to come.  Of the facts only policy, forecast, now and
 * offset are needed.
 */
void notice_forecast_text(const struct notice_facts *, struct buf *);

#endif
