/*
 * Looking at notices and trying the mail server, over the API's socket and by
 * the command.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api_fixture.h"
#include "conf_files.h"
#include "front/ctl.h"
#include "front/ctl_http.h"
#include "notify/desk.h"
#include "smtp_server.h"
#include "test.h"

#define ALICE	API_FIXTURE_ALICE

struct house {
	struct api_fixture	 api;
	struct smtp_server	 server;
};

/* Alice has written to twelve, and c1 has answered; three days pass. */
static void
open_house(struct house *house, const char *more)
{
	struct conf_files files;
	struct conf *conf;
	struct desk *desk;
	char folder[2048];
	struct buf text;

	api_fixture_open(&house->api);
	smtp_server_start(&house->server);
	conf_files_make(&files);
	buf_init(&text);
	ck_assert_ptr_nonnull(getcwd(folder, sizeof(folder)));
	buf_printf(&text, "local_domains = [\"local.test\"]; smtp_server = "
	    "\"%s\"; notices_directory = \"%s/conf/notices\"; policies = "
	    "{ default = { minimum = 10; }; }; %s", house->server.url, folder,
	    more);
	conf_files_write(&files, "replygate.conf", text.data);
	ck_assert_msg(conf_files_load(&files, &conf) == STATUS_OK, "%s",
	    files.why.data);
	ck_assert_int_eq(desk_load(&desk, conf, &text), STATUS_OK);
	gate_set_desk(&house->api.fixture.gate, desk);
	conf_unref(conf);
	buf_release(&text);
	conf_files_remove(&files);
	fixture_send(&house->api.fixture, ALICE, "<m1@local.test>", 1, 12);
	fixture_reply(&house->api.fixture, "<c1@outside.test>",
	    "<m1@local.test>");
	house->api.fixture.now += 3 * CLOCK_DAY;
}

static void
close_house(struct house *house)
{
	api_fixture_close(&house->api);
	smtp_server_stop(&house->server);
}

static const struct {
	const char *kind;
	const char *want;	/* in its text */
} kinds[] = {
	{ "warning", "1 of 12 messages" },
	{ "restricted", "1 of 12 messages" },
	{ "extended", "1 of 12 messages" },
	{ "released", "1 of 12 messages" },
	{ "recovered", "1 of 12 messages" },
	{ "heads-up", "1 of 12 messages" },
};

/* A line may end anywhere; the caller frees. */
static char *
unwrap(const char *text)
{
	char *copy = strdup(text), *at;

	ck_assert_ptr_nonnull(copy);
	for (at = copy; (at = strchr(at, '\n')) != NULL; )
		*at = ' ';
	return copy;
}

START_TEST(shows_what_would_be_told)
{
	struct house house;
	const char *text;
	char target[128], *unwrapped;
	json_t *json;

	open_house(&house, "");
	snprintf(target, sizeof(target), "/v1/notice?kind=%s&user=%s",
	    kinds[_i].kind, "Alice%40local.test");
	json = api_fixture_get(&house.api, target, 200);
	api_fixture_text(json, "kind", kinds[_i].kind);
	text = json_string_value(json_object_get(json, "text"));
	ck_assert_ptr_nonnull(text);
	ck_assert_msg(strncmp(text, "Subject: ", 9) == 0, "%s: %s",
	    kinds[_i].kind, text);
	unwrapped = unwrap(text);
	ck_assert_msg(strstr(unwrapped, kinds[_i].want) != NULL, "%s: %s",
	    kinds[_i].kind, text);
	free(unwrapped);
	ck_assert_msg(fixture_user(&house.api.fixture,
	    ALICE).account.standing == STANDING_GOOD, "%s moved a standing",
	    kinds[_i].kind);
	ck_assert_uint_eq(smtp_server_connections(&house.server), 0);
	json_decref(json);
	close_house(&house);
}
END_TEST

START_TEST(answers_what_is_wrong)
{
	static const struct {
		const char *target;
		int code;
	} rows[] = {
		{ "/v1/notice", 400 },
		{ "/v1/notice?kind=none&user=" ALICE, 400 },
		{ "/v1/notice?kind=Warning&user=" ALICE, 400 },
		{ "/v1/notice?kind=warning", 400 },
		{ "/v1/notice?kind=warning&user=nobody", 404 },
	};
	struct house house;
	size_t i;

	open_house(&house, "");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		json_decref(api_fixture_get(&house.api, rows[i].target,
		    rows[i].code));
	close_house(&house);
	open_house(&house, "notices = false;");
	json_decref(api_fixture_get(&house.api,
	    "/v1/notice?kind=warning&user=" ALICE, 409));
	close_house(&house);
}
END_TEST

START_TEST(sends_a_mail_at_once)
{
	struct house house;
	json_t *json;

	open_house(&house, "notices = false;");
	json = api_fixture_post(&house.api, "/v1/notice/test",
	    "{\"address\": \"Pm@local.test\"}", 200);
	ck_assert(json_is_true(json_object_get(json, "taken")));
	api_fixture_text(json, "server", house.server.url);
	api_fixture_text(json, "reply", "250 2.0.0 queued as 1");
	json_decref(json);
	ck_assert_uint_eq(smtp_server_accepted(&house.server), 1);
	ck_assert_ptr_nonnull(strstr(house.server.heard.data,
	    "RCPT TO:<pm@local.test>\n"));
	ck_assert_ptr_nonnull(strstr(house.server.mails.data,
	    "Auto-Submitted: auto-generated\n"));
	smtp_server_script(&house.server, SMTP_RCPT, "550 5.1.1 nobody");
	json = api_fixture_post(&house.api, "/v1/notice/test",
	    "{\"address\": \"pm@local.test\"}", 200);
	ck_assert(json_is_false(json_object_get(json, "taken")));
	api_fixture_text(json, "reply", "550 5.1.1 nobody");
	json_decref(json);
	json = api_fixture_post(&house.api, "/v1/notice/test",
	    "{\"address\": \"alice\"}", 400);
	ck_assert_ptr_nonnull(strstr(json_string_value(json_object_get(json,
	    "error")), "like name@example.com"));
	json_decref(json);
	json_decref(api_fixture_post(&house.api, "/v1/notice/test",
	    "{\"address\": 1}", 400));
	json_decref(api_fixture_post(&house.api, "/v1/notice/test",
	    "{}", 400));
	close_house(&house);
}
END_TEST

/* The command's output, into buffers. */
struct said {
	char	*out, *err;
	size_t	 out_size, err_size;
};

static enum ctl_exit
run(struct house *house, bool json, char **words, struct said *said)
{
	struct ctl ctl = { .socket = house->api.path, .json = json,
	    .program = "replygatectl" };
	struct ctl_args args;
	enum ctl_exit result;
	struct buf why;

	buf_init(&why);
	ck_assert_msg(ctl_args_parse(&args, words, &why) == STATUS_OK, "%s",
	    why.data);
	ctl.operands = args.operands;
	ctl.operand_count = args.operand_count;
	ctl.out = open_memstream(&said->out, &said->out_size);
	ctl.err = open_memstream(&said->err, &said->err_size);
	ck_assert(ctl.out != NULL && ctl.err != NULL);
	result = args.verb->run(&ctl, args.operand);
	fclose(ctl.out);
	fclose(ctl.err);
	ctl_http_free(ctl.http);
	buf_release(&why);
	return result;
}

#define WORDS(...)	((char *[]){ program, __VA_ARGS__, NULL })

static char program[] = "replygatectl", notice[] = "notice",
    preview[] = "preview", test_word[] = "test", warning[] = "warning",
    heads_up[] = "heads-up",
    alice[] = ALICE, nobody[] = "nobody@local.test";

static void
expect(struct house *house, bool json, char **words, enum ctl_exit want,
    const char *out, const char *err)
{
	struct said said = { NULL, NULL, 0, 0 };
	enum ctl_exit result = run(house, json, words, &said);

	ck_assert_msg(result == want, "%s %s: %d: %s%s", words[1], words[2],
	    result, said.out, said.err);
	ck_assert_msg(strstr(said.out, out) != NULL, "%s", said.out);
	ck_assert_msg(strstr(said.err, err) != NULL, "%s", said.err);
	free(said.out);
	free(said.err);
}

/* With enforcement off a preview is of what would be, as a forecast is. */
START_TEST(a_preview_is_of_the_shadow)
{
	struct house house;
	struct gate *gate = &house.api.fixture.gate;
	struct fixture *f = &house.api.fixture;
	struct admin_user user;

	open_house(&house, "");
	ck_assert_int_eq(gate_relax(gate, f->now), STATUS_OK);
	atomic_store(&gate->tick_agreed, f->now);
	fixture_pass(f, f->now + CLOCK_HOUR);
	user = fixture_user(f, ALICE);
	ck_assert_int_eq(user.account.shadow.standing, STANDING_WARNED);
	expect(&house, false, WORDS(notice, preview, heads_up, alice),
	    CTL_FINE, "nothing counted", "");
	close_house(&house);
}
END_TEST

START_TEST(is_a_verb)
{
	struct house house;

	open_house(&house, "");
	expect(&house, false, WORDS(notice, preview, warning, alice),
	    CTL_FINE, "Subject: ", "");
	expect(&house, true, WORDS(notice, preview, warning, alice),
	    CTL_FINE, "\"kind\": \"warning\"", "");
	expect(&house, false, WORDS(notice, preview, warning, nobody),
	    CTL_NO, "", "no user \"nobody@local.test\"");
	expect(&house, false, WORDS(notice, test_word, alice), CTL_FINE,
	    " took a mail for " ALICE ": 250 2.0.0 queued as 1\n", "");
	expect(&house, true, WORDS(notice, test_word, alice), CTL_FINE,
	    "\"taken\": true", "");
	smtp_server_script(&house.server, SMTP_END, "451 4.3.0 not now");
	expect(&house, false, WORDS(notice, test_word, alice), CTL_NO,
	    " did not take a mail for " ALICE ": 451 4.3.0 not now\n", "");
	expect(&house, false, WORDS(notice, preview, warning), CTL_USAGE, "",
	    "notice needs preview KIND USER, or test ADDRESS");
	expect(&house, false, WORDS(notice, test_word), CTL_USAGE, "",
	    "notice needs preview");
	expect(&house, false, WORDS(notice, warning, alice), CTL_USAGE, "",
	    "notice needs preview");
	close_house(&house);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("api notice");
	TCase *tests = tcase_create("api notice");

	if (mailer_library_init() != STATUS_OK)
		return EXIT_FAILURE;
	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, shows_what_would_be_told, 0,
	    (int)(sizeof(kinds) / sizeof(kinds[0])));
	tcase_add_test(tests, answers_what_is_wrong);
	tcase_add_test(tests, sends_a_mail_at_once);
	tcase_add_test(tests, a_preview_is_of_the_shadow);
	tcase_add_test(tests, is_a_verb);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
