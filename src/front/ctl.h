/*
 * The command: one table of verbs, which serves the parser and the help, and
 * what the verbs share.  A verb asks the daemon over its socket and prints
 * the answer for people, or as JSON.
 */
#ifndef FRONT_CTL_H
#define FRONT_CTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/paths.h"
#include "base/status.h"

#define CTL_SOCKET_DEFAULT	REPLYGATE_CONTROL
#define CTL_SOCKET_VARIABLE	"REPLYGATE_SOCKET"

/* What the command exits with. */
enum ctl_exit {
	CTL_FINE = 0,
	CTL_NO = 1,		/* the answer is no: unknown user, bad lines */
	CTL_CANNOT = 2,		/* it could not be asked, or not finished */
	CTL_USAGE = 64		/* EX_USAGE of sysexits(3) */
};

struct json_t;
struct ctl_http;

struct ctl {
	const char	*socket;	/* path */
	bool		 json;		/* print JSON */
	bool		 patient;	/* the answer may take long */
	FILE		*out;		/* answers */
	FILE		*err;		/* complaints, progress */
	bool		 err_is_terminal;
	unsigned	 columns;	/* of out; 0: not a terminal */
	bool		 colour;	/* out is one that shows colours */
	struct ctl_http	*http;		/* made by the first question */

	const char	*program;	/* how the command was called */

	/* options that one verb takes and another does not; NULL: not given */
	const char	*from;		/* envelope sender */
	const char	*phrases;	/* path */
	const char	*conf;		/* path */
	const char	*reason;
	const char	*similarity, *minimum;	/* figures */
	const char	*standing, *sort;
	const char	*until, *since;	/* dates */
	const char	*user;
	const char	*weeks;		/* a number */
	const char	*end;		/* given: not NULL */
	const char	*postfix, *sendmail;	/* paths */
	char *const	*operands;	/* all of them */
	size_t		 operand_count;
};

/* What a verb may take beside --json and -s. */
enum ctl_option {
	CTL_OPTION_FROM = 1 << 0,
	CTL_OPTION_PHRASES = 1 << 1,
	CTL_OPTION_REASON = 1 << 2,
	CTL_OPTION_SIMILARITY = 1 << 3,
	CTL_OPTION_MINIMUM = 1 << 4,
	CTL_OPTION_CONF = 1 << 5,
	CTL_OPTION_STANDING = 1 << 6,
	CTL_OPTION_SORT = 1 << 7,
	CTL_OPTION_UNTIL = 1 << 8,
	CTL_OPTION_SINCE = 1 << 9,
	CTL_OPTION_USER = 1 << 10,
	CTL_OPTION_END = 1 << 11,
	CTL_OPTION_WEEKS = 1 << 12,
	CTL_OPTION_POSTFIX = 1 << 13,
	CTL_OPTION_SENDMAIL = 1 << 14
};

/* The options; each is followed by a word, unless it has no value. */
struct ctl_option_row {
	const char	*word;		/* NULL: behind the last */
	enum ctl_option	 option;
	const char	*value;		/* as the usage shows it */
	const char	*what;		/* as a complaint says it */
	size_t		 offset;	/* in struct ctl_args */
	const char	*words;		/* of its value, for the completion;
					   NULL: any */
};
extern const struct ctl_option_row ctl_options[];

struct ctl_verb {
	const char	*name;
	const char	*operand;	/* as the usage shows it; NULL: none */
	const char	*second;	/* one more that may follow */
	bool		 optional;	/* the operand may be left out */
	bool		 many;		/* it may be repeated */
	bool		 both;		/* the second may not be left out */
	unsigned	 takes;		/* enum ctl_option */
	unsigned	 needs;		/* those of them that must be given */
	const char	*words;		/* of the operand, for the completion;
					   NULL: any */
	const char	*then;		/* of the one behind it */
	const char	*summary;
	const char	*details;
	enum ctl_exit	(*run)(struct ctl *, const char *operand);
};

/* The table, its end marked by a name that is NULL. */
extern const struct ctl_verb ctl_verbs[];
const struct ctl_verb *ctl_verb_find(const char *name);

/* What the command line says. */
struct ctl_args {
	const char		*socket;	/* NULL: not given */
	bool			 json;
	const struct ctl_verb	*verb;
	const char		*operand;	/* the first; NULL: none */
	const char		*from, *phrases, *reason;	/* NULL: not
								   given */
	const char		*similarity, *minimum, *conf;
	const char		*standing, *sort, *until, *since, *user, *end;
	const char		*weeks;
	const char		*postfix, *sendmail;
	char *const		*operands;	/* in argv */
	size_t			 operand_count;
};

/*
 * Options may stand before and behind the verb; behind "--" there are none.
 * The words of argv are put into another order, operands first.
 * MALFORMED: `why` says what was wrong, for one line on the terminal.
 */
enum status ctl_args_parse(struct ctl_args *, char **argv, struct buf *why);

/* The help: of all verbs, or of one. */
void ctl_help(struct buf *, const struct ctl_verb *);

/* The completion of bash. */
void ctl_completion(struct buf *);

/*
 * Asks the daemon.  On CTL_FINE *json is the answer and the caller's to
 * release; else why has been said on ctl->err.  `also` is a status code beside
 * 200 whose body is an answer too (0: none).
 */
enum ctl_exit ctl_ask(struct ctl *, const char *target, long also,
    struct json_t **json);

/* The same with a body for POST; the reference to it is taken over. */
enum ctl_exit ctl_tell(struct ctl *, const char *target, struct json_t *body,
    struct json_t **json);

/* Prints an answer that `show` makes text of, or as JSON; releases it. */
enum ctl_exit ctl_print_answer(struct ctl *,
    bool (*show)(struct buf *, const struct json_t *), struct json_t *json);

/*
 * Adds a date of the command line as the daemon reads it: "2026-02-01", which
 * is the beginning of that day in UTC, or RFC 3339.  False: it is none, and
 * that has been said.
 */
bool ctl_add_date(struct ctl *, struct buf *, const char *text);

/* Prints what was composed, or says that it could not be. */
enum ctl_exit ctl_print_text(struct ctl *, struct buf *text);

/* "replygatectl: ..." on ctl->err, control characters neutralised. */
void ctl_complain(struct ctl *, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Prints JSON for programs. */
void ctl_print_json(struct ctl *, const struct json_t *);

/* The answer was not understood: says whose version is which. */
enum ctl_exit ctl_not_understood(struct ctl *);

/* The verbs. */
enum ctl_exit ctl_import(struct ctl *, const char *operand);
enum ctl_exit ctl_test_message(struct ctl *, const char *operand);
enum ctl_exit ctl_test_merge(struct ctl *, const char *operand);
enum ctl_exit ctl_why(struct ctl *, const char *operand);
enum ctl_exit ctl_credit(struct ctl *, const char *operand);
enum ctl_exit ctl_uncredit(struct ctl *, const char *operand);
enum ctl_exit ctl_notice(struct ctl *, const char *operand);
enum ctl_exit ctl_version(struct ctl *, const char *operand);
enum ctl_exit ctl_health(struct ctl *, const char *operand);
enum ctl_exit ctl_user(struct ctl *, const char *operand);
enum ctl_exit ctl_helping(struct ctl *, const char *operand);
enum ctl_exit ctl_users(struct ctl *, const char *operand);
enum ctl_exit ctl_forecast(struct ctl *, const char *operand);
enum ctl_exit ctl_history(struct ctl *, const char *operand);
enum ctl_exit ctl_audit(struct ctl *, const char *operand);
enum ctl_exit ctl_export(struct ctl *, const char *operand);
enum ctl_exit ctl_pardon(struct ctl *, const char *operand);
enum ctl_exit ctl_restrict(struct ctl *, const char *operand);
enum ctl_exit ctl_exempt(struct ctl *, const char *operand);
enum ctl_exit ctl_forget(struct ctl *, const char *operand);
enum ctl_exit ctl_reload(struct ctl *, const char *operand);
enum ctl_exit ctl_enforce(struct ctl *, const char *operand);
enum ctl_exit ctl_backup(struct ctl *, const char *operand);
enum ctl_exit ctl_verify(struct ctl *, const char *operand);
enum ctl_exit ctl_dump(struct ctl *, const char *operand);
enum ctl_exit ctl_load(struct ctl *, const char *operand);
enum ctl_exit ctl_stats(struct ctl *, const char *operand);
enum ctl_exit ctl_completing(struct ctl *, const char *operand);
enum ctl_exit ctl_doctor(struct ctl *, const char *operand);

#endif
