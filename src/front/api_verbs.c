/*
 * The verbs of the API: one table of method, path and handler.
 */
#include "front/api_verbs.h"

#include <jansson.h>
#include <stdarg.h>
#include <string.h>

#include "front/api_json.h"
#include "front/api_near.h"
#include "front/api_page.h"
#include "front/version.h"
#include "gate/admin.h"
#include "mail/addr.h"

struct verb {
	const char	*method;
	const char	*path;
	void		(*answer)(const struct api_request *,
			    struct api_answer *);
};

void
api_answer_release(struct api_answer *answer)
{
	buf_release(&answer->body);
}

void
api_answer_error(struct api_answer *answer, unsigned code, const char *format,
    ...)
{
	struct buf text;
	json_t *json;
	va_list ap;

	buf_init(&text);
	va_start(ap, format);
	buf_vprintf(&text, format, ap);
	va_end(ap);
	json = json_pack("{s:o}", "error", api_json_text(text.data));
	api_json_answer(answer, code, json);
	buf_release(&text);
}

void
api_answer_failure(struct api_answer *answer, enum status status)
{
	api_answer_error(answer, 503, "the store cannot be asked now: %s",
	    status_text(status));
}

static void
verb_version(const struct api_request *request, struct api_answer *answer)
{
	(void)request;
	api_json_answer(answer, 200,
	    json_pack("{s:s}", "version", REPLYGATE_VERSION));
}

static void
verb_health(const struct api_request *request, struct api_answer *answer)
{
	struct admin_health health;

	admin_health(request->gate, &health);
	api_json_answer(answer, health.healthy ? 200 : 503,
	    api_json_health(&health));
}

/* Collects one page, and sees whether there is a row behind it. */
struct page {
	json_t		*users;
	const char	*standing;	/* these alone; NULL: all */
	size_t		 most;
	char		 last[CONF_USER_SIZE];
	bool		 more;
	bool		 failed;
};

static const char exempt[] = "exempt";

/*
 * An exempt user is not judged: they are of no standing then.  In monitor mode
 * the one they would have counts.
 */
static bool
is_wanted(const char *standing, const struct admin_user *user)
{
	enum standing theirs = user->shadowed ? user->account.shadow.standing :
	    user->account.standing;

	return standing == NULL || strcmp(standing, user->exempt ? exempt :
	    standing_text(theirs)) == 0;
}

static bool
page_row(void *context, const struct admin_user *user)
{
	struct page *page = context;

	if (!is_wanted(page->standing, user))
		return true;
	if (json_array_size(page->users) == page->most) {
		page->more = true;
		return false;
	}
	if (json_array_append_new(page->users, api_json_user(user)) != 0) {
		page->failed = true;
		return false;
	}
	memcpy(page->last, user->account.user, sizeof(page->last));
	return true;
}

/* The argument "standing".  False: the answer says that it is none. */
static bool
read_standing(const struct api_request *request, const char **standing,
    struct api_answer *answer)
{
	unsigned i;

	*standing = request->argument(request->context, "standing");
	if (*standing == NULL || strcmp(*standing, exempt) == 0)
		return true;
	for (i = STANDING_GOOD; i <= STANDING_RESTRICTED; i++)
		if (strcmp(*standing, standing_text(i)) == 0)
			return true;
	api_answer_error(answer, 400, "wrong \"standing\"; expected good, "
	    "warned, restricted or exempt");
	return false;
}

static void
verb_users(const struct api_request *request, struct api_answer *answer)
{
	struct page page = { .most = API_USERS_DEFAULT };
	struct conf *conf;
	enum status status;

	if (!api_page_most(request, API_USERS_MAX, &page.most, answer) ||
	    !read_standing(request, &page.standing, answer))
		return;
	page.users = json_array();
	conf = gate_conf(request->gate);
	status = admin_users(request->gate,
	    request->argument(request->context, "after"),
	    page.standing != NULL ? SIZE_MAX : page.most + 1, page_row,
	    &page);
	conf_unref(conf);
	if (status != STATUS_OK)
		api_answer_failure(answer, status);
	else if (page.failed)
		api_answer_failure(answer, STATUS_NO_MEMORY);
	else
		api_json_answer(answer, 200, json_pack("{s:O, s:o}",
		    "users", page.users,
		    "next", page.more ? api_json_text(page.last) :
		    json_null()));
	json_decref(page.users);
}

static void
verb_user(const struct api_request *request, struct api_answer *answer)
{
	const char *text = request->argument(request->context, "name");
	struct admin_user user;
	struct addr name;
	struct conf *conf;
	enum status status;

	if (text == NULL || addr_parse(text, strlen(text), &name) !=
	    STATUS_OK || name.length == 0) {
		api_answer_error(answer, 400,
		    "wrong \"name\"; expected a user's name");
		return;
	}
	conf = gate_conf(request->gate);
	status = admin_user(request->gate, name.text, &user);
	if (status == STATUS_OK)
		api_json_answer(answer, 200, api_json_user(&user));
	else if (status == STATUS_NOT_FOUND)
		api_near_answer(request->gate, name.text, answer);
	else
		api_answer_failure(answer, status);
	conf_unref(conf);
}

static const struct verb verbs[] = {
	{ "GET", "/v1/version", verb_version },
	{ "GET", "/v1/health", verb_health },
	{ "GET", "/v1/doctor", api_doctor },
	{ "GET", "/v1/users", verb_users },
	{ "GET", "/v1/user", verb_user },
	{ "GET", "/v1/forecast", api_forecast },
	{ "GET", "/v1/history", api_history },
	{ "GET", "/v1/audit", api_audit },
	{ "GET", "/v1/export", api_export },
	{ "GET", "/v1/why", api_why },
	{ "POST", "/v1/credit", api_credit },
	{ "POST", "/v1/uncredit", api_uncredit },
	{ "GET", "/v1/notice", api_notice },
	{ "POST", "/v1/notice/test", api_notice_test },
	{ "POST", "/v1/pardon", api_pardon },
	{ "POST", "/v1/restrict", api_restrict },
	{ "POST", "/v1/exempt", api_exempt },
	{ "POST", "/v1/exempt/end", api_exempt_end },
	{ "POST", "/v1/forget", api_forget },
	{ "POST", "/v1/reload", api_reload },
	{ "POST", "/v1/enforce", api_enforce },
	{ "POST", "/v1/backup", api_backup },
	{ "GET", "/v1/verify", api_verify },
	{ "GET", "/v1/stats", api_stats },
	{ "POST", "/v1/import", api_import },
	{ "POST", "/v1/import/finish", api_import_finish },
	{ "GET", "/metrics", api_metrics },
};

#define VERB_COUNT	(sizeof(verbs) / sizeof(verbs[0]))

static void
answer_one_of(const struct verb *all, size_t count,
    const struct api_request *request, struct api_answer *answer)
{
	const struct verb *verb = all;

	memset(answer, 0, sizeof(*answer));
	buf_init(&answer->body);
	while (verb < all + count && strcmp(verb->path, request->path) != 0)
		verb++;
	if (verb == all + count) {
		api_answer_error(answer, 404, "nothing is at this path; "
		    "expected one of replygatectl(8)'s");
		return;
	}
	if (strcmp(verb->method, request->method) != 0) {
		answer->allow = verb->method;
		api_answer_error(answer, 405, "wrong method; expected %s",
		    verb->method);
		return;
	}
	verb->answer(request, answer);
}

void
api_answer_request(const struct api_request *request,
    struct api_answer *answer)
{
	answer_one_of(verbs, VERB_COUNT, request, answer);
}

void
api_answer_reader(const struct api_request *request, struct api_answer *answer)
{
	static const struct verb readable[] = {
		{ "GET", "/metrics", api_metrics },
	};

	answer_one_of(readable, sizeof(readable) / sizeof(readable[0]),
	    request, answer);
}
