/*
 * Message-IDs (RFC 5322 section 3.6.4) as they come, not as they should
 * be.  Our own tolerant tokeniser: In-Reply-To in real mail carries free
 * text, ids without brackets, ids joined by commas, and folds anywhere, and
 * strict parsers refuse those.  Pure.
 */
#ifndef MAIL_MSGID_H
#define MAIL_MSGID_H

#include <stddef.h>

#include "base/status.h"

#define MSGID_SIZE	998	/* one line, RFC 5322 2.1.1; longer is no id */

struct msgid {
	char	text[MSGID_SIZE];	/* without brackets and white space,
					   the domain lower-cased; NUL.  In
					   brackets there are some without
					   an "@" */
	size_t	length;
};

/*
 * Walks a header's value: `*at` starts at 0 and is moved behind the id that was
 * found.  NOT_FOUND at the end.  Order is that of the text, oldest first in
 * References.
 */
enum status msgid_next(const char *text, size_t length, size_t *at,
    struct msgid *);

/* The first id of a Message-ID header's value. */
enum status msgid_parse(const char *text, size_t length, struct msgid *);

#endif
