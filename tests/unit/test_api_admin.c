/*
 * What administrators say and ask of users, over the API's socket.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api_fixture.h"
#include "test.h"

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))
#define ALICE		API_FIXTURE_ALICE
#define BOB		"bob@local.test"

static void
open_house(struct api_fixture *f)
{
	api_fixture_open(f);
	fixture_send(&f->fixture, ALICE, "<m1@local.test>", 1, 3);
	fixture_send(&f->fixture, BOB, "<m2@local.test>", 1, 1);
	fixture_reply(&f->fixture, "<c2@outside.test>", "<m1@local.test>");
	f->fixture.now++;
}

/* Requests, one after the other. */
#define OF_ALICE	"{\"user\": \"" ALICE "\", \"reason\": \"they rang\""

static const struct api_asking requests[] = {
	{ "restrict", "POST", "/v1/restrict", OF_ALICE ", \"until\": "
	    "\"2026-02-01T00:00:00Z\"}", 200,
	    "\"due\":\"2026-02-01T00:00:00Z\"" },
	{ "of a standing", "GET", "/v1/users?standing=restricted", "", 200,
	    "{\"users\":[{\"user\":\"" ALICE "\"" },
	{ "of another", "GET", "/v1/users?standing=warned", "", 200,
	    "{\"users\":[],\"next\":null}" },
	{ "of no standing", "GET", "/v1/users?standing=great", "", 400,
	    "expected good, warned, restricted or exempt" },
	{ "a page of a standing", "GET", "/v1/users?standing=good&most=1",
	    "", 200, "{\"users\":[{\"user\":\"" BOB "\"" },
	{ "pardon", "POST", "/v1/pardon", OF_ALICE "}", 200,
	    "\"standing\":\"good\"" },
	{ "pardon until", "POST", "/v1/pardon", OF_ALICE
	    ", \"until\": \"2026-02-01T00:00:00Z\"}", 400,
	    "\\\"user\\\", \\\"reason\\\"\"" },
	{ "exempt until", "POST", "/v1/exempt", OF_ALICE
	    ", \"until\": \"2026-02-01T00:00:00Z\"}", 200,
	    "\"exempt\":true,\"exempt_until\":\"2026-02-01T00:00:00Z\"" },
	{ "the exempt", "GET", "/v1/users?standing=exempt", "", 200,
	    "{\"users\":[{\"user\":\"" ALICE "\"" },
	{ "restrict an exempt one", "POST", "/v1/restrict", OF_ALICE "}", 409,
	    "\"user\":\"" ALICE "\"" },
	{ "exempt for good", "POST", "/v1/exempt", OF_ALICE "}", 200,
	    "\"exempt_until\":\"9999-12-31T23:59:59Z\"" },
	{ "end it", "POST", "/v1/exempt/end", OF_ALICE "}", 200,
	    "\"exempt\":false" },
	{ "end it again", "POST", "/v1/exempt/end", OF_ALICE "}", 409,
	    "no exemption" },
	{ "until yesterday", "POST", "/v1/exempt", OF_ALICE
	    ", \"until\": \"2026-01-04T00:00:00Z\"}", 400, "a time to come" },
	{ "until never", "POST", "/v1/restrict", OF_ALICE
	    ", \"until\": \"never\"}", 400, "a time like" },
	{ "until a number", "POST", "/v1/restrict", OF_ALICE
	    ", \"until\": 7}", 400, "object of texts" },
	{ "no reason", "POST", "/v1/pardon", "{\"user\": \"" ALICE "\"}", 400,
	    "object of texts" },
	{ "an empty reason", "POST", "/v1/pardon", "{\"user\": \"" ALICE
	    "\", \"reason\": \"\"}", 400, "1 to 200 bytes" },
	{ "somebody else", "POST", "/v1/pardon",
	    "{\"user\": \"alise@local.test\", \"reason\": \"r\"}", 404,
	    "\"nearest\":[\"" ALICE "\"]" },
	{ "an unknown key", "POST", "/v1/pardon", OF_ALICE ", \"x\": 1}",
	    400, "object of texts" },
	{ "no JSON", "POST", "/v1/forget", "{", 400, "object of texts" },

	{ "doctor", "GET", "/v1/doctor", "", 200, "{\"check\":\"mail-out\","
	    "\"level\":\"ok\",\"seen\":\"2 messages with a login" },
	{ "doctor without reading", "POST", "/v1/doctor", "{}", 405, "GET" },
	{ "forecast", "GET", "/v1/forecast?name=" BOB, "", 200,
	    "\"forecast\":{\"at\":\"2026-01-08T" },
	{ "forecast of nobody", "GET", "/v1/forecast?name=eve", "", 404,
	    "nearest" },
	{ "forecast without a name", "GET", "/v1/forecast", "", 400,
	    "a user's name" },
	{ "history", "GET", "/v1/history?name=" ALICE "&most=1", "", 200,
	    "\"action\":\"restrict\",\"user\":\"" ALICE
	    "\",\"reason\":\"was good, until 2026-02-01T00:00:00Z: they "
	    "rang\"}],\"next\":\"" },
	{ "history of nobody", "GET", "/v1/history?name=eve", "", 404,
	    "nearest" },
	{ "history without a name", "GET", "/v1/history", "", 400,
	    "a user's name" },
	{ "audit of another", "GET", "/v1/audit?user=" BOB, "", 200,
	    "{\"audit\":[],\"next\":null}" },
	{ "audit of an address", "GET", "/v1/audit?user=Alice%40LOCAL.test",
	    "", 200, "\"action\":\"pardon\",\"user\":\"" ALICE "\"" },
	{ "audit of no name", "GET", "/v1/audit?user=%20", "", 400,
	    "a user's name" },
	{ "audit since", "GET", "/v1/audit?since=2026-01-06T00:00:00Z", "",
	    200, "{\"audit\":[],\"next\":null}" },
	{ "audit since ever", "GET", "/v1/audit?since=ever", "", 400,
	    "a time like" },
	{ "audit behind nothing", "GET", "/v1/audit?after=7", "", 400,
	    "of the page before" },
	{ "too many lines", "GET", "/v1/audit?most=1001", "", 400,
	    "from 1 to 1000" },

	{ "forget", "POST", "/v1/forget", "{\"address\": "
	    "\"C1@Outside.test\", \"reason\": \"asked\"}", 200,
	    "{\"outreach\":2,\"contacts\":0,\"letters\":0}" },
	{ "forget again", "POST", "/v1/forget", "{\"address\": "
	    "\"c1@outside.test\", \"reason\": \"asked\"}", 404,
	    "\"address\":\"c1@outside.test\"" },
	{ "forget no address", "POST", "/v1/forget",
	    "{\"address\": \"x\", \"reason\": \"asked\"}", 400,
	    "expected an address" },
	{ "forget without a reason", "POST", "/v1/forget",
	    "{\"address\": \"c2@outside.test\", \"reason\": \"\"}", 400,
	    "1 to 200 bytes" },

	{ "an account", "GET", "/v1/export?table=account&name=" ALICE, "",
	    200, "{\"rows\":[{\"table\":\"account\",\"account\":" },
	{ "addresses", "GET", "/v1/export?table=address&name=" ALICE, "", 200,
	    "{\"table\":\"address\",\"address\":\"" ALICE "\"}" },
	{ "outreach", "GET", "/v1/export?table=outreach&name=" ALICE, "", 200,
	    "\"table\":\"outreach\",\"sent_at\":\"2026-01-05T09:00:00Z\"" },
	{ "contacts", "GET", "/v1/export?table=contact&name=" ALICE, "", 200,
	    "\"table\":\"contact\",\"candidate\":\"" },
	{ "answers", "GET", "/v1/export?table=answer&name=" ALICE, "", 200,
	    "{\"rows\":[],\"next\":null}" },
	{ "merges", "GET", "/v1/export?table=merge&name=" ALICE, "", 200,
	    "{\"rows\":[],\"next\":null}" },
	{ "notices", "GET", "/v1/export?table=notice&name=" ALICE, "", 200,
	    "{\"rows\":[],\"next\":null}" },
	{ "audit lines", "GET", "/v1/export?table=audit&name=" ALICE, "", 200,
	    "\"table\":\"audit\"" },
	{ "no table", "GET", "/v1/export?name=" ALICE, "", 400, "\"table" },
	{ "another table", "GET", "/v1/export?table=meta&name=" ALICE, "",
	    400, "table" },
	{ "nobody's", "GET", "/v1/export?table=account&name=eve", "", 404,
	    "nearest" },
	{ "no name", "GET", "/v1/export?table=account", "", 400,
	    "a user's name" },
};

START_TEST(answers_each_request)
{
	struct api_fixture f;

	open_house(&f);
	api_fixture_requests(&f, requests, ROWS(requests));
	if (geteuid() == 0)
		ck_assert_ptr_nonnull(strstr(f.fixture.lines.data,
		    "action=forget actor=\"root (0)\""));
	api_fixture_close(&f);
}
END_TEST

/* Asks for pages of `most` until there is none; the number of rows. */
static size_t
count_pages(struct api_fixture *f, const char *target, const char *key,
    int most, size_t *pages)
{
	char next[128] = "", whole[512];
	const char *text;
	size_t rows = 0;
	json_t *json;

	for (*pages = 1;; ++*pages) {
		snprintf(whole, sizeof(whole), "%s&most=%d%s%s", target, most,
		    next[0] != '\0' ? "&after=" : "", next);
		json = api_fixture_get(f, whole, 200);
		rows += json_array_size(json_object_get(json, key));
		text = json_string_value(json_object_get(json, "next"));
		if (text != NULL)
			snprintf(next, sizeof(next), "%s", text);
		json_decref(json);
		if (text == NULL)
			return rows;
	}
}

/* Rows of one moment are parted by the pages, and none is lost. */
START_TEST(pages_hold_every_row_once)
{
	static const struct {
		const char	*name, *target, *key;
		int		 most;
		size_t		 rows, pages;
	} walks[] = {
		{ "outreach", "/v1/export?table=outreach&name=" ALICE, "rows",
		    2, 7, 4 },
		{ "outreach by ones", "/v1/export?table=outreach&name=" ALICE,
		    "rows", 1, 7, 8 },
		{ "contacts", "/v1/export?table=contact&name=" ALICE, "rows",
		    1, 2, 3 },
		{ "audit", "/v1/audit?x=", "audit", 2, 3, 2 },
		{ "history", "/v1/history?name=" ALICE, "history", 1, 3, 4 },
		{ "exported audit", "/v1/export?table=audit&name=" ALICE,
		    "rows", 2, 3, 2 },
	};
	struct api_fixture f;
	size_t pages, rows;
	int i;

	open_house(&f);
	fixture_send(&f.fixture, ALICE, "<m3@local.test>", 11, 4);
	fixture_reply(&f.fixture, "<c11@outside.test>", "<m3@local.test>");
	for (i = 0; i < 3; i++)
		json_decref(api_fixture_post(&f, "/v1/pardon", OF_ALICE "}",
		    200));
	for (i = 0; i < ROWS(walks); i++) {
		rows = count_pages(&f, walks[i].target, walks[i].key,
		    walks[i].most, &pages);
		ck_assert_msg(rows == walks[i].rows &&
		    pages == walks[i].pages, "%s: %zu rows on %zu pages",
		    walks[i].name, rows, pages);
	}
	api_fixture_close(&f);
}
END_TEST

START_TEST(forecast_in_json)
{
	struct api_fixture f;
	json_t *json, *forecast;

	open_house(&f);
	json = api_fixture_get(&f, "/v1/forecast?name=" ALICE, 200);
	api_fixture_text(json_object_get(json, "now"), "user", ALICE);
	forecast = json_object_get(json, "forecast");
	api_fixture_integer(forecast, "answered", 1);
	api_fixture_integer(forecast, "pending", 2);
	api_fixture_integer(forecast, "lapsed", 0);
	api_fixture_text(forecast, "silent", "none");
	api_fixture_integer(forecast, "answers", 0);
	json_decref(json);
	json_decref(api_fixture_post(&f, "/v1/exempt", OF_ALICE "}", 200));
	json = api_fixture_get(&f, "/v1/forecast?name=" ALICE, 200);
	ck_assert(json_is_null(json_object_get(json, "forecast")));
	json_decref(json);
	api_fixture_close(&f);
}
END_TEST

/* What monitor mode shows, and enforcement that is switched off. */
START_TEST(would_be_in_json)
{
	static const char off[] = "{\"on\": false, \"reason\": \"why\"}";
	static const char on[] = "{\"on\": true, \"reason\": \"why\"}";
	struct api_fixture f;
	json_t *json, *would, *rows;

	open_house(&f);
	json = api_fixture_get(&f, "/v1/user?name=" ALICE, 200);
	api_fixture_text(json, "would", NULL);
	json_decref(json);
	json_decref(api_fixture_post(&f, "/v1/enforce", off, 200));
	json = api_fixture_get(&f, "/v1/user?name=" ALICE, 200);
	would = json_object_get(json, "would");		/* before any look */
	api_fixture_text(would, "standing", "good");
	json_decref(json);
	fixture_send(&f.fixture, ALICE, "<low@local.test>", 20, 30);
	fixture_pass(&f.fixture, f.fixture.now + 4 * CLOCK_DAY);
	json = api_fixture_get(&f, "/v1/user?name=" ALICE, 200);
	api_fixture_text(json, "standing", "good");
	would = json_object_get(json, "would");
	api_fixture_text(would, "standing", "warned");
	api_fixture_text(would, "since", "2026-01-08T10:00:00Z");
	api_fixture_text(would, "due", "2026-01-25T10:00:00Z");
	api_fixture_text(would, "warned_at", "2026-01-08T10:00:00Z");
	ck_assert_ptr_nonnull(strstr(json_string_value(json_object_get(json,
	    "outlook")), "(monitor mode: only logged)"));
	json_decref(json);
	json = api_fixture_get(&f, "/v1/users?standing=warned", 200);
	ck_assert_int_eq(json_array_size(json_object_get(json, "users")), 1);
	json_decref(json);
	json = api_fixture_get(&f, "/v1/export?table=account&name=" ALICE,
	    200);
	rows = json_object_get(json, "rows");
	would = json_object_get(json_array_get(rows, 0), "would");
	api_fixture_text(would, "standing", "warned");
	api_fixture_integer(would, "judged_lapsed", 32);
	json_decref(json);
	json = api_fixture_get(&f, "/v1/forecast?name=" ALICE, 200);
	api_fixture_text(json_object_get(json, "forecast"), "at",
	    "2026-01-25T10:00:00Z");
	json_decref(json);

	/* It is nobody's any more at once, and gone with the next tick. */
	json_decref(api_fixture_post(&f, "/v1/enforce", on, 200));
	json = api_fixture_get(&f, "/v1/user?name=" ALICE, 200);
	api_fixture_text(json, "would", NULL);
	json_decref(json);
	fixture_pass(&f.fixture, f.fixture.now + CLOCK_HOUR);
	ck_assert(fixture_user(&f.fixture, ALICE).account.shadow.since == 0);
	json = api_fixture_get(&f, "/v1/users?standing=good", 200);
	ck_assert_int_eq(json_array_size(json_object_get(json, "users")), 2);
	json_decref(json);
	api_fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("api-admin");
	TCase *tcase = tcase_create("api-admin");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, answers_each_request);
	tcase_add_test(tcase, pages_hold_every_row_once);
	tcase_add_test(tcase, forecast_in_json);
	tcase_add_test(tcase, would_be_in_json);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
