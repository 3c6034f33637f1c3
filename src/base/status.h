/*
 * What a call that can fail answers.  Zero is success and nothing else is.
 * A library's own codes are translated into these at its border, in one
 * function of the one file that includes the library's header.
 */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

enum status {
	STATUS_OK = 0,
	STATUS_NOT_FOUND,	/* no such row, key, file */
	STATUS_MALFORMED,	/* bytes that are not what they should be */
	STATUS_LIMIT,		/* a named bound was passed */
	STATUS_CONFLICT,	/* lost against another transaction: run again;
				   or the row is there already */
	STATUS_UNAVAILABLE,	/* the store cannot be used just now */
	STATUS_UNCERTAIN,	/* the commit may or may not have happened */
	STATUS_NO_MEMORY
};

/*
 * A few lower-case words for the log, never NULL: "ok", "not found", ...
 */
const char *status_text(enum status);

#endif
