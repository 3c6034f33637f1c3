/*
 * The API over a real socket, before a real gate on a store in memory: what
 * each verb answers, what a bad client gets, what a bad store leads to.
 */
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api_fixture.h"
#include "front/api_verbs.h"
#include "test.h"

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))
#define ALICE		"alice@local.test"

static const struct {
	const char	*name;
	const char	*method, *target;
	int		 want;
	const char	*text;		/* in the body */
} answers[] = {
	{ "version", "GET", "/v1/version", 200, "\"version\":\"" },
	{ "healthy", "GET", "/v1/health", 200, "\"healthy\":true" },
	{ "nobody yet", "GET", "/v1/users", 200,
	    "{\"users\":[],\"next\":null}" },
	{ "an argument nobody asks for", "GET", "/v1/users?x=1", 200, "[]" },
	{ "most, least", "GET", "/v1/users?most=1", 200, "[]" },
	{ "most, at its bound", "GET", "/v1/users?most=1000", 200, "[]" },
	{ "most, past its bound", "GET", "/v1/users?most=1001", 400,
	    "from 1 to 1000" },
	{ "most, none", "GET", "/v1/users?most=0", 400, "from 1 to 1000" },
	{ "most, negative", "GET", "/v1/users?most=-1", 400, "expected" },
	{ "most, huge", "GET", "/v1/users?most=99999999999999999999", 400,
	    "expected" },
	{ "most, empty", "GET", "/v1/users?most=", 400, "expected" },
	{ "an unknown user", "GET", "/v1/user?name=bob", 404,
	    "\"nearest\":[]" },
	{ "no name", "GET", "/v1/user", 400, "expected a user's name" },
	{ "an empty name", "GET", "/v1/user?name=", 400, "expected" },
	{ "a name with a control character", "GET", "/v1/user?name=%1b%5bm",
	    400, "expected" },
	{ "why, no Message-ID", "GET", "/v1/why", 400, "expected a Message" },
	{ "why, none in it", "GET", "/v1/why?message_id=%3C%3E", 400,
	    "expected a Message" },
	{ "why, unknown", "GET", "/v1/why?message_id=a%40b", 404,
	    "\"message_id\":\"a@b\"" },
	{ "why, a candidate that is none", "GET",
	    "/v1/why?message_id=a%40b&candidate=c", 400, "expected" },
	{ "credit by GET", "GET", "/v1/credit", 405, "expected POST" },
	{ "credit of nothing", "POST", "/v1/credit", 400,
	    "expected an object of texts" },
	{ "no such path", "GET", "/v1/nothing", 404, "error" },
	{ "the root", "GET", "/", 404, "error" },
	{ "a path too deep", "GET", "/v1/users/", 404, "error" },
	{ "wrong method", "POST", "/v1/users", 405, "expected GET" },
	{ "wrong method to import", "GET", "/v1/import", 405,
	    "expected POST" },
	{ "a method of its own", "FROB", "/v1/version", 405, "expected GET" },
	{ "metrics", "GET", "/metrics", 200, "\nreplygate_healthy 1\n" },
	{ "metrics by POST", "POST", "/metrics", 405, "expected GET" },
	{ "an empty import", "POST", "/v1/import", 200, "{\"lines\":[]}" },
	{ "a finish without a start", "POST", "/v1/import/finish", 200,
	    "{\"finished\":true,\"audited\":true}" },
};

START_TEST(answers_each_request)
{
	struct api_fixture f;
	struct buf body;
	int code, i;

	api_fixture_open(&f);
	buf_init(&body);
	for (i = 0; i < ROWS(answers); i++) {
		code = api_fixture_ask(&f, answers[i].method,
		    answers[i].target, "", 0, &body);
		ck_assert_msg(code == answers[i].want &&
		    strstr(body.data, answers[i].text) != NULL,
		    "%s: got %d %s, want %d %s", answers[i].name, code,
		    body.data, answers[i].want, answers[i].text);
	}
	buf_release(&body);
	api_fixture_close(&f);
}
END_TEST

/* Each figure under its own name, in its order. */
START_TEST(shows_all_figures)
{
	static const char *const names[] = { "accepted", "refused",
	    "tempfailed", "inbound", "replies", "replies_by_pair",
	    "replies_by_other", "automatic", "bounces", "strange_bounces",
	    "receipts", "complaints", "unauthenticated", "errors" };
	struct gate_figures *figures;
	struct api_fixture f;
	json_t *json, *messages;
	int i;

	api_fixture_open(&f);
	figures = &f.fixture.gate.figures;
	figures->accepted = 1;
	figures->refused = 2;
	figures->tempfailed = 3;
	figures->inbound = 4;
	figures->replies = 5;
	figures->replies_by_pair = 6;
	figures->replies_by_other = 7;
	figures->automatic = 8;
	figures->bounces = 9;
	figures->strange_bounces = 10;
	figures->receipts = 11;
	figures->complaints = 12;
	figures->unauthenticated = 13;
	figures->errors = 14;
	json = api_fixture_get(&f, "/v1/health", 200);
	messages = json_object_get(json, "messages");
	ck_assert_uint_eq(json_object_size(messages), ROWS(names));
	for (i = 0; i < ROWS(names); i++)
		api_fixture_integer(messages, names[i], i + 1);
	json_decref(json);
	api_fixture_close(&f);
}
END_TEST

START_TEST(shows_a_user)
{
	struct api_fixture f;
	const json_t *rate;
	json_t *json;

	api_fixture_open(&f);
	fixture_send(&f.fixture, ALICE, "<m1@local.test>", 1, 8);
	fixture_reply(&f.fixture, "<c3@outside.test>", "<m1@local.test>");
	fixture_pass(&f.fixture, FIXTURE_START + 4 * CLOCK_DAY);
	fixture_send(&f.fixture, ALICE, "<m2@local.test>", 50, 2);
	json = api_fixture_get(&f, "/v1/user?name=Alice%40LOCAL.test", 200);
	rate = json_object_get(json, "rate");
	api_fixture_text(json, "user", ALICE);
	api_fixture_text(json, "address", ALICE);
	api_fixture_text(json, "standing", "good");
	api_fixture_text(json, "due", NULL);
	api_fixture_text(json, "warned_at", NULL);
	api_fixture_text(json, "policy", "default");
	ck_assert(json_is_false(json_object_get(json, "exempt")));
	api_fixture_integer(rate, "answered", 1);
	api_fixture_integer(rate, "lapsed", 7);
	api_fixture_integer(rate, "settled", 8);
	api_fixture_integer(rate, "pending", 2);
	api_fixture_integer(rate, "answered_early", 0);
	api_fixture_integer(rate, "minimum", 10);
	ck_assert(json_real_value(json_object_get(rate, "share")) == 0.125);
	ck_assert(json_real_value(json_object_get(rate, "threshold")) == 0.13);
	api_fixture_text(rate, "from",
	    json_string_value(json_object_get(json, "since")));
	api_fixture_text(rate, "until", "2026-01-06T09:00:00Z");
	ck_assert(json_is_false(json_object_get(rate, "low")));
	ck_assert_uint_gt(json_string_length(json_object_get(json, "outlook")),
	    0);
	json_decref(json);
	api_fixture_close(&f);
}
END_TEST

START_TEST(pages_through_the_users)
{
	static const char *const names[] = { "ann@local.test",
		"bob@local.test", "caf\xc3\xa9", "dora", "eve" };
	char target[128] = "/v1/users?most=2", login[64], id[64];
	struct api_fixture f;
	const char *next;
	json_t *page;
	size_t seen = 0, i;

	api_fixture_open(&f);
	for (i = 0; i < 5; i++) {
		snprintf(login, sizeof(login), "%s", names[i]);
		snprintf(id, sizeof(id), "<m%zu@local.test>", i);
		fixture_send(&f.fixture, login, id, 1, 1);
	}
	do {
		page = api_fixture_get(&f, target, 200);
		ck_assert_uint_le(json_array_size(json_object_get(page,
		    "users")), 2);
		for (i = 0; i < json_array_size(json_object_get(page,
		    "users")); i++)
			api_fixture_text(json_array_get(json_object_get(page,
			    "users"), i), "user", names[seen++]);
		next = json_string_value(json_object_get(page, "next"));
		ck_assert_msg((next != NULL) == (seen < 5), "next after %zu",
		    seen);
		snprintf(target, sizeof(target), "/v1/users?most=2&after=%s",
		    next != NULL ? next : "");
		json_decref(page);
	} while (next != NULL && seen < 5);
	ck_assert_uint_eq(seen, 5);
	api_fixture_close(&f);
}
END_TEST

START_TEST(knows_whom_was_meant)
{
	struct api_fixture f;
	const json_t *names;
	json_t *json;

	api_fixture_open(&f);
	fixture_send(&f.fixture, ALICE, "<m1@local.test>", 1, 1);
	fixture_send(&f.fixture, "arthur@local.test", "<m2@local.test>", 2, 1);
	json = api_fixture_get(&f, "/v1/user?name=alice", 404);
	names = json_object_get(json, "nearest");
	ck_assert_uint_eq(json_array_size(names), 1);
	ck_assert_str_eq(json_string_value(json_array_get(names, 0)), ALICE);
	json_decref(json);
	api_fixture_close(&f);
}
END_TEST

/*
 * Bad clients, a bad store
 */

static const struct {
	const char	*name;
	const char	*bytes;		/* sent, then the client is gone */
} vanishings[] = {
	{ "says nothing", "" },
	{ "in the request line", "GET /v1/us" },
	{ "in the header", "GET /v1/users HTTP/1.1\r\nHo" },
	{ "before the body", "POST /v1/import HTTP/1.1\r\nHost: x\r\n"
	    "Content-Length: 100\r\n\r\n" },
	{ "in the body", "POST /v1/import HTTP/1.1\r\nHost: x\r\n"
	    "Content-Length: 100\r\n\r\n{\"time\"" },
	{ "before the answer", "GET /v1/users HTTP/1.1\r\nHost: x\r\n\r\n" },
	{ "speaks no HTTP", "EHLO client.example\r\n\r\n" },
	{ "a length that is none", "POST /v1/import HTTP/1.1\r\nHost: x\r\n"
	    "Content-Length: -5\r\n\r\n" },
};

START_TEST(outlives_clients_that_vanish)
{
	struct api_fixture f;
	int fd, i;

	api_fixture_open(&f);
	for (i = 0; i < ROWS(vanishings); i++) {
		fd = api_fixture_connect(f.path);
		ck_assert_msg(fd >= 0, "%s: cannot connect",
		    vanishings[i].name);
		api_fixture_send(fd, vanishings[i].bytes,
		    strlen(vanishings[i].bytes));
		close(fd);
		json_decref(api_fixture_get(&f, "/v1/version", 200));
	}
	api_fixture_close(&f);
}
END_TEST

/* Berkeley DB, but for what `fault` says. */
enum fault {
	FAULT_NONE,
	FAULT_UNAVAILABLE,
	FAULT_UNCERTAIN,
	FAULT_WAIT,		/* until it is something else */
	FAULT_WAITING		/* somebody does */
};

static _Atomic int fault;

static enum status
faulty_run(struct engine *engine, bool writable,
    enum status (*body)(struct store_txn *, void *), void *argument)
{
	int waiting = FAULT_WAIT;

	if (fault == FAULT_UNAVAILABLE)
		return STATUS_UNAVAILABLE;
	if (fault == FAULT_UNCERTAIN)
		return STATUS_UNCERTAIN;
	atomic_compare_exchange_strong(&fault, &waiting, FAULT_WAITING);
	while (fault == FAULT_WAITING)
		usleep(1000);
	return bdb_engine.run(engine, writable, body, argument);
}

static void
open_faulty(struct api_fixture *f, struct engine_ops *engine)
{
	*engine = bdb_engine;
	engine->run = faulty_run;
	fault = FAULT_NONE;
	api_fixture_open_with(f, "0600", engine);
	fixture_send(&f->fixture, ALICE, "<m1@local.test>", 1, 1);
}

START_TEST(says_that_the_store_is_away)
{
	static const struct {
		int		 fault;
		const char	*text;
	} rows[] = {
		{ FAULT_UNAVAILABLE, "none of these lines was applied" },
		{ FAULT_UNCERTAIN, "sending them again is safe" },
	};
	struct engine_ops engine;
	struct api_fixture f;
	json_t *json;
	int i;

	open_faulty(&f, &engine);
	for (i = 0; i < ROWS(rows); i++) {
		fault = rows[i].fault;
		json_decref(api_fixture_get(&f, "/v1/users", 503));
		json_decref(api_fixture_get(&f, "/v1/user?name=" ALICE, 503));
		json_decref(api_fixture_get(&f, "/v1/health", 503));
		json_decref(api_fixture_post(&f, "/v1/import/finish", "", 503));
		json = api_fixture_post(&f, "/v1/import", API_FIXTURE_OUT, 503);
		ck_assert_ptr_nonnull(strstr(json_string_value(
		    json_object_get(json, "error")), rows[i].text));
		json_decref(json);
		fault = FAULT_NONE;
		json_decref(api_fixture_get(&f, "/v1/user?name=" ALICE, 200));
	}
	api_fixture_close(&f);
}
END_TEST

static void *
ask_users(void *context)
{
	json_decref(api_fixture_get(context, "/v1/users", 200));
	return NULL;
}

static void *
stop_api(void *context)
{
	api_fixture_stop(context);
	return NULL;
}

/* Waits for a condition, 10 s at most. */
#define WAIT_FOR(condition)						\
	do {								\
		int tries_ = 10000;					\
		while (!(condition) && tries_-- > 0)			\
			usleep(1000);					\
		ck_assert_msg(condition, "waited in vain: " #condition); \
	} while (0)

START_TEST(stops_after_the_answer_in_hand)
{
	struct engine_ops engine;
	struct api_fixture f;
	pthread_t client, stopper;

	open_faulty(&f, &engine);
	fault = FAULT_WAIT;
	ck_assert_int_eq(pthread_create(&client, NULL, ask_users, &f), 0);
	WAIT_FOR(fault == FAULT_WAITING);
	ck_assert_int_eq(pthread_create(&stopper, NULL, stop_api, &f), 0);
	WAIT_FOR(access(f.path, F_OK) == -1);
	fault = FAULT_NONE;
	pthread_join(client, NULL);
	pthread_join(stopper, NULL);
	api_fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("api");
	TCase *verbs = tcase_create("verbs");

	tcase_set_timeout(verbs, 60);
	tcase_add_test(verbs, answers_each_request);
	tcase_add_test(verbs, shows_all_figures);
	tcase_add_test(verbs, shows_a_user);
	tcase_add_test(verbs, pages_through_the_users);
	tcase_add_test(verbs, knows_whom_was_meant);
	tcase_add_test(verbs, outlives_clients_that_vanish);
	tcase_add_test(verbs, says_that_the_store_is_away);
	tcase_add_test(verbs, stops_after_the_answer_in_hand);
	suite_add_tcase(suite, verbs);
	return test_run(suite);
}
