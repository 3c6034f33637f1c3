/*
 * What the API answers, apart from how it is carried: a request in, a status
 * code and JSON out.  api.c speaks HTTP around it; nothing here knows a
 * connection.
 */
#ifndef FRONT_API_VERBS_H
#define FRONT_API_VERBS_H

#include <stddef.h>

#include "base/buf.h"
#include "gate/gate.h"

/* The longest body of a request; one byte more is answered with 413. */
#define API_BODY_MAX		((size_t)4 * 1024 * 1024)

/* Users in one answer: unless the request says otherwise, and at most. */
#define API_USERS_DEFAULT	100
#define API_USERS_MAX		1000

struct api_request {
	struct gate	*gate;
	const char	*method;
	const char	*path;
	/* The value of an argument behind the "?", NULL: not given. */
	const char	*(*argument)(void *context, const char *name);
	void		*context;
	const char	*body;
	size_t		 length;
	int		 fd;		/* the connection; -1: there is none */
	const char	*accept;	/* the header field; NULL: not there */
};

struct api_answer {
	unsigned	 code;		/* HTTP status */
	const char	*allow;		/* with 405: the method that works */
	const char	*type;		/* of the body; NULL: JSON */
	struct buf	 body;		/* JSON and a newline */
};

/* Fills the answer, which the caller releases with api_answer_release. */
void api_answer_request(const struct api_request *, struct api_answer *);
void api_answer_release(struct api_answer *);

/* {"error": ...}: what was wrong; what was expected. */
void api_answer_error(struct api_answer *, unsigned code, const char *format,
    ...) __attribute__((format(printf, 3, 4)));

/* The verbs with a file of their own. */
void api_import(const struct api_request *, struct api_answer *);
void api_import_finish(const struct api_request *, struct api_answer *);
void api_why(const struct api_request *, struct api_answer *);
void api_credit(const struct api_request *, struct api_answer *);
void api_uncredit(const struct api_request *, struct api_answer *);
void api_notice(const struct api_request *, struct api_answer *);
void api_notice_test(const struct api_request *, struct api_answer *);
void api_forecast(const struct api_request *, struct api_answer *);
void api_history(const struct api_request *, struct api_answer *);
void api_audit(const struct api_request *, struct api_answer *);
void api_export(const struct api_request *, struct api_answer *);
void api_pardon(const struct api_request *, struct api_answer *);
void api_restrict(const struct api_request *, struct api_answer *);
void api_exempt(const struct api_request *, struct api_answer *);
void api_exempt_end(const struct api_request *, struct api_answer *);
void api_forget(const struct api_request *, struct api_answer *);
void api_reload(const struct api_request *, struct api_answer *);
void api_backup(const struct api_request *, struct api_answer *);
void api_verify(const struct api_request *, struct api_answer *);
void api_stats(const struct api_request *, struct api_answer *);
void api_enforce(const struct api_request *, struct api_answer *);
void api_doctor(const struct api_request *, struct api_answer *);
void api_metrics(const struct api_request *, struct api_answer *);

/* The paths that may be read by TCP, too: metrics alone.  Else 404. */
void api_answer_reader(const struct api_request *, struct api_answer *);

/* 503: the store failed with this status. */
void api_answer_failure(struct api_answer *, enum status);

#endif
