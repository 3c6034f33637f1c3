/*
 * Keeping the store and counting what the site sent, over the API and by the
 * command.  Backups that succeed need a store on the disk: test_keeping.py
 * makes them.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "api_fixture.h"
#include "front/ctl.h"
#include "front/ctl_http.h"
#include "store/check.h"
#include "test.h"

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))
#define ALICE		API_FIXTURE_ALICE
#define BOB		"bob@local.test"
#define LONG		"0123456789012345678901234567890123456789"

static const struct api_asking requests[] = {
	{ "a store in memory", "POST", "/v1/backup",
	    "{\"directory\": \"/nowhere\"}", 400,
	    "/nowhere: a store in memory is not copied" },
	{ "no directory", "POST", "/v1/backup", "{\"reason\": \"r\"}", 400,
	    "expected an object with a \\\"directory\\\"" },
	{ "no text", "POST", "/v1/backup", "{\"directory\": 7}", 400,
	    "expected an object with a \\\"directory\\\"" },
	{ "a key too many", "POST", "/v1/backup",
	    "{\"directory\": \"/nowhere\", \"x\": 1}", 400,
	    "expected an object with a \\\"directory\\\"" },
	{ "no JSON", "POST", "/v1/backup", "directory", 400,
	    "expected an object with a \\\"directory\\\"" },
	{ "an empty directory", "POST", "/v1/backup",
	    "{\"directory\": \"\"}", 400, "expected a printable path" },
	{ "two lines", "POST", "/v1/backup",
	    "{\"directory\": \"/no\\nwhere\"}", 400,
	    "expected a printable path" },
	{ "too long", "POST", "/v1/backup", "{\"directory\": \"/" LONG LONG
	    LONG LONG LONG "\"}", 400, "a printable path of 1 to 200 bytes" },
	{ "an empty reason", "POST", "/v1/backup",
	    "{\"directory\": \"/nowhere\", \"reason\": \"\"}", 400,
	    "wrong reason" },
	{ "a backup by GET", "GET", "/v1/backup", "", 405, "expected POST" },
	{ "verify", "GET", "/v1/verify", "", 200, "{\"faults\":[],\"next\":" },
	{ "verify by POST", "POST", "/v1/verify", "", 405, "expected GET" },
	{ "a place that is none", "GET", "/v1/verify?after=zz", "", 400,
	    "wrong \\\"after\\\"" },
	{ "half a digit", "GET", "/v1/verify?after=00000", "", 400,
	    "wrong \\\"after\\\"" },
	{ "nothing", "GET", "/v1/verify?after=", "", 400,
	    "wrong \\\"after\\\"" },
	{ "a key that is none", "GET", "/v1/verify?after=0001ffff00", "", 400,
	    "wrong \\\"after\\\"" },
	{ "a part that is none", "GET", "/v1/verify?after=01ff", "", 200,
	    "{\"faults\":[],\"next\":null}" },
	{ "too many", "GET", "/v1/verify?most=1001", "", 400,
	    "a number from 1 to 1000" },
	{ "stats", "GET", "/v1/stats?weeks=1", "", 200,
	    "{\"weeks\":[{\"users\":2,\"sent\":4,\"one_to_one\":1,\"bulk\":3,"
	    "\"merge\":0,\"answered\":1,\"lapsed\":0,\"pending\":3,"
	    "\"bounced\":0,\"automatic\":0,\"share\":1.0,\"median_seconds\":"
	    "7200,\"week\":\"2026-01-05T00:00:00Z\"}],\"policies\":[{" },
	{ "no weeks", "GET", "/v1/stats?weeks=0", "", 400,
	    "a number from 1 to 104" },
	{ "too many weeks", "GET", "/v1/stats?weeks=105", "", 400,
	    "a number from 1 to 104" },
	{ "weeks that are none", "GET", "/v1/stats?weeks=1x", "", 400,
	    "a number from 1 to 104" },
};

static void
open_house(struct api_fixture *f)
{
	api_fixture_open(f);
	fixture_send(&f->fixture, ALICE, "<m1@local.test>", 1, 3);
	fixture_send(&f->fixture, BOB, "<m2@local.test>", 1, 1);
	f->fixture.now += 2 * CLOCK_HOUR;
	fixture_reply(&f->fixture, "<c2@outside.test>", "<m1@local.test>");
	f->fixture.now++;
}

START_TEST(answers)
{
	struct api_fixture f;

	open_house(&f);
	api_fixture_requests(&f, requests, ROWS(requests));
	api_fixture_close(&f);
}
END_TEST

/* Every page by what the one before says, a row at a time. */
START_TEST(verifies_in_pages)
{
	struct api_fixture f;
	char target[1200] = "/v1/verify?most=1";
	json_t *page;
	unsigned pages = 0;
	const char *next;

	open_house(&f);
	do {
		page = api_fixture_get(&f, target, 200);
		ck_assert_uint_eq(json_array_size(json_object_get(page,
		    "faults")), 0);
		next = json_string_value(json_object_get(page, "next"));
		if (next != NULL)
			snprintf(target, sizeof(target),
			    "/v1/verify?most=1&after=%s", next);
		ck_assert_uint_lt(++pages, 500);
		json_decref(page);
	} while (next != NULL);
	/* Four outreach, each in its table, in two indices, and as a row. */
	ck_assert_uint_gt(pages, 16);
	api_fixture_close(&f);
}
END_TEST

static enum status
add_nobodys(struct store_txn *txn, void *argument)
{
	struct outreach row = { .account = 99, .sent_at = 5 };

	(void)argument;
	(void)store_address_put(txn, "x@local.test", 98);
	(void)store_address_put(txn, "y@local.test", 98);
	return store_outreach_add(txn, &row);
}

/* One run of the command. */
static enum ctl_exit
run(const struct api_fixture *f, bool json, const char *verb, char **out)
{
	struct ctl ctl = { .socket = f->path, .json = json };
	size_t length, err_length;
	enum ctl_exit result;
	char *err;

	ctl.out = open_memstream(out, &length);
	ctl.err = open_memstream(&err, &err_length);
	result = ctl_verb_find(verb)->run(&ctl, NULL);
	ctl_http_free(ctl.http);
	fclose(ctl.out);
	fclose(ctl.err);
	ck_assert_str_eq(err, "");
	free(err);
	return result;
}

START_TEST(the_command_counts_faults)
{
	struct api_fixture f;
	char *out;

	open_house(&f);
	ck_assert_int_eq(run(&f, false, "verify", &out), CTL_FINE);
	ck_assert_str_eq(out, "No faults.\n");
	free(out);
	ck_assert_int_eq(run(&f, true, "verify", &out), CTL_FINE);
	ck_assert_ptr_nonnull(strstr(out, "\"sound\": true"));
	free(out);
	ck_assert_int_eq(store_update(f.fixture.store, add_nobodys, NULL),
	    STATUS_OK);
	ck_assert_int_eq(run(&f, false, "verify", &out), CTL_NO);
	ck_assert_str_eq(out,
	    "table address: a row is of a user who is not there (2)\n"
	    "table outreach: a row is of a user who is not there\n");
	free(out);
	ck_assert_int_eq(run(&f, true, "verify", &out), CTL_NO);
	ck_assert_ptr_nonnull(strstr(out, "\"sound\": false"));
	ck_assert_ptr_nonnull(strstr(out, "not there\": 2"));
	free(out);
	api_fixture_close(&f);
}
END_TEST

START_TEST(the_command_shows_the_site)
{
	static const char want[] =
	    "\n2026-01-05        4        1        3        0        1"
	    "        0 100.0%     2.0h\n\nPOLICY ";
	struct api_fixture f;
	const char *line;
	char *out;

	open_house(&f);
	ck_assert_int_eq(run(&f, false, "stats", &out), CTL_FINE);
	ck_assert_msg(strstr(out, want) != NULL, "%s", out);
	ck_assert_msg(strstr(out, "\ndefault             2          0"
	    "          0          0\n") != NULL, "%s", out);
	for (line = out; *line != '\0'; line += strcspn(line, "\n") + 1)
		ck_assert_uint_le(strcspn(line, "\n"), 80);
	free(out);
	api_fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("api-keep");
	TCase *tests = tcase_create("api-keep");

	if (ident_library_init() != STATUS_OK)
		return EXIT_FAILURE;
	tcase_add_test(tests, answers);
	tcase_add_test(tests, verifies_in_pages);
	tcase_add_test(tests, the_command_counts_faults);
	tcase_add_test(tests, the_command_shows_the_site);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
