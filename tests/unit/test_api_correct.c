/*
 * Asking why and correcting, over the API's socket and by the command: what
 * is answered, printed, refused.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api_fixture.h"
#include "front/ctl.h"
#include "front/ctl_http.h"
#include "front/ctl_show.h"
#include "test.h"

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))
#define ALICE		API_FIXTURE_ALICE

/* m1 went to c1 to c3, and c2 has answered; m2 went to c4 alone. */
static void
open_house(struct api_fixture *f)
{
	api_fixture_open(f);
	fixture_send(&f->fixture, ALICE, "<m1@local.test>", 1, 3);
	fixture_send(&f->fixture, ALICE, "<m2@local.test>", 4, 1);
	fixture_reply(&f->fixture, "<c2@outside.test>", "<m1@local.test>");
}

START_TEST(why_answers_in_json)
{
	struct api_fixture f;
	json_t *json, *rows, *row;

	open_house(&f);
	json = api_fixture_get(&f, "/v1/why?message_id=%3Cm1%40local.test%3E",
	    200);
	rows = json_object_get(json, "outreach");
	ck_assert_uint_eq(json_array_size(rows), 3);
	ck_assert_uint_eq(json_string_length(json_object_get(json,
	    "message")), 32);
	row = json_array_get(rows, 0);
	api_fixture_text(row, "user", ALICE);
	ck_assert_uint_eq(json_string_length(json_object_get(row,
	    "candidate")), 32);
	api_fixture_text(row, "sent_at", "2026-01-05T09:00:00Z");
	api_fixture_text(row, "kind", "bulk");
	ck_assert(json_is_false(json_object_get(row, "list")));
	api_fixture_text(row, "state", "pending");
	api_fixture_text(row, "settles_at", "2026-01-08T09:00:00Z");
	api_fixture_text(row, "answered_at", NULL);
	api_fixture_text(row, "answered_by", NULL);
	api_fixture_text(row, "match", NULL);
	api_fixture_text(row, "bounced_at", NULL);
	api_fixture_text(row, "automatic_at", NULL);
	api_fixture_text(row, "automatic_rule", NULL);
	ck_assert(json_is_false(json_object_get(row, "read")));
	ck_assert(json_is_false(json_object_get(row, "complaint")));
	row = json_array_get(rows, 1);
	api_fixture_text(row, "state", "answered");
	api_fixture_text(row, "answered_at", "2026-01-05T09:00:00Z");
	api_fixture_text(row, "answered_by", "candidate");
	json_decref(json);
	api_fixture_close(&f);
}
END_TEST

START_TEST(why_shows_one_candidate)
{
	struct api_fixture f;
	json_t *json, *rows;

	open_house(&f);
	json = api_fixture_get(&f, "/v1/why?message_id=m1%40local.test"
	    "&candidate=C2%40outside.test", 200);
	rows = json_object_get(json, "outreach");
	ck_assert_uint_eq(json_array_size(rows), 1);
	api_fixture_text(json_array_get(rows, 0), "state", "answered");
	json_decref(json);
	json = api_fixture_get(&f, "/v1/why?message_id=m1%40local.test"
	    "&candidate=c4%40outside.test", 404);
	api_fixture_text(json, "message_id", "m1@local.test");
	json_decref(json);
	api_fixture_close(&f);
}
END_TEST

/*
 * Corrections, one after the other
 */

#define ONE	"\"message_id\": \"m2@local.test\""
#define OF_M1	"\"message_id\": \"<m1@local.test>\""
#define WHY	", \"reason\": \"they rang\""

static const struct {
	const char	*name;
	const char	*target, *body;
	int		 want;
	const char	*text;		/* in the answer */
} corrections[] = {
	{ "credit", "/v1/credit", "{" ONE WHY "}", 200,
	    "\"match\":\"credited\"" },
	{ "again", "/v1/credit", "{" ONE WHY "}", 409,
	    "\"message_id\":\"m2@local.test\"" },
	{ "uncredit", "/v1/uncredit", "{" ONE WHY "}", 200,
	    "\"state\":\"pending\"" },
	{ "again", "/v1/uncredit", "{" ONE WHY "}", 409,
	    "does not count as answered" },
	{ "several, none named", "/v1/credit", "{" OF_M1 WHY "}", 409,
	    "several candidates; name one" },
	{ "several, one named", "/v1/credit", "{" OF_M1 WHY
	    ", \"candidate\": \"c3@outside.test\"}", 200,
	    "\"state\":\"answered\"" },
	{ "somebody else", "/v1/credit", "{" OF_M1 WHY
	    ", \"candidate\": \"c9@outside.test\"}", 404, "message_id" },
	{ "no such message", "/v1/credit", "{\"message_id\": \"<no@x>\"" WHY
	    "}", 404, "went out under this Message-ID" },
	{ "no Message-ID", "/v1/credit", "{\"message_id\": \"\"" WHY "}",
	    400, "expected a Message-ID" },
	{ "no address", "/v1/credit", "{" ONE WHY ", \"candidate\": \"x\"}",
	    400, "expected" },
	{ "no reason", "/v1/credit", "{" ONE "}", 400, "object of texts" },
	{ "an empty reason", "/v1/credit", "{" ONE ", \"reason\": \"\"}", 400,
	    "1 to 200 bytes" },
	{ "a reason of two lines", "/v1/credit", "{" ONE
	    ", \"reason\": \"a\\nb\"}", 400, "printable" },
	{ "a reason for the terminal", "/v1/credit", "{" ONE
	    ", \"reason\": \"a\\u009bb\"}", 400, "printable" },
	{ "a reason in UTF-8", "/v1/credit", "{" ONE
	    ", \"reason\": \"r\\u00fcckgemeldet\"}", 200, "credited" },
	{ "an unknown key", "/v1/uncredit", "{" ONE WHY ", \"actor\": \"x\"}",
	    400, "object of texts" },
	{ "a key twice", "/v1/uncredit", "{" ONE "," ONE WHY "}", 400,
	    "object of texts" },
	{ "a number", "/v1/uncredit", "{\"message_id\": 1" WHY "}", 400,
	    "object of texts" },
	{ "an array", "/v1/uncredit", "[]", 400, "object of texts" },
	{ "no JSON", "/v1/uncredit", "{", 400, "object of texts" },
};

START_TEST(corrects_over_the_socket)
{
	struct api_fixture f;
	struct buf body;
	int code, i;

	open_house(&f);
	buf_init(&body);
	for (i = 0; i < ROWS(corrections); i++) {
		code = api_fixture_ask(&f, "POST", corrections[i].target,
		    corrections[i].body, strlen(corrections[i].body), &body);
		ck_assert_msg(code == corrections[i].want &&
		    strstr(body.data, corrections[i].text) != NULL,
		    "%s: got %d %s", corrections[i].name, code, body.data);
	}
	if (geteuid() == 0)
		ck_assert_ptr_nonnull(strstr(f.fixture.lines.data,
		    "actor=\"root (0)\" user=" ALICE));
	buf_release(&body);
	api_fixture_close(&f);
}
END_TEST

START_TEST(reason_has_its_bound)
{
	char reason[ADMIN_REASON_MAX + 2], body[512];
	struct api_fixture f;

	open_house(&f);
	memset(reason, 'x', sizeof(reason));
	reason[ADMIN_REASON_MAX + 1] = '\0';
	snprintf(body, sizeof(body), "{" ONE ", \"reason\": \"%s\"}", reason);
	json_decref(api_fixture_post(&f, "/v1/credit", body, 400));
	reason[ADMIN_REASON_MAX] = '\0';
	snprintf(body, sizeof(body), "{" ONE ", \"reason\": \"%s\"}", reason);
	json_decref(api_fixture_post(&f, "/v1/credit", body, 200));
	api_fixture_close(&f);
}
END_TEST

/*
 * The command
 */

static const struct {
	const char	*name;
	const char	*verb;
	const char	*operands[2];
	bool		 json;
	enum ctl_exit	 want;
	const char	*out, *err;
} runs[] = {
	{ "why, several", "why", { "<m1@local.test>", NULL }, false, CTL_FINE,
	    "\nCANDIDATE STATE ", "" },
	{ "why, one", "why", { "m2@local.test", NULL }, false, CTL_FINE,
	    "State       pending; silence counts from Thu 8 Jan 2026 09:00 "
	    "UTC\n", "" },
	{ "why, one of several", "why", { "m1@local.test",
	    "c2@outside.test" }, false, CTL_FINE, "State       answered\n",
	    "" },
	{ "why as JSON", "why", { "m2@local.test", NULL }, true, CTL_FINE,
	    "\"kind\": \"one-to-one\"", "" },
	{ "why, unknown", "why", { "no@x", NULL }, false, CTL_NO, "",
	    "went out under this Message-ID" },
	{ "why, none", "why", { "<>", NULL }, false, CTL_CANNOT, "",
	    "expected a Message-ID" },
	{ "credit", "credit", { "m2@local.test", NULL }, false, CTL_FINE,
	    "UTC by the candidate: an administrator said so\n", "" },
	{ "credit again", "credit", { "m2@local.test", NULL }, false, CTL_NO,
	    "", "it counts as answered already" },
	{ "uncredit as JSON", "uncredit", { "m2@local.test", NULL }, true,
	    CTL_FINE, "\"answered_at\": null", "" },
	{ "credit, several", "credit", { "m1@local.test", NULL }, false,
	    CTL_NO, "", "several candidates; name one" },
	{ "credit, one of several", "credit", { "m1@local.test",
	    "c3@outside.test" }, false, CTL_FINE, "State       answered", "" },
};

START_TEST(runs_each_verb)
{
	size_t out_size, err_size;
	struct api_fixture f;
	char *out, *err;
	int i;

	open_house(&f);
	for (i = 0; i < ROWS(runs); i++) {
		char first[64], second[64];
		char *operands[] = { first, second };
		struct ctl ctl = { .socket = f.path, .json = runs[i].json,
		    .reason = "they rang", .operands = operands };
		enum ctl_exit got;

		snprintf(first, sizeof(first), "%s", runs[i].operands[0]);
		snprintf(second, sizeof(second), "%s",
		    runs[i].operands[1] != NULL ? runs[i].operands[1] : "");
		ctl.operand_count = runs[i].operands[1] != NULL ? 2 : 1;
		ctl.out = open_memstream(&out, &out_size);
		ctl.err = open_memstream(&err, &err_size);
		got = ctl_verb_find(runs[i].verb)->run(&ctl, first);
		ctl_http_free(ctl.http);
		fclose(ctl.out);
		fclose(ctl.err);
		ck_assert_msg(got == runs[i].want &&
		    strstr(out, runs[i].out) != NULL &&
		    strstr(err, runs[i].err) != NULL &&
		    (*runs[i].err != '\0' || *err == '\0'), "%s: exit %d\n%s%s",
		    runs[i].name, (int)got, out, err);
		free(out);
		free(err);
	}
	api_fixture_close(&f);
}
END_TEST

/*
 * What is printed
 */

static const char one_json[] =
    "{\"message\":\"0123456789abcdef\",\"outreach\":[{"
    "\"user\":\"alice\\u001b\",\"candidate\":\"fedcba9876543210\","
    "\"sent_at\":\"2026-01-05T09:00:00Z\",\"kind\":\"one-to-one\","
    "\"list\":true,\"state\":\"lapsed\","
    "\"settles_at\":\"2026-01-08T09:00:00Z\",\"answered_at\":null,"
    "\"match\":null,\"answered_by\":null,\"bounced_at\":null,"
    "\"automatic_at\":\"2026-01-05T10:00:00Z\","
    "\"automatic_rule\":\"auto-submitted\",\"read\":true,"
    "\"complaint\":false}]}";

static const char one_block[] =
    "Message     01234567 (a hash, as the audit log has it)\n"
    "User        alice?\n"
    "Candidate   fedcba98 (a hash: no outside address is kept)\n"
    "Sent        Mon 5 Jan 2026 09:00 UTC\n"
    "Kind        one-to-one, to a list\n"
    "State       lapsed; silence counts since Thu 8 Jan 2026 09:00 UTC\n"
    "Answered    no\n"
    "Bounced     no\n"
    "Automatic   Mon 5 Jan 2026 10:00 UTC, rule auto-submitted\n"
    "Opened      yes, a read receipt came\n"
    "Complaint   no\n";

#define ROW(user, candidate, rest)					\
	"{\"user\":\"" user "\",\"candidate\":\"" candidate "\","	\
	"\"sent_at\":\"2026-01-05T09:00:00Z\",\"kind\":\"bulk\"," rest "}"

static const char many_json[] =
    "{\"message\":\"0123456789abcdef\",\"outreach\":["
    ROW("alice", "1111111122222222", "\"state\":\"answered\","
	"\"answered_at\":\"2026-01-05T10:30:00Z\",\"match\":\"other-address\","
	"\"read\":true")
    "," ROW("alice", "3333333344444444", "\"state\":\"bounced\","
	"\"bounced_at\":\"2026-01-05T09:01:00Z\"")
    "," ROW("bob", "5555555566666666", "\"state\":\"pending\","
	"\"settles_at\":\"2026-01-08T09:00:00Z\","
	"\"automatic_rule\":\"auto-submitted\",\"complaint\":true,"
	"\"list\":true")
    "]}";

static const char many_table[] =
    "Message     01234567 (a hash, as the audit log has it)\n"
    "\n"
    "User        alice\n"
    "Sent        Mon 5 Jan 2026 09:00 UTC\n"
    "Kind        bulk\n"
    "CANDIDATE STATE    WHEN             ANSWER BY     NOTES\n"
    "11111111  answered 2026-01-05 10:30 other-address opened\n"
    "33333333  bounced  2026-01-05 09:01 -            \n"
    "\n"
    "User        bob\n"
    "Sent        Mon 5 Jan 2026 09:00 UTC\n"
    "Kind        bulk\n"
    "CANDIDATE STATE    WHEN             ANSWER BY     NOTES\n"
    "55555555  pending  2026-01-08 09:00 -             automatic: "
    "auto-submitted complaint list\n"
    "\n"
    "A candidate is shown as a hash: no outside address is kept.\n"
    "WHEN is the moment of the state; of pending and lapsed, when silence "
    "counts.\n";

static const struct {
	const char	*name;
	const char	*json, *want;	/* NULL: refused */
} shows[] = {
	{ "one", one_json, one_block },
	{ "several", many_json, many_table },
	{ "none", "{\"outreach\":[]}", NULL },
	{ "no array", "{}", NULL },
	{ "one without a candidate", "{\"outreach\":[{}]}", NULL },
	{ "several without candidates", "{\"outreach\":[{},{}]}", NULL },
};

START_TEST(shows_why)
{
	struct buf got;
	json_t *json;
	bool shown;
	int i;

	buf_init(&got);
	for (i = 0; i < ROWS(shows); i++) {
		buf_clear(&got);
		json = json_loads(shows[i].json, 0, NULL);
		ck_assert_msg(json != NULL, "%s", shows[i].name);
		shown = ctl_show_why(&got, json);
		ck_assert_msg(shown == (shows[i].want != NULL) && (!shown ||
		    strcmp(got.data, shows[i].want) == 0), "%s: got\n%s",
		    shows[i].name, got.data);
		json_decref(json);
	}
	buf_release(&got);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("api_correct");
	TCase *verbs = tcase_create("verbs");

	tcase_set_timeout(verbs, 60);
	tcase_add_test(verbs, why_answers_in_json);
	tcase_add_test(verbs, why_shows_one_candidate);
	tcase_add_test(verbs, corrects_over_the_socket);
	tcase_add_test(verbs, reason_has_its_bound);
	tcase_add_test(verbs, runs_each_verb);
	tcase_add_test(verbs, shows_why);
	suite_add_tcase(suite, verbs);
	return test_run(suite);
}
