/*
 * What an administrator does to the house as a whole: reload and the emergency
 * switch, through the API.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api_fixture.h"
#include "test.h"

#define ALICE	API_FIXTURE_ALICE
#define WHY	"{\"reason\": \"a test\"}"
#define OFF	"{\"on\": false, \"reason\": \"a test\"}"
#define ON	"{\"on\": true, \"reason\": \"a test\"}"

static void
phrases_path(const struct api_fixture *f, char path[64])
{
	snprintf(path, 64, "%s-phrases", f->fixture.conf->path);
}

/* Puts the files there that the gate's configuration came from. */
static void
write_conf(struct api_fixture *f, const char *more)
{
	char phrases[64];
	FILE *file;

	phrases_path(f, phrases);
	file = fopen(phrases, "w");
	ck_assert_ptr_nonnull(file);
	fclose(file);
	file = fopen(f->fixture.conf->path, "w");
	ck_assert_ptr_nonnull(file);
	fprintf(file, "local_domains = [\"local.test\"];\n"
	    "control_socket = \"%s\";\ncontrol_socket_mode = \"0600\";\n"
	    "phrases_file = \"%s\";\nnotices = false;\n%s\n", f->path,
	    phrases, more);
	fclose(file);
}

static void
remove_conf(struct api_fixture *f)
{
	char phrases[64];

	phrases_path(f, phrases);
	unlink(phrases);
	unlink(f->fixture.conf->path);
}

static char *
names_of(const json_t *answer, const char *key)
{
	const json_t *array = json_object_get(answer, key);
	char *text = calloc(1, 1024);
	size_t i;

	ck_assert(json_is_array(array));
	for (i = 0; i < json_array_size(array); i++)
		strcat(strcat(text, i > 0 ? " " : ""),
		    json_string_value(json_array_get(array, i)));
	return text;
}

static const struct {
	const char	*name;
	const char	*text;
	const char	*changed, *waiting;
} reloads[] = {
	{ "keys and policies", "contact = \"Ask us.\"; "
	    "policies = { default = { minimum = 10; threshold = \"20%\"; }; "
	    "sales = { minimum = 7; }; };", "policies.default.threshold "
	    "policies.sales phrases_file contact notices", "" },
	{ "nothing more", "contact = \"Ask us.\"; "
	    "policies = { default = { minimum = 10; threshold = \"20%\"; }; "
	    "sales = { minimum = 7; }; };", "", "" },
	{ "a policy gone, a list grown", "contact = \"Ask us.\"; "
	    "policies = { default = { minimum = 10; threshold = \"20%\"; }; };"
	    "lists = [\"l@x.test many\"];", "policies.sales lists", "" },
	{ "what waits", "contact = \"Ask us.\"; log_level = \"debug\"; "
	    "policies = { default = { minimum = 10; threshold = \"20%\"; }; };"
	    "metrics_listen = \"[::1]:9436\";",
	    "lists log_level", "metrics_listen" },
	{ "what waits still", "contact = \"Ask us.\"; "
	    "log_level = \"debug\"; metrics_listen = \"[::1]:9436\"; "
	    "policies = { default = { minimum = 10; threshold = \"20%\"; }; };",
	    "", "metrics_listen" },
	{ "the mode; nothing waits any more",
	    "contact = \"Ask us.\"; mode = \"monitor\"; "
	    "policies = { default = { minimum = 10; threshold = \"20%\"; }; };",
	    "mode log_level", "" },
};

START_TEST(reload_says_what_changed)
{
	char *changed, *waiting;
	struct api_fixture f;
	json_t *answer;
	size_t i;

	api_fixture_open(&f);
	for (i = 0; i < sizeof(reloads) / sizeof(reloads[0]); i++) {
		write_conf(&f, reloads[i].text);
		answer = api_fixture_post(&f, "/v1/reload", WHY, 200);
		changed = names_of(answer, "changed");
		waiting = names_of(answer, "waiting");
		ck_assert_msg(strcmp(changed, reloads[i].changed) == 0 &&
		    strcmp(waiting, reloads[i].waiting) == 0,
		    "%s: changed \"%s\", waiting \"%s\"", reloads[i].name,
		    changed, waiting);
		ck_assert(json_is_true(json_object_get(answer, "audited")));
		free(changed);
		free(waiting);
		json_decref(answer);
	}
	remove_conf(&f);
	api_fixture_close(&f);
}
END_TEST

START_TEST(reload_refuses_what_is_wrong)
{
	struct api_fixture f;
	struct conf *before, *after;
	json_t *answer;
	char want[256];

	api_fixture_open(&f);
	before = gate_conf(&f.fixture.gate);
	write_conf(&f, "colour = 1;");
	answer = api_fixture_post(&f, "/v1/reload", WHY, 409);
	snprintf(want, sizeof(want), "%s:6: unknown key \"colour\"",
	    f.fixture.conf->path);
	ck_assert_msg(strncmp(json_string_value(json_object_get(answer,
	    "error")), want, strlen(want)) == 0, "got %s",
	    json_string_value(json_object_get(answer, "error")));
	json_decref(answer);
	remove_conf(&f);
	json_decref(api_fixture_post(&f, "/v1/reload", WHY, 409));
	after = gate_conf(&f.fixture.gate);
	ck_assert_ptr_eq(before, after);
	conf_unref(before);
	conf_unref(after);
	api_fixture_close(&f);
}
END_TEST

static const struct {
	const char	*name;
	const char	*target, *body;
	const char	*want;
} wrong[] = {
	{ "reload without a reason", "/v1/reload", "{}", "a \\\"reason\\\"" },
	{ "an empty reason", "/v1/reload", "{\"reason\": \"\"}",
	    "1 to 200 bytes" },
	{ "a key too many", "/v1/reload", "{\"reason\": \"x\", \"y\": 1}",
	    "a \\\"reason\\\"" },
	{ "no object", "/v1/enforce", "[]", "true or false" },
	{ "on is a text", "/v1/enforce",
	    "{\"on\": \"yes\", \"reason\": \"x\"}", "true or false" },
	{ "enforce without a reason", "/v1/enforce", "{\"on\": true}",
	    "true or false" },
};

START_TEST(wrong_bodies)
{
	struct api_fixture f;
	struct buf body;
	int code;
	size_t i;

	api_fixture_open(&f);
	buf_init(&body);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		code = api_fixture_ask(&f, "POST", wrong[i].target,
		    wrong[i].body, strlen(wrong[i].body), &body);
		ck_assert_msg(code == 400 && strstr(body.data, wrong[i].want)
		    != NULL, "%s: %d %s", wrong[i].name, code, body.data);
	}
	buf_release(&body);
	api_fixture_close(&f);
}
END_TEST

/* With the configuration that is handed around, as a session has it. */
static enum verdict_action
send_bulk(struct api_fixture *f, const char *message_id)
{
	struct conf *conf = f->fixture.conf;
	enum verdict_action action;

	f->fixture.conf = gate_conf(&f->fixture.gate);
	action = fixture_send(&f->fixture, ALICE, message_id, 700, 3);
	conf_unref(f->fixture.conf);
	f->fixture.conf = conf;
	return action;
}

START_TEST(off_means_off)
{
	struct api_fixture f;
	json_t *answer;

	api_fixture_open(&f);
	fixture_restrict(&f.fixture, ALICE);
	ck_assert_int_eq(send_bulk(&f, "<a@local.test>"), VERDICT_REFUSE);
	answer = api_fixture_post(&f, "/v1/enforce", OFF, 200);
	ck_assert(json_is_false(json_object_get(answer, "enforcing")));
	json_decref(answer);
	ck_assert_int_eq(send_bulk(&f, "<b@local.test>"), VERDICT_ACCEPT);
	answer = api_fixture_get(&f, "/v1/health", 503);
	ck_assert_ptr_nonnull(strstr(json_string_value(json_object_get(answer,
	    "problem")), "switched off"));
	ck_assert(json_is_string(json_object_get(answer, "enforcement_off")));
	json_decref(answer);
	json_decref(api_fixture_post(&f, "/v1/enforce", OFF, 409));

	/* a reload does not switch it on, and sees the file's own mode */
	write_conf(&f, "policies = { default = { minimum = 10; }; };");
	json_decref(api_fixture_post(&f, "/v1/reload", WHY, 200));
	remove_conf(&f);
	ck_assert_int_eq(send_bulk(&f, "<c@local.test>"), VERDICT_ACCEPT);

	json_decref(api_fixture_post(&f, "/v1/enforce", ON, 200));
	ck_assert_int_eq(send_bulk(&f, "<d@local.test>"), VERDICT_REFUSE);
	json_decref(api_fixture_post(&f, "/v1/enforce", ON, 409));
	answer = api_fixture_get(&f, "/v1/health", 200);
	api_fixture_text(answer, "enforcement_off", NULL);
	api_fixture_text(answer, "mode", "enforce");
	json_decref(answer);
	api_fixture_close(&f);
}
END_TEST

/* Nobody is warned for what settles meanwhile, and told nothing. */
START_TEST(no_standing_moves)
{
	struct api_fixture f;
	struct admin_user user;
	json_t *answer;

	api_fixture_open(&f);
	fixture_send(&f.fixture, ALICE, "<m@local.test>", 1, 20);
	json_decref(api_fixture_post(&f, "/v1/enforce", OFF, 200));
	fixture_pass(&f.fixture, FIXTURE_START + 5 * CLOCK_DAY);
	user = fixture_user(&f.fixture, ALICE);
	ck_assert_int_eq(user.account.standing, STANDING_GOOD);
	answer = api_fixture_get(&f, "/v1/health", 503);
	api_fixture_integer(answer, "outbox", 0);
	json_decref(answer);
	api_fixture_close(&f);
}
END_TEST

START_TEST(it_outlives_the_gate)
{
	struct api_fixture f;
	struct gate again;
	struct conf *conf;
	struct buf why;

	api_fixture_open(&f);
	json_decref(api_fixture_post(&f, "/v1/enforce", OFF, 200));
	buf_init(&why);
	ck_assert_int_eq(gate_open(&again, f.fixture.store,
	    &f.fixture.gate.key, f.fixture.conf, f.fixture.log,
	    f.fixture.gate.clock, &why), STATUS_OK);
	ck_assert_int_eq(gate_relaxed(&again), f.fixture.now);
	conf = gate_conf(&again);
	ck_assert_int_eq(conf->mode, CONF_MODE_MONITOR);
	ck_assert_int_eq(conf_whole(conf)->mode, CONF_MODE_ENFORCE);
	conf_unref(conf);
	gate_close(&again);
	buf_release(&why);
	api_fixture_close(&f);
}
END_TEST

START_TEST(all_is_audited)
{
	static const char *const want[] = { "enforce off", "enforce on",
	    "reload" };
	struct api_fixture f;
	json_t *answer, *lines, *line;
	size_t i;

	api_fixture_open(&f);
	json_decref(api_fixture_post(&f, "/v1/enforce", OFF, 200));
	json_decref(api_fixture_post(&f, "/v1/enforce", ON, 200));
	write_conf(&f, "");
	json_decref(api_fixture_post(&f, "/v1/reload", WHY, 200));
	remove_conf(&f);
	answer = api_fixture_get(&f, "/v1/audit", 200);
	lines = json_object_get(answer, "audit");
	ck_assert_uint_eq(json_array_size(lines), 3);
	for (i = 0; i < 3; i++) {
		line = json_array_get(lines, i);
		api_fixture_text(line, "action", want[i]);
		api_fixture_text(line, "reason", "a test");
		ck_assert_uint_gt(json_string_length(json_object_get(line,
		    "actor")), 0);
	}
	json_decref(answer);
	api_fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("house");
	TCase *tests = tcase_create("house");

	tcase_add_test(tests, reload_says_what_changed);
	tcase_add_test(tests, reload_refuses_what_is_wrong);
	tcase_add_test(tests, wrong_bodies);
	tcase_add_test(tests, off_means_off);
	tcase_add_test(tests, no_standing_moves);
	tcase_add_test(tests, it_outlives_the_gate);
	tcase_add_test(tests, all_is_audited);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
