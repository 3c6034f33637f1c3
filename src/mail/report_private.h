/*
 * What the files of the report's reader share; nobody else includes this.
 *
 *	report.c	the parts of the message, in order
 *	report_fields.c	fields as RFC 3464, RFC 8098 and RFC 5965 have them
 *	report_text.c	bounces written for people
 *	report_phrase.c	and the phrases they are told by
 *	report_failure.c	what says in any language that it failed, or
 *			waits
 *	report_sns.c	what Amazon SES has to say
 *	report_guess.c	recipients that no rule has named
 *	report_scan.c	lines, addresses, status codes
 */
#ifndef MAIL_REPORT_PRIVATE_H
#define MAIL_REPORT_PRIVATE_H

#include "mail/report.h"

#define REPORT_LINE_MAX		2000	/* bytes looked at of one line */
#define REPORT_FIELD_MAX	4000	/* of a field over several lines */
#define REPORT_HTML_MAX		65536	/* of text made of HTML */
#define REPORT_LINES_MAX	4000	/* of a text searched for phrases */

/* Addresses noted on the way; more say nothing more. */
#define REPORT_NOTED_MAX	64

struct report_noted {
	struct addr	addrs[REPORT_NOTED_MAX];
	size_t		count;
};

struct report_reader {
	const struct message	*message;	/* borrowed */
	struct report		*report;
	const char		*body;		/* of the report; borrowed */
	size_t			 body_length;
	struct report_noted	 returned;	/* To, Cc of the returned
						   message */
	struct report_noted	 authors;	/* From */
	struct report_noted	 received;	/* whom its Received is for */
	struct report_noted	 mentioned;	/* in the text before it */
	struct report_noted	 labelled;	/* there, as "Recipient: ..." */
	struct report_noted	 alone;		/* there, and on lines of
						   their own */
	struct report_noted	 blamed;	/* there, beside a failure */
	struct report_noted	 listed;	/* names in a list of failed
						   recipients */
	struct report_noted	 names;		/* what lines begin with */
	bool			 failed;	/* the text says it did */
	bool			 delayed;	/* or that it may yet come */
	char			 status[REPORT_STATUS_SIZE];	/* said in the
						   text of no recipient */
	bool			 no_memory;
};

struct report_line {
	const char	*text;
	size_t		 length;	/* without the end of line, bounded */
};

/* report.c */

/*
 * The recipient's entry, a new one where there is none.  NULL: past the
 * bound, or without memory.
 */
struct report_entry *report_add(struct report_reader *,
    const struct addr *recipient);

/* The entry of this recipient, or of one whose mail ended there. */
struct report_entry *report_find(const struct report *, const struct addr *);

void report_note(struct report_noted *, const struct addr *);

/* report_scan.c */

/* Moves `*at` behind the line; false at the end. */
bool report_next_line(const char *text, size_t length, size_t *at,
    struct report_line *);

/* The line without white space around it. */
void report_trim(struct report_line *);

/* Does the line begin with the word, case aside? */
bool report_begins(const struct report_line *, const char *word);

/*
 * An address that begins here, in brackets or quotes or bare: "<a@b>:", "a@b
 * on Thu".  `*end` is moved behind it.
 */
bool report_address_at(const struct report_line *, size_t at, struct addr *,
    size_t *end);

/* The first address at or behind `*at`. */
bool report_find_address(const struct report_line *, size_t *at,
    struct addr *);

/*
 * The status a server's answer gives: an enhanced code (RFC 3463), or a reply
 * code (RFC 5321 4.2) as "5.0.0", which is worth less.
 */
bool report_find_status(const struct report_line *,
    char status[REPORT_STATUS_SIZE], bool *enhanced);

/* report_fields.c */

void report_read_fields(struct report_reader *, const char *text,
    size_t length);

/*
 * The header of the returned message: its Message-ID and recipients, up to
 * the first empty line behind a field.
 */
void report_read_returned(struct report_reader *, const char *text,
    size_t length);

/* The first Message-ID field on a line of the text. */
void report_find_message_id(struct report_reader *, const char *text,
    size_t length);

/* report_phrase.c */

#define REPORT_FOLDED_MAX	400	/* bytes of one line */

/* Two lines as phrases are looked for; starts as zeroes. */
struct report_window {
	char	text[2 * REPORT_FOLDED_MAX + 2];
	size_t	line;		/* where the line just read begins */
};

/* A phrase, and behind it, on its line or below, a list of recipients. */
struct report_form {
	const char		*name;
	const char		*phrase;
	enum report_action	 action;	/* of those in the list */
};

void report_window_add(struct report_window *, const struct report_line *);

/* The form whose phrase the line completes; NULL for none. */
const struct report_form *report_window_form(const struct report_window *,
    const char **behind);

/* Does the line say that the message has not been given up? */
bool report_window_delays(const struct report_window *);

/* Does the line say, in any language, that it was not delivered? */
bool report_window_fails(const struct report_window *);

/* The status that the words stand for; NULL for none. */
const char *report_window_status(const struct report_window *);

/* Does the returned message begin behind this line? */
bool report_window_separates(const struct report_window *);

/*
 * Is one of the phrases there, its end in the line just read?  Returns the
 * index, or `count`.
 */
size_t report_window_find(const struct report_window *,
    const char *const *phrases, size_t count);

/* report_sns.c */

/* True: it was a notification, and is all there is. */
bool report_read_notification(struct report_reader *, const char *text,
    size_t length);

/* report_guess.c */

/* Makes entries of what was noted, where the text says that it failed. */
void report_guess(struct report_reader *);

/* report_text.c */

void report_read_text(struct report_reader *, const char *text,
    size_t length);

#endif
