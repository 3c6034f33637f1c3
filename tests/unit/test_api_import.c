/*
 * POST /v1/import: what is applied, and how much of it at once.
 */
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "api_fixture.h"
#include "front/api_verbs.h"
#include "test.h"

#define ALICE		API_FIXTURE_ALICE

static void
check_line(const json_t *json, size_t i, json_int_t line, const char *result)
{
	const json_t *lines = json_object_get(json, "lines");

	api_fixture_integer(json_array_get(lines, i), "line", line);
	api_fixture_text(json_array_get(lines, i), "result", result);
}

START_TEST(imports_a_history_once)
{
	struct api_fixture f;
	json_t *json;
	int i;

	api_fixture_open(&f);
	for (i = 0; i < 2; i++) {
		json = api_fixture_post(&f, "/v1/import", API_FIXTURE_OUT
		    "\r\n{bad\n" API_FIXTURE_IN, 200);
		ck_assert_uint_eq(json_array_size(json_object_get(json,
		    "lines")), 3);
		check_line(json, 0, 1, i == 0 ? "applied" : "repeated");
		check_line(json, 1, 3, "malformed");
		check_line(json, 2, 4, i == 0 ? "applied" : "repeated");
		json_decref(json);
		fixture_tally(&f.fixture, ALICE, 1, 2, 0);
	}
	api_fixture_close(&f);
}
END_TEST

START_TEST(health_waits_for_the_end_of_an_import)
{
	struct api_fixture f;

	api_fixture_open(&f);
	json_decref(api_fixture_post(&f, "/v1/import", API_FIXTURE_OUT, 200));
	json_decref(api_fixture_get(&f, "/v1/health", 503));
	json_decref(api_fixture_post(&f, "/v1/import/finish", "", 200));
	json_decref(api_fixture_get(&f, "/v1/health", 200));
	api_fixture_close(&f);
}
END_TEST

START_TEST(bounds_the_lines_of_a_batch)
{
	struct api_fixture f;
	struct buf body;
	json_t *json;
	int i;

	api_fixture_open(&f);
	buf_init(&body);
	for (i = 0; i < HISTORY_BATCH_MAX; i++)
		buf_add_text(&body, "{}\n");
	json = api_fixture_post(&f, "/v1/import", body.data, 200);
	ck_assert_uint_eq(json_array_size(json_object_get(json, "lines")),
	    HISTORY_BATCH_MAX);
	json_decref(json);
	/* The last line needs no newline, and counts. */
	buf_add_text(&body, "{}");
	json_decref(api_fixture_post(&f, "/v1/import", body.data, 413));
	buf_release(&body);
	api_fixture_close(&f);
}
END_TEST

START_TEST(bounds_the_body)
{
	char *bytes = malloc(API_BODY_MAX + 1);
	struct api_fixture f;

	ck_assert_ptr_nonnull(bytes);
	api_fixture_open(&f);
	memset(bytes, ' ', API_BODY_MAX + 1);
	json_decref(api_fixture_json(&f, "POST", "/v1/import", bytes,
	    API_BODY_MAX, 200));
	json_decref(api_fixture_json(&f, "POST", "/v1/import", bytes,
	    API_BODY_MAX + 1, 413));
	free(bytes);
	api_fixture_close(&f);
}
END_TEST

static void *
import_many(void *context)
{
	json_t *json;
	int i;

	for (i = 0; i < 10; i++) {
		json = api_fixture_post(context, "/v1/import",
		    API_FIXTURE_OUT API_FIXTURE_IN, 200);
		json_decref(json);
	}
	return NULL;
}

START_TEST(imports_from_many_clients_once)
{
	pthread_t threads[8];
	struct api_fixture f;
	int i;

	api_fixture_open(&f);
	for (i = 0; i < 8; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL,
		    import_many, &f), 0);
	for (i = 0; i < 8; i++)
		pthread_join(threads[i], NULL);
	fixture_tally(&f.fixture, ALICE, 1, 2, 0);
	api_fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("api_import");
	TCase *import = tcase_create("import");

	tcase_set_timeout(import, 60);
	tcase_add_test(import, imports_a_history_once);
	tcase_add_test(import, health_waits_for_the_end_of_an_import);
	tcase_add_test(import, bounds_the_lines_of_a_batch);
	tcase_add_test(import, bounds_the_body);
	tcase_add_test(import, imports_from_many_clients_once);
	suite_add_tcase(suite, import);
	return test_run(suite);
}
