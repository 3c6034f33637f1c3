/*
 * What the files of the configuration share; nobody else includes this.
 *
 *	conf.c		the order of loading, what must hold between keys
 *	conf_read.c	the text to the struct, by libconfig
 *	conf_scan.c	what libconfig would let pass or die of
 *	conf_file.c	a file's bytes, within a bound
 *	conf_key.c	the tables of keys
 *	conf_value.c	one value: text to field, field to text
 *	conf_text.c, conf_number.c, conf_domain.c, conf_list.c, conf_line.c
 *			its kinds (conf_kind.h)
 *	conf_users.c	the users file, and who belongs to which policy
 *	conf_aliases.c	the aliases file: its text, its includes
 *	conf_alias.c	where an alias leads
 *	conf_sorted.c	lists that are searched for each recipient
 *	conf_print.c	the canonical form
 *	conf_change.c	what differs between two configurations
 */
#ifndef BASE_CONF_PRIVATE_H
#define BASE_CONF_PRIVATE_H

#include "base/conf.h"
#include "base/conf_file.h"

/* Bounds of what comes from outside. */
#define CONF_FILE_MAX		((size_t)1024 * 1024)
#define CONF_USERS_FILE_MAX	((size_t)32 * 1024 * 1024)
#define CONF_LIST_MAX		10000	/* domains; internal hosts; ... */
#define CONF_PHRASE_MIN		4	/* bytes of a phrase */
#define CONF_PHRASE_MAX		250	/* and of its place with it */
#define CONF_SERVER_MAX		253	/* bytes of an authserv-id */
#define CONF_ALIASES_FILE_MAX	((size_t)16 * 1024 * 1024)
#define CONF_INCLUDE_FILE_MAX	((size_t)1024 * 1024)
#define CONF_INCLUDES_MAX	200	/* files one aliases file names */
#define CONF_INCLUDE_DEPTH_MAX	5	/* one within another */
#define CONF_ALIAS_SIZE		CONF_USER_SIZE	/* a name or address */
#define CONF_POLICIES_MAX	256	/* sections of `policies` */
#define CONF_PATH_MAX		1023	/* bytes of a file name */
#define CONF_ACCOUNT_MAX	32	/* bytes, as useradd(8) has it */
#define CONF_CONTACT_MAX	200	/* bytes: goes into an SMTP reply */
#define CONF_MAILBOX_MAX	400	/* bytes, the name's with them */
#define CONF_DIGITS_MAX		9	/* of a whole number in the file */
#define CONF_QUOTE_MAX		60	/* bytes of a wrong value we repeat */

/* The keys' tables */

enum conf_kind {
	CONF_KIND_POLICIES,	/* the section of sections: conf_read.c's */
	CONF_KIND_DOMAINS,	/* char **, counted */
	CONF_KIND_NETS,		/* struct net *, counted */
	CONF_KIND_LISTS,	/* char **, counted: "NAME SIZE" */
	CONF_KIND_PHRASES,	/* char **, counted */
	CONF_KIND_HEADERS,	/* char **, counted: "FIELD: PATTERN" */
	CONF_KIND_SERVERS,	/* char **, counted: authserv-ids */
	CONF_KIND_PATH,		/* char *, made absolute */
	CONF_KIND_SOCKET_PATH,	/* the same, fits sun_path */
	CONF_KIND_PLACE,	/* char *, net_place_parse, or "" */
	CONF_KIND_MILTER,	/* char *, as smfi_setconn wants it */
	CONF_KIND_ACCOUNT,	/* char *, user or group of the system, or "" */
	CONF_KIND_CONTACT,	/* char *, printable ASCII */
	CONF_KIND_ADDRESS,	/* char *, lower-cased, or "" */
	CONF_KIND_MAILBOX,	/* char *, an address, a name before it
				   perhaps, or "" */
	CONF_KIND_SMTP,		/* char *, "smtp://host:port" */
	CONF_KIND_WORD,		/* char *, one of the choices */
	CONF_KIND_CHOICE,	/* int or enum, by the choices */
	CONF_KIND_LEVEL,	/* the same, written as a number */
	CONF_KIND_COUNT,	/* int64_t; or a choice */
	CONF_KIND_DURATION,	/* int64_t, microseconds; or a choice */
	CONF_KIND_SHARE,	/* int64_t, millionths */
	CONF_KIND_SIZE,		/* int64_t, bytes */
	CONF_KIND_MODE,		/* mode_t */
	CONF_KIND_BOOL		/* bool */
};

struct conf_choice {
	const char	*word;
	int		 value;
};

struct conf_key {
	const char	*name;		/* NULL ends a table */
	enum conf_kind	 kind;
	size_t		 offset;	/* in struct conf, struct policy */
	size_t		 count_offset;	/* of a list's count */
	const char	*fallback;	/* the default, a list's parted by
					   spaces; NULL: stays empty */
	int64_t		 low, high;	/* both allowed */
	const struct conf_choice *choices;	/* the last has no word */
	const char	*help;		/* one line, for conf_print */
};

/* In the order of the manual; local_domains, the required one, first. */
extern const struct conf_key conf_keys[];
extern const struct conf_key conf_policy_keys[];

const struct conf_key *conf_key_find(const struct conf_key *table,
    const char *name);
/* The key whose name is most like `name`; NULL when none is much like it. */
const struct conf_key *conf_key_nearest(const struct conf_key *table,
    const char *name);

/* Values */

/* How a value may be written. */
enum conf_form {
	CONF_FORM_STRING = 1 << 0,
	CONF_FORM_NUMBER = 1 << 1,
	CONF_FORM_BOOL = 1 << 2,
	CONF_FORM_LIST = 1 << 3
};

/* A set of enum conf_form. */
unsigned conf_value_forms(const struct conf_key *);

/*
 * Takes the text into the key's field of `base`, a struct conf or struct
 * policy; a list's field gets one element more.  `folder` is where
 * relative file names start.  MALFORMED: not what is expected; LIMIT: too
 * long, or too many elements; CONFLICT: the list has it already; NO_MEMORY.
 */
enum status conf_value_read(const struct conf_key *, void *base,
    const char *folder, const char *text);
/* The field as the file writes it. */
void conf_value_print(const struct conf_key *, const void *base,
    struct buf *);
bool conf_value_is_set(const struct conf_key *, const void *base);
/* Words for "expected ...": what the key takes, with its range. */
void conf_value_expect(const struct conf_key *, struct buf *);
void conf_value_release(const struct conf_key *, void *base);

/* For both of us and the users file: no locale, ASCII only. */
void conf_lower(char *text);
/*
 * A name's labels: letters, digits, "-" and "_", at most 63 bytes each, at
 * most 253 bytes in all (RFC 1035 2.3.4); already lower-cased.
 */
bool conf_is_domain(const char *text);
/* Outside text repeated in an error: in quotes, on one line, not long. */
void conf_quote(struct buf *, const char *text);

/* Files: base/conf_file.h */

struct conf_scan {
	unsigned	 line;
	const char	*problem;
};

/*
 * Looks through the text before libconfig does.  False, and the first
 * problem: an @include, a comment or string without end, a number past
 * CONF_DIGITS_MAX, a NUL written as \x00.
 */
bool conf_scan(const char *text, struct conf_scan *);

/* Reading */

struct conf_source {
	const char	*path;		/* as errors name it */
	const char	*folder;	/* where relative file names start */
	const char	*text;
};

/* Where keys are set that have to fit others, for errors. */
struct conf_lines {
	unsigned	 policies;
	unsigned	 retention;
	unsigned	 require_auth;
	unsigned	 smtp;		/* the password, or the user */
	unsigned	 smtp_ca;
};

/* The text into an empty conf.  `why` as conf_load's. */
enum status conf_read(struct conf *, const struct conf_source *,
    struct conf_lines *, struct buf *why);

/* Users */

/* Loads conf->users_file, if there is one.  `why` as conf_load's. */
enum status conf_users_load(struct conf *, struct buf *why);
void conf_users_release(struct conf *);

const struct policy *conf_policy_find(const struct conf *, const char *name);

/* Aliases */

/* Loads conf->aliases_file, if there is one.  `why` as conf_load's. */
enum status conf_aliases_load(struct conf *, struct buf *why);
void conf_aliases_release(struct conf *);

/*
 * An alias and where it leads: a run of `targets`, which are addresses, names
 * of ours, or "\name" of ours that leads no further.
 */
struct conf_alias {
	const char	*name;
	size_t		 first, count;
	unsigned	 line;
};

struct conf_aliases {
	struct conf_alias *list;	/* sorted by name */
	size_t		 count, room;
	const char	**targets;
	size_t		 target_count, target_room;
	char		**texts;	/* the files' bytes, cut up */
	size_t		 text_count;
};

const struct conf_alias *conf_alias_find(const struct conf_aliases *,
    const char *name);

#endif
