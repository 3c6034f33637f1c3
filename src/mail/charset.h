/*
 * Charsets whose names say less than what is sent under them.  Pure.
 */
#ifndef MAIL_CHARSET_H
#define MAIL_CHARSET_H

/*
 * The charset that holds the named one and what mail programs put beside it
 * (WHATWG's Encoding Standard, "Names and labels", has the practice); the name
 * itself where there is none such.
 */
const char *charset_larger(const char *name);

#endif
