/*
 * Messages in the image of what people and programs send: one file each under
 * tests/fixtures, named for what it shows, and what is to be made of it.
 */
#ifndef TESTS_UNIT_FIXTURE_H
#define TESTS_UNIT_FIXTURE_H

#include <stddef.h>

#include "mail/automatic.h"

struct fixture {
	const char		*name;		/* NULL ends a table */
	const char		*sender;	/* of the envelope; NULL: the
						   author */
	enum automatic_class	 class;
	const char		*rule;
};

/* What a bounce among them says. */
struct fixture_bounced {
	const char		*name;		/* NULL ends the table */
	const char		*entries;	/* "recipient action status id,
						   ..." */
};

extern const struct fixture fixture_people[], fixture_fields[],
    fixture_words[], fixture_reports[];
extern const struct fixture_bounced fixture_bounced[];

#endif
