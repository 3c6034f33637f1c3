/*
 * The configuration: parsed once by libconfig into a checked, immutable
 * struct.  Every key, its unit and default stand in replygate.conf(5) and in
 * one table in conf_key.c that serves the parser, the canonical print and
 * the check for unknown keys.
 *
 * Order of calls: conf_load, conf_ref/conf_unref as snapshots are handed
 * around (any thread), the last conf_unref frees.  A reload loads a second
 * conf and swaps pointers; whoever holds the old one keeps it until done.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/net.h"
#include "base/paths.h"
#include "base/status.h"

/* Longest policy name, own address and user name, NUL included. */
#define CONF_POLICY_NAME_SIZE	64
#define CONF_USER_SIZE		320	/* RFC 5321 4.5.3.1: 64 + @ + 255 */

/* Longest pattern for a header field's value, and name of such a field. */
#define CONF_PATTERN_MAX	500
#define CONF_FIELD_MAX		100

/* The size of a list that says "many". */
#define CONF_LIST_MANY		INT64_MAX

/* A share in millionths: 13% is 130,000, exactly. */
#define CONF_SHARE_ONE		1000000

enum conf_mode {
	CONF_MODE_ENFORCE,
	CONF_MODE_MONITOR
};

enum conf_on_error {
	CONF_ON_ERROR_ACCEPT,
	CONF_ON_ERROR_TEMPFAIL
};

enum conf_tls {
	CONF_TLS_NEVER,
	CONF_TLS_TRY,		/* if it is offered, whoever offers it */
	CONF_TLS_REQUIRE	/* with a certificate that is checked */
};

enum conf_count {
	CONF_COUNT_MESSAGE,
	CONF_COUNT_CONVERSATION
};

/*
 * The figures of the rule for one group of users (DESIGN "The rule").
 * Durations in microseconds.
 */
struct policy {
	char		name[CONF_POLICY_NAME_SIZE];
	bool		exempt;		/* recorded, never judged */
	int64_t		threshold;	/* share, in millionths */
	int64_t		minimum;	/* outreach, >= 1 */
	int64_t		release_minimum;	/* outreach, >= 1 */
	int64_t		bulk_minimum;	/* candidates, >= 2 */
	int64_t		window;
	int64_t		warning;
	int64_t		restriction;
	int64_t		settle;
	int64_t		warn_again;	/* 0: never */
	int		confidence;	/* 0 or 95 */
	int64_t		merge_minimum;	/* candidates, 0: off */
	int64_t		merge_window;
	int64_t		merge_similarity;	/* share, in millionths */
	enum conf_count	count;
	int64_t		heads_up;	/* share above the threshold, in
					   millionths; 0: off */
};

struct conf_user;		/* a line of the users file */
struct conf_aliases;		/* what the aliases file says */

struct conf {
	/* who is who */
	char		**local_domains;	/* sorted, lower case; ".x" =
						   below x */
	size_t		  local_domain_count;
	struct net	 *internal_hosts;
	size_t		  internal_host_count;
	char		 *users_file;		/* NULL: none */
	struct conf_user *users;		/* sorted by login or address */
	size_t		  user_count;
	char		 *users_text;		/* what the users point into */

	/* the rule */
	struct policy	 *policies;		/* [0] is "default" */
	size_t		  policy_count;
	enum conf_mode	  mode;
	int64_t		  breaker_minimum;	/* 0: off */

	/* lists */
	char		**lists;	/* "NAME SIZE", sorted: an address
						   or domain; a number or
						   "many" */
	size_t		  list_count;
	char		 *aliases_file;		/* NULL: none */
	struct conf_aliases *aliases;		/* NULL: none */

	/* replies */
	int64_t		  reply_horizon;	/* a reply by pair comes
						   sooner */
	bool		  button_replies;	/* a reaction, an answer to an
						   invitation counts */
	char		 *phrases_file;
	char		**phrases;		/* lines as in that file, some
						   with "@PLACE " before */
	size_t		  phrase_count;
	char		**automatic_headers;	/* "FIELD: PATTERN", each part
						   trimmed and not empty */
	size_t		  automatic_header_count;
	char		**human_headers;
	size_t		  human_header_count;
	bool		  require_auth;
	char		**auth_servers;		/* authserv-ids, lower case */
	size_t		  auth_server_count;
	int64_t		  auth_fields;		/* believed, from the top */
	int64_t		  auth_hops;		/* Received above them */

	/* who we are; sockets */
	char		 *user;			/* "": whoever started us */
	char		 *milter_socket;	/* as smfi_setconn wants it */
	mode_t		  milter_socket_mode;
	char		 *milter_socket_group;	/* "": as it comes */
	char		 *control_socket;	/* path */
	mode_t		  control_socket_mode;
	char		 *control_socket_group;
	char		 *metrics_listen;	/* net_place_parse; "": none */

	/* the store */
	char		 *store_directory;
	int64_t		  store_cache;		/* bytes */
	char		 *key_file;
	int64_t		  retention;

	/* when things fail, and what people are told */
	enum conf_on_error on_error;
	char		 *contact;		/* text for refusals */
	bool		  notices;		/* are sent */
	char		 *notice_from;		/* mailbox; "": postmaster's */
	char		 *notice_reply_to;	/* mailbox; "": none */
	char		 *notices_directory;	/* own templates */
	char		 *smtp_server;		/* "smtp://host:port" */
	enum conf_tls	  smtp_tls;
	char		 *smtp_ca_file;		/* NULL: the system's */
	char		 *smtp_user;		/* "": no login */
	char		 *smtp_password_file;	/* NULL: none */
	char		 *postmaster;		/* address; "": nobody */
	bool		  digest;		/* a daily one for them */
	int64_t		  digest_hour;		/* of local time */
	char		 *log_target;		/* "syslog" or "stderr" */
	char		 *log_level;		/* "error" ... "debug" */

	/* conf.c's own */
	struct conf	 *whole;		/* whose all the rest is; NULL:
						   our own */
	char		 *path;
	_Atomic unsigned  references;
};

/*
 * Reads and checks `path`, and the users and aliases files it names; not
 * phrases_file, which is judge_load's (mail/judge.h).  On failure `why`
 * holds one line, "FILE:LINE: what is wrong; what was expected", and *conf is
 * NULL: MALFORMED for the text, NOT_FOUND for a file that cannot be read (a
 * directory is one), NO_MEMORY.  Relative file names inside are taken from
 * the folder the configuration lies in, and made absolute.
 */
enum status conf_load(const char *path, struct conf **conf, struct buf *why);

struct conf *conf_ref(struct conf *);
void conf_unref(struct conf *);		/* NULL allowed */

/*
 * The canonical form: every key in the order of the manual, defaults
 * spelled out, readable by conf_load again with the same result.
 */
void conf_print(const struct conf *, struct buf *);

/*
 * Hands over the name of each key that differs, in the manual's order, and
 * "policies.NAME.KEY", or "policies.NAME" for a policy that came or went.  What
 * the files they name say is not looked at.  NO_MEMORY: some may be missing.
 */
enum status conf_changes(const struct conf *old, const struct conf *new,
    void (*each)(void *context, const char *key), void *context);

/* Does a change of the key wait for a restart? */
bool conf_is_fixed(const char *key);

/*
 * The same configuration but in another mode: a reference to it inside, to be
 * released like any.  NULL without memory.
 */
struct conf *conf_in_mode(struct conf *, enum conf_mode);

/* What the file says, whatever mode it was put in. */
const struct conf *conf_whole(const struct conf *);

/*
 * Is the domain one of ours?  Exact match, or below a ".domain" entry.
 * The domain is lower-case and not NUL-terminated.
 */
bool conf_is_local_domain(const struct conf *, const char *domain,
    size_t length);

/*
 * Is the address in `lists`, by itself or by its domain?  Then *size is how
 * many people it stands for, CONF_LIST_MANY where that says "many".
 * The address is lower-case and need not be NUL-terminated.
 */
bool conf_list_size(const struct conf *, const char *address, size_t length,
    int64_t *size);

/*
 * The outside addresses a local one leads to by the aliases file, each handed
 * over once, lower-case; `each` returns false to stop.  How many were handed
 * over: 0 where there is no such alias, or it leads nowhere outside.  At most
 * CONF_ALIAS_VISIT_MAX aliases and addresses are looked at.  `address` is
 * lower-case.  Without memory it stops early.
 */
#define CONF_ALIAS_VISIT_MAX	10000
size_t conf_alias_outside(const struct conf *, const char *address,
    bool (*each)(void *context, const char *address), void *context);

/*
 * Which user and policy a login or own address belongs to: the users
 * file's line for it, else the name itself with policy "default".  `name`
 * is lower-case, +detail removed.  *user points into conf or is `name`.
 */
const struct policy *conf_user(const struct conf *, const char *name,
    const char **user);

/* The policy of a user by the user's own name (account.user). */
const struct policy *conf_policy_of(const struct conf *, const char *user);

/*
 * A local address that the users file gives to the user of this name, the
 * first in the order of addresses; NULL: it gives none.
 */
const char *conf_user_address(const struct conf *, const char *user);

#endif
